using System.Net;
using System.Text;
using Wiretale.Lab.Rudp;

namespace Wiretale.Lab.Tests.Rudp;

public class RudpServerTests
{
    static readonly IPEndPoint tal = new(IPAddress.Parse("10.20.30.51"), 49152);

    readonly ManualClock clock = new();
    readonly RudpServer server;

    public RudpServerTests() => server = new(clock, new());

    [Fact]
    public void The_datagrams_are_those_of_the_course()
    {
        Assert.Equal(["SIGNACK"], Say("SIGNEW:Tal"));
        Assert.Equal(["ECHOREPLY:290;1682672342.8043187"], Say("SIGNECHO:290;1682672342.8043187"));
        clock.Now = TimeSpan.FromSeconds(18.77);
        Assert.Equal(["STATREPLY:291;Packets sent: 2\nPackets lost: 0\nConnected time: 18.77 seconds"], Say("SIGNSTAT:291"));
        Assert.Empty(Say("SIGNGET:292;SIGNGET"));
        Assert.True(server.TryTakeRequest(out var request));
        server.Answer(request, FileList.Join(["50MB.zip", "100MB.zip", "500MB.zip", "image-site.png", "task2.pdf"]));
        Assert.Equal(["ACKGET:292;50MB.zip;100MB.zip;500MB.zip;image-site.png;task2.pdf;"], Sent());
        Assert.Equal(["ACKEND"], Say("SIGNEND:293;SIGNEND"));
    }

