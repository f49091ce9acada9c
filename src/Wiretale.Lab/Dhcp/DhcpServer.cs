using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>A message to send, and where to.</summary>
/// <param name="Address">Where it goes; all ones for everybody on the network.</param>
/// <param name="Port">The client's port or the relay's.</param>
/// <param name="Hardware">The station that it goes to by its hardware address, because it has no other yet; null otherwise.</param>
/// <param name="Message">The message.</param>
public sealed record DhcpReply(uint Address, ushort Port, byte[]? Hardware, byte[] Message);

/// <summary>
/// What a DHCP server answers (RFC 2131 section 4.3). It has no socket and no clock of its own; whoever runs it calls
/// <see cref="LeaseBook.Commit"/> between <see cref="Answer"/> and sending.
/// </summary>
public sealed class DhcpServer(DhcpSettings settings, LeaseBook book, TimeProvider clock, ILog log)
{
    /// <summary>What every IPv4 host takes without being asked, less the IP and UDP headers (RFC 2131 section 2).</summary>
    const int NormalSize = 576, Headers = 28, LargestSize = 1500;

    /// <summary>Stations whose messages are counted within a second.</summary>
    const int Counted = 1 << 16;

    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    long second;
    int faults;

    /// <summary>Takes a datagram and gives the answer, if it is to have one.</summary>
    /// <param name="datagram">What came to the server's port.</param>
    /// <param name="source">Who sent it.</param>
    /// <param name="wasBroadcast">Whether it was for everybody.</param>
    public DhcpReply? Answer(ReadOnlySpan<byte> datagram, uint source, bool wasBroadcast)
    {
        if (DhcpPacket.Parse(datagram, out string fault) is not { Operation: DhcpMessage.Request } request)
        {
            // Of a flood one line a second is shown.
            IsNewSecond();
            if (faults++ == 0)
            {
                log.Show($"{DhcpPool.Text(source)}: no DHCP request: {(fault.Length > 0 ? fault : "a reply")}", Tone.Bad);
            }

            return null;
        }

        string hardware = Convert.ToHexStringLower(request.HardwareAddress);
        if (IsTooMuch(hardware))
        {
            return null;
        }

        uint place = request.Relay != 0 ? request.Relay : request.ClientAddress != 0 && !wasBroadcast ? request.ClientAddress : settings.Server;
        if (settings.Pools.FirstOrDefault(pool => pool.IsLocal(place)) is not { } local)
        {
            log.Show($"{request.Type} of {Mac(request)}: no pool for {DhcpPool.Text(place)}", Tone.Bad);
            return null;
        }

        byte[]? id = request.Find(DhcpOption.ClientIdentifier);
        if (id is null && hardware.Length == 0)
        {
            // It could be anybody.
            return null;
        }

        // The identifier before the hardware address (RFC 2131 section 4.2), never mistaken for one another.
        string client = id is not null ? Convert.ToHexStringLower(id) : $"{Lease.ByHardware}{request.HardwareType:x2}{hardware}";
        var from = new Client(request, client, hardware, Lease.ToName(request.Find(DhcpOption.HostName)), local);
        return request.Type switch
        {
            DhcpMessageType.Discover => Discover(from),
            DhcpMessageType.Request => Request(from, wasBroadcast),
            DhcpMessageType.Decline => Decline(from),
            DhcpMessageType.Release => Release(from),
            DhcpMessageType.Inform => Inform(from, source),
            _ => null,
        };
    }

    static string Mac(DhcpPacket request) => Convert.ToHexStringLower(request.HardwareAddress).Chunk(2).Select(pair => new string(pair)) is var pairs ? string.Join(':', pairs) : "";

    DhcpReply? Discover(Client from)
    {
        if (book.Choose(from.Id, from.Hardware, from.Packet.FindNumber(DhcpOption.RequestedAddress), from.Pool) is not { } address)
        {
            log.Show($"Discover of {from}: no address left for it", Tone.Bad);
            return null;
        }

        book.Offer(address, from.Id, from.Hardware, from.Name);
        return Say(from, DhcpMessageType.Offer, address);
    }

