namespace Wiretale.Lab.Dhcp;

/// <summary>Leases in memory, with a journal that keeps them. For one thread.</summary>
public sealed class MemoryLeases : ILeaseStore, ILeaseChange
{
    readonly DhcpSettings settings;
    readonly TimeProvider clock;
    readonly LeaseJournal? journal;
    readonly Dictionary<uint, Lease> byAddress = [];
    readonly Dictionary<string, List<uint>> byClient = new(StringComparer.Ordinal), byStation = new(StringComparer.Ordinal), byPort = new(StringComparer.Ordinal);
    readonly Shelf[] shelves;

    /// <summary>Begins with what a journal held.</summary>
    public MemoryLeases(DhcpSettings settings, TimeProvider clock, LeaseJournal? journal = null, IEnumerable<Lease>? leases = null)
    {
        (this.settings, this.clock, this.journal) = (settings, clock, journal);
        shelves = [.. settings.Pools.Select(pool => new Shelf(pool))];
        foreach (var lease in leases ?? [])
        {
            Index(lease);
        }
    }

    /// <summary>Every address that has been given away.</summary>
    public IReadOnlyCollection<Lease> All => byAddress.Values;

    /// <inheritdoc />
    public bool IsShared => false;

    /// <inheritdoc />
    public DateTimeOffset Now { get; private set; }

    /// <inheritdoc />
    public ILeaseChange Begin(string client)
    {
        Now = clock.GetUtcNow();
        return this;
    }

    /// <inheritdoc />
    public Lease? At(uint address) => byAddress.GetValueOrDefault(address);

    /// <inheritdoc />
    public IReadOnlyList<Lease> Of(string client) => byClient.TryGetValue(client, out var addresses) ? addresses.ConvertAll(address => byAddress[address]) : [];

    /// <inheritdoc />
    public int CountOfStation(string hardware, LeaseState? state = null) => Count(byStation, hardware, state);

    /// <inheritdoc />
    public int CountOfPort(string port) => Count(byPort, port, null);

    /// <inheritdoc />
    public uint? Free(DhcpPool pool)
    {
        var shelf = ShelfOf(pool);
        for (; shelf.Fresh <= pool.Last; shelf.Fresh++)
        {
            if (!byAddress.ContainsKey(shelf.Fresh) && settings.IsForAnybody(shelf.Fresh, pool))
            {
                return shelf.Fresh;
            }
        }

        return shelf.ByEnd.Min is var (_, address) && address != 0 && byAddress[address].IsFree(Now) ? address : null;
    }

    /// <inheritdoc />
    public (Lease? First, int Count) Earliest(DhcpPool pool, LeaseState state)
    {
        var ordered = ShelfOf(pool).In(state);
        return ordered.Min is var (_, address) && address != 0 ? (byAddress[address], ordered.Count) : (null, 0);
    }

    /// <inheritdoc />
    public void Write(Lease lease)
    {
        Index(lease);
        if (lease.State != LeaseState.Offered)
        {
            journal?.Add(lease);
        }
    }

    /// <inheritdoc />
    public void Keep()
    {
        // It was written at once; whoever answers commits the journal before.
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // A change and the store are one here, and there is nothing to give back.
    }

    static void Forget(Dictionary<string, List<uint>> index, string key, uint address)
    {
        if (index.TryGetValue(key, out var addresses) && addresses.Remove(address) && addresses.Count == 0)
        {
            index.Remove(key);
        }
    }

    static void Remember(Dictionary<string, List<uint>> index, string key, uint address)
    {
        if (key.Length > 0)
        {
            (index.TryGetValue(key, out var addresses) ? addresses : index[key] = []).Add(address);
        }
    }

    int Count(Dictionary<string, List<uint>> index, string key, LeaseState? state)
    {
        int count = 0;
        if (index.TryGetValue(key, out var addresses))
        {
            foreach (uint address in addresses)
            {
                var lease = byAddress[address];
                count += (state is null || lease.State == state) && !lease.IsFree(Now) ? 1 : 0;
            }
        }

        return count;
    }

    Shelf ShelfOf(DhcpPool pool) => Array.Find(shelves, shelf => shelf.Pool == pool)!;

    void Index(Lease lease)
    {
        var shelf = Array.Find(shelves, shelf => settings.IsForAnybody(lease.Address, shelf.Pool));
        if (byAddress.TryGetValue(lease.Address, out var before))
        {
            Forget(byClient, before.Client, before.Address);
            Forget(byStation, before.Hardware, before.Address);
            Forget(byPort, before.Port, before.Address);
            shelf?.Take(before);
        }

        byAddress[lease.Address] = lease;
        Remember(byClient, lease.Client, lease.Address);
        Remember(byStation, lease.Hardware, lease.Address);
        Remember(byPort, lease.Port, lease.Address);
        shelf?.Put(lease);
    }

    /// <summary>A pool's addresses for anybody that were given away at some time, by when they are free again.</summary>
    sealed class Shelf(DhcpPool pool)
    {
        readonly SortedSet<(long Until, uint Address)> offered = [], declined = [];

        public DhcpPool Pool => pool;

        /// <summary>Where the search for an address that was never given away goes on.</summary>
        public uint Fresh { get; set; } = pool.First;

        public SortedSet<(long Until, uint Address)> ByEnd { get; } = [];

        public SortedSet<(long Until, uint Address)> In(LeaseState state) => state switch
        {
            LeaseState.Offered => offered,
            LeaseState.Declined => declined,
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };

        public void Put(Lease lease)
        {
            ByEnd.Add((lease.Until.UtcTicks, lease.Address));
            if (lease.State is LeaseState.Offered or LeaseState.Declined)
            {
                In(lease.State).Add((lease.Until.UtcTicks, lease.Address));
            }
        }

        public void Take(Lease lease)
        {
            ByEnd.Remove((lease.Until.UtcTicks, lease.Address));
            if (lease.State is LeaseState.Offered or LeaseState.Declined)
            {
                In(lease.State).Remove((lease.Until.UtcTicks, lease.Address));
            }
        }
    }
}
