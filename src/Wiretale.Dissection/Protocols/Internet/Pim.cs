using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 7761 section 4.9 (version 2), RFC 3973 (dense mode), RFC 5059 (bootstrap); version 1 (draft-ietf-pim-v2) is IGMP type 0x14.
//
//    0               1               2               4
//   +-------+-------+---------------+---------------+----
//   |Version| Type  | Reserved      | Checksum      | ...
//   +-------+-------+---------------+---------------+----

/// <summary>Protocol Independent Multicast.</summary>
public sealed class Pim() : Dissector("pim")
{
    const int Hello = 0, Register = 1, RegisterStop = 2, JoinPrune = 3, Bootstrap = 4, Assert = 5, Graft = 6, GraftAck = 7, CandidateRp = 8, StateRefresh = 9;

    /// <summary>A register's checksum leaves out the packet it carries (RFC 7761 section 4.9.3).</summary>
    const int RegisterLength = 8;

    internal static readonly Protocol P = new("Protocol Independent Multicast", "PIM", "pim");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "Hello"), (1, "Register"), (2, "Register-stop"), (3, "Join/Prune"), (4, "Bootstrap"), (5, "Assert"), (6, "Graft"), (7, "Graft-Ack"),
        (8, "Candidate-RP-Advertisement"), (9, "State-Refresh"), (10, "DF election"), (11, "ECMP redirect"), (12, "PFM source discovery")]);

    internal static readonly Field Version = P.UInt8("pim.version", "Version", mask: 0xf0);
    static readonly Field Type = P.UInt8("pim.type", "Type", FieldBase.Dec, Types, mask: 0x0f);
    internal static readonly Field Reserved = P.Bytes("pim.res_bytes", "Reserved byte(s)");
    static readonly Field Checksum = P.UInt16("pim.cksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("pim.cksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Expert BadChecksum = P.Expert("pim.bad_checksum", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    internal static readonly Field Options = P.Label("pim.option", "PIM Options");
    static readonly Field OptionType = P.UInt16("pim.optiontype", "Type");
    static readonly Field OptionLength = P.UInt16("pim.optionlength", "Length");
    static readonly Field OptionValue = P.Bytes("pim.optionvalue", "Unknown");
    static readonly Field HoldTime = P.UInt16("pim.holdtime", "Holdtime", FieldBase.Dec, blurb: "The amount of time a receiver must keep the neighbor reachable, in seconds.");
    static readonly Field TrackJoins = P.Flag("pim.t", "T", 8, 0x80, blurb: "Specifies the ability of the sending router to disable joins suppression.");
    static readonly Field PropagationDelay = P.UInt16("pim.propagation_delay", "Propagation Delay", mask: 0x7fff, blurb: "Units are milli-seconds");
    static readonly Field OverrideInterval = P.UInt16("pim.override_interval", "Override Interval", blurb: "Units are milli-seconds");
    static readonly Field Priority = P.UInt32("pim.dr_priority", "DR Priority");
    static readonly Field Generation = P.UInt32("pim.generation_id", "Generation ID");
    static readonly Field RefreshVersion = P.UInt8("pim.state_refresh_version", "Version");
    static readonly Field RefreshInterval = P.UInt8("pim.state_refresh_interval", "Interval", blurb: "Units in seconds.");
    static readonly Field RefreshReserved = P.UInt16("pim.state_refresh_reserved", "Reserved");
    static readonly Layout RegisterFlags = new(P.UInt32("pim.register_flag", "Flags", FieldBase.Hex).Bits(
        P.Flag("pim.register_flag.border", "Border", 32, 0x80000000, ValueNames.YesNo), P.Flag("pim.register_flag.null_register", "Null-Register", 32, 0x40000000, ValueNames.YesNo)));
    static readonly Field IpVersion = P.UInt8("pim.ip_version", "IP Version", FieldBase.Dec, ValueNames.Of(() => [(0, "Dummy Header"), (4, "IPv4"), (6, "IPv6")]), mask: 0xf0);
    static readonly Field Dummy = P.Label("pim.dummy_header", "Dummy Header");
    static readonly Field GroupCount = P.UInt16("pim.numgroups", "Num Groups", blurb: "Number of multicast group sets contained in the message.");
    static readonly Field JoinCount = P.UInt16("pim.numjoins", "Num Joins", blurb: "Number of joined sources.");
    static readonly Field PruneCount = P.UInt16("pim.numprunes", "Num Prunes", blurb: "Number of pruned sources.");
    static readonly Field GroupSet = P.String("pim.group_set", "Group");
    static readonly Field RpTree = P.Flag("pim.rpt", "RP Tree", 8, 0x80, blurb: "Set to 1 for assert(*,G) messages and 0 for assert(S,G) messages.");
    static readonly Field MetricPreference = P.UInt32("pim.metric_pref", "Metric Preference", mask: 0x7fffffff);
    static readonly Field Metric = P.UInt32("pim.metric", "Metric");
    static readonly Field FragmentTag = P.UInt16("pim.fragment_tag", "Fragment tag", FieldBase.Hex);
    static readonly Field HashMask = P.UInt8("pim.hash_mask_len", "Hash mask len");
    static readonly Field BsrPriority = P.UInt8("pim.bsr_priority", "BSR priority");
    static readonly Field RpCount = P.UInt8("pim.rp_count", "RP count");
    static readonly Field FragmentRpCount = P.UInt8("pim.frp_count", "FRP count");
    static readonly Field RpPriority = P.UInt8("pim.priority", "Priority");
    static readonly Field PrefixCount = P.UInt8("pim.prefix_count", "Prefix-count");
    static readonly Field MaskLength = P.UInt8("pim.mask_len", "Masklen");
    static readonly Field Ttl = P.UInt8("pim.ttl", "TTL");
    static readonly Field Interval = P.UInt8("pim.interval", "Interval");
    static readonly Field PruneIndicator = P.Flag("pim.prune_indicator", "Prune indicator", 8, 0x80, ValueNames.SetNotSet);
    static readonly Field PruneNow = P.Flag("pim.prune_now", "Prune now", 8, 0x40, ValueNames.SetNotSet);
    static readonly Field AssertOverride = P.Flag("pim.assert_override", "Assert override", 8, 0x20, ValueNames.SetNotSet);

    static readonly Field Family = P.UInt8("pim.addr_address_family", "Address Family", FieldBase.Dec, AddressFamilies.Names);
    static readonly Field Encoding = P.UInt8("pim.addr_encoding_type", "Encoding Type", FieldBase.Dec, ValueNames.Of(() => [(0, "Native"), (1, "Native with Join Attribute")]));
    static readonly Layout GroupFlags = new(P.UInt8("pim.group_addr.flags", "Flags", FieldBase.Hex).Summary(
        P.Flag("pim.group_addr.flags.b", "Bidirectional PIM", 8, 0x80, ValueNames.SetNotSet), P.UInt8("pim.group_addr.flags.reserved", "Reserved", FieldBase.Hex, mask: 0x7e),
        P.Flag("pim.group_addr.flags.z", "Admin Scope Zone", 8, 0x01, ValueNames.SetNotSet)));
    static readonly Layout SourceFlags = new(P.UInt8("pim.source_addr.flags", "Flags", FieldBase.Hex).Summary(
        P.UInt8("pim.source_addr.flags.reserved", "Reserved", FieldBase.Hex, mask: 0xf8), P.Flag("pim.source_addr.flags.s", "Sparse", 8, 0x04, ValueNames.SetNotSet),
        P.Flag("pim.source_addr.flags.w", "WildCard", 8, 0x02, ValueNames.SetNotSet), P.Flag("pim.source_addr.flags.r", "Rendezvous Point Tree", 8, 0x01, ValueNames.SetNotSet)));

    /// <summary>An address's fields, of IPv4 and of IPv6.</summary>
    sealed record Pair(Field V4, Field V6)
    {
        public Pair(string name, string label, string six = "_ip6")
            : this(P.IPv4($"pim.{name}", label), P.IPv6($"pim.{name}{six}", label))
        {
        }
    }

    static readonly Pair Unicast = new("unicast", "Unicast", "_ipv6"), Upstream = new("upstream_neighbor", "Upstream-neighbor"), Source = new("source", "Source"),
        Group = new("group", "Group"), Join = new(P.IPv4("pim.join_ip", "IP address"), P.IPv6("pim.join_ip6", "IP address")),
        Prune = new(P.IPv4("pim.prune_ip", "IP address"), P.IPv6("pim.prune_ip6", "IP address")), Bsr = new("bsr", "BSR"), Rp = new("rp", "RP"),
        Originator = new("originator", "Originator"), Listed = new("address_list", "Address");

    internal static Field RendezvousPoint => Rp.V4;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(PimV1)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Pim);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.Info.Clear();
        int version = v.U8(0) >> 4, type = v.U8(0) & 0x0f;
        p.SetProtocol(version switch { 0 => "PIM", 1 => "PIMv1", 2 => "PIMv2", _ => "PIM" });
        if (Types.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown ({type})");
        }

        var tree = p.Open(P, v, parent);
        if (version != 2 || type != Register)
        {
            AddMessage(p, v, tree, parent, version, type);
            return Math.Max(1, v.Reported);
        }

        // The packet inside must not say what the columns show; nor does an error in it.
        p.Info.Freeze();
        var state = p.Mark();
        try
        {
            AddMessage(p, v, tree, parent, version, type);
        }
        catch (BoundsException e)
        {
            p.Recover(state, e, v, parent);
        }

        return Math.Max(1, v.Reported);
    }

    static void AddMessage(Packet p, in View v, Node tree, Node parent, int version, int type)
    {
        p.Add(tree, Version, v, 0);
        p.Add(tree, Type, v, 0);
        p.Add(tree, Reserved, v, 1, 1);
        AddChecksum(p, v, tree, 2, version == 2 && type == Register ? RegisterLength : v.Reported, version);
        if (v.ReportedFrom(4) == 0)
        {
            return;
        }

        var options = p.AddUInt(tree, Options, v, 4, v.CapturedFrom(4), 0);
        int at = 4;
        switch (type)
        {
            case Hello:
                AddHello(p, v, options);
                break;
            case Register:
                AddRegister(p, v, options, parent);
                break;
            case RegisterStop:
                at = AddGroup(p, v, options, at, -1);
                AddUnicast(p, v, options, at, Source);
                break;
            case JoinPrune or Graft or GraftAck:
                AddJoins(p, v, options);
                break;
            case Bootstrap:
                AddBootstrap(p, v, tree, options);
                break;
            case Assert:
                at = AddGroup(p, v, options, at, -1);
                at = AddUnicast(p, v, options, at, Source);
                p.AddAll(options, v, at, RpTree);
                p.AddAll(options, v, at, MetricPreference, Metric);
                break;
            case CandidateRp:
                int prefixes = v.U8(at);
                p.AddAll(options, v, at, PrefixCount, RpPriority);
                AddHoldTime(p, v, options, at + 2);
                at = AddUnicast(p, v, options, at + 4, Rp);
                for (int i = 0; i < prefixes; i++)
                {
                    at = AddGroup(p, v, options, at, i);
                }

                break;
            case StateRefresh:
                at = AddGroup(p, v, options, at, -1);
                at = AddUnicast(p, v, options, at, Source);
                at = AddUnicast(p, v, options, at, Originator);
                p.Add(options, RpTree, v, at);
                p.AddAll(options, v, at, MetricPreference, Metric);
                p.AddAll(options, v, at + 8, MaskLength, Ttl);
                p.Add(options, PruneIndicator, v, at + 10);
                p.Add(options, PruneNow, v, at + 10);
                p.Add(options, AssertOverride, v, at + 10);
                p.Add(options, Interval, v, at + 11);
                break;
        }
    }

    internal static void AddHoldTime(Packet p, in View v, Node tree, int at)
    {
        int time = v.U16(at);
        var node = p.Add(tree, HoldTime, v, at);
        if (time is 0 or 0xffff)
        {
            p.Label(node, $"Holdtime: {(time == 0 ? "goodbye" : "Infinity")} ({time})");
        }
    }

    internal static void AddChecksum(Packet p, in View v, Node tree, int at, int length, int version)
    {
        ushort carried = v.U16(at);
        var node = p.Add(tree, Checksum, v, at);
        if (p.IsFragment || !v.Has(0, length))
        {
            p.AppendLabel(node, " [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, at, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = version == 2 && p.NetworkSource.Kind == AddressKind.IPv6
            ? InternetChecksum.Of(p.NetworkSource, p.NetworkDestination, IpProtocol.Pim, (uint)length, v.Span(0, length))
            : InternetChecksum.Of(v.Span(0, length));
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, at, 0, ChecksumStates.Good));
            return;
        }

        ushort expected = InternetChecksum.Expected(carried, result);
        p.AppendLabel(node, $" incorrect, should be 0x{expected:x4}");
        p.Expert(node, BadChecksum, v, at, 2, $"Bad checksum [should be 0x{expected:x4}]");
        p.Generated(p.AddUInt(tree, ChecksumStatus, v, at, 0, ChecksumStates.Bad));
    }

    static void AddHello(Packet p, in View v, Node options)
    {
        int count = 0;
        for (int at = 4; v.ReportedFrom(at) >= 2; count++)
        {
            int type = v.U16(at), length = v.U16(at + 2), value = at + 4;
            v.Ensure(at, 4 + length);
            var option = p.AddText(options, v, at, 4 + length, $"Option {type}: {NameOf(type)}");
            p.AddAll(option, v, at, OptionType, OptionLength);
            switch (type)
            {
                case 1:
                    int time = v.U16(value);
                    AddHoldTime(p, v, option, value);
                    p.AppendLabel(option, $": {time}{time switch { 0 => " (goodbye)", 0xffff => " (infty)", _ => "" }}");
                    break;
                case 2:
                    p.Add(option, TrackJoins, v, value);
                    p.Add(option, PropagationDelay, v, value);
                    p.Add(option, OverrideInterval, v, value + 2);
                    p.AppendLabel(option, $": T = {v.U8(value) >> 7}, Propagation Delay = {v.U16(value) & 0x7fff}ms, Override Interval = {v.U16(value + 2)}ms");
                    break;
                case 19:
                    p.Add(option, Priority, v, value);
                    p.AppendLabel(option, $": {v.U32(value)}");
                    break;
                case 20:
                    p.Add(option, Generation, v, value);
                    p.AppendLabel(option, $": {v.U32(value)}");
                    break;
                case 21:
                    p.AddAll(option, v, value, RefreshVersion, RefreshInterval, RefreshReserved);
                    p.AppendLabel(option, $": Version = {v.U8(value)}, Interval = {v.U8(value + 1)}s");
                    break;
                case 22:
                    break;
                case 24 or 65001:
                    var list = p.AddText(option, v, at, 4 + length, $"{NameOf(type)} ({type})");
                    for (int i = value; i < value + length;)
                    {
                        i = AddUnicast(p, v, list, i, Listed);
                    }

                    break;
                default:
                    p.AppendLabel(option, $": {type}");
                    if (length > 0)
                    {
                        p.Add(option, OptionValue, v, value, length);
                    }

                    break;
            }

            at += 4 + length;
        }

        p.Label(options, $"PIM Options: {count}");
    }

    static string NameOf(int option) => option switch
    {
        1 => "Hold Time",
        2 => "LAN Prune Delay",
        19 => "DR Priority",
        20 => "Generation ID",
        21 => "State-Refresh",
        22 => "Bidirectional Capable",
        24 => "Address List",
        65001 => "Address List (old implementation)",
        _ => "Unknown",
    };

    static void AddRegister(Packet p, in View v, Node options, Node parent)
    {
        p.AddRows(options, v, 4, RegisterFlags);
        int version = v.U8(8) >> 4;
        p.Add(options, IpVersion, v, 8);
        if (version == 0)
        {
            // A null register has a header that names source and group, and nothing else (RFC 7761 section 4.9.3).
            bool six = p.NetworkSource.Kind == AddressKind.IPv6;
            p.AppendLabel(p.AddUInt(options, Dummy, v, 8, v.CapturedFrom(8), 0), six ? "IPv6" : "IPv4");
            p.Add(options, six ? Source.V6 : Source.V4, v, 8 + (six ? 8 : 12));
            p.Add(options, six ? Group.V6 : Group.V4, v, 8 + (six ? 24 : 16));
        }
        else if (version is 4 or 6 && p.Engine.Find(Link.EtherType.Table, version == 4 ? EtherTypes.IPv4 : EtherTypes.IPv6) is { } next)
        {
            p.Call(next, v.From(8), parent);
        }
    }

    static void AddJoins(Packet p, in View v, Node options)
    {
        int at = AddUnicast(p, v, options, 4, Upstream);
        p.Add(options, Reserved, v, at, 1);
        int groups = v.U8(at + 1);
        p.Add(options, GroupCount, v, at + 1, 1);
        AddHoldTime(p, v, options, at + 2);
        at += 4;
        for (int i = 0; i < groups; i++)
        {
            int start = at;
            var set = p.AddString(options, GroupSet, v, at, v.CapturedFrom(at), ""u8);
            p.Label(set, $"Group {i}");
            at = AddGroup(p, v, set, at, i);
            int joins = v.U16(at), prunes = v.U16(at + 2);
            var list = p.Add(set, JoinCount, v, at);
            int counts = at;
            at += 4;
            for (int j = 0; j < joins; j++)
            {
                at = AddSource(p, v, list, at, Join);
            }

            list = p.Add(set, PruneCount, v, counts + 2);
            for (int j = 0; j < prunes; j++)
            {
                at = AddSource(p, v, list, at, Prune);
            }

            p.SetLength(set, at - start);
        }
    }

    static void AddBootstrap(Packet p, in View v, Node tree, Node options)
    {
        p.AddAll(options, v, 4, FragmentTag, HashMask, BsrPriority);
        int at = AddUnicast(p, v, options, 8, Bsr);
        for (int i = 0; v.ReportedFrom(at) > 0; i++)
        {
            var group = AddEncoded(p, v, options, at, Group, GroupFlags, i, out at);
            int count = v.U8(at + 1);
            p.AddAll(group, v, at, RpCount, FragmentRpCount);
            at += 4;
            for (int j = 0; j < count; j++)
            {
                // tshark puts a rendezvous point beside its group, its priority into the group, and what is reserved outside.
                at = AddUnicast(p, v, options, at, Rp, j);
                AddHoldTime(p, v, options, at);
                p.Add(group, RpPriority, v, at + 2);
                p.Add(tree, Reserved, v, at + 3, 1);
                at += 4;
            }
        }
    }

    /// <param name="index">Which of several it is, or -1.</param>
    static int AddUnicast(Packet p, in View v, Node tree, int at, Pair pair, int index = -1)
    {
        var (field, inner, size) = Choose(v, at, pair, Unicast);
        var node = p.Add(tree, field, v, at + 2, size);
        if (index >= 0)
        {
            p.Label(node, $"{field.Label} {index}: {AddressAt(v, at + 2, size)}");
        }

        p.AddAll(node, v, at, Family, Encoding);
        p.Add(node, inner, v, at + 2);
        return at + 2 + size;
    }

    /// <param name="index">Which group it is, or -1 when there is only one.</param>
    static int AddGroup(Packet p, in View v, Node tree, int at, int index)
    {
        AddEncoded(p, v, tree, at, Group, GroupFlags, index, out int end);
        return end;
    }

    static int AddSource(Packet p, in View v, Node tree, int at, Pair pair)
    {
        int flags = v.U8(at + 2);
        var node = AddEncoded(p, v, tree, at, pair, SourceFlags, -1, out int end);
        if ((flags & 7) != 0)
        {
            p.AppendLabel(node, $" ({((flags & 4) != 0 ? "S" : "")}{((flags & 2) != 0 ? "W" : "")}{((flags & 1) != 0 ? "R" : "")})");
        }

        return end;
    }

    static Node AddEncoded(Packet p, in View v, Node tree, int at, Pair pair, Layout flags, int index, out int end)
    {
        var (field, inner, size) = Choose(v, at, pair, ReferenceEquals(pair, Group) ? Group : Source);
        var node = p.Add(tree, field, v, at + 4, size);
        p.AppendLabel(node, $"/{v.U8(at + 3)}");
        if (index >= 0)
        {
            p.Label(node, $"Group {index}: {AddressAt(v, at + 4, size)}/{v.U8(at + 3)}");
        }

        p.AddAll(node, v, at, Family, Encoding);
        p.AddRows(node, v, at + 2, flags);
        p.Add(node, MaskLength, v, at + 3);
        p.Add(node, inner, v, at + 4);
        end = at + 4 + size;
        return node;
    }

    static Address AddressAt(in View v, int at, int size) => size == 4 ? Address.IPv4(v.U32(at)) : Address.IPv6(v.Span(at, 16));

    static (Field Field, Field Inner, int Size) Choose(in View v, int at, Pair pair, Pair inner)
    {
        int family = v.U8(at);
        if (family is not (1 or 2))
        {
            // Nobody can say how long an address of another family is.
            v.ThrowShort(at, int.MaxValue - at);
        }

        return family == 1 ? (pair.V4, inner.V4, 4) : (pair.V6, inner.V6, 16);
    }
}

