using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Decides which packets are shown; asked about every packet, in order.</summary>
/// <returns>Whether the packet is shown.</returns>
public delegate bool PacketFilter(DissectedBatch batch, int packet);

/// <summary>Takes a whole capture through an engine into a sink: reading and dissection on threads of their own, filtering, formatting and writing on the caller's.</summary>
/// <remarks>Batches come out in file order and are the same however many threads there are; so is the output.</remarks>
/// <param name="sink">What prints; null to print nothing.</param>
public sealed class CaptureRun(CaptureReader reader, DissectionEngine engine, ISink? sink, Stream output)
{
    const int FlushAt = 1 << 18;

    readonly Utf8Text text = new(FlushAt / 8);
    volatile LanePipeline? pipeline;
    volatile bool stopped;
    long toSkip;

    /// <summary>The display filter, or null to show every packet.</summary>
    public PacketFilter? Filter { get; init; }

    /// <summary>Where the packets that are shown are copied to, or null.</summary>
    public CaptureWriter? Copy { get; init; }

    /// <summary>Packets that are copied although they are not shown; null for none.</summary>
    public PacketFilter? AlsoCopied { get; init; }

    /// <summary>Threads that read and dissect, beside the calling one, which writes and helps; 0 to do everything on the calling thread. The output is the same.</summary>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount - 1, LanePipeline.MostThreads);

    /// <summary>Bytes of the output that stand already, from a run that gave up, and are not written again; after the run, how many stand.</summary>
    public long Printed { get; set; }

    /// <summary>Whether the run ended because a packet is to be shown of which headers alone do not tell enough, see <see cref="EngineSettings.HeadersOnly"/>.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>Packets dissected.</summary>
    public long Count { get; private set; }

    /// <summary>Ends the run after what is under way; may be called from any thread.</summary>
    public void Stop()
    {
        stopped = true;
        pipeline?.Stop();
    }

    /// <summary>Runs to the end of the capture, or until <paramref name="limit"/> packets were dissected.</summary>
    /// <exception cref="IOException">The output does not take more.</exception>
    public void Run(long limit = long.MaxValue)
    {
        (toSkip, Printed) = (Printed, 0);
        engine.Capture = reader;
        text.Drain = _ => Flush();
        sink?.Begin(text);

        // A writer must take over the capture's sections and secrets in step with its frames.
        if (!RunHere(limit, onlyFirst: Threads > 0 && Copy is null))
        {
            RunBeside(limit - Count);
        }

        if (!GaveUp)
        {
            sink?.End(text);
        }

        Flush();
    }

    /// <summary>Everything on this thread; for a small capture that is faster than starting others.</summary>
    /// <param name="onlyFirst">Come back after the first batch.</param>
    /// <returns>Whether the capture is at its end.</returns>
    bool RunHere(long limit, bool onlyFirst)
    {
        using var batch = new DissectedBatch(engine.Registry, onlyFirst ? LanePipeline.FirstBatch : LanePipeline.FramesInBatch);
        while (limit > Count && !stopped)
        {
            batch.Reset();
            bool more = reader.Read(batch.Frames);
            Copy?.Follow(reader);
            if (!more)
            {
                return true;
            }

            engine.Dissect(batch, (int)Math.Min(limit - Count, batch.Frames.Count));
            Take(batch);
            Flush();
            if (onlyFirst)
            {
                return limit <= Count;
            }
        }

        return true;
    }

    void RunBeside(long limit)
    {
        using var running = pipeline = new LanePipeline(reader, engine, Threads);
        if (ParallelWriter.Threads > 1 && sink?.Beside() is { } first)
        {
            running.Start(limit, more: 1);
            WriteBeside(running, first);
            return;
        }

        running.Start(limit);

        while (!stopped)
        {
            if (!running.TryTake(out var batch, wait: false))
            {
                // Nothing waits: what is there goes out now, so that a live pipe is shown as it comes.
                Flush();
                if (!running.TryTake(out batch, wait: true, help: true))
                {
                    break;
                }
            }

            Take(batch);
            running.GiveBack(batch);
            if (text.Length >= FlushAt)
            {
                Flush();
            }
        }
    }

    /// <summary>Formats batches on several threads, of which this is one.</summary>
    void WriteBeside(LanePipeline running, ISink first)
    {
        Flush();
        var writer = new ParallelWriter(() => TakeNext(running), running.GiveBack, sink!, output);
        for (int i = 1; i < ParallelWriter.Threads; i++)
        {
            var own = sink!.Beside()!;
            running.Begin($"writer {i + 1}", () => writer.Work(own));
        }

        writer.Work(first);
        running.Join();
    }

    DissectedBatch? TakeNext(LanePipeline running)
    {
        if (stopped || !running.TryTake(out var batch, wait: true))
        {
            return null;
        }

        Count += batch.Count;
        ApplyFilter(batch);
        return batch;
    }

    void Take(DissectedBatch batch)
    {
        Count += batch.Count;
        ApplyFilter(batch);
        if (!GaveUp)
        {
            CopyFrom(batch);
            sink?.Write(batch, text);
        }
    }

    void CopyFrom(DissectedBatch batch)
    {
        for (int i = 0; Copy is not null && i < batch.Count; i++)
        {
            ref readonly var frame = ref batch.Frames[i];
            if (!batch[i].IsFilteredOut || (AlsoCopied is not null && AlsoCopied(batch, i)))
            {
                Copy.Write(frame, frame.Options < 0 ? null : batch.Frames.Options[frame.Options]);
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
            ref readonly var packet = ref batch[i];
            if (packet.IsFilteredOut)
            {
                continue;
            }

            if (!filter(batch, i))
            {
                batch.FilterOut(i);
            }
            else if (packet.IsIncomplete)
            {
                GaveUp = stopped = true;
                return;
            }
        }

        engine.AfterFilter(batch);
    }

    void Flush()
    {
        if (text.Length > 0)
        {
            output.Write(text.Bytes[(int)Math.Min(toSkip, text.Length)..]);
            toSkip -= Math.Min(toSkip, text.Length);
            Printed += text.Length;
            output.Flush();
            text.Clear();
        }
    }
}
