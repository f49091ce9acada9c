using System.Buffers.Binary;
using Wiretale.Lab.Dhcp;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>What the server answers in each state of a client (RFC 2131 section 4.3).</summary>
public class DhcpServerTests
{
    const uint Server = 0x0a141e28, First = Server + 1, Other = 0x0a141e07;

    readonly ManualClock clock = new();
    DhcpSettings settings = new() { Server = Server, Pools = [DhcpPool.Parse(DhcpSettings.NormalPool)!], DnsServers = [Server] };
    MemoryLeases? leases;
    DhcpServer? server;

    [Fact]
    public void A_client_is_offered_an_address_and_gets_it()
    {
        var offer = Ask(From(1, DhcpMessageType.Discover));
        Assert.Equal((DhcpMessageType.Offer, First, Server), (offer.Type, offer.YourAddress, offer.FindNumber(DhcpOption.ServerIdentifier)));

        var ack = Ask(From(1, DhcpMessageType.Request, chosen: Server, wanted: First));

        Assert.Equal((DhcpMessageType.Ack, First), (ack.Type, ack.YourAddress));
        Assert.Equal((86_400u, 43_200u, 75_600u), (ack.FindNumber(DhcpOption.LeaseTime), ack.FindNumber(DhcpOption.RenewalTime), ack.FindNumber(DhcpOption.RebindingTime)));
        Assert.Equal(First + 1, Ask(From(2, DhcpMessageType.Discover)).YourAddress);
    }

    [Fact]
    public void Parameters_come_in_the_order_asked_for_but_the_mask_before_the_router()
    {
        var request = From(1, DhcpMessageType.Discover);
        request.Add(DhcpOption.ParameterRequestList, [DhcpOption.DomainNameServer, DhcpOption.Router, DhcpOption.SubnetMask, 200]);

        var codes = Ask(request).Options.Select(option => option.Code);

        Assert.Equal([DhcpOption.MessageType, DhcpOption.ServerIdentifier, DhcpOption.LeaseTime, DhcpOption.RenewalTime, DhcpOption.RebindingTime, DhcpOption.DomainNameServer, DhcpOption.SubnetMask, DhcpOption.Router], codes);
    }

    [Theory]
    [InlineData(false, 0x0a141e29u)]
    [InlineData(true, uint.MaxValue)]
    public void The_flag_says_how_the_answer_comes(bool broadcast, uint to)
    {
        var reply = Answer(From(1, DhcpMessageType.Discover, flags: broadcast ? DhcpMessage.Broadcast : (ushort)0))!;

        Assert.Equal((to, DhcpMessage.ClientPort, !broadcast), (reply.Address, reply.Port, reply.Hardware is not null));
    }

    [Fact]
    public void A_relay_gets_the_answer_and_its_option_back_last()
    {
        var request = From(1, DhcpMessageType.Discover, relay: Other);
        request.Add(DhcpOption.RelayAgent, [1, 2, 0xab, 0xcd]);
        request.Add(DhcpOption.ClientIdentifier, [0, 7, 7]);

        var reply = Answer(request)!;
        var offer = DhcpPacket.Parse(reply.Message, out _)!;

        Assert.Equal((Other, DhcpMessage.ServerPort, Other), (reply.Address, reply.Port, offer.Relay));
        Assert.Equal((DhcpOption.RelayAgent, "0102ABCD"), (offer.Options[^1].Code, Convert.ToHexString(offer.Options[^1].Value)));
        Assert.Equal([0, 7, 7], offer.Find(DhcpOption.ClientIdentifier));
    }

    [Fact]
    public void A_relay_of_an_unknown_network_hears_nothing() => Assert.Null(Answer(From(1, DhcpMessageType.Discover, relay: 0x08080808)));

    [Fact]
    public void Whoever_chose_another_server_hears_nothing_and_frees_its_offer()
    {
        Ask(From(1, DhcpMessageType.Discover));

        Assert.Null(Answer(From(1, DhcpMessageType.Request, chosen: Other, wanted: 0x0a141e63)));
        Assert.True(leases!.At(First)!.IsFree(clock.GetUtcNow()));
    }

