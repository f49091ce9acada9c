using System.Net;
using System.Text;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Hello;

/// <summary>Greets a server and shows its answer.</summary>
public sealed class HelloClient(IStreamLink link, TimeProvider clock, ILog log)
{
    /// <summary>What it says unless told otherwise.</summary>
    public const string Greeting = "Hello Server!";

    const int LongestAnswer = 1 << 16;
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>Sends a text and waits for the answer, to the end of the stream.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="LinkException">No connection, or it broke.</exception>
    /// <exception cref="TimeoutException">The server took too long.</exception>
    public async Task<bool> SendAsync(IPEndPoint server, string text, CancellationToken stop)
    {
        using var connection = await clock.WithinAsync(patience, limit => new ValueTask<IStreamConnection>(link.ConnectAsync(server, limit)), stop);
        await connection.SendAsync(Encoding.UTF8.GetBytes(text), stop);

        byte[] answer = new byte[LongestAnswer];
        int length = 0;
        try
        {
            await clock.WithinAsync(
                patience,
                async limit =>
                {
                    int got;
                    while (length < answer.Length && (got = await connection.ReceiveAsync(answer.AsMemory(length), limit)) > 0)
                    {
                        length += got;
                    }

                    return length;
                },
                stop);
        }
        catch (TimeoutException) when (length > 0)
        {
            // It answered, and keeps the connection open.
        }

        if (length == 0)
        {
            log.Show($"{server} closed the connection without an answer", Tone.Bad);
            return false;
        }

        log.Show($"{server} answered: {PlainText.VisibleLines(Encoding.UTF8.GetString(answer, 0, length).TrimEnd('\r', '\n'))}");
        return true;
    }
}
