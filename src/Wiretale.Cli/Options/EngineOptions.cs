using System.Globalization;
using System.Text;
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
        var settings = new EngineSettings();
        settings.Disabled.UnionWith(options.Disabled);
        foreach (string preference in options.Preferences)
        {
            SetPreference(settings, preference, registry);
        }

        return settings;
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

        // As tshark does, a value that is no truth value counts as false.
        settings.Preferences[preference] = preference.TryParse(text[(colon + 1)..].Trim(), out uint value) ? value
            : preference.IsBoolean ? 0u : throw new ExitException(1, $"Invalid -o flag \"{text}\"");
    }
}
