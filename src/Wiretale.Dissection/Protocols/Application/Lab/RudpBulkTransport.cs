using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Lab;

// Specification: the lab's bulk transport over UDP (docs/rudp.md), on UDP 49152 beside the signals, whose first byte is a letter:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-----+-------+---------------+-------------------------------+
//   |1| Ver | Type  |   Reserved    |                               |
//   +-+-----+-------+---------------+       Packet Number (48)      +
//   |                                                               |
//   +---------------------------------------------------------------+
//   |                                                               |
//   +                      Connection ID (64)                       +
//   |                                                               |
//   +---------------------------------------------------------------+
//   |                     Checksum (CRC-32C)                        |
//   +---------------------------------------------------------------+
//   |  Body ...

/// <summary>Bulk data made reliable over UDP: packets, what they acknowledge, what is sent again, and the file that is asked for.</summary>
public sealed class RudpBulkTransport() : Dissector("rudpbulk")
{
    static readonly Protocol P = new("Reliable UDP Bulk Transport", "RUDP-BULK", "rudpbulk");
    static readonly ValueNames Types = Names<BulkPacketType>(), Frames = Names<BulkFrameType>(), Codes = Names<BulkCode>(), Statuses = Names<BulkFileStatus>();

    static readonly Layout Header = new(
        P.Flag("rudpbulk.mark", "Mark", 8, 0x80, blurb: "Set in this protocol, clear in the signals"),
        P.UInt8("rudpbulk.version", "Version", mask: 0x70),
        P.UInt8("rudpbulk.type", "Type", FieldBase.Dec, Types, 0x0f),
        P.UInt8("rudpbulk.reserved", "Reserved"));

