using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;

namespace Wiretale.Dissection.Protocols.Application;

/// <summary>The records of sFlow's samples.</summary>
static class SFlowRecords
{
    static readonly Protocol P = SFlowFields.Protocol;
    static readonly ValueNames SegmentTypes = ValueNames.Of(() => [(1, "Set"), (2, "Sequence")]);
    static readonly Field SegmentType = P.UInt32("sflow.as_type", "AS Type", FieldBase.Dec, ValueNames.Of(() => [(1, "AS Set"), (2, "AS Sequence")]));
    static readonly Layout Interface = new(
        P.UInt32("sflow_245.ifindex", "Interface index"),
        P.UInt32("sflow_245.iftype", "Interface Type"),
        P.UInt64("sflow_245.ifspeed", "Interface Speed"),
        P.UInt32("sflow_245.ifdirection", "Interface Direction", FieldBase.Dec, ValueNames.Of(() => [(1, "Full-Duplex"), (2, "Half-Duplex"), (3, "In"), (4, "Out")])),
        P.Flag("sflow_245.ifadmin_status", "IfAdminStatus", 32, 0x1, ValueNames.Flag("Up", "Down")), Row.Skip(-4), P.Flag("sflow_245.ifoper_status", "IfOperStatus", 32, 0x2, ValueNames.Flag("Up", "Down")), Row.Skip(4),
        P.UInt64("sflow_245.ifinoct", "Input Octets"),
        P.UInt32("sflow_245.ifinpkt", "Input Packets"),
        P.UInt32("sflow_245.ifinmcast", "Input Multicast Packets"),
        P.UInt32("sflow_245.ifinbcast", "Input Broadcast Packets"),
        P.UInt32("sflow_245.ifindisc", "Input Discarded Packets"),
        P.UInt32("sflow_245.ifinerr", "Input Errors"),
        P.UInt32("sflow_245.ifinunk", "Input Unknown Protocol Packets"),
        P.UInt64("sflow_245.ifoutoct", "Output Octets"),
        P.UInt32("sflow_245.ifoutpkt", "Output Packets"),
        P.UInt32("sflow_245.ifoutmcast", "Output Multicast Packets"),
        P.UInt32("sflow_245.ifoutbcast", "Output Broadcast Packets"),
        P.UInt32("sflow_245.ifoutdisc", "Output Discarded Packets"),
        P.UInt32("sflow_245.ifouterr", "Output Errors"),
        P.UInt32("sflow_245.ifpromisc", "Promiscuous Mode"));
    static readonly Layout Ethernet = new(
        P.UInt32("sflow_245.dot3StatsAlignmentErrors", "Alignment Errors", blurb: "dot3 Stats Alignment Errors"),
        P.UInt32("sflow_245.dot3StatsFCSErrors", "FCS Errors", blurb: "dot3 Stats FCS Errors"),
        P.UInt32("sflow_245.dot3StatsSingleCollisionFrames", "Single Collision Frames", blurb: "dot3 Stats Single Collision Frames"),
        P.UInt32("sflow_245.dot3StatsMultipleCollisionFrames", "Multiple Collision Frames", blurb: "dot3 Stats Multiple Collision Frames"),
        P.UInt32("sflow_245.dot3StatsSQETestErrors", "SQE Test Errors", blurb: "dot3 Stats SQE Test Errors"),
        P.UInt32("sflow_245.dot3StatsDeferredTransmissions", "Deferred Transmissions", blurb: "dot3 Stats Deferred Transmissions"),
        P.UInt32("sflow_245.dot3StatsLateCollisions", "Late Collisions", blurb: "dot3 Stats Late Collisions"),
        P.UInt32("sflow_245.dot3StatsExcessiveCollisions", "Excessive Collisions", blurb: "dot3 Stats Excessive Collisions"),
        P.UInt32("sflow_245.dot3StatsInternalMacTransmitErrors", "Internal Mac Transmit Errors", blurb: "dot3 Stats Internal Mac Transmit Errors"),
        P.UInt32("sflow_245.dot3StatsCarrierSenseErrors", "Carrier Sense Errors", blurb: "dot3 Stats Carrier Sense Errors"),
        P.UInt32("sflow_245.dot3StatsFrameTooLongs", "Frame Too Longs", blurb: "dot3 Stats Frame Too Longs"),
        P.UInt32("sflow_245.dot3StatsInternalMacReceiveErrors", "Internal Mac Receive Errors", blurb: "dot3 Stats Internal Mac Receive Errors"),
        P.UInt32("sflow_245.dot3StatsSymbolErrors", "Symbol Errors", blurb: "dot3 Stats Symbol Errors"));
    static readonly Layout TokenRing = new(
        P.UInt32("sflow_245.dot5StatsLineErrors", "Line Errors", blurb: "dot5 Stats Line Errors"),
        P.UInt32("sflow_245.dot5StatsBurstErrors", "Burst Errors", blurb: "dot5 Stats Burst Errors"),
        P.UInt32("sflow_245.dot5StatsACErrors", "AC Errors", blurb: "dot5 Stats AC Errors"),
        P.UInt32("sflow_245.dot5StatsAbortTransErrors", "Abort Trans Errors", blurb: "dot5 Stats Abort Trans Errors"),
        P.UInt32("sflow_245.dot5StatsInternalErrors", "Internal Errors", blurb: "dot5 Stats Internal Errors"),
        P.UInt32("sflow_245.dot5StatsLostFrameErrors", "Lost Frame Errors", blurb: "dot5 Stats Lost Frame Errors"),
        P.UInt32("sflow_245.dot5StatsReceiveCongestions", "Receive Congestions", blurb: "dot5 Stats Receive Congestions"),
        P.UInt32("sflow_245.dot5StatsFrameCopiedErrors", "Frame Copied Errors", blurb: "dot5 Stats Frame Copied Errors"),
        P.UInt32("sflow_245.dot5StatsTokenErrors", "Token Errors", blurb: "dot5 Stats Token Errors"),
        P.UInt32("sflow_245.dot5StatsSoftErrors", "Soft Errors", blurb: "dot5 Stats Soft Errors"),
        P.UInt32("sflow_245.dot5StatsHardErrors", "Hard Errors", blurb: "dot5 Stats Hard Errors"),
        P.UInt32("sflow_245.dot5StatsSignalLoss", "Signal Loss", blurb: "dot5 Stats Signal Loss"),
        P.UInt32("sflow_245.dot5StatsTransmitBeacons", "Transmit Beacons", blurb: "dot5 Stats Transmit Beacons"),
        P.UInt32("sflow_245.dot5StatsRecoveries", "Recoveries", blurb: "dot5 Stats Recoveries"),
        P.UInt32("sflow_245.dot5StatsLobeWires", "Lobe Wires", blurb: "dot5 Stats Lobe Wires"),
        P.UInt32("sflow_245.dot5StatsRemoves", "Removes", blurb: "dot5 Stats Removes"),
        P.UInt32("sflow_245.dot5StatsSingles", "Singles", blurb: "dot5 Stats Singles"),
        P.UInt32("sflow_245.dot5StatsFreqErrors", "Freq Errors", blurb: "dot5 Stats Freq Errors"));
    static readonly Layout AnyLan = new(
        P.UInt32("sflow_245.dot12InHighPriorityFrames", "In High Priority Frames", blurb: "dot12 Input High Priority Frames"),
        P.UInt64("sflow_245.dot12InHighPriorityOctets", "In High Priority Octets", blurb: "dot12 Input High Priority Octets"),
        P.UInt32("sflow_245.dot12InNormPriorityFrames", "In Normal Priority Frames", blurb: "dot12 Input Normal Priority Frames"),
        P.UInt64("sflow_245.dot12InNormPriorityOctets", "In Normal Priority Octets", blurb: "dot12 Input Normal Priority Octets"),
        P.UInt32("sflow_245.dot12InIPMErrors", "In IPM Errors", blurb: "dot12 Input IPM Errors"),
        P.UInt32("sflow_245.dot12InOversizeFrameErrors", "In Oversize Frame Errors", blurb: "dot12 Input Oversize Frame Errors"),
        P.UInt32("sflow_245.dot12InDataErrors", "In Data Errors", blurb: "dot12 Input Data Errors"),
        P.UInt32("sflow_245.dot12InNullAddressedFrames", "In Null Addressed Frames", blurb: "dot12 Input Null Addressed Frames"),
        P.UInt32("sflow_245.dot12OutHighPriorityFrames", "Out High Priority Frames", blurb: "dot12 Output High Priority Frames"),
        P.UInt64("sflow_245.dot12OutHighPriorityOctets", "Out High Priority Octets", blurb: "dot12 Out High Priority Octets"),
        P.UInt32("sflow_245.dot12TransitionIntoTrainings", "Transition Into Trainings", blurb: "dot12 Transition Into Trainings"),
        P.UInt64("sflow_245.dot12HCInHighPriorityOctets", "HC In High Priority Octets", blurb: "dot12 HC Input High Priority Octets"),
        P.UInt64("sflow_245.dot12HCInNormPriorityOctets", "HC In Normal Priority Octets", blurb: "dot12 HC Input Normal Priority Octets"),
        P.UInt64("sflow_245.dot12HCOutHighPriorityOctets", "HC Out High Priority Octets", blurb: "dot12 HC Output High Priority Octets"));
    static readonly Layout VlanCounters = new(
        P.UInt32("sflow_245.vlan_id", "VLAN ID"),
        P.UInt64("sflow_245.octets", "Octets"),
        P.UInt32("sflow_245.ucastPkts", "Unicast Packets"),
        P.UInt32("sflow_245.multicastPkts", "Multicast Packets"),
        P.UInt32("sflow_245.broadcastPkts", "Broadcast Packets"),
        P.UInt32("sflow_245.discards", "Discards"));
    static readonly Layout Wireless = new(
        P.UInt32("sflow_5.dot11TransmittedFragmentCount", "Transmitted Fragment Count"),
        P.UInt32("sflow_5.dot11MulticastTransmittedFrameCount", "Multicast Transmitted Frame Count"),
        P.UInt32("sflow_5.dot11FailedCount", "Failed Count"),
        P.UInt32("sflow_5.dot11RetryCount", "Retry Count"),
        P.UInt32("sflow_5.dot11MultipleRetryCount", "Multiple Retry Count"),
        P.UInt32("sflow_5.dot11FrameDuplicateCount", "Frame Duplicate Count"),
        P.UInt32("sflow_5.dot11RTSSuccessCount", "RTS Success Count"),
        P.UInt32("sflow_5.dot11RTSFailureCount", "Failure Count"),
        P.UInt32("sflow_5.dot11ACKFailureCount", "ACK Failure Count"),
        P.UInt32("sflow_5.dot11ReceivedFragmentCount", "Received Fragment Count"),
        P.UInt32("sflow_5.dot11MulticastReceivedFrameCount", "Multicast Received Frame Count"),
        P.UInt32("sflow_5.dot11FCSErrorCount", "FCS Error Count"),
        P.UInt32("sflow_5.dot11TransmittedFrameCount", "Transmitted Frame Count"),
        P.UInt32("sflow_5.dot11WEPUndecryptableCount", "WEP Undecryptable Count"),
        P.UInt32("sflow_5.dot11QoSDiscardedFragmentCount", "QoS Discarded Fragment Count"),
        P.UInt32("sflow_5.dot11AssociatedStationCount", "Associated Station Count"),
        P.UInt32("sflow_5.dot11QoSCFPollsReceivedCount", "QoS CF Polls Received Count"),
        P.UInt32("sflow_5.dot11QoSCFPollsUnusedCount", "QoS CF Polls Unused Count"),
        P.UInt32("sflow_5.dot11QoSCFPollsUnusableCount", "QoS CF Polls Unusable Count"),
        P.UInt32("sflow_5.dot11QoSCFPollsLostCount", "QoS CF Polls Lost Count"));
    static readonly Layout Processor = new(
        P.UInt32("sflow_5.cpu_5s", "5s CPU Load (100 = 1%)", blurb: "Average CPU Load Over 5 Seconds (100 = 1%)"),
        P.UInt32("sflow_5.cpu_1m", "1m CPU Load (100 = 1%)", blurb: "Average CPU Load Over 1 Minute (100 = 1%)"),
        P.UInt32("sflow_5.cpu_5m", "5m CPU Load (100 = 1%)", blurb: "Average CPU Load Over 5 Minutes (100 = 1%)"),
        P.UInt64("sflow_5.total_memory", "Total Memory"),
        P.UInt64("sflow_5.free_memory", "Free Memory"));
    static readonly Layout Radio = new(
        P.UInt32("sflow_5.elapsed_time", "Elapsed Time (ms)", blurb: "Elapsed Time in ms"),
        P.UInt32("sflow_5.on_channel_time", "On Channel (ms)", blurb: "Time in ms Spent on Channel"),
        P.UInt32("sflow_5.channel_busy_time", "On Channel Busy (ms)", blurb: "Time in ms Spent on Channel and Busy"));
    static readonly Field Padding = P.Bytes("sflow.lag_port.padding", "Padding");
    static readonly Layout LagPort = new(
        P.Ether("sflow.lag_port.actor_system_id", "Actor System ID"), Padding.Of(2),
        P.Ether("sflow.lag_port.partner_oper_system_id", "Partner Oper System ID"), Padding.Of(2),
        P.UInt32("sflow.lag_port.attached_agg_id", "Port Attached Agg ID"),
        P.UInt32("sflow.lag_port.state", "State", FieldBase.Hex).Summary(
        P.Flag("sflow.lag_port.actor_admin_state", "Actor Admin State", 32, 0xff),
        P.Flag("sflow.lag_port.actor_oper_state", "Actor Oper State", 32, 0xff00),
        P.Flag("sflow.lag_port.partner_admin_state", "Partner Admin State", 32, 0xff0000),
        P.Flag("sflow.lag_port.partner_oper_state", "Partner Oper State", 32, 0xff000000)),
        P.UInt32("sflow.lag_port.lacpdus.rx", "LACPDUs Rx"),
        P.UInt32("sflow.lag_port.marker_pdus.rx", "Marker PDUs Rx"),
        P.UInt32("sflow.lag_port.marker_response_pdus.rx", "Marker Response PDUs Rx"),
        P.UInt32("sflow.lag_port.unknown.rx", "Unknown Rx"),
        P.UInt32("sflow.lag_port.illegal.rx", "Illegal Rx"),
        P.UInt32("sflow.lag_port.lacpdus.tx", "LACPDUs Tx"),
        P.UInt32("sflow.lag_port.marker_pdus.tx", "Marker PDUs Tx"),
        P.UInt32("sflow.lag_port.marker_response_pdus.tx", "Marker Response PDUs Tx"));
    static readonly Layout EthernetFrame = new(
        P.UInt32("sflow_245.ethernet.length", "Length of MAC Packet"),
        P.Ether("sflow_245.ethernet.source_mac_address", "Source MAC Address"),
        Row.Skip(2),
        P.Ether("sflow_245.ethernet.destination_mac_address", "Destination MAC Address"),
        Row.Skip(2),
        P.UInt32("sflow_245.ethernet.packet_type", "Ethernet Packet Type"));
    static readonly Field Source4 = P.IPv4("sflow_245.ipv4_src", "Source IP address", blurb: "Source IPv4 address"), Destination4 = P.IPv4("sflow_245.ipv4_dst", "Destination IP address", blurb: "Destination IPv4 address");
    static readonly Field Source6 = P.IPv6("sflow_245.ipv6_src", "Source IP address", blurb: "Source IPv6 address"), Destination6 = P.IPv6("sflow_245.ipv6_dst", "Destination IP address", blurb: "Destination IPv6 address");
    static readonly Field IpLength = P.UInt32("sflow_245.ip.length", "Length of IP Packet"), IpProtocolNumber = P.UInt32("sflow.ip_protocol", "IP Protocol", FieldBase.Dec, IpServices.ProtocolNames);
    static readonly Field SourcePort = P.UInt32("sflow_245.ip.source_port", "Source Port"), DestinationPort = P.UInt32("sflow.ip.destination_port", "Destination Port");
    static readonly Field[] TcpFlags =
    [
        P.Flag("sflow_245.ip.tcp_flag.cwr", "TCP Flag (CWR)", 8, 0x80, ValueNames.SetNotSet),
        P.Flag("sflow_245.ip.tcp_flag.ece", "TCP Flag (ECE)", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("sflow_245.ip.tcp_flag.urg", "TCP Flag (URG)", 8, 0x20, ValueNames.SetNotSet),
        P.Flag("sflow_245.ip.tcp_flag.ack", "TCP Flag (ACK)", 8, 0x10, ValueNames.SetNotSet),
        P.Flag("sflow_245.ip.tcp_flag.psh", "TCP Flag (PSH)", 8, 0x8, ValueNames.SetNotSet),
        P.Flag("sflow_245.ip.tcp_flag.rst", "TCP Flag (RST)", 8, 0x4, ValueNames.SetNotSet),
        P.Flag("sflow_245.ip.tcp_flag.syn", "TCP Flag (SYN)", 8, 0x2, ValueNames.SetNotSet),
        P.Flag("sflow_245.ip.tcp_flag.fin", "TCP Flag (FIN)", 8, 0x1, ValueNames.SetNotSet),
    ];
    static readonly Field[] Service =
    [
        P.UInt8("sflow_245.ipv4_precedence_type", "Precedence", FieldBase.Dec, ValueNames.Of(() => [
            (0, "Routine"), (1, "Priority"), (2, "Immediate"), (3, "Flash"), (4, "Flash Override"), (5, "CRITIC/ECP"),
            (6, "Internetwork Control"), (7, "Network Control")]), mask: 0xe0, blurb: "IPv4 Precedence Type"),
        P.Flag("sflow_245.ipv4_delay", "Delay", 8, 0x10, ValueNames.Flag("Low", "Normal")),
        P.Flag("sflow_245.ipv4_throughput", "Throughput", 8, 0x8, ValueNames.Flag("High", "Normal")),
        P.Flag("sflow_245.ipv4_reliability", "Reliability", 8, 0x4, ValueNames.Flag("High", "Normal")),
        P.Flag("sflow_245.ipv4_cost", "Cost (RFC1349)", 8, 0x2, ValueNames.Flag("Minimize Monetary", "Normal")),
    ];
    static readonly Field Priority = P.UInt32("sflow_245.ipv6_priority", "Priority");
    static readonly Layout Switch = new(
        P.UInt32("sflow_245.vlan.in", "Incoming 802.1Q VLAN", blurb: "Incoming VLAN ID"),
        P.UInt32("sflow_245.pri.in", "Incoming 802.1p priority"),
        P.UInt32("sflow_245.vlan.out", "Outgoing 802.1Q VLAN", blurb: "Outgoing VLAN ID"),
        P.UInt32("sflow_245.pri.out", "Outgoing 802.1p priority"));
    static readonly Field NextHop = P.IPv4("sflow_245.nexthop", "Next hop", blurb: "Next hop address"), NextHop6 = P.IPv6("sflow_245.nexthop.v6", "Next hop", blurb: "Next hop address");
    static readonly Layout Masks = new(
        P.UInt32("sflow_245.nexthop.src_mask", "Next hop source mask", blurb: "Next hop source mask bits"),
        P.UInt32("sflow_245.nexthop.dst_mask", "Next hop destination mask", blurb: "Next hop destination mask bits"));
    static readonly Layout Autonomous = new(
        P.UInt32("sflow_245.as", "AS Router", blurb: "Autonomous System of Router"),
        P.UInt32("sflow_245.srcAS", "AS Source", blurb: "Autonomous System of Source"),
        P.UInt32("sflow_245.peerAS", "AS Peer", blurb: "Autonomous System of Peer"));
    static readonly Field Paths = P.UInt32("sflow_245.dstASentries", "AS Destinations", blurb: "Autonomous System destinations"), Destination = P.UInt32("sflow_245.dstAS", "AS Destination", blurb: "Autonomous System destination"), Communities = P.UInt32("sflow_245.communityEntries", "Gateway Communities"), LocalPreference = P.UInt32("sflow_245.localpref", "localpref", blurb: "Local preferences of AS route");
    static readonly Field SourceCharacters = P.UInt32("sflow_5.extended_user.source_character_set", "Source Character Set");
    static readonly Field SourceLength = P.UInt32("sflow_5.extended_user.source_user_string_length", "Source User String Length (bytes)");
    static readonly Field SourceUser = P.String("sflow_5.extended_user.source_user", "Source User");
    static readonly Field DestinationCharacters = P.UInt32("sflow_5.extended_user.destination_character_set", "Destination Character Set");
    static readonly Field DestinationLength = P.UInt32("sflow_5.extended_user.destination_user_string_length", "Destination User String Length (bytes)");
    static readonly Field DestinationUser = P.String("sflow_5.extended_user.destination_user", "Destination User");
    static readonly Field Direction = P.UInt32("sflow_5.extended_url.direction", "Direction");
    static readonly Field UrlLength = P.UInt32("sflow_5.extended_url.url_length", "URL Length (bytes)");
    static readonly Field Url = P.String("sflow_5.extended_url.url", "URL");
    static readonly Field HostLength = P.UInt32("sflow_5.extended_url.host_length", "Host Length (bytes)");
    static readonly Field Host = P.String("sflow_5.extended_url.host", "Host");
    static readonly Field InEntries = P.UInt32("sflow_245.extended_mpls.in_label_stack_entries", "In Label Stack Entries");
    static readonly Field InLabel = P.UInt32("sflow_245.extended_mpls.in_label", "Label");
    static readonly Field OutEntries = P.UInt32("sflow_245.extended_mpls.out_label_stack_entries", "Out Label Stack Entries");
    static readonly Field OutLabel = P.UInt32("sflow_245.extended_mpls.out_label", "Label");
    static readonly Field TunnelLength = P.UInt32("sflow_5.extended_mpls_tunnel.name_length", "Tunnel Name Length (bytes)");
    static readonly Field TunnelName = P.String("sflow_5.extended_mpls_tunnel.tunnel_name", "Tunnel Name");
    static readonly Field TunnelId = P.UInt32("sflow_5.extended_mpls_tunnel.id", "Tunnel ID");
    static readonly Field TunnelClass = P.UInt32("sflow_5.extended_mpls_tunnel.cos_value", "Tunnel COS Value");
    static readonly Field CircuitLength = P.UInt32("sflow_5.extended_mpls_vc.instance_name_length", "VC Instance Name Length (bytes)");
    static readonly Field CircuitName = P.String("sflow_5.extended_mpls_vc.vc_instance_name", "VC Instance Name");
    static readonly Field CircuitId = P.UInt32("sflow_5.extended_mpls_vc.id", "VLL/VC ID");
    static readonly Field CircuitClass = P.UInt32("sflow_5.extended_mpls_vc.label_cos_value", "VC Label COS Value");
    static readonly Field FtnLength = P.UInt32("sflow_5.extended_mpls.ftn_description_length", "MPLS FTN Description Length (bytes)");
    static readonly Field FtnDescription = P.String("sflow_5.extended_mpls.ftn_description", "MPLS FTN Description");
    static readonly Field FtnMask = P.UInt32("sflow_5.extended_mpls.ftn_mask", "MPLS FTN Mask");
    static readonly Field FecPrefix = P.UInt32("sflow_5.extended_mpls.fec_address_prefix_length", "MPLS FEC Address Prefix Length (bytes)");
    static readonly Field TunnelLayers = P.UInt32("sflow_5.extended_vlan_tunnel.number_of_layers", "Number of Layers");
    static readonly Field TunnelTag = P.UInt32("sflow_5.extended_vlan_tunnel.tpid_tci_pair", "TPID/TCI Pair as Integer");

    /// <summary>Adds a record of a flow sample.</summary>
    public static void AddFlow(Packet p, in View v, Node tree, int at, int format)
    {
        switch (format)
        {
            case 2:
                p.AddRows(tree, v, at, EthernetFrame);
                break;
            case 3 or 4:
                AddIp(p, v, tree, at, format == 4);
                break;
            case 1001:
                p.AddRows(tree, v, at, Switch);
                break;
            case 1002:
                p.AddRows(tree, v, SFlow.AddAddress(p, v, tree, at, NextHop, NextHop6), Masks);
                break;
            case 1003:
                AddGateway(p, v, tree, at);
                break;
            case 1004:
                p.Add(tree, SourceCharacters, v, at);
                at = AddText(p, v, tree, at + 4, SourceLength, SourceUser);
                p.Add(tree, DestinationCharacters, v, at);
                AddText(p, v, tree, at + 4, DestinationLength, DestinationUser);
                break;
            case 1005:
                uint direction = v.U32(at);
                p.Label(p.Add(tree, Direction, v, at), $"{(direction switch { 1 => "Source Address is Server", 2 => "Destination Address is Server", _ => "Direction: " })}({direction})");
                at = AddText(p, v, tree, at + 4, UrlLength, Url);
                AddText(p, v, tree, at, HostLength, Host);
                break;
            case 1006:
                at = SFlow.AddAddress(p, v, tree, at, NextHop, NextHop6);
                at = AddLabels(p, v, tree, at, InEntries, InLabel, "In Label Stack");
                AddLabels(p, v, tree, at, OutEntries, OutLabel, "Out Label Stack");
                break;
            case 1007:
                at = SFlow.AddAddress(p, v, tree, at, Source4, Source6);
                SFlow.AddAddress(p, v, tree, at, Destination4, Destination6);
                break;
            case 1008:
                p.AddAll(tree, v, AddText(p, v, tree, at, TunnelLength, TunnelName), TunnelId, TunnelClass);
                break;
            case 1009:
                p.AddAll(tree, v, AddText(p, v, tree, at, CircuitLength, CircuitName), CircuitId, CircuitClass);
                break;
            case 1010:
                p.Add(tree, FtnMask, v, AddText(p, v, tree, at, FtnLength, FtnDescription));
                break;
            case 1011:
                p.Add(tree, FecPrefix, v, at);
                break;
            case 1012:
                AddEach(p, v, tree, at, TunnelLayers, TunnelTag);
                break;
            default:
                break;
        }
    }

    /// <summary>Adds a record of a counter sample.</summary>
    public static void AddCounters(Packet p, in View v, Node tree, int at, int format)
    {
        var layout = format switch
        {
            1 => Interface,
            2 => Ethernet,
            3 => TokenRing,
            4 => AnyLan,
            5 => VlanCounters,
            6 => Wireless,
            7 => LagPort,
            1001 => Processor,
            1002 => Radio,
            _ => null,
        };
        if (layout is not null)
        {
            p.AddRows(tree, v, at, layout);
        }
    }

    // Flags and type of service are numbers of four bytes; Wireshark looks at the first of them, and filters know it so.
    static void AddIp(Packet p, in View v, Node tree, int at, bool is6)
    {
        int size = is6 ? 16 : 4;
        at = p.AddAll(tree, v, at, IpLength, IpProtocolNumber);
        p.Add(tree, is6 ? Source6 : Source4, v, at);
        p.Add(tree, is6 ? Destination6 : Destination4, v, at + size);
        at = p.AddAll(tree, v, at + (2 * size), SourcePort, DestinationPort);
        foreach (var flag in TcpFlags)
        {
            p.Add(tree, flag, v, at);
        }

        if (is6)
        {
            p.Add(tree, Priority, v, at + 4);
            return;
        }

        foreach (var field in Service)
        {
            p.Add(tree, field, v, at + 4);
        }
    }

    static void AddGateway(Packet p, in View v, Node tree, int at)
    {
        at = SFlow.AddAddress(p, v, tree, at, NextHop, NextHop6);
        at = p.AddRows(tree, v, at, Autonomous);
        uint paths = v.U32(at);
        p.Add(tree, Paths, v, at);
        at += 4;
        for (uint i = 0; i < paths; i++)
        {
            uint type = v.U32(at), count = v.U32(at + 4);
            var list = p.AddUInt(tree, SegmentType, v, at, 8, type);
            p.Label(list, $"AS {SegmentTypes.FindOr(type, "Unknown")}, ({count} entries)");
            at += 8;
            for (uint j = 0; j < count; j++, at += 4)
            {
                p.Add(list, Destination, v, at);
            }
        }

        at = AddEach(p, v, tree, at, Communities, Destination, below: true);
        p.Add(tree, LocalPreference, v, at);
    }

    /// <summary>A number of entries, and the entries, each of four bytes.</summary>
    static int AddEach(Packet p, in View v, Node tree, int at, Field counter, Field field, bool below = false)
    {
        uint count = v.U32(at);
        var node = p.Add(tree, counter, v, at);
        at += 4;
        for (uint i = 0; i < count; i++, at += 4)
        {
            p.Add(below ? node : tree, field, v, at);
        }

        return at;
    }

    static int AddLabels(Packet p, in View v, Node tree, int at, Field counter, Field field, string name)
    {
        uint count = v.U32(at);
        p.Add(tree, counter, v, at);
        at += 4;
        var stack = p.AddText(tree, v, at, (int)Math.Min(4L * count, v.ReportedFrom(at)), name);
        for (uint i = 0; i < count; i++, at += 4)
        {
            uint label = v.U32(at);
            p.Label(p.Add(stack, field, v, at), $"Label {i + 1}: {label}");
        }

        return at;
    }

    /// <summary>Text with its length before and what fills it up to four.</summary>
    static int AddText(Packet p, in View v, Node tree, int at, Field lengthField, Field field)
    {
        int length = (int)Math.Min(v.U32(at), int.MaxValue / 2);
        p.Add(tree, lengthField, v, at);
        v.Ensure(at + 4, length);
        p.Add(tree, field, v, at + 4, length);
        return at + 4 + ((length + 3) & ~3);
    }
}
