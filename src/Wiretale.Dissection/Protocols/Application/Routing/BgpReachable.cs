using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 4271 section 4.3 (prefixes), RFC 4760 (multiprotocol), RFC 8277 (labels), RFC 4364 and 4659 (VPNs), RFC 7911 (path identifiers),
// RFC 7432 and 9136 (EVPN), RFC 6514 (multicast VPNs), RFC 4684 (route targets).

/// <summary>What BGP says can be reached, or no longer: prefixes of all address families, and next hops.</summary>
static class BgpReachable
{
    const int Unicast = 1, Multicast = 2, UnicastAndMulticast = 3, Labeled = 4, MulticastVpn = 5, Evpn = 70, Vpn = 128, VpnMulticast = 129, RouteTargets = 132;
    const int RouteDistinguisherLength = 8, LabelLength = 3, Most4 = 32, Most6 = 128;
    const int VxlanTunnel = 8, NvgreTunnel = 9, VxlanGpeTunnel = 12;
    const uint WithdrawnLabel = 0x800000;

    static readonly Protocol P = Bgp.P;
    static readonly Field PrefixLength = P.UInt8("bgp.prefix_length", "Prefix Length");
    static readonly Field RouteDistinguisher = P.String("bgp.rd", "Route Distinguisher");
    static readonly Field LabelStack = P.String("bgp.label_stack", "Label Stack");
    static readonly Field PathId = P.UInt32("bgp.nlri_path_id", "NLRI path id");
    static readonly Field Reach4 = P.IPv4("bgp.mp_reach_nlri_ipv4_prefix", "MP Reach NLRI IPv4 prefix");
    static readonly Field Reach6 = P.IPv6("bgp.mp_reach_nlri_ipv6_prefix", "MP Reach NLRI IPv6 prefix");
    static readonly Field Unreach4 = P.IPv4("bgp.mp_unreach_nlri_ipv4_prefix", "MP Unreach NLRI IPv4 prefix");
    static readonly Field Unreach6 = P.IPv6("bgp.mp_unreach_nlri_ipv6_prefix", "MP Unreach NLRI IPv6 prefix");
    static readonly Field OriginatingAs = P.UInt32("bgp.originating_as", "Originating AS");
    static readonly Field CommunityPrefix = P.String("bgp.community_prefix", "Community Prefix");
    static readonly Expert PrefixInvalid = P.Expert("bgp.prefix_length.invalid", Severity.Error, ExpertGroup.Malformed, "Prefix length is invalid");
    static readonly Expert NoIp = P.Expert("bgp.evpn.no_ip", Severity.Note, ExpertGroup.Protocol, "IP Address: NOT INCLUDED");

    static readonly Field ReachFamily = P.UInt16("bgp.update.path_attribute.mp_reach_nlri.afi", "Address family identifier (AFI)", FieldBase.Dec, BgpNames.Families);
    static readonly Field ReachSubFamily = P.UInt8("bgp.update.path_attribute.mp_reach_nlri.safi", "Subsequent address family identifier (SAFI)", FieldBase.Dec, BgpNames.SubFamilies);
    static readonly Field NextHop = P.Bytes("bgp.update.path_attribute.mp_reach_nlri.next_hop", "Next hop");
    static readonly Field NextHopRd = P.String("bgp.update.path_attribute.mp_reach_nlri.next_hop.rd", "Route Distinguisher", "RD is always zero in the Next Hop");
    static readonly Field NextHop4 = P.IPv4("bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv4", "IPv4 Address");
    static readonly Field NextHop6 = P.IPv6("bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv6", "IPv6 Address");
    static readonly Field NextHopLocal = P.IPv6("bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv6.link_local", "Link-local Address");
    static readonly Field SnpaCount = P.UInt8("bgp.update.path_attribute.mp_reach_nlri.nbr_snpa", "Number of Subnetwork points of attachment (SNPA)");
    static readonly Field SnpaLength = P.UInt8("bgp.update.path_attribute.mp_reach_nlri.snpa_length", "SNPA Length");
    static readonly Field Snpa = P.Bytes("bgp.update.path_attribute.mp_reach_nlri.snpa", "SNPA");
    static readonly Field Reach = P.Label("bgp.update.path_attribute.mp_reach_nlri", "Network Layer Reachability Information (NLRI)");
    static readonly Field UnreachFamily = P.UInt16("bgp.update.path_attribute.mp_unreach_nlri.afi", "Address family identifier (AFI)", FieldBase.Dec, BgpNames.Families);
    static readonly Field UnreachSubFamily = P.UInt8("bgp.update.path_attribute.mp_unreach_nlri.safi", "Subsequent address family identifier (SAFI)", FieldBase.Dec, BgpNames.SubFamilies);
    static readonly Field Unreach = P.Label("bgp.update.path_attribute.mp_unreach_nlri", "Withdrawn Routes");

