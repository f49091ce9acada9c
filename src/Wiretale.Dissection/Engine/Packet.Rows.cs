namespace Wiretale.Dissection.Engine;

/// <content>Items in the order of a table.</content>
public sealed partial class Packet
{
    /// <summary>Adds the fields of a message that is a table of rows; returns the offset after the last.</summary>
    public int AddRows(Node parent, in View v, int at, Layout layout) => layout.Add(this, parent, v, at);

    /// <summary>Adds a number and, below it, the fields in its bits.</summary>
    /// <param name="length">Bytes of the number; -1 for its field's own size.</param>
    /// <param name="sumUp">Whether the number's label lists what the bits say: flags that are set, and numbers that have names.</param>
    public Node AddBits(Node parent, Field field, in View v, int at, ReadOnlySpan<Field> bits, int length = -1, bool littleEndian = false, bool sumUp = false)
    {
        length = length < 0 ? field.Size : length;
        var node = Add(parent, field, v, at, length, littleEndian);
        if (!WantsFields)
        {
            return node;
        }

        ulong number = v.UInt(at, length, littleEndian);
        foreach (var bit in sumUp && WantsLabel(node) ? bits : [])
        {
            ulong value = Masked(bit, number);
            if (bit.Type == FieldType.Boolean)
            {
                if (value != 0)
                {
                    AppendLabel(node, $", {bit.Label}");
                }
            }
            else if (bit.Names is { } names)
            {
                AppendLabel(node, $", {bit.Label}: {names.FindOr(value, "Unknown")}");
            }
        }

        foreach (var bit in bits)
        {
            Add(node, bit, v, at, length, littleEndian);
        }

        return node;
    }

    /// <summary>Adds a number of any width: <paramref name="count"/> bits, the first of them <paramref name="first"/> bits after the top of the byte at <paramref name="at"/>.</summary>
    /// <remarks>The label shows where they lie among the bits around them, byte after byte.</remarks>
    public Node AddBitRange(Node parent, Field field, in View v, int at, int first, int count)
    {
        at += first / 8;
        first %= 8;
        int bytes = (first + count + 7) / 8;
        ulong number = v.UInt(at, bytes), value = View.Bits(number, first, count, bytes);
        var node = AddUInt(parent, field, v, at, bytes, value);
        if (WantsLabel(node))
        {
            for (int i = 0; i < bytes * 8; i++)
            {
                part.Labels.Append((i % 8) switch { 0 when i > 0 => "  ", 4 => " ", _ => "" });
                part.Labels.Append(i < first || i >= first + count ? '.' : View.Bits(number, i, 1, bytes) != 0 ? '1' : '0');
            }

            part.Labels.Append(" = "u8);
            FieldFormat.Label(part.Labels, field, ItemAt(node), BytesOf(ItemAt(node)));
            LabelFrom(pendingLabel, node);
        }

        return node;
    }

    /// <summary>Adds what is wrong as an item of its own, with the expert item below it.</summary>
    /// <param name="text">This packet's own words; empty for the summary.</param>
    public void AddExpert(Node parent, Expert expert, in View v, int at, int length, ReadOnlySpan<byte> text = default)
    {
        var node = AddUInt(parent, expert.Field, v, at, length, 0);
        if (text.IsEmpty)
        {
            Label(node, $"{expert.Summary}");
            Expert(node, expert, v, at, length);
        }
        else
        {
            Label(node, $"{text}");
            Expert(node, expert, v, at, length, $"{text}");
        }
    }
}
