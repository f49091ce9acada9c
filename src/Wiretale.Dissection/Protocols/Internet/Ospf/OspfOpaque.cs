using Wiretale.Dissection.Engine;
using Wiretale.Wire;
using static Wiretale.Dissection.Protocols.Internet.Ospf.OspfPackets;

namespace Wiretale.Dissection.Protocols.Internet.Ospf;

// Specification: RFC 3630 and RFC 4203 (traffic engineering), RFC 3623 (graceful restart), RFC 7770 (router information), RFC 7684 (prefix attributes),
// RFC 8665 (segment routing), RFC 4124 (bandwidth constraints). All are TLVs: type (2), length (2), value, padded to 4 bytes.

/// <summary>What opaque advertisements hold.</summary>
static class OspfOpaque
{
    const int TrafficEngineering = 1, Grace = 3, RouterInformation = 4, ExtendedPrefix = 7;

    static readonly ValueNames TeTlvs = ValueNames.Of(() => [(1, "Router Address"), (2, "Link Information"), (5, "Node Attribute")]);
    static readonly ValueNames LinkTlvs = ValueNames.Of(() => [
        (1, "Link Type"), (2, "Link ID"), (3, "Local Interface IP Address"), (4, "Remote Interface IP Address"), (5, "Traffic Engineering Metric"),
        (6, "Maximum Bandwidth"), (7, "Maximum Reservable Bandwidth"), (8, "Unreserved Bandwidth"), (9, "Resource Class/Color"),
        (11, "Link Local/Remote Identifier"), (14, "Link Protection Type"), (15, "Interface Switching Capability Descriptor"),
        (16, "Shared Risk Link Group"), (17, "Bandwidth Constraints")]);

