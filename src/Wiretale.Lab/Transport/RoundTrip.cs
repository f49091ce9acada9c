using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>What is known of the time to the other side and back (RFC 6298, RFC 9002 section 5).</summary>
public sealed class RoundTrip
{
    /// <summary>Shortest time that timers tell apart (RFC 9002 section 6.1.2).</summary>
    public static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    /// <summary>Longest time for which a receiver keeps an acknowledgement back.</summary>
    public static readonly TimeSpan MaxAckDelay = TimeSpan.FromMilliseconds(RudpBulk.MaxAckDelay);

    /// <summary>Taken for it until something is known.</summary>
    static readonly TimeSpan initial = TimeSpan.FromMilliseconds(333);

    /// <summary>Whether it has been measured.</summary>
    public bool IsKnown { get; private set; }

    public TimeSpan Latest { get; private set; }

    public TimeSpan Smoothed { get; private set; } = initial;

    public TimeSpan Variation { get; private set; } = initial / 2;

    public TimeSpan Least { get; private set; }

    /// <summary>After what time without an answer another packet asks for one, at first (RFC 9002 section 6.2.1).</summary>
    public TimeSpan ProbeTimeout
    {
        get
        {
            var spread = 4 * Variation;
            return Smoothed + (spread > Granularity ? spread : Granularity) + MaxAckDelay;
        }
    }

    /// <summary>Takes note of a measurement.</summary>
    /// <param name="delay">For how long the other side says it kept its acknowledgement back.</param>
    public void Measured(TimeSpan time, TimeSpan delay)
    {
        Latest = time;
        if (!IsKnown)
        {
            (IsKnown, Least, Smoothed, Variation) = (true, time, time, time / 2);
            return;
        }

        Least = time < Least ? time : Least;
        delay = delay < MaxAckDelay ? delay : MaxAckDelay;
        var adjusted = time >= Least + delay ? time - delay : time;
        Variation = (3 * Variation / 4) + ((Smoothed - adjusted).Duration() / 4);
        Smoothed = (7 * Smoothed / 8) + (adjusted / 8);
    }
}
