namespace Wiretale.Lab.Transport;

/// <summary>The bytes of our direction, kept until they are acknowledged. The end counts as one more byte behind them, so that it is acknowledged and lost as they are.</summary>
sealed class SendStream(int limit)
{
    /// <summary>Bytes that may always be written ahead.</summary>
    const int LeastAhead = 1 << 16;

    readonly ByteRing ring = new(limit);
    readonly RangeSet acknowledged = new(), lost = new();
    long next;
    bool isFinished;

    /// <summary>Offset up to which the other side takes bytes.</summary>
    public long Allowed { get; private set; }

    /// <summary>Bytes that the application has written.</summary>
    public long Written => ring.End;

    /// <summary>The offset after the highest byte that was ever sent.</summary>
    public long Sent => Math.Min(next, Written);

    /// <summary>Bytes sent more than once.</summary>
    public long SentAgain { get; private set; }

    /// <summary>Whether everything, the end included, has arrived.</summary>
    public bool IsDone => isFinished && ring.Start == Written && acknowledged.Contains(Written);

    /// <summary>Whether the application has said that nothing more comes.</summary>
    public bool IsFinished => isFinished;

    /// <summary>Whether there is something to send.</summary>
    public bool HasMore => lost.Count > 0 || next < Math.Min(Written, Allowed) || (isFinished && next == Written);

    /// <summary>Whether there would be more if the other side let us.</summary>
    public bool IsBlocked => lost.Count == 0 && next < Written && next >= Allowed;

    /// <summary>Takes as many bytes as there is room for.</summary>
    /// <param name="window">Bytes that may be on the way: what is kept beyond a few of those only takes memory.</param>
    public int Write(ReadOnlySpan<byte> data, long window)
    {
        int room = Room(window);
        int taken = Math.Min(room, data.Length);
        if (taken > 0 && !isFinished)
        {
            ring.Put(ring.End, data[..taken]);
            return taken;
        }

        return 0;
    }

    /// <summary>Bytes that can be written now.</summary>
    public int Room(long window) => (int)Math.Max(0, Math.Clamp(4 * window, LeastAhead, ring.Limit) - (ring.End - ring.Start));

    /// <summary>Nothing more comes.</summary>
    public void Finish() => isFinished = true;

    /// <summary>The other side takes bytes up to here.</summary>
    public void Allow(long offset) => Allowed = Math.Max(Allowed, offset);

    /// <summary>Takes the next bytes to send, those that got lost first.</summary>
    /// <returns>Their offset and number, and whether the stream ends behind them.</returns>
    public (long Offset, int Length, bool Ends) Take(Span<byte> room)
    {
        long from = next, to;
        if (lost.TryFirst(out var range))
        {
            (from, to) = (range.From, Math.Min(range.To, range.From + room.Length));
            SentAgain += Math.Min(to, Written) - from;
        }
        else
        {
            to = Math.Min(Math.Min(Written, Allowed), next + room.Length);
        }

        int length = (int)(Math.Min(to, Written) - from);
        ring.Get(from, room[..length]);
        bool ends = isFinished && from + length == Written && (lost.Count == 0 || range.To > Written);
        long end = from + length + (ends ? 1 : 0);
        lost.Remove(from, end);
        next = Math.Max(next, end);
        return (from, length, ends);
    }

    /// <summary>These arrived.</summary>
    public void Acknowledged(long offset, int length, bool ends)
    {
        long to = offset + length + (ends ? 1 : 0);
        lost.Remove(offset, to);
        acknowledged.Add(offset, to);
        ring.Release(Math.Min(acknowledged.EndFrom(ring.Start), Written));
    }

    /// <summary>These must be sent again, as far as they have not arrived otherwise.</summary>
    public void Lost(long offset, int length, bool ends)
    {
        long at = Math.Max(offset, ring.Start), to = offset + length + (ends ? 1 : 0);
        while ((at = acknowledged.EndFrom(at)) < to)
        {
            long end = Math.Min(acknowledged.NextFrom(at), to);
            lost.Add(at, end);
            at = end;
        }
    }

    /// <summary>Has the first bytes that have not arrived sent once more, although they may be on their way.</summary>
    public void Repeat(int length)
    {
        long from = acknowledged.EndFrom(ring.Start);
        long to = Math.Min(from + length, next);
        if (to > from)
        {
            Lost(from, (int)(Math.Min(to, Written) - from), to > Written);
        }
    }
}
