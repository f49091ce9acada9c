using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Cli.Options;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Cli.Commands;

/// <summary>Reads a capture and prints its packets: what the command does without a subcommand.</summary>
static class ReadCommand
{
    /// <summary>Runs it; the exit status is tshark's.</summary>
    public static int Run(ReadOptions options)
    {
        var (settings, filter) = Prepare(options);
        if (options.Input is null)
        {
            throw new ExitException(1, "no capture to read: name one (wiretale FILE, or -r FILE, or -r - for standard input), or an interface to capture on (-i NAME)");
        }

        using var chosen = options.ReadFilter is null ? null : ReadFilterPass.Run(options, settings, Catalog.Registry);
        using var reader = CaptureReader.Open(chosen?.Path ?? options.Input);
        using var copy = CopyTarget.Open(options);
        return Print(options, reader, settings, filter, copy, stop: null);
    }

    /// <summary>Everything of the command line that may be wrong before the first packet is there.</summary>
    public static (EngineSettings Settings, DisplayFilter? Filter) Prepare(ReadOptions options)
    {
        var settings = EngineOptions.Settings(options, Catalog.Registry);
        CheckFields(options, Catalog.Registry);
        return (settings, FilterOption.Compile(options.DisplayFilter, Catalog.Registry));
    }

    /// <summary>Prints the packets of a capture.</summary>
    /// <param name="stop">What ends the input when the user interrupts; null to end the reading itself.</param>
    public static int Print(ReadOptions options, CaptureReader reader, EngineSettings settings, DisplayFilter? filter, CaptureWriter? copy, Action? stop)
    {
        var demand = new Demand(Catalog.Registry);
        var sink = SinkChoice.For(options, reader, demand);
        filter?.AddTo(demand);
        var engine = new DissectionEngine(demand, settings);
        using var output = StandardStreams.Output();
        var run = new CaptureRun(reader, engine, sink, output) { Filter = filter is null ? null : filter.Matches, Copy = copy };
        using var interrupt = StandardStreams.OnInterrupt(stop ?? run.Stop);
        try
        {
            run.Run(options.PacketLimit);
        }
        catch (IOException e) when (StandardStreams.IsBrokenPipe(e))
        {
            // Whoever read the output has seen enough (wiretale ... | head).
            return 2;
        }

        foreach (string remark in engine.Remarks.Concat((sink as StatisticsSink)?.Remarks ?? []))
        {
            StandardStreams.Error(remark);
        }

        if (reader.Damage is { } damage && run.Count < options.PacketLimit)
        {
            StandardStreams.Error(damage.Message);
            return damage.ExitStatus;
        }

        return 0;
    }

    static void CheckFields(ReadOptions options, Registry registry)
    {
        var unknown = options.Fields.Where(f => !FieldMatches.IsKnown(f, registry)).Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            throw new ExitException(1, "Some fields aren't valid:\n\t" + string.Join("\n\t", unknown));
        }
    }
}
