using System.Text;
using Wiretale.Capture.Input;

namespace Wiretale.Capture.PcapNg;

/// <summary>Walks the options of a block (draft-ietf-opsawg-pcapng, section 3.5): code, length, value padded to 32 bits.</summary>
unsafe ref struct OptionReader<TOrder>
    where TOrder : struct, IByteOrder
{
    readonly byte* _end;
    byte* _next;

    public OptionReader(byte* start, byte* end)
    {
        _next = start;
        _end = end;
    }

    public ushort Code { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Why <see cref="Next"/> stopped before the end, in tshark's words, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Goes to the next option; false at the end of the options or of the bytes for them.</summary>
    public bool Next()
    {
        if (_end - _next < 4)
        {
            return false;
        }

        Code = TOrder.U16(_next);
        int length = TOrder.U16(_next + 2);
        if (Code == OptionCode.End)
        {
            return false;
        }

        int padded = (length + 3) & ~3;
        if (_end - _next - 4 < padded)
        {
            Error = $"pcapng: Not enough data to handle option of length {length}";
            return false;
        }

        Value = new(_next + 4, length);
        _next += 4 + padded;
        return true;
    }

    public readonly RawOption Raw() => new(Code, Value.ToArray());

    /// <summary>The value as text; some writers count a closing zero byte.</summary>
    public readonly string Text() => Text(Value);

    public static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));

    public readonly bool TryU32(out uint value)
    {
        if (Value.Length != 4)
        {
            value = 0;
            return false;
        }

        fixed (byte* at = Value)
        {
            value = TOrder.U32(at);
        }

        return true;
    }

    public readonly bool TryU64(out ulong value)
    {
        if (Value.Length != 8)
        {
            value = 0;
            return false;
        }

        fixed (byte* at = Value)
        {
            value = TOrder.U64(at);
        }

        return true;
    }
}
