namespace Wiretale.Dissection.Engine;

/// <summary>Names of a field's values (value_string, range_string, true_false_string), or the unit that follows its number.</summary>
public abstract class ValueNames
{
    /// <summary>The name of a value, or null when it has none.</summary>
    public abstract string? Find(ulong value);

    /// <summary>Every value (or the first of every range) with its name, in declaration order; for -G values, filters and completion.</summary>
    public abstract IEnumerable<(ulong First, ulong Last, string Name)> All { get; }

    /// <summary>True when the text is a unit that stands after the number (unit_name_string), rather than a name for it.</summary>
    public virtual bool IsUnit => false;

    /// <summary>Names of single values.</summary>
    /// <param name="names">Called once, when a name is first asked for.</param>
    public static ValueNames Of(Func<(ulong Value, string Name)[]> names) => new Table(names);

    /// <summary>Names of ranges, first and last included; the first range that fits wins.</summary>
    /// <param name="ranges">Called once, when a name is first asked for.</param>
    public static ValueNames Ranges(Func<(ulong First, ulong Last, string Name)[]> ranges) => new RangeTable(ranges);

    /// <summary>Names for true and false.</summary>
    public static ValueNames Flag(string whenTrue, string whenFalse) => new Booleans(whenTrue, whenFalse);

    /// <summary>A unit for one and for many, each with its leading space if it wants one: <c>" byte", " bytes"</c>.</summary>
    public static ValueNames Unit(string one, string? many = null) => new Units(one, many ?? one);

    /// <summary>"Set" and "Not set".</summary>
    public static readonly ValueNames SetNotSet = Flag("Set", "Not set");

    /// <summary>"Yes" and "No".</summary>
    public static readonly ValueNames YesNo = Flag("Yes", "No");

    /// <summary>"True" and "False": what a boolean without names prints.</summary>
    public static readonly ValueNames TrueFalse = Flag("True", "False");

    /// <summary>The name of a value, or a text made of the number.</summary>
    public string FindOr(ulong value, string otherwise) => Find(value) ?? otherwise;

    /// <summary>A table that is made when the first name of it is asked for: there are thousands of names, and a run sees few of them.</summary>
    sealed class Table(Func<(ulong Value, string Name)[]> declare) : ValueNames
    {
        Lookup? lookup;

        // Two threads may both make it; either result is right.
        Lookup Made => lookup ?? (lookup = new Lookup(declare()));

        public override string? Find(ulong value) => Made.Find(value);

        public override IEnumerable<(ulong First, ulong Last, string Name)> All => Made.Declared.Select(n => (n.Value, n.Value, n.Name));
    }

    sealed class Lookup
    {
        readonly string?[]? dense;
        readonly Dictionary<ulong, string>? sparse;

        public Lookup((ulong Value, string Name)[] names)
        {
            Declared = names;
            ulong max = 0;
            foreach (var (value, _) in names)
            {
                max = Math.Max(max, value);
            }

            // Small tables of small numbers are looked up by index; the others by hash. Where a value is declared twice the first one holds.
            if (max < 512)
            {
                dense = new string?[max + 1];
                foreach (var (value, name) in names)
                {
                    dense[value] ??= name;
                }
            }
            else
            {
                sparse = new(names.Length);
                foreach (var (value, name) in names)
                {
                    sparse.TryAdd(value, name);
                }
            }
        }

        public (ulong Value, string Name)[] Declared { get; }

        public string? Find(ulong value) =>
            dense is not null ? value < (ulong)dense.Length ? dense[value] : null : sparse!.GetValueOrDefault(value);
    }

    sealed class RangeTable(Func<(ulong First, ulong Last, string Name)[]> declare) : ValueNames
    {
        (ulong First, ulong Last, string Name)[]? made;

        (ulong First, ulong Last, string Name)[] Made => made ??= declare();

        public override string? Find(ulong value)
        {
            foreach (ref readonly var range in Made.AsSpan())
            {
                if (value >= range.First && value <= range.Last)
                {
                    return range.Name;
                }
            }

            return null;
        }

        public override IEnumerable<(ulong First, ulong Last, string Name)> All => Made;
    }

    sealed class Booleans(string whenTrue, string whenFalse) : ValueNames
    {
        public override string? Find(ulong value) => value != 0 ? whenTrue : whenFalse;

        public override IEnumerable<(ulong First, ulong Last, string Name)> All => [(1, 1, whenTrue), (0, 0, whenFalse)];
    }

    sealed class Units(string one, string many) : ValueNames
    {
        public override bool IsUnit => true;

        public override string? Find(ulong value) => value == 1 ? one : many;

        public override IEnumerable<(ulong First, ulong Last, string Name)> All => [];
    }
}
