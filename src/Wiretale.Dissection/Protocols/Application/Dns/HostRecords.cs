using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specifications: RFC 1035 section 3.3 (NS, CNAME, SOA, PTR, MX, MB, MG, MR, MINFO), 3.4 (A, WKS); RFC 3596 (AAAA), 2874 (A6), 6672 (DNAME),
// 6742 (NID, L32, L64, LP), 7043 (EUI48, EUI64), 1183 (RP, AFSDB, RT), 2163 (PX), 1706 (NSAP), 2230 (KX).

/// <summary>Records that give an address or the name of another host.</summary>
/// <param name="dns">Declares the fields.</param>
sealed class HostRecords(Protocol dns)
{
    readonly Field a = dns.IPv4("dns.a", "Address", "Response Address");
    readonly Field aaaa = dns.IPv6("dns.aaaa", "AAAA Address", "AAAA Response Address");
    readonly Field ns = dns.String("dns.ns", "Name Server");
    readonly Field cname = dns.String("dns.cname", "CNAME", "Response Primary Name");
    readonly Field dname = dns.String("dns.dname", "Dname");
    readonly Field ptr = dns.String("dns.ptr.domain_name", "Domain Name");
    readonly Field md = dns.String("dns.md", "Mail Destination");
    readonly Field mf = dns.String("dns.mf", "Mail Forwarder");
    readonly Field mb = dns.String("dns.mb", "MailBox Domaine");
    readonly Field mg = dns.String("dns.mg", "Mail Group member");
    readonly Field mr = dns.String("dns.mr", "Mail Rename domaine");
    readonly Field mailbox = dns.String("dns.minfo.r", "Responsible Mailbox");
    readonly Field errorMailbox = dns.String("dns.minfo.e", "Error Mailbox");
    readonly Field mxPreference = dns.UInt16("dns.mx.preference", "Preference");
    readonly Field mxExchange = dns.String("dns.mx.mail_exchange", "Mail Exchange");
    readonly Field kxPreference = dns.UInt16("dns.kx.preference", "Preference");
    readonly Field kxExchange = dns.String("dns.kx.key_exchange", "Key Exchange");
    readonly Field soaName = dns.String("dns.soa.mname", "Primary name server");
    readonly Field soaMailbox = dns.String("dns.soa.rname", "Responsible authority's mailbox");
    readonly Field soaSerial = dns.UInt32("dns.soa.serial_number", "Serial Number");
    readonly Field soaRefresh = dns.UInt32("dns.soa.refresh_interval", "Refresh Interval");
    readonly Field soaRetry = dns.UInt32("dns.soa.retry_interval", "Retry Interval");
    readonly Field soaExpire = dns.UInt32("dns.soa.expire_limit", "Expire limit");
    readonly Field soaMinimum = dns.UInt32("dns.soa.minimum_ttl", "Minimum TTL");
    readonly Field wksAddress = dns.IPv4("dns.wks.address", "Address");
    readonly Field wksProtocol = dns.UInt8("dns.wks.protocol", "Protocol", FieldBase.Dec, Internet.IpServices.ProtocolNames);
    readonly Field wksBits = dns.UInt8("dns.wks.bits", "Bits", FieldBase.Hex);
    readonly Field rpMailbox = dns.String("dns.rp.mailbox", "Mailbox");
    readonly Field rpText = dns.String("dns.rp.txt_rr", "TXT RR");
    readonly Field afsSubtype = dns.UInt16("dns.afsdb.subtype", "Subtype");
    readonly Field afsHost = dns.String("dns.afsdb.hostname", "Hostname");
    readonly Field rtPreference = dns.UInt16("dns.rt.subtype", "Preference");
    readonly Field rtHost = dns.String("dns.rt.intermediate_host", "Intermediate Hostname");
    readonly Field pxPreference = dns.UInt16("dns.px.preference", "Preference");
    readonly Field pxMap822 = dns.String("dns.px.map822", "MAP822");
    readonly Field pxMapX400 = dns.String("dns.px.map400", "MAPX400");
    readonly Field nsap = dns.Bytes("dns.nsap.rdata", "NSAP Data");
    readonly Field nsapOwner = dns.String("dns.nsap_ptr.owner", "Owner");
    readonly Field a6Prefix = dns.UInt8("dns.a6.prefix_len", "Prefix len");
    readonly Field a6Suffix = dns.IPv6("dns.a6.address_suffix", "Address Suffix");
    readonly Field a6Name = dns.String("dns.a6.prefix_name", "Prefix name");
    readonly Field nidPreference = dns.UInt16("dns.ilnp.nid.preference", "Preference");
    readonly Field nid = dns.Bytes("dns.ilnp.nid", "NodeID");
    readonly Field l32Preference = dns.UInt16("dns.ilnp.l32.preference", "Preference");
    readonly Field l32 = dns.IPv4("dns.ilnp.l32", "Locator32");
    readonly Field l64Preference = dns.UInt16("dns.ilnp.l64.preference", "Preference");
    readonly Field l64 = dns.Bytes("dns.ilnp.l64", "Locator64");
    readonly Field lpPreference = dns.UInt16("dns.ilnp.lp.preference", "Preference");
    readonly Field lp = dns.String("dns.ilnp.lp", "Locator FQDN");
    readonly Field eui48 = dns.Ether("dns.eui48", "EUI48 Address");
    readonly Field eui64 = dns.Field(FieldType.Eui64, "dns.eui64", "EUI64 Address");

