using System.Globalization;
using Wiretale.Lab.Networks;

namespace Wiretale.Cli.Options;

/// <summary>What <c>wiretale watch</c> is to run, and how its packets are shown.</summary>
sealed class WatchOptions
{
    public const string Usage =
        """
        Usage: wiretale watch [options] -- COMMAND [ARGUMENT...]
               wiretale watch [options] 'COMMAND ...' 'COMMAND ...' ...

        Runs a program, or several, in a network of their own where nothing but loopback exists, shows every packet as it
        is sent, and leaves them in a capture with the commands, their output and exit status as comments. No root is needed,
        no port can be taken, and nothing else is in the way.

        Several commands are given as one argument each, and run by sh: a server first, its client last. Each is started
        when the one before it listens on a port. The last one reads what you type; when it ends, the others are ended too.

          -w FILE               the capture to leave (default: watch_PROGRAM_TIME.pcapng)
          -q                    no packet list, only the summary
          -V, -O PROTOCOLS, -x  the details, of these protocols only, the bytes
          -Y FILTER             show only packets that match
          -d, -o, -t            as wiretale -r has them
          --root                the program is root of its network: raw sockets, ip, iptables
          --host                no network of its own: the machine's, for what needs the real one; takes the
                                permission to capture (wiretale doctor)
          -i NAME               with --host: the interface to record (default: any)

        """;

    const string Letters = "d:hi:o:O:qt:Vw:xY:";

    static readonly Dictionary<string, LongOption> names = new(StringComparer.Ordinal)
    {
        ["help"] = new('h', false),
        ["host"] = new('\0', false),
        ["root"] = new('\0', false),
        ["display-filter"] = new('Y', true),
    };

    /// <summary>The commands, one or more.</summary>
    public required IReadOnlyList<string[]> Commands { get; init; }

    /// <summary>The capture to leave.</summary>
    public required string File { get; init; }

    /// <summary>How packets are shown.</summary>
    public required ReadOptions Print { get; init; }

    /// <summary><c>--host</c>.</summary>
    public bool OnHost { get; init; }

    /// <summary><c>--root</c>.</summary>
    public bool AsRoot { get; init; }

    /// <summary>The interface to record.</summary>
    public required string Device { get; init; }

    /// <summary>Reads the arguments; null when only help is wanted.</summary>
    /// <exception cref="ExitException">They do not say what to run.</exception>
    public static WatchOptions? Parse(string[] arguments)
    {
        var scanner = new OptionScanner(arguments, Letters, names);
        var print = new List<string>();
        string? file = null, device = null;
        bool onHost = false, asRoot = false;
        try
        {
            while (scanner.Next())
            {
                switch (scanner.Option)
                {
                    case "h":
                        return null;
                    case "host":
                        onHost = true;
                        break;
                    case "root":
                        asRoot = true;
                        break;
                    case "w":
                        file = scanner.Argument;
                        break;
                    case "i":
                        device = scanner.Argument;
                        break;
                    default:
                        print.Add("-" + scanner.Option);
                        if (Letters.Contains(scanner.Option + ":", StringComparison.Ordinal))
                        {
                            print.Add(scanner.Argument);
                        }

                        break;
                }
            }
        }
        catch (UsageException e)
        {
            throw new ExitException(1, $"{e.Message}\nwiretale: wiretale watch --help says how it is used");
        }

        if (device is not null && !onHost)
        {
            throw new ExitException(1, "-i is for --host: a network of its own has loopback only");
        }

        var commands = Split(arguments[scanner.Position..], isOne: scanner.Position > 0 && arguments[scanner.Position - 1] is "--");
        return new()
        {
            Commands = commands.Count > 0 ? commands : throw new ExitException(1, "what is there to watch? wiretale watch -- COMMAND, for instance: wiretale watch -- python3 server.py"),
            File = file ?? string.Create(CultureInfo.InvariantCulture, $"watch_{SafeName(WatchedProgram.NameOf(commands[^1]))}_{DateTime.Now:yyyyMMddHHmmss}.pcapng"),
            Print = ReadOptionsParser.Parse([.. print]),
            OnHost = onHost,
            AsRoot = asRoot,
            Device = onHost ? device ?? "any" : "lo",
        };
    }

    /// <summary>One command in words, or several in an argument each: the latter when a word has blanks in it.</summary>
    static List<string[]> Split(string[] words, bool isOne) => words.Length == 0 ? []
        : isOne || !words.Any(w => w.Contains(' ', StringComparison.Ordinal)) ? [words]
        : [.. words.Select(line => (string[])["sh", "-c", IsSimple(line) ? "exec " + line : line])];

    /// <summary>Whether a command line is one program, which the shell can make room for: signals and exit status are then its own.</summary>
    static bool IsSimple(string line) => !line.AsSpan().ContainsAny(";&|<>()$`\\\"'*?[#~=%!{}\n");

    static string SafeName(string name) => string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
}
