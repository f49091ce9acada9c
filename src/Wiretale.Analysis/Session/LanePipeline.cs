using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.ExceptionServices;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Reads batches and takes them apart lane by lane, on threads that do what is needed next; batches come out whole and in file order.</summary>
/// <remarks>A thread of its own for reading would leave a processor idle whenever it, or the others, had to wait.</remarks>
sealed class LanePipeline(CaptureReader reader, DissectionEngine engine, int threads) : IDisposable
{
    /// <summary>More threads than this only wait for each other: reading and writing set the pace then.</summary>
    public const int MostThreads = 6;

    /// <summary>Frames in a batch; when all fields are wanted, whose texts take kilobytes a packet; and in the first one, which is to be on the screen soon.</summary>
    public const int FramesInBatch = 2048, FramesWithFields = 64, FirstBatch = 256;

    /// <summary>Batches on their way: being read, taken apart, written, or waiting for one of these; small ones are more.</summary>
    const int BatchesInFlight = 8, SmallBatchesInFlight = 24;

    /// <summary>Lanes waiting, for each thread, below which the next batch is read before more are taken apart.</summary>
    const int LanesAhead = 8;

    /// <summary>How long the end waits for a read that is under way.</summary>
    const int MostMillisecondsOfReading = 500;

    readonly Lock gate = new();
    readonly int most = engine.Demand is { Tree: true } or { AllFields: true } ? SmallBatchesInFlight : BatchesInFlight;
    readonly List<Work> underWay = new(SmallBatchesInFlight);
    readonly Stack<Work> idle = new(SmallBatchesInFlight);
    readonly Stack<DissectedBatch> free = new(SmallBatchesInFlight);
    readonly Queue<DissectedBatch> finished = new(SmallBatchesInFlight);
    readonly List<DissectedBatch> made = new(SmallBatchesInFlight);
    readonly List<Thread> workers = [];
    readonly Semaphore somethingToDo = new(0, int.MaxValue);
    readonly AutoResetEvent somethingFinished = new(false);
    Thread? reading;
    long left;
    uint busy;
    int lanesWaiting, asleep, helpersLane;
    bool isRead, isWaitedFor, wouldHelp;
    volatile bool stopped;
    ExceptionDispatchInfo? failure;

    bool IsSmall => most == SmallBatchesInFlight;

