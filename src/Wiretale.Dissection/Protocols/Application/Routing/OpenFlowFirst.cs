using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: OpenFlow Switch Specification 1.0.0, section 5.

/// <summary>OpenFlow 1.0: switches, their ports and flows.</summary>
public sealed class OpenFlowFirst() : Dissector("openflow_v1", "openflow_1_0", "openflow")
{
    const int HeaderLength = 8, PortLength = 48, Output = 0;
    const int Hello = 0, EchoRequest = 2, EchoReply = 3, FeaturesRequest = 5, FeaturesReply = 6, GetConfigRequest = 7, GetConfigReply = 8, SetConfig = 9, PacketIn = 10,
        PacketOut = 13, FlowMod = 14, StatsRequest = 16, StatsReply = 17, BarrierRequest = 18, BarrierReply = 19;

    const int StatsDescription = 0, StatsFlow = 1, StatsAggregate = 2;

    static readonly Protocol P = new("OpenFlow 1.0", "openflow_v1", "openflow_v1");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "OFPT_HELLO"), (1, "OFPT_ERROR"), (2, "OFPT_ECHO_REQUEST"), (3, "OFPT_ECHO_REPLY"), (4, "OFPT_VENDOR"), (5, "OFPT_FEATURES_REQUEST"),
        (6, "OFPT_FEATURES_REPLY"), (7, "OFPT_GET_CONFIG_REQUEST"), (8, "OFPT_GET_CONFIG_REPLY"), (9, "OFPT_SET_CONFIG"), (10, "OFPT_PACKET_IN"),
        (11, "OFPT_FLOW_REMOVED"), (12, "OFPT_PORT_STATUS"), (13, "OFPT_PACKET_OUT"), (14, "OFPT_FLOW_MOD"), (15, "OFPT_PORT_MOD"), (16, "OFPT_STATS_REQUEST"),
        (17, "OFPT_STATS_REPLY"), (18, "OFPT_BARRIER_REQUEST"), (19, "OFPT_BARRIER_REPLY"), (20, "OFPT_QUEUE_GET_CONFIG_REQUEST"), (21, "OFPT_QUEUE_GET_CONFIG_REPLY")]);

    static readonly ValueNames Actions = ValueNames.Of(() => [
        (0, "Output to switch port"), (1, "Set the 802.1q VLAN id"), (2, "Set the 802.1q priority"), (3, "Strip the 802.1q header"), (4, "Ethernet source address"),
        (5, "Ethernet destination address"), (6, "IP source address"), (7, "IP destination address"), (8, "TCP/UDP source port"), (9, "TCP/UDP destination port"),
        (65535, "Vendor specific action")]);

    static readonly Field Type = P.UInt8("openflow_1_0.type", "Type", FieldBase.Dec, Types);
    static readonly Layout Header = new(P.UInt16("openflow.length", "Length"), P.UInt32("openflow.xid", "Transaction ID"));
    static readonly Field Datapath = P.UInt64("openflow.datapath_id", "Datapath unique ID", FieldBase.Hex);
    static readonly Layout DatapathParts = new(P.UInt16("openflow.datapath_imp", "Implementers part", FieldBase.Hex), P.Ether("openflow.datapath_mac", "MAC addr"));
    static readonly Layout Features = new(
        P.UInt32("openflow.n_buffers", "n_buffers"), P.UInt8("openflow.n_tables", "n_tables"), P.Bytes("openflow.features_reply.pad", "Pad").Of(3),
        P.UInt32("openflow.capabilities", "capabilities", FieldBase.Hex).Bits(
            P.Flag("openflow.flow_stats", "Flow statistics", 32, 0x1), P.Flag("openflow.table_stats", "Table statistics", 32, 0x2),
            P.Flag("openflow.port_stats", "Port statistics", 32, 0x4), P.Flag("openflow.group_stats", "Group statistics", 32, 0x8),
            P.Flag("openflow.ip_reasm", "Can reassemble IP fragments", 32, 0x20), P.Flag("openflow.queue_stats", "Queue statistics", 32, 0x40),
            P.Flag("openflow.port_blocked", "Switch will block looping ports", 32, 0x100)),
        P.UInt32("openflow.actions", "actions", FieldBase.Hex).Bits(
            P.Flag("openflow.output", "Output to switch port", 32, 0x1), P.Flag("openflow.set_vlan_vid", "Set the 802.1q VLAN id", 32, 0x2),
            P.Flag("openflow.set_vlan_pcp", "Set the 802.1q priority", 32, 0x4), P.Flag("openflow.strip_vlan", "Strip the 802.1q header", 32, 0x8),
            P.Flag("openflow.set_dl_src", "Ethernet source address", 32, 0x10), P.Flag("openflow.set_dl_ds", "Ethernet destination address", 32, 0x20),
            P.Flag("openflow.set_nw_src", "IP source address", 32, 0x40), P.Flag("openflow.set_nw_ds", "IP destination address", 32, 0x80),
            P.Flag("openflow.set_nw_tos", "IP ToS (DSCP field, 6 bits)", 32, 0x100), P.Flag("openflow.set_tp_src", "TCP/UDP source port", 32, 0x200),
            P.Flag("openflow.set_tp_dst", "TCP/UDP destination port", 32, 0x400), P.Flag("openflow.enqueue", "Output to queue", 32, 0x800)));

    static readonly Field[] PortFeatures =
    [
        P.Flag("openflow.10mb_hd", "10 Mb half-duplex rate support", 32, 0x1), P.Flag("openflow.10mb_fd", "10 Mb full-duplex rate support", 32, 0x2),
        P.Flag("openflow.100mb_hd", "100 Mb half-duplex rate support", 32, 0x4), P.Flag("openflow.100mb_0fd", "100 Mb full-duplex rate support", 32, 0x8),
        P.Flag("openflow.1gb_hd", "1 Gb half-duplex rate support", 32, 0x10), P.Flag("openflow.1gb_fd", "1 Gb full-duplex rate support", 32, 0x20),
        P.Flag("openflow.10gb_fd", "10 Gb full-duplex rate support", 32, 0x40), P.Flag("openflow.copper", "Copper medium", 32, 0x80),
        P.Flag("openflow.fiber", "Fiber medium", 32, 0x100), P.Flag("openflow.autoneg", "Auto-negotiation", 32, 0x200),
        P.Flag("openflow.pause", "Pause", 32, 0x400), P.Flag("openflow.pause_asym", "Asymmetric pause", 32, 0x800),
    ];

    static readonly Layout Port = new(
        P.UInt16("openflow.port_no", "Port number"), P.Ether("openflow.hw_add", "HW Address"), P.StringZ("openflow.port_name", "Port Name").Of(16),
        P.UInt32("openflow.port_config", "Config flags", FieldBase.Hex).Bits(
            P.Flag("openflow.port_down", "Port is administratively down", 32, 0x1), P.Flag("openflow.no_stp", "Disable 802.1D spanning tree on port", 32, 0x2),
            P.Flag("openflow.no_recv", "Drop all packets except 802.1D spanning tree packets", 32, 0x4), P.Flag("openflow.no_recv_stp", "Drop received 802.1D STP packets", 32, 0x8),
            P.Flag("openflow.no_flood", "Do not include this port when flooding", 32, 0x10), P.Flag("openflow.no_fwd", "Drop packets forwarded to port", 32, 0x20),
            P.Flag("openflow.no_packet_in", "Do not send packet-in msgs for port", 32, 0x40)),
        P.UInt32("openflow.port_state", "State flags", FieldBase.Hex).Bits(P.Flag("openflow.link_down", "No physical link present", 32, 0x1)),
        P.UInt32("openflow.port_curr", "Current features", FieldBase.Hex).Bits(PortFeatures),
        P.UInt32("openflow.port_advertised", "Advertised features", FieldBase.Hex),
        P.UInt32("openflow.port_supported", "Features supported", FieldBase.Hex),
        P.UInt32("openflow.port_peer", "Features advertised by peer", FieldBase.Hex));

    static readonly Layout Configuration = new(P.UInt16("openflow.config_flags", "Config flags", FieldBase.Hex), P.UInt16("openflow.miss_send_len", "Max bytes of packet", FieldBase.Hex));
    static readonly Field InPort = P.UInt16("openflow.in_port", "In port");
    static readonly Field MatchPad = P.Bytes("openflow.ofp_match.pad", "Pad");
    static readonly Layout Match = new(
        P.UInt32("openflow.wildcards", "Wildcards"), InPort, P.Ether("openflow.eth_src", "Ethernet source address"), P.Ether("openflow.eth_dst", "Ethernet destination address"),
        P.UInt16("openflow.dl_vlan", "Input VLAN id"), P.UInt8("openflow.dl_vlan_pcp", "Input VLAN priority"), MatchPad.Of(1), P.UInt16("openflow.ofp_match.dl_type", "Dl type"),
        P.UInt8("openflow.ofp_match.tos", "IP ToS"), P.UInt8("openflow.ofp_match.nw_proto", "IP protocol"), MatchPad.Of(2),
        P.IPv4("openflow.ofp_match.source_addr", "Source Address"), P.IPv4("openflow.ofp_match.dest_addr", "Destination Address"),
        P.UInt16("openflow.ofp_match.source_port", "Source Port"), P.UInt16("openflow.ofp_match.dest_port", "Destination Port"));

    static readonly Field BufferId = P.UInt32("openflow.buffer_id", "Buffer Id", FieldBase.Hex);
    static readonly Field OutPort = P.UInt32("openflow.out_port", "Out port");
    static readonly Field Flags = P.UInt16("openflow.flags", "Flags");
    static readonly Layout Change = new(
        P.UInt64("openflow.cookie", "Cookie", FieldBase.Hex),
        P.UInt16("openflow.command", "Command", FieldBase.Dec, ValueNames.Of(() => [(0, "New flow"), (1, "Modify all matching flows"),
            (2, "Modify entry strictly matching wildcards"), (3, "Delete all matching flows"), (4, "Strictly match wildcards and priority")])),
        P.UInt16("openflow.idle_timeout", "Idle time-out"), P.UInt16("openflow.hard_timeout", "hard time-out"), P.UInt16("openflow.priority", "Priority"),
        BufferId, OutPort.Of(2), Flags);

    static readonly Field ActionType = P.UInt16("openflow.action_typ", "Actions type", FieldBase.Dec, Actions);
    static readonly Field ActionLength = P.UInt16("openflow.action_len", "Action length");
    static readonly Layout OutputAction = new(P.UInt16("openflow.output_port", "Output port"), P.UInt16("openflow.max_len", "Max length"));
    static readonly Layout PacketInHead = new(
        BufferId, P.UInt16("openflow.total_len", "Total length"), InPort,
        P.UInt8("openflow.reason", "Reason", FieldBase.Dec, ValueNames.Of(() => [(0, "No matching flow (table-miss flow entry)"), (1, "Action explicitly output to controller"), (2, "Packet has invalid TTL")])),
        P.Bytes("openflow.pkt_in.pad", "Pad").Of(1));

    static readonly Field ActionsLength = P.UInt16("openflow.actions_len", "Actions length");
    static readonly Layout PacketOutHead = new(BufferId, InPort, ActionsLength);
    static readonly Field StatsType = P.UInt16("openflow.stats.type", "Type", FieldBase.Dec, ValueNames.Of(() => [(0, "OFPST_DESC"), (1, "OFPST_FLOW"), (2, "OFPST_AGGREGATE"),
        (3, "OFPST_TABLE"), (4, "OFPST_PORT"), (5, "OFPST_QUEUE"), (65535, "OFPST_VENDOR")]));

    static readonly Layout FlowRequest = new(P.UInt8("openflow.table_id", "Table Id"), P.UInt8("openflow.stats.request_pad", "Pad"), OutPort.Of(2));
    static readonly Expert Undecoded = P.Expert("openflow_1_0.type.undecoded", Severity.Warning, ExpertGroup.Undecoded, "Message data not dissected yet");
    static readonly Expert UndecodedAction = P.Expert("openflow.action_typ.undecoded", Severity.Warning, ExpertGroup.Undecoded, "Action not dissected yet");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int type = v.U8(1);
        p.Info.Set($"Type: {Types.FindOr((ulong)type, "Unknown type")}");
        var tree = p.Open(P, v, parent);
        p.Add(tree, OpenFlow.Version, v, 0);
        var typeNode = p.Add(tree, Type, v, 1);
        int at = p.AddRows(tree, v, 2, Header);
        switch (type)
        {
            case Hello or EchoRequest or EchoReply or FeaturesRequest or GetConfigRequest or BarrierRequest or BarrierReply:
                break;
            case FeaturesReply:
                AddFeatures(p, v, tree);
                break;
            case GetConfigReply or SetConfig:
                p.AddRows(tree, v, at, Configuration);
                break;
            case PacketIn:
                at = p.AddRows(tree, v, at, PacketInHead);
                AddFrame(p, v, tree, at);
                break;
            case PacketOut:
                int length = v.U16(at + 6), actions = p.AddRows(tree, v, at, PacketOutHead);
                if (length > 0)
                {
                    AddAction(p, v, tree, actions);
                }

                AddFrame(p, v, tree, actions + length);
                break;
            case FlowMod:
                AddAction(p, v, tree, p.AddRows(tree, v, p.AddRows(tree, v, at, Match), Change));
                break;
            case StatsRequest or StatsReply:
                AddStats(p, v, tree, at, type == StatsRequest);
                break;
            default:
                p.Expert(typeNode, Undecoded, v, 1, 1);
                break;
        }

        return v.Reported;
    }

    static void AddFeatures(Packet p, in View v, Node tree)
    {
        p.AddRows(p.Add(tree, Datapath, v, HeaderLength), v, HeaderLength, DatapathParts);
        int at = p.AddRows(tree, v, HeaderLength + 8, Features);
        for (int number = 1; v.ReportedFrom(at) >= PortLength; number++)
        {
            at = p.AddRows(p.AddText(tree, v, at, PortLength, $"Port data {number}"), v, at, Port);
        }
    }

    /// <summary>The first action, as tshark; it reads one even where the message has none.</summary>
    static void AddAction(Packet p, in View v, Node tree, int at)
    {
        int type = v.U16(at);
        var node = p.Add(tree, ActionType, v, at);
        p.Add(tree, ActionLength, v, at + 2);
        if (type == Output)
        {
            p.AddRows(tree, v, at + 4, OutputAction);
        }
        else
        {
            p.Expert(node, UndecodedAction, v, at, 2);
        }
    }

    static void AddStats(Packet p, in View v, Node tree, int at, bool isRequest)
    {
        int type = v.U16(at);
        var node = p.Add(tree, StatsType, v, at);
        p.Add(tree, Flags, v, at + 2);
        if (isRequest && type is (StatsFlow or StatsAggregate))
        {
            p.AddRows(tree, v, p.AddRows(tree, v, at + 4, Match), FlowRequest);
        }
        else if (type != StatsDescription)
        {
            p.Expert(node, Undecoded, v, at, 2);
        }
    }

    /// <summary>The frame that a switch asks about, or is to send.</summary>
    static void AddFrame(Packet p, in View v, Node tree, int at)
    {
        if (v.ReportedFrom(at) > 0)
        {
            // The columns go on speaking of the switch, but for the addresses.
            bool isFixed = p.ProtocolFixed;
            p.Info.Freeze();
            p.ProtocolFixed = true;
            p.CallGuarded(Catalog.EthernetWithoutFcs, v.From(at), tree);
            p.ProtocolFixed = isFixed;
            p.Info.Thaw();
        }
    }
}
