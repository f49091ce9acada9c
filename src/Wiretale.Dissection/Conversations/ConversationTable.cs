using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Conversations;

/// <summary>Finds the conversation of a packet. Bounded: the ones silent for longest go first.</summary>
public sealed class ConversationTable
{
    /// <summary>Conversations kept at once.</summary>
    const int Limit = 500_000;

    readonly Dictionary<Key, Conversation> byKey = new(256);
    readonly int[] streams = new int[(int)PortKind.Dccp + 1];
    Key lastKey;
    Conversation? last;

    /// <summary>Conversations of a transport so far; the next stream's number.</summary>
    public int Count(PortKind kind) => streams[(int)kind];

    /// <summary>The conversation between two endpoints in either direction, or null.</summary>
    public Conversation? Find(PortKind kind, in Address source, uint sourcePort, in Address destination, uint destinationPort)
    {
        var key = new Key(kind, source, sourcePort, destination, destinationPort);
        if (last is not null && key.Equals(lastKey))
        {
            return last;
        }

        if (byKey.TryGetValue(key, out var found))
        {
            (lastKey, last) = (key, found);
            return found;
        }

        return null;
    }

    /// <summary>The packet's conversation by its network addresses and ports; opened when there is none.</summary>
    public Conversation FindOrOpen(Packet p, PortKind kind)
    {
        var found = Find(kind, p.NetworkSource, p.SourcePort, p.NetworkDestination, p.DestinationPort) ?? Open(p, kind);
        found.LastFrame = p.Number;
        return found;
    }

    /// <summary>Opens a conversation; an earlier one between the same endpoints (ports used again) is no longer found.</summary>
    public Conversation Open(Packet p, PortKind kind)
    {
        if (byKey.Count >= Limit)
        {
            Evict();
        }

        var key = new Key(kind, p.NetworkSource, p.SourcePort, p.NetworkDestination, p.DestinationPort);
        var opened = new Conversation(kind, p.NetworkSource, p.SourcePort, p.NetworkDestination, p.DestinationPort, streams[(int)kind]++, p.Number)
        {
            LastFrame = p.Number,
        };
        byKey[key] = opened;
        (lastKey, last) = (key, opened);
        return opened;
    }

    void Evict()
    {
        // A quarter goes at a time, so that the sort is paid for by a hundred thousand openings.
        foreach (var (key, _) in byKey.OrderBy(e => e.Value.LastFrame).Take(Limit / 4).ToArray())
        {
            byKey.Remove(key);
        }

        last = null;
    }

    /// <summary>Both endpoints, the lower first, so that both directions have one key.</summary>
    readonly struct Key : IEquatable<Key>
    {
        readonly ulong high1, low1, high2, low2;
        readonly ulong ports;
        readonly uint kinds;

        public Key(PortKind kind, in Address a, uint portA, in Address b, uint portB)
        {
            bool swap = a.High != b.High ? a.High > b.High : a.Low != b.Low ? a.Low > b.Low : portA > portB;
            (high1, low1) = swap ? (b.High, b.Low) : (a.High, a.Low);
            (high2, low2) = swap ? (a.High, a.Low) : (b.High, b.Low);
            ports = swap ? ((ulong)portB << 32) | portA : ((ulong)portA << 32) | portB;
            kinds = ((uint)kind << 8) | (uint)a.Kind;
        }

        public bool Equals(Key other) => ports == other.ports && high1 == other.high1 && high2 == other.high2
            && low1 == other.low1 && low2 == other.low2 && kinds == other.kinds;

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            const ulong Multiplier = 0x9E3779B97F4A7C15;
            ulong hash = (high1 ^ (low1 * 3)) * Multiplier;
            hash = (hash ^ (hash >> 32) ^ high2 ^ (low2 * 5)) * Multiplier;
            hash = (hash ^ (hash >> 29) ^ ports ^ kinds) * Multiplier;
            return (int)(hash >> 32);
        }
    }
}
