namespace Wiretale.Dissection.Protocols.Application.Quic;

/// <summary>Bytes of CRYPTO frames of one direction, put into order (RFC 9000 section 7.5).</summary>
sealed class QuicCryptoStream
{
    const int Limit = 1 << 16, RangeLimit = 256;

    readonly List<(int Start, int End)> ranges = [];
    byte[] bytes = [];

    /// <summary>Bytes from the beginning that were read as whole messages.</summary>
    public int Taken { get; set; }

    /// <summary>Bytes from the beginning that are here without a gap.</summary>
    public int Whole => ranges.Count > 0 && ranges[0].Start == 0 ? ranges[0].End : 0;

    /// <summary>Bytes without a gap that nobody has taken.</summary>
    public ReadOnlySpan<byte> Ready => bytes.AsSpan(Taken, Math.Max(0, Whole - Taken));

    /// <summary>Keeps a frame's bytes; false when they lie beyond what is kept.</summary>
    public bool Add(ulong offset, ReadOnlySpan<byte> data)
    {
        if (offset > Limit || data.Length > Limit - (int)offset || ranges.Count >= RangeLimit)
        {
            return false;
        }

        int start = (int)offset, end = start + data.Length;
        if (bytes.Length < end)
        {
            Array.Resize(ref bytes, Math.Max(end, Math.Min(Limit, bytes.Length * 2)));
        }

        data.CopyTo(bytes.AsSpan(start));
        for (int i = ranges.Count - 1; i >= 0; i--)
        {
            var range = ranges[i];
            if (range.Start <= end && range.End >= start)
            {
                (start, end) = (Math.Min(start, range.Start), Math.Max(end, range.End));
                ranges.RemoveAt(i);
            }
        }

        int at = 0;
        while (at < ranges.Count && ranges[at].Start < start)
        {
            at++;
        }

        ranges.Insert(at, (start, end));
        return true;
    }
}