    DhcpReply? Request(Client from, bool wasBroadcast)
    {
        uint? chosen = from.Packet.FindNumber(DhcpOption.ServerIdentifier), wanted = from.Packet.FindNumber(DhcpOption.RequestedAddress);
        var lease = book.Of(from.Id, from.Pool);
        if (chosen is not null && chosen != settings.Server)
        {
            if (lease is { State: LeaseState.Offered })
            {
                book.Release(lease);
            }

            log.Show($"Request of {from}: it chose {DhcpPool.Text(chosen.Value)}", Tone.Note);
            return null;
        }

        // RFC 2131 table 4: which options there are tells the client's states apart.
        string state = chosen is not null ? "selecting" : wanted is not null ? "init-reboot" : wasBroadcast ? "rebinding" : "renewing";
        uint address = wanted ?? from.Packet.ClientAddress;
        if (address == 0)
        {
            return null;
        }

        // Offers are not written down: one from before a restart still holds when the address may be had.
        bool isKnown = lease is not null ? lease.Address == address && book.MayHave(address, from.Id, from.Hardware, from.Pool)
            : chosen is not null && book.Choose(from.Id, from.Hardware, address, from.Pool) == address;
        if (isKnown)
        {
            string name = from.Name.Length > 0 ? from.Name : lease?.Name ?? "";
            book.Bind(address, from.Id, from.Hardware, name);
            return Say(from, DhcpMessageType.Ack, address, state);
        }

        // Of clients that another server may know nothing is said, unless what they want cannot be (RFC 2131 section 4.3.2).
        bool isOurs = chosen is not null || lease is not null || (!wasBroadcast && from.Packet.Relay == 0);
        bool isWrong = !from.Pool.IsLocal(address) || book.At(address) is { State: LeaseState.Bound } other && !other.IsFree(clock.GetUtcNow());
        return isOurs || isWrong ? Refuse(from, address, state) : null;
    }

