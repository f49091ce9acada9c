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
            return text is null ? null
                : DisplayFilter.Compile(MacroExpander.Concerns(text) ? new MacroExpander(FilterBook.Load(FilterBook.DefaultPath), registry).Expand(text) : text, registry);
        }
        catch (FilterException e)
        {
            throw new ExitException(2, e.ToString());
        }
        catch (FormatException e)
        {
            throw new ExitException(2, $"{FilterBook.DefaultPath}: {e.Message}");
        }
    }
}
