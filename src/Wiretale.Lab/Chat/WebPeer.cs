using System.Net.WebSockets;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Chat;

/// <summary>A member in a browser: each message is a text frame.</summary>
sealed class WebPeer(WebSocket socket, string address, Action abort) : IRoomPeer
{
    public string Address => address;

    public async ValueTask SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> messages, CancellationToken stop)
    {
        try
        {
            foreach (var message in messages)
            {
                await socket.SendAsync(message[..^1], WebSocketMessageType.Text, endOfMessage: true, stop);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            throw new LinkException($"{address}: the connection is closed", e);
        }
    }

    public void Abort() => abort();
}
