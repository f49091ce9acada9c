namespace Wiretale.Wire;

/// <summary>ICMP types (IANA "ICMP Type Numbers") and the names of types and codes.</summary>
public static class IcmpMessage
{
    public const byte EchoReply = 0, Unreachable = 3, SourceQuench = 4, Redirect = 5, AlternateAddress = 6, EchoRequest = 8, RouterAdvertisement = 9,
        RouterSolicitation = 10, TimeExceeded = 11, ParameterProblem = 12, TimestampRequest = 13, TimestampReply = 14, InformationRequest = 15,
        InformationReply = 16, MaskRequest = 17, MaskReply = 18, Photuris = 40, ExtendedEchoRequest = 42, ExtendedEchoReply = 43;

    /// <summary>Code of <see cref="Unreachable"/>: the packet is too long for the next hop and must not be cut (RFC 1191).</summary>
    public const byte FragmentationNeeded = 4;

    /// <summary>Code of <see cref="RouterAdvertisement"/> from a mobility agent that does not route common traffic (RFC 5944 section 2.1).</summary>
    public const byte NoCommonTraffic = 16;

    static readonly string?[] Types = MakeTypes();

    static readonly string[] Unreachables =
    [
        "Network unreachable", "Host unreachable", "Protocol unreachable", "Port unreachable", "Fragmentation needed", "Source route failed",
        "Destination network unknown", "Destination host unknown", "Source host isolated", "Network administratively prohibited",
        "Host administratively prohibited", "Network unreachable for TOS", "Host unreachable for TOS", "Communication administratively filtered",
        "Host precedence violation", "Precedence cutoff in effect",
    ];

    static readonly string[] Redirects = ["Redirect for network", "Redirect for host", "Redirect for TOS and network", "Redirect for TOS and host"];
    static readonly string[] Alternates = ["Alternate address for host"];
    static readonly string[] Routers = ["Normal router advertisement"];
    static readonly string[] TimesExceeded = ["Time to live exceeded in transit", "Fragment reassembly time exceeded"];
    static readonly string[] Parameters = ["Pointer indicates the error", "Required option missing", "Bad length"];
    static readonly string[] Photurises =
    [
        "Bad SPI", "Authentication Failed", "Decompression Failed", "Decryption Failed", "Need Authentication", "Need Authorization",
    ];

    static readonly string[] ExtendedRequests = ["No error"];
    static readonly string[] ExtendedReplies =
    [
        "No error", "Malformed Query", "No Such Interface", "No Such Table Entry", "Multiple Interfaces Satisfy Query",
    ];

    /// <summary>Name of a type.</summary>
    public static string TypeName(byte type) => Types[type] ?? "Unknown ICMP (obsolete or malformed?)";

    /// <summary>Whether the codes of a type have meanings of their own.</summary>
    public static bool HasCodes(byte type) => Codes(type) is not null;

    /// <summary>Name of a code, or null.</summary>
    public static string? CodeName(byte type, byte code) => type == RouterAdvertisement && code == NoCommonTraffic
        ? "Does not route common traffic"
        : Codes(type) is { } names && code < names.Length ? names[code] : null;

    static string[]? Codes(byte type) => type switch
    {
        Unreachable => Unreachables,
        Redirect => Redirects,
        AlternateAddress => Alternates,
        RouterAdvertisement => Routers,
        TimeExceeded => TimesExceeded,
        ParameterProblem => Parameters,
        Photuris => Photurises,
        ExtendedEchoRequest => ExtendedRequests,
        ExtendedEchoReply => ExtendedReplies,
        _ => null,
    };

    static string?[] MakeTypes()
    {
        var names = new string?[256];
        names[EchoReply] = "Echo (ping) reply";
        names[1] = names[2] = "Reserved";
        names[Unreachable] = "Destination unreachable";
        names[SourceQuench] = "Source quench (flow control)";
        names[Redirect] = "Redirect";
        names[AlternateAddress] = "Alternate host address";
        names[EchoRequest] = "Echo (ping) request";
        names[RouterAdvertisement] = "Router advertisement";
        names[RouterSolicitation] = "Router solicitation";
        names[TimeExceeded] = "Time-to-live exceeded";
        names[ParameterProblem] = "Parameter problem";
        names[TimestampRequest] = "Timestamp request";
        names[TimestampReply] = "Timestamp reply";
        names[InformationRequest] = "Information request";
        names[InformationReply] = "Information reply";
        names[MaskRequest] = "Address mask request";
        names[MaskReply] = "Address mask reply";
        names[19] = "Reserved (for security)";
        names[30] = "Traceroute";
        names[31] = "Datagram Conversion Error";
        names[32] = "Mobile Host Redirect";
        names[33] = "IPv6 Where-Are-You";
        names[34] = "IPv6 I-Am-Here";
        names[35] = "Mobile Registration Request";
        names[36] = "Mobile Registration Reply";
        names[37] = "Domain Name Request";
        names[38] = "Domain Name Reply";
        names[39] = "SKIP";
        names[Photuris] = "Photuris";
        names[41] = "Experimental mobility protocols";
        names[ExtendedEchoRequest] = "Extended Echo request";
        names[ExtendedEchoReply] = "Extended Echo reply";
        return names;
    }
}
