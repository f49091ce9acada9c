using Wiretale.Dissection.Conversations;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport;

// Specification: RFC 4340 section 5 (packets and options), RFC 4342 section 8 (CCID 3).
//
//    0               1               2               3
//   +-------------------------------+-------------------------------+
//   | Source port                   | Destination port              |
//   +---------------+-------+-------+-------------------------------+
//   | Data offset   | CCVal | CsCov | Checksum                      |
//   +-----+-------+-+-------+-------+-------------------------------+
//   | Res | Type  |X| Reserved      | Sequence number (16 bits; 48 with X, or 24 without the reserved byte)
//   +-----+-------+-+---------------+-------------------------------+

/// <summary>Datagram Congestion Control Protocol.</summary>
public sealed class Dccp() : Dissector("dccp")
{
    const int Request = 0, Response = 1, Data = 2, DataAck = 4, Reset = 7, ShortHeader = 12, LongHeader = 16;

    static readonly Protocol P = new("Datagram Congestion Control Protocol", "DCCP", "dccp");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "Request"), (1, "Response"), (2, "Data"), (3, "Ack"), (4, "DataAck"), (5, "CloseReq"), (6, "Close"), (7, "Reset"), (8, "Sync"),
        (9, "SyncAck"), (10, "Listen"), (11, "Reserved"), (12, "Reserved"), (13, "Reserved"), (14, "Reserved"), (15, "Reserved")]);
    static readonly ValueNames Services = ValueNames.Of(() => [
        (0, "not specified"), (0x6c7470, "LTP: Licklider Transmission Protocol"), (0x44495343, "DISC: Discard"),
        (0x52544350, "RTCP: RTCP connection, separate from the corresponding RTP"),
        (0x52545041, "RTPA: RTP session conveying audio data (and associated RTCP)"),
        (0x5254504f, "RTPO: RTP session conveying other media (and associated RTCP)"),
        (0x52545054, "RTPT: RTP session conveying text media (and associated RTCP)"),
        (0x52545056, "RTPV: RTP session conveying video data (and associated RTCP)"), (0x53594c47, "SYLG: Syslog Protocol"),
        (0x64746e31, "Bundle Protocol"), (0x6e706d70, "NPMP: NetPerfMeter Data"), (0xffffffff, "Reserved (Invalid)")]);
    static readonly ValueNames Resets = ValueNames.Of(() => [
        (0, "Unspecified"), (1, "Closed"), (2, "Aborted"), (3, "No Connection"), (4, "Packet Error"), (5, "Option Error"), (6, "Mandatory Error"),
        (7, "Connection Refused"), (8, "Bad Service Code"), (9, "Too Busy"), (10, "Bad Init Cookie"), (11, "Aggression Penalty"), (12, "Reserved")]);
    static readonly ValueNames OptionTypes = ValueNames.Ranges(() => [
        (0, 0, "Padding"), (1, 1, "Mandatory"), (2, 2, "Slow Receiver"), (3, 31, "Reserved"), (32, 32, "Change L"), (33, 33, "Confirm L"),
        (34, 34, "Change R"), (35, 35, "Confirm R"), (36, 36, "Init Cookie"), (37, 37, "NDP Count"), (38, 38, "Ack Vector [Nonce 0]"),
        (39, 39, "Ack Vector [Nonce 1]"), (40, 40, "Data Dropped"), (41, 41, "Timestamp"), (42, 42, "Timestamp Echo"), (43, 43, "Elapsed Time"),
        (44, 44, "Data checksum"), (45, 127, "Reserved"), (128, 191, "CCID option"), (192, 192, "CCID3 Loss Event Rate"),
        (193, 193, "CCID3 Loss Intervals"), (194, 194, "CCID3 Receive Rate"), (195, 255, "CCID option")]);
    static readonly ValueNames Features = ValueNames.Ranges(() => [
        (0, 0, "Reserved"), (1, 1, "Congestion Control ID (CCID)"), (2, 2, "Allow Short Seqnums"), (3, 3, "Sequence Window"), (4, 4, "ECN Incapable"),
        (5, 5, "Ack Ratio"), (6, 6, "Send Ack Vector"), (7, 7, "Send NDP Count"), (8, 8, "Minimum Checksum Coverage"), (9, 9, "Check Data Checksum"),
        (3, 127, "Reserved"), (192, 192, "Send Loss Event Rate"), (193, 255, "CCID-specific feature")]);
    static readonly Field SourcePort = P.UInt16("dccp.srcport", "Source Port", FieldBase.PortDccp);
    static readonly Field DestinationPort = P.UInt16("dccp.dstport", "Destination Port", FieldBase.PortDccp);
    static readonly Field AnyPort = P.UInt16("dccp.port", "Source or Destination Port", FieldBase.PortDccp);
    static readonly Field StreamIndex = P.UInt32("dccp.stream", "Stream index");
    static readonly Field Offset = P.UInt8("dccp.data_offset", "Data Offset");
    static readonly Field CcVal = P.UInt8("dccp.ccval", "CCVal");
    static readonly Field Coverage = P.UInt8("dccp.cscov", "Checksum Coverage");
    static readonly Field Checksum = P.UInt16("dccp.checksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("dccp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field ReservedBits = P.UInt8("dccp.res1", "Reserved", FieldBase.Hex);
    static readonly Field ReservedByte = P.UInt8("dccp.res2", "Reserved", FieldBase.Hex);
    static readonly Field AckReserved = P.UInt16("dccp.ack_res", "Reserved", FieldBase.Hex);
    static readonly Field Type = P.UInt8("dccp.type", "Type", FieldBase.Dec, Types);
    static readonly Field Extended = P.Flag("dccp.x", "Extended Sequence Numbers");
    static readonly Field Sequence = P.UInt64("dccp.seq", "Sequence Number");
    static readonly Field SequenceRaw = P.UInt64("dccp.seq_raw", "Sequence Number (raw)");
    static readonly Field Acknowledged = P.UInt64("dccp.ack", "Acknowledgement Number");
    static readonly Field AcknowledgedRaw = P.UInt64("dccp.ack_raw", "Acknowledgement Number (raw)");
    static readonly Field Service = P.UInt32("dccp.service_code", "Service Code", FieldBase.Dec, Services);
    static readonly Field ResetCode = P.UInt8("dccp.reset_code", "Reset Code", FieldBase.Dec, Resets);
    static readonly Field[] ResetData = [P.UInt8("dccp.data1", "Data 1"), P.UInt8("dccp.data2", "Data 2"), P.UInt8("dccp.data3", "Data 3")];
    static readonly Field Options = P.Label("dccp.options", "Options", blurb: "DCCP Options fields");
    static readonly Field Option = P.UInt8("dccp.option_type", "Option Type", FieldBase.Dec, OptionTypes);
    static readonly Field Feature = P.UInt8("dccp.feature_number", "Feature Number", FieldBase.Dec, Features);
    static readonly Field NdpCount = P.UInt64("dccp.ndp_count", "NDP Count");
    static readonly Field Time = P.UInt32("dccp.timestamp", "Timestamp");
    static readonly Field TimeEcho = P.UInt32("dccp.timestamp_echo", "Timestamp Echo");
    static readonly Field Elapsed = P.UInt32("dccp.elapsed_time", "Elapsed Time");
    static readonly Field DataChecksum = P.UInt32("dccp.checksum_data", "Data Checksum", FieldBase.Hex);
    static readonly Field Padding = P.Bytes("dccp.padding", "Padding");
    static readonly Field Mandatory = P.Bytes("dccp.mandatory", "Mandatory");
    static readonly Field SlowReceiver = P.Bytes("dccp.slow_receiver", "Slow Receiver");
    static readonly Field InitCookie = P.Bytes("dccp.init_cookie", "Init Cookie");
    static readonly Field Vector0 = P.Bytes("dccp.ack_vector.nonce_0", "Ack Vector [Nonce 0]");
    static readonly Field Vector1 = P.Bytes("dccp.ack_vector.nonce_1", "Ack Vector [Nonce 1]");
    static readonly Field DataDropped = P.Bytes("dccp.data_dropped", "Data Dropped");
    static readonly Field CcidOption = P.Bytes("dccp.ccid_option_data", "CCID option");
    static readonly Field ReservedOption = P.Bytes("dccp.option_reserved", "Reserved");
    static readonly Expert BadOption = P.Expert("dccp.option.len.bad", Severity.Warning, ExpertGroup.Protocol, "Bad option length");
    static readonly Expert BadHeader = P.Expert("dccp.advertised_header_length.bad", Severity.Error, ExpertGroup.Malformed, "Advertised header length bad");
    static readonly Expert BadChecksum = P.Expert("dccp.bad_checksum", Severity.Error, ExpertGroup.Checksum, "Bad checksum");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Dccp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        v.Ensure(0, ShortHeader);
        p.SetProtocol("DCCP");
        p.Info.Clear();
        (p.SourcePort, p.DestinationPort, p.PortKind) = (v.U16(0), v.U16(2), PortKind.Dccp);
        int type = (v.U8(8) >> 1) & 15, offset = v.U8(4) * 4;
        bool extended = (v.U8(8) & 1) != 0;
        string name = Types.FindOr((ulong)type, "Unknown");
        var conversation = p.IsQuoted ? null : p.Engine.Conversations.FindOrOpen(p, PortKind.Dccp);
        p.Conversation = conversation;
        var ends = conversation?.GetOrAdd<Ends>(this) ?? new Ends();
        bool forward = ends.IsForward(p);
        ulong raw = extended ? v.UInt(10, 6) : v.U24(9);
        int at = extended ? LongHeader : ShortHeader;
        if (type is Request or Response)
        {
            ends.Begin(forward, raw);
        }

        bool relative = type is not (Request or Response) && ends.Knows(forward);
        ulong sequence = relative ? raw - ends.First(forward) : raw;
        p.Info.Set($"{p.ShortPort(p.SourcePort, PortKind.Dccp)} → ");
        p.Info.Append($"{p.ShortPort(p.DestinationPort, PortKind.Dccp)} [{name}] Seq={sequence}");
        var tree = p.Open(P, v, parent, 0, Math.Min(offset, v.Captured));
        p.Label(tree, $"Datagram Congestion Control Protocol, Src Port: {p.NamedPort(p.SourcePort, PortKind.Dccp)}, Dst Port: ");
        p.AppendLabel(tree, $"{p.NamedPort(p.DestinationPort, PortKind.Dccp)} [{name}] Seq={sequence}");
        p.AddAll(tree, v, 0, SourcePort, DestinationPort);
        p.Hidden(p.Add(tree, AnyPort, v, 0));
        p.Hidden(p.Add(tree, AnyPort, v, 2));
        if (conversation is not null)
        {
            p.AddStream(tree, StreamIndex, v, 0, conversation);
        }

        p.Add(tree, Offset, v, 4);
        p.AddUInt(tree, CcVal, v, 5, 1, (uint)v.U8(5) >> 4);
        p.AddUInt(tree, Coverage, v, 5, 1, v.U8(5) & 15u);
        AddChecksum(p, v, tree, offset);
        p.Hidden(p.AddUInt(tree, ReservedBits, v, 8, 1, (uint)v.U8(8) >> 5));
        p.AddUInt(tree, Type, v, 8, 1, (uint)type);
        p.AddFlag(tree, Extended, v, 8, 1, extended);
        if (relative)
        {
            p.AppendLabel(p.AddUInt(tree, Sequence, v, extended ? 10 : 9, extended ? 6 : 3, sequence), "    (relative sequence number)");
        }

        if (extended)
        {
            p.Hidden(p.Add(tree, ReservedByte, v, 9));
            p.AddUInt(tree, SequenceRaw, v, 10, 6, raw);
        }
        else if (!relative)
        {
            p.AddUInt(tree, Sequence, v, 9, 3, raw);
        }

        if (type is not (Request or Data or > 9))
        {
            at = AddAcknowledgement(p, v, tree, at, extended, type != Response, ends, forward);
        }

        at = AddTypeData(p, v, tree, at, type);
        if (offset < at || offset > v.Reported)
        {
            p.AddExpert(tree, BadHeader, v, 4, 2);
            return v.Reported;
        }

        if (offset > at)
        {
            AddOptions(p, v, tree, at, offset);
        }

        if (v.ReportedFrom(offset) > 0)
        {
            p.CallData(v.From(offset), parent);
        }

        return v.Reported;
    }

    static int AddAcknowledgement(Packet p, in View v, Node tree, int at, bool extended, bool saysRelative, Ends ends, bool forward)
    {
        ulong raw = extended ? v.UInt(at + 2, 6) : v.U24(at + 1);
        bool relative = ends.Knows(!forward);
        ulong number = relative ? raw - ends.First(!forward) : raw;
        p.Info.Append($" (Ack={number})");
        int start = extended ? at + 2 : at + 1, length = extended ? 6 : 3;
        if (relative || !extended)
        {
            var node = p.AddUInt(tree, Acknowledged, v, start, length, number);
            if (relative && saysRelative)
            {
                p.AppendLabel(node, "    (relative acknowledgement number)");
            }
        }

        if (extended)
        {
            p.Hidden(p.Add(tree, AckReserved, v, at));
            p.AddUInt(tree, AcknowledgedRaw, v, start, length, raw);
        }

        return start + length;
    }

    static int AddTypeData(Packet p, in View v, Node tree, int at, int type)
    {
        if (type is Request or Response)
        {
            uint service = v.U32(at);
            if (Services.Find(service) is { } name)
            {
                p.Info.Append($" (service={name})");
            }
            else
            {
                p.Info.Append($" (service=Unknown ({service}))");
            }

            p.Add(tree, Service, v, at);
            return at + 4;
        }

        if (type == Reset)
        {
            p.Info.Append($" (code={Resets.FindOr(v.U8(at), "Unknown")})");
            p.Add(tree, ResetCode, v, at);
            return p.AddAll(tree, v, at + 1, ResetData);
        }

        return at;
    }

    /// <summary>RFC 4340 section 9.2: coverage 0 is the whole packet, n the header and 4 (n - 1) bytes of data.</summary>
    static void AddChecksum(Packet p, in View v, Node tree, int offset)
    {
        if (!p.WantsFields)
        {
            return;
        }

        ushort checksum = v.U16(6);
        int coverage = v.U8(5) & 15, covered = coverage == 0 ? v.Reported : Math.Min(offset + ((coverage - 1) * 4), v.Reported);
        var node = p.Add(tree, Checksum, v, 6);
        if (p.IsFragment || p.IsQuoted || v.Captured < covered)
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(p.NetworkSource, p.NetworkDestination, IpProtocol.Dccp, (uint)v.Reported, v.Span(0, covered));
        if (result == 0)
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} [correct]");
        }
        else
        {
            ushort expected = InternetChecksum.Expected(checksum, result);
            p.Label(node, $"Checksum: 0x{checksum:x4} incorrect, should be 0x{expected:x4}");
            p.Expert(node, BadChecksum, v, 6, 2, $"Bad checksum [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, result == 0 ? ChecksumStates.Good : ChecksumStates.Bad));
    }

    static void AddOptions(Packet p, in View v, Node tree, int at, int end)
    {
        const int LastShort = 31;
        var options = p.Add(tree, Options, v, at, end - at);
        p.Label(options, $"Options: ({end - at} bytes)");
        while (at < end)
        {
            int type = v.U8(at), length = type <= LastShort ? 1 : v.U8(at + 1);
            var node = p.Add(options, Option, v, at);
            if (length < (type <= LastShort ? 1 : 2) || at + length > end)
            {
                p.AddExpert(node, BadOption, v, at, 0);
                return;
            }

            p.SetLength(node, length);
            AddOption(p, v, node, type, at, length);
            at += length;
        }
    }

    static void AddOption(Packet p, in View v, Node node, int type, int at, int length)
    {
        int value = at + 2, size = length - 2;
        switch (type)
        {
            case 0 or 1 or 2:
                p.Add(node, type switch { 0 => Padding, 1 => Mandatory, _ => SlowReceiver }, v, at, 1);
                break;
            case >= 32 and <= 35 when size > 0:
                var feature = p.AddText(node, v, value, size, "Reserved(");
                for (int i = 1; i < size; i++)
                {
                    p.AppendLabel(feature, $"{(i > 1 ? "," : "")} {v.U8(value + i)}");
                }

                p.AppendLabel(feature, ")");
                p.Add(feature.IsWanted ? feature : node, Feature, v, value);
                break;
            case 36:
                p.Add(node, InitCookie, v, value, size);
                break;
            case 37 when size is > 0 and <= 6:
                p.Add(node, NdpCount, v, value, size);
                break;
            case 38 or 39:
                p.Add(node, type == 38 ? Vector0 : Vector1, v, value, size);
                break;
            case 40:
                p.Add(node, DataDropped, v, value, size);
                break;
            case 41 when size == 4:
                p.Add(node, Time, v, value);
                break;
            case 42 when size is 4 or 6 or 8:
                p.Add(node, TimeEcho, v, value);
                break;
            case 43 when size is 2 or 4:
                p.Add(node, Elapsed, v, value, size);
                break;
            case 44 when size == 4:
                p.Add(node, DataChecksum, v, value);
                break;
            case 41:
                p.Expert(node, BadOption, v, value, size, $"Timestamp too long [{size} != 4]");
                break;
            case 37 or 42 or 43 or 44:
                p.Expert(node, BadOption, v, value, size, $"Wrong {OptionTypes.Find((ulong)type)} length");
                break;
            default:
                p.Add(node, type >= 128 ? CcidOption : ReservedOption, v, at, length);
                break;
        }
    }

    /// <summary>The first sequence numbers of both ends.</summary>
    sealed class Ends
    {
        readonly ulong[] first = new ulong[2];
        readonly bool[] known = new bool[2];

        public bool IsForward(Packet p)
        {
            int order = p.SourcePort.CompareTo(p.DestinationPort);
            return (order != 0 ? order : (p.NetworkSource.High, p.NetworkSource.Low).CompareTo((p.NetworkDestination.High, p.NetworkDestination.Low))) <= 0;
        }

        public bool Knows(bool forward) => known[forward ? 0 : 1];

        public ulong First(bool forward) => first[forward ? 0 : 1];

        public void Begin(bool forward, ulong sequence) => (known[forward ? 0 : 1], first[forward ? 0 : 1]) = (true, sequence);
    }
}
