using Wiretale.Lab.Dhcp;
using Wiretale.Lab.Networks;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Lab.Tests.Dhcp;

/// <summary>Our server with clients that are not ours, and our client with such servers.</summary>
public sealed class DhcpPeerTests : DhcpPrograms
{
    [NamespaceFact("udhcpc")]
    public async Task Udhcpc_gets_renews_and_releases_an_address()
    {
        string script = Folder["script"], capture = Folder["dhcp.pcapng"];
        File.WriteAllText(script, "#!/bin/sh\n[ \"$1\" = bound ] && ip address add $ip/$mask dev $interface\necho \"$1 $ip $router $dns $lease\"\n");
        await Running.ProgramAsync("chmod", "+x", script);
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        var place = network.AddHost("client");
        using var recording = Recording.Start(network.Switch, Network.Bridge, capture);
        var server = await ServeAsync(host, "--journal", Folder["dhcp.leases"]);
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
        Assert.Equal("anna", Assert.Single(LeaseJournal.Read(Folder["dhcp.leases"])).Name);
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
        using var server = Start(host, "sh", "-c", $"exec dnsmasq -d --port=0 --user=root --interface=eth0 --no-ping --dhcp-range=10.20.30.41,10.20.30.41,255.255.255.0,120 --dhcp-leasefile={Folder["dnsmasq"]} --pid-file= --log-facility=- 2>&1");
        try
        {
            await UntilAsync(server, "DHCP, IP range");
            await LeaseAsync(place, "--once", "--name", "anna");
            await UntilAsync(server, "DHCPACK(eth0) 10.20.30.41 02:00:00:00:00:02 anna");
            await LeaseAsync(place, "--once");
            await UntilAsync(server, "DHCPREQUEST(eth0) 10.20.30.41");
            await RunAsync(place, [.. OwnCommand.Words, "dhcp", "release", "-i", NetworkHost.Interface, "--lease-file", Folder["lease"]]);
            await UntilAsync(server, "DHCPRELEASE(eth0) 10.20.30.41");
        }
        finally
        {
            NetworkNamespace.Kill(server);
        }

        Assert.DoesNotContain("10.20.30.41", await RunAsync(place, "ip", "-4", "address"), StringComparison.Ordinal);
        Assert.False(File.Exists(Folder["lease"]));
    }

    [NamespaceFact("dhclient")]
    public async Task Dhclient_gets_renews_and_releases_an_address()
    {
        string script = Folder["script"];
        File.WriteAllText(script, "#!/bin/sh\n[ \"$reason\" = BOUND ] && ip address add $new_ip_address/24 dev $interface\necho \"$reason $new_ip_address $new_routers $new_domain_name_servers $new_dhcp_lease_time\"\n");
        await Running.ProgramAsync("chmod", "+x", script);
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        var place = network.AddHost("client");
        var server = await ServeAsync(host, "--journal", Folder["dhcp.leases"], "--lease-time", "10");
        string[] dhclient = ["dhclient", "-4", "-v", "-sf", script, "-lf", Folder["leases"], "-pf", Folder["pid"], NetworkHost.Interface];
        using var client = Start(place, ["sh", "-c", "exec \"$@\" -d 2>&1", "sh", .. dhclient]);
        try
        {
            await UntilAsync(client, "BOUND 10.20.30.41 10.20.30.101 10.20.30.40 10");
            await UntilAsync(client, "RENEW 10.20.30.41");
            await UntilAsync(server, "(renewing)");
            await RunAsync(place, [.. dhclient, "-r"]);
            await UntilAsync(server, "Release of ");
        }
        finally
        {
            NetworkNamespace.Kill(client);
            await EndAsync(server);
        }

        Assert.Equal((LeaseState.Released, 0x0a141e29u), Assert.Single(LeaseJournal.Read(Folder["dhcp.leases"])) is var lease ? (lease.State, lease.Address) : default);
    }

    [NamespaceFact("kea-dhcp4")]
    public async Task Our_client_gets_renews_and_releases_an_address_of_Kea()
    {
        string settings = Folder["kea.json"];
        File.WriteAllText(settings, $$"""
            { "Dhcp4": {
                "interfaces-config": { "interfaces": [ "eth0" ] },
                "lease-database": { "type": "memfile", "name": "{{Folder["kea.csv"]}}" },
                "valid-lifetime": 20, "renew-timer": 3, "rebind-timer": 10,
                "option-data": [ { "name": "domain-name-servers", "data": "10.20.30.40" }, { "name": "domain-name", "data": "kea.example" } ],
                "subnet4": [ { "id": 1, "subnet": "10.20.30.0/24", "pools": [ { "pool": "10.20.30.41 - 10.20.30.50" } ], "option-data": [ { "name": "routers", "data": "10.20.30.101" } ] } ],
                "loggers": [ { "name": "kea-dhcp4", "severity": "INFO", "output_options": [ { "output": "stdout" } ] } ] } }
            """);
        using var network = Network.Create();
        var host = network.AddHost("server", "10.20.30.40/24");
        var place = network.AddHost("client");
        using var server = Start(host, "sh", "-c", $"export KEA_PIDFILE_DIR={Folder.Path} KEA_LOCKFILE_DIR={Folder.Path} KEA_DHCP_DATA_DIR={Folder.Path}; exec kea-dhcp4 -c {settings} 2>&1");
        string names = Folder["resolv.conf"];
        File.WriteAllText(names, "nameserver 192.0.2.1\n");
        try
        {
            await UntilAsync(server, "DHCP4_STARTED");
            using var client = Start(place, [.. OwnCommand.Words, "dhcp", "lease", "-i", NetworkHost.Interface, "--lease-file", Folder["lease"], "--resolv", names]);
            await UntilAsync(client, "eth0 has 10.20.30.41/24");
            await UntilAsync(server, "lease 10.20.30.41 has been allocated");
            Assert.Contains("default via 10.20.30.101 dev eth0", await RunAsync(place, "ip", "route"), StringComparison.Ordinal);
            Assert.Contains("\nsearch kea.example\nnameserver 10.20.30.40\n", File.ReadAllText(names), StringComparison.Ordinal);
            await UntilAsync(client, "Request sent (renewing)");
            await UntilAsync(client, "10.20.30.40 confirms 10.20.30.41");
            NetworkNamespace.Signal(client, System.Runtime.InteropServices.PosixSignal.SIGINT);
            await UntilAsync(server, "10.20.30.41 was released");
            await client.WaitForExitAsync(Peer.Soon);
        }
        finally
        {
            NetworkNamespace.Kill(server);
        }

        Assert.Equal("nameserver 192.0.2.1\n", File.ReadAllText(names));
        Assert.DoesNotContain("10.20.30.41", await RunAsync(place, "ip", "-4", "address"), StringComparison.Ordinal);
    }
}
