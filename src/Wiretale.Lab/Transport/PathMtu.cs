using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>Searches the longest datagram that the path carries, with packets of padding (RFC 8899).</summary>
sealed class PathMtu(int most)
{
    /// <summary>Losses of one length after which it is taken for too long (MAX_PROBES).</summary>
    const int Tries = 3;

    /// <summary>Where it ends: a search to the last byte gains nothing.</summary>
    const int Step = 8;

    /// <summary>After how long it is looked again whether more fits by now (PMTU_RAISE_TIMER).</summary>
    static readonly TimeSpan raise = TimeSpan.FromMinutes(10);

    int tooLong = most + 1, probe, losses;
    bool isOut;
    TimeSpan searchAt;

    /// <summary>The longest that is known to pass.</summary>
    public int Current { get; private set; } = RudpBulk.BaseDatagram;

    /// <summary>The length to try next; null when there is none.</summary>
    public int? Probe(TimeSpan now)
    {
        if (isOut || now < searchAt)
        {
            return null;
        }

        if (tooLong - Current <= Step && tooLong <= most && searchAt > TimeSpan.Zero)
        {
            tooLong = most + 1;
        }

        if (Current >= most || tooLong - Current <= Step)
        {
            searchAt = now + raise;
            return null;
        }

        // The longest first: it passes nearly everywhere.
        return losses > 0 ? probe : tooLong > most ? most : (Current + tooLong) / 2;
    }

    public void Sent(int length) => (probe, isOut) = (length, true);

    public void Acknowledged(int length)
    {
        isOut = false;
        losses = 0;
        Current = Math.Max(Current, length);
    }

    public void Lost(int length)
    {
        isOut = false;
        if (length == probe && ++losses >= Tries)
        {
            losses = 0;
            tooLong = length;
        }
    }

    /// <summary>Nothing arrives any more: what passed once may be too long now (RFC 8899 section 4.3).</summary>
    public void NothingArrives()
    {
        if (Current > RudpBulk.BaseDatagram)
        {
            (Current, tooLong, losses, isOut, searchAt) = (RudpBulk.BaseDatagram, most + 1, 0, false, TimeSpan.Zero);
        }
    }
}
