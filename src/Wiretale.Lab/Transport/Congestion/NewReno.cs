namespace Wiretale.Lab.Transport.Congestion;

/// <summary>A packet more in each round trip, half of the window after a loss (RFC 9002 appendix B, RFC 6582).</summary>
sealed class NewReno(int datagram) : CongestionControl(datagram)
{
    long counted;

    /// <inheritdoc />
    protected override void Grow(int bytes, TimeSpan now, RoundTrip roundTrip)
    {
        if (IsSlowStart)
        {
            Window += bytes;
            return;
        }

        counted += bytes;
        if (counted >= Window)
        {
            counted -= Window;
            Window += Datagram;
        }
    }

    /// <inheritdoc />
    protected override void Reduce(TimeSpan now, RoundTrip roundTrip)
    {
        Window = Threshold = Math.Max(Window / 2, LeastPackets * (long)Datagram);
        counted = 0;
    }
}
