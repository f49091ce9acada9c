using System.Buffers.Binary;
using System.Numerics;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>The header before every body, and the bodies of those packets that have no frames.</summary>
readonly ref struct BulkPacket
{
    /// <summary>Longest cookie that is taken.</summary>
    public const int LongestCookie = 64;

    const int HelloLength = 8, AcceptLength = 16, ResetLength = 4;

    BulkPacket(BulkPacketType type, int version, long number, ulong id, ReadOnlySpan<byte> body)
    {
        (Type, Version, Number, ConnectionId) = (type, version, number, id);
        Body = body;
    }

    public BulkPacketType Type { get; }

    public int Version { get; }

    public long Number { get; }

    public ulong ConnectionId { get; }

    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Whether a datagram is meant for this transport and not a signal.</summary>
    public static bool IsBulk(ReadOnlySpan<byte> datagram) => datagram.Length > 0 && (datagram[0] & RudpBulk.Mark) != 0;

    /// <summary>Reads a datagram whose checksum is right.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out BulkPacket packet)
    {
        packet = default;
        if (datagram.Length < RudpBulk.HeaderLength || !IsBulk(datagram) || RudpBulk.Checksum(datagram) != BinaryPrimitives.ReadUInt32BigEndian(datagram[RudpBulk.ChecksumOffset..]))
        {
            return false;
        }

        packet = new(
            (BulkPacketType)(datagram[0] & 15),
            (datagram[0] >> 4) & 7,
            BulkFrame.Read48(datagram[RudpBulk.PacketNumberOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(datagram[RudpBulk.ConnectionIdOffset..]),
            datagram[RudpBulk.HeaderLength..]);
        return true;
    }

    /// <summary>Writes the header of a datagram whose body stands.</summary>
    public static void Seal(Span<byte> datagram, BulkPacketType type, long number, ulong id)
    {
        datagram[0] = (byte)(RudpBulk.Mark | (RudpBulk.Version << 4) | (int)type);
        datagram[1] = 0;
        BulkFrame.Write48(datagram[RudpBulk.PacketNumberOffset..], number);
        BinaryPrimitives.WriteUInt64BigEndian(datagram[RudpBulk.ConnectionIdOffset..], id);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[RudpBulk.ChecksumOffset..], RudpBulk.Checksum(datagram));
    }

    /// <summary>Writes a Hello; it is as long as the shortest packet that a path must carry.</summary>
    public static int WriteHello(Span<byte> datagram, long attempt, ulong client, int maxDatagram, int window, ReadOnlySpan<byte> cookie)
    {
        datagram = datagram[..RudpBulk.BaseDatagram];
        var body = datagram[RudpBulk.HeaderLength..];
        body.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)maxDatagram);
        body[2] = (byte)cookie.Length;
        BinaryPrimitives.WriteInt32BigEndian(body[4..], window);
        cookie.CopyTo(body[HelloLength..]);
        Seal(datagram, BulkPacketType.Hello, attempt, client);
        return datagram.Length;
    }

    public bool TryReadHello(out int maxDatagram, out uint window, out ReadOnlySpan<byte> cookie)
    {
        (maxDatagram, window) = (0, 0);
        cookie = default;
        if (Type != BulkPacketType.Hello || Body.Length < RudpBulk.BaseDatagram - RudpBulk.HeaderLength || Body[2] > LongestCookie)
        {
            return false;
        }

        maxDatagram = BinaryPrimitives.ReadUInt16BigEndian(Body);
        window = BinaryPrimitives.ReadUInt32BigEndian(Body[4..]);
        cookie = Body.Slice(HelloLength, Body[2]);
        return maxDatagram >= RudpBulk.BaseDatagram;
    }

    public static int WriteRetry(Span<byte> datagram, long attempt, ulong client, ReadOnlySpan<byte> cookie)
    {
        datagram = datagram[..(RudpBulk.HeaderLength + 4 + cookie.Length)];
        var body = datagram[RudpBulk.HeaderLength..];
        body.Clear();
        body[0] = (byte)cookie.Length;
        cookie.CopyTo(body[4..]);
        Seal(datagram, BulkPacketType.Retry, attempt, client);
        return datagram.Length;
    }

    public bool TryReadRetry(out ReadOnlySpan<byte> cookie)
    {
        bool good = Type == BulkPacketType.Retry && Body.Length >= 4 && Body[0] is > 0 and <= LongestCookie && Body.Length >= 4 + Body[0];
        cookie = good ? Body.Slice(4, Body[0]) : default;
        return good;
    }

    public static int WriteAccept(Span<byte> datagram, long attempt, ulong client, ulong server, int maxDatagram, int window)
    {
        datagram = datagram[..(RudpBulk.HeaderLength + AcceptLength)];
        var body = datagram[RudpBulk.HeaderLength..];
        body.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(body, server);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], (ushort)maxDatagram);
        BinaryPrimitives.WriteInt32BigEndian(body[12..], window);
        Seal(datagram, BulkPacketType.Accept, attempt, client);
        return datagram.Length;
    }

    public bool TryReadAccept(out ulong server, out int maxDatagram, out uint window)
    {
        (server, maxDatagram, window) = (0, 0, 0);
        if (Type != BulkPacketType.Accept || Body.Length < AcceptLength)
        {
            return false;
        }

        server = BinaryPrimitives.ReadUInt64BigEndian(Body);
        maxDatagram = BinaryPrimitives.ReadUInt16BigEndian(Body[8..]);
        window = BinaryPrimitives.ReadUInt32BigEndian(Body[12..]);
        return maxDatagram >= RudpBulk.BaseDatagram;
    }

    /// <summary>Writes a Reset: number and id are those of the packet that it answers, so that only who saw that can write it.</summary>
    public static int WriteReset(Span<byte> datagram, long number, ulong id, BulkCode code)
    {
        datagram = datagram[..(RudpBulk.HeaderLength + ResetLength)];
        datagram[RudpBulk.HeaderLength..].Clear();
        datagram[RudpBulk.HeaderLength] = (byte)code;
        Seal(datagram, BulkPacketType.Reset, number, id);
        return datagram.Length;
    }

    /// <summary>Length of a Reset; only what is longer is answered with one, so that two ends never go on answering each other.</summary>
    public static int LengthOfReset => RudpBulk.HeaderLength + ResetLength;

    public static int WriteVersions(Span<byte> datagram, long attempt, ulong client)
    {
        datagram = datagram[..(RudpBulk.HeaderLength + 2)];
        (datagram[RudpBulk.HeaderLength], datagram[RudpBulk.HeaderLength + 1]) = (1, RudpBulk.Version);
        Seal(datagram, BulkPacketType.Versions, attempt, client);
        return datagram.Length;
    }
}
