using System.CommandLine;
using System.Net;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;
using Wiretale.Lab.Rudp;
using Wiretale.Lab.Transport;
using Wiretale.Wire;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale rudp</c>, <c>proxy</c> and <c>scrape</c>: the signals of a reliable protocol over UDP, and the servers behind it.</summary>
static class RudpCommand
{
    /// <summary>Runs <c>wiretale rudp</c>.</summary>
    public static int Run(string[] arguments) =>
        LabRun.Invoke(LabRun.Group("rudp", "Signals made reliable over UDP, and files: a server, and clients.", Serve(), Connect(), BulkCommand.Fetch()), arguments);

    /// <summary>Runs <c>wiretale proxy</c>.</summary>
    public static int RunProxy(string[] arguments)
    {
        var listen = LabRun.Listen($"127.0.0.1:{RudpSignals.Port}");
        var scrape = new Option<Endpoint>("--scrape") { Description = $"the scrape server [default: 127.0.0.1:{RudpSignals.ScrapePort}]", HelpName = "ADDRESS[:PORT]", CustomParser = Endpoint.Parser(resolve: true) };
        var bulk = new BulkCommand();
        var bad = new BadLink();
        var serve = LabRun.Command("serve", "Answers signals over UDP with what the scrape server says over TCP.", [listen, scrape, .. bulk.Options, .. bad.Options], options =>
        {
            var client = new ScrapeClient(new TcpLink(), TimeProvider.System, options.GetValue(scrape).Or(IPAddress.Loopback, RudpSignals.ScrapePort));
            return ServeSignals(options.GetValue(listen), bad.Over(new UdpLink(), options), client.AskAsync, bulk.Service(options, folder: null));
        });
        return LabRun.Invoke(LabRun.Group("proxy", "A proxy: signals over UDP in front, the scrape server over TCP behind.", serve), arguments);
    }

    /// <summary>Runs <c>wiretale scrape</c>.</summary>
    public static int RunScrape(string[] arguments)
    {
        var listen = LabRun.Listen($"127.0.0.1:{RudpSignals.ScrapePort}");
        var web = new Option<Uri>("--web")
        {
            Description = $"the page to read [default: http://127.0.0.1:{FileServer.Port}/]",
            HelpName = "URL",
            CustomParser = Address,
            DefaultValueFactory = _ => new($"http://127.0.0.1:{FileServer.Port}/"),
        };
        var serve = LabRun.Command("serve", "Answers SIGNGET with the links of a web page.", [listen, web], options => LabRun.Serve(async (screen, stop) =>
        {
            using var log = new QueuedLog(screen);
            await new ScrapeServer(new TcpLink(), TimeProvider.System, log, options.GetValue(web)!).RunAsync(options.GetValue(listen).Or(IPAddress.Loopback, RudpSignals.ScrapePort), stop);
        }));
        return LabRun.Invoke(LabRun.Group("scrape", "Reads which files a web server offers.", serve), arguments);
    }

    static Command Serve()
    {
        var listen = LabRun.Listen($"127.0.0.1:{RudpSignals.Port}");
        var folder = new Argument<string?>("FOLDER") { Description = "whose files are listed, and handed out [default: that of --files, or .]", Arity = ArgumentArity.ZeroOrOne };
        var bulk = new BulkCommand();
        var bad = new BadLink();
        return LabRun.Command("serve", "Answers signals, SIGNGET with the names of a folder's files, and hands those files out.", [folder, listen, .. bulk.Options, .. bad.Options], options =>
        {
            string path = options.GetValue(folder) ?? bulk.Folder(options) ?? ".";
            if (!Directory.Exists(path))
            {
                throw new ExitException(1, $"{path}: no such folder");
            }

            return ServeSignals(options.GetValue(listen), bad.Over(new UdpLink(), options), _ => Task.FromResult(FileList.OfFolder(path)), bulk.Service(options, path));
        });
    }

    static int ServeSignals(Endpoint listen, IDatagramLink link, Func<CancellationToken, Task<string>> list, Func<IDatagramSocket, ILog, BulkService>? bulk) => LabRun.Serve(async (screen, stop) =>
    {
        using var log = new QueuedLog(screen);
        await new RudpService(link, TimeProvider.System, log, new(), list, bulk).RunAsync(listen.Or(IPAddress.Loopback, RudpSignals.Port), stop);
    });

    static Command Connect()
    {
        var server = LabRun.Server(RudpSignals.Port);
        var name = new Option<string?>("--name", "-n") { Description = "your name; asked for if not given", HelpName = "NAME" };
        var script = new Option<string?>("--script") { Description = "signals to send instead of asking, as in SIGNECHO,SIGNGET, with files to download behind SIGNGET; or a file with a line for each", HelpName = "LIST" };
        var bind = new Option<Endpoint>("--bind") { Description = "own address and port [default: any, and a free one]", HelpName = "ADDRESS[:PORT]", CustomParser = Endpoint.Parser(resolve: false) };
        var web = new Option<Uri?>("--web") { Description = "web server that has the files of the list; offers to download them", HelpName = "URL", CustomParser = Address };
        var bad = new BadLink();
        return LabRun.Command("connect", "Connects, and offers a menu of signals.", [server, name, script, bind, web, .. bad.Options], options => LabRun.Run(async (screen, stop) =>
        {
            var remote = options.GetValue(server).Or(IPAddress.Loopback, RudpSignals.Port);
            var local = options.GetValue(bind).Or(remote.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            string[]? signals = options.GetValue(script) is { } text ? Script.Read(text) : null;
            var site = options.GetValue(web);
            Func<string, CancellationToken, Task<bool>>? fetch = site is null ? null : (file, end) => Fetch.OneOfListAsync(site, file, screen, end, options.GetValue(bind).Address);
            return await new RudpMenu(bad.Over(new UdpLink(), options), TimeProvider.System, screen, fetch).RunAsync(local, remote, options.GetValue(name), signals, stop) ? 0 : 1;
        }));
    }

    static Uri? Address(System.CommandLine.Parsing.ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            text = "http://" + text;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            return address;
        }

        result.AddError($"\"{result.Tokens[^1].Value}\" is no address of a web page (as in http://127.0.0.1:8000/)");
        return null;
    }
}
