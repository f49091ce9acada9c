using Wiretale.Lab.Dhcp;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>The client's states, against our own server on a clock that the test turns.</summary>
public class DhcpClientTests
{
    const uint Server = 0x0a141e28, First = Server + 1;

    readonly ManualClock clock = new();
    readonly TestScreen screen = new();
    readonly DhcpServer server;
    DhcpClient client;

    public DhcpClientTests()
    {
        var settings = new DhcpSettings { Server = Server, Pools = [DhcpPool.Parse(DhcpSettings.NormalPool)!], DnsServers = [Server], LeaseTime = TimeSpan.FromHours(8) };
        server = new(settings, new(settings, new MemoryLeases(settings, clock)), clock, screen);
        client = Make(null);
    }

    [Fact]
    public void It_gets_an_address_and_renews_it_at_half_of_the_time()
    {
        Talk();
        Assert.Equal((DhcpClientState.Bound, First, 24), (client.State, client.Grant!.Address, client.Grant.PrefixLength));
        Assert.Equal([0x0a141e65u, Server], [.. client.Grant.Routers, .. client.Grant.DnsServers]);
        Assert.Equal(clock.GetUtcNow().AddHours(4), client.When);
        Assert.Null(client.Next());

        clock.Turn(TimeSpan.FromHours(4));
        var request = client.Next()!;

        Assert.Equal((DhcpClientState.Renewing, Server), (client.State, request.Address));
        Hand(request, First, wasBroadcast: false);
        Assert.Equal((DhcpClientState.Bound, clock.GetUtcNow().AddHours(8)), (client.State, client.Grant!.Until));
    }

    [Fact]
    public void Without_an_answer_it_asks_everybody_and_at_last_begins_anew()
    {
        Talk();
        var states = new List<DhcpClientState>();
        while (client.Grant is not null)
        {
            clock.Turn(client.When - clock.GetUtcNow());
            var message = client.Next()!;
            states.Add(client.State);
            Assert.Equal(client.State == DhcpClientState.Renewing ? Server : uint.MaxValue, message.Address);
        }

        Assert.Equal([DhcpClientState.Renewing, DhcpClientState.Rebinding, DhcpClientState.Selecting], states.Distinct());
        Assert.InRange(states.Count, 5, 40);
    }

    [Fact]
    public void It_waits_longer_each_time()
    {
        var waits = new List<double>();
        for (int i = 0; i < 7; i++)
        {
            Assert.Equal(DhcpMessageType.Discover, DhcpPacket.Parse(client.Next()!.Message, out _)!.Type);
            waits.Add((client.When - clock.GetUtcNow()).TotalSeconds);
            clock.Turn(client.When - clock.GetUtcNow());
        }

        Assert.All(waits.Zip([4, 8, 16, 32, 64, 64, 64]), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 1));
    }

    [Fact]
    public void An_address_it_had_is_asked_for_again()
    {
        Talk();
        client = Make(DhcpGrant.Parse(client.Grant!.ToLine()));
        var request = client.Next()!;

        Assert.Equal((DhcpClientState.Rebooting, (uint?)First), (client.State, DhcpPacket.Parse(request.Message, out _)!.FindNumber(DhcpOption.RequestedAddress)));
        Hand(request);
        Assert.Equal((DhcpClientState.Bound, First), (client.State, client.Grant!.Address));
    }

    [Fact]
    public void An_address_of_another_network_is_given_up_for_one_of_this()
    {
        client = Make(new(0xc0a80105, 24, 0xc0a80101, [], [], clock.GetUtcNow(), clock.GetUtcNow(), clock.GetUtcNow().AddHours(1)));
        Hand(client.Next()!);
        Assert.Equal((DhcpClientState.Init, (DhcpGrant?)null), (client.State, client.Grant));

        clock.Turn(TimeSpan.FromSeconds(1));
        Talk();
        Assert.Equal(First, client.Grant!.Address);
    }

    [Fact]
    public void Answers_to_others_and_noise_change_nothing()
    {
        var discover = client.Next()!;
        byte[] offer = server.Answer(discover.Message, 0, wasBroadcast: true)!.Message;
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = offer[..random.Next(offer.Length + 1)];
            for (int n = 1 + random.Next(6); n > 0 && bytes.Length > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (bytes.Length > 8 && !bytes.AsSpan(4, 4).SequenceEqual(offer.AsSpan(4, 4)))
            {
                client.Receive(bytes);
                Assert.Equal(DhcpClientState.Selecting, client.State);
            }
            else
            {
                Make(null).Receive(bytes);
            }
        }

        client.Receive(offer);
        Assert.Equal(DhcpClientState.Requesting, client.State);
    }

    DhcpClient Make(DhcpGrant? former) => new([2, 0, 0, 0, 0, 1], "anna", former, clock, new(1), screen);

    void Talk()
    {
        while (client.Grant is null)
        {
            Hand(client.Next()!);
        }
    }

    void Hand(DhcpReply message, uint source = 0, bool wasBroadcast = true)
    {
        if (server.Answer(message.Message, source, wasBroadcast) is { } answer)
        {
            client.Receive(answer.Message);
        }
    }
}