/// <summary>PIM version 1, which is carried by IGMP.</summary>
public sealed class PimV1() : Dissector("pim")
{
    static readonly ValueNames Codes = ValueNames.Of(() => [
        (0, "Query"), (1, "Register"), (2, "Register-stop"), (3, "Join/Prune"), (4, "RP-Reachable"), (5, "Assert"), (6, "Graft"), (7, "Graft-Ack"), (8, "Mode")]);
    static readonly Field Type = Pim.P.String("pim.igmp_type", "Type");
    static readonly Field Code = Pim.P.UInt8("pim.code", "Code", FieldBase.Dec, Codes);
    static readonly Field Mode = Pim.P.UInt8("pim.mode", "Mode", FieldBase.Dec, ValueNames.Of(() => [(0, "Dense"), (1, "Sparse"), (2, "Sparse-Dense")]), mask: 0xf0);
    static readonly Field Group = Pim.P.IPv4("pim.group_address", "Group Address");
    static readonly Field GroupMask = Pim.P.IPv4("pim.group_mask", "Mask");

    /// <inheritdoc />
    public override Protocol Protocol => Pim.P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Igmp.SharedTypes, 0x14);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int code = v.U8(1), version = v.U8(4) >> 4;
        p.SetProtocol("PIMv1");
        p.Info.Clear();
        if (Codes.Find((ulong)code) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown ({code})");
        }

        var tree = p.Open(Pim.P, v, parent);
        p.AddString(tree, Type, v, 0, 0, "PIM (0x14)");
        p.Add(tree, Code, v, 1);
        Pim.AddChecksum(p, v, tree, 2, v.Reported, version);
        p.Add(tree, Pim.Version, v, 4);
        p.Add(tree, Pim.Reserved, v, 5, 3);
        var options = p.AddUInt(tree, Pim.Options, v, 8, v.CapturedFrom(8), 0);
        switch (code)
        {
            case 0:
                p.Add(options, Mode, v, 8);
                Pim.AddHoldTime(p, v, options, 10);
                break;
            case 4:
                p.AddAll(options, v, 8, Group, GroupMask, Pim.RendezvousPoint);
                Pim.AddHoldTime(p, v, options, 22);
                p.Add(tree, Pim.Reserved, v, 20, 2);
                break;
        }

        return Math.Max(1, v.Reported);
    }
}
