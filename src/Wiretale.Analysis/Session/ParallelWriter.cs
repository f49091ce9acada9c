using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Formats several batches at a time and writes their texts in file order: for forms that take longer to write than to dissect.</summary>
/// <param name="take">Takes the next batch, filtered; called by one thread at a time.</param>
/// <param name="give">Gives a batch back.</param>
sealed class ParallelWriter(Func<DissectedBatch?> take, Action<DissectedBatch> give, ISink sink, Stream output)
{
    readonly Lock taking = new();
    readonly object turn = new();
    long taken, written;
    bool failed;

    /// <summary>How many threads are worth their while; the engine and the reader need some, too.</summary>
    public static int Threads => Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>One thread's work.</summary>
    /// <param name="own">A sink of its own; see <see cref="ISink.Beside"/>.</param>
    public void Work(ISink own)
    {
        var text = new Utf8Text(1 << 16);
        bool done = false;
        try
        {
            while (Take(out long ticket) is { } batch)
            {
                own.Write(batch, text);
                give(batch);
                Write(text, ticket);
                text.Clear();
            }

            done = true;
        }
        finally
        {
            if (!done)
            {
                lock (turn)
                {
                    failed = true;
                    Monitor.PulseAll(turn);
                }
            }
        }
    }

    DissectedBatch? Take(out long ticket)
    {
        lock (taking)
        {
            ticket = taken++;
            return take();
        }
    }

    void Write(Utf8Text text, long ticket)
    {
        lock (turn)
        {
            while (written != ticket && !failed)
            {
                Monitor.Wait(turn);
            }

            if (failed)
            {
                return;
            }

            output.Write(sink.Join(text.Bytes));
            output.Flush();
            written++;
            Monitor.PulseAll(turn);
        }
    }
}
