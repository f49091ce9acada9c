using Wiretale.Analysis.Filters;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Cli.Options;

/// <summary>A display filter given on the command line.</summary>
static class FilterOption
{
    /// <summary>Compiles it, saved filters put in the place of their names; a text that is no filter ends the command with status 2, as tshark's.</summary>
    public static DisplayFilter? Compile(string? text, Registry registry)
    {
        try
        {
            return text is null ? null : CompileSaved(text, registry);
        }
        catch (FilterException e)
        {
            throw new ExitException(2, e.ToString());
        }
    }

    /// <summary>Compiles a filter in which saved ones may be named.</summary>
    /// <exception cref="FilterException">The text is no filter.</exception>
    public static DisplayFilter CompileSaved(string text, Registry registry)
    {
        try
        {
            return DisplayFilter.Compile(MacroExpander.Concerns(text) ? new MacroExpander(FilterBook.Load(FilterBook.DefaultPath), registry).Expand(text) : text, registry);
        }
        catch (FormatException e)
        {
            throw new ExitException(2, $"{FilterBook.DefaultPath}: {e.Message}");
        }
    }
}
