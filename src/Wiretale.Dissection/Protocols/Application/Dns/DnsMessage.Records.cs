using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specification: RFC 1035, sections 4.1.2 and 4.1.3; the top bit of mDNS's classes RFC 6762, sections 5.4 and 10.2.
//
//   +-----------------------+--------+--------+-----------+--------+----------
//   | name                  |  type  | class  |    TTL    | length | data ...
//   +-----------------------+--------+--------+-----------+--------+----------

/// <content>Questions and records.</content>
sealed partial class DnsMessage
{
    const ushort TopBit = 0x8000;

    readonly Field queryName = dns.String("dns.qry.name", "Name", "Query Name");
    readonly Field queryNameLength = dns.UInt16("dns.qry.name.len", "Name Length", blurb: "Query Name Len");
    readonly Field labelCount = dns.UInt16("dns.count.labels", "Label Count", blurb: "Query Label Count");
    readonly Field queryType = dns.UInt16("dns.qry.type", "Type", FieldBase.Dec, DnsItems.Types, blurb: "Query Type");
    readonly Field queryClass = dns.UInt16("dns.qry.class", "Class", FieldBase.Hex, DnsItems.ClassNames, blurb: "Query Class");
    readonly Field queryClassMdns = dns.UInt16("dns.qry.class", "Class", FieldBase.Hex, DnsItems.ClassNames, 0x7fff, "Query Class");
    readonly Field queryUnicast = dns.Flag("dns.qry.qu", "\"QU\" question", 16, 0x8000, blurb: "QU flag");
    readonly Field recordName = dns.String("dns.resp.name", "Name", "Response Name");
    readonly Field recordType = dns.UInt16("dns.resp.type", "Type", FieldBase.Dec, DnsItems.Types, blurb: "Response Type");
    readonly Field recordClass = dns.UInt16("dns.resp.class", "Class", FieldBase.Hex, DnsItems.ClassNames, blurb: "Response Class");
    readonly Field recordClassMdns = dns.UInt16("dns.resp.class", "Class", FieldBase.Hex, DnsItems.ClassNames, 0x7fff, "Response Class");
    readonly Field cacheFlush = dns.Flag("dns.resp.cache_flush", "Cache flush", 16, 0x8000, blurb: "Cache flush flag");
    readonly Field timeToLive = dns.UInt32("dns.resp.ttl", "Time to live", blurb: "Response TTL");
    readonly Field dataLength = dns.UInt16("dns.resp.len", "Data length", blurb: "Response Length");
    readonly Field unknownData = dns.Bytes("dns.data", "Data");
    readonly Expert undecoded = dns.Expert("dns.undecoded.type", Severity.Note, ExpertGroup.Undecoded, "Undecoded option");
    readonly Expert highTimeToLive = dns.Expert("dns.ttl.high_bit_set", Severity.Warning, ExpertGroup.Protocol, "The uppermost bit of the TTL is set (RFC 2181, section 8)");

    readonly HostRecords hosts = new(dns);
    readonly TextRecords texts = new(dns);
    readonly ServiceRecords services = new(dns);
    readonly SecurityRecords security = new(dns);
    readonly KeyRecords keys = new(dns);
    readonly PlaceRecords places = new(dns);
    readonly EdnsRecord edns = new(dns);

    StatefulOperations Stateful { get; } = new(dns);

    int DissectQuestion(Packet p, in View m, Node section, int at, DnsKind kind)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        int start = at;
        at += name.Read(p, m, at);
        ushort type = m.U16(at), @class = m.U16(at + 2);
        bool isMdns = kind == DnsKind.Mdns, isUnicast = (@class & TopBit) != 0;
        if (p.WantsColumns)
        {
            AppendType(p, type);
            p.Info.Append(" "u8);
            p.Info.Append(name.Text);
            if (isMdns)
            {
                p.Info.Append(isUnicast ? ", \"QU\" question"u8 : ", \"QM\" question"u8);
            }
        }

        if (p.WantsFields)
        {
            AddQuestion(p, m, section, start, at, name, isMdns);
        }

