using System.Buffers;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Chat;

/// <summary>A member over TCP. It gets its messages in the form in which it sends its own: with a line feed at the end, or bare.</summary>
sealed class TcpPeer(IStreamConnection connection, MessageReader reader) : IRoomPeer
{
    public string Address => connection.Remote.ToString();

    public async ValueTask SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> messages, CancellationToken stop)
    {
        if (reader.HasBegun && !reader.ByLines)
        {
            foreach (var message in messages)
            {
                await connection.SendAsync(message[..^1], stop);
            }
        }
        else if (messages.Count == 1)
        {
            await connection.SendAsync(messages[0], stop);
        }
        else
        {
            await SendTogetherAsync(messages, stop);
        }
    }

    public void Abort() => connection.Abort();

    // The line feeds keep the messages apart, and a client that is behind catches up faster.
    async ValueTask SendTogetherAsync(IReadOnlyList<ReadOnlyMemory<byte>> messages, CancellationToken stop)
    {
        byte[] all = ArrayPool<byte>.Shared.Rent(messages.Sum(message => message.Length));
        try
        {
            int length = 0;
            foreach (var message in messages)
            {
                message.CopyTo(all.AsMemory(length));
                length += message.Length;
            }

            await connection.SendAsync(all.AsMemory(0, length), stop);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(all);
        }
    }
}
