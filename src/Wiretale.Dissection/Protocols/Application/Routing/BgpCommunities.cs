using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 4360 (form), RFC 5668 (four-octet AS numbers), RFC 4577 (OSPF), RFC 9012 (encapsulation), draft-ietf-idr-link-bandwidth.
//
//   +---------------+---------------+---------------+-----
//   |I|T| Type      | Subtype       | Value: six bytes
//   +---------------+---------------+---------------+-----

/// <summary>BGP's extended communities.</summary>
static class BgpCommunities
{
    const int Size = 8;
    const int As2 = 0x00, Internet = 0x01, As4 = 0x02, Opaque = 0x03, Evpn = 0x06, LocalAs2 = 0x40, LocalInternet = 0x41, LocalAs4 = 0x42, LocalOpaque = 0x43,
        Experimental = 0x80, Experimental2 = 0x81, Experimental3 = 0x82;

    const int LinkBandwidth = 4, Encapsulation = 0x0c, OspfRouteType = 0, OspfRouterId = 1, MacMobility = 0;

    static readonly Protocol P = Bgp.P;
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0x0, "Transitive 2-Octet AS-Specific"), (0x1, "Transitive IPv4-Address-Specific"), (0x2, "Transitive 4-Octet AS-Specific"), (0x3, "Transitive Opaque"),
        (0x4, "Transitive QoS Marking"), (0x5, "Transitive CoS Capability"), (0x6, "Transitive EVPN"), (0x7, "FlowSpec Transitive"),
        (0x8, "Transitive Flow spec redirect/mirror to IP next-hop"), (0x9, "Transitive FlowSpec Redirect to indirection-id"),
        (0x80, "Generic Transitive Experimental Use"), (0x81, "Generic Transitive Experimental Use Part 2"),
        (0x82, "Generic Transitive Experimental Use Part 3 "), (0x88, "Transitive Experimental EIGRP"), (0x40, "Non-Transitive 2-Octet AS-Specific"),
        (0x41, "Non-Transitive IPv4-Address-Specific"), (0x42, "Non-Transitive 4-Octet AS-Specific"), (0x43, "Non-Transitive Opaque"),
        (0x44, "Non-Transitive QoS Marking")]);

    static readonly ValueNames TunnelTypes = ValueNames.Of(() => [
        (0, "Reserved"), (1, "L2TPv3 over IP"), (2, "GRE"), (3, "Transmit tunnel endpoint"), (4, "IPsec in Tunnel-mode"),
        (5, "IP in IP tunnel with IPsec Transport Mode"), (6, "MPLS-in-IP tunnel with IPsec Transport Mode"), (7, "IP in IP"), (8, "VXLAN Encapsulation"),
        (9, "NVGRE Encapsulation"), (10, "MPLS Encapsulation"), (11, "MPLS in GRE Encapsulation"), (12, "VxLAN GPE Encapsulation"), (13, "MPLS in UDP Encapsulation")]);

    static readonly ValueNames RouteTypes = ValueNames.Of(() => [(1, "Router"), (2, "Network"), (3, "Summary"), (5, "External"), (7, "NSSA External"), (129, "MPLS-VPN Sham")]);

    static readonly Field All = P.Label("bgp.ext_communities", "Carried extended communities");
    static readonly Field One = P.Label("bgp.ext_community", "Community", "Extended Community attribute");
    static readonly Field Type = P.UInt8("bgp.ext_com.type", "Type", FieldBase.Hex, Types, blurb: "Extended Community type");
    static readonly Field Authority = P.Flag("bgp.ext_com.type.auth", "IANA Authority", 8, 0x80, ValueNames.Flag("Allocated on Standard Action, Early Allocation or Experimental Basis", "Allocated on First Come First Serve Basis"));
    static readonly Field Transitive = P.Flag("bgp.ext_com.type.tran", "Transitive across ASes", 8, 0x40, ValueNames.Flag("Non-transitive", "Transitive"), "Transitivity of the attribute across autonomous systems");
    static readonly Field Subtype = P.UInt8("bgp.ext_com.stype_unknown", "Subtype", FieldBase.Hex, blurb: "Extended Community subtype");

    static readonly Field SubtypeAs2 = P.UInt8("bgp.ext_com.stype_tr_as2", "Subtype (AS2)", FieldBase.Hex, ValueNames.Of(() => [(0x2, "Route Target"), (0x3, "Route Origin"),
        (0x5, "OSPF Domain Identifier"), (0x8, "BGP Data Collection"), (0x9, "Source AS"), (0xa, "L2VPN Identifier"), (0x10, "Cisco VPN-Distinguisher")]));

    static readonly Field SubtypeLocalAs2 = P.UInt8("bgp.ext_com.stype_ntr_as2", "Subtype (Non-transitive AS2)", FieldBase.Hex, ValueNames.Of(() => [(LinkBandwidth, "Link Bandwidth"), (0x80, "Virtual-Network Identifier")]));
    static readonly Field SubtypeAs4 = P.UInt8("bgp.ext_com.stype_tr_as4", "Subtype (AS4)", FieldBase.Hex, ValueNames.Of(() => [(0x2, "Route Target"), (0x3, "Route Origin"),
        (0x4, "Generic"), (0x5, "OSPF Domain Identifier"), (0x8, "BGP Data Collection"), (0x9, "Source AS"), (0x10, "Cisco VPN Identifier"), (0x13, "Route-Target Record")]));

    static readonly Field SubtypeLocalAs4 = P.UInt8("bgp.ext_com.stype_ntr_as4", "Subtype (Non-transitive AS4)", FieldBase.Hex, ValueNames.Of(() => [(0x4, "Generic")]));
    static readonly Field SubtypeInternet = P.UInt8("bgp.ext_com.stype_tr_IP4", "Subtype (IPv4)", FieldBase.Hex, ValueNames.Of(() => [(0x2, "Route Target"), (0x3, "Route Origin"),
        (0x5, "OSPF Domain Identifier"), (0x7, "OSPF Router ID"), (0xa, "L2VPN Identifier"), (0xb, "VRF Route Import"), (0x10, "Cisco VPN-Distinguisher"),
        (0x12, "Inter-area P2MP Segmented Next-Hop")]));

    static readonly Field SubtypeLocalInternet = P.UInt8("bgp.ext_com.stype_ntr_IP4", "Subtype (Non-transitive IPv4)", FieldBase.Hex);
    static readonly Field SubtypeOpaque = P.UInt8("bgp.ext_com.stype_tr_opaque", "Subtype (Opaque)", FieldBase.Hex,
        ValueNames.Of(() => [(0x1, "Cost"), (0x6, "OSPF Route Type"), (0xb, "Color"), (Encapsulation, "Encapsulation"), (0xd, "Default Gateway")]));

    static readonly Field SubtypeLocalOpaque = P.UInt8("bgp.ext_com.stype_ntr_opaque", "Subtype (Non-transitive Opaque)", FieldBase.Hex, ValueNames.Of(() => [(0x1, "Cost"), (0x0, "BGP Origin Validation state")]));
    static readonly Field SubtypeEvpn = P.UInt8("bgp.ext_com.stype_tr_evpn", "Subtype (EVPN)", FieldBase.Hex, ValueNames.Of(() => [(0x0, "MAC Mobility"), (0x1, "ESI MPLS Label"),
        (0x2, "ES Import"), (0x3, "EVPN Router's MAC"), (0x4, "Layer 2 Attributes"), (0x5, "E-Tree"), (0x6, "DF Election"), (0x7, "I-SID"), (0x8, "ND"),
        (0x9, "Multicast Flags Extended Community"), (0xa, "EVI-RT Type 0 Extended Community"), (0xb, "EVI-RT Type 1 Extended Community"),
        (0xc, "EVI-RT Type 2 Extended Community"), (0xd, "EVI-RT Type 3 Extended Community"), (0xe, "EVPN Attachment Circuit")]));

    static readonly Field SubtypeExperimental = P.UInt8("bgp.ext_com.stype_tr_exp", "Subtype (Experimental)", FieldBase.Hex, ValueNames.Of(() => [
        (OspfRouteType, "OSPF Route Type"), (OspfRouterId, "OSPF Router ID"), (0x4, "Security Group"), (0x5, "OSPF Domain Identifier"), (0x6, "Flow spec traffic-rate"),
        (0x7, "Flow spec traffic-action"), (0x8, "Flow spec redirect AS 2 bytes"), (0x9, "Flow spec traffic-remarking"), (0xa, "Layer2 Info"), (0xb, "E-Tree Info"),
        (0x84, "Tag"), (0x85, "Origin Sub-Cluster")]));

    static readonly Field SubtypeExperimental2 = P.UInt8("bgp.ext_com.stype_tr_exp_2", "Subtype (Experimental Part 2)", FieldBase.Hex, ValueNames.Of(() => [(0x8, "Flow spec redirect IPv4 format")]));
    static readonly Field SubtypeExperimental3 = P.UInt8("bgp.ext_com.stype_tr_exp_3", "Subtype (Experimental Part 3)", FieldBase.Hex, ValueNames.Of(() => [
        (0x4, "Security Group AS4"), (0x8, "Flow spec redirect AS-4byte format"), (0x84, "Tag4"), (0x85, "Origin Sub-Cluster4")]));

    static readonly Field TunnelType = P.UInt16("bgp.ext_com.tunnel_type", "Tunnel type", FieldBase.Dec, TunnelTypes, blurb: "Tunnel encapsulation type");
    static readonly Field ValueAs2 = P.UInt16("bgp.ext_com.value_as2", "2-Octet AS", blurb: "Global Administrator Field value (2B Autonomous System Number)");
    static readonly Field ValueAs4 = P.UInt32("bgp.ext_com.value_as4", "4-Octet AS", blurb: "Global Administrator Field value (4B Autonomous System Number)");
    static readonly Field ValueInternet = P.IPv4("bgp.ext_com.value_IP4", "IPv4 address", "Global Administrator Field value (IPv4 Address)");
    static readonly Field Number2 = P.UInt16("bgp.ext_com.value_an2", "2-Octet AN", blurb: "Local Administrator Field value (2B Assigned Number)");
    static readonly Field Number4 = P.UInt32("bgp.ext_com.value_an4", "4-Octet AN", blurb: "Local Administrator Field value (4B Assigned Number)");
    static readonly Field Bandwidth = P.Field(FieldType.Float, "bgp.ext_com.value_link_bw", "Link bandwidth");
    static readonly Field RouterId = P.IPv4("bgp.ext_com.value_ospf_rid", "Router ID", "OSPF Router ID of the redistributing PE router");
    static readonly Layout Mobility = new(
        P.UInt8("bgp.ext_com_evpn.mmac.flags", "Flags", FieldBase.Hex, blurb: "MAC Mobility flags").Bits(
            P.Flag("bgp.ext_com_evpn.mmac.flags.sticky", "Sticky/Static MAC", 8, 0x1, ValueNames.YesNo, "Indicates whether the MAC address is fixed or movable")),
        Row.Skip(1), P.UInt32("bgp.ext_com_evpn.mmac.seq", "Sequence number", blurb: "MAC Mobility Update Sequence number"));

    static readonly Field Raw = P.Field(FieldType.UInt48, "bgp.ext_com.value_raw", "Raw Value", FieldBase.Hex, blurb: "Raw value of the lowmost 6 octets of the Extended Community attribute");
    static readonly Layout RouteType = new(
        P.IPv4("bgp.ext_com.value_ospf_rtype.area", "Area ID", "Original OSPF Area ID this route comes from"),
        P.UInt8("bgp.ext_com.value_ospf_rtype.type", "Route type", FieldBase.Dec, RouteTypes, blurb: "Original OSPF LSA Type that carried this route"),
        P.UInt8("bgp.ext_com.value_ospf_rtype.options", "Options", FieldBase.Hex, blurb: "OSPF Route Type Options bitfield").Bits(
            P.Flag("bgp.ext_com.value_ospf_rtype.options.mt", "Metric type", 8, 0x1, ValueNames.Flag("Type-2", "Type-1"))).Then(
                static (p, node, in v, at, value) => p.AppendLabel(node, $" (Metric: Type-{1 + (value & 1)})")));

    internal static void Add(Packet p, in View v, Node tree, int at, int length)
    {
        int count = length / Size;
        var all = Bgp.Branch(p, tree, All, v, at, length);
        p.AppendLabel(all, $": ({count} communit{(count == 1 ? "y" : "ies")})");
        for (int end = at + length; at < end; at += Size)
        {
            AddOne(p, v, all, at);
        }
    }

    static void AddOne(Packet p, in View v, Node all, int at)
    {
        int type = v.U8(at), subtype = v.U8(at + 1);
        v.Ensure(at, Size);
        var one = Bgp.Branch(p, all, One, v, at, Size);
        var typeNode = p.Add(one, Type, v, at);
        p.Add(typeNode, Authority, v, at);
        p.Add(typeNode, Transitive, v, at);
        var field = type switch
        {
            As2 => SubtypeAs2,
            LocalAs2 => SubtypeLocalAs2,
            As4 => SubtypeAs4,
            LocalAs4 => SubtypeLocalAs4,
            Internet => SubtypeInternet,
            LocalInternet => SubtypeLocalInternet,
            Opaque => SubtypeOpaque,
            LocalOpaque => SubtypeLocalOpaque,
            Evpn => SubtypeEvpn,
            Experimental => SubtypeExperimental,
            Experimental2 => SubtypeExperimental2,
            Experimental3 => SubtypeExperimental3,
            _ => Subtype,
        };
        p.Add(one, field, v, at + 1);
        string? kind = Types.Find((ulong)type), name = field.Names?.Find((ulong)subtype);
        if (kind is null)
        {
            p.Label(one, $"Unknown type 0x{type:x2} subtype 0x{subtype:x2}: ");
        }
        else if (name is null)
        {
            p.Label(one, $"Unknown subtype 0x{subtype:x2}: ");
        }
        else
        {
            p.Label(one, $"{name}: ");
        }

        AddValue(p, v, one, at, type, subtype, name is not null);
        p.AppendLabel(one, $" [{kind ?? "Unknown community"}]");
    }

    static void AddValue(Packet p, in View v, Node one, int at, int type, int subtype, bool isKnown)
    {
        int value = at + 2;
        switch (type, subtype)
        {
            case (LocalAs2, LinkBandwidth):
                float bandwidth = BitConverter.UInt32BitsToSingle(v.U32(value + 2));
                p.Add(one, ValueAs2, v, value);
                p.Add(one, Bandwidth, v, value + 2);
                p.AppendLabel(one, $"ASN {v.U16(value)}, {bandwidth * 8 / 1_000_000:f3} Mbps");
                break;
            case (As2 or LocalAs2, _) when isKnown:
                p.Add(one, ValueAs2, v, value);
                p.Add(one, Number4, v, value + 2);
                p.AppendLabel(one, $"{v.U16(value)}:{v.U32(value + 2)}");
                break;
            case (As4 or LocalAs4, _) when isKnown:
                p.Add(one, ValueAs4, v, value);
                p.Add(one, Number2, v, value + 4);
                p.AppendLabel(one, $"{v.U16(value)}.{v.U16(value + 2)}({v.U32(value)}):{v.U16(value + 4)}");
                break;
            case (Internet, _) when isKnown:
                p.Add(one, ValueInternet, v, value);
                p.Add(one, Number2, v, value + 4);
                p.AppendLabel(one, $"{Address.IPv4(v.U32(value))}:{v.U16(value + 4)}");
                break;
            case (Opaque, Encapsulation):
                p.Engine.State<BgpReachable.UpdateSoFar>().Tunnel = v.U16(value + 4);
                p.Add(one, TunnelType, v, value + 4);
                p.AppendLabel(one, TunnelTypes.FindOr(v.U16(value + 4), "Unknown"));
                break;
            case (Experimental, OspfRouteType):
                p.AddRows(one, v, value, RouteType);
                p.AppendLabel(one, $"Area: {Address.IPv4(v.U32(value))}, Type: {RouteTypes.FindOr(v.U8(value + 4), "Unknown")}");
                break;
            case (Experimental, OspfRouterId):
                p.Add(one, RouterId, v, value);
                p.AppendLabel(one, $"{Address.IPv4(v.U32(value))}");
                break;
            case (Evpn, MacMobility):
                p.AddRows(one, v, value, Mobility);
                p.AppendLabel(one, (v.U8(value) & 1) != 0 ? "Sticky MAC" : "Movable MAC");
                break;
            default:
                var raw = p.Add(one, Raw, v, value);
                p.Label(raw, $"Raw Value: 0x{v.U16(value):x4} 0x{v.U16(value + 2):x4} 0x{v.U16(value + 4):x4}");
                p.AppendLabel(one, $"0x{v.U16(value):x4} 0x{v.U16(value + 2):x4} 0x{v.U16(value + 4):x4}");
                break;
        }
    }
}
