using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;
using Wiretale.Lab.Rudp;

namespace Wiretale.Lab.Tests.Rudp;

/// <summary>The chain as its users see it, over loopback: client, proxy, scrape server, web server.</summary>
public sealed class ProxyTests
{
    readonly TestScreen client = new(), proxy = new(), scrape = new(), web = new();

    [Fact]
    public async Task The_list_of_the_web_server_reaches_the_client()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "50MB.zip"), "x");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "a & b;c.pdf"), "y");
        await using var serving = new Running(stop => new FileServer(web).RunAsync(folder.Path, Running.Anywhere, stop));
        await using var scraping = Scrape(await web.ListeningAsync());
        await using var proxying = Proxy(await scrape.ListeningAsync());

        Assert.True(await ClientAsync(await proxy.ListeningAsync(), ["SIGNECHO", "SIGNGET", "signstat"]));
        Assert.Contains("-1 : 50MB.zip", client.Lines);
        Assert.Contains("-2 : a & b;c.pdf", client.Lines);
        Assert.Contains("  Packets lost: 0", client.Lines);
        Assert.Equal("[RUDP] The connection has ended.", client.Lines[^1]);
    }

    [Fact]
    public async Task An_error_of_each_leg_is_an_answer()
    {
        var nobody = Free();
        await using (Proxy(nobody))
        {
            Assert.False(await ClientAsync(await proxy.ListeningAsync(), ["SIGNGET"]));
            Assert.Contains($"! scrape server: cannot connect to {nobody}: nobody listens there (connection refused)", client.Lines);
        }

        var (second, secondClient) = (new TestScreen(), new TestScreen());
        await using var scraping = Scrape(nobody);
        await using var proxying = Proxy(await scrape.ListeningAsync(), second);
        await new RudpMenu(new UdpLink(), TimeProvider.System, secondClient).RunAsync(Running.Anywhere, await second.ListeningAsync(), "Tal", ["SIGNGET"], Peer.Soon);
        Assert.Contains($"! web server http://{nobody}/: cannot connect to {nobody}: nobody listens there (connection refused)", secondClient.Lines);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "it answered 404")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n", "the page has more than 1048576 bytes")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nx", "it broke off, or does not speak HTTP")]
    [InlineData("what?\r\n\r\n", "it broke off, or does not speak HTTP")]
    public async Task What_is_wrong_with_a_web_server_is_said(string answer, string objection)
    {
        using var listener = new TcpLink().Listen(Running.Anywhere);
        await using var answering = new Running(async stop =>
        {
            using var connection = await listener.AcceptAsync(stop);
            await connection.ReceiveAsync(new byte[4096], stop);
            await connection.SendAsync(Encoding.ASCII.GetBytes(answer), stop);
        });
        await using var scraping = Scrape(listener.Local);
        using var peer = await Peer.ConnectAsync(await scrape.ListeningAsync());
        await peer.SendAsync("SIGNGET");
        Assert.Equal($"! web server http://{listener.Local}/: {objection};", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task Nobody_behind_the_port_is_said_at_once()
    {
        var e = await Assert.ThrowsAsync<LinkException>(() => ClientAsync(Free(), []));
        Assert.EndsWith("nobody listens there (connection refused)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lossy_link_only_takes_longer()
    {
        var happened = new List<LinkEvent>();
        await using var serving = new Running(stop => new RudpService(
            new ImpairedLink(new UdpLink(), new() { Loss = 0.2, Delay = TimeSpan.FromMilliseconds(1), Seed = 3 }, TimeProvider.System, happened.Add),
            TimeProvider.System,
            proxy,
            new(),
            _ => Task.FromResult("a;")).RunAsync(Running.Anywhere, stop));
        Assert.True(await ClientAsync(await proxy.ListeningAsync(), [.. Enumerable.Repeat("SIGNECHO", 20)]));
        Assert.Equal(20, client.Lines.Count(line => line.StartsWith("Received ECHOREPLY", StringComparison.Ordinal)));
        Assert.Contains(happened, e => e.Fate == Fate.Lost);
    }

    [NeedsFact("python3")]
    public async Task A_Python_client_is_served()
    {
        await using var serving = new Running(stop => new RudpService(new UdpLink(), TimeProvider.System, proxy, new(), _ => Task.FromResult("50MB.zip;task2.pdf;")).RunAsync(Running.Anywhere, stop));
        using var python = Python.Start(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(20)
            server, name = ("127.0.0.1", int(sys.argv[1])), "Tal"
            def ask(text):
                s.sendto(text.encode(), server)
                print(s.recv(2048).decode().split("\n")[0])
            ask("SIGNEW:" + name)
            id = sum(ord(c) for c in name)
            for signal in "SIGNECHO:%d;1682672342.8043187", "SIGNSTAT:%d", "SIGNGET:%d;SIGNGET":
                id += 1
                ask(signal % id)
            ask("SIGNECHO:%d;2" % (id + 2))
            ask("SIGNECHO:%d;1" % (id + 1))
            print(s.recv(2048).decode())
            ask("SIGNEND:%d;SIGNEND" % (id + 3))
            """,
            $"{(await proxy.ListeningAsync()).Port}");
        Assert.Equal(
            """
            SIGNACK
            ECHOREPLY:290;1682672342.8043187
            STATREPLY:291;Packets sent: 2
            ACKGET:292;50MB.zip;task2.pdf;
            SIGNLOST:293
            ECHOREPLY:293;1
            ECHOREPLY:294;2
            ACKEND

            """,
            await python.EndAsync());
    }

    [NeedsFact("python3")]
    public async Task A_Python_proxy_is_understood()
    {
        using var python = Python.Start(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("127.0.0.1", 0))
            s.settimeout(20)
            print(s.getsockname()[1])
            lost = False
            while True:
                data, client = s.recvfrom(2048)
                name, _, rest = data.decode().partition(":")
                id, _, text = rest.partition(";")
                if name == "SIGNEW":
                    expected = sum(ord(c) for c in rest) + 1
                    answer = "SIGNACK"
                elif int(id) == expected == 291 and not lost:
                    lost, answer = True, "SIGNLOST:291"
                else:
                    assert int(id) == expected
                    expected += 1
                    answer = {"SIGNGET": "ACKGET:%s;50MB.zip;task2.pdf;" % id, "SIGNECHO": "ECHOREPLY:%s;%s" % (id, text), "SIGNEND": "ACKEND",
                        "SIGNSTAT": "STATREPLY:%s;Packets sent: 2\nPackets lost: 0\nConnected time: 1.5 seconds" % id}[name]
                print(data.decode().split(";")[0])
                s.sendto(answer.encode(), client)
                if answer == "ACKEND":
                    break
            """);
        var address = new IPEndPoint(IPAddress.Loopback, int.Parse(await python.LineAsync(), CultureInfo.InvariantCulture));
        Assert.True(await ClientAsync(address, ["SIGNECHO", "SIGNSTAT", "SIGNGET"]));
        Assert.Equal("SIGNEW:Tal\nSIGNECHO:290\nSIGNSTAT:291\nSIGNSTAT:291\nSIGNGET:292\nSIGNEND:293\n", await python.EndAsync());
        Assert.Contains("The server misses signal 291; sent again.", client.Lines);
        Assert.Contains("  Connected time: 1.5 seconds", client.Lines);
        Assert.Contains("-2 : task2.pdf", client.Lines);
    }

    [Fact]
    public async Task Random_bytes_leave_proxy_and_scrape_server_serving()
    {
        await using var scraping = Scrape(Free());
        var tcp = await scrape.ListeningAsync();
        await using var proxying = Proxy(tcp);
        var udp = await proxy.ListeningAsync();
        var random = new Random(1);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = new byte[random.Next(2000)];
            random.NextBytes(bytes);
            await socket.SendToAsync(bytes, SocketFlags.None, udp);
            if (i % 100 == 0)
            {
                using var peer = await Peer.ConnectAsync(tcp);
                await peer.SendAsync(bytes);
                peer.Finish();
                Assert.Equal("! only SIGNGET is understood here;", await peer.ReadToEndAsync());
            }
        }

        Assert.True(await ClientAsync(udp, ["SIGNECHO"]));
    }

    [Fact]
    public async Task A_server_that_starts_again_serves_on()
    {
        var address = Free();
        var running = new Running(stop => Serve(address, stop));
        await proxy.ListeningAsync();
        using var connection = await RudpConnection.ConnectAsync(new UdpLink(), TimeProvider.System, client, Running.Anywhere, address, "Tal", Peer.Soon);
        await connection.AskAsync("SIGNECHO", "1", Peer.Soon);
        await running.DisposeAsync();
        var waits = connection.AskAsync("SIGNECHO", "2", Peer.Soon);
        await using var again = new Running(stop => Serve(address, stop));
        Assert.Equal("2", (await waits).Answer);
        Assert.Contains("The server has started again; connecting anew.", client.Lines);

        Task Serve(IPEndPoint local, CancellationToken stop) => new RudpService(new UdpLink(), TimeProvider.System, proxy, new(), _ => Task.FromResult("a;")).RunAsync(local, stop);
    }

    [Fact]
    public async Task A_script_downloads_by_number_and_by_name_whatever_a_file_is_called()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["a.zip", "b;c%3Bd%25.pdf"])
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, name), name);
        }

        await using var serving = new Running(stop => new FileServer(web).RunAsync(folder.Path, Running.Anywhere, stop));
        await using var scraping = Scrape(await web.ListeningAsync());
        await using var proxying = Proxy(await scrape.ListeningAsync());
        var fetched = new List<string>();
        var menu = new RudpMenu(new UdpLink(), TimeProvider.System, client, (name, _) =>
        {
            fetched.Add(name);
            return Task.FromResult(true);
        });
        Assert.True(await menu.RunAsync(Running.Anywhere, await proxy.ListeningAsync(), "Tal", ["SIGNGET", "2", "a.zip", "SIGNECHO", "SIGNGET", "0"], Peer.Soon));
        Assert.Equal(["b;c%3Bd%25.pdf", "a.zip"], fetched);
        Assert.Contains(client.Lines, line => line.StartsWith("Received ECHOREPLY", StringComparison.Ordinal));
        Assert.False(await menu.RunAsync(Running.Anywhere, await proxy.ListeningAsync(), "Tal", ["SIGNGET", "3"], Peer.Soon));
        Assert.Equal("A number from 0 to 2, please, or a name of the list.", client.Lines[^2]);

        // Without a list there is nothing to download, and the script goes on.
        Directory.Delete(folder.Path, recursive: true);
        Directory.CreateDirectory(folder.Path);
        Assert.False(await menu.RunAsync(Running.Anywhere, await proxy.ListeningAsync(), "Tal", ["SIGNGET", "1", "SIGNSTAT"], Peer.Soon));
        Assert.DoesNotContain(client.Lines, line => line.Contains("is no signal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_of_thousands_and_an_empty_one_are_said_as_they_are()
    {
        using var folder = new TemporaryFolder();
        await using var serving = new Running(stop => new FileServer(web).RunAsync(folder.Path, Running.Anywhere, stop));
        await using var scraping = Scrape(await web.ListeningAsync());
        await using var proxying = Proxy(await scrape.ListeningAsync());
        Assert.True(await ClientAsync(await proxy.ListeningAsync(), ["SIGNGET"]));
        Assert.Contains("The server has no files.", client.Lines);
        for (int i = 0; i < 5000; i++)
        {
            File.Create(Path.Combine(folder.Path, $"file{i:0000}.zip")).Dispose();
        }

        Assert.False(await ClientAsync(await proxy.ListeningAsync(), ["SIGNGET"]));
        int shown = client.Lines.Count(line => line.StartsWith('-'));
        Assert.InRange(shown, 50, 150);
        Assert.Contains($"! {5000 - shown} more do not fit", client.Lines);
    }

    [Fact]
    public async Task One_address_cannot_keep_the_others_from_the_scrape_server()
    {
        await using var scraping = Scrape(Free());
        var address = await scrape.ListeningAsync();
        var silent = new List<Peer>();
        for (int i = 0; i < 8; i++)
        {
            silent.Add(await Peer.ConnectAsync(address));
        }

        using var ninth = await Peer.ConnectAsync(address);
        Assert.Equal("! there are 8 connections of your address already;", await ninth.ReadToEndAsync());
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await other.ConnectAsync(address, Peer.Soon);
        await other.SendAsync("SIGNGET"u8.ToArray(), Peer.Soon);
        byte[] answer = new byte[100];
        int length = await other.ReceiveAsync(answer, Peer.Soon);
        Assert.StartsWith("! web server", Encoding.UTF8.GetString(answer, 0, length), StringComparison.Ordinal);
        silent.ForEach(peer => peer.Dispose());
    }

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b><p>")]
    [InlineData("<a><div>")]
    [InlineData("<a><b><i><u></a>")]
    [InlineData("<font x{0}><p>")]
    [InlineData("<a x{0}=y ")]
    [InlineData("<!--")]
    [InlineData("<script><!--<script>")]
    [InlineData("&#x1b;<a>&")]
    public async Task A_page_that_means_harm_is_read_like_any_other(string part)
    {
        // A tree of some of these takes minutes, or gigabytes.
        string page = string.Concat(Enumerable.Range(0, (1 << 20) / part.Length).Select(i => string.Format(CultureInfo.InvariantCulture, part, i)));
        await Task.Run(() => PageLinks.TextsOf(page)).WaitAsync(Peer.Soon);
    }

    [Fact]
    public void The_texts_of_links_are_taken_as_a_browser_shows_them()
    {
        Assert.Equal(["one", "two", "<three>"], PageLinks.TextsOf("<title><a>no</a></title><!-- <a>no</a> --><a>one<a><style><a>no</a></style>two<script>no</script></a><textarea><a>no</textarea><a>&lt;three></a></a>no"));
        Assert.Equal(["50MB.zip", "a & b", "last"], PageLinks.TextsOf("<ul><li><a href=x>50MB.zip</a><li><A HREF='y'> a &amp;\n <b>b</b></a><li><a></a><script>'<a>no</a>'</script><a href=z>last"));
    }

    [Fact]
    public void A_list_that_is_too_long_says_so()
    {
        string list = FileList.Join([.. Enumerable.Range(0, 500).Select(i => $"file{i}.zip")]);
        Assert.InRange(Encoding.UTF8.GetByteCount(list), FileList.Longest - 60, FileList.Longest);
        string[] entries = FileList.Split(list);
        Assert.Equal($"! {500 - (entries.Length - 1)} more do not fit", entries[^1]);
        Assert.Equal("file0.zip", entries[0]);
    }

    static IPEndPoint Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(Running.Anywhere);
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    Running Scrape(IPEndPoint page) => new(stop => new ScrapeServer(new TcpLink(), TimeProvider.System, scrape, new($"http://{page}/")).RunAsync(Running.Anywhere, stop));

    Running Proxy(IPEndPoint behind, TestScreen? screen = null) => new(stop =>
        new RudpService(new UdpLink(), TimeProvider.System, screen ?? proxy, new(), new ScrapeClient(new TcpLink(), TimeProvider.System, behind).AskAsync).RunAsync(Running.Anywhere, stop));

    Task<bool> ClientAsync(IPEndPoint server, string[] script) =>
        new RudpMenu(new UdpLink(), TimeProvider.System, client).RunAsync(Running.Anywhere, server, "Tal", script, Peer.Soon);
}
