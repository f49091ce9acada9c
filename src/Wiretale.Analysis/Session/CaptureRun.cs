using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Decides which packets are shown; asked about every packet, in order.</summary>
/// <returns>Whether the packet is shown.</returns>
public delegate bool PacketFilter(DissectedBatch batch, int packet);

/// <summary>Takes a whole capture through an engine into a sink: reading ahead on one thread, dissection on the caller's, filtering, formatting and writing on a third.</summary>
/// <remarks>Batches go from one to the other in file order, so the output does not depend on the threads.</remarks>
/// <param name="sink">What prints; null to print nothing.</param>
public sealed class CaptureRun(CaptureReader reader, DissectionEngine engine, ISink? sink, Stream output)
{
    /// <summary>Batches on their way: one being read, one dissected, one formatted, and as many between.</summary>
    const int BatchesInFlight = 6;

    const int FlushAt = 1 << 18;

    /// <summary>Where <see cref="Touch"/> leaves what it saw, so that the looks are not optimised away.</summary>
    static int touched;

    readonly BatchQueue<DissectedBatch> free = new(BatchesInFlight), read = new(BatchesInFlight), full = new(BatchesInFlight);
    readonly List<DissectedBatch> made = new(BatchesInFlight);
    volatile bool stopped;
    ExceptionDispatchInfo? failure;

    /// <summary>The display filter, or null to show every packet.</summary>
    public PacketFilter? Filter { get; init; }

    /// <summary>Where the packets that are shown are copied to, or null.</summary>
    public CaptureWriter? Copy { get; init; }

    /// <summary>Whether everything happens on the calling thread; the output is the same.</summary>
    public bool OnOneThread { get; init; }

    /// <summary>Packets dissected.</summary>
    public long Count { get; private set; }

    /// <summary>Ends the run after what is under way; may be called from any thread.</summary>
    public void Stop() => stopped = true;

    /// <summary>Runs to the end of the capture, or until <paramref name="limit"/> packets were dissected.</summary>
    /// <exception cref="IOException">The output does not take more.</exception>
    public void Run(long limit = long.MaxValue)
    {
        engine.Capture = reader;
        if (OnOneThread || Copy is not null)
        {
            RunOnOneThread(limit);
            return;
        }

        var writers = StartWriters();
        // pcapng tells about interfaces and secrets between its packets, which must not change under the engine; and a count of packets ends the reading, too.
        var ahead = limit == long.MaxValue && reader.Format.Kind != CaptureKind.PcapNg ? Start("reader", ReadAhead) : null;
        try
        {
            while (limit > 0 && !stopped && (ahead is null ? Read(out var batch) : read.TryTake(out batch, wait: true)))
            {
                engine.Dissect(batch, (int)Math.Min(limit, batch.Frames.Count));
                limit -= batch.Count;
                Count += batch.Count;
                full.Add(batch);
            }
        }
        finally
        {
            full.Complete();
            free.Complete();
            ahead?.Join();
            writers.ForEach(w => w.Join());
            foreach (var batch in made)
            {
                batch.Dispose();
            }
        }

        failure?.Throw();
        if (writers.Count > 1)
        {
            Around(sink!.End);
        }
    }

    /// <summary>One thread that formats and writes, or several where batches can be formatted side by side.</summary>
    List<Thread> StartWriters()
    {
        if (ParallelWriter.Threads == 1 || sink?.Beside() is not { } first)
        {
            return [Start("writer", WriteAll)];
        }

        Around(sink.Begin);
        var writer = new ParallelWriter(TakeFull, free.Add, sink, output);
        ISink[] sinks = [first, .. Enumerable.Range(1, ParallelWriter.Threads - 1).Select(_ => sink.Beside()!)];
        return [.. sinks.Select(s => Start("writer", () => writer.Work(s)))];
    }

    DissectedBatch? TakeFull()
    {
        if (!full.TryTake(out var batch, wait: true))
        {
            return null;
        }

        ApplyFilter(batch);
        return batch;
    }

    void Around(Action<Utf8Text> part)
    {
        var text = new Utf8Text();
        part(text);
        Flush(text);
    }

