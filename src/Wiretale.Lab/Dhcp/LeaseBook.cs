namespace Wiretale.Lab.Dhcp;

/// <summary>Which address is whose, and which one somebody may have next.</summary>
public sealed class LeaseBook(DhcpSettings settings, TimeProvider clock, LeaseJournal? journal = null)
{
    readonly Dictionary<uint, Lease> byAddress = [];
    readonly Dictionary<string, List<uint>> byClient = new(StringComparer.Ordinal), byHardware = new(StringComparer.Ordinal);
    readonly Dictionary<uint, string> reserved = settings.Reservations.ToDictionary(r => r.Value, r => r.Key.ToLowerInvariant());

    /// <summary>Where the search for an address that was never given away goes on.</summary>
    readonly Dictionary<DhcpPool, uint> fresh = settings.Pools.ToDictionary(pool => pool, pool => pool.First);

    /// <summary>Every address that has been given away.</summary>
    public IReadOnlyCollection<Lease> All => byAddress.Values;

    /// <summary>Takes over what a journal holds.</summary>
    public void Load(IEnumerable<Lease> leases)
    {
        foreach (var lease in leases)
        {
            Index(lease);
        }
    }

    /// <summary>What is known of an address.</summary>
    public Lease? At(uint address) => byAddress.GetValueOrDefault(address);

    /// <summary>A client's address in a network, current or former.</summary>
    public Lease? Of(string client, DhcpPool pool) =>
        byClient.TryGetValue(client, out var addresses) && addresses.Find(pool.IsLocal) is var address and not 0 ? byAddress[address] : null;

    /// <summary>The address that a client should have (RFC 2131 section 4.3.1): reserved for it, its own, a former one, the one it asks for, any. Null when there is none.</summary>
    public uint? Choose(string client, string hardware, uint? requested, DhcpPool pool)
    {
        if (settings.Reservations.TryGetValue(hardware, out uint own) && pool.IsLocal(own) && MayHave(own, client, hardware, pool))
        {
            return own;
        }

        if (Of(client, pool) is { } lease && MayHave(lease.Address, client, hardware, pool))
        {
            return lease.Address;
        }

        var now = clock.GetUtcNow();
        if (byHardware.TryGetValue(hardware, out var held) && held.Count(a => !byAddress[a].IsFree(now)) >= settings.AddressesPerClient)
        {
            return null;
        }

        return requested is { } wish && pool.Contains(wish) && MayHave(wish, client, hardware, pool) ? wish : Unused(client, hardware, pool) ?? LongestFree(client, hardware, pool);
    }

    /// <summary>Whether an address of the pool's network is this client's, or may become it.</summary>
    public bool MayHave(uint address, string client, string hardware, DhcpPool pool)
    {
        bool isReserved = reserved.TryGetValue(address, out string? owner);
        if (address == settings.Server || address == pool.Router || (isReserved ? !owner!.Equals(hardware, StringComparison.OrdinalIgnoreCase) : !pool.Contains(address)))
        {
            return false;
        }

        return At(address) is not { } lease || lease.IsFree(clock.GetUtcNow()) || (lease.State != LeaseState.Declined && lease.Client == client);
    }

    /// <summary>Holds an address for a while; one that the client has stays as it is.</summary>
    public void Offer(uint address, string client, string hardware, string name)
    {
        var now = clock.GetUtcNow();
        if (At(address) is not { State: LeaseState.Bound } lease || lease.Client != client || lease.IsFree(now))
        {
            Index(new(address, LeaseState.Offered, now + settings.OfferTime, client, hardware, name));
        }
    }

    /// <summary>Gives an address to a client; on the disk after <see cref="Commit"/>.</summary>
    public void Bind(uint address, string client, string hardware, string name)
    {
        // In whole seconds, as the journal has them, and never earlier than the client believes.
        var until = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + settings.LeaseTime).ToUnixTimeSeconds() + 1);
        Record(new(address, LeaseState.Bound, until, client, hardware, name));
    }

    /// <summary>Takes back what a client no longer needs, or an offer that it did not take.</summary>
    public void Release(Lease lease)
    {
        if (lease.State == LeaseState.Offered)
        {
            Index(lease with { Until = clock.GetUtcNow() });
        }
        else
        {
            Record(lease with { State = LeaseState.Released, Until = clock.GetUtcNow() });
        }
    }

    /// <summary>Keeps an address from everybody that somebody else was found to use; false when this client has said so too often.</summary>
    public bool Decline(Lease lease)
    {
        var now = clock.GetUtcNow();
        if (byHardware.TryGetValue(lease.Hardware, out var held) && held.Count(a => byAddress[a] is { State: LeaseState.Declined } d && !d.IsFree(now)) >= settings.AddressesPerClient)
        {
            Release(lease);
            return false;
        }

        Record(lease with { State = LeaseState.Declined, Until = now + settings.Quarantine, Client = "", Name = "" });
        return true;
    }

    /// <summary>Returns when every change is on the disk.</summary>
    public void Commit() => journal?.Commit(byAddress.Values);

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

    void Record(Lease lease)
    {
        Index(lease);
        journal?.Add(lease);
    }

    void Index(Lease lease)
    {
        if (byAddress.TryGetValue(lease.Address, out var before))
        {
            Forget(byClient, before.Client, before.Address);
            Forget(byHardware, before.Hardware, before.Address);
        }

        byAddress[lease.Address] = lease;
        Remember(byClient, lease.Client, lease.Address);
        Remember(byHardware, lease.Hardware, lease.Address);
    }

    uint? Unused(string client, string hardware, DhcpPool pool)
    {
        for (uint at = fresh[pool]; at <= pool.Last; at++)
        {
            if (!byAddress.ContainsKey(at) && MayHave(at, client, hardware, pool))
            {
                fresh[pool] = at;
                return at;
            }
        }

        fresh[pool] = pool.Last + 1;
        return null;
    }

    uint? LongestFree(string client, string hardware, DhcpPool pool)
    {
        Lease? best = null;
        foreach (var lease in byAddress.Values)
        {
            if (pool.Contains(lease.Address) && (best is null || lease.Until < best.Until) && MayHave(lease.Address, client, hardware, pool))
            {
                best = lease;
            }
        }

        return best?.Address;
    }
}