    static readonly ValueNames LinkTypes = ValueNames.Of(() => [(1, "Point-to-point"), (2, "Multi-access")]);
    static readonly Field RouterAddress = P.IPv4("ospf.mpls.routerid", "MPLS/TE Router ID");
    static readonly Field LinkType = P.UInt8("ospf.mpls.linktype", "MPLS/TE Link Type", FieldBase.Dec, LinkTypes);
    static readonly Field LinkId = P.IPv4("ospf.mpls.linkid", "MPLS/TE Link ID");
    static readonly Field LocalAddress = P.IPv4("ospf.mpls.local_addr", "MPLS/TE Local Interface Address");
    static readonly Field RemoteAddress = P.IPv4("ospf.mpls.remote_addr", "MPLS/TE Remote Interface Address");
    static readonly Field TeMetric = P.UInt32("ospf.mpls.te_metric", "MPLS/TE Metric");
    static readonly Field LocalId = P.UInt32("ospf.mpls.local_id", "MPLS/TE Local Interface Index");
    static readonly Field RemoteId = P.UInt32("ospf.mpls.remote_id", "MPLS/TE Remote Interface Index");
    static readonly Field Color = P.UInt32("ospf.mpls.linkcolor", "MPLS/TE Link Resource Class/Color", FieldBase.Hex);
    static readonly Field Group = P.UInt32("ospf.mpls.group", "MPLS/TE Group", FieldBase.Hex);
    static readonly Field Bandwidth = P.Field(FieldType.Float, "ospf.mpls.link_max_bw", "Link Max BW");
    static readonly Field PriorityBandwidth = P.Field(FieldType.Float, "ospf.mpls.pri", "Pri (or TE-Class)");
    static readonly Field MinimumBandwidth = P.Field(FieldType.Float, "ospf.mpls.minimum_lsp_bandwidth", "Minimum LSP bandwidth");
    static readonly Field ConstraintModel = P.UInt8("ospf.mpls.bc.model_id", "MPLS/DSTE Bandwidth Constraints Model Id", FieldBase.Dec, ValueNames.Ranges(() => [
        (0, 0, "(Russian Dolls Model - RDM)"), (1, 1, "(Maximum Allocation Model - MAM)"), (2, 2, "(Maximum Allocation with Reservation Model - MAR)"),
        (3, 239, "(Unassigned, Specification Required)"), (240, 255, "(Reserved, Private Use)")]));
    static readonly Field Constraint = P.Field(FieldType.Float, "ospf.mpls.bc", "BC");
    static readonly Field Switching = P.UInt8("ospf.mpls.switching_type", "Switching Type", FieldBase.Dec, ValueNames.Ranges(() => [
        (1, 1, "Packet-Switch Capable-1 (PSC-1)"), (2, 2, "Packet-Switch Capable-2 (PSC-2)"), (3, 3, "Packet-Switch Capable-3 (PSC-3)"),
        (4, 4, "Packet-Switch Capable-4 (PSC-4)"), (5, 29, "Unassigned"), (30, 30, "Ethernet Virtual Private Line (EVPL)"), (31, 39, "Unassigned"),
        (40, 40, "802.1 PBB-TE"), (41, 50, "Unassigned"), (51, 51, "Layer-2 Switch Capable (L2SC)"), (52, 99, "Unassigned"),
        (100, 100, "Time-Division-Multiplex Capable (TDM)"), (101, 124, "Unassigned"), (125, 125, "Data Channel Switching Capable (DCSC)"),
        (126, 149, "Unassigned"), (150, 150, "Lambda-Switch Capable (LSC)"), (151, 151, "WSON-LSC"), (152, 152, "Flexi-Grid-LSC"), (153, 169, "Unassigned"),
        (200, 200, "Fiber-Switch Capable (FSC)"), (201, 255, "Unassigned")]));
    static readonly Field Encoding = P.UInt8("ospf.mpls.encoding", "Encoding", FieldBase.Dec, ValueNames.Ranges(() => [
        (1, 1, "Packet"), (2, 2, "Ethernet"), (3, 3, "ANSI/ETSI PDH"), (4, 4, "Reserved"), (5, 5, "SDH ITU-T G.707 / SONET ANSI T1.105"), (6, 6, "Reserved"),
        (7, 7, "Digital Wrapper"), (8, 8, "Lambda (photonic)"), (9, 9, "Fiber"), (10, 10, "Reserved"), (11, 11, "FiberChannel"),
        (12, 12, "G.709 ODUk (Digital Path)"), (13, 13, "G.709 Optical Channel"), (14, 14, "Ethernet Line (EPL Type 2)"), (15, 239, "Unassigned"),
        (240, 255, "Experimental Usage/temporarily")]));
    static readonly Field SwitchingMtu = P.UInt16("ospf.mpls.interface_mtu", "Interface MTU");
    static readonly Field RiskGroup = P.UInt32("ospf.mpls.shared_risk_link_group", "Shared Risk Link Group");
    static readonly Field Value = P.Bytes("ospf.tlv_value", "TLV Value");
    static readonly Expert UnknownLinkTlv = P.Expert("ospf.unknown_link_subtype", Severity.Warning, ExpertGroup.Protocol, "Unknown Link sub-TLV");

    static readonly ValueNames GraceTlvs = ValueNames.Of(() => [(1, "grace-LSA Grace Period"), (2, "grace-LSA Restart Reason"), (3, "grace-LSA Restart IP")]);
    static readonly ValueNames Reasons = ValueNames.Of(() => [(0, "Unknown"), (1, "Software Restart"), (2, "Software Reload/Upgrade"), (3, "Processor Switchover")]);
    static readonly Field GraceTlv = P.Label("ospf.v2.grace", "Grace TLV");
    static readonly Field GracePeriod = P.UInt32("ospf.v2.grace.period", "Grace Period", blurb: "The number of seconds neighbors should advertise the router as fully adjacent");
    static readonly Field GraceReason = P.UInt8("ospf.v2.grace.reason", "Restart Reason", FieldBase.Dec, Reasons, blurb: "The reason the router is restarting");
    static readonly Field GraceIp = P.IPv4("ospf.v2.grace.ip", "Restart IP", blurb: "The IP address of the interface originating this LSA");
    static readonly Field Padding = P.Bytes("ospf.pad_bytes", "Pad Bytes");

