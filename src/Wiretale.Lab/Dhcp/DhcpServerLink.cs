using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>A DHCP server's port on one interface of this machine, and beside it a packet socket for clients that have no address yet.</summary>
public sealed class DhcpServerLink : IDhcpLink
{
    const int SocketLevel = 1, BindToDevice = 25, ForceReceiveBuffer = 33, RawLevel = 255, IcmpFilter = 1;

    /// <summary>What the system says when the interface is gone, or down (errno(3)).</summary>
    const int NoDevice = 19, NetworkDown = 100;

    /// <summary>Place for a crowd that asks at once, while this program has to wait for a processor.</summary>
    const int ReceiveBuffer = 8 << 20;

    /// <summary>Datagrams that cross the kernel's border together.</summary>
    const int Together = 32;

    /// <summary>Longer than any message that has sense.</summary>
    const int Longest = 4096;

    readonly Socket udp;
    readonly Socket? packets, arp, echo;
    readonly int index;
    readonly uint server;
    readonly byte[] hardware;
    readonly SocketWait wait;
    readonly DhcpHeard heard = new();
    readonly MessageVector received = new(Together, Longest), toAddresses = new(Together, Longest), toStations = new(Together, Longest);
    readonly byte[] probed = new byte[256];
    readonly ushort echoId = (ushort)Random.Shared.Next(1 << 16);

    DhcpServerLink(Socket udp, int index, uint server, byte[] hardware, bool probes)
    {
        (this.udp, this.index, this.server, this.hardware) = (udp, index, server, hardware);
        try
        {
            packets = PacketSocket.Open(PacketSocket.OnlySends, index);
            if (probes)
            {
                arp = hardware.Length == ArpPacket.HardwareLength ? PacketSocket.Open(EtherTypes.Arp, index) : null;
                echo = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
                echo.SetRawSocketOption(RawLevel, IcmpFilter, BitConverter.GetBytes(~(1u << IcmpMessage.EchoReply)));
            }
        }
        catch (SocketException)
        {
            // Without them (they take CAP_NET_RAW) everybody hears every answer, as the flag would ask for, and no address is tried.
        }

        wait = new([.. new[] { udp, arp, echo }.OfType<Socket>()]);
    }

    /// <summary>Opens the port on the interface that has the server's address.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="name">The interface; null for the one that has the address.</param>
    /// <param name="probes">Whether it will be asked who uses an address.</param>
    /// <exception cref="LinkException">There is none, the port is taken, or this user may not.</exception>
    public static DhcpServerLink Open(uint server, string? name, bool probes)
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
            Widen(udp);
            udp.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, optionValue: true);
            udp.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.UTF8.GetBytes(card.Name));
            udp.Bind(local);
        }
        catch (SocketException e)
        {
            udp.Dispose();
            throw new LinkException($"cannot listen on {card.Name}, port {local.Port}: {SocketText.Listening(e, local)}", e);
        }

        return new(udp, index, server, card.GetPhysicalAddress().GetAddressBytes(), probes);
    }

    /// <inheritdoc />
    public DhcpHeard Receive(TimeSpan? time, CancellationToken stop)
    {
        heard.Clear();
        wait.Until(time, stop);
        int got = received.Receive((int)udp.Handle, out int error);
        if (error is NoDevice or NetworkDown)
        {
            throw new LinkException($"port {DhcpMessage.ServerPort}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        for (int i = 0; i < got; i++)
        {
            if (received.Message(i) is { Length: > 0 } message)
            {
                heard.Datagrams.Add(new(message, received.Peer(i), received.Destination(i) == uint.MaxValue));
            }
        }

        Hear(arp, bytes => ArpPacket.User(bytes));
        Hear(echo, bytes => IcmpEcho.User(bytes, echoId));
        return heard;
    }

    /// <inheritdoc />
    public void Wake() => wait.Wake();

    /// <inheritdoc />
    public void Send(IReadOnlyList<DhcpReply> replies, Action<string> lost)
    {
        for (int at = 0; at < replies.Count; at += Together)
        {
            foreach (var reply in replies.Skip(at).Take(Together))
            {
                if (reply.Hardware is { } station && packets is not null)
                {
                    toStations.Add(UdpPacket.Wrap(reply.Message, server, DhcpMessage.ServerPort, reply.Address, reply.Port), new(EtherTypes.IPv4, index, station));
                }
                else
                {
                    toAddresses.Add(reply.Message, reply.Hardware is null ? reply.Address : uint.MaxValue, reply.Port, server, index);
                }
            }

            toAddresses.Send((int)udp.Handle, (i, error) => lost($"{DhcpPool.Text(toAddresses.Peer(i))}: {Marshal.GetPInvokeErrorMessage(error)}"));
            if (packets is not null)
            {
                toStations.Send((int)packets.Handle, (_, error) => lost($"cannot send a packet: {Marshal.GetPInvokeErrorMessage(error)}"));
            }
        }
    }

    /// <inheritdoc />
    public bool Probe(uint address, bool isNear)
    {
        if ((isNear ? arp : echo) is not { } socket)
        {
            return false;
        }

        try
        {
            if (isNear)
            {
                socket.SendTo(ArpPacket.Ask(hardware, server, address), new PacketSocket.Station(EtherTypes.Arp, index, PacketSocket.Everybody));
            }
            else
            {
                socket.SendTo(IcmpEcho.Request(echoId), new IPEndPoint(DhcpPool.ToAddress(address), 0));
            }

            return true;
        }
        catch (SocketException)
        {
            // Where nothing can be sent nobody answers.
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var resource in new IDisposable?[] { udp, packets, arp, echo, wait, received, toAddresses, toStations })
        {
            resource?.Dispose();
        }
    }

    static void Widen(Socket udp)
    {
        try
        {
            udp.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(ReceiveBuffer));
        }
        catch (SocketException)
        {
            // Only root may go beyond the system's limit.
            udp.ReceiveBufferSize = ReceiveBuffer;
        }
    }

    void Hear(Socket? socket, Func<ReadOnlyMemory<byte>, (uint, byte[])?> read)
    {
        try
        {
            for (int i = 0; i < Together && socket is { Available: > 0 }; i++)
            {
                int length = socket.Receive(probed);
                if (read(probed.AsMemory(0, length)) is { } user)
                {
                    heard.Users.Add(user);
                }
            }
        }
        catch (SocketException)
        {
            // Longer than any answer to what was asked.
        }
    }
}
