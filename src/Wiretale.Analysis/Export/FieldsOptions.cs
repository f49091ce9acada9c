namespace Wiretale.Analysis.Export;

/// <summary>Which values of a field that occurs several times are printed.</summary>
public enum Occurrence : byte
{
    All, First, Last,
}

/// <summary>How <c>-T fields</c> prints; tshark's <c>-E</c>.</summary>
public sealed class FieldsOptions
{
    /// <summary>What <see cref="TrySet"/> takes, for people.</summary>
    public const string Help =
        """
        bom=y|n    Start with a UTF-8 byte order mark (default: n)
        header=y|n    Print the field names as the first line (default: n)
        separator=/t|/s|<character>   What stands between fields;
             "/t" = tab, "/s" = space (default: /t)
        occurrence=f|l|a  Which values of a field that occurs several times:
             f = first, l = last, a = all (default: a)
        aggregator=,|/s|<character>   What stands between the values of one field;
             "," = comma, "/s" = space (default: ,)
        quote=d|s|n   Values in d = double quotes, s = single quotes, n = none (default: n)
        escape=y|n    Line ends, tabs and carriage returns in values as \n, \t, \r (default: y)
        """;

    /// <summary>Whether a byte order mark comes first.</summary>
    public bool ByteOrderMark { get; private set; }

    /// <summary>Whether the first line holds the names.</summary>
    public bool Header { get; private set; }

    /// <summary>Between fields.</summary>
    public char Separator { get; private set; } = '\t';

    /// <summary>Between the values of one field.</summary>
    public char Aggregator { get; private set; } = ',';

    /// <summary>Around a field's values; '\0' for nothing.</summary>
    public char Quote { get; private set; }

    /// <summary>Which values.</summary>
    public Occurrence Occurrence { get; private set; }

    /// <summary>Takes one <c>name=value</c>; false when it is none that is known.</summary>
    public bool TrySet(string option)
    {
        int equals = option.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || equals + 1 == option.Length)
        {
            return false;
        }

        string value = option[(equals + 1)..];
        switch (option[..equals])
        {
            case "bom" when IsSwitch(value):
                ByteOrderMark = IsOn(value);
                return true;
            case "header" when IsSwitch(value):
                Header = IsOn(value);
                return true;
            case "separator":
                Separator = Character(value);
                return true;
            case "aggregator":
                Aggregator = Character(value);
                return true;
            case "occurrence" when value[0] is 'f' or 'l' or 'a':
                Occurrence = value[0] switch { 'f' => Occurrence.First, 'l' => Occurrence.Last, _ => Occurrence.All };
                return true;
            case "quote" when value[0] is 'd' or 's' or 'n':
                Quote = value[0] switch { 'd' => '"', 's' => '\'', _ => '\0' };
                return true;
            default:
                return false;
        }
    }

    static bool IsSwitch(string value) => value[0] is 'y' or 'Y' or 'n' or 'N';

    static bool IsOn(string value) => value[0] is 'y' or 'Y';

    static char Character(string value) => value switch
    {
        "/t" => '\t',
        "/s" => ' ',
        ['/', _, ..] => value[1],
        _ => value[0],
    };
}
