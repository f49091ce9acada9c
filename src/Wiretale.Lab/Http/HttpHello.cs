using System.Net;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Http;

/// <summary>The web server of a first lesson: whatever is asked, the answer is 'Hello World'.</summary>
public sealed class HttpHello(IStreamLink link, TimeProvider clock, ILog log)
{
    /// <summary>Where the exercise has it.</summary>
    public const ushort Port = 7000;

    const int Most = 256, LongestRequest = 8192;

    /// <summary>For a request to begin, and for the rest of one that lacks its empty line.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10), rest = TimeSpan.FromSeconds(2);

    // Bare line feeds, as in the exercise; clients take them (RFC 9112 section 2.2).
    static ReadOnlyMemory<byte> Answer { get; } = "HTTP/1.0 200 OK\n\nHello World"u8.ToArray();

    /// <summary>Serves until it is stopped.</summary>
    public async Task RunAsync(IPEndPoint local, CancellationToken stop)
    {
        using var listener = link.Listen(local);
        log.Show($"Listening on port {listener.Local.Port} ...", Tone.Note);

        // Not disposed: a request may still be under way when the server stops.
        var places = new SemaphoreSlim(Most);
        while (true)
        {
            await places.WaitAsync(stop);
            _ = ServeAsync(await listener.AcceptAsync(stop), places, stop);
        }
    }

    async Task ServeAsync(IStreamConnection connection, SemaphoreSlim places, CancellationToken stop)
    {
        using (connection)
        {
            try
            {
                byte[] request = new byte[LongestRequest];
                int length = await ReadAsync(connection, request, stop);
                if (length == 0)
                {
                    return;
                }

                log.Show($"{connection.Remote} asked:\n{PlainText.VisibleLines(System.Text.Encoding.UTF8.GetString(request, 0, length).TrimEnd())}");
                await connection.SendAsync(Answer, stop);
                connection.FinishSending();
                await clock.DrainAsync(connection, stop);
            }
            catch (LinkException e)
            {
                log.Show(e.Message, Tone.Bad);
            }
            catch (OperationCanceledException)
            {
                // The server is told to stop.
            }
            finally
            {
                places.Release();
            }
        }
    }

    async Task<int> ReadAsync(IStreamConnection connection, byte[] request, CancellationToken stop)
    {
        int length = 0;
        long begin = clock.GetTimestamp();
        try
        {
            while (length < request.Length && !IsWhole(request.AsSpan(0, length)) && clock.GetElapsedTime(begin) < patience)
            {
                int got = await clock.WithinAsync(length == 0 ? patience : rest, limit => connection.ReceiveAsync(request.AsMemory(length), limit), stop);
                if (got == 0)
                {
                    break;
                }

                length += got;
            }
        }
        catch (TimeoutException)
        {
            // Any request gets its answer, also one without an end.
        }

        return length;
    }

    static bool IsWhole(ReadOnlySpan<byte> request) => request.IndexOf("\r\n\r\n"u8) >= 0 || request.IndexOf("\n\n"u8) >= 0;
}
