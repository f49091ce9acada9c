using System.Buffers;
using System.Text.Unicode;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>Text of XML attributes and elements, written in place.</summary>
static class XmlText
{
    static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), .. "&<>\"'\u007f"u8]);

    /// <summary>Escapes what was written after <paramref name="start"/>; bytes that are no UTF-8 become U+FFFD.</summary>
    public static void Escape(Utf8Text text, int start)
    {
        if (!Utf8.IsValid(text.Bytes[start..]))
        {
            var repaired = new Utf8Text();
            TextDecoder.Decode(text.Bytes[start..], TextEncoding.Utf8, repaired);
            text.Length = start;
            text.Append(repaired.Bytes);
        }

        if (text.Bytes[start..].IndexOfAny(Special) < 0)
        {
            return;
        }

        int length = text.Length - start;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        text.Bytes[start..].CopyTo(copy);
        text.Length = start;
        foreach (byte b in copy.AsSpan(0, length))
        {
            Character(text, b);
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    static void Character(Utf8Text text, byte b)
    {
        switch (b)
        {
            case (byte)'&':
                text.Append("&amp;"u8);
                break;
            case (byte)'<':
                text.Append("&lt;"u8);
                break;
            case (byte)'>':
                text.Append("&gt;"u8);
                break;
            case (byte)'"':
                text.Append("&quot;"u8);
                break;
            case (byte)'\'':
                text.Append("&#x27;"u8);
                break;
            case (byte)'\t' or (byte)'\n' or (byte)'\r':
                text.Append((char)b);
                break;
            case < 0x20 or 0x7f:
                // XML 1.0 has no way to write these.
                text.Append("\\x"u8);
                text.AppendHex(b, 1);
                break;
            default:
                text.Append((char)b);
                break;
        }
    }
}
