using System.Net;
using Wiretale.Lab.Links;
using Wiretale.Lab.Rudp;

namespace Wiretale.Lab.Tests.Rudp;

/// <summary>A client and a server of signals with a bad link each way, in a time that only passes when nothing else is to be done.</summary>
sealed class SimulatedNetwork
{
    readonly ManualClock clock = new();
    readonly Impairment up, down;
    readonly PriorityQueue<(bool Up, byte[] Datagram), (TimeSpan, long)> onTheWay = new();
    long order;

    public SimulatedNetwork(ImpairmentOptions options)
    {
        up = new(options with { Seed = 2 * options.Seed });
        down = new(options with { Seed = (2 * options.Seed) + 1 });
        RestartServer();
        Client = new(clock);
    }

    public static IPEndPoint Here { get; } = new(IPAddress.Loopback, 40000);

    public RudpClient Client { get; }

    public RudpServer Server { get; private set; } = null!;

    public List<(RudpNews What, RudpRequest? Request)> News { get; } = [];

    /// <summary>What the server acted on, in its order.</summary>
    public List<string> Acted { get; } = [];

    public TimeSpan Now => clock.Now;

    public int Faults => up.Log.Concat(down.Log).Count(e => e.Fate != Fate.Delivered);

    public void RestartServer() => Server = new(clock, new(), (line, tone) =>
    {
        if (tone == Tone.Plain)
        {
            Acted.Add(line);
        }
    });

    /// <summary>Lets time pass until something is so.</summary>
    public void RunUntil(Func<bool> isSo)
    {
        while (true)
        {
            Flush();
            if (isSo())
            {
                return;
            }

            var due = Client.UntilTick() is { } wait ? clock.Now + wait : TimeSpan.MaxValue;
            if (onTheWay.TryPeek(out _, out var first) && first.Item1 <= due)
            {
                clock.Now = Max(clock.Now, first.Item1);
                var (isUp, datagram) = onTheWay.Dequeue();
                if (isUp)
                {
                    Server.Receive(Here, datagram);
                }
                else
                {
                    Client.Receive(datagram);
                }
            }
            else
            {
                Assert.True(due < TimeSpan.FromHours(1), $"nothing more happens; the client is {Client.State}, {Client.Unanswered} unanswered");
                clock.Now = due;
                Client.Tick();
            }
        }
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    void Flush()
    {
        while (Server.TryTakeRequest(out var request))
        {
            Server.Answer(request, FileList.Join(["50MB.zip", "task2.pdf"]));
        }

        while (Client.TryTakeOutgoing(out byte[]? datagram))
        {
            Pass(up, isUp: true, datagram);
        }

        while (Server.TryTakeOutgoing(out var answer))
        {
            Pass(down, isUp: false, answer.Datagram);
        }

        while (Client.TryTakeNews(out var item))
        {
            News.Add(item);
        }
    }

    void Pass(Impairment way, bool isUp, byte[] datagram)
    {
        foreach (var (at, copy) in way.Pass(clock.Now, datagram))
        {
            onTheWay.Enqueue((isUp, copy), (at, order++));
        }
    }
}