    static readonly Field Number = P.UInt64("rudpbulk.packet_number", "Packet Number", blurb: "Of the sender; in Retry, Accept and Reset that of the packet that is answered");
    static readonly Field ConnectionId = P.UInt64("rudpbulk.connection_id", "Connection ID", FieldBase.Hex, blurb: "The receiver's; in a Hello the sender's");
    static readonly Field Checksum = P.UInt32("rudpbulk.checksum", "Checksum", FieldBase.Hex, blurb: "CRC-32C of the datagram");
    static readonly Field ChecksumStatus = P.UInt8("rudpbulk.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field MaxDatagram = P.UInt16("rudpbulk.max_datagram", "Max Datagram", blurb: "Longest datagram that the sender takes");
    static readonly Field CookieLength = P.UInt8("rudpbulk.cookie_length", "Cookie Length");
    static readonly Field Window = P.UInt32("rudpbulk.receive_window", "Receive Window", blurb: "Bytes that the sender takes before it says more");
    static readonly Field Cookie = P.Bytes("rudpbulk.cookie", "Cookie", blurb: "Shows that the client gets what is sent to its address");
    static readonly Field Padding = P.Bytes("rudpbulk.padding", "Padding");

    static readonly Layout Hello = new(MaxDatagram, CookieLength, Row.Skip(1), Window, Cookie.Counted(CookieLength), Padding.Rest().Optional());
    static readonly Layout Retry = new(CookieLength, Row.Skip(3), Cookie.Counted(CookieLength));
    static readonly Layout Accept = new(P.UInt64("rudpbulk.server_id", "Server's Connection ID", FieldBase.Hex), MaxDatagram, Row.Skip(2), Window);
    static readonly Layout Reset = new(P.UInt8("rudpbulk.reset.code", "Code", FieldBase.Dec, Codes), Row.Skip(3));
    static readonly Field VersionCount = P.UInt8("rudpbulk.version_count", "Versions");
    static readonly Layout Versions = new(VersionCount, Row.Times(VersionCount, P.UInt8("rudpbulk.supported_version", "Supported Version")));

    static readonly Field Frame = P.Label("rudpbulk.frame", "Frame");
    static readonly Field FrameType = P.UInt8("rudpbulk.frame.type", "Frame Type", FieldBase.Dec, Frames);
    static readonly Field RangeCount = P.UInt8("rudpbulk.ack.range_count", "Range Count", blurb: "Gaps, and ranges below them");
    static readonly Field Delay = P.UInt16("rudpbulk.ack.delay", "ACK Delay", blurb: "In units of 8 microseconds");
    static readonly Field Largest = P.UInt64("rudpbulk.ack.largest", "Largest Acknowledged");
    static readonly Field Run = P.UInt16("rudpbulk.ack.run", "Run", blurb: "Packets acknowledged below the highest of the range");
    static readonly Field Gap = P.UInt16("rudpbulk.ack.gap", "Gap", blurb: "Packets missing, less one");
    static readonly Field Range = P.String("rudpbulk.ack.range", "Acknowledged", "Packet numbers acknowledged, first to last");
    static readonly Field Flags = P.UInt8("rudpbulk.data.flags", "Flags", FieldBase.Hex);
    static readonly Field Fin = P.Flag("rudpbulk.data.fin", "End of the stream", 8, 0x01);
    static readonly Field DataLength = P.UInt16("rudpbulk.data.length", "Length");
    static readonly Field Offset = P.UInt64("rudpbulk.data.offset", "Offset");
    static readonly Field Data = P.Bytes("rudpbulk.data", "Data");
    static readonly Field MaxOffset = P.UInt64("rudpbulk.window.offset", "Maximum Offset", blurb: "The other side may send as far as here");
    static readonly Field Code = P.UInt8("rudpbulk.close.code", "Code", FieldBase.Dec, Codes);
    static readonly Field ReasonLength = P.UInt16("rudpbulk.close.reason_length", "Reason Length");
    static readonly Field Reason = P.String("rudpbulk.close.reason", "Reason");
    static readonly Field ProbeSize = P.UInt16("rudpbulk.probe.size", "Size", blurb: "Length of the datagram that is tried");

    static readonly Field RequestName = P.String("rudpbulk.file.name", "Name");
    static readonly Field FileOffset = P.UInt64("rudpbulk.file.offset", "Offset", blurb: "Where the file's bytes begin");
    static readonly Field Digest = P.Bytes("rudpbulk.file.sha256", "SHA-256", blurb: "Of the whole file");
    static readonly Field Status = P.UInt8("rudpbulk.file.status", "Status", FieldBase.Dec, Statuses);
    static readonly Field FileSize = P.UInt64("rudpbulk.file.size", "Size", blurb: "Of the whole file");
    static readonly Field NameLength = P.UInt16("rudpbulk.file.name_length", "Name Length");
    static readonly Field RefusalLength = P.UInt16("rudpbulk.file.reason_length", "Reason Length");
    static readonly Field Refusal = P.String("rudpbulk.file.reason", "Reason");
    static readonly Field Congestion = P.UInt8("rudpbulk.file.congestion", "Congestion Control", FieldBase.Dec, ValueNames.Of(() => [(0, "the server's choice"), (1, "Fixed"), (2, "NewReno"), (3, "CUBIC"), (4, "Vegas")]));
    static readonly Layout Request = new(P.UInt8("rudpbulk.file.kind", "Kind", FieldBase.Dec, ValueNames.Of(() => [(1, "Get file")])), Congestion, NameLength, FileOffset, Digest.Of(32), RequestName.Counted(NameLength));
    static readonly Layout Answer = new(Status, Row.Skip(1), RefusalLength, FileSize, FileOffset, Digest.Of(32), Refusal.Counted(RefusalLength));

    static readonly Field AcksFrame = P.FrameNumber("rudpbulk.analysis.acks_frame", "The largest number acknowledged was sent in frame");
    static readonly Field RoundTrip = P.RelativeTime("rudpbulk.analysis.ack_rtt", "Time since that frame");
    static readonly Field NewlyAcked = P.UInt32("rudpbulk.analysis.newly_acked", "Packets acknowledged for the first time");
    static readonly Expert Again = P.Expert("rudpbulk.analysis.retransmission", Severity.Note, ExpertGroup.Sequence, "These bytes were sent before, in another packet");
    static readonly Expert Copy = P.Expert("rudpbulk.analysis.duplicate", Severity.Note, ExpertGroup.Sequence, "This packet number was seen before: the network made a copy");
    static readonly Expert Overtaken = P.Expert("rudpbulk.analysis.out_of_order", Severity.Note, ExpertGroup.Sequence, "A later packet has overtaken this one");
    static readonly Expert Unseen = P.Expert("rudpbulk.analysis.acked_unseen", Severity.Warning, ExpertGroup.Sequence, "A packet is acknowledged that was not captured or never sent");
    static readonly Expert BadChecksum = P.Expert("rudpbulk.checksum.bad", Severity.Error, ExpertGroup.Checksum, "Bad checksum: the receiver drops this datagram");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Udp.Heuristics, (p, in v, parent) => IsOurs(p, v) && Dissect(p, v, parent) > 0);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var type = (BulkPacketType)(v.U8(0) & 15);
        long number = (long)v.U48(RudpBulk.PacketNumberOffset);
        p.SetProtocol("RUDP-BULK");
        p.Info.Set($"{Types.FindOr((ulong)type, "Unknown")} {number}");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Reliable UDP Bulk Transport, {Types.FindOr((ulong)type, "Unknown")}, Packet Number: {number}");
        p.AddRows(tree, v, 0, Header);
        var numberNode = p.AddUInt(tree, Number, v, RudpBulk.PacketNumberOffset, 6, (ulong)number);
        p.Add(tree, ConnectionId, v, RudpBulk.ConnectionIdOffset);
        CheckSum(p, v, tree);

