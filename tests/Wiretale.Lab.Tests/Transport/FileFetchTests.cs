using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;
using Wiretale.Lab.Rudp;
using Wiretale.Lab.Transport;
using Wiretale.Lab.Transport.Congestion;

namespace Wiretale.Lab.Tests.Transport;

/// <summary>Files over real sockets on loopback.</summary>
public sealed class FileFetchTests : IDisposable
{
    readonly TemporaryFolder folder = new(), here = new();
    readonly TestScreen server = new(), client = new();
    readonly byte[] content = new byte[3_000_000];
    DownloadProgress last;

    public FileFetchTests()
    {
        new Random(4).NextBytes(content);
        File.WriteAllBytes(folder["large.bin"], content);
        File.WriteAllBytes(folder["empty"], []);
        File.WriteAllText(folder["a;b.txt"], "semicolon");
        File.WriteAllText(folder[".hidden"], "secret");
        File.WriteAllText(here["outside"], "secret");
        File.CreateSymbolicLink(folder["link"], here["outside"]);
        Directory.CreateDirectory(folder["deeper"]);
        File.WriteAllText(folder["deeper/file"], "deep");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(CongestionKind.Vegas)]
    [InlineData(CongestionKind.Cubic)]
    [InlineData(CongestionKind.NewReno)]
    [InlineData(CongestionKind.Fixed)]
    public async Task A_file_arrives_as_it_is(CongestionKind? kind)
    {
        await using var serving = Serve();
        var (length, digest) = await FetchAsync("large.bin", congestion: kind);
        Assert.Equal((content.Length, Convert.ToHexStringLower(SHA256.HashData(content))), (length, digest));
        Assert.Equal(content, await File.ReadAllBytesAsync(here["got"]));
        Assert.Equal(["got", "outside"], Directory.GetFiles(here.Path).Select(path => Path.GetFileName(path)).Order());
        Assert.Equal(new(content.Length, content.Length, 0), last);
    }

    [Theory]
    [InlineData("empty", "")]
    [InlineData("a;b.txt", "semicolon")]
    [InlineData("a%3Bb.txt", "semicolon")]
    [InlineData("deeper/file", "deep")]
    public async Task Small_ones_and_strange_names_arrive_too(string name, string text)
    {
        await using var serving = Serve();
        await FetchAsync(name);
        Assert.Equal(text, await File.ReadAllTextAsync(here["got"]));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("../outside")]
    [InlineData("deeper/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData(".hidden")]
    [InlineData("link")]
    [InlineData("deeper")]
    [InlineData("..\\outside")]
    public async Task What_is_not_in_the_list_is_refused(string name)
    {
        await using var serving = Serve();
        var e = await Assert.ThrowsAnyAsync<IOException>(() => FetchAsync(name));
        Assert.Equal("the server says: there is no such file", e.Message);
        Assert.Equal([here["outside"]], Directory.GetFiles(here.Path));
    }

    [Fact]
    public async Task Signals_and_several_files_share_the_port()
    {
        await using var serving = Serve();
        var fetches = Enumerable.Range(0, 5).Select(i => FetchAsync("large.bin", to: $"got{i}")).ToList();
        Assert.True(await new RudpMenu(new UdpLink(), TimeProvider.System, client).RunAsync(Running.Anywhere, await server.ListeningAsync(), "Tal", ["SIGNECHO", "SIGNGET"], Peer.Soon));
        await Task.WhenAll(fetches);
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(content, File.ReadAllBytes(here[$"got{i}"])));
        Assert.Contains("-3 : large.bin", client.Lines);
    }

    [Fact]
    public async Task What_broke_off_goes_on_where_it_stopped()
    {
        await using var serving = Serve(new ImpairedLink(new UdpLink(), new() { Rate = 2_000_000, Queue = 100_000 }, TimeProvider.System));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync("large.bin", stop: stop.Token, progress: far =>
        {
            if (far.Done > 500_000)
            {
                stop.Cancel();
            }
        }));
        long there = new FileInfo(here["got.part"]).Length;
        Assert.InRange(there, 500_000, content.Length - 1);
        await FetchAsync("large.bin");
        Assert.Contains($"going on after {there} bytes", client.Lines);
        Assert.Equal(there, last.Resumed);
        Assert.Equal(content, await File.ReadAllBytesAsync(here["got"]));
    }

