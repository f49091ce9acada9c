using System.Globalization;
using System.Text;

namespace Wiretale.Lab.Dns;

/// <summary>A word of a zone file, its escapes still in it.</summary>
/// <param name="Text">The word, without its quotes.</param>
/// <param name="Quoted">Whether it stood in quotes.</param>
readonly record struct TextToken(string Text, bool Quoted);

/// <summary>How names and character strings are written (RFC 1035 section 5.1, RFC 4343 section 2.1).</summary>
static class DnsText
{
    /// <summary>What must be escaped in a label.</summary>
    public const string InNames = "\"().;\\@$";

    /// <summary>What must be escaped between quotes.</summary>
    public const string InQuotes = "\"\\";

    /// <summary>Writes bytes as text.</summary>
    public static void Escape(StringBuilder text, ReadOnlySpan<byte> bytes, string special)
    {
        foreach (byte b in bytes)
        {
            if (b < 0x20 || b > 0x7e || (b == ' ' && special == InNames))
            {
                text.Append(CultureInfo.InvariantCulture, $"\\{b:D3}");
            }
            else
            {
                if (special.Contains((char)b, StringComparison.Ordinal))
                {
                    text.Append('\\');
                }

                text.Append((char)b);
            }
        }
    }

    /// <summary>Writes bytes between quotes.</summary>
    public static void Quote(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        text.Append('"');
        Escape(text, bytes, InQuotes);
        text.Append('"');
    }

    /// <summary>Reads one character, escaped or not, as bytes.</summary>
    public static void Unescape(string text, ref int at, List<byte> bytes)
    {
        char c = text[at++];
        if (c == '\\')
        {
            if (at >= text.Length)
            {
                throw new FormatException($"'{text}' ends with a backslash");
            }

            if (char.IsAsciiDigit(text[at]))
            {
                if (at + 3 > text.Length || !byte.TryParse(text.AsSpan(at, 3), NumberStyles.None, CultureInfo.InvariantCulture, out byte code))
                {
                    throw new FormatException($"'{text}': a backslash and a digit want three digits up to 255");
                }

                at += 3;
                bytes.Add(code);
                return;
            }

            c = text[at++];
        }

        if (c < 0x80)
        {
            bytes.Add((byte)c);
            return;
        }

        Span<byte> encoded = stackalloc byte[4];
        Rune.DecodeFromUtf16(text.AsSpan(at - 1), out var rune, out int used);
        at += used - 1;
        bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
    }

    /// <summary>The bytes of a word.</summary>
    public static byte[] Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (int at = 0; at < text.Length;)
        {
            Unescape(text, ref at, bytes);
        }

        return [.. bytes];
    }

    /// <summary>Takes a line apart into words.</summary>
    public static List<TextToken> Words(string line)
    {
        var words = new List<TextToken>();
        for (int at = 0; at < line.Length;)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }

            words.Add(Word(line, ref at));
        }

        return words;
    }

    /// <summary>Reads the word at a place, up to what ends it.</summary>
    public static TextToken Word(string line, ref int at)
    {
        bool quoted = line[at] == '"';
        int start = quoted ? ++at : at;
        while (at < line.Length && (quoted ? line[at] != '"' : !IsEnd(line[at])))
        {
            at += line[at] == '\\' && at + 1 < line.Length ? 2 : 1;
        }

        if (quoted && at >= line.Length)
        {
            throw new FormatException("a quote is opened and not closed");
        }

        string word = line[start..at];
        at += quoted ? 1 : 0;

        // SVCB's parameters are words that quotes may begin in the middle (RFC 9460 section 2.1).
        if (!quoted && at < line.Length && line[at] == '"' && word.EndsWith('='))
        {
            return new(word + Word(line, ref at).Text, Quoted: false);
        }

        return new(word, quoted);

        static bool IsEnd(char c) => c is ' ' or '\t' or '\r' or '\n' or ';' or '(' or ')' or '"';
    }
}
