using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wiretale.Lab.Tests;

/// <summary>A bare TCP client of a test: sends what it is told, in the pieces it is told, and reads what comes.</summary>
sealed class Peer : IDisposable
{
    readonly Socket socket;
    readonly List<byte> got = [];

    Peer(Socket socket) => this.socket = socket;

    public static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    public static async Task<Peer> ConnectAsync(IPEndPoint server, int? receiveBuffer = null)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync(server, Soon);
        return new(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes, Soon);

    /// <summary>Reads until the text has come.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(text);
        while (!Has(wanted))
        {
            Assert.True(await MoreAsync(), $"\"{text}\" did not come before the end, but: {Text}");
        }

        return Text;
    }

    /// <summary>Reads until the other side closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await MoreAsync())
        {
        }

        return Text;
    }

    public string Text => Encoding.UTF8.GetString([.. got]);

    public void Finish() => socket.Shutdown(SocketShutdown.Send);

    public void Vanish()
    {
        socket.LingerState = new(enable: true, 0);
        socket.Dispose();
    }

    bool Has(byte[] wanted) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(got).IndexOf(wanted) >= 0;

    async Task<bool> MoreAsync()
    {
        byte[] buffer = new byte[8192];
        int length = await socket.ReceiveAsync(buffer, Soon);
        got.AddRange(buffer.AsSpan(0, length));
        return length > 0;
    }

    public void Dispose() => socket.Dispose();
}
