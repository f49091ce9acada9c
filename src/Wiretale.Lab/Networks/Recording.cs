using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Wiretale.Lab.Networks;

/// <summary>What an interface of a namespace carries, recorded into a pcapng file by a process of its own.</summary>
public sealed class Recording : IDisposable
{
    const string Started = "Capturing on ";

    static readonly TimeSpan startTime = TimeSpan.FromSeconds(20), endTime = TimeSpan.FromSeconds(20);

    readonly Process recorder;
    readonly bool isInside;
    readonly StringBuilder said = new();
    readonly TaskCompletionSource<bool> started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    Recording(Process recorder, bool isInside) => (this.recorder, this.isInside) = (recorder, isInside);

    /// <summary>What the recorder said: at the end, how many packets it wrote and how many were dropped.</summary>
    public string Messages
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    /// <summary>Starts recording; when this returns, packets are being taken.</summary>
    /// <param name="place">Where the interface is; null for the machine itself, where recording takes a permission.</param>
    /// <param name="device">The interface, such as <c>lo</c> or <see cref="Network.Bridge"/>.</param>
    /// <param name="file">The pcapng file to write.</param>
    /// <param name="options">Further options of the recorder, such as <c>--capture-comment</c>.</param>
    /// <exception cref="NamespaceException">It could not be started.</exception>
    public static Recording Start(NetworkNamespace? place, string device, string file, params string[] options)
    {
        string[] command = [.. OwnCommand.Words, "-q", "-i", device, "-w", Path.GetFullPath(file), .. options];
        var start = OwnCommand.LeavingNothing(place?.Command(command) ?? new ProcessStartInfo("setsid", command));
        start.RedirectStandardError = true;
        var recording = new Recording(Process.Start(start)!, place is not null);
        recording.Listen();
        if (!recording.started.Task.Wait(startTime) || !recording.started.Task.Result)
        {
            recording.Dispose();
            throw new NamespaceException($"cannot record {device}: {recording.Messages.Trim()}");
        }

        return recording;
    }

    /// <summary>Ends it after what has come so far; the file is whole then.</summary>
    public void Stop()
    {
        if (!recorder.HasExited)
        {
            if (isInside)
            {
                NetworkNamespace.Signal(recorder, PosixSignal.SIGINT);
            }
            else
            {
                ProcessTable.Signal(recorder.Id, PosixSignal.SIGINT);
            }
        }

        if (!recorder.WaitForExit(endTime))
        {
            recorder.Kill(entireProcessTree: true);
        }

        recorder.WaitForExit();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        recorder.Dispose();
    }

    void Listen()
    {
        recorder.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is null)
            {
                started.TrySetResult(false);
                return;
            }

            lock (said)
            {
                said.AppendLine(e.Data);
            }

            if (e.Data.StartsWith(Started, StringComparison.Ordinal))
            {
                started.TrySetResult(true);
            }
        };
        recorder.BeginErrorReadLine();
    }
}
