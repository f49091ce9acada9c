using System.Runtime.CompilerServices;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <content>Items: what dissectors say about bytes. Everything here does nothing, and costs next to nothing, when no sink asked.</content>
public sealed partial class Packet
{
    /// <summary>Moves of one packet; a hostile one could ask for many.</summary>
    const int MaxMoves = 100;

    readonly List<(int Item, int After)> moves = [];
    readonly List<Field> laterTaken = [];
    bool needsOrdering;

    /// <summary>Whether a field is wanted; for work that is only done for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Wants(Field field) => WantsFields && (WantsTree || ((uint)field.Id < (uint)wanted.Length && wanted[field.Id]));

    /// <summary>Whether a field of a group is wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Wants(FieldGroup group) => WantsFields && ((uint)group.Id < (uint)groupsWanted.Length ? groupsWanted[group.Id] : Engine.WantsLaterGroups);

    /// <summary>The item of a protocol, under which its fields stand.</summary>
    /// <param name="length">Bytes covered; -1 for all that were captured from <paramref name="at"/> on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Node Open(Protocol protocol, in View v, Node parent, int at = 0, int length = -1)
    {
        branches++;
        return Wants(protocol.Self) ? New(parent, protocol.Self, v, at, length < 0 ? v.CapturedFrom(at) : length, at == 0 ? (ulong)v.Captured : 0) : Node.None;
    }

    /// <summary>Reads a field's value from the bytes, in network byte order unless told otherwise, and adds it.</summary>
    /// <param name="length">Bytes to read; -1 for the type's own size, or for all the rest where it has none.</param>
    public Node Add(Node parent, Field field, in View v, int at, int length = -1, bool littleEndian = false)
    {
        if (length < 0)
        {
            length = field.Size;
            length = length > 0 ? length : v.ReportedFrom(at);
        }

        v.Ensure(at, length);
        return Wants(field) ? Read(parent, field, v, at, length, littleEndian) : Node.None;
    }

    /// <summary>As <see cref="Add"/>, little end first.</summary>
    public Node AddLE(Node parent, Field field, in View v, int at, int length = -1) => Add(parent, field, v, at, length, littleEndian: true);

    /// <summary>Adds fields that follow each other, each as long as its type, or lie in the bits of one number; returns the offset after the last.</summary>
    /// <remarks>Fields with masks that share a number are listed one after the other: the next byte is taken after the one whose mask has the lowest bit.</remarks>
    public int AddAll(Node parent, in View v, int at, params ReadOnlySpan<Field> fields)
    {
        foreach (var field in fields)
        {
            int size = field.Size;
            Add(parent, field, v, at, size);
            at += field.Mask == 0 || (field.Mask & 1) != 0 ? size : 0;
        }

        return at;
    }

    /// <summary>Adds a number that the caller worked out; a mask of the field is applied to it.</summary>
    public Node AddUInt(Node parent, Field field, in View v, int at, int length, ulong value) =>
        Wants(field) ? New(parent, field, v, at, length, Masked(field, value)) : Node.None;

    /// <summary>Adds a signed number.</summary>
    public Node AddInt(Node parent, Field field, in View v, int at, int length, long value) => AddUInt(parent, field, v, at, length, (ulong)value);

    /// <summary>Adds a boolean.</summary>
    public Node AddFlag(Node parent, Field field, in View v, int at, int length, bool value) =>
        Wants(field) ? New(parent, field, v, at, length, value ? 1u : 0u) : Node.None;

    /// <summary>Adds a floating-point number.</summary>
    public Node AddDouble(Node parent, Field field, in View v, int at, int length, double value) =>
        Wants(field) ? New(parent, field, v, at, length, (ulong)BitConverter.DoubleToInt64Bits(value)) : Node.None;

    /// <summary>Adds a point in time or a span.</summary>
    public Node AddTime(Node parent, Field field, in View v, int at, int length, Timestamp value) =>
        Wants(field) ? New(parent, field, v, at, length, ItemValue.Pack(value)) : Node.None;

