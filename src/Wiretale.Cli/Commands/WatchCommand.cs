using System.Globalization;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Capture.Live;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Lab.Networks;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale watch</c>: runs programs in a network of their own, and shows what they say on it.</summary>
static class WatchCommand
{
    /// <summary>How long a program may take to open a port before the next one is started all the same.</summary>
    static readonly TimeSpan timeToListen = TimeSpan.FromSeconds(3);

    /// <summary>How long the others may go on when the last program has ended, or the user has had enough.</summary>
    static readonly TimeSpan timeToEnd = TimeSpan.FromSeconds(1);

    static readonly TimeSpan look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs it; the exit status is that of the last program.</summary>
    public static int Run(string[] arguments)
    {
        var options = WatchOptions.Parse(arguments);
        if (options is null)
        {
            StandardStreams.WriteOutput(System.Text.Encoding.UTF8.GetBytes(WatchOptions.Usage));
            return 0;
        }

        var (settings, filter) = ReadCommand.Prepare(options.Print);
        try
        {
            using var place = options.OnHost ? null : Place();
            using var recording = Recording.Start(place, options.Device, options.File, [.. options.Commands.Select(c => "--capture-comment=command: " + string.Join(' ', c))]);
            using var ended = new CancellationTokenSource();
            using var reader = CaptureReader.Open(GrowingFile.Follow(options.File, ended.Token), options.File);
            using var screen = new WatchScreen(options.Commands.Count > 1);
            var programs = new List<WatchedProgram>();
            using var ports = place is null ? new PortWatch(() => Sessions(programs)) : null;
            PacketFilter? ours = ports is null ? null : (batch, i) => ports.Concerns(batch[i].SourcePort, batch[i].DestinationPort);
            var demand = new Demand(Catalog.Registry);
            var sink = new StatisticsSink([new Talks(Catalog.Registry) { Concerned = ours }], SinkChoice.For(options.Print, reader, demand));
            sink.AddTo(demand);
            filter?.AddTo(demand);
            var run = new CaptureRun(reader, new DissectionEngine(demand, settings), sink, screen)
            {
                Filter = filter is null ? ours : ours is null ? filter.Matches : (batch, i) => ours(batch, i) && filter.Matches(batch, i),
            };
            var showing = new Thread(() => Show(run)) { Name = "list" };
            showing.Start();
            try
            {
                bool interrupted = RunPrograms(options, place, screen, programs);
                recording.Stop();
                ended.Cancel();
                showing.Join();
                long kept = WatchComments.Write(options.File, programs, ports is null || ports.Ports.Count == 0 ? null : ours);
                Conclude(options, programs, recording, kept, ports);
                return interrupted && programs.Count == 0 ? 130 : programs[^1].ExitStatus;
            }
            finally
            {
                ended.Cancel();
                programs.ForEach(p => p.Dispose());
            }
        }
        catch (NamespaceException e)
        {
            throw new ExitException(1, e.Message);
        }
    }

    static NetworkNamespace Place()
    {
        try
        {
            return NetworkNamespace.Create();
        }
        catch (NamespaceException e)
        {
            throw new NamespaceException(
                $"""
                {e.Message}
                To go on without one, either
                    sudo wiretale watch -- COMMAND                    as root, or
                    wiretale watch --host -i lo -- COMMAND            on this machine's own loopback, showing the ports that the
                                                                      command opens; needs the permission to capture
                """, e);
        }
    }

    static void Show(CaptureRun run)
    {
        try
        {
            run.Run();
        }
        catch (IOException)
        {
            // Whoever read the list has seen enough; the programs and the recording go on.
        }
    }

    /// <summary>Starts the programs one after the other and waits for the last; whether the user interrupted.</summary>
    static bool RunPrograms(WatchOptions options, NetworkNamespace? place, WatchScreen screen, List<WatchedProgram> programs)
    {
        using var interrupted = new CancellationTokenSource();
        using var interrupt = StandardStreams.OnInterrupt(interrupted.Cancel);
        foreach (var (index, command) in options.Commands.Index())
        {
            bool isLast = index == options.Commands.Count - 1;
            int before = Listening(place);
            var program = WatchedProgram.Start(place, command, options.AsRoot ? NamespaceUser.Root : NamespaceUser.Caller, takesInput: isLast, screen.Say);
            lock (programs)
            {
                programs.Add(program);
            }

            long started = Environment.TickCount64;
            while (!isLast && !interrupted.IsCancellationRequested && !programs[^1].HasEnded && Listening(place) <= before
                && Environment.TickCount64 - started < timeToListen.TotalMilliseconds)
            {
                Thread.Sleep(look);
            }

            if (interrupted.IsCancellationRequested)
            {
                break;
            }
        }

        while (!interrupted.IsCancellationRequested && !programs[^1].Wait(look))
        {
            // The last program is at work.
        }

        // Those that serve would do so for ever; those that are about to end may do so by themselves.
        if (interrupted.IsCancellationRequested)
        {
            programs.ForEach(p => p.Signal(System.Runtime.InteropServices.PosixSignal.SIGINT));
        }

        long over = Environment.TickCount64;
        while (!programs.TrueForAll(p => p.HasEnded) && Environment.TickCount64 - over < timeToEnd.TotalMilliseconds)
        {
            Thread.Sleep(look);
        }

        foreach (var program in programs)
        {
            if (!program.Wait(TimeSpan.Zero))
            {
                program.End();
            }
        }

        return interrupted.IsCancellationRequested;
    }

    static int[] Sessions(List<WatchedProgram> programs)
    {
        lock (programs)
        {
            return [.. programs.Select(p => p.Session)];
        }
    }

    static int Listening(NetworkNamespace? place) => SocketTable.Read(place?.ProcessId).Count(s => s.IsListening);

    static void Conclude(WatchOptions options, List<WatchedProgram> programs, Recording recording, long count, PortWatch? ports)
    {
        foreach (var program in programs.Where(p => p.ExitStatus != 0))
        {
            StandardStreams.Error(string.Create(CultureInfo.InvariantCulture, $"{program.Name} ended with exit status {program.ExitStatus}"));
        }

        if (ports is not null)
        {
            StandardStreams.WriteError(ports.Ports.Count == 0 ? "No ports were seen to be opened by the programs: the capture holds all that was recorded.\n"
                : $"Ports opened by the programs: {string.Join(' ', ports.Ports)}; packets of others are left out.\n");
        }

        string drops = recording.Messages.Split('\n').LastOrDefault(line => line.Contains("dropped", StringComparison.Ordinal)) ?? "";
        StandardStreams.WriteError(string.Create(CultureInfo.InvariantCulture, $"{count} packet{(count == 1 ? "" : "s")} in {options.File}{(drops.Contains(" 0 dropped by kernel", StringComparison.Ordinal) ? ", none dropped" : " (" + drops.Trim() + ")")}\n"));
    }
}
