using System.Globalization;
using Wiretale.Capture.Live;

namespace Wiretale.Cli.Options;

/// <summary>What a command line says about capturing live: <c>-i -f -s -p -I -B -y -a -b</c>.</summary>
sealed class CaptureOptions
{
    /// <summary>Bytes in a kilobyte of <c>filesize</c>, as dumpcap counts.</summary>
    const int Kilobyte = 1000;

    readonly List<LiveDeviceOptions> devices = [];
    LiveDeviceOptions usual = new();
    CaptureLimits ring = new();
    bool isRing;

    /// <summary><c>-i</c>, each with what was said about it; what was said before the first of them holds for all.</summary>
    public IReadOnlyList<LiveDeviceOptions> Devices => devices;

    /// <summary><c>-a</c>.</summary>
    public CaptureLimits Stop { get; private set; } = new();

    /// <summary><c>-b</c>; null without.</summary>
    public CaptureLimits? Ring => isRing ? ring : null;

    /// <summary><c>--capture-comment</c>.</summary>
    public List<string> Comments { get; } = [];

    /// <summary>Whether a capture filter was given.</summary>
    public bool HasFilter => usual.Filter is not null || devices.Any(d => d.Filter is not null);

    /// <summary>Whether the one device is standard input: a capture that another program makes (<c>tcpdump -w - | wiretale -i -</c>).</summary>
    public bool IsStandardInput => devices is [{ Name: "-" }];

    /// <summary>Takes an option of capturing; false when it is none.</summary>
    /// <exception cref="ExitException">Its argument makes no sense.</exception>
    public bool TryApply(string option, string argument)
    {
        switch (option)
        {
            case "i":
                devices.Add(usual with { Name = argument });
                break;
            case "f":
                Change(d => d with { Filter = argument });
                break;
            case "s":
                int length = Number(argument, "snapshot length", 0);
                Change(d => d with { SnapLength = length is 0 or > LiveDeviceOptions.LargestSnapLength ? LiveDeviceOptions.LargestSnapLength : length });
                break;
            case "p":
                Change(d => d with { Promiscuous = false });
                break;
            case "I":
                Change(d => d with { Monitor = true });
                break;
            case "B":
                int size = Number(argument, "buffer size", 1);
                Change(d => d with { BufferSize = size <= LargestBuffer ? size : throw new ExitException(1, $"The specified buffer size \"{argument}\" is too large (greater than {LargestBuffer})") });
                break;
            case "y":
                Change(d => d with { LinkType = argument });
                break;
            case "a":
                Stop = Limit(Stop, argument, "duration", "filesize", "files", "packets") ?? throw new ExitException(1, $"Invalid or unknown -a flag \"{argument}\"");
                break;
            case "b":
                ring = Limit(ring, argument, "duration", "filesize", "files", "packets", "interval") ?? throw new ExitException(1, $"Invalid or unknown -b arg \"{argument}\"");
                isRing = true;
                break;
            case "capture-comment":
                Comments.Add(argument);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>What holds when a file is read: there is nothing to be captured.</summary>
    /// <exception cref="ExitException">Something was asked for that needs a capture.</exception>
    public void CheckForReading()
    {
        string? problem = HasFilter ? "Only read filters, not capture filters, can be specified when reading a capture file."
            : isRing ? "Multiple capture files requested, but a capture isn't being done."
            : Stop.Bytes is not null ? "Maximum capture file size specified, but a capture isn't being done."
            : Stop.Duration is not null ? "A maximum capture time was specified, but a capture isn't being done."
            : Stop.Files is not null ? "A maximum number of capture files was specified, but a capture isn't being done." : null;
        if (problem is not null)
        {
            throw new ExitException(1, problem);
        }
    }

    /// <summary>What holds when packets are captured.</summary>
    /// <exception cref="ExitException">Options contradict each other.</exception>
    public void CheckForCapturing(ReadOptions options)
    {
        string? problem = options.ReadFilter is not null || options.TwoPasses ? "Live captures do not support two-pass analysis."
            : options.Write is null && isRing ? "Multiple capture files requested, but a capture isn't being saved to a file."
            : options.Write is null && Stop.Bytes is not null ? "Maximum capture file size specified, but a capture isn't being saved to a file."
            : options.Write is "-" && isRing ? "Multiple capture files requested, but the capture is being written to the standard output."
            : options.Write is "-" && Stop.Bytes is not null ? "Maximum capture file size specified, but the capture is being written to the standard output."
            : isRing && ring is { Bytes: null, Duration: null, Interval: null, Packets: null }
                ? "Multiple capture files requested, but no maximum capture file size, duration, interval or packets were specified."
            : options.Write is not null && options.DisplayFilter is not null ? "Display filters aren't supported when capturing and saving the captured packets." : null;
        if (problem is not null)
        {
            throw new ExitException(1, problem);
        }
    }

    /// <summary>The devices with the names they are known by: <c>-i 3</c> is the third of <c>-D</c>.</summary>
    public IReadOnlyList<LiveDeviceOptions> Resolve()
    {
        var known = CaptureDevice.List();
        return [.. devices.Select(device =>
        {
            var found = known.FirstOrDefault(k => k.Name == device.Name);
            if (found is null && int.TryParse(device.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                found = number >= 1 && number <= known.Count ? known[number - 1] : throw new ExitException(1, "There is no interface with that adapter index");
            }

            return device with { Name = found?.Name ?? device.Name, DisplayName = found?.DisplayName ?? device.Name };
        })];
    }

    const int LargestBuffer = 2047;

    void Change(Func<LiveDeviceOptions, LiveDeviceOptions> change)
    {
        if (devices.Count == 0)
        {
            usual = change(usual);
        }
        else
        {
            devices[^1] = change(devices[^1]);
        }
    }

    static CaptureLimits? Limit(CaptureLimits limits, string argument, params string[] kinds)
    {
        if (argument.Split(':', 2) is not [var kind, var text] || !kinds.Contains(kind, StringComparer.Ordinal))
        {
            return null;
        }

        if (kind is "duration" or "interval")
        {
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value))
            {
                return null;
            }

            const int Largest = int.MaxValue / 1000;
            var span = TimeSpan.FromSeconds((double)(value is > 0 and <= Largest ? value : throw new ExitException(1, $"The specified {kind} \"{text}\" must be more than 0 and at most {Largest} seconds")));
            return kind is "duration" ? limits with { Duration = span } : limits with { Interval = span };
        }

        int number = Number(text, kind switch { "filesize" => "file size", "files" => "number of files", _ => "packet count" }, 1);
        return kind switch
        {
            "filesize" => limits with { Bytes = (long)number * Kilobyte },
            "files" => limits with { Files = number },
            _ => limits with { Packets = number },
        };
    }

    static int Number(string text, string name, int least)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            throw new ExitException(1, $"The specified {name} \"{text}\" isn't a decimal number");
        }

        return number < 0 ? throw new ExitException(1, $"The specified {name} \"{text}\" is a negative number")
            : number < least ? throw new ExitException(1, $"The specified {name} is zero")
            : number > int.MaxValue ? throw new ExitException(1, $"The specified {name} \"{text}\" is too large (greater than {int.MaxValue})") : (int)number;
    }
}
