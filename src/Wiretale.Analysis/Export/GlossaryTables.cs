using Wiretale.Analysis.Columns;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>Which dissector stands where, and what can be set: more of tshark's <c>-G</c> reports.</summary>
public static class GlossaryTables
{
    /// <summary>Table, number and protocol of every claim.</summary>
    public static void Decodes(Utf8Text output)
    {
        var engine = new DissectionEngine(new Demand(Catalog.Registry));
        foreach (var table in TableKey.All)
        {
            foreach (var (number, dissector) in engine.Table(table).Entries)
            {
                output.Append($"{table.Name}\t{number}\t{dissector.Protocol.FilterName}\n");
            }
        }
    }

    /// <summary>Name and meaning of every table.</summary>
    public static void Tables(Utf8Text output)
    {
        _ = Catalog.Dissectors;
        foreach (var table in TableKey.All)
        {
            output.Append($"{table.Name}\t{table.Label}\tFT_UINT32\tBASE_DEC\n");
        }
    }

    /// <summary>List, protocol and whether it is on, of every heuristic dissector.</summary>
    public static void Heuristics(Utf8Text output)
    {
        var engine = new DissectionEngine(new Demand(Catalog.Registry));
        foreach (var list in HeuristicKey.All)
        {
            foreach (var heuristic in engine.Heuristics(list))
            {
                output.Append($"{list.Name}\t{heuristic.Dissector.Protocol.FilterName}\tT\n");
            }
        }
    }

    /// <summary>Preferences as a file of them has them, commented out.</summary>
    public static void Preferences(Registry registry, Utf8Text output)
    {
        foreach (var preference in registry.Preferences)
        {
            output.Append($"\n# {preference.Label}\n");
            if (preference.IsBoolean)
            {
                output.Append($"# TRUE or FALSE (case-insensitive)\n#{preference.Name}: {(preference.Default != 0 ? "TRUE" : "FALSE")}\n");
            }
            else if (preference.IsText)
            {
                output.Append($"# A string\n#{preference.Name}:\n");
            }
            else
            {
                output.Append($"# A decimal number\n#{preference.Name}: {preference.Default}\n");
            }
        }
    }

    /// <summary>The columns of the packet list with tshark's codes for them.</summary>
    public static void Columns(Utf8Text output)
    {
        foreach (var code in ColumnCode.All)
        {
            output.Append($"{code.Code}\t{code.Title}\n");
        }

        output.Append("\nFor example, to print the default columns:\n\n"u8);
        output.Append("wiretale -o 'gui.column.format:\"No.\",\"%m\",\"Time\",\"%t\",\"Source\",\"%s\",\"Destination\",\"%d\",\"Protocol\",\"%p\",\"Length\",\"%L\",\"Info\",\"%i\"' -r FILE\n"u8);
    }
}
