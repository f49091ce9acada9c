namespace Wiretale.Wire;

/// <summary>Numbers of DHCP and BOOTP messages (RFC 2131 section 2, RFC 2132 section 9.6).</summary>
public static class DhcpMessage
{
    public const ushort ServerPort = 67;
    public const ushort ClientPort = 68;

    /// <summary>Where a PXE boot server that is no DHCP server listens.</summary>
    public const ushort ProxyPort = 4011;

    public const byte Request = 1;
    public const byte Reply = 2;

    /// <summary>Stands before the options (RFC 1497).</summary>
    public const uint MagicCookie = 0x63825363;

    /// <summary>The flag by which a client asks for a broadcast reply.</summary>
    public const ushort Broadcast = 0x8000;

    /// <summary>Values of the message type option.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Types { get; } =
    [
        (1, "Discover"), (2, "Offer"), (3, "Request"), (4, "Decline"), (5, "ACK"), (6, "NAK"), (7, "Release"), (8, "Inform"), (9, "Force Renew"),
        (10, "Lease query"), (11, "Lease Unassigned"), (12, "Lease Unknown"), (13, "Lease Active"), (14, "Bulk Lease Query"), (15, "Lease Query Done"),
        (16, "Active LeaseQuery"), (17, "Lease Query Status"), (18, "TLS"),
    ];
}
