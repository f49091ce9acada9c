using System.Net;
using System.Net.WebSockets;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Wiretale.Lab.Http;

namespace Wiretale.Lab.Chat;

/// <summary>The room in a browser page, over WebSocket (RFC 6455).</summary>
public sealed class WebChat(Room room, ILog log)
{
    /// <summary>Where it listens unless told otherwise.</summary>
    public const ushort Port = 8080;

    static readonly (string Path, string Name, string Type)[] page =
    [
        ("/", "chat.html", "text/html; charset=utf-8"), ("/chat.css", "chat.css", "text/css; charset=utf-8"), ("/chat.js", "chat.js", "text/javascript; charset=utf-8"),
    ];

    /// <summary>Serves until it is stopped.</summary>
    public Task RunAsync(IPEndPoint local, CancellationToken stop) => WebServer.RunAsync(
        local,
        app =>
        {
            app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
            app.Run(context => AnswerAsync(context, stop));
        },
        address => log.Show($"Open http://{address}/ in a browser", Tone.Note),
        stop);

    async Task AnswerAsync(HttpContext context, CancellationToken stop)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'";
        string path = context.Request.Path.Value ?? "/";
        int file = Array.FindIndex(page, entry => string.Equals(entry.Path, path, StringComparison.Ordinal));
        if (string.Equals(path, "/room", StringComparison.Ordinal) && context.WebSockets.IsWebSocketRequest)
        {
            await EnterAsync(context, stop);
        }
        else if (file < 0 || !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = file < 0 ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed;
        }
        else
        {
            context.Response.ContentType = page[file].Type;
            using var content = Assembly.GetExecutingAssembly().GetManifestResourceStream(page[file].Name)!;
            context.Response.ContentLength = content.Length;
            await content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    async Task EnterAsync(HttpContext context, CancellationToken stop)
    {
        // A page of somebody else's must not talk here in the name of whoever looks at it.
        string origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, context.Request.Host.Value, StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var peer = new WebPeer(socket, $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}", context.Abort);
        try
        {
            if (room.Admit(peer) is not { } member)
            {
                await peer.SendAsync([Room.Remark("The room is full")], stop);
                await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "", stop);
                return;
            }

            try
            {
                await ListenToAsync(socket, member, stop);
            }
            finally
            {
                room.Leave(member);
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), room.Clock);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or TimeoutException)
        {
            // It is gone, or the server is told to stop; the room knows.
        }
    }

    async Task ListenToAsync(WebSocket socket, RoomMember member, CancellationToken stop)
    {
        byte[] buffer = new byte[room.Limits.Message];
        long since = room.Clock.GetTimestamp();
        while (true)
        {
            var naming = room.Limits.Naming - room.Clock.GetElapsedTime(since);
            var message = member.Name is not null ? await ReceiveAsync(socket, buffer, stop)
                : naming <= TimeSpan.Zero ? null
                : await room.Clock.WithinAsync(naming, limit => ReceiveAsync(socket, buffer, limit), stop);
            if (message is not { } heard || !await member.HearAsync(heard, stop))
            {
                return;
            }
        }
    }

    /// <summary>The next message; null when there is none any more. The framework has closed with 1007 where it was not UTF-8.</summary>
    static async ValueTask<ChatMessage?> ReceiveAsync(WebSocket socket, byte[] buffer, CancellationToken stop)
    {
        int length = 0;
        bool tooLong = false;
        while (true)
        {
            // One byte more than a message may have tells the two apart.
            tooLong |= length == buffer.Length;
            var part = await socket.ReceiveAsync(tooLong ? buffer : buffer.AsMemory(length), stop);
            if (part.MessageType != WebSocketMessageType.Text)
            {
                return null;
            }

            length += tooLong ? 0 : part.Count;
            if (part.EndOfMessage)
            {
                return tooLong && part.Count > 0 ? new("", TooLong: true) : new(PlainText.Decode(buffer.AsSpan(0, length)));
            }
        }
    }
}
