using System.Diagnostics;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>Servers and clients as processes on the hosts of a network.</summary>
public abstract class DhcpPrograms : IDisposable
{
    /// <summary>A relay that asks a server for many clients at once, again when there is no answer, and prints whom it was promised what. Arguments: its own address, the server's, the first client's number, how many.</summary>
    private protected const string Crowd =
        """
        import socket, struct, sys, time
        own, server, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        s = socket.socket(type=socket.SOCK_DGRAM)
        s.bind((own, 67))
        todo, offers = list(range(first, first + count)), {}
        def ask(number):
            kind = 3 if number in offers else 1
            mac = struct.pack('>HI', 0x0200, number)
            head = struct.pack('>BBBBIHHIII', 1, 1, 6, 1, number * 4 + kind, 0, 0, 0, 0, 0) + socket.inet_aton(own) + mac.ljust(16, b'\0') + bytes(192)
            chosen = b'\x36\x04' + socket.inet_aton(server) + b'\x32\x04' + offers[number] if kind == 3 else b''
            try:
                s.sendto(head + b'\x63\x82\x53\x63\x35\x01' + bytes([kind]) + chosen + b'\xff', (server, 67))
            except ConnectionError:
                pass
        while todo:
            waiting, end = set(todo[:50]), time.time() + 0.4
            for number in waiting:
                ask(number)
            while waiting and time.time() < end:
                s.settimeout(max(0.01, end - time.time()))
                try:
                    answer = s.recv(2000)
                except (TimeoutError, ConnectionError):
                    continue
                number, kind = divmod(struct.unpack('>I', answer[4:8])[0], 4)
                if number not in waiting:
                    continue
                if kind == 1 and answer[242] == 2 and number not in offers:
                    offers[number] = answer[16:20]
                    ask(number)
                elif kind == 3 and answer[242] == 5:
                    waiting.remove(number)
                    todo.remove(number)
                    print('%012x' % (0x0200 << 32 | number), socket.inet_ntoa(answer[16:20]), flush=True)
                elif kind == 3 and answer[242] == 6:
                    waiting.remove(number)
                    offers.pop(number, None)
        """;

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<string> LeaseAsync(NetworkHost place, params string[] options) =>
        RunAsync(place, [.. OwnCommand.Words, "dhcp", "lease", "-i", NetworkHost.Interface, "--lease-file", Folder["lease"], .. options]);

    private protected static async Task<string> RunAsync(NetworkHost host, params string[] command)
    {
        using var process = Start(host, command);
        string output = await process.StandardOutput.ReadToEndAsync(Peer.Soon);
        await process.WaitForExitAsync(Peer.Soon);
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    private protected static Process Start(NetworkHost host, params string[] command)
    {
        var start = host.Command(command);
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }

    private protected static async Task<Process> ServeAsync(NetworkHost host, params string[] options)
    {
        var server = Start(host, [.. OwnCommand.Words, "dhcp", "serve", .. options]);
        await UntilAsync(server, "Serving as ");
        return server;
    }

    private protected static async Task UntilAsync(Process process, string text)
    {
        var soon = Peer.Soon;
        while (await process.StandardOutput.ReadLineAsync(soon) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"its output ended before \"{text}\"");
    }

    private protected static async Task EndAsync(Process process)
    {
        NetworkNamespace.Kill(process);
        await process.WaitForExitAsync(Peer.Soon);
        process.Dispose();
    }

    /// <summary>Reads the next lines that a crowd prints: hardware address and address.</summary>
    private protected static async Task<bool> HearAsync(Process crowd, List<(string Hardware, string Address)> promised)
    {
        if (await crowd.StandardOutput.ReadLineAsync(Peer.Soon) is { } line)
        {
            promised.Add((line.Split(' ')[0], line.Split(' ')[1]));
            return true;
        }

        return false;
    }
}
