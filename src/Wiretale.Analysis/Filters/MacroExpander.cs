using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Analysis.Filters;

/// <summary>Puts saved filters in the place of their names: <c>@name</c> as a whole filter, <c>${name:first;second}</c> inside one.</summary>
/// <param name="book">The saved filters.</param>
/// <param name="registry">A name of a field in <c>${...}</c> is a reference to it and stays.</param>
public sealed class MacroExpander(FilterBook book, Registry registry)
{
    /// <summary>Macros in macros beyond this are taken for a circle.</summary>
    const int MaxDepth = 16;

    const int MaxLength = 1 << 20;

    /// <summary>Whether a text names a saved filter at all; when not, no book need be read.</summary>
    public static bool Concerns(string text) => text.TrimStart().StartsWith('@') || text.Contains("${", StringComparison.Ordinal);

    /// <summary>The text without macros.</summary>
    /// <exception cref="FilterException">A name that is not in the book, an argument that is missing, or a circle.</exception>
    public string Expand(string text)
    {
        try
        {
            string trimmed = text.Trim();
            if (!trimmed.StartsWith('@'))
            {
                return Expand(text, 0);
            }

            int start = text.IndexOf('@', StringComparison.Ordinal);
            return Expand(Apply(trimmed[1..], [], start, trimmed.Length), 1);
        }
        catch (FilterException e)
        {
            FilterException.In(text, e);
            throw;
        }
    }

    string Expand(string text, int depth)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder();
        for (int i = 0; i < text.Length;)
        {
            int end = text[i] == '"' ? StringEnd(text, i) : i + 1;
            if (text[i] != '$' || i + 1 >= text.Length || text[i + 1] != '{' || text.IndexOf('}', i) is not (var close and > 0))
            {
                result.Append(text, i, end - i);
                i = end;
                continue;
            }

            string inside = text[(i + 2)..close];
            int colon = inside.AsSpan().IndexOfAny(':', ';');
            string name = (colon < 0 ? inside : inside[..colon]).Trim();
            if (colon < 0 && book.Find(name) is null && registry.Find(name) is not null)
            {
                result.Append(text, i, close + 1 - i);
            }
            else
            {
                string[] arguments = colon < 0 ? [] : inside[(colon + 1)..].Split(';', StringSplitOptions.TrimEntries);
                string body = Apply(name, arguments, i, close + 1 - i);
                if (depth >= MaxDepth || body.Length + result.Length > MaxLength)
                {
                    throw new FilterException($"The macro \"{name}\" does not come to an end.", i, close + 1 - i);
                }

                result.Append(Expand(body, depth + 1));
            }

            if (result.Length > MaxLength)
            {
                throw new FilterException($"The macro \"{name}\" becomes too long.", i, close + 1 - i);
            }

            i = close + 1;
        }

        return result.ToString();
    }

    string Apply(string name, string[] arguments, int position, int length)
    {
        var filter = book.Find(name) ?? throw new FilterException($"There is no saved filter \"{name}\".", position, length, Nearest(name));
        var result = new StringBuilder();
        string text = filter.Text;
        for (int i = 0; i < text.Length; i++)
        {
            int end = i + 1;
            while (text[i] == '$' && end < text.Length && char.IsAsciiDigit(text[end]) && end < i + 3)
            {
                end++;
            }

            if (end == i + 1)
            {
                result.Append(text[i]);
                continue;
            }

            int number = int.Parse(text.AsSpan(i + 1, end - i - 1), System.Globalization.CultureInfo.InvariantCulture);
            result.Append(number >= 1 && number <= arguments.Length ? arguments[number - 1]
                : throw new FilterException($"The saved filter \"{name}\" needs argument {number}.", position, length));
            i = end - 1;
        }

        return result.ToString();
    }

    string? Nearest(string name) => book.Filters.Select(f => f.Name).FirstOrDefault(n => n.StartsWith(name, StringComparison.OrdinalIgnoreCase) || name.StartsWith(n, StringComparison.OrdinalIgnoreCase));

    static int StringEnd(string text, int start)
    {
        int i = start + 1;
        while (i < text.Length && text[i] != '"')
        {
            i += text[i] == '\\' ? 2 : 1;
        }

        return Math.Min(text.Length, i + 1);
    }
}