    [Fact]
    public void A_gap_is_said_and_counted_and_what_came_ahead_waits()
    {
        Say("SIGNEW:Tal");
        Assert.Equal(["SIGNLOST:290"], Say("SIGNECHO:291;b"));
        Assert.Equal(["SIGNLOST:290"], Say("SIGNECHO:291;b"));
        Assert.Equal(["ECHOREPLY:290;a", "ECHOREPLY:291;b"], Say("SIGNECHO:290;a"));
        Assert.Contains("Packets lost: 1\n", Assert.Single(Say("SIGNSTAT:292")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_is_answered_again_and_not_acted_on()
    {
        Say("SIGNEW:Tal");
        Say("SIGNGET:290;SIGNGET");
        Assert.True(server.TryTakeRequest(out var request));
        Assert.Empty(Say("SIGNGET:290;SIGNGET"));
        server.Answer(request, "a;");
        Assert.Equal(["ACKGET:290;a;"], Sent());
        Assert.Equal(["ACKGET:290;a;"], Say("SIGNGET:290;SIGNGET"));
        Assert.False(server.TryTakeRequest(out _));
        Say("SIGNEND:291;SIGNEND");
        Assert.Equal(["ACKEND"], Say("SIGNEND:291;SIGNEND"));
    }

    [Fact]
    public void The_65th_without_an_answer_finds_the_window_full()
    {
        Say("SIGNEW:Tal");
        var requests = new List<ListRequest>();
        for (int id = 290; id < 290 + 64; id++)
        {
            Assert.Empty(Say($"SIGNGET:{id};SIGNGET"));
            Assert.True(server.TryTakeRequest(out var request));
            requests.Add(request);
        }

        Assert.Equal(["SIGNFULL"], Say("SIGNECHO:354;x"));
        server.Answer(requests[0], "a;");
        Sent();
        Assert.Equal(["ECHOREPLY:354;x"], Say("SIGNECHO:354;x"));
    }

    [Fact]
    public void A_client_that_has_started_again_begins_anew()
    {
        Say("SIGNEW:Tal");
        Say("SIGNECHO:290;1");
        Say("SIGNECHO:291;2");

        // At once: the same greeting may be a late copy, what follows shows that it is not.
        Assert.Equal(["SIGNACK"], Say("SIGNEW:Tal"));
        Assert.Equal(["ECHOREPLY:290;1"], Say("SIGNECHO:290;1"));
        Assert.Equal(["ECHOREPLY:291;9"], Say("SIGNECHO:291;9"));
        Assert.Equal(["ECHOREPLY:292;3"], Say("SIGNECHO:292;3"));

        // Later, and under another name.
        clock.Now = TimeSpan.FromSeconds(10);
        Say("SIGNEW:Tal");
        Assert.Equal(["ECHOREPLY:290;5"], Say("SIGNECHO:290;5"));
        Say("SIGNEW:A");
        Assert.Equal(["ECHOREPLY:66;5"], Say("SIGNECHO:66;5"));
    }

    [Fact]
    public void A_late_copy_of_the_greeting_changes_nothing()
    {
        Say("SIGNEW:Tal");
        Say("SIGNECHO:290;1");
        Say("SIGNEW:Tal");
        Assert.Equal(["ECHOREPLY:291;2"], Say("SIGNECHO:291;2"));
        Assert.Equal(["ECHOREPLY:290;1"], Say("SIGNECHO:290;1"));
    }

    [Fact]
    public void Who_is_unknown_gets_no_more_than_he_sent()
    {
        Assert.Equal(["SIGNLOST:0"], Say("SIGNECHO:290;1"));
        Assert.Empty(Say("SIGNGET:1"));
        Assert.Equal(["ACKEND"], Say("SIGNEND:293;SIGNEND"));
        Assert.Equal(0, server.Sessions);
    }

    [Fact]
    public void Nobody_is_made_to_amplify()
    {
        long received = 0, sent = 0;
        string list = FileList.Join([.. Enumerable.Range(0, 100).Select(i => $"file-{i}.zip")]);
        Count("SIGNEW:Tal");
        for (int id = 290; id < 2000; id++)
        {
            // Each port of one address, and each signal as often as it likes.
            Count($"SIGNGET:{id}");
            Count($"SIGNGET:{id}");
            clock.Now += TimeSpan.FromMilliseconds(10);
        }

        var limits = new RudpLimits();
        Assert.InRange(sent, 2 * received, (limits.Amplification * received) + limits.Allowance + (limits.AllowancePerSecond * clock.Now.TotalSeconds));

        void Count(string text)
        {
            received += text.Length;
            sent += Say(text).Sum(t => t.Length);
            while (server.TryTakeRequest(out var request))
            {
                server.Answer(request, list);
                sent += Sent().Sum(t => t.Length);
            }
        }
    }

    [Fact]
    public void One_address_has_so_many_sessions_and_all_together_so_many()
    {
        for (int port = 1; port <= 200; port++)
        {
            server.Receive(new(tal.Address, port), "SIGNEW:x"u8);
        }

        Assert.Equal(new RudpLimits().SessionsOfAddress, server.Sessions);
        for (int i = 0; i < 5000; i++)
        {
            server.Receive(new(new IPAddress([10, 1, (byte)(i >> 8), (byte)i]), 1), "SIGNEW:x"u8);
        }

        Assert.Equal(new RudpLimits().Sessions, server.Sessions);

        while (server.TryTakeOutgoing(out _))
        {
            // They are the others'.
        }

        // Those who only greeted make room, and after a while all do.
        clock.Now = TimeSpan.FromMinutes(11);
        Assert.Equal(["SIGNACK"], Say("SIGNEW:Tal"));
        Assert.Equal(1, server.Sessions);
    }

    [Fact]
    public void A_full_address_makes_room_for_the_next_client_once_the_others_are_silent()
    {
        for (int port = 1; port <= new RudpLimits().SessionsOfAddress; port++)
        {
            server.Receive(new(tal.Address, port), "SIGNEW:A"u8);
            server.Receive(new(tal.Address, port), "SIGNECHO:66;x"u8);
        }

        while (server.TryTakeOutgoing(out _))
        {
            // They are the others'.
        }

        Assert.Empty(Say("SIGNEW:Tal"));
        clock.Turn(TimeSpan.FromSeconds(6));
        Assert.Equal(["SIGNACK"], Say("SIGNEW:Tal"));
        Assert.Equal(new RudpLimits().SessionsOfAddress, server.Sessions);

        // Port 1 was forgotten, and learns it.
        server.Receive(new(tal.Address, 1), "SIGNECHO:67;x"u8);
        Assert.True(server.TryTakeOutgoing(out var answer));
        Assert.Equal("SIGNLOST:0"u8, answer.Datagram);
    }

    [Fact]
    public void Too_many_signals_a_second_are_not_read()
    {
        Say("SIGNEW:Tal");
        int answered = Enumerable.Range(290, 3000).Count(id => Say($"SIGNECHO:{id};x") is [var one] && one.StartsWith("ECHO", StringComparison.Ordinal));
        Assert.InRange(answered, 900, 1000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIGNEW")]
    [InlineData("SIGNEW:")]
    [InlineData("SIGNEW:\u001b[2J")]
    [InlineData("SIGNECHO")]
    [InlineData("SIGNECHO:")]
    [InlineData("SIGNECHO:-1;x")]
    [InlineData("SIGNECHO:4294967296;x")]
    [InlineData("SIGNACK")]
    [InlineData("signew:Tal")]
    [InlineData("SIGNEWX:Tal")]
    public void What_is_no_signal_of_a_client_is_ignored(string text)
    {
        Assert.Empty(Say(text));
        Assert.Equal(1, server.Ignored);
    }

    [Fact]
    public void Random_bytes_and_torn_signals_leave_it_serving()
    {
        var random = new Random(1);
        byte[] bytes = new byte[600];
        string[] starts = ["SIGNEW:", "SIGNECHO:", "SIGNGET:", "SIGNSTAT:29", "SIGNEND:2", "SIGNLOST:1", "", ""];
        for (int i = 0; i < 300_000; i++)
        {
            int length = random.Next(bytes.Length);
            random.NextBytes(bytes.AsSpan(0, length));
            int start = Encoding.ASCII.GetBytes(starts[random.Next(starts.Length)], bytes);
            server.Receive(new(new IPAddress([10, 0, 0, (byte)random.Next(4)]), random.Next(1, 100)), bytes.AsSpan(0, Math.Max(length, random.Next(2) * start)));
            while (server.TryTakeOutgoing(out _) || server.TryTakeRequest(out _))
            {
                // Taken is enough.
            }
        }

        Assert.True(server.Sessions <= new RudpLimits().Sessions);
        Assert.Equal(["SIGNACK"], Say("SIGNEW:Tal"));
    }

    [Fact]
    public void Ids_go_round()
    {
        Assert.Equal(1, RudpSignal.Ahead(0, uint.MaxValue));
        Assert.Equal(-2, RudpSignal.Ahead(uint.MaxValue, 1));
        Assert.Equal(290u, RudpSignal.FirstOf("Tal"));

        var session = new RudpSession(tal, "x", new(tal.Address, new(), default), default, 1 << 14, uint.MaxValue);
        session.Notice(uint.MaxValue);
        session.Accept(new("SIGNSTAT", uint.MaxValue));
        Assert.Equal(0u, session.Expected);
        session.Notice(1);
        Assert.Equal(1, session.Lost);
    }

    string[] Say(string text)
    {
        server.Receive(tal, Encoding.UTF8.GetBytes(text));
        return Sent();
    }

    string[] Sent()
    {
        var sent = new List<string>();
        while (server.TryTakeOutgoing(out var datagram))
        {
            Assert.Equal(tal, datagram.To);
            sent.Add(Encoding.UTF8.GetString(datagram.Datagram));
        }

        return [.. sent];
    }
}
