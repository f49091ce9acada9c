using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 4291 appendix A (EUI-64), RFC 3056 (6to4), RFC 4380 section 4 (Teredo), RFC 5214 section 6.1 (ISATAP), RFC 6052 (IPv4-embedded).

/// <summary>An IPv6 packet's addresses, and what their bits tell about who made them.</summary>
sealed class IPv6AddressFields
{
    readonly Field any, anyHost, prefix;
    readonly Kinds source, destination, either;
    readonly Field[] own = new Field[2], hosts = new Field[2];

    public IPv6AddressFields(Protocol p)
    {
        own[0] = p.IPv6("ipv6.src", "Source Address", "Source IPv6 Address");
        hosts[0] = p.String("ipv6.src_host", "Source Host", "Source IPv6 Host");
        source = new(p, "src_", "Source ");
        own[1] = p.IPv6("ipv6.dst", "Destination Address", "Destination IPv6 Address");
        hosts[1] = p.String("ipv6.dst_host", "Destination Host", "Destination IPv6 Host");
        destination = new(p, "dst_", "Destination ");
        any = p.IPv6("ipv6.addr", "Source or Destination Address");
        anyHost = p.String("ipv6.host", "Source or Destination Host");
        either = new(p, "", "");
        prefix = p.Bytes("ipv6.embed_ipv4_prefix", "Embedded IPv4 Prefix", blurb: "IPv4-Embedded IPv6 Address Prefix");
    }

    /// <summary>Adds an address.</summary>
    public void Add(Packet p, in View v, Node tree, int at, in Address address, bool isSource)
    {
        int side = isSource ? 0 : 1;
        p.Add(tree, own[side], v, at);
        p.Hidden(p.Add(tree, any, v, at));
        if (p.Wants(hosts[side]) || p.Wants(anyHost))
        {
            var text = p.Name(address);
            p.Hidden(p.AddString(tree, hosts[side], v, at, 16, text));
            p.Hidden(p.AddString(tree, anyHost, v, at, 16, text));
        }
    }

    /// <summary>Adds what the address was made from: a hardware address, an IPv4 address, a Teredo server and client.</summary>
    public void AddGenerated(Packet p, in View v, Node tree, int at, in Address address, bool isSource)
    {
        var mine = isSource ? source : destination;
        if (address.High >> 56 == 0xff)
        {
            return;
        }

        if (address.High >> 48 == 0x2002)
        {
            AddBoth(p, v, tree, mine.SixToFourGateway, either.SixToFourGateway, mine.SixToFourSite, either.SixToFourSite, at + 2, at + 6);
        }
        else if (address.High >> 32 == 0x20010000)
        {
            uint port = v.U16(at + 10) ^ 0xffffu, client = v.U32(at + 12) ^ 0xffffffff;
            p.Generated(p.Add(tree, mine.TeredoServer, v, at + 4));
            p.Generated(p.AddUInt(tree, mine.TeredoPort, v, at + 10, 2, port));
            p.Generated(p.AddUInt(tree, mine.TeredoClient, v, at + 12, 4, client));
            p.Hidden(p.Generated(p.Add(tree, either.TeredoServer, v, at + 4)));
            p.Hidden(p.Generated(p.AddUInt(tree, either.TeredoPort, v, at + 10, 2, port)));
            p.Hidden(p.Generated(p.AddUInt(tree, either.TeredoClient, v, at + 12, 4, client)));
        }

        // Interface identifiers: EUI-64 from a 48-bit address has ff:fe in the middle and the universal bit turned over; ISATAP has 00-00-5e-fe or 02-00-5e-fe.
        ulong identifier = address.Low;
        if (((identifier >> 24) & 0xffff) == 0xfffe && ((identifier >> 57) & 1) == 1)
        {
            ulong mac = ((identifier >> 40) << 24) | (identifier & 0xffffff);
            mac ^= 0x020000000000;
            p.Generated(p.AddUInt(tree, mine.Slaac, v, at + 8, 8, mac));
            p.Hidden(p.Generated(p.AddUInt(tree, either.Slaac, v, at + 8, 8, mac)));
        }
        else if ((identifier >> 32 & 0xfdffffff) == 0x00005efe)
        {
            p.Generated(p.Add(tree, mine.Isatap, v, at + 12));
            p.Hidden(p.Generated(p.Add(tree, either.Isatap, v, at + 12)));
        }
    }

    /// <summary>Adds the IPv4 address inside one of the well-known prefix, 64:ff9b::/96.</summary>
    public void AddEmbedded(Packet p, in View v, Node tree, int at, in Address address, bool isSource)
    {
        if (address.High == 0x0064ff9b00000000 && address.Low >> 32 == 0)
        {
            p.Generated(p.Add(tree, prefix, v, at, 12));
            p.Generated(p.Add(tree, (isSource ? source : destination).Embedded, v, at + 12));
            p.Generated(p.Add(tree, either.Embedded, v, at + 12));
        }
    }

    static void AddBoth(Packet p, in View v, Node tree, Field a, Field anyA, Field b, Field anyB, int atA, int atB)
    {
        p.Generated(p.Add(tree, a, v, atA));
        p.Generated(p.Add(tree, b, v, atB));
        p.Hidden(p.Generated(p.Add(tree, anyA, v, atA)));
        p.Hidden(p.Generated(p.Add(tree, anyB, v, atB)));
    }

    sealed class Kinds(Protocol p, string name, string label)
    {
        public readonly Field Slaac = p.Ether($"ipv6.{name}slaac_mac", $"{label}SLAAC MAC");
        public readonly Field Isatap = p.IPv4($"ipv6.{name}isatap_ipv4", $"{label}ISATAP IPv4");
        public readonly Field SixToFourGateway = p.IPv4($"ipv6.{name}6to4_gw_ipv4", $"{label}6to4 Gateway IPv4");
        public readonly Field SixToFourSite = p.UInt16($"ipv6.{name}6to4_sla_id", $"{label}6to4 SLA ID");
        public readonly Field TeredoServer = p.IPv4($"ipv6.{name}ts_ipv4", $"{label}Teredo Server IPv4");
        public readonly Field TeredoPort = p.UInt16($"ipv6.{name}tc_port", $"{label}Teredo Port");
        public readonly Field TeredoClient = p.IPv4($"ipv6.{name}tc_ipv4", $"{label}Teredo Client IPv4");
        public readonly Field Embedded = p.IPv4($"ipv6.{name}embed_ipv4", $"{label}Embedded IPv4");
    }
}
