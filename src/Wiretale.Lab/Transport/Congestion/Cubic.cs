namespace Wiretale.Lab.Transport.Congestion;

/// <summary>Grows as a cubic function of the time since the last loss (RFC 9438); names in the code are those of section 4.</summary>
sealed class Cubic(int datagram) : CongestionControl(datagram)
{
    const double C = 0.4, Beta = 0.7;

    double wMax, wEst, k, cwndPrior;
    TimeSpan? epochStart;
    (double WMax, double WEst, double K, double CwndPrior, TimeSpan? EpochStart) before;

    // The window in packets, with what does not make a whole byte.
    double cwnd;

    /// <inheritdoc />
    protected override void Grow(int bytes, TimeSpan now, RoundTrip roundTrip)
    {
        if (IsSlowStart)
        {
            Window += bytes;
            return;
        }

        cwnd = Math.Abs((cwnd * Datagram) - Window) < Datagram ? cwnd : (double)Window / Datagram;
        double acked = (double)bytes / Datagram;
        if (epochStart is null)
        {
            epochStart = now;
            if (cwnd < wMax)
            {
                k = Math.Cbrt((wMax - cwnd) / C);
            }
            else
            {
                (k, wMax) = (0, cwnd);
            }

            wEst = cwnd;
        }

        // Section 4.3: as fast as Reno, where that is faster; once it is back where it was, a packet a round trip.
        double alpha = wEst >= cwndPrior ? 1 : 3 * (1 - Beta) / (1 + Beta);
        wEst += alpha * acked / cwnd;
        double t = (now - epochStart.Value).TotalSeconds;
        double target = Math.Clamp(WCubic(t + roundTrip.Smoothed.TotalSeconds), cwnd, 1.5 * cwnd);
        cwnd = Math.Max(cwnd + ((target - cwnd) / cwnd * acked), WCubic(t) < wEst ? wEst : 0);
        Window = (long)(cwnd * Datagram);
    }

    /// <inheritdoc />
    protected override void Reduce(TimeSpan now, RoundTrip roundTrip)
    {
        double now1 = (double)Window / Datagram;
        // Section 4.7: who had to stop below the last limit shares the path with somebody new, and makes room.
        wMax = now1 < wMax ? now1 * (1 + Beta) / 2 : now1;
        cwndPrior = now1;
        epochStart = null;
        cwnd = Math.Max(now1 * Beta, LeastPackets);
        Window = Threshold = (long)(cwnd * Datagram);
    }

    /// <inheritdoc />
    public override void PersistentlyCongested()
    {
        Threshold = Math.Max((long)(Window * Beta), LeastPackets * (long)Datagram);
        base.PersistentlyCongested();
        epochStart = null;
    }

    /// <inheritdoc />
    protected override void Save() => before = (wMax, wEst, k, cwndPrior, epochStart);

    /// <inheritdoc />
    protected override void Restore() => (wMax, wEst, k, cwndPrior, epochStart) = before;

    double WCubic(double t) => (C * Math.Pow(t - k, 3)) + wMax;
}
