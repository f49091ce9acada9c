using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Scenarios;

/// <summary>How the redirect network is to be.</summary>
public sealed record RedirectOptions
{
    /// <summary>The user's name; the client asks when null.</summary>
    public string? Name { get; init; }

    /// <summary>What the client does, as <c>wiretale redirect join --script</c> takes it; null leaves it to who sits at the terminal.</summary>
    public string? Script { get; init; }

    /// <summary>Lengths of the web site's archives, in units of 1,000,000 bytes.</summary>
    public IReadOnlyList<int> Megabytes { get; init; } = [50, 100];

    /// <summary>Bad cables: options of <c>wiretale link</c> for a host's.</summary>
    public IReadOnlyDictionary<string, string[]> Cables { get; init; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>Whether a second DHCP server refuses what the first one gives.</summary>
    public bool HasRogueDhcp { get; init; }

    /// <summary>Servers that hang: they have started, and answer nobody.</summary>
    public IReadOnlyCollection<string> Hanging { get; init; } = [];

    /// <summary>Where downloads go; null for a folder that goes with the network.</summary>
    public string? Downloads { get; init; }
}

/// <summary>What the redirect network was.</summary>
/// <param name="Status">The client's exit status.</param>
/// <param name="WasInterrupted">Whether it was ended before its time.</param>
/// <param name="Hosts">Who has which address.</param>
/// <param name="Cables">What bad cables did, a line for each direction.</param>
public sealed record RedirectReport(int Status, bool WasInterrupted, IReadOnlyDictionary<string, string> Hosts, IReadOnlyList<string> Cables);

/// <summary>Six hosts on one bridge: a client, and servers of addresses, names, signals, the list of a page, and files; each program a process.</summary>
public sealed class RedirectNetwork(RedirectOptions options, TimeProvider clock)
{
    /// <summary>The web site's name, and the proxy's.</summary>
    public const string Site = "www.redirect.test", Proxy = "proxy.redirect.test";

    /// <summary>Its hosts' names, the rogue not counted.</summary>
    public static IReadOnlyList<string> HostNames { get; } = ["client", "web", "scrape", "proxy", "dns", "dhcp"];

    /// <summary>Its servers' names.</summary>
    public static IEnumerable<string> ServerNames => HostNames.Where(name => name != Client);

    const string Client = "client", WebAddress = "10.20.30.10", ScrapeAddress = "10.20.30.21", ProxyAddress = "10.20.30.20", DnsAddress = "10.20.30.30", DhcpAddress = "10.20.30.40",
        RogueAddress = "192.168.214.254";

    const string Zone =
        $"""
        $ORIGIN redirect.test.
        $TTL 3600
        @       SOA  ns hostmaster 1 7200 900 1209600 300
        @       NS   ns
        ns      A    {DnsAddress}
        dhcp    A    {DhcpAddress}
        proxy   A    {ProxyAddress}
        scrape  A    {ScrapeAddress}
        www     A    {WebAddress}

        """;

    /// <summary>Called with what servers say, as they say it.</summary>
    public Action<SpokenLine>? Heard { get; init; }

    /// <summary>Runs it until the client ends.</summary>
    /// <param name="capture">The pcapng file to record into.</param>
    /// <param name="folder">A folder for what the programs read and write.</param>
    /// <exception cref="NamespaceException">This machine cannot make or record such a network.</exception>
    /// <exception cref="ScenarioException">A server did not start.</exception>
    public async Task<RedirectReport> RunAsync(string capture, string folder, CancellationToken stop)
    {
        await RedirectSite.MakeAsync(Path.Combine(folder, "site"), options.Megabytes, stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "redirect.test.zone"), Zone, stop);
        string downloads = Path.GetFullPath(options.Downloads ?? Path.Combine(folder, "downloads"));
        Directory.CreateDirectory(downloads);

        using var network = Network.Create();
        await using var stage = new Stage(network, clock, folder) { Heard = Heard };
        var client = stage.AddHostWithoutAddress(Client);
        (string Name, string Address, string Sign, string[] Program)[] servers =
        [
            ("web", WebAddress, "Listening", ["http", "serve", "site", "--listen", WebAddress + ":80"]),
            ("scrape", ScrapeAddress, "Listening", ["scrape", "serve", "--listen", ScrapeAddress, "--web", $"http://{WebAddress}/"]),
            ("proxy", ProxyAddress, "Listening", ["proxy", "serve", "--listen", ProxyAddress, "--scrape", ScrapeAddress]),
            ("dns", DnsAddress, "Listening", ["dns", "serve", "redirect.test.zone", "--listen", DnsAddress + ":53", "--verbose"]),
            ("dhcp", DhcpAddress, "Serving", ["dhcp", "serve", "--dns", DnsAddress, "--journal", Path.Combine(folder, "dhcp.leases")]),
            .. options.HasRogueDhcp ? [("rogue", RogueAddress, "Refusing", ["dhcp", "rogue", "--interface", NetworkHost.Interface, "--server", RogueAddress])] : Array.Empty<(string, string, string, string[])>(),
        ];
        var hosts = servers.ToDictionary(server => server.Name, server => stage.AddHost(server.Name, server.Address), StringComparer.Ordinal);
        hosts.Add(Client, client);
        var cables = options.Cables.Select(cable => (cable.Key, Cable: network.Impair(hosts[cable.Key], cable.Value))).ToList();
        try
        {
            using var recording = Recording.Start(network.Switch, Network.Bridge, capture, "--capture-comment", "wiretale lab run redirect");
            var running = servers.Select(server => (server.Name, server.Sign, Actor: stage.Start(hosts[server.Name], server.Program))).ToList();
            foreach (var (_, sign, actor) in running)
            {
                await actor.AwaitAsync(sign, stop);
            }

            foreach (var (_, _, actor) in running.Where(server => options.Hanging.Contains(server.Name, StringComparer.Ordinal)))
            {
                actor.Freeze();
            }

            var (status, wasInterrupted) = await AttendAsync(stage, client, folder, downloads, stop);

            // The last acknowledgments are still on their way.
            await Task.Delay(TimeSpan.FromMilliseconds(300), clock, CancellationToken.None);
            recording.Stop();
            cables.ForEach(cable => cable.Cable.Stop());
            return new(status, wasInterrupted, stage.Addresses, [.. cables.SelectMany(cable => cable.Cable.Done(cable.Key))]);
        }
        finally
        {
            cables.ForEach(cable => cable.Cable.Dispose());
        }
    }

    async Task<(int Status, bool WasInterrupted)> AttendAsync(Stage stage, NetworkHost client, string folder, string downloads, CancellationToken stop)
    {
        string[] arguments =
        [
            "redirect", "join", "--interface", NetworkHost.Interface, "--lease-file", Path.Combine(folder, "client.lease"),
            .. options.Name is { } name ? ["--name", name] : Array.Empty<string>(),
            .. options.Script is { } script ? ["--script", script] : Array.Empty<string>(),
        ];
        try
        {
            return (await stage.AttendAsync(client, downloads, arguments, stop), false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (0, true);
        }
    }
}
