using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.ExceptionServices;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Reads batches on one thread and takes them apart on others, lane by lane; they come out whole and in file order.</summary>
sealed class LanePipeline(CaptureReader reader, DissectionEngine engine, int threads) : IDisposable
{
    /// <summary>More threads than this only wait for each other: reading and writing set the pace then.</summary>
    public const int MostThreads = 6;

    /// <summary>Frames in a batch; when all fields are wanted, whose texts take kilobytes a packet; and in the first one, which is to be on the screen soon.</summary>
    public const int FramesInBatch = 512, FramesWithFields = 64, FirstBatch = 256;

    /// <summary>Batches on their way: being read, taken apart, written, or waiting for one of these; small ones are more.</summary>
    const int BatchesInFlight = 12, SmallBatchesInFlight = 24;

    /// <summary>How long the end waits for a read that is under way.</summary>
    const int MostMillisecondsOfReading = 500;

    /// <summary>Where <see cref="Touch"/> leaves what it saw, so that the looks are not optimised away.</summary>
    static int touched;

    readonly object gate = new();
    readonly bool isSmall = engine.Demand is { Tree: true } or { AllFields: true };
    readonly List<Work> underWay = new(SmallBatchesInFlight);
    readonly Stack<Work> idle = new(SmallBatchesInFlight);
    readonly BatchQueue<DissectedBatch> free = new(SmallBatchesInFlight), finished = new(SmallBatchesInFlight);
    readonly List<DissectedBatch> made = new(SmallBatchesInFlight);
    readonly List<Thread> workers = [];
    Thread? readingThread;
    uint busy;
    bool isRead;
    volatile bool stopped;
    ExceptionDispatchInfo? failure;

    /// <summary>Starts the threads.</summary>
    /// <param name="limit">Frames to read at most.</param>
    public void Start(long limit)
    {
        readingThread = Make("reader", () => ReadAll(limit));
        for (int i = 0; i < threads; i++)
        {
            Begin($"dissector {i + 1}", DissectAll);
        }
    }

    /// <summary>Starts one more thread, which ends when there are no more batches.</summary>
    public void Begin(string name, Action work) => workers.Add(Make(name, work));

    /// <summary>Waits for the threads; throws what went wrong in one of them.</summary>
    public void Join()
    {
        foreach (var worker in workers)
        {
            worker.Join();
        }

        failure?.Throw();
    }

    /// <summary>The next batch in file order; false when there is none (yet, or ever, when waited for).</summary>
    public bool TryTake([NotNullWhen(true)] out DissectedBatch? batch, bool wait)
    {
        bool taken = finished.TryTake(out batch, wait);
        failure?.Throw();
        return taken;
    }

    /// <summary>The batch is done with. What it holds is let go of at once where that is much.</summary>
    public void GiveBack(DissectedBatch batch)
    {
        if (isSmall)
        {
            batch.Reset();
        }

        free.Add(batch);
    }

    /// <summary>Lets no more batches out; may be called from any thread.</summary>
    public void Stop()
    {
        stopped = true;
        free.Complete();
        finished.Complete();
        lock (gate)
        {
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Ends the threads, wherever they are.</summary>
    public void Dispose()
    {
        Stop();
        foreach (var worker in workers)
        {
            worker.Join();
        }

        // A thread that waits for a pipe nobody writes to ends with the program, and so does the batch it would fill.
        if (readingThread?.Join(MostMillisecondsOfReading) == false)
        {
            return;
        }

        foreach (var batch in made)
        {
            batch.Dispose();
        }
    }

    Thread Make(string name, Action work)
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
                Stop();
            }
        })
        { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>Reads before the engine asks: the cost of bringing a mapped file's pages in falls on another core.</summary>
    void ReadAll(long limit)
    {
        while (limit > 0 && !stopped && TakeFree(out var batch))
        {
            batch.Reset();
            if (!reader.Read(batch.Frames))
            {
                break;
            }

            int count = (int)Math.Min(limit, batch.Frames.Count);
            limit -= count;
            engine.Begin(batch, count);
            Touch(batch.Frames);
            lock (gate)
            {
                if (!idle.TryPop(out var work))
                {
                    work = new();
                }

                work.Start(batch);
                underWay.Add(work);
                Monitor.PulseAll(gate);
            }
        }

        lock (gate)
        {
            isRead = true;
            EndWhenDone();
        }
    }

    /// <summary>A batch that was given back, or a new one while there are few.</summary>
    bool TakeFree([NotNullWhen(true)] out DissectedBatch? batch)
    {
        int most = isSmall ? SmallBatchesInFlight : BatchesInFlight;
        if (free.TryTake(out batch, wait: made.Count == most))
        {
            return true;
        }

        if (made.Count == most)
        {
            return false;
        }

        batch = new(engine.Registry, isSmall ? FramesWithFields : FramesInBatch);
        made.Add(batch);
        return true;
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

    void DissectAll()
    {
        int lane = 0;
        while (TryChoose(ref lane, out var work))
        {
            if (work.Batch.IsOrdered)
            {
                engine.DissectOrdered(work.Batch);
            }
            else
            {
                engine.DissectLane(work.Batch, lane);
            }

            Done(work, lane);
        }
    }

    /// <summary>Waits for something to do; false when there is nothing more.</summary>
    bool TryChoose(ref int lane, [NotNullWhen(true)] out Work? chosen)
    {
        lock (gate)
        {
            while (!stopped)
            {
                chosen = Choose(ref lane);
                if (chosen is not null)
                {
                    return true;
                }

                if (isRead && underWay.Count == 0)
                {
                    break;
                }

                Monitor.Wait(gate);
            }
        }

        chosen = null;
        return false;
    }

    /// <summary>The earliest batch's lane that nobody works on, the thread's last one first. An ordered batch is one task, when it is the oldest under way; nothing passes it.</summary>
    Work? Choose(ref int lane)
    {
        uint blocked = busy;
        for (int i = 0; i < underWay.Count; i++)
        {
            var work = underWay[i];
            if (work.Batch.IsOrdered)
            {
                if (i > 0 || work.IsStarted)
                {
                    return null;
                }

                work.IsStarted = true;
                return work;
            }

            uint can = work.Waiting & ~blocked;
            if (can != 0)
            {
                lane = (can >> lane & 1) != 0 ? lane : BitOperations.TrailingZeroCount(can);
                work.Waiting &= ~(1u << lane);
                busy |= 1u << lane;
                return work;
            }

            blocked |= work.Waiting;
        }

        return null;
    }

    void Done(Work work, int lane)
    {
        lock (gate)
        {
            if (work.Batch.IsOrdered)
            {
                work.Unfinished = 0;
                Monitor.PulseAll(gate);
            }
            else
            {
                busy &= ~(1u << lane);
                work.Unfinished &= ~(1u << lane);
            }

            while (underWay.Count > 0 && underWay[0].Unfinished == 0)
            {
                var first = underWay[0];
                underWay.RemoveAt(0);
                engine.Finish(first.Batch);
                finished.Add(first.Batch);
                idle.Push(first);
            }

            EndWhenDone();
        }
    }

    void EndWhenDone()
    {
        if (isRead && underWay.Count == 0)
        {
            finished.Complete();
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>A batch on its way through the lanes, which are bits.</summary>
    sealed class Work
    {
        public DissectedBatch Batch = null!;
        public uint Waiting, Unfinished;
        public bool IsStarted;

        public void Start(DissectedBatch batch)
        {
            Batch = batch;
            Waiting = Unfinished = batch.LaneMask;
            IsStarted = false;
        }
    }
}
