using System.CommandLine;
using System.Net;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab.Communicator;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale communicator</c>: one message at a time, with a menu or from a script.</summary>
static class CommunicatorCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments)
    {
        var port = new Option<int>("--port", "-p") { Description = $"port of both sides [default: {CommunicatorFormat.Port}]", DefaultValueFactory = _ => CommunicatorFormat.Port, HelpName = "PORT" };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out int number) && number is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort))
            {
                result.AddError("a port is a number from 0 to 65535");
            }
        });
        var command = LabRun.Command("communicator", "Sends and receives single messages; alone it shows a menu.", [port], options => LabRun.Run(async (screen, stop) =>
        {
            await new CommunicatorMenu(Sender(screen), Receiver(screen), screen, options.GetValue(port)).RunAsync(stop);
            return 0;
        }));
        command.Add(Send());
        command.Add(Receive());
        return LabRun.Invoke(command, arguments);
    }

    static Command Send()
    {
        var server = LabRun.Server(CommunicatorFormat.Port);
        server.Arity = ArgumentArity.ExactlyOne;
        var message = new Argument<string>("MESSAGE") { Description = "the message; - reads it from standard input" };
        return LabRun.Command("send", "Sends a message and waits until the receiver has it.", [server, message], options => LabRun.Run(async (screen, stop) =>
        {
            string text = options.GetValue(message)!;
            text = text == "-" ? (await Console.In.ReadToEndAsync(stop)).TrimEnd('\r', '\n') : text;
            if (CommunicatorMenu.Objection(text) is { } objection)
            {
                throw new ExitException(1, objection);
            }

            var outcome = await Sender(screen).SendAsync(options.GetValue(server).Or(IPAddress.Loopback, CommunicatorFormat.Port), text, stop);
            return outcome == SendOutcome.Received ? 0 : 1;
        }));
    }

    static Command Receive()
    {
        var listen = LabRun.Listen($"0.0.0.0:{CommunicatorFormat.Port}");
        return LabRun.Command("receive", "Waits for a message.", [listen], options => LabRun.Run(
            async (screen, stop) => await Receiver(screen).ReceiveAsync(options.GetValue(listen).Or(IPAddress.Any, CommunicatorFormat.Port), stop) is null ? 1 : 0));
    }

    static CommunicatorSender Sender(Screen screen) => new(new TcpLink(), TimeProvider.System, screen);

    static CommunicatorReceiver Receiver(Screen screen) => new(new TcpLink(), TimeProvider.System, screen);
}
