using System.Text;

namespace Wiretale.Dissection.Protocols.Application.Http2;

// Specification: RFC 7541 section 2.3, 4 and appendix A.

/// <summary>The fields that one direction's header blocks refer to by number: the static ones, and those that were sent before.</summary>
sealed class HpackTable
{
    /// <summary>RFC 7541 section 4.1: what an entry is said to cost beyond its bytes.</summary>
    const int EntryOverhead = 32;

    /// <summary>A table's size at the start (RFC 9113 section 6.5.2), and the largest that is followed.</summary>
    const int InitialSize = 4096, LargestSize = 1 << 20;

    static readonly (byte[] Name, byte[] Value)[] Static = MakeStatic(
        ":authority", ":method: GET", ":method: POST", ":path: /", ":path: /index.html", ":scheme: http", ":scheme: https", ":status: 200", ":status: 204",
        ":status: 206", ":status: 304", ":status: 400", ":status: 404", ":status: 500", "accept-charset", "accept-encoding: gzip, deflate", "accept-language",
        "accept-ranges", "accept", "access-control-allow-origin", "age", "allow", "authorization", "cache-control", "content-disposition", "content-encoding",
        "content-language", "content-length", "content-location", "content-range", "content-type", "cookie", "date", "etag", "expect", "expires", "from", "host",
        "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified", "link", "location", "max-forwards",
        "proxy-authenticate", "proxy-authorization", "range", "referer", "refresh", "retry-after", "server", "set-cookie", "strict-transport-security",
        "transfer-encoding", "user-agent", "vary", "via", "www-authenticate");

    readonly List<(byte[] Name, byte[] Value)> entries = [];
    int oldest, size, limit = InitialSize;

    static (byte[] Name, byte[] Value)[] MakeStatic(params string[] fields) =>
        [.. fields.Select(f => f.IndexOf(": ", StringComparison.Ordinal) is > 0 and int colon ? (f[..colon], f[(colon + 2)..]) : (f, ""))
            .Select(f => (Encoding.ASCII.GetBytes(f.Item1), Encoding.ASCII.GetBytes(f.Item2)))];

    /// <summary>The field of a number, from 1; false when there is none.</summary>
    public bool TryGet(int index, out byte[] name, out byte[] value)
    {
        (name, value) = ([], []);
        if (index < 1 || index > Static.Length + entries.Count - oldest)
        {
            return false;
        }

        (name, value) = index <= Static.Length ? Static[index - 1] : entries[entries.Count - (index - Static.Length)];
        return true;
    }

    /// <summary>Puts a field in front of the others; the oldest go when there is no room.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int cost = name.Length + value.Length + EntryOverhead;
        Shrink(Math.Max(0, limit - cost));
        if (cost <= limit)
        {
            entries.Add((name.ToArray(), value.ToArray()));
            size += cost;
        }
    }

    /// <summary>Sets how large the table may be; false when that is more than anyone needs.</summary>
    public bool Resize(int newLimit)
    {
        if (newLimit > LargestSize)
        {
            return false;
        }

        limit = newLimit;
        Shrink(limit);
        return true;
    }

    void Shrink(int to)
    {
        while (size > to && oldest < entries.Count)
        {
            var (name, value) = entries[oldest];
            size -= name.Length + value.Length + EntryOverhead;
            entries[oldest++] = ([], []);
        }

        if (oldest > 64 && oldest > entries.Count / 2)
        {
            entries.RemoveRange(0, oldest);
            oldest = 0;
        }
    }
}
