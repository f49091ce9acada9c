using System.Buffers;
using System.Text.Unicode;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>Strings of JSON, written in place.</summary>
static class JsonText
{
    static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\', (byte)'/', 0x7f]);

    /// <summary>Appends an item's value; a long one goes out while it is made.</summary>
    public static void Value(Utf8Text text, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        if (field.Type.IsString())
        {
            AppendLong(text, FieldFormat.TextOf(bytes));
        }
        else if (field.Type is FieldType.Bytes or FieldType.UIntBytes)
        {
            RawBytes.AppendLong(text, bytes, (byte)':');
        }
        else
        {
            int start = text.Length;
            FieldFormat.Show(text, field, item, bytes);
            if (field.Type == FieldType.Char)
            {
                Escape(text, start);
            }
        }
    }

    /// <summary>Escapes what was written after <paramref name="start"/>.</summary>
    public static void Escape(Utf8Text text, int start)
    {
        int first = text.Bytes[start..].IndexOfAny(Special);
        bool isValid = Utf8.IsValid(text.Bytes[start..]);
        if (first < 0 && isValid)
        {
            return;
        }

        // What stands before a slash decides about it; half a character decides nothing.
        start += !isValid ? 0 : first > 0 && text.Bytes[start + first - 1] < 0x80 ? first - 1 : first;
        int length = text.Length - start;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        text.Bytes[start..].CopyTo(copy);
        text.Length = start;
        Append(text, copy.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>Appends text, escaped; bytes that are no UTF-8 (a packet's, taken as they came) become U+FFFD.</summary>
    public static void Append(Utf8Text text, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            var repaired = new Utf8Text();
            TextDecoder.Decode(utf8, TextEncoding.Utf8, repaired);
            utf8 = repaired.Bytes;
        }

        // What was found plain stays until something is to be escaped behind it.
        int copied = 0, at = 0;
        while (true)
        {
            int plain = utf8[at..].IndexOfAny(Special);
            if (plain < 0)
            {
                text.Append(utf8[copied..]);
                return;
            }

            at += plain + 1;
            if (utf8[at - 1] != '/' || (at > 1 && utf8[at - 2] == '<'))
            {
                text.Append(utf8[copied..(at - 1)]);
                Character(text, utf8[at - 1]);
                copied = at;
            }
        }
    }

    /// <summary>As <see cref="Append(Utf8Text, ReadOnlySpan{byte})"/>, for texts that may be very long: what is written is never all in memory.</summary>
    public static void AppendLong(Utf8Text text, ReadOnlySpan<byte> utf8)
    {
        const int Piece = 1 << 18;
        while (utf8.Length > Piece)
        {
            // What stands before a slash decides about it, and no character is cut.
            int end = utf8[Piece] == '/' ? Piece + 1 : Piece;
            for (int back = 0; back < 3 && (utf8[end - 1] & 0x80) != 0 && (utf8[end] & 0xc0) == 0x80; back++)
            {
                end--;
            }

            Append(text, utf8[..end]);
            text.Pause();
            utf8 = utf8[end..];
        }

        Append(text, utf8);
    }

    static void Character(Utf8Text text, byte b)
    {
        char letter = b switch
        {
            (byte)'"' => '"',

            // The end of an HTML element, which nobody may take for one when the text stands in a script.
            (byte)'/' => '/',
            (byte)'\\' => '\\',
            (byte)'\b' => 'b',
            (byte)'\f' => 'f',
            (byte)'\n' => 'n',
            (byte)'\r' => 'r',
            (byte)'\t' => 't',
            _ => 'u',
        };
        text.Append('\\');
        text.Append(letter);
        if (letter == 'u')
        {
            text.AppendHex(b, 4);
        }
    }
}
