using System.Net;
using System.Net.Sockets;

namespace Wiretale.Lab.Links;

/// <summary>Real TCP.</summary>
public sealed class TcpLink : IStreamLink
{
    /// <summary>Connections that wait to be accepted; a class that joins at once finds its place.</summary>
    const int Backlog = 1024;

    /// <summary>What the system keeps for a client that does not read; it would otherwise grow to megabytes for each.</summary>
    const int SendBuffer = 1 << 17;

    /// <summary>The address that connections come from; null leaves the choice to the system.</summary>
    public IPAddress? From { get; init; }

    /// <inheritdoc />
    public IStreamListener Listen(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Set before a client comes: every accepted connection takes it over.
            socket.SendBufferSize = SendBuffer;
            socket.Bind(local);
            socket.Listen(Backlog);
            return new TcpListening(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LinkException($"cannot listen on {local}: {SocketText.Listening(e, local)}", e);
        }
    }

    /// <inheritdoc />
    public async Task<IStreamConnection> ConnectAsync(IPEndPoint remote, CancellationToken stop)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (From is not null)
            {
                socket.Bind(new IPEndPoint(From, 0));
            }

            await socket.ConnectAsync(remote, stop);
            return new TcpConnection(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LinkException($"cannot connect to {remote}{(From is null ? "" : $" from {From}")}: {SocketText.Connecting(e)}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    sealed class TcpListening(Socket socket) : IStreamListener
    {
        public IPEndPoint Local { get; } = (IPEndPoint)socket.LocalEndPoint!;

        public async Task<IStreamConnection> AcceptAsync(CancellationToken stop)
        {
            while (true)
            {
                try
                {
                    return new TcpConnection(await socket.AcceptAsync(stop));
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
                {
                    // The client waits in the backlog until another one has left.
                    await Task.Delay(100, stop);
                }
                catch (SocketException)
                {
                    // A client that was gone before it was accepted.
                }
            }
        }

        public void Dispose() => socket.Dispose();
    }
}

/// <summary>A TCP connection.</summary>
sealed class TcpConnection : IStreamConnection
{
    readonly Socket socket;

    public TcpConnection(Socket socket)
    {
        this.socket = socket;
        Local = (IPEndPoint)socket.LocalEndPoint!;
        Remote = (IPEndPoint)socket.RemoteEndPoint!;

        // One message is one segment, at once; and a host that vanished without a word is noticed within a minute.
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, stop);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, stop)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }
    }

    public void FinishSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side was faster.
        }
    }

    public void Abort()
    {
        try
        {
            socket.LingerState = new(enable: true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already closed.
        }

        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    LinkException Broken(Exception e) => new($"{Remote}: {(e is SocketException s ? SocketText.Broken(s) : "the connection is closed")}", e);
}
