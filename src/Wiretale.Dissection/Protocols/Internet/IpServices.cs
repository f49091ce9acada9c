using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

/// <summary>Names that IPv4 and IPv6 share: differentiated services (RFC 2474, RFC 2597, RFC 3246, RFC 5865, RFC 8622), congestion notification (RFC 3168) and protocol numbers.</summary>
static class IpServices
{
    /// <summary>Code points in full.</summary>
    public static readonly ValueNames CodePoints = ValueNames.Of(() => [
        (0, "Default"), (1, "Lower Effort"), (8, "Class Selector 1"), (10, "Assured Forwarding 11"), (12, "Assured Forwarding 12"), (14, "Assured Forwarding 13"),
        (16, "Class Selector 2"), (18, "Assured Forwarding 21"), (20, "Assured Forwarding 22"), (22, "Assured Forwarding 23"), (24, "Class Selector 3"),
        (26, "Assured Forwarding 31"), (28, "Assured Forwarding 32"), (30, "Assured Forwarding 33"), (32, "Class Selector 4"), (34, "Assured Forwarding 41"),
        (36, "Assured Forwarding 42"), (38, "Assured Forwarding 43"), (40, "Class Selector 5"), (44, "Voice Admit"), (46, "Expedited Forwarding"),
        (48, "Class Selector 6"), (56, "Class Selector 7")]);

    /// <summary>Congestion marks in full.</summary>
    public static readonly ValueNames Congestion = ValueNames.Of(() => [(0, "Not ECN-Capable Transport"), (1, "ECN-Capable Transport codepoint '01'"),
        (2, "ECN-Capable Transport codepoint '10'"), (3, "Congestion Experienced")]);

    /// <summary>Names of IP protocol numbers.</summary>
    public static readonly ValueNames ProtocolNames = ValueNames.Of(() => [.. IpProtocol.All]);

    static readonly string[] ShortCodePoints = MakeShort();

    /// <summary>A code point in short.</summary>
    public static string ShortCodePoint(int value) => ShortCodePoints[value & 63];

    /// <summary>A congestion mark in short.</summary>
    public static string ShortCongestion(int value) => (value & 3) switch
    {
        0 => "Not-ECT",
        1 => "ECT(1)",
        2 => "ECT(0)",
        _ => "CE",
    };

    static string[] MakeShort()
    {
        var names = new string[64];
        Array.Fill(names, "Unknown");
        for (int i = 0; i < 8; i++)
        {
            names[i * 8] = "CS" + (char)('0' + i);
        }

        for (int group = 1; group <= 4; group++)
        {
            for (int drop = 1; drop <= 3; drop++)
            {
                names[(group * 8) + (drop * 2)] = "AF" + (char)('0' + group) + (char)('0' + drop);
            }
        }

        names[1] = "LE";
        names[44] = "VOICE-ADMIT";
        names[46] = "EF PHB";
        return names;
    }
}

/// <summary>What is known about a checksum.</summary>
public static class ChecksumStates
{
    public const uint Bad = 0, Good = 1, Unverified = 2, NotPresent = 3, Illegal = 4;

    /// <summary>Names of the states.</summary>
    public static readonly ValueNames Names = ValueNames.Of(() => [(0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present"), (4, "Illegal")]);
}
