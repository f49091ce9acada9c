using System.Text;
using System.Runtime.CompilerServices;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Http;

/// <summary>Transfer codings (RFC 9112 section 6.1).</summary>
enum TransferCoding : byte
{
    None, Identity, Chunked, Compress, Deflate, Gzip, Unknown,
}

/// <summary>A stretch of a message.</summary>
readonly record struct Stretch(int At, int Length)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(At, Length);
}

/// <summary>What the head of a message says about the body, found in one walk over its lines.</summary>
struct HttpMessage
{
    /// <summary>Request, response, or neither (the middle of something): what the last such line says, and what the first line says.</summary>
    public HttpMessageKind Kind, FirstKind;

    /// <summary>The first line, without its end; and whether it has one.</summary>
    public Stretch FirstLine;
    public bool IsFirstLineWhole;

    /// <summary>Where the body starts: after the empty line, or at the first line that is no header.</summary>
    public int BodyAt;

    /// <summary>Whether the empty line at the end of the headers was found; where it was, the body starts there for whoever waits for it.</summary>
    public bool IsHeadWhole;
    public int HeadEnd;

    /// <summary>Whether the last line has no end and is no header field: the head is torn off there.</summary>
    public bool IsTorn;

    /// <summary>Status of a response.</summary>
    public int Status;

    /// <summary>Content-Length; -1 when there is none.</summary>
    public long ContentLength;

    /// <summary>The last Transfer-Encoding.</summary>
    public TransferCoding Transfer;

    /// <summary>Media type without parameters, its parameters, Content-Encoding, Upgrade; only when the flags say so.</summary>
    public Stretch ContentType, Parameters, ContentEncoding, Upgrade;
    public bool HasContentType, HasContentEncoding, HasUpgrade;

    /// <summary>Walks over the head.</summary>
    /// <param name="bytes">The message, from its first line on.</param>
    /// <param name="more">Whether bytes may follow those that are there.</param>
    public static HttpMessage Read(ReadOnlySpan<byte> bytes, bool more)
    {
        var m = new HttpMessage { ContentLength = -1 };
        int end = HttpText.LineEnd(bytes, 0, out int next, more);
        m.FirstLine = new(0, end < 0 ? bytes.Length : end);
        m.IsFirstLineWhole = end >= 0;
        m.Kind = m.FirstKind = HttpMethods.KindOf(m.FirstLine.Of(bytes));
        if (m.Kind == HttpMessageKind.None && !IsHeader(bytes[..m.FirstLine.Length]))
        {
            m.BodyAt = end == 0 ? next : 0;
            m.IsHeadWhole = end == 0;
            m.HeadEnd = m.BodyAt;
            return m;
        }

        if (m.Kind == HttpMessageKind.Response)
        {
            m.Status = StatusOf(bytes[..m.FirstLine.Length]);
        }

        if (m.Kind == HttpMessageKind.None)
        {
            next = 0;
        }

        bool showing = true;
        m.BodyAt = bytes.Length;
        int at = next;
        while (at < bytes.Length)
        {
            end = HttpText.LineEnd(bytes, at, out next, out int colon, more);
            if (end < 0)
            {
                m.IsTorn = showing && colon < 0;
                if (!m.IsTorn)
                {
                    m.TakeLine(bytes[at..], colon, at);
                }

                break;
            }

            if (end == at)
            {
                m.IsHeadWhole = true;
                m.HeadEnd = next;
                m.BodyAt = showing ? next : m.BodyAt;
                return m;
            }

            var line = bytes[at..end];
            if (!m.TakeLine(line, colon, at) && showing)
            {
                showing = false;
                m.BodyAt = at;
            }

            at = next;
        }

        m.HeadEnd = bytes.Length;
        return m;
    }

    /// <summary>Whether a line can be a header field: a name, a colon.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) => line.Contains((byte)':');

    /// <summary>The three digits after the version.</summary>
    public static int StatusOf(ReadOnlySpan<byte> line)
    {
        HttpText.Word(line, out int next);
        var code = line[next..];
        if (code.Length < 3)
        {
            return 0;
        }

        int value = 0;
        for (int i = 0; i < 3 && code[i] is >= (byte)'0' and <= (byte)'9'; i++)
        {
            value = (value * 10) + code[i] - '0';
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool TakeLine(ReadOnlySpan<byte> line, int colon, int at)
    {
        if (colon < 0)
        {
            var kind = HttpMethods.KindOf(line);
            if (kind == HttpMessageKind.None)
            {
                return false;
            }

            Kind = kind;
            Status = kind == HttpMessageKind.Response ? StatusOf(line) : Status;
            return true;
        }

        // Only these decide about the body; the tree asks for all others by name.
        var name = line[..colon];
        switch (colon)
        {
            case 14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8):
                ContentLength = HttpText.Decimal(HttpText.TrimStart(line[(colon + 1)..]));
                break;
            case 12 when Ascii.EqualsIgnoreCase(name, "Content-Type"u8):
                HasContentType = true;
                SplitContentType(line, colon, at);
                break;
            case 17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8):
                Transfer = CodingOf(HttpText.TrimStart(line[(colon + 1)..]));
                break;
            case 16 when Ascii.EqualsIgnoreCase(name, "Content-Encoding"u8):
                HasContentEncoding = true;
                ContentEncoding = Value(line, colon, at);
                break;
            case 7 when Ascii.EqualsIgnoreCase(name, "Upgrade"u8):
                HasUpgrade = true;
                Upgrade = Value(line, colon, at);
                break;
        }

        return true;
    }

    static Stretch Value(ReadOnlySpan<byte> line, int colon, int at)
    {
        var value = HttpText.TrimStart(line[(colon + 1)..]);
        return new(at + line.Length - value.Length, value.Length);
    }

    void SplitContentType(ReadOnlySpan<byte> line, int colon, int at)
    {
        var whole = Value(line, colon, at);
        var value = line[(line.Length - whole.Length)..];
        int end = value.IndexOfAny((byte)';', (byte)' ', (byte)'\t');
        end = end < 0 ? value.Length : end;
        int nul = value[..end].IndexOf((byte)0);
        ContentType = new(whole.At, nul < 0 ? end : nul);
        int parameters = end;
        while (parameters < value.Length && value[parameters] is (byte)';' or (byte)' ' or (byte)'\t')
        {
            parameters++;
        }

        Parameters = new(whole.At + parameters, value.Length - parameters);
    }

    /// <summary>The coding that a Transfer-Encoding starts with.</summary>
    public static TransferCoding CodingOf(ReadOnlySpan<byte> value)
    {
        return Starts(value, "chunked"u8) ? TransferCoding.Chunked
            : Starts(value, "identity"u8) ? TransferCoding.Identity
            : Starts(value, "gzip"u8) || Starts(value, "x-gzip"u8) ? TransferCoding.Gzip
            : Starts(value, "deflate"u8) ? TransferCoding.Deflate
            : Starts(value, "compress"u8) || Starts(value, "x-compress"u8) ? TransferCoding.Compress
            : TransferCoding.Unknown;

        static bool Starts(ReadOnlySpan<byte> value, ReadOnlySpan<byte> with) =>
            value.Length >= with.Length && Ascii.EqualsIgnoreCase(value[..with.Length], with);
    }
}
