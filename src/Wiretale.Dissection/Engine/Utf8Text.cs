using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>A growing UTF-8 text that is written without strings and reused packet after packet.</summary>
public sealed class Utf8Text : IBufferWriter<byte>
{
    /// <summary>From how many bytes on a text is long.</summary>
    const int Long = 1 << 22;

    /// <summary>Eight times the character 0.</summary>
    const ulong Zeros = 0x3030_3030_3030_3030;

    byte[] buffer;
    int length;

    /// <param name="capacity">Bytes to start with; it grows when needed.</param>
    public Utf8Text(int capacity = 256) => buffer = new byte[capacity];

    /// <summary>Bytes written.</summary>
    public int Length
    {
        get => length;
        set => length = Math.Min(value, length);
    }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>A part of what was written.</summary>
    public ReadOnlySpan<byte> Slice(int start, int count) => buffer.AsSpan(start, count);

    /// <summary>Forgets everything; keeps the memory.</summary>
    public void Clear() => length = 0;

    /// <summary>Forgets everything, and gives memory back when it has become more than <paramref name="most"/> bytes.</summary>
    /// <returns>How much was given back.</returns>
    public int ClearToAtMost(int most)
    {
        length = 0;
        int dropped = buffer.Length > most ? buffer.Length : 0;
        if (dropped > 0)
        {
            buffer = [];
        }

        return dropped;
    }

    /// <summary>Takes away what was written, where the text grows long; null where it has to stay.</summary>
    public Action<Utf8Text>? Drain { get; set; }

    /// <summary>Says that nobody will come back to what was written so far, so that it may be taken away.</summary>
    public void Pause()
    {
        if (length >= Long)
        {
            Drain?.Invoke(this);
        }
    }

    /// <summary>Room for <paramref name="count"/> bytes at the end; call <see cref="Advance"/> with how many were written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Room(int count)
    {
        if (buffer.Length - length < count)
        {
            Grow(count);
        }

        return buffer.AsSpan(length);
    }

    /// <summary>Takes <paramref name="count"/> bytes of the room as written.</summary>
    public void Advance(int count) => length += count;

