using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 4380 section 5.1.1.
//
//   +--------+--------+----+----+--------+----------+-----------+---------+
//   | 0x0001           |idlen|aulen| client id | auth value | nonce (8) | conf  |
//   +--------+--------+----+----+--------+----------+-----------+---------+
//   | 0x0000           | port, inverted   | IPv4 address, inverted         |
//   +------------------+------------------+--------------------------------+
//   | IPv6 packet

/// <summary>Teredo: IPv6 in UDP, through network address translators.</summary>
public sealed class Teredo() : Dissector("teredo")
{
    internal const uint Port = 3544;
    const int AuthenticationMark = 1, OriginMark = 0;

    internal static readonly Protocol P = new("Teredo IPv6 over UDP tunneling", "Teredo", "teredo");
    static readonly Field Authentication = P.Label("teredo.auth", "Teredo Authentication header");
    static readonly Field IdLength = P.UInt8("teredo.auth.idlen", "Client identifier length", blurb: "Client identifier length (ID-len)");
    static readonly Field ValueLength = P.UInt8("teredo.auth.aulen", "Authentication value length", blurb: "Authentication value length (AU-len)");
    static readonly Field Id = P.Bytes("teredo.auth.id", "Client identifier", blurb: "Client identifier (ID)");
    static readonly Field Value = P.Bytes("teredo.auth.value", "Authentication value", blurb: "Authentication value (hash)");
    static readonly Field Nonce = P.Bytes("teredo.auth.nonce", "Nonce value", blurb: "Nonce value prevents spoofing Teredo server.");
    static readonly Field Confirmation = P.Bytes("teredo.auth.conf", "Confirmation byte", blurb: "Confirmation byte is zero upon successful authentication.");
    static readonly Field Origin = P.Label("teredo.orig", "Teredo Origin Indication header", "Teredo Origin Indication");
    static readonly Field OriginPort = P.UInt16("teredo.orig.port", "Origin UDP port");
    static readonly Field OriginAddress = P.IPv4("teredo.orig.addr", "Origin IPv4 address");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Teredo");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int at = 0;
        if (v.U16(at) == AuthenticationMark)
        {
            at = AddAuthentication(p, v, tree);
        }

        if (v.U16(at) == OriginMark)
        {
            // Both are sent inverted, so that no translator mends them on the way.
            p.Info.Set("Origin indication"u8);
            var node = p.Add(tree, Origin, v, at, 8);
            p.AddUInt(node, OriginPort, v, at + 2, 2, (ushort)~v.U16(at + 2));
            p.AddUInt(node, OriginAddress, v, at + 4, 4, ~v.U32(at + 4));
            at += 8;
        }

        p.SetLength(tree, at);
        var payload = v.From(at);
        payload.Ensure(0, 1);
        if (p.Engine.Find(EtherType.Table, EtherTypes.IPv6) is not { } next || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }

        return v.Reported;
    }

    static int AddAuthentication(Packet p, in View v, Node tree)
    {
        int idLength = v.U8(2), valueLength = v.U8(3), length = 4 + idLength + valueLength + 9, at = 4;
        p.Info.Set("Authentication header"u8);
        var node = p.Add(tree, Authentication, v, 0, length);
        p.Add(node, IdLength, v, 2);
        p.Add(node, ValueLength, v, 3);
        if (idLength > 0)
        {
            p.Add(node, Id, v, at, idLength);
        }

        at += idLength;
        if (valueLength > 0)
        {
            p.Add(node, Value, v, at, valueLength);
        }

        at += valueLength;
        p.Add(node, Nonce, v, at, 8);
        p.Add(node, Confirmation, v, at + 8, 1);
        return length;
    }
}
