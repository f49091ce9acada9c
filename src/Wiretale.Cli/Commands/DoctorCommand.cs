using System.Text;
using Wiretale.Capture.Live;
using Wiretale.Cli.Options;
using Wiretale.Lab.Networks;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale doctor</c>: what this machine lets this user do, and what to do where it does not.</summary>
static class DoctorCommand
{
    const string Usage =
        """
        Usage: wiretale doctor

        Tells whether this machine can capture live, and make the networks that wiretale watch and the lab run in;
        and what to do where it cannot. Exit status 1 when neither is possible.

        """;

    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is not [])
        {
            return arguments is ["help" or "--help" or "-h"] ? Print(Usage) : throw new ExitException(1, "wiretale doctor takes no arguments");
        }

        string? noLibrary = Library(), noCapture = noLibrary is null ? Capture() : noLibrary, noNetwork = Network();
        string? noTools = noNetwork is null && noLibrary is null ? Recorder() : noNetwork ?? noLibrary;
        var text = new StringBuilder();
        Report(text, noLibrary is null, $"libpcap: {CaptureDevice.LibraryVersion ?? "missing"}", noLibrary);
        Report(text, noCapture is null, "live capture (wiretale -i)", noLibrary is null ? noCapture : null);
        Report(text, noNetwork is null, "networks of their own for programs (wiretale watch, the lab)", noNetwork);
        if (noNetwork is null && noLibrary is null)
        {
            Report(text, noTools is null, "recording in them", noTools);
        }

        Print(text.ToString());
        return noCapture is null || noTools is null ? 0 : 1;
    }

    static string? Library() => Try(() => CaptureDevice.List());

    /// <summary>Opening a device is the only proof: who may is up to capabilities, groups and policies.</summary>
    static string? Capture() => Try(() => LiveCapture.LinkTypes(new()
    {
        Name = CaptureDevice.List().FirstOrDefault(d => d.IsLoopback)?.Name ?? CaptureDevice.List().FirstOrDefault(d => d.IsUp)?.Name
            ?? throw new LiveCaptureException("there is no interface that is up"),
    }));

    static string? Network() => Try(() => NetworkNamespace.Create().Dispose());

    static string? Recorder() => Try(() =>
    {
        string file = Path.Combine(Path.GetTempPath(), $"wiretale-doctor-{Guid.NewGuid():N}.pcapng");
        try
        {
            using var place = NetworkNamespace.Create();
            using var recording = Recording.Start(place, "lo", file);
        }
        finally
        {
            File.Delete(file);
        }
    });

    static string? Try(Action attempt)
    {
        try
        {
            attempt();
            return null;
        }
        catch (Exception e) when (e is LiveCaptureException or NamespaceException)
        {
            return e.Message;
        }
    }

    static void Report(StringBuilder text, bool works, string what, string? why)
    {
        text.Append(works ? "works    " : "FAILS    ").Append(what).Append('\n');
        foreach (string line in why is null ? [] : why.Split('\n'))
        {
            text.Append("         ").Append(line).Append('\n');
        }
    }

    static int Print(string text)
    {
        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));
        return 0;
    }
}
