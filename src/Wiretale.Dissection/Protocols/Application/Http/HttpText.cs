using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Http;

/// <summary>Lines of a text protocol: where they end, and how they are shown.</summary>
static class HttpText
{
    /// <summary>Bytes of a character of UTF-8; one more than so many bytes of a line are cut in any case.</summary>
    const int LongestCharacter = 4;

    /// <summary>The end of the line at <paramref name="at"/> (before CR LF, LF or a lone CR) and where the next one starts; -1 when it does not end.</summary>
    /// <param name="more">Whether bytes may follow: then a CR at the very end is no end yet.</param>
    public static int LineEnd(ReadOnlySpan<byte> bytes, int at, out int next, bool more) => LineEnd(bytes, at, out next, out _, more);

    /// <summary>As above.</summary>
    /// <param name="colon">Where in the line the first colon is; -1 for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LineEnd(ReadOnlySpan<byte> bytes, int at, out int next, out int colon, bool more)
    {
        int i = FirstEnd(bytes[at..], out colon);
        next = bytes.Length;
        if (i < 0)
        {
            return -1;
        }

        int end = at + i;
        if (bytes[end] == '\n')
        {
            next = end + 1;
        }
        else if (end + 1 < bytes.Length)
        {
            next = end + (bytes[end + 1] == '\n' ? 2 : 1);
        }
        else if (more)
        {
            return -1;
        }

        return end;
    }

    /// <summary>The first LF or CR, or -1, and the first colon before it. Lines of a head are so short that calling the library's search for each takes longer than searching.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int FirstEnd(ReadOnlySpan<byte> bytes, out int colon)
    {
        int i = 0;
        colon = -1;
        if (Vector256.IsHardwareAccelerated)
        {
            ref byte start = ref MemoryMarshal.GetReference(bytes);
            for (; i + Vector256<byte>.Count <= bytes.Length; i += Vector256<byte>.Count)
            {
                var some = Vector256.LoadUnsafe(ref start, (nuint)i);
                uint ends = (Vector256.Equals(some, Vector256.Create((byte)'\n')) | Vector256.Equals(some, Vector256.Create((byte)'\r'))).ExtractMostSignificantBits();
                if (colon < 0)
                {
                    // Those before the first end: below its lowest bit.
                    uint colons = Vector256.Equals(some, Vector256.Create((byte)':')).ExtractMostSignificantBits() & (ends ^ (ends - 1));
                    colon = colons == 0 ? -1 : i + BitOperations.TrailingZeroCount(colons);
                }

                if (ends != 0)
                {
                    return i + BitOperations.TrailingZeroCount(ends);
                }
            }
        }

        var rest = bytes[i..];
        int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        if (colon < 0)
        {
            colon = (end < 0 ? rest : rest[..end]).IndexOf((byte)':');
            colon += colon < 0 ? 0 : i;
        }

        return end < 0 ? end : i + end;
    }

    /// <summary>Text as people see it: control characters as C escapes, invalid UTF-8 as U+FFFD.</summary>
    public static void Format(Utf8Text target, ReadOnlySpan<byte> bytes)
    {
        int plain = bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e);
        while (plain >= 0)
        {
            target.Append(bytes[..plain]);
            bytes = bytes[plain..];
            int used = 1;
            if (bytes[0] < 0x80)
            {
                FormatControl(target, bytes[0]);
            }
            else
            {
                Rune.DecodeFromUtf8(bytes, out var rune, out used);
                target.Advance(rune.EncodeToUtf8(target.Room(4)));
            }

            bytes = bytes[used..];
            plain = bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e);
        }

        target.Append(bytes);
    }

    static void FormatControl(Utf8Text target, byte control)
    {
        ReadOnlySpan<byte> escape = control switch
        {
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            (byte)'\a' => "\\a"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            (byte)'\v' => "\\v"u8,
            _ => default,
        };
        if (!escape.IsEmpty)
        {
            target.Append(escape);
            return;
        }

        target.Append('\\');
        target.Append((char)('0' + (control >> 6)));
        target.Append((char)('0' + ((control >> 3) & 7)));
        target.Append((char)('0' + (control & 7)));
    }

    /// <summary>As much of a line in <see cref="Packet.Scratch"/> as a label can show (see <see cref="FieldFormat.Limited"/>), as <see cref="Format"/> makes it.</summary>
    public static ReadOnlySpan<byte> Line(Packet p, ReadOnlySpan<byte> bytes) => Formatted(p, bytes[..Math.Min(bytes.Length, FieldFormat.LabelLimit + LongestCharacter)]);

    /// <summary>A text in <see cref="Packet.Scratch"/>, as <see cref="Format"/> makes it.</summary>
    public static ReadOnlySpan<byte> Formatted(Packet p, ReadOnlySpan<byte> bytes)
    {
        p.Scratch.Clear();
        Format(p.Scratch, bytes);
        return p.Scratch.Bytes;
    }

    /// <summary>The word at the start, and where the next one starts (after the spaces).</summary>
    public static int Word(ReadOnlySpan<byte> line, out int next)
    {
        int length = line.IndexOf((byte)' ');
        length = length < 0 ? line.Length : length;
        next = length;
        while (next < line.Length && line[next] == ' ')
        {
            next++;
        }

        return length;
    }

    /// <summary>Without spaces and tabs at the start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        int i = text.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return i < 0 ? default : text[i..];
    }

    /// <summary>A number of digits only; -1 when it is not one.</summary>
    public static long Decimal(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd(" \t"u8);
        while (text is [(byte)'0', _, ..])
        {
            text = text[1..];
        }

        return text.Length is > 0 and < 19 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && System.Buffers.Text.Utf8Parser.TryParse(text, out long value, out _) ? value : -1;
    }

    /// <summary>The hexadecimal number at the start, as far as there are digits (RFC 9112 section 7.1: a chunk's size); values beyond 2^31 are cut to it.</summary>
    public static int Hexadecimal(ReadOnlySpan<byte> text)
    {
        text = TrimStart(text);
        long value = 0;
        foreach (byte b in text)
        {
            int digit = b is >= (byte)'0' and <= (byte)'9' ? b - '0' : (b | 0x20) is >= 'a' and <= 'f' ? (b | 0x20) - 'a' + 10 : -1;
            if (digit < 0)
            {
                break;
            }

            value = Math.Min((value << 4) | (uint)digit, int.MaxValue);
        }

        return (int)value;
    }
}
