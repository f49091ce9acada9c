using System.Globalization;
using System.Text;
using Wiretale.Cli.Options;
using Wiretale.Lab.Networks;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale ports</c>: which process holds which port.</summary>
static class PortsCommand
{
    const string Usage =
        """
        Usage: wiretale ports [PORT]

        Tells which process holds a port, and how to end it: what to do about 'address already in use'. Without PORT,
        every port that somebody listens on. Exit status 1 when nobody holds PORT.

        """;

    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["help" or "--help" or "-h"]:
                return Print(Usage);
            case []:
                return Print(string.Concat(PortHolder.Find().Select(h => h + "\n")));
            case [var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65536:
                return One(port);
            case [var text]:
                throw new ExitException(1, $"\"{text}\" is no port: a number from 1 to 65535");
            default:
                throw new ExitException(1, "wiretale ports takes one port, or none");
        }
    }

    static int One(int port)
    {
        var holders = PortHolder.Find(port);
        var text = new StringBuilder();
        holders.ToList().ForEach(h => text.Append(h).Append('\n'));
        int[] processes = [.. holders.Where(h => h.Process is not null).Select(h => h.Process!.Value).Distinct()];
        if (processes.Length > 0)
        {
            string all = string.Join(' ', processes.Select(p => p.ToString(CultureInfo.InvariantCulture)));
            text.Append(CultureInfo.InvariantCulture, $"\nTo end {(processes.Length == 1 ? "it" : "them")}: kill {all}    (if that does not help: kill -9 {all})\n");
        }
        else if (holders.Any(h => h.IsWaiting))
        {
            text.Append("\nA server that sets SO_REUSEADDR before it binds can have the port at once; it is the usual thing to do.\n");
        }

        if (holders.Count == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"Nobody holds port {port}.\n");
        }

        Print(text.ToString());
        return holders.Count > 0 ? 0 : 1;
    }

    static int Print(string text)
    {
        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));
        return 0;
    }
}
