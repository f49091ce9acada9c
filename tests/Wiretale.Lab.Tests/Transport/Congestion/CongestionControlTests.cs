using Wiretale.Lab.Transport;
using Wiretale.Lab.Transport.Congestion;

namespace Wiretale.Lab.Tests.Transport.Congestion;

public class CongestionControlTests
{
    const int Packet = 1200;
    static readonly TimeSpan way = TimeSpan.FromMilliseconds(100);
    readonly RoundTrip roundTrip = new();
    TimeSpan now = TimeSpan.FromSeconds(1);

    public CongestionControlTests() => roundTrip.Measured(way, default);

    [Theory]
    [InlineData(CongestionKind.NewReno)]
    [InlineData(CongestionKind.Cubic)]
    public void Slow_start_doubles_the_window_each_round_trip(CongestionKind kind)
    {
        var control = Create(kind);
        Assert.Equal(10 * Packet, control.Window);
        Round(control);
        Assert.Equal(20 * Packet, control.Window);
        Round(control);
        Assert.Equal(40 * Packet, control.Window);
    }

    [Fact]
    public void NewReno_halves_and_then_adds_a_packet_each_round_trip()
    {
        var control = Create(CongestionKind.NewReno);
        Round(control, times: 3);
        Assert.True(Lose(control));
        Assert.Equal(40 * Packet, control.Window);
        Round(control);
        Assert.Equal(41 * Packet, control.Window);
        Round(control, times: 9);
        Assert.Equal(50 * Packet, control.Window);
    }

    [Theory]
    [InlineData(CongestionKind.NewReno, 0.5)]
    [InlineData(CongestionKind.Cubic, 0.7)]
    [InlineData(CongestionKind.Fixed, 1)]
    public void Losses_of_one_round_trip_count_once(CongestionKind kind, double left)
    {
        var control = Create(kind);
        long before = control.Window;
        var sent = now;
        now += way;
        Assert.True(control.Lost(sent, now, roundTrip));
        Assert.False(control.Lost(sent + TimeSpan.FromMilliseconds(50), now + TimeSpan.FromMilliseconds(40), roundTrip));
        Assert.Equal(before * left, control.Window, tolerance: 1);
        Assert.Equal(1, control.Reductions);
        now += TimeSpan.FromMilliseconds(1);
        Assert.True(control.Lost(now, now + way, roundTrip));
        Assert.Equal(before * left * left, control.Window, tolerance: 2);
    }

    [Theory]
    [InlineData(CongestionKind.NewReno)]
    [InlineData(CongestionKind.Cubic)]
    public void What_was_no_loss_is_taken_back(CongestionKind kind)
    {
        var control = Create(kind);
        Round(control, times: 2);
        long before = control.Window;
        Lose(control);
        Assert.True(control.Window < before);
        control.Undo();
        Assert.Equal(before, control.Window);
        Assert.True(control.IsSlowStart);
        control.Undo();
        Assert.Equal(1, control.Undone);
    }

    [Theory]
    [InlineData(CongestionKind.NewReno)]
    [InlineData(CongestionKind.Cubic)]
    [InlineData(CongestionKind.Vegas)]
    public void The_window_never_falls_below_two_packets(CongestionKind kind)
    {
        var control = Create(kind);
        for (int i = 0; i < 50; i++)
        {
            now += way;
            Lose(control);
        }

        Assert.Equal(2 * Packet, control.Window);
        control.PersistentlyCongested();
        Assert.Equal(2 * Packet, control.Window);
    }

    [Fact]
    public void A_window_that_is_not_used_does_not_grow()
    {
        var control = Create(CongestionKind.Cubic);
        for (int i = 0; i < 100; i++)
        {
            control.Acknowledged(Packet, now, now + way, roundTrip, limited: false);
        }

        Assert.Equal(10 * Packet, control.Window);
    }

    [Fact]
    public void Cubic_follows_its_curve()
    {
        // RFC 9438 section 4.2: from 700 back to 1000 packets in K = cbrt(300 / 0.4) seconds, flat there, then beyond.
        var control = Create(CongestionKind.Cubic);
        while (control.Window < 1000 * Packet)
        {
            control.Acknowledged(Packet, now, now, roundTrip, limited: true);
        }

        Lose(control);
        Assert.Equal(700, Packets(control), tolerance: 1);
        double k = Math.Cbrt(300 / 0.4);
        var began = now;
        foreach (double t in new[] { 1, 3, 5, k, 12, 15 })
        {
            while (now < began + TimeSpan.FromSeconds(t))
            {
                Round(control);
            }

            double expected = (0.4 * Math.Pow((now - began).TotalSeconds - k, 3)) + 1000;
            Assert.InRange(Packets(control), expected * 0.97, expected * 1.03);
        }
    }

    [Fact]
    public void Cubic_is_as_fast_as_Reno_where_that_is_faster()
    {
        // RFC 9438 section 4.3: with few packets on a short path; alpha is 0.53 packets a round trip until the old window is reached.
        roundTrip.Measured(TimeSpan.FromMilliseconds(1), default);
        var control = Create(CongestionKind.Cubic);
        Lose(control);
        double before = Packets(control);
        Round(control, times: 4);
        Assert.Equal(before + (4 * 0.53), Packets(control), tolerance: 0.2);
    }

    [Fact]
    public void Vegas_keeps_a_few_packets_waiting()
    {
        // A path that carries 50 packets in 100 ms; what is beyond waits.
        var control = Create(CongestionKind.Vegas);
        for (int i = 0; i < 300; i++)
        {
            double packets = Packets(control);
            var time = new RoundTrip();
            time.Measured(way * Math.Max(1, packets / 50), default);
            for (int n = 0; n < packets; n++)
            {
                control.Acknowledged(Packet, now, now + time.Latest, time, limited: true);
            }

            now += time.Latest + TimeSpan.FromMilliseconds(1);
        }

        Assert.InRange(Packets(control), 50, 56);
        Assert.Equal(0, control.Reductions);
    }

    [Fact]
    public void Vegas_takes_losses_for_congestion_only_when_there_are_many()
    {
        var control = Create(CongestionKind.Vegas);
        for (int i = 0; i < 2000; i++)
        {
            now += TimeSpan.FromMilliseconds(1);
            if (i % 20 == 0)
            {
                Assert.False(control.Lost(now - way, now, roundTrip));
            }
            else
            {
                control.Acknowledged(Packet, now - way, now, roundTrip, limited: false);
            }
        }

        int more = 0;
        while (!Lose(control) && more < 100)
        {
            more++;
        }

        Assert.InRange(more, 5, 50);
        Assert.Equal(10 * Packet * 0.8, control.Window, tolerance: 1);
    }

    static CongestionControl Create(CongestionKind kind) => CongestionControl.Create(kind, Packet, 32);

    static double Packets(CongestionControl control) => (double)control.Window / Packet;

    void Round(CongestionControl control, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            var sent = now;
            now += way;
            for (long left = control.Window / Packet; left > 0; left--)
            {
                control.Acknowledged(Packet, sent, now, roundTrip, limited: true);
            }
        }
    }

    bool Lose(CongestionControl control)
    {
        var sent = now;
        now += TimeSpan.FromMilliseconds(1);
        bool counts = control.Lost(sent, now, roundTrip);
        now += TimeSpan.FromMilliseconds(1);
        return counts;
    }
}
