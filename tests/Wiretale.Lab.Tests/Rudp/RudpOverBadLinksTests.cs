using Wiretale.Lab.Links;
using Wiretale.Lab.Rudp;
using Wiretale.Wire;

namespace Wiretale.Lab.Tests.Rudp;

public class RudpOverBadLinksTests
{
    static readonly string[] signals = [RudpSignals.Echo, RudpSignals.Get, RudpSignals.Statistics];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    public void Every_signal_is_answered_and_acted_on_once_in_order(int loss)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            var net = new SimulatedNetwork(new()
            {
                Loss = loss / 100.0,
                Burst = loss / 1000.0,
                Duplication = loss > 0 ? 0.05 : 0,
                Reordering = loss > 0 ? 0.05 : 0,
                Delay = TimeSpan.FromMilliseconds(20),
                Jitter = loss > 0 ? TimeSpan.FromMilliseconds(5) : default,
                Seed = seed,
            });
            net.Client.Connect("Tal");
            var asked = Enumerable.Range(0, 300).Select(i => net.Client.Send(signals[i % 3], i % 3 == 0 ? $"{i}.5" : "")).ToList();
            net.RunUntil(() => asked.TrueForAll(r => r.Answer is not null) || net.Client.State == RudpState.Failed);
            var end = net.Client.Send(RudpSignals.End, RudpSignals.End);
            net.RunUntil(() => net.Client.State is RudpState.Ended or RudpState.Failed);

            Assert.Equal(RudpState.Ended, net.Client.State);
            Assert.Equal(590u, end.Id);
            Assert.Equal([.. asked.Select(r => $"Tal: {r.Name} {r.Id}"), "Tal: SIGNEND 590"], net.Acted);
            Assert.All(asked, r => Assert.True(r.Name != RudpSignals.Echo || r.Answer == r.Text));
            Assert.Equal(loss > 0, net.Faults > 0);
            Assert.True(loss > 0 || asked.TrueForAll(r => r.Tries == 1));
        }
    }

    [Fact]
    public void Corruption_leaves_nothing_hanging()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var net = new SimulatedNetwork(new() { Corruption = 0.05, Delay = TimeSpan.FromMilliseconds(5), Seed = seed });
            net.Client.Connect("Tal");
            var asked = Enumerable.Range(0, 100).Select(i => net.Client.Send(RudpSignals.Echo, "1.5")).ToList();
            net.RunUntil(() => asked.TrueForAll(r => r.Answer is not null) || net.Client.State == RudpState.Failed);
        }
    }

    [Fact]
    public void A_server_that_has_started_again_is_noticed_and_everything_is_answered()
    {
        var net = new SimulatedNetwork(new() { Delay = TimeSpan.FromMilliseconds(20) });
        net.Client.Connect("Tal");
        var before = net.Client.Send(RudpSignals.Echo, "1");
        net.RunUntil(() => before.Answer is not null);
        var onTheWay = Enumerable.Range(0, 10).Select(i => net.Client.Send(RudpSignals.Echo, $"{i}")).ToList();
        net.RestartServer();
        net.Acted.Clear();
        net.RunUntil(() => onTheWay.TrueForAll(r => r.Answer is not null));

        Assert.Equal(290u, before.Id);
        Assert.Single(net.News, n => n.What == RudpNews.ServerRestarted);
        Assert.Equal(Enumerable.Range(290, 10).Select(id => $"Tal: SIGNECHO {id}"), net.Acted);
    }

    [Fact]
    public void A_server_that_is_not_there_is_given_up()
    {
        var net = new SimulatedNetwork(new() { Loss = 1 });
        net.Client.Connect("Tal");
        net.RunUntil(() => net.Client.State == RudpState.Failed);
        Assert.Equal(RudpClient.Tries, net.Faults);
        Assert.InRange(net.Now, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));
    }
}
