using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Dns;

/// <summary>Which of the three protocols with DNS's message format a message belongs to.</summary>
enum DnsKind : byte
{
    Dns, Mdns, Llmnr,
}

/// <summary>Domain Name System: RFC 1034 and 1035 over UDP, RFC 7766 over TCP.</summary>
public sealed class Dns() : Dissector("dns")
{
    /// <summary>A message's header.</summary>
    internal const int HeaderLength = 12;

    /// <summary>Before a message in a stream stands its length (RFC 1035 section 4.2.2).</summary>
    const int LengthBytes = 2;

    internal static readonly Protocol P = new("Domain Name System", "DNS", "dns");
    internal static readonly DnsMessage Message = new(P);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, 53);
        claims.Numbers(Tcp.Ports, 53, 5353);
        claims.Heuristic(Udp.Heuristics, TryUdp);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.PortKind == PortKind.Tcp)
        {
            return Tcp.Pdus(p, v, parent, LengthBytes, static (Packet _, in View v, int at) => LengthBytes + v.U16(at), DissectInStream);
        }

        p.SetProtocol("DNS");
        return Message.Dissect(p, v, parent, DnsKind.Dns, P, "Domain Name System", 0);
    }

    static void DissectInStream(Packet p, in View v, Node parent)
    {
        p.SetProtocol("DNS");
        Message.Dissect(p, v, parent, DnsKind.Dns, P, "Domain Name System", LengthBytes);
    }

    /// <summary>A message has no magic number; what it has is one question, the ordinary opcode, and few records.</summary>
    static bool TryUdp(Packet p, in View v, Node parent)
    {
        if (!v.Has(0, HeaderLength + 1))
        {
            return false;
        }

        ushort flags = v.U16(2), answers = v.U16(6), authorities = v.U16(8), additional = v.U16(10);
        bool isResponse = (flags & 0x8000) != 0;
        if (((flags >> 11) & 15) != 0 || authorities > 10 || additional > 10
            || (isResponse ? v.U16(4) > 1 || answers > 100 : v.U16(4) != 1 || answers != 0 || authorities != 0))
        {
            return false;
        }

        p.SetProtocol("DNS");
        Message.Dissect(p, v, parent, DnsKind.Dns, P, "Domain Name System", 0);
        return true;
    }
}

/// <summary>Multicast DNS: RFC 6762.</summary>
public sealed class Mdns() : Dissector("mdns")
{
    static readonly Protocol P = new("Multicast Domain Name System", "mDNS", "mdns");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 5353);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("MDNS");
        return Dns.Message.Dissect(p, v, parent, DnsKind.Mdns, P, "Multicast Domain Name System", 0);
    }
}

/// <summary>Link-Local Multicast Name Resolution: RFC 4795.</summary>
public sealed class Llmnr() : Dissector("llmnr")
{
    static readonly Protocol P = new("Link-local Multicast Name Resolution", "LLMNR", "llmnr");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 5355);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("LLMNR");
        return Dns.Message.Dissect(p, v, parent, DnsKind.Llmnr, P, "Link-local Multicast Name Resolution", 0);
    }
}
