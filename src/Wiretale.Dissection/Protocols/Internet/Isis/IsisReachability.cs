using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

// Specification: RFC 1195 section 5.3 (metrics of 6 bits), RFC 5305 section 4 (wide metrics), RFC 5308 section 2 (IPv6), RFC 8667 section 2.1 (prefix segments).

/// <summary>Which IP prefixes a link state packet's sender reaches.</summary>
static class IsisReachability
{
    static readonly Protocol P = IsisLsp.Own;
    static readonly Field Prefix = P.IPv4("isis.lsp.ip_reachability.ipv4_prefix", "IPv4 prefix");
    static readonly ValueNames External = ValueNames.Flag("External", "Internal"), Unsupported = ValueNames.Flag("Not Supported", "Supported"), Direction = ValueNames.Flag("Down", "Up");
    static readonly Field[] Default = [
        P.UInt8("isis.lsp.ip_reachability.default_metric", "Default Metric", mask: 0x3f), P.Flag("isis.lsp.ip_reachability.default_metric_ie", "Default Metric IE", 8, 0x40, External),
        P.Flag("isis.lsp.ip_reachability.distribution", "Distribution", 8, 0x80, Direction)];
    static readonly Field[][] Others = [
        [P.UInt8("isis.lsp.ip_reachability.delay_metric", "Delay Metric", mask: 0x3f), P.Flag("isis.lsp.ip_reachability.delay_metric_support", "Delay Metric", 8, 0x80, Unsupported),
            P.Flag("isis.lsp.ip_reachability.delay_metric_ie", "Delay Metric", 8, 0x40, External)],
        [P.UInt8("isis.lsp.ip_reachability.expense_metric", "Expense Metric", mask: 0x3f), P.Flag("isis.lsp.ip_reachability.expense_metric_support", "Expense Metric", 8, 0x80, Unsupported),
            P.Flag("isis.lsp.ip_reachability.expense_metric_ie", "Expense Metric", 8, 0x40, External)],
        [P.UInt8("isis.lsp.ip_reachability.error_metric", "Error Metric", mask: 0x3f), P.Flag("isis.lsp.ip_reachability.error_metric_support", "Error Metric", 8, 0x80, Unsupported),
            P.Flag("isis.lsp.ip_reachability.error_metric_ie", "Error Metric", 8, 0x40, External)]];

