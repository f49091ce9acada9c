namespace Wiretale.Wire;

/// <summary>IP protocol numbers (IANA "Assigned Internet Protocol Numbers"), which are also IPv6 next-header values, with the names that packet lists print.</summary>
public static class IpProtocol
{
    public const byte HopByHop = 0, Icmp = 1, Igmp = 2, IPv4 = 4, Tcp = 6, Udp = 17, Dccp = 33, IPv6 = 41, Routing = 43, Fragment = 44, Rsvp = 46,
        Gre = 47, Esp = 50, Ah = 51, IcmpV6 = 58, NoNextHeader = 59, DestinationOptions = 60, Eigrp = 88, Ospf = 89, Pim = 103, Vrrp = 112, Pgm = 113, Sctp = 132,
        Mobility = 135, UdpLite = 136, MplsInIp = 137, Hip = 139, Shim6 = 140, Ethernet = 143;

    static readonly string?[] Named = MakeNames();

    /// <summary>The name of a protocol, or null when the number has none.</summary>
    public static string? Find(byte number) => Named[number];

    /// <summary>The name of a protocol, or "Unknown".</summary>
    public static string Name(byte number) => Named[number] ?? "Unknown";

    /// <summary>Every number that has a name, ascending.</summary>
    public static IEnumerable<(ulong Number, string Name)> All
    {
        get
        {
            for (int i = 0; i < Named.Length; i++)
            {
                if (Named[i] is { } name)
                {
                    yield return ((ulong)i, name);
                }
            }
        }
    }

    static string?[] MakeNames()
    {
        var names = new string?[256];
        string[] assigned =
        [
            "IPv6 Hop-by-Hop Option", "ICMP", "IGMP", "GGP", "IPIP", "Stream", "TCP", "CBT", "EGP", "IGRP", "BBN RCC", "Network Voice", "PUP", "ARGUS", "EMCON", "XNET",
            "CHAOS", "UDP", "Multiplex", "DCN Measurement", "Host Monitoring", "Packet radio", "IDP", "Trunk-1", "Trunk-2", "Leaf-1", "Leaf-2", "Reliable Data", "IRT",
            "ISO TP4", "Bulk Data", "MFE NSP", "Merit Internodal", "Datagram Congestion Control Protocol", "3rd Party Connect", "Inter-Domain Policy Routing Protocol",
            "XTP", "Datagram delivery", "Control Message", "TP++", "IL", "IPv6", "Source demand routing", "Routing Header for IPv6", "Fragment Header for IPv6",
            "Inter-Domain Routing Protocol", "Reservation Protocol", "Generic Routing Encapsulation", "Dynamic source routing", "BNA", "Encap Security Payload",
            "Authentication Header", "INSLP", "SWIPE", "NBMA ARP", "IP Mobility", "TLSP Kryptonet", "SKIP", "ICMPv6", "No Next Header for IPv6",
            "Destination Options for IPv6", "any host internal protocol", "Mobile IPv6 (old)", "any local network", "SATNET EXPAK", "Kryptolan", "Remote Virtual Disk",
            "IPPC", "any distributed file system", "SATNET Monitoring", "VISA", "IPCV", "CPNX", "CPHB", "Wang Span", "Packet Video", "Backroom SATNET Mon",
            "Sun ND Protocol", "Wideband Mon", "Wideband Expak", "ISO Internet Protocol", "VMTP", "Secure VMTP", "VINES", "TTP", "NSFNET IGP", "Dissimilar Gateway",
            "TCF", "EIGRP", "OSPF IGP", "Sprite RPC", "Locus ARP", "Multicast Transport", "AX.25 Frames", "IP in IP", "MICP", "Semaphore", "Ether in IP", "ENCAP",
            "any private encryption scheme", "GMTP", "Ipsilon Flow", "PNNI over IP", "PIM", "ARIS", "SCPS", "QNX", "Active Networks", "IPComp", "Sitara Networks",
            "Compaq Peer", "IPX IN IP", "VRRP", "PGM", "any 0-hop protocol", "Layer 2 Tunneling", "DDX", "IATP", "STP", "SpectraLink", "UTI", "SMP", "SM", "PTP",
            "ISIS over IP", "FIRE", "CRTP", "CRUDP", "SSCOPMCE", "IPLT", "Secure Packet", "PIPE", "SCTP", "Fibre Channel", "RSVP E2EI", "Mobile IPv6", "UDPLite",
            "MPLS in IP", "MANET", "HIP", "Shim6 header", "WESP", "ROHC", "Ethernet",
        ];
        assigned.CopyTo(names, 0);

        // The rest was unassigned when the names that people search for were fixed, but for two.
        names.AsSpan(assigned.Length, 224 - assigned.Length).Fill("Unassigned");
        names[173] = "AX/4000 Testframe";
        names[224] = "Novell NCS Heartbeat";
        return names;
    }
}
