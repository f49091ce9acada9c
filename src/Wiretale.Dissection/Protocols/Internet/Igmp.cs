using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 988 (version 0), RFC 1112 (1), RFC 2236 (2), RFC 3376 (3); multicast traceroute: draft-ietf-idmr-traceroute-ipm.
//
//    0               8               16                            31
//   +---------------+---------------+-----------------------------+
//   |     Type      | Max resp time |          Checksum           |
//   +---------------+---------------+-----------------------------+
//   |                       Group address                         |
//   +-------------------------------------------------------------+
//   |  Version 3 query: S, QRV, QQIC, sources; report: records ...

/// <summary>Internet Group Management Protocol.</summary>
public sealed class Igmp() : Dissector("igmp")
{
    const byte LastOfVersion0 = 8, Query = 0x11, ReportV1 = 0x12, ReportV2 = 0x16, Leave = 0x17, TraceResponse = 0x1e, TraceQuery = 0x1f, ReportV3 = 0x22;

    /// <summary>A query this long is of version 3 (RFC 3376 section 7.1).</summary>
    const int QueryV3Length = 12;

    static readonly Protocol P = new("Internet Group Management Protocol", "IGMP", "igmp");

    static readonly ValueNames Types = ValueNames.Of(() => [(1, "Create Group Request"), (2, "Create Group Reply"), (3, "Join Group Request"), (4, "Join Group Reply"),
        (5, "Leave Group Request"), (6, "Leave Group Reply"), (7, "Confirm Group Request"), (8, "Confirm Group Reply"), (Query, "Membership Query"),
        (ReportV1, "Membership Report"), (0x13, "DVMRP Protocol"), (0x14, "PIM Routing Message"), (ReportV2, "Membership Report"), (Leave, "Leave Group"),
        (TraceResponse, "Traceroute Response"), (TraceQuery, "Traceroute Query or Request"), (ReportV3, "Membership Report")]);

    static readonly ValueNames Records = ValueNames.Of(() => [(1, "Mode Is Include"), (2, "Mode Is Exclude"), (3, "Change To Include Mode"), (4, "Change To Exclude Mode"),
        (5, "Allow New Sources"), (6, "Block Old Sources")]);

    static readonly ValueNames Replies = ValueNames.Of(() => [(0, "Request Granted"), (1, "Request Denied, No Resources"), (2, "Request Denied, Invalid Code"),
        (3, "Request Denied, Invalid Group"), (4, "Request Denied, Invalid Key")]);

    static readonly ValueNames RoutingProtocols = ValueNames.Of(() => [(1, "DVMRP"), (2, "MOSPF"), (3, "PIM"), (4, "CBT"), (5, "PIM using special routing table"),
        (6, "PIM using a static route"), (7, "DVMRP using a static route"), (8, "PIM using MBGP (aka BGP4+) route"), (9, "CBT using special routing table"),
        (10, "CBT using a static route"), (11, "PIM using state created by Assert processing")]);

    static readonly ValueNames ForwardingCodes = ValueNames.Of(() => [(0, "NO_ERROR"), (1, "WRONG_IF"), (2, "PRUNE_SENT"), (3, "PRUNE_RCVD"), (4, "SCOPED"), (5, "NO_ROUTE"),
        (6, "WRONG_LAST_HOP"), (7, "NOT_FORWARDING"), (8, "REACHED_RP"), (9, "RPF_IF"), (10, "NO_MULTICAST"), (11, "INFO_HIDDEN"), (0x81, "NO_SPACE"), (0x82, "OLD_ROUTER"),
        (0x83, "ADMIN_PROHIB")]);

