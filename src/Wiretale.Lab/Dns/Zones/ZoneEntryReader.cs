using System.Text;

namespace Wiretale.Lab.Dns.Zones;

/// <summary>An entry of a zone file: the words of a line, or of several where parentheses hold them together.</summary>
/// <param name="Line">The line it begins on.</param>
/// <param name="IsIndented">Whether it begins with blanks, and so belongs to the owner before.</param>
sealed record ZoneEntry(int Line, bool IsIndented, List<TextToken> Words);

/// <summary>Takes a zone file apart into entries (RFC 1035 section 5.1).</summary>
sealed class ZoneEntryReader(string path, TextReader text)
{
    const int LongestLine = 1 << 18, MostWords = 1 << 16;

    readonly char[] buffer = new char[1 << 14];
    readonly StringBuilder line = new();
    int length, at, number;

    /// <summary>The next entry that is not empty; null at the end.</summary>
    /// <exception cref="ZoneException">Quotes or parentheses that do not close.</exception>
    public ZoneEntry? Next()
    {
        while (ReadLine() is { } first)
        {
            int begin = number;
            var words = new List<TextToken>();
            bool isIndented = first is [' ' or '\t', ..];
            int depth = Split(first, words, 0);
            while (depth > 0)
            {
                depth = ReadLine() is { } more ? Split(more, words, depth) : throw new ZoneException($"{path}:{begin}: a parenthesis is opened and never closed");
            }

            if (words.Count > 0)
            {
                return new(begin, isIndented, words);
            }
        }

        return null;
    }

    int Split(string line, List<TextToken> words, int depth)
    {
        for (int at = 0; at < line.Length;)
        {
            switch (line[at])
            {
                case ' ' or '\t' or '\r':
                    at++;
                    break;
                case ';':
                    return depth;
                case '(':
                    depth++;
                    at++;
                    break;
                case ')':
                    depth = depth > 0 ? depth - 1 : throw new ZoneException($"{path}:{number}: a parenthesis is closed that was never opened");
                    at++;
                    break;
                default:
                    try
                    {
                        words.Add(DnsText.Word(line, ref at));
                    }
                    catch (FormatException e)
                    {
                        throw new ZoneException($"{path}:{number}: {e.Message} (a \" inside of text is written \\\")", e);
                    }

                    if (words.Count > MostWords)
                    {
                        throw new ZoneException($"{path}:{number}: more than {MostWords} words in one entry; is a parenthesis missing?");
                    }

                    break;
            }
        }

        return depth;
    }

    /// <summary>A line of bounded length; what is no zone file may have no line ends at all.</summary>
    string? ReadLine()
    {
        line.Clear();
        number++;
        while (true)
        {
            if (at == length)
            {
                try
                {
                    length = text.Read(buffer);
                }
                catch (DecoderFallbackException e)
                {
                    throw new ZoneException($"{path}:{number} or soon after: not UTF-8 text (other bytes are written \\DDD)", e);
                }

                at = 0;
                if (length == 0)
                {
                    return line.Length > 0 ? line.ToString() : null;
                }
            }

            int end = buffer.AsSpan(at, length - at).IndexOf('\n');
            int count = end < 0 ? length - at : end;
            line.Append(buffer, at, count);
            at += count;
            if (line.Length > LongestLine)
            {
                throw new ZoneException($"{path}:{number}: a line of more than {LongestLine} characters; is this a zone file?");
            }

            if (end >= 0)
            {
                at++;
                return line.ToString();
            }
        }
    }
}
