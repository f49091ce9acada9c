using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Conversations;

/// <summary>Finds the conversation of a packet. Bounded: the ones silent for longest go first.</summary>
/// <remarks>Every lane has a shelf of its own, so that lanes can look at the same time; a packet that stands for itself in an ordered batch may look on any.</remarks>
public sealed class ConversationTable
{
    /// <summary>Conversations kept at once on one shelf.</summary>
    const int Limit = 500_000 / 4;

    /// <summary>Endpoints that are expected at once; where more are announced, the earliest is forgotten.</summary>
    const int ExpectedLimit = 10_000;

    /// <summary>Announced endpoints, apart for lane 0, where all but TCP is, and for the lanes that TCP connections are in.</summary>
    readonly Announcements announced = new(), announcedTcp = new();

    readonly Shelf[] shelves = Array.ConvertAll(new Shelf[LaneMap.Lanes], _ => new Shelf());
    readonly int[] streams = new int[(int)PortKind.Dccp + 1];

    /// <summary>Conversations of a transport so far; the next stream's number.</summary>
    public int Count(PortKind kind) => streams[(int)kind];

    /// <summary>The conversation between two endpoints in either direction, or null.</summary>
    public Conversation? Find(PortKind kind, in Address source, uint sourcePort, in Address destination, uint destinationPort)
    {
        var key = new Key(kind, source, sourcePort, destination, destinationPort);
        return shelves[LaneMap.Of(kind, source, sourcePort, destination, destinationPort)].Find(key);
    }

    /// <summary>The packet's conversation by its network addresses and ports; opened when there is none.</summary>
    public Conversation FindOrOpen(Packet p, PortKind kind)
    {
        var key = new Key(kind, p.NetworkSource, p.SourcePort, p.NetworkDestination, p.DestinationPort);
        var shelf = ShelfOf(p, kind);
        var found = shelf.Find(key) ?? Open(p, kind, shelf, key);
        found.LastFrame = p.Number;
        return found;
    }

    /// <summary>Opens a conversation; an earlier one between the same endpoints (ports used again) is no longer found.</summary>
    public Conversation Open(Packet p, PortKind kind) =>
        Open(p, kind, ShelfOf(p, kind), new(kind, p.NetworkSource, p.SourcePort, p.NetworkDestination, p.DestinationPort));

    /// <summary>Gives a conversation its number; called in file order.</summary>
    internal void Number(Conversation conversation) => conversation.Stream = streams[(int)conversation.Kind]++;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Shelf ShelfOf(Packet p, PortKind kind) => !p.IsOrdered && p.Lane > 0 == (kind == PortKind.Tcp) ? shelves[p.Lane] : ShelfOfOrdered(p, kind);

    Shelf ShelfOfOrdered(Packet p, PortKind kind) =>
        // A packet inside another one, perhaps, of a tunnel whose dissector does not say that it is one.
        p.IsOrdered ? shelves[LaneMap.Of(kind, p.NetworkSource, p.SourcePort, p.NetworkDestination, p.DestinationPort)]
        : throw new InvalidOperationException($"{p.Outer?.Protocol.FilterName} must say that it crosses lanes");

    Conversation Open(Packet p, PortKind kind, Shelf shelf, in Key key)
    {
        if (shelf.ByKey.Count >= Limit)
        {
            shelf.Evict();
        }

        var opened = new Conversation(kind, p.NetworkSource, p.SourcePort, p.NetworkDestination, p.DestinationPort, p.Number)
        {
            LastFrame = p.Number,
        };
        if (Of(kind).Expected.Count > 0 && (IsExpected(kind, p.NetworkDestination, p.DestinationPort, p.SourcePort, out var known) || IsExpected(kind, p.NetworkSource, p.SourcePort, p.DestinationPort, out known)))
        {
            opened.IsAnnounced = true;
            opened.Dissector = known.Dissector;
            opened.Set(known.Dissector, known.What);
        }

        shelf.ByKey[key] = opened;
        (shelf.LastKey, shelf.Last) = (key, opened);
        p.Opened(opened);
        return opened;
    }

    /// <summary>A protocol has announced another connection (FTP's data): what is opened with this endpoint from now on is for <paramref name="dissector"/>.</summary>
    /// <remarks>Of TCP connections only for a protocol that crosses lanes: while it is at work no other lane looks here. Of others from lane 0, or such a protocol.</remarks>
    /// <param name="peerPort">The port that the other side must have; 0 for any.</param>
    /// <param name="what">What the dissector is to know; it finds it with <see cref="Conversation.Get"/>.</param>
    public void Expect(PortKind kind, in Address address, uint port, uint peerPort, Dissector dissector, object what)
    {
        var (expected, order) = (Of(kind).Expected, Of(kind).Order);
        var key = (kind, address, port);
        if (!expected.ContainsKey(key))
        {
            if (expected.Count >= ExpectedLimit && order.TryDequeue(out var oldest))
            {
                expected.Remove(oldest);
            }

            order.Enqueue(key);
        }

        expected[key] = new(peerPort, dissector, what);
    }

    /// <summary>What was last said about an endpoint to <paramref name="dissector"/>: an announcement may be repeated while what it announced goes on. Null when nothing was.</summary>
    public object? Announced(PortKind kind, in Address address, uint port, Dissector dissector) =>
        Of(kind).Expected.TryGetValue((kind, address, port), out var known) && known.Dissector == dissector ? known.What : null;

    Announcements Of(PortKind kind) => kind == PortKind.Tcp ? announcedTcp : announced;

    bool IsExpected(PortKind kind, in Address address, uint port, uint peerPort, out Expected known) =>
        Of(kind).Expected.TryGetValue((kind, address, port), out known) && (known.PeerPort == 0 || known.PeerPort == peerPort);

    sealed class Announcements
    {
        public readonly Dictionary<(PortKind Kind, Address Address, uint Port), Expected> Expected = [];
        public readonly Queue<(PortKind Kind, Address Address, uint Port)> Order = [];
    }

    readonly record struct Expected(uint PeerPort, Dissector Dissector, object What);

    sealed class Shelf
    {
        public readonly Dictionary<Key, Conversation> ByKey = new(64);
        public Key LastKey;
        public Conversation? Last;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Conversation? Find(in Key key)
        {
            if (Last is not null && key.Equals(LastKey))
            {
                return Last;
            }

            if (ByKey.TryGetValue(key, out var found))
            {
                (LastKey, Last) = (key, found);
            }

            return found;
        }

        public void Evict()
        {
            // A quarter goes at a time, so that the sort is paid for by many openings.
            foreach (var (key, _) in ByKey.OrderBy(e => e.Value.LastFrame).Take(Limit / 4).ToArray())
            {
                ByKey.Remove(key);
            }

            Last = null;
        }
    }

    /// <summary>Both endpoints, the lower first, so that both directions have one key.</summary>
    readonly struct Key : IEquatable<Key>
    {
        readonly ulong high1, low1, high2, low2;
        readonly ulong ports;
        readonly uint kinds;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Key(PortKind kind, in Address a, uint portA, in Address b, uint portB)
        {
            bool swap = a.High != b.High ? a.High > b.High : a.Low != b.Low ? a.Low > b.Low : portA > portB;
            (high1, low1) = swap ? (b.High, b.Low) : (a.High, a.Low);
            (high2, low2) = swap ? (a.High, a.Low) : (b.High, b.Low);
            ports = swap ? ((ulong)portB << 32) | portA : ((ulong)portA << 32) | portB;
            kinds = ((uint)kind << 8) | (uint)a.Kind;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