    static readonly ValueNames Subs = ValueNames.Of(() => [(1, "32-bit Administrative Tag"), (2, "64-bit Administrative Tag"), (3, "Prefix-SID"), (4, "Prefix Attribute Flags"), (117, "Management Prefix Color")]);
    static readonly Field WideMetric = P.UInt32("isis.lsp.ext_ip_reachability.metric", "Metric");
    static readonly Field WideDistribution = P.Flag("isis.lsp.ext_ip_reachability.distribution", "Distribution", 8, 0x80, Direction);
    static readonly Field HasSubs = P.Flag("isis.lsp.ext_ip_reachability.subtlv", "Sub-TLV", 8, 0x40, ValueNames.YesNo);
    static readonly Field PrefixLength = P.UInt8("isis.lsp.ext_ip_reachability.prefix_length", "Prefix Length", mask: 0x3f);
    static readonly Field WidePrefix = P.IPv4("isis.lsp.ext_ip_reachability.ipv4_prefix", "IPv4 prefix");
    static readonly Field SubsLength = P.UInt8("isis.lsp.ext_ip_reachability.subclvs_length", "SubCLV Length");
    static readonly Field Code = P.UInt8("isis.lsp.ext_ip_reachability.code", "Code", FieldBase.Dec, Subs);
    static readonly Field Length = P.UInt8("isis.lsp.ext_ip_reachability.length", "Length");
    static readonly Layout SegmentFlags = new(P.UInt8("isis.lsp.ext_ip_reachability.prefix_sid.flags", "Flags", FieldBase.Hex).Summary(
        P.Flag("isis.lsp.ext_ip_reachability.prefix_sid.flags.r", "Re-advertisement", 8, 0x80, ValueNames.SetNotSet),
        P.Flag("isis.lsp.ext_ip_reachability.prefix_sid.flags.n", "Node-SID", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("isis.lsp.ext_ip_reachability.prefix_sid.flags.p", "no-PHP", 8, 0x20, ValueNames.SetNotSet),
        P.Flag("isis.lsp.ext_ip_reachability.prefix_sid.flags.e", "Explicit-Null", 8, 0x10, ValueNames.SetNotSet),
        P.Flag("isis.lsp.ext_ip_reachability.prefix_sid.flags.v", "Value", 8, 0x08, ValueNames.SetNotSet),
        P.Flag("isis.lsp.ext_ip_reachability.prefix_sid.flags.l", "Local", 8, 0x04, ValueNames.SetNotSet)));
    static readonly Field Metric6 = P.UInt32("isis.lsp.ipv6_reachability.metric", "Metric");
    static readonly Field Distribution6 = P.Flag("isis.lsp.ipv6_reachability.distribution", "Distribution", 8, 0x80, Direction);
    static readonly Field Internal6 = P.Flag("isis.lsp.ipv6_reachability.distribution_internal", "Distribution", 8, 0x40, External);
    static readonly Field HasSubs6 = P.Flag("isis.lsp.ipv6_reachability.subtlv", "Sub-TLV", 8, 0x20, ValueNames.YesNo);
    static readonly Field PrefixLength6 = P.UInt8("isis.lsp.ipv6_reachability.prefix_length", "Prefix Length");
    static readonly Field Prefix6 = P.IPv6("isis.lsp.ipv6_reachability.ipv6_prefix", "IPv6 prefix");

    internal static void Add(Packet p, in View v, Node tlv, int at, int end)
    {
        const int EntryLength = 12;
        for (; at < end; at += EntryLength)
        {
            if (end - at < EntryLength)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"short IP reachability ({end - at} vs {EntryLength})");
                p.AddExpert(tlv, IsisLsp.TooShort, v, at, end - at, p.Scratch.Bytes);
                return;
            }

            uint mask = v.U32(at + 8);
            int bits = System.Numerics.BitOperations.LeadingZeroCount(~mask);
            var entry = p.Add(tlv, Prefix, v, at + 4);
            if (bits == 32 || mask << bits == 0)
            {
                p.AppendLabel(entry, $"/{bits}");
            }
            else
            {
                p.AppendLabel(entry, $" mask {Address.IPv4(mask)}");
            }

            foreach (var field in Default)
            {
                p.Add(entry, field, v, at);
            }

            for (int i = 0; i < Others.Length; i++)
            {
                foreach (var field in Others[i])
                {
                    p.Add(entry, field, v, at + 1 + i);
                }
            }
        }
    }

    internal static void AddWide(Packet p, in View v, Node tlv, int at, int end)
    {
        while (at < end)
        {
            int control = v.U8(at + 4), bits = control & 0x3f, bytes = (bits + 7) / 8;
            if (bits > 32)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"IPv4 prefix has an invalid length: {bits}");
                p.AddExpert(tlv, IsisLsp.TooShort, v, at + 5, end - at - 5, p.Scratch.Bytes);
                return;
            }

            uint prefix = bytes == 0 ? 0 : (uint)(v.UInt(at + 5, bytes) << (32 - (8 * bytes)));
            bool hasSubs = (control & 0x40) != 0;
            int subs = hasSubs ? v.U8(at + 5 + bytes) : 0, length = 5 + bytes + (hasSubs ? 1 + subs : 0);
            var entry = p.AddText(tlv, v, at, length, $"Ext. IP Reachability: {Address.IPv4(prefix)}/{bits}");
            p.AddAll(entry, v, at, WideMetric);
            p.Add(entry, WideDistribution, v, at + 4);
            p.Add(entry, HasSubs, v, at + 4);
            p.Add(entry, PrefixLength, v, at + 4);
            p.AddUInt(entry, WidePrefix, v, at + 5, bytes, prefix);
            AddSubs(p, v, entry, at + 5 + bytes, hasSubs, subs);
            at += length;
        }
    }

    internal static void AddV6(Packet p, in View v, Node tlv, int at, int end)
    {
        Span<byte> address = stackalloc byte[16];
        while (at < end)
        {
            int control = v.U8(at + 4), bits = v.U8(at + 5), bytes = (bits + 7) / 8;
            if (bits > 128)
            {
                p.Scratch.Clear();
                p.Scratch.Append($"IPv6 prefix has an invalid length: {bits}");
                p.AddExpert(tlv, IsisLsp.TooShort, v, at + 6, Math.Max(0, end - at - 6), p.Scratch.Bytes);
                return;
            }

            address.Clear();
            v.Span(at + 6, bytes).CopyTo(address);
            var prefix = Address.IPv6(address);
            bool hasSubs = (control & 0x20) != 0;
            int subs = hasSubs ? v.U8(at + 6 + bytes) : 0, length = 6 + bytes + (hasSubs ? 1 + subs : 0);
            var entry = p.AddText(tlv, v, at, length, $"IPv6 Reachability: {prefix}/{bits}");
            p.Add(entry, Metric6, v, at);
            p.Add(entry, Distribution6, v, at + 4);
            p.Add(entry, Internal6, v, at + 4);
            p.Add(entry, HasSubs6, v, at + 4);
            p.Add(entry, PrefixLength6, v, at + 5);
            p.AddAddress(entry, Prefix6, v, at + 6, bytes, prefix);
            AddSubs(p, v, entry, at + 6 + bytes, hasSubs, subs);
            at += length;
        }
    }

    static void AddSubs(Packet p, in View v, Node entry, int at, bool hasSubs, int length)
    {
        if (!hasSubs)
        {
            p.Label(p.AddUInt(entry, SubsLength, v, at, 0, 0), $"no sub-TLVs present");
            return;
        }

        p.Add(entry, SubsLength, v, at);
        for (int end = ++at + length; end - at >= 2;)
        {
            int code = v.U8(at), size = v.U8(at + 1), value = at + 2;
            var sub = p.AddText(entry, v, at, size + 2, $"subTLV: {Subs.FindOr((ulong)code, "Unknown")} (c={code}, l={size})");
            p.AddAll(sub, v, at, Code, Length);
            if (code == 3 && size >= 5)
            {
                p.AddRows(sub, v, value, SegmentFlags);
                p.Add(sub, IsisLsp.Algorithm, v, value + 1);
                IsisNeighbors.AddSegment(p, v, sub, value + 2, size - 2);
            }

            at = value + size;
        }
    }
}
