using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Wiretale.Lab.Links;

/// <summary>Sockets of packet(7), which reach stations by their hardware address.</summary>
static class PacketSocket
{
    /// <summary>Instead of an EtherType: all frames (ETH_P_ALL), or none, for a socket that only sends.</summary>
    public const ushort EveryType = 3, OnlySends = 0;

    /// <summary>The hardware address of all stations.</summary>
    public static readonly byte[] Everybody = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

    /// <summary>Opens one for an EtherType on an interface.</summary>
    /// <param name="etherType">The type, <see cref="EveryType"/> or <see cref="OnlySends"/>.</param>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="type">Datagrams come without the Ethernet header, raw frames with it.</param>
    /// <exception cref="SocketException">Not allowed, or no such interface.</exception>
    public static Socket Open(ushort etherType, int interfaceIndex, SocketType type = SocketType.Dgram)
    {
        // Without a protocol it hears nothing; so nothing of other interfaces comes before it is bound.
        var socket = new Socket(AddressFamily.Packet, type, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new Station(etherType, interfaceIndex, []));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A station on an interface: struct sockaddr_ll.</summary>
    internal sealed class Station(ushort etherType, int interfaceIndex, byte[] hardware) : EndPoint
    {
        const int Size = 20, ProtocolAt = 2, IndexAt = 4, LengthAt = 11, HardwareAt = 12;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, Size);
            var bytes = address.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[ProtocolAt..], etherType);
            BitConverter.TryWriteBytes(bytes[IndexAt..], interfaceIndex);
            bytes[LengthAt] = (byte)hardware.Length;
            hardware.CopyTo(bytes[HardwareAt..]);
            return address;
        }

        public override EndPoint Create(SocketAddress socketAddress) => this;
    }
}
