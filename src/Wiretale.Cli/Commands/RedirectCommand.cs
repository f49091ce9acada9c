using System.CommandLine;
using Wiretale.Cli.Options;
using Wiretale.Lab.Redirect;
using Wiretale.Lab.Scenarios;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale redirect</c>: the client of the redirect network.</summary>
static class RedirectCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments) => LabRun.Invoke(LabRun.Group("redirect", "The redirect network's client; its servers are programs of their own (wiretale lab run redirect starts all of them).", Join()), arguments);

    /// <summary>Who the client is, and what it does instead of asking.</summary>
    public static (Option<string?> Name, Option<string?> Script) Client() =>
        (new("--name", "-n") { Description = "your name; asked for if not given, and 'student' in a script", HelpName = "NAME" },
        new("--script") { Description = "signals, and files to download behind SIGNGET, instead of asking: SIGNECHO,SIGNGET,1, or a file with a line for each", HelpName = "LIST" });

    static Command Join()
    {
        var card = new Option<string>("--interface", "-i") { Description = "the interface that gets the address", HelpName = "NAME", Required = true };
        var site = new Option<string>("--site") { Description = "the web site", HelpName = "NAME", DefaultValueFactory = _ => RedirectNetwork.Site };
        var proxy = new Option<string>("--proxy") { Description = "the proxy", HelpName = "NAME", DefaultValueFactory = _ => RedirectNetwork.Proxy };
        var (name, script) = Client();
        var timeout = new Option<int>("--timeout") { Description = "give up when there is no address after N seconds", HelpName = "N", DefaultValueFactory = _ => 60 };
        var lease = new Option<string?>("--lease-file") { Description = "where the lease is written down while it lasts [default: in the temporary folder]", HelpName = "FILE" };
        return LabRun.Command("join", "Gets an address, finds the proxy and the web site, asks for files, downloads them, and gives the address back.", [card, site, proxy, name, script, timeout, lease], options => LabRun.Run(async (screen, stop) =>
        {
            string path = options.GetValue(lease) ?? Path.Combine(Path.GetTempPath(), FormattableString.Invariant($"wiretale-redirect-{Environment.ProcessId}.lease"));
            var settings = new RedirectSettings(options.GetValue(card)!, options.GetValue(site)!, options.GetValue(proxy)!, path)
            {
                Name = options.GetValue(name) ?? (options.GetValue(script) is null ? null : "student"),
                Script = options.GetValue(script) is { } text ? Script.Read(text) : null,
                Patience = options.GetValue(timeout) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : throw new ExitException(1, "--timeout is a number above 0"),
            };
            var client = new RedirectClient(screen, TimeProvider.System, settings, (where, file, from, resolve, end) => Fetch.OneOfListAsync(where, file, screen, end, from, resolve));
            return await client.RunAsync(stop) ? 0 : 1;
        }));
    }
}
