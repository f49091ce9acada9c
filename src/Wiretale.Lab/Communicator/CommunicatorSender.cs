using System.Net;
using System.Text;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Communicator;

/// <summary>How sending a message ended.</summary>
public enum SendOutcome
{
    /// <summary>The receiver answered with the end marker.</summary>
    Received,

    /// <summary>The receiver got a connection, and perhaps the message, but did not say so.</summary>
    NotConfirmed,

    /// <summary>There was no connection, or it broke, or the time was up.</summary>
    NotSent,
}

/// <summary>Sends one message and waits for the receiver's end marker.</summary>
public sealed class CommunicatorSender(IStreamLink link, TimeProvider clock, ILog log)
{
    /// <summary>For the connection, and again for the answer.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends it, and says how that went.</summary>
    public async Task<SendOutcome> SendAsync(IPEndPoint receiver, string message, CancellationToken stop)
    {
        log.Show("Sending.");
        try
        {
            using var connection = await clock.WithinAsync(patience, limit => new ValueTask<IStreamConnection>(link.ConnectAsync(receiver, limit)), stop);
            bool confirmed = await clock.WithinAsync(
                patience,
                async limit =>
                {
                    await connection.SendAsync(Encoding.UTF8.GetBytes(message), limit);
                    return await AwaitMarkerAsync(connection, limit);
                },
                stop);
            log.Show(confirmed ? "Message sent successfully." : "Message receipt failed", confirmed ? Tone.Good : Tone.Bad);
            return confirmed ? SendOutcome.Received : SendOutcome.NotConfirmed;
        }
        catch (Exception e) when (e is LinkException or TimeoutException)
        {
            log.Show(e.Message, Tone.Bad);
            log.Show("Message sending error. Message not sent.", Tone.Bad);
            return SendOutcome.NotSent;
        }
    }

    static async ValueTask<bool> AwaitMarkerAsync(IStreamConnection connection, CancellationToken stop)
    {
        byte[] answer = new byte[256];
        int length = 0;
        while (length < answer.Length)
        {
            int got = await connection.ReceiveAsync(answer.AsMemory(length), stop);
            length += got;
            if (answer.AsSpan(0, length).IndexOf(CommunicatorFormat.EndMarker) >= 0)
            {
                return true;
            }

            if (got == 0)
            {
                return false;
            }
        }

        return false;
    }
}