    [Fact]
    public void The_identifier_counts_before_the_hardware_address()
    {
        var one = From(1, DhcpMessageType.Discover);
        one.Add(DhcpOption.ClientIdentifier, [0, 1, 2, 3]);
        var same = From(2, DhcpMessageType.Discover);
        same.Add(DhcpOption.ClientIdentifier, [0, 1, 2, 3]);

        Assert.Equal(Ask(one).YourAddress, Ask(same).YourAddress);
        Assert.NotEqual(First, Ask(From(1, DhcpMessageType.Discover)).YourAddress);
    }

    [Fact]
    public void A_client_that_starts_again_keeps_its_address()
    {
        Bind(1);
        Assert.Equal((DhcpMessageType.Ack, First), Kind(From(1, DhcpMessageType.Request, wanted: First)));
        Assert.Equal((DhcpMessageType.Nak, 0u), Kind(From(1, DhcpMessageType.Request, wanted: First + 5)));
        Assert.Equal((DhcpMessageType.Nak, 0u), Kind(From(9, DhcpMessageType.Request, wanted: 0xc0a80005)));
        Assert.Null(Answer(From(9, DhcpMessageType.Request, wanted: First + 5)));
    }

    [Fact]
    public void A_lease_is_renewed_to_the_address_and_rebound_by_whom_it_reaches()
    {
        Bind(1);
        clock.Turn(TimeSpan.FromHours(12));

        var renewed = Answer(From(1, DhcpMessageType.Request, has: First), First, wasBroadcast: false)!;
        var rebound = Answer(From(1, DhcpMessageType.Request, has: First))!;

        Assert.Equal((First, (byte[]?)null), (renewed.Address, renewed.Hardware));
        Assert.Equal(DhcpMessageType.Ack, DhcpPacket.Parse(rebound.Message, out _)!.Type);
        Assert.True(leases!.At(First)!.Until >= clock.GetUtcNow() + TimeSpan.FromDays(1));

        // A stranger's unicast is refused; its broadcast may be another server's business, unless the address is somebody's.
        Assert.Equal(DhcpMessageType.Nak, DhcpPacket.Parse(Answer(From(9, DhcpMessageType.Request, has: First + 5), First + 5, wasBroadcast: false)!.Message, out _)!.Type);
        Assert.Null(Answer(From(9, DhcpMessageType.Request, has: First + 5)));
        Assert.Equal((DhcpMessageType.Nak, 0u), Kind(From(9, DhcpMessageType.Request, has: First)));
    }

    [Fact]
    public void What_is_given_back_is_kept_for_its_client_while_there_are_others()
    {
        Bind(1);
        var release = From(1, DhcpMessageType.Release, chosen: Server, has: First);

        Assert.Null(Answer(release, First, wasBroadcast: false));

        Assert.Equal(LeaseState.Released, leases!.At(First)!.State);
        Assert.Equal(First + 1, Ask(From(2, DhcpMessageType.Discover)).YourAddress);
        Assert.Equal(First, Ask(From(1, DhcpMessageType.Discover)).YourAddress);
    }

    [Fact]
    public void A_strangers_release_changes_nothing()
    {
        Bind(1);
        Answer(From(2, DhcpMessageType.Release, chosen: Server, has: First), First, wasBroadcast: false);
        Assert.Equal(LeaseState.Bound, leases!.At(First)!.State);
    }

    [Fact]
    public void An_address_in_use_rests_for_a_while()
    {
        settings = settings with { Pools = [DhcpPool.Parse("10.20.30.41-10.20.30.41")!] };
        Bind(1);
        Answer(From(1, DhcpMessageType.Decline, chosen: Server, wanted: First));

        Assert.Null(Answer(From(1, DhcpMessageType.Discover)));
        clock.Turn(settings.Quarantine);
        Assert.Equal(First, Ask(From(1, DhcpMessageType.Discover)).YourAddress);
    }

