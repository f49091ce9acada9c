using System.Runtime.CompilerServices;

namespace Wiretale.Dissection.Engine;

/// <summary>The protocols that a packet has been handed to, outermost first.</summary>
/// <remarks>Every hand-off adds one: the entries are wrapped, because an array of a class that others derive from checks the type at every store.</remarks>
public sealed class LayerList
{
    Entry[] entries = new Entry[16];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>A layer by its place, from 0.</summary>
    public Dissector this[int index] => index < Count ? entries[index].Dissector : throw new ArgumentOutOfRangeException(nameof(index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Dissector dissector)
    {
        if (Count == entries.Length)
        {
            Array.Resize(ref entries, Count * 2);
        }

        entries[Count++].Dissector = dissector;
    }

    internal int CountOf(Protocol protocol)
    {
        int count = 0;
        foreach (ref readonly var entry in entries.AsSpan(0, Count))
        {
            count += entry.Dissector.Protocol == protocol ? 1 : 0;
        }

        return count;
    }

    internal void ReplaceLast(Dissector dissector) => entries[Count - 1].Dissector = dissector;

    internal void Cut(int count) => Count = Math.Min(Count, count);

    internal void Clear() => Count = 0;

    struct Entry
    {
        public Dissector Dissector;
    }
}
