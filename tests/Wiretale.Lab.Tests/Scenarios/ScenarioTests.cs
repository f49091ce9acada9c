using Wiretale.Lab.Scenarios;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Lab.Tests.Scenarios;

/// <summary>The command plays its scenarios, with real processes in namespaces.</summary>
public sealed class ScenarioTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [NamespaceFact]
    public Task Hello() => PlayAsync("hello", "server \" 10.0.0.2:", "client \" 10.0.0.1:6000 answered: Hello Client!", "[SYN, ACK]", "[FIN, ACK]", "closed by both");

    [NamespaceFact]
    public Task Chat() => PlayAsync("chat", "omid > hi sara", "server \" omid said hi sara", "nima \" omid: hi sara", "CHAT 80 relay omid: hi sara", "CHAT 94 leave sara");

    [NamespaceFact]
    public Task Communicator() => PlayAsync("communicator", "guest \" Hello guest operating system", "COMMUNICATOR 75 End of message #<<END>>#", "guest \" Message sent successfully.");

    [NamespaceFact]
    public Task Http() => PlayAsync("http", "client \" going on after 2000 bytes", "HTTP/1.1 206 Partial Content", "HTTP/1.1 404 Not Found", "hello \" GET /hello HTTP/1.1");

    [NamespaceFact]
    public async Task Dns()
    {
        await PlayAsync(
            "dns", "resolver \" #1 ", "asks ns.com. (10.0.0.2), a server of com.: example.com. A?", "ask the servers of example.com.: ns.example.com. (10.0.0.4)", "www.example.com. A is in the cache: 10.0.0.80",
            "needs the address of ns.example.com. first", "status: NXDOMAIN", "client \" ;; Truncated, retrying in TCP mode.", "bytes from 10.0.0.4#53(ns.example.com)", "No such name", "CNAME www.example.com A 10.0.0.80");

        if (NeedsFactAttribute.Missing(["tshark"]) is null)
        {
            // To the client: an answer, the same, behind an alias, NXDOMAIN, and what is too long over UDP over TCP.
            string seen = await Running.ProgramAsync("tshark", "-n", "-r", folder["kept.pcapng"], "-Y", "dns.flags.response == 1 and ip.src == 10.0.0.5", "-T", "fields", "-e", "dns.flags.rcode", "-e", "dns.count.answers", "-e", "dns.flags.truncated", "-E", "separator=/s");
            Assert.Equal("0 1 0,0 1 0,0 2 0,3 0 0,0 0 1,0 1 0", seen.Trim().Replace('\n', ','));
        }
    }

    [NamespaceFact]
    public async Task WebChat()
    {
        if (Chromium.Program is null)
        {
            var run = await RunAsync("lab", "run", "webchat");
            Assert.Equal((1, "wiretale: webchat: chromium is not installed (Debian and Ubuntu: apt install chromium)"), (run.Status, run.Errors.Trim().Split('\n')[^1]));
            return;
        }

        await PlayAsync("webchat", "server \" Client 2 said Hello, I am Client 2", "terminal \" Client 3: Bye, from Client 3", "WebSocket Text [FIN] [MASKED]", "101 Switching Protocols");
    }

    [NamespaceFact]
    public Task An_interrupt_leaves_nothing_behind() => EndAsync("INT", 130);

    [NamespaceFact]
    public Task Being_killed_leaves_nothing_behind() => EndAsync("KILL", 128 + 9);

    async Task EndAsync(string signal, int status)
    {
        // The three clients are there, and the talk goes on for a second more.
        await OwnRun.EndAsync(folder, signal, status, () => OwnRun.Left(folder).Count(text => text.Contains("chat join", StringComparison.Ordinal)) >= 3, [], "lab", "run", "chat");
    }

    async Task PlayAsync(string name, params string[] expected)
    {
        string capture = folder["kept.pcapng"];
        var (status, output, errors) = await RunAsync("lab", "run", name, "--keep", capture);
        Assert.True(status == 0, errors);
        foreach (string text in expected)
        {
            Assert.Contains(text, output, StringComparison.Ordinal);
        }

        Assert.True(new FileInfo(capture).Length > 1000);
        Assert.Equal([capture], Directory.GetFileSystemEntries(folder.Path));
    }

    Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments) => OwnRun.RunAsync(folder, arguments);

    public void Dispose() => folder.Dispose();
}