    [Fact]
    public void A_second_pool_of_the_same_network_is_used_when_the_first_is_full()
    {
        settings = settings with { Pools = [DhcpPool.Parse("10.20.30.41-10.20.30.41")!, DhcpPool.Parse("192.168.1.5-192.168.1.9@192.168.1.1")!, DhcpPool.Parse("10.20.30.60-10.20.30.61@10.20.30.1")!] };
        Bind(1);

        var offer = Ask(From(2, DhcpMessageType.Discover));

        Assert.Equal((0x0a141e3cu, 0x0a141e01u), (offer.YourAddress, offer.FindNumber(DhcpOption.Router)));
        Assert.Equal(0xc0a80105u, Ask(From(3, DhcpMessageType.Discover, relay: 0xc0a80101)).YourAddress);
    }

    [Fact]
    public void The_network_may_be_chosen_by_the_client_and_by_its_relay()
    {
        settings = settings with { Pools = [.. settings.Pools, DhcpPool.Parse("192.168.1.5-192.168.1.9")!, DhcpPool.Parse("192.168.2.5-192.168.2.9")!] };
        var byClient = From(1, DhcpMessageType.Discover);
        byClient.Add(DhcpOption.SubnetSelection, 0xc0a80100u);
        var byRelay = From(2, DhcpMessageType.Discover, relay: Other);
        byRelay.Add(DhcpOption.SubnetSelection, 0xc0a80100u);
        byRelay.Add(DhcpOption.RelayAgent, [5, 4, 192, 168, 2, 0]);
        var forged = From(3, DhcpMessageType.Discover);
        forged.Add(DhcpOption.RelayAgent, [5, 4, 192, 168, 2, 0]);

        var offer = Ask(byClient);

        Assert.Equal((0xc0a80105u, 0xc0a80100u), (offer.YourAddress, offer.FindNumber(DhcpOption.SubnetSelection)));
        Assert.Equal((0xc0a80205u, Other), (Ask(byRelay).YourAddress, Answer(byRelay)!.Address));
        Assert.Equal(First, Ask(forged).YourAddress);
    }

    [Fact]
    public void Behind_a_relay_that_says_so_the_server_has_the_relays_name()
    {
        var discover = From(1, DhcpMessageType.Discover, relay: Other);
        discover.Add(DhcpOption.RelayAgent, [11, 4, 10, 20, 30, 7]);
        var request = From(1, DhcpMessageType.Request, chosen: Other, wanted: First, relay: Other);
        request.Add(DhcpOption.RelayAgent, [11, 4, 10, 20, 30, 7]);

        Assert.Equal(Other, Ask(discover).FindNumber(DhcpOption.ServerIdentifier));
        Assert.Equal((DhcpMessageType.Ack, First), Kind(request));
    }

    [Fact]
    public void A_client_may_ask_for_less_time()
    {
        foreach (var (wish, given) in new[] { (3600u, 3600u), (5u, 60u), (1_000_000u, 86_400u), (uint.MaxValue, 86_400u) })
        {
            var request = From(1, DhcpMessageType.Discover);
            request.Add(DhcpOption.LeaseTime, wish);
            Assert.Equal((given, given / 2), (Ask(request).FindNumber(DhcpOption.LeaseTime), Ask(request).FindNumber(DhcpOption.RenewalTime)));
        }
    }

    [Fact]
    public void Long_options_go_in_parts_and_what_does_not_fit_where_file_and_server_name_would_be()
    {
        byte[] text = [.. Enumerable.Range(0, 260).Select(i => (byte)i)];
        settings = settings with { Options = new Dictionary<byte, byte[]> { [119] = text, [66] = text[..100], [67] = text[..60] } };
        var request = From(1, DhcpMessageType.Discover, relay: Other);
        request.Add(DhcpOption.ParameterRequestList, [119, 66, 67]);
        request.Add(DhcpOption.RelayAgent, [1, 2, 0xab, 0xcd]);

        byte[] bytes = Answer(request)!.Message;
        var offer = DhcpPacket.Parse(bytes, out string fault)!;

        Assert.Equal("", fault);
        Assert.True(bytes.Length <= 548);
        Assert.Equal([text[..100], text[..60]], [offer.Find(66), offer.Find(67)]);
        Assert.Equal([text, [3]], [offer.Find(119), offer.Find(DhcpOption.Overload)]);

        request.Add(DhcpOption.MaximumMessageSize, [1500 >> 8, 1500 & 255]);
        offer = DhcpPacket.Parse(bytes = Answer(request)!.Message, out _)!;
        Assert.Equal([text, text[..100], null], [offer.Find(119), offer.Find(66), offer.Find(DhcpOption.Overload)]);
        Assert.Equal([82, 4, 1, 2, 0xab, 0xcd, 255], bytes[^7..]);
    }

