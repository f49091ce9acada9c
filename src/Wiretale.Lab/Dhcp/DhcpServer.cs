using System.Runtime.InteropServices;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>
/// What a DHCP server answers (RFC 2131 section 4.3). It has no socket and no clock of its own; whoever runs it sends what it answers, and a
/// promise (<see cref="DhcpReply.IsPromise"/>) only when it is kept for good.
/// </summary>
public sealed partial class DhcpServer(DhcpSettings settings, LeaseBook book, TimeProvider clock, ILog log)
{
    /// <summary>Stations whose messages are counted within a second.</summary>
    const int Counted = 1 << 16;

    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    long second;
    int faults;

    /// <summary>Takes a datagram and gives the answer, if it is to have one.</summary>
    /// <param name="datagram">What came to the server's port.</param>
    /// <param name="source">Who sent it.</param>
    /// <param name="wasBroadcast">Whether it was for everybody.</param>
    /// <exception cref="LeaseStoreException">The leases cannot be reached now.</exception>
    public DhcpReply? Answer(ReadOnlySpan<byte> datagram, uint source, bool wasBroadcast)
    {
        if (DhcpPacket.Parse(datagram, out string fault) is not { Operation: DhcpMessage.Request } packet)
        {
            Complain($"{DhcpPool.Text(source)}: no DHCP request: {(fault.Length > 0 ? fault : "a reply")}");
            return null;
        }

        string hardware = Convert.ToHexStringLower(packet.HardwareAddress);
        if (IsTooMuch(hardware))
        {
            return null;
        }

        // The identifier before the hardware address (RFC 2131 section 4.2), never mistaken for one another.
        byte[]? id = packet.Find(DhcpOption.ClientIdentifier);
        if (id is null && hardware.Length == 0)
        {
            // It could be anybody.
            return null;
        }

        var relay = new RelayAgentInformation(packet);
        uint place = Place(packet, relay, wasBroadcast);
        var pools = settings.Pools.Where(pool => pool.IsLocal(place)).ToArray();
        string client = id is not null ? Convert.ToHexStringLower(id) : $"{Lease.ByHardware}{packet.HardwareType:x2}{hardware}";
        var asker = new DhcpAsker(client, hardware, Lease.ToName(packet.Find(DhcpOption.HostName)), relay.Port, pools);
        if (pools.Length == 0)
        {
            Complain($"{packet.Type} of {asker}: no pool for {DhcpPool.Text(place)}");
            return null;
        }

        var request = new Question(packet, asker, relay.ServerIdentifier ?? settings.Server, wasBroadcast);
        return packet.Type switch
        {
            DhcpMessageType.Discover => Discover(request),
            DhcpMessageType.Request => Request(request),
            DhcpMessageType.Decline => Decline(request),
            DhcpMessageType.Release => Release(request),
            DhcpMessageType.Inform => Inform(request, source),
            _ => null,
        };
    }

    /// <summary>Learns that somebody uses an address that was to be offered.</summary>
    public void Found(DhcpReply offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        if (offer.ToTry is var (address, asker))
        {
            log.Show($"{DhcpPool.Text(address)} answers, though nobody got it here: it rests for {settings.Quarantine.TotalMinutes:0.#} minutes", Tone.Bad);
            book.Rest(asker, address);
        }
    }

    /// <summary>Whether an address is of the network that the server is in.</summary>
    public bool IsNear(uint address) => settings.Pools.Any(pool => pool.IsLocal(settings.Server) && pool.IsLocal(address));

    /// <summary>An address of the client's network: as its relay says (RFC 3527), as it says itself (RFC 3011), its relay's, its own, the server's.</summary>
    uint Place(DhcpPacket packet, RelayAgentInformation relay, bool wasBroadcast) =>
        relay.Link ?? packet.FindNumber(DhcpOption.SubnetSelection)
        ?? (packet.Relay != 0 ? packet.Relay : packet.ClientAddress != 0 && !wasBroadcast ? packet.ClientAddress : settings.Server);

