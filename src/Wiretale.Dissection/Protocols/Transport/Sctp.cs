using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport;

// Specification: RFC 9260 section 3 (packets and chunks), RFC 3758 (FORWARD_TSN).
//
//    0               1               2               3
//   +-------------------------------+-------------------------------+
//   | Source port                   | Destination port              |
//   +-------------------------------+-------------------------------+
//   | Verification tag, checksum                                    |  32 bits each
//   +---------------+---------------+-------------------------------+
//   | Chunk type    | Chunk flags   | Chunk length                  |  chunks, each padded to four bytes
//   +---------------+---------------+-------------------------------+

/// <summary>Stream Control Transmission Protocol.</summary>
public sealed class Sctp() : Dissector("sctp")
{
    const int HeaderLength = 12, ChunkHeader = 4, DataHeader = 16, SackHeader = 16;
    const int Data = 0, Init = 1, InitAck = 2, Sack = 3, Heartbeat = 4, HeartbeatAck = 5, Abort = 6, Shutdown = 7, Error = 9, CookieEcho = 10, Ecne = 12, Cwr = 13,
        ShutdownComplete = 14, ForwardTsn = 192;

    internal static readonly Protocol P = new("Stream Control Transmission Protocol", "SCTP", "sctp");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "DATA"), (1, "INIT"), (2, "INIT_ACK"), (3, "SACK"), (4, "HEARTBEAT"), (5, "HEARTBEAT_ACK"), (6, "ABORT"), (7, "SHUTDOWN"),
        (8, "SHUTDOWN_ACK"), (9, "ERROR"), (10, "COOKIE_ECHO"), (11, "COOKIE_ACK"), (12, "ECNE"), (13, "CWR"), (14, "SHUTDOWN_COMPLETE"),
        (15, "AUTH"), (16, "NR_SACK"), (64, "I_DATA"), (128, "ASCONF_ACK"), (129, "PKTDROP"), (130, "RE_CONFIG"), (132, "PAD"), (192, "FORWARD_TSN"),
        (193, "ASCONF"), (194, "I_FORWARD_TSN"), (255, "IETF_EXTENSION")]);
    static readonly Field SourcePort = P.UInt16("sctp.srcport", "Source port");
    static readonly Field DestinationPort = P.UInt16("sctp.dstport", "Destination port");
    static readonly Field AnyPort = P.UInt16("sctp.port", "Port");
    static readonly Field Tag = P.UInt32("sctp.verification_tag", "Verification tag", FieldBase.Hex);
    static readonly Field AssociationIndex = P.UInt16("sctp.assoc_index", "Association index");
    static readonly Field Checksum = P.UInt32("sctp.checksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("sctp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field Type = P.UInt8("sctp.chunk_type", "Chunk type", FieldBase.Dec, Types);
    static readonly Field[] TypeBits =
    [
        P.Flag("sctp.chunk_bit_1", "Bit", 8, 0x80, ValueNames.Flag("Skip chunk and continue processing of the packet", "Stop processing of the packet")),
        P.Flag("sctp.chunk_bit_2", "Bit", 8, 0x40, ValueNames.Flag("Do report", "Do not report")),
    ];

    static readonly Field Flags = P.UInt8("sctp.chunk_flags", "Chunk flags", FieldBase.Hex);
    static readonly Field[] DataFlags =
    [
        P.Flag("sctp.data_i_bit", "I-Bit", 8, 0x08, ValueNames.Flag("Send SACK immediately", "Possibly delay SACK")),
        P.Flag("sctp.data_u_bit", "U-Bit", 8, 0x04, ValueNames.Flag("Unordered delivery", "Ordered delivery")),
        P.Flag("sctp.data_b_bit", "B-Bit", 8, 0x02, ValueNames.Flag("First segment", "Subsequent segment")),
        P.Flag("sctp.data_e_bit", "E-Bit", 8, 0x01, ValueNames.Flag("Last segment", "Not the last segment")),
    ];

    static readonly Field[] SackFlags = [P.UInt8("sctp.sack_nounce_sum", "Nounce sum", mask: 0x01)];
    static readonly Field[] AbortFlags = [P.Flag("sctp.abort_t_bit", "T-Bit", 8, 0x01, ValueNames.Flag("Tag reflected", "Tag not reflected"))];
    static readonly Field[] CompleteFlags = [P.Flag("sctp.shutdown_complete_t_bit", "T-Bit", 8, 0x01, ValueNames.Flag("Tag reflected", "Tag not reflected"))];
    static readonly Field Length = P.UInt16("sctp.chunk_length", "Chunk length");
    static readonly Field Padding = P.Bytes("sctp.chunk_padding", "Chunk padding");
    static readonly Field Value = P.Bytes("sctp.chunk_value", "Chunk value");
    static readonly Field Cookie = P.Bytes("sctp.cookie", "Cookie");
    static readonly Field AnyInitiateTag = P.UInt32("sctp.initiate_tag", "Initiate tag", FieldBase.Hex);
    static readonly Layout InitBody = InitRows("init"), InitAckBody = InitRows("initack");
    static readonly Field RelativeTsn = P.UInt32("sctp.data_tsn", "Transmission sequence number (relative)");
    static readonly Layout DataBody = new(
        P.UInt32("sctp.data_tsn_raw", "Transmission sequence number (absolute)"),
        P.UInt16("sctp.data_sid", "Stream identifier", FieldBase.Hex),
        P.UInt16("sctp.data_ssn", "Stream sequence number"),
        P.UInt32("sctp.data_payload_proto_id", "Payload protocol identifier", FieldBase.Dec, SctpPayloads.Names));
    static readonly Field RelativeAck = P.UInt32("sctp.sack_cumulative_tsn_ack", "Cumulative TSN ACK (relative)");
    static readonly Layout SackBody = new(
        P.UInt32("sctp.sack_cumulative_tsn_ack_raw", "Cumulative TSN ACK (absolute)"),
        P.UInt32("sctp.sack_a_rwnd", "Advertised receiver window credit (a_rwnd)"),
        P.UInt16("sctp.sack_number_of_gap_blocks", "Number of gap acknowledgement blocks"),
        P.UInt16("sctp.sack_number_of_duplicated_tsns", "Number of duplicated TSNs"));
    static readonly Field GapStart = P.UInt16("sctp.sack_gap_block_start", "Start");
    static readonly Field GapStartTsn = P.UInt32("sctp.sack_gap_block_start_tsn", "Start TSN");
    static readonly Field GapEnd = P.UInt16("sctp.sack_gap_block_end", "End");
    static readonly Field GapEndTsn = P.UInt32("sctp.sack_gap_block_end_tsn", "End TSN");
    static readonly Field GapTsns = P.UInt32("sctp.sack_number_of_tsns_gap_acked", "Number of TSNs in gap acknowledgement blocks");
    static readonly Field Duplicate = P.UInt32("sctp.sack_duplicate_tsn", "Duplicate TSN");
    static readonly Field ShutdownAck = P.UInt32("sctp.shutdown_cumulative_tsn_ack", "Cumulative TSN Ack");
    static readonly Field EcneTsn = P.UInt32("sctp.ecne_lowest_tsn", "Lowest TSN");
    static readonly Field CwrTsn = P.UInt32("sctp.cwr_lowest_tsn", "Lowest TSN");
    static readonly Layout ForwardBody = new(
        P.UInt32("sctp.forward_tsn_tsn", "New cumulative TSN"),
        Row.Each(P.UInt16("sctp.forward_tsn_sid", "Stream identifier"), P.UInt16("sctp.forward_tsn_ssn", "Stream sequence number")));
    static readonly Expert BadLength = P.Expert("sctp.chunk_length.bad", Severity.Error, ExpertGroup.Malformed, "Chunk length bad");

    /// <summary>Protocols above SCTP by what the sender says they are.</summary>
    public static readonly TableKey Payloads = new("sctp.ppi", "SCTP Payload Protocol Identifier");

    /// <summary>Protocols above SCTP by port.</summary>
    public static readonly TableKey Ports = new("sctp.port", "SCTP port");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(SctpParameters)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Sctp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        v.Ensure(0, HeaderLength);
        p.SetProtocol("SCTP");
        p.Info.Clear();
        (p.SourcePort, p.DestinationPort, p.PortKind) = (v.U16(0), v.U16(2), PortKind.Sctp);
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Stream Control Transmission Protocol, Src Port: {p.ShortPort(p.SourcePort, PortKind.Sctp)} ({p.SourcePort}), Dst Port: ");
        p.AppendLabel(tree, $"{p.ShortPort(p.DestinationPort, PortKind.Sctp)} ({p.DestinationPort})");
        p.AddAll(tree, v, 0, SourcePort, DestinationPort, Tag);
        p.Hidden(p.Add(tree, AnyPort, v, 0));
        p.Hidden(p.Add(tree, AnyPort, v, 2));
        p.Label(p.Generated(p.AddUInt(tree, AssociationIndex, v, 0, 0, ushort.MaxValue)), $"Association index: disabled (enable in preferences)");
        p.Label(p.Add(tree, Checksum, v, 8), $"Checksum: 0x{v.U32(8):x8} [unverified]");
        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 8, 0, ChecksumStates.Unverified));
        var association = p.IsQuoted ? new Association() : p.Engine.Conversations.FindOrOpen(p, PortKind.Sctp).GetOrAdd<Association>(this);
        var (mine, other) = association.Sides(p);
        int at = HeaderLength;
        while (v.ReportedFrom(at) >= ChunkHeader)
        {
            int length = v.U16(at + 2), padded = (length + 3) & ~3;
            if (length < ChunkHeader)
            {
                p.AddExpert(tree, BadLength, v, at, ChunkHeader);
                break;
            }

            OneChunk(p, v.Part(at, Math.Min(padded, v.ReportedFrom(at))), tree, parent, mine, other);
            at += padded;
        }

        return v.Reported;
    }

    static void OneChunk(Packet p, in View v, Node tree, Node parent, Side mine, Side other)
    {
        int type = v.U8(0), length = v.U16(2);
        string name = Types.FindOr((ulong)type, "RESERVED");
        p.Info.Append($"{name} ");
        var chunk = p.AddText(tree, v, 0, v.Reported, $"{name} chunk");
        chunk = chunk.IsWanted ? chunk : tree;
        p.AddBits(chunk, Type, v, 0, TypeBits);
        p.AddBits(chunk, Flags, v, 1, type switch { Data => DataFlags, Sack => SackFlags, Abort => AbortFlags, ShutdownComplete => CompleteFlags, _ => [] });
        p.Add(chunk, Length, v, 2);
        switch (type)
        {
            case Data:
                AddData(p, v, chunk, parent, length, mine);
                return;
            case Init or InitAck:
                mine.HasFirst = false;
                p.AppendLabel(chunk, $" (Outbound streams: {v.U16(12)}, inbound streams: {v.U16(14)})");
                p.Hidden(p.Add(chunk, AnyInitiateTag, v, ChunkHeader));
                SctpParameters.Add(p, v.Part(0, length), chunk, p.AddRows(chunk, v, ChunkHeader, type == Init ? InitBody : InitAckBody));
                break;
            case Sack:
                AddSack(p, v, chunk, other);
                return;
            case Heartbeat or HeartbeatAck:
                p.AppendLabel(chunk, $" (Information: {length - ChunkHeader} bytes)");
                SctpParameters.Add(p, v.Part(0, length), chunk, ChunkHeader);
                break;
            case Shutdown:
                p.AppendLabel(chunk, $" (Cumulative TSN ack: {v.U32(ChunkHeader)})");
                p.Add(chunk, ShutdownAck, v, ChunkHeader);
                return;
            case Abort or Error:
                SctpParameters.AddCauses(p, v.Part(0, length), chunk, ChunkHeader);
                break;
            case CookieEcho:
                p.AppendLabel(chunk, $" (Cookie length: {length - ChunkHeader} bytes)");
                p.Add(chunk, Cookie, v, ChunkHeader, length - ChunkHeader);
                break;
            case Ecne or Cwr:
                p.Add(chunk, type == Ecne ? EcneTsn : CwrTsn, v, ChunkHeader);
                return;
            case ForwardTsn:
                p.AppendLabel(chunk, $"(Cumulative TSN: {v.U32(ChunkHeader)})");
                p.AddRows(chunk, v.Part(0, length), ChunkHeader, ForwardBody);
                return;
            default:
                if (length > ChunkHeader)
                {
                    p.Add(chunk, Value, v, ChunkHeader, length - ChunkHeader);
                }

                break;
        }

        AddPadding(p, v, chunk, length);
    }

    static void AddPadding(Packet p, in View v, Node chunk, int length)
    {
        if (v.Reported > length)
        {
            p.Add(chunk, Padding, v, length, v.Reported - length);
        }
    }

    static void AddData(Packet p, in View v, Node chunk, Node parent, int length, Side mine)
    {
        uint tsn = v.U32(4), payload = v.U32(12);
        int flags = v.U8(1), stream = v.U16(8), size = length - DataHeader;
        uint relative = mine.Relative(tsn, learn: !p.IsQuoted);
        string part = (flags & 3) switch { 3 => "complete", 2 => "first", 1 => "last", _ => "middle" };
        p.Info.Append($"(TSN={relative}) ");
        p.AppendLabel(chunk, $" ({((flags & 4) != 0 ? "un" : "")}ordered, {part} segment, TSN: {relative}, SID: {stream}, SSN: {v.U16(10)}, PPID: {payload}, payload length: {size} bytes)");
        p.AddUInt(chunk, RelativeTsn, v, 4, 4, relative);
        p.AddRows(chunk, v, 4, DataBody);
        AddPadding(p, v, chunk, length);
        if (size <= 0)
        {
            return;
        }

        var content = v.Part(DataHeader, size);
        if ((flags & 3) == 3)
        {
            HandOff(p, content, parent, payload);
            return;
        }

        if (!p.IsQuoted && content.Captured == content.Reported && mine.Add(tsn, content.Bytes, isFirst: (flags & 2) != 0, isLast: (flags & 1) != 0) is { } whole)
        {
            HandOff(p, p.AddBuffer(whole, "Reassembled SCTP Message"), parent, payload);
        }
        else
        {
            p.Info.Append("(Message Fragment) "u8);
        }
    }

    static void HandOff(Packet p, in View v, Node parent, uint payload)
    {
        uint low = Math.Min(p.SourcePort, p.DestinationPort), high = Math.Max(p.SourcePort, p.DestinationPort);
        if ((payload != 0 && p.Engine.Find(Payloads, payload) is { } said && p.Call(said, v, parent) > 0)
            || (low != 0 && p.Engine.Find(Ports, low) is { } first && p.Call(first, v, parent) > 0)
            || (high != 0 && p.Engine.Find(Ports, high) is { } second && p.Call(second, v, parent) > 0))
        {
            return;
        }

        p.CallData(v, parent);
    }

    static void AddSack(Packet p, in View v, Node chunk, Side other)
    {
        uint tsn = v.U32(4), window = v.U32(8);
        int gaps = v.U16(12), duplicates = v.U16(14);
        uint relative = other.Relative(tsn, learn: false);
        p.Info.Append($"(Ack={relative}");
        if (gaps > 0)
        {
            p.Info.Append($"+{v.U16(SackHeader + (4 * gaps) - 2)}");
        }

        p.Info.Append($", Arwnd={window}) ");
        p.AppendLabel(chunk, $" (Cumulative TSN: {tsn}, a_rwnd: {window}, gaps: {gaps}, duplicate TSNs: {duplicates})");
        p.AddUInt(chunk, RelativeAck, v, 4, 4, relative);
        int at = p.AddRows(chunk, v, 4, SackBody);
        uint acknowledged = 0;
        for (int i = 0; i < gaps; i++, at += 4)
        {
            uint start = relative + v.U16(at), end = relative + v.U16(at + 2);
            var gap = p.AddText(chunk, v, at, 4, $"Gap Acknowledgement for TSN {start} to {end}");
            gap = gap.IsWanted ? gap : chunk;
            p.Generated(p.AddUInt(p.Add(gap, GapStart, v, at), GapStartTsn, v, at, 2, start));
            p.Generated(p.AddUInt(p.Add(gap, GapEnd, v, at + 2), GapEndTsn, v, at + 2, 2, end));
            acknowledged += end - start + 1;
        }

        if (gaps > 0)
        {
            p.Generated(p.AddUInt(chunk, GapTsns, v, SackHeader, 4 * gaps, acknowledged));
        }

        for (int i = 0; i < duplicates; i++, at += 4)
        {
            p.Add(chunk, Duplicate, v, at);
        }
    }

    static Layout InitRows(string name) => new(
        P.UInt32($"sctp.{name}_initiate_tag", "Initiate tag", FieldBase.Hex),
        P.UInt32($"sctp.{name}_credit", "Advertised receiver window credit (a_rwnd)"),
        P.UInt16($"sctp.{name}_nr_out_streams", "Number of outbound streams"),
        P.UInt16($"sctp.{name}_nr_in_streams", "Number of inbound streams"),
        P.UInt32($"sctp.{name}_initial_tsn", "Initial TSN"));

    /// <summary>What is known of both ends.</summary>
    sealed class Association
    {
        readonly Side low = new(), high = new();

        public (Side Mine, Side Other) Sides(Packet p)
        {
            int order = p.SourcePort.CompareTo(p.DestinationPort);
            order = order != 0 ? order : (p.NetworkSource.High, p.NetworkSource.Low).CompareTo((p.NetworkDestination.High, p.NetworkDestination.Low));
            return order <= 0 ? (low, high) : (high, low);
        }
    }

    /// <summary>One end: its first sequence number, and the message that it is sending in pieces.</summary>
    sealed class Side
    {
        const int LongestMessage = 1 << 20;

        byte[] message = [];
        int collected;
        uint next, first;

        public bool HasFirst { get; set; }

        public uint Relative(uint tsn, bool learn)
        {
            if (!HasFirst && learn)
            {
                (HasFirst, first) = (true, tsn);
            }

            return HasFirst ? tsn - first : tsn;
        }

        /// <summary>Takes a piece; the whole message when it was the last. Pieces have numbers without gaps (RFC 9260 section 6.9).</summary>
        public byte[]? Add(uint tsn, ReadOnlySpan<byte> piece, bool isFirst, bool isLast)
        {
            if (isFirst)
            {
                collected = 0;
            }
            else if (collected == 0 || tsn != next)
            {
                return null;
            }

            if (collected + piece.Length > LongestMessage)
            {
                collected = 0;
                return null;
            }

            if (message.Length < collected + piece.Length)
            {
                Array.Resize(ref message, Math.Max(collected + piece.Length, message.Length * 2));
            }

            piece.CopyTo(message.AsSpan(collected));
            collected += piece.Length;
            next = tsn + 1;
            if (!isLast)
            {
                return null;
            }

            byte[] whole = message.AsSpan(0, collected).ToArray();
            collected = 0;
            return whole;
        }
    }
}
