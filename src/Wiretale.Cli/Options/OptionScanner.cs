namespace Wiretale.Cli.Options;

/// <summary>Splits arguments the way C's getopt_long does, because scripts written for tshark rely on it: <c>-nr file</c>, <c>-c10</c>, <c>--long=x</c>, <c>--</c>.</summary>
/// <param name="arguments">The command line.</param>
/// <param name="letters">Short options; a colon after a letter says that it takes an argument.</param>
/// <param name="names">Long options: the name, a letter to be treated as or '\0', and whether it takes an argument.</param>
sealed class OptionScanner(string[] arguments, string letters, IReadOnlyDictionary<string, LongOption> names)
{
    int index;
    int inside;

    /// <summary>The option last read: a letter, or a long option's name when no letter stands for it.</summary>
    public string Option { get; private set; } = "";

    /// <summary>Its argument; empty when it takes none.</summary>
    public string Argument { get; private set; } = "";

    /// <summary>Where the first argument that is no option stands, once <see cref="Next"/> has said false.</summary>
    public int Position => index;

    /// <summary>Takes the argument at <see cref="Position"/> as the operand it is, so that scanning can go on behind it.</summary>
    public string TakeOperand() => arguments[index++];

    /// <summary>Reads an option; false at the first argument that is none.</summary>
    /// <exception cref="UsageException">An unknown option, or one without its argument.</exception>
    public bool Next()
    {
        if (inside > 0)
        {
            Short();
            return true;
        }

        if (index >= arguments.Length || arguments[index] is not ['-', _, ..])
        {
            return false;
        }

        string argument = arguments[index];
        if (argument is "--")
        {
            index++;
            return false;
        }

        if (argument[1] == '-')
        {
            Long(argument[2..]);
        }
        else
        {
            inside = 1;
            Short();
        }

        return true;
    }

    void Short()
    {
        string cluster = arguments[index];
        char letter = cluster[inside++];
        int known = letter == ':' ? -1 : letters.IndexOf(letter);
        bool takesArgument = known >= 0 && known + 1 < letters.Length && letters[known + 1] == ':';
        bool ends = inside == cluster.Length;
        Option = letter.ToString();
        Argument = "";
        if (takesArgument && !ends)
        {
            Argument = cluster[inside..];
            ends = true;
        }
        else if (takesArgument)
        {
            Argument = ++index < arguments.Length ? arguments[index] : throw new UsageException($"option requires an argument: {letter}");
        }

        if (ends)
        {
            index++;
            inside = 0;
        }

        if (known < 0)
        {
            throw new UsageException($"unrecognized option: {letter}");
        }
    }

    void Long(string text)
    {
        index++;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        if (!names.TryGetValue(name, out var option))
        {
            throw new UsageException($"unrecognized option: {name}");
        }

        Option = option.Letter == '\0' ? name : option.Letter.ToString();
        Argument = equals < 0 ? "" : text[(equals + 1)..];
        if (option.TakesArgument && equals < 0)
        {
            Argument = index < arguments.Length ? arguments[index++] : throw new UsageException($"option requires an argument: {name}");
        }
        else if (!option.TakesArgument && equals >= 0)
        {
            throw new UsageException($"option does not take an argument: {name}");
        }
    }
}

/// <summary>A long option: the letter it is the same as ('\0' for none), and whether it takes an argument.</summary>
readonly record struct LongOption(char Letter, bool TakesArgument);
