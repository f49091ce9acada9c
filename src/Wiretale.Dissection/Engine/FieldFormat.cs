using System.Globalization;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>Values and labels as text, by type and base: one place for the tree, the fields, the filters and the exports.</summary>
public static class FieldFormat
{
    /// <summary>Bytes of a byte string that a label shows; longer ones end in an ellipsis.</summary>
    const int LabelBytes = 36;

    /// <summary>The ordinary label of an item: <c>Source Port: 443</c>, <c>.1.. .... = Don't fragment: Set</c>.</summary>
    /// <param name="bytes">The item's bytes: see <see cref="DissectedBatch.ValueBytes"/>.</param>
    public static void Label(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        if (field.Mask != 0)
        {
            Bits(target, field, item.Value, field.Type == FieldType.Boolean ? BooleanBits(field, item.Length) : field.Type.Size() * 8);
            target.Append(" = "u8);
        }

        target.Append(field.Label);
        if (field.Type is FieldType.None or FieldType.Protocol)
        {
            return;
        }

        target.Append(": "u8);
        if (field.Type is FieldType.Bytes or FieldType.UIntBytes)
        {
            ByteString(target, bytes, Separator(field.Base), LabelBytes);
        }
        else if (field.Type.IsString())
        {
            Escaped(target, UntilNul(bytes));
        }
        else if (field.Type == FieldType.RelativeTime)
        {
            Value(target, field, item, bytes);
            target.Append(" seconds"u8);
        }
        else if (field.Type == FieldType.Boolean)
        {
            target.Append((field.Names ?? ValueNames.TrueFalse).Find(item.Value));
        }
        else if (field.Names is { IsUnit: true } unit)
        {
            Value(target, field, item, bytes);
            target.Append(unit.Find(item.Value));
        }
        else if (field.Names is { } names)
        {
            target.Append(names.Find(NameKey(field, item.Value)) ?? "Unknown");
            if (field.Base != FieldBase.None)
            {
                target.Append(" ("u8);
                Number(target, field, item.Value);
                target.Append(')');
            }
        }
        else if (field.Base == FieldBase.Oui)
        {
            Span<byte> oui = [(byte)(item.Value >> 16), (byte)(item.Value >> 8), (byte)item.Value];
            target.AppendHex(oui, (byte)':');
            var name = Manufacturers.Find((uint)item.Value);
            if (!name.IsEmpty)
            {
                // Wireshark has 31 bytes for the whole.
                const int room = 31 - 10;
                target.Append(" ("u8);
                target.Append(name[..Math.Min(name.Length, room)]);
                if (name.Length < room)
                {
                    target.Append(')');
                }
            }
        }
        else if (field.Type.IsInteger())
        {
            Number(target, field, item.Value);
        }
        else
        {
            Value(target, field, item, bytes);
        }
    }

    /// <summary>The value alone, as <c>-T fields</c> prints it.</summary>
    public static void Value(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        switch (field.Type)
        {
            case FieldType.None or FieldType.Protocol:
                break;
            case FieldType.Boolean:
                target.Append(item.Value != 0 ? '1' : '0');
                break;
            case FieldType.Float:
                target.Append(Invariant($"{BitConverter.Int64BitsToDouble((long)item.Value):G6}"));
                break;
            case FieldType.Double:
                target.Append(Invariant($"{BitConverter.Int64BitsToDouble((long)item.Value):G15}"));
                break;
            case FieldType.IPv4:
                target.Append(Address.IPv4((uint)item.Value));
                break;
            case FieldType.IPv6:
                if (bytes.Length >= 16)
                {
                    target.Append(Address.IPv6(bytes));
                }

                break;
            case FieldType.Ether:
                Span<byte> mac = stackalloc byte[8];
                System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(mac, item.Value);
                target.AppendHex(mac[2..], (byte)':');
                break;
            case FieldType.Eui64 or FieldType.FcWwn:
                Span<byte> eui = stackalloc byte[8];
                System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(eui, item.Value);
                target.AppendHex(eui, (byte)':');
                break;
            case FieldType.String or FieldType.StringZ or FieldType.UIntString:
                target.Append(UntilNul(bytes));
                break;
            case FieldType.Guid:
                Guid(target, bytes);
                break;
            case FieldType.Oid or FieldType.RelOid:
                ObjectIdentifier(target, bytes, field.Type == FieldType.Oid);
                break;
            case FieldType.AbsoluteTime:
                TimeText.Absolute(target, ItemValue.Unpack(item.Value), field.Base);
                break;
            case FieldType.RelativeTime:
                TimeText.Seconds(target, ItemValue.Unpack(item.Value), 9);
                break;
            case FieldType.Bytes or FieldType.UIntBytes or FieldType.Ax25 or FieldType.Vines or FieldType.SystemId:
                target.AppendHex(bytes, Separator(field.Base));
                break;
            default:
                Number(target, field, item.Value);
                break;
        }
    }