    static readonly ValueNames MulticastTypes = ValueNames.Of(() => [(1, "Intra-AS I-PMSI A-D route"), (2, "Inter-AS I-PMSI A-D route"), (3, "S-PMSI A-D route"),
        (4, "Leaf A-D route"), (5, "Source Active A-D route"), (6, "Shared Tree Join route"), (7, "Source Tree Join route")]);

    static readonly Field MulticastType = P.UInt8("bgp.mcast_vpn_nlri_route_type", "Route Type", FieldBase.Dec, MulticastTypes);
    static readonly Field MulticastLength = P.UInt8("bgp.mcast_vpn_nlri_length", "Length");
    static readonly Field MulticastRoute = P.Bytes("bgp.mcast_vpn_nlri", "MCAST-VPN nlri");

    static readonly ValueNames EvpnTypes = ValueNames.Of(() => [(1, "Ethernet AD Route"), (2, "MAC Advertisement Route"), (3, "Inclusive Multicast Route"),
        (4, "Ethernet Segment Route"), (5, "IP Prefix route"), (6, "Selective Multicast Ethernet Tag Route"), (7, "IGMP Join Synch Route"),
        (8, "IGMP Leave Synch Route"), (10, "S-PMSI A-D Route")]);

    static readonly Field EvpnRoute = P.Label("bgp.evpn.nlri", "EVPN NLRI");
    static readonly Field EvpnType = P.UInt8("bgp.evpn.nlri.rt", "Route Type", FieldBase.Dec, EvpnTypes);
    static readonly Field EvpnLength = P.UInt8("bgp.evpn.nlri.len", "Length");
    static readonly Field EvpnRd = P.Bytes("bgp.evpn.nlri.rd", "Route Distinguisher");
    static readonly Field Segment = P.Bytes("bgp.evpn.nlri.esi", "ESI", FieldBase.Colon);
    static readonly Field SegmentType = P.UInt8("bgp.evpn.nlri.esi.type", "ESI Type", FieldBase.Dec, ValueNames.Of(() => [(0, "ESI 9 bytes value"),
        (1, "ESI LACP 802.1AX defined"), (2, "ESI MSTP defined"), (3, "ESI MAC address defined"), (4, "ESI Router ID"), (5, "ESI Autonomous System"),
        (255, "ESI reserved")]), blurb: "EVPN ESI type");

    static readonly Field SegmentValue = P.Bytes("bgp.evpn.nlri.esi.value", "ESI Value", FieldBase.Space);
    static readonly Field SegmentNine = P.Bytes("bgp.evpn.nlri.esi.type0", "ESI 9 bytes value", FieldBase.Space);
    static readonly Field Tag = P.UInt32("bgp.evpn.nlri.etag", "Ethernet Tag ID");
    static readonly Field MacLength = P.UInt8("bgp.evpn.nlri.maclen", "MAC Address Length");
    static readonly Field Mac = P.Ether("bgp.evpn.nlri.mac_addr", "MAC Address");
    static readonly Field IpLength = P.UInt8("bgp.evpn.nlri.iplen", "IP Address Length");
    static readonly Field IpPrefixLength = P.UInt8("bgp.evpn.nlri.prefix_len", "IP prefix length");
    static readonly Field Ip4 = P.IPv4("bgp.evpn.nlri.ip.addr", "IPv4 address");
    static readonly Field Ip6 = P.IPv6("bgp.evpn.nlri.ipv6.addr", "IPv6 address");
    static readonly Field Gateway4 = P.IPv4("bgp.evpn.nlri.ipv4.gtw_addr", "IPv4 Gateway address");
    static readonly Field Gateway6 = P.IPv6("bgp.evpn.nlri.ipv6.gtw_addr", "IPv6 Gateway address");
    static readonly Field FirstLabel = P.UInt24("bgp.evpn.nlri.mpls_ls1", "MPLS Label 1", mask: 0xfffff0);
    static readonly Field SecondLabel = P.UInt24("bgp.evpn.nlri.mpls_ls2", "MPLS Label 2", mask: 0xfffff0);
    static readonly Field Vni = P.UInt24("bgp.evpn.nlri.vni", "VNI");

