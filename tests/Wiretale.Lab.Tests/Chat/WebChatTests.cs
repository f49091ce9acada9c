using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Wiretale.Lab.Chat;
using Wiretale.Lab.Links;
using Wiretale.Lab.Scenarios;

namespace Wiretale.Lab.Tests.Chat;

/// <summary>The room over WebSocket, with a real browser and with hostile clients.</summary>
public sealed class WebChatTests : IAsyncDisposable
{
    const string OpenBefore = "Open http://", OpenAfter = "/ in a browser";

    readonly TestScreen log = new();
    readonly Room room;
    readonly Running web, tcp;
    readonly ScratchFolder scratch = ScratchFolder.Create();

    public WebChatTests()
    {
        room = new(TimeProvider.System, log, new());
        tcp = new(stop => new ChatServer(new TcpLink(), room, log).RunAsync(Running.Anywhere, stop));
        web = new(stop => new WebChat(room, log).RunAsync(Running.Anywhere, stop));
    }

    [NeedsFact("chromium")]
    public async Task Three_browsers_and_a_TCP_client_talk()
    {
        string address = $"http://{await WebAsync()}/";
        using var peer = await Peer.ConnectAsync(await log.ListeningAsync());
        await peer.SendAsync("nc\n");
        await log.AwaitAsync("nc is joined to the chatroom!");
        await using var chromium = await Chromium.StartAsync(command => new(command[0], command[1..]), scratch.Path);
        ChromiumPage[] clients = [await chromium.OpenAsync(address), await chromium.OpenAsync(address), await chromium.OpenAsync(address)];
        for (int i = 0; i < clients.Length; i++)
        {
            await clients[i].TypeAsync("#name", string.Create(CultureInfo.InvariantCulture, $"Client {i + 1}"));
            await log.AwaitAsync($"Client {i + 1} is joined to the chatroom!");
        }

        foreach (string text in (string[])["Hello, I am Client ", "Bye, from Client "])
        {
            for (int i = 0; i < clients.Length; i++)
            {
                await clients[i].TypeAsync("#text", string.Create(CultureInfo.InvariantCulture, $"{text}{i + 1}"));
                foreach (var each in clients)
                {
                    await each.WaitForTextAsync($"Client {i + 1}: {text}{i + 1}");
                }
            }
        }

        await peer.SendAsync("<b>markup</b> is text\n");
        await clients[0].WaitForTextAsync("nc: <b>markup</b> is text");
        await clients[2].ClickAsync("#leave");
        await clients[0].WaitForTextAsync("Client 3 has left the chatroom!");
        await clients[2].WaitForTextAsync("The connection is closed.");
        await clients[1].CloseAsync();
        Assert.Equal(
            "Client 1: Hello, I am Client 1\nClient 2: Hello, I am Client 2\nClient 3: Hello, I am Client 3\n"
            + "Client 1: Bye, from Client 1\nClient 2: Bye, from Client 2\nClient 3: Bye, from Client 3\n"
            + "Client 3 has left the chatroom!\nClient 2 has left the chatroom!\n",
            await peer.ReadUntilAsync("Client 2 has left the chatroom!\n"));
    }

    [NeedsFact("chromium")]
    public async Task A_browser_is_asked_for_another_name_when_its_own_is_taken()
    {
        using var peer = await Peer.ConnectAsync(await log.ListeningAsync());
        await peer.SendAsync("sara\n");
        await log.AwaitAsync("sara is joined to the chatroom!");
        await using var chromium = await Chromium.StartAsync(command => new(command[0], command[1..]), scratch.Path);
        var page = await chromium.OpenAsync($"http://{await WebAsync()}/");
        await page.TypeAsync("#name", "sara");
        await page.WaitForTextAsync("The name sara is taken. Send another one");
        await page.WaitAsync("!document.querySelector('#join').hidden");
        await page.TypeAsync("#name", "2");
        await log.AwaitAsync("sara2 is joined to the chatroom!");
    }

    [Fact]
    public async Task A_browser_cannot_forge_lines_of_others()
    {
        using var peer = await Peer.ConnectAsync(await log.ListeningAsync());
        await peer.SendAsync("nc\n");
        using var socket = await JoinAsync("mallory");
        await SendAsync(socket, "x\nsara: I am sara");
        Assert.Equal("mallory: x␊sara: I am sara\n", await peer.ReadUntilAsync("I am sara\n"));
    }

    [Fact]
    public async Task Messages_too_long_or_cut_in_pieces_are_handled()
    {
        using var peer = await Peer.ConnectAsync(await log.ListeningAsync());
        await peer.SendAsync("nc\n");
        using var socket = await JoinAsync("sara");
        await SendAsync(socket, new string('x', 10_000));
        Assert.StartsWith("* That was longer than 4096 bytes", await ReceiveAsync(socket), StringComparison.Ordinal);
        await socket.SendAsync("hello "u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, Peer.Soon);
        await SendAsync(socket, "world");
        await SendAsync(socket, new string('y', 4096));
        Assert.Equal($"sara: hello world\nsara: {new string('y', 4096)}\n", await peer.ReadUntilAsync("y\n"));
    }

    [Theory]
    [InlineData(WebSocketMessageType.Binary, "61")]
    [InlineData(WebSocketMessageType.Text, "ff")]
    public async Task What_is_no_text_ends_the_connection_and_nothing_else(WebSocketMessageType type, string hex)
    {
        using var socket = await JoinAsync("sara");
        await socket.SendAsync(Convert.FromHexString(hex), type, endOfMessage: true, Peer.Soon);
        await log.AwaitAsync("sara has left the chatroom!");
        using var other = await JoinAsync("sara");
    }

    [Fact]
    public async Task A_page_of_another_site_is_refused()
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", "http://elsewhere.example");
        await Assert.ThrowsAsync<WebSocketException>(async () => await socket.ConnectAsync(new($"ws://{await WebAsync()}/room"), Peer.Soon));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    async Task<ClientWebSocket> JoinAsync(string name)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new($"ws://{await WebAsync()}/room"), Peer.Soon);
        int before = log.Lines.Count(line => line == $"{name} is joined to the chatroom!");
        await SendAsync(socket, name);
        await log.AwaitAsync(line => line == $"{name} is joined to the chatroom!" && log.Lines.Count(l => l == line) > before);
        return socket;
    }

    async Task<string> WebAsync() => (await log.AwaitAsync(line => line.StartsWith(OpenBefore, StringComparison.Ordinal)))[OpenBefore.Length..^OpenAfter.Length];

    static Task SendAsync(ClientWebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Peer.Soon);

    static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[8192];
        var got = await socket.ReceiveAsync(buffer, Peer.Soon);
        return Encoding.UTF8.GetString(buffer, 0, got.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        await tcp.DisposeAsync();
        room.Dispose();
        scratch.Dispose();
    }
}
