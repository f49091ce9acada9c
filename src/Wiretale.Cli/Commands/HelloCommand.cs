using System.CommandLine;
using System.Net;
using Wiretale.Lab.Hello;
using Wiretale.Lab.Links;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale hello</c>: the first exercise with sockets.</summary>
static class HelloCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments) =>
        LabRun.Invoke(LabRun.Group("hello", "A server that answers 'Hello Client!', and its client.", Serve(), Send()), arguments);

    static Command Serve()
    {
        var listen = LabRun.Listen($"127.0.0.1:{HelloServer.Port}");
        var count = new Option<int?>("--count", "-n") { Description = "stop after so many clients", HelpName = "N" };
        return LabRun.Command("serve", "Answers every client 'Hello Client!' and says who sent what.", [listen, count], options => LabRun.Serve(
            (screen, stop) => new HelloServer(new TcpLink(), TimeProvider.System, screen).RunAsync(options.GetValue(listen).Or(IPAddress.Loopback, HelloServer.Port), stop, options.GetValue(count) ?? int.MaxValue)));
    }

    static Command Send()
    {
        var server = LabRun.Server(HelloServer.Port);
        var text = new Option<string>("--text", "-t") { Description = $"what to say [default: {HelloClient.Greeting}]", DefaultValueFactory = _ => HelloClient.Greeting, HelpName = "TEXT" };
        return LabRun.Command("send", "Sends a greeting and shows the answer.", [server, text], options => LabRun.Run(
            async (screen, stop) => await new HelloClient(new TcpLink(), TimeProvider.System, screen)
                .SendAsync(options.GetValue(server).Or(IPAddress.Loopback, HelloServer.Port), options.GetValue(text)!, stop) ? 0 : 1));
    }
}
