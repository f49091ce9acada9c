using System.Globalization;
using System.Net;
using Wiretale.Lab.Chat;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Tests.Chat;

public sealed class ChatClientTests
{
    /// <summary>The room server of a course, as short as they come.</summary>
    const string PythonRoom =
        """
        import socket, threading
        l = socket.create_server(("127.0.0.1", 0))
        print(l.getsockname()[1])
        clients = []
        def serve(c):
            name = c.recv(1024).decode().strip()
            print(name, "is joined to the chatroom!")
            clients.append(c)
            while True:
                text = c.recv(1024).decode().strip()
                if not text:
                    break
                print(name, "said", text)
                for other in clients:
                    if other is not c:
                        other.send((name + ": " + text).encode())
            clients.remove(c)
            c.close()
            print(name, "has left the chatroom!")
        for i in range(2):
            threading.Thread(target=serve, args=(l.accept()[0],)).start()
        """;

    /// <summary>The client of a course: one thread prints what arrives, the main one sends what is typed.</summary>
    const string PythonClient =
        """
        import socket, sys, threading
        s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        s.send(input().encode())
        def show():
            while True:
                data = s.recv(1024)
                if not data:
                    break
                print(data.decode())
        t = threading.Thread(target=show)
        t.start()
        for line in sys.stdin:
            s.send(line.rstrip("\n").encode())
        s.shutdown(socket.SHUT_RDWR)
        t.join()
        """;

    readonly TestScreen log = new(), first = new(), second = new();

    [Fact]
    public async Task Two_clients_talk_in_a_room()
    {
        using var room = new Room(TimeProvider.System, log, new());
        await using var serving = new Running(stop => new ChatServer(new TcpLink(), room, log).RunAsync(Running.Anywhere, stop));
        var address = await log.ListeningAsync();
        var sara = JoinAsync(first, address, name: null);
        first.Type("", "sara");
        await first.AwaitAsync("Chat with your friends and enjoy");
        await log.AwaitAsync("sara is joined to the chatroom!");
        var omid = JoinAsync(second, address, "omid");
        await log.AwaitAsync("omid is joined to the chatroom!");
        first.Type("hello this is sara");
        await second.AwaitAsync("sara: hello this is sara");
        second.Type("");
        Assert.True(await omid);
        await first.AwaitAsync("omid has left the chatroom!");
        first.Type(null as string);
        Assert.True(await sara);
        Assert.Equal(
            ["Please enter your name: ", "Please enter your name: ", "Chat with your friends and enjoy", "omid has left the chatroom!", "Closing connection..."], first.Lines);
    }

    [Fact]
    public async Task A_client_notices_that_the_server_has_gone()
    {
        using var room = new Room(TimeProvider.System, log, new());
        Task<bool> sara;
        await using (new Running(stop => new ChatServer(new TcpLink(), room, log).RunAsync(Running.Anywhere, stop)))
        {
            sara = JoinAsync(first, await log.ListeningAsync(), "sara");
            await log.AwaitAsync("sara is joined to the chatroom!");
        }

        Assert.False(await sara);
        Assert.Equal("The server has closed the connection.", first.Lines[^1]);
    }

    [NeedsFact("python3")]
    public async Task A_Python_room_is_joined()
    {
        using var python = Python.Start(PythonRoom);
        var address = new IPEndPoint(IPAddress.Loopback, int.Parse(await python.LineAsync(), CultureInfo.InvariantCulture));
        var sara = JoinAsync(first, address, "sara");
        Assert.Equal("sara is joined to the chatroom!", await python.LineAsync());
        var omid = JoinAsync(second, address, "omid");
        Assert.Equal("omid is joined to the chatroom!", await python.LineAsync());
        first.Type("hello");
        await second.AwaitAsync("sara: hello");
        second.Type("hi sara");
        await first.AwaitAsync("omid: hi sara");
        first.Type("");
        second.Type("");
        Assert.True(await sara);
        Assert.True(await omid);
        await python.EndAsync();
    }

    [NeedsFact("python3")]
    public async Task Python_clients_talk_in_our_room()
    {
        using var room = new Room(TimeProvider.System, log, new());
        await using var serving = new Running(stop => new ChatServer(new TcpLink(), room, log).RunAsync(Running.Anywhere, stop));
        string port = (await log.ListeningAsync()).Port.ToString(CultureInfo.InvariantCulture);
        using var sara = Python.Start(PythonClient, port);
        using var omid = Python.Start(PythonClient, port);
        await sara.TypeAsync("sara");
        await log.AwaitAsync("sara is joined to the chatroom!");
        await omid.TypeAsync("omid");
        await log.AwaitAsync("omid is joined to the chatroom!");
        await sara.TypeAsync("hello this is sara");
        Assert.Equal("sara: hello this is sara", await omid.LineAsync());
        await omid.TypeAsync("hi sara");
        Assert.Equal("omid: hi sara", await sara.LineAsync());
        await sara.EndAsync();
        Assert.Equal("sara has left the chatroom!", await omid.LineAsync());
        await omid.EndAsync();
        await log.AwaitAsync("omid has left the chatroom!");
    }

    [NeedsFact("nc")]
    public async Task Netcat_talks_in_our_room()
    {
        using var room = new Room(TimeProvider.System, log, new());
        await using var serving = new Running(stop => new ChatServer(new TcpLink(), room, log).RunAsync(Running.Anywhere, stop));
        var address = await log.ListeningAsync();
        using var sara = await Peer.ConnectAsync(address);
        await sara.SendAsync("sara\n");
        await log.AwaitAsync("sara is joined to the chatroom!");
        var nc = Running.ProgramAsync("sh", "-c", $"(echo omid; sleep 0.3; echo hi sara; sleep 0.5) | nc -N 127.0.0.1 {address.Port}");
        await sara.ReadUntilAsync("omid: hi sara\n");
        await sara.SendAsync("hi omid\n");
        Assert.Equal("sara: hi omid\n", await nc);
        await sara.ReadUntilAsync("omid has left the chatroom!\n");
    }

    [Fact]
    public async Task Two_talk_without_names_and_a_third_is_turned_away()
    {
        await using var serving = new Running(stop => new PlainChat(new TcpLink(), TimeProvider.System, first).ServeAsync(Running.Anywhere, bare: false, stop));
        var address = await first.ListeningAsync();
        var joining = new PlainChat(new TcpLink(), TimeProvider.System, second).JoinAsync(address, bare: false, Peer.Soon);
        second.Type("hello");
        await first.AwaitAsync("hello");
        first.Type("hi");
        await second.AwaitAsync("hi");
        using var third = await Peer.ConnectAsync(address);
        Assert.Equal("This chat is for two, and both are here.\n", await third.ReadToEndAsync());
        first.Type("");
        Assert.False(await joining);
        await serving.EndAsync();
        Assert.Equal("Closing connection...", first.Lines[^1]);
    }

    [Fact]
    public async Task Five_letters_of_a_course_program_are_answered_as_bare()
    {
        await using var serving = new Running(stop => new PlainChat(new TcpLink(), TimeProvider.System, first).ServeAsync(Running.Anywhere, bare: false, stop));
        using var peer = await Peer.ConnectAsync(await first.ListeningAsync());
        await peer.SendAsync("hello");
        await first.AwaitAsync("hello");
        first.Type("hi", "");
        Assert.Equal("hi", await peer.ReadToEndAsync());
    }

    static Task<bool> JoinAsync(TestScreen screen, IPEndPoint address, string? name) =>
        new ChatClient(new TcpLink(), TimeProvider.System, screen).RunAsync(address, name, bare: false, Peer.Soon);
}
