using System.Diagnostics.CodeAnalysis;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Formats several batches at a time and writes their texts in file order: for forms that take longer to write than to dissect.</summary>
/// <param name="take">Takes the next batch, filtered; called by one thread at a time.</param>
/// <param name="give">Gives a batch back.</param>
sealed class ParallelWriter(Func<DissectedBatch?> take, Action<DissectedBatch> give, ISink sink, Stream output)
{
    /// <summary>Texts that wait for an earlier one, beside those being made: a batch may take several times as long as its neighbours.</summary>
    const int TextsAhead = 3;

    /// <summary>Bytes that a text keeps for the next batch.</summary>
    const int MostKept = 8 << 20;

    readonly Lock taking = new();
    readonly object gate = new();
    readonly Utf8Text?[] waiting = new Utf8Text?[Threads + TextsAhead];
    readonly Stack<Utf8Text> free = [];
    int made;
    long taken, written;
    bool writing, failed;

    /// <summary>How many threads are worth their while; reading and dissecting need some of the time, too.</summary>
    public static int Threads => Math.Clamp(Environment.ProcessorCount - 1, 1, 4);

    /// <summary>One thread's work.</summary>
    /// <param name="own">A sink of its own; see <see cref="ISink.Beside"/>.</param>
    public void Work(ISink own)
    {
        bool done = false;
        try
        {
            while (Begin(out long number, out var batch, out var text))
            {
                text.Drain = _ => Drain(number, text);
                own.Write(batch, text);
                give(batch);
                Finish(number, text);
            }

            done = true;
        }
        finally
        {
            if (!done)
            {
                lock (gate)
                {
                    failed = true;
                    Monitor.PulseAll(gate);
                }
            }
        }
    }

    /// <summary>Takes a batch, its place in the order, and an empty text for it.</summary>
    bool Begin(out long number, [NotNullWhen(true)] out DissectedBatch? batch, [NotNullWhen(true)] out Utf8Text? text)
    {
        // The text comes first: the batch that all others wait for always has one.
        lock (taking)
        {
            number = taken++;
            text = TakeText();
            batch = text is null ? null : take();
            return batch is not null;
        }
    }

    Utf8Text? TakeText()
    {
        lock (gate)
        {
            Utf8Text? text = null;
            while (!failed && !free.TryPop(out text))
            {
                if (made < waiting.Length)
                {
                    made++;
                    return new(1 << 16);
                }

                Monitor.Wait(gate);
            }

            return failed ? null : text;
        }
    }

    /// <summary>Writes what there is of a batch's text when it grows long, as soon as it is its turn.</summary>
    void Drain(long number, Utf8Text text)
    {
        lock (gate)
        {
            while (written != number && !failed)
            {
                Monitor.Wait(gate);
            }

            if (failed)
            {
                text.Clear();
                return;
            }
        }

        // Nobody writes but who has the turn.
        Write(text);
    }

    /// <summary>Writes a text when all before it are written, and what waited for it; else leaves that to who writes the one before.</summary>
    void Finish(long number, Utf8Text? text)
    {
        lock (gate)
        {
            waiting[number % waiting.Length] = text;
            if (writing || written != number || failed)
            {
                return;
            }

            writing = true;
        }

        while (text is not null)
        {
            Write(text);
            lock (gate)
            {
                waiting[written++ % waiting.Length] = null;
                free.Push(text);
                text = waiting[written % waiting.Length];
                writing = text is not null;
                Monitor.PulseAll(gate);
            }
        }
    }

    void Write(Utf8Text text)
    {
        output.Write(sink.Join(text.Bytes));
        output.Flush();
        text.ClearToAtMost(MostKept);
    }
}
