using System.Buffers.Binary;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>A UDP datagram in an IPv4 packet, for whoever has to write or read the headers itself because there is no address yet.</summary>
static class UdpPacket
{
    const int IpHeader = 20, UdpHeader = 8;
    const byte TimeToLive = 64;

    /// <summary>Wraps a message.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> message, uint source, ushort sourcePort, uint destination, ushort destinationPort)
    {
        byte[] bytes = new byte[IpHeader + UdpHeader + message.Length];
        var ip = bytes.AsSpan();
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)bytes.Length);
        (ip[8], ip[9]) = (TimeToLive, IpProtocol.Udp);
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], destination);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Of(ip[..IpHeader]));

        var udp = ip[IpHeader..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        message.CopyTo(udp[UdpHeader..]);
        ushort checksum = InternetChecksum.Of(Address.IPv4(source), Address.IPv4(destination), IpProtocol.Udp, (uint)udp.Length, udp);

        // A checksum of zero would say that there is none (RFC 768).
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? ushort.MaxValue : checksum);
        return bytes;
    }

    /// <summary>The message of a packet for a port; empty when it is another's, or broken.</summary>
    public static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> packet, ushort port, out uint source)
    {
        source = 0;
        if (packet.Length < IpHeader || packet[0] >> 4 != 4)
        {
            return [];
        }

        int header = (packet[0] & 15) * 4, length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (header < IpHeader || length < header + UdpHeader || length > packet.Length || packet[9] != IpProtocol.Udp
            || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0 || InternetChecksum.Of(packet[..header]) != 0)
        {
            return [];
        }

        var udp = packet[header..length];
        int udpLength = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        if (udpLength < UdpHeader || udpLength > udp.Length || BinaryPrimitives.ReadUInt16BigEndian(udp[2..]) != port)
        {
            return [];
        }

        // Its checksum is not asked for: what comes from this machine may leave it to the network card, which a packet between namespaces never meets.
        source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]);
        return udp[UdpHeader..udpLength];
    }
}
