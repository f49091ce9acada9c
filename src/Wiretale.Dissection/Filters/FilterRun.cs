using System.Buffers.Binary;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>One packet under test: its items, and a stack of values with their bytes that is reused packet after packet.</summary>
sealed class FilterRun
{
    Value[] values = new Value[32];
    byte[] bytes = new byte[512];
    int used;

    public DissectedBatch Batch { get; private set; } = null!;

    public int Packet { get; private set; }

    public ReadOnlySpan<Item> Items => Batch.Items(Packet);

    /// <summary>A text for functions that make one.</summary>
    public Utf8Text Text { get; } = new();

    /// <summary>Room in which patterns see bytes as characters.</summary>
    public char[] Characters { get; private set; } = new char[512];

    /// <summary>Values on the stack.</summary>
    public int Count { get; private set; }

    public void Start(DissectedBatch batch, int packet)
    {
        Batch = batch;
        Packet = packet;
        Count = 0;
        used = 0;
    }

    public void End() => Batch = null!;

    public ref Value this[int index] => ref values[index];

    public ReadOnlySpan<byte> BytesOf(in Value value) => bytes.AsSpan(value.Start, value.Length);

    public (int Count, int Used) Mark() => (Count, used);

    public void Release((int Count, int Used) mark) => (Count, used) = mark;

    /// <summary>Forgets values but keeps their bytes, for a function whose result lies among them.</summary>
    public void Drop(int count) => Count = count;

    public void Push(in Value value)
    {
        if (Count == values.Length)
        {
            Array.Resize(ref values, values.Length * 2);
        }

        values[Count++] = value;
    }

    public void Push(in Value value, ReadOnlySpan<byte> content)
    {
        var room = Room(content.Length);
        content.CopyTo(room);
        var placed = value;
        placed.Start = used;
        placed.Length = content.Length;
        used += content.Length;
        Push(placed);
    }

    /// <summary>Puts bytes after those of the value that was pushed last.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        content.CopyTo(Room(content.Length));
        used += content.Length;
        values[Count - 1].Length += content.Length;
    }

    /// <summary>Takes from the bytes of a value of the stack, which may move, and puts them after those of the last.</summary>
    public void AppendFrom(int start, int length)
    {
        Room(length);
        bytes.AsSpan(start, length).CopyTo(bytes.AsSpan(used));
        used += length;
        values[Count - 1].Length += length;
    }

    public Span<byte> Mutable(in Value value) => bytes.AsSpan(value.Start, value.Length);

    public ReadOnlySpan<char> Widen(ReadOnlySpan<byte> content)
    {
        if (Characters.Length < content.Length)
        {
            Characters = new char[Math.Max(content.Length, Characters.Length * 2)];
        }

        for (int i = 0; i < content.Length; i++)
        {
            Characters[i] = (char)content[i];
        }

        return Characters.AsSpan(0, content.Length);
    }

    /// <summary>The value of an item; for byte strings, <paramref name="content"/> has the bytes.</summary>
    /// <param name="covered">Whether a protocol is the bytes it covers itself; otherwise all to the end of what was handed to it.</param>
    /// <param name="small">Eight bytes to lend.</param>
    public Value Load(in Item item, FieldType type, bool covered, Span<byte> small, out ReadOnlySpan<byte> content)
    {
        content = default;
        switch (type)
        {
            case FieldType.AbsoluteTime or FieldType.RelativeTime:
                var time = ItemValue.Unpack(item.Value);
                return Value.Of(ValueKind.Time, (ulong)((time.Seconds * 1_000_000_000) + time.Nanoseconds));
            case FieldType.IPv4:
                return Value.Of(ValueKind.IPv4, item.Value);
            case FieldType.Protocol:
                content = covered ? Batch.ValueBytes(Packet, item) : WholeProtocol(item);
                return Value.Of(ValueKind.Bytes, 0);
            case FieldType.Ether or FieldType.Eui64 or FieldType.FcWwn when (item.Flags & ItemFlags.ValueInArena) == 0:
                BinaryPrimitives.WriteUInt64BigEndian(small, item.Value);
                content = small.Slice(8 - type.Size(), type.Size());
                return Value.Of(ValueKind.Bytes, 0);
            case FieldType.String or FieldType.StringZ or FieldType.UIntString:
                content = Batch.ValueBytes(Packet, item);
                int end = content.IndexOf((byte)0);
                content = end < 0 ? content : content[..end];
                return Value.Of(ValueKind.Bytes, 0);
            default:
                var kind = TypeRules.KindOf(type);
                if (kind == ValueKind.Bytes)
                {
                    content = Batch.ValueBytes(Packet, item);
                    return Value.Of(kind, 0);
                }

                return Value.Of(kind, kind == ValueKind.Unsigned && !TypeRules.IsWide(type) ? (uint)item.Value : item.Value, TypeRules.IsWide(type));
        }
    }

    ReadOnlySpan<byte> WholeProtocol(in Item item)
    {
        var buffer = Batch.Buffer(Packet, item.Buffer);
        int start = Math.Min(item.Start, buffer.Length);
        int length = Math.Max(item.Length, (int)Math.Min(item.Value, int.MaxValue));
        return buffer.Slice(start, Math.Min(length, buffer.Length - start));
    }

    Span<byte> Room(int count)
    {
        if (bytes.Length - used < count)
        {
            Array.Resize(ref bytes, Math.Max(used + count, bytes.Length * 2));
        }

        return bytes.AsSpan(used);
    }
}
