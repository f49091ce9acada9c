using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Ntp;

// Specification: RFC 9327 (RFC 1305 appendix B): a header of 12 bytes, data in text, padding to 4, perhaps an authenticator.
//
//    0               1               2               3
//   +---+-----+-----+-+-+-+---------+---------------+---------------+
//   |LI | Ver | 6   |R|E|M| Opcode  | Sequence                      |
//   +---+-----+-----+-+-+-+---------+-------------------------------+
//   | Status                        | Association ID                |
//   +-------------------------------+-------------------------------+
//   | Offset                        | Count                         |
//   +-------------------------------+-------------------------------+

/// <summary>NTP's control messages: variables read and set, associations and their state (ntpq).</summary>
static class NtpControl
{
    const int HeaderLength = 12;
    const int ReadStatus = 1, WriteClockVariables = 5, AsynchronousMessage = 7, ReadClockVariables = 4, WriteVariables = 3;

    static readonly Protocol P = Ntp.P;

    static readonly Field Status = P.UInt16("ntp.ctrl.status", "Status", FieldBase.Hex);
    static readonly Field AssociationId = P.UInt16("ntp.ctrl.associd", "AssociationID");
    static readonly Field Count = P.UInt16("ntp.ctrl.count", "Count");
    static readonly Field Data = P.Label("ntp.ctrl.data", "Data");
    static readonly Field Item = P.Label("ntp.ctrl.item", "Item");
    static readonly Field Padding = P.Bytes("ntp.padding", "Padding");
    static readonly Field TrapMessage = P.String("ntp.ctrl.trapmsg", "Trap message");
    static readonly Field Configuration = P.String("ntp.ctrl.configuration", "Configuration");
    static readonly Field RecentUsers = P.String("ntp.ctrl.mru", "MRU");
    static readonly Field OrderedList = P.String("ntp.ctrl.ordlist", "Ordered List");
    static readonly Field Nonce = P.String("ntp.ctrl.nonce", "Nonce");

    static readonly Row PlainStatus = Status;
    static readonly Row ErrorStatus = Status.Summary(
        P.UInt16("ntp.ctrl.err_status", "Error Status Word", FieldBase.Dec, NtpNames.Errors, mask: 0xff00));

    static readonly Row SystemStatus = Status.Summary(
        P.UInt16("ntp.ctrl.sys_status.li", "Leap Indicator", FieldBase.Dec, NtpNames.Leap, mask: 0xc000,
            blurb: "Warning of an impending leap second to be inserted or deleted in the last minute of the current month"),
        P.UInt16("ntp.ctrl.sys_status.clksrc", "Clock Source", FieldBase.Dec, NtpNames.Sources, mask: 0x3f00),
        P.UInt16("ntp.ctrl.sys_status.count", "System Event Counter", mask: 0x00f0),
        P.UInt16("ntp.ctrl.sys_status.code", "System Event Code", FieldBase.Dec, NtpNames.SystemEvents, mask: 0x000f));

    static readonly Row PeerStatus = Status.Summary(
        P.Flag("ntp.ctrl.peer_status.config", "Peer Status", 16, 0x8000, ValueNames.Flag("configured (peer.config)", "not configured (peer.config)")),
        P.Flag("ntp.ctrl.peer_status.authenable", "Peer Status", 16, 0x4000,
            ValueNames.Flag("authentication enabled (peer.authenable)", "authentication disabled (peer.authenable)")),
        P.Flag("ntp.ctrl.peer_status.authentic", "Peer Status", 16, 0x2000,
            ValueNames.Flag("authentication okay (peer.authentic)", "authentication not okay (peer.authentic)")),
        P.Flag("ntp.ctrl.peer_status.reach", "Peer Status", 16, 0x1000,
            ValueNames.Flag("reachability okay (peer.reach != 0)", "reachability not okay (peer.reach != 0)")),
        P.Flag("ntp.ctrl.peer_status.bcast", "Peer Status broadcast association", 16, 0x0800, ValueNames.SetNotSet),
        P.UInt16("ntp.ctrl.peer_status.selection", "Peer Selection", FieldBase.Dec, NtpNames.Selections, mask: 0x0700),
        P.UInt16("ntp.ctrl.peer_status.count", "Peer Event Counter", mask: 0x00f0),
        P.UInt16("ntp.ctrl.peer_status.code", "Peer Event Code", FieldBase.Dec, NtpNames.PeerEvents, mask: 0x000f));