    DhcpReply? Decline(Client from)
    {
        if (from.Packet.FindNumber(DhcpOption.ServerIdentifier) == settings.Server
            && book.Of(from.Id, from.Pool) is { State: LeaseState.Bound or LeaseState.Offered } lease && lease.Address == from.Packet.FindNumber(DhcpOption.RequestedAddress))
        {
            log.Show($"Decline of {from}: {DhcpPool.Text(lease.Address)} {(book.Decline(lease) ? $"is in use, and rests for {settings.Quarantine.TotalMinutes:0.#} minutes" : "(it says so too often)")}", Tone.Bad);
        }

        return null;
    }

    DhcpReply? Release(Client from)
    {
        if (from.Packet.FindNumber(DhcpOption.ServerIdentifier) == settings.Server
            && book.Of(from.Id, from.Pool) is { State: LeaseState.Bound } lease && lease.Address == from.Packet.ClientAddress)
        {
            book.Release(lease);
            log.Show($"Release of {from}: {DhcpPool.Text(lease.Address)}");
        }

        return null;
    }

    DhcpReply? Inform(Client from, uint source) =>
        (from.Packet.ClientAddress != 0 ? from.Packet.ClientAddress : source) is var address && from.Pool.IsLocal(address) ? Say(from, DhcpMessageType.Ack, 0, "inform", address) : null;

    DhcpReply Refuse(Client from, uint address, string state)
    {
        log.Show($"NAK to {from}: not {DhcpPool.Text(address)} ({state})", Tone.Bad);
        var reply = Reply(from.Packet, 0, 0, from.Packet.Relay != 0 ? (ushort)(from.Packet.Flags | DhcpMessage.Broadcast) : from.Packet.Flags);
        reply.Add(DhcpMessageType.Nak);
        reply.Add(DhcpOption.ServerIdentifier, settings.Server);
        reply.Add(DhcpOption.Message, "not your address"u8);
        Finish(from, reply);
        return from.Packet.Relay != 0 ? new(from.Packet.Relay, DhcpMessage.ServerPort, null, reply.Encode()) : new(uint.MaxValue, DhcpMessage.ClientPort, null, reply.Encode());
    }

    DhcpReply Say(Client from, DhcpMessageType type, uint address, string? state = null, uint inform = 0)
    {
        log.Show($"{type} to {from}: {DhcpPool.Text(address != 0 ? address : inform)}{(state is null ? "" : $" ({state})")}", Tone.Good);
        var (packet, pool) = (from.Packet, from.Pool);
        uint has = inform != 0 ? inform : type == DhcpMessageType.Ack ? packet.ClientAddress : 0;
        var reply = Reply(packet, has, address, packet.Flags);
        reply.Add(type);
        reply.Add(DhcpOption.ServerIdentifier, settings.Server);
        if (address != 0)
        {
            uint seconds = (uint)settings.LeaseTime.TotalSeconds;
            reply.Add(DhcpOption.LeaseTime, seconds);
            reply.Add(DhcpOption.RenewalTime, seconds / 2);
            reply.Add(DhcpOption.RebindingTime, (uint)(seconds * 7L / 8));
        }

        foreach (byte code in packet.Find(DhcpOption.ParameterRequestList) ?? [DhcpOption.SubnetMask, DhcpOption.Router, DhcpOption.DomainNameServer, DhcpOption.DomainName])
        {
            // The mask stands before the router (RFC 2132 section 3.3), and nothing stands there twice.
            if (code == DhcpOption.Router && pool.Router != 0)
            {
                AddOnce(DhcpOption.SubnetMask);
            }

            AddOnce(code);
        }

        Finish(from, reply);
        byte[]? size = packet.Find(DhcpOption.MaximumMessageSize);
        byte[] message = reply.Encode((size is null ? NormalSize : Math.Clamp((size[0] << 8) | size[1], NormalSize, LargestSize)) - Headers);

        // RFC 2131 section 4.1: through the relay, to the address it has, to everybody if it asks for that, to its hardware address.
        return packet.Relay != 0 ? new(packet.Relay, DhcpMessage.ServerPort, null, message)
            : has != 0 ? new(has, DhcpMessage.ClientPort, null, message)
            : packet.WantsBroadcast || packet.HardwareType != 1 || packet.HardwareAddress.Length != 6 ? new(uint.MaxValue, DhcpMessage.ClientPort, null, message)
            : new(address, DhcpMessage.ClientPort, packet.HardwareAddress, message);

        void AddOnce(byte code)
        {
            if (reply.Find(code) is null)
            {
                AddParameter(reply, code, pool);
            }
        }
    }

    void AddParameter(DhcpPacket reply, byte code, DhcpPool pool)
    {
        switch (code)
        {
            case DhcpOption.SubnetMask:
                reply.Add(code, pool.Mask);
                break;
            case DhcpOption.BroadcastAddress:
                reply.Add(code, pool.Broadcast);
                break;
            case DhcpOption.Router when pool.Router != 0:
                reply.Add(code, pool.Router);
                break;
            case DhcpOption.DomainNameServer when settings.DnsServers.Count > 0:
                reply.Add(code, settings.DnsServers.ToArray());
                break;
            case DhcpOption.DomainName when settings.Domain is { Length: > 0 } domain:
                reply.Add(code, System.Text.Encoding.ASCII.GetBytes(domain));
                break;
        }
    }

    static DhcpPacket Reply(DhcpPacket request, uint has, uint address, ushort flags) => new()
    {
        Operation = DhcpMessage.Reply,
        HardwareType = request.HardwareType,
        HardwareAddress = request.HardwareAddress,
        TransactionId = request.TransactionId,
        Flags = flags,
        ClientAddress = has,
        YourAddress = address,
        Relay = request.Relay,
    };

    /// <summary>The client's identifier comes back to it (RFC 6842), and last the relay's own option (RFC 3046 section 2.2).</summary>
    static void Finish(Client from, DhcpPacket reply)
    {
        foreach (byte code in (ReadOnlySpan<byte>)[DhcpOption.ClientIdentifier, DhcpOption.RelayAgent])
        {
            if (from.Packet.Find(code) is { } value && (code != DhcpOption.RelayAgent || from.Packet.Relay != 0))
            {
                reply.Add(code, value);
            }
        }
    }

    bool IsTooMuch(string hardware)
    {
        IsNewSecond();
        if (counts.Count >= Counted && !counts.ContainsKey(hardware))
        {
            return true;
        }

        return ++System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, hardware, out _) > settings.MessagesPerSecond;
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

    sealed record Client(DhcpPacket Packet, string Id, string Hardware, string Name, DhcpPool Pool)
    {
        public override string ToString() => Name.Length > 0 ? $"{Mac(Packet)} ({Name})" : Mac(Packet);
    }
}
