using System.Globalization;
using System.Runtime.InteropServices;
using Wiretale.Bench;

// Servers are children of this process: they end with it, whichever way it is told to stop.
PosixSignalRegistration[] registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal =>
    PosixSignalRegistration.Create(signal, _ =>
    {
        Tools.EndAll();
        Environment.Exit(130);
    }))];

try
{
    if (args is [Recording.Inside, var target, var packets])
    {
        Recording.MakeInside(target, int.Parse(packets, CultureInfo.InvariantCulture));
        return 0;
    }

    return Commands.Run(args);
}
catch (BenchException e)
{
    Console.Error.WriteLine($"bench: {e.Message}");
    return 1;
}
finally
{
    Tools.EndAll();
    GC.KeepAlive(registrations);
}
