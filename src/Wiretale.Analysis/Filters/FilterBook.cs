using System.Text;

namespace Wiretale.Analysis.Filters;

/// <summary>A filter with a name.</summary>
/// <param name="Name">Letters, digits, dots, hyphens and underscores.</param>
/// <param name="Description">One line; may be empty.</param>
/// <param name="Text">The filter; <c>$1</c>, <c>$2</c> ... stand for arguments.</param>
public sealed record SavedFilter(string Name, string Description, string Text);

/// <summary>Named filters in one file that people can read and edit.</summary>
/// <remarks>
/// A filter begins at the margin with its name, a colon and its description; the indented lines below are its text. Empty lines and lines
/// that begin with <c>#</c> mean nothing.
/// <code>
/// errors: answers that say something went wrong
///     http.response.code >= 400 or dns.flags.rcode != 0
/// between: what two hosts say to each other
///     ip.addr == $1 and ip.addr == $2
/// </code>
/// </remarks>
public sealed class FilterBook
{
    readonly List<SavedFilter> filters = [];

    /// <summary>Where the file is unless told otherwise: <c>$XDG_CONFIG_HOME/wiretale/filters</c>, else below <c>~/.config</c>.</summary>
    public static string DefaultPath
    {
        get
        {
            string? home = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
            home = string.IsNullOrEmpty(home) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config") : home;
            return Path.Combine(home, "wiretale", "filters");
        }
    }

    /// <summary>The filters, in the order of the file.</summary>
    public IReadOnlyList<SavedFilter> Filters => filters;

    /// <summary>Reads a file; one that does not exist is an empty book.</summary>
    /// <exception cref="FormatException">A line that is neither a name nor belongs to one.</exception>
    public static FilterBook Load(string path) => File.Exists(path) ? Parse(File.ReadAllText(path)) : new();

    /// <summary>Reads the file's text.</summary>
    /// <exception cref="FormatException">A line that is neither a name nor belongs to one.</exception>
    public static FilterBook Parse(string text)
    {
        var book = new FilterBook();
        SavedFilter? open = null;
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.TrimEnd();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (char.IsWhiteSpace(line[0]))
            {
                open = open is null
                    ? throw new FormatException($"line {number}: a filter's text without a name before it")
                    : open with { Text = open.Text.Length == 0 ? line.Trim() : $"{open.Text} {line.Trim()}" };
                continue;
            }

            book.Close(open);
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string name = colon < 0 ? line : line[..colon];
            open = IsName(name) ? new(name, colon < 0 ? "" : line[(colon + 1)..].Trim(), "")
                : throw new FormatException($"line {number}: \"{name}\" is no name for a filter");
        }

        book.Close(open);
        return book;
    }

    /// <summary>Whether a text can be a filter's name.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>The filter of a name, or null.</summary>
    public SavedFilter? Find(string name) => filters.Find(f => f.Name.Equals(name, StringComparison.Ordinal));

    /// <summary>Adds a filter, or replaces the one of its name.</summary>
    /// <exception cref="FormatException">The name cannot be one.</exception>
    public void Set(SavedFilter filter)
    {
        if (!IsName(filter.Name))
        {
            throw new FormatException($"\"{filter.Name}\" is no name for a filter: letters, digits, dots, hyphens and underscores are");
        }

        var clean = filter with { Description = OneLine(filter.Description), Text = OneLine(filter.Text) };
        int index = filters.FindIndex(f => f.Name.Equals(filter.Name, StringComparison.Ordinal));
        if (index < 0)
        {
            filters.Add(clean);
        }
        else
        {
            filters[index] = clean;
        }
    }

    /// <summary>Removes a filter; false when there is none of the name.</summary>
    public bool Remove(string name) => filters.RemoveAll(f => f.Name.Equals(name, StringComparison.Ordinal)) > 0;

    /// <summary>The file's text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("# Filters by name, for -Y @name and ${name:arguments}. A name, a colon, a description; the filter indented below.\n");
        foreach (var filter in filters)
        {
            text.Append('\n').Append(filter.Name).Append(':').Append(filter.Description.Length > 0 ? " " : "").Append(filter.Description).Append('\n');
            text.Append("    ").Append(filter.Text).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Writes the file; one that is there is replaced as a whole.</summary>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".new";
        File.WriteAllText(temporary, ToString());
        File.Move(temporary, path, overwrite: true);
    }

    static string OneLine(string text) => string.Join(' ', text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    void Close(SavedFilter? filter)
    {
        if (filter is not null)
        {
            Set(filter);
        }
    }
}
