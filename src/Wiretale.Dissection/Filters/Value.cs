using System.Buffers.Binary;

namespace Wiretale.Dissection.Filters;

/// <summary>How a value is held while a filter runs.</summary>
enum ValueKind : byte
{
    Unsigned, Signed, Real,
    /// <summary>Nanoseconds, signed; a point in time since 1970.</summary>
    Time,
    /// <summary>An address with a prefix length.</summary>
    IPv4,
    /// <summary>Everything else: bytes, texts, long addresses. The bytes stand beside the value.</summary>
    Bytes,
}

/// <summary>A value while a filter runs: a number, or a place among the run's bytes.</summary>
struct Value
{
    /// <summary>The number, sign-extended; a real number's bits.</summary>
    public ulong Number;

    /// <summary>Where the bytes are in the run.</summary>
    public int Start, Length;

    public ValueKind Kind;

    /// <summary>Bits of an address that count; 0 for all of them, 255 for none.</summary>
    public byte Prefix;

    /// <summary>Whether a number has more than 32 bits.</summary>
    public bool IsWide;

    public static Value Of(ValueKind kind, ulong number, bool wide = false) => new() { Kind = kind, Number = number, IsWide = wide };

    public static Value Real(double number) => Of(ValueKind.Real, (ulong)BitConverter.DoubleToInt64Bits(number));

    public readonly double AsReal => BitConverter.Int64BitsToDouble((long)Number);

    /// <summary>Three-way comparison. Integers are compared as the left one's kind says, 32 bits wide unless one is wider: <c>80 &gt; -1</c> is false for an unsigned field.</summary>
    public static int Order(in Value a, ReadOnlySpan<byte> aBytes, in Value b, ReadOnlySpan<byte> bBytes)
    {
        switch (a.Kind)
        {
            case ValueKind.Unsigned:
                return a.Number.CompareTo(a.IsWide || b.IsWide ? b.Number : (uint)b.Number);
            case ValueKind.Signed:
                return ((long)a.Number).CompareTo(b.Kind == ValueKind.Unsigned && !a.IsWide && !b.IsWide ? (int)b.Number : (long)b.Number);
            case ValueKind.Time:
                return OrderTimes((long)a.Number, (long)b.Number);
            case ValueKind.Real:
                return a.AsReal.CompareTo(b.AsReal);
            case ValueKind.IPv4:
                uint mask = Mask(a.Prefix) & Mask(b.Prefix);
                return ((uint)a.Number & mask).CompareTo((uint)b.Number & mask);
            default:
                int prefix = Narrower(a.Prefix, b.Prefix);
                return prefix == 0 ? aBytes.SequenceCompareTo(bBytes) : OrderPrefix(aBytes, bBytes, prefix == 255 ? 0 : prefix);
        }
    }

    /// <summary>Whether a comparison holds.</summary>
    public static bool Holds(Comparison comparison, in Value a, ReadOnlySpan<byte> aBytes, in Value b, ReadOnlySpan<byte> bBytes) => comparison switch
    {
        Comparison.Equal => Order(a, aBytes, b, bBytes) == 0,
        Comparison.NotEqual => Order(a, aBytes, b, bBytes) != 0,
        Comparison.Less => Order(a, aBytes, b, bBytes) < 0,
        Comparison.LessOrEqual => Order(a, aBytes, b, bBytes) <= 0,
        Comparison.Greater => Order(a, aBytes, b, bBytes) > 0,
        Comparison.GreaterOrEqual => Order(a, aBytes, b, bBytes) >= 0,
        // An empty text is contained in nothing.
        _ => bBytes.Length > 0 && aBytes.IndexOf(bBytes) >= 0,
    };

    /// <summary>Whether a value is anything but zero; texts and byte strings have a byte that is not.</summary>
    public static bool IsNonZero(in Value value, ReadOnlySpan<byte> bytes) => value.Kind switch
    {
        ValueKind.Bytes => bytes.ContainsAnyExcept((byte)0),
        ValueKind.Real => value.AsReal != 0,
        ValueKind.IPv4 => (uint)value.Number != 0,
        _ => value.Number != 0,
    };

    public static uint Mask(byte prefix) => prefix switch { 0 or 32 => uint.MaxValue, 255 => 0, _ => uint.MaxValue << (32 - prefix) };

    /// <summary>tshark takes the difference of the seconds as 32 bits: spans of more than 68 years compare the other way round, and scripts see that.</summary>
    static int OrderTimes(long a, long b)
    {
        const long Second = 1_000_000_000;
        long seconds = (a / Second) - (b / Second);
        return seconds == 0 ? a.CompareTo(b) : Math.Sign(unchecked((int)seconds));
    }

    static int Narrower(byte a, byte b)
    {
        if (a == 255 || b == 255)
        {
            return 255;
        }

        return a == 0 ? b : b == 0 ? a : Math.Min(a, b);
    }

    static int OrderPrefix(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int bits)
    {
        if (a.Length != 16 || b.Length != 16)
        {
            return a.SequenceCompareTo(b);
        }

        var mask = bits == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - bits);
        return (BinaryPrimitives.ReadUInt128BigEndian(a) & mask).CompareTo(BinaryPrimitives.ReadUInt128BigEndian(b) & mask);
    }
}

/// <summary>A constant of a filter.</summary>
/// <param name="Value">The number or what else fits; <see cref="Filters.Value.Start"/> is not used.</param>
/// <param name="Bytes">The bytes, when it is a byte string.</param>
readonly record struct Literal(Value Value, byte[] Bytes)
{
    public static Literal Of(byte[] bytes, byte prefix = 0) => new(new Value { Kind = ValueKind.Bytes, Length = bytes.Length, Prefix = prefix }, bytes);

    public static Literal Of(in Value value) => new(value, []);
}
