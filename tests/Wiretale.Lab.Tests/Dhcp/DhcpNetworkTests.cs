using System.Diagnostics;
using Wiretale.Lab.Dhcp;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>The server against clients that are not ours, in a network of its own.</summary>
public sealed class DhcpNetworkTests : IDisposable
{
    /// <summary>A relay that asks for a thousand clients, again when there is no answer, and prints whom it was promised what.</summary>
    const string Crowd =
        """
        import socket, struct
        s = socket.socket(type=socket.SOCK_DGRAM)
        s.bind(('10.20.30.200', 67))
        s.settimeout(0.5)
        def ask(number, kind, wanted=b''):
            mac = struct.pack('>HI', 0x0200, number)
            head = struct.pack('>BBBBIHHIIII', 1, 1, 6, 1, number * 4 + kind, 0, 0, 0, 0, 0, 0x0a141ec8) + mac.ljust(16, b'\0') + bytes(192)
            options = b'\x63\x82\x53\x63\x35\x01' + bytes([kind]) + (b'\x36\x04\x0a\x14\x1e\x28\x32\x04' + wanted if wanted else b'') + b'\xff'
            while True:
                try:
                    s.sendto(head + options, ('10.20.30.40', 67))
                    while True:
                        answer = s.recv(2000)
                        if answer[4:8] == head[4:8]:
                            return answer[242], answer[16:20]
                except (TimeoutError, ConnectionError):
                    pass
        for number in range(1000):
            while True:
                kind, address = ask(number, 1)
                kind, given = ask(number, 3, address)
                if kind == 5:
                    break
            print('%012x' % (0x0200 << 32 | number), socket.inet_ntoa(given), flush=True)
        """;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [NamespaceFact]
    public async Task No_lease_is_lost_and_none_given_twice_when_it_is_killed()
    {
        string journal = folder["dhcp.leases"];
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/16");
        var relay = network.AddHost("relay", "10.20.30.200/16");
        var server = await ServeAsync(host, "--pool", "10.20.0.1-10.20.7.250/16", "--journal", journal, "--no-probe");
        var promised = new List<(string Hardware, string Address)>();
        using var crowd = Start(relay, "python3", "-c", Crowd);
        try
        {
            while (await crowd.StandardOutput.ReadLineAsync(Peer.Soon) is { } line)
            {
                promised.Add((line.Split(' ')[0], line.Split(' ')[1]));
                if (promised.Count % 250 == 0 && promised.Count < 1000)
                {
                    await EndAsync(server);
                    server = await ServeAsync(host, "--pool", "10.20.0.1-10.20.7.250/16", "--journal", journal, "--no-probe");
                }
            }
        }
        finally
        {
            NetworkNamespace.Kill(crowd);
            await EndAsync(server);
        }

        Assert.Equal((1000, 1000, 1000), (promised.Count, promised.DistinctBy(p => p.Hardware).Count(), promised.DistinctBy(p => p.Address).Count()));
        var kept = LeaseJournal.Read(journal).ToDictionary(lease => lease.Hardware, lease => Wire.Address.IPv4(lease.Address).ToString());
        Assert.All(promised, p => Assert.Equal(p.Address, kept[p.Hardware]));
    }

