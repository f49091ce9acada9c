using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>Where a client stands (RFC 2131 figure 5).</summary>
public enum DhcpClientState
{
    Init,
    Selecting,
    Requesting,
    Rebooting,
    Bound,
    Renewing,
    Rebinding,
}

/// <summary>
/// A DHCP client (RFC 2131 section 4.4). It has no socket: whoever runs it calls <see cref="Next"/> when <see cref="When"/> has
/// come and <see cref="Receive"/> with what arrives.
/// </summary>
public sealed class DhcpClient
{
    /// <summary>Times that a server which offered is asked before another is looked for.</summary>
    const int Tries = 4;

    static readonly TimeSpan afterRefusal = TimeSpan.FromSeconds(1), afterConflict = TimeSpan.FromSeconds(10), leastWait = TimeSpan.FromMinutes(1);

    static readonly byte[] wanted = [DhcpOption.SubnetMask, DhcpOption.Router, DhcpOption.DomainNameServer, DhcpOption.DomainName, DhcpOption.BroadcastAddress];

    readonly byte[] hardware;
    readonly string? name;
    readonly TimeProvider clock;
    readonly Random random;
    readonly ILog log;
    uint transaction, address, server;
    DateTimeOffset began, asked;
    int tries;

    /// <summary>Begins without an address, or with one it had and would like to keep.</summary>
    public DhcpClient(byte[] hardware, string? name, DhcpGrant? former, TimeProvider clock, Random random, ILog log)
    {
        (this.hardware, this.name, this.clock, this.random, this.log) = (hardware, name, clock, random, log);
        Begin(former is not null && former.Until > clock.GetUtcNow() ? DhcpClientState.Rebooting : DhcpClientState.Init, TimeSpan.Zero);
        address = former?.Address ?? 0;
    }

    public DhcpClientState State { get; private set; }

    /// <summary>What it has now, or null.</summary>
    public DhcpGrant? Grant { get; private set; }

    /// <summary>When it has something to do next.</summary>
    public DateTimeOffset When { get; private set; }

    /// <summary>What to send now; null when it is not time yet.</summary>
    public DhcpReply? Next()
    {
        var now = clock.GetUtcNow();
        if (now < When)
        {
            return null;
        }

        if (Grant is { } grant)
        {
            State = now >= grant.Until ? DhcpClientState.Init : now >= grant.Rebind ? DhcpClientState.Rebinding : DhcpClientState.Renewing;
            if (State == DhcpClientState.Init)
            {
                log.Show($"The lease of {DhcpPool.Text(grant.Address)} has ended", Tone.Bad);
                Grant = null;
                Begin(DhcpClientState.Init, TimeSpan.Zero);
            }
        }

        if ((State is DhcpClientState.Requesting or DhcpClientState.Rebooting) && tries >= Tries)
        {
            Begin(DhcpClientState.Init, TimeSpan.Zero);
        }

        if (State == DhcpClientState.Init)
        {
            State = DhcpClientState.Selecting;
        }

        When = Retry(now);
        tries++;
        asked = now;
        log.Show($"{(State == DhcpClientState.Selecting ? "Discover" : "Request")} sent ({Text(State)})", Tone.Note);
        return Ask();
    }

    /// <summary>Takes what came to the client's port.</summary>
    public void Receive(ReadOnlySpan<byte> datagram)
    {
        if (DhcpPacket.Parse(datagram, out _) is not { Operation: DhcpMessage.Reply } reply || reply.TransactionId != transaction || !reply.HardwareAddress.AsSpan().SequenceEqual(hardware))
        {
            return;
        }

        uint? from = reply.FindNumber(DhcpOption.ServerIdentifier);
        switch (reply.Type, State)
        {
            case (DhcpMessageType.Offer, DhcpClientState.Selecting) when from is not null && DhcpGrant.IsHost(reply.YourAddress):
                (address, server) = (reply.YourAddress, from.Value);
                log.Show($"{DhcpPool.Text(server)} offers {DhcpPool.Text(address)}", Tone.Peer);
                (State, tries, When) = (DhcpClientState.Requesting, 0, clock.GetUtcNow());
                break;

            case (DhcpMessageType.Ack, DhcpClientState.Requesting or DhcpClientState.Rebooting or DhcpClientState.Renewing or DhcpClientState.Rebinding)
                when (State != DhcpClientState.Requesting || from == server) && reply.YourAddress == address && DhcpGrant.From(reply, asked) is { } grant:
                (State, Grant, server, tries, When) = (DhcpClientState.Bound, grant, grant.Server, 0, grant.Renew);
                log.Show($"{DhcpPool.Text(server)} confirms {DhcpPool.Text(address)}", Tone.Good);
                break;

            case (DhcpMessageType.Nak, DhcpClientState.Requesting or DhcpClientState.Rebooting or DhcpClientState.Renewing or DhcpClientState.Rebinding)
                when from is not null && (State is DhcpClientState.Rebooting or DhcpClientState.Rebinding || from == server):
                log.Show($"{DhcpPool.Text(from.Value)} refuses {DhcpPool.Text(address)}{(reply.Find(DhcpOption.Message) is { } why ? ": " + PlainText.Decode(why) : "")}", Tone.Bad);
                Grant = null;
                Begin(DhcpClientState.Init, afterRefusal);
                break;

            case (DhcpMessageType.Nak, DhcpClientState.Requesting or DhcpClientState.Renewing) when from is not null:
                // It was not asked: only the server that was chosen may refuse (RFC 2131 section 4.3.2).
                log.Show($"{DhcpPool.Text(from.Value)} refuses {DhcpPool.Text(address)}, but is not the server that was asked: ignored", Tone.Note);
                break;
        }
    }

