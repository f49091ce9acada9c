namespace Wiretale.Dissection.Protocols.Application.Http;

// RFC 9112 section 7.1:
//
//   chunked-body = *( chunk-size [ chunk-ext ] CRLF chunk-data CRLF ) "0" [ chunk-ext ] CRLF trailer-section CRLF

/// <summary>One chunk of a body, or the last one, which is empty.</summary>
/// <param name="At">Where its size stands.</param>
/// <param name="DataAt">Where its data starts.</param>
/// <param name="Size">Bytes of data, as far as they are there.</param>
readonly record struct HttpChunk(int At, int DataAt, int Size)
{
    public bool IsLast => Size == 0;
}

/// <summary>Walks over a chunked body.</summary>
static class HttpChunks
{
    const int LineEnd = 2;

    /// <summary>Whether the body goes on after the bytes that are there.</summary>
    /// <param name="at">In: where to start (the body, or what the last call left). Out: the first chunk that is not complete.</param>
    public static bool Waits(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (true)
        {
            if (at >= bytes.Length)
            {
                return true;
            }

            int end = HttpText.LineEnd(bytes, at, out int data, more: true);
            if (end < 0)
            {
                return true;
            }

            int size = HttpText.Hexadecimal(bytes[at..end]);
            if (size == int.MaxValue)
            {
                // No such chunk: nothing to wait for.
                return false;
            }

            if (size == 0)
            {
                return HttpText.LineEnd(bytes, data, out _, more: true) < 0;
            }

            long next = (long)data + size + LineEnd;
            if (next > bytes.Length)
            {
                return true;
            }

            at = (int)next;
        }
    }

    /// <summary>The chunk at <paramref name="at"/>, and where the next one starts.</summary>
    public static bool Next(ReadOnlySpan<byte> bytes, ref int at, out HttpChunk chunk)
    {
        chunk = default;
        if (at >= bytes.Length)
        {
            return false;
        }

        int end = HttpText.LineEnd(bytes, at, out int data, more: true);
        if (end <= at)
        {
            return false;
        }

        int size = Math.Min(HttpText.Hexadecimal(bytes[at..end]), bytes.Length - data);
        chunk = new(at, data, size);
        at = (int)Math.Min((long)data + size + LineEnd, bytes.Length);
        return true;
    }

    /// <summary>Where the trailer section that starts at <paramref name="at"/> ends, and the empty line after it.</summary>
    public static int Trailer(ReadOnlySpan<byte> bytes, int at, out int end)
    {
        end = at;
        while (end < bytes.Length)
        {
            int line = end, stop = HttpText.LineEnd(bytes, line, out end, more: false);
            if (stop <= line)
            {
                return line;
            }
        }

        return end;
    }
}
