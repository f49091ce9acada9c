using System.Diagnostics;

namespace Wiretale.Cli.Tests.Commands;

/// <summary><c>wiretale rudp</c>, <c>proxy</c> and <c>scrape</c> as processes that talk with each other on loopback.</summary>
public sealed class RudpCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("wiretale-cli-").FullName;
    readonly List<Process> servers = [];

    public RudpCommandTests() => File.WriteAllText(Path.Combine(folder, "hello.txt"), "hello, world");

    [Fact]
    public void Signals_are_sent_and_answered()
    {
        string server = Serve("rudp", "serve", folder);
        var run = Tool.Run("rudp", "connect", server, "--name", "Tal", "--script", "SIGNECHO,SIGNSTAT,SIGNGET");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("Received ECHOREPLY from server. Latency: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("-1 : hello.txt", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("[RUDP] The connection has ended.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proxy_hands_on_what_a_web_server_lists_and_hands_out_files()
    {
        string web = Serve("http", "serve", folder);
        string scrape = Serve("scrape", "serve", "--web", web);
        string proxy = Serve("proxy", "serve", "--scrape", scrape, "--files", folder);
        Assert.Contains("-1 : hello.txt", Tool.Run("rudp", "connect", proxy, "--name", "Tal", "--script", "SIGNGET").Output, StringComparison.Ordinal);
        string file = Path.Combine(folder, "got");
        Assert.Equal(0, Tool.Run("rudp", "fetch", proxy, "hello.txt", "-o", file).Status);
        Assert.Equal("hello, world", File.ReadAllText(file));
    }

    [Fact]
    public void A_file_is_fetched_over_a_bad_link_and_not_over_one_that_is_there()
    {
        byte[] large = new byte[500_000];
        new Random(1).NextBytes(large);
        File.WriteAllBytes(Path.Combine(folder, "large.bin"), large);
        string server = Serve("rudp", "serve", "--files", folder, "--loss", "5", "--jitter", "2", "--delay", "3", "--rate", "50", "--seed", "1");
        string file = Path.Combine(folder, "got");
        string[] command = ["rudp", "fetch", server, "large.bin", "--out", file, "--congestion", "cubic", "--loss", "5", "--burst", "0.5", "--burst-length", "3", "--mtu", "1400", "--queue", "100", "--seed", "2"];
        var run = Tool.Run(command);
        Assert.Equal((0, ""), (run.Status, run.Output));
        string[] lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.StartsWith("link: ", StringComparison.Ordinal) && line.Contains("Lost", StringComparison.Ordinal));
        Assert.StartsWith($"{file}: 500000 bytes in ", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("SHA-256 " + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(large)), lines[^1], StringComparison.Ordinal);
        Assert.Equal(large, File.ReadAllBytes(file));
        var again = Tool.Run(command);
        Assert.Equal((1, $"wiretale: {file} is there already: --force replaces it, -o FILE names another\n"), (again.Status, again.Error));
        Assert.Equal(0, Tool.Run([.. command, "--force"]).Status);
    }

    [Theory]
    [InlineData("wiretale: the server says: there is no such file\n", "nothing")]
    [InlineData("wiretale: the server says: there is no such file\n", "../hello.txt")]
    public void What_cannot_be_had_is_said_in_a_line(string error, string name)
    {
        var run = Tool.Run("rudp", "fetch", Serve("rudp", "serve", folder), name, "-o", Path.Combine(folder, "got"));
        Assert.Equal((1, "", error), (run.Status, run.Output, run.Error));
        Assert.False(File.Exists(Path.Combine(folder, "got")));
    }

    [Theory]
    [InlineData("--congestion takes vegas, cubic, newreno or fixed, not \"bbr\"", "rudp", "fetch", "127.0.0.1", "x", "--congestion", "bbr")]
    [InlineData("--loss takes a number from 0 to 100", "rudp", "fetch", "127.0.0.1", "x", "--loss", "101")]
    [InlineData("--rate takes a number from 0 to 100000", "rudp", "serve", "--rate", "-1")]
    [InlineData("--jitter takes a number from 0 to 60000", "proxy", "serve", "--jitter", "70000")]
    [InlineData("/nowhere: no such folder", "rudp", "serve", "--files", "/nowhere")]
    [InlineData("/nowhere: no such folder", "rudp", "serve", "/nowhere")]
    [InlineData("/nowhere: no such folder", "proxy", "serve", "--files", "/nowhere")]
    [InlineData("\"a:b:c\" is not ADDRESS[:PORT]", "rudp", "fetch", "a:b:c", "x")]
    [InlineData("is no address of a web page", "scrape", "serve", "--web", "ftp://x/")]
    public void Bad_options_are_said_in_a_line(string error, params string[] arguments)
    {
        var run = Tool.Run(arguments);
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        foreach (var server in servers)
        {
            server.Kill();
            server.WaitForExit();
            server.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Starts a server on a free port.</summary>
    /// <returns>Where it listens.</returns>
    string Serve(params string[] arguments)
    {
        const string Listening = "Listening on ";
        var server = Tool.Start(new ProcessStartInfo(Tool.Path, [.. arguments, "--listen", "127.0.0.1:0"]));
        servers.Add(server);
        _ = server.StandardError.ReadToEndAsync();
        string? line = server.StandardOutput.ReadLine();
        Assert.StartsWith(Listening, line, StringComparison.Ordinal);
        _ = server.StandardOutput.ReadToEndAsync();
        return line![Listening.Length..].Split(' ')[0].Replace("http://", "", StringComparison.Ordinal).TrimEnd('/');
    }
}
