using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Conversations;

/// <summary>Two endpoints that talk over one transport, and what protocols remember about it.</summary>
public sealed class Conversation
{
    /// <summary><see cref="Stream"/> while lanes are at work, which open conversations beside each other; dissectors show it with <see cref="Packet.AddStream"/>.</summary>
    public const int Unnumbered = -1;

    (Dissector Owner, object Data)[] data = [];
    int count;

    internal Conversation(PortKind kind, in Address addressA, uint portA, in Address addressB, uint portB, int firstFrame)
    {
        Kind = kind;
        AddressA = addressA;
        PortA = portA;
        AddressB = addressB;
        PortB = portB;
        FirstFrame = firstFrame;
    }

    /// <summary>The transport.</summary>
    public PortKind Kind { get; }

    /// <summary>Number among the conversations of its transport, from 0: <c>tcp.stream</c>, <c>udp.stream</c>. Given when the batch in which it was opened leaves the engine; <see cref="Unnumbered"/> before.</summary>
    public int Stream { get; internal set; } = Unnumbered;

    /// <summary>The frame that opened it.</summary>
    public int FirstFrame { get; }

    /// <summary>The endpoint that sent the first frame.</summary>
    public Address AddressA { get; }

    /// <summary>Port of <see cref="AddressA"/>.</summary>
    public uint PortA { get; }

    /// <summary>The other endpoint.</summary>
    public Address AddressB { get; }

    /// <summary>Port of <see cref="AddressB"/>.</summary>
    public uint PortB { get; }

    /// <summary>Whether another conversation had announced it, see <see cref="ConversationTable.Expect"/>.</summary>
    public bool IsAnnounced { get; internal set; }

    /// <summary>What the transport itself keeps.</summary>
    public object? Transport { get; set; }

    /// <summary>The protocol found inside, which then gets every later packet; null while none is known.</summary>
    public Dissector? Dissector { get; set; }

    /// <summary>Frame of the last packet; what eviction goes by.</summary>
    public int LastFrame { get; internal set; }

    /// <summary>Whether a packet from <paramref name="source"/> goes from A to B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsFromA(in Address source, uint port) => port == PortA && (PortA != PortB ? true : source == AddressA);

    /// <summary>What a protocol remembers about the conversation, or null.</summary>
    public T? Get<T>(Dissector owner)
        where T : class
    {
        for (int i = 0; i < count; i++)
        {
            if (data[i].Owner == owner && data[i].Data is T found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>What a protocol remembers about the conversation; made when there is nothing yet.</summary>
    public T GetOrAdd<T>(Dissector owner)
        where T : class, new()
    {
        var found = Get<T>(owner);
        if (found is null)
        {
            found = new T();
            Set(owner, found);
        }

        return found;
    }

    /// <summary>Gives a protocol something to remember that another one knows.</summary>
    internal void Set(Dissector owner, object what)
    {
        if (count == data.Length)
        {
            Array.Resize(ref data, count + 2);
        }

        data[count++] = (owner, what);
    }
}