    static readonly ValueNames InformationTlvs = ValueNames.Of(() => [
        (1, "Router Informational Capabilities"), (2, "Router Functional Capabilities"), (3, "TE-MESH-GROUP TLV (IPv4)"), (4, "TE-MESH-GROUP TLV (IPv6)"),
        (5, "TE Node Capability Descriptor"), (6, "PCED"), (7, "OSPF Dynamic Hostname"), (8, "SR-Algorithm "), (9, "SID/Label Range"), (10, "Node Admin Tag "),
        (11, "S-BFD Discriminator"), (12, "Node MSD"), (14, "SR Local Block"), (15, "SRMS Preference"), (16, "Flexible Algorithm Definition")]);
    static readonly Field InformationType = P.UInt16("ospf.tlv_type.opaque", "TLV Type", FieldBase.Dec, InformationTlvs);
    static readonly Layout Capabilities = new(P.UInt8("ospf.ri.options", "RI Options", FieldBase.Hex).Summary(
        P.Flag("ospf.ri.options.grc", "(GRC) Graceful Restart", 8, 0x80, ValueNames.Flag("Capable", "Not capable")),
        P.Flag("ospf.ri.options.grh", "(GRH) Graceful Restart Helper", 8, 0x40, ValueNames.Flag("Enabled", "Disabled")),
        P.Flag("ospf.ri.options.srs", "Stub Router Support", 8, 0x20, ValueNames.YesNo),
        P.Flag("ospf.ri.options.tes", "(TES) Traffic Engineering", 8, 0x10, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("ospf.ri.options.p2plan", "(P2PLAN) Point-to-point over LAN", 8, 0x08, ValueNames.Flag("Capable", "Not capable")),
        P.Flag("ospf.ri.options.ete", "(ETE) Experimental TE", 8, 0x04, ValueNames.Flag("Capable", "Not capable")),
        P.Flag("ospf.ri.options.host", "Host Router", 8, 0x01, ValueNames.Flag("Capable", "Not capable"))));
    static readonly Field HostName = P.String("ospf.dynhostname", "Dynamic Hostname");
    static readonly Field Algorithm = P.UInt8("ospf.lsa_sa", "SR-Algorithm", FieldBase.Dec, ValueNames.Of(() => [(0, "Shortest Path First"), (1, "Strict Shortest Path First")]));
    static readonly Field RangeSize = P.UInt24("ospf.tlv.range_size", "Range Size");
    static readonly Field SidType = P.UInt16("ospf.tlv.sidlabel_range.type", "TLV Type", FieldBase.Dec, ValueNames.Of(() => [(1, "SID/Label"), (2, "Prefix SID")]));
    static readonly Field Sid = P.UInt32("ospf.tlv.sid_label", "SID/Label");
    static readonly Field Preference = P.UInt24("ospf.tlv.preference", "Preference");
    static readonly Field UnknownTlv = P.Bytes("ospf.tlv.unknown", "Unknown TLV");

    static readonly Field PrefixType = P.UInt16("ospf.tlv.extpfx.tlv_type", "TLV Type", FieldBase.Dec, ValueNames.Of(() => [(1, "OSPFv2 Extended Prefix"), (2, "OSPFv2 Extended Prefix Range")]));
    static readonly Field PrefixSubtype = P.UInt16("ospf.tlv.extpfx.subtlv_type", "TLV Type", FieldBase.Dec, ValueNames.Of(() => [(1, "SID/Label"), (2, "Prefix SID")]));
    static readonly ValueNames RouteTypes = ValueNames.Of(() => [(0, "Unspecified"), (1, "Intra-Area"), (3, "Inter-Area"), (5, "AS-External"), (7, "NSSA-External")]);
    static readonly Field RouteType = P.UInt8("ospf.tlv.extpfx.rotuetype", "Route Type", FieldBase.Dec, RouteTypes);
    static readonly Field PrefixFamily = P.UInt8("ospf.tlv.extpfx.af", "Address Family", FieldBase.Dec, ValueNames.Of(() => [(0, "IPv4 Unicast")]));
    static readonly Field AddressPrefix = P.IPv4("ospf.v3.address_prefix.ipv4", "Address Prefix");
    static readonly Row PrefixFlags = P.UInt8("ospf.tlv.extpfx.flags", "Flags", FieldBase.Hex).Summary(
        P.Flag("ospf.tlv.extpfx.flags.a", "(A) Attach Flag", 8, 0x80, ValueNames.SetNotSet), P.Flag("ospf.tlv.extpfx.flags.n", "(N) Node Flag", 8, 0x40, ValueNames.SetNotSet));
    static readonly Row RangeFlags = P.UInt8("ospf.tlv.extpfx_range.flags", "Flags", FieldBase.Hex).Summary(
        P.Flag("ospf.tlv.extpfx_range.flags.ia", "(IA) Inter-Area Flag", 8, 0x80, ValueNames.SetNotSet));
    static readonly Row SidFlags = P.UInt8("ospf.tlv.pfxsid.flags", "Flags", FieldBase.Hex).Summary(
        P.Flag("ospf.tlv.pfxsid.flags.np", "(NP) No-PHP Flag", 8, 0x40, ValueNames.SetNotSet), P.Flag("ospf.tlv.pfxsid.flags.m", "(M) Mapping Server Flag", 8, 0x20, ValueNames.SetNotSet),
        P.Flag("ospf.tlv.pfxsid.flags.e", "(E) Explicit-Null Flag", 8, 0x10, ValueNames.SetNotSet), P.Flag("ospf.tlv.pfxsid.flags.v", "(V) Value/Index Flag", 8, 0x08, ValueNames.SetNotSet),
        P.Flag("ospf.tlv.pfxsid.flags.l", "(L) Local/Global Flag", 8, 0x04, ValueNames.SetNotSet));
    static readonly Field Topology = P.UInt8("ospf.tlv.extlink.mt_id", "Multi-Topology ID");
    static readonly Layout ExtendedPrefixHead = new(RouteType, OspfV3.PrefixLength, PrefixFamily, PrefixFlags, AddressPrefix);
    static readonly Layout ExtendedRangeHead = new(OspfV3.PrefixLength, PrefixFamily, RangeSize.Of(2), RangeFlags, Reserved.Of(3), AddressPrefix);
    static readonly Layout PrefixSidHead = new(SidFlags, Reserved.Of(1), Topology, Algorithm);

    internal static void Add(Packet p, in View v, Node tree, int at, int end, int type)
    {
        switch (type)
        {
            case TrafficEngineering:
                AddTrafficEngineering(p, v, p.AddText(tree, v, at, end - at, "MPLS Traffic Engineering LSA"), at, end);
                break;
            case Grace:
                AddGrace(p, v, tree, at, end);
                break;
            case RouterInformation:
                AddRouterInformation(p, v, tree, at, end);
                break;
            case ExtendedPrefix:
                AddPrefixes(p, v, p.AddText(tree, v, at, end - at, "OSPFv2 Extended Prefix Opaque LSA"), at, end);
                break;
            default:
                p.AddText(tree, v, at, end - at, $"Unknown LSA Type {type}");
                break;
        }
    }

    /// <summary>Where the TLV after one ends, padding included.</summary>
    static int Next(int at, int length) => at + 4 + length + (-length & 3);

    static void AddTrafficEngineering(Packet p, in View v, Node tree, int at, int end)
    {
        for (int next; at < end; at = next)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            next = Next(at, length);
            string name = TeTlvs.FindOr((ulong)type, "Unknown");
            var tlv = type == 1 ? p.AddText(tree, v, at, 4 + length, $"Router Address: {Address.IPv4(v.U32(at + 4))}") : p.AddText(tree, v, at, 4 + length, name);
            p.AppendLabel(p.Add(tlv, TlvType, v, at), $" - {name}");
            p.Add(tlv, TlvLength, v, at + 2);
            if (type == 1)
            {
                p.Add(tlv, RouterAddress, v, at + 4);
            }
            else if (type == 2)
            {
                for (int sub = at + 4; sub < at + 4 + length;)
                {
                    sub = AddLinkTlv(p, v, tlv, sub);
                }
            }
            else
            {
                p.Add(tlv, Value, v, at + 4, length);
            }
        }
    }

