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
    /// <summary>Bytes of a byte string that a label shows, and of one with separators; longer ones end in an ellipsis.</summary>
    const int LabelBytes = 36, SeparatedLabelBytes = 24;

    /// <summary>The most bytes that a label has, as in Wireshark; what is cut gets <see cref="Truncated"/> and is one shorter.</summary>
    internal const int LabelLimit = 239, TruncatedLimit = 238;

    static ReadOnlySpan<byte> Truncated => " [truncated]"u8;

    /// <summary>The ordinary label of an item: <c>Source Port: 443</c>, <c>.1.. .... = Don't fragment: Set</c>.</summary>
    /// <param name="bytes">The item's bytes: see <see cref="DissectedBatch.ValueBytes"/>.</param>
    /// <param name="names">Names of addresses, or null for none.</param>
    /// <param name="frame">The packet at which they are asked for.</param>
    public static void Label(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes, AddressNames? names = null, int frame = 0)
    {
        int start = target.Length;
        if (field.Mask != 0)
        {
            Bits(target, field, item.Value, field.Type == FieldType.Boolean ? BooleanBits(field, item.Length) : field.Type.Size() * 8);
            target.Append(" = "u8);
        }

        if (field.Type is FieldType.None or FieldType.Protocol || field == field.Protocol.Self)
        {
            // A line of text without a label is an empty line.
            target.Append(field == Catalog.Text ? "" : field.Label);
            return;
        }

        target.Append(field.Label);
        int nameEnd = target.Length;
        target.Append(": "u8);
        if (names is not null && AddressOf(field, item, bytes) is { Kind: not AddressKind.None } address)
        {
            names.AppendBoth(target, address, frame);
        }
        else if (names is { Ports: true } && PortKindOf(field) is var kind and not PortKind.None)
        {
            names.AppendPort(target, (uint)item.Value, kind);
        }
        else
        {
            LabelValue(target, field, item, bytes);
        }

        if (target.Length - start > LabelLimit)
        {
            MarkTruncated(target, start, nameEnd);
        }
    }

    /// <summary>Appends a label that a dissector wrote, or as much of it as a label may have.</summary>
    public static void Limited(Utf8Text target, Field field, ReadOnlySpan<byte> label)
    {
        int start = target.Length;
        target.Append(label);
        if (label.Length > LabelLimit)
        {
            // Where the dissector gave the value another form, the mark stands behind the name as in an ordinary label.
            Span<byte> name = stackalloc byte[256];
            int nameLength = System.Text.Encoding.UTF8.TryGetBytes(field.Label, name, out int written) ? written : 0;
            bool hasName = nameLength > 0 && label.StartsWith(name[..nameLength]) && label[nameLength..].StartsWith(": "u8);
            MarkTruncated(target, start, hasName ? start + nameLength : start);
        }
    }

    /// <summary>Cuts a label, after something was appended to it, to what a label may have.</summary>
    internal static void CutAppended(Utf8Text labels, int start)
    {
        if (labels.Length - start > LabelLimit)
        {
            labels.Length = start + WholeCharacters(labels.Bytes[start..], LabelLimit);
        }
    }

    static void MarkTruncated(Utf8Text target, int start, int nameEnd)
    {
        nameEnd = Math.Min(nameEnd, start + TruncatedLimit - Truncated.Length);
        target.Length = start + WholeCharacters(target.Bytes[start..], TruncatedLimit - Truncated.Length);
        target.Insert(Math.Min(nameEnd, target.Length), Truncated);
    }

    /// <summary>The most bytes up to a limit that cut no character.</summary>
    static int WholeCharacters(ReadOnlySpan<byte> utf8, int limit)
    {
        while (limit > 0 && limit < utf8.Length && (utf8[limit] & 0xC0) == 0x80)
        {
            limit--;
        }

        return Math.Min(limit, utf8.Length);
    }

    static PortKind PortKindOf(Field field) => field.Base switch
    {
        FieldBase.PortTcp => PortKind.Tcp,
        FieldBase.PortUdp => PortKind.Udp,
        FieldBase.PortSctp => PortKind.Sctp,
        FieldBase.PortDccp => PortKind.Dccp,
        _ => PortKind.None,
    };

    /// <summary>The address that an item holds; none when its field is of another type.</summary>
    public static Address AddressOf(Field field, in Item item, ReadOnlySpan<byte> bytes) => field.Type switch
    {
        FieldType.Ether => new(AddressKind.Ethernet, 6, item.Value << 16, 0),
        FieldType.IPv4 => Address.IPv4((uint)item.Value),
        FieldType.IPv6 when bytes.Length >= 16 => Address.IPv6(bytes),
        _ => default,
    };

    static void LabelValue(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        switch (field.Type)
        {
            case FieldType.Bytes or FieldType.UIntBytes:
                byte separator = Separator(field.Base);
                ByteString(target, bytes, separator, separator == 0 ? LabelBytes : SeparatedLabelBytes);
                break;
            case FieldType.String or FieldType.StringZ or FieldType.UIntString:
                Escaped(target, TextOf(bytes));
                break;
            case FieldType.Eui64:
                // Name and address; without names the name is the address.
                Value(target, field, item, bytes);
                target.Append(" ("u8);
                Value(target, field, item, bytes);
                target.Append(')');
                break;
            case FieldType.RelativeTime:
                Value(target, field, item, bytes);
                target.Append(" seconds"u8);
                break;
            case FieldType.Boolean:
                target.Append((field.Names ?? ValueNames.TrueFalse).Find(item.Value));
                break;
            case FieldType.Char:
                LabelCharacter(target, field, item.Value);
                break;
            case FieldType.UInt24 when field.Base == FieldBase.Oui:
                LabelOui(target, item.Value);
                break;
            default:
                LabelNumber(target, field, item, bytes);
                break;
        }
    }

    /// <summary>An organisation with its name: at most 31 bytes together, as tshark has it, so that a long name ends without its parenthesis.</summary>
    static void LabelOui(Utf8Text target, ulong value)
    {
        const int MaxName = 21;
        Span<byte> bytes = [(byte)(value >> 16), (byte)(value >> 8), (byte)value];
        target.AppendHex(bytes, (byte)':');
        var name = Manufacturers.Find((uint)value);
        if (!name.IsEmpty)
        {
            target.Append(" ("u8);
            target.Append(name[..Math.Min(name.Length, MaxName)]);
            target.Append(name.Length < MaxName ? ")"u8 : ""u8);
        }
    }

    static void LabelNumber(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        if (field.Names is { IsUnit: true } unit)
        {
            LabelPlain(target, field, item, bytes);
            target.Append(unit.Find(item.Value));
        }
        else if (field.Names is { } names)
        {
            target.Append(names.Find(NameKey(field, item.Value)) ?? "Unknown");
            if (field.Base != FieldBase.None)
            {
                target.Append(" ("u8);
                if (IsHexadecimal(field.Base))
                {
                    Hexadecimal(target, field, item.Value, LabelDigits(field));
                }
                else
                {
                    Number(target, field, item.Value);
                }

                target.Append(')');
            }
        }
        else
        {
            LabelPlain(target, field, item, bytes);
        }
    }

    /// <summary>A number in its base, in both where the base names two, as wide as its bits; other values as they are.</summary>
    static void LabelPlain(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes)
    {
        if (!field.Type.IsInteger())
        {
            Value(target, field, item, bytes);
            return;
        }

        switch (field.Base)
        {
            case FieldBase.Hex:
                Hexadecimal(target, field, item.Value, LabelDigits(field));
                break;
            case FieldBase.HexDec:
                Hexadecimal(target, field, item.Value, LabelDigits(field));
                target.Append(" ("u8);
                Decimal(target, field, item.Value);
                target.Append(')');
                break;
            case FieldBase.DecHex:
                Decimal(target, field, item.Value);
                target.Append(" ("u8);
                Hexadecimal(target, field, item.Value, LabelDigits(field));
                target.Append(')');
                break;
            default:
                Number(target, field, item.Value);
                break;
        }
    }

    static void LabelCharacter(Utf8Text target, Field field, ulong value)
    {
        if (field.Names is { } names)
        {
            target.Append(names.Find(value) ?? "Unknown");
            if (field.Base != FieldBase.None)
            {
                target.Append(" ("u8);
                Number(target, field, value);
                target.Append(')');
            }

            return;
        }

        target.Append('\'');
        Escaped(target, [(byte)value]);
        target.Append("' ("u8);
        Number(target, field, value);
        target.Append(')');
    }

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
        _ when !type.IsUnsigned() || @base == FieldBase.Oct => ValueForm.Other,
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
            case FieldType.Ax25 or FieldType.Vines or FieldType.SystemId:
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
        if (IsHexadecimal(field.Base))
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
}
