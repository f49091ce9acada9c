using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Wiretale.Lab.Networks;

/// <summary>Our own command at work beside us, in a namespace or on the machine itself, until it is told to end.</summary>
sealed class Companion : IDisposable
{
    static readonly TimeSpan startTime = TimeSpan.FromSeconds(20), endTime = TimeSpan.FromSeconds(20);

    readonly Process process;
    readonly bool isInside;
    readonly string sign;
    readonly StringBuilder said = new();
    readonly TaskCompletionSource<bool> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int open = 2;

    Companion(Process process, bool isInside, string sign) => (this.process, this.isInside, this.sign) = (process, isInside, sign);

    /// <summary>What it said so far.</summary>
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

    /// <summary>Starts it; when this returns, it is at work.</summary>
    /// <param name="place">Where; null for the machine itself.</param>
    /// <param name="arguments">The command's words.</param>
    /// <param name="sign">How the line begins with which it says that it is at work.</param>
    /// <param name="what">What it is for, to say that it failed.</param>
    /// <exception cref="NamespaceException">It could not be started.</exception>
    public static Companion Start(NetworkNamespace? place, IEnumerable<string> arguments, string sign, string what)
    {
        string[] command = [.. OwnCommand.Words, .. arguments];
        var start = OwnCommand.LeavingNothing(place?.Command(command) ?? new ProcessStartInfo("setsid", command));
        start.RedirectStandardError = start.RedirectStandardOutput = start.RedirectStandardInput = true;
        var companion = new Companion(Process.Start(start)!, place is not null, sign);
        companion.Listen();
        if (!companion.started.Task.Wait(startTime) || !companion.started.Task.Result)
        {
            companion.Dispose();
            throw new NamespaceException($"cannot {what}: {companion.Messages.Trim()}");
        }

        return companion;
    }

    /// <summary>Ends it as Ctrl-C does, and waits for what it says at its end.</summary>
    public void Stop()
    {
        if (!process.HasExited)
        {
            if (isInside)
            {
                NetworkNamespace.Signal(process, PosixSignal.SIGINT);
            }
            else
            {
                ProcessTable.Signal(process.Id, PosixSignal.SIGINT);
            }
        }

        if (!process.WaitForExit(endTime))
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        process.Dispose();
    }

    void Listen()
    {
        process.ErrorDataReceived += Hear;
        process.OutputDataReceived += Hear;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        process.StandardInput.Close();
    }

    void Hear(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null)
        {
            if (Interlocked.Decrement(ref open) == 0)
            {
                started.TrySetResult(false);
            }

            return;
        }

        lock (said)
        {
            said.AppendLine(e.Data);
        }

        if (e.Data.StartsWith(sign, StringComparison.Ordinal))
        {
            started.TrySetResult(true);
        }
    }
}