    [Fact]
    public async Task A_file_that_has_changed_comes_anew()
    {
        await using var serving = Serve();
        await File.WriteAllBytesAsync(here["got.part"], content[..1000]);
        await File.WriteAllTextAsync(here["got.part.sha256"], new string('0', 64) + "  got\n");
        await FetchAsync("large.bin");
        Assert.Contains("the file has changed since: starting over", client.Lines);
        Assert.Equal(content, await File.ReadAllBytesAsync(here["got"]));
    }

    [Fact]
    public async Task A_part_that_is_not_what_it_says_is_noticed_at_the_end()
    {
        await using var serving = Serve();
        await File.WriteAllBytesAsync(here["got.part"], new byte[1000]);
        await File.WriteAllTextAsync(here["got.part.sha256"], Convert.ToHexStringLower(SHA256.HashData(content)) + "  got\n");
        var e = await Assert.ThrowsAnyAsync<IOException>(() => FetchAsync("large.bin"));
        Assert.EndsWith("its SHA-256 is another); try again", e.Message, StringComparison.Ordinal);
        await FetchAsync("large.bin");
        Assert.Equal(content, await File.ReadAllBytesAsync(here["got"]));
    }

    [Fact]
    public async Task A_bad_link_both_ways_only_takes_longer()
    {
        var faults = new ImpairmentOptions
        {
            Loss = 0.05,
            Burst = 0.002,
            Duplication = 0.05,
            Reordering = 0.05,
            Corruption = 0.02,
            Delay = TimeSpan.FromMilliseconds(2),
            Jitter = TimeSpan.FromMilliseconds(1),
            Seed = 1,
        };
        await using var serving = Serve(new ImpairedLink(new UdpLink(), faults, TimeProvider.System));
        await FetchAsync("large.bin", new ImpairedLink(new UdpLink(), faults with { Seed = 2 }, TimeProvider.System));
        Assert.Equal(content, await File.ReadAllBytesAsync(here["got"]));
    }

    [Fact]
    public async Task A_server_that_starts_again_in_between_is_asked_for_the_rest()
    {
        var slow = new ImpairedLink(new UdpLink(), new() { Rate = 2_000_000, Queue = 100_000 }, TimeProvider.System);
        var first = Serve(slow);
        var address = await server.ListeningAsync();
        bool isStopped = false;
        var fetching = FetchAsync("large.bin", progress: far => isStopped |= far.Done > 500_000);
        while (!isStopped)
        {
            await Task.Delay(10);
        }

        await first.DisposeAsync();
        await using var again = Serve(slow, address);
        await fetching;
        Assert.Contains(client.Lines, line => line.EndsWith("; trying again", StringComparison.Ordinal));
        Assert.Contains(client.Lines, line => line.StartsWith("going on after", StringComparison.Ordinal));
        Assert.Equal(content, await File.ReadAllBytesAsync(here["got"]));
    }

    [Fact]
    public async Task Nobody_behind_the_port_is_said_at_once()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(Running.Anywhere);
        var address = (IPEndPoint)socket.LocalEndPoint!;
        socket.Dispose();
        var e = await Assert.ThrowsAsync<LinkException>(() => FetchAsync("x", address: address));
        Assert.EndsWith("nobody listens there (connection refused)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_said()
    {
        await using var serving = Serve();
        var e = await Assert.ThrowsAnyAsync<IOException>(() => FetchAsync("large.bin", to: "no/such/folder"));
        Assert.EndsWith("cannot be written here (no such folder)", e.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        folder.Dispose();
        here.Dispose();
    }

    Running Serve(IDatagramLink? link = null, IPEndPoint? address = null) => new(stop => new RudpService(
        link ?? new UdpLink(),
        TimeProvider.System,
        server,
        new(),
        _ => Task.FromResult(FileList.OfFolder(folder.Path)),
        (socket, log) => new(socket, TimeProvider.System, log, new(), new(), new(folder.Path))).RunAsync(address ?? Running.Anywhere, stop));

    async Task<(long, string)> FetchAsync(
        string name, IDatagramLink? link = null, string to = "got", IPEndPoint? address = null, CongestionKind? congestion = null, CancellationToken? stop = null, Action<DownloadProgress>? progress = null) =>
        await new FileFetch(link ?? new UdpLink(), TimeProvider.System, client, new(), far =>
        {
            last = far;
            progress?.Invoke(far);
        })
        { Congestion = congestion }.RunAsync(Running.Anywhere, address ?? await server.ListeningAsync(), name, here[to], stop ?? new CancellationTokenSource(TimeSpan.FromSeconds(40)).Token);
}
