using System.Text;
using Wiretale.Lab.Rudp;

namespace Wiretale.Lab.Tests.Rudp;

public class RudpClientTests
{
    readonly ManualClock clock = new();
    readonly RudpClient client;

    public RudpClientTests() => client = new(clock);

    [Fact]
    public void A_full_window_is_waited_for()
    {
        Connect();
        client.Send("SIGNECHO", "a");
        Assert.Equal(["SIGNECHO:290;a"], Sent());
        Receive("SIGNFULL");
        client.Send("SIGNECHO", "b");
        Assert.Empty(Sent());
        Receive("ECHOREPLY:290;a");
        Assert.Equal(["SIGNECHO:291;b"], Sent());
    }

    [Fact]
    public void No_more_than_a_window_is_on_the_way()
    {
        Connect();
        for (int i = 0; i < 100; i++)
        {
            client.Send("SIGNSTAT");
        }

        Assert.Equal(64, Sent().Length);
        Receive("STATREPLY:291;x");
        Assert.Empty(Sent());
        Receive("STATREPLY:290;x");
        Assert.Equal(["SIGNSTAT:354", "SIGNSTAT:355"], Sent());
    }

    [Fact]
    public void The_timer_repeats_and_doubles()
    {
        Connect();
        client.Send("SIGNECHO", "a");
        var waits = new List<double>();
        for (int i = 0; i < 5; i++)
        {
            Sent();
            var wait = client.UntilTick()!.Value;
            waits.Add(wait.TotalMilliseconds);
            clock.Turn(wait);
            client.Tick();
            Assert.Equal(["SIGNECHO:290;a"], Sent());
        }

        // The greeting took no time, so the shortest wait is the first one.
        Assert.Equal([200, 400, 800, 1600, 2000], waits);
    }

    [Fact]
    public void What_is_lost_is_sent_again_once_for_all_complaints()
    {
        Connect();
        clock.Turn(TimeSpan.FromMilliseconds(100));
        client.Send("SIGNECHO", "a");
        client.Send("SIGNECHO", "b");
        clock.Turn(TimeSpan.FromMilliseconds(100));
        Receive("ECHOREPLY:291;b");
        Sent();
        Receive("SIGNLOST:290");
        Receive("SIGNLOST:290");
        Assert.Equal(["SIGNECHO:290;a"], Sent());
    }

    [Theory]
    [InlineData("ACKGET:290;x")]
    [InlineData("ECHOREPLY:291;a")]
    [InlineData("ECHOREPLY")]
    [InlineData("ACKEND")]
    [InlineData("SIGNECHO:290;a")]
    [InlineData("\u001b[2J")]
    public void What_answers_nothing_is_no_answer(string text)
    {
        Connect();
        var request = client.Send("SIGNECHO", "a");
        Receive(text);
        Assert.Null(request.Answer);
        Assert.Equal(RudpState.Connected, client.State);
        Receive("ECHOREPLY:290;a");
        Assert.Equal("a", request.Answer);
    }

    void Connect()
    {
        client.Connect("Tal");
        Assert.Equal(["SIGNEW:Tal"], Sent());
        Receive("SIGNACK");
    }

    void Receive(string text) => client.Receive(Encoding.UTF8.GetBytes(text));

    string[] Sent()
    {
        var sent = new List<string>();
        while (client.TryTakeOutgoing(out byte[]? datagram))
        {
            sent.Add(Encoding.UTF8.GetString(datagram));
        }

        return [.. sent];
    }
}
