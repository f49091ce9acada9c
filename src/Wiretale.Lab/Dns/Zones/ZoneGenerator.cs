using System.Globalization;
using System.Text;

namespace Wiretale.Lab.Dns.Zones;

/// <summary>
/// Makes many records of one line: <c>$GENERATE 1-254 host-$ A 10.0.0.$</c>. <c>$</c> is the number, <c>${offset,width,base}</c> another form of it
/// (d, o, x, X), <c>\$</c> a dollar.
/// </summary>
static class ZoneGenerator
{
    const long MostRecords = 1 << 20;

    public static IEnumerable<List<TextToken>> Expand(IReadOnlyList<TextToken> words)
    {
        string[] bounds = words[1].Text.Split('-', '/');
        long[] numbers = new long[3];
        numbers[2] = 1;
        for (int i = 0; i < bounds.Length; i++)
        {
            if (bounds.Length is < 2 or > 3 || !uint.TryParse(bounds[i], NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            {
                throw new FormatException($"'{words[1].Text}' is not FIRST-LAST or FIRST-LAST/STEP");
            }

            numbers[i] = number;
        }

        var (first, last, step) = (numbers[0], numbers[1], numbers[2]);
        if (last < first || step == 0 || (last - first) / step >= MostRecords)
        {
            throw new FormatException($"'{words[1].Text}' makes no records, or more than {MostRecords}");
        }

        return Make();

        IEnumerable<List<TextToken>> Make()
        {
            for (long number = first; number <= last; number += step)
            {
                yield return [.. words.Skip(2).Select(word => word with { Text = Replace(word.Text, number) })];
            }
        }
    }

    static string Replace(string text, long number)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var made = new StringBuilder();
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '\\' && at + 1 < text.Length)
            {
                made.Append(c).Append(text[++at]);
            }
            else if (c != '$')
            {
                made.Append(c);
            }
            else if (at + 1 < text.Length && text[at + 1] == '{')
            {
                int end = text.IndexOf('}', at);
                made.Append(Form(end > 0 ? text[(at + 2)..end] : throw new FormatException($"'{text}': a brace is opened and not closed"), number));
                at = end;
            }
            else
            {
                made.Append(number);
            }
        }

        return made.ToString();
    }

    static string Form(string form, long number)
    {
        string[] parts = form.Split(',');
        int offset = 0, width = 0;
        bool good = parts.Length <= 3 && int.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out offset)
            && (parts.Length < 2 || (int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out width) && width <= DnsName.MaximumLabel));
        number += offset;
        return (good && number >= 0 ? parts.ElementAtOrDefault(2) ?? "d" : "") switch
        {
            "d" => number.ToString($"D{width}", CultureInfo.InvariantCulture),
            "x" => number.ToString($"x{width}", CultureInfo.InvariantCulture),
            "X" => number.ToString($"X{width}", CultureInfo.InvariantCulture),
            "o" => Convert.ToString(number, 8).PadLeft(width, '0'),
            _ => throw new FormatException($"'${{{form}}}' is not ${{OFFSET,WIDTH,BASE}} with base d, o, x or X, or is below zero"),
        };
    }
}