    /// <summary>Takes a record's data apart; false when its type belongs to others.</summary>
    public bool Dissect(Packet p, in View m, Node node, ushort type, int at, int size)
    {
        switch (type)
        {
            case DnsType.A:
                AddAddress(p, m, node, a, at, Address.IPv4(m.U32(at)));
                break;
            case DnsType.Aaaa:
                AddAddress(p, m, node, aaaa, at, Address.IPv6(m.Span(at, 16)));
                break;
            case DnsType.Ns:
                AddTarget(p, m, node, ns, at, ", ns ");
                break;
            case DnsType.Cname:
                AddTarget(p, m, node, cname, at, ", cname ");
                break;
            case DnsType.Dname:
                AddTarget(p, m, node, dname, at, ", dname ");
                break;
            case DnsType.Ptr:
                AddTarget(p, m, node, ptr, at, ", ");
                break;
            case DnsType.Soa:
                AddStart(p, m, node, at);
                break;
            case DnsType.Mx:
                AddExchange(p, m, node, mxPreference, mxExchange, at, ", mx ");
                break;
            case DnsType.Kx:
                AddExchange(p, m, node, kxPreference, kxExchange, at, ", kx ");
                break;
            case DnsType.Wks:
                AddServices(p, m, node, at, at + size);
                break;
            case DnsType.A6:
                AddA6(p, m, node, at);
                break;
            case DnsType.Nid:
                p.Add(node, nidPreference, m, at);
                p.Add(node, nid, m, at + 2, 8);
                break;
            case DnsType.L32:
                p.Add(node, l32Preference, m, at);
                p.Add(node, l32, m, at + 2, 4);
                break;
            case DnsType.L64:
                p.Add(node, l64Preference, m, at);
                p.Add(node, l64, m, at + 2, 8);
                break;
            case DnsType.Lp:
                p.Add(node, lpPreference, m, at);
                DnsItems.AddName(p, m, node, lp, at + 2);
                break;
            case DnsType.Eui48:
                p.Add(node, eui48, m, at);
                break;
            case DnsType.Eui64:
                p.Add(node, eui64, m, at);
                break;
            case DnsType.Nsap:
                p.Add(node, nsap, m, at, size);
                break;
            default:
                return AddNames(p, m, node, type, at);
        }

        return true;
    }

    bool AddNames(Packet p, in View m, Node node, ushort type, int at)
    {
        var (number, first, second) = type switch
        {
            DnsType.Md => (null, md, null),
            DnsType.Mf => (null, mf, null),
            DnsType.Mb => (null, mb, null),
            DnsType.Mg => (null, mg, null),
            DnsType.Mr => (null, mr, null),
            DnsType.NsapPtr => (null, nsapOwner, null),
            DnsType.Minfo => (null, mailbox, errorMailbox),
            DnsType.Rp => (null, rpMailbox, rpText),
            DnsType.Afsdb => (afsSubtype, afsHost, null),
            DnsType.Rt => (rtPreference, rtHost, null),
            DnsType.Px => (pxPreference, pxMap822, pxMapX400),
            _ => default((Field?, Field?, Field?)),
        };
        if (first is null)
        {
            return false;
        }

        if (number is not null)
        {
            p.Add(node, number, m, at);
            at += 2;
        }

        at += DnsItems.AddName(p, m, node, first, at);
        if (second is not null)
        {
            DnsItems.AddName(p, m, node, second, at);
        }

        return true;
    }

