using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>A DHCP client's interface: whole packets while it has no address, the client's port as soon as it has one.</summary>
public sealed class DhcpClientLink : IDisposable
{
    const int SocketLevel = 1, BindToDevice = 25;

    readonly int index;
    readonly Socket udp;
    Socket? packets;

    DhcpClientLink(string name, byte[] hardware, int index, Socket udp) => (Name, Hardware, this.index, this.udp) = (name, hardware, index, udp);

    /// <summary>The interface.</summary>
    public string Name { get; }

    /// <summary>Its hardware address.</summary>
    public byte[] Hardware { get; }

    /// <summary>Opens an interface that is up.</summary>
    /// <exception cref="LinkException">There is none of that name, the port is taken, or this user may not.</exception>
    public static DhcpClientLink Open(string name)
    {
        var card = Array.Find(NetworkInterface.GetAllNetworkInterfaces(), card => card.Name == name)
            ?? throw new LinkException($"there is no interface {name} (wiretale -D lists them)");
        byte[] hardware = card.GetPhysicalAddress().GetAddressBytes();
        if (hardware.Length != 6 || card.NetworkInterfaceType == NetworkInterfaceType.Loopback)
        {
            throw new LinkException($"{name} is no Ethernet");
        }

        var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var local = new IPEndPoint(IPAddress.Any, DhcpMessage.ClientPort);
        try
        {
            udp.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.UTF8.GetBytes(name));
            udp.Bind(local);
            var link = new DhcpClientLink(name, hardware, card.GetIPProperties().GetIPv4Properties().Index, udp);
            link.HasAddress(yes: false);
            return link;
        }
        catch (SocketException e)
        {
            udp.Dispose();
            throw new LinkException($"cannot listen on {name}, port {local.Port}: {SocketText.Listening(e, local)}", e);
        }
    }

    /// <summary>Says whether the interface has its address now.</summary>
    public void HasAddress(bool yes)
    {
        packets?.Dispose();
        packets = yes ? null : PacketSocket.Open(EtherTypes.IPv4, index);
    }

    /// <summary>Waits for a message to the client's port.</summary>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                int length = await (packets ?? udp).ReceiveAsync(buffer, stop);
                if (packets is null)
                {
                    return length;
                }

                var message = UdpPacket.Unwrap(buffer.Span[..length], DhcpMessage.ClientPort, out _);
                if (message.Length > 0)
                {
                    message.CopyTo(buffer.Span);
                    return message.Length;
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.HostUnreachable)
            {
                // What became of an earlier message.
            }
            catch (SocketException e)
            {
                throw new LinkException($"{Name}: {SocketText.Broken(e)}", e);
            }
        }
    }

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message, and the server it goes to.</param>
    /// <param name="source">The address that the client has; 0 for none.</param>
    /// <exception cref="LinkException">It cannot be sent.</exception>
    public void Send(DhcpReply message, uint source)
    {
        try
        {
            if (message.Address != uint.MaxValue)
            {
                udp.SendTo(message.Message, new IPEndPoint(DhcpPool.ToAddress(message.Address), message.Port));
                return;
            }

            using var once = packets is null ? PacketSocket.Open(EtherTypes.IPv4, index) : null;
            (packets ?? once!).SendTo(UdpPacket.Wrap(message.Message, source, DhcpMessage.ClientPort, uint.MaxValue, message.Port), new PacketSocket.Station(EtherTypes.IPv4, index, PacketSocket.Everybody));
        }
        catch (SocketException e)
        {
            throw new LinkException($"{Name}: {SocketText.Connecting(e)}", e);
        }
    }

    /// <summary>Asks whether anybody uses an address (RFC 5227 section 2.1.1, in shorter time).</summary>
    public async Task<bool> IsTakenAsync(uint address, TimeProvider clock, CancellationToken stop)
    {
        const int Probes = 2;
        using var arp = PacketSocket.Open(EtherTypes.Arp, index);
        byte[] probe = ArpPacket.Ask(Hardware, sender: 0, address);
        for (int i = 0; i < Probes; i++)
        {
            arp.SendTo(probe, new PacketSocket.Station(EtherTypes.Arp, index, PacketSocket.Everybody));
            try
            {
                await clock.WithinAsync(
                    TimeSpan.FromMilliseconds(300),
                    async end =>
                    {
                        byte[] heard = new byte[64];
                        int length;
                        do
                        {
                            length = await arp.ReceiveAsync(heard, end);
                        }
                        while (ArpPacket.User(heard.AsMemory(0, length)) is not { } user || user.Address != address || user.Hardware.AsSpan().SequenceEqual(Hardware));

                        return true;
                    },
                    stop);
                return true;
            }
            catch (TimeoutException)
            {
                // Nobody yet.
            }
        }

        return false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        udp.Dispose();
        packets?.Dispose();
    }
}
