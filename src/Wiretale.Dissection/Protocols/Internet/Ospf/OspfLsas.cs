using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Wire;
using static Wiretale.Dissection.Protocols.Internet.Ospf.OspfPackets;

namespace Wiretale.Dissection.Protocols.Internet.Ospf;

// Specification: RFC 2328 appendix A.4, RFC 3101 (type 7), RFC 5250 (opaque).
//
//    0               2       3       4
//   +---------------+-------+-------+
//   | Age           |Options| Type  |
//   +---------------+-------+-------+
//   | Link state ID                 |  opaque: type (1), ID (3)
//   +-------------------------------+
//   | Advertising router            |
//   +-------------------------------+
//   | Sequence number               |
//   +---------------+---------------+
//   | Checksum      | Length        |
//   +---------------+---------------+

/// <summary>The advertisements of OSPF version 2.</summary>
static class OspfLsas
{
    internal const int HeaderLength = 20;
    const int Router = 1, Network = 2, Summary = 3, SummaryAsbr = 4, External = 5, Nssa = 7, OpaqueLink = 9, OpaqueAs = 11;
    const int TrafficEngineering = 1;

    internal static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Router-LSA"), (2, "Network-LSA"), (3, "Summary-LSA (IP network)"), (4, "Summary-LSA (ASBR)"), (5, "AS-External-LSA (ASBR)"),
        (6, "Group Membership LSA"), (7, "NSSA AS-External-LSA"), (8, "External Attributes LSA"), (9, "Opaque LSA, Link-local scope"),
        (10, "Opaque LSA, Area-local scope"), (11, "Opaque LSA, AS-local scope")]);

    internal static readonly Field Age = P.UInt16("ospf.lsa.age", "LS Age (seconds)", mask: 0x7fff);
    static readonly Field DoNotAge = P.UInt16("ospf.lsa.donotage", "Do Not Age Flag", mask: 0x8000);
    internal static readonly Field Type = P.UInt8("ospf.lsa", "LS Type", FieldBase.Dec, Types);
    static readonly Field Id = P.IPv4("ospf.lsa.id", "Link State ID");
    static readonly Field OpaqueType = P.UInt8("ospf.lsid_opaque_type", "Link State ID Opaque Type", FieldBase.Dec, ValueNames.Of(() => [
        (1, "Traffic Engineering LSA"), (2, "Sycamore Optical Topology Descriptions"), (3, "grace-LSA"), (4, "Router Information (RI)"), (5, "L1VPN LSA"),
        (6, "Inter-AS-TE-v2 LSA"), (7, "OSPFv2 Extended Prefix Opaque LSA"), (8, "OSPFv2 Extended Link Opaque LSA"), (9, "TTZ LSA")]));

    static readonly Field TeReserved = P.UInt8("ospf.lsid_te_lsa.reserved", "Link State ID TE-LSA Reserved");
    static readonly Field TeInstance = P.UInt16("ospf.lsid_te_lsa.instance", "Link State ID TE-LSA Instance");
    static readonly Field OpaqueId = P.UInt24("ospf.lsid.opaque_id", "Link State ID Opaque ID");
    internal static readonly Field Sequence = P.UInt32("ospf.lsa.seqnum", "Sequence Number", FieldBase.Hex);
    internal static readonly Field Checksum = P.UInt16("ospf.lsa.chksum", "Checksum", FieldBase.Hex);
    internal static readonly Field Length = P.UInt16("ospf.lsa.length", "Length");

    /// <summary>Fields that only filters see: what kind of advertisement it is.</summary>
    static readonly Field IsRouter = P.Flag("ospf.lsa.router", "Router LSA"), IsNetwork = P.Flag("ospf.lsa.network", "Network LSA"),
        IsSummary = P.Flag("ospf.lsa.summary", "Summary LSA (IP Network)"), IsAsbr = P.Flag("ospf.lsa.asbr", "Summary LSA (ASBR)"),
        IsExternal = P.Flag("ospf.lsa.asext", "AS-External LSA (ASBR)"), IsMembership = P.Flag("ospf.lsa.member", "Group Membership LSA"),
        IsNssa = P.Flag("ospf.lsa.nssa", "NSSA AS-External LSA"), IsAttributes = P.Flag("ospf.lsa.attr", "External Attributes LSA"),
        IsOpaque = P.Flag("ospf.lsa.opaque", "Opaque LSA");

    static readonly Layout RouterFlags = new(P.UInt8("ospf.v2.router.lsa.flags", "Flags", FieldBase.Hex).Summary(
        P.Flag("ospf.v2.router.lsa.flags.h", "(H) flag", 8, 0x80, ValueNames.YesNo), P.Flag("ospf.v2.router.lsa.flags.n", "(N) flag", 8, 0x10, ValueNames.YesNo),
        P.Flag("ospf.v2.router.lsa.flags.w", "(W) Wild-card multicast receiver", 8, 0x08, ValueNames.YesNo),
        P.Flag("ospf.v2.router.lsa.flags.v", "(V) Virtual link endpoint", 8, 0x04, ValueNames.YesNo),
        P.Flag("ospf.v2.router.lsa.flags.e", "(E) AS boundary router", 8, 0x02, ValueNames.YesNo),
        P.Flag("ospf.v2.router.lsa.flags.b", "(B) Area border router", 8, 0x01, ValueNames.YesNo)));

    static readonly Field LinkCount = P.UInt16("ospf.lsa.number_of_links", "Number of Links");
    static readonly Field LinkId = P.IPv4("ospf.lsa.router.linkid", "Link ID");
    static readonly Field LinkData = P.IPv4("ospf.lsa.router.linkdata", "Link Data");
    static readonly Field LinkType = P.UInt8("ospf.lsa.router.linktype", "Link Type");
    static readonly Field MetricCount = P.UInt8("ospf.lsa.router.nummetrics", "Number of Metrics");
    static readonly Field Metric0 = P.UInt16("ospf.lsa.router.metric0", "0 Metric");
    static readonly Field NetworkMask = P.IPv4("ospf.lsa.network.netmask", "Netmask");
    static readonly Field AttachedRouter = P.IPv4("ospf.lsa.network.attchrtr", "Attached Router");
    static readonly Field SummaryMask = P.IPv4("ospf.lsa.asbr.netmask", "Netmask");
    static readonly Field ExternalMask = P.IPv4("ospf.lsa.asext.netmask", "Netmask");
    static readonly Field ExternalType = P.Flag("ospf.lsa.asext.type", "External Type", 8, 0x80,
        ValueNames.Flag("Type 2 (metric is larger than any other link state path)", "Type 1 (metric is specified in the same units as interface cost)"));
    internal static readonly Field Tos = P.UInt8("ospf.lsa.tos", "TOS");
    internal static readonly Field Metric = P.UInt32("ospf.metric", "Metric");
    internal static readonly Field ForwardingAddress = P.IPv4("ospf.lsa.asext.fwdaddr", "Forwarding Address");
    internal static readonly Field RouteTag = P.UInt32("ospf.lsa.asext.extrttag", "External Route Tag");
    internal static readonly Expert BadLength = P.Expert("ospf.lsa.invalid_length", Severity.Error, ExpertGroup.Malformed, "Invalid length");
    static readonly Expert UnknownType = P.Expert("ospf.lsa.unknown_type", Severity.Warning, ExpertGroup.Protocol, "Unknown LSA Type");

    static readonly Layout OptionsAlone = new(OptionsV2);
    static readonly Layout OptionsOfNssa = new(OptionsNssa);
    static readonly Layout TypeOfService = new(Tos, Metric.Of(3));
    static readonly Layout ExternalRoute = new(ExternalType, Tos.Then(static (p, node, in v, at, value) => p.Label(node, $"{new BitText((int)value, 0x7f)} = TOS: {value & 0x7f}")), Metric.Of(3), ForwardingAddress, RouteTag);

    /// <returns>Where the next advertisement begins.</returns>
    internal static int Add(Packet p, in View v, Node parent, int start, bool withBody)
    {
        int type = v.U8(start + 3), length = v.U16(start + 18), at = start + HeaderLength, end = start + length;
        v.Ensure(start, withBody ? length : HeaderLength);
        var tree = p.AddText(parent, v, start, withBody ? length : HeaderLength, $"LSA-type {type} ({Types.FindOr((ulong)type, "Unknown")}), len {length}");
        p.Add(tree, Age, v, start);
        p.Add(tree, DoNotAge, v, start);
        p.AddRows(tree, v, start + 2, type == Nssa ? OptionsOfNssa : OptionsAlone);
        var kind = p.Add(tree, Type, v, start + 3);
        if (KindOf(type) is { } flag)
        {
            p.Hidden(p.AddFlag(tree, flag, v, start + 3, 1, true));
        }

        int opaque = v.U8(start + 4);
        if (type is < OpaqueLink or > OpaqueAs)
        {
            p.Add(tree, Id, v, start + 4);
        }
        else
        {
            p.Add(tree, OpaqueType, v, start + 4);
            if (opaque == TrafficEngineering)
            {
                p.AddAll(tree, v, start + 5, TeReserved, TeInstance);
            }
            else
            {
                p.Add(tree, OpaqueId, v, start + 5);
            }
        }

        p.AddAll(tree, v, start + 8, AdvertisingRouter, Sequence, Checksum);
        var item = p.Add(tree, Length, v, start + 18);
        if (!withBody)
        {
            return at;
        }

        if (length <= HeaderLength)
        {
            p.Expert(item, BadLength, v, start + 18, 2);
            return at;
        }

        switch (type)
        {
            case Router:
                return AddRouter(p, v, tree, at);
            case Network:
                p.Add(tree, NetworkMask, v, at);
                for (at += 4; at < end; at += 4)
                {
                    p.Add(tree, AttachedRouter, v, at);
                }

                break;
            case Summary or SummaryAsbr:
                p.Add(tree, SummaryMask, v, at);
                for (at += 4; at < end; at += 4)
                {
                    p.AddRows(tree, v, at, TypeOfService);
                }

                break;
            case External or Nssa:
                p.Add(tree, ExternalMask, v, at);
                for (at += 4; at < end; at += 12)
                {
                    p.AddRows(tree, v, at, ExternalRoute);
                }

                break;
            case >= OpaqueLink and <= OpaqueAs:
                OspfOpaque.Add(p, v, tree, at, end, opaque);
                return end;
            default:
                p.Expert(kind, UnknownType, v, start + 3, 1);
                return end;
        }

        return at;
    }

    static Field? KindOf(int type) => type switch
    {
        Router => IsRouter,
        Network => IsNetwork,
        Summary => IsSummary,
        SummaryAsbr => IsAsbr,
        External => IsExternal,
        6 => IsMembership,
        Nssa => IsNssa,
        8 => IsAttributes,
        >= OpaqueLink and <= OpaqueAs => IsOpaque,
        _ => null,
    };

    static int AddRouter(Packet p, in View v, Node tree, int at)
    {
        p.AddRows(tree, v, at, RouterFlags);
        int count = v.U16(at + 2);
        p.Add(tree, LinkCount, v, at + 2);
        at += 4;
        for (int i = 0; i < count; i++)
        {
            int type = v.U8(at + 8), services = v.U8(at + 9);
            var (shortName, name, id) = type switch
            {
                1 => ("PTP", "Point-to-point connection to another router", "Neighboring router's Router ID"),
                2 => ("Transit", "Connection to a transit network", "IP address of Designated Router"),
                3 => ("Stub", "Connection to a stub network", "IP network/subnet number"),
                4 => ("Virtual", "Virtual link", "Neighboring router's Router ID"),
                _ => ("Unknown", "Unknown link type", "Unknown link ID"),
            };
            var link = p.AddText(tree, v, at, 12 + (4 * services),
                $"Type: {shortName,-8} ID: {Address.IPv4(v.U32(at)).ToString(),-15} Data: {Address.IPv4(v.U32(at + 4)).ToString(),-15} Metric: {v.U16(at + 10)}");
            p.AppendLabel(p.Add(link, LinkId, v, at), $" - {id}");
            p.Add(link, LinkData, v, at + 4);
            p.AppendLabel(p.Add(link, LinkType, v, at + 8), $" - {name}");
            p.AppendLabel(p.Add(link, MetricCount, v, at + 9), " - TOS");
            p.Add(link, Metric0, v, at + 10);
            at += 12;
            for (int tos = 0; tos < services; tos++, at += 4)
            {
                p.Add(link, Tos, v, at);
                p.Add(link, Metric, v, at + 2, 2);
            }
        }

        return at;
    }
}
