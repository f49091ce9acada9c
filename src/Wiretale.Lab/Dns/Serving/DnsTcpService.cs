using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Wiretale.Lab.Dns.Zones;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>DNS over TCP (RFC 7766): questions one after the other on a connection, each with its length in front.</summary>
sealed class DnsTcpService(IStreamListener listener, Func<ServerExchange> exchanges, PendingAnswers pending, ZoneTransfer transfer, DnsServerSettings settings, TimeProvider clock)
{
    /// <summary>Answers of one connection that are waited for at a time.</summary>
    const int MostPending = 16;

    const int Prefix = 2, UsualMessage = 512, FlushAt = 1 << 15;

    readonly HashSet<Client> clients = [];
    readonly Dictionary<IPAddress, int> perAddress = [];

    /// <summary>Serves until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var connection = await listener.AcceptAsync(stop);
                if (Enter(connection) is { } client)
                {
                    _ = ServeAsync(client, stop);
                }
                else
                {
                    connection.Abort();
                }
            }
        }
        finally
        {
            lock (clients)
            {
                foreach (var client in clients)
                {
                    client.Connection.Abort();
                }
            }
        }
    }

    Client? Enter(IStreamConnection connection)
    {
        Client? oldest = null;
        lock (clients)
        {
            var address = connection.Remote.Address;
            int same = perAddress.GetValueOrDefault(address);
            if (same >= settings.ConnectionsPerClient)
            {
                return null;
            }

            if (clients.Count >= settings.Connections)
            {
                oldest = clients.MinBy(client => client.LastWord);
            }

            perAddress[address] = same + 1;
            var entered = new Client(connection, exchanges()) { LastWord = clock.GetTimestamp() };
            clients.Add(entered);
            oldest?.Connection.Abort();
            return entered;
        }
    }

    void Leave(Client client)
    {
        client.Connection.Dispose();
        lock (clients)
        {
            clients.Remove(client);
            var address = client.Connection.Remote.Address;
            if (--perAddress[address] == 0)
            {
                perAddress.Remove(address);
            }
        }
    }

    async Task ServeAsync(Client client, CancellationToken stop)
    {
        byte[] input = ArrayPool<byte>.Shared.Rent(UsualMessage);
        try
        {
            int length = 0;
            while (true)
            {
                int needed = length < Prefix ? Prefix : Prefix + BinaryPrimitives.ReadUInt16BigEndian(input);
                if (needed > input.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(needed);
                    input.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(input);
                    input = larger;
                }

                // A message has this time from its first byte on, a connection between two of them.
                length = await clock.WithinAsync(settings.IdleTime, limit => ReceiveAsync(client, input, length, limit), stop);
                if (length == 0)
                {
                    return;
                }

                client.LastWord = clock.GetTimestamp();
                int used = await AnswerAsync(client, input.AsMemory(0, length), stop);
                input.AsSpan(used, length - used).CopyTo(input);
                length -= used;
            }
        }
        catch (Exception e) when (e is LinkException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            // It is gone, was too slow, or the server ends.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
            Leave(client);
        }
    }

    /// <summary>Reads until a whole message is there; 0 at the end of the connection.</summary>
    static async ValueTask<int> ReceiveAsync(Client client, byte[] input, int length, CancellationToken stop)
    {
        while (true)
        {
            int needed = length < Prefix ? Prefix : Prefix + BinaryPrimitives.ReadUInt16BigEndian(input);
            if (length >= needed || needed > input.Length)
            {
                return length;
            }

            int got = await client.Connection.ReceiveAsync(input.AsMemory(length), stop);
            if (got == 0)
            {
                return 0;
            }

            length += got;
        }
    }

    /// <summary>Answers the messages that are whole; gives how many bytes they were.</summary>
    async Task<int> AnswerAsync(Client client, ReadOnlyMemory<byte> input, CancellationToken stop)
    {
        byte[] output = ArrayPool<byte>.Shared.Rent(FlushAt + Prefix + ushort.MaxValue);
        int used = 0, ready = 0;
        try
        {
            while (input.Length - used >= Prefix && Prefix + BinaryPrimitives.ReadUInt16BigEndian(input.Span[used..]) is var whole && input.Length - used >= whole)
            {
                var message = input.Slice(used + Prefix, whole - Prefix);
                used += whole;
                if (transfer.Begin(message.Span, client.Connection.Remote.Address) is { } parts)
                {
                    await client.SendAsync(output.AsMemory(0, ready), settings.IdleTime, clock, stop);
                    ready = 0;
                    foreach (byte[] part in parts)
                    {
                        await client.SendAsync(part, settings.IdleTime, clock, stop);
                    }

                    continue;
                }

                int length = client.Exchange.Answer(message.Span, client.Address, isTcp: true, output.AsSpan(ready + Prefix, ushort.MaxValue));
                if (length == ServerExchange.Later)
                {
                    await client.Slots.WaitAsync(stop);
                    _ = LaterAsync(client, message.ToArray(), stop);
                }
                else if (length > 0)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(output.AsSpan(ready), (ushort)length);
                    ready += Prefix + length;
                }

                if (ready >= FlushAt)
                {
                    await client.SendAsync(output.AsMemory(0, ready), settings.IdleTime, clock, stop);
                    ready = 0;
                }
            }

            await client.SendAsync(output.AsMemory(0, ready), settings.IdleTime, clock, stop);
            return used;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    /// <summary>An answer that took time may pass others (RFC 7766 section 6.2.1.1).</summary>
    async Task LaterAsync(Client client, byte[] message, CancellationToken stop)
    {
        try
        {
            byte[]? framed = null;
            await pending.FindAsync(message, client.Connection.Remote, (_, response) => framed = Frame(response), isTcp: true);
            if (framed is not null)
            {
                await client.SendAsync(framed, settings.IdleTime, clock, stop);
            }
        }
        catch (Exception e) when (e is LinkException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            client.Connection.Abort();
        }
        finally
        {
            client.Slots.Release();
        }
    }

    /// <summary>A message with its length in front.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    sealed class Client(IStreamConnection connection, ServerExchange exchange)
    {
        readonly SemaphoreSlim sending = new(1);

        public IStreamConnection Connection => connection;

        public ServerExchange Exchange => exchange;

        public byte[] Address { get; } = connection.Remote.Address.GetAddressBytes();

        public SemaphoreSlim Slots { get; } = new(MostPending);

        public long LastWord { get; set; }

        public async Task SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan time, TimeProvider clock, CancellationToken stop)
        {
            if (bytes.IsEmpty)
            {
                return;
            }

            await clock.WithinAsync(
                time,
                async limit =>
                {
                    await sending.WaitAsync(limit);
                    try
                    {
                        await connection.SendAsync(bytes, limit);
                        return 0;
                    }
                    finally
                    {
                        sending.Release();
                    }
                },
                stop);
        }
    }
}
