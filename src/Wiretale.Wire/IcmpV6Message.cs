namespace Wiretale.Wire;

/// <summary>ICMPv6 types (IANA "ICMPv6 type Numbers") and the names of types and codes.</summary>
public static class IcmpV6Message
{
    public const byte Unreachable = 1, PacketTooBig = 2, TimeExceeded = 3, ParameterProblem = 4, EchoRequest = 128, EchoReply = 129, ListenerQuery = 130,
        ListenerReport = 131, ListenerDone = 132, RouterSolicitation = 133, RouterAdvertisement = 134, NeighborSolicitation = 135,
        NeighborAdvertisement = 136, Redirect = 137, RouterRenumbering = 138, NodeQuery = 139, NodeReply = 140, InverseSolicitation = 141,
        InverseAdvertisement = 142, ListenerReportV2 = 143, MobilePrefixSolicitation = 146, ExperimentalMobility = 150, MulticastRouterAdvertisement = 151,
        MulticastRouterSolicitation = 152, MulticastRouterTermination = 153, FastMobility = 154, RoutingOverLowPower = 155,
        ExtendedEchoRequest = 160, ExtendedEchoReply = 161;

    /// <summary>Every type that has a name.</summary>
    public static readonly (ulong Value, string Name)[] Types =
    [
        (1, "Destination Unreachable"),
        (2, "Packet Too Big"),
        (3, "Time Exceeded"),
        (4, "Parameter Problem"),
        (100, "Private experimentation"),
        (101, "Private experimentation"),
        (127, "Reserved for expansion of ICMPv6 error messages"),
        (128, "Echo (ping) request"),
        (129, "Echo (ping) reply"),
        (130, "Multicast Listener Query"),
        (131, "Multicast Listener Report"),
        (132, "Multicast Listener Done"),
        (133, "Router Solicitation"),
        (134, "Router Advertisement"),
        (135, "Neighbor Solicitation"),
        (136, "Neighbor Advertisement"),
        (137, "Redirect"),
        (138, "Router Renumbering"),
        (139, "Node Information Query"),
        (140, "Node Information Reply"),
        (141, "Inverse Neighbor Discovery Solicitation"),
        (142, "Inverse Neighbor Discovery Advertisement"),
        (143, "Multicast Listener Report Message v2"),
        (144, "Home Agent Address Discovery Request"),
        (145, "Home Agent Address Discovery Reply"),
        (146, "Mobile Prefix Solicitation"),
        (147, "Mobile Prefix Advertisement"),
        (148, "Certification Path Solicitation"),
        (149, "Certification Path Advertisement"),
        (150, "Experimental Mobility"),
        (151, "Multicast Router Advertisement"),
        (152, "Multicast Router Solicitation"),
        (153, "Multicast Router Termination"),
        (154, "FMIPv6"),
        (155, "RPL Control"),
        (156, "Locator Update"),
        (157, "Duplicate Address Request"),
        (158, "Duplicate Address Confirmation"),
        (159, "MPL Control Message"),
        (160, "Extended Echo request"),
        (161, "Extended Echo reply"),
        (200, "Private experimentation"),
        (201, "Private experimentation"),
        (255, "Reserved for expansion of ICMPv6 informational messages"),
    ];

    static readonly Dictionary<int, string> Codes = new()
    {
        [(138 << 8) | 0] = "Command",
        [(138 << 8) | 1] = "Result",
        [(138 << 8) | 255] = "Sequence number reset",
        [(139 << 8) | 0] = "Query subject = IPv6 addresses",
        [(139 << 8) | 1] = "Query subject = DNS name or empty",
        [(139 << 8) | 2] = "Query subject = IPv4 addresses",
        [(140 << 8) | 0] = "Successful",
        [(140 << 8) | 1] = "Refused",
        [(155 << 8) | 0] = "DODAG Information Solicitation",
        [(155 << 8) | 1] = "DODAG Information Object",
        [(155 << 8) | 2] = "Destination Advertisement Object",
        [(155 << 8) | 3] = "Destination Advertisement Object Acknowledgment",
        [(155 << 8) | 4] = "P2P Discovery Reply Object",
        [(155 << 8) | 5] = "P2P Discovery Reply Object Acknowledgement",
        [(155 << 8) | 128] = "Secure DODAG Information Solicitation",
        [(155 << 8) | 129] = "Secure DODAG Information Object",
        [(155 << 8) | 130] = "Secure Destination Advertisement Object",
        [(155 << 8) | 131] = "Secure Destination Advertisement Object Acknowledgment",
        [(155 << 8) | 132] = "P2P Secure Discovery Reply Object",
        [(155 << 8) | 133] = "P2P Secure Discovery Reply Object Acknowledgement",
        [(155 << 8) | 138] = "Consistency Check",
        [(1 << 8) | 0] = "no route to destination",
        [(1 << 8) | 1] = "Administratively prohibited",
        [(1 << 8) | 2] = "Beyond scope of source address",
        [(1 << 8) | 3] = "Address unreachable",
        [(1 << 8) | 4] = "Port unreachable",
        [(1 << 8) | 5] = "Source address failed ingress/egress policy",
        [(1 << 8) | 6] = "Reject route to destination",
        [(1 << 8) | 7] = "Error in Source Routing Header",
        [(3 << 8) | 0] = "hop limit exceeded in transit",
        [(3 << 8) | 1] = "fragment reassembly time exceeded",
        [(4 << 8) | 0] = "erroneous header field encountered",
        [(4 << 8) | 1] = "unrecognized Next Header type encountered",
        [(4 << 8) | 2] = "unrecognized IPv6 option encountered",
        [(4 << 8) | 3] = "IPv6 First Fragment has incomplete IPv6 Header Chain",
        [(160 << 8) | 0] = "No error",
        [(161 << 8) | 0] = "No error",
        [(161 << 8) | 1] = "Malformed Query",
        [(161 << 8) | 2] = "No Such Interface",
        [(161 << 8) | 3] = "No Such Table Entry",
        [(161 << 8) | 4] = "Multiple Interfaces Satisfy Query",
    };

    /// <summary>Whether the codes of a type have meanings of their own.</summary>
    public static bool HasCodes(byte type) => type is Unreachable or TimeExceeded or ParameterProblem or RouterRenumbering or NodeQuery or NodeReply
        or ExperimentalMobility or FastMobility or RoutingOverLowPower or ExtendedEchoRequest or ExtendedEchoReply;

    /// <summary>Name of a code, or null.</summary>
    public static string? CodeName(byte type, byte code) => Codes.GetValueOrDefault((type << 8) | code);
}
