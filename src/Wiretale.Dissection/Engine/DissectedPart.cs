using System.Buffers;
using System.Runtime.CompilerServices;
using Wiretale.Dissection.Conversations;

namespace Wiretale.Dissection.Engine;

/// <summary>What one lane wrote into a batch: items, and the texts and bytes that they point to.</summary>
sealed class DissectedPart
{
    /// <summary>Marks the value of an item that waits for a conversation's number; the lower half is a place in <see cref="Unnumbered"/>.</summary>
    public const ulong NoNumberYet = 1ul << 63;

    /// <summary>Bytes of texts, and items, that are kept for the next batch; a single large message takes many times as much. And how much is worth a collection.</summary>
    const int MostKept = 4 << 20, MostItemsKept = 1 << 17, LargeDrop = 16 << 20;

    readonly List<PacketBuffer> buffers = [];
    Item[] items = new Item[256];
    DissectedPacket[] packets = new DissectedPacket[64];
    int count;

    /// <summary>Labels that dissectors wrote.</summary>
    public Utf8Text Labels { get; } = new(1024);

    /// <summary>Values that are not simply bytes of a buffer.</summary>
    public Utf8Text Values { get; } = new(1024);

    /// <summary>The Info columns, one after the other.</summary>
    public Utf8Text Columns { get; } = new(8192);

    /// <summary>Buffers that were put together or decoded.</summary>
    public IReadOnlyList<PacketBuffer> Buffers => buffers;

    /// <summary>Conversations opened here, with the place of the opening packet in the batch.</summary>
    public List<OpenedConversation> Opened { get; } = [];

    /// <summary>Items that show the number of a conversation that had none yet.</summary>
    public List<(int Packet, Conversation Conversation)> Unnumbered { get; } = [];

    /// <summary>The packets, in the order in which the lane saw them: beside each other, apart from those that other threads write at the same time.</summary>
    public Span<DissectedPacket> Packets => packets;

    public int ItemCount { get; private set; }

    public Span<Item> AllItems => items;

    public void AddBuffer(byte[] rented, int length, string name, BufferContent content) => buffers.Add(new(rented, length, name, content));

    /// <summary>Removes the last buffer; its bytes are the caller's.</summary>
    public byte[] TakeLastBuffer()
    {
        var last = buffers[^1];
        buffers.RemoveAt(buffers.Count - 1);
        return last.Array;
    }

    /// <summary>Room for one more item; the reference is good until the next one is added.</summary>
    public ref Item AddItem()
    {
        if (ItemCount == items.Length)
        {
            Array.Resize(ref items, items.Length * 2);
        }

        return ref items[ItemCount++];
    }

    /// <summary>The next packet; it still says what an earlier one at its place said.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref DissectedPacket AddPacket()
    {
        if (count == packets.Length)
        {
            Array.Resize(ref packets, packets.Length * 2);
        }

        return ref packets[count++];
    }

    public void DropItems(int count) => ItemCount = count;

    public void Reset()
    {
        foreach (var buffer in buffers)
        {
            ArrayPool<byte>.Shared.Return(buffer.Array);
        }

        buffers.Clear();
        long dropped = Labels.ClearToAtMost(MostKept) + Values.ClearToAtMost(MostKept) + Columns.ClearToAtMost(MostKept);
        if (items.Length > MostItemsKept)
        {
            items = new Item[MostItemsKept];
        }

        Opened.Clear();
        Unnumbered.Clear();
        ItemCount = 0;
        count = 0;
        if (dropped > LargeDrop)
        {
            // The collector takes its time with arrays of this size, and the next message of this kind may be near.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}

/// <summary>A conversation that a packet opened.</summary>
/// <param name="Packet">Place in the batch.</param>
/// <param name="Order">Place among those of its part: a packet may open several.</param>
readonly record struct OpenedConversation(int Packet, int Order, Conversation Conversation) : IComparable<OpenedConversation>
{
    public int CompareTo(OpenedConversation other) => Packet != other.Packet ? Packet.CompareTo(other.Packet) : Order.CompareTo(other.Order);
}

/// <summary>Bytes of a packet that are not the frame's own.</summary>
/// <param name="Array">From the shared pool.</param>
readonly record struct PacketBuffer(byte[] Array, int Length, string Name, BufferContent Content)
{
    public ReadOnlySpan<byte> Bytes => Array.AsSpan(0, Length);
}
