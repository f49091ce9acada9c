using System.Net;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Chat;

/// <summary>A chat for two, without names.</summary>
public sealed class PlainChat(IStreamLink link, TimeProvider clock, IScreen screen)
{
    const int LongestMessage = 1 << 16;

    /// <summary>Waits for the other side, one after another, until an empty line is typed.</summary>
    public async Task ServeAsync(IPEndPoint local, bool bare, CancellationToken stop)
    {
        using var listener = link.Listen(local);
        screen.Show($"Listening on {listener.Local}", Tone.Note);
        bool ended = false;
        while (!ended)
        {
            using var connection = await listener.AcceptAsync(stop);
            using var here = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var turningAway = TurnAwayAsync(listener, here.Token);
            screen.Show($"{connection.Remote} is connected", Tone.Good);
            try
            {
                ended = await new Correspondence(connection, clock, screen, LongestMessage, bare).TalkAsync(stayForOther: true, stop);
                screen.Show(ended ? "Closing connection..." : $"{connection.Remote} has left", Tone.Note);
            }
            catch (LinkException e)
            {
                screen.Show(e.Message, Tone.Bad);
            }

            await here.CancelAsync();
            await turningAway;
        }
    }

    /// <summary>Talks to a server until one side closes.</summary>
    /// <returns>Whether it was this side.</returns>
    public async Task<bool> JoinAsync(IPEndPoint server, bool bare, CancellationToken stop)
    {
        using var connection = await link.ConnectAsync(server, stop);
        screen.Show($"Connected to {connection.Remote}; an empty line ends the chat", Tone.Good);
        bool left = await new Correspondence(connection, clock, screen, LongestMessage, bare).TalkAsync(stayForOther: false, stop);
        screen.Show(left ? "Closing connection..." : "The other side has closed the connection.", Tone.Note);
        return left;
    }

    // A third one would otherwise wait, connected and unanswered.
    async Task TurnAwayAsync(IStreamListener listener, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var third = await listener.AcceptAsync(stop);
                await third.SendAsync("This chat is for two, and both are here.\n"u8.ToArray(), stop);
                screen.Show($"{third.Remote} was turned away: this chat is for two", Tone.Note);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LinkException)
        {
            // The place is free again, or the third one has left.
        }
    }
}
