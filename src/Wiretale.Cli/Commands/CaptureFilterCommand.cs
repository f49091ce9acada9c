using System.Text;
using Wiretale.Capture.Live;
using Wiretale.Cli.Options;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale capture-filter compile</c>: whether libpcap takes a filter, and what the kernel would run.</summary>
static class CaptureFilterCommand
{
    const string Usage =
        """
        Usage: wiretale capture-filter compile [-y LINKTYPE] FILTER

        Checks a capture filter (the language of -f, tcpdump and pcap-filter(7)) without capturing, and prints the
        instructions that the kernel would run on each packet. LINKTYPE is libpcap's name for what the packets begin
        with: EN10MB (Ethernet, also loopback; default), LINUX_SLL (any), RAW, IEEE802_11_RADIO ... (wiretale -L -i NAME).

        """;

    /// <summary>Runs it; status 1 for a filter that is none.</summary>
    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["help"] or ["--help"] or ["-h"] or ["compile", "--help"] or ["compile", "-h"]:
                StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(Usage));
                return 0;
            case ["compile", "-y", var linkType, { } first, .. var more]:
                return Compile([first, .. more], linkType);
            case ["compile", { } first, .. var more] when first != "-y":
                return Compile([first, .. more], "EN10MB");
            default:
                StandardStreams.WriteError(Usage);
                return 1;
        }
    }

    static int Compile(string[] words, string linkType)
    {
        string filter = string.Join(' ', words);
        try
        {
            StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(string.Concat(CaptureFilter.Compile(filter, linkType).Select(line => line + "\n"))));
            return 0;
        }
        catch (LiveCaptureException e)
        {
            throw new ExitException(1, $"Invalid capture filter \"{filter}\": {e.Message}");
        }
    }
}