    static readonly Row ClockStatus = Status.Summary(
        P.UInt16("ntp.ctrl.clock_status.status", "Clock Status", FieldBase.Dec, NtpNames.ClockStates, mask: 0xff00),
        P.UInt16("ntp.ctrl.clock_status.code", "Clock Event Code", mask: 0x00ff));

    static readonly Layout Header = new(
        Ntp.Flags.Summary(Ntp.Leap, Ntp.Version, Ntp.Mode),
        P.UInt8("ntp.ctrl.flags2", "Flags 2", FieldBase.Hex, blurb: "Flags (Response/Error/More/Opcode)").Summary(
            P.UInt8("ntp.ctrl.flags2.r", "Response bit", FieldBase.Dec, NtpNames.Responses, mask: 0x80),
            P.UInt8("ntp.ctrl.flags2.error", "Error bit", mask: 0x40),
            P.UInt8("ntp.ctrl.flags2.more", "More bit", mask: 0x20),
            P.UInt8("ntp.ctrl.flags2.opcode", "Opcode", FieldBase.Dec, NtpNames.Opcodes, mask: 0x1f)),
        P.UInt16("ntp.ctrl.sequence", "Sequence"));

    static readonly Layout AfterStatus = new(AssociationId, P.UInt16("ntp.ctrl.offset", "Offset"), Count);
    static readonly Layout Association = new(Item.Around(AssociationId));
    static readonly Layout Plain = new(PlainStatus), Error = new(ErrorStatus), System = new(SystemStatus), Peer = new(PeerStatus), Clock = new(ClockStatus);

    public static void Dissect(Packet p, in View v, Node tree)
    {
        int flags = v.U8(1), opcode = flags & 0x1f, association = v.U16(6), count = v.U16(10);
        bool list = opcode == ReadStatus && association == 0;
        int at = p.AddRows(tree, v, 0, Header);
        at = p.AddRows(tree, v, at, StatusOf(flags, opcode, association));
        p.AddRows(tree, v, at, AfterStatus);
        if (count > 0)
        {
            var data = p.Add(tree, Data, v, HeaderLength, count);
            if (list)
            {
                AddAssociations(p, v, tree, data, count);
            }
            else
            {
                AddText(p, v, data, opcode, count);
            }
        }

        int padding = (4 - (count & 3)) & 3;
        at = HeaderLength + count;
        if (v.ReportedFrom(at + padding) >= 4 && padding > 0)
        {
            p.Add(tree, Padding, v, at, padding);
        }

        Ntp.AddAuthenticator(p, v, tree, at + padding);
    }

    static Layout StatusOf(int flags, int opcode, int association) => (flags & 0xc0) switch
    {
        0xc0 => Error,
        0x80 => opcode switch
        {
            ReadClockVariables or WriteClockVariables => Clock,
            (>= ReadStatus and <= WriteVariables) or AsynchronousMessage => association == 0 ? System : Peer,
            _ => Plain,
        },
        _ => Plain,
    };

    /// <summary>The server's associations, each with its state; the state stands beside the data.</summary>
    static void AddAssociations(Packet p, in View v, Node tree, Node data, int count)
    {
        for (int at = HeaderLength; at < HeaderLength + count; at += 4)
        {
            p.AddRows(data, v, at, Association);
            p.AddRows(tree, v, at + 2, Peer);
        }
    }

