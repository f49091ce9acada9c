using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 4271 section 4.3; attributes: communities RFC 1997, route reflection 4456, multiprotocol 4760, four-octet AS numbers 6793,
// tunnels of multicast VPNs 6514, ATTR_SET 6368, AIGP 7311, large communities 8092, BGPsec 8205.
//
//   +-------------------------------+----
//   | Withdrawn routes length       | prefixes: length in bits, as many bytes as these need
//   +-------------------------------+----
//   | Path attributes length        | attributes: flags, type, length (1 or 2 bytes), value
//   +-------------------------------+----
//   | Reachable prefixes, to the end of the message

/// <summary>BGP's UPDATE messages and their path attributes.</summary>
static class BgpUpdate
{
    const int Origin = 1, AsPath = 2, NextHop = 3, Discriminator = 4, LocalPreference = 5, AtomicAggregate = 6, Aggregator = 7, Communities = 8, Originator = 9,
        ClusterList = 10, Reach = 14, Unreach = 15, ExtendedCommunities = 16, As4Path = 17, As4Aggregator = 18, PmsiTunnel = 22, AccumulatedMetric = 26,
        LargeCommunities = 32, SecurePath = 33, AttributeSet = 128;

    const int ExtendedLengthFlag = 0x10, MostNesting = 4;
    const int AsSet = 1, ConfederationSequence = 3, ConfederationSet = 4;

