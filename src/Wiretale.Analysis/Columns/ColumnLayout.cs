using System.Globalization;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Columns;

/// <summary>A column of the packet list.</summary>
/// <param name="Title">What stands above it, and what <c>_ws.col.</c> names it by.</param>
/// <param name="Code">What it shows.</param>
/// <param name="Fields">The fields that it needs; of a custom column, those the user named.</param>
/// <param name="Occurrence">Of a custom column: which value of each field, from the end when negative; 0 for all.</param>
/// <param name="Resolved">Of a custom column: whether values are shown by their names.</param>
public sealed record ListColumn(string Title, ColumnCode Code, IReadOnlyList<string> Fields, int Occurrence = 0, bool Resolved = true)
{
    /// <summary>What it shows.</summary>
    public ColumnKind Kind => Code.Kind;

    /// <summary>A column without content, for a title that no column has.</summary>
    public static ListColumn Empty { get; } = new("", new("", ColumnKind.None, ""), []);
}

/// <summary>The columns of the packet list: tshark's default ones, or what <c>gui.column.format</c> says.</summary>
public sealed class ColumnLayout
{
    const string Prefix = "_ws.col.";

    static readonly (string Title, string Code)[] Ordinary =
        [("No.", "%m"), ("Time", "%t"), ("Source", "%s"), ("Destination", "%d"), ("Protocol", "%p"), ("Length", "%L"), ("Info", "%i")];

    readonly ListColumn[] columns;

    ColumnLayout(ListColumn[] columns) => this.columns = columns;

    /// <summary>No., Time, Source, Destination, Protocol, Length, Info.</summary>
    public static ColumnLayout Default { get; } = new(Array.ConvertAll(Ordinary, o => Make(o.Title, o.Code)!));

    /// <summary>The columns that are shown, in order.</summary>
    public IReadOnlyList<ListColumn> Columns => columns;

    /// <summary>Whether a name speaks of a column rather than of a field.</summary>
    public static bool IsColumnName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads <c>gui.column.format</c>: titles and codes in turn, separated by commas, each in quotes or not.</summary>
    /// <returns>Null when the text is none.</returns>
    public static ColumnLayout? Parse(string text)
    {
        if (Words(text) is not { Count: > 0 } words || words.Count % 2 != 0)
        {
            return null;
        }

        var columns = new ListColumn?[words.Count / 2];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = Make(words[i * 2], words[(i * 2) + 1]);
        }

        return Array.IndexOf(columns, null) >= 0 ? null : new(columns!);
    }

    /// <summary>The same without the columns of some codes (<c>gui.column.hidden</c>).</summary>
    public ColumnLayout Without(string codes)
    {
        var hidden = codes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(c => c.Trim('"')).ToHashSet(StringComparer.Ordinal);
        return new([.. columns.Where(c => !hidden.Contains(c.Code.Code))]);
    }

    /// <summary>The column of a name such as <c>_ws.col.Info</c>; an empty one when no column has that title.</summary>
    public ListColumn Find(string name) => Array.Find(columns, c => name.AsSpan(Prefix.Length).SequenceEqual(c.Title)) ?? ListColumn.Empty;

    /// <summary>Asks for what the columns need.</summary>
    public void AddTo(Demand demand, Registry registry)
    {
        foreach (var column in columns)
        {
            AddTo(column, demand, registry);
        }
    }

    /// <summary>Asks for what a column needs.</summary>
    public static void AddTo(ListColumn column, Demand demand, Registry registry)
    {
        demand.Columns |= column.Kind is ColumnKind.Source or ColumnKind.Destination or ColumnKind.Protocol or ColumnKind.Info;
        foreach (var field in column.Fields.SelectMany(registry.FindAll))
        {
            demand.Want(field);
        }
    }

    static ListColumn? Make(string title, string code)
    {
        if (!code.StartsWith("%Cus", StringComparison.Ordinal))
        {
            return ColumnCode.Find(code) is { } plain ? new(title, plain, plain.Fields) : null;
        }

        // %Cus:field || field:occurrence:R or U; what follows the fields may be left out.
        string[] parts = code.Split(':');
        string[] fields = parts.Length < 2 ? [] : parts[1].Split(["||", " or "], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int occurrence = parts.Length > 2 && int.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : 0;
        return new(title, ColumnCode.Find("%Cus")!, fields, occurrence, parts.Length < 4 || !parts[3].StartsWith('U'));
    }

    /// <summary>Splits at commas; a comma in quotes belongs to its word. Null when a quote is not closed.</summary>
    static List<string>? Words(string text)
    {
        List<string> words = [];
        var word = new System.Text.StringBuilder();
        bool quoted = false, any = false;
        foreach (char c in text)
        {
            if (c == '"')
            {
                quoted = !quoted;
                any = true;
            }
            else if (c == ',' && !quoted)
            {
                words.Add(word.ToString().Trim());
                word.Clear();
                any = false;
            }
            else
            {
                word.Append(c);
            }
        }

        if (any || word.Length > 0)
        {
            words.Add(word.ToString().Trim());
        }

        return quoted ? null : words;
    }
}