        var talk = p.Conversation is null || p.IsQuoted ? null : p.Conversation.GetOrAdd<BulkTalk>(this);
        talk?.Enter(p, type, v.U64(RudpBulk.ConnectionIdOffset));
        var body = v.From(RudpBulk.HeaderLength);
        if (((v.U8(0) >> 4) & 7) != RudpBulk.Version)
        {
            return v.Reported;
        }

        switch (type)
        {
            case BulkPacketType.Hello:
                p.Info.Append(body.U8(2) > 0 ? ", with a cookie"u8 : ""u8);
                p.AddRows(tree, body, 0, Hello);
                break;
            case BulkPacketType.Retry:
                p.AddRows(tree, body, 0, Retry);
                break;
            case BulkPacketType.Accept:
                p.AddRows(tree, body, 0, Accept);
                break;
            case BulkPacketType.Reset:
                p.Info.Append($": {Codes.FindOr(body.U8(0), "Unknown")}");
                p.AddRows(tree, body, 0, Reset);
                break;
            case BulkPacketType.Versions:
                p.AddRows(tree, body, 0, Versions);
                break;
            case BulkPacketType.Frames:
                bool isNext = talk is null || Sequence(p, v, numberNode, talk, number);
                for (int at = 0; at < body.Reported;)
                {
                    at = AddFrame(p, body, at, tree, talk, isNext);
                }

                break;
            default:
                break;
        }

