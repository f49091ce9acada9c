using Wiretale.Lab.Hello;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Tests.Hello;

public class HelloTests
{
    readonly TestScreen server = new(), client = new();

    [Fact]
    public async Task Server_and_client_greet_each_other()
    {
        await using var serving = Serve(clients: 1);
        var address = await server.ListeningAsync();

        Assert.True(await new HelloClient(new TcpLink(), TimeProvider.System, client).SendAsync(address, HelloClient.Greeting, Peer.Soon));
        await serving.EndAsync();

        Assert.Equal([$"{address} answered: Hello Client!"], client.Lines);
        Assert.EndsWith(" said: Hello Server!", server.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_is_thirteen_bytes_and_a_close()
    {
        await using var serving = Serve();
        using var peer = await Peer.ConnectAsync(await server.ListeningAsync());
        await peer.SendAsync("x\r\n");
        Assert.Equal("Hello Client!", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task What_a_client_sends_cannot_steer_the_terminal()
    {
        await using var serving = Serve();
        using var peer = await Peer.ConnectAsync(await server.ListeningAsync());
        await peer.SendAsync([0x1b, (byte)'[', (byte)'2', (byte)'J', 0xff, 0xc2, 0x9b]);
        await peer.ReadToEndAsync();
        Assert.EndsWith(" said: ␛[2J��", server.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_say_nothing_or_vanish_do_not_hurt_the_others()
    {
        await using var serving = Serve();
        var address = await server.ListeningAsync();
        using var silent = await Peer.ConnectAsync(address);
        using var vanishing = await Peer.ConnectAsync(address);
        vanishing.Vanish();
        using var leaving = await Peer.ConnectAsync(address);
        leaving.Finish();
        Assert.Equal("", await leaving.ReadToEndAsync());
        using var talking = await Peer.ConnectAsync(address);
        await talking.SendAsync("hi");
        Assert.Equal("Hello Client!", await talking.ReadToEndAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_in_a_line()
    {
        await using (Serve())
        {
            var taken = await server.ListeningAsync();
            var e = Assert.Throws<LinkException>(() => new TcpLink().Listen(taken));
            Assert.StartsWith($"cannot listen on {taken}: another program holds the port", e.Message, StringComparison.Ordinal);
        }

        var gone = await server.ListeningAsync();
        var refused = await Assert.ThrowsAsync<LinkException>(() => new HelloClient(new TcpLink(), TimeProvider.System, client).SendAsync(gone, "x", Peer.Soon));
        Assert.Equal($"cannot connect to {gone}: nobody listens there (connection refused)", refused.Message);
    }

    [NeedsFact("python3")]
    public async Task A_Python_client_is_greeted()
    {
        await using var serving = Serve();
        var address = await server.ListeningAsync();
        using var python = Python.Start(
            """
            import socket, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            s.sendall(b"Hello Server!")
            print(s.recv(1024).decode())
            s.close()
            """,
            $"{address.Port}");
        Assert.Equal("Hello Client!\n", await python.EndAsync());
        Assert.EndsWith(" said: Hello Server!", server.Lines[^1], StringComparison.Ordinal);
    }

    [NeedsFact("python3")]
    public async Task A_Python_server_is_greeted()
    {
        using var python = Python.Start(
            """
            import socket
            l = socket.create_server(("127.0.0.1", 0))
            print(l.getsockname()[1])
            c, a = l.accept()
            print(c.recv(1024).decode())
            c.sendall(b"Hello Client!")
            c.close()
            """);
        int port = int.Parse(await python.LineAsync(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(await new HelloClient(new TcpLink(), TimeProvider.System, client).SendAsync(new(System.Net.IPAddress.Loopback, port), HelloClient.Greeting, Peer.Soon));
        Assert.Equal("Hello Server!\n", await python.EndAsync());
    }

    Running Serve(int clients = int.MaxValue) =>
        new(stop => new HelloServer(new TcpLink(), TimeProvider.System, server).RunAsync(Running.Anywhere, stop, clients));
}
