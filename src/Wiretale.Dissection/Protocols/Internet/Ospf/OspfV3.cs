using Wiretale.Dissection.Engine;
using Wiretale.Wire;
using static Wiretale.Dissection.Protocols.Internet.Ospf.OspfPackets;

namespace Wiretale.Dissection.Protocols.Internet.Ospf;

// Specification: RFC 5340 appendix A.4; the header is version 2's, but for the type: 16 bits instead of options and type.

/// <summary>The advertisements of OSPF version 3.</summary>
static class OspfV3
{
    const int Router = 1, Network = 2, InterPrefix = 3, InterRouter = 4, External = 5, Nssa = 7, Link = 8, IntraPrefix = 9, RouterInformation = 12;

    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Router-LSA"), (2, "Network-LSA"), (3, "Inter-Area-Prefix-LSA"), (4, "Inter-Area-Router-LSA"), (5, "AS-External-LSA"), (6, "Group-Membership-LSA"),
        (7, "NSSA-LSA"), (8, "Link-LSA"), (9, "Intra-Area-Prefix-LSA"), (12, "Router Information Opaque-LSA")]);

    static readonly Field DoNotAge = P.Flag("ospf.v3.lsa.do_not_age", "Do Not Age", 16, 0x8000);
    internal static readonly Layout RequestType = new(P.UInt16("ospf.v3.lsa", "LS Type", FieldBase.Hex).Bits(
        P.Flag("ospf.v3.lsa.u", "LSA Handling", 16, 0x8000,
            ValueNames.Flag("Treat the LSA as if it had link-local flooding scope", "Store and flood the LSA as if the type is understood")),
        P.UInt16("ospf.v3.lsa.s12", "Flooding Scope", FieldBase.Hex, ValueNames.Of(() => [
            (0, "Link-Local Scoping - Flooded only on originating link"), (1, "Area Scoping - Flooded only in originating area"),
            (2, "AS Scoping - Flooded throughout AS"), (3, "Reserved")]), mask: 0x6000),
        P.UInt16("ospf.v3.lsa.fc", "Function Code", FieldBase.Dec, Types, mask: 0x1fff)));

    /// <summary>Fields that only filters see: what kind of advertisement it is.</summary>
    static readonly Field IsRouter = P.Flag("ospf.v3.lsa.router", "Router-LSA"), IsNetwork = P.Flag("ospf.v3.lsa.network", "Network-LSA"),
        IsInterPrefix = P.Flag("ospf.v3.lsa.interprefix", "Inter-Area-Prefix-LSA"), IsInterRouter = P.Flag("ospf.v3.lsa.interrouter", "Inter-Area-Router-LSA"),
        IsExternal = P.Flag("ospf.v3.lsa.asext", "AS-External-LSA"), IsMembership = P.Flag("ospf.v3.lsa.member", "Group-Membership-LSA"),
        IsNssa = P.Flag("ospf.v3.lsa.nssa", "NSSA-LSA"), IsLink = P.Flag("ospf.v3.lsa.link", "Link-LSA"),
        IsIntraPrefix = P.Flag("ospf.v3.lsa.intraprefix", "Intra-Area-Prefix-LSA");

    static readonly Row RouterFlags = P.UInt8("ospf.v3.router.lsa.flags", "Flags", FieldBase.Hex).Summary(
        P.Flag("ospf.v3.router.lsa.flags.w", "(W) Wild-card multicast receiver", 8, 0x08, ValueNames.YesNo),
        P.Flag("ospf.v3.router.lsa.flags.v", "(V) Virtual link endpoint", 8, 0x04, ValueNames.YesNo),
        P.Flag("ospf.v3.router.lsa.flags.e", "(E) AS boundary router", 8, 0x02, ValueNames.YesNo),
        P.Flag("ospf.v3.router.lsa.flags.b", "(B) Area border router", 8, 0x01, ValueNames.YesNo));

    static readonly Field InterfaceType = P.UInt8("ospf.v3.lsa.type", "Type", FieldBase.Dec, ValueNames.Of(() => [
        (1, "Point-to-point connection to another router"), (2, "Connection to a transit network"), (3, "Connection to a stub network"), (4, "Virtual link")]));
    static readonly Field Metric = OspfLsas.Metric;
    static readonly Field InterfaceId = P.UInt32("ospf.v3.lsa.interface_id", "Interface ID");
    static readonly Field NeighborInterface = P.UInt32("ospf.v3.lsa.neighbor_interface_id", "Neighbor Interface ID");
    static readonly Field NeighborRouter = P.IPv4("ospf.v3.lsa.neighbor_router_id", "Neighbor Router ID");
    static readonly Field AttachedRouter = P.IPv4("ospf.v3.lsa.attached_router", "Attached Router");
    static readonly Field DestinationRouter = P.IPv4("ospf.v3.lsa.destination_router_id", "Destination Router ID");
    static readonly Field ReferencedType = P.UInt16("ospf.v3.lsa.referenced_ls_type", "Referenced LS type", FieldBase.Hex, Types);
    static readonly Field ReferencedId = P.IPv4("ospf.v3.lsa.referenced_link_state_id", "Referenced Link State ID");
    static readonly Field ReferencedRouter = P.IPv4("ospf.v3.lsa.referenced_advertising_router", "Referenced Advertising Router");
    static readonly Field ForwardingAddress = P.IPv6("ospf.v3.lsa.forwarding_address.ipv6", "Forwarding Address");
    static readonly Field RouteTag = P.UInt32("ospf.v3.lsa.external_route_tag", "External Route Tag");
    static readonly Field RouterPriority = P.UInt8("ospf.v3.lsa.router_priority", "Router Priority");
    static readonly Field LinkLocal = P.IPv6("ospf.v3.lsa.link_local_interface_address.ipv6", "Link-local Interface Address");
    static readonly Field PrefixCount = P.UInt32("ospf.v3.lsa.num_prefixes", "# prefixes");
    internal static readonly Field PrefixLength = P.UInt8("ospf.prefix_length", "PrefixLength");
    static readonly Field AddressPrefix = P.IPv6("ospf.v3.address_prefix.ipv6", "Address Prefix");
    static readonly Layout PrefixOptions = new(P.UInt8("ospf.v3.prefix.options", "PrefixOptions", FieldBase.Hex).Summary(
        P.Flag("ospf.v3.prefix.options.p", "(P) Propagate", 8, 0x08, ValueNames.SetNotSet), P.Flag("ospf.v3.prefix.options.mc", "(MC) Multicast", 8, 0x04, ValueNames.SetNotSet),
        P.Flag("ospf.v3.prefix.options.la", "(LA) Local Address", 8, 0x02, ValueNames.SetNotSet),
        P.Flag("ospf.v3.prefix.options.nu", "(NU) NoUnicast", 8, 0x01, ValueNames.SetNotSet)));
    static readonly Layout ExternalFlags = new(P.UInt8("ospf.v3.as.external.flags", "Flags", FieldBase.Hex).Summary(
        P.Flag("ospf.v3.as.external.flags.e", "(E) External Metric", 8, 0x04, ValueNames.Flag("Type 2", "Type 1")),
        P.Flag("ospf.v3.as.external.flags.f", "(F) Forwarding Address", 8, 0x02, ValueNames.Flag("Present", "Absent")),
        P.Flag("ospf.v3.as.external.flags.t", "(T) External Route Tag", 8, 0x01, ValueNames.Flag("Present", "Not Present"))));

    static readonly Layout RouterHead = new(RouterFlags, OptionsV3);
    static readonly Layout OptionsAlone = new(OptionsV3);

    /// <returns>Where the next advertisement begins.</returns>
    internal static int Add(Packet p, in View v, Node parent, int start, bool withBody)
    {
        int type = v.U16(start + 2) & 0x1fff, length = v.U16(start + 18), at = start + OspfLsas.HeaderLength, end = start + length;
        v.Ensure(start, withBody ? length : OspfLsas.HeaderLength);
        var tree = p.AddText(parent, v, start, withBody ? length : OspfLsas.HeaderLength, $"LSA-type {type} ({Types.FindOr((ulong)type, "Unknown")}), len {length}");
        p.Add(tree, OspfLsas.Age, v, start);
        p.Add(tree, DoNotAge, v, start);
        p.AddRows(tree, v, start + 2, RequestType);
        if (KindOf(type) is { } flag)
        {
            p.Hidden(p.AddFlag(tree, flag, v, start + 2, 2, true));
        }

        p.AddAll(tree, v, start + 4, LinkStateId, AdvertisingRouter, OspfLsas.Sequence, OspfLsas.Checksum, OspfLsas.Length);
        if (!withBody)
        {
            return at;
        }

        switch (type)
        {
            case Router:
                p.AddRows(tree, v, at, RouterHead);
                AddInterfaces(p, v, tree, at + 4, end);
                return Math.Max(at + 4, end);
            case Network:
                AddReserved(p, v, tree, at, 1);
                p.AddRows(tree, v, at + 1, OptionsAlone);
                for (at += 4; at < end; at += 4)
                {
                    p.Add(tree, AttachedRouter, v, at);
                }

                return at;
            case InterPrefix:
                AddReserved(p, v, tree, at, 1);
                p.Add(tree, Metric, v, at + 1, 3);
                return AddPrefix(p, v, tree, at + 4);
            case InterRouter:
                AddReserved(p, v, tree, at, 1);
                p.AddRows(tree, v, at + 1, OptionsAlone);
                AddReserved(p, v, tree, at + 4, 1);
                p.Add(tree, Metric, v, at + 5, 3);
                p.Add(tree, DestinationRouter, v, at + 8);
                return at + 12;
            case External or Nssa:
                return AddExternal(p, v, tree, at);
            case Link:
                p.Add(tree, RouterPriority, v, at);
                p.AddRows(tree, v, at + 1, OptionsAlone);
                p.Add(tree, LinkLocal, v, at + 4);
                uint count = v.U32(at + 20);
                p.Add(tree, PrefixCount, v, at + 20);
                at += 24;
                for (uint i = 0; i < count; i++)
                {
                    at = AddPrefix(p, v, tree, at);
                }

                return at;
            case IntraPrefix:
                int prefixes = v.U16(at);
                p.Add(tree, PrefixCount, v, at, 2);
                p.AddAll(tree, v, at + 2, ReferencedType, ReferencedId, ReferencedRouter);
                at += 12;
                for (int i = 0; i < prefixes; i++)
                {
                    at = AddPrefix(p, v, tree, at, withMetric: true);
                }

                return at;
            case RouterInformation:
                OspfOpaque.AddRouterInformation(p, v, tree, at, end);
                return Math.Max(at, end);
            default:
                p.AddText(tree, v, at, Math.Max(0, end - at), "Unknown LSA Type");
                return Math.Max(at, end);
        }
    }

    static Field? KindOf(int type) => type switch
    {
        Router => IsRouter,
        Network => IsNetwork,
        InterPrefix => IsInterPrefix,
        InterRouter => IsInterRouter,
        External => IsExternal,
        6 => IsMembership,
        Nssa => IsNssa,
        Link => IsLink,
        IntraPrefix => IsIntraPrefix,
        _ => null,
    };

    static void AddInterfaces(Packet p, in View v, Node tree, int at, int end)
    {
        if (at >= end)
        {
            return;
        }

        var all = p.AddText(tree, v, at, end - at, "Router Interfaces");
        for (int i = 1; at < end; at += 16, i++)
        {
            var entry = p.AddText(all, v, at, 16, $"Entry #{i}");
            p.Add(entry, InterfaceType, v, at);
            AddReserved(p, v, entry, at + 1, 1);
            p.Add(entry, Metric, v, at + 2, 2);
            p.AddAll(entry, v, at + 4, InterfaceId, NeighborInterface, NeighborRouter);
        }
    }

    static int AddExternal(Packet p, in View v, Node tree, int at)
    {
        int flags = v.U8(at), referenced = v.U16(at + 6);
        p.AddRows(tree, v, at, ExternalFlags);
        p.Add(tree, Metric, v, at + 1, 3);
        int length = v.U8(at + 4), bytes = BytesOf(length);
        p.Add(tree, PrefixLength, v, at + 4);
        p.AddRows(tree, v, at + 5, PrefixOptions);
        p.Add(tree, ReferencedType, v, at + 6);
        AddAddress(p, v, tree, at + 8, bytes);
        at += 8 + bytes;
        if ((flags & 2) != 0)
        {
            p.Add(tree, ForwardingAddress, v, at);
            at += 16;
        }

        if ((flags & 1) != 0)
        {
            p.Add(tree, RouteTag, v, at);
            at += 4;
        }

        if (referenced != 0)
        {
            p.Add(tree, ReferencedId, v, at);
            at += 4;
        }

        return at;
    }

    static int AddPrefix(Packet p, in View v, Node tree, int at, bool withMetric = false)
    {
        int bytes = BytesOf(v.U8(at));
        p.Add(tree, PrefixLength, v, at);
        p.AddRows(tree, v, at + 1, PrefixOptions);
        if (withMetric)
        {
            p.Add(tree, Metric, v, at + 2, 2);
        }
        else
        {
            AddReserved(p, v, tree, at + 2, 2);
        }

        AddAddress(p, v, tree, at + 4, bytes);
        return at + 4 + bytes;
    }

    /// <summary>A prefix takes whole words of 32 bits (RFC 5340 appendix A.4.1.1).</summary>
    static int BytesOf(int bits) => (bits + 31) / 32 * 4;

    static void AddAddress(Packet p, in View v, Node tree, int at, int bytes)
    {
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        var given = v.Span(at, bytes);
        given[..Math.Min(bytes, 16)].CopyTo(address);
        p.AddAddress(tree, AddressPrefix, v, at, bytes, Address.IPv6(address));
    }
}
