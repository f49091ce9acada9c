using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Tests.Http;

public sealed class DownloadTests : IDisposable
{
    readonly TestScreen log = new(), client = new();
    readonly TemporaryFolder folder = new();
    readonly byte[] content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i >> 8))];

    [Fact]
    public async Task A_file_arrives_whole_with_its_time()
    {
        await using var serving = Serve(out string root);
        var address = await log.ListeningAsync();
        Assert.Equal(content.Length, (await GetAsync(address)).Length);
        Assert.Equal(content, await File.ReadAllBytesAsync(folder["copy"]));
        Assert.Equal(Seconds(File.GetLastWriteTimeUtc(Path.Combine(root, "file"))), File.GetLastWriteTimeUtc(folder["copy"]));
    }

    [Fact]
    public async Task A_part_is_completed_when_its_original_is_still_the_same()
    {
        await using var serving = Serve(out string root);
        var address = await log.ListeningAsync();
        await File.WriteAllBytesAsync(folder["copy.part"], content[..100_000]);
        File.SetLastWriteTimeUtc(folder["copy.part"], Seconds(File.GetLastWriteTimeUtc(Path.Combine(root, "file"))));
        await GetAsync(address);
        Assert.Equal(content, await File.ReadAllBytesAsync(folder["copy"]));
        await log.AwaitAsync(line => line.EndsWith("GET /file (bytes=100000-): 206", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_of_another_version_is_thrown_away()
    {
        await using var serving = Serve(out _);
        var address = await log.ListeningAsync();
        await File.WriteAllBytesAsync(folder["copy.part"], new byte[100_000]);
        File.SetLastWriteTimeUtc(folder["copy.part"], new(2025, 8, 1, 0, 0, 0, DateTimeKind.Utc));
        await GetAsync(address);
        Assert.Equal(content, await File.ReadAllBytesAsync(folder["copy"]));
        Assert.False(File.Exists(folder["copy.part"]));
    }

    [Fact]
    public async Task What_breaks_off_is_taken_up_again()
    {
        var link = new TcpLink();
        using var listener = link.Listen(Running.Anywhere);
        var serving = BreakOffAsync(listener);
        await GetAsync(listener.Local);
        Assert.Equal(content, await File.ReadAllBytesAsync(folder["copy"]));
        Assert.Equal(["the connection broke off; trying again", "going on after 100000 bytes"], client.Lines);
        Assert.Contains("\r\nRange: bytes=100000-\r\n", await serving, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_whole_is_compared_with_the_digest_of_the_original()
    {
        await using var serving = Serve(out string root);
        var address = await log.ListeningAsync();
        string digest = Convert.ToHexStringLower(SHA256.HashData(content));
        Assert.Equal(new(content.Length, digest), await Client(null).RunAsync(new($"http://{address}/file"), folder["copy"], Peer.Soon));

        // The first part is of something else, and yet has the original's time.
        await File.WriteAllBytesAsync(folder["copy.part"], new byte[1000]);
        File.SetLastWriteTimeUtc(folder["copy.part"], Seconds(File.GetLastWriteTimeUtc(Path.Combine(root, "file"))));
        File.Delete(folder["copy"]);
        var e = await Assert.ThrowsAsync<IOException>(() => GetAsync(address));
        Assert.EndsWith($"and should be {digest}; it was thrown away", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["copy"]) || File.Exists(folder["copy.part"]));
        string other = new('0', 64);
        await Assert.ThrowsAsync<IOException>(() => new Download(new TcpLink(), TimeProvider.System, client, _ => { }) { Digest = other }.RunAsync(new($"http://{address}/file"), folder["copy"], Peer.Soon));
        Assert.False(File.Exists(folder["copy"]));
    }

    [NeedsFact("curl")]
    public async Task A_digest_is_told_to_who_wants_it()
    {
        await using var serving = Serve(out _);
        string address = $"http://{await log.ListeningAsync()}";
        string told = $"Repr-Digest: sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:";
        Assert.Contains(told, await CurlAsync("/file", "Want-Repr-Digest: unixsum=1, sha-256=3"), StringComparison.Ordinal);
        Assert.Contains(told, await CurlAsync("/file", "Want-Repr-Digest: sha-256=10", "-r", "5-9"), StringComparison.Ordinal);
        Assert.DoesNotContain("Repr-Digest", await CurlAsync("/file", "Want-Repr-Digest: sha-256=0"), StringComparison.Ordinal);
        Assert.DoesNotContain("Repr-Digest", await CurlAsync("/file", "Accept: */*"), StringComparison.Ordinal);
        Assert.DoesNotContain("Repr-Digest", await CurlAsync("/nothing", "Want-Repr-Digest: sha-256=10"), StringComparison.Ordinal);
        Assert.DoesNotContain("Repr-Digest", await CurlAsync("/file", "Want-Repr-Digest: sha-256=10", "-r", "900000-"), StringComparison.Ordinal);

        Task<string> CurlAsync(string path, string header, params string[] more) => Running.ProgramAsync("curl", ["-sS", "-D", "-", "-o", "/dev/null", "-H", header, .. more, address + path]);
    }

    [Fact]
    public async Task The_source_address_is_ours_to_choose()
    {
        await using var serving = Serve(out _);
        var address = await log.ListeningAsync();
        await GetAsync(address, IPAddress.Parse("127.0.0.9"));
        await log.AwaitAsync(line => line.StartsWith("127.0.0.9:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_there_is_said_in_a_line()
    {
        await using var serving = Serve(out _);
        var address = await log.ListeningAsync();
        var e = await Assert.ThrowsAsync<IOException>(() => Client(null).RunAsync(new($"http://{address}/nothing"), folder["copy"], Peer.Soon));
        Assert.Equal($"http://{address}/nothing: 404 Not Found", e.Message);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_in_a_line()
    {
        await using var serving = Serve(out _);
        var address = await log.ListeningAsync();
        var e = await Assert.ThrowsAsync<IOException>(() => Client(null).RunAsync(new($"http://{address}/file"), folder["nowhere/copy"], Peer.Soon));
        Assert.Equal($"{folder["nowhere/copy.part"]}: cannot be written here (no such folder)", e.Message);
    }

    [Fact]
    public async Task A_server_that_is_none_is_said_in_a_line()
    {
        var link = new TcpLink();
        using var listener = link.Listen(Running.Anywhere);
        var serving = Task.Run(async () =>
        {
            using var connection = await listener.AcceptAsync(Peer.Soon);
            await connection.SendAsync("SSH-2.0-other\r\n"u8.ToArray(), Peer.Soon);
        });
        var e = await Assert.ThrowsAnyAsync<IOException>(() => GetAsync(listener.Local));
        Assert.StartsWith($"http://{listener.Local}/file: ", e.Message, StringComparison.Ordinal);
        await serving;
    }

    [Theory]
    [InlineData("http://h/a/b.txt?x=y", "b.txt")]
    [InlineData("http://h/", "index.html")]
    [InlineData("http://h/a/%2e%2e%2fetc", ".._etc")]
    [InlineData("http://h/%1b%5b2J", "␛[2J")]
    public void The_file_is_named_after_the_address_and_stands_in_this_folder(string address, string name) => Assert.Equal(name, Download.FileName(new(address)));

    [NeedsFact("python3")]
    public async Task A_Python_server_is_read_from()
    {
        await File.WriteAllBytesAsync(folder["file"], content);
        using var python = Python.Start(
            """
            import functools, http.server, sys
            s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1]))
            print(s.server_port)
            s.serve_forever()
            """,
            folder.Path);
        var address = new IPEndPoint(IPAddress.Loopback, int.Parse(await python.LineAsync(), CultureInfo.InvariantCulture));
        await File.WriteAllBytesAsync(folder["copy.part"], content[..1000]);
        await GetAsync(address);
        Assert.Equal(content, await File.ReadAllBytesAsync(folder["copy"]));
    }

    [NeedsFact("curl")]
    public async Task The_hello_server_answers_any_request()
    {
        await using var serving = new Running(stop => new HttpHello(new TcpLink(), TimeProvider.System, log).RunAsync(Running.Anywhere, stop));
        const string Before = "Listening on port ";
        int port = int.Parse((await log.AwaitAsync(line => line.StartsWith(Before, StringComparison.Ordinal)))[Before.Length..^4], CultureInfo.InvariantCulture);
        Assert.Equal("Hello World", await Running.ProgramAsync("curl", "-sS", $"http://127.0.0.1:{port}/x"));
        using var peer = await Peer.ConnectAsync(new(IPAddress.Loopback, port));
        await peer.SendAsync("anything");
        peer.Finish();
        Assert.Equal("HTTP/1.0 200 OK\n\nHello World", await peer.ReadToEndAsync());
        Assert.EndsWith(" asked:\nanything", log.Lines[^1], StringComparison.Ordinal);
    }

    /// <summary>Serves the file, but breaks the first connection off in the middle; gives the second request.</summary>
    async Task<string> BreakOffAsync(IStreamListener listener)
    {
        const string Changed = "Last-Modified: Fri, 01 Aug 2025 12:00:00 GMT\r\n";
        using (var first = await listener.AcceptAsync(Peer.Soon))
        {
            await RequestAsync(first);
            await first.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n{Changed}\r\n"), Peer.Soon);
            await first.SendAsync(content.AsMemory(0, 100_000), Peer.Soon);
        }

        using var second = await listener.AcceptAsync(Peer.Soon);
        string request = await RequestAsync(second);
        await second.SendAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 206 Partial Content\r\nContent-Length: {content.Length - 100_000}\r\nContent-Range: bytes 100000-{content.Length - 1}/{content.Length}\r\n{Changed}\r\n"), Peer.Soon);
        await second.SendAsync(content.AsMemory(100_000), Peer.Soon);
        second.FinishSending();
        await second.ReceiveAsync(new byte[1], Peer.Soon);
        return request;
    }

    static async Task<string> RequestAsync(IStreamConnection connection)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, length).EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            length += await connection.ReceiveAsync(buffer.AsMemory(length), Peer.Soon);
        }

        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    Running Serve(out string root)
    {
        string served = root = folder["root"];
        Directory.CreateDirectory(served);
        File.WriteAllBytes(Path.Combine(served, "file"), content);
        return new(stop => new FileServer(log).RunAsync(served, Running.Anywhere, stop));
    }

    Task<Downloaded> GetAsync(IPEndPoint address, IPAddress? from = null) => Client(from).RunAsync(new($"http://{address}/file"), folder["copy"], Peer.Soon);

    Download Client(IPAddress? from) => new(new TcpLink { From = from }, TimeProvider.System, client, _ => { });

    // HTTP's times have whole seconds.
    static DateTime Seconds(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);

    public void Dispose() => folder.Dispose();
}
