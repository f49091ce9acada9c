using System.Buffers.Binary;
using System.Text;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>Frames, read one after the other and strictly.</summary>
ref struct BulkFrame
{
    public const int DataHeader = 12, WindowLength = 12, ProbeLength = 4, AckHeader = 12, CloseHeader = 4;

    /// <summary>Longest reason of a CLOSE, in bytes.</summary>
    public const int LongestReason = 200;

    const byte Fin = 1;

    ReadOnlySpan<byte> rest;

    public BulkFrame(ReadOnlySpan<byte> body) => rest = body;

    public BulkFrameType Type { get; private set; }

    /// <summary>Bytes of a DATA frame, ranges of an ACK, the reason of a CLOSE.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The offset of DATA or WINDOW; the largest number of an ACK.</summary>
    public long Number { get; private set; }

    /// <summary>Whether a DATA frame ends the stream.</summary>
    public bool Ends { get; private set; }

    /// <summary>Code of a CLOSE.</summary>
    public byte Code { get; private set; }

    /// <summary>Delay of an ACK.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Whether what was read was no frame.</summary>
    public bool IsBad { get; private set; }

    /// <summary>Whether a packet with this frame asks for an acknowledgement.</summary>
    public readonly bool Asks => Type is BulkFrameType.Ping or BulkFrameType.Data or BulkFrameType.Window or BulkFrameType.Probe;

    /// <summary>Reads the next frame.</summary>
    public bool Next()
    {
        while (rest.Length > 0 && rest[0] == (byte)BulkFrameType.Padding)
        {
            int other = rest.IndexOfAnyExcept((byte)0);
            rest = other < 0 ? [] : rest[other..];
        }

        if (rest.Length == 0)
        {
            return false;
        }

        Type = (BulkFrameType)rest[0];
        int length = Type switch
        {
            BulkFrameType.Ping => 1,
            BulkFrameType.Ack => ReadAck(),
            BulkFrameType.Data => ReadData(),
            BulkFrameType.Window => ReadWindow(),
            BulkFrameType.Close => ReadClose(),
            BulkFrameType.Probe => ProbeLength,
            _ => 0,
        };
        IsBad = length == 0 || length > rest.Length;
        rest = IsBad ? [] : rest[length..];
        return !IsBad;
    }

    /// <summary>Reads the ranges of an ACK, the highest first.</summary>
    /// <returns>How many; -1 when they make no sense.</returns>
    public readonly int ReadRanges(Span<(long From, long To)> ranges)
    {
        long from = Number - BinaryPrimitives.ReadUInt16BigEndian(Content);
        ranges[0] = (from, Number + 1);
        int count = 1;
        for (var more = Content[2..]; more.Length > 0; more = more[4..])
        {
            // A gap of 0 is one number that is missing, a run of 0 one that is there.
            long to = from - BinaryPrimitives.ReadUInt16BigEndian(more) - 1;
            from = to - BinaryPrimitives.ReadUInt16BigEndian(more[2..]) - 1;
            ranges[count++] = (from, to);
        }

        return from < 0 ? -1 : count;
    }

    /// <summary>Writes an ACK with as many ranges as fit, the highest first.</summary>
    public static int WriteAck(Span<byte> room, ReadOnlySpan<(long From, long To)> ranges, TimeSpan delay)
    {
        if (room.Length < AckHeader || ranges.Length == 0)
        {
            return 0;
        }

        var (from, to) = ranges[^1];
        long low = Math.Max(from, to - 1 - ushort.MaxValue);
        room[0] = (byte)BulkFrameType.Ack;
        BinaryPrimitives.WriteUInt16BigEndian(room[2..], (ushort)Math.Clamp(delay.TotalMicroseconds / RudpBulk.AckDelayUnit, 0, ushort.MaxValue));
        Write48(room[4..], to - 1);
        BinaryPrimitives.WriteUInt16BigEndian(room[10..], (ushort)(to - 1 - low));
        int length = AckHeader, count = 0;
        for (int i = ranges.Length - 2; i >= 0 && low == from && count < byte.MaxValue && length + 4 <= room.Length; i--)
        {
            long gap = low - ranges[i].To - 1;
            if (gap > ushort.MaxValue)
            {
                break;
            }

            (from, to) = ranges[i];
            low = Math.Max(from, to - 1 - ushort.MaxValue);
            BinaryPrimitives.WriteUInt16BigEndian(room[length..], (ushort)gap);
            BinaryPrimitives.WriteUInt16BigEndian(room[(length + 2)..], (ushort)(to - 1 - low));
            length += 4;
            count++;
        }

        room[1] = (byte)count;
        return length;
    }

    public static void WriteDataHeader(Span<byte> room, long offset, int length, bool ends)
    {
        room[0] = (byte)BulkFrameType.Data;
        room[1] = ends ? Fin : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(room[2..], (ushort)length);
        BinaryPrimitives.WriteInt64BigEndian(room[4..], offset);
    }

    public static int WriteWindow(Span<byte> room, long offset)
    {
        room[..4].Clear();
        room[0] = (byte)BulkFrameType.Window;
        BinaryPrimitives.WriteInt64BigEndian(room[4..], offset);
        return WindowLength;
    }

    public static int WriteClose(Span<byte> room, BulkCode code, string reason)
    {
        Encoding.UTF8.GetEncoder().Convert(reason, room.Slice(CloseHeader, LongestReason), flush: true, out _, out int length, out _);
        room[0] = (byte)BulkFrameType.Close;
        room[1] = (byte)code;
        BinaryPrimitives.WriteUInt16BigEndian(room[2..], (ushort)length);
        return CloseHeader + length;
    }

    public static int WriteProbe(Span<byte> room, int size)
    {
        room[0] = (byte)BulkFrameType.Probe;
        room[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(room[2..], (ushort)size);
        return ProbeLength;
    }

    public static long Read48(ReadOnlySpan<byte> bytes) => ((long)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);

    public static void Write48(Span<byte> bytes, long value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)value);
    }

    int ReadAck()
    {
        if (rest.Length < AckHeader)
        {
            return 0;
        }

        int length = AckHeader + (4 * rest[1]);
        if (length > rest.Length)
        {
            return 0;
        }

        Delay = TimeSpan.FromMicroseconds(BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) * RudpBulk.AckDelayUnit);
        Number = Read48(rest[4..]);
        Content = rest[10..length];
        return length;
    }

    int ReadData()
    {
        if (rest.Length < DataHeader)
        {
            return 0;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        Number = BinaryPrimitives.ReadInt64BigEndian(rest[4..]);
        Ends = (rest[1] & Fin) != 0;
        if (DataHeader + length > rest.Length || Number < 0 || Number > long.MaxValue - length - 1)
        {
            return 0;
        }

        Content = rest.Slice(DataHeader, length);
        return DataHeader + length;
    }

    int ReadWindow()
    {
        if (rest.Length < WindowLength)
        {
            return 0;
        }

        Number = BinaryPrimitives.ReadInt64BigEndian(rest[4..]);
        return Number < 0 ? 0 : WindowLength;
    }

    int ReadClose()
    {
        if (rest.Length < CloseHeader)
        {
            return 0;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (CloseHeader + length > rest.Length)
        {
            return 0;
        }

        Code = rest[1];
        Content = rest.Slice(CloseHeader, length);
        return CloseHeader + length;
    }
}
