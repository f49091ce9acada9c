using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Dissection.Protocols.Application.Tls.X509;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 6810 (version 0), RFC 8210 (version 1). TCP port 323.
//
//    0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   | Version       | Type          | Session, error code or flags  |
//   +---------------+---------------+---------------+---------------+
//   | Length of all                                                 |
//   +---------------+---------------+---------------+---------------+

/// <summary>RPKI to router: which origins of routes are valid.</summary>
public sealed class RpkiRouter() : Dissector("rpkirtr", "rpki-rtr")
{
    const int HeaderLength = 8, KeyIdentifierLength = 20;
    const int EndOfData = 7, RouterKey = 9, ErrorReport = 10;

    static readonly Protocol P = new("RPKI-Router Protocol", "RPKI-Router Protocol", "rpkirtr");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "Serial Notify"), (1, "Serial Query"), (2, "Reset Query"), (3, "Cache Response"), (4, "IPv4 Prefix"), (6, "IPv6 Prefix"),
        (7, "End of Data"), (8, "Cache Reset"), (9, "Router Key"), (10, "Error Report")]);
    static readonly Field Version = P.UInt8("rpki-rtr.version", "Version", blurb: "Denoting the version of this protocol (currently 0)");
    static readonly Field Type = P.UInt8("rpki-rtr.pdu_type", "PDU Type", FieldBase.Dec, Types, blurb: "Denoting the type of the PDU");
    static readonly Field Reserved = P.Bytes("rpki-rtr.reserved", "Reserved", blurb: "Must be zero");
    static readonly Field Session = P.UInt16("rpki-rtr.session_id", "Session ID");
    static readonly Field Length = P.UInt32("rpki-rtr.length", "Length", blurb: "Value the count of the bytes in the entire PDU, including the eight bytes of header that end with the length field");
    static readonly Field Serial = P.UInt32("rpki-rtr.serial_number", "Serial Number");
    static readonly Field Flags = P.UInt8("rpki-rtr.flags", "Flags", FieldBase.Hex);
    static readonly Field AsNumber = P.UInt32("rpki-rtr.as_number", "AS Number", blurb: "Autonomous System Number allowed to announce this prefix");
    static readonly Field PrefixLength = P.UInt8("rpki-rtr.prefix_length", "Prefix Length", blurb: "Denoting the shortest prefix allowed for the prefix");
    static readonly Field MaxLength = P.UInt8("rpki-rtr.max_length", "Max length", blurb: "Denoting the longest prefix allowed by the prefix.  This MUST NOT be less than the Prefix Length element");
    static readonly Field ErrorCode = P.UInt16("rpki-rtr.error_code", "Error Code", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Corrupt Data"), (1, "Internal Error"), (2, "No Data Available"), (3, "Invalid Request"), (4, "Unsupported Protocol Version"),
        (5, "Unsupported PDU Type"), (6, "Withdrawal of Unknown Record"), (7, "Duplicate Announcement Received"), (8, "Unexpected Protocol Version")]));
    static readonly Field PduLength = P.UInt32("rpki-rtr.length_pdu", "Length of Encapsulated PDU"), TextLength = P.UInt32("rpki-rtr.length_text", "Length of text");
    static readonly Field KeyIdentifier = P.Bytes("rpki-rtr.subject_key_identifier", "Subject Key Identifier");
    static readonly Field KeyInfo = P.Label("rpki-rtr.subject_public_key_info", "Subject Public Key Info");
    static readonly Expert WrongVersion = P.Expert("rpkirtr.router_key.wrong_version", Severity.Warning, ExpertGroup.Malformed, "Wrong version for Router Key type");
    static readonly Expert BadLength = P.Expert("rpkirtr.bad_length", Severity.Error, ExpertGroup.Malformed, "Invalid length field");

    static readonly Row AnnouncementFlags = Flags.Bits(P.Flag("rpki-rtr.flags.aw", "Flag AW", 8, 1, ValueNames.Flag("Announcement", "Withdrawal")));
    static readonly Row KeyFlags = Flags.Bits(P.Flag("rpki-rtr.flags.rk", "Flag Router Key", 8, 1, ValueNames.Flag("New Router Key", "Delete Router Key")));
    static readonly Layout SerialPdu = new(Session, Length, Serial), SessionPdu = new(Session, Length), PlainPdu = new(Reserved.Of(2), Length);
    static readonly Layout Intervals = new(P.UInt32("rpki-rtr.refresh_interval", "Refresh Interval"), P.UInt32("rpki-rtr.retry_interval", "Retry Interval"),
        P.UInt32("rpki-rtr.expire_interval", "Expire Interval"));
    static readonly Layout Prefix4 = new(Reserved.Of(2), Length, AnnouncementFlags, PrefixLength, MaxLength, Reserved.Of(1),
        P.IPv4("rpki-rtr.ipv4_prefix", "IPv4 Prefix", "The IPv4 prefix of the ROA"), AsNumber);
    static readonly Layout Prefix6 = new(Reserved.Of(2), Length, AnnouncementFlags, PrefixLength, MaxLength, Reserved.Of(1),
        P.IPv6("rpki-rtr.ipv6_prefix", "IPv6 Prefix", "The IPv6 prefix of the ROA"), AsNumber);
    static readonly Layout Key = new(KeyFlags, Reserved.Of(2), Row.Skip(-1), Length, KeyIdentifier.Of(KeyIdentifierLength), AsNumber);
    static readonly Layout Error = new(ErrorCode, Length, PduLength, P.Bytes("rpki-rtr.error_pdu", "Erroneous PDU").Counted(PduLength),
        TextLength, P.String("rpki-rtr.error_text", "Erroneous Text").Counted(TextLength));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 323);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("RPKI-RTR");
        p.Info.Clear();
        return Tcp.Pdus(p, v, parent, HeaderLength, static (Packet _, in View v, int at) => (int)Math.Min(v.U32(at + 4), int.MaxValue), One);
    }

    /// <summary>One PDU; what its length covers beyond it is taken for another.</summary>
    static void One(Packet p, in View v, Node parent)
    {
        for (int at = 0; at < v.Reported;)
        {
            int version = v.U8(at), type = v.U8(at + 1);
            string? name = Types.Find((ulong)type);
            var tree = p.Open(P, v, parent, at, v.Reported - at);
            p.Label(tree, $"RPKI-Router Protocol ({name ?? $"Unknown {type}"})");
            p.Info.AppendAfter(", ", name ?? $"Unknown ({type})");
            p.Add(tree, Version, v, at);
            var typeNode = p.Add(tree, Type, v, at + 1);
            at += 2;
            if (type == RouterKey)
            {
                if (version != 1)
                {
                    p.Expert(typeNode, WrongVersion, v, at - 1, 1);
                    continue;
                }

                at = AddKey(p, v, tree, at);
            }
            else if (LayoutOf(type) is { } layout)
            {
                at = p.AddRows(tree, v, at, layout);
                if (type == EndOfData && version == 1)
                {
                    at = p.AddRows(tree, v, at, Intervals);
                }
            }
            else
            {
                p.Expert(typeNode, BadLength, v, at - 1, 1);
                return;
            }
        }
    }

    static Layout? LayoutOf(int type) => type switch
    {
        0 or 1 or EndOfData => SerialPdu,
        2 or 8 => PlainPdu,
        3 => SessionPdu,
        4 => Prefix4,
        6 => Prefix6,
        ErrorReport => Error,
        _ => null,
    };

    static int AddKey(Packet p, in View v, Node tree, int at)
    {
        at = p.AddRows(tree, v, at, Key);
        var info = p.Add(tree, KeyInfo, v, at, v.ReportedFrom(at));
        var key = Ber.Read(v, at, v.Captured);
        if (key.Tag == Ber.Sequence)
        {
            X509Certificate.KeyInside(p, v, key, info);
        }

        return v.Reported;
    }
}
