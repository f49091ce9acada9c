using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Wiretale.Dissection.Engine;

/// <summary>The bytes a dissector may look at: a window on a frame, or on a buffer put together from several frames.</summary>
/// <remarks>
/// It knows two lengths: <see cref="Captured"/> bytes are there, <see cref="Reported"/> were on the wire. Every read is checked;
/// one that fails throws a <see cref="BoundsException"/> which says whether the capture or the packet is to blame.
/// Numbers are read in network byte order unless the name ends in LE.
/// </remarks>
public readonly ref struct View
{
    readonly ReadOnlySpan<byte> bytes;
    readonly int reported;
    readonly int offset;
    readonly ushort buffer;
    readonly ShortReason whenReportedEnds;

    /// <param name="bytes">What was captured.</param>
    /// <param name="reported">Length on the wire; at least <c>bytes.Length</c>.</param>
    /// <param name="buffer">Number of the buffer in its packet; 0 is the frame itself.</param>
    /// <param name="offset">Where in the buffer the view begins.</param>
    /// <param name="whenReportedEnds">What a read past the reported length means.</param>
    public View(ReadOnlySpan<byte> bytes, int reported, ushort buffer, int offset = 0, ShortReason whenReportedEnds = ShortReason.Malformed)
    {
        this.bytes = bytes;
        this.reported = Math.Max(reported, bytes.Length);
        this.buffer = buffer;
        this.offset = offset;
        this.whenReportedEnds = whenReportedEnds;
    }

    /// <summary>Bytes that are there.</summary>
    public int Captured => bytes.Length;

    /// <summary>Bytes that were on the wire.</summary>
    public int Reported => reported;

    /// <summary>Number of the buffer the view is on.</summary>
    public int Buffer => buffer;

    /// <summary>Where in its buffer the view begins.</summary>
    public int Offset => offset;

    /// <summary>All captured bytes.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Whether the view ends where the packet goes on in other fragments.</summary>
    public bool IsFragment => whenReportedEnds == ShortReason.Fragment;

    /// <summary>Whether <paramref name="length"/> bytes at <paramref name="at"/> were captured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int at, int length) => (ulong)(uint)at + (uint)length <= (uint)bytes.Length;

    /// <summary>Throws unless <paramref name="length"/> bytes at <paramref name="at"/> were captured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ensure(int at, int length)
    {
        if (!Has(at, length))
        {
            ThrowShort(at, length);
        }
    }

    /// <summary>Unsigned 8-bit number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte U8(int at)
    {
        if ((uint)at >= (uint)bytes.Length)
        {
            ThrowShort(at, 1);
        }

        return bytes[at];
    }

    /// <summary>Signed 8-bit number.</summary>
    public sbyte I8(int at) => (sbyte)U8(at);

    /// <summary>Unsigned 16-bit number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(Checked(at, 2));

    /// <summary>Unsigned 24-bit number.</summary>
    public uint U24(int at)
    {
        var s = Checked(at, 3);
        return (uint)((s[0] << 16) | (s[1] << 8) | s[2]);
    }

    /// <summary>Unsigned 32-bit number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(Checked(at, 4));

    /// <summary>Unsigned 48-bit number.</summary>
    public ulong U48(int at) => ((ulong)U16(at) << 32) | U32(at + 2);

    /// <summary>Unsigned 64-bit number.</summary>
    public ulong U64(int at) => BinaryPrimitives.ReadUInt64BigEndian(Checked(at, 8));

    /// <summary>Unsigned 16-bit number, little end first.</summary>
    public ushort U16LE(int at) => BinaryPrimitives.ReadUInt16LittleEndian(Checked(at, 2));

    /// <summary>Unsigned 24-bit number, little end first.</summary>
    public uint U24LE(int at)
    {
        var s = Checked(at, 3);
        return (uint)((s[2] << 16) | (s[1] << 8) | s[0]);
    }

    /// <summary>Unsigned 32-bit number, little end first.</summary>
    public uint U32LE(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Checked(at, 4));

    /// <summary>Unsigned 64-bit number, little end first.</summary>
    public ulong U64LE(int at) => BinaryPrimitives.ReadUInt64LittleEndian(Checked(at, 8));

    /// <summary>An unsigned number of 1 to 8 bytes.</summary>
    public ulong UInt(int at, int length, bool littleEndian = false)
    {
        if (!littleEndian && length is 1 or 2 or 4)
        {
            return length == 1 ? U8(at) : length == 2 ? U16(at) : U32(at);
        }

        var s = Checked(at, length);
        ulong value = 0;
        for (int i = 0; i < s.Length; i++)
        {
            value = (value << 8) | s[littleEndian ? s.Length - 1 - i : i];
        }

        return value;
    }

    /// <summary>Bits of a number of <paramref name="bytes"/> bytes, counted from its top.</summary>
    public static ulong Bits(ulong number, int first, int count, int bytes) => (number >> ((8 * bytes) - first - count)) & (ulong.MaxValue >> (64 - count));

    /// <summary>The bytes [at, at + length); throws when they were not all captured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Span(int at, int length) => Checked(at, length);

    /// <summary>Bytes captured from <paramref name="at"/> on, at most; 0 past the end.</summary>
    public int CapturedFrom(int at) => Math.Max(0, bytes.Length - Math.Max(at, 0));

    /// <summary>Bytes on the wire from <paramref name="at"/> on; 0 past the end.</summary>
    public int ReportedFrom(int at) => Math.Max(0, reported - Math.Max(at, 0));

    /// <summary>The rest from <paramref name="at"/>; throws when that lies past the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public View From(int at)
    {
        if ((uint)at > (uint)bytes.Length)
        {
            ThrowShort(at, 0);
        }

        return new(bytes[at..], reported - at, buffer, offset + at, whenReportedEnds);
    }

    /// <summary>A part: <paramref name="length"/> bytes on the wire from <paramref name="at"/>, of which as many are captured as there are.</summary>
    /// <remarks>A length beyond this view's own is cut to it, so an inner length field can never reach outside.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public View Part(int at, int length)
    {
        if ((uint)at > (uint)bytes.Length)
        {
            ThrowShort(at, 0);
        }

        int onWire = Math.Clamp(length, 0, reported - at);
        return new(bytes.Slice(at, Math.Min(onWire, bytes.Length - at)), onWire, buffer, offset + at,
            onWire < length ? whenReportedEnds : ShortReason.Malformed);
    }

    /// <summary>The same bytes, whose end means <paramref name="reason"/>.</summary>
    public View EndingAs(ShortReason reason) => new(bytes, reported, buffer, offset, reason);

    /// <summary>Index of the first <paramref name="value"/> at or after <paramref name="at"/>, or -1.</summary>
    public int IndexOf(byte value, int at)
    {
        if ((uint)at >= (uint)bytes.Length)
        {
            return -1;
        }

        int i = bytes[at..].IndexOf(value);
        return i < 0 ? -1 : at + i;
    }

    /// <summary>The end of the line that starts at <paramref name="at"/> (without CR LF) and where the next one starts; -1 when no line end was captured.</summary>
    public int LineEnd(int at, out int next)
    {
        int end = IndexOf((byte)'\n', at);
        next = end + 1;
        return end > at && bytes[end - 1] == '\r' ? end - 1 : end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ReadOnlySpan<byte> Checked(int at, int length)
    {
        if (!Has(at, length))
        {
            ThrowShort(at, length);
        }

        return bytes.Slice(at, length);
    }

    /// <summary>Throws for bytes that are not there, with the reason.</summary>
    [DoesNotReturn]
    public void ThrowShort(int at, int length)
    {
        bool cut = at >= 0 && length >= 0 && (long)at + length <= reported;
        throw new BoundsException(cut ? ShortReason.Cut : whenReportedEnds, at, length, bytes.Length);
    }
}
