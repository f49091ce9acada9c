using System.Threading.Channels;

namespace Wiretale.Lab.Tests;

/// <summary>Remembers what a program showed, and answers its questions with what a test says.</summary>
sealed class TestScreen : IScreen
{
    readonly Channel<string?> answers = Channel.CreateUnbounded<string?>();
    readonly List<string> shown = [];
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string[] Lines
    {
        get
        {
            lock (shown)
            {
                return [.. shown];
            }
        }
    }

    public void Show(string line, Tone tone = Tone.Plain)
    {
        TaskCompletionSource before;
        lock (shown)
        {
            shown.Add(line);
            (before, changed) = (changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.SetResult();
    }

    public Task<string?> AskAsync(string prompt, CancellationToken stop)
    {
        if (prompt.Length > 0)
        {
            Show(prompt);
        }

        return answers.Reader.ReadAsync(stop).AsTask();
    }

    /// <summary>Types lines; null is the end of the input.</summary>
    public TestScreen Type(params string?[] lines)
    {
        foreach (string? line in lines)
        {
            answers.Writer.TryWrite(line);
        }

        return this;
    }

    /// <summary>Waits for a line.</summary>
    public Task<string> AwaitAsync(string line) => AwaitAsync(shownLine => shownLine == line, line);

    public async Task<string> AwaitAsync(Func<string, bool> isIt, string what = "the line")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            Task next;
            lock (shown)
            {
                if (shown.Find(line => isIt(line)) is { } found)
                {
                    return found;
                }

                next = changed.Task;
            }

            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"{what} was not shown; shown was:\n{string.Join('\n', Lines)}", e);
            }
        }
    }

    /// <summary>Waits until a server says where it listens.</summary>
    public async Task<System.Net.IPEndPoint> ListeningAsync(string before = "Listening on ") =>
        System.Net.IPEndPoint.Parse((await AwaitAsync(line => line.StartsWith(before, StringComparison.Ordinal), before))[before.Length..]);
}
