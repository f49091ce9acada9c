namespace Wiretale.Capture.Live;

/// <summary>Filters in libpcap's own language (pcap-filter(7)), as the kernel runs them.</summary>
public static unsafe class CaptureFilter
{
    const uint UnknownNetmask = 0xffff_ffff;

    /// <summary>libpcap keeps the state of its parser per process in old versions.</summary>
    static readonly Lock compiling = new();

    /// <summary>Compiles a filter and lists the instructions of the packet filter, one a line.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="linkType">Name of the link type the packets have, such as EN10MB.</param>
    /// <exception cref="LiveCaptureException">It is no filter; the message is libpcap's.</exception>
    public static IReadOnlyList<string> Compile(string filter, string linkType = "EN10MB")
    {
        nint pcap = LibPcap.OpenDead(LinkTypeNumber(linkType), LiveDeviceOptions.LargestSnapLength);
        try
        {
            LibPcap.FilterProgram program;
            Compile(pcap, filter, &program);
            string[] lines = new string[program.Length];
            for (int i = 0; i < lines.Length; i++)
            {
                lines[i] = LibPcap.Text(LibPcap.Image(program.Instructions + i, i));
            }

            LibPcap.FreeCode(&program);
            return lines;
        }
        finally
        {
            LibPcap.Close(pcap);
        }
    }

    /// <summary>The number of a link type from libpcap's name for it.</summary>
    internal static int LinkTypeNumber(string name)
    {
        LibPcap.Demand();
        int number = LibPcap.DataLinkNumber(name);
        return number >= 0 ? number : throw new LiveCaptureException($"The specified data link type \"{name}\" isn't valid");
    }

    internal static void Apply(nint pcap, string filter, string device)
    {
        LibPcap.FilterProgram program;
        try
        {
            Compile(pcap, filter, &program);
        }
        catch (LiveCaptureException e)
        {
            throw new LiveCaptureException($"Invalid capture filter \"{filter}\" for interface '{device}'.\n\nThat string isn't a valid capture filter ({e.Message}).");
        }

        int status = LibPcap.SetFilter(pcap, &program);
        LibPcap.FreeCode(&program);
        if (status != 0)
        {
            throw new LiveCaptureException($"Can't install filter ({LibPcap.Text(LibPcap.ErrorText(pcap))}).");
        }
    }

    static void Compile(nint pcap, string filter, LibPcap.FilterProgram* program)
    {
        lock (compiling)
        {
            if (LibPcap.Compile(pcap, program, filter, 1, UnknownNetmask) != 0)
            {
                throw new LiveCaptureException(LibPcap.Text(LibPcap.ErrorText(pcap)));
            }
        }
    }
}
