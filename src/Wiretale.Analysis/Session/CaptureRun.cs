using System.Runtime.ExceptionServices;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Decides which packets are shown; asked about every packet, in order.</summary>
/// <returns>Whether the packet is shown.</returns>
public delegate bool PacketFilter(DissectedBatch batch, int packet);

/// <summary>Takes a whole capture through an engine into a sink: dissection on the calling thread, filtering, formatting and writing on another.</summary>
/// <remarks>Batches go from one to the other in file order, so the output is the same with one thread and with two.</remarks>
/// <param name="sink">What prints; null to print nothing.</param>
public sealed class CaptureRun(CaptureReader reader, DissectionEngine engine, ISink? sink, Stream output)
{
    /// <summary>Batches on their way: one being dissected, one being formatted, two between.</summary>
    const int BatchesInFlight = 4;

    const int FlushAt = 1 << 18;

    volatile bool stopped;

    /// <summary>The display filter, or null to show every packet.</summary>
    public PacketFilter? Filter { get; init; }

    /// <summary>Where the packets that are shown are copied to, or null.</summary>
    public CaptureWriter? Copy { get; init; }

    /// <summary>Packets dissected.</summary>
    public long Count { get; private set; }

    /// <summary>Ends the run after what is under way; may be called from any thread.</summary>
    public void Stop() => stopped = true;

    /// <summary>Runs to the end of the capture, or until <paramref name="limit"/> packets were dissected.</summary>
    /// <exception cref="IOException">The output does not take more.</exception>
    public void Run(long limit = long.MaxValue)
    {
        engine.Capture = reader;
        if (Copy is not null)
        {
            CopyAll(Copy, limit);
            return;
        }

        var free = new BatchQueue<DissectedBatch>(BatchesInFlight);
        var full = new BatchQueue<DissectedBatch>(BatchesInFlight);
        var batches = new List<DissectedBatch>(BatchesInFlight);
        ExceptionDispatchInfo? failure = null;
        var writer = new Thread(() =>
        {
            try
            {
                WriteAll(free, full);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
                stopped = true;
                free.Complete();
            }
        })
        { Name = "writer" };
        writer.Start();
        try
        {
            while (limit > 0 && !stopped && TakeFree(free, batches, out var batch))
            {
                batch.Reset();
                if (!reader.Read(batch.Frames))
                {
                    break;
                }

                engine.Dissect(batch, (int)Math.Min(limit, batch.Frames.Count));
                limit -= batch.Count;
                Count += batch.Count;
                full.Add(batch);
            }
        }
        finally
        {
            full.Complete();
            writer.Join();
            foreach (var batch in batches)
            {
                batch.Dispose();
            }
        }

        failure?.Throw();
    }

    /// <summary>On one thread: a writer must take over the capture's sections and secrets in step with its frames.</summary>
    void CopyAll(CaptureWriter copy, long limit)
    {
        using var batch = new DissectedBatch(engine.Registry);
        var text = new Utf8Text(FlushAt / 8);
        sink?.Begin(text);
        while (limit > 0 && !stopped)
        {
            batch.Reset();
            bool more = reader.Read(batch.Frames);
            copy.Follow(reader);
            if (!more)
            {
                break;
            }

            int count = (int)Math.Min(limit, batch.Frames.Count);
            engine.Dissect(batch, count);
            ApplyFilter(batch);
            limit -= count;
            Count += count;
            for (int i = 0; i < count; i++)
            {
                ref readonly var frame = ref batch.Frames[i];
                if (!batch[i].IsFilteredOut)
                {
                    copy.Write(frame, frame.Options < 0 ? null : batch.Frames.Options[frame.Options]);
                }
            }

            sink?.Write(batch, text);
            Flush(text);
        }

        sink?.End(text);
        Flush(text);
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
    bool TakeFree(BatchQueue<DissectedBatch> free, List<DissectedBatch> made, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DissectedBatch? batch)
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

    void WriteAll(BatchQueue<DissectedBatch> free, BatchQueue<DissectedBatch> full)
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
