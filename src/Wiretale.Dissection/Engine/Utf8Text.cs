using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>A growing UTF-8 text that is written without strings and reused packet after packet.</summary>
public sealed class Utf8Text : IBufferWriter<byte>
{
    byte[] buffer;
    int length;

    /// <param name="capacity">Bytes to start with; it grows when needed and never shrinks.</param>
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
    public void Append(char ascii)
    {
        Room(1)[0] = (byte)ascii;
        length++;
    }

    /// <summary>Appends a number in decimal.</summary>
    /// <remarks>Written out, two digits at a time: a packet list has a dozen numbers a line.</remarks>
    public void Append(uint value)
    {
        const int MostDigits = 10;
        ref byte start = ref MemoryMarshal.GetReference(Room(MostDigits));
        int digits = Digits(value);
        length += digits;
        ref byte pairs = ref MemoryMarshal.GetReference(DigitPairs);
        while (digits >= 2)
        {
            uint rest = value / 100;
            digits -= 2;
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, digits), Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref pairs, (nint)((value - (rest * 100)) * 2))));
            value = rest;
        }

        if (digits > 0)
        {
            start = (byte)('0' + value);
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
        Utf8Formatter.TryFormat(value, Room(20), out int written);
        length += written;
    }

    /// <summary>Appends a number in decimal.</summary>
    public void Append(ulong value)
    {
        Utf8Formatter.TryFormat(value, Room(20), out int written);
        length += written;
    }

    /// <summary>Appends a number in lower-case hexadecimal with at least <paramref name="digits"/> digits, without "0x".</summary>
    public void AppendHex(ulong value, int digits)
    {
        Utf8Formatter.TryFormat(value, Room(16 + digits), out int written, new StandardFormat('x', (byte)digits));
        length += written;
    }

    /// <summary>Appends an address.</summary>
    public void Append(in Address address) => length += address.Format(Room(48));

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

    static ReadOnlySpan<byte> DigitPairs =>
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"u8;

    static int Digits(uint value) =>
        value < 100 ? value < 10 ? 1 : 2
        : value < 10_000 ? value < 1000 ? 3 : 4
        : value < 1_000_000 ? value < 100_000 ? 5 : 6
        : value < 100_000_000 ? value < 10_000_000 ? 7 : 8
        : value < 1_000_000_000 ? 9 : 10;

    void Grow(int count)
    {
        if (count > Array.MaxLength - length)
        {
            throw new InvalidOperationException("a text of more than 2 GB");
        }

        Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, Math.Max((long)length + count, buffer.Length * 2L)));
    }

    /// <inheritdoc />
    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
