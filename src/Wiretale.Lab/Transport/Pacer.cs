namespace Wiretale.Lab.Transport;

/// <summary>Spreads packets over the round trip instead of sending a window at once (RFC 9002 section 7.7): a bucket that fills at the rate.</summary>
sealed class Pacer
{
    /// <summary>Packets that may leave at once.</summary>
    const int Burst = 10;

    /// <summary>Timers come too late by about that much; what is due by then may leave at once.</summary>
    static readonly TimeSpan tick = TimeSpan.FromMilliseconds(2);

    double tokens = double.MaxValue;
    TimeSpan filled;

    /// <summary>When the next packet may leave.</summary>
    /// <param name="rate">Bytes a second.</param>
    public TimeSpan NextAt(double rate, int datagram, TimeSpan now)
    {
        Fill(rate, datagram, now);
        return tokens >= datagram ? now : now + TimeSpan.FromTicks((long)Math.Ceiling((datagram - tokens) / rate * TimeSpan.TicksPerSecond));
    }

    /// <summary>A packet leaves.</summary>
    public void Sent(int bytes) => tokens -= bytes;

    void Fill(double rate, int datagram, TimeSpan now)
    {
        double most = Math.Max(Burst * (double)datagram, rate * tick.TotalSeconds);
        tokens = Math.Min(most, tokens + (rate * (now - filled).TotalSeconds));
        filled = now;
    }
}
