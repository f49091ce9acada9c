using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport;

/// <summary>SCTP's parameters and error causes: RFC 9260 sections 3.3.2.1 and 3.3.10. Both are a type, a length and a value, padded to four bytes.</summary>
static class SctpParameters
{
    const int Header = 4;
    const int HeartbeatInfo = 1, IPv4Address = 5, IPv6Address = 6, StateCookie = 7, SupportedAddresses = 12, InvalidStream = 1;

    static readonly Protocol P = Sctp.P;
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Heartbeat info"), (5, "IPv4 address"), (6, "IPv6 address"), (7, "State cookie"), (8, "Unrecognized parameter"),
        (9, "Cookie preservative"), (11, "Hostname address"), (13, "Outgoing SSN reset request"), (14, "Incoming SSN reset request"),
        (15, "SSN/TSN reset request"), (16, "Re-configuration response"), (17, "Add outgoing streams request"), (18, "Add incoming streams request"),
        (12, "Supported address types"), (0x8000, "ECN"), (0x8002, "Random"), (0x8003, "Authenticated Chunk list"),
        (0x8004, "Requested HMAC Algorithm"), (0x8008, "Supported Extensions"), (0xc000, "Forward TSN supported"), (0xc001, "Add IP address"),
        (0xc002, "Delete IP address"), (0xc003, "Error cause indication"), (0xc004, "Set primary address"), (0xc005, "Success report"),
        (0xc006, "Adaptation Layer Indication")]);
    static readonly ValueNames AddressTypes = ValueNames.Of(() => [(5, "IPv4 address"), (6, "IPv6 address"), (11, "Hostname address")]);
    static readonly ValueNames Causes = ValueNames.Of(() => [
        (1, "Invalid stream identifier"), (2, "Missing mandatory parameter"), (3, "Stale cookie error"), (4, "Out of resource"),
        (5, "Unresolvable address"), (6, "Unrecognized chunk type"), (7, "Invalid mandatory parameter"), (8, "Unrecognized parameters"),
        (9, "No user data"), (10, "Cookie received while shutting down"), (11, "Restart of an association with new addresses"),
        (12, "User initiated ABORT"), (13, "Protocol violation"), (160, "Request to delete last address"),
        (161, "Operation refused due to resource shortage"), (162, "Request to delete source address"),
        (163, "Association Aborted due to illegal ASCONF-ACK"), (164, "Request refused - no authorization"), (261, "Unsupported HMAC identifier")]);
    static readonly Field Type = P.UInt16("sctp.parameter_type", "Parameter type", FieldBase.Hex, Types);
    static readonly Field[] TypeBits =
    [
        P.Flag("sctp.parameter_bit_1", "Bit", 16, 0x8000, ValueNames.Flag("Skip parameter and continue processing of the chunk", "Stop processing of chunk")),
        P.Flag("sctp.parameter_bit_2", "Bit", 16, 0x4000, ValueNames.Flag("Do report", "Do not report")),
    ];

    static readonly Field Length = P.UInt16("sctp.parameter_length", "Parameter length");
    static readonly Field Value = P.Bytes("sctp.parameter_value", "Parameter value");
    static readonly Field Padding = P.Bytes("sctp.parameter_padding", "Parameter padding");
    static readonly Field Address4 = P.IPv4("sctp.parameter_ipv4_address", "IP Version 4 address");
    static readonly Field Address6 = P.IPv6("sctp.parameter_ipv6_address", "IP Version 6 address");
    static readonly Field Information = P.Bytes("sctp.parameter_heartbeat_information", "Heartbeat information");
    static readonly Field Cookie = P.Bytes("sctp.parameter_state_cookie", "State cookie");
    static readonly Field Supported = P.UInt16("sctp.parameter_supported_address_type", "Supported address type", FieldBase.Dec, AddressTypes);
    static readonly Field Cause = P.UInt16("sctp.cause_code", "Cause code", FieldBase.Hex, Causes);
    static readonly Field CauseLength = P.UInt16("sctp.cause_length", "Cause length");
    static readonly Field CauseStream = P.UInt16("sctp.cause_stream_identifier", "Stream identifier");
    static readonly Field CauseReserved = P.UInt16("sctp.cause_reserved", "Reserved");
    static readonly Field CauseInformation = P.Bytes("sctp.cause_information", "Cause information");
    static readonly Field CausePadding = P.Bytes("sctp.cause_padding", "Cause padding");

    /// <summary>Adds the parameters from <paramref name="at"/> to the chunk's end.</summary>
    public static void Add(Packet p, in View v, Node chunk, int at)
    {
        while (v.ReportedFrom(at) >= Header)
        {
            int type = v.U16(at), length = v.U16(at + 2), padded = Math.Min((length + 3) & ~3, v.ReportedFrom(at));
            var node = p.AddText(chunk, v, at, padded, $"{Types.FindOr((ulong)type, "Unknown")} parameter");
            node = node.IsWanted ? node : chunk;
            p.AddBits(node, Type, v, at, TypeBits);
            p.Add(node, Length, v, at + 2);
            if (length < Header)
            {
                return;
            }

            AddValue(p, v, node, type, at + Header, length - Header);
            if (padded > length)
            {
                p.Add(node, Padding, v, at + length, padded - length);
            }

            at += padded;
        }
    }

    /// <summary>Adds the error causes from <paramref name="at"/> to the chunk's end.</summary>
    public static void AddCauses(Packet p, in View v, Node chunk, int at)
    {
        while (v.ReportedFrom(at) >= Header)
        {
            int code = v.U16(at), length = v.U16(at + 2), padded = Math.Min((length + 3) & ~3, v.ReportedFrom(at));
            var node = p.AddText(chunk, v, at, padded, $"{Causes.FindOr((ulong)code, "Unknown")} cause");
            node = node.IsWanted ? node : chunk;
            p.AddAll(node, v, at, Cause, CauseLength);
            if (code == InvalidStream && length == Header + 4)
            {
                p.AppendLabel(node, $" (SID: {v.U16(at + Header)})");
                p.AddAll(node, v, at + Header, CauseStream, CauseReserved);
            }
            else if (length > Header)
            {
                p.Add(node, CauseInformation, v, at + Header, length - Header);
            }

            if (padded > length && length >= Header)
            {
                p.Add(node, CausePadding, v, at + length, padded - length);
            }

            at += Math.Max(padded, Header);
        }
    }

    static void AddValue(Packet p, in View v, Node node, int type, int at, int length)
    {
        switch (type)
        {
            case HeartbeatInfo:
                p.AppendLabel(node, $" (Information: {length} bytes)");
                p.Add(node, Information, v, at, length);
                break;
            case IPv4Address:
                p.Add(node, Address4, v, at);
                p.AppendLabel(node, $" (Address: {Wire.Address.IPv4(v.U32(at))})");
                break;
            case IPv6Address:
                p.Add(node, Address6, v, at);
                p.AppendLabel(node, $" (Address: {Wire.Address.IPv6(v.Span(at, 16))})");
                break;
            case StateCookie:
                p.AppendLabel(node, $" (Cookie length: {length} bytes)");
                p.Add(node, Cookie, v, at, length);
                break;
            case SupportedAddresses:
                AddSupported(p, v, node, at, length);
                break;
            default:
                if (length > 0)
                {
                    p.Add(node, Value, v, at, length);
                }

                break;
        }
    }

    static void AddSupported(Packet p, in View v, Node node, int at, int length)
    {
        p.AppendLabel(node, " (Supported types: ");
        for (int i = 0; i + 2 <= length; i += 2)
        {
            int type = v.U16(at + i);
            p.Add(node, Supported, v, at + i);
            p.AppendLabel(node, $"{(i > 0 ? ", " : "")}{type switch { IPv4Address => "IPv4", IPv6Address => "IPv6", 11 => "hostname", _ => "Unknown" }}");
        }

        p.AppendLabel(node, ")");
    }
}
