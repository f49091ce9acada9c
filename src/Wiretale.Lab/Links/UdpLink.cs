using System.Net;
using System.Net.Sockets;

namespace Wiretale.Lab.Links;

/// <summary>Real UDP.</summary>
public sealed class UdpLink : IDatagramLink
{
    /// <summary>Bytes that may wait in the kernel each way; it gives less where it is told to.</summary>
    const int Buffer = 4 << 20;

    /// <inheritdoc />
    public IDatagramSocket Open(IPEndPoint local, IPEndPoint? remote = null)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(local);
            socket.ReceiveBufferSize = Buffer;
            socket.SendBufferSize = Buffer;
            NeverFragment(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LinkException($"cannot listen on {local}: {SocketText.Listening(e, local)}", e);
        }

        try
        {
            if (remote is not null)
            {
                socket.Connect(remote);
            }

            return new UdpSocket(socket, remote);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LinkException($"cannot send to {remote}: {SocketText.Connecting(e)}", e);
        }
    }

    // Who sends longer datagrams searches what the path carries, and the system's opinion would only be in the way (IP_PMTUDISC_PROBE, RFC 8899 section 3).
    static void NeverFragment(Socket socket)
    {
        const int Ip4 = 0, Discover4 = 10, Ip6 = 41, Discover6 = 23, Probe = 3;
        if (OperatingSystem.IsLinux())
        {
            bool isIPv4 = socket.AddressFamily == AddressFamily.InterNetwork;
            socket.SetRawSocketOption(isIPv4 ? Ip4 : Ip6, isIPv4 ? Discover4 : Discover6, BitConverter.GetBytes(Probe));
        }
    }

    sealed class UdpSocket(Socket socket, IPEndPoint? remote) : IDatagramSocket
    {
        readonly IPEndPoint anyone = new(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

        public IPEndPoint Local { get; } = (IPEndPoint)socket.LocalEndPoint!;

        public void Send(IPEndPoint to, ReadOnlySpan<byte> datagram)
        {
            try
            {
                if (remote is null)
                {
                    socket.SendTo(datagram, SocketFlags.None, to);
                }
                else
                {
                    socket.Send(datagram);
                }
            }
            catch (SocketException)
            {
                // Lost, as datagrams may be; an error that is told here may also be that of an earlier one.
            }
            catch (ObjectDisposedException)
            {
                // It ended meanwhile.
            }
        }

        public async ValueTask<(IPEndPoint From, int Length)> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
        {
            while (true)
            {
                try
                {
                    if (remote is not null)
                    {
                        return (remote, await socket.ReceiveAsync(buffer, stop));
                    }

                    var got = await socket.ReceiveFromAsync(buffer, anyone, stop);
                    return ((IPEndPoint)got.RemoteEndPoint, got.ReceivedBytes);
                }
                catch (SocketException e) when (remote is not null && e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
                {
                    throw new LinkException($"{remote}: {SocketText.Connecting(new((int)SocketError.ConnectionRefused))}", e);
                }
                catch (SocketException)
                {
                    // An ICMP error about something sent earlier, or a datagram longer than the buffer: the next one may be good.
                    stop.ThrowIfCancellationRequested();
                }
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
