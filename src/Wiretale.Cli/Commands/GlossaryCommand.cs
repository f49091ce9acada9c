using Wiretale.Analysis.Export;
using Wiretale.Cli.Options;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Commands;

/// <summary>Prints what the program knows (<c>-G</c>).</summary>
static class GlossaryCommand
{
    const string Help =
        """
        Usage: wiretale -G [report]

        Reports, in tshark's form:
          -G column-formats        what columns of the packet list may show
          -G decodes               which dissector has which number of which table
          -G defaultprefs          preferences with their defaults (also: currentprefs)
          -G dissector-tables      the tables that -d knows
          -G fieldcount            how many fields there are
          -G fields                every protocol and field (also without a report's name)
          -G heuristic-decodes     dissectors that look at what nobody claims
          -G protocols             every protocol
          -G values                the names of values

        """;

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
            case "decodes":
                GlossaryTables.Decodes(text);
                break;
            case "dissector-tables":
                GlossaryTables.Tables(text);
                break;
            case "heuristic-decodes":
                GlossaryTables.Heuristics(text);
                break;
            case "defaultprefs" or "currentprefs":
                GlossaryTables.Preferences(Catalog.Registry, text);
                break;
            case "column-formats":
                GlossaryTables.Columns(text);
                break;
            case "fieldcount":
                text.Append($"There are {Catalog.Registry.Fields.Count} header fields registered, of which:\n\t{Catalog.Registry.Protocols.Count} are protocols\n");
                break;
            case "help":
                text.Append(Help);
                break;
            default:
                throw new ExitException(1, $"Invalid \"{report}\" option for -G flag, enter -G help for more help.");
        }

        StandardStreams.WriteOutput(text.Bytes);
        return 0;
    }
}