    /// <summary>Adds an address of the field's type.</summary>
    public Node AddAddress(Node parent, Field field, in View v, int at, int length, in Address value)
    {
        if (!Wants(field))
        {
            return Node.None;
        }

        if (value.Length > 8)
        {
            Span<byte> raw = stackalloc byte[16];
            return NewInArena(parent, field, v, at, length, raw[..value.CopyTo(raw)]);
        }

        return New(parent, field, v, at, length, value.Length == 0 ? 0 : value.High >> (64 - (8 * value.Length)));
    }

    /// <summary>Adds text (UTF-8) that is not simply the bytes covered.</summary>
    public Node AddString(Node parent, Field field, in View v, int at, int length, ReadOnlySpan<byte> utf8) =>
        Wants(field) ? NewInArena(parent, field, v, at, length, utf8) : Node.None;

    /// <summary>Adds text.</summary>
    public Node AddString(Node parent, Field field, in View v, int at, int length, string text)
    {
        if (!Wants(field))
        {
            return Node.None;
        }

        int start = part.Values.Length;
        part.Values.Append(text);
        return Stamp(parent, field, v, at, length, start);
    }

    /// <summary>Adds text in an encoding; invalid bytes become U+FFFD.</summary>
    public Node AddString(Node parent, Field field, in View v, int at, int length, TextEncoding encoding)
    {
        v.Ensure(at, length);
        if (!Wants(field))
        {
            return Node.None;
        }

        int start = part.Values.Length;
        TextDecoder.Decode(v.Span(at, length), encoding, part.Values);
        return Stamp(parent, field, v, at, length, start);
    }

    /// <summary>Adds bytes that are not simply the bytes covered.</summary>
    public Node AddBytes(Node parent, Field field, in View v, int at, int length, ReadOnlySpan<byte> value) =>
        Wants(field) ? NewInArena(parent, field, v, at, length, value) : Node.None;

    /// <summary>Adds a line of text without a field: a branch that groups others, a remark. Only the tree shows it.</summary>
    public Node AddText(Node parent, in View v, int at, int length, [InterpolatedStringHandlerArgument("")] ref TextHandler text)
    {
        _ = text;
        return WantsTree ? LabelFrom(pendingLabel, New(parent, Catalog.Text, v, at, length, 0)) : Node.None;
    }

    /// <summary>As above, with fixed text.</summary>
    public Node AddText(Node parent, in View v, int at, int length, string text)
    {
        if (!WantsTree)
        {
            return Node.None;
        }

        part.Labels.Append(text);
        return LabelFrom(pendingLabel, New(parent, Catalog.Text, v, at, length, 0));
    }

    /// <summary>Replaces an item's label: <c>p.Label(node, $"Options: ({n} bytes)")</c>.</summary>
    public void Label(Node node, [InterpolatedStringHandlerArgument("", "node")] ref TextHandler text)
    {
        _ = text;
        if (WantsLabel(node))
        {
            LabelFrom(pendingLabel, node);
        }
    }

    /// <summary>Appends to an item's label.</summary>
    public void AppendLabel(Node node, [InterpolatedStringHandlerArgument("", "node")] ref TextHandler text)
    {
        _ = text;
        if (WantsLabel(node))
        {
            Append(node);
        }
    }

    /// <summary>Appends fixed text to an item's label.</summary>
    public void AppendLabel(Node node, string text)
    {
        if (WantsLabel(node))
        {
            part.Labels.Append(text);
            Append(node);
        }
    }

    /// <summary>Puts text before an item's label.</summary>
    public void PrependLabel(Node node, [InterpolatedStringHandlerArgument("", "node")] ref TextHandler text)
    {
        _ = text;
        if (WantsLabel(node))
        {
            int start = pendingLabel;
            var item = ItemAt(node);
            if (item.LabelLength == 0)
            {
                FieldFormat.Label(part.Labels, Engine.Registry[item.Field], item, BytesOf(item));
            }
            else
            {
                part.Labels.Room(item.LabelLength);
                part.Labels.Append(part.Labels.Slice(item.Label, item.LabelLength));
            }

            LabelFrom(start, node);
        }
    }

