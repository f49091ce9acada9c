using System.Diagnostics;
using Wiretale.Lab.Dhcp;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>The server against clients that are not ours, in a network of its own.</summary>
public sealed class DhcpNetworkTests : DhcpPrograms
{
    /// <summary>Random, cut and oversized datagrams, DHCP messages of stations that do not exist, and the same as frames. Argument: how many.</summary>
    const string Noise =
        """
        import random, socket, struct, sys
        random.seed(5)
        s = socket.socket(type=socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'eth0')
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        raw.bind(('eth0', 0x0800))
        junk = random.randbytes(1 << 16)
        def some(length):
            at = random.randrange(len(junk) - length + 1)
            return junk[at:at + length]
        for i in range(int(sys.argv[1])):
            kind = i % 8
            if kind == 0:
                data = some(random.choice([0, 1, 239, 300, 1472, 4096, 9000, 60000] if i % 100 == 0 else [0, 1, 239, 300, 1472]))
            else:
                data = bytes([1, 1, 6, 0]) + some(4) + bytes(20) + b'\x02' + some(5) + bytes(202) + bytes.fromhex('638253633501') + bytes([random.randrange(9)])
                data = data + some(300) if kind == 1 else data[:random.randrange(len(data))] if kind == 2 else data + b'\xff'
            if kind == 3:
                udp = struct.pack('>HHHH', 68, 67, random.choice([0, 7, 8 + len(data), 65535]), 0) + data
                ip = struct.pack('>BBHHHBBHII', random.choice([0x45, 0x40, 0x4f, 0x65]), 0, random.choice([0, 20, 20 + len(udp), 65535]), 0, 0, 64, 17, random.randrange(65536), 0, 0xffffffff)
                raw.send(b'\xff' * 6 + b'\x02' + some(5) + b'\x08\x00' + (ip + udp)[:1486])
            else:
                s.sendto(data, ('255.255.255.255' if kind & 1 and len(data) <= 1472 else '10.20.30.40', 67))
        """;

    [NamespaceFact]
    public async Task No_lease_is_lost_and_none_given_twice_when_it_is_killed()
    {
        string journal = Folder["dhcp.leases"];
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/16");
        var relay = network.AddHost("relay", "10.20.30.200/16");
        var server = await ServeAsync(host, "--pool", "10.20.0.1-10.20.7.250/16", "--journal", journal, "--no-probe");
        var promised = new List<(string Hardware, string Address)>();
        using var crowd = Start(relay, "python3", "-c", Crowd, "10.20.30.200", "10.20.30.40", "0", "1000");
        try
        {
            while (await HearAsync(crowd, promised))
            {
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

    [NamespaceFact]
    public async Task An_address_in_use_is_declined_and_another_one_renewed_and_given_back()
    {
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        network.AddHost("squatter", "10.20.30.41/24");
        var place = network.AddHost("client");
        var server = await ServeAsync(host, "--journal", Folder["dhcp.leases"], "--lease-time", "10", "--no-probe");
        using var client = Start(place, [.. OwnCommand.Words, "dhcp", "lease", "-i", NetworkHost.Interface, "--lease-file", Folder["lease"]]);
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
        Assert.Equal([LeaseState.Declined, LeaseState.Released], LeaseJournal.Read(Folder["dhcp.leases"]).OrderBy(lease => lease.Address).Select(lease => lease.State));
    }

    [NamespaceFact]
    public async Task An_address_in_use_is_not_offered()
    {
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        network.AddHost("squatter", "10.20.30.41/24");
        network.AddHost("another", "10.20.30.42/24");
        var place = network.AddHost("client");
        var server = await ServeAsync(host, "--journal", Folder["dhcp.leases"]);
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

        Assert.Equal([LeaseState.Declined, LeaseState.Declined, LeaseState.Bound], LeaseJournal.Read(Folder["dhcp.leases"]).OrderBy(lease => lease.Address).Select(lease => lease.State));
    }

    [NamespaceFact("python3")]
    public async Task An_address_in_use_behind_a_relay_is_not_offered()
    {
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        var relay = network.AddHost("relay", "10.20.30.200/24", "10.99.0.1/24");
        network.AddHost("squatter", "10.20.30.99/24", "10.99.0.5/24");
        host.Place.Ip("route", "add", "10.99.0.0/24", "dev", NetworkHost.Interface);
        var server = await ServeAsync(host, "--pool", "10.99.0.5-10.99.0.9", "--journal", Folder["dhcp.leases"]);
        try
        {
            Assert.Equal("020000000007 10.99.0.6", (await RunAsync(relay, "python3", "-c", Crowd.Replace("+ 0.4", "+ 5", StringComparison.Ordinal), "10.99.0.1", "10.20.30.40", "7", "1")).Trim());
            await UntilAsync(server, "10.99.0.5 answers, though nobody got it here");
        }
        finally
        {
            await EndAsync(server);
        }
    }

    [NamespaceFact]
    public async Task Noise_does_not_hurt_the_server()
    {
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        var noisy = network.AddHost("noisy", "10.20.30.200/24");
        var place = network.AddHost("client");
        var server = await ServeAsync(host, "--journal", Folder["dhcp.leases"]);
        try
        {
            await RunAsync(noisy, "python3", "-c", Noise, "2000");
            long before = Memory(server);
            await RunAsync(noisy, "python3", "-c", Noise, "40000");
            Assert.InRange(Memory(server) - before, long.MinValue, 50_000_000);
            await LeaseAsync(place, "--once");
        }
        finally
        {
            await EndAsync(server);
        }

        Assert.Contains("10.20.30.", await RunAsync(place, "ip", "-4", "address"), StringComparison.Ordinal);
    }

    static long Memory(Process process)
    {
        string status = File.ReadAllText($"/proc/{ProcessTable.ChildOf(process.Id)}/status");
        string line = status.Split('\n').First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
