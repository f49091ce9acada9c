using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

// Specification: ISO/IEC 10589 section 9.8 (metrics of 6 bits), RFC 5305 section 3 (wide metrics), RFC 8667 section 2.2 (adjacency segments), RFC 6329.

/// <summary>Which routers a link state packet's sender reaches.</summary>
static class IsisNeighbors
{
    static readonly Protocol P = IsisLsp.Own;
    static readonly Field IsVirtual = P.Flag("isis.lsp.is_virtual", "IsVirtual", names: ValueNames.YesNo);
    static readonly Field Reserved = P.UInt8("isis.lsp.eis_neighbors_clv_inner.reserved", "Reserved", FieldBase.Hex);
    static readonly Field Neighbor = P.Field(FieldType.SystemId, "isis.lsp.eis_neighbors.is_neighbor", "IS Neighbor");
    static readonly ValueNames External = ValueNames.Flag("External", "Internal"), Unsupported = ValueNames.Flag("Not Supported", "Supported");
    static readonly Field[] Metrics = [
        P.UInt8("isis.lsp.eis_neighbors.default_metric", "Default Metric", mask: 0x3f),
        P.Flag("isis.lsp.eis_neighbors.default_metric_ie", "Default Metric", 8, 0x40, External)];
    static readonly Field[][] OtherMetrics = [
        [P.UInt8("isis.lsp.eis_neighbors.delay_metric", "Delay Metric", mask: 0x3f), P.Flag("isis.lsp.eis_neighbors_delay_metric.supported", "Delay Metric", 8, 0x80, Unsupported),
            P.Flag("isis.lsp.eis_neighbors.delay_metric_ie", "Delay Metric", 8, 0x40, External)],
        [P.UInt8("isis.lsp.eis_neighbors.expense_metric", "Expense Metric", mask: 0x3f), P.Flag("isis.lsp.eis_neighbors.expense_metric_supported", "Expense Metric", 8, 0x80, Unsupported),
            P.Flag("isis.lsp.eis_neighbors.expense_metric_ie", "Expense Metric", 8, 0x40, External)],
        [P.UInt8("isis.lsp.eis_neighbors.error_metric", "Error Metric", mask: 0x3f), P.Flag("isis.lsp.eis_neighbors.error_metric_supported", "Error Metric", 8, 0x80, Unsupported),
            P.Flag("isis.lsp.eis_neighbors.error_metric_ie", "Error Metric", 8, 0x40, External)]];

