using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>All fields of one name: Wireshark, too, has names that several fields share. The first one's type decides.</summary>
sealed class FieldSet
{
    readonly int[] ids;

    public FieldSet(string name, Field[] fields)
    {
        Name = name;
        Fields = fields;
        ids = Array.ConvertAll(fields, f => f.Id);
        Single = ids.Length == 1 ? ids[0] : -1;
    }

    public string Name { get; }

    public Field[] Fields { get; }

    public FieldType Type => Fields[0].Type;

    /// <summary>The one id, or -1 when there are several.</summary>
    public int Single { get; }

    public bool Has(int id) => id == Single || (Single < 0 && Array.IndexOf(ids, id) >= 0);
}

/// <summary>Finds fields by the names people write, and the nearest name when there is none.</summary>
sealed class FieldNames(Registry registry)
{
    /// <summary>Names that protocols once had.</summary>
    static readonly (string Old, string New)[] Aliases = [("bootp", "dhcp"), ("ssl", "tls")];

    readonly Dictionary<string, FieldSet?> known = new(StringComparer.Ordinal);

    public FieldSet? Find(string name)
    {
        if (known.TryGetValue(name, out var set))
        {
            return set;
        }

        string current = Current(name);
        var fields = registry.FindAll(current);
        set = fields.Count == 0 ? null : new(current, [.. fields]);
        known.Add(name, set);
        return set;
    }

    /// <summary>The existing name that takes the fewest changes to reach, or null when none is near.</summary>
    public string? Nearest(string name)
    {
        const int LongestName = 80;
        if (name.Length is < 2 or > LongestName)
        {
            return null;
        }

        int best = Math.Max(1, name.Length / 3) + 1;
        string? nearest = null;
        foreach (var field in registry.Fields)
        {
            if (Math.Abs(field.Name.Length - name.Length) < best)
            {
                int distance = Distance(name, field.Name, best);
                if (distance < best)
                {
                    (best, nearest) = (distance, field.Name);
                }
            }
        }

        return nearest;
    }

    static string Current(string name)
    {
        foreach (var (old, @new) in Aliases)
        {
            if (name.StartsWith(old, StringComparison.Ordinal) && (name.Length == old.Length || name[old.Length] == '.'))
            {
                return @new + name[old.Length..];
            }
        }

        return name;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that make one name the other; <paramref name="limit"/> or more is as good as infinite.</summary>
    static int Distance(string a, string b, int limit)
    {
        Span<int> before = stackalloc int[b.Length + 1], last = stackalloc int[b.Length + 1], row = stackalloc int[b.Length + 1];
        for (int k = 0; k <= b.Length; k++)
        {
            last[k] = k;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            int least = i;
            for (int k = 1; k <= b.Length; k++)
            {
                int cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[k - 1]) ? 0 : 1;
                row[k] = Math.Min(Math.Min(row[k - 1], last[k]) + 1, last[k - 1] + cost);
                if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                {
                    row[k] = Math.Min(row[k], before[k - 2] + 1);
                }

                least = Math.Min(least, row[k]);
            }

            if (least >= limit)
            {
                return limit;
            }

            last.CopyTo(before);
            row.CopyTo(last);
        }

        return last[b.Length];
    }
}