    static int AddLinkTlv(Packet p, in View v, Node tree, int start)
    {
        int type = v.U16(start), length = v.U16(start + 2), at = start + 4;
        string name = LinkTlvs.FindOr((ulong)type, "Unknown Link TLV");
        var tlv = type switch
        {
            1 => p.AddText(tree, v, start, 4 + length, $"{name}: {v.U8(at)} - {LinkTypes.FindOr(v.U8(at), "Unknown")}"),
            2 or 3 or 4 => p.AddText(tree, v, start, 4 + length, $"{name}: {Address.IPv4(v.U32(at))}"),
            5 => p.AddText(tree, v, start, 4 + length, $"{name}: {v.U32(at)}"),
            6 or 7 => p.AddText(tree, v, start, 4 + length, $"{name}: {Rate(p, v, at)}"),
            11 => p.AddText(tree, v, start, 4 + length, $"{name}: {v.U32(at)} (0x{v.U32(at):x}) - {v.U32(at + 4)} (0x{v.U32(at + 4):x})"),
            9 => p.AddText(tree, v, start, 4 + length, $"{name}: 0x{v.U32(at):x8}"),
            _ => p.AddText(tree, v, start, 4 + length, name),
        };
        p.AppendLabel(p.Add(tlv, TlvType, v, start), $": {name}");
        p.Add(tlv, TlvLength, v, start + 2);
        switch (type)
        {
            case 1:
                p.Add(tlv, LinkType, v, at);
                break;
            case 2:
                p.Add(tlv, LinkId, v, at);
                break;
            case 3 or 4:
                p.Add(tlv, type == 3 ? LocalAddress : RemoteAddress, v, at);
                break;
            case 5:
                p.Label(p.Add(tlv, TeMetric, v, at), $"{name}: {v.U32(at)}");
                break;
            case 6 or 7:
                AddRate(p, v, tlv, Bandwidth, at, name);
                break;
            case 8:
                AddPriorities(p, v, tlv, at, "Pri (or TE-Class)");
                break;
            case 9:
                uint groups = v.U32(at);
                var color = p.Add(tlv, Color, v, at);
                for (int i = 0; i < 32; i++)
                {
                    if ((groups >> i & 1) != 0)
                    {
                        p.Label(p.AddUInt(color, Group, v, at, 4, 1u << i), $"Group {i}");
                    }
                }

                break;
            case 11:
                p.AddAll(tlv, v, at, LocalId, RemoteId);
                break;
            case 15:
                int capability = v.U8(at);
                p.AddAll(tlv, v, at, Switching, Encoding);
                AddPriorities(p, v, tlv, at + 4, "Pri");
                if (capability is >= 1 and <= 4)
                {
                    AddRate(p, v, tlv, MinimumBandwidth, at + 36, "Minimum LSP bandwidth");
                    p.Add(tlv, SwitchingMtu, v, at + 40);
                }

                break;
            case 16:
                for (int i = 0; i + 4 <= length; i += 4)
                {
                    p.Add(tlv, RiskGroup, v, at + i);
                }

                break;
            case 17:
                AddConstraints(p, v, tlv, at, length);
                break;
            default:
                p.AddExpert(tlv, UnknownLinkTlv, v, start, 4 + length);
                break;
        }

        return Next(start, length);
    }

