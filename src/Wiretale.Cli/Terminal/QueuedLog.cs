using System.Threading.Channels;
using Wiretale.Lab;

namespace Wiretale.Cli.Terminal;

/// <summary>A log that never waits: a server must not stand still because its terminal was halted (Ctrl-S), or because nobody reads its pipe.</summary>
/// <remarks>Lines that find no place are left out, and how many is said when there is place again.</remarks>
sealed class QueuedLog : ILog, IDisposable
{
    const int Place = 10_000;

    static readonly TimeSpan timeToEnd = TimeSpan.FromSeconds(1);

    // Who shows a line wakes the writer itself: it must not wait for a thread of the pool.
    readonly Channel<(string Line, Tone Tone)> waiting = Channel.CreateBounded<(string, Tone)>(new BoundedChannelOptions(Place) { AllowSynchronousContinuations = true });
    readonly Task writing;
    int leftOut;

    public QueuedLog(ILog log) => writing = Task.Factory.StartNew(() => Write(log), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc />
    public void Show(string line, Tone tone = Tone.Plain)
    {
        if (!waiting.Writer.TryWrite((line, tone)))
        {
            Interlocked.Increment(ref leftOut);
        }
    }

    /// <summary>Writes what waits, as far as it is read within a second.</summary>
    public void Dispose()
    {
        waiting.Writer.TryComplete();
        writing.Wait(timeToEnd);
    }

    void Write(ILog log)
    {
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (waiting.Reader.TryRead(out var next))
            {
                log.Show(next.Line, next.Tone);
                if (Volatile.Read(ref leftOut) > 0 && waiting.Reader.Count == 0)
                {
                    log.Show($"({Interlocked.Exchange(ref leftOut, 0)} lines left out)", Tone.Bad);
                }
            }
        }
    }
}
