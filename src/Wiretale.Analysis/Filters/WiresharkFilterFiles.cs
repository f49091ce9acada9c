using System.Globalization;
using System.Text;

namespace Wiretale.Analysis.Filters;

/// <summary>Wireshark's files of filters: <c>dfilters</c> (<c>"name" filter</c>), <c>dfilter_buttons</c> and <c>dfilter_macros</c> (quoted values with commas between).</summary>
public static class WiresharkFilterFiles
{
    /// <summary>Reads any of them; which one it is shows in its lines.</summary>
    public static IEnumerable<SavedFilter> Read(string text)
    {
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var values = Values(line, out string rest);
            var filter = values switch
            {
                [var name] when rest.Length > 0 => new SavedFilter(name, name, rest),
                [var name, var filterText] => new SavedFilter(name, name, filterText),
                [_, var label, var filterText, .. var more] => new SavedFilter(label, more is [{ Length: > 0 } comment, ..] ? comment : label, filterText),
                _ => null,
            };
            if (filter is not null && filter.Text.Length > 0)
            {
                yield return filter with { Name = NameOf(filter.Name) };
            }
        }
    }

    /// <summary>The text of a <c>dfilters</c> file.</summary>
    public static string ToFilters(IEnumerable<SavedFilter> filters) =>
        string.Concat(filters.Select(f => $"\"{f.Name.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" {f.Text}\n"));

    /// <summary>The text of a <c>dfilter_buttons</c> file.</summary>
    public static string ToButtons(IEnumerable<SavedFilter> filters) =>
        string.Concat(filters.Select(f => $"\"TRUE\",{Quoted(f.Name)},{Quoted(f.Text)},{Quoted(f.Description)}\n"));

    /// <summary>The text of a <c>dfilter_macros</c> file.</summary>
    public static string ToMacros(IEnumerable<SavedFilter> filters) => string.Concat(filters.Select(f => $"{Quoted(f.Name)},{Quoted(f.Text)}\n"));

    /// <summary>Names there may be anything; here they are one word.</summary>
    static string NameOf(string name)
    {
        var word = new StringBuilder();
        foreach (char c in name.Length > 100 ? name[..100] : name)
        {
            word.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '-');
        }

        string result = word.ToString().Trim('-');
        return result.Length > 0 ? result : "filter";
    }

    static List<string> Values(string line, out string rest)
    {
        var values = new List<string>();
        int i = 0;
        while (i < line.Length && line[i] == '"')
        {
            var value = new StringBuilder();
            for (i++; i < line.Length && line[i] != '"'; i++)
            {
                if (line[i] == '\\' && i + 3 < line.Length && line[i + 1] == 'x'
                    && byte.TryParse(line.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code))
                {
                    value.Append((char)code);
                    i += 3;
                }
                else
                {
                    i += line[i] == '\\' && i + 1 < line.Length ? 1 : 0;
                    value.Append(line[i]);
                }
            }

            values.Add(value.ToString());
            i++;
            if (i >= line.Length || line[i] != ',')
            {
                break;
            }

            i++;
        }

        rest = i < line.Length ? line[i..].Trim() : "";
        return values;
    }

    static string Quoted(string value) => $"\"{value.Replace("\\", @"\x5c", StringComparison.Ordinal).Replace("\"", @"\x22", StringComparison.Ordinal)}\"";
}
