using System.Text;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Chat;

/// <summary>A person at a connection: what is typed is sent, what arrives is shown, an empty line ends it.</summary>
/// <param name="bare">Whether messages are sent without a line feed, as course programs send them.</param>
sealed class Correspondence(IStreamConnection connection, TimeProvider clock, IScreen screen, int longest, bool bare)
{
    readonly MessageReader reader = new(longest);

    /// <summary>Sends a message.</summary>
    public async Task SendAsync(string text, CancellationToken stop)
    {
        // Whoever sends without line ends does not expect any.
        bool withoutEnd = bare || (reader.HasBegun && !reader.ByLines);
        await connection.SendAsync(Encoding.UTF8.GetBytes(withoutEnd ? text : text + "\n"), stop);
    }

    /// <summary>Talks until one side ends it.</summary>
    /// <param name="stayForOther">Whether the end of what can be typed, as in a script, leaves the connection open until the other side closes it.</param>
    /// <returns>True when this side ended it, false when the other one did.</returns>
    /// <exception cref="LinkException">The connection broke.</exception>
    public async Task<bool> TalkAsync(bool stayForOther, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var hearing = HearAsync(ended.Token);
        var typing = TypeAsync(stayForOther, ended.Token);
        var first = await Task.WhenAny(hearing, typing);
        await ended.CancelAsync();
        await (first == typing ? hearing : typing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
        if (first == typing)
        {
            connection.FinishSending();
            await clock.DrainAsync(connection, stop);
        }

        return first == typing;
    }

    async Task HearAsync(CancellationToken stop)
    {
        byte[] buffer = new byte[8192];
        var messages = new List<ChatMessage>();
        int got;
        do
        {
            got = await connection.ReceiveAsync(buffer, stop);
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
                screen.Show(message.TooLong ? $"(a message longer than {longest} bytes)" : message.Text, Tone.Peer);
            }
        }
        while (got > 0);
    }

    async Task TypeAsync(bool stayForOther, CancellationToken stop)
    {
        while (await screen.AskAsync("", stop) is { } line)
        {
            if (line.Length == 0)
            {
                return;
            }

            await SendAsync(line, stop);
        }

        if (stayForOther)
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
    }
}
