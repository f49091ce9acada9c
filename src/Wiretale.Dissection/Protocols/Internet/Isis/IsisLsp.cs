using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

// Specification: ISO/IEC 10589 sections 9.8 and 9.9; RFC 1195 (IP), RFC 5305 and RFC 5308 (wide metrics, IPv6), RFC 7981 (capabilities), RFC 6232 (purges).

/// <summary>IS-IS's link state packets.</summary>
public sealed class IsisLsp() : Dissector("isis.lsp")
{
    const int Neighbors = 2, PartitionIs = 4, PurgeOriginator = 13, BufferSize = 14, WideNeighbors = 22, Internal = 128, External = 130, TeRouter = 134,
        WideReachability = 135, HostName = 137, Capability = 144, TopologyNeighbors = 222, Topologies = 229, TopologyReachability6 = 237, Reachability6 = 236,
        RouterCapability = 242, TopologyReachability = 235;

    static readonly Protocol P = new("ISO 10589 ISIS Link State Protocol Data Unit", "ISIS LSP", "isis.lsp");
    static readonly Field PduLength = P.UInt16("isis.lsp.pdu_length", "PDU length");
    static readonly Field Lifetime = P.UInt16("isis.lsp.remaining_life", "Remaining lifetime");
    static readonly Field Id = P.Field(FieldType.SystemId, "isis.lsp.lsp_id", "LSP-ID");
    static readonly Field Sequence = P.UInt32("isis.lsp.sequence_number", "Sequence number", FieldBase.Hex);
    static readonly Field Checksum = P.UInt16("isis.lsp.checksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("isis.lsp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Expert BadChecksum = P.Expert("isis.lsp.bad_checksum", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    static readonly Field Partition = P.Flag("isis.lsp.partition_repair", "Partition Repair", 8, 0x80, ValueNames.Flag("Supported", "Not supported"),
        "If set, this router supports the optional Partition Repair function");
    static readonly Field Attachment = P.UInt8("isis.lsp.att", "Attachment", mask: 0x78);
    static readonly Field[] AttachedMetrics = [
        P.Flag("isis.lsp.error_metric", "Error metric", 8, 0x08, ValueNames.SetNotSet), P.Flag("isis.lsp.expense_metric", "Expense metric", 8, 0x04, ValueNames.SetNotSet),
        P.Flag("isis.lsp.delay_metric", "Delay metric", 8, 0x02, ValueNames.SetNotSet), P.Flag("isis.lsp.default_metric", "Default metric", 8, 0x01, ValueNames.SetNotSet)];
    static readonly Field Overload = P.Flag("isis.lsp.overload", "Overload bit", 8, 0x04, ValueNames.SetNotSet,
        "If set, this router will not be used by any decision process to calculate routes");
    static readonly Field SystemType = P.UInt8("isis.lsp.is_type", "Type of Intermediate System", FieldBase.Dec, ValueNames.Of(() => [(1, "Level 1"), (3, "Level 2")]), mask: 0x03);
    static readonly IsisTlvs Tlvs = new(P, "isis.lsp", ValueNames.Of(() => [
        (1, "Area address(es)"), (Neighbors, "IS Reachability"), (PartitionIs, "Partition Designated Level 2 IS"), (10, "Authentication"), (PurgeOriginator, "Purge Originator ID"),
        (BufferSize, "Originating neighbor buffer size"), (WideNeighbors, "Extended IS reachability"), (Internal, "IP Internal reachability"), (129, "Protocols supported"),
        (External, "IP External reachability"), (132, "IP Interface address(es)"), (133, "IP Authentication"), (TeRouter, "Traffic Engineering Router ID"),
        (WideReachability, "Extended IP Reachability"), (HostName, "Hostname"), (Capability, "MT-Capability"), (TopologyNeighbors, "Multi Topology IS Reachability"),
        (Topologies, "Multi Topology"), (232, "IPv6 Interface address(es)"), (TopologyReachability, "Multi Topology Reachable IPv4 Prefixes"), (Reachability6, "IPv6 reachability"),
        (TopologyReachability6, "Multi Topology Reachable IPv6 Prefixes"), (RouterCapability, "Router Capability")]));

    static readonly Field Host = P.String("isis.lsp.hostname", "Hostname");
    static readonly Field TeRouterId = P.IPv4("isis.lsp.clv_te_router_id", "Traffic Engineering Router ID");
    static readonly Field OriginatingBuffer = P.UInt16("isis.lsp.originating_lsp_buffer_size", "Neighbor originating buffer size");
    static readonly Field PartitionDesignated = P.Field(FieldType.SystemId, "isis.lsp.partition_designated_l2_is", "Partition designated L2 IS");
    static readonly Field PurgeCount = P.UInt8("isis.lsp.purge_originator_id.num", "Number of System IDs");
    static readonly Field PurgeSystem = P.Field(FieldType.SystemId, "isis.lsp.purge_originator_id.system_id", "System ID");
    static readonly Expert TooLong = P.Expert("isis.lsp.long_clv", Severity.Error, ExpertGroup.Malformed, "Long CLV");
    static readonly Field TopologyReserved = P.UInt16("isis.lsp.reserved", "Reserved", FieldBase.Hex, mask: 0xf000);
    static readonly Field Topology = P.UInt16("isis.lsp.mtid", "Topology ID", FieldBase.Dec, IsisTopologies.Names, mask: 0x0fff);

    static readonly Field RouterId = P.UInt32("isis.lsp.rt_capable.router_id", "Router ID", FieldBase.Hex);
    static readonly Field FloodS = P.Flag("isis.lsp.rt_capable.flag_s", "S bit", 8, 0x01);
    static readonly Field FloodD = P.Flag("isis.lsp.rt_capable.flag_d", "D bit", 8, 0x02);
    static readonly Field RoutingI = P.Flag("isis.lsp.sr_cap.i_flag", "I flag: IPv4 support", 8, 0x80);
    static readonly Field RoutingV = P.Flag("isis.lsp.sr_cap.v_flag", "V flag: IPv6 support", 8, 0x40);
    static readonly Field RoutingRange = P.UInt24("isis.lsp.sr_cap.range", "Range");
    static readonly Field RoutingLabel = P.UInt24("isis.lsp.sr_cap.label", "Label");
    static readonly Field RoutingSid = P.UInt32("isis.lsp.sr_cap.sid", "SID");
    internal static readonly Field Algorithm = P.UInt8("isis.lsp.sr_alg", "Algorithm", FieldBase.Dec, ValueNames.Of(() => [(0, "Shortest Path First (SPF)"), (1, "Strict Shortest Path First (SPF)")]));

    static readonly Field CapabilityTopology = P.UInt16("isis.lsp.mt_cap.mtid", "Topology ID", FieldBase.Dec, IsisTopologies.Names, mask: 0x0fff);
    static readonly Field CapabilityOverload = P.Flag("isis.lsp.overload", "Overload", 16, 0x8000);
    static readonly Field RootIdentifier = P.Bytes("isis.lsp.mt_cap_spb_instance.cist_root_identifier", "CIST Root Identifier", FieldBase.Dash);
    static readonly Field RootCost = P.UInt32("isis.lsp.mt_cap_spb_instance.cist_external_root_path_cost", "CIST External Root Path Cost", FieldBase.HexDec);
    static readonly Field BridgePriority = P.UInt16("isis.lsp.mt_cap_spb_instance.bridge_priority", "Bridge Priority", FieldBase.HexDec);
    static readonly Field InstanceV = P.Flag("isis.lsp.mt_cap_spb_instance.v", "V", 32, 0x100000);
    static readonly Field SourceId = P.UInt32("isis.lsp.mt_cap.spsourceid", "SPSourceId", FieldBase.HexDec, mask: 0xfffff);
    static readonly Field TreeCount = P.UInt16("isis.lsp.mt_cap_spb_instance.number_of_trees", "Number of Trees", FieldBase.HexDec);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(IsisReachability), typeof(IsisNeighbors)];

    internal static Protocol Own => P;

    internal static Expert TooShort => Tlvs.TooShort;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ISIS LSP");
        var tree = IsisPackets.Open(p, P, v, parent);
        int length = v.U16(8);
        p.Add(tree, PduLength, v, 8);
        p.Add(tree, Lifetime, v, 10);
        p.Info.Append($", LSP-ID: {IsisSystemId.Of(p, v, 12, 8)}");
        p.Add(tree, Id, v, 12, 8);
        p.Info.Append($", Sequence: 0x{v.U32(20):x8}");
        p.Add(tree, Sequence, v, 20);
        p.Info.Append($", Lifetime: {v.U16(10),5}s");
        AddChecksum(p, v, tree, length);
        int block = v.U8(26);
        var branch = p.AddText(tree, v, 26, 1,
            $"Type block(0x{block:x2}): Partition Repair:{block >> 7}, Attached bits:{(block & 0x78) >> 3}, Overload bit:{block >> 2 & 1}, IS type:{block & 3}");
        p.Add(branch, Partition, v, 26);
        var attached = p.Add(branch, Attachment, v, 26);
        foreach (var metric in AttachedMetrics)
        {
            p.Add(attached, metric, v, 26);
        }

        p.Add(branch, Overload, v, 26);
        p.Add(branch, SystemType, v, 26);
        Tlvs.Add(p, v, tree, 27, length, AddValue);
        return Math.Max(1, v.Reported);
    }