    [NamespaceFact("udhcpc")]
    public async Task Udhcpc_gets_renews_and_releases_an_address()
    {
        string script = folder["script"], capture = folder["dhcp.pcapng"];
        File.WriteAllText(script, "#!/bin/sh\n[ \"$1\" = bound ] && ip address add $ip/$mask dev $interface\necho \"$1 $ip $router $dns $lease\"\n");
        await Running.ProgramAsync("chmod", "+x", script);
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        var place = network.AddHost("client");
        using var recording = Recording.Start(network.Switch, Network.Bridge, capture);
        var server = await ServeAsync(host, "--journal", folder["dhcp.leases"]);
        using var client = Start(place, "udhcpc", "-f", "-i", NetworkHost.Interface, "-s", script, "-x", "hostname:anna");
        try
        {
            await UntilAsync(client, "bound 10.20.30.41 10.20.30.101 10.20.30.40 86400");
            await Running.ProgramAsync("kill", "-USR1", $"{ProcessTable.ChildOf(client.Id)}");
            await UntilAsync(client, "renew 10.20.30.41 10.20.30.101 10.20.30.40 86400");
            await UntilAsync(server, "(renewing)");
            await Running.ProgramAsync("kill", "-USR2", $"{ProcessTable.ChildOf(client.Id)}");
            await UntilAsync(server, "Release of ");
        }
        finally
        {
            NetworkNamespace.Kill(client);
            await EndAsync(server);
        }

        recording.Stop();
        Assert.Equal("anna", Assert.Single(LeaseJournal.Read(folder["dhcp.leases"])).Name);
        foreach (string reader in new[] { "tshark", OwnCommand.Words[0] }.Where(r => r != "tshark" || NeedsFactAttribute.Missing([r]) is null))
        {
            string[] words = reader == "tshark" ? [] : OwnCommand.Words[1..];
            string types = await Running.ProgramAsync(reader, [.. words, "-n", "-r", capture, "-Y", "dhcp", "-T", "fields", "-e", "dhcp.option.dhcp", "-e", "_ws.expert", "-e", "udp.checksum.status"]);
            Assert.Equal("1,2,3,5,3,5,7", string.Join(',', types.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t') is [var type, "", _] ? type : line)));
        }
    }

    [NamespaceFact("dnsmasq")]
    public async Task Our_client_gets_renews_and_releases_an_address_of_dnsmasq()
    {
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        var place = network.AddHost("client");
        using var server = Start(host, "sh", "-c", $"exec dnsmasq -d --port=0 --user=root --interface=eth0 --no-ping --dhcp-range=10.20.30.41,10.20.30.41,255.255.255.0,120 --dhcp-leasefile={folder["dnsmasq"]} --pid-file= --log-facility=- 2>&1");
        try
        {
            await UntilAsync(server, "DHCP, IP range");
            await LeaseAsync(place, "--once", "--name", "anna");
            await UntilAsync(server, "DHCPACK(eth0) 10.20.30.41 02:00:00:00:00:02 anna");
            await LeaseAsync(place, "--once");
            await UntilAsync(server, "DHCPREQUEST(eth0) 10.20.30.41");
            await RunAsync(place, [.. OwnCommand.Words, "dhcp", "release", "-i", NetworkHost.Interface, "--lease-file", folder["lease"]]);
            await UntilAsync(server, "DHCPRELEASE(eth0) 10.20.30.41");
        }
        finally
        {
            NetworkNamespace.Kill(server);
        }

        Assert.DoesNotContain("10.20.30.41", await RunAsync(place, "ip", "-4", "address"), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["lease"]));
    }

    [NamespaceFact]
    public async Task An_address_in_use_is_declined_and_another_one_renewed_and_given_back()
    {
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        network.AddHost("squatter", "10.20.30.41/24");
        var place = network.AddHost("client");
        var server = await ServeAsync(host, "--journal", folder["dhcp.leases"], "--lease-time", "10", "--no-probe");
        using var client = Start(place, [.. OwnCommand.Words, "dhcp", "lease", "-i", NetworkHost.Interface, "--lease-file", folder["lease"]]);
        try
        {
            await UntilAsync(client, "10.20.30.41 is in use by somebody else");
            await UntilAsync(server, "10.20.30.41 is in use, and rests");
            await UntilAsync(client, "eth0 has 10.20.30.42/24");
            await UntilAsync(server, "(renewing)");
            NetworkNamespace.Signal(client, System.Runtime.InteropServices.PosixSignal.SIGINT);
            await UntilAsync(server, "Release of ");
            await client.WaitForExitAsync(Peer.Soon);
            Assert.Equal(130, client.ExitCode);
        }
        finally
        {
            NetworkNamespace.Kill(client);
            await EndAsync(server);
        }

        Assert.DoesNotContain("10.20.30.42", await RunAsync(place, "ip", "-4", "address"), StringComparison.Ordinal);
        Assert.Equal([LeaseState.Declined, LeaseState.Released], LeaseJournal.Read(folder["dhcp.leases"]).OrderBy(lease => lease.Address).Select(lease => lease.State));
    }

    [NamespaceFact]
    public async Task An_address_in_use_is_not_offered()
    {
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        network.AddHost("squatter", "10.20.30.41/24");
        network.AddHost("another", "10.20.30.42/24");
        var place = network.AddHost("client");
        var server = await ServeAsync(host, "--journal", folder["dhcp.leases"]);
        try
        {
            string said = await LeaseAsync(place, "--once");
            Assert.Contains("eth0 has 10.20.30.43/24", said, StringComparison.Ordinal);
            Assert.DoesNotContain("declined", said, StringComparison.Ordinal);
            await UntilAsync(server, "10.20.30.42 answers, though nobody got it here");
        }
        finally
        {
            await EndAsync(server);
        }

        Assert.Equal([LeaseState.Declined, LeaseState.Declined, LeaseState.Bound], LeaseJournal.Read(folder["dhcp.leases"]).OrderBy(lease => lease.Address).Select(lease => lease.State));
    }

    [NamespaceFact]
    public async Task Noise_does_not_hurt_the_server()
    {
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        var noisy = network.AddHost("noisy", "10.20.30.200/24");
        var place = network.AddHost("client");
        var server = await ServeAsync(host, "--journal", folder["dhcp.leases"]);
        try
        {
            await RunAsync(noisy, "python3", "-c",
                """
                import random, socket
                random.seed(5)
                s = socket.socket(type=socket.SOCK_DGRAM)
                head = bytes([1, 1, 6]) + bytes(233) + bytes.fromhex('63825363')
                for i in range(20000):
                    data = random.randbytes(random.choice([0, 1, 239, 300, 1472, 9000, 60000] if i % 100 == 0 else [0, 1, 239, 300, 1472]))
                    s.sendto(head + data[:1000] if i % 2 else data, ('10.20.30.40', 67))
                """);
            await LeaseAsync(place, "--once");
        }
        finally
        {
            await EndAsync(server);
        }

        Assert.Contains("10.20.30.41/24", await RunAsync(place, "ip", "-4", "address"), StringComparison.Ordinal);
    }

    Task<string> LeaseAsync(NetworkHost place, params string[] options) =>
        RunAsync(place, [.. OwnCommand.Words, "dhcp", "lease", "-i", NetworkHost.Interface, "--lease-file", folder["lease"], .. options]);

    static async Task<string> RunAsync(NetworkHost host, params string[] command)
    {
        using var process = Start(host, command);
        string output = await process.StandardOutput.ReadToEndAsync(Peer.Soon);
        await process.WaitForExitAsync(Peer.Soon);
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    static Process Start(NetworkHost host, params string[] command)
    {
        var start = host.Command(command);
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }

    static async Task<Process> ServeAsync(NetworkHost host, params string[] options)
    {
        var server = Start(host, [.. OwnCommand.Words, "dhcp", "serve", .. options]);
        await UntilAsync(server, "Serving as ");
        return server;
    }

    static async Task UntilAsync(Process process, string text)
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

    static async Task EndAsync(Process process)
    {
        NetworkNamespace.Kill(process);
        await process.WaitForExitAsync(Peer.Soon);
        process.Dispose();
    }
}
