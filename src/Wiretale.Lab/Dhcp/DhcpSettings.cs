namespace Wiretale.Lab.Dhcp;

/// <summary>What a DHCP server gives away, and for how long.</summary>
public sealed record DhcpSettings
{
    /// <summary>The course network's server, pool and router.</summary>
    public const string NormalServer = "10.20.30.40", NormalPool = "10.20.30.41-10.20.30.100/24@10.20.30.101";

    /// <summary>The server's own address, by which it is told from others.</summary>
    public required uint Server { get; init; }

    public required IReadOnlyList<DhcpPool> Pools { get; init; }

    public required IReadOnlyList<uint> DnsServers { get; init; }

    public string? Domain { get; init; }

    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long an address is held for whoever was offered it.</summary>
    public TimeSpan OfferTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an address rests that a client found in use.</summary>
    public TimeSpan Quarantine { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Addresses of clients, by hardware address in hexadecimal.</summary>
    public IReadOnlyDictionary<string, uint> Reservations { get; init; } = new Dictionary<string, uint>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Most messages a second that are read from one hardware address.</summary>
    public int MessagesPerSecond { get; init; } = 50;

    /// <summary>Most addresses, and most in quarantine, for one hardware address, however many identifiers it uses.</summary>
    public int AddressesPerClient { get; init; } = 4;
}
