using System.Buffers;
using Wiretale.Capture;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>What one packet says: its columns, and where its items and buffers lie in the batch.</summary>
public struct DissectedPacket
{
    /// <summary>First item in <see cref="DissectedBatch.Items"/>, and how many.</summary>
    public int FirstItem, ItemCount;

    /// <summary>First further buffer in the batch, and how many (the frame itself is not among them).</summary>
    public int FirstBuffer, BufferCount;

    /// <summary>The Info column in <see cref="DissectedBatch.Columns"/>.</summary>
    public int Info, InfoLength;

    /// <summary>The Protocol column.</summary>
    public string Protocol;

    /// <summary>The Source and Destination columns.</summary>
    public Address Source, Destination;

    /// <summary>Ports, where a protocol with ports was met last.</summary>
    public uint SourcePort, DestinationPort;

    /// <summary>Whether a display filter said no: then sinks show nothing of it.</summary>
    public bool IsFilteredOut;
}

/// <summary>A batch of packets taken apart: flat, pooled lists that sinks read in another thread while the next batch is being made.</summary>
public sealed class DissectedBatch : IDisposable
{
    readonly List<PacketBuffer> buffers = [];
    DissectedPacket[] packets = new DissectedPacket[512];
    Item[] items = new Item[1024];

    /// <param name="registry">Names the items' fields.</param>
    /// <param name="capacity">Frames in a batch.</param>
    public DissectedBatch(Registry registry, int capacity = 512)
    {
        Registry = registry;
        Frames = new FrameBatch(capacity);
    }

    /// <summary>Names the items' fields.</summary>
    public Registry Registry { get; }

    /// <summary>The frames, as the capture gave them.</summary>
    public FrameBatch Frames { get; }

    /// <summary>Packets that were taken apart; as many as frames when the engine is done.</summary>
    public int Count { get; private set; }

    /// <summary>Labels that dissectors wrote.</summary>
    public Utf8Text Labels { get; } = new(4096);

    /// <summary>Values that are not simply bytes of a buffer.</summary>
    public Utf8Text Values { get; } = new(4096);

    /// <summary>The Info columns, one after the other.</summary>
    public Utf8Text Columns { get; } = new(32768);

    /// <summary>The packets, in file order.</summary>
    public ReadOnlySpan<DissectedPacket> Packets => packets.AsSpan(0, Count);

    /// <summary>A packet by its place in the batch.</summary>
    public ref readonly DissectedPacket this[int index] => ref packets[index];

    /// <summary>Takes a packet out of what sinks show.</summary>
    public void FilterOut(int packet) => packets[packet].IsFilteredOut = true;

    /// <summary>The items of a packet, depth first.</summary>
    public ReadOnlySpan<Item> Items(int packet) => items.AsSpan(packets[packet].FirstItem, packets[packet].ItemCount);

    /// <summary>The Info column of a packet.</summary>
    public ReadOnlySpan<byte> Info(int packet) => Columns.Slice(packets[packet].Info, packets[packet].InfoLength);

    /// <summary>A buffer of a packet: 0 is the frame, the others were put together or decoded from frames.</summary>
    public ReadOnlySpan<byte> Buffer(int packet, int buffer) =>
        buffer == 0 ? Frames[packet].Data : buffers[packets[packet].FirstBuffer + buffer - 1].Bytes;

    /// <summary>The title of a buffer in a hex dump, such as <c>Reassembled TCP</c>.</summary>
    public string BufferName(int packet, int buffer) => buffer == 0 ? "Frame" : buffers[packets[packet].FirstBuffer + buffer - 1].Name;

    /// <summary>The bytes of an item's value: for bytes, text, IPv6 addresses and other long values; for the rest the bytes it covers.</summary>
    public ReadOnlySpan<byte> ValueBytes(int packet, in Item item)
    {
        if ((item.Flags & ItemFlags.ValueInArena) != 0)
        {
            return Values.Slice((int)(item.Value >> 32), (int)item.Value);
        }

        var buffer = Buffer(packet, item.Buffer);
        int start = Math.Min(item.Start, buffer.Length);
        return buffer.Slice(start, Math.Min(item.Length, buffer.Length - start));
    }

    /// <summary>Forgets the packets and gives buffers back; the frames go with the next read.</summary>
    public void Reset()
    {
        foreach (var buffer in buffers)
        {
            ArrayPool<byte>.Shared.Return(buffer.Array);
        }

        buffers.Clear();
        Labels.Clear();
        Values.Clear();
        Columns.Clear();
        Count = 0;
        ItemCount = 0;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Reset();
        Frames.Dispose();
    }

    internal int ItemCount { get; private set; }

    internal int BufferCount => buffers.Count;

    internal Span<Item> AllItems => items;

    internal void AddBuffer(byte[] rented, int length, string name) => buffers.Add(new(rented, length, name));

    /// <summary>Room for one more item; the reference is good until the next one is added.</summary>
    internal ref Item AddItem()
    {
        if (ItemCount == items.Length)
        {
            Array.Resize(ref items, items.Length * 2);
        }

        return ref items[ItemCount++];
    }

    internal void DropItems(int count) => ItemCount = count;

    internal ref DissectedPacket AddPacket()
    {
        if (Count == packets.Length)
        {
            Array.Resize(ref packets, packets.Length * 2);
        }

        return ref packets[Count++];
    }

    internal ReadOnlySpan<byte> PendingBuffer(int firstBuffer, int buffer) => buffers[firstBuffer + buffer - 1].Bytes;

    readonly record struct PacketBuffer(byte[] Array, int Length, string Name)
    {
        public ReadOnlySpan<byte> Bytes => Array.AsSpan(0, Length);
    }
}
