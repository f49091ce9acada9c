using System.Diagnostics;
using System.Net;

namespace Wiretale.Lab.Tests;

/// <summary>A program of the lab while a test talks to it; stopped and awaited at the end.</summary>
sealed class Running : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly Task task;

    public Running(Func<CancellationToken, Task> start) => task = Task.Run(() => start(stop.Token));

    /// <summary>Where servers of tests listen: a free port.</summary>
    public static IPEndPoint Anywhere => new(IPAddress.Loopback, 0);

    /// <summary>Runs a program that is not ours to its good end, and gives what it printed.</summary>
    public static async Task<string> ProgramAsync(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Peer.Soon);
        string output = await process.StandardOutput.ReadToEndAsync(Peer.Soon);
        await process.WaitForExitAsync(Peer.Soon);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }

    public Task EndAsync() => task.WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await EndAsync();
        }
        catch (OperationCanceledException)
        {
            // As it should be.
        }

        stop.Dispose();
    }
}
