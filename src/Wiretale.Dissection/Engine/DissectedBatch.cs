using System.Runtime.CompilerServices;
using Wiretale.Capture;
using Wiretale.Dissection.Conversations;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>What one packet says: its columns, and where its items and buffers lie in the batch.</summary>
public struct DissectedPacket
{
    /// <summary>First item in its part of the batch (see <see cref="DissectedBatch.Items"/>), and how many.</summary>
    public int FirstItem, ItemCount;

    /// <summary>First further buffer in the batch, and how many (the frame itself is not among them).</summary>
    public int FirstBuffer, BufferCount;

    /// <summary>The Info column in its part of the batch (see <see cref="DissectedBatch.Info"/>).</summary>
    public int Info, InfoLength;

    /// <summary>The Protocol column.</summary>
    public string Protocol;

    /// <summary>The Source and Destination columns.</summary>
    public Address Source, Destination;

    /// <summary>Ports, where a protocol with ports was met last.</summary>
    public uint SourcePort, DestinationPort;

    /// <summary>Whether <see cref="EngineSettings.HeadersOnly"/> kept from the columns what the packet, or one before it, carries.</summary>
    public bool IsIncomplete;

    /// <summary>Whether a display filter said no: then sinks show nothing of it.</summary>
    public bool IsFilteredOut;
}

/// <summary>What a buffer of a packet holds.</summary>
public enum BufferContent : byte
{
    Other,
    /// <summary>A decrypted record of TLS that belongs to TLS itself.</summary>
    TlsRecord,
    /// <summary>A decrypted record of TLS with bytes of the application.</summary>
    TlsApplicationData,
}

/// <summary>A batch of packets taken apart: flat, pooled lists that sinks read in another thread while the next batch is being made.</summary>
/// <remarks>Each lane (see <see cref="LaneMap"/>) writes into a part of its own, so that several can work on one batch at a time; the packets keep file order.</remarks>
public sealed class DissectedBatch : IDisposable
{
    /// <summary>What each lane wrote; and a part with one packet, which stands for all that a sieve held back.</summary>
    readonly DissectedPart?[] parts = new DissectedPart?[LaneMap.Lanes + 1];
    readonly List<OpenedConversation> opened = [];
    readonly byte[] lanes;
    readonly ushort[] places, order;

