using System.Diagnostics.CodeAnalysis;

namespace Wiretale.Analysis.Session;

/// <summary>Hands things from one thread to another in order; a small ring with a lock, which starts faster than a BlockingCollection.</summary>
sealed class BatchQueue<T>(int capacity)
    where T : class
{
    readonly Queue<T> items = new(capacity);
    bool completed;

    /// <summary>Puts one in; it is the caller's business that not more are about than fit.</summary>
    public void Add(T item)
    {
        lock (items)
        {
            items.Enqueue(item);
            Monitor.Pulse(items);
        }
    }

    /// <summary>Takes one; waits for it, unless told not to. False when none is there, or none will come.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item, bool wait)
    {
        lock (items)
        {
            while (wait && items.Count == 0 && !completed)
            {
                Monitor.Wait(items);
            }

            return items.TryDequeue(out item);
        }
    }

    /// <summary>Says that no more will come; what is in can still be taken.</summary>
    public void Complete()
    {
        lock (items)
        {
            completed = true;
            Monitor.PulseAll(items);
        }
    }
}