    /// <summary>The checksum begins behind the lifetime, which changes on the way (ISO/IEC 10589 section 7.3.11); 0 says that there is none.</summary>
    static void AddChecksum(Packet p, in View v, Node tree, int length)
    {
        const int From = 12, At = 24;
        ushort carried = v.U16(At);
        if (carried == 0)
        {
            var missing = p.Add(tree, Checksum, v, At);
            p.Label(missing, $"Checksum: [missing]");
            p.Generated(missing);
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, At, 0, ChecksumStates.NotPresent));
            return;
        }

        var node = p.Add(tree, Checksum, v, At);
        if (length <= At + 2 || !v.Has(0, length))
        {
            p.AppendLabel(node, " [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, At, 0, ChecksumStates.Unverified));
            return;
        }

        int expected = FletcherChecksum.Of(v.Span(From, length - From), At - From);
        if (carried == expected)
        {
            p.AppendLabel(node, " [correct]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, At, 0, ChecksumStates.Good));
            return;
        }

        p.Info.Append(" [ISIS CHECKSUM INCORRECT]"u8);
        p.AppendLabel(node, $" incorrect, should be 0x{expected:x4}");
        p.Expert(node, BadChecksum, v, At, 2, $"Bad checksum [should be 0x{expected:x4}]");
        p.Generated(p.AddUInt(tree, ChecksumStatus, v, At, 0, ChecksumStates.Bad));
    }

    static bool AddValue(Packet p, in View v, Node tlv, int type, int at, int length)
    {
        switch (type)
        {
            case Neighbors:
                IsisNeighbors.Add(p, v, tlv, at, length);
                return true;
            case WideNeighbors:
                IsisNeighbors.AddWide(p, v, tlv, at, at + length);
                return true;
            case TopologyNeighbors:
                p.Add(tlv, TopologyReserved, v, at);
                p.Add(tlv, Topology, v, at);
                IsisNeighbors.AddWide(p, v, tlv, at + 2, at + length);
                return true;
            case Internal or External:
                IsisReachability.Add(p, v, tlv, at, at + length);
                return true;
            case WideReachability:
                IsisReachability.AddWide(p, v, tlv, at, at + length);
                return true;
            case TopologyReachability:
                p.Add(tlv, TopologyReserved, v, at);
                p.Add(tlv, Topology, v, at);
                IsisReachability.AddWide(p, v, tlv, at + 2, at + length);
                return true;
            case Reachability6:
                IsisReachability.AddV6(p, v, tlv, at, at + length);
                return true;
            case TopologyReachability6:
                p.Add(tlv, TopologyReserved, v, at);
                p.Add(tlv, Topology, v, at);
                IsisReachability.AddV6(p, v, tlv, at + 2, at + length);
                return true;
            case HostName:
                p.Add(tlv, Host, v, at, length);
                return true;
            case TeRouter:
                p.Add(tlv, TeRouterId, v, at);
                return true;
            case BufferSize:
                p.Add(tlv, OriginatingBuffer, v, at);
                return true;
            case PartitionIs:
                if (length < 6)
                {
                    p.Scratch.Clear();
                    p.Scratch.Append($"short lsp partition DIS({length} vs 6)");
                    p.AddExpert(tlv, Tlvs.TooShort, v, at, length, p.Scratch.Bytes);
                    return true;
                }

                p.Add(tlv, PartitionDesignated, v, at, 6);
                if (length > 6)
                {
                    p.Scratch.Clear();
                    p.Scratch.Append($"Long lsp partition DIS, {length - 6} left over");
                    p.AddExpert(tlv, TooLong, v, at + 6, length - 6, p.Scratch.Bytes);
                }

                return true;
            case PurgeOriginator:
                p.Add(tlv, PurgeCount, v, at);
                for (int i = 0; i < v.U8(at) && i < 2; i++)
                {
                    p.Add(tlv, PurgeSystem, v, at + 1 + (6 * i), 6);
                }

                return true;
            case Capability:
                AddCapability(p, v, tlv, at, at + length);
                return true;
            case RouterCapability:
                AddRouterCapability(p, v, tlv, at, at + length);
                return true;
            default:
                return false;
        }
    }

    static void AddRouterCapability(Packet p, in View v, Node tlv, int at, int end)
    {
        p.Add(tlv, RouterId, v, at);
        p.Add(tlv, FloodS, v, at + 4);
        p.Add(tlv, FloodD, v, at + 4);
        for (at += 5; end - at >= 2;)
        {
            int type = v.U8(at), length = v.U8(at + 1), value = at + 2;
            switch (type)
            {
                case 2 when length >= 4:
                    var segment = p.AddText(tlv, v, at, length + 2, $"Segment Routing - Capability (t={type}, l={length})");
                    p.Add(segment, RoutingI, v, value);
                    p.Add(segment, RoutingV, v, value);
                    p.Add(segment, RoutingRange, v, value + 1);
                    if (length >= 7)
                    {
                        int kind = v.U8(value + 4), size = v.U8(value + 5);
                        var sid = p.AddText(segment, v, value + 4, size + 2, $"SID/Label (t={kind}, l={size})");
                        if (kind == 1 && size == 3)
                        {
                            p.Add(sid, RoutingLabel, v, value + 6);
                        }
                        else if (kind == 1 && size == 4)
                        {
                            p.Add(sid, RoutingSid, v, value + 6);
                        }
                    }

                    break;
                case 19:
                    var algorithms = p.AddText(tlv, v, at, length + 2, $"Segment Routing - Algorithms (t={type}, l={length})");
                    for (int i = 0; i < length; i++)
                    {
                        p.Add(algorithms, Algorithm, v, value + i);
                    }

                    break;
                default:
                    p.AddText(tlv, v, at, length + 2, $"Unknown subTLV (t={type}, l={length})");
                    break;
            }

            at = value + length;
        }
    }

    static void AddCapability(Packet p, in View v, Node tlv, int at, int end)
    {
        p.Add(tlv, CapabilityTopology, v, at);
        p.Add(tlv, CapabilityOverload, v, at);
        for (at += 2; end - at >= 2;)
        {
            int type = v.U8(at), length = v.U8(at + 1), value = at + 2;
            if (type == 1 && length >= 19)
            {
                var instance = p.AddText(tlv, v, at, length + 2, $"SPB Instance: Type: 0x{type:x2}, Length: {length}");
                p.Add(instance, RootIdentifier, v, value, 8);
                p.Add(instance, RootCost, v, value + 8);
                p.Add(instance, BridgePriority, v, value + 12);
                p.Add(instance, InstanceV, v, value + 14, 4);
                p.Add(instance, SourceId, v, value + 14, 4);
                var trees = p.Add(instance, TreeCount, v, value + 18, 1);
                if (v.U8(value + 18) == 0)
                {
                    p.AppendLabel(trees, " Invalid subTLV: zero trees");
                }
            }
            else
            {
                p.AddText(tlv, v, at, length + 2, $"Unknown subTLV: Type: 0x{type:x2}, Length: {length}");
            }

            at = value + length;
        }
    }
}
