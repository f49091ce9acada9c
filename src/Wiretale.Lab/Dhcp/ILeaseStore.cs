namespace Wiretale.Lab.Dhcp;

/// <summary>Where leases are kept. The rules stand in <see cref="LeaseBook"/>.</summary>
public interface ILeaseStore : IDisposable
{
    /// <summary>Whether other servers use it, too.</summary>
    bool IsShared { get; }

    /// <summary>Begins a change for a client; until it is disposed nobody else changes what it has read.</summary>
    /// <exception cref="LeaseStoreException">The store cannot be reached now.</exception>
    ILeaseChange Begin(string client);
}

/// <summary>What is read and written together, or not at all.</summary>
public interface ILeaseChange : IDisposable
{
    /// <summary>The time, the same for all who share the store.</summary>
    DateTimeOffset Now { get; }

    /// <summary>What is known of an address.</summary>
    Lease? At(uint address);

    /// <summary>What a client has and had, on any network.</summary>
    IReadOnlyList<Lease> Of(string client);

    /// <summary>How many addresses in this state are not free that a station (its hardware address) has asked for; any state when there is none.</summary>
    int CountOfStation(string hardware, LeaseState? state = null);

    /// <summary>The same of a relay's port.</summary>
    int CountOfPort(string port);

    /// <summary>An address of a pool for anybody that is free: never given away, else free for longest; null when there is none.</summary>
    uint? Free(DhcpPool pool);

    /// <summary>Of a pool's addresses for anybody that are in a state, the one whose time ends first, and how many there are.</summary>
    (Lease? First, int Count) Earliest(DhcpPool pool, LeaseState state);

    /// <summary>Changes an address.</summary>
    void Write(Lease lease);

    /// <summary>Makes the change count; without it nothing was written.</summary>
    void Keep();
}

/// <summary>The store cannot be reached; the message says why, in words for the user.</summary>
public sealed class LeaseStoreException(string message, Exception? inner = null) : IOException(message, inner);