    static readonly Protocol P = Bgp.P;
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "ORIGIN"), (2, "AS_PATH"), (3, "NEXT_HOP"), (4, "MULTI_EXIT_DISC"), (5, "LOCAL_PREF"), (6, "ATOMIC_AGGREGATE"), (7, "AGGREGATOR"),
        (8, "COMMUNITIES"), (9, "ORIGINATOR_ID"), (10, "CLUSTER_LIST"), (11, "DPA"), (12, "ADVERTISER"), (13, "RCID_PATH / CLUSTER_ID"),
        (14, "MP_REACH_NLRI"), (15, "MP_UNREACH_NLRI"), (16, "EXTENDED_COMMUNITIES"), (17, "AS4_PATH"), (18, "AS4_AGGREGATOR"),
        (19, "SAFI_SPECIFIC_ATTRIBUTE"), (20, "Connector Attribute"), (21, "AS_PATHLIMIT "), (22, "PMSI_TUNNEL_ATTRIBUTE"),
        (23, "TUNNEL_ENCAPSULATION_ATTRIBUTE"), (24, "Traffic Engineering"), (25, "IPv6 Address Specific Extended Community"), (26, "AIGP"),
        (27, "PE Distinguisher Labels"), (28, "BGP Entropy Label Capability Attribute"), (29, "BGP-LS Attribute"), (30, "Deprecated"), (31, "Deprecated"),
        (32, "LARGE_COMMUNITY"), (33, "BGPsec_PATH"), (36, "D_PATH"), (40, "BGP Prefix-SID"), (99, "LINK_STATE (unofficial code point)"),
        (128, "ATTR_SET"), (129, "Deprecated"), (241, "Deprecated"), (242, "Deprecated"), (243, "Deprecated")]);

    static readonly ValueNames Origins = ValueNames.Of(() => [(0, "IGP"), (1, "EGP"), (2, "INCOMPLETE")]);
    static readonly ValueNames SegmentTypes = ValueNames.Of(() => [(1, "AS_SET"), (2, "AS_SEQUENCE"), (3, "AS_CONFED_SEQUENCE"), (4, "AS_CONFED_SET")]);
    static readonly ValueNames KnownCommunities = ValueNames.Of(() => [
        (0xffff0000, "GRACEFUL_SHUTDOWN"), (0xffff0001, "ACCEPT_OWN"), (0xffff029a, "BLACKHOLE"), (0xffffff01, "NO_EXPORT"), (0xffffff02, "NO_ADVERTISE"),
        (0xffffff03, "NO_EXPORT_SUBCONFED"), (0xffffff04, "NOPEER")]);

    static readonly Field WithdrawnLength = P.UInt16("bgp.update.withdrawn_routes.length", "Withdrawn Routes Length");
    static readonly Field Withdrawn = P.Label("bgp.update.withdrawn_routes", "Withdrawn Routes");
    static readonly Field AttributesLength = P.UInt16("bgp.update.path_attributes.length", "Total Path Attribute Length");
    static readonly Field Attributes = P.Label("bgp.update.path_attributes", "Path attributes");
    static readonly Field Reachable = P.Label("bgp.update.nlri", "Network Layer Reachability Information (NLRI)");
    static readonly Field Attribute = P.Label("bgp.update.path_attribute", "Path Attribute");
    static readonly Field Flags = P.UInt8("bgp.update.path_attribute.flags", "Flags", FieldBase.Hex);
    static readonly Field[] FlagBits =
    [
        P.Flag("bgp.update.path_attribute.flags.optional", "Optional", 8, 0x80, ValueNames.SetNotSet),
        P.Flag("bgp.update.path_attribute.flags.transitive", "Transitive", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("bgp.update.path_attribute.flags.partial", "Partial", 8, 0x20, ValueNames.SetNotSet),
        P.Flag("bgp.update.path_attribute.flags.extended_length", "Extended-Length", 8, ExtendedLengthFlag, ValueNames.SetNotSet),
        P.UInt8("bgp.update.path_attribute.flags.unused", "Unused", FieldBase.Hex, mask: 0x0f),
    ];

    static readonly Field TypeCode = P.UInt8("bgp.update.path_attribute.type_code", "Type Code", FieldBase.Dec, Types);
    static readonly Field Length = P.UInt16("bgp.update.path_attribute.length", "Length");
    static readonly Field UnknownAttribute = P.Label("bgp.update.path_attributes.unknown", "Unknown Path attributes");
    static readonly Field OriginCode = P.UInt8("bgp.update.path_attribute.origin", "Origin", FieldBase.Dec, Origins);
    static readonly Field Segment = P.Label("bgp.update.path_attribute.as_path_segment", "AS Path segment");
    static readonly Field SegmentType = P.UInt8("bgp.update.path_attribute.as_path_segment.type", "Segment type", FieldBase.Dec, SegmentTypes);
    static readonly Field SegmentLength = P.UInt8("bgp.update.path_attribute.as_path_segment.length", "Segment length (number of ASN)");
    static readonly Field As2 = P.UInt16("bgp.update.path_attribute.as_path_segment.as2", "AS2");
    static readonly Field As4 = P.UInt32("bgp.update.path_attribute.as_path_segment.as4", "AS4");
    static readonly Field NextHopAddress = P.IPv4("bgp.update.path_attribute.next_hop", "Next hop");
    static readonly Field DiscriminatorValue = P.UInt32("bgp.update.path_attribute.multi_exit_disc", "Multiple exit discriminator");
    static readonly Field Preference = P.UInt32("bgp.update.path_attribute.local_pref", "Local preference");
    static readonly Field AggregatorAs = P.UInt32("bgp.update.path_attribute.aggregator_as", "Aggregator AS");
    static readonly Field AggregatorOrigin = P.IPv4("bgp.update.path_attribute.aggregator_origin", "Aggregator origin");
    static readonly Field CommunityList = P.Label("bgp.update.path_attribute.communities", "Communities");
    static readonly Field Community = P.Label("bgp.update.path_attribute.community", "Community");
    static readonly Field CommunityKnown = P.UInt32("bgp.update.path_attribute.community_wellknown", "Community Well-known", FieldBase.Hex, KnownCommunities, blurb: "Reserved");
    static readonly Field CommunityAs = P.UInt16("bgp.update.path_attribute.community_as", "Community AS");
    static readonly Field CommunityValue = P.UInt16("bgp.update.path_attribute.community_value", "Community value");
    static readonly Field OriginatorId = P.IPv4("bgp.update.path_attribute.originator_id", "Originator identifier");
    static readonly Field Clusters = P.Label("bgp.path_attribute.cluster_list", "Cluster List");
    static readonly Field ClusterId = P.IPv4("bgp.path_attribute.cluster_id", "Cluster ID");
    static readonly Field OriginAs = P.UInt32("bgp.update.path_attribute.attr_set.origin_as", "Origin AS");
    static readonly Field Metrics = P.Label("bgp.update.path_attribute.aigp", "AIGP Attribute");
    static readonly Layout Metric = new(
        P.UInt8("bgp.update.attribute.aigp.type", "AIGP attribute type", FieldBase.Dec, ValueNames.Of(() => [(1, "Type AIGP TLV")])),
        P.UInt16("bgp.update.attribute.aigp.length", "AIGP TLV length"),
        P.UInt64("bgp.update.attribute.aigp.accu_igp_metric", "AIGP Accumulated IGP Metric"));

    static readonly Field Large = P.String("bgp.large_communities", "Large Communities");
    static readonly Layout LargeParts = new(
        P.UInt32("bgp.large_communities.ga", "Global Administrator", blurb: "A four-octet namespace identifier. This SHOULD be an Autonomous System Number"),
        P.UInt32("bgp.large_communities.ldp1", "Local Data Part 1", blurb: "A four-octet operator-defined value"),
        P.UInt32("bgp.large_communities.ldp2", "Local Data Part 2", blurb: "A four-octet operator-defined value"));

    static readonly Field SecureLength = P.UInt16("bgp.update.path_attribute.bgpsec.sp.length", "Length");
    static readonly Layout SecureSegment = new(
        P.UInt8("bgp.update.path_attribute.bgpsec.sps.pcount", "pCount"),
        P.UInt8("bgp.update.path_attribute.bgpsec.sps.flags", "Flags"),
        P.UInt32("bgp.update.path_attribute.bgpsec.sps.as", "AS Number"));

    static readonly Layout SignatureHead = new(
        P.UInt16("bgp.update.path_attribute.bgpsec.sb.length", "Length"), P.UInt8("bgp.update.path_attribute.bgpsec.sb.algo_id", "Algo ID"));

    static readonly Field SignatureLength = P.UInt16("bgp.update.path_attribute.bgpsec.ss.length", "Length");
    static readonly Layout Signature = new(
        P.Bytes("bgp.update.path_attribute.bgpsec.ss.ski", "SKI", FieldBase.Space).Of(20), SignatureLength,
        P.Bytes("bgp.update.path_attribute.bgpsec.ss.sig", "Signature", FieldBase.Space).Counted(SignatureLength));

    static readonly Field TunnelFlags = P.UInt8("bgp.update.path_attribute.pmsi.tunnel.flags", "Flags");
    static readonly Field TunnelType = P.UInt8("bgp.update.path_attribute.pmsi.tunnel.type", "Tunnel Type", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Type is not present"), (1, "RSVP-TE P2MP LSP"), (2, "mLDP P2MP LSP"), (3, "PIM SSM Tree"), (4, "PIM SM Tree"), (5, "BIDIR-PIM Tree"),
        (6, "Ingress Replication"), (7, "mLDP MP2MP LSP")]));

    static readonly Field TunnelLabel = P.UInt24("bgp.update.path_attribute.mpls_label_value_20bits", "MPLS Label", mask: 0xfffff0);
    static readonly Field TunnelId = P.Label("bgp.update.path_attribute.pmsi.tunnel.id", "Tunnel ID");
    static readonly Layout RsvpTunnel = new(
        P.IPv4("bgp.update.path_attribute.pmsi.rsvp.id", "RSVP P2MP id"), Row.Skip(2), P.UInt16("bgp.update.path_attribute.pmsi.rsvp.tunnel_id", "RSVP P2MP tunnel id"),
        P.IPv4("bgp.update.path_attribute.pmsi.rsvp.ext_tunnel_idv4", "RSVP P2MP extended tunnel id"));

    static readonly Layout SourceTree = new(P.IPv4("bgp.update.path_attribute.pmsi.pimssm.root_node", "PIM-SSM Tree tunnel Root Node"),
        P.IPv4("bgp.update.path_attribute.pmsi.pimssm.pmulticast_group", "PIM-SSM Tree tunnel P-multicast group"));

    static readonly Layout SharedTree = new(P.IPv4("bgp.update.path_attribute.pmsi.pimsm.sender_address", "PIM-SM Tree tunnel sender address"),
        P.IPv4("bgp.update.path_attribute.pmsi.pimsm.pmulticast_group", "PIM-SM Tree tunnel P-multicast group"));

    static readonly Layout TwoWayTree = new(P.IPv4("bgp.update.path_attribute.pmsi.bidir_pim_tree.sender", "BIDIR-PIM Tree Tunnel sender address"),
        P.IPv4("bgp.update.path_attribute.pmsi.bidir_pim_tree.pmulticast_group", "BIDIR-PIM Tree Tunnel P-multicast group"));

    static readonly Layout Replication = new(P.IPv4("bgp.update.path_attribute.pmsi.ingress_rep_ip", "Tunnel type ingress replication IP end point"));

    internal static void Add(Packet p, in View v, Node tree)
    {
        int at = Bgp.HeaderLength, length = v.U16(at), end = at + 2 + length;
        p.Engine.State<BgpReachable.UpdateSoFar>().Tunnel = 0;
        p.Add(tree, WithdrawnLength, v, at);
        at += 2;
        if (length > 0)
        {
            var all = Bgp.Branch(p, tree, Withdrawn, v, at, length);
            if (!BgpReachable.AddPlain(p, v, all, at, end, BgpReachable.IsWithdrawn))
            {
                return;
            }
        }

        at = end;
        length = v.U16(at);
        p.Add(tree, AttributesLength, v, at);
        at += 2;
        if (length > 0)
        {
            AddAttributes(p, v, Bgp.Branch(p, tree, Attributes, v, at, length), at, length, 0);
            at += length;
        }

        if (v.ReportedFrom(at) > 0)
        {
            BgpReachable.AddPlain(p, v, Bgp.Branch(p, tree, Reachable, v, at, int.MaxValue), at, v.Reported, BgpReachable.IsReachable);
        }
    }

    static void AddAttributes(Packet p, in View v, Node tree, int at, int length, int depth)
    {
        for (int end = at + length; at < end;)
        {
            int flags = v.U8(at), type = v.U8(at + 1), lengthSize = (flags & ExtendedLengthFlag) != 0 ? 2 : 1, head = 2 + lengthSize;
            int size = (int)v.UInt(at + 2, lengthSize);
            var attribute = Bgp.Branch(p, tree, Attribute, v, at, head + size);
            if (Types.Find((ulong)type) is { } name)
            {
                p.Label(attribute, $"Path Attribute - {name}");
            }
            else
            {
                p.Label(attribute, $"Path Attribute - Unknown ({type})");
            }

            AddFlags(p, v, attribute, at, flags);
            p.Add(attribute, TypeCode, v, at + 1);
            p.Add(attribute, Length, v, at + 2, lengthSize);
            if (at + head + size > end)
            {
                Bgp.Invalid(p, attribute, v, at + head, size, "Path attribute length is invalid");
                return;
            }

            AddValue(p, v, attribute, at + head, type, size, depth);
            at += head + size;
        }
    }

    static void AddFlags(Packet p, in View v, Node attribute, int at, int flags)
    {
        var node = p.Add(attribute, Flags, v, at);
        if (p.WantsLabels)
        {
            p.Label(node, $"Flags: 0x{flags:x2}");
            foreach (var (bit, name) in (ReadOnlySpan<(int, string)>)[(0x80, "Optional"), (0x40, "Transitive"), (0x20, "Partial"), (0x10, "Extended-Length")])
            {
                p.AppendLabel(node, (flags & bit) != 0 ? $", {name}" : "");
            }

            foreach (var (bit, name) in (ReadOnlySpan<(int, string)>)[(0x80, "Well-known"), (0x40, "Non-transitive"), (0x20, "Complete")])
            {
                p.AppendLabel(node, (flags & bit) == 0 ? $", {name}" : "");
            }
        }

        foreach (var bit in FlagBits)
        {
            p.Add(node, bit, v, at);
        }
    }

    static void AddValue(Packet p, in View v, Node tree, int at, int type, int length, int depth)
    {
        string? wrong = type switch
        {
            Origin when length != 1 => "Origin (invalid)",
            NextHop when length != 4 => "Next hop (invalid)",
            Discriminator when length != 4 => "Multiple exit discriminator (invalid)",
            LocalPreference when length != 4 => "Local preference (invalid)",
            AtomicAggregate when length != 0 => "Atomic aggregate (invalid)",
            Aggregator when length is not (6 or 8) => "Aggregator (invalid)",
            As4Aggregator when length != 8 => "Aggregator (invalid)",
            Communities when length % 4 != 0 => "Communities (invalid)",
            Originator when length != 4 => "Originator identifier (invalid)",
            ClusterList when length % 4 != 0 => "Cluster list (invalid)",
            ExtendedCommunities when length % 8 != 0 => "Extended communities (invalid)",
            LargeCommunities when length == 0 || length % 12 != 0 => "Large communities (invalid)",
            AttributeSet when length < 4 => "Attribute set (invalid)",
            _ => null,
        };
        if (wrong is not null)
        {
            Bgp.Invalid(p, tree, v, at, length, wrong);
            return;
        }

        switch (type)
        {
            case Origin:
                p.Add(tree, OriginCode, v, at);
                p.AppendLabel(tree, $": {Origins.FindOr(v.U8(at), "Unknown")}");
                break;
            case AsPath or As4Path:
                AddAsPath(p, v, tree, at, length, type == As4Path);
                break;
            case NextHop:
                p.Add(tree, NextHopAddress, v, at);
                p.AppendLabel(tree, $": {Address.IPv4(v.U32(at))} ");
                break;
            case Discriminator:
                p.Add(tree, DiscriminatorValue, v, at);
                p.AppendLabel(tree, $": {v.U32(at)}");
                break;
            case LocalPreference:
                p.Add(tree, Preference, v, at);
                p.AppendLabel(tree, $": {v.U32(at)}");
                break;
            case AtomicAggregate:
                break;
            case Aggregator or As4Aggregator:
                p.Add(tree, AggregatorAs, v, at, length - 4);
                p.Add(tree, AggregatorOrigin, v, at + length - 4);
                p.AppendLabel(tree, $": AS: {v.UInt(at, length - 4)} origin: {Address.IPv4(v.U32(at + length - 4))}");
                break;
            case Communities:
                AddCommunities(p, v, tree, at, length);
                break;
            case Originator:
                p.Add(tree, OriginatorId, v, at);
                p.AppendLabel(tree, $": {Address.IPv4(v.U32(at))} ");
                break;
            case ClusterList:
                AddClusters(p, v, tree, at, length);
                break;
            case Reach:
                BgpReachable.AddReach(p, v, tree, at, length);
                break;
            case Unreach:
                BgpReachable.AddUnreach(p, v, tree, at, length);
                break;
            case ExtendedCommunities:
                BgpCommunities.Add(p, v, tree, at, length);
                break;
            case PmsiTunnel:
                AddTunnel(p, v, tree, at, length);
                break;
            case AccumulatedMetric:
                AddMetric(p, v, tree, at, length);
                break;
            case LargeCommunities:
                AddLarge(p, v, tree, at, length);
                break;
            case SecurePath:
                AddSecurePath(p, v, tree, at, length);
                break;
            case AttributeSet:
                p.Add(tree, OriginAs, v, at);
                if (length > 4 && depth < MostNesting)
                {
                    AddAttributes(p, v, Bgp.Branch(p, tree, Attributes, v, at + 4, length - 4), at + 4, length - 4, depth + 1);
                }

                break;
            default:
                Bgp.Branch(p, tree, UnknownAttribute, v, at, length);
                break;
        }
    }

    static void AddAsPath(Packet p, in View v, Node tree, int at, int length, bool isFour)
    {
        if (length == 0)
        {
            p.AppendLabel(tree, ": empty");
            return;
        }

        p.AppendLabel(tree, ": ");
        int size = isFour || !IsTiled(v, at, length, 2) ? 4 : 2;
        for (int end = at + length; at < end;)
        {
            int type = v.U8(at), count = v.U8(at + 1);
            var segment = Bgp.Branch(p, tree, Segment, v, at, 2 + (count * size));
            p.Add(segment, SegmentType, v, at);
            p.Add(segment, SegmentLength, v, at + 1);
            at += 2;
            int first = at;
            for (int i = 0; i < count; i++, at += size)
            {
                p.Add(segment, size == 2 ? As2 : As4, v, at);
            }

            if (p.WantsLabels)
            {
                string text = Ases(v, first, count, size, type);
                p.Label(segment, $"AS Path segment: {text}");
                p.AppendLabel(tree, $"{text} ");
            }
        }
    }

    static string Ases(in View v, int at, int count, int size, int type)
    {
        var (open, separator, close) = type switch
        {
            AsSet => ("{", ", ", "}"),
            ConfederationSet => ("[", ", ", "]"),
            ConfederationSequence => ("(", " ", ")"),
            _ => ("", " ", ""),
        };
        var numbers = new string[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = v.UInt(at + (i * size), size).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return $"{open}{string.Join(separator, numbers)}{close}";
    }

    /// <summary>Whether segments of AS numbers that wide fill the attribute; what peers agreed on may not be in the capture.</summary>
    static bool IsTiled(in View v, int at, int length, int size)
    {
        int end = at + length;
        while (at < end)
        {
            int type = v.U8(at), past = at + 2 + (v.U8(at + 1) * size);
            if (type is < AsSet or > ConfederationSet || past == at + 2 || past > end)
            {
                return false;
            }

            for (int i = at + 2; i < past; i += size)
            {
                if (v.UInt(i, size) == 0)
                {
                    return false;
                }
            }

            at = past;
        }

        return true;
    }

    static void AddCommunities(Packet p, in View v, Node tree, int at, int length)
    {
        var list = Bgp.Branch(p, tree, CommunityList, v, at, length);
        p.Label(list, $"Communities: ");
        p.AppendLabel(tree, ": ");
        for (int end = at + length; at < end; at += 4)
        {
            uint community = v.U32(at);
            if (KnownCommunities.Find(community) is { } name)
            {
                p.Add(list, CommunityKnown, v, at);
                p.AppendLabel(list, $"{name} ");
                p.AppendLabel(tree, $"{name} ");
                continue;
            }

            var one = Bgp.Branch(p, list, Community, v, at, 4);
            p.Label(one, $"Community: {community >> 16}:{community & 0xffff} ");
            p.Add(one, CommunityAs, v, at);
            p.Add(one, CommunityValue, v, at + 2);
            p.AppendLabel(list, $"{community >> 16}:{community & 0xffff} ");
            p.AppendLabel(tree, $"{community >> 16}:{community & 0xffff} ");
        }
    }

    static void AddClusters(Packet p, in View v, Node tree, int at, int length)
    {
        var list = Bgp.Branch(p, tree, Clusters, v, at, length);
        p.Label(list, $"Cluster List:");
        p.AppendLabel(tree, ":");
        for (int end = at + length; at < end; at += 4)
        {
            p.Add(list, ClusterId, v, at);
            p.AppendLabel(list, $" {Address.IPv4(v.U32(at))}");
            p.AppendLabel(tree, $" {Address.IPv4(v.U32(at))}");
        }
    }

    static void AddMetric(Packet p, in View v, Node tree, int at, int length)
    {
        var branch = Bgp.Branch(p, tree, Metrics, v, at, length);
        for (int end = at + length; at < end;)
        {
            int size = v.U16(at + 1);
            ulong metric = v.U64(at + 3);
            p.AddRows(branch, v, at, Metric);
            p.AppendLabel(branch, $": {metric}");
            p.AppendLabel(tree, $": {metric}");
            at += Math.Max(11, size);
        }
    }

    static void AddLarge(Packet p, in View v, Node tree, int at, int length)
    {
        p.AppendLabel(tree, ":");
        for (int end = at + length; at < end; at += 12)
        {
            uint administrator = v.U32(at), first = v.U32(at + 4), second = v.U32(at + 8);
            var one = p.AddString(tree, Large, v, at, 12, ""u8);
            p.Label(one, $"Large communities: {administrator}:{first}:{second}");
            p.AddRows(one, v, at, LargeParts);
            p.AppendLabel(tree, $" {administrator}:{first}:{second}");
        }
    }

    static void AddTunnel(Packet p, in View v, Node tree, int at, int length)
    {
        int type = v.U8(at + 1), end = at + length;
        p.Add(tree, TunnelFlags, v, at);
        p.Add(tree, TunnelType, v, at + 1);
        p.Add(tree, TunnelLabel, v, at + 2);
        at += 5;
        var rows = type switch { 1 => RsvpTunnel, 3 => SourceTree, 4 => SharedTree, 5 => TwoWayTree, 6 => Replication, _ => null };
        if (rows is null)
        {
            return;
        }

        var id = Bgp.Branch(p, tree, TunnelId, v, at, end - at);
        p.AddRows(id, v, at, rows);
        if (type == 1)
        {
            p.AppendLabel(id, $": Id {v.U16(at + 6)}, Ext Id {Address.IPv4(v.U32(at + 8))}");
        }
        else if (type == 6)
        {
            p.AppendLabel(id, $": tunnel end point -> {Address.IPv4(v.U32(at))}");
        }
        else
        {
            p.AppendLabel(id, $": < {Address.IPv4(v.U32(at))}, {Address.IPv4(v.U32(at + 4))} >");
        }
    }

    static void AddSecurePath(Packet p, in View v, Node tree, int at, int length)
    {
        const int SegmentSize = 6, BlockHead = 3, SignatureFixed = 22;
        int end = at + length, size = v.U16(at), past = at + size;
        var path = p.AddText(tree, v, at, size, $"Secure Path ({size} bytes)");
        p.Add(path, SecureLength, v, at);
        for (at += 2; at + SegmentSize <= past; at += SegmentSize)
        {
            p.AddRows(p.AddText(path, v, at, SegmentSize, $"Secure Path Segment ({SegmentSize} bytes)"), v, at, SecureSegment);
        }

        while (at < end)
        {
            size = v.U16(at);
            past = at + size;
            var block = p.AddText(tree, v, at, size, $"Signature Block ({size} byte{(size == 1 ? "" : "s")})");
            at = p.AddRows(block, v, at, SignatureHead);
            while (at < past && at < end)
            {
                int whole = SignatureFixed + v.U16(at + 20);
                at = p.AddRows(p.AddText(block, v, at, whole, $"Signature Segment ({whole} bytes)"), v, at, Signature);
            }

            if (size < BlockHead)
            {
                return;
            }
        }
    }
}
