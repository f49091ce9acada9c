using System.CommandLine;
using System.Net;
using Wiretale.Cli.Terminal;
using Wiretale.Lab.Chat;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale webchat</c>: the chat room in a browser, beside its TCP clients.</summary>
static class WebChatCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments) => LabRun.Invoke(LabRun.Group("webchat", "The chat room in a browser page.", Serve()), arguments);

    static Command Serve()
    {
        var listen = LabRun.Listen($"127.0.0.1:{WebChat.Port}");
        var tcp = LabRun.Listen($"127.0.0.1:{ChatFormat.RoomPort}", "--tcp", "where TCP clients of the same room join");
        return LabRun.Command("serve", "Opens a room for browsers, and for TCP clients.", [listen, tcp], options => LabRun.Serve(async (screen, stop) =>
        {
            using var log = new QueuedLog(screen);
            using var room = new Room(TimeProvider.System, log, new());
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task[] servers =
            [
                new ChatServer(new TcpLink(), room, log).RunAsync(options.GetValue(tcp).Or(IPAddress.Loopback, ChatFormat.RoomPort), either.Token),
                new WebChat(room, log).RunAsync(options.GetValue(listen).Or(IPAddress.Loopback, WebChat.Port), either.Token),
            ];

            // One that cannot listen takes the other with it.
            var first = await Task.WhenAny(servers);
            await either.CancelAsync();
            await Task.WhenAll(servers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }));
    }
}
