using System.CommandLine;
using System.Net;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab.Chat;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale chat</c>: a room with names, or a chat for two without.</summary>
static class ChatCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments) =>
        LabRun.Invoke(LabRun.Group("chat", "A chat room over TCP, or with --plain a chat for two.", Serve(), Join()), arguments);

    static Option<bool> Plain() => new("--plain") { Description = $"for two, without names; the port is then {ChatFormat.PlainPort} unless given" };

    static Option<bool> Bare() => new("--bare") { Description = "send messages without a line feed, as course programs do" };

    static Command Serve()
    {
        var listen = LabRun.Listen($"127.0.0.1:{ChatFormat.RoomPort}");
        var (plain, bare) = (Plain(), Bare());
        return LabRun.Command("serve", "Opens a room; with --plain waits for the other one.", [listen, plain, bare], options =>
        {
            var local = At(options.GetValue(listen), options.GetValue(plain));
            return LabRun.Serve(async (screen, stop) =>
            {
                var link = new TcpLink();
                if (options.GetValue(plain))
                {
                    await new PlainChat(link, TimeProvider.System, screen).ServeAsync(local, options.GetValue(bare), stop);
                    return;
                }

                using var log = new QueuedLog(screen);
                using var room = new Room(TimeProvider.System, log, new());
                await new ChatServer(link, room, log).RunAsync(local, stop);
            });
        });
    }

    static Command Join()
    {
        var server = LabRun.Server(ChatFormat.RoomPort);
        var name = new Option<string?>("--name", "-n") { Description = "your name; asked for if not given", HelpName = "NAME" };
        var (plain, bare) = (Plain(), Bare());
        return LabRun.Command("join", "Joins a room; an empty line leaves.", [server, name, plain, bare], options =>
        {
            var remote = At(options.GetValue(server), options.GetValue(plain));
            return LabRun.Run(async (screen, stop) => await (options.GetValue(plain)
                ? new PlainChat(new TcpLink(), TimeProvider.System, screen).JoinAsync(remote, options.GetValue(bare), stop)
                : new ChatClient(new TcpLink(), TimeProvider.System, screen).RunAsync(remote, options.GetValue(name), options.GetValue(bare), stop)) ? 0 : 1);
        });
    }

    static IPEndPoint At(Endpoint endpoint, bool isPlain) => endpoint.Or(IPAddress.Loopback, isPlain ? ChatFormat.PlainPort : ChatFormat.RoomPort);
}
