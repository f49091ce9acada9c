using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>Which packets came, and when the other side is told (RFC 9000 section 13.2).</summary>
sealed class ReceivedPackets
{
    /// <summary>Ranges that are kept and told, at most; the oldest are forgotten, they have been told often.</summary>
    public const int MostRanges = 64;

    /// <summary>Packets that ask for an acknowledgement after which it is given.</summary>
    const int Every = 2;

    readonly RangeSet numbers = new();
    long floor;
    int waiting;
    TimeSpan? due;
    TimeSpan largestAt;

    /// <summary>The highest number; -1 when none has come.</summary>
    public long Largest { get; private set; } = -1;

    /// <summary>When an acknowledgement must leave; null when nobody waits for one.</summary>
    public TimeSpan? Due => due;

    /// <summary>Ranges that would be told.</summary>
    public int Ranges => numbers.Count;

    /// <summary>Whether there is something that has not been told.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Whether a packet has come before, or so long ago that nobody knows.</summary>
    public bool IsKnown(long number) => number < floor || numbers.Contains(number);

    /// <summary>Takes note of a packet.</summary>
    /// <param name="asks">Whether it asks for an acknowledgement.</param>
    /// <param name="atOnce">Whether that should not wait.</param>
    public void Add(long number, bool asks, bool atOnce, TimeSpan now)
    {
        // What comes out of order, or after a gap, tells the sender of a loss: at once.
        bool inOrder = number == Largest + 1;
        numbers.Add(number, number + 1);
        if (numbers.Count > MostRanges && numbers.TryFirst(out var oldest))
        {
            Forget(oldest.To);
        }

        if (number > Largest)
        {
            (Largest, largestAt) = (number, now);
        }

        HasNews = true;
        if (asks)
        {
            waiting++;
            due = atOnce || !inOrder || waiting >= Every ? now : due ?? now + RoundTrip.MaxAckDelay;
        }
    }

    /// <summary>The other side knows what was told up to this packet.</summary>
    public void Forget(long below)
    {
        floor = Math.Max(floor, below);
        numbers.Remove(0, floor);
    }

    /// <summary>Writes an ACK frame.</summary>
    /// <returns>Its length; 0 when there is no room or nothing to tell.</returns>
    public int Write(Span<byte> room, TimeSpan now)
    {
        int length = BulkFrame.WriteAck(room, numbers.Ranges, now - largestAt);
        if (length > 0)
        {
            (due, waiting, HasNews) = (null, 0, false);
        }

        return length;
    }
}
