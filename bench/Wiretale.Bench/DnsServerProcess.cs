using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wiretale.Bench;

/// <summary>A DNS server of the bench's zone on a free port of this machine, as a process.</summary>
sealed class DnsServerProcess
{
    DnsServerProcess(Process process, IPEndPoint address)
    {
        Process = process;
        Address = address;
    }

    public Process Process { get; }

    public IPEndPoint Address { get; }

    /// <summary>Starts ours.</summary>
    public static DnsServerProcess Wiretale(string folder, string[] before)
    {
        const string Listening = "Listening on ";
        string[] command = [.. before, Path.GetFullPath("wiretale"), "dns", "serve", Path.Combine(folder, DnsContent.Zone), "--listen", "127.0.0.1:0", "--rate-limit", "0"];
        var process = Tools.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true });
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                return new(process, IPEndPoint.Parse(line[Listening.Length..]));
            }
        }

        throw new BenchException("wiretale dns serve did not start");
    }

    /// <summary>Starts knot.</summary>
    public static DnsServerProcess Knot(string folder, string[] before)
    {
        var address = FreePort();
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "traffic", "knot.conf"));
        File.WriteAllText(Path.Combine(folder, "knot.conf"), text.Replace("127.0.0.1@53", $"127.0.0.1@{address.Port}", StringComparison.Ordinal));
        string[] command = [.. before, "knotd", "-c", "knot.conf"];
        var process = Tools.Start(folder, "knot.log", command[0], command[1..]);
        for (int tries = 0; tries < 200 && !process.HasExited; tries++)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(address);
                return new(process, address);
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        throw new BenchException($"knotd did not start: {File.ReadAllText(Path.Combine(folder, "knot.log"))}");
    }

    static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
