using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>How a value is written, for the types that nearly all fields have.</summary>
enum ValueForm : byte
{
    /// <summary>By a rule of its type's own.</summary>
    Other,
    Decimal, Hexadecimal, Boolean, IPv4, Text, Bytes,
}

/// <summary>Values and labels as text, by type and base: one place for the tree, the fields, the filters and the exports.</summary>
public static partial class FieldFormat
{
    /// <summary>The form of a field's value, for the types that nearly all fields have.</summary>
    internal static ValueForm FormOf(FieldType type, FieldBase @base, ValueNames? names) => type switch
    {
        FieldType.Boolean => ValueForm.Boolean,
        FieldType.IPv4 => ValueForm.IPv4,
        FieldType.String or FieldType.StringZ or FieldType.UIntString => ValueForm.Text,
        FieldType.Bytes or FieldType.UIntBytes => ValueForm.Bytes,

        // A 64-bit number that has names is decimal in tshark's values, whatever its base.
        FieldType.UInt64 when names is { IsUnit: false } => ValueForm.Decimal,
        FieldType.Char => ValueForm.Other,
        FieldType.IpxNet => ValueForm.Hexadecimal,
        _ when !type.IsUnsigned() => ValueForm.Other,
        _ when IsHexadecimal(@base) => ValueForm.Hexadecimal,
        _ => ValueForm.Decimal,
    };

    /// <summary>The value alone, as <c>-T fields</c> prints it.</summary>
    public static void Value(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        switch (field.Form)
        {
            case ValueForm.Decimal:
                target.Append(item.Value);
                break;
            case ValueForm.Hexadecimal:
                // As wide as the type however few bits the mask leaves.
                Hexadecimal(target, field, item.Value, field.Type.Size() * 2);
                break;
            case ValueForm.Boolean:
                target.Append(item.Value != 0 ? '1' : '0');
                break;
            case ValueForm.IPv4:
                target.AppendIPv4((uint)item.Value);
                break;
            case ValueForm.Text:
                target.Append(TextOf(bytes));
                break;
            case ValueForm.Bytes when !bytes.IsEmpty || field.Type != FieldType.Bytes:
                target.AppendHex(bytes, Separator(field.Base));
                break;
            default:
                OtherValue(target, field, item, bytes);
                break;
        }
    }

    static void OtherValue(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        switch (field.Type)
        {
            case FieldType.None or FieldType.Protocol:
                break;
            case FieldType.Float:
                FloatText.General(target, BitConverter.Int64BitsToDouble((long)item.Value), 6);
                break;
            case FieldType.Double:
                FloatText.General(target, BitConverter.Int64BitsToDouble((long)item.Value), 15);
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
            case FieldType.Bytes:
                target.Append("<MISSING>"u8);
                break;
            case FieldType.SystemId:
                SystemId(target, bytes);
                break;
            case FieldType.Ax25 or FieldType.Vines:
                target.AppendHex(bytes, Separator(field.Base));
                break;
            case FieldType.Char:
                target.Append('\'');
                Escaped(target, [(byte)item.Value]);
                target.Append('\'');
                break;
            default:
                Number(target, field, item.Value);
                break;
        }
    }

    /// <summary>An identifier of ISO 10589: of a system, of a circuit of it (7 bytes), or of an advertisement (8).</summary>
    public static void SystemId(Utf8Text target, ReadOnlySpan<byte> id)
    {
        if (id.Length is < 6 or > 8)
        {
            target.Append("<Invalid length of SYSTEM ID>"u8);
            return;
        }

        for (int i = 0; i < id.Length; i++)
        {
            target.Append(i is 2 or 4 or 6 ? "." : i == 7 ? "-" : "");
            target.AppendHex(id[i], 2);
        }
    }

    /// <summary>The value as JSON and XML show it: as <see cref="Value"/>, but with colons between bytes.</summary>
    public static void Show(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        if (field.Form == ValueForm.Bytes)
        {
            target.AppendHex(bytes, (byte)':');
        }
        else
        {
            Value(target, field, item, bytes);
        }
    }

    /// <summary>An integer in its field's base (the first of them where it names two), as wide as its type.</summary>
    public static void Number(Utf8Text target, Field field, ulong value)
    {
        if (IsHexadecimal(field.Base) || field.Type == FieldType.IpxNet)
        {
            Hexadecimal(target, field, value, field.Type.Size() * 2);
        }
        else if (field.Base == FieldBase.Oct)
        {
            target.Append('0');
            target.Append(Convert.ToString((long)value, 8));
        }
        else
        {
            Decimal(target, field, value);
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
            if ((bits - bit) % 4 == 0 && bit > 0)
            {
                target.Append(' ');
            }
        }
    }

    /// <summary>Text with control characters as C escapes: by letter, or as three octal digits.</summary>
    public static void Escaped(Utf8Text target, ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            int plain = utf8.IndexOfAnyInRange((byte)0, (byte)0x1f);
            int delete = utf8.IndexOf((byte)0x7f);
            plain = plain < 0 ? delete : delete < 0 ? plain : Math.Min(plain, delete);
            if (plain < 0)
            {
                target.Append(utf8);
                return;
            }

            target.Append(utf8[..plain]);
            byte b = utf8[plain];
            char letter = b switch
            {
                (byte)'\a' => 'a',
                (byte)'\b' => 'b',
                (byte)'\f' => 'f',
                (byte)'\n' => 'n',
                (byte)'\r' => 'r',
                (byte)'\t' => 't',
                (byte)'\v' => 'v',
                _ => '\0',
            };
            target.Append('\\');
            if (letter != '\0')
            {
                target.Append(letter);
            }
            else
            {
                target.Append((char)('0' + (b >> 6)));
                target.Append((char)('0' + ((b >> 3) & 7)));
                target.Append((char)('0' + (b & 7)));
            }

            utf8 = utf8[(plain + 1)..];
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
            if (separator != 0)
            {
                target.Append((char)separator);
            }

            target.Append("…"u8);
        }
    }

    /// <summary>Replaces line ends and tabs after <paramref name="start"/> by escapes, so that a value stays in its cell.</summary>
    public static void EscapeWhiteSpace(Utf8Text text, int start)
    {
        if (text.Bytes[start..].IndexOfAny("\n\r\t\b\f"u8) < 0)
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
                case (byte)'\b':
                    text.Append("\\b"u8);
                    break;
                case (byte)'\f':
                    text.Append("\\f"u8);
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

    static bool IsHexadecimal(FieldBase @base) => @base is FieldBase.Hex or FieldBase.HexDec;

    /// <summary>Digits of a hexadecimal number in a label: as many as its bits need, from the first to the last.</summary>
    static int LabelDigits(Field field) =>
        field.Mask != 0 ? (64 - System.Numerics.BitOperations.LeadingZeroCount(field.Mask) - System.Numerics.BitOperations.TrailingZeroCount(field.Mask) + 3) / 4 : field.Type.Size() * 2;

    static void Hexadecimal(Utf8Text target, Field field, ulong value, int digits)
    {
        int size = field.Type.Size();
        if (size is > 0 and < 8)
        {
            value &= (1ul << (size * 8)) - 1;
        }

        target.Append("0x"u8);
        target.AppendHex(value, digits);
    }

    /// <summary>The text of a value: up to a NUL.</summary>
    public static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> text)
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

    /// <summary>Writes an object identifier (X.690 section 8.19), or one that only goes on from another (section 8.20).</summary>
    public static void ObjectIdentifier(Utf8Text target, ReadOnlySpan<byte> bytes, bool absolute = true)
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
}
