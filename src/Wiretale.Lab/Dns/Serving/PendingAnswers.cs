using System.Collections.Concurrent;
using System.Net;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>Questions whose answers take time. There are as many as the settings say, altogether and for each address; what is more is not answered.</summary>
sealed class PendingAnswers(IDnsResponder responder, DnsServerSettings settings, Func<ServerExchange> exchanges, CancellationToken stop)
{
    readonly ConcurrentDictionary<IPAddress, int> clients = new();
    readonly ConcurrentBag<ServerExchange> idle = [];
    int waiting;

    /// <summary>Gives a response to whoever sends it.</summary>
    public delegate void Reply(IPEndPoint client, ReadOnlySpan<byte> response);

    /// <summary>Finds an answer to a datagram.</summary>
    public void Add(ReadOnlySpan<byte> message, IPEndPoint client, Reply reply, bool isTcp) => _ = FindAsync(message.ToArray(), client, reply, isTcp);

    /// <summary>Finds an answer, and ends when it is sent.</summary>
    public async Task FindAsync(byte[] message, IPEndPoint client, Reply reply, bool isTcp)
    {
        if (!Enter(client.Address))
        {
            return;
        }

        try
        {
            await Task.Yield();
            var answer = await ServerExchange.LaterAsync(responder, message, client, stop);
            Send(message, client, reply, isTcp, answer);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
        finally
        {
            Leave(client.Address);
        }
    }

    void Send(byte[] message, IPEndPoint client, Reply reply, bool isTcp, DnsMessage? answer)
    {
        if (!idle.TryTake(out var exchange))
        {
            exchange = exchanges();
        }

        byte[] response = System.Buffers.ArrayPool<byte>.Shared.Rent(ushort.MaxValue);
        Span<byte> address = stackalloc byte[16];
        client.Address.TryWriteBytes(address, out int count);
        int length = exchange.Finish(message, address[..count], isTcp, answer, response);
        if (length > 0)
        {
            reply(client, response.AsSpan(0, length));
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(response);
        idle.Add(exchange);
    }

    bool Enter(IPAddress client)
    {
        if (Interlocked.Increment(ref waiting) <= settings.Waiting && clients.AddOrUpdate(client, 1, (_, count) => count + 1) <= settings.WaitingPerClient)
        {
            return true;
        }

        if (Volatile.Read(ref waiting) <= settings.Waiting)
        {
            Release(client);
        }

        Interlocked.Decrement(ref waiting);
        return false;
    }

    void Leave(IPAddress client)
    {
        Release(client);
        Interlocked.Decrement(ref waiting);
    }

    void Release(IPAddress client)
    {
        if (clients.AddOrUpdate(client, 0, (_, count) => count - 1) <= 0)
        {
            clients.TryRemove(new KeyValuePair<IPAddress, int>(client, 0));
        }
    }
}
