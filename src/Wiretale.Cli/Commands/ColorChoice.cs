using Wiretale.Analysis.Columns;
using Wiretale.Cli.Options;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Commands;

/// <summary>Chooses the rules by which packets are coloured (<c>--color</c>).</summary>
static class ColorChoice
{
    /// <summary>The rules of the file that the user names, or of the user's own, or the default ones; null when no colours are asked for.</summary>
    public static ColorRules? For(ReadOptions options, Demand demand)
    {
        if (!options.Color)
        {
            return null;
        }

        string? path = options.ColorFile ?? (File.Exists(ColorRules.PersonalPath) ? ColorRules.PersonalPath : null);
        ColorRules rules;
        try
        {
            rules = path is null ? ColorRules.Default(Catalog.Registry) : ColorRules.Parse(File.ReadAllText(path), Catalog.Registry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExitException(2, $"colouring rules: {e.Message}");
        }

        foreach (string problem in path is null ? [] : rules.Problems)
        {
            StandardStreams.Error($"{path}, {problem}");
        }

        rules.AddTo(demand);
        return rules;
    }
}
