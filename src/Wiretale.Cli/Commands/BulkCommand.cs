using System.CommandLine;
using System.Globalization;
using System.Net;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;
using Wiretale.Lab.Rudp;
using Wiretale.Lab.Transport;
using Wiretale.Lab.Transport.Congestion;
using Wiretale.Wire;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale rudp fetch</c>, and the options of servers of signals that hand out files, too.</summary>
sealed class BulkCommand
{
    readonly Option<string?> files = new("--files") { Description = "folder whose files may be fetched", HelpName = "FOLDER" };
    readonly Option<CongestionKind?> congestion = Congestion("unless the client wants another");
    readonly Option<int> window = new("--window") { Description = "packets on the way under --congestion fixed", HelpName = "N", DefaultValueFactory = _ => new BulkSettings().FixedWindow };

    /// <summary>The options, for the command.</summary>
    public IEnumerable<Option> Options => [files, congestion, window];

    static Option<CongestionKind?> Congestion(string when) => new("--congestion")
    {
        Description = $"how the server finds out what a path carries: vegas, cubic, newreno or fixed, {when}",
        HelpName = "NAME",
        CustomParser = result =>
        {
            if (!Enum.TryParse(result.Tokens[0].Value, ignoreCase: true, out CongestionKind kind) || !Enum.IsDefined(kind) || char.IsAsciiDigit(result.Tokens[0].Value[0]))
            {
                result.AddError($"--congestion takes vegas, cubic, newreno or fixed, not \"{result.Tokens[0].Value}\"");
            }

            return kind;
        },
    };

    /// <summary>The folder, where the options name one.</summary>
    public string? Folder(ParseResult options) => options.GetValue(files);

    /// <summary>Makes the service, as the options say.</summary>
    /// <param name="folder">The folder where they say nothing of it; null where nothing is handed out then.</param>
    public Func<IDatagramSocket, ILog, BulkService>? Service(ParseResult options, string? folder)
    {
        folder = Folder(options) ?? folder;
        if (folder is not null && !Directory.Exists(folder))
        {
            throw new ExitException(1, $"{folder}: no such folder");
        }

        // A client only asks: what it may send ahead is little.
        var settings = new BulkSettings { FixedWindow = Math.Clamp(options.GetValue(window), 2, 10_000), ReceiveWindow = 1 << 16 };
        settings = settings with { Congestion = options.GetValue(congestion) ?? settings.Congestion };
        return folder is null ? null : (socket, log) => new(socket, TimeProvider.System, log, settings, new(), new(folder));
    }

    /// <summary>The client.</summary>
    public static Command Fetch()
    {
        var server = new Argument<Endpoint>("ADDRESS[:PORT]") { Description = $"the server; its port is {RudpSignals.Port} unless told otherwise", CustomParser = Endpoint.Parser(resolve: true) };
        var name = new Argument<string>("NAME") { Description = "the file, as the server lists it" };
        var output = new Option<string?>("--output", "-o", "--out") { Description = "where to put it [default: its name, here]", HelpName = "FILE" };
        var force = new Option<bool>("--force", "-f") { Description = "replace a file that is there" };
        var bind = new Option<Endpoint>("--bind", "-b") { Description = "own address and port [default: any, and a free one]", HelpName = "ADDRESS[:PORT]", CustomParser = Endpoint.Parser(resolve: false) };
        var congestion = Congestion("if it is not to choose");
        var bad = new BadLink();
        return LabRun.Command("fetch", "Fetches a file over the bulk transport, and goes on where an earlier attempt broke off.", [server, name, output, force, bind, congestion, .. bad.Options], options =>
        {
            var remote = options.GetValue(server).Or(IPAddress.Loopback, RudpSignals.Port);
            var local = options.GetValue(bind).Or(remote.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            string file = options.GetValue(output) ?? Download.FileName(new("rudp://server/" + Uri.EscapeDataString(options.GetValue(name)!)));
            if (File.Exists(file) && !options.GetValue(force))
            {
                throw new ExitException(1, $"{file} is there already: --force replaces it, -o FILE names another");
            }

            return LabRun.Run(async (_, stop) =>
            {
                using var screen = new Screen(toError: true);
                var bar = new ProgressBar(file, TimeProvider.System);
                var fetch = new FileFetch(bad.Over(new UdpLink(), options), TimeProvider.System, screen, new(), bar.Show) { Congestion = options.GetValue(congestion) };
                try
                {
                    var (length, digest) = await fetch.RunAsync(local, remote, options.GetValue(name)!, file, stop);
                    bar.Clear();
                    screen.Show(string.Create(CultureInfo.InvariantCulture, $"{file}: {length} bytes in {bar.Elapsed.TotalSeconds:0.0} s, SHA-256 {digest}"));
                    return 0;
                }
                finally
                {
                    bar.Clear();
                }
            });
        });
    }
}
