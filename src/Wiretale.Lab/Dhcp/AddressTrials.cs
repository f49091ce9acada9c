namespace Wiretale.Lab.Dhcp;

/// <summary>Offers that wait until it is clear that nobody uses their addresses (RFC 2131 section 2.2).</summary>
sealed class AddressTrials(IDhcpLink link, DhcpServer server, TimeProvider clock)
{
    /// <summary>Most that wait; of a crowd the others get their offers at once, and look themselves.</summary>
    const int Most = 256;

    /// <summary>Addresses that are tried for one message.</summary>
    const int Tries = 4;

    /// <summary>Addresses remembered as tried.</summary>
    const int Remembered = 1 << 16;

    static readonly TimeSpan patience = TimeSpan.FromMilliseconds(400), holds = TimeSpan.FromMinutes(1);

    readonly Dictionary<uint, Trial> trials = [];
    readonly Dictionary<uint, long> tried = [];

    /// <summary>How long until the next offer is due; null when none waits.</summary>
    public TimeSpan? Wait => trials.Count == 0 ? null : trials.Values.Min(trial => patience - clock.GetElapsedTime(trial.Since)) is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;

    /// <summary>Tries an offer's address; false when the offer may leave at once.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="datagram">What it answers.</param>
    /// <param name="tries">Addresses already tried for it.</param>
    public bool Begin(DhcpReply offer, DhcpDatagram datagram, int tries)
    {
        var (address, asker) = offer.ToTry!.Value;
        long since = clock.GetTimestamp();
        if (trials.TryGetValue(address, out var before))
        {
            if (before.Offer.ToTry!.Value.Asker.Client != asker.Client)
            {
                // The only address left, offered once more: whose offer waits must not lose it to whoever asks later.
                return false;
            }

            // It asked again; the answer is to the last time it asked.
            since = before.Since;
        }
        else if (trials.Count >= Most || (tried.TryGetValue(address, out long last) && clock.GetElapsedTime(last) < holds) || !link.Probe(address, server.IsNear(address)))
        {
            return false;
        }

        trials[address] = new(offer, datagram with { Message = datagram.Message.ToArray() }, since, tries);
        return true;
    }

    /// <summary>Hears that somebody uses an address.</summary>
    /// <returns>What has to be answered anew, because the address was to be offered.</returns>
    public (DhcpDatagram Datagram, int Tries)? Hear(uint address, byte[] hardware)
    {
        // The client itself may still have it.
        if (!trials.TryGetValue(address, out var trial) || Convert.ToHexStringLower(hardware) == trial.Offer.ToTry!.Value.Asker.Hardware)
        {
            return null;
        }

        trials.Remove(address);
        server.Found(trial.Offer);
        return trial.Tries + 1 < Tries ? (trial.Datagram, trial.Tries + 1) : null;
    }

    /// <summary>Gives the offers whose addresses nobody uses.</summary>
    public IEnumerable<DhcpReply> Finish()
    {
        if (trials.Count == 0)
        {
            return [];
        }

        if (tried.Count > Remembered)
        {
            tried.Clear();
        }

        var over = trials.Where(trial => clock.GetElapsedTime(trial.Value.Since) >= patience).ToArray();
        foreach (var (address, _) in over)
        {
            trials.Remove(address);
            tried[address] = clock.GetTimestamp();
        }

        return over.Select(trial => trial.Value.Offer);
    }

    sealed record Trial(DhcpReply Offer, DhcpDatagram Datagram, long Since, int Tries);
}
