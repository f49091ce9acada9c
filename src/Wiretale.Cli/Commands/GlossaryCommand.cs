using Wiretale.Analysis.Export;
using Wiretale.Cli.Options;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Commands;

/// <summary>Prints what the program knows (<c>-G</c>).</summary>
static class GlossaryCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string report)
    {
        var text = new Utf8Text(1 << 16);
        switch (report)
        {
            case "fields":
                Glossary.Fields(Catalog.Registry, text);
                break;
            case "protocols":
                Glossary.Protocols(Catalog.Registry, text);
                break;
            case "values":
                Glossary.Values(Catalog.Registry, text);
                break;
            default:
                throw new ExitException(1, $"Invalid \"{report}\" option for -G flag, enter -G help for more help.");
        }

        StandardStreams.WriteOutput(text.Bytes);
        return 0;
    }
}