    static readonly Field Type = P.UInt8("igmp.type", "Type", FieldBase.Hex, Types, blurb: "IGMP Packet Type");
    static readonly Field Reserved = P.Bytes("igmp.reserved", "Reserved", blurb: "IGMP Reserved");
    static readonly Field Version = P.UInt8("igmp.version", "IGMP Version");
    static readonly Field GroupType = P.UInt8("igmp.group_type", "Type Of Group", FieldBase.Dec, ValueNames.Of(() => [(0, "Public Group"), (1, "Private Group")]), blurb: "IGMP V0 Type Of Group");
    static readonly Field Reply = P.UInt8("igmp.reply", "Reply", FieldBase.Dec, Replies, blurb: "IGMP V0 Reply");
    static readonly Field ReplyPending = P.UInt8("igmp.reply.pending", "Reply Pending", blurb: "IGMP V0 Reply Pending, Retry in this many seconds");
    static readonly Field Checksum = P.UInt16("igmp.checksum", "Checksum", FieldBase.Hex, blurb: "IGMP Checksum");
    static readonly Field ChecksumStatus = P.UInt8("igmp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field Identifier = P.UInt32("igmp.identifier", "Identifier", blurb: "IGMP V0 Identifier");
    static readonly Field AccessKey = P.Bytes("igmp.access_key", "Access Key", blurb: "IGMP V0 Access Key");
    static readonly Field MaxResponse = P.UInt8("igmp.max_resp", "Max Resp Time", blurb: "Max Response Time");
    static readonly Field Suppress = P.Flag("igmp.s", "S", 8, 0x08, ValueNames.Flag("SUPPRESS router side processing", "Do not suppress router side processing"),
        "Suppress Router Side Processing");
    static readonly Field Robustness = P.UInt8("igmp.qrv", "QRV", mask: 0x07, blurb: "Querier's Robustness Value");
    static readonly Field Interval = P.UInt8("igmp.qqic", "QQIC", blurb: "Querier's Query Interval Code");
    static readonly Field SourceCount = P.UInt16("igmp.num_src", "Num Src", blurb: "Number Of Sources");
    static readonly Field Source = P.IPv4("igmp.saddr", "Source Address");
    static readonly Field RecordCount = P.UInt16("igmp.num_grp_recs", "Num Group Records", blurb: "Number Of Group Records");
    static readonly Field RecordType = P.UInt8("igmp.record_type", "Record Type", FieldBase.Dec, Records);
    static readonly Field AuxLength = P.UInt8("igmp.aux_data_len", "Aux Data Len", blurb: "Aux Data Len, In units of 32bit words");
    static readonly Field Group = P.IPv4("igmp.maddr", "Multicast Address");
    static readonly Field AuxData = P.Bytes("igmp.aux_data", "Aux Data", blurb: "IGMP V3 Auxiliary Data");
    static readonly Field Unknown = P.Bytes("igmp.data", "Data");
    static readonly Field Exponent = P.UInt8("igmp.max_resp.exp", "Exponent", FieldBase.Hex, mask: 0x70, blurb: "Maximum Response Time, Exponent");
    static readonly Field Mantissa = P.UInt8("igmp.max_resp.mant", "Mantissa", FieldBase.Hex, mask: 0x0f, blurb: "Maximum Response Time, Mantissa");
    static readonly Field TraceHops = P.UInt8("igmp.mtrace.max_hops", "# hops", blurb: "Maximum Number of Hops to Trace");
    static readonly Field TraceSource = P.IPv4("igmp.mtrace.saddr", "Source Address", "Multicast Source for the Path Being Traced");
    static readonly Field TraceReceiver = P.IPv4("igmp.mtrace.raddr", "Receiver Address", "Multicast Receiver for the Path Being Traced");
    static readonly Field TraceAnswer = P.IPv4("igmp.mtrace.rspaddr", "Response Address", "Destination of Completed Traceroute Response");
    static readonly Field TraceLife = P.UInt8("igmp.mtrace.resp_ttl", "Response TTL", blurb: "TTL for Multicasted Responses");
    static readonly Field TraceId = P.UInt24("igmp.mtrace.q_id", "Query ID", blurb: "Identifier for this Traceroute Request");
    static readonly Field[] TraceBlock =
    [
        P.UInt32("igmp.mtrace.q_arrival", "Query Arrival", blurb: "Query Arrival Time"),
        P.IPv4("igmp.mtrace.q_inaddr", "In itf addr", "Incoming Interface Address"),
        P.IPv4("igmp.mtrace.q_outaddr", "Out itf addr", "Outgoing Interface Address"),
        P.IPv4("igmp.mtrace.q_prevrtr", "Previous rtr addr", "Previous-Hop Router Address"),
        P.UInt32("igmp.mtrace.q_inpkt", "In pkts", blurb: "Input packet count on incoming interface"),
        P.UInt32("igmp.mtrace.q_outpkt", "Out pkts", blurb: "Output packet count on outgoing interface"),
        P.UInt32("igmp.mtrace.q_total", "S,G pkt count", blurb: "Total number of packets for this source-group pair"),
        P.UInt8("igmp.mtrace.q_rtg_proto", "Rtg Protocol", FieldBase.Dec, RoutingProtocols, blurb: "Routing protocol between this and previous hop rtr"),
        P.UInt8("igmp.mtrace.q_fwd_ttl", "FwdTTL", blurb: "TTL required for forwarding"),
        P.UInt8("igmp.mtrace.q_mbz", "MBZ", FieldBase.Hex, mask: 0x80, blurb: "Must be zeroed on transmission and ignored on reception"),
        P.UInt8("igmp.mtrace.q_s", "S", FieldBase.Hex, mask: 0x40, blurb: "Set if S,G packet count is for source network"),
        P.UInt8("igmp.mtrace.q_src_mask", "Src Mask", FieldBase.Hex, mask: 0x3f, blurb: "Source mask length. 63 when forwarding on group state"),
        P.UInt8("igmp.mtrace.q_fwd_code", "Forwarding Code", FieldBase.Hex, ForwardingCodes, blurb: "Forwarding information/error code"),
    ];

    static readonly Expert BadChecksum = P.Expert("igmp.bad_checksum", Severity.Error, ExpertGroup.Checksum, "Bad checksum");

    /// <summary>Protocols that share IGMP's number, by type.</summary>
    public static readonly TableKey SharedTypes = new("igmp.type", "IGMP type");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Igmp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        byte type = v.U8(0);
        if (p.Engine.Find(SharedTypes, type) is { } other)
        {
            return p.Call(other, v, parent);
        }

        if (Types.Find(type) is not null && p.Outer is not Igmp)
        {
            // Wireshark hands every type that it knows to a dissector of its own: the protocol stands twice in frame.protocols.
            return p.Call(this, v, parent);
        }

        int version = type switch
        {
            > 0 and <= LastOfVersion0 => 0,
            Query when v.Reported >= QueryV3Length => 3,
            Query => v.U8(1) == 0 ? 1 : 2,
            ReportV1 => 1,
            ReportV2 or Leave => 2,
            ReportV3 => 3,
            _ => -1,
        };
        p.SetProtocol(version switch { 0 => "IGMPv0", 1 => "IGMPv1", 2 => "IGMPv2", 3 => "IGMPv3", _ => "IGMP" });
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        if (version >= 0)
        {
            p.Info.Set(Types.Find(type)!);
            p.Generated(p.AddUInt(tree, Version, v, 0, 0, (uint)version));
        }

        if (type != TraceQuery)
        {
            p.Add(tree, Type, v, 0);
        }

        switch (type)
        {
            case > 0 and <= LastOfVersion0:
                DissectVersion0(p, v, tree, type);
                break;
            case Query when version == 3:
                DissectQuery(p, v, tree);
                break;
            case ReportV3:
                DissectReport(p, v, tree);
                break;
            case TraceResponse or TraceQuery:
                DissectTrace(p, v, tree, type);
                break;
            case Query or ReportV1 or ReportV2 or Leave:
                DissectShort(p, v, tree, type, version);
                break;
            default:
                p.Info.Set($"Unknown Type:0x{type:x2}");
                p.Add(tree, Unknown, v, 1, v.ReportedFrom(1));
                break;
        }

        return v.Reported;
    }

