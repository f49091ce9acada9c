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

        bool isPipe = options.TwoPasses && !CanReadTwice(options.Input);
        using var chosen = options.ReadFilter is null && !isPipe ? null : ReadFilterPass.Run(options, settings, Catalog.Registry);
        string path = chosen?.Path ?? options.Input;
        var first = options.TwoPasses ? LookAhead(options, path, settings, filter) : null;
        long printed = 0;
        settings.Sieve = SinkChoice.SeesOnlyShown(options) && first is null ? filter?.Sieve : null;
        if (filter is not null && first is null && options.Write is null && File.Exists(path) && SinkChoice.IsPacketList(options) && DissectionEngine.LeavesPayload(filter.AddTo))
        {
            settings.HeadersOnly = true;
            using var headers = CaptureReader.Open(path);
            if (Print(options, headers, settings, filter, copy: null, stop: null, null, ref printed) is { } status)
            {
                return status;
            }

            settings.HeadersOnly = false;
        }

        using var reader = CaptureReader.Open(path);
        using var copy = CopyTarget.Open(options);
        return Print(options, reader, settings, filter, copy, stop: null, first is null ? null : first.IsNeeded, ref printed)!.Value;
    }

    static FirstPass LookAhead(ReadOptions options, string input, EngineSettings settings, DisplayFilter? filter)
    {
        using var reader = CaptureReader.Open(input);
        return FirstPass.Run(reader, settings, options.Write is null ? null : filter, options.PacketLimit);
    }

    /// <summary>Whether the same bytes come again when an input is opened again; what is not there is somebody else's to complain about.</summary>
    static bool CanReadTwice(string input) => input is not "-" && (!File.Exists(input) || new FileInfo(input).Length > 0);

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
        long printed = 0;
        return Print(options, reader, settings, filter, copy, stop, null, ref printed)!.Value;
    }

    /// <summary>As above; null when headers alone did not do (see <see cref="CaptureRun.GaveUp"/>) and the run has to begin anew.</summary>
    /// <param name="alsoCopied">Packets that are written although they are not shown.</param>
    /// <param name="printed">Bytes of the output that stand already, and how many stand after it.</param>
    static int? Print(ReadOptions options, CaptureReader reader, EngineSettings settings, DisplayFilter? filter, CaptureWriter? copy, Action? stop, PacketFilter? alsoCopied, ref long printed)
    {
        var demand = new Demand(Catalog.Registry);
        var sink = SinkChoice.For(options, reader, demand);
        filter?.AddTo(demand);
        var engine = new DissectionEngine(demand, settings);
        using var output = StandardStreams.Output();
        var run = new CaptureRun(reader, engine, sink, output)
        {
            Filter = filter is null ? null : filter.Matches, Copy = copy, AlsoCopied = alsoCopied, Printed = printed,
        };
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

        if (run.GaveUp)
        {
            printed = run.Printed;
            return null;
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
        if (options.Fields.Count == 0)
        {
            return;
        }

        var unknown = options.Fields.Where(f => !FieldMatches.IsKnown(f, registry)).Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            throw new ExitException(1, "Some fields aren't valid:\n\t" + string.Join("\n\t", unknown));
        }
    }
}
