using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Cli.Options;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Cli.Commands;

/// <summary>Reads a capture and prints its packets: what the command does without a subcommand.</summary>
static class ReadCommand
{
    /// <summary>Runs it; the exit status is tshark's.</summary>
    public static int Run(ReadOptions options)
    {
        var registry = Catalog.Registry;
        var settings = EngineOptions.Settings(options, registry);
        CheckFields(options, registry);
        var filter = FilterOption.Compile(options.DisplayFilter, registry);
        if (options.Input is null)
        {
            throw new ExitException(1, "no capture to read: name one (wiretale FILE, or -r FILE, or -r - for standard input)");
        }

        using var chosen = options.ReadFilter is null ? null : ReadFilterPass.Run(options, settings, registry);
        using var reader = CaptureReader.Open(chosen?.Path ?? options.Input);
        var demand = new Demand(registry);
        var sink = SinkChoice.For(options, reader, demand);
        filter?.AddTo(demand);
        var engine = new DissectionEngine(demand, settings);
        using var output = StandardStreams.Output();
        using var copy = CopyTarget.Open(options);
        var run = new CaptureRun(reader, engine, sink, output) { Filter = filter is null ? null : filter.Matches, Copy = copy };
        using var interrupt = StandardStreams.OnInterrupt(run.Stop);
        try
        {
            run.Run(options.PacketLimit);
        }
        catch (IOException e) when (StandardStreams.IsBrokenPipe(e))
        {
            // Whoever read the output has seen enough (wiretale ... | head).
            return 2;
        }

        foreach (string remark in engine.Remarks)
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
