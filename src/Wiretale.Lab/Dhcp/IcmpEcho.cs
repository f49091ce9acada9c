using System.Buffers.Binary;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>A ping (RFC 792), for asking whether somebody uses an address of another network.</summary>
static class IcmpEcho
{
    const int Length = 16, IdAt = 4;

    /// <summary>A request.</summary>
    public static byte[] Request(ushort id)
    {
        byte[] message = new byte[Length];
        message[0] = IcmpMessage.EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(IdAt), id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), InternetChecksum.Of(message));
        return message;
    }

    /// <summary>Who answered, from an IPv4 packet as a raw socket gives it; null when it is no answer to a request with this id. The hardware address stays unknown.</summary>
    public static (uint Address, byte[] Hardware)? User(ReadOnlyMemory<byte> packet, ushort id)
    {
        var bytes = packet.Span;
        int header = bytes.Length > 0 ? (bytes[0] & 15) * 4 : 0;
        return header >= 20 && bytes.Length >= header + Length && bytes[header] == IcmpMessage.EchoReply && BinaryPrimitives.ReadUInt16BigEndian(bytes[(header + IdAt)..]) == id
            ? (BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), []) : null;
    }
}
