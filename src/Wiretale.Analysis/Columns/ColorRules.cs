using System.Globalization;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Analysis.Columns;

/// <summary>A colour, eight bits a part.</summary>
public readonly record struct Color(byte Red, byte Green, byte Blue);

/// <summary>Packets that a filter chooses, and the colours in which they are shown.</summary>
public sealed record ColorRule(string Name, DisplayFilter Filter, Color Background, Color Foreground);

/// <summary>Colouring rules in Wireshark's form (its file <c>colorfilters</c>); the first that a packet meets is the packet's.</summary>
/// <remarks>A line each: <c>@name@filter@[background][foreground]</c>, colours as three 16-bit numbers; <c>!</c> in front switches a rule off, <c>#</c> begins a comment.</remarks>
public sealed class ColorRules
{
    static readonly Lazy<string> Ordinary = new(ReadOrdinary);

    readonly List<ColorRule> rules = [];
    readonly List<string> problems = [];

    /// <summary>The rules in force, in order.</summary>
    public IReadOnlyList<ColorRule> Rules => rules;

    /// <summary>What was wrong with others, a sentence each.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The user's own file, where Wireshark looks for it; whether or not it exists.</summary>
    public static string PersonalPath
    {
        get
        {
            if (Environment.GetEnvironmentVariable("WIRESHARK_CONFIG_DIR") is { Length: > 0 } named)
            {
                return Path.Combine(named, "colorfilters");
            }

            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string? configuration = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
            string folder = Path.Combine(string.IsNullOrEmpty(configuration) ? Path.Combine(home, ".config") : configuration, "wireshark");
            string old = Path.Combine(home, ".wireshark");
            return Path.Combine(!Directory.Exists(folder) && Directory.Exists(old) ? old : folder, "colorfilters");
        }
    }

    /// <summary>Wireshark's default rules.</summary>
    public static ColorRules Default(Registry registry) => Parse(Ordinary.Value, registry);

    /// <summary>Reads rules. Names of protocols that are not known stand for protocols that no packet has.</summary>
    public static ColorRules Parse(string text, Registry registry)
    {
        var result = new ColorRules();
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            string rule = line.Trim();
            if (rule.StartsWith('@') && result.Read(rule, registry) is { } problem)
            {
                result.problems.Add($"line {number}: {problem}");
            }
        }

        return result;
    }

    /// <summary>Asks for what the rules look at.</summary>
    public void AddTo(Demand demand)
    {
        foreach (var rule in rules)
        {
            rule.Filter.AddTo(demand);
        }
    }

    /// <summary>The rule that a packet meets, or null.</summary>
    public ColorRule? Find(DissectedBatch batch, int packet)
    {
        foreach (var rule in rules)
        {
            if (rule.Filter.Matches(batch, packet))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>Appends what switches a terminal of 24-bit colours to the rule's.</summary>
    internal static void Switch(ColorRule rule, Utf8Text output)
    {
        var (text, ground) = (rule.Foreground, rule.Background);
        output.Append($"\u001b[38;2;{text.Red};{text.Green};{text.Blue}m\u001b[48;2;{ground.Red};{ground.Green};{ground.Blue}m");
    }

    /// <summary>Colours the rest of the line that was just written, too, and ends colouring.</summary>
    internal static void EndLine(Utf8Text output)
    {
        output.Length--;
        output.Append("\u001b[K\n"u8);
        Reset(output);
    }

    /// <summary>Ends colouring.</summary>
    internal static void Reset(Utf8Text output) => output.Append("\u001b[0m"u8);

    /// <summary>Appends a rule's colours as attributes of an XML element.</summary>
    internal static void Attributes(ColorRule rule, Utf8Text output)
    {
        var (text, ground) = (rule.Foreground, rule.Background);
        output.Append($" foreground='#{text.Red:x2}{text.Green:x2}{text.Blue:x2}' background='#{ground.Red:x2}{ground.Green:x2}{ground.Blue:x2}'");
    }

    string? Read(string rule, Registry registry)
    {
        int nameEnd = rule.IndexOf('@', 1);
        int filterEnd = rule.LastIndexOf('@');
        if (nameEnd < 0 || filterEnd <= nameEnd)
        {
            return "a rule is @name@filter@[background][foreground]";
        }

        string[] colors = rule[(filterEnd + 1)..].Split(['[', ']', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var parts = new byte[6];
        if (colors.Length != parts.Length)
        {
            return "a rule ends in two colours of three numbers: [0,0,0][65535,65535,65535]";
        }

        for (int i = 0; i < parts.Length; i++)
        {
            if (!ushort.TryParse(colors[i], NumberStyles.None, CultureInfo.InvariantCulture, out ushort part))
            {
                return $"\"{colors[i]}\" is no part of a colour: that is a number from 0 to 65535";
            }

            parts[i] = (byte)(part >> 8);
        }

        string text = rule[(nameEnd + 1)..filterEnd];
        try
        {
            rules.Add(new(rule[1..nameEnd], DisplayFilter.Compile(text, registry, unknownIsAbsent: true), new(parts[0], parts[1], parts[2]), new(parts[3], parts[4], parts[5])));
            return null;
        }
        catch (FilterException e)
        {
            return $"the filter of \"{rule[1..nameEnd]}\" is none: {e.Message}";
        }
    }

    static string ReadOrdinary()
    {
        using var reader = new StreamReader(typeof(ColorRules).Assembly.GetManifestResourceStream("ColorRules.txt")!);
        return reader.ReadToEnd();
    }
}
