using System.Net;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Chat;

/// <summary>Joins a room: asks for a name, sends it first, then talks.</summary>
public sealed class ChatClient(IStreamLink link, TimeProvider clock, IScreen screen)
{
    /// <summary>What a server may say in one line; more than one message's worth, for the name in front of it.</summary>
    const int LongestLine = 1 << 16;

    /// <summary>Talks until one side closes.</summary>
    /// <returns>Whether it was this side that left.</returns>
    /// <exception cref="LinkException">No connection, or it broke.</exception>
    public async Task<bool> RunAsync(IPEndPoint server, string? name, bool bare, CancellationToken stop)
    {
        using var connection = await link.ConnectAsync(server, stop);
        while (string.IsNullOrWhiteSpace(name))
        {
            name = await screen.AskAsync("Please enter your name: ", stop);
            if (name is null)
            {
                return true;
            }
        }

        var talk = new Correspondence(connection, clock, screen, LongestLine, bare);
        await talk.SendAsync(name.Trim(), stop);
        screen.Show("Chat with your friends and enjoy", Tone.Note);
        bool left = await talk.TalkAsync(stayForOther: false, stop);
        screen.Show(left ? "Closing connection..." : "The server has closed the connection.", left ? Tone.Note : Tone.Bad);
        return left;
    }
}
