using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Queries over real links: UDP with a socket for each, so that its port is a random one (RFC 5452 section 9.2), and TCP with the length in front (RFC 7766).</summary>
public sealed class LinkTransport(IDatagramLink datagrams, IStreamLink streams, TimeProvider clock) : IDnsTransport
{
    const int Longest = ushort.MaxValue;

    /// <summary>Own address; null leaves it to the system.</summary>
    public IPAddress? From { get; init; }

    /// <inheritdoc />
    public async Task<bool> AskAsync(IPEndPoint server, bool overTcp, ReadOnlyMemory<byte> query, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan patience, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Longest);
        try
        {
            return await clock.WithinAsync(patience, async end => overTcp ? await OverTcpAsync(server, query, take, buffer, end) : await OverUdpAsync(server, query, take, buffer, end), stop);
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (SocketException e)
        {
            throw new LinkException($"{server}: no socket to ask from ({e.Message})", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    async ValueTask<bool> OverUdpAsync(IPEndPoint server, ReadOnlyMemory<byte> query, Func<ReadOnlyMemory<byte>, bool> take, byte[] buffer, CancellationToken stop)
    {
        var any = server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        using var socket = datagrams.Open(new(From ?? any, 0), server);
        socket.Send(server, query.Span);
        while (true)
        {
            var (_, length) = await socket.ReceiveAsync(buffer, stop);
            if (take(buffer.AsMemory(0, length)))
            {
                return true;
            }
        }
    }

    async ValueTask<bool> OverTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> query, Func<ReadOnlyMemory<byte>, bool> take, byte[] buffer, CancellationToken stop)
    {
        using var connection = await streams.ConnectAsync(server, stop);

        // Length and message in one segment (RFC 7766 section 8).
        byte[] framed = new byte[2 + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, checked((ushort)query.Length));
        query.Span.CopyTo(framed.AsSpan(2));
        await connection.SendAsync(framed, stop);
        while (true)
        {
            await ReadAsync(connection, server, buffer.AsMemory(0, 2), stop);
            int length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
            await ReadAsync(connection, server, buffer.AsMemory(0, length), stop);
            if (take(buffer.AsMemory(0, length)))
            {
                return true;
            }
        }
    }

    static async ValueTask ReadAsync(IStreamConnection connection, IPEndPoint server, Memory<byte> into, CancellationToken stop)
    {
        while (!into.IsEmpty)
        {
            int got = await connection.ReceiveAsync(into, stop);
            if (got == 0)
            {
                throw new LinkException($"{server}: it closed the connection without a whole answer");
            }

            into = into[got..];
        }
    }
}