    static readonly ValueNames Subs = ValueNames.Of(() => [
        (3, "Administrative group (color)"), (4, "Link Local/Remote Identifiers"), (6, "IPv4 interface address"), (8, "IPv4 neighbor address"), (9, "Maximum link bandwidth"),
        (10, "Maximum reservable link bandwidth"), (11, "Unreserved bandwidth"), (12, "IPv6 Interface Address"), (13, "IPv6 Neighbor Address"), (18, "TE Default metric"),
        (20, "Link Protection Type"), (21, "Interface Switching Capability Descriptor"), (22, "Bandwidth Constraints"), (29, "SPB-Metric"), (31, "Adj-SID"), (32, "LAN-Adj-SID")]);
    static readonly Field WideNeighbor = P.Field(FieldType.SystemId, "isis.lsp.ext_is_reachability.is_neighbor_id", "IS neighbor ID");
    static readonly Field WideMetric = P.UInt24("isis.lsp.ext_is_reachability.metric", "Metric");
    static readonly Field SubsLength = P.UInt8("isis.lsp.ext_is_reachability.subclvs_length", "SubCLV Length");
    static readonly Field Code = P.UInt8("isis.lsp.ext_is_reachability.code", "Code", FieldBase.Dec, Subs);
    static readonly Field Length = P.UInt8("isis.lsp.ext_is_reachability.length", "Length");
    static readonly Field LocalId = P.UInt32("isis.lsp.ext_is_reachability.link_local_identifier", "Link Local Identifier");
    static readonly Field RemoteId = P.UInt32("isis.lsp.ext_is_reachability.link_remote_identifier", "Link Remote Identifier");
    static readonly Field InterfaceAddress = P.IPv4("isis.lsp.ext_is_reachability.ipv4_interface_address", "IPv4 interface address");
    static readonly Field NeighborAddress = P.IPv4("isis.lsp.ext_is_reachability.ipv4_neighbor_address", "IPv4 neighbor address");
    static readonly Field TeMetric = P.UInt24("isis.lsp.ext_is_reachability.traffic_engineering_default_metric", "Traffic engineering default metric");
    static readonly Field MaximumBandwidth = P.Field(FieldType.Float, "isis.lsp.maximum_link_bandwidth", "Maximum link bandwidth");
    static readonly Field ReservableBandwidth = P.Field(FieldType.Float, "isis.lsp.reservable_link_bandwidth", "Reservable link bandwidth");
    static readonly Field PriorityBandwidth = P.Field(FieldType.Float, "isis.lsp.unrsv_bw.priority_level", "priority level");
    static readonly Field BridgingMetric = P.UInt24("isis.lsp.spb.link_metric", "SPB Link Metric", FieldBase.HexDec);
    static readonly Field PortCount = P.UInt8("isis.lsp.spb.port_count", "Number of Ports");
    static readonly Field PortId = P.UInt16("isis.lsp.spb.port_id", "Port Id", FieldBase.HexDec);
    static readonly Layout SegmentFlags = new(
        P.UInt8("isis.lsp.adj_sid.flags", "Flags", FieldBase.Hex).Summary(
            P.Flag("isis.lsp.adj_sid.flags.f", "Outgoing Encapsulation", 8, 0x80, ValueNames.Flag("IPv6", "IPv4")), P.Flag("isis.lsp.adj_sid.flags.b", "Backup", 8, 0x40, ValueNames.SetNotSet),
            P.Flag("isis.lsp.adj_sid.flags.v", "Value", 8, 0x20, ValueNames.SetNotSet), P.Flag("isis.lsp.adj_sid.flags.l", "Local Significance", 8, 0x10, ValueNames.YesNo),
            P.Flag("isis.lsp.adj_sid.flags.s", "Set", 8, 0x08, ValueNames.SetNotSet)),
        P.UInt8("isis.lsp.adj_sid.weight", "Weight", FieldBase.Hex));
    static readonly Field SegmentSystem = P.Field(FieldType.SystemId, "isis.lsp.adj_sid.system_id", "System-ID");
    internal static readonly Field SegmentLabel = P.UInt24("isis.lsp.sid.sli_label", "SID/Label/Index", mask: 0xfffff);
    internal static readonly Field SegmentIndex = P.UInt32("isis.lsp.sid.sli_index", "SID/Label/Index", FieldBase.Hex);

    internal static void Add(Packet p, in View v, Node tlv, int at, int length)
    {
        const int EntryLength = 11;
        if (length == 0)
        {
            return;
        }

        // Links are virtual in level 1 only, where they repair a partition.
        int end = at + length;
        p.Add(tlv, (v.U8(4) & 0x1f) == IsisPackets.LspLevel1 ? IsVirtual : Reserved, v, at);

        for (at++; at < end; at += EntryLength)
        {
            if (end - at < EntryLength)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"short E/IS reachability ({end - at} vs {EntryLength})");
                p.AddExpert(tlv, IsisLsp.TooShort, v, at, end - at, p.Scratch.Bytes);
                return;
            }

            // The branch and its last item are one field.
            var entry = p.Add(tlv, Neighbor, v, at + 4, 7);
            foreach (var field in Metrics)
            {
                p.Add(entry, field, v, at);
            }

            // tshark reads all metrics from the first one's byte, so these do, too.
            foreach (var fields in OtherMetrics)
            {
                foreach (var field in fields)
                {
                    p.Add(entry, field, v, at);
                }
            }