    /// <summary>The prefixes of an UPDATE itself: withdrawn, or reachable.</summary>
    internal static readonly PlainKind IsWithdrawn = new("Withdrawn route", P.IPv4("bgp.withdrawn_prefix", "Withdrawn prefix"), Reach6);

    /// <summary>As above.</summary>
    internal static readonly PlainKind IsReachable = new("NLRI", P.IPv4("bgp.nlri_prefix", "NLRI prefix"), Reach6);

    static readonly PlainKind IsReach = new("MP Reach NLRI", Reach4, Reach6), IsUnreach = new("MP Unreach NLRI", Unreach4, Unreach6);

    /// <summary>Adds prefixes of IPv4.</summary>
    /// <returns>Whether all were right.</returns>
    internal static bool AddPlain(Packet p, in View v, Node tree, int at, int end, PlainKind kind, int most = Most4)
    {
        bool hasPaths = HasPaths(v, at, end, most);
        while (at < end)
        {
            int start = at, path = hasPaths ? 4 : 0, bits = v.U8(at + path), size = (bits + 7) / 8;
            if (bits > most)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"{kind.Name} length {bits} invalid (> {most})");
                p.AddExpert(tree, Bgp.LengthInvalid, v, start, 1, p.Scratch.Bytes);
                return false;
            }

            at += path + 1;
            var address = Prefix(v, at, bits, most);
            var prefix = hasPaths
                ? p.AddText(tree, v, start, at + size - start, $"{address}/{bits} PathId {v.U32(start)} ")
                : p.AddText(tree, v, start, at + size - start, $"{address}/{bits}");
            if (hasPaths)
            {
                p.Add(prefix, PathId, v, start);
            }

            var length = p.Add(prefix, PrefixLength, v, at - 1);
            if (!hasPaths)
            {
                p.Label(length, $"{kind.Name} prefix length: {bits}");
            }

