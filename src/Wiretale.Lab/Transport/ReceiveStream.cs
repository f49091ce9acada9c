namespace Wiretale.Lab.Transport;

/// <summary>The bytes of the other side's direction, put in order.</summary>
sealed class ReceiveStream(int window)
{
    /// <summary>Pieces with gaps between them, at most: more of them come only from somebody who wants to waste our time.</summary>
    const int MostPieces = 4096;

    readonly ByteRing ring = new(window);
    readonly RangeSet received = new();
    long? size;

    /// <summary>What came of a piece.</summary>
    public enum Result
    {
        Taken,

        /// <summary>All of it was there already.</summary>
        Known,

        /// <summary>More pieces than are kept; it must come again.</summary>
        NoRoom,

        /// <summary>Beyond what was allowed.</summary>
        TooFar,

        /// <summary>It contradicts where the stream is said to end.</summary>
        WrongEnd,
    }

    /// <summary>Bytes that the application has read.</summary>
    public long Read { get; private set; }

    /// <summary>The offset up to which the other side was told to send.</summary>
    public long Allowed { get; private set; } = window;

    /// <summary>Bytes that can be read now.</summary>
    public int Available => (int)(received.EndFrom(Read) - Read);

    /// <summary>Whether everything has come and been read.</summary>
    public bool IsDone => size == Read;

    /// <summary>Whether everything has come.</summary>
    public bool IsComplete => size is { } end && received.EndFrom(Read) == end;

    /// <summary>Whether it is worth telling how far the other side may send by now.</summary>
    public bool ShouldAllowMore => size is null && Read + window - Allowed >= window / 4;

    /// <summary>Lets the other side send as far as there is room.</summary>
    public long AllowMore() => Allowed = Math.Max(Allowed, Read + window);

    /// <summary>Takes a piece.</summary>
    public Result Put(long offset, ReadOnlySpan<byte> data, bool ends)
    {
        long end = offset + data.Length;
        if (offset < 0 || end > Allowed)
        {
            return Result.TooFar;
        }

        if ((size is { } known && (end > known || (ends && end != known))) || (ends && end < ring.End))
        {
            return Result.WrongEnd;
        }

        bool isNews = ends && size is null;
        bool isApart = offset > received.EndFrom(Read) && !received.Contains(offset) && received.NextFrom(offset) > end;
        if (isApart && received.Count >= MostPieces)
        {
            return Result.NoRoom;
        }

        if (ends)
        {
            size = end;
        }

        long from = Math.Max(received.EndFrom(offset), Read);
        if (from >= end)
        {
            return isNews ? Result.Taken : Result.Known;
        }

        ring.Put(from, data[(int)(from - offset)..]);
        received.Add(from, end);
        return Result.Taken;
    }

    /// <summary>Reads what has come in order.</summary>
    public int Take(Span<byte> data)
    {
        int length = Math.Min(Available, data.Length);
        ring.Get(Read, data[..length]);
        Read += length;
        ring.Release(Read);
        return length;
    }
}
