using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Scenarios;

/// <summary>A line that a program showed, or that was typed to it.</summary>
/// <param name="At">When it was seen.</param>
/// <param name="Who">The program's name.</param>
/// <param name="Text">The line.</param>
/// <param name="IsTyped">Whether it was typed.</param>
public sealed record SpokenLine(DateTimeOffset At, string Who, string Text, bool IsTyped);

/// <summary>Where a scenario plays: a network of its own, the programs on it, and a folder that goes with it.</summary>
public sealed class Stage(Network network, TimeProvider clock, string folder) : IAsyncDisposable
{
    readonly List<IAsyncDisposable> actors = [];
    readonly List<SpokenLine> lines = [];
    readonly Dictionary<string, string> addresses = new(StringComparer.Ordinal);

    /// <summary>A folder for what the programs read and write.</summary>
    public string Folder => folder;

    /// <summary>Called with each line, as it is said.</summary>
    public Action<SpokenLine>? Heard { get; init; }

    /// <summary>What was said so far, in order.</summary>
    public IReadOnlyList<SpokenLine> Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    /// <summary>Who has which address.</summary>
    public IReadOnlyDictionary<string, string> Addresses => addresses;

    /// <summary>Adds a host; the first one is 10.0.0.1.</summary>
    public NetworkHost AddHost(string name) => AddHost(name, $"10.0.0.{addresses.Count + 1}");

    /// <summary>Adds a host with an address of a /24 network.</summary>
    public NetworkHost AddHost(string name, string address)
    {
        addresses.Add(address, name);
        return network.AddHost(name, address + "/24");
    }

    /// <summary>Adds a host that has no address yet.</summary>
    public NetworkHost AddHostWithoutAddress(string name) => network.AddHost(name);

    /// <summary>Starts one of the lab's programs on a host, at the terminal itself, and waits for its end; what it says is not written down.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> AttendAsync(NetworkHost host, string folderOfIt, string[] arguments, CancellationToken stop)
    {
        using var process = System.Diagnostics.Process.Start(OwnCommand.LeavingNothing(host.Command([.. OwnCommand.Words, .. arguments], folder: folderOfIt)))!;
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // It has things to give back.
            NetworkNamespace.Signal(process, System.Runtime.InteropServices.PosixSignal.SIGINT);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited)
            {
                NetworkNamespace.Kill(process);
            }

            throw;
        }

        return process.ExitCode;
    }

    /// <summary>Starts one of the lab's programs on a host.</summary>
    public Actor Start(NetworkHost host, params string[] arguments) => StartAs(host.Name, host, arguments);

    /// <summary>Starts one of the lab's programs on a host under a name of its own.</summary>
    public Actor StartAs(string name, NetworkHost host, params string[] arguments)
    {
        Note(name, "$ wiretale " + string.Join(' ', arguments.Select(Quoted)), isTyped: true);
        var actor = new Actor(this, name, OwnCommand.LeavingNothing(host.Command([.. OwnCommand.Words, .. arguments], folder: folder)));
        actors.Add(actor);
        return actor;
    }

    /// <summary>Lets a moment pass, as people do, so that each acknowledgment goes out by itself and not with the next message (RFC 9293 section 3.8.6.3).</summary>
    public Task PauseAsync(CancellationToken stop) => Task.Delay(TimeSpan.FromMilliseconds(150), clock, stop);

    /// <summary>Keeps something until the end.</summary>
    public T Keep<T>(T actor)
        where T : IAsyncDisposable
    {
        actors.Add(actor);
        return actor;
    }

    /// <summary>Writes down what somebody said.</summary>
    public void Note(string who, string text, bool isTyped)
    {
        var line = new SpokenLine(clock.GetUtcNow(), who, text, isTyped);
        lock (lines)
        {
            lines.Add(line);
        }

        Heard?.Invoke(line);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var actor in Enumerable.Reverse(actors))
        {
            await actor.DisposeAsync();
        }
    }

    static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ':' or '/' or '_' or '@' or '+' or '=') ? word : $"'{word}'";
}