            p.AddAddress(prefix, most == Most4 ? kind.Four : kind.Six, v, at, size, address);
            at += size;
        }

        return true;
    }

    internal static void AddReach(Packet p, in View v, Node tree, int at, int length)
    {
        int end = at + length, family = v.U16(at), sub = v.U8(at + 2), size = v.U8(at + 3);
        p.Add(tree, ReachFamily, v, at);
        p.Add(tree, ReachSubFamily, v, at + 2);
        AddNextHop(p, v, tree, at + 3, size);
        at += 4 + size;
        int count = v.U8(at);
        var points = p.Add(tree, SnpaCount, v, at);
        at++;
        for (int i = 0; i < count; i++)
        {
            int one = v.U8(at);
            p.Add(points, SnpaLength, v, at);
            p.Add(points, Snpa, v, at + 1, one);
            at += 1 + one;
        }

        AddFamily(p, v, Bgp.Branch(p, tree, Reach, v, at, end - at), at, end, family, sub, isReach: true);
    }

    internal static void AddUnreach(Packet p, in View v, Node tree, int at, int length)
    {
        int family = v.U16(at), sub = v.U8(at + 2);
        p.Add(tree, UnreachFamily, v, at);
        p.Add(tree, UnreachSubFamily, v, at + 2);
        AddFamily(p, v, Bgp.Branch(p, tree, Unreach, v, at + 3, length - 3), at + 3, at + length, family, sub, isReach: false);
    }

    static void AddFamily(Packet p, in View v, Node tree, int at, int end, int family, int sub, bool isReach)
    {
        var kind = isReach ? IsReach : IsUnreach;
        int most = family == BgpNames.InternetFamily ? Most4 : Most6;
        switch (family, sub)
        {
            case (BgpNames.InternetFamily or BgpNames.Internet6Family, Unicast or Multicast or UnicastAndMulticast):
                AddPlain(p, v, tree, at, end, kind, most);
                break;
            case (BgpNames.InternetFamily or BgpNames.Internet6Family, Labeled):
                AddLabeled(p, v, tree, at, end, kind, most, isVpn: false);
                break;
            case (BgpNames.InternetFamily or BgpNames.Internet6Family, Vpn or VpnMulticast):
                AddLabeled(p, v, tree, at, end, kind, most, isVpn: true);
                break;
            case (BgpNames.InternetFamily or BgpNames.Internet6Family, MulticastVpn):
                AddMulticast(p, v, tree, at, end);
                break;
            case (BgpNames.InternetFamily, RouteTargets):
                AddRouteTargets(p, v, tree, at, end, kind);
                break;
            case (BgpNames.LayerTwoFamily, Evpn):
                AddEvpn(p, v, tree, at, end);
                break;
        }
    }

    static void AddNextHop(Packet p, in View v, Node tree, int at, int size)
    {
        var node = p.Add(tree, NextHop, v, at, 1 + size);
        bool hasRd = size is 12 or 24 or 48;
        at++;
        p.Label(node, $"Next hop: ");
        if (hasRd)
        {
            var text = p.Scratch;
            text.Clear();
            AppendDistinguisher(text, v, at);
            p.AddString(node, NextHopRd, v, at, RouteDistinguisherLength, text.Bytes);
            p.AppendLabel(node, $" RD={text.Bytes}");
            at += RouteDistinguisherLength;
            size -= RouteDistinguisherLength;
        }

        if (size == 4)
        {
            p.Add(node, NextHop4, v, at);
            p.AppendLabel(node, hasRd ? " IPv4=" : "");
            p.AppendLabel(node, $"{Address.IPv4(v.U32(at))}");
        }
        else if (size >= 16)
        {
            bool isPair = size >= 32;
            p.Add(node, NextHop6, v, at);
            p.AppendLabel(node, hasRd ? " IPv6=" : isPair ? "IPv6=" : "");
            p.AppendLabel(node, $"{Address.IPv6(v.Span(at, 16))}");
            if (isPair)
            {
                int second = at + size - 16;
                p.Add(node, NextHopLocal, v, second);
                p.AppendLabel(node, $" Link-local={Address.IPv6(v.Span(second, 16))}");
            }
        }
    }

    static void AddLabeled(Packet p, in View v, Node tree, int at, int end, PlainKind kind, int most, bool isVpn)
    {
        string family = most == Most4 ? "IPv4" : "IPv6", what = isVpn ? "Labeled VPN" : "Labeled";
        while (at < end)
        {
            int start = at, bits = v.U8(at), stack = Labels(v, at + 1, p.Scratch) * LabelLength;
            int left = bits - (8 * (stack + (isVpn ? RouteDistinguisherLength : 0)));
            if (left < 0 || left > most)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"{kind.Name} {what} {family} prefix length {bits} invalid");
                p.AddExpert(tree, PrefixInvalid, v, start, 1, p.Scratch.Bytes);
                return;
            }

            int size = (bits + 7) / 8;
            at += 1 + stack + (isVpn ? RouteDistinguisherLength : 0);
            var address = Prefix(v, at, left, most);
            var prefix = isVpn
                ? p.AddText(tree, v, start, 1 + size, "BGP Prefix")
                : p.AddText(tree, v, start, 1 + size, $"Label Stack={p.Scratch.Bytes} {family}={address}/{left}");
            var length = p.Add(prefix, PrefixLength, v, start);
            var labels = p.AddString(prefix, LabelStack, v, start + 1, stack, p.Scratch.Bytes);
            if (isVpn)
            {
                p.Scratch.Clear();
                AppendDistinguisher(p.Scratch, v, start + 1 + stack);
                p.AddString(prefix, RouteDistinguisher, v, start + 1 + stack, RouteDistinguisherLength, p.Scratch.Bytes);
            }
            else
            {
                p.Label(length, $"{kind.Name} Prefix length: {bits}");
                p.Label(labels, $"{kind.Name} Label Stack: {p.Scratch.Bytes}");
            }

            p.AddAddress(prefix, most == Most4 ? kind.Four : kind.Six, v, at, (left + 7) / 8, address);
            at = start + 1 + size;
        }
    }

    static void AddMulticast(Packet p, in View v, Node tree, int at, int end)
    {
        while (at < end)
        {
            int type = v.U8(at);
            p.Add(tree, MulticastType, v, at);
            int size = v.U8(at + 1);
            p.Add(tree, MulticastLength, v, at + 1);
            var route = p.Add(tree, MulticastRoute, v, at + 2, size);
            p.Label(route, $"{MulticastTypes.FindOr((ulong)type, "Unknown")} ({size} byte{(size == 1 ? "" : "s")})");
            at += 2 + size;
        }
    }

    static void AddRouteTargets(Packet p, in View v, Node tree, int at, int end, PlainKind kind)
    {
        while (at < end)
        {
            int bits = v.U8(at), size = (bits + 7) / 8;
            if (bits != 0 && bits is < Most4 or > 96)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"{kind.Name} Route Target prefix length {bits} invalid");
                p.AddExpert(tree, PrefixInvalid, v, at, 1, p.Scratch.Bytes);
                return;
            }

            p.Add(tree, PrefixLength, v, at);
            if (bits >= Most4)
            {
                p.Add(tree, OriginatingAs, v, at + 1);
                p.Scratch.Clear();
                p.Scratch.AppendHex(v.Span(at + 5, size - 4));
                p.AddString(tree, CommunityPrefix, v, at + 5, size - 4, p.Scratch.Bytes);
            }

            at += 1 + size;
        }
    }

    static void AddEvpn(Packet p, in View v, Node tree, int at, int end)
    {
        while (at < end)
        {
            int type = v.U8(at), size = v.U8(at + 1);
            var route = Bgp.Branch(p, tree, EvpnRoute, v, at, 2 + size);
            p.Label(route, $"EVPN NLRI: {EvpnTypes.FindOr((ulong)type, "Unknown")}");
            p.Add(route, EvpnType, v, at);
            p.Add(route, EvpnLength, v, at + 1);
            v.Ensure(at + 2, size);
            if (type is >= 1 and <= 5)
            {
                AddEvpnRoute(p, v.Part(at + 2, size), route, type);
            }

            at += 2 + size;
        }
    }

    static void AddEvpnRoute(Packet p, in View v, Node route, int type)
    {
        p.Scratch.Clear();
        AppendDistinguisher(p.Scratch, v, 0);
        var rd = p.Add(route, EvpnRd, v, 0, RouteDistinguisherLength);
        p.AppendLabel(rd, $" ({p.Scratch.Bytes})");
        int at = RouteDistinguisherLength;
        if (type != 3)
        {
            var segment = p.Add(route, Segment, v, at, 10);
            p.Add(segment, SegmentType, v, at);
            p.Add(segment, SegmentValue, v, at + 1, 9);
            if (v.U8(at) == 0)
            {
                p.Add(segment, SegmentNine, v, at + 1, 9);
            }

            at += 10;
        }

        if (type != 4)
        {
            p.Add(route, Tag, v, at);
            at += 4;
        }

        if (type == 2)
        {
            p.Add(route, MacLength, v, at);
            p.Add(route, Mac, v, at + 1);
            at += 7;
        }

        if (type == 5)
        {
            p.Add(route, IpPrefixLength, v, at);
            bool isFour = v.ReportedFrom(at) <= 12;
            p.Add(route, isFour ? Ip4 : Ip6, v, at + 1);
            p.Add(route, isFour ? Gateway4 : Gateway6, v, at + (isFour ? 5 : 17));
            at += isFour ? 9 : 33;
        }
        else if (type != 1)
        {
            int bits = v.U8(at);
            p.Add(route, IpLength, v, at);
            at++;
            if (bits is Most4 or Most6)
            {
                p.Add(route, bits == Most4 ? Ip4 : Ip6, v, at);
                at += bits / 8;
            }
            else if (bits == 0 && type == 2)
            {
                p.AddExpert(route, NoIp, v, at, 0);
            }
        }

        bool isVirtual = p.Engine.State<UpdateSoFar>().Tunnel is VxlanTunnel or NvgreTunnel or VxlanGpeTunnel;
        for (int i = 0; i < 2 && type is 1 or 2 or 5 && v.ReportedFrom(at) >= LabelLength; i++, at += LabelLength)
        {
            p.Add(route, isVirtual ? Vni : i == 0 ? FirstLabel : SecondLabel, v, at);
        }
    }

    /// <summary>Labels up to the bottom of the stack, as text.</summary>
    /// <returns>How many.</returns>
    static int Labels(in View v, int at, Utf8Text text)
    {
        text.Clear();
        for (int count = 1; ; count++, at += LabelLength)
        {
            uint entry = v.U24(at);
            if (entry is WithdrawnLabel or 0)
            {
                text.Append("0 (withdrawn)"u8);
                return count;
            }

            text.Append(entry >> 4);
            if ((entry & 1) != 0)
            {
                text.Append(" (bottom)"u8);
                return count;
            }

            text.Append(',');
        }
    }

    /// <summary>A route distinguisher (RFC 4364 section 4.2): its type says how its six bytes are divided.</summary>
    static void AppendDistinguisher(Utf8Text text, in View v, int at)
    {
        switch (v.U16(at))
        {
            case 0:
                text.Append($"{v.U16(at + 2)}:{v.U32(at + 4)}");
                break;
            case 1:
                text.Append($"{Address.IPv4(v.U32(at + 2))}:{v.U16(at + 6)}");
                break;
            case 2:
                text.Append($"{v.U32(at + 2)}:{v.U16(at + 6)}");
                break;
            default:
                v.Ensure(at, RouteDistinguisherLength);
                text.Append($"Unknown (0x{v.U16(at):x4}) RD type");
                break;
        }
    }

    static Address Prefix(in View v, int at, int bits, int most)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        int size = (bits + 7) / 8;
        v.Span(at, size).CopyTo(bytes);
        if (bits % 8 != 0)
        {
            bytes[size - 1] &= (byte)(0xff << (8 - (bits % 8)));
        }

        return most == Most4 ? Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)) : Address.IPv6(bytes);
    }

    /// <summary>Whether path identifiers stand before the prefixes; what the peers agreed on may not be in the capture. Only with them are all prefixes sound.</summary>
    static bool HasPaths(in View v, int at, int end, int most) => AreSound(v, at, end, most, 4) && !AreSound(v, at, end, most, 0);

    static bool AreSound(in View v, int at, int end, int most, int before)
    {
        bool isAlone = end - at == 1;
        for (at += before; at < end; at += before)
        {
            int bits = v.U8(at), past = at + 1 + ((bits + 7) / 8);
            if (bits > most || past > end || (bits == 0 && before == 0 && !isAlone) || (bits % 8 != 0 && (v.U8(past - 1) & (0xff >> (bits % 8))) != 0))
            {
                return false;
            }

            at = past;
        }

        return true;
    }

    /// <summary>What prefixes of one list are called.</summary>
    internal sealed record PlainKind(string Name, Field Four, Field Six);

    /// <summary>What attributes of the message said that later ones depend on.</summary>
    internal sealed class UpdateSoFar
    {
        /// <summary>The tunnel that an Encapsulation community names (RFC 9012 section 4.1): then EVPN's labels are network identifiers.</summary>
        public int Tunnel { get; set; }
    }
}
