namespace Wiretale.Lab.Transport;

/// <summary>Spreads packets over the round trip instead of sending a window at once (RFC 9002 section 7.7): a bucket that fills at the rate.</summary>
sealed class Pacer
{
    /// <summary>Packets that may leave at once.</summary>
    const int Burst = 10;

    /// <summary>Timers and threads come too late by some milliseconds; what was due meanwhile may leave at once, up to a quarter of a round trip.</summary>
    static readonly TimeSpan leastLate = TimeSpan.FromMilliseconds(2), mostLate = TimeSpan.FromMilliseconds(10);

    double tokens = double.MaxValue;
    TimeSpan filled;

    /// <summary>When the next packet may leave.</summary>
    /// <param name="rate">Bytes a second.</param>
    public TimeSpan NextAt(double rate, int datagram, TimeSpan roundTrip, TimeSpan now)
    {
        Fill(rate, datagram, roundTrip, now);
        return tokens >= datagram ? now : now + TimeSpan.FromTicks((long)Math.Ceiling((datagram - tokens) / rate * TimeSpan.TicksPerSecond));
    }

    /// <summary>A packet leaves.</summary>
    public void Sent(int bytes) => tokens -= bytes;

    void Fill(double rate, int datagram, TimeSpan roundTrip, TimeSpan now)
    {
        double late = Math.Clamp(roundTrip.TotalSeconds / 4, leastLate.TotalSeconds, mostLate.TotalSeconds);
        double most = Math.Max(Burst * (double)datagram, rate * late);
        tokens = Math.Min(most, tokens + (rate * (now - filled).TotalSeconds));
        filled = now;
    }
}
