using System.Net;
using System.Text;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Communicator;

/// <summary>Waits for one sender, shows its message and answers with the end marker.</summary>
public sealed class CommunicatorReceiver(IStreamLink link, TimeProvider clock, ILog log)
{
    /// <summary>For a message to begin.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>A sender does not say where its message ends: it ends when nothing more comes for this long.</summary>
    static readonly TimeSpan silence = TimeSpan.FromMilliseconds(500);

    /// <summary>Receives one message.</summary>
    /// <returns>The message, or null when the sender had none.</returns>
    /// <exception cref="LinkException">The address cannot be listened on.</exception>
    public async Task<string?> ReceiveAsync(IPEndPoint local, CancellationToken stop)
    {
        using var listener = link.Listen(local);
        log.Show($"Waiting for message on port {listener.Local.Port}", Tone.Note);
        using var connection = await listener.AcceptAsync(stop);
        log.Show($"Connected by ({connection.Remote.Address})", Tone.Note);
        byte[] bytes = new byte[CommunicatorFormat.LongestMessageBytes];
        int length = 0;
        try
        {
            length = await ReadAsync(connection, bytes, stop);
            if (length == 0)
            {
                log.Show("The sender sent nothing.", Tone.Bad);
                return null;
            }

            string message = Encoding.UTF8.GetString(bytes, 0, length);
            log.Show("Message:");
            log.Show(PlainText.VisibleLines(message), Tone.Peer);
            await connection.SendAsync(CommunicatorFormat.EndMarker.ToArray(), stop);
            log.Show("End of message.");
            connection.FinishSending();
            await clock.DrainAsync(connection, stop);
            return message;
        }
        catch (LinkException e)
        {
            log.Show(e.Message, Tone.Bad);
            return null;
        }
    }

    async Task<int> ReadAsync(IStreamConnection connection, byte[] bytes, CancellationToken stop)
    {
        int length = 0;
        long begin = clock.GetTimestamp();
        try
        {
            // A sender that trickles is not waited for without end: the whole message has the same time.
            while (length < bytes.Length && clock.GetElapsedTime(begin) < patience)
            {
                int got = await clock.WithinAsync(length == 0 ? patience : silence, limit => connection.ReceiveAsync(bytes.AsMemory(length), limit), stop);
                if (got == 0)
                {
                    break;
                }

                length += got;
                if (Encoding.UTF8.GetCharCount(bytes, 0, length) >= CommunicatorFormat.LongestMessage)
                {
                    break;
                }
            }
        }
        catch (TimeoutException)
        {
            // That was all of it.
        }

        return length;
    }
}
