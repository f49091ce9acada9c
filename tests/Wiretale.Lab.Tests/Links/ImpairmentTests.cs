using Wiretale.Lab.Links;

namespace Wiretale.Lab.Tests.Links;

public class ImpairmentTests
{
    [Fact]
    public void A_good_link_changes_nothing()
    {
        Assert.Equal(Enumerable.Range(0, 100).Select(i => TimeSpan.FromMilliseconds(i)), Pass(new(), 100).Select(arrivals => Assert.Single(arrivals).At));
    }

    [Theory]
    [InlineData(0.2, 0)]
    [InlineData(0, 0.05)]
    public void Loss_is_as_large_as_asked_and_the_same_for_the_same_seed(double loss, double burst)
    {
        var options = new ImpairmentOptions { Loss = loss, Burst = burst, Seed = 7 };
        bool[] lost = [.. Pass(options, 20_000).Select(a => a.Count == 0)];
        Assert.Equal(lost, Pass(options, 20_000).Select(a => a.Count == 0));

        // Time in the bad state of a Markov chain: 4 datagrams of each burst, 1/p between two of them.
        double expected = loss > 0 ? loss : 4 / (4 + (1 / burst));
        Assert.InRange(lost.Count(l => l) / 20_000.0, expected - 0.015, expected + 0.015);
        int[] runs = [.. string.Concat(lost.Select(l => l ? 'x' : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(run => run.Length)];
        Assert.InRange(runs.Average(), burst > 0 ? 3.6 : 1.15, burst > 0 ? 4.4 : 1.35);
    }

    [Fact]
    public void A_burst_may_let_some_through()
    {
        int lost = Pass(new() { Burst = 1, BurstLength = 1e9, BurstLoss = 0.5 }, 10_000).Count(a => a.Count == 0);
        Assert.InRange(lost, 4800, 5200);
    }

    [Fact]
    public void What_is_too_long_for_the_path_is_lost()
    {
        var impairment = new Impairment(new() { LongestDatagram = 100 });
        Assert.Single(impairment.Pass(default, new byte[100]));
        Assert.Empty(impairment.Pass(default, new byte[101]));
        Assert.Equal(Fate.TooLong, impairment.Last.Fate);
    }

    [Fact]
    public void Copies_delays_and_turned_bits_are_in_the_log()
    {
        var impairment = new Impairment(new() { Duplication = 0.1, Corruption = 0.1, Reordering = 0.1, Delay = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(5) });
        byte[] sent = new byte[32];
        for (int i = 0; i < 5000; i++)
        {
            var arrivals = impairment.Pass(TimeSpan.FromMilliseconds(i), sent);
            var fate = impairment.Last.Fate;
            Assert.Equal(fate.HasFlag(Fate.Duplicated) ? 2 : 1, arrivals.Count);
            Assert.Equal(fate.HasFlag(Fate.Corrupted) ? 1 : 0, arrivals[0].Datagram.Sum(b => System.Numerics.BitOperations.PopCount(b)));
            double late = (arrivals[0].At - TimeSpan.FromMilliseconds(i)).TotalMilliseconds;
            Assert.InRange(late, fate.HasFlag(Fate.Reordered) ? 55 : 15, fate.HasFlag(Fate.Reordered) ? 65 : 25);
        }

        Assert.Equal(5000, impairment.Log.Count);
        Assert.All((Fate[])[Fate.Duplicated, Fate.Corrupted, Fate.Reordered], f => Assert.InRange(impairment.Log.Count(e => e.Fate.HasFlag(f)), 400, 600));
    }

    [Fact]
    public void A_line_of_limited_rate_has_a_queue_and_the_queue_an_end()
    {
        var impairment = new Impairment(new() { Rate = 1000, Queue = 500 });
        var arrivals = Enumerable.Range(0, 10).Select(_ => impairment.Pass(default, new byte[100])).ToList();
        Assert.Equal([100, 200, 300, 400, 500], arrivals.SelectMany(a => a).Select(a => a.At.TotalMilliseconds));
        Assert.Equal(5, impairment.Log.Count(e => e.Fate == Fate.QueueFull));
        Assert.Single(impairment.Pass(TimeSpan.FromSeconds(1), new byte[100]));
    }

    static List<IReadOnlyList<(TimeSpan At, byte[] Datagram)>> Pass(ImpairmentOptions options, int count)
    {
        var impairment = new Impairment(options);
        return [.. Enumerable.Range(0, count).Select(i => impairment.Pass(TimeSpan.FromMilliseconds(i), [1, 2, 3]))];
    }
}