        return v.Reported;
    }

    // On another port only the checksum can tell; on this one a datagram with a wrong one is worth showing.
    static bool IsOurs(Packet p, in View v)
    {
        if (v.Captured < RudpBulk.HeaderLength || (v.U8(0) & RudpBulk.Mark) == 0 || v.U8(1) != 0 || !Enum.IsDefined((BulkPacketType)(v.U8(0) & 15)))
        {
            return false;
        }

        return p.SourcePort == RudpSignals.Port || p.DestinationPort == RudpSignals.Port || (v.Captured == v.Reported && RudpBulk.Checksum(v.Bytes) == v.U32(RudpBulk.ChecksumOffset));
    }

    static void CheckSum(Packet p, in View v, Node tree)
    {
        var node = p.Add(tree, Checksum, v, RudpBulk.ChecksumOffset);
        uint status = ChecksumStates.Unverified;
        if (v.Captured == v.Reported)
        {
            uint right = RudpBulk.Checksum(v.Bytes);
            bool isGood = right == v.U32(RudpBulk.ChecksumOffset);
            status = isGood ? ChecksumStates.Good : ChecksumStates.Bad;
            if (isGood)
            {
                p.AppendLabel(node, " [correct]");
            }
            else
            {
                p.AppendLabel(node, $" [incorrect, should be 0x{right:x8}]");
                p.Expert(node, BadChecksum, v, RudpBulk.ChecksumOffset, 4);
                p.Info.Append(" [BAD CHECKSUM]"u8);
            }
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, RudpBulk.ChecksumOffset, 0, status));
    }

    /// <returns>Whether it is no copy, and nothing has overtaken it.</returns>
    static bool Sequence(Packet p, in View v, Node node, BulkTalk talk, long number)
    {
        switch (talk.Sender(p).Sent(number, p.Number, p.Time))
        {
            case BulkTalk.Order.Copy:
                p.Info.Append(" [Duplicate]"u8);
                p.Expert(node, Copy, v, RudpBulk.PacketNumberOffset, 6);
                return false;
            case BulkTalk.Order.Late:
                p.Info.Append(" [Out-Of-Order]"u8);
                p.Expert(node, Overtaken, v, RudpBulk.PacketNumberOffset, 6);
                return false;
            default:
                return true;
        }
    }

    /// <returns>Where the next frame begins.</returns>
    static int AddFrame(Packet p, in View v, int at, Node tree, BulkTalk? talk, bool isNext)
    {
        var type = (BulkFrameType)v.U8(at);
        if (type == BulkFrameType.Padding)
        {
            int end = at;
            while (end < v.Captured && v.U8(end) == 0)
            {
                end++;
            }

            end = end == v.Captured ? v.Reported : end;
            p.Add(tree, Padding, v, at, Math.Min(end, v.Captured) - at);
            return end;
        }

        int length = LengthOf(v, at, type);
        p.Info.Append($", {Frames.FindOr((ulong)type, "Unknown")}");
        var frame = p.Add(tree, Frame, v, at, Math.Max(1, Math.Min(length, v.CapturedFrom(at))));
        p.Label(frame, $"{Frames.FindOr((ulong)type, "Unknown")} frame");
        p.Add(frame, FrameType, v, at);
        switch (type)
        {
            case BulkFrameType.Ack:
                AddAck(p, v, at, frame, talk);
                break;
            case BulkFrameType.Data:
                AddData(p, v, at, frame, talk, isNext);
                break;
            case BulkFrameType.Window:
                p.Add(frame, MaxOffset, v, at + 4);
                p.Info.Append($"={v.U64(at + 4)}");
                break;
            case BulkFrameType.Close:
                p.AddAll(frame, v, at + 1, Code, ReasonLength);
                p.Add(frame, Reason, v, at + 4, v.U16(at + 2));
                p.Info.Append($" ({Codes.FindOr(v.U8(at + 1), "Unknown")})");
                break;
            case BulkFrameType.Probe:
                p.Add(frame, ProbeSize, v, at + 2);
                p.Info.Append($" {v.U16(at + 2)}");
                break;
            case BulkFrameType.Ping:
                break;
            default:
                return v.Reported;
        }

        return at + length;
    }

    static int LengthOf(in View v, int at, BulkFrameType type) => type switch
    {
        BulkFrameType.Ping => 1,
        BulkFrameType.Ack => 12 + (4 * v.U8(at + 1)),
        BulkFrameType.Data => 12 + v.U16(at + 2),
        BulkFrameType.Window => 12,
        BulkFrameType.Close => 4 + v.U16(at + 2),
        BulkFrameType.Probe => 4,
        _ => 1,
    };

    static void AddAck(Packet p, in View v, int at, Node frame, BulkTalk? talk)
    {
        int ranges = v.U8(at + 1);
        long to = (long)v.U48(at + 4), largest = to;
        p.AddAll(frame, v, at + 1, RangeCount, Delay);
        p.AddUInt(frame, Largest, v, at + 4, 6, (ulong)to);
        at += 10;
        uint fresh = 0;
        for (int i = 0; i <= ranges; i++)
        {
            if (i > 0)
            {
                p.Add(frame, Gap, v, at);
                to -= v.U16(at) + 1;
                at += 2;
            }

            long from = to - v.U16(at);
            p.Add(frame, Run, v, at);
            if (p.Wants(Range))
            {
                p.Generated(p.AddString(frame, Range, v, at, 2, from == to ? $"{to}" : $"{from}-{to}"));
            }

            if (i < 3)
            {
                p.Info.Append(from == to ? $" {to}" : $" {from}-{to}");
            }
            else if (i == 3)
            {
                p.Info.Append(" ..."u8);
            }

            fresh += talk?.Receiver(p).Acknowledged(from, to, p.Number) ?? 0;
            to = from - 1;
            at += 2;
        }

        if (talk is null)
        {
            return;
        }

        p.Generated(p.AddUInt(frame, NewlyAcked, v, at, 0, fresh));
        if (talk.Receiver(p).Find(largest) is { } sent)
        {
            p.Generated(p.AddUInt(frame, AcksFrame, v, at, 0, (uint)sent.Frame));
            p.Generated(p.AddTime(frame, RoundTrip, v, at, 0, p.Time - sent.Time));
        }
        else if (talk.IsWhole)
        {
            p.Expert(frame, Unseen, v);
        }
    }

    static void AddData(Packet p, in View v, int at, Node frame, BulkTalk? talk, bool isNext)
    {
        p.AddBits(frame, Flags, v, at + 1, [Fin]);
        p.AddAll(frame, v, at + 2, DataLength, Offset);
        int length = v.U16(at + 2);
        ulong offset = v.U64(at + 4);
        bool ends = (v.U8(at + 1) & 1) != 0;
        p.Info.Append($" Offset={offset} Len={length}");
        if (ends)
        {
            p.Info.Append(" FIN"u8);
        }

        // What is late or a copy was not sent again: that would have a new number.
        if ((talk?.Sender(p).IsAgain(offset, length, ends) ?? false) && isNext)
        {
            p.Info.Append(" [Retransmission]"u8);
            p.Expert(frame, Again, v, at, 12 + length);
        }

        if (length > 0)
        {
            p.Add(frame, Data, v, at + 12, length);
        }

        if (offset == 0 && length > 0)
        {
            AddFile(p, v.Part(at + 12, length), frame, talk?.IsFromClient(p));
        }
    }

    static void AddFile(Packet p, in View v, Node frame, bool? isFromClient)
    {
        const int RequestLength = 44, AnswerLength = 52;
        if (isFromClient != false && v.Reported >= RequestLength && v.U8(0) == 1 && v.U16(2) == v.Reported - RequestLength)
        {
            p.AddRows(p.AddText(frame, v, 0, v.Captured, $"Request for a file"), v, 0, Request);
            p.Info.Append($" GET {v.Bytes[Math.Min(RequestLength, v.Captured)..]}");
        }
        else if (isFromClient != true && v.Reported >= AnswerLength && v.U16(2) <= v.Reported - AnswerLength)
        {
            p.AddRows(p.AddText(frame, v, 0, Math.Min(v.Captured, AnswerLength + v.U16(2)), $"Answer to a request for a file"), v, 0, Answer);
            p.Info.Append($" {Statuses.FindOr(v.U8(0), "Unknown")}");
        }
    }

    static ValueNames Names<T>()
        where T : struct, Enum =>
        ValueNames.Of(() => [.. Enum.GetValues<T>().Select(value => (Convert.ToUInt64(value, provider: null), Words(value.ToString())))]);

    // Names of frames stand in capitals, as they do in the specification; those of several words apart.
    static string Words(string name) =>
        Enum.TryParse<BulkFrameType>(name, out _) ? name.ToUpperInvariant() : string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
}
