using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Scenarios;

/// <summary>A program of a scenario: a process on one of its hosts, whose lines are written down and waited for.</summary>
public sealed class Actor : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    readonly Process process;
    readonly Channel<string> said = Channel.CreateUnbounded<string>();
    readonly Task reading;
    readonly Stage stage;

    internal Actor(Stage stage, string name, ProcessStartInfo start)
    {
        (this.stage, Name) = (stage, name);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        process = Process.Start(start)!;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>Who it is.</summary>
    public string Name { get; }

    /// <summary>Waits for a line that contains a text; lines before it are passed over.</summary>
    /// <exception cref="ScenarioException">It did not come.</exception>
    public async Task<string> AwaitAsync(string text, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            while (true)
            {
                string line = await said.Reader.ReadAsync(limit.Token);
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (Exception e) when (e is ChannelClosedException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new ScenarioException($"{Name} did not say \"{text}\"{(e is ChannelClosedException ? " before it ended" : $" within {patience.TotalSeconds} seconds")}", e);
        }
    }

    /// <summary>Types a line.</summary>
    public async Task TypeAsync(string line, CancellationToken stop)
    {
        stage.Note(Name, line, isTyped: true);
        await process.StandardInput.WriteLineAsync(line.AsMemory(), stop);
        await process.StandardInput.FlushAsync(stop);
    }

    /// <summary>Waits for its end.</summary>
    public async Task EndAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            await reading;
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new ScenarioException($"{Name} did not end within {patience.TotalSeconds} seconds", e);
        }
    }

    /// <summary>Presses Ctrl-C, and waits for its end.</summary>
    public Task InterruptAsync(CancellationToken stop)
    {
        NetworkNamespace.Signal(process, PosixSignal.SIGINT);
        return EndAsync(stop);
    }

    /// <summary>Stops it where it stands, as if it hung: its port stays open, and nobody answers there.</summary>
    public void Freeze() => NetworkNamespace.Freeze(process);

    /// <summary>Kills what still runs; its network ends it in any case.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            NetworkNamespace.Kill(process);
            process.Kill(entireProcessTree: true);
        }

        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Dispose();
    }

    async Task ReadAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            stage.Note(Name, line, isTyped: false);
            said.Writer.TryWrite(line);
        }

        said.Writer.TryComplete();
    }
}

/// <summary>A scenario did not go as it should; the message says where.</summary>
public sealed class ScenarioException(string message, Exception? inner = null) : Exception(message, inner);