    [Fact]
    public void A_client_whose_reservation_is_new_moves_there()
    {
        Bind(1);
        settings = settings with { Reservations = new Dictionary<string, uint> { [Convert.ToHexStringLower(Hardware(1))] = First + 9 } };
        server = null;
        var before = leases!.All.ToArray();
        leases = new(settings, clock, journal: null, before);

        Bind(1);

        Assert.Equal((LeaseState.Released, LeaseState.Bound), (leases.At(First)!.State, leases.At(First + 9)!.State));
    }

    [Fact]
    public void Whoever_only_collects_offers_keeps_nobody_from_an_address()
    {
        for (int i = 100; i < 5_100; i++)
        {
            Assert.NotNull(Answer(From(i, DhcpMessageType.Discover)));
        }

        uint offered = Ask(From(1, DhcpMessageType.Discover)).YourAddress;
        for (int i = 100; i < 5_100; i++)
        {
            Answer(From(i, DhcpMessageType.Discover));
        }

        Assert.Equal((DhcpMessageType.Ack, offered), Kind(From(1, DhcpMessageType.Request, chosen: Server, wanted: offered)));
        Assert.Equal(60, leases!.All.Count);
    }

    [Fact]
    public void Whoever_declines_everything_leaves_most_of_the_pool()
    {
        for (int i = 1; i <= 300; i++)
        {
            uint address = Ask(From(i, DhcpMessageType.Discover)).YourAddress;
            Answer(From(i, DhcpMessageType.Decline, chosen: Server, wanted: address));
        }

        Assert.Equal(15, leases!.All.Count(lease => lease.State == LeaseState.Declined));
    }

    [Fact]
    public void A_port_of_a_relay_gets_so_many_addresses_whatever_stations_it_makes_up()
    {
        settings = settings with { AddressesPerPort = 3 };
        DhcpPacket Behind(int client, byte port)
        {
            var request = From(client, DhcpMessageType.Discover, relay: Other);
            request.Add(DhcpOption.RelayAgent, [1, 1, port, 2, 1, (byte)client]);
            return request;
        }

        Assert.Equal(3, Enumerable.Range(1, 50).Count(i => Answer(Behind(i, 7)) is not null));
        Assert.NotNull(Answer(Behind(60, 8)));
        Assert.NotNull(Answer(Behind(1, 7)));
    }

    [Fact]
    public void A_full_pool_gives_the_address_whose_lease_ended_first()
    {
        settings = settings with { Pools = [DhcpPool.Parse("10.20.0.1-10.20.7.250/16")!] };
        for (int i = 1; i <= 2042; i++)
        {
            Bind(i);
            clock.Turn(TimeSpan.FromSeconds(1));
        }

        Assert.Null(Answer(From(5000, DhcpMessageType.Discover)));
        clock.Turn(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(2040));
        Assert.Equal(0x0a140001u, Ask(From(5000, DhcpMessageType.Discover)).YourAddress);
    }

    [Fact]
    public void Who_has_an_address_is_told_the_rest()
    {
        var reply = Answer(From(1, DhcpMessageType.Inform, has: 0x0a141ec8), 0x0a141ec8, wasBroadcast: false)!;
        var ack = DhcpPacket.Parse(reply.Message, out _)!;

        Assert.Equal((0x0a141ec8u, DhcpMessageType.Ack, 0u), (reply.Address, ack.Type, ack.YourAddress));
        Assert.Null(ack.Find(DhcpOption.LeaseTime));
        Assert.Equal(Server, ack.FindNumber(DhcpOption.DomainNameServer));
    }