    static void DissectVersion0(Packet p, in View v, Node tree, byte type)
    {
        byte code = v.U8(1);
        if (type == 1)
        {
            p.Add(tree, GroupType, v, 1);
        }
        else if ((type & 1) == 0)
        {
            p.Add(tree, code < 5 ? Reply : ReplyPending, v, 1);
        }

        AddChecksum(p, v, tree, 20);
        p.Add(tree, Identifier, v, 4);
        p.Add(tree, Group, v, 8);
        p.Add(tree, AccessKey, v, 12, 8);
    }

    static void DissectShort(Packet p, in View v, Node tree, byte type, int version)
    {
        if (version == 1)
        {
            p.Add(tree, Reserved, v, 1, 1);
        }
        else
        {
            AddMaxResponse(p, v, tree, v.U8(1) / 10, v.U8(1) % 10);
        }

        AddChecksum(p, v, tree, 8);
        p.Add(tree, Group, v, 4);
        if (version == 1)
        {
            return;
        }

        var group = Address.IPv4(v.U32(4));
        if (type != Query)
        {
            p.Info.Set(type == Leave ? "Leave Group " : "Membership Report group ");
            p.Info.Append($"{group}");
        }
        else if (group.IPv4Value == 0)
        {
            p.Info.Append(", general"u8);
        }
        else
        {
            p.Info.Append($", specific for group {group}");
        }
    }

