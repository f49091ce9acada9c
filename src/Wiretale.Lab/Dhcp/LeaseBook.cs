namespace Wiretale.Lab.Dhcp;

/// <summary>What becomes of a client's request.</summary>
public enum RequestOutcome
{
    /// <summary>The address is its own now.</summary>
    Bound,

    /// <summary>It cannot have the address, and has to be told.</summary>
    Refused,

    /// <summary>It may be another server's client.</summary>
    Unknown,
}

/// <summary>Which address is whose, and which one somebody may have next: the rules, whatever the leases are kept in.</summary>
public sealed class LeaseBook(DhcpSettings settings, ILeaseStore store)
{
    /// <summary>Of a pool's addresses at most one in so many rests because somebody was found to use it.</summary>
    const int ShareInQuarantine = 4;

    /// <summary>The address that a client should have (RFC 2131 section 4.3.1), held for it for a while: reserved for it, its own, a former one, the one it asks for, any. Null when there is none.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="wish">The address it would like.</param>
    /// <param name="isItsOwn">Whether it has that address already.</param>
    public uint? Offer(DhcpAsker asker, uint? wish, out bool isItsOwn)
    {
        using var change = store.Begin(asker.Client);
        isItsOwn = false;
        if (Choose(change, asker, wish) is not { } address)
        {
            return null;
        }

        isItsOwn = change.At(address) is { State: LeaseState.Bound } lease && lease.Client == asker.Client && !lease.IsFree(change.Now);
        if (!isItsOwn)
        {
            change.Write(new(address, LeaseState.Offered, change.Now + settings.OfferTime, asker.Client, asker.Hardware, asker.Name, asker.Port));
            change.Keep();
        }

        return address;
    }

    /// <summary>Gives a client the address that it requests, if it may have it.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="address">What it requests.</param>
    /// <param name="time">For how long.</param>
    /// <param name="isChosen">Whether it chose this server's offer.</param>
    /// <param name="isOurs">Whether it can be no other server's client.</param>
    public RequestOutcome Request(DhcpAsker asker, uint address, TimeSpan time, bool isChosen, bool isOurs)
    {
        using var change = store.Begin(asker.Client);
        var known = change.Of(asker.Client).Where(lease => asker.IsLocal(lease.Address)).ToArray();
        var at = change.At(address);
        bool isFree = MayHave(change, asker, address, at) || (isChosen && at is { State: LeaseState.Offered } && IsFor(asker, address));
        bool isKnown = known.Any(lease => lease.Address == address);

        // An offer is no more than a wish (RFC 2131 section 3.1 item 2): who takes an address first has it, also when the offer was from before a restart.
        if (isFree && (isKnown || (isChosen && known.All(lease => lease.IsFree(change.Now)) && !HasEnough(change, asker))))
        {
            // In whole seconds, as they are written down, and never earlier than the client believes.
            var until = DateTimeOffset.FromUnixTimeSeconds((change.Now + time).ToUnixTimeSeconds() + 1);
            string name = asker.Name.Length > 0 || at?.Client != asker.Client ? asker.Name : at.Name;
            change.Write(new(address, LeaseState.Bound, until, asker.Client, asker.Hardware, name, asker.Port));
            foreach (var other in known.Where(lease => lease.Address != address))
            {
                // One address for each client on a network.
                change.Write(other with { State = LeaseState.Released, Until = change.Now, Client = "", Name = "" });
            }

            change.Keep();
            return RequestOutcome.Bound;
        }

        // Of clients that another server may know nothing is said, unless what they want cannot be (RFC 2131 section 4.3.2).
        bool isWrong = !asker.IsLocal(address) || (at is { State: LeaseState.Bound } && at.Client != asker.Client && !at.IsFree(change.Now));
        return isChosen || isOurs || isWrong || known.Any(lease => !lease.IsFree(change.Now)) ? RequestOutcome.Refused : RequestOutcome.Unknown;
    }

    /// <summary>Takes back the offers to a client that took another server's.</summary>
    public void Withdraw(DhcpAsker asker)
    {
        if (store.IsShared)
        {
            // The other server may have offered the same address.
            return;
        }

        using var change = store.Begin(asker.Client);
        foreach (var lease in change.Of(asker.Client).Where(lease => lease.State == LeaseState.Offered && asker.IsLocal(lease.Address)).ToArray())
        {
            change.Write(lease with { Until = change.Now });
        }

        change.Keep();
    }