    static void AddPriorities(Packet p, in View v, Node tree, int at, string name)
    {
        for (int i = 0; i < 8; i++)
        {
            var node = p.Add(tree, PriorityBandwidth, v, at + (4 * i));
            p.Label(node, $"{name} {i}: {Rate(p, v, at + (4 * i))}");
        }
    }

    static void AddConstraints(Packet p, in View v, Node tree, int at, int length)
    {
        p.Add(tree, ConstraintModel, v, at);
        if (length % 4 != 0)
        {
            p.AddExpert(tree, OspfLsas.BadLength, v, at, length, "Malformed Packet: Length must be N x 4 octets"u8);
            return;
        }

        for (int i = 4; i < length; i += 4)
        {
            var node = p.Add(tree, Constraint, v, at + i);
            p.Label(node, $"BC {(i / 4) - 1}: {Rate(p, v, at + i)}");
        }
    }

    static void AddRate(Packet p, in View v, Node tree, Field field, int at, string name)
    {
        var node = p.Add(tree, field, v, at);
        p.Label(node, $"{name}: {Rate(p, v, at)}");
    }

    /// <summary>A bandwidth in bytes a second (IEEE 754), as labels show it; good until the next use of the scratch text.</summary>
    static ReadOnlySpan<byte> Rate(Packet p, in View v, int at)
    {
        float rate = BitConverter.Int32BitsToSingle((int)v.U32(at));
        p.Scratch.Clear();
        FloatText.General(p.Scratch, rate, 10);
        p.Scratch.Append(" bytes/s ("u8);
        FloatText.General(p.Scratch, rate * 8.0, 10);
        p.Scratch.Append(" bits/s)"u8);
        return p.Scratch.Bytes;
    }

