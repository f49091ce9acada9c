using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Cli.Options;

/// <summary>A display filter given on the command line.</summary>
static class FilterOption
{
    /// <summary>Compiles it; a text that is no filter ends the command with status 2, as tshark's.</summary>
    public static DisplayFilter? Compile(string? text, Registry registry)
    {
        try
        {
            return text is null ? null : DisplayFilter.Compile(text, registry);
        }
        catch (FilterException e)
        {
            throw new ExitException(2, e.ToString());
        }
    }
}