        return at + 4 - start;
    }

    void AddQuestion(Packet p, in View m, Node section, int start, int at, in DnsName name, bool isMdns)
    {
        Span<byte> room = stackalloc byte[24];
        ushort type = m.U16(at), @class = m.U16(at + 2);
        var node = p.AddText(section, m, start, at + 4 - start,
            $"{name.Text}: type {DnsItems.TypeName(type, room)}, class {DnsItems.ClassNames.FindOr(isMdns ? @class & 0x7fffu : @class, "Unknown")}");
        if (isMdns)
        {
            p.AppendLabel(node, (@class & TopBit) != 0 ? ", \"QU\" question" : ", \"QM\" question");
        }

        p.AddString(node, queryName, m, start, at - start, name.Text);
        var (characters, labels) = name.Count();
        p.Generated(p.AddUInt(node, queryNameLength, m, start, at - start, (uint)characters));
        p.Generated(p.AddUInt(node, labelCount, m, start, at - start, (uint)labels));
        p.Add(node, queryType, m, at);
        p.Add(node, isMdns ? queryClassMdns : queryClass, m, at + 2);
        if (isMdns)
        {
            p.Add(node, queryUnicast, m, at + 2);
        }
    }

    int DissectRecord(Packet p, in View m, Node section, int at, DnsKind kind)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        int start = at;
        at += name.Read(p, m, at);
        ushort type = m.U16(at), @class = m.U16(at + 2);
        m.Ensure(at + 4, 4);
        int size = m.U16(at + 8);
        bool isMdns = kind == DnsKind.Mdns;
        if (p.WantsColumns)
        {
            AppendType(p, type);
            if (isMdns && (@class & TopBit) != 0)
            {
                p.Info.Append(", cache flush"u8);
            }

            if (size > 0 && ShowsOwner(type))
            {
                p.Info.Append(" "u8);
                p.Info.Append(name.Raw);
            }
        }

        if (p.Engine.Names.LearnsFromPackets && !p.IsQuoted)
        {
            LearnName(p, m, type, at + 10, size, name.Raw);
        }

        var node = p.WantsFields ? AddHead(p, m, section, start, at, name, isMdns) : Node.None;
        at += 10;
        if (size > 0)
        {
            if (type == DnsType.Opt)
            {
                edns.DissectOptions(p, m, node, at, at + size);
            }
            else
            {
                DissectData(p, m, node, type, at, size);
            }
        }

        return at + size - start;
    }

    static void LearnName(Packet p, in View m, ushort type, int at, int size, ReadOnlySpan<byte> name)
    {
        if (type == DnsType.A && size == 4 && m.Has(at, 4))
        {
            p.Engine.Names.Learn(Address.IPv4(m.U32(at)), name, p.Number);
        }
        else if (type == DnsType.Aaaa && size == 16 && m.Has(at, 16))
        {
            p.Engine.Names.Learn(Address.IPv6(m.Span(at, 16)), name, p.Number);
        }
    }

    Node AddHead(Packet p, in View m, Node section, int start, int at, in DnsName name, bool isMdns)
    {
        Span<byte> room = stackalloc byte[24];
        ushort type = m.U16(at), @class = m.U16(at + 2);
        int size = m.U16(at + 8);
        bool flush = isMdns && (@class & TopBit) != 0;
        bool isOptions = type == DnsType.Opt;
        m.Ensure(at + 10, size);
        var typeName = DnsItems.TypeName(type, room);
        var node = p.AddText(section, m, start, at + 10 + size - start, $"{name.Text}: type {typeName}");
        if (!isOptions)
        {
            p.AppendLabel(node, $", class {DnsItems.ClassNames.FindOr(isMdns ? @class & 0x7fffu : @class, "Unknown")}");
        }

        if (flush)
        {
            p.AppendLabel(node, ", cache flush");
        }

        if (type == DnsType.Srv)
        {
            services.AddOwner(p, m, node, start, at - start, name);
        }
        else
        {
            p.AddString(node, recordName, m, start, at - start, name.Text);
        }

        p.Add(node, recordType, m, at);
        if (isOptions)
        {
            edns.AddHead(p, m, node, at + 2, isMdns ? cacheFlush : null);
        }
        else
        {
            p.Add(node, isMdns ? recordClassMdns : recordClass, m, at + 2);
            if (isMdns)
            {
                p.Add(node, cacheFlush, m, at + 2);
            }

            var life = DnsItems.AddSeconds(p, m, node, timeToLive, at + 4);
            if ((m.U32(at + 4) & 0x80000000) != 0)
            {
                p.Expert(life, highTimeToLive, m, at + 4, 4);
            }
        }

        p.Add(node, dataLength, m, at + 8);
        return node;
    }

    void DissectData(Packet p, in View m, Node node, ushort type, int at, int size)
    {
        if (!(hosts.Dissect(p, m, node, type, at, size) || texts.Dissect(p, m, node, type, at, size) || services.Dissect(p, m, node, type, at, size)
            || security.Dissect(p, m, node, type, at, size) || keys.Dissect(p, m, node, type, at, size) || places.Dissect(p, m, node, type, at, size)))
        {
            p.Expert(node, undecoded, m, at, size,
                $"Dissector for DNS Type ({type}) code not implemented, Contact Wireshark developers if you want this supported");
            p.Add(node, unknownData, m, at, size);
        }
    }

    static void AppendType(Packet p, ushort type)
    {
        if (DnsType.Find(type) is { } name)
        {
            p.Info.Append(" "u8);
            p.Info.Append(name);
        }
        else
        {
            p.Info.Append($" Unknown ({type})");
        }
    }

    /// <summary>Whether the Info column shows the owner's name once more after the type, without escapes; a habit that people's scripts know.</summary>
    static bool ShowsOwner(ushort type) => type is DnsType.Md or DnsType.Mf or DnsType.Mb or DnsType.Mg or DnsType.Mr or DnsType.Null or DnsType.Minfo
        or DnsType.Rp or DnsType.Afsdb or DnsType.X25 or DnsType.Isdn or DnsType.Rt or DnsType.Nsap or DnsType.NsapPtr or DnsType.Px or DnsType.Gpos
        or DnsType.Apl or DnsType.Dhcid or DnsType.Nsec3Param or DnsType.Tlsa or DnsType.Hip;
}
