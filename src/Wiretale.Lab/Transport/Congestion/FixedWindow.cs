namespace Wiretale.Lab.Transport.Congestion;

/// <summary>A window that stays as it is, for lessons: it hurts others where the path is full, and wastes it where it is empty.</summary>
sealed class FixedWindow : CongestionControl
{
    readonly int packets;

    public FixedWindow(int datagram, int packets)
        : base(datagram)
    {
        this.packets = packets;
        Set();
    }

    /// <inheritdoc />
    public override void PersistentlyCongested() => Set();

    /// <inheritdoc />
    protected override void Observe(int bytes, TimeSpan sentAt, TimeSpan now, RoundTrip roundTrip) => Set();

    /// <inheritdoc />
    protected override void Grow(int bytes, TimeSpan now, RoundTrip roundTrip)
    {
    }

    /// <inheritdoc />
    protected override void Reduce(TimeSpan now, RoundTrip roundTrip)
    {
    }

    // No slow start either: the threshold is where the window is.
    void Set() => Window = Threshold = packets * (long)Datagram;
}