    /// <summary>What to send because somebody else uses the address; it looks for another after a while.</summary>
    public DhcpReply Decline()
    {
        var message = Make(DhcpMessageType.Decline, 0);
        message.Add(DhcpOption.RequestedAddress, address);
        message.Add(DhcpOption.ServerIdentifier, server);
        Grant = null;
        Begin(DhcpClientState.Init, afterConflict);
        return new(uint.MaxValue, DhcpMessage.ServerPort, null, message.Encode());
    }

    /// <summary>What to send to give an address back.</summary>
    public DhcpReply Release(DhcpGrant grant)
    {
        var message = Make(DhcpMessageType.Release, grant.Address);
        message.Add(DhcpOption.ServerIdentifier, grant.Server);
        Grant = null;
        return new(grant.Server, DhcpMessage.ServerPort, null, message.Encode());
    }

    static string Text(DhcpClientState state) => state switch
    {
        DhcpClientState.Rebooting => "init-reboot",
        DhcpClientState.Requesting => "selecting",
        _ => state.ToString().ToLowerInvariant(),
    };

    void Begin(DhcpClientState state, TimeSpan wait)
    {
        var now = clock.GetUtcNow();
        (State, tries, When, began) = (state, 0, now + wait, now + wait);
        transaction = (uint)random.NextInt64(1L << 32);
    }

    /// <summary>After 4, 8, 16, 32, 64 seconds, and up to a second more or less (RFC 2131 section 4.1); with a lease, after half of what is left, a minute at least (section 4.4.5).</summary>
    DateTimeOffset Retry(DateTimeOffset now)
    {
        if (Grant is not { } grant)
        {
            return now + TimeSpan.FromSeconds((4 << Math.Min(tries, 4)) + (random.NextDouble() * 2) - 1);
        }

        var end = State == DhcpClientState.Renewing ? grant.Rebind : grant.Until;
        var half = (end - now) / 2;
        var next = now + (half > leastWait ? half : leastWait);
        return next < end ? next : end;
    }

    DhcpReply Ask()
    {
        bool has = Grant is not null;
        var message = Make(State == DhcpClientState.Selecting ? DhcpMessageType.Discover : DhcpMessageType.Request, has ? address : 0);
        if (!has && address != 0)
        {
            message.Add(DhcpOption.RequestedAddress, address);
        }

        if (State == DhcpClientState.Requesting)
        {
            message.Add(DhcpOption.ServerIdentifier, server);
        }

        message.Add(DhcpOption.ParameterRequestList, wanted);
        return new(State == DhcpClientState.Renewing ? server : uint.MaxValue, DhcpMessage.ServerPort, null, message.Encode());
    }

    DhcpPacket Make(DhcpMessageType type, uint has)
    {
        var message = new DhcpPacket
        {
            Operation = DhcpMessage.Request,
            HardwareAddress = hardware,
            TransactionId = transaction,
            ClientAddress = has,
            Seconds = (ushort)Math.Clamp((clock.GetUtcNow() - began).TotalSeconds, 0, ushort.MaxValue),
        };
        message.Add(type);
        message.Add(DhcpOption.ClientIdentifier, [1, .. hardware]);
        if (name is { Length: > 0 } && type is DhcpMessageType.Discover or DhcpMessageType.Request)
        {
            message.Add(DhcpOption.HostName, System.Text.Encoding.ASCII.GetBytes(name!));
        }

        return message;
    }
}
