using System.Collections.Concurrent;
using System.Net;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Chat;

/// <summary>Lets TCP clients into a room.</summary>
public sealed class ChatServer(IStreamLink link, Room room, ILog log)
{
    readonly ConcurrentDictionary<Task, bool> running = new();

    /// <summary>Serves until it is stopped; then every connection is closed.</summary>
    /// <param name="listening">Called with the address when clients can come.</param>
    public async Task RunAsync(IPEndPoint local, CancellationToken stop, Action<IPEndPoint>? listening = null)
    {
        using var listener = link.Listen(local);
        log.Show($"Listening on {listener.Local}", Tone.Note);
        log.Show("Server is Running and waiting for connections...", Tone.Note);
        listening?.Invoke(listener.Local);
        try
        {
            while (true)
            {
                var session = ServeAsync(await listener.AcceptAsync(stop), stop);
                running[session] = true;
                _ = session.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        finally
        {
            await Task.WhenAll(running.Keys);
        }
    }

    async Task ServeAsync(IStreamConnection connection, CancellationToken stop)
    {
        using (connection)
        {
            var reader = new MessageReader(room.Limits.Message);
            var peer = new TcpPeer(connection, reader);
            try
            {
                if (room.Admit(peer) is not { } member)
                {
                    await peer.SendAsync([Room.Remark("The room is full")], stop);
                }
                else
                {
                    try
                    {
                        await ListenToAsync(connection, reader, member, stop);
                    }
                    finally
                    {
                        room.Leave(member);
                    }
                }

                connection.FinishSending();
                await room.Clock.DrainAsync(connection, stop);
            }
            catch (Exception e) when (e is LinkException or OperationCanceledException)
            {
                // It is gone, or the server is told to stop; the room knows.
            }
        }
    }

    async Task ListenToAsync(IStreamConnection connection, MessageReader reader, RoomMember member, CancellationToken stop)
    {
        byte[] buffer = new byte[4096];
        var messages = new List<ChatMessage>();
        long since = room.Clock.GetTimestamp();
        int got;
        do
        {
            try
            {
                got = member.Name is not null
                    ? await connection.ReceiveAsync(buffer, stop)
                    : await room.Clock.WithinAsync(Left(since), limit => connection.ReceiveAsync(buffer, limit), stop);
            }
            catch (TimeoutException)
            {
                room.Report(member, "did not say its name in time");
                return;
            }

            messages.Clear();
            if (got > 0)
            {
                reader.Feed(buffer.AsSpan(0, got), messages);
            }
            else
            {
                reader.End(messages);
            }

            foreach (var message in messages)
            {
                if (!await member.HearAsync(message, stop))
                {
                    return;
                }
            }
        }
        while (got > 0);
    }

    TimeSpan Left(long since)
    {
        var left = room.Limits.Naming - room.Clock.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }
}