    /// <summary>A thread of the run; what goes wrong in it ends the run and is thrown by <see cref="Run"/>.</summary>
    Thread Start(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
                stopped = true;
                free.Complete();
            }
        })
        { Name = name };
        thread.Start();
        return thread;
    }

    /// <summary>Reads before the engine asks: the cost of bringing a mapped file's pages in falls on another core.</summary>
    void ReadAhead()
    {
        try
        {
            while (!stopped && Read(out var batch))
            {
                Touch(batch.Frames);
                read.Add(batch);
            }
        }
        finally
        {
            read.Complete();
        }
    }

    bool Read([NotNullWhen(true)] out DissectedBatch? batch)
    {
        if (!TakeFree(out batch))
        {
            return false;
        }

        batch.Reset();
        return reader.Read(batch.Frames);
    }

    /// <summary>Looks at the beginning of every frame, so that its headers are in memory, and near, when the engine comes.</summary>
    static void Touch(FrameBatch frames)
    {
        const int Headers = 64;
        int sum = 0;
        foreach (ref readonly var frame in frames.Frames)
        {
            var data = frame.Data;
            if (!data.IsEmpty)
            {
                sum += data[0] + data[Math.Min(Headers, data.Length - 1)];
            }
        }

        Volatile.Write(ref touched, sum);
    }

    /// <summary>On one thread, always so when packets are copied: a writer must take over the capture's sections and secrets in step with its frames.</summary>
    void RunOnOneThread(long limit)
    {
        using var batch = new DissectedBatch(engine.Registry);
        var text = new Utf8Text(FlushAt / 8);
        sink?.Begin(text);
        while (limit > 0 && !stopped)
        {
            batch.Reset();
            bool more = reader.Read(batch.Frames);
            Copy?.Follow(reader);
            if (!more)
            {
                break;
            }

            int count = (int)Math.Min(limit, batch.Frames.Count);
            engine.Dissect(batch, count);
            ApplyFilter(batch);
            limit -= count;
            Count += count;
            CopyTo(Copy, batch);
            sink?.Write(batch, text);
            Flush(text);
        }

        sink?.End(text);
        Flush(text);
    }

    static void CopyTo(CaptureWriter? copy, DissectedBatch batch)
    {
        for (int i = 0; copy is not null && i < batch.Count; i++)
        {
            ref readonly var frame = ref batch.Frames[i];
            if (!batch[i].IsFilteredOut)
            {
                copy.Write(frame, frame.Options < 0 ? null : batch.Frames.Options[frame.Options]);
            }
        }
    }

    void ApplyFilter(DissectedBatch batch)
    {
        if (Filter is not { } filter)
        {
            return;
        }

        for (int i = 0; i < batch.Count; i++)
        {
            if (!filter(batch, i))
            {
                batch.FilterOut(i);
            }
        }
    }

    /// <summary>A batch that was given back, or a new one while there are few: a small capture needs only one.</summary>
    bool TakeFree([NotNullWhen(true)] out DissectedBatch? batch)
    {
        if (free.TryTake(out batch, wait: made.Count == BatchesInFlight))
        {
            return true;
        }

        if (made.Count == BatchesInFlight)
        {
            return false;
        }

        batch = new(engine.Registry);
        made.Add(batch);
        return true;
    }

    void WriteAll()
    {
        var text = new Utf8Text(FlushAt / 8);
        sink?.Begin(text);
        while (true)
        {
            if (!full.TryTake(out var batch, wait: false))
            {
                // Nothing waits: what is there goes out now, so that a live pipe is shown as it comes.
                Flush(text);
                if (!full.TryTake(out batch, wait: true))
                {
                    break;
                }
            }

            ApplyFilter(batch);
            sink?.Write(batch, text);
            free.Add(batch);
            if (text.Length >= FlushAt)
            {
                Flush(text);
            }
        }

        sink?.End(text);
        Flush(text);
    }

    void Flush(Utf8Text text)
    {
        if (text.Length > 0)
        {
            output.Write(text.Bytes);
            output.Flush();
            text.Clear();
        }
    }
}
