using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Ike;

// Specification: RFC 2408 (ISAKMP), RFC 2409 (IKE, version 1), RFC 7296 (version 2, section 3).
//
//   +-------------------------------+---------------+---------------+
//   | Initiator's SPI (64 bits)                                     |
//   | Responder's SPI (64 bits)                                     |
//   | Next payload  | Version 4 + 4 | Exchange type | Flags         |
//   | Message ID (32 bits)          | Length (32 bits)              |
//   +-------------------------------+---------------+---------------+
//   then payloads: | Next payload  | Critical, reserved | Length (16 bits) | ...

/// <summary>Internet Security Association and Key Management Protocol, and the IKE versions in it.</summary>
public sealed class Isakmp() : Dissector("isakmp")
{
    const uint Port = 500;
    const int HeaderLength = 28, EncryptedFlag = 1, InitiatorFlag = 8, VersionFlag = 0x10, ResponseFlag = 0x20;

    internal static readonly Protocol P = new("Internet Security Association and Key Management Protocol", "ISAKMP", "isakmp");
    static readonly Field InitiatorIndex = P.Bytes("isakmp.ispi", "Initiator SPI", blurb: "ISAKMP Initiator SPI");
    static readonly Field ResponderIndex = P.Bytes("isakmp.rspi", "Responder SPI", blurb: "ISAKMP Responder SPI");
    internal static readonly Field Next = P.UInt8("isakmp.nextpayload", "Next payload", FieldBase.Dec, IkeNames.Payloads, blurb: "ISAKMP Next Payload");
    static readonly Field Version = P.UInt8("isakmp.version", "Version", FieldBase.Hex, blurb: "ISAKMP Version (major + minor)");
    static readonly Field Major = P.UInt8("isakmp.mjver", "MjVer", FieldBase.Hex, mask: 0xf0, blurb: "ISAKMP MjVer");
    static readonly Field Minor = P.UInt8("isakmp.mnver", "MnVer", FieldBase.Hex, mask: 0x0f, blurb: "ISAKMP MnVer");
    static readonly Field Exchange = P.UInt8("isakmp.exchangetype", "Exchange type", FieldBase.Dec, IkeNames.Exchanges, blurb: "ISAKMP Exchange Type");
    static readonly Field Flags = P.UInt8("isakmp.flags", "Flags", FieldBase.Hex, blurb: "ISAKMP Flags");
    static readonly Field Encryption = P.Flag("isakmp.flag_e", "Encryption", 8, EncryptedFlag, ValueNames.Flag("Encrypted", "Not encrypted"), "Encryption Bit");
    static readonly Field Commit = P.Flag("isakmp.flag_c", "Commit", 8, 0x02, ValueNames.Flag("Commit", "No commit"), "Commit Bit");
    static readonly Field Authentication = P.Flag("isakmp.flag_a", "Authentication", 8, 0x04, ValueNames.Flag("Authentication", "No authentication"), "Authentication Bit");
    static readonly Field Initiator = P.Flag("isakmp.flag_i", "Initiator", 8, InitiatorFlag, ValueNames.Flag("Initiator", "Responder"), "Initiator Bit");
    static readonly Field HigherVersion = P.Flag("isakmp.flag_v", "Version", 8, VersionFlag, ValueNames.Flag("A higher version enabled", "No higher version"), "Version Bit");
    static readonly Field Response = P.Flag("isakmp.flag_r", "Response", 8, ResponseFlag, ValueNames.Flag("Response", "Request"), "Response Bit");
    static readonly Field MessageId = P.UInt32("isakmp.messageid", "Message ID", FieldBase.Hex, blurb: "ISAKMP Message ID");
    static readonly Field Length = P.UInt32("isakmp.length", "Length", blurb: "ISAKMP Length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(IkeFields)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ISAKMP");
        p.Info.Clear();
        if (v.Reported < HeaderLength)
        {
            return 0;
        }

        if (v.Captured > 24 && v.Has(24, 4) && v.U32(24) < HeaderLength)
        {
            return 0;
        }

        var tree = p.Open(P, v, parent);
        int next = v.U8(16), version = v.U8(17), exchange = v.U8(18), flags = v.U8(19);
        bool isSecond = version >> 4 == 2;
        if (IkeNames.Exchanges.Find((ulong)exchange) is { } name)
        {
            p.Info.Append(name);
        }
        else
        {
            p.Info.Append($"Unknown {exchange}");
        }

        p.Add(tree, InitiatorIndex, v, 0, 8);
        p.Add(tree, ResponderIndex, v, 8, 8);
        p.Add(tree, Next, v, 16);
        var shown = p.Add(tree, Version, v, 17);
        p.Label(shown, $"Version: {version >> 4}.{version & 15}");
        p.Add(shown, Major, v, 17);
        p.Add(shown, Minor, v, 17);
        p.Add(tree, Exchange, v, 18);
        ShowFlags(p, v, tree, flags, isSecond);
        p.Add(tree, MessageId, v, 20);
        if (isSecond)
        {
            p.Info.Append($" MID={v.U32(20):d2} {((flags & InitiatorFlag) != 0 ? "Initiator" : "Responder")} {((flags & ResponseFlag) != 0 ? "Response" : "Request")}");
        }

        uint length = v.U32(24);
        if (length <= int.MaxValue)
        {
            v.Ensure(0, (int)length);
        }

        var total = p.Add(tree, Length, v, 24);
        if (length > int.MaxValue)
        {
            p.Label(total, $"Length: (bogus, length is {length}, which is too large)");
            return v.Reported;
        }

        var inside = v.Part(HeaderLength, (int)length - HeaderLength);
        if (inside.Reported == 0)
        {
            return v.Reported;
        }

        if (!isSecond && (flags & EncryptedFlag) != 0)
        {
            var data = p.Add(tree, IkeFields.Encrypted, v, HeaderLength, inside.Reported);
            p.AppendLabel(data, $" ({inside.Reported} bytes)");
            return v.Reported;
        }

        int at = IkePayloads.Add(p, v.Part(0, (int)length), tree, HeaderLength, next, version >> 4, 0);
        if (at < inside.Reported + HeaderLength)
        {
            p.Add(tree, IkeFields.Extra, v, at, inside.Reported + HeaderLength - at);
        }

        return v.Reported;
    }

    static void ShowFlags(Packet p, in View v, Node tree, int flags, bool isSecond)
    {
        var node = p.Add(tree, Flags, v, 19);
        if (isSecond)
        {
            p.AppendLabel(node, $" ({((flags & InitiatorFlag) != 0 ? "Initiator" : "Responder")}, {((flags & VersionFlag) != 0 ? "A higher version enabled" : "No higher version")}, {((flags & ResponseFlag) != 0 ? "Response" : "Request")})");
            p.Add(node, Initiator, v, 19);
            p.Add(node, HigherVersion, v, 19);
            p.Add(node, Response, v, 19);
        }
        else
        {
            p.Add(node, Encryption, v, 19);
            p.Add(node, Commit, v, 19);
            p.Add(node, Authentication, v, 19);
        }
    }
}
