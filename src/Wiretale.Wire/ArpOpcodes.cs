namespace Wiretale.Wire;

/// <summary>ARP operation codes (IANA; RFC 826, RFC 903, RFC 1931, RFC 2390, RFC 2022).</summary>
public static class ArpOpcodes
{
    public const ushort Request = 1;
    public const ushort Reply = 2;
    public const ushort ReverseRequest = 3;
    public const ushort ReverseReply = 4;
    public const ushort InverseRequest = 8;
    public const ushort InverseReply = 9;

    /// <summary>The number of each name; where a number stands twice the first name holds.</summary>
    public static (ulong Value, string Name)[] Names() =>
    [
        (1, "request"),
        (2, "reply"),
        (3, "reverse request"),
        (4, "reverse reply"),
        (5, "drarp request"),
        (6, "drarp reply"),
        (7, "drarp error"),
        (8, "inverse request"),
        (9, "inverse reply"),
        (10, "arp nak"),
        (11, "mars request"),
        (12, "mars multi"),
        (13, "mars mserv"),
        (14, "mars join"),
        (15, "mars leave"),
        (16, "mars nak"),
        (17, "mars unserv"),
        (18, "mars sjoin"),
        (19, "mars sleave"),
        (20, "mars grouplist request"),
        (21, "mars grouplist reply"),
        (22, "mars redirect map"),
        (23, "mapos unarp"),
        (24, "experimental 1"),
        (25, "experimental 2"),
        (0, "reserved"),
        (65535, "reserved"),
    ];
}