            p.Add(entry, Neighbor, v, at + 4, 7);
        }
    }

    internal static void AddWide(Packet p, in View v, Node tlv, int at, int end)
    {
        while (at < end)
        {
            if (end - at < 11)
            {
                p.AddExpert(tlv, IsisLsp.TooShort, v, at, end - at, "short IS reachability"u8);
                return;
            }

            int subs = v.U8(at + 10);
            var entry = p.AddText(tlv, v, at, 11 + subs, $"IS Neighbor: {IsisSystemId.Of(p, v, at, 7)}");
            p.Add(entry, WideNeighbor, v, at, 7);
            p.Add(entry, WideMetric, v, at + 7);
            var length = p.Add(entry, SubsLength, v, at + 10);
            if (subs == 0)
            {
                p.AppendLabel(length, " (no sub-TLVs present)");
            }

            at += 11;
            for (int last = at + subs; at < last;)
            {
                at = AddSub(p, v, entry, at);
            }
        }
    }

    static int AddSub(Packet p, in View v, Node entry, int at)
    {
        int code = v.U8(at), length = v.U8(at + 1), value = at + 2;
        var sub = p.AddText(entry, v, at, length + 2, $"subTLV: {Subs.FindOr((ulong)code, "Unknown")} (c={code}, l={length})");
        p.AddAll(sub, v, at, Code, Length);
        switch (code)
        {
            case 3:
                uint groups = v.U32(value);
                var list = p.AddText(sub, v, value, 4, "Administrative group(s):");
                for (int i = 0; i < 32; i++)
                {
                    if ((groups >> i & 1) != 0)
                    {
                        p.AddText(list, v, value, 4, $"group {i}");
                    }
                }

                break;
            case 4:
                p.AddAll(sub, v, value, LocalId, RemoteId);
                break;
            case 6 or 8:
                p.Add(sub, code == 6 ? InterfaceAddress : NeighborAddress, v, value);
                break;
            case 9:
                AddRate(p, v, sub, MaximumBandwidth, value);
                break;
            case 10:
                AddRate(p, v, sub, ReservableBandwidth, value);
                break;
            case 11:
                var rates = p.AddText(sub, v, value, length, "Unreserved bandwidth:");
                for (int i = 0; i < 8; i++)
                {
                    float rate = BitConverter.Int32BitsToSingle((int)v.U32(value + (4 * i)));
                    var node = p.AddDouble(rates, PriorityBandwidth, v, value + (4 * i), 4, Megabits(rate));
                    p.Label(node, $"priority level {i}: {Megabits(rate):0.00} Mbps");
                }

                break;
            case 18:
                p.Add(sub, TeMetric, v, value);
                break;
            case 29:
                var metric = p.AddText(sub, v, value, length, $"SPB Link Metric: Type: 0x{code:x2} ({code}), Length: {length}");
                p.Add(metric, BridgingMetric, v, value);
                p.Add(metric, PortCount, v, value + 3);
                p.Add(metric, PortId, v, value + 4);
                break;
            case 31 or 32:
                int sid = p.AddRows(sub, v, value, SegmentFlags);
                if (code == 32)
                {
                    p.Add(sub, SegmentSystem, v, sid, 6);
                    sid += 6;
                }

                AddSegment(p, v, sub, sid, value + length - sid);
                break;
        }

        return value + length;
    }

    /// <summary>A segment: a label (3 bytes) or an index (RFC 8667 section 2.1.1.1).</summary>
    internal static void AddSegment(Packet p, in View v, Node tree, int at, int length)
    {
        if (length == 3)
        {
            p.Add(tree, SegmentLabel, v, at);
        }
        else if (length == 4)
        {
            p.Add(tree, SegmentIndex, v, at);
        }
    }

    static double Megabits(float bytesPerSecond) => bytesPerSecond * 8.0 / 1e6;

    static void AddRate(Packet p, in View v, Node tree, Field field, int at)
    {
        double rate = Megabits(BitConverter.Int32BitsToSingle((int)v.U32(at)));
        var node = p.AddDouble(tree, field, v, at, 4, rate);
        p.Label(node, $"{field.Label}: {rate:0.00} Mbps");
    }
}
