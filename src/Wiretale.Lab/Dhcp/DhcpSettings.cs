namespace Wiretale.Lab.Dhcp;

/// <summary>What a DHCP server gives away, and for how long.</summary>
public sealed record DhcpSettings
{
    /// <summary>The course network's server, pool and router.</summary>
    public const string NormalServer = "10.20.30.40", NormalPool = "10.20.30.41-10.20.30.100/24@10.20.30.101";

    Dictionary<uint, string> owners = [];

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
    public IReadOnlyDictionary<string, uint> Reservations
    {
        get;
        init => (field, owners) = (value, value.ToDictionary(r => r.Value, r => r.Key));
    } = new Dictionary<string, uint>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Most addresses for one port of a relay (its circuit, option 82), whatever hardware addresses are used there; 0 for any number.</summary>
    public int AddressesPerPort { get; init; }

    /// <summary>Further options, for those who ask for them.</summary>
    public IReadOnlyDictionary<byte, byte[]> Options { get; init; } = new Dictionary<byte, byte[]>();

    /// <summary>Whether an address is tried, with ARP or a ping, before it is offered to somebody new (RFC 2131 section 4.4.1).</summary>
    public bool TriesAddresses { get; init; } = true;

    /// <summary>Shortest lease that a client may ask for.</summary>
    public TimeSpan ShortestTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most messages a second that are read from one hardware address.</summary>
    public int MessagesPerSecond { get; init; } = 50;

    /// <summary>Most addresses, and most in quarantine, for one hardware address, however many identifiers it uses.</summary>
    public int AddressesPerClient { get; init; } = 4;

    /// <summary>Whether an address is one client's alone, and whose: its hardware address.</summary>
    public bool IsReserved(uint address, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? owner) => owners.TryGetValue(address, out owner);

    /// <summary>Whether an address may become anybody's.</summary>
    public bool IsForAnybody(uint address, DhcpPool pool) => pool.Contains(address) && address != Server && address != pool.Router && !owners.ContainsKey(address);
}
