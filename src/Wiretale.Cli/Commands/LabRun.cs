using System.CommandLine;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab;

namespace Wiretale.Cli.Commands;

/// <summary>What the commands of the lab's programs have in common: their options, Ctrl-C, and errors in one line.</summary>
static class LabRun
{
    /// <summary>Exit status of a client that Ctrl-C ended, as the shell has it: 128 and the signal's number.</summary>
    const int Interrupted = 130;

    /// <summary><c>--listen ADDRESS[:PORT]</c> of a server.</summary>
    public static Option<Endpoint> Listen(string normally) => Listen(normally, "--listen", "where to wait for clients; port 0 takes a free one", "-l");

    /// <summary>The same under another name.</summary>
    public static Option<Endpoint> Listen(string normally, string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = $"{description} [default: {normally}]",
        HelpName = "ADDRESS[:PORT]",
        CustomParser = Endpoint.Parser(resolve: false),
    };

    /// <summary>A client's server.</summary>
    public static Argument<Endpoint> Server(int port) => new("ADDRESS[:PORT]")
    {
        Description = $"the server [default: 127.0.0.1:{port}]",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = Endpoint.Parser(resolve: true),
    };

    /// <summary>Makes a command of some others.</summary>
    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Add(command);
        }

        return group;
    }

    /// <summary>Makes a command.</summary>
    public static Command Command(string name, string description, Symbol[] symbols, Func<ParseResult, int> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
            {
                command.Add(option);
            }
            else
            {
                command.Add((Argument)symbol);
            }
        }

        command.SetAction(run);
        return command;
    }

    /// <summary>Runs a command line; what is wrong with it is said in a line, with the way to the help.</summary>
    public static int Invoke(Command command, string[] arguments)
    {
        // A root command of its own would be named after the file; this one stands for it.
        var root = new RootCommand("Wiretale") { command };
        // A word that begins with @ names a server and not a file of words.
        var result = root.Parse([command.Name, .. arguments], new() { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            string path = string.Join(' ', Path(result.CommandResult.Command, command));
            throw new ExitException(1, $"{result.Errors[0].Message.TrimEnd('.')}\nwiretale: wiretale {path} --help says how it is used");
        }

        return result.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>Runs a server until Ctrl-C, which is its normal end.</summary>
    public static int Serve(Func<Screen, CancellationToken, Task> serve) => Run(
        async (screen, stop) =>
        {
            await serve(screen, stop);
            return 0;
        },
        whenInterrupted: 0);

    /// <summary>Runs a client.</summary>
    public static int Run(Func<Screen, CancellationToken, Task<int>> run, int whenInterrupted = Interrupted)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = StandardStreams.OnInterrupt(stop.Cancel);
        using var screen = new Screen();
        try
        {
            return run(screen, stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return whenInterrupted;
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new ExitException(1, e.Message);
        }
    }

    static IEnumerable<string> Path(Command leaf, Command top)
    {
        var names = new List<string>();
        for (Command? at = leaf; at is not null && at != top; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Add(at.Name);
        }

        return [top.Name, .. Enumerable.Reverse(names)];
    }
}
