using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Takes a whole capture through an engine into a sink: dissection on the calling thread, formatting and writing on another.</summary>
/// <remarks>Batches go from one to the other in file order, so the output is the same with one thread and with two.</remarks>
public sealed class CaptureRun(CaptureReader reader, DissectionEngine engine, ISink sink, Stream output)
{
    /// <summary>Batches on their way: one being dissected, one being formatted, two between.</summary>
    const int BatchesInFlight = 4;

    /// <summary>Runs to the end of the capture, or until <paramref name="limit"/> packets were dissected.</summary>
    public void Run(int limit = int.MaxValue)
    {
        using var free = new BlockingCollection<DissectedBatch>(BatchesInFlight);
        using var full = new BlockingCollection<DissectedBatch>(BatchesInFlight);
        engine.Capture = reader;
        var batches = Enumerable.Range(0, BatchesInFlight).Select(_ => new DissectedBatch(engine.Registry)).ToArray();
        Array.ForEach(batches, free.Add);
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
                free.CompleteAdding();
            }
        })
        { Name = "writer" };
        writer.Start();
        try
        {
            int left = limit;
            while (left > 0 && free.TryTake(out var batch, Timeout.Infinite))
            {
                batch.Reset();
                if (!reader.Read(batch.Frames))
                {
                    break;
                }

                engine.Dissect(batch, Math.Min(left, batch.Frames.Count));
                left -= batch.Count;
                full.Add(batch);
            }
        }
        finally
        {
            full.CompleteAdding();
            writer.Join();
            Array.ForEach(batches, b => b.Dispose());
        }

        failure?.Throw();
    }

    void WriteAll(BlockingCollection<DissectedBatch> free, BlockingCollection<DissectedBatch> full)
    {
        const int FlushAt = 1 << 18;
        var text = new Utf8Text(FlushAt + (1 << 16));
        sink.Begin(text);
        while (!full.IsCompleted)
        {
            if (!full.TryTake(out var batch, 0))
            {
                // Nothing waits: what is there goes out now, so that a live pipe is shown as it comes.
                Flush(text);
                if (!full.TryTake(out batch, Timeout.Infinite))
                {
                    break;
                }
            }

            sink.Write(batch, text);
            free.Add(batch);
            if (text.Length >= FlushAt)
            {
                Flush(text);
            }
        }

        sink.End(text);
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