    static void AddText(Packet p, in View v, Node data, int opcode, int count)
    {
        var field = opcode switch
        {
            AsynchronousMessage => TrapMessage,
            8 or 9 => Configuration,
            10 => RecentUsers,
            11 => OrderedList,
            12 => Nonce,
            _ => null,
        };
        if (field is not null)
        {
            p.Add(data, field, v, HeaderLength, count);
        }
        else if (opcode is >= ReadStatus and <= WriteClockVariables)
        {
            AddVariables(p, v.Part(0, HeaderLength + count), data);
        }
    }

    /// <summary>Variables: <c>name=value, name="text", ...</c>. The branches below one show how Wireshark's reader took it apart.</summary>
    static void AddVariables(Packet p, in View v, Node data)
    {
        int at = HeaderLength;
        while (at < v.Captured)
        {
            int start = SkipBlanks(v.Bytes, at), end = start;
            bool quoted = false;
            while (end < v.Captured && (quoted || v.Bytes[end] != ','))
            {
                quoted ^= v.Bytes[end] == '"';
                end++;
            }

            if (end == start)
            {
                break;
            }

            AddVariable(p, v, data, start, end);
            at = end + 1;
        }
    }

    static void AddVariable(Packet p, in View v, Node data, int start, int end)
    {
        bool more = end < v.Captured;
        var text = v.Bytes[start..end];
        text = more ? text : text.TrimEnd("\r\n"u8);
        int nameEnd = text.IndexOfAny("= \r\n"u8), equals = text.IndexOf((byte)'=');
        nameEnd = nameEnd < 0 ? text.Length : nameEnd;
        var inner = Twice(p, v, data, start, text);
        p.AddText(inner, v, start, nameEnd, $"{text[..nameEnd]}");
        int at = nameEnd;
        if (equals >= 0)
        {
            p.AddText(inner, v, start + equals, 1, "=");
            at = SkipBlanks(text, equals + 1);
            int length = text[at..].IndexOfAny("\r\n"u8);
            var value = length < 0 ? text[at..] : text.Slice(at, length);
            AddValue(p, v, inner, start + at, value);
            at += value.Length;
        }

        at = SkipBlanks(text, at);
        var rest = text[at..];
        var separator = p.AddText(inner, v, start + at, rest.Length, $"{rest}");
        if (more || rest.Length > 0)
        {
            p.AddText(separator, v, start + at, rest.Length, $"{rest}");
        }
    }

    static void AddValue(Packet p, in View v, Node parent, int at, ReadOnlySpan<byte> value)
    {
        if (value.Length == 0)
        {
            p.AddText(parent, v, at, 0, "");
        }
        else if (value.Length >= 2 && value[0] == '"' && value[^1] == '"')
        {
            AddQuoted(p, v, parent, at, value);
        }
        else
        {
            Twice(p, v, p.AddText(parent, v, at, value.Length, $"{value}"), at, value);
        }
    }

    static void AddQuoted(Packet p, in View v, Node parent, int at, ReadOnlySpan<byte> value)
    {
        var plain = value[1..^1];
        var quoted = p.AddText(p.AddText(Twice(p, v, parent, at, value), v, at, value.Length, $"{plain}"), v, at, value.Length, $"{value}");
        p.AddText(quoted, v, at, 1, "\"");
        Twice(p, v, p.AddText(quoted, v, at + 1, plain.Length, $"{plain}"), at + 1, plain);
        p.AddText(quoted, v, at + value.Length - 1, 1, "\"");
    }

    /// <summary>Branches one in another with the same text; returns the innermost.</summary>
    static Node Twice(Packet p, in View v, Node parent, int at, ReadOnlySpan<byte> text) =>
        p.AddText(p.AddText(parent, v, at, text.Length, $"{text}"), v, at, text.Length, $"{text}");

    static int SkipBlanks(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t')
        {
            at++;
        }

        return at;
    }
}
