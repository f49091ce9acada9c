using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 2710 section 3 (version 1), RFC 3810 section 5 (version 2).

/// <summary>Multicast listener discovery: queries, reports and their records.</summary>
sealed class Icmpv6Listeners(Protocol protocol)
{
    /// <summary>A query this long is of version 2 (RFC 3810 section 8.1).</summary>
    const int QueryV2Length = 28;

    static readonly ValueNames Records = ValueNames.Of(() => [(1, "Include"), (2, "Exclude"), (3, "Changed to include"), (4, "Changed to exclude"),
        (5, "Allow new sources"), (6, "Block old sources")]);

    readonly Field delay = protocol.UInt16("icmpv6.mld.maximum_response_delay", "Maximum Response Delay [ms]");
    readonly Field group = protocol.IPv6("icmpv6.mld.multicast_address", "Multicast Address", "Specific IPv6 multicast address");
    readonly Field code = protocol.UInt16("icmpv6.mld.maximum_response_code", "Maximum Response Code");
    readonly Field flags = protocol.UInt8("icmpv6.mld.flag", "Flags", FieldBase.Hex);
    readonly Field suppress = protocol.Flag("icmpv6.mld.flag.s", "Suppress Router-Side Processing", 8, 0x08);
    readonly Field robustness = protocol.UInt8("icmpv6.mld.flag.qrv", "QRV (Querier's Robustness Variable)", mask: 0x07);
    readonly Field flagsReserved = protocol.UInt8("icmpv6.mld.flag.reserved", "Reserved", mask: 0xf0, blurb: "Must Be Zero");
    readonly Field interval = protocol.UInt8("icmpv6.mld.qqi", "QQIC (Querier's Query Interval Code)");
    readonly Field sourceCount = protocol.UInt16("icmpv6.mld.nb_sources", "Number of Sources");
    readonly Field source = protocol.IPv6("icmpv6.mld.source_address", "Source Address");
    readonly Field recordCount = protocol.UInt16("icmpv6.mldr.nb_mcast_records", "Number of Multicast Address Records");
    readonly Field record = protocol.Label("icmpv6.mldr.mar", "Multicast Address Record");
    readonly Field recordType = protocol.UInt8("icmpv6.mldr.mar.record_type", "Record Type", FieldBase.Dec, Records);
    readonly Field auxLength = protocol.UInt8("icmpv6.mldr.mar.aux_data_len", "Aux Data Len");
    readonly Field recordSources = protocol.UInt16("icmpv6.mldr.mar.nb_sources", "Number of Sources");
    readonly Field recordGroup = protocol.IPv6("icmpv6.mldr.mar.multicast_address", "Multicast Address");
    readonly Field recordSource = protocol.IPv6("icmpv6.mldr.mar.source_address", "Source Address");
    readonly Field auxData = protocol.Bytes("icmpv6.mldr.mar.auxiliary_data", "Auxiliary Data");

    /// <summary>A query of either version, or a report or done of version 1.</summary>
    public void DissectQuery(Packet p, in View v, Node tree, bool isQuery)
    {
        bool second = isQuery && v.Reported >= QueryV2Length;
        uint raw = v.U16(4);
        var node = p.Add(tree, second ? code : delay, v, 4);
        if (second)
        {
            // RFC 3810 section 5.1.3: from 32768 on the code is a floating-point number.
            p.Label(node, $"Maximum Response Code: {(raw < 0x8000 ? raw : ((raw & 0xfff) | 0x1000) << (int)(((raw >> 12) & 7) + 3))}");
        }

        p.Add(tree, Icmpv6.Reserved, v, 6, 2);
        p.Add(tree, group, v, 8);
        if (!second)
        {
            return;
        }

        uint bits = v.U8(24);
        node = p.Add(tree, flags, v, 24);
        p.AppendLabel(node, (bits & 8) != 0 ? ", Suppress Router-Side Processing" : "");
        var under = node.IsWanted ? node : tree;
        p.Add(under, suppress, v, 24, 1);
        p.Add(under, robustness, v, 24);
        p.Add(under, flagsReserved, v, 24);
        uint seconds = v.U8(25);
        node = p.Add(tree, interval, v, 25);
        p.Label(node, $"QQIC (Querier's Query Interval Code): {(seconds < 0x80 ? seconds : ((seconds & 15) | 16) << (int)(((seconds >> 4) & 7) + 3))}");
        p.Add(tree, sourceCount, v, 26);
        int count = v.U16(26);
        for (int i = 0; i < count; i++)
        {
            p.Add(tree, source, v, 28 + (i * 16));
        }
    }

    /// <summary>A report of version 2.</summary>
    public void DissectReport(Packet p, in View v, Node tree)
    {
        p.Add(tree, Icmpv6.Reserved, v, 4, 2);
        p.Add(tree, recordCount, v, 6);
        int count = v.U16(6), at = 8;
        for (int i = 0; i < count; i++)
        {
            uint type = v.U8(at);
            int aux = v.U8(at + 1) * 4, sources = v.U16(at + 2), length = 20 + (sources * 16) + aux;
            var address = Wiretale.Wire.Address.IPv6(v.Span(at + 4, 16));
            var node = p.AddUInt(tree, record, v, at, length, 0);
            if (Records.Find(type) is { } name)
            {
                p.Label(node, $"Multicast Address Record {name}: {address}");
            }
            else
            {
                p.Label(node, $"Multicast Address Record Unknown Record Type ({type}): {address}");
            }

            node = node.IsWanted ? node : tree;
            p.AddAll(node, v, at, recordType, auxLength, recordSources, recordGroup);
            for (int k = 0; k < sources; k++)
            {
                p.Add(node, recordSource, v, at + 20 + (k * 16));
            }

            if (aux > 0)
            {
                p.Add(node, auxData, v, at + 20 + (sources * 16), aux);
            }

            at += length;
        }
    }
}