    /// <summary>An integer in its field's base.</summary>
    public static void Number(Utf8Text target, Field field, ulong value)
    {
        switch (field.Base)
        {
            case FieldBase.Hex or FieldBase.HexDec:
                Hexadecimal(target, field, value);
                if (field.Base == FieldBase.HexDec)
                {
                    target.Append(" ("u8);
                    Decimal(target, field, value);
                    target.Append(')');
                }

                break;
            case FieldBase.Oct:
                target.Append('0');
                target.Append(Convert.ToString((long)value, 8));
                break;
            default:
                Decimal(target, field, value);
                if (field.Base == FieldBase.DecHex)
                {
                    target.Append(" ("u8);
                    Hexadecimal(target, field, value);
                    target.Append(')');
                }

                break;
        }
    }

    /// <summary>The bits of a masked value in their places: <c>..01 1...</c>; dots are bits that belong to others.</summary>
    public static void Bits(Utf8Text target, Field field, ulong value, int bits)
    {
        ulong placed = field.Type == FieldType.Boolean ? (value != 0 ? field.Mask : 0) : value << field.Shift;
        for (int bit = bits - 1; bit >= 0; bit--)
        {
            ulong one = 1ul << bit;
            target.Append((field.Mask & one) == 0 ? '.' : (placed & one) != 0 ? '1' : '0');
            if (bit % 4 == 0 && bit > 0)
            {
                target.Append(' ');
            }
        }
    }

    /// <summary>Text with control characters as C escapes.</summary>
    public static void Escaped(Utf8Text target, ReadOnlySpan<byte> utf8)
    {
        foreach (byte b in utf8)
        {
            ReadOnlySpan<byte> escape = b switch
            {
                (byte)'\n' => "\\n"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\t' => "\\t"u8,
                (byte)'\a' => "\\a"u8,
                (byte)'\b' => "\\b"u8,
                (byte)'\f' => "\\f"u8,
                (byte)'\v' => "\\v"u8,
                _ => default,
            };
            if (!escape.IsEmpty)
            {
                target.Append(escape);
            }
            else if (b is < 0x20 or 0x7f)
            {
                target.Append("\\x"u8);
                target.AppendHex(b, 2);
            }
            else
            {
                target.Append((char)b);
            }
        }
    }

    /// <summary>Bytes in hexadecimal, at most <paramref name="limit"/> of them.</summary>
    public static void ByteString(Utf8Text target, ReadOnlySpan<byte> bytes, byte separator, int limit)
    {
        if (bytes.IsEmpty)
        {
            target.Append("<MISSING>"u8);
            return;
        }

        target.AppendHex(bytes[..Math.Min(limit, bytes.Length)], separator);
        if (bytes.Length > limit)
        {
            target.Append("…"u8);
        }
    }

    /// <summary>The most bytes that a label has, as in Wireshark.</summary>
    const int LabelLimit = 239;

