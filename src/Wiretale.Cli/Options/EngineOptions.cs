using System.Globalization;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Options;

/// <summary>What the command line changes about dissection: <c>-o</c>, <c>-d</c>, <c>--disable-protocol</c>.</summary>
static class EngineOptions
{
    /// <summary>The settings.</summary>
    /// <exception cref="ExitException">An unknown preference, table or protocol.</exception>
    public static EngineSettings Settings(ReadOptions options, Registry registry)
    {
        var settings = new EngineSettings { Names = new(options.Names) };
        settings.Disabled.UnionWith(options.Disabled);
        if (options.DisabledHeuristics.Count > 0)
        {
            DisableHeuristics(settings, options, registry);
        }

        foreach (string preference in options.Preferences)
        {
            SetPreference(settings, preference, registry);
        }

        foreach (string rule in options.DecodeAs)
        {
            DecodeAs(settings, rule);
        }

        return settings;
    }

    static void DisableHeuristics(EngineSettings settings, ReadOptions options, Registry registry)
    {
        var all = new DissectionEngine(new Demand(registry));
        var known = HeuristicKey.All.SelectMany(key => all.Heuristics(key).Select(h => h.Name(key))).ToHashSet(StringComparer.Ordinal);
        foreach (string name in options.DisabledHeuristics)
        {
            settings.DisabledHeuristics.Add(known.Contains(name) ? name : throw new ExitException(1, $"No such protocol {name}, can't disable"));
        }
    }

    /// <summary>Takes <c>table==number,protocol</c>; the number may be a range, <c>8000-8010</c> or <c>8000:11</c>.</summary>
    static void DecodeAs(EngineSettings settings, string rule)
    {
        int equals = rule.IndexOf("==", StringComparison.Ordinal);
        string tableName = equals < 0 ? rule : rule[..equals];
        string template = equals < 0 || !rule.Contains(',', StringComparison.Ordinal)
            ? $"Parameter \"{rule}\" doesn't follow the template \"<layer_type>==<selector>,<decode_as_protocol>\"\nwiretale: " : "";
        var table = TableKey.All.FirstOrDefault(t => t.Name.Equals(tableName.Trim(), StringComparison.Ordinal))
            ?? throw new ExitException(1, $"{template}Unknown layer type -- {tableName}\nwiretale: Valid layer types are:\n{List(TableKey.All.Select(t => (t.Name, t.Label)))}");
        string[] parts = equals < 0 ? [] : rule[(equals + 2)..].Split(',', 2);
        if (parts.Length < 2)
        {
            throw new ExitException(1, template + ValidProtocols(table));
        }

        var (first, last) = Selector(parts[0]);
        var dissector = Catalog.Find(parts[1].Trim()) ?? throw new ExitException(1, $"Unknown protocol -- \"{parts[1]}\"\nwiretale: {ValidProtocols(table)}");
        for (uint number = first; number <= last; number++)
        {
            settings.DecodeAs.Add((table, number, dissector));
        }
    }

    static string ValidProtocols(TableKey table) => $"Valid protocols for layer type \"{table.Name}\" are:\n"
        + List(Catalog.Dissectors.Select(d => (d.FilterName, d.Protocol.Name)).OrderBy(p => p.FilterName, StringComparer.Ordinal));

    static string List(IEnumerable<(string Name, string Label)> entries) => string.Join('\n', entries.Select(e => $"\t{e.Name} ({e.Label})"));

    static (uint First, uint Last) Selector(string text)
    {
        int sign = text.IndexOfAny(['-', ':'], 1 < text.Length ? 1 : 0);
        uint first = Number(sign < 0 ? text : text[..sign], text);
        if (sign < 0)
        {
            return (first, first);
        }

        uint second = Number(text[(sign + 1)..], text);
        uint last = text[sign] == '-' ? second : second == 0 ? uint.MaxValue : first + second - 1;
        return last >= first && last - first < 65536 ? (first, last) : throw new ExitException(1, $"Invalid selector range \"{text}\"");
    }

    static uint Number(string text, string whole)
    {
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(hexadecimal ? text.AsSpan(2) : text, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number : throw new ExitException(1, $"Invalid selector number \"{whole}\"");
    }

    static void SetPreference(EngineSettings settings, string text, Registry registry)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            throw new ExitException(1, $"Invalid -o flag \"{text}\"");
        }

        if (registry.FindPreference(text[..colon]) is not { } preference)
        {
            throw new ExitException(1, $"-o flag \"{text}\" specifies unknown preference");
        }

        if (preference.IsText)
        {
            settings.Texts[preference] = text[(colon + 1)..].Trim();
            return;
        }

        // As tshark does, a value that is no truth value counts as false.
        settings.Preferences[preference] = preference.TryParse(text[(colon + 1)..].Trim(), out uint value) ? value
            : preference.IsBoolean ? 0u : throw new ExitException(1, $"Invalid -o flag \"{text}\"");
    }
}
