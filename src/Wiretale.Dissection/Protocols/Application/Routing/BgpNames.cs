using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Address families: IANA's registries "Address Family Numbers" and "Subsequent Address Family Identifiers (SAFI)".

/// <summary>The numbers and names of BGP that several of its messages use.</summary>
static class BgpNames
{
    internal const int InternetFamily = 1, Internet6Family = 2, LayerTwoFamily = 25;

    internal static readonly ValueNames Families = ValueNames.Of(() => [
        (0, "Reserved"), (1, "IPv4"), (2, "IPv6"), (3, "NSAP"), (4, "HDLC (8-bit multidrop)"), (5, "BBN 1822"),
        (6, "802 (includes all 802 media plus Ethernet)"), (7, "E.163"), (8, "E.164 (SMDS, Frame Relay, ATM)"), (9, "F.69 (Telex)"),
        (10, "X.121 (X.25, Frame Relay)"), (11, "IPX"), (12, "Appletalk"), (13, "Decnet IV"), (14, "Banyan Vines"),
        (15, "E.164 with NSAP subaddress"), (16, "DNS (Domain Name System)"), (17, "Distinguished Name"), (18, "AS Number"),
        (19, "XTP over IP version 4"), (20, "XTP over IP version 6"), (21, "XTP native mode XTP"),
        (22, "Fibre Channel World-Wide Port Name"), (23, "Fibre Channel World-Wide Node Name"), (24, "GWID"), (25, "Layer-2 VPN"),
        (196, "Layer-2 VPN (old)"), (26, "MPLS-TP Section Endpoint Identifier"), (27, "MPLS-TP LSP Endpoint Identifier"),
        (28, "MPLS-TP Pseudowire Endpoint Identifier"), (29, "MT IP: Multi-Topology IP version 4"), (30, "MT IPv6: Multi-Topology IP version 6"),
        (16384, "EIGRP Common Service Family"), (16385, "EIGRP IPv4 Service Family"), (16386, "EIGRP IPv6 Service Family"),
        (16387, "LISP Canonical Address Format (LCAF)"), (16388, "BGP-LS"), (16389, "48-bit MAC Address"), (16390, "64-bit MAC Address"), (16391, "OUI"),
        (16392, "MAC/24"), (16393, "MAC/40"), (16394, "IPv6/64"), (16395, "RBridge Port ID"), (16396, "TRILL Nickname"), (65535, "Reserved")]);

    internal static readonly ValueNames SubFamilies = ValueNames.Of(() => [
        (0, "Reserved"), (1, "Unicast"), (2, "Multicast"), (3, "Unicast+Multicast (Deprecated)"), (4, "Labeled Unicast"), (5, "MCAST-VPN"),
        (6, "Multi-Segment Pseudowires"), (7, "Encapsulation (Deprecated)"), (8, "MCAST-VPLS"), (64, "Tunnel (Deprecated)"), (65, "VPLS"),
        (66, "Cisco MDT"), (67, "4over6"), (68, "6over4"), (69, "Layer-1 VPN"), (70, "EVPN"), (71, "BGP-LS"), (72, "BGP-LS-VPN"), (73, "SR Policy"),
        (74, "SD-WAN"), (75, "Routing Policy Distribution"), (76, "Classful Transport Planes"), (77, "Tunneled Traffic Flowspec"), (78, "MCAST-TREE"),
        (128, "Labeled VPN Unicast"), (129, "Labeled VPN Multicast"), (130, "Labeled VPN Unicast+Multicast (Deprecated)"), (132, "Route Target Filter"),
        (133, "Flow Spec Filter"), (134, "Flow Spec Filter VPN"), (140, "Layer-3 VPN (Deprecated)")]);

    internal static readonly ValueNames OrfTypes = ValueNames.Of(() => [(2, "Communities ORF-Type"), (3, "Extended Communities ORF-Type"), (128, "Cisco PrefixList ORF-Type"),
        (129, "Cisco CommunityList ORF-Type"), (130, "Cisco Extended CommunityList ORF-Type"), (131, "Cisco AsPathList ORF-Type")]);
}