    [Fact]
    public void A_reserved_address_is_for_its_client_only()
    {
        settings = settings with { Reservations = new Dictionary<string, uint> { ["020000000009"] = First } };

        Assert.Equal(First + 1, Ask(From(1, DhcpMessageType.Discover)).YourAddress);
        Assert.Equal(First, Ask(From(9, DhcpMessageType.Discover)).YourAddress);
    }

    [Fact]
    public void One_client_cannot_take_all_addresses()
    {
        int got = 0;
        for (byte i = 0; i < 40; i++)
        {
            var request = From(1, DhcpMessageType.Discover);
            request.Add(DhcpOption.ClientIdentifier, [0, i]);
            got += Answer(request) is null ? 0 : 1;
        }

        Assert.Equal(settings.AddressesPerClient, got);
    }

    [Fact]
    public void Who_talks_too_much_waits_for_the_next_second()
    {
        int answered = Enumerable.Range(0, 200).Count(_ => Answer(From(1, DhcpMessageType.Discover)) is not null);
        Assert.Equal(settings.MessagesPerSecond, answered);
        Assert.NotNull(Answer(From(2, DhcpMessageType.Discover)));
        clock.Turn(TimeSpan.FromSeconds(1));
        Assert.NotNull(Answer(From(1, DhcpMessageType.Discover)));
    }

    [Fact]
    public void Whatever_comes_it_stays_up()
    {
        var random = new Random(7);
        byte[] good = From(1, DhcpMessageType.Discover).Encode();
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = i % 2 == 0 ? good[..random.Next(good.Length + 1)] : new byte[random.Next(600)];
            if (i % 2 == 1)
            {
                random.NextBytes(bytes);
            }

            for (int n = random.Next(8); n > 0 && bytes.Length > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            clock.Turn(TimeSpan.FromMilliseconds(40));
            Start().Answer(bytes, (uint)random.Next(), random.Next(2) == 0);
        }

        Assert.True(leases!.All.Count <= 60);
        clock.Turn(TimeSpan.FromDays(2));
        Assert.Equal(DhcpMessageType.Offer, Ask(From(1, DhcpMessageType.Discover)).Type);
    }

    void Bind(int client)
    {
        uint address = Ask(From(client, DhcpMessageType.Discover)).YourAddress;
        Assert.Equal((DhcpMessageType.Ack, address), Kind(From(client, DhcpMessageType.Request, chosen: Server, wanted: address)));
    }

    (DhcpMessageType Type, uint Address) Kind(DhcpPacket request) => Ask(request) is var reply ? (reply.Type, reply.YourAddress) : default;

    DhcpPacket Ask(DhcpPacket request) => DhcpPacket.Parse(Answer(request)!.Message, out _)!;

    DhcpReply? Answer(DhcpPacket request, uint source = 0, bool wasBroadcast = true) => Start().Answer(request.Encode(), source, wasBroadcast);

    DhcpServer Start()
    {
        leases ??= new(settings, clock);
        return server ??= new(settings, new(settings, leases), clock, new TestScreen());
    }

    static byte[] Hardware(int client)
    {
        byte[] hardware = new byte[6];
        BinaryPrimitives.WriteInt32BigEndian(hardware.AsSpan(2), client);
        hardware[0] = 2;
        return hardware;
    }

    static DhcpPacket From(int client, DhcpMessageType type, uint? chosen = null, uint? wanted = null, uint has = 0, uint relay = 0, ushort flags = 0)
    {
        byte[] hardware = Hardware(client);
        var packet = new DhcpPacket { Operation = DhcpMessage.Request, HardwareAddress = hardware, TransactionId = 0x12345678, ClientAddress = has, Relay = relay, Flags = flags };
        packet.Add(type);
        foreach (var (code, value) in new[] { (DhcpOption.ServerIdentifier, chosen), (DhcpOption.RequestedAddress, wanted) })
        {
            if (value is { } number)
            {
                packet.Add(code, number);
            }
        }

        return packet;
    }
}
