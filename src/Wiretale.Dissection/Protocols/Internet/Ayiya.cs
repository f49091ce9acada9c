using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: draft-massar-v6ops-ayiya-02, section 3.
//
//    0       4       8       12      16      20      24            31
//   +-------+-------+-------+-------+-------+-------+---------------+
//   | idlen |idtype |siglen | hash  | auth  |opcode |  next header  |
//   +-------+-------+-------+-------+-------+-------+---------------+
//   |                             epoch                             |
//   +---------------------------------------------------------------+
//   |  identity (2^idlen bytes), signature (4 * siglen bytes)       |
//   +---------------------------------------------------------------+

/// <summary>Anything In Anything: IPv6 tunnels over UDP that prove who sent a packet.</summary>
public sealed class Ayiya() : Dissector("ayiya")
{
    const uint Port = 5072;
    const int HeaderLength = 8, Forward = 1, EchoRequestForward = 3;

    static readonly Protocol P = new("Anything in Anything Protocol", "AYIYA", "ayiya");
    static readonly Field IdLength = P.UInt8("ayiya.idlen", "Identity field length", FieldBase.Hex, mask: 0xf0);
    static readonly Field IdType = P.UInt8("ayiya.idtype", "Identity field type", FieldBase.Hex, ValueNames.Of(() => [(0, "None"), (1, "Integer"), (2, "ASCII string")]), 0x0f);
    static readonly Field SignatureLength = P.UInt8("ayiya.siglen", "Signature Length", FieldBase.Hex, mask: 0xf0);
    static readonly Field Hash = P.UInt8("ayiya.hashmethod", "Hash method", FieldBase.Hex, ValueNames.Of(() => [(0, "No hash"), (1, "MD5"), (2, "SHA1")]), 0x0f);
    static readonly Field Authentication = P.UInt8("ayiya.authmethod", "Authentication method", FieldBase.Hex, ValueNames.Of(() => [
        (0, "No authentication"), (1, "Hash using a Shared Secret"), (2, "Hash using a public/private key method")]), 0xf0);
    static readonly Field Operation = P.UInt8("ayiya.opcode", "Operation Code", FieldBase.Hex, ValueNames.Of(() => [
        (0, "No Operation / Heartbeat"), (1, "Forward"), (2, "Echo Request"), (3, "Echo Request and Forward"), (4, "Echo Response"), (5, "MOTD"),
        (6, "Query Request"), (7, "Query Response")]), 0x0f);
    static readonly Field NextHeader = P.UInt8("ayiya.nextheader", "Next Header", FieldBase.Hex, ValueNames.Of(() => [.. IpProtocol.All]));
    static readonly Field Epoch = P.AbsoluteTime("ayiya.epoch", "Epoch");
    static readonly Field Identity = P.Bytes("ayiya.identity", "Identity");
    static readonly Field Signature = P.Bytes("ayiya.signature", "Signature");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("AYIYA");
        int idLength = 1 << (v.U8(0) >> 4), signatureLength = (v.U8(1) >> 4) * 4, operation = v.U8(2) & 0x0f;
        int length = HeaderLength + idLength + signatureLength;
        v.Ensure(0, length);
        if (p.WantsFields)
        {
            var tree = p.Open(P, v, parent, 0, length);
            p.Label(tree, $"AYIYA");
            AddHalf(p, v, tree, IdLength, 0, isFirst: true);
            AddHalf(p, v, tree, IdType, 0, isFirst: false);
            AddHalf(p, v, tree, SignatureLength, 1, isFirst: true);
            AddHalf(p, v, tree, Hash, 1, isFirst: false);
            AddHalf(p, v, tree, Authentication, 2, isFirst: true);
            AddHalf(p, v, tree, Operation, 2, isFirst: false);
            p.Add(tree, NextHeader, v, 3);
            p.AddTime(tree, Epoch, v, 4, 4, new Timestamp(v.U32(4), 0));
            p.Add(tree, Identity, v, HeaderLength, idLength);
            p.Add(tree, Signature, v, HeaderLength + idLength, signatureLength);
        }

        if (operation is Forward or EchoRequestForward)
        {
            var payload = v.From(length);
            if ((p.Engine.Find(IPv4.Protocols, v.U8(3)) is not { } next || p.Call(next, payload, parent) == 0) && payload.Reported > 0)
            {
                p.CallData(payload, parent);
            }
        }

        return v.Reported;
    }

    /// <summary>Half a byte, whose value Wireshark shows as wide as a whole one.</summary>
    static void AddHalf(Packet p, in View v, Node tree, Field field, int at, bool isFirst)
    {
        int n = isFirst ? v.U8(at) >> 4 : v.U8(at) & 0x0f;
        string before = isFirst ? "" : ".... ", after = isFirst ? " ...." : "";
        var node = p.Add(tree, field, v, at);
        if (field.Names is { } names)
        {
            p.Label(node, $"{before}{n >> 3}{(n >> 2) & 1}{(n >> 1) & 1}{n & 1}{after} = {field.Label}: {names.FindOr((ulong)n, "Unknown")} (0x{n:x2})");
        }
        else
        {
            p.Label(node, $"{before}{n >> 3}{(n >> 2) & 1}{(n >> 1) & 1}{n & 1}{after} = {field.Label}: 0x{n:x2}");
        }
    }
}