    static void AddGrace(Packet p, in View v, Node tree, int at, int end)
    {
        for (int next; at < end; at = next)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            next = Next(at, length);
            var tlv = p.AddUInt(tree, GraceTlv, v, at, 4 + length + (-length & 3), 0);
            var kind = p.Add(tlv, TlvType, v, at);
            p.Label(kind, $"TLV Type: {GraceTlvs.FindOr((ulong)type, "Unknown grace-LSA TLV")} ({type})");
            p.Add(tlv, TlvLength, v, at + 2);
            switch (type)
            {
                case 1:
                    p.AppendLabel(p.Add(tlv, GracePeriod, v, at + 4), " seconds");
                    p.Label(tlv, $"Grace Period: {v.U32(at + 4)} seconds");
                    break;
                case 2:
                    p.Add(tlv, GraceReason, v, at + 4);
                    p.Label(tlv, $"Restart Reason: {Reasons.FindOr(v.U8(at + 4), "Unknown Restart Reason")} ({v.U8(at + 4)})");
                    p.Add(tlv, Padding, v, at + 5, 3);
                    break;
                case 3:
                    p.Add(tlv, GraceIp, v, at + 4);
                    p.Label(tlv, $"Restart IP: {Address.IPv4(v.U32(at + 4))}");
                    break;
                default:
                    p.Label(tlv, $"Unknown grace-LSA TLV");
                    p.Add(tlv, Value, v, at + 4, length);
                    break;
            }
        }
    }

    /// <summary>Adds what a router says of itself; version 3 has the same.</summary>
    internal static void AddRouterInformation(Packet p, in View v, Node parent, int at, int end)
    {
        var tree = p.AddText(parent, v, at, Math.Max(0, end - at), "Opaque Router Information LSA");
        for (int next; at < end; at = next)
        {
            int type = v.U16(at), length = v.U16(at + 2), value = at + 4;
            next = Next(at, length);
            var tlv = p.AddText(tree, v, at, 4 + length, InformationTlvs.FindOr((ulong)type, "Unknown Opaque RI LSA TLV"));
            p.AddAll(tlv, v, at, InformationType, TlvLength);
            switch (type)
            {
                case 1:
                    p.AddRows(tlv, v, value, Capabilities);
                    break;
                case 7:
                    p.Add(tlv, HostName, v, value, length);
                    break;
                case 8:
                    for (int i = 0; i < length; i++)
                    {
                        p.Add(tlv, Algorithm, v, value + i);
                    }

                    break;
                case 9 or 14:
                    p.AppendLabel(tlv, $"  (Range Size: {v.U24(value)})");
                    p.Add(tlv, RangeSize, v, value);
                    p.Add(tlv, Reserved, v, value + 3, 1);
                    for (int sub = value + 4; sub < value + length;)
                    {
                        sub = AddSid(p, v, tlv, sub);
                    }

                    break;
                case 15:
                    p.Add(tlv, Preference, v, value, 1);
                    p.Add(tlv, Reserved, v, value + 1, 3);
                    break;
                default:
                    p.Add(tlv, Value, v, value, length);
                    break;
            }
        }
    }

    static int AddSid(Packet p, in View v, Node tree, int at)
    {
        int type = v.U16(at), length = v.U16(at + 2);
        if (type != 1 || length is not (3 or 4))
        {
            var unknown = p.AddText(tree, v, at, 4 + length, "Unknown TLV");
            p.AddAll(unknown, v, at, SidType, TlvLength);
            p.Add(unknown, UnknownTlv, v, at + 4, length);
            return Next(at, length);
        }

        var tlv = p.AddText(tree, v, at, 4 + length, $"SID/Label Sub-TLV  (SID/Label: {v.UInt(at + 4, length)})");
        p.AddAll(tlv, v, at, SidType, TlvLength);
        p.Add(tlv, Sid, v, at + 4, length);
        return Next(at, length);
    }

    static void AddPrefixes(Packet p, in View v, Node tree, int at, int end)
    {
        for (int next; at < end; at = next)
        {
            int type = v.U16(at), length = v.U16(at + 2), value = at + 4;
            next = Next(at, length);
            if (type is not (1 or 2))
            {
                var unknown = p.AddText(tree, v, at, 4 + length, "Unknown TLV");
                p.AddAll(unknown, v, at, PrefixType, TlvLength);
                p.Add(unknown, UnknownTlv, v, value, length);
                continue;
            }

            var tlv = type == 1
                ? p.AddText(tree, v, at, 4 + length, $"OSPFv2 Extended Prefix TLV  (Type: {RouteTypes.FindOr(v.U8(value), "Unknown"),-13} Prefix: {Address.IPv4(v.U32(value + 4))}/{v.U8(value + 1)})")
                : p.AddText(tree, v, at, 4 + length, $"OSPFv2 Extended Prefix Range TLV  (Range Size: {v.U16(value + 2)}, Prefix: {Address.IPv4(v.U32(value + 8))}/{v.U8(value)})");
            p.AddAll(tlv, v, at, PrefixType, TlvLength);
            int sub = p.AddRows(tlv, v, value, type == 1 ? ExtendedPrefixHead : ExtendedRangeHead);
            while (sub < value + length)
            {
                sub = AddPrefixSid(p, v, tlv, sub);
            }
        }
    }

    static int AddPrefixSid(Packet p, in View v, Node tree, int at)
    {
        int type = v.U16(at), length = v.U16(at + 2), size = length == 7 ? 3 : 4;
        if (type != 2 || length < 7)
        {
            var unknown = p.AddText(tree, v, at, 4 + length, "Unknown TLV");
            p.AddAll(unknown, v, at, PrefixSubtype, TlvLength);
            p.Add(unknown, UnknownTlv, v, at + 4, length);
            return Next(at, length);
        }

        var tlv = p.AddText(tree, v, at, 4 + length, $"Prefix SID Sub-TLV  (SID/Label: {v.UInt(at + 8, size)})");
        p.AddAll(tlv, v, at, PrefixSubtype, TlvLength);
        p.AddRows(tlv, v, at + 4, PrefixSidHead);
        p.Add(tlv, Sid, v, at + 8, size);
        return Next(at, length);
    }
}