    /// <summary>Appends UTF-8 bytes as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Room(utf8.Length));
        length += utf8.Length;
    }

    /// <summary>Appends a string as UTF-8.</summary>
    public void Append(string? text)
    {
        if (text is not null)
        {
            length += Encoding.UTF8.GetBytes(text, Room(text.Length * 3));
        }
    }

    /// <summary>Appends one ASCII character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(char ascii)
    {
        if ((uint)length >= (uint)buffer.Length)
        {
            Grow(1);
        }

        buffer[length++] = (byte)ascii;
    }

    /// <summary>Appends a number in decimal.</summary>
    /// <remarks>All digits at once and without a branch for each: a packet list has a dozen numbers a line, as long as chance will have it.</remarks>
    public void Append(uint value)
    {
        const int Most = 10, AtOnce = 8;
        const uint Above = 100_000_000;
        ref byte start = ref MemoryMarshal.GetReference(Room(Most));
        if (value >= Above)
        {
            uint first = value / Above;
            value -= first * Above;
            int two = first >= 10 ? 1 : 0;
            start = (byte)('0' + (two == 0 ? first : first / 10));
            Unsafe.Add(ref start, two) = (byte)('0' + (first % 10));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, 1 + two), EightDigits(value) + Zeros);
            length += AtOnce + 1 + two;
            return;
        }

        ulong digits = EightDigits(value);
        int leading = BitOperations.TrailingZeroCount(digits | (1ul << 56)) / 8;
        Unsafe.WriteUnaligned(ref start, (digits + Zeros) >> (8 * leading));
        length += AtOnce - leading;
    }

    /// <summary>The digits of a number below 100,000,000, one a byte, the first in the lowest: halved into fours, twos and ones, side by side in one register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong EightDigits(uint value)
    {
        uint high = value / 10_000;
        ulong fours = high | ((ulong)(value - (high * 10_000)) << 32);
        ulong hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
        ulong twos = hundreds | ((fours - (hundreds * 100)) << 16);
        ulong tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
        return tens | ((twos - (tens * 10)) << 8);
    }

    /// <summary>Appends a number in decimal with at least <paramref name="digits"/> digits, zeros in front.</summary>
    public void Append(uint value, int digits)
    {
        int start = length;
        Append(value);
        int written = length - start, missing = digits - written;
        if (missing > 0)
        {
            Room(missing);
            var all = buffer.AsSpan(start, digits);
            all[..written].CopyTo(all[missing..]);
            all[..missing].Fill((byte)'0');
            length += missing;
        }
    }

    /// <summary>Appends a number in decimal.</summary>
    public void Append(int value)
    {
        if (value >= 0)
        {
            Append((uint)value);
            return;
        }

        Utf8Formatter.TryFormat(value, Room(11), out int written);
        length += written;
    }

    /// <summary>Appends a number in decimal.</summary>
    public void Append(long value)
    {
        if ((ulong)value <= uint.MaxValue)
        {
            Append((uint)value);
            return;
        }

        Utf8Formatter.TryFormat(value, Room(20), out int written);
        length += written;
    }

    /// <summary>Appends a number in decimal.</summary>
    public void Append(ulong value)
    {
        if (value <= uint.MaxValue)
        {
            Append((uint)value);
            return;
        }

        Utf8Formatter.TryFormat(value, Room(20), out int written);
        length += written;
    }

    /// <summary>Appends a number in lower-case hexadecimal with at least <paramref name="digits"/> digits, without "0x".</summary>
    public void AppendHex(ulong value, int digits)
    {
        const int BitsOfDigit = 4;
        int needed = (64 + BitsOfDigit - 1 - BitOperations.LeadingZeroCount(value)) / BitsOfDigit;
        digits = Math.Max(Math.Max(digits, needed), 1);
        var room = Room(digits)[..digits];
        for (int i = room.Length - 1; i >= 0; i--)
        {
            room[i] = "0123456789abcdef"u8[(int)(value & 15)];
            value >>= BitsOfDigit;
        }

        length += digits;
    }

    /// <summary>Appends an address.</summary>
    public void Append(in Address address) => length += address.Format(Room(48));

    /// <summary>Appends an IPv4 address in dotted decimal.</summary>
    public void AppendIPv4(uint address) => length += AddressText.IPv4(Room(16), address);

    /// <summary>Appends bytes in hexadecimal, with <paramref name="separator"/> between them unless it is 0.</summary>
    public void AppendHex(ReadOnlySpan<byte> bytes, byte separator = 0) => length += AddressText.Hex(Room(bytes.Length * 3), bytes, separator);

    /// <summary>Appends text made by C#'s <c>$"..."</c>; no string is built.</summary>
    public void Append([InterpolatedStringHandlerArgument("")] ref TextHandler text) => _ = text;

    /// <summary>Puts bytes in front of what was written after <paramref name="at"/>.</summary>
    public void Insert(int at, ReadOnlySpan<byte> utf8)
    {
        Room(utf8.Length);
        buffer.AsSpan(at, length - at).CopyTo(buffer.AsSpan(at + utf8.Length));
        utf8.CopyTo(buffer.AsSpan(at));
        length += utf8.Length;
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Room(Math.Max(sizeHint, 256));
        return buffer.AsMemory(length);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => Room(Math.Max(sizeHint, 256));

    void Grow(int count)
    {
        if (count > Array.MaxLength - length)
        {
            throw new InvalidOperationException("a text of more than 2 GB");
        }

        // A text that is long already grows by a part of itself: it is copied less often than memory is short.
        long more = buffer.Length < Long ? buffer.Length : buffer.Length / 2;
        Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, Math.Max((long)length + count, buffer.Length + more)));
    }

    /// <inheritdoc />
    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
