namespace Wiretale.Lab.Transport.Congestion;

/// <summary>
/// Keeps a few packets waiting on the path and no more, as the delay tells (Brakmo and Peterson, 1995). Losses while nothing waits are no
/// congestion (as in Veno: Fu and Liew, 2003), unless there are so many of them that the path may have no room to let anything wait. Who
/// comes later would take the others' waiting packets for a part of the path, and never get his share; so who has not seen the shortest
/// time for long makes way for a moment and measures anew, as in BBR.
/// </summary>
sealed class Vegas(int datagram) : CongestionControl(datagram)
{
    /// <summary>Packets that shall wait on the path: at least, at most, and in slow start.</summary>
    const double Alpha = 2, Beta = 4, Gamma = 1;

    /// <summary>It grows by such a part of itself in a round trip at most.</summary>
    const int FastestGrowth = 8;

    /// <summary>Round trips for which it makes way.</summary>
    const int RoundsAside = 2;

    /// <summary>Packets with which it goes on meanwhile.</summary>
    const int PacketsAside = 4;

    /// <summary>Part of the packets that may get lost while nothing waits.</summary>
    const double Tolerated = 0.125;

    /// <summary>Packets over which that part is averaged, about.</summary>
    const double Memory = 256;

    static readonly TimeSpan period = TimeSpan.FromSeconds(10);

    /// <summary>Delay that computers make themselves, by timers and by doing other things first: it says nothing of the path.</summary>
    static readonly TimeSpan noise = TimeSpan.FromMilliseconds(2);

    /// <summary>A delay in slow start that is no noise is an eighth of the round trip, within these bounds (RFC 9406 section 4.2).</summary>
    static readonly TimeSpan leastDelay = TimeSpan.FromMilliseconds(4), mostDelay = TimeSpan.FromMilliseconds(16);

    TimeSpan roundSince, leastAt, least = TimeSpan.MaxValue, leastOfRound = TimeSpan.MaxValue, lastRound = TimeSpan.MaxValue;
    int aside, clear;
    long windowBefore;
    double lost;

    /// <summary>Packets that wait on the path: what is sent in a round trip beyond what fits into it when nothing waits.</summary>
    double Waiting(TimeSpan roundTrip) =>
        roundTrip == TimeSpan.MaxValue || roundTrip - noise <= least ? 0 : (double)Window / Datagram * ((roundTrip - least - noise) / roundTrip);

    /// <inheritdoc />
    protected override void Observe(int bytes, TimeSpan sentAt, TimeSpan now, RoundTrip roundTrip)
    {
        lost -= lost / Memory;
        var measured = roundTrip.Latest;
        if (measured <= least)
        {
            // Also when somebody else made way: so all come to do it together, and then nothing waits.
            (least, leastAt) = (measured, now);
        }

        // The shortest of a round: jitter and late acknowledgements only add.
        leastOfRound = measured < leastOfRound ? measured : leastOfRound;
        if (sentAt >= roundSince)
        {
            (roundSince, lastRound, leastOfRound) = (now, leastOfRound, TimeSpan.MaxValue);
            EndRound(now);
        }
    }

    /// <inheritdoc />
    protected override bool IsCongestion()
    {
        lost += (1 - lost) / Memory;
        return lost > Tolerated || Waiting(lastRound) >= Beta;
    }

    /// <inheritdoc />
    protected override void Grow(int bytes, TimeSpan now, RoundTrip roundTrip)
    {
        if (IsSlowStart)
        {
            Window += bytes;
        }
    }

    /// <inheritdoc />
    protected override void Reduce(TimeSpan now, RoundTrip roundTrip)
    {
        EndAside();
        Leave(Waiting(lastRound) < Beta ? Window * 4 / 5 : Window * 3 / 4);
    }

    void EndRound(TimeSpan now)
    {
        if (aside > 0)
        {
            if (--aside == 0)
            {
                EndAside();
            }

            return;
        }

        double waiting = Waiting(lastRound);
        if (IsSlowStart)
        {
            if (waiting > Gamma && lastRound - least >= TimeSpan.FromTicks(Math.Clamp(least.Ticks / 8, leastDelay.Ticks, mostDelay.Ticks)))
            {
                Leave(Window * 7 / 8);
            }
        }
        else if (now - leastAt >= period)
        {
            (least, leastAt, aside, windowBefore) = (TimeSpan.MaxValue, now, RoundsAside, Window);
            Window = Math.Min(Window, PacketsAside * (long)Datagram);
        }
        else if (waiting < Alpha && IsLimiting)
        {
            // A packet more, and with each round trip in which still nothing waits one more than in the last: slow start may have ended too early.
            clear = Math.Min(clear + 1, Math.Max(1, (int)(Window / Datagram / FastestGrowth)));
            Window += clear * (long)Datagram;
        }
        else
        {
            clear = 0;
            Window = waiting > Beta ? Math.Max(Window - Datagram, LeastPackets * (long)Datagram) : Window;
        }
    }

    /// <summary>Ends slow start; a window that the delay makes smaller later does not begin it anew.</summary>
    void Leave(long window)
    {
        Threshold = LeastPackets * (long)Datagram;
        Window = Math.Max(window, Threshold);
    }

    void EndAside()
    {
        Window = Math.Max(Window, windowBefore);
        (aside, windowBefore) = (0, 0);
    }
}
