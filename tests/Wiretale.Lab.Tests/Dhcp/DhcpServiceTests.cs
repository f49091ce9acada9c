using System.Collections.Concurrent;
using Wiretale.Lab.Dhcp;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>When answers leave.</summary>
public sealed class DhcpServiceTests : IDisposable
{
    const uint Server = 0x0a141e28, First = Server + 1;

    static readonly DhcpSettings settings = new() { Server = Server, Pools = [DhcpPool.Parse(DhcpSettings.NormalPool)!], DnsServers = [] };

    readonly ManualClock clock = new();
    readonly TestScreen screen = new();
    readonly FakeLink link = new();
    readonly CancellationTokenSource stop = new();
    readonly List<Action> kept = [];
    ILeaseStore? store;
    Task? running;

    public void Dispose()
    {
        stop.Cancel();
        Assert.IsAssignableFrom<OperationCanceledException>(Assert.Throws<AggregateException>(() => running!.Wait(TimeSpan.FromSeconds(20))).InnerException);
        link.Dispose();
        stop.Dispose();
    }

    [Fact]
    public void An_offer_leaves_at_once_and_a_promise_when_it_is_kept()
    {
        Run(settings with { TriesAddresses = false });
        link.Hand(Message(1, DhcpMessageType.Discover));
        Assert.Equal(DhcpMessageType.Offer, link.Sent().Type);

        link.Hand(Message(1, DhcpMessageType.Request, First));
        link.Idle();
        Assert.True(link.IsSilent);
        Action end;
        lock (kept)
        {
            end = Assert.Single(kept);
        }

        end();
        Assert.Equal((DhcpMessageType.Ack, First), link.Sent() is var ack ? (ack.Type, ack.YourAddress) : default);
    }

    [Fact]
    public void An_address_that_answers_is_not_offered()
    {
        Run(settings);
        link.Hand(Message(1, DhcpMessageType.Discover));
        link.Idle();
        Assert.Equal([First], link.Probed);
        Assert.True(link.IsSilent);

        link.Hear(First, [2, 0, 0, 0, 0, 99]);
        link.Idle();
        Assert.Equal([First, First + 1], link.Probed);

        // Its client may still have it.
        link.Hear(First + 1, [2, 0, 0, 0, 0, 1]);
        clock.Turn(TimeSpan.FromSeconds(1));
        link.Idle();
        Assert.Equal(First + 1, link.Sent().YourAddress);
        Assert.Contains(screen.Lines, line => line.StartsWith("10.20.30.41 answers", StringComparison.Ordinal));
    }

    [Fact]
    public void While_the_leases_cannot_be_reached_nobody_is_answered()
    {
        var away = new Away(new MemoryLeases(settings, clock)) { IsAway = true };
        store = away;
        Run(settings with { TriesAddresses = false });
        for (int i = 0; i < 20; i++)
        {
            link.Hand(Message(i, DhcpMessageType.Discover));
            clock.Turn(TimeSpan.FromMilliseconds(300));
        }

        link.Idle();
        Assert.True(link.IsSilent);
        Assert.Single(screen.Lines, line => line.Contains("nobody is answered", StringComparison.Ordinal));

        away.IsAway = false;
        clock.Turn(TimeSpan.FromSeconds(2));
        link.Hand(Message(1, DhcpMessageType.Discover));
        Assert.Equal(DhcpMessageType.Offer, link.Sent().Type);
    }

    static byte[] Message(int client, DhcpMessageType type, uint? wanted = null)
    {
        var packet = new DhcpPacket { Operation = DhcpMessage.Request, HardwareAddress = [2, 0, 0, 0, 0, (byte)client], TransactionId = 7 };
        packet.Add(type);
        if (wanted is { } address)
        {
            packet.Add(DhcpOption.ServerIdentifier, Server);
            packet.Add(DhcpOption.RequestedAddress, address);
        }

        return packet.Encode();
    }

    void Run(DhcpSettings with)
    {
        store ??= new MemoryLeases(with, clock);
        running = new DhcpService(link, new(with, new(with, store), clock, screen), clock, screen, Keep).RunAsync(stop.Token);
    }

    void Keep(Action? end)
    {
        lock (kept)
        {
            if (end is not null)
            {
                kept.Add(end);
            }
        }
    }

    sealed class Away(MemoryLeases leases) : ILeaseStore
    {
        public volatile bool IsAway;

        public bool IsShared => true;

        public ILeaseChange Begin(string client) => IsAway ? throw new LeaseStoreException("the leases are away") : leases.Begin(client);

        public void Dispose() => leases.Dispose();
    }

    sealed class FakeLink : IDhcpLink
    {
        readonly BlockingCollection<Action<DhcpHeard>?> coming = [];
        readonly BlockingCollection<DhcpReply> sent = [];
        readonly SemaphoreSlim idle = new(0);
        readonly DhcpHeard heard = new();

        public ConcurrentQueue<uint> Probed { get; } = [];

        public bool IsSilent => sent.Count == 0;

        public void Hand(byte[] message) => coming.Add(heard => heard.Datagrams.Add(new(message, 0, WasBroadcast: true)));

        public void Hear(uint address, byte[] hardware) => coming.Add(heard => heard.Users.Add((address, hardware)));

        /// <summary>Returns when all that was handed has been dealt with.</summary>
        public void Idle()
        {
            // The second is taken when the first has been dealt with.
            coming.Add(null);
            coming.Add(null);
            Assert.True(idle.Wait(TimeSpan.FromSeconds(20)) && idle.Wait(TimeSpan.FromSeconds(20)));
        }

        public DhcpPacket Sent() => sent.TryTake(out var reply, TimeSpan.FromSeconds(20)) ? DhcpPacket.Parse(reply.Message, out _)! : throw new TimeoutException("nothing was sent");

        public void Wake() => coming.Add(_ => { });

        public DhcpHeard Receive(TimeSpan? wait, CancellationToken stop)
        {
            heard.Clear();
            if (coming.Take(stop) is { } next)
            {
                next(heard);
            }
            else
            {
                idle.Release();
            }

            return heard;
        }

        public void Send(IReadOnlyList<DhcpReply> replies, Action<string> lost)
        {
            foreach (var reply in replies)
            {
                sent.Add(reply);
            }
        }

        public bool Probe(uint address, bool isNear)
        {
            Probed.Enqueue(address);
            return isNear;
        }

        public void Dispose()
        {
            coming.Dispose();
            sent.Dispose();
            idle.Dispose();
        }
    }
}
