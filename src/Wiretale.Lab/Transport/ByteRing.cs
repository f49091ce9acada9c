namespace Wiretale.Lab.Transport;

/// <summary>Bytes of a stream between two offsets; it grows up to its limit as they need room.</summary>
sealed class ByteRing(int limit)
{
    const int Least = 1 << 14;

    byte[] bytes = [];

    /// <summary>Bytes it can have.</summary>
    public int Limit => limit;

    /// <summary>The first offset that is kept.</summary>
    public long Start { get; private set; }

    /// <summary>The offset after the last one that was written.</summary>
    public long End { get; private set; }

    /// <summary>Puts bytes at an offset, which must be within the limit.</summary>
    public void Put(long offset, ReadOnlySpan<byte> data)
    {
        Reserve(offset + data.Length - Start);
        while (data.Length > 0)
        {
            int at = (int)(offset & (bytes.Length - 1));
            int part = Math.Min(data.Length, bytes.Length - at);
            data[..part].CopyTo(bytes.AsSpan(at));
            data = data[part..];
            offset += part;
        }

        End = Math.Max(End, offset);
    }

    /// <summary>Copies bytes from an offset.</summary>
    public void Get(long offset, Span<byte> data)
    {
        while (data.Length > 0)
        {
            int at = (int)(offset & (bytes.Length - 1));
            int part = Math.Min(data.Length, bytes.Length - at);
            bytes.AsSpan(at, part).CopyTo(data);
            data = data[part..];
            offset += part;
        }
    }

    /// <summary>Forgets what stands before an offset.</summary>
    public void Release(long offset)
    {
        Start = Math.Max(Start, offset);
        End = Math.Max(End, Start);
    }

    void Reserve(long length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, limit);
        if (length <= bytes.Length)
        {
            return;
        }

        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, Least));
        byte[] larger = new byte[size];
        for (long at = Start; at < End;)
        {
            int from = (int)(at & (bytes.Length - 1)), to = (int)(at & (size - 1));
            int part = (int)Math.Min(End - at, Math.Min(bytes.Length - from, size - to));
            Array.Copy(bytes, from, larger, to, part);
            at += part;
        }

        bytes = larger;
    }
}
