using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wiretale.Dissection.Engine;

/// <summary>How text lies in a packet.</summary>
public enum TextEncoding : byte
{
    /// <summary>Seven bits; a byte above 0x7f is not valid.</summary>
    Ascii,
    Utf8, Utf16, Utf16LE, Latin1,
}

/// <summary>Turns a packet's text into UTF-8; what is not valid becomes U+FFFD.</summary>
public static class TextDecoder
{
    /// <summary>Appends <paramref name="bytes"/> as UTF-8.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, TextEncoding encoding, Utf8Text target)
    {
        if (encoding <= TextEncoding.Utf8 && Ascii.IsValid(bytes))
        {
            target.Append(bytes);
            return;
        }

        if (encoding is TextEncoding.Utf16 or TextEncoding.Utf16LE)
        {
            Utf16(bytes, encoding == TextEncoding.Utf16LE, target);
            return;
        }

        if (encoding == TextEncoding.Ascii)
        {
            SevenBits(bytes, target);
            return;
        }

        while (!bytes.IsEmpty)
        {
            Rune rune;
            int used = 1;
            if (encoding == TextEncoding.Utf8)
            {
                Rune.DecodeFromUtf8(bytes, out rune, out used);
            }
            else
            {
                rune = new Rune(bytes[0]);
            }

            target.Advance(rune.EncodeToUtf8(target.Room(4)));
            bytes = bytes[used..];
        }
    }

    static void SevenBits(ReadOnlySpan<byte> bytes, Utf8Text target)
    {
        ReadOnlySpan<byte> replacement = "\uFFFD"u8;
        int replaced = 0;
        foreach (byte b in bytes)
        {
            replaced += b >> 7;
        }

        // Exactly as much as it takes: a body of megabytes may become three times as long.
        var room = target.Room(bytes.Length + (replaced * (replacement.Length - 1)));
        int at = 0;
        foreach (byte b in bytes)
        {
            if (b < 0x80)
            {
                room[at++] = b;
            }
            else
            {
                replacement.CopyTo(room[at..]);
                at += replacement.Length;
            }
        }

        target.Advance(at);
    }

    static void Utf16(ReadOnlySpan<byte> bytes, bool littleEndian, Utf8Text target)
    {
        Span<char> unit = stackalloc char[2];
        for (int i = 0; i + 1 < bytes.Length; i += 2)
        {
            unit[0] = Unit(bytes[i..], littleEndian);
            int units = 1;
            if (char.IsHighSurrogate(unit[0]) && i + 3 < bytes.Length)
            {
                unit[1] = Unit(bytes[(i + 2)..], littleEndian);
                units = 2;
            }

            if (Rune.DecodeFromUtf16(unit[..units], out var rune, out int used) == OperationStatus.Done && used == 2)
            {
                i += 2;
            }

            target.Advance(rune.EncodeToUtf8(target.Room(4)));
        }
    }

    static char Unit(ReadOnlySpan<byte> at, bool littleEndian) =>
        (char)(littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at));
}