    static Node AddMaxResponse(Packet p, in View v, Node tree, int seconds, int tenths)
    {
        var node = p.Add(tree, MaxResponse, v, 1);
        p.Label(node, $"Max Resp Time: {seconds}.{tenths} sec (0x{v.U8(1):x2})");
        return node;
    }

    static void DissectQuery(Packet p, in View v, Node tree)
    {
        // RFC 3376 section 4.1.1: from 128 on the code is a floating-point number.
        int code = v.U8(1);
        int time = code < 128 ? code : ((code & 15) | 16) << (((code >> 4) & 7) + 3);
        var node = AddMaxResponse(p, v, tree, time / 10, time % 10);
        if (code >= 128)
        {
            p.Add(node.IsWanted ? node : tree, Exponent, v, 1);
            p.Add(node.IsWanted ? node : tree, Mantissa, v, 1);
        }

        AddChecksum(p, v, tree, v.Reported);
        p.Add(tree, Group, v, 4);
        var group = Address.IPv4(v.U32(4));
        if (group.IPv4Value == 0)
        {
            p.Info.Append(", general"u8);
        }
        else
        {
            p.Info.Append($", specific for group {group}");
        }

        p.Add(tree, Suppress, v, 8, 1);
        p.Add(tree, Robustness, v, 8);
        p.Add(tree, Interval, v, 9);
        p.Add(tree, SourceCount, v, 10);
        int count = v.U16(10);
        for (int i = 0; i < count; i++)
        {
            p.Add(tree, Source, v, QueryV3Length + (i * 4));
            AppendSource(p, v, QueryV3Length, i, count, count == 1 ? ", source {" : ", sources {");
        }
    }

