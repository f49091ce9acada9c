using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Analysis.Streams;
using Wiretale.Capture;
using Wiretale.Cli.Options;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Commands;

/// <summary>Chooses what prints the packets, and says what it needs of them.</summary>
static class SinkChoice
{
    /// <summary>The sink that the options ask for; null when nothing is to be printed.</summary>
    public static ISink? For(ReadOptions options, CaptureReader reader, Demand demand)
    {
        var packets = Packets(options, reader, demand);
        if (options.Statistics.Count + options.ObjectFolders.Count == 0)
        {
            return packets;
        }

        var setting = new StatisticSetting(Catalog.Registry, reader, options.Input ?? "")
        {
            Compile = text => FilterOption.CompileSaved(text, Catalog.Registry),
            ResolvesNames = !options.NoNames || options.ChosenNames is not null,
        };
        try
        {
            var statistics = new StatisticsSink(
                [.. options.Statistics.Select(s => StatisticsCatalog.Make(s, setting)), .. options.ObjectFolders.Select(f => new HttpObjects(Catalog.Registry, f))], packets);
            statistics.AddTo(demand);
            return statistics;
        }
        catch (StatisticException e)
        {
            throw new ExitException(e.ExitStatus, e.Message);
        }
    }

    /// <summary>Whether only packets that pass the display filter are looked at; statistics look at all.</summary>
    public static bool SeesOnlyShown(ReadOptions options) => options is { Statistics.Count: 0, ObjectFolders.Count: 0 };

    /// <summary>Whether the packet list, and nothing beside it, is to be printed.</summary>
    public static bool IsPacketList(ReadOptions options) =>
        SeesOnlyShown(options) && options is { Quiet: false, Form: OutputForm.Text or OutputForm.Tabs, PrintDetails: false, HexDump: null };

    static ISink? Packets(ReadOptions options, CaptureReader reader, Demand demand)
    {
        if ((options.Quiet || options.Write is not null) && !options.Prints)
        {
            return null;
        }

        if (options.Form is OutputForm.Text or OutputForm.Tabs)
        {
            return Text(options, reader, demand);
        }

        var registry = Catalog.Registry;
        var cells = new ColumnCells(reader, options.Time, options.Columns);
        var colors = options.Form is OutputForm.Psml or OutputForm.Pdml ? ColorChoice.For(options, demand) : null;
        var filter = options.JsonOnly is null ? null
            : new LayerFilter(options.JsonOnly.Split(' ', StringSplitOptions.RemoveEmptyEntries), options.JsonOnlyWithChildren);
        if (options.Form == OutputForm.Psml)
        {
            options.Columns.AddTo(demand, registry);
        }

        demand.AllFields = options.Form is OutputForm.Json or OutputForm.JsonRaw or OutputForm.Ek && options.Fields.Count == 0;
        demand.Tree = options.Form == OutputForm.Pdml && options.Fields.Count == 0;
        FieldMatches.AddTo(demand, options.Fields, registry, options.Columns);
        return options.Form switch
        {
            OutputForm.Fields => new FieldsExport(options.Fields, registry, cells, options.FieldsOptions),
            OutputForm.Json => new JsonExport(registry, cells, options.HexDump is null ? JsonParts.Values : JsonParts.Values | JsonParts.Raw, filter, options.Fields, options.UniqueKeys),
            OutputForm.JsonRaw => new JsonExport(registry, cells, JsonParts.Raw, filter, options.Fields, options.UniqueKeys),
            OutputForm.Ek => new ElasticExport(registry, cells, filter, options.Fields),
            OutputForm.Pdml => new PdmlExport(registry, cells, options.Input ?? "", DateTime.Now, filter, options.Fields, colors),
            _ => new PsmlExport(cells, colors),
        };
    }

    static ISink Text(ReadOptions options, CaptureReader reader, Demand demand)
    {
        bool printsMore = options.PrintDetails || options.HexDump is not null;
        demand.Tree = options.PrintDetails;
        PacketList? list = null;
        if (options.PrintList || !printsMore)
        {
            options.Columns.AddTo(demand, Catalog.Registry);
            list = new(reader, options.Time, options.Form == OutputForm.Tabs, options.Columns, StandardStreams.OutputTakesColors() ? ColorChoice.For(options, demand) : null);
        }

        if (!printsMore)
        {
            return list!;
        }

        var details = options.PrintDetails ? new DetailsTree(options.DetailsOf, dumpsData: options.HexDump is null) : null;
        return new PacketText(list, details, options.HexDump, options.Separator);
    }
}
