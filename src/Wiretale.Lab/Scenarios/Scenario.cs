using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Scenarios;

/// <summary>A small network in which real programs talk, recorded.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Summary">What happens in it, in a line.</param>
/// <param name="Play">Lets it happen.</param>
public sealed record Scenario(string Name, string Summary, Func<Stage, CancellationToken, Task> Play)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("hello", "a client greets a server, which answers", PlayHelloAsync),
        new("chat", "three clients talk in a room", PlayChatAsync),
        new("webchat", "three browser tabs and a TCP client talk in the same room", PlayWebChatAsync),
        new("communicator", "two hosts send each other a message", PlayCommunicatorAsync),
        new("http", "a page, a file, a part of a file, something that is not there, and a 'Hello World'", PlayHttpAsync),
        new("dns", "a resolver finds names from its own root down: referrals, an alias, a cache, TCP", DnsScenario.PlayAsync),
    ];

    /// <summary>Runs it in a network of its own, of which nothing is left afterwards but the recording.</summary>
    /// <param name="capture">The pcapng file to record into.</param>
    /// <param name="folder">A folder for what the programs read and write.</param>
    /// <returns>What was said, and who is who.</returns>
    /// <exception cref="NamespaceException">This machine cannot make or record such a network.</exception>
    /// <exception cref="ScenarioException">A program did not do its part.</exception>
    public async Task<ScenarioReport> RunAsync(string capture, string folder, TimeProvider clock, CancellationToken stop)
    {
        using var network = Network.Create();
        using var recording = Recording.Start(network.Switch, Network.Bridge, capture, "--capture-comment", $"wiretale lab run {Name}");
        await using var stage = new Stage(network, clock, folder);
        await Play(stage, stop);

        // The last acknowledgments are still on their way when the programs have ended.
        await Task.Delay(TimeSpan.FromMilliseconds(300), clock, stop);
        recording.Stop();
        return new(stage.Lines, stage.Addresses);
    }

    static async Task PlayHelloAsync(Stage stage, CancellationToken stop)
    {
        var (server, client) = (stage.AddHost("server"), stage.AddHost("client"));
        var serving = stage.Start(server, "hello", "serve", "--listen", "10.0.0.1", "--count", "1");
        await serving.AwaitAsync("Listening", stop);
        await stage.Start(client, "hello", "send", "10.0.0.1").EndAsync(stop);
        await serving.EndAsync(stop);
    }

    static async Task PlayChatAsync(Stage stage, CancellationToken stop)
    {
        var room = stage.Start(stage.AddHost("server"), "chat", "serve", "--listen", "10.0.0.1");
        await room.AwaitAsync("waiting for connections", stop);
        var clients = new Dictionary<string, Actor>(StringComparer.Ordinal);
        foreach (string name in (string[])["sara", "omid", "nima"])
        {
            clients[name] = stage.Start(stage.AddHost(name), "chat", "join", "10.0.0.1");
            await clients[name].TypeAsync(name, stop);
            await room.AwaitAsync($"{name} is joined to the chatroom!", stop);
        }

        (string Who, string Text)[] talk =
        [
            ("sara", "hello this is sara"), ("omid", "hi sara"), ("nima", "hi both of you"), ("omid", "which of these is one message in Wireshark?"),
            ("sara", "PSH/ACK to the server, ACK, and the same again to each of you"), ("nima", "six packets, then"),
        ];
        await stage.PauseAsync(stop);
        foreach (var (who, text) in talk)
        {
            await clients[who].TypeAsync(text, stop);
            foreach (var other in clients.Values.Where(client => client.Name != who))
            {
                await other.AwaitAsync($"{who}: {text}", stop);
            }

            await stage.PauseAsync(stop);
        }

        foreach (string name in (string[])["sara", "omid", "nima"])
        {
            await clients[name].TypeAsync("", stop);
            await clients[name].EndAsync(stop);
            await room.AwaitAsync($"{name} has left the chatroom!", stop);
            await stage.PauseAsync(stop);
        }

        await room.InterruptAsync(stop);
    }

    static async Task PlayWebChatAsync(Stage stage, CancellationToken stop)
    {
        if (Chromium.Program is null)
        {
            throw new ScenarioException("chromium is not installed (Debian and Ubuntu: apt install chromium)");
        }

        var (server, browser, terminal) = (stage.AddHost("server"), stage.AddHost("browser"), stage.AddHost("terminal"));
        var room = stage.Start(server, "webchat", "serve", "--listen", "10.0.0.1:8080", "--tcp", "10.0.0.1");
        await room.AwaitAsync("in a browser", stop);
        var nima = stage.Start(terminal, "chat", "join", "10.0.0.1", "--name", "nima");
        await room.AwaitAsync("nima is joined", stop);
        var chromium = stage.Keep(await Chromium.StartAsync(command => browser.Command(command, folder: stage.Folder), Path.Combine(stage.Folder, "profile")));
        var tabs = new List<ChromiumPage>();
        for (int i = 1; i <= 3; i++)
        {
            stage.Note($"tab {i}", "opens http://10.0.0.1:8080/", isTyped: true);
            tabs.Add(await chromium.OpenAsync("http://10.0.0.1:8080/"));
            stage.Note($"tab {i}", $"Client {i}", isTyped: true);
            await tabs[^1].TypeAsync("#name", $"Client {i}");
            await room.AwaitAsync($"Client {i} is joined to the chatroom!", stop);
        }

        foreach (string text in (string[])["Hello, I am Client", "Bye, from Client"])
        {
            for (int i = 1; i <= 3; i++)
            {
                stage.Note($"tab {i}", $"{text} {i}", isTyped: true);
                await tabs[i - 1].TypeAsync("#text", $"{text} {i}");
                await nima.AwaitAsync($"Client {i}: {text} {i}", stop);
                foreach (var tab in tabs)
                {
                    await tab.WaitForTextAsync($"Client {i}: {text} {i}");
                }

                await stage.PauseAsync(stop);
            }
        }

        for (int i = 1; i <= 3; i++)
        {
            stage.Note($"tab {i}", "leaves", isTyped: true);
            await tabs[i - 1].ClickAsync("#leave");
            await room.AwaitAsync($"Client {i} has left the chatroom!", stop);
        }

        await chromium.DisposeAsync();
        await nima.TypeAsync("", stop);
        await nima.EndAsync(stop);
        await room.InterruptAsync(stop);
    }

    static async Task PlayCommunicatorAsync(Stage stage, CancellationToken stop)
    {
        var (host, guest) = (stage.AddHost("host"), stage.AddHost("guest"));
        foreach (var (from, to, address, text) in new[] { (host, guest, "10.0.0.2", "Hello guest operating system"), (guest, host, "10.0.0.1", "Hello host operating system") })
        {
            var receiver = stage.Start(to, "communicator");
            await receiver.TypeAsync("2", stop);
            await receiver.AwaitAsync("Waiting for message", stop);
            var sender = stage.Start(from, "communicator", "send", address, text);
            await sender.EndAsync(stop);
            await receiver.AwaitAsync("End of message.", stop);
            await receiver.TypeAsync("0", stop);
            await receiver.EndAsync(stop);
        }
    }

    static async Task PlayHttpAsync(Stage stage, CancellationToken stop)
    {
        string files = Path.Combine(stage.Folder, "files");
        Directory.CreateDirectory(files);
        await File.WriteAllTextAsync(Path.Combine(files, "poem.txt"), string.Concat(Enumerable.Repeat("I do not like green eggs and ham.\n", 200)), stop);
        var changed = new DateTime(2025, 8, 1, 12, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(files, "poem.txt"), changed);

        var (server, client) = (stage.AddHost("server"), stage.AddHost("client"));
        var serving = stage.Start(server, "http", "serve", "files", "--listen", "10.0.0.1:80");
        var hello = stage.StartAs("hello", server, "http", "serve", "--hello", "--listen", "10.0.0.1");
        await serving.AwaitAsync("Listening", stop);
        await hello.AwaitAsync("Listening", stop);
        await GetAsync("10.0.0.1");
        await GetAsync("10.0.0.1/poem.txt");

        // As if a download had broken off after 2,000 bytes.
        string part = Path.Combine(stage.Folder, "rest.txt.part");
        await File.WriteAllTextAsync(part, (await File.ReadAllTextAsync(Path.Combine(files, "poem.txt"), stop))[..2000], stop);
        File.SetLastWriteTimeUtc(part, changed);
        await GetAsync("10.0.0.1/poem.txt", "-o", "rest.txt");
        await GetAsync("10.0.0.1/nothing.txt");
        await GetAsync("10.0.0.1:7000/hello");
        await hello.InterruptAsync(stop);
        await serving.InterruptAsync(stop);

        async Task GetAsync(params string[] arguments) => await stage.Start(client, ["http", "get", .. arguments]).EndAsync(stop);
    }
}

/// <summary>What a scenario was, apart from its packets.</summary>
/// <param name="Lines">What the programs showed and what was typed to them, in order.</param>
/// <param name="Hosts">Who has which address.</param>
public sealed record ScenarioReport(IReadOnlyList<SpokenLine> Lines, IReadOnlyDictionary<string, string> Hosts);
