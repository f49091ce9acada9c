using System.Globalization;
using Wiretale.Capture;
using Wiretale.Capture.Live;
using Wiretale.Cli.Options;

namespace Wiretale.Cli.Commands;

/// <summary>Captures live (<c>-i</c>), and prints the packets unless they are only to be written.</summary>
static class CaptureCommand
{
    const int CountMilliseconds = 500;

    /// <summary>Runs it; the exit status is tshark's.</summary>
    public static int Run(ReadOptions options)
    {
        var (settings, filter) = ReadCommand.Prepare(options);
        bool isRead = (!options.Quiet && options.Write is null) || options.Prints || options.Statistics.Count > 0;
        if (options.Write is "-" && isRead)
        {
            throw new ExitException(1, "You can't write both raw packet data and dissected packets to the standard output.");
        }

        var live = new LiveOptions
        {
            Devices = options.Capture.Resolve(),
            File = options.Write,
            Output = StandardStreams.Output,
            Format = options.Write is null ? CaptureFormat.PcapNg : CopyTarget.Format(options),
            Stop = Limits(options),
            Ring = options.Capture.Ring,
            Comments = options.Capture.Comments,
            IsRead = isRead,
        };
        using var capture = new LiveCapture(live);
        StandardStreams.WriteError($"Capturing on {Names(live.Devices)}\n");
        capture.Start();
        int status = 0;
        if (capture.Packets is { } packets)
        {
            using var reader = CaptureReader.Open(packets, live.Devices[0].Name);
            status = ReadCommand.Print(options, reader, settings, filter, copy: null, capture.Stop);
            capture.Stop();
        }
        else
        {
            Watch(capture, shows: !options.Quiet && StandardStreams.ErrorIsTerminal);
        }

        try
        {
            capture.Wait();
        }
        catch (Exception e) when (e is LiveCaptureException or CaptureException)
        {
            // What a pipe's reader has seen is enough; everything else that ends a capture is told.
            if (e.InnerException is not IOException broken || !StandardStreams.IsBrokenPipe(broken))
            {
                StandardStreams.Error(e.Message);
                status = 1;
            }
        }

        StandardStreams.WriteError($"{capture.Captured} packet{(capture.Captured == 1 ? "" : "s")} captured\n{string.Concat(capture.Counts.Select(c => c + "\n"))}");
        return status;
    }

    /// <summary><c>-c</c> counts what is captured, and what is shown of it is no more.</summary>
    static CaptureLimits Limits(ReadOptions options) => options.PacketLimit == long.MaxValue ? options.Capture.Stop
        : options.Capture.Stop with { Packets = Math.Min(options.PacketLimit, options.Capture.Stop.Packets ?? long.MaxValue) };

    /// <summary>Waits for the end; meanwhile a terminal sees how many packets there are.</summary>
    static void Watch(LiveCapture capture, bool shows)
    {
        using var interrupt = StandardStreams.OnInterrupt(capture.Stop);
        while (!capture.Wait(TimeSpan.FromMilliseconds(CountMilliseconds)))
        {
            if (shows)
            {
                StandardStreams.WriteError(string.Create(CultureInfo.InvariantCulture, $"\r{capture.Captured} "));
            }
        }

        if (shows)
        {
            StandardStreams.WriteError("\r");
        }
    }

    static string Names(IReadOnlyList<LiveDeviceOptions> devices)
    {
        string[] names = [.. devices.Select(d => $"'{d.DisplayName}'")];
        return names.Length < 3 ? string.Join(" and ", names) : $"{string.Join(", ", names[..^1])}, and {names[^1]}";
    }
}
