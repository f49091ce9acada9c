using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>An item's bytes as JSON and XML give them.</summary>
static class RawBytes
{
    /// <summary>The bytes in hexadecimal; of a field that takes only bits of them, those bits as a number.</summary>
    public static void Write(DissectedBatch batch, int packet, Field field, in Item item, Utf8Text output)
    {
        if (item.Length <= 0)
        {
            return;
        }

        if (field.Mask != 0)
        {
            Number(item.Value, output);
        }
        else
        {
            AppendLong(output, Covered(batch, packet, item), 0);
        }
    }

    /// <summary>Appends bytes in hexadecimal, of which there may be very many: what is written is never all in memory.</summary>
    public static void AppendLong(Utf8Text output, ReadOnlySpan<byte> bytes, byte separator)
    {
        const int Piece = 1 << 16;
        while (bytes.Length > Piece)
        {
            output.AppendHex(bytes[..Piece], separator);
            if (separator != 0)
            {
                output.Append((char)separator);
            }

            output.Pause();
            bytes = bytes[Piece..];
        }

        output.AppendHex(bytes, separator);
    }

    /// <summary>The bytes that an item covers, as far as they were captured.</summary>
    public static ReadOnlySpan<byte> Covered(DissectedBatch batch, int packet, in Item item)
    {
        var buffer = batch.Buffer(packet, item.Buffer);
        int start = Math.Clamp(item.Start, 0, buffer.Length);
        return buffer.Slice(start, Math.Clamp(item.Length, 0, buffer.Length - start));
    }

    /// <summary>A number in upper-case hexadecimal without leading zeros.</summary>
    public static void Number(ulong value, Utf8Text output)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(value, output.Room(16), out int written, new('X'));
        output.Advance(written);
    }

    /// <summary>Wireshark 4.0's number of a type (its enum ftenum), which raw JSON carries.</summary>
    public static int TypeNumber(FieldType type) => type switch
    {
        FieldType.None => 0,
        FieldType.Protocol => 1,
        FieldType.Boolean => 2,
        FieldType.Char => 3,
        >= FieldType.UInt8 and <= FieldType.UInt64 => 4 + (type - FieldType.UInt8),
        >= FieldType.Int8 and <= FieldType.Int64 => 12 + (type - FieldType.Int8),
        FieldType.Float => 22,
        FieldType.Double => 23,
        FieldType.AbsoluteTime => 24,
        FieldType.RelativeTime => 25,
        FieldType.String => 26,
        FieldType.StringZ => 27,
        FieldType.UIntString => 28,
        FieldType.Ether => 29,
        FieldType.Bytes => 30,
        FieldType.UIntBytes => 31,
        FieldType.IPv4 => 32,
        FieldType.IPv6 => 33,
        FieldType.IpxNet => 34,
        FieldType.FrameNumber => 35,
        FieldType.Guid => 36,
        FieldType.Oid => 37,
        FieldType.Eui64 => 38,
        FieldType.Ax25 => 39,
        FieldType.Vines => 40,
        FieldType.RelOid => 41,
        FieldType.SystemId => 42,
        _ => 44,
    };
}
