using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>A DHCP server's port on one interface of this machine, and beside it a packet socket for clients that have no address yet.</summary>
public sealed class DhcpServerLink : IDhcpLink
{
    const int SocketLevel = 1, BindToDevice = 25;

    /// <summary>Place for a crowd that asks at once.</summary>
    const int ReceiveBuffer = 1 << 20;

    readonly Socket udp;
    readonly Socket? packets;
    readonly int index;
    readonly uint server;

    DhcpServerLink(Socket udp, Socket? packets, int index, uint server) => (this.udp, this.packets, this.index, this.server) = (udp, packets, index, server);

    /// <inheritdoc />
    public bool HasMore => udp.Available > 0;

    /// <summary>Opens the port on the interface that has the server's address.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="name">The interface; null for the one that has the address.</param>
    /// <exception cref="LinkException">There is none, the port is taken, or this user may not.</exception>
    public static DhcpServerLink Open(uint server, string? name)
    {
        var address = DhcpPool.ToAddress(server);
        var card = Array.Find(NetworkInterface.GetAllNetworkInterfaces(), card => (name is null || card.Name == name) && card.GetIPProperties().UnicastAddresses.Any(a => a.Address.Equals(address)))
            ?? throw new LinkException($"{name ?? "no interface"}{(name is null ? " has" : " does not have")} the server's address {address} (ip address add {address}/24 dev {name ?? "NAME"}, or --server ADDRESS)");
        int index = card.GetIPProperties().GetIPv4Properties().Index;
        var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var local = new IPEndPoint(IPAddress.Any, DhcpMessage.ServerPort);
        try
        {
            udp.EnableBroadcast = true;
            udp.ReceiveBufferSize = ReceiveBuffer;
            udp.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, optionValue: true);
            udp.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.UTF8.GetBytes(card.Name));
            udp.Bind(local);
        }
        catch (SocketException e)
        {
            udp.Dispose();
            throw new LinkException($"cannot listen on {card.Name}, port {local.Port}: {SocketText.Listening(e, local)}", e);
        }

        try
        {
            return new(udp, PacketSocket.Open(EtherTypes.IPv4, index), index, server);
        }
        catch (SocketException)
        {
            // Without it (it takes CAP_NET_RAW) everybody hears every answer, as the flag would ask for.
            return new(udp, null, index, server);
        }
    }

    /// <inheritdoc />
    public async ValueTask<DhcpDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var got = await udp.ReceiveMessageFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop);
                return new(got.ReceivedBytes, DhcpPool.ToNumber(((IPEndPoint)got.RemoteEndPoint).Address), got.PacketInformation.Address.Equals(IPAddress.Broadcast));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.HostUnreachable or SocketError.MessageSize)
            {
                // What became of an earlier answer, or a datagram longer than any DHCP message.
            }
            catch (SocketException e)
            {
                throw new LinkException($"port {DhcpMessage.ServerPort}: {SocketText.Broken(e)}", e);
            }
        }
    }

    /// <inheritdoc />
    public string? Send(DhcpReply reply)
    {
        try
        {
            if (reply.Hardware is { } hardware && packets is not null)
            {
                byte[] packet = UdpPacket.Wrap(reply.Message, server, DhcpMessage.ServerPort, reply.Address, reply.Port);
                packets.SendTo(packet, new PacketSocket.Station(EtherTypes.IPv4, index, hardware));
            }
            else
            {
                udp.SendTo(reply.Message, new IPEndPoint(reply.Hardware is null ? DhcpPool.ToAddress(reply.Address) : IPAddress.Broadcast, reply.Port));
            }

            return null;
        }
        catch (SocketException e)
        {
            return $"{DhcpPool.Text(reply.Address)}: {SocketText.Connecting(e)}";
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        udp.Dispose();
        packets?.Dispose();
    }
}