    /// <summary>Appends a label that a dissector wrote, or as much of it as a label may have.</summary>
    public static void Limited(Utf8Text target, ReadOnlySpan<byte> label)
    {
        if (label.Length > LabelLimit)
        {
            target.Append("[truncated] "u8);
            label = label[..Math.Min(label.Length, LabelLimit - "[truncated] ".Length)];
            int end = label.Length;
            while (end > 0 && (label[end - 1] & 0xC0) == 0x80)
            {
                end--;
            }

            // A character that the limit cuts goes as a whole.
            if (end > 0 && label[end - 1] >= 0xC0 && System.Text.Rune.DecodeFromUtf8(label[(end - 1)..], out _, out _) != System.Buffers.OperationStatus.Done)
            {
                label = label[..(end - 1)];
            }
        }

        target.Append(label);
    }

    /// <summary>Replaces line ends and tabs after <paramref name="start"/> by escapes, so that a value stays in its cell.</summary>
    public static void EscapeWhiteSpace(Utf8Text text, int start)
    {
        if (text.Bytes[start..].IndexOfAny("\n\r\t"u8) < 0)
        {
            return;
        }

        byte[] copy = text.Bytes[start..].ToArray();
        text.Length = start;
        foreach (byte b in copy)
        {
            switch (b)
            {
                case (byte)'\n':
                    text.Append("\\n"u8);
                    break;
                case (byte)'\r':
                    text.Append("\\r"u8);
                    break;
                case (byte)'\t':
                    text.Append("\\t"u8);
                    break;
                default:
                    text.Append((char)b);
                    break;
            }
        }
    }

    /// <summary>What a value's name is looked up by: signed values by their 32 bits.</summary>
    static ulong NameKey(Field field, ulong value) => field.Type.IsSigned() ? (uint)value : value;

    static int BooleanBits(Field field, int length) =>
        field.ParentBits > 0 ? field.ParentBits : Math.Max(8, length * 8);

    static byte Separator(FieldBase @base) => @base switch
    {
        FieldBase.Dot => (byte)'.',
        FieldBase.Dash => (byte)'-',
        FieldBase.Colon => (byte)':',
        FieldBase.Space => (byte)' ',
        _ => 0,
    };

    static void Decimal(Utf8Text target, Field field, ulong value)
    {
        if (field.Type.IsSigned())
        {
            target.Append((long)value);
        }
        else
        {
            target.Append(value);
        }
    }

    static void Hexadecimal(Utf8Text target, Field field, ulong value)
    {
        int size = field.Type.Size();
        int digits = field.Mask != 0 ? (System.Numerics.BitOperations.PopCount(field.Mask) + 3) / 4 : size * 2;
        if (size is > 0 and < 8)
        {
            value &= (1ul << (size * 8)) - 1;
        }

        target.Append("0x"u8);
        target.AppendHex(value, digits);
    }

    static ReadOnlySpan<byte> UntilNul(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    static void Guid(Utf8Text target, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 16)
        {
            return;
        }

        ReadOnlySpan<int> parts = [0, 4, 6, 8, 10, 16];
        for (int i = 0; i + 1 < parts.Length; i++)
        {
            if (i > 0)
            {
                target.Append('-');
            }

            target.AppendHex(bytes[parts[i]..parts[i + 1]]);
        }
    }

    static void ObjectIdentifier(Utf8Text target, ReadOnlySpan<byte> bytes, bool absolute)
    {
        ulong arc = 0;
        bool first = true;
        foreach (byte b in bytes)
        {
            arc = (arc << 7) | (uint)(b & 0x7f);
            if ((b & 0x80) != 0)
            {
                continue;
            }

            if (!first)
            {
                target.Append('.');
            }

            if (first && absolute)
            {
                // X.690 section 8.19.4: the first two arcs share a number.
                ulong top = Math.Min(arc / 40, 2);
                target.Append(top);
                target.Append('.');
                arc -= top * 40;
            }

            target.Append(arc);
            first = false;
            arc = 0;
        }
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
