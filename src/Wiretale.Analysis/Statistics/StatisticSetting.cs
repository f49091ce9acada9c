using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Analysis.Statistics;

/// <summary>What a statistic is made with beside its own arguments.</summary>
/// <param name="Registry">Knows the fields.</param>
/// <param name="Capture">What is read; null when that is not known yet.</param>
/// <param name="CaptureName">How the user calls it.</param>
public sealed record StatisticSetting(Registry Registry, CaptureReader? Capture = null, string CaptureName = "")
{
    /// <summary>Whether names of addresses are asked for at all.</summary>
    public bool ResolvesNames { get; init; } = true;

    /// <summary>Compiles a filter; may put saved filters in the place of their names.</summary>
    public Func<string, DisplayFilter>? Compile { get; init; }

    /// <summary>The filter of a statistic; a text that is none ends with tshark's words.</summary>
    /// <param name="text">The filter, or null for none.</param>
    /// <param name="failure">What cannot be done with a bad one: <c>Couldn't register io,stat tap: </c>.</param>
    /// <exception cref="StatisticException">The text is no filter.</exception>
    internal DisplayFilter? Filter(string? text, string failure)
    {
        try
        {
            return text is null ? null : Compile?.Invoke(text) ?? DisplayFilter.Compile(text, Registry);
        }
        catch (FilterException e)
        {
            throw new StatisticException($"{failure}Filter \"{text}\" is invalid - {e.Message}");
        }
    }
}

/// <summary>A statistic that cannot be made as it was asked for.</summary>
/// <param name="message">Why.</param>
/// <param name="exitStatus">What tshark ends with then.</param>
public sealed class StatisticException(string message, int exitStatus = 1) : Exception(message)
{
    /// <summary>What tshark ends with then.</summary>
    public int ExitStatus { get; } = exitStatus;
}
