using System.Buffers;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>Strings of JSON, written in place.</summary>
static class JsonText
{
    static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\', (byte)'/', 0x7f]);

    /// <summary>Escapes what was written after <paramref name="start"/>.</summary>
    public static void Escape(Utf8Text text, int start)
    {
        if (text.Bytes[start..].IndexOfAny(Special) < 0)
        {
            return;
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent(text.Length - start);
        int length = text.Length - start;
        text.Bytes[start..].CopyTo(copy);
        text.Length = start;
        Append(text, copy.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>Appends text, escaped.</summary>
    public static void Append(Utf8Text text, ReadOnlySpan<byte> utf8)
    {
        while (true)
        {
            int plain = utf8.IndexOfAny(Special);
            if (plain < 0)
            {
                text.Append(utf8);
                return;
            }

            text.Append(utf8[..plain]);
            if (utf8[plain] == '/' && !(plain > 0 && utf8[plain - 1] == '<'))
            {
                text.Append('/');
            }
            else
            {
                Character(text, utf8[plain]);
            }

            utf8 = utf8[(plain + 1)..];
        }
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
