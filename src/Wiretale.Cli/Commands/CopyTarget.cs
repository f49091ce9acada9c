using Wiretale.Capture;
using Wiretale.Cli.Options;

namespace Wiretale.Cli.Commands;

/// <summary>The capture that packets are written to (<c>-w</c>).</summary>
static class CopyTarget
{
    /// <summary>Creates it; null when none is asked for.</summary>
    public static CaptureWriter? Open(ReadOptions options)
    {
        if (options.Write is not { } path)
        {
            return null;
        }

        var format = Format(options);
        if (path is "-" && options.Prints)
        {
            throw new ExitException(1, "You can't write both raw packet data and dissected packets to the standard output.");
        }

        return path is "-" ? CaptureWriter.Create(StandardStreams.Output(), format) : CaptureWriter.Create(path, format);
    }

    /// <summary>The format that <c>-F</c> names.</summary>
    public static CaptureFormat Format(ReadOptions options) => options.WriteFormat switch
    {
        "pcapng" => CaptureFormat.PcapNg,
        "pcap" => CaptureFormat.Pcap,
        "nsecpcap" => CaptureFormat.NanosecondPcap,
        _ => throw new ExitException(1,
            $"\"{options.WriteFormat}\" isn't a valid capture file type\nThe available capture file types for the \"-F\" flag are:\n"
            + "    pcap - Wireshark/tcpdump/... - pcap\n    pcapng - Wireshark/... - pcapng\n    nsecpcap - Wireshark/tcpdump/... - nanosecond pcap"),
    };
}
