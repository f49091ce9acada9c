using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Wiretale.Dissection.Protocols.Application.Http;

/// <summary>Content codings that can be undone.</summary>
enum ContentCodingKind : byte
{
    Unknown, Gzip, Deflate, Brotli,
}

/// <summary>Undoes content codings, up to a limit: a few kilobytes can expand to gigabytes.</summary>
static class ContentCoding
{
    /// <summary>Bytes of an expanded body that are kept; what goes beyond is not looked at.</summary>
    public const int MaxExpanded = 16 << 20;

    /// <summary>What is shorter may be nothing, compressed.</summary>
    const int ShortGzip = 64;

    const byte GzipMagic0 = 0x1f, GzipMagic1 = 0x8b, ZlibDeflate = 8;

    /// <summary>The coding of a Content-Encoding's value.</summary>
    public static ContentCodingKind KindOf(ReadOnlySpan<byte> name) =>
        Is(name, "gzip"u8) || Is(name, "x-gzip"u8) ? ContentCodingKind.Gzip
        : Is(name, "deflate"u8) || Is(name, "x-deflate"u8) ? ContentCodingKind.Deflate
        : Is(name, "br"u8) ? ContentCodingKind.Brotli
        : ContentCodingKind.Unknown;

    /// <summary>Whether the first bytes are such as the coding starts with; a cheap answer where the content is not needed.</summary>
    public static bool LooksLike(ContentCodingKind kind, ReadOnlySpan<byte> bytes) =>
        kind == ContentCodingKind.Gzip && bytes.Length >= ShortGzip && bytes is [GzipMagic0, GzipMagic1, ZlibDeflate, ..];

    /// <summary>Expands as much as there is, at most <paramref name="limit"/> bytes.</summary>
    /// <param name="rented">From <see cref="ArrayPool{T}.Shared"/>, the caller's when the answer is true.</param>
    public static bool TryExpand(ContentCodingKind kind, ReadOnlySpan<byte> bytes, int limit, out byte[] rented, out int length)
    {
        rented = [];
        length = 0;
        if (kind == ContentCodingKind.Unknown || bytes.IsEmpty)
        {
            return false;
        }

        var copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        try
        {
            if (Run(kind, copy, bytes.Length, limit, ref rented, out length))
            {
                return true;
            }

            // "deflate" means zlib's format (RFC 1950), but many send the bare one (RFC 1951).
            return kind == ContentCodingKind.Deflate && Run(ContentCodingKind.Unknown, copy, bytes.Length, limit, ref rented, out length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    static bool Run(ContentCodingKind kind, byte[] input, int inputLength, int limit, ref byte[] rented, out int length)
    {
        length = 0;
        bool isDamaged = false;
        using var source = new MemoryStream(input, 0, inputLength);
        using Stream expander = kind switch
        {
            ContentCodingKind.Gzip => new GZipStream(source, CompressionMode.Decompress),
            ContentCodingKind.Deflate => new ZLibStream(source, CompressionMode.Decompress),
            ContentCodingKind.Brotli => new BrotliStream(source, CompressionMode.Decompress),
            _ => new DeflateStream(source, CompressionMode.Decompress),
        };
        rented = ArrayPool<byte>.Shared.Rent(Math.Min(limit, Math.Max(256, inputLength * 4)));
        try
        {
            while (length < limit)
            {
                if (length == rented.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(limit, length * 2));
                    rented.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(rented);
                    rented = larger;
                }

                int read = expander.Read(rented, length, Math.Min(rented.Length, limit) - length);
                if (read == 0)
                {
                    break;
                }

                length += read;
            }
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException)
        {
            isDamaged = true;
            // What came out before the damage is shown.
        }

        if (length > 0 || !isDamaged)
        {
            return true;
        }

        ArrayPool<byte>.Shared.Return(rented);
        rented = [];
        return false;
    }

    static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
