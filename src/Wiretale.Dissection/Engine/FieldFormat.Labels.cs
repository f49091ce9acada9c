using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <content>Values as the details tree shows them, behind the names of their fields.</content>
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
    internal static int WholeCharacters(ReadOnlySpan<byte> utf8, int limit)
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
}