    /// <summary>Starts the threads.</summary>
    /// <param name="limit">Frames to read at most.</param>
    /// <param name="more">Threads beyond those that were asked for, when who takes the batches does not help.</param>
    public void Start(long limit, int more = 0)
    {
        left = limit;
        for (int i = 0; i < threads + more; i++)
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

    /// <summary>The next batch in file order; false when there is none (yet, or ever, when waited for). One thread at a time.</summary>
    /// <param name="help">Whether the caller takes lanes apart while it waits; it never reads, which may take for ever.</param>
    public bool TryTake([NotNullWhen(true)] out DissectedBatch? batch, bool wait, bool help = false)
    {
        Work? work = null;
        while (true)
        {
            Wakes wakes = default;
            bool waits = false, readsAhead = false;
            lock (gate)
            {
                if (work is not null)
                {
                    Done(work, helpersLane, ref wakes);
                    work = null;
                }

                if (!finished.TryDequeue(out batch) && wait && !stopped && !IsAtEnd)
                {
                    work = help ? Choose(ref helpersLane) : null;
                    readsAhead = help && work is null && reader.CanReadAhead;
                    waits = isWaitedFor = work is null && !readsAhead;
                    wouldHelp = waits && help;
                }
            }

            Do(wakes);
            failure?.Throw();
            if (waits)
            {
                somethingFinished.WaitOne();
            }
            else if (work is not null)
            {
                TakeApart(work, helpersLane);
            }
            else if (readsAhead)
            {
                reader.ReadAhead();
            }
            else
            {
                return batch is not null;
            }
        }
    }

    /// <summary>The batch is done with. What it holds is let go of at once where that is much.</summary>
    public void GiveBack(DissectedBatch batch)
    {
        if (IsSmall)
        {
            batch.Reset();
        }

        Wakes wakes = default;
        lock (gate)
        {
            free.Push(batch);
            Wake(ShouldRead ? 1 : 0, ref wakes);
        }

        Do(wakes);
    }

    /// <summary>Lets no more batches out; may be called from any thread.</summary>
    public void Stop()
    {
        Wakes wakes = default;
        lock (gate)
        {
            stopped = true;
            Wake(asleep, ref wakes);
            WakeTaker(ref wakes);
        }

        Do(wakes);
    }

    /// <summary>Ends the threads, wherever they are.</summary>
    public void Dispose()
    {
        Stop();
        Thread? waitsForInput;
        lock (gate)
        {
            waitsForInput = reading;
        }

        foreach (var worker in workers)
        {
            // A thread that waits for a pipe nobody writes to ends with the program, and so does the batch it would fill.
            if (worker != waitsForInput)
            {
                worker.Join();
            }
            else if (!worker.Join(MostMillisecondsOfReading))
            {
                return;
            }
        }

        foreach (var batch in made)
        {
            batch.Dispose();
        }

        somethingToDo.Dispose();
        somethingFinished.Dispose();
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

    /// <summary>What every thread does: read when little is waiting, otherwise take a lane of a batch apart.</summary>
    void DissectAll()
    {
        Work? work = null;
        int lane = 0;
        while (Next(ref work, ref lane, out var empty))
        {
            if (empty is not null)
            {
                Read(empty);
            }
            else
            {
                TakeApart(work!, lane);
            }
        }
    }

    void TakeApart(Work work, int lane)
    {
        if (work.Batch.IsOrdered)
        {
            engine.DissectOrdered(work.Batch);
        }
        else
        {
            engine.DissectLane(work.Batch, lane);
        }
    }

    /// <summary>Says that a lane is done, and waits for something else to do; false when there is nothing more.</summary>
    /// <param name="empty">A batch to fill, or null to take apart <paramref name="lane"/> of <paramref name="work"/>.</param>
    bool Next(ref Work? work, ref int lane, out DissectedBatch? empty)
    {
        while (true)
        {
            Wakes wakes = default;
            bool found, ends, readsAhead;
            lock (gate)
            {
                if (work is not null)
                {
                    Done(work, lane, ref wakes);
                    work = null;
                }

                empty = ShouldRead ? Empty() : null;
                if (empty is not null)
                {
                    // It may wait for a pipe: what this thread has just made possible is for another.
                    reading = Thread.CurrentThread;
                    Wake(Math.Min(1, lanesWaiting), ref wakes);
                }

                found = !stopped && (empty is not null || (work = Choose(ref lane)) is not null);
                ends = stopped || IsAtEnd;
                readsAhead = !found && !ends && reader.CanReadAhead;
                if (!found && !ends && !readsAhead)
                {
                    asleep++;
                }
            }

            Do(wakes);
            if (found || ends)
            {
                return found;
            }

            if (readsAhead)
            {
                reader.ReadAhead();
            }
            else
            {
                somethingToDo.WaitOne();
            }
        }
    }

    bool IsAtEnd => isRead && underWay.Count == 0;

    bool ShouldRead => reading is null && !isRead && lanesWaiting <= LanesAhead * threads;

    /// <summary>A batch that was given back, or a new one while there are few.</summary>
    DissectedBatch? Empty()
    {
        if (free.TryPop(out var batch) || made.Count == most)
        {
            return batch;
        }

        batch = new(engine.Registry, IsSmall ? FramesWithFields : FramesInBatch);
        made.Add(batch);
        return batch;
    }

    void Read(DissectedBatch batch)
    {
        batch.Reset();
        bool more = reader.Read(batch.Frames);
        if (more)
        {
            int count = (int)Math.Min(left, batch.Frames.Count);
            left -= count;
            engine.Begin(batch, count);
        }

        Work? work = null;
        Wakes wakes = default;
        lock (gate)
        {
            reading = null;
            isRead = !more || left == 0;
            if (more)
            {
                work = idle.TryPop(out var old) ? old : new();
                work.Prepare(batch);
                underWay.Add(work);
                Wake(1, ref wakes);
            }

            WakeAllAtEnd(ref wakes);
        }

        Do(wakes);
        if (work is not null)
        {
            ShareOut(work);
        }
    }

    /// <summary>What needs no order among batches: meanwhile another thread may read the next one.</summary>
    void ShareOut(Work work)
    {
        engine.ShareOut(work.Batch);
        Wakes wakes = default;
        lock (gate)
        {
            int lanes = work.Start();
            lanesWaiting += lanes;
            Wake(lanes, ref wakes);
        }

        Do(wakes);
    }

    /// <summary>The earliest batch's lane that nobody works on, the thread's last one first. An ordered batch is one task, when it is the oldest under way; nothing passes it.</summary>
    Work? Choose(ref int lane)
    {
        uint blocked = busy;
        for (int i = 0; i < underWay.Count; i++)
        {
            var work = underWay[i];
            if (!work.IsShared)
            {
                return null;
            }

            if (work.Batch.IsOrdered)
            {
                if (i > 0 || work.IsStarted)
                {
                    return null;
                }

                work.IsStarted = true;
                lanesWaiting--;
                return work;
            }

            uint can = work.Waiting & ~blocked;
            if (can != 0)
            {
                lane = (can >> lane & 1) != 0 ? lane : BitOperations.TrailingZeroCount(can);
                work.Waiting &= ~(1u << lane);
                busy |= 1u << lane;
                lanesWaiting--;
                return work;
            }

            blocked |= work.Waiting;
        }

        return null;
    }

    void Done(Work work, int lane, ref Wakes wakes)
    {
        if (work.Batch.IsOrdered)
        {
            work.Unfinished = 0;
            Wake(asleep, ref wakes);
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
            finished.Enqueue(first.Batch);
            idle.Push(first);
            WakeTaker(ref wakes);
        }

        WakeAllAtEnd(ref wakes);
    }

    void WakeAllAtEnd(ref Wakes wakes)
    {
        if (IsAtEnd)
        {
            Wake(asleep, ref wakes);
            WakeTaker(ref wakes);
        }
    }

    void WakeTaker(ref Wakes wakes)
    {
        wakes.Taker |= isWaitedFor;
        isWaitedFor = wouldHelp = false;
    }

    /// <summary>Has so many of those woken who found nothing to do, once the gate is open: who is woken would run into it at once.</summary>
    void Wake(int count, ref Wakes wakes)
    {
        int workers = Math.Min(count, asleep);
        asleep -= workers;
        wakes.Workers += workers;
        if (workers < count && wouldHelp)
        {
            // Perhaps all others wait for a pipe.
            WakeTaker(ref wakes);
        }
    }

    void Do(in Wakes wakes)
    {
        if (wakes.Workers > 0)
        {
            somethingToDo.Release(wakes.Workers);
        }

        if (wakes.Taker)
        {
            somethingFinished.Set();
        }
    }

    /// <summary>Who is to be woken.</summary>
    struct Wakes
    {
        public int Workers;
        public bool Taker;
    }

    /// <summary>A batch on its way through the lanes, which are bits.</summary>
    sealed class Work
    {
        public DissectedBatch Batch = null!;
        public uint Waiting, Unfinished;
        public bool IsStarted, IsShared;

        public void Prepare(DissectedBatch batch)
        {
            Batch = batch;
            Unfinished = uint.MaxValue;
            IsStarted = IsShared = false;
        }

        /// <returns>In how many pieces it is taken apart.</returns>
        public int Start()
        {
            Waiting = Unfinished = Batch.LaneMask;
            IsShared = true;
            return Batch.IsOrdered ? 1 : BitOperations.PopCount(Waiting);
        }
    }
}