    /// <summary>Takes back an address that its client no longer needs; false when it is not its own.</summary>
    public bool Release(DhcpAsker asker, uint address)
    {
        using var change = store.Begin(asker.Client);
        if (change.At(address) is not { State: LeaseState.Bound } lease || lease.Client != asker.Client)
        {
            return false;
        }

        change.Write(lease with { State = LeaseState.Released, Until = change.Now });
        change.Keep();
        return true;
    }

    /// <summary>Keeps an address from everybody that its client found in use.</summary>
    /// <returns>False when it says so too often; null when the address is not its own.</returns>
    public bool? Decline(DhcpAsker asker, uint address)
    {
        using var change = store.Begin(asker.Client);
        if (change.At(address) is not { State: LeaseState.Bound or LeaseState.Offered } lease || lease.Client != asker.Client)
        {
            return null;
        }

        bool rests = change.CountOfStation(asker.Hardware, LeaseState.Declined) < settings.AddressesPerClient;
        if (rests)
        {
            Rest(change, lease);
        }
        else
        {
            change.Write(lease with { State = LeaseState.Released, Until = change.Now });
        }

        change.Keep();
        return rests;
    }

    /// <summary>Keeps an address from everybody that answered when it was tried before it was offered.</summary>
    public void Rest(DhcpAsker asker, uint address)
    {
        using var change = store.Begin(asker.Client);
        if (change.At(address) is { State: LeaseState.Offered } lease && lease.Client == asker.Client)
        {
            Rest(change, lease with { Hardware = "" });
            change.Keep();
        }
    }

    void Rest(ILeaseChange change, Lease lease)
    {
        // Who declines everything must not use up the pool: what has rested for longest may be tried again.
        if (settings.Pools.FirstOrDefault(pool => pool.Contains(lease.Address)) is { } pool && change.Earliest(pool, LeaseState.Declined) is { First: { } oldest, Count: var resting }
            && resting >= Math.Max(1, pool.Size / ShareInQuarantine))
        {
            change.Write(oldest with { State = LeaseState.Released, Until = change.Now });
        }

        change.Write(lease with { State = LeaseState.Declined, Until = change.Now + settings.Quarantine, Client = "", Name = "", Port = "" });
    }

    uint? Choose(ILeaseChange change, DhcpAsker asker, uint? wish)
    {
        if (settings.Reservations.TryGetValue(asker.Hardware, out uint own) && asker.IsLocal(own) && MayHave(change, asker, own, change.At(own)))
        {
            return own;
        }

        // What it has before what it had or was offered.
        if (change.Of(asker.Client).Where(lease => asker.IsLocal(lease.Address) && MayHave(change, asker, lease.Address, lease)).MinBy(lease => lease.State) is { } former)
        {
            return former.Address;
        }

        if (HasEnough(change, asker))
        {
            return null;
        }

        if (wish is { } address && asker.IsLocal(address) && MayHave(change, asker, address, change.At(address)))
        {
            return address;
        }

        foreach (var pool in asker.Pools)
        {
            if (change.Free(pool) is { } free)
            {
                return free;
            }
        }

        // Whoever only collects offers keeps nobody from an address: the oldest offer is made once more.
        return asker.Pools.Select(pool => change.Earliest(pool, LeaseState.Offered).First).OfType<Lease>().MinBy(lease => lease.Until)?.Address;
    }

    bool HasEnough(ILeaseChange change, DhcpAsker asker) =>
        change.CountOfStation(asker.Hardware) >= settings.AddressesPerClient || (asker.Port.Length > 0 && settings.AddressesPerPort > 0 && change.CountOfPort(asker.Port) >= settings.AddressesPerPort);

    bool IsFor(DhcpAsker asker, uint address) =>
        settings.IsReserved(address, out string? owner) ? owner.Equals(asker.Hardware, StringComparison.OrdinalIgnoreCase) && asker.IsLocal(address)
            : asker.Pools.Any(pool => settings.IsForAnybody(address, pool));

    bool MayHave(ILeaseChange change, DhcpAsker asker, uint address, Lease? at) =>
        IsFor(asker, address) && (at is null || at.IsFree(change.Now) || (at.State != LeaseState.Declined && at.Client == asker.Client));
}
