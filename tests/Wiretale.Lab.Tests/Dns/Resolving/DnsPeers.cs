using System.Diagnostics;
using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Dns.Resolving;

/// <summary>A small Internet of servers that are not ours, on addresses of one network namespace: a root, two top-level domains, and servers of zones below.</summary>
public sealed class DnsPeers : IDisposable
{
    public static readonly string[] Programs = ["knotd", "unbound", "dig", "kdig"];

    const string Soa = "3600 SOA ns.test. host.test. 1 3600 900 604800 60";

    readonly TemporaryFolder folder = new();
    readonly List<Process> running = [];
    readonly NetworkNamespace place;

    public DnsPeers()
    {
        if (NeedsFactAttribute.Missing(Programs) is not null || Networks.NamespaceFactAttribute.Obstacle is not null)
        {
            // The tests say so and are skipped.
            place = null!;
            return;
        }

        place = NetworkNamespace.Create();
        try
        {
            Write("hints", ". 3600 NS a.root.\na.root. 3600 A 127.0.1.1\n");
            Knot("root", "127.0.1.1", (".", $"@ {Soa}\n@ 3600 NS a.root.\na.root. 3600 A 127.0.1.1\ncom. 3600 NS ns.com.\nns.com. 3600 A 127.0.1.2\norg. 3600 NS ns.org.\nns.org. 3600 A 127.0.1.3\n"));
            Knot("com", "127.0.1.2", ("com.", $"@ {Soa}\n@ 3600 NS ns\nns 3600 A 127.0.1.2\nexample 3600 NS ns1.example\nexample 3600 NS ns2.example\nns1.example 3600 A 127.0.1.4\nns2.example 3600 A 127.0.1.5\n"));
            Knot(
                "below", "127.0.1.4",
                ("example.com.", $"@ {Soa}\n@ 3600 NS ns1\n@ 3600 NS ns2\nns1 3600 A 127.0.1.4\nns2 3600 A 127.0.1.5\nwww 300 A 192.0.2.1\nwww 300 A 192.0.2.2\nwww 300 AAAA 2001:db8::1\nalias 300 CNAME www\naway 300 CNAME www.far.org.\n"
                    + "*.wild 300 TXT \"a wildcard\"\na.b.c.d.e 300 A 192.0.2.3\n@ 300 MX 10 mail\nmail 300 A 192.0.2.4\n_sip._tcp 300 SRV 1 2 5060 mail\ncaa 300 CAA 0 issue \"ca.example\"\n"
                    + "key 300 DNSKEY 256 3 13 " + Convert.ToBase64String(new byte[64]) + "\nodd 300 TYPE65534 \\# 4 0a000001\n"
                    + string.Concat(Enumerable.Range(0, 120).Select(i => $"many 300 A 10.1.1.{i}\n"))),
                ("far.org.", $"@ {Soa}\n@ 3600 NS ns1.example.com.\nwww 300 A 192.0.2.7\n"));
            Unbound("org", "127.0.1.3", $"auth-zone:\n  name: \"org\"\n  zonefile: \"{Write("org.zone", $"org. {Soa}\norg. 3600 NS ns.org.\nns.org. 3600 A 127.0.1.3\nfar.org. 3600 NS ns1.example.com.\ntext.org. 300 TXT \"of unbound\"\n")}\"\n  for-downstream: yes\n  for-upstream: no\n  fallback-enabled: no\n");
            Unbound("resolver", "127.0.1.9", "");
            foreach (string server in new[] { "127.0.1.1", "127.0.1.2", "127.0.1.4", "127.0.1.3", "127.0.1.9" })
            {
                AwaitServer(server);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>File of the root's servers.</summary>
    public string Hints => folder["hints"];

    /// <summary>Runs a program among them to its end, and gives what it printed.</summary>
    public async Task<(int Status, string Output)> RunAsync(params string[] command)
    {
        var start = place.Command(command);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Peer.Soon);
        string output = await process.StandardOutput.ReadToEndAsync(Peer.Soon);
        await process.WaitForExitAsync(Peer.Soon);
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Runs our own command.</summary>
    public Task<(int Status, string Output)> WiretaleAsync(params string[] words) => RunAsync([.. OwnCommand.Words, .. words]);

    /// <summary>Starts our server, and waits until it listens.</summary>
    public async Task<Process> ServeAsync(params string[] options)
    {
        var process = Start([.. OwnCommand.Words, "dns", "serve", .. options]);
        while (await process.StandardOutput.ReadLineAsync(Peer.Soon) is { } line)
        {
            if (line.StartsWith("Listening on ", StringComparison.Ordinal))
            {
                return process;
            }
        }

        throw new InvalidOperationException("it ended: " + await process.StandardError.ReadToEndAsync(Peer.Soon));
    }

    /// <summary>Ends one of ours.</summary>
    public void End(Process process)
    {
        running.Remove(process);
        NetworkNamespace.Kill(process);
        process.WaitForExit(TimeSpan.FromSeconds(10));
        process.Dispose();
    }

    public void Dispose()
    {
        foreach (var process in running.ToArray())
        {
            End(process);
        }

        place?.Dispose();
        folder.Dispose();
    }

    string Write(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        return folder[name];
    }

    void Knot(string name, string address, params (string Zone, string Text)[] zones)
    {
        Directory.CreateDirectory(folder[name]);
        string list = string.Concat(zones.Select((zone, i) => $"  - domain: \"{zone.Zone}\"\n    file: \"{Write($"{name}{i}.zone", $"$ORIGIN {zone.Zone}\n{zone.Text}")}\"\n    zonefile-load: whole\n    journal-content: none\n    acl: all\n"));
        string settings = Write(name + ".conf", $"server:\n  rundir: \"{folder[name]}\"\n  listen: \"{address}@53\"\ndatabase:\n  storage: \"{folder[name]}\"\nlog:\n  - target: stdout\n    any: info\nacl:\n  - id: all\n    address: 127.0.0.0/8\n    action: transfer\nzone:\n{list}");
        _ = Drain(Start("knotd", "-c", settings));
    }

    void Unbound(string name, string address, string more)
    {
        string settings = Write(name + ".conf",
            $"""
            server:
              interface: {address}
              username: ""
              chroot: ""
              directory: "{folder.Path}"
              pidfile: ""
              use-syslog: no
              logfile: ""
              do-daemonize: no
              do-ip6: no
              do-not-query-localhost: no
              module-config: "iterator"
              root-hints: "{Hints}"
              access-control: 127.0.0.0/8 allow
            remote-control:
              control-enable: no
            {more}
            """);
        _ = Drain(Start("unbound", "-d", "-c", settings));
    }

    Process Start(params string[] command)
    {
        var start = place.Command(command);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        running.Add(process);
        return process;
    }

    // What they say is of no interest, but must not fill their pipes.
    static Task Drain(Process process) => Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    void AwaitServer(string address)
    {
        for (int i = 0; i < 50; i++)
        {
            var (status, output) = RunAsync("dig", "-r", "+tries=1", "+time=1", "+norecurse", "@" + address, ".", "SOA").GetAwaiter().GetResult();
            if (status == 0 && !output.Contains("SERVFAIL", StringComparison.Ordinal))
            {
                return;
            }

            Thread.Sleep(100);
        }

        throw new InvalidOperationException($"{address} does not answer");
    }
}
