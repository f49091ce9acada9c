namespace Wiretale.Dissection.Engine;

/// <summary>A setting of a protocol with its default; the value in force belongs to an <see cref="DissectionEngine"/>.</summary>
public sealed class Preference(string name, string label, uint defaultValue, bool isBoolean)
{
    /// <summary>Number among all preferences that have been declared.</summary>
    public int Id { get; } = Registry.AddPreference(defaultValue);

    /// <summary>Name as in <c>-o name:value</c>, such as <c>tcp.relative_sequence_numbers</c>.</summary>
    public string Name { get; } = name;

    /// <summary>What it does, for people.</summary>
    public string Label { get; } = label;

    /// <summary>The value without <c>-o</c>; 0 and 1 for false and true.</summary>
    public uint Default { get; } = defaultValue;

    /// <summary>Whether it is true or false rather than a number.</summary>
    public bool IsBoolean { get; } = isBoolean;

    /// <summary>Whether it is a text (a file name, say): empty by default, its value in force is <see cref="DissectionEngine.Text"/>.</summary>
    public bool IsText { get; internal init; }

    /// <summary>Reads a value as written after <c>-o name:</c>.</summary>
    public bool TryParse(string text, out uint value)
    {
        if (!IsBoolean)
        {
            return uint.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out value);
        }

        value = text.Equals("TRUE", StringComparison.OrdinalIgnoreCase) ? 1u : 0u;
        return value == 1 || text.Equals("FALSE", StringComparison.OrdinalIgnoreCase);
    }
}
