namespace Wiretale.Lab.Transport.Congestion;

/// <summary>The ways to find out how much a path carries.</summary>
public enum CongestionKind
{
    /// <summary>A window that stays as it is.</summary>
    Fixed,

    /// <summary>RFC 9002 appendix B, RFC 6582.</summary>
    NewReno,

    /// <summary>RFC 9438.</summary>
    Cubic,

    /// <summary>Delay instead of loss (Brakmo and Peterson, 1995).</summary>
    Vegas,
}

/// <summary>Says how many bytes may be on the way. Loss detection tells it what arrived and what did not; it never sees a packet.</summary>
public abstract class CongestionControl
{
    /// <summary>Packets with which a connection begins (RFC 6928).</summary>
    protected const int InitialPackets = 10;

    /// <summary>Packets that are always allowed (RFC 9002 section 7.2).</summary>
    protected const int LeastPackets = 2;

    TimeSpan recoverySince = TimeSpan.MinValue;
    (long Window, long Threshold, TimeSpan RecoverySince)? before;

    /// <summary>Makes one.</summary>
    /// <param name="datagram">Longest datagram at the beginning.</param>
    protected CongestionControl(int datagram) => (Datagram, Window) = (datagram, InitialPackets * (long)datagram);

    /// <summary>Longest datagram; it grows when the path turns out to carry more.</summary>
    public int Datagram { get; set; }

    /// <summary>Bytes that may be on the way.</summary>
    public long Window { get; protected set; }

    /// <summary>Below it the window doubles in each round trip.</summary>
    public long Threshold { get; protected set; } = long.MaxValue;

    /// <summary>Whether it is still looking for the first limit.</summary>
    public bool IsSlowStart => Window < Threshold;

    /// <summary>Times that it has made way.</summary>
    public int Reductions { get; private set; }

    /// <summary>Times that a reduction was taken back.</summary>
    public int Undone { get; private set; }

    /// <summary>Whether the window holds the sender back.</summary>
    protected bool IsLimiting { get; private set; }

    /// <summary>Makes the one that is asked for.</summary>
    /// <param name="fixedPackets">Packets of a window that stays as it is.</param>
    public static CongestionControl Create(CongestionKind kind, int datagram, int fixedPackets) => kind switch
    {
        CongestionKind.Fixed => new FixedWindow(datagram, fixedPackets),
        CongestionKind.NewReno => new NewReno(datagram),
        CongestionKind.Vegas => new Vegas(datagram),
        _ => new Cubic(datagram),
    };

    /// <summary>A packet arrived.</summary>
    /// <param name="limited">Whether the window was what held the sender back; if not, its use proves nothing (RFC 9002 section 7.8).</param>
    public void Acknowledged(int bytes, TimeSpan sentAt, TimeSpan now, RoundTrip roundTrip, bool limited)
    {
        IsLimiting = limited;
        Observe(bytes, sentAt, now, roundTrip);
        if (sentAt > recoverySince && limited)
        {
            Grow(bytes, now, roundTrip);
        }
    }

    /// <summary>A packet got lost. Only the first one of those sent in a round trip counts (RFC 9002 section 7.3.2).</summary>
    /// <returns>Whether the window was made smaller.</returns>
    public bool Lost(TimeSpan sentAt, TimeSpan now, RoundTrip roundTrip)
    {
        if (!IsCongestion() || sentAt <= recoverySince)
        {
            return false;
        }

        before = (Window, Threshold, recoverySince);
        Save();
        recoverySince = now;
        Reductions++;
        Reduce(now, roundTrip);
        Window = Math.Max(Window, LeastPackets * (long)Datagram);
        return true;
    }

    /// <summary>Everything got lost for long (RFC 9002 section 7.6).</summary>
    public virtual void PersistentlyCongested()
    {
        (Window, recoverySince, before) = (LeastPackets * (long)Datagram, TimeSpan.MinValue, null);
    }

    /// <summary>All that was taken for lost since the last reduction has arrived after all: it was for nothing (RFC 9438 section 4.9).</summary>
    public void Undo()
    {
        if (before is { } was)
        {
            (Window, Threshold, recoverySince, before) = (Math.Max(Window, was.Window), was.Threshold, was.RecoverySince, null);
            Undone++;
            Restore();
        }
    }

    /// <summary>Sees every packet that arrives, also while the window may not grow.</summary>
    protected virtual void Observe(int bytes, TimeSpan sentAt, TimeSpan now, RoundTrip roundTrip)
    {
    }

    /// <summary>Whether a packet that got lost says that too much is on the way; asked for each.</summary>
    protected virtual bool IsCongestion() => true;

    /// <summary>May make the window larger.</summary>
    protected abstract void Grow(int bytes, TimeSpan now, RoundTrip roundTrip);

    /// <summary>Makes the window smaller.</summary>
    protected abstract void Reduce(TimeSpan now, RoundTrip roundTrip);

    /// <summary>Keeps what <see cref="Restore"/> takes back.</summary>
    protected virtual void Save()
    {
    }

    /// <summary>Takes back what was kept.</summary>
    protected virtual void Restore()
    {
    }
}
