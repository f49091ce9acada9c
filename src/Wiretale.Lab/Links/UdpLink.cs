using System.Net;
using System.Net.Sockets;

namespace Wiretale.Lab.Links;

/// <summary>Real UDP.</summary>
public sealed class UdpLink : IDatagramLink
{
    /// <inheritdoc />
    public IDatagramSocket Open(IPEndPoint local, IPEndPoint? remote = null)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(local);
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
