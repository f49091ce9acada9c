using System.Net;
using System.Net.Sockets;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Networks;

public class SocketTableTests
{
    [Fact]
    public void A_line_of_the_kernel_is_a_socket()
    {
        var socket = SocketTable.Parse("tcp6", "   1: 0000000000000000FFFF00000100007F:1770 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0000000000000000 100 0 0 10 0");

        Assert.Equal(new IPEndPoint(IPAddress.Parse("::ffff:127.0.0.1"), 6000), socket.Local);
        Assert.Equal((0, 1000u, 4242L, true, "listening"), (socket.Remote.Port, socket.User, socket.Inode, socket.IsListening, socket.StateName));
    }

    [Fact]
    public void What_this_process_opens_is_found_with_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var holder = Assert.Single(PortHolder.Find(((IPEndPoint)listener.LocalEndpoint).Port));

        Assert.Equal(Environment.ProcessId, holder.Process);
        Assert.True(holder.Socket.IsListening);
    }

    [Theory]
    [InlineData("server.py", "python3", "server.py", "5000")]
    [InlineData("server.py", "sh", "-c", "exec python3 folder/server.py")]
    [InlineData("sh", "sh", "-c", "cd folder; ./server")]
    [InlineData("python3", "/usr/bin/python3", "-m", "http.server")]
    [InlineData("client", "./client", "127.0.0.1")]
    public void A_program_is_called_by_its_own_name(string name, params string[] command) => Assert.Equal(name, WatchedProgram.NameOf(command));
}