    /// <param name="registry">Names the items' fields.</param>
    /// <param name="capacity">Frames in a batch, at most 65,536.</param>
    public DissectedBatch(Registry registry, int capacity = 512)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, ushort.MaxValue + 1);
        Registry = registry;
        Frames = new FrameBatch(capacity);
        places = new ushort[capacity];
        order = new ushort[capacity];
        lanes = new byte[capacity];
        Part(LaneMap.HeldBack).AddPacket() = new() { Protocol = "", IsFilteredOut = true };
    }

    /// <summary>Names the items' fields.</summary>
    public Registry Registry { get; }

    /// <summary>Names of addresses for those who write labels and columns.</summary>
    public AddressNames Names { get; internal set; } = AddressNames.None;

    /// <summary>The frames, as the capture gave them.</summary>
    public FrameBatch Frames { get; }

    /// <summary>Packets that were taken apart; as many as frames when the engine is done.</summary>
    public int Count { get; internal set; }

    /// <summary>A packet by its place in the batch: file order.</summary>
    public ref readonly DissectedPacket this[int index] => ref PacketAt(index);

    /// <summary>Takes a packet out of what sinks show.</summary>
    public void FilterOut(int packet) => PacketAt(packet).IsFilteredOut = true;

    /// <summary>The items of a packet, depth first.</summary>
    public ReadOnlySpan<Item> Items(int packet) => PartOf(packet).AllItems.Slice(PacketAt(packet).FirstItem, PacketAt(packet).ItemCount);

    /// <summary>The Info column of a packet.</summary>
    public ReadOnlySpan<byte> Info(int packet) => PartOf(packet).Columns.Slice(PacketAt(packet).Info, PacketAt(packet).InfoLength);

    /// <summary>The label that a dissector wrote for an item; empty when it is the field's ordinary one.</summary>
    public ReadOnlySpan<byte> Label(int packet, in Item item) =>
        item.LabelLength == 0 ? default : PartOf(packet).Labels.Slice(item.Label, item.LabelLength);

    /// <summary>A buffer of a packet: 0 is the frame, the others were put together or decoded from frames.</summary>
    public ReadOnlySpan<byte> Buffer(int packet, int buffer) =>
        buffer == 0 ? Frames[packet].Data : PartOf(packet).Buffers[PacketAt(packet).FirstBuffer + buffer - 1].Bytes;

    /// <summary>The title of a buffer in a hex dump, such as <c>Reassembled TCP</c>.</summary>
    public string BufferName(int packet, int buffer) => buffer == 0 ? "Frame" : PartOf(packet).Buffers[PacketAt(packet).FirstBuffer + buffer - 1].Name;

    /// <summary>What a buffer holds, where a sink must know.</summary>
    public BufferContent BufferContent(int packet, int buffer) =>
        buffer == 0 ? Engine.BufferContent.Other : PartOf(packet).Buffers[PacketAt(packet).FirstBuffer + buffer - 1].Content;

    /// <summary>The bytes of an item's value: for bytes, text, IPv6 addresses and other long values; for the rest the bytes it covers.</summary>
    public ReadOnlySpan<byte> ValueBytes(int packet, in Item item)
    {
        if ((item.Flags & ItemFlags.ValueInArena) != 0)
        {
            return PartOf(packet).Values.Slice((int)(item.Value >> 32), (int)item.Value);
        }

        var buffer = Buffer(packet, item.Buffer);
        int start = Math.Min(item.Start, buffer.Length);
        return buffer.Slice(start, Math.Min(item.Length, buffer.Length - start));
    }

    /// <summary>Forgets the packets and gives buffers back; the frames go with the next read.</summary>
    public void Reset()
    {
        foreach (var part in parts)
        {
            part?.Reset();
        }

        Count = 0;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Reset();
        Frames.Dispose();
    }

    /// <summary>Which lane each frame belongs to.</summary>
    internal Span<byte> Lanes => lanes;

    /// <summary>Whether a sieve held a frame back, see <see cref="EngineSettings.Sieve"/>.</summary>
    internal bool IsHeldBack(int frame) => lanes[frame] == LaneMap.HeldBack;

    /// <summary>Which packet of its part each frame becomes.</summary>
    internal Span<ushort> Places => places;

    /// <summary>The frames of each lane, lane after lane.</summary>
    internal Span<ushort> Order => order;

    /// <summary>Where the frames of each lane begin in <see cref="Order"/>, and where the last one's end.</summary>
    internal int[] Starts { get; } = new int[LaneMap.Lanes + 1];

    /// <summary>The lanes that have frames in the batch, a bit each.</summary>
    public uint LaneMask { get; internal set; }

    /// <summary>Whether the frames must be taken apart one after the other, because one of them may touch any lane.</summary>
    public bool IsOrdered { get; internal set; }

    /// <summary>How many of the capture's secrets stand before the batch; the reader may already know more.</summary>
    internal int Secrets { get; set; }

    /// <summary>Times of the capture's first frame and of the one before this batch; see <see cref="Protocols.FrameTimes"/>.</summary>
    internal Timestamp FirstTime, PreviousTime;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal DissectedPart Part(int lane) => parts[lane] ??= new();

    /// <summary>Numbers the conversations that were opened in the batch, in the order of the frames that opened them, and shows the numbers where they are wanted.</summary>
    internal void NumberConversations(ConversationTable table)
    {
        opened.Clear();
        foreach (var part in parts)
        {
            if (part is not null)
            {
                opened.AddRange(part.Opened);
            }
        }

        opened.Sort(static (a, b) => a.CompareTo(b));
        foreach (var one in opened)
        {
            table.Number(one.Conversation);
        }

        foreach (var part in parts)
        {
            for (int i = 0; i < part?.Unnumbered.Count; i++)
            {
                var (packet, conversation) = part.Unnumbered[i];
                foreach (ref var item in part.AllItems.Slice(PacketAt(packet).FirstItem, PacketAt(packet).ItemCount))
                {
                    if (item.Value == (DissectedPart.NoNumberYet | (uint)i))
                    {
                        item.Value = (ulong)conversation.Stream;
                    }
                }
            }
        }
    }

    /// <summary>Replaces the value of a packet's first item of a field.</summary>
    internal void SetValue(int packet, Field field, ulong value)
    {
        foreach (ref var item in PartOf(packet).AllItems.Slice(PacketAt(packet).FirstItem, PacketAt(packet).ItemCount))
        {
            if (item.Field == field.Id)
            {
                item.Value = value;
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ref DissectedPacket PacketAt(int packet) => ref PartOf(packet).Packets[places[packet]];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    DissectedPart PartOf(int packet) => parts[lanes[packet]]!;
}
