using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Lab.Dns.Zones;

namespace Wiretale.Lab.Tests.Dns;

/// <summary>The same zones served by knot: the same questions get the same answers.</summary>
public sealed class KnotTests
{
    const string Zone = """
        $ORIGIN example.com.
        $TTL 600
        @ SOA ns admin 1 7200 900 1209600 300
        @ NS ns
        @ NS ns.example.net.
        @ MX 10 mail
        @ TXT "some text" "and more"
        @ CAA 0 issue "ca.example.net"
        ns A 192.0.2.1
        ns AAAA 2001:db8::1
        mail A 192.0.2.25
        www CNAME web
        web A 192.0.2.80
        web A 192.0.2.81
        far CNAME www.example.org.
        gone CNAME nothing
        chain CNAME www
        _sip._tcp SRV 0 5 5060 web
        *.w A 192.0.2.90
        *.w TXT "from a wildcard"
        *.cw CNAME web
        x.y.w A 192.0.2.91
        sub NS ns.sub
        sub NS ns
        sub DS 1 8 2 1111111111111111111111111111111111111111111111111111111111111111
        ns.sub A 192.0.2.53
        tosub CNAME a.sub
        old DNAME new.example.com.
        a.new A 192.0.2.60
        away DNAME example.org.
        deep.below.ent A 192.0.2.70
        loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
        all NAPTR 100 50 "s" "z3950+I2L+I2C" "" _z3950._tcp.gatech.edu.
        all HINFO PC "Linux 6"
        all RP admin.example.com. text.example.com.
        all AFSDB 1 ns
        all SSHFP 2 1 123456789ABCDEF67890123456789ABCDEF67890
        all TLSA 3 1 1 0A0B0C0D0A0B0C0D0A0B0C0D0A0B0C0D0A0B0C0D0A0B0C0D0A0B0C0D0A0B0C0D
        all HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1
        all SVCB 16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2" ipv4hint=192.0.2.1
        all URI 10 1 "ftp://ftp.example.com/public"
        all EUI48 00-00-5e-00-53-2a
        all TYPE65280 \# 2 AB01
        all KX 10 mail
        all CERT 1 2 8 AQPS
        all OPENPGPKEY AQPS
        all CSYNC 66 3 A NS AAAA
        """;

    static readonly string[] owners =
    [
        "", "ns", "mail", "www", "WwW", "web", "far", "gone", "chain", "_sip._tcp", "_tcp", "x.w", "a.b.w", "w", "y.w", "x.y.w", "z.y.w", "q.x.y.w", "*.w", "h.cw", "sub", "a.sub", "ns.sub", "tosub",
        "old", "a.old", "b.old", "q.away", "new", "ent", "below.ent", "x.ent", "deep.below.ent", "loc", "all", "nothing", "a.nothing", "EXAMPLE",
    ];

    static readonly ushort[] types = [1, 2, 5, 6, 13, 15, 16, 17, 18, 28, 29, 33, 35, 36, 37, 39, 43, 44, 52, 61, 62, 64, 65, 108, 256, 257, 65280, 4711];

    [NeedsFact("knotd")]
    public async Task Answers_are_knots()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["example.com.zone"], Zone);
        var knot = FreePort();
        File.WriteAllText(folder["knot.conf"], $"server:\n    listen: 127.0.0.1@{knot.Port}\n    rundir: .\n    udp-workers: 1\ndatabase:\n    storage: .\nlog:\n  - target: stderr\n    any: error\nzone:\n  - domain: example.com\n    file: example.com.zone\n    storage: .\n");
        using var process = Process.Start(new ProcessStartInfo("knotd", ["-c", "knot.conf"]) { WorkingDirectory = folder.Path, RedirectStandardError = true })!;
        try
        {
            var screen = new TestScreen();
            var zones = new ZoneResponder(new([ZoneFile.Read(folder["example.com.zone"])]));
            await using var server = new Running(new DnsServer(zones, zones, new() { Listen = [Running.Anywhere], RateLimit = 0, Workers = 1 }, TimeProvider.System, screen).RunAsync);
            var ours = await screen.ListeningAsync();
            using var knotSocket = Connect(knot);
            using var ourSocket = Connect(ours);
            await AwaitAsync(knotSocket);
            var differences = new List<string>();
            int compared = 0;
            foreach (string owner in owners)
            {
                foreach (ushort type in types)
                {
                    var question = new DnsQuestion(DnsName.Parse(owner.Length == 0 ? "example.com" : owner + ".example.com"), new(type));
                    string theirs = Text(await AskAsync(knotSocket, question)), own = Text(await AskAsync(ourSocket, question));
                    compared++;
                    if (theirs != own)
                    {
                        differences.Add($"{question}\n  knot: {theirs}\n  ours: {own}");
                    }
                }
            }

            Assert.True(differences.Count == 0, $"{differences.Count} of {compared}:\n{string.Join('\n', differences.Take(20))}");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(Running.Anywhere);
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        return socket;
    }

    static async Task AwaitAsync(Socket socket)
    {
        for (int tries = 0; tries < 100; tries++)
        {
            try
            {
                if ((await AskAsync(socket, new(DnsName.Parse("example.com"), RecordType.SOA))).Answers.Count == 1)
                {
                    return;
                }
            }
            catch (SocketException)
            {
                // Not there yet.
            }

            await Task.Delay(100);
        }

        Assert.Fail("knot does not answer");
    }

    static async Task<DnsMessage> AskAsync(Socket socket, DnsQuestion question)
    {
        var query = DnsMessage.Query((ushort)Random.Shared.Next(65536), question);
        query.Opt = new();
        await socket.SendAsync(query.ToBytes());
        byte[] response = new byte[4096];
        while (true)
        {
            int length = await socket.ReceiveAsync(response, Peer.Soon);
            Assert.True(DnsMessage.TryParse(response.AsSpan(0, length), out var message, out string? error), error);
            if (message.Id == query.Id)
            {
                return message;
            }
        }
    }

    /// <summary>What a message says, in any order: who knows a zone may say it in any.</summary>
    static string Text(DnsMessage message)
    {
        return $"{message.ResponseCode.Name()} aa={message.IsAuthoritative} {Section(message.Answers)} / {Section(message.Authorities)} / {Section(message.Additionals)}";

        static string Section(List<ResourceRecord> records) => string.Join(" + ", records.Select(record => record.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal));
    }
}