    /// <summary>Appends one of <paramref name="count"/> sources that begin at <paramref name="at"/>.</summary>
    static void AppendSource(Packet p, in View v, int at, int i, int count, string introduction)
    {
        p.Info.Append(i == 0 ? introduction : ", ");
        p.Info.Append($"{Address.IPv4(v.U32(at + (i * 4)))}{(i == count - 1 ? "}" : "")}");
    }

    static void DissectReport(Packet p, in View v, Node tree)
    {
        p.Add(tree, Reserved, v, 1, 1);
        AddChecksum(p, v, tree, v.Reported);
        p.Add(tree, Reserved, v, 4, 2);
        p.Add(tree, RecordCount, v, 6);
        int count = v.U16(6), at = 8;
        if (count == 0)
        {
            p.Info.Append(" - General query"u8);
        }

        for (int i = 0; i < count; i++)
        {
            at = DissectRecord(p, v, tree, at);
        }
    }

    static int DissectRecord(Packet p, in View v, Node tree, int at)
    {
        byte type = v.U8(at);
        int aux = v.U8(at + 1) * 4, count = v.U16(at + 2);
        var group = Address.IPv4(v.U32(at + 4));
        int length = 8 + (count * 4) + aux;
        var node = p.AddText(tree, v, at, length, $"Group Record : {group}  {Records.Find(type) ?? ""}");
        node = node.IsWanted ? node : tree;
        p.Add(node, RecordType, v, at);
        p.Add(node, AuxLength, v, at + 1);
        p.Add(node, SourceCount, v, at + 2);
        p.Add(node, Group, v, at + 4);
        p.Info.Append(" / "u8);
        bool isJoin = type is >= 1 and <= 4;
        if (isJoin)
        {
            bool leaves = (type is 1 or 3) && count == 0;
            p.Info.Append($"{(leaves ? "Leave" : "Join")} group {group}{(count == 0 && !leaves ? " for any sources" : "")}");
        }
        else
        {
            p.Info.Append($"Group {group}{UnknownText(type, count)}");
        }

        for (int i = 0; i < count; i++)
        {
            p.Add(node, Source, v, at + 8 + (i * 4));
            AppendSource(p, v, at + 8, i, count, SourcesText(type, count));
        }

        if (aux > 0)
        {
            p.Add(node, AuxData, v, at + 8 + (count * 4), aux);
        }

        return at + length;
    }

    static string SourcesText(byte type, int count) => type switch
    {
        1 or 3 => count > 1 ? " for sources in {" : " for source {",
        2 or 4 => count > 1 ? ", for sources not in {" : ", for source not {",
        5 => count > 1 ? ", new sources {" : ", new source {",
        6 => count > 1 ? ", block sources {" : ", block source {",
        _ => ", sources {",
    };

    static string UnknownText(byte type, int count) => type switch
    {
        5 => count == 0 ? ", ALLOW_NEW_SOURCES but no source specified (?)" : "",
        6 => count == 0 ? ", BLOCK_OLD_SOURCES but no source specified (?)" : "",
        _ => ", unknown record type (?)",
    };

    static void DissectTrace(Packet p, in View v, Node tree, byte type)
    {
        const int HeaderLength = 24, BlockLength = 32;
        int blocks = (v.Reported - HeaderLength) / BlockLength;
        if (type == TraceResponse)
        {
            p.Info.Set($"Traceroute Response, {blocks} block{(blocks == 1 ? "" : "s")}");
        }
        else
        {
            p.Info.Set(v.Reported == HeaderLength ? "Traceroute Query" : "Traceroute Request");
        }

        if (type == TraceQuery)
        {
            p.Label(p.Add(tree, Type, v, 0), $"Type: {(v.Reported == HeaderLength ? "Traceroute Query" : "Traceroute Request")} (0x1f)");
        }

        p.Add(tree, TraceHops, v, 1);
        AddChecksum(p, v, tree, v.Reported);
        p.AddAll(tree, v, 4, Group, TraceSource, TraceReceiver, TraceAnswer, TraceLife, TraceId);
        for (int at = HeaderLength; v.ReportedFrom(at) >= BlockLength; at += BlockLength)
        {
            var node = p.AddText(tree, v, at, BlockLength, $"Response data block: {Address.IPv4(v.U32(at + 4))} -> {Address.IPv4(v.U32(at + 8))},  Proto: {RoutingProtocols.FindOr(v.U8(at + 28), "Unknown")},  Forwarding Code: {ForwardingCodes.FindOr(v.U8(at + 31), "Unknown")}");
            p.AddAll(node.IsWanted ? node : tree, v, at, TraceBlock);
        }
    }

    static void AddChecksum(Packet p, in View v, Node tree, int length)
    {
        ushort carried = v.U16(2);
        var node = p.Add(tree, Checksum, v, 2);
        if (p.IsFragment || p.IsQuoted || !v.Has(0, length))
        {
            p.AppendLabel(node, " [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(v.Span(0, length));
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
        }
        else
        {
            ushort expected = InternetChecksum.Expected(carried, result);
            p.AppendLabel(node, $" incorrect, should be 0x{expected:x4}");
            p.Expert(node, BadChecksum, v, 2, 2, $"Bad checksum [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 0, result == 0 ? ChecksumStates.Good : ChecksumStates.Bad));
    }
}
