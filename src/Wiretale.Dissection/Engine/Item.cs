namespace Wiretale.Dissection.Engine;

/// <summary>How an item is shown.</summary>
[Flags]
public enum ItemFlags : byte
{
    None = 0,
    /// <summary>Not shown in the tree, only found by filters.</summary>
    Hidden = 1,
    /// <summary>Worked out rather than read; shown in square brackets.</summary>
    Generated = 2,
    /// <summary>The value (bytes or text) lies in its part of the batch, see <see cref="DissectedBatch.ValueBytes"/>: offset in the upper half of <see cref="Item.Value"/>, length in the lower.</summary>
    ValueInArena = 4,
    /// <summary>The number was read little end first.</summary>
    LittleEndian = 8,
    /// <summary>An item whose place in the flat list is not its place in the tree; its packet is put in order before it leaves the engine.</summary>
    OutOfOrder = 16,
    /// <summary>Of a packet that an error message quotes: it was not on the wire here.</summary>
    Quoted = 32,
}

/// <summary>One field of one packet, in the flat list that every sink reads: 40 bytes, no references.</summary>
public struct Item
{
    /// <summary><see cref="Engine.Field.Id"/>.</summary>
    public int Field;

    /// <summary>Place of the parent in the packet's list, or -1 at the top.</summary>
    public int Parent;

    /// <summary>First byte in the item's buffer.</summary>
    public int Start;

    /// <summary>Bytes covered; may be 0.</summary>
    public int Length;

    /// <summary>The value: an integer after mask and shift (signed ones sign-extended), a boolean as 0 or 1, an address of up to eight bytes, a double's bits, a time (see <see cref="ItemValue"/>), for a protocol how many bytes were handed to it.</summary>
    public ulong Value;

    /// <summary>Where the label starts in its part of the batch, see <see cref="DissectedBatch.Label"/>; meaningless when <see cref="LabelLength"/> is 0.</summary>
    public int Label;

    /// <summary>Bytes of the label; 0 when it is the field's ordinary one.</summary>
    public int LabelLength;

    /// <summary>Number of the buffer in the packet; 0 is the frame.</summary>
    public ushort Buffer;

    /// <summary>How many times the item's protocol has been entered in this packet, from 1; what <c>ip.addr#2</c> selects.</summary>
    public byte Layer;

    /// <summary>How it is shown.</summary>
    public ItemFlags Flags;
}

/// <summary>Times in an item's 64-bit value.</summary>
public static class ItemValue
{
    const int NanosecondBits = 31;

    /// <summary>A time: seconds in the upper 33 bits (until 2106, as far as 32-bit seconds reach), nanoseconds in the lower 31, both signed.</summary>
    public static ulong Pack(Wiretale.Wire.Timestamp time) => ((ulong)time.Seconds << NanosecondBits) | ((uint)time.Nanoseconds & ((1u << NanosecondBits) - 1));

    /// <summary>The time that <see cref="Pack"/> packed.</summary>
    public static Wiretale.Wire.Timestamp Unpack(ulong value)
    {
        int nanoseconds = (int)(value << 1) >> 1;
        return new((long)value >> NanosecondBits, nanoseconds);
    }
}

/// <summary>A handle on an item of the packet being dissected: the parent of others, or the thing to label.</summary>
/// <remarks>An item that no sink wants has the handle <see cref="None"/>; every call takes it and does nothing.</remarks>
public readonly struct Node
{
    readonly int indexPlusTwo;

    internal Node(int index) => indexPlusTwo = index + 2;

    /// <summary>No item.</summary>
    public static Node None => default;

    /// <summary>The packet itself: parent of what stands at the margin.</summary>
    public static Node Root => new(-1);

    /// <summary>Whether the item exists.</summary>
    public bool IsWanted => indexPlusTwo >= 2;

    internal int Index => indexPlusTwo - 2;

    /// <summary>The index as a parent: None counts as the top.</summary>
    internal int ParentIndex => Math.Max(indexPlusTwo - 2, -1);
}
