using System.Diagnostics;
using System.Globalization;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Networks;

/// <summary>Hosts behind a bad cable: what the kernel's own TCP, UDP and ping make of it.</summary>
public sealed class BadCableTests : IDisposable
{
    /// <summary>Sends each of its clients 3,000,000 bytes.</summary>
    const string Source = "import socket; s = socket.create_server(('10.0.0.1', 9)); print('ready', flush=True); c = s.accept()[0]; c.sendall(bytes(i * 7 % 251 for i in range(3000000))); c.close()";

    /// <summary>Says how much of it came, and whether it is right.</summary>
    const string Sink =
        """
        import socket
        s, got = socket.create_connection(('10.0.0.1', 9)), b''
        while part := s.recv(1 << 16): got += part
        print(len(got), got == bytes(i * 7 % 251 for i in range(3000000)))
        """;

    readonly TemporaryFolder folder = new();

    [NamespaceFact("ping")]
    public void A_good_cable_changes_nothing_and_delay_is_as_long_as_asked()
    {
        using var network = Network.Create();
        network.AddHost("server", "10.0.0.1/24", "fd00::1/64");
        var client = network.AddHost("client", "10.0.0.2/24", "fd00::2/64");
        using (var good = network.Impair(client))
        {
            Assert.Contains("20 received", Run(client, "ping", "-c", "20", "-i", "0.01", "-s", "1400", "10.0.0.1"), StringComparison.Ordinal);
            Assert.Contains("5 received", Run(client, "ping", "-c", "5", "-i", "0.01", "fd00::1"), StringComparison.Ordinal);
            good.Stop();
            Assert.Matches(@"client\.h > client\.b: \d\d frames \([0-9,]+ bytes\)\r?\n", good.Messages);
        }

        var far = network.AddHost("far", "10.0.0.3/24");
        using var slow = network.Impair(far, "--delay", "25");
        string said = Run(far, "ping", "-c", "10", "-i", "0.06", "10.0.0.1");
        Assert.Contains("10 received", said, StringComparison.Ordinal);
        Assert.True(double.Parse(said.Split(" = ")[^1].Split('/')[0], CultureInfo.InvariantCulture) >= 50, said);
    }

    [NamespaceFact("python3", "tshark")]
    public void Tcp_gets_through_losses_copies_and_turned_bits_in_packets_of_the_wires_size()
    {
        using var network = Network.Create();
        var server = network.AddHost("server", "10.0.0.1/24");
        var client = network.AddHost("client", "10.0.0.2/24");
        string log = folder["link.log"], capture = folder["bridge.pcapng"];
        using var cable = network.Impair(client, "--loss", "2", "--duplicate", "2", "--corrupt", "1", "--reorder", "1", "--seed", "5", "--log", log);
        using var recording = Recording.Start(network.Switch, "client.b", capture);
        var start = server.Command(["python3", "-c", Source]);
        start.RedirectStandardOutput = true;
        using var source = Process.Start(start)!;
        Assert.Equal("ready", source.StandardOutput.ReadLine());
        Assert.Equal("3000000 True", Run(client, "python3", "-c", Sink).Trim());
        recording.Stop();
        cable.Stop();

        string[] lines = File.ReadAllLines(log);
        foreach (string fate in (string[])["Lost", "Duplicated", "Corrupted", "Reordered"])
        {
            int count = lines.Count(line => line.Contains(fate, StringComparison.Ordinal));
            Assert.True(count > 3, fate);
        }

        int lost = lines.Count(line => line.StartsWith("client.b ", StringComparison.Ordinal) && line.EndsWith(" Lost", StringComparison.Ordinal));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" {lost} lost,"), cable.Messages.Split('\n').First(line => line.StartsWith("client.b > ", StringComparison.Ordinal)), StringComparison.Ordinal);

        // The client's acknowledgments came through the cable, and were not what the server's kernel left to a network card.
        using var tshark = Process.Start(new ProcessStartInfo("tshark", ["-n", "-r", capture, "-o", "tcp.check_checksum:TRUE", "-Y", "ip.src == 10.0.0.2 and tcp.checksum.status == 0", "-T", "fields", "-e", "frame.number"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        int bad = tshark.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        int corrupted = lines.Count(line => line.StartsWith("client.h ", StringComparison.Ordinal) && line.Contains("Corrupted", StringComparison.Ordinal));
        Assert.InRange(bad, 0, 2 * corrupted);
    }

    [NamespaceFact("python3", "tshark")]
    public void Vlan_tags_pass_which_the_kernel_keeps_beside_the_frame()
    {
        using var network = Network.Create();
        var sender = network.AddHost("sender", "10.0.0.1/24");
        using var cable = network.Impair(sender);
        string capture = folder["tags.pcapng"];
        using var recording = Recording.Start(network.Switch, "sender", capture);
        Run(sender, "python3", "-c", """
            import socket
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            s.bind(("eth0", 0))
            for tags in "", "8100a005", "88a800078100600c":
                s.send(bytes.fromhex("ffffffffffff020000000001" + tags + "88b5") + b"text".ljust(50, b"."))
            """);
        recording.Stop();
        using var tshark = Process.Start(new ProcessStartInfo("tshark", ["-n", "-r", capture, "-Y", "eth.src == 02:00:00:00:00:01 and frame contains \"text..\"", "-T", "fields", "-E", "separator=/s", "-e", "frame.len", "-e", "vlan.id", "-e", "vlan.priority", "-e", "ieee8021ad.id"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Assert.Equal(["64", "68 5 5", "72 12 3 7"], tshark.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()));
    }

    public void Dispose() => folder.Dispose();

    static string Run(NetworkHost host, params string[] command)
    {
        var start = host.Command(command);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