    static void AddAddress(Packet p, in View m, Node node, Field field, int at, in Address address)
    {
        p.Info.Append($" {address}");
        if (p.WantsFields)
        {
            p.AppendLabel(node, $", addr {address}");
            p.Add(node, field, m, at);
        }
    }

    static void AddTarget(Packet p, in View m, Node node, Field field, int at, string before)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        int taken = name.Read(p, m, at);
        p.Info.Append(" "u8);
        p.Info.Append(name.Text);
        if (p.WantsFields)
        {
            p.AppendLabel(node, $"{before}{name.Text}");
            p.AddString(node, field, m, at, taken, name.Text);
        }
    }

    static void AddExchange(Packet p, in View m, Node node, Field preference, Field exchange, int at, string before)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        uint value = m.U16(at);
        int taken = name.Read(p, m, at + 2);
        p.Info.Append($" {value} {name.Text}");
        if (p.WantsFields)
        {
            p.AppendLabel(node, $", preference {value}{before}{name.Text}");
            p.Add(node, preference, m, at);
            p.AddString(node, exchange, m, at + 2, taken, name.Text);
        }
    }

    void AddStart(Packet p, in View m, Node node, int at)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        int taken = name.Read(p, m, at);
        p.Info.Append(" "u8);
        p.Info.Append(name.Text);
        p.AppendLabel(node, $", mname {name.Text}");
        p.AddString(node, soaName, m, at, taken, name.Text);
        at += taken;
        at += DnsItems.AddName(p, m, node, soaMailbox, at);
        p.Add(node, soaSerial, m, at);
        DnsItems.AddSeconds(p, m, node, soaRefresh, at + 4);
        DnsItems.AddSeconds(p, m, node, soaRetry, at + 8);
        DnsItems.AddSeconds(p, m, node, soaExpire, at + 12);
        DnsItems.AddSeconds(p, m, node, soaMinimum, at + 16);
    }

    void AddServices(Packet p, in View m, Node node, int at, int end)
    {
        var address = Address.IPv4(m.U32(at));
        p.Info.Append($" {address}");
        p.AppendLabel(node, $", addr {address}");
        p.Add(node, wksAddress, m, at);
        p.Add(node, wksProtocol, m, at + 4);
        int first = at + 5;
        for (at = first; at != end; at++)
        {
            int bits = m.U8(at);
            if (bits == 0)
            {
                continue;
            }

            var item = p.Add(node, wksBits, m, at);
            for (int bit = 0, shown = 0; bit < 8 && item.IsWanted; bit++)
            {
                if ((bits & (0x80 >> bit)) != 0)
                {
                    p.AppendLabel(item, $"{(shown++ == 0 ? " (" : ", ")}{((at - first) * 8) + bit}");
                }
            }

            p.AppendLabel(item, ")");
        }
    }

    void AddA6(Packet p, in View m, Node node, int at)
    {
        // RFC 2874 section 3.1.1: the suffix has the bits that the prefix leaves, and with them as many bytes.
        Span<byte> room = stackalloc byte[DnsName.Room];
        Span<byte> suffix = stackalloc byte[16];
        var name = new DnsName(room);
        int prefix = m.U8(at), size = Math.Max(0, (128 - prefix + 7) / 8), taken = 0;
        size = prefix > 128 ? 0 : size;
        m.Span(at + 1, size).CopyTo(suffix[(16 - size)..]);
        if (prefix > 0)
        {
            taken = name.Read(p, m, at + 1 + size);
        }

        var address = Address.IPv6(suffix);
        p.Info.Append($" {prefix} {address} {name.Text}");
        p.AppendLabel(node, $", addr {prefix} {address} {name.Text}");
        p.Add(node, a6Prefix, m, at);
        if (size > 0)
        {
            p.AddAddress(node, a6Suffix, m, at + 1, size, address);
        }

        if (prefix > 0)
        {
            p.AddString(node, a6Name, m, at + 1 + size, taken, name.Text);
        }
    }
}