    /// <summary>The later frame that a field of this packet refers to, when an earlier pass found it out; else 0. Each call takes the next of several.</summary>
    public uint Later(Field field)
    {
        if (Engine.Hindsight is not { } hindsight)
        {
            return 0;
        }

        int place = laterTaken.Count(f => f == field);
        laterTaken.Add(field);
        return hindsight.Later(Number, field, place);
    }

    /// <summary>Adds a reference to a later frame, unless it is 0.</summary>
    public void AddLater(Node parent, Field field, in View v, uint later)
    {
        if (later != 0)
        {
            Generated(AddUInt(parent, field, v, 0, 0, later));
        }
    }

    /// <summary>Adds a reference to a later frame, when there is one.</summary>
    public void AddLater(Node parent, Field field, in View v) => AddLater(parent, field, v, Later(field));

    /// <summary>The value that a field has at the end of the packet's TCP connection, when an earlier pass found it out; else the one at hand.</summary>
    public ulong AtEnd(Field field, ulong now) =>
        Engine.Hindsight is { } hindsight && Conversation is { } conversation && hindsight.TryLast(conversation.FirstFrame, field, out ulong last) ? last : now;

    /// <summary>Marks an item as worked out rather than read; shown in square brackets.</summary>
    public Node Generated(Node node)
    {
        Flag(node, ItemFlags.Generated);
        return node;
    }

    /// <summary>Marks an item as only there for filters.</summary>
    public Node Hidden(Node node)
    {
        Flag(node, ItemFlags.Hidden);
        return node;
    }

    /// <summary>Sets the text of a text item, when that is known only later.</summary>
    public void SetString(Node node, ReadOnlySpan<byte> utf8)
    {
        if (node.IsWanted)
        {
            int start = part.Values.Length;
            part.Values.Append(utf8);
            ItemAt(node).Value = ((ulong)(uint)start << 32) | (uint)utf8.Length;
        }
    }

    /// <summary>Sets how many bytes an item covers, when that is known only after its children.</summary>
    public void SetLength(Node node, int length)
    {
        if (node.IsWanted)
        {
            ItemAt(node).Length = Math.Max(0, length);
        }
    }

    /// <summary>Adds an expert item under an item.</summary>
    public void Expert(Node node, Expert expert, in View v, int at = 0, int length = 0)
    {
        if (WantsTree)
        {
            part.Labels.Append(expert.Summary);
        }

        FinishExpert(node, expert, v, at, length);
    }

    /// <summary>Puts an item right after an earlier sibling: for what is only known when the siblings between have been made.</summary>
    public void MoveAfter(Node node, Node sibling)
    {
        if (node.IsWanted && sibling.IsWanted && moves.Count < MaxMoves)
        {
            moves.Add((node.Index, sibling.Index));
            needsOrdering = true;
        }
    }

