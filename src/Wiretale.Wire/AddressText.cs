using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Wiretale.Wire;

/// <summary>Addresses and byte strings as UTF-8 text. Every method writes to the start of the target and returns the bytes written.</summary>
public static class AddressText
{
    static readonly byte[] Decimals = MakeDecimals();

    /// <summary>By byte, its two digits in the first two bytes of the entry as it lies in memory.</summary>
    static readonly uint[] HexPairs = MakeHexPairs();

    /// <summary>Dotted decimal; at most 15 bytes.</summary>
    public static int IPv4(Span<byte> target, uint address)
    {
        int at = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            // Four bytes an entry: three digits and their count.
            var entry = Decimals.AsSpan((int)((address >> shift) & 0xff) * 4, 4);
            if (target.Length - at >= 4)
            {
                entry.CopyTo(target[at..]);
            }
            else
            {
                entry[..3].CopyTo(target[at..]);
            }

            at += entry[3];
            if (shift > 0)
            {
                target[at++] = (byte)'.';
            }
        }

        return at;
    }

    /// <summary>RFC 5952: lower case, the longest run of two or more zero groups (the first of equals) as "::", IPv4-mapped and -compatible tails in decimal; at most 45 bytes.</summary>
    public static int IPv6(Span<byte> target, ReadOnlySpan<byte> address)
    {
        Span<ushort> groups = stackalloc ushort[8];
        for (int i = 0; i < 8; i++)
        {
            groups[i] = BinaryPrimitives.ReadUInt16BigEndian(address[(2 * i)..]);
        }

        int bestStart = -1, bestLength = 1;
        for (int i = 0; i < 8; i++)
        {
            int start = i;
            while (i < 8 && groups[i] == 0)
            {
                i++;
            }

            if (i - start > bestLength)
            {
                (bestStart, bestLength) = (start, i - start);
            }
        }

        // RFC 5952 section 5: ::ffff:a.b.c.d; and the compatible form ::a.b.c.d, which inet_ntop writes for six zero groups, too.
        bool decimalTail = bestStart == 0 && (bestLength == 6 || (bestLength == 5 && groups[5] == 0xffff));
        int at = 0;
        for (int i = 0; i < (decimalTail ? 6 : 8); i++)
        {
            if (i == bestStart)
            {
                target[at++] = (byte)':';
                i += bestLength - 1;
                if (i == 7)
                {
                    target[at++] = (byte)':';
                }

                continue;
            }

            if (i > 0)
            {
                target[at++] = (byte)':';
            }

            Utf8Formatter.TryFormat(groups[i], target[at..], out int written, new System.Buffers.StandardFormat('x'));
            at += written;
        }

        if (decimalTail)
        {
            target[at++] = (byte)':';
            at += IPv4(target[at..], BinaryPrimitives.ReadUInt32BigEndian(address[12..]));
        }

        return at;
    }

    /// <summary>Two lower-case hexadecimal digits a byte, with <paramref name="separator"/> between bytes unless it is 0.</summary>
    public static int Hex(Span<byte> target, ReadOnlySpan<byte> bytes, byte separator)
    {
        if (separator == 0)
        {
            Convert.TryToHexStringLower(bytes, target, out int written);
            return written;
        }

        if (bytes.IsEmpty)
        {
            return 0;
        }

        // Four bytes are written where three are meant; the next one writes over the fourth, and the last writes two.
        int last = (bytes.Length - 1) * 3;
        ref byte start = ref MemoryMarshal.GetReference(target[..(last + 2)]);
        uint mark = BitConverter.IsLittleEndian ? (uint)separator << 16 : (uint)separator << 8;
        int i = 0, at = 0;
        if (Vector128.IsHardwareAccelerated && BitConverter.IsLittleEndian)
        {
            for (; i + Vector128<byte>.Count < bytes.Length; i += Vector128<byte>.Count, at += 3 * Vector128<byte>.Count)
            {
                Separated(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)i), separator, ref Unsafe.Add(ref start, at));
            }
        }

        for (; at < last; i++, at += 3)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, at), HexPairs[bytes[i]] | mark);
        }

        Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, last), (ushort)(BitConverter.IsLittleEndian ? HexPairs[bytes[^1]] : HexPairs[bytes[^1]] >> 16));
        return last + 2;
    }

    /// <summary>Sixteen bytes as 48 letters, the last a separator. A digit of each vector goes to every third place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Separated(Vector128<byte> bytes, byte separator, ref byte target)
    {
        const byte No = 0xff;
        var digits = Vector128.Create("0123456789abcdef"u8);
        var mark = Vector128.Create(separator);
        var high = Vector128.ShuffleNative(digits, Vector128.ShiftRightLogical(bytes, 4));
        var low = Vector128.ShuffleNative(digits, bytes & Vector128.Create((byte)0x0f));
        (Vector128.Shuffle(high, Vector128.Create(0, No, No, 1, No, No, 2, No, No, 3, No, No, 4, No, No, 5))
            | Vector128.Shuffle(low, Vector128.Create(No, 0, No, No, 1, No, No, 2, No, No, 3, No, No, 4, No, No))
            | (mark & Vector128.Create(0, 0, No, 0, 0, No, 0, 0, No, 0, 0, No, 0, 0, No, 0))).StoreUnsafe(ref target);
        (Vector128.Shuffle(high, Vector128.Create(No, No, 6, No, No, 7, No, No, 8, No, No, 9, No, No, 10, No))
            | Vector128.Shuffle(low, Vector128.Create(5, No, No, 6, No, No, 7, No, No, 8, No, No, 9, No, No, 10))
            | (mark & Vector128.Create(0, No, 0, 0, No, 0, 0, No, 0, 0, No, 0, 0, No, 0, 0))).StoreUnsafe(ref target, 16);
        (Vector128.Shuffle(high, Vector128.Create(No, 11, No, No, 12, No, No, 13, No, No, 14, No, No, 15, No, No))
            | Vector128.Shuffle(low, Vector128.Create(No, No, 11, No, No, 12, No, No, 13, No, No, 14, No, No, 15, No))
            | (mark & Vector128.Create(No, 0, 0, No, 0, 0, No, 0, 0, No, 0, 0, No, 0, 0, No))).StoreUnsafe(ref target, 32);
    }

    static uint HexPair(int value)
    {
        const string Digits = "0123456789abcdef";
        Span<byte> pair = [(byte)Digits[value >> 4], (byte)Digits[value & 15], 0, 0];
        return MemoryMarshal.Read<uint>(pair);
    }

    static uint[] MakeHexPairs()
    {
        var pairs = new uint[256];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = HexPair(i);
        }

        return pairs;
    }

    static byte[] MakeDecimals()
    {
        var table = new byte[256 * 4];
        for (int i = 0; i < 256; i++)
        {
            Utf8Formatter.TryFormat(i, table.AsSpan(i * 4, 3), out int digits);
            table[(i * 4) + 3] = (byte)digits;
        }

        return table;
    }
}
