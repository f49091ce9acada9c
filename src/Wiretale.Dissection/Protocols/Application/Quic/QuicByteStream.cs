namespace Wiretale.Dissection.Protocols.Application.Quic;

/// <summary>Bytes of one direction of a stream, or of CRYPTO frames, put into order (RFC 9000 section 2.2 and 7.5).</summary>
/// <param name="memory">What all streams of a run hold together.</param>
sealed class QuicByteStream(QuicMemory memory)
{
    const int Limit = 1 << 20, RangeLimit = 256;

    readonly List<(long Start, long End)> ranges = [];
    byte[] bytes = [];

    /// <summary>Offset of the first byte in <see cref="bytes"/>; nothing before it is kept.</summary>
    long origin;

    /// <summary>Bytes from the beginning that were taken.</summary>
    public long Taken { get; private set; }

    /// <summary>What the application says the stream is; null before it said so.</summary>
    public ulong? Kind { get; set; }

    /// <summary>Bytes from the beginning that are here without a gap.</summary>
    public long Whole => ranges.Count > 0 && ranges[0].Start == 0 ? ranges[0].End : 0;

    /// <summary>Bytes without a gap that nobody has taken.</summary>
    public ReadOnlySpan<byte> Ready => bytes.AsSpan((int)(Taken - origin), (int)Math.Max(0, Whole - Taken));

    /// <summary>Takes bytes of <see cref="Ready"/>.</summary>
    public void Take(int count) => Taken += count;

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        memory.Held -= bytes.Length;
        (bytes, origin) = ([], Taken);
    }

    /// <summary>Keeps a frame's bytes; false when they lie beyond what is kept.</summary>
    public bool Add(ulong at, ReadOnlySpan<byte> data)
    {
        if (at > long.MaxValue / 2 || (long)at + data.Length > Taken + Limit || ranges.Count >= RangeLimit)
        {
            return false;
        }

        long start = (long)at, end = start + data.Length;
        Forget();
        if (!Store(start, data))
        {
            return false;
        }

        for (int i = ranges.Count - 1; i >= 0; i--)
        {
            var range = ranges[i];
            if (range.Start <= end && range.End >= start)
            {
                (start, end) = (Math.Min(start, range.Start), Math.Max(end, range.End));
                ranges.RemoveAt(i);
            }
        }

        int place = 0;
        while (place < ranges.Count && ranges[place].Start < start)
        {
            place++;
        }

        ranges.Insert(place, (start, end));
        return true;
    }

    /// <summary>Lets go what was taken, once it is half of what is held.</summary>
    void Forget()
    {
        int gone = (int)(Taken - origin);
        if (gone > 0 && gone >= bytes.Length / 2)
        {
            memory.Held -= gone;
            bytes = bytes[gone..];
            origin = Taken;
        }
    }

    bool Store(long start, ReadOnlySpan<byte> data)
    {
        if (start < origin)
        {
            data = data[(int)Math.Min(data.Length, origin - start)..];
            start = origin;
        }

        int at = (int)(start - origin), end = at + data.Length;
        if (bytes.Length < end)
        {
            int wanted = Math.Max(end, bytes.Length * 2);
            if (memory.Held + wanted - bytes.Length > QuicMemory.Limit)
            {
                return false;
            }

            memory.Held += wanted - bytes.Length;
            Array.Resize(ref bytes, wanted);
        }

        data.CopyTo(bytes.AsSpan(at));
        return true;
    }
}

/// <summary>How much unread bytes of all streams hold.</summary>
sealed class QuicMemory
{
    /// <summary>Above this nothing more is put together.</summary>
    public const long Limit = 128L << 20;

    /// <summary>Bytes held.</summary>
    public long Held { get; set; }
}
