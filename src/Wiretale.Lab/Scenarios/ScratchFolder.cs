using System.Diagnostics;

namespace Wiretale.Lab.Scenarios;

/// <summary>A folder that goes when it is disposed, or when this process ends in any way.</summary>
/// <remarks>A shell waits at a pipe from here and removes the folder when the pipe closes, as it does even when this process is killed.</remarks>
public sealed class ScratchFolder : IDisposable
{
    /// <summary>Whoever still writes there, such as a browser that is about to be killed, makes the first attempts fail.</summary>
    const string WaitAndRemove = "trap '' INT TERM HUP; cat > /dev/null; for i in 1 2 3 4 5 6 7 8 9; do rm -rf \"$1\" 2> /dev/null && break; sleep 0.3; done";

    readonly Process remover;

    ScratchFolder(string path, Process remover) => (Path, this.remover) = (path, remover);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    public static ScratchFolder Create()
    {
        string path = Directory.CreateTempSubdirectory("wiretale-lab-").FullName;
        return new(path, Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", WaitAndRemove, "sh", path]) { RedirectStandardInput = true })!);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        remover.StandardInput.Close();
        remover.WaitForExit(TimeSpan.FromSeconds(5));
        remover.Dispose();
    }
}
