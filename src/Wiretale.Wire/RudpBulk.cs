namespace Wiretale.Wire;

/// <summary>What the low four bits of a datagram's first byte say.</summary>
public enum BulkPacketType : byte
{
    /// <summary>A client asks for a connection, at first without a cookie.</summary>
    Hello,

    /// <summary>It is to come again with this cookie.</summary>
    Retry,

    Accept,

    Frames,

    /// <summary>Nothing is known of that connection, or there is no room for it.</summary>
    Reset,

    /// <summary>The versions that are spoken.</summary>
    Versions,
}

/// <summary>The first byte of a frame.</summary>
public enum BulkFrameType : byte
{
    Padding,
    Ping,
    Ack,
    Data,
    Window,
    Close,
    Probe,
}

/// <summary>Why a connection ends.</summary>
public enum BulkCode : byte
{
    Done,
    UnknownConnection,
    Busy,
    ProtocolViolation,
    FlowControl,
    FinalSize,
    Cancelled,
    InternalError,
}

/// <summary>What a request for a file is answered with.</summary>
public enum BulkFileStatus : byte
{
    Ok,
    NotFound,
    BadRequest,
    Unreadable,
}

/// <summary>Numbers of the lab's bulk transport over UDP (docs/rudp.md). It shares <see cref="RudpSignals.Port"/> with the signals, whose first byte is a letter.</summary>
public static class RudpBulk
{
    /// <summary>The version that is spoken.</summary>
    public const int Version = 1;

    /// <summary>Bit of the first byte that no signal has.</summary>
    public const byte Mark = 0x80;

    public const int PacketNumberOffset = 2, ConnectionIdOffset = 8, ChecksumOffset = 16;

    /// <summary>Bytes before the body.</summary>
    public const int HeaderLength = 20;

    /// <summary>Packet numbers have 48 bits.</summary>
    public const long LargestPacketNumber = (1L << 48) - 1;

    /// <summary>Datagrams that every path carries; a Hello has this length.</summary>
    public const int BaseDatagram = 1200;

    /// <summary>Unit of an ACK's delay, in microseconds.</summary>
    public const int AckDelayUnit = 8;

    /// <summary>Longest delay of an ACK, in milliseconds.</summary>
    public const int MaxAckDelay = 25;

    /// <summary>CRC-32C (Castagnoli) of a datagram, its checksum field taken as zero.</summary>
    public static uint Checksum(ReadOnlySpan<byte> datagram)
    {
        uint crc = Add(uint.MaxValue, datagram[..ChecksumOffset]);
        crc = System.Numerics.BitOperations.Crc32C(crc, 0u);
        return ~Add(crc, datagram[(ChecksumOffset + sizeof(uint))..]);
    }

    static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, b);
        }

        return crc;
    }
}
