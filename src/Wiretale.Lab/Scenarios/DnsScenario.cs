namespace Wiretale.Lab.Scenarios;

/// <summary>An Internet of names on one bridge: a root, two top-level domains, a server of the zones below, a resolver that knows only the root, and a client.</summary>
static class DnsScenario
{
    const string Head = "$TTL 3600\n@ SOA ns.root. hostmaster.root. 1 3600 900 604800 300\n";

    public static async Task PlayAsync(Stage stage, CancellationToken stop)
    {
        var hosts = ((string[])["root", "com", "org", "example", "resolver", "client"]).ToDictionary(name => name, stage.AddHost, StringComparer.Ordinal);
        Write("root.zone", $"$ORIGIN .\n{Head}@ NS ns.root.\nns.root. A 10.0.0.1\ncom. NS ns.com.\nns.com. A 10.0.0.2\norg. NS ns.org.\nns.org. A 10.0.0.3\n");
        Write("com.zone", $"$ORIGIN com.\n{Head}@ NS ns\nns A 10.0.0.2\nexample NS ns.example\nns.example A 10.0.0.4\n");

        // Its server's name stands in com: who wants example.org must find ns.example.com first.
        Write("org.zone", $"$ORIGIN org.\n{Head}@ NS ns\nns A 10.0.0.3\nexample NS ns.example.com.\n");
        Write("example.com.zone", $"$ORIGIN example.com.\n{Head}@ NS ns\nns A 10.0.0.4\nwww 300 A 10.0.0.80\nlong TXT {string.Concat(Enumerable.Repeat($"\"{new string('.', 250)}\" ", 10))}\n");
        Write("example.org.zone", $"$ORIGIN example.org.\n{Head}@ NS ns.example.com.\nwww CNAME www.example.com.\n");
        Write("hints", ". 3600 NS ns.root.\nns.root. 3600 A 10.0.0.1\n");

        Actor[] servers =
        [
            await ServeAsync("root", "10.0.0.1", "root.zone"),
            await ServeAsync("com", "10.0.0.2", "com.zone"),
            await ServeAsync("org", "10.0.0.3", "org.zone"),
            await ServeAsync("example", "10.0.0.4", "example.com.zone", "example.org.zone"),
            await ServeAsync("resolver", "10.0.0.5", "--resolve", "--hints", "hints", "--teach"),
        ];

        // The whole way down, then from the cache; an alias; what is not there; what is too long for UDP.
        await AskAsync("www.example.com");
        await AskAsync("www.example.com");
        await AskAsync("www.example.org");
        await AskAsync("nothing.example.com");
        await AskAsync("long.example.com", "TXT", "+noall", "+comments", "+stats");

        // The client goes the way itself.
        await stage.Start(hosts["client"], "dns", "query", "+trace", "--hints", "hints", "www.example.com").EndAsync(stop);
        foreach (var server in servers)
        {
            await server.InterruptAsync(stop);
        }

        void Write(string name, string text) => File.WriteAllText(Path.Combine(stage.Folder, name), text);

        async Task<Actor> ServeAsync(string name, string address, params string[] what)
        {
            var server = stage.Start(hosts[name], ["dns", "serve", .. what, "--listen", address]);
            await server.AwaitAsync("Listening", stop);
            return server;
        }

        async Task AskAsync(params string[] words)
        {
            await stage.Start(hosts["client"], ["dns", "query", "@10.0.0.5", .. words]).EndAsync(stop);
            await stage.PauseAsync(stop);
        }
    }
}