    /// <summary>Adds an expert item with this packet's own text.</summary>
    public void Expert(Node node, Expert expert, in View v, int at, int length, [InterpolatedStringHandlerArgument("")] ref TextHandler text)
    {
        _ = text;
        FinishExpert(node, expert, v, at, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool WantsLabel(Node node) => node.IsWanted && (WantsLabels || (WantsTree && ItemAt(node).Field == Catalog.Text.Id));

    /// <summary>Bytes that a field is read from; a boolean's are those of the number that holds its bit.</summary>
    static ulong Masked(Field field, ulong value)
    {
        if (field.Mask != 0)
        {
            value = (value & field.Mask) >> field.Shift;
        }

        return field.Type == FieldType.Boolean ? value != 0 ? 1u : 0u : value;
    }

    ref Item ItemAt(Node node) => ref part.AllItems[firstItem + node.Index];

    // Labels are written before or after their item, always at the end of the arena: the pending one starts where the last one ended.
    int pendingLabel;

    Node LabelFrom(int start, Node node)
    {
        ref var item = ref ItemAt(node);
        item.Label = start;
        item.LabelLength = part.Labels.Length - start;
        pendingLabel = part.Labels.Length;
        return node;
    }

    void Append(Node node)
    {
        ref var item = ref ItemAt(node);
        int start = pendingLabel, added = part.Labels.Length - start;
        if (item.LabelLength == 0 || item.Label + item.LabelLength != start)
        {
            // The label so far lies elsewhere, or was not made yet: build the whole at the end.
            var tail = System.Buffers.ArrayPool<byte>.Shared.Rent(added);
            part.Labels.Slice(start, added).CopyTo(tail);
            part.Labels.Length = start;
            if (item.LabelLength == 0)
            {
                FieldFormat.Label(part.Labels, Engine.Registry[item.Field], item, BytesOf(item));
            }
            else
            {
                part.Labels.Room(item.LabelLength);
                part.Labels.Append(part.Labels.Slice(item.Label, item.LabelLength));
            }

            part.Labels.Append(tail.AsSpan(0, added));
            System.Buffers.ArrayPool<byte>.Shared.Return(tail);
            FieldFormat.CutAppended(part.Labels, start);
            LabelFrom(start, node);
            return;
        }

        FieldFormat.CutAppended(part.Labels, item.Label);
        LabelFrom(item.Label, node);
    }

    ReadOnlySpan<byte> BytesOf(in Item item)
    {
        if ((item.Flags & ItemFlags.ValueInArena) != 0)
        {
            return part.Values.Slice((int)(item.Value >> 32), (int)item.Value);
        }

        var buffer = item.Buffer == 0 ? Frame.Data : part.Buffers[firstBuffer + item.Buffer - 1].Bytes;
        int start = Math.Min(item.Start, buffer.Length);
        return buffer.Slice(start, Math.Min(item.Length, buffer.Length - start));
    }

    void Flag(Node node, ItemFlags flags)
    {
        if (node.IsWanted)
        {
            ItemAt(node).Flags |= flags;
        }
    }

    Node Read(Node parent, Field field, in View v, int at, int length, bool littleEndian)
    {
        switch (field.Type)
        {
            case FieldType.None or FieldType.Protocol or FieldType.Bytes or FieldType.Guid or FieldType.Oid or FieldType.RelOid or FieldType.IPv6:
                if (littleEndian && field.Type == FieldType.Guid)
                {
                    Span<byte> guid = stackalloc byte[16];
                    v.Span(at, 16).CopyTo(guid);
                    guid[..4].Reverse();
                    guid[4..6].Reverse();
                    guid[6..8].Reverse();
                    return NewInArena(parent, field, v, at, length, guid);
                }

                return New(parent, field, v, at, length, 0);
            case FieldType.UIntBytes:
                return NewInArena(parent, field, v, at, length, v.Span(at + 1, Math.Max(0, length - 1)));
            case FieldType.String or FieldType.StringZ or FieldType.UIntString:
                return AddString(parent, field, v, at, length, TextEncoding.Ascii);
            case FieldType.AbsoluteTime or FieldType.RelativeTime:
                var time = length switch
                {
                    8 when field.Base == FieldBase.NtpUtc => Timestamp.FromNtp(v.U64(at)),
                    8 => new Timestamp((int)(littleEndian ? v.U32LE(at) : v.U32(at)), (int)(littleEndian ? v.U32LE(at + 4) : v.U32(at + 4))),
                    _ => new Timestamp((long)v.UInt(at, length, littleEndian), 0),
                };
                return New(parent, field, v, at, length, ItemValue.Pack(time));
            case FieldType.Float when length == 4:
                return New(parent, field, v, at, length, (ulong)BitConverter.DoubleToInt64Bits(BitConverter.Int32BitsToSingle((int)v.UInt(at, 4, littleEndian))));
            default:
                if (length > 8)
                {
                    return New(parent, field, v, at, length, 0);
                }

                ulong raw = Masked(field, v.UInt(at, length, littleEndian));
                if (field.Type.IsSigned() && length > 0)
                {
                    int bits = field.Mask != 0 ? System.Numerics.BitOperations.PopCount(field.Mask) : length * 8;
                    raw = (ulong)((long)(raw << (64 - bits)) >> (64 - bits));
                }

                var node = New(parent, field, v, at, length, raw);
                if (littleEndian)
                {
                    Flag(node, ItemFlags.LittleEndian);
                }

                return node;
        }
    }

    Node NewInArena(Node parent, Field field, in View v, int at, int length, ReadOnlySpan<byte> value)
    {
        int start = part.Values.Length;
        part.Values.Append(value);
        return Stamp(parent, field, v, at, length, start);
    }

    Node Stamp(Node parent, Field field, in View v, int at, int length, int valueStart)
    {
        var node = New(parent, field, v, at, length, ((ulong)(uint)valueStart << 32) | (uint)(part.Values.Length - valueStart));
        Flag(node, ItemFlags.ValueInArena);
        return node;
    }

    Node New(Node parent, Field field, in View v, int at, int length, ulong value)
    {
        int index = part.ItemCount - firstItem;
        if (index >= MaxItems)
        {
            throw new TooManyItemsException();
        }

        int parentIndex = parent.ParentIndex;
        if (WantsTree && index > 0 && !needsOrdering)
        {
            // In order when the parent is the last item or one of its ancestors.
            int last = index - 1;
            while (last > parentIndex)
            {
                last = part.AllItems[firstItem + last].Parent;
            }

            needsOrdering = last != parentIndex;
        }

        ref var item = ref part.AddItem();
        item = default;
        item.Field = field.Id;
        item.Parent = parentIndex;
        item.Start = v.Offset + at;
        item.Length = length;
        item.Value = value;
        item.Buffer = (ushort)v.Buffer;
        item.Layer = currentLayer;
        if (QuoteDepth > 0)
        {
            item.Flags = ItemFlags.Quoted;
        }

        return new Node(index);
    }

    /// <summary>The value of an expert item: which dissector was at work, by its place in the catalog.</summary>
    ulong RaisedBy => (uint)(current?.CatalogIndex ?? 0);

    void FinishExpert(Node node, Expert expert, in View v, int at, int length)
    {
        int textStart = pendingLabel, textLength = WantsTree ? FieldFormat.WholeCharacters(part.Labels.Bytes[textStart..], FieldFormat.LabelLimit) : 0;
        Engine.CountExpert(expert);
        if (!WantsFields)
        {
            return;
        }

        var info = Wants(Catalog.ExpertInfo.Self) ? New(node, Catalog.ExpertInfo.Self, v, at, length, 0) : node;
        if (WantsTree)
        {
            // The text stands three times: behind the heading, as the label of the item's own field, and as a value.
            int valueStart = part.Values.Length;
            part.Values.Append(part.Labels.Slice(textStart, textLength));
            pendingLabel = part.Labels.Length;
            part.Labels.Append("Expert Info ("u8);
            part.Labels.Append(expert.Severity.Name());
            part.Labels.Append("/"u8);
            part.Labels.Append(expert.Group.Name());
            part.Labels.Append("): "u8);
            part.Labels.Append(part.Values.Slice(valueStart, textLength));
            Generated(LabelFrom(pendingLabel, info));
            var own = New(info, expert.Field, v, at, 0, RaisedBy);
            ref var item = ref ItemAt(own);
            item.Label = textStart;
            item.LabelLength = textLength;
            item.Flags |= ItemFlags.Generated;
            Flag(Stamp(info, Catalog.ExpertMessage, v, at, 0, valueStart), ItemFlags.Generated | ItemFlags.Hidden);
        }
        else
        {
            Generated(Wants(expert.Field) ? New(info, expert.Field, v, at, 0, RaisedBy) : Node.None);
            Generated(AddString(info, Catalog.ExpertMessage, v, at, 0, expert.Summary));
        }

        Generated(AddUInt(info, Catalog.ExpertSeverity, v, at, 0, (ulong)expert.Severity));
        Generated(AddUInt(info, Catalog.ExpertGroupField, v, at, 0, (ulong)expert.Group));
        if (expert.Group == ExpertGroup.Malformed)
        {
            // Filters find by _ws.malformed whatever is.
            Hidden(Open(Catalog.Malformed, v, node, at, 0));
        }
    }
}