    DhcpReply? Discover(Question from)
    {
        if (book.Offer(from.Asker, from.Packet.FindNumber(DhcpOption.RequestedAddress), out bool isItsOwn) is not { } address)
        {
            log.Show($"Discover of {from.Asker}: no address left for it", Tone.Bad);
            return null;
        }

        var offer = Say(from, DhcpMessageType.Offer, address);
        return isItsOwn || !settings.TriesAddresses ? offer : offer with { ToTry = (address, from.Asker) };
    }

    DhcpReply? Request(Question from)
    {
        uint? chosen = from.Packet.FindNumber(DhcpOption.ServerIdentifier), wanted = from.Packet.FindNumber(DhcpOption.RequestedAddress);
        if (chosen is not null && chosen != from.Server)
        {
            book.Withdraw(from.Asker);
            log.Show($"Request of {from.Asker}: it chose {DhcpPool.Text(chosen.Value)}", Tone.Note);
            return null;
        }

        // RFC 2131 table 4: which options there are tells the client's states apart. What a relay passes on was a broadcast.
        bool isAddressed = !from.WasBroadcast && from.Packet.Relay == 0;
        string state = chosen is not null ? "selecting" : wanted is not null ? "init-reboot" : isAddressed ? "renewing" : "rebinding";
        uint address = wanted ?? from.Packet.ClientAddress;
        if (address == 0)
        {
            return null;
        }

        return book.Request(from.Asker, address, Time(from), isChosen: chosen is not null, isOurs: isAddressed) switch
        {
            RequestOutcome.Bound => Say(from, DhcpMessageType.Ack, address, state) with { IsPromise = true },
            RequestOutcome.Refused => Refuse(from, address, state),
            _ => null,
        };
    }

    DhcpReply? Decline(Question from)
    {
        if (from.Packet.FindNumber(DhcpOption.ServerIdentifier) == from.Server && from.Packet.FindNumber(DhcpOption.RequestedAddress) is { } address
            && book.Decline(from.Asker, address) is { } rests)
        {
            log.Show($"Decline of {from.Asker}: {DhcpPool.Text(address)} {(rests ? $"is in use, and rests for {settings.Quarantine.TotalMinutes:0.#} minutes" : "(it says so too often)")}", Tone.Bad);
        }

        return null;
    }

    DhcpReply? Release(Question from)
    {
        if (from.Packet.FindNumber(DhcpOption.ServerIdentifier) == from.Server && book.Release(from.Asker, from.Packet.ClientAddress))
        {
            log.Show($"Release of {from.Asker}: {DhcpPool.Text(from.Packet.ClientAddress)}");
        }

        return null;
    }

    DhcpReply? Inform(Question from, uint source) =>
        (from.Packet.ClientAddress != 0 ? from.Packet.ClientAddress : source) is var address && from.Asker.IsLocal(address) ? Say(from, DhcpMessageType.Ack, 0, "inform", address) : null;

    /// <summary>What the client asks for, within what the server gives (RFC 2131 section 4.3.1).</summary>
    TimeSpan Time(Question from)
    {
        var wish = from.Packet.FindNumber(DhcpOption.LeaseTime) is { } seconds ? TimeSpan.FromSeconds(seconds) : settings.LeaseTime;
        return wish >= settings.LeaseTime || settings.LeaseTime <= settings.ShortestTime ? settings.LeaseTime : wish < settings.ShortestTime ? settings.ShortestTime : wish;
    }

    bool IsTooMuch(string hardware)
    {
        IsNewSecond();
        if (counts.Count >= Counted && !counts.ContainsKey(hardware))
        {
            return true;
        }

        return ++CollectionsMarshal.GetValueRefOrAddDefault(counts, hardware, out _) > settings.MessagesPerSecond;
    }

    /// <summary>Of a flood one line a second is shown.</summary>
    void Complain(string line)
    {
        IsNewSecond();
        if (faults++ == 0)
        {
            log.Show(line, Tone.Bad);
        }
    }

    void IsNewSecond()
    {
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (now != second)
        {
            (second, faults) = (now, 0);
            counts.Clear();
        }
    }

    /// <summary>A message, who sent it, and the address by which this server is named there.</summary>
    sealed record Question(DhcpPacket Packet, DhcpAsker Asker, uint Server, bool WasBroadcast);
}
