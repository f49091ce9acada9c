using System.Diagnostics.CodeAnalysis;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>A memory with a size: when it is full, what was not used for longest goes.</summary>
/// <param name="most">How much it holds, in the units of <paramref name="weigh"/>.</param>
/// <param name="weigh">What an entry costs.</param>
sealed class BoundedMap<TKey, TValue>(long most, Func<TValue, int> weigh)
    where TKey : notnull
{
    readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> places = [];
    readonly LinkedList<(TKey Key, TValue Value)> byUse = new();

    public int Count => places.Count;

    /// <summary>What all entries cost.</summary>
    public long Weight { get; private set; }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!places.TryGetValue(key, out var place))
        {
            value = default;
            return false;
        }

        byUse.Remove(place);
        byUse.AddFirst(place);
        value = place.Value.Value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        Remove(key);
        places[key] = byUse.AddFirst((key, value));
        Weight += weigh(value);
        while (Weight > most && byUse.Last is { } oldest)
        {
            Remove(oldest.Value.Key);
        }
    }

    public void Remove(TKey key)
    {
        if (places.Remove(key, out var place))
        {
            byUse.Remove(place);
            Weight -= weigh(place.Value.Value);
        }
    }
}
