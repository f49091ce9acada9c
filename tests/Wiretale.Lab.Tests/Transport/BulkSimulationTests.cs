using Wiretale.Lab.Links;
using Wiretale.Lab.Transport;
using Wiretale.Lab.Transport.Congestion;

namespace Wiretale.Lab.Tests.Transport;

/// <summary>Whole connections over bad links, in simulated time.</summary>
public class BulkSimulationTests
{
    static readonly TimeSpan hours = TimeSpan.FromHours(3);
    static readonly ImpairmentOptions good = new() { Delay = TimeSpan.FromMilliseconds(20), Rate = 12_500_000, Queue = 500_000 };

    public static TheoryData<CongestionKind, int> Links
    {
        get
        {
            var all = new TheoryData<CongestionKind, int>();
            foreach (var kind in Enum.GetValues<CongestionKind>())
            {
                foreach (int loss in (int[])[0, 1, 5, 10, 20])
                {
                    all.Add(kind, loss);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void Everything_arrives_intact(CongestionKind kind, int loss)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            var flow = Fetch(kind, 3_000_000, good with { Loss = loss / 100.0, Seed = seed });
            Assert.True(flow.IsIntact, $"seed {seed}: {flow.Connection!.Failure}");
            Assert.Null(flow.Connection.Failure);
            Assert.Equal(BulkState.Closed, flow.Connection.State);
        }
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void Everything_arrives_intact_with_bursts_copies_overtaking_and_turned_bits(CongestionKind kind, int loss)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            var flow = Fetch(kind, 2_000_000, good with
            {
                Loss = loss / 100.0,
                Burst = 0.003,
                BurstLength = 6,
                Duplication = 0.05,
                Reordering = 0.05,
                Corruption = 0.02,
                Jitter = TimeSpan.FromMilliseconds(5),
                Seed = seed,
            });
            Assert.True(flow.IsIntact, $"seed {seed}: {flow.Connection!.Failure}");
            Assert.True(flow.Connection!.Statistics.Duplicates > 0);
        }
    }

    [Theory]
    [InlineData(CongestionKind.NewReno, 0.8)]
    [InlineData(CongestionKind.Cubic, 0.8)]
    [InlineData(CongestionKind.Vegas, 0.7)]
    public void A_good_line_is_filled(CongestionKind kind, double part)
    {
        var flow = Fetch(kind, 20_000_000, good);
        Assert.InRange(flow.Bytes / flow.Ended!.Value.TotalSeconds, part * good.Rate, good.Rate);
    }

    [Theory]
    [InlineData(CongestionKind.Fixed)]
    [InlineData(CongestionKind.NewReno)]
    [InlineData(CongestionKind.Cubic)]
    [InlineData(CongestionKind.Vegas)]
    public void Two_share_a_line_fairly_also_when_one_comes_later(CongestionKind kind)
    {
        var way = good with { Rate = 1_250_000, Queue = 100_000 };
        var simulation = new BulkSimulation(new() { Congestion = kind, FixedWindow = 64 }, way, way with { Seed = 1 });
        var first = simulation.Add(1_000_000_000);
        var second = simulation.Add(1_000_000_000, begins: TimeSpan.FromSeconds(5));
        simulation.Run(TimeSpan.FromSeconds(10));
        var (firstBefore, secondBefore) = (first.Received, second.Received);
        simulation.Run(TimeSpan.FromSeconds(70));
        double a = first.Received - firstBefore, b = second.Received - secondBefore;

        // Jain's index: 1 for equal shares, a half when one has everything.
        Assert.InRange((a + b) * (a + b) / (2 * ((a * a) + (b * b))), 0.95, 1);
        Assert.InRange((a + b) / 60, 0.85 * way.Rate, way.Rate);
    }

    [Fact]
    public void Overtaking_alone_does_not_make_the_window_small()
    {
        var flow = Fetch(CongestionKind.Cubic, 20_000_000, good with { Reordering = 0.01, Jitter = TimeSpan.FromMilliseconds(3) });
        Assert.InRange(flow.Bytes / flow.Ended!.Value.TotalSeconds, 0.4 * good.Rate, good.Rate);
    }

    [Theory]
    [InlineData(1472)]
    [InlineData(1350)]
    [InlineData(1200)]
    public void The_path_decides_how_long_datagrams_are(int longest)
    {
        var simulation = new BulkSimulation(new(), good with { LongestDatagram = longest }, good);
        var flow = simulation.Add(20_000_000);
        simulation.Run(hours);
        Assert.True(flow.IsIntact);
        Assert.InRange(simulation.Log.Where(e => e.Fate == Fate.Delivered).Max(e => e.Length), longest - 8, longest);
        Assert.InRange(simulation.Log.Count(e => e.Fate == Fate.TooLong), longest < 1472 ? 1 : 0, longest < 1472 ? 30 : 0);
    }

    [Fact]
    public void A_server_that_is_not_there_is_given_up()
    {
        var simulation = new BulkSimulation(new(), good with { Loss = 1 }, good);
        var flow = simulation.Add(1000);
        simulation.Run(hours);
        Assert.Equal("no answer", flow.Connection!.Failure);
        Assert.InRange(simulation.Now, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Small_and_empty_answers_end_in_good_order(long bytes)
    {
        var flow = Fetch(CongestionKind.Cubic, bytes, good);
        Assert.True(flow.IsIntact);
        Assert.Null(flow.Connection!.Failure);

        // Hello and Retry, Hello and Accept, question and answer: three round trips.
        Assert.InRange(flow.Ended!.Value, TimeSpan.FromMilliseconds(120), TimeSpan.FromMilliseconds(130));
    }

    [Fact]
    public void The_same_seed_is_the_same_course()
    {
        Assert.Equal(Course(), Course());

        static string Course()
        {
            ulong number = 0;
            var simulation = new BulkSimulation(new() { Random = () => ++number * 7919 }, good with { Loss = 0.05, Seed = 5 }, good with { Loss = 0.05, Seed = 6 });
            simulation.Add(300_000);
            simulation.Run(hours);
            return string.Join('\n', simulation.Log);
        }
    }

    static BulkSimulation.Flow Fetch(CongestionKind kind, long bytes, ImpairmentOptions way)
    {
        var simulation = new BulkSimulation(new() { Congestion = kind, Idle = TimeSpan.FromMinutes(2) }, way, way with { Seed = way.Seed + 1000 });
        var flow = simulation.Add(bytes);
        simulation.Run(hours);
        Assert.True(flow.IsOver);
        return flow;
    }
}
