using System.Diagnostics;
using System.Text.RegularExpressions;
using Wiretale.Lab.Tests.Networks;

namespace Wiretale.Lab.Tests.Dns.Resolving;

/// <summary>Our resolver and our client among knot, unbound, dig and kdig.</summary>
public sealed partial class ResolverPeerTests(DnsPeers peers) : IClassFixture<DnsPeers>
{
    [NamespaceFact("knotd", "unbound", "dig", "kdig")]
    public async Task Our_resolver_finds_answers_among_knot_and_unbound()
    {
        var server = await peers.ServeAsync("--resolve", "--hints", peers.Hints, "--listen", "127.0.0.53");
        try
        {
            Assert.Equal("192.0.2.1\n192.0.2.2\n", Sorted(await ShortAsync("www.example.com")));
            Assert.Equal("www.example.com.\n192.0.2.1\n192.0.2.2\n", await Ordered("alias.example.com"));
            Assert.Equal("www.far.org.\n192.0.2.7\n", await ShortAsync("away.example.com"));
            Assert.Equal("\"of unbound\"\n", await ShortAsync("text.org", "TXT"));
            Assert.Equal("\"a wildcard\"\n", await ShortAsync("any.wild.example.com", "TXT"));
            Assert.Equal("192.0.2.3\n", await ShortAsync("a.b.c.d.e.example.com"));
            Assert.Equal(120, (await ShortAsync("many.example.com")).Count(c => c == '\n'));

            string nothing = await DigAsync("nothing.example.com");
            Assert.Contains("status: NXDOMAIN", nothing, StringComparison.Ordinal);
            Assert.Contains("flags: qr rd ra;", nothing, StringComparison.Ordinal);
            Assert.Contains("AUTHORITY SECTION:\nexample.com.\t\t60\tIN\tSOA\t", nothing, StringComparison.Ordinal);
            string empty = await DigAsync("www.example.com", "TXT");
            Assert.Contains("status: NOERROR", empty, StringComparison.Ordinal);
            Assert.Contains("ANSWER: 0, AUTHORITY: 1", empty, StringComparison.Ordinal);

            string kdig = (await peers.RunAsync("kdig", "@127.0.0.53", "+tcp", "WWW.example.com")).Output;
            Assert.Contains("status: NOERROR", kdig, StringComparison.Ordinal);
            Assert.Contains("192.0.2.2", kdig, StringComparison.Ordinal);
            Assert.Contains("ANSWER SECTION:\nWwW.example.com.\t300\tIN\tA\t192.0.2.", Regex.Replace(await DigAsync("WwW.example.com"), "\t[0-9]+\t", "\t300\t", RegexOptions.None, TimeSpan.FromSeconds(1)), StringComparison.Ordinal);
            Assert.Contains("status: REFUSED", await DigAsync("+norecurse", "www.example.com"), StringComparison.Ordinal);
            Assert.Equal("a.root.\n", await ShortAsync(".", "NS"));
        }
        finally
        {
            peers.End(server);
        }
    }

    [NamespaceFact("knotd", "unbound", "dig", "kdig")]
    public async Task Our_resolver_says_what_unbound_says()
    {
        string[] questions =
        [
            "www.example.com AAAA", "WWW.Example.COM A", "alias.example.com CNAME", "alias.example.com MX", "alias.example.com AAAA", "away.example.com TXT", "example.com MX", "example.com NS", "example.com SOA",
            "_sip._tcp.example.com SRV", "_tcp.example.com A", "caa.example.com CAA", "odd.example.com TYPE65534", "key.example.com DNSKEY", "many.example.com A", "many.example.com AAAA",
            "x.wild.example.com TXT", "x.y.wild.example.com TXT", "x.wild.example.com A", "wild.example.com A", "b.c.d.e.example.com A", "e.example.com TXT", "z.b.c.d.e.example.com A",
            "nothing.example.com A", "nothing.nothing.example.com A", "com NS", "com SOA", "org NS", "example.com DS", "far.org DS", "far.org SOA", "www.far.org A", "ns1.example.com A", "ns.com A", "a.root A", ". NS", ". SOA",
            "nothing A", "nothing.org A", "text.org TXT", "text.org A", "localhost A", "localhost AAAA", "a.invalid A",
        ];
        var server = await peers.ServeAsync("--resolve", "--hints", peers.Hints, "--listen", "127.0.0.53");
        try
        {
            foreach (string question in questions)
            {
                string[] words = question.Split(' ');
                string ours = Answer(await DigAsync(words));
                string theirs = Answer((await peers.RunAsync(["dig", "-r", "@127.0.1.9", "+tries=3", .. words])).Output);
                Assert.True(ours == theirs, $"{question}\nours:\n{ours}\ntheirs:\n{theirs}");
            }
        }
        finally
        {
            peers.End(server);
        }

        static string Answer(string output)
        {
            var lines = output.Split('\n').SkipWhile(line => line != ";; ANSWER SECTION:").Skip(1).TakeWhile(line => line.Length > 0);
            return Status().Match(output).Value + "\n" + Sorted(string.Join('\n', lines.Select(line => Times().Replace(line, "\t"))));
        }
    }

    [GeneratedRegex("status: [A-Z]+", RegexOptions.None, 1000)]
    private static partial Regex Status();

    [GeneratedRegex("[\t ][0-9]+[\t ]+(?=IN)", RegexOptions.None, 1000)]
    private static partial Regex Times();

    [NamespaceFact("knotd", "unbound", "dig", "kdig")]
    public async Task It_asks_unbound_instead_of_the_root()
    {
        var server = await peers.ServeAsync("--forward", "127.0.1.9", "--listen", "127.0.0.53");
        try
        {
            Assert.Equal("www.far.org.\n192.0.2.7\n", await ShortAsync("away.example.com"));
            Assert.Contains("status: NXDOMAIN", await DigAsync("nothing.example.com"), StringComparison.Ordinal);
            Assert.Equal(120, (await ShortAsync("many.example.com")).Count(c => c == '\n'));
        }
        finally
        {
            peers.End(server);
        }
    }

    [NamespaceFact("knotd", "unbound", "dig", "kdig")]
    public async Task Own_zones_go_first_and_strangers_are_refused()
    {
        string zone = Path.Combine(Path.GetDirectoryName(peers.Hints)!, "own.zone");
        await File.WriteAllTextAsync(zone, "$ORIGIN example.com.\n$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns\nwww A 10.9.9.9\n");
        var server = await peers.ServeAsync("example.com=" + zone, "--resolve", "--hints", peers.Hints, "--listen", "127.0.0.53", "--allow", "127.0.0.7");
        try
        {
            Assert.Equal("10.9.9.9\n", await ShortAsync("www.example.com"));
            Assert.Contains("flags: qr aa rd ra;", await DigAsync("www.example.com"), StringComparison.Ordinal);
            Assert.Contains("status: REFUSED", await DigAsync("text.org", "TXT"), StringComparison.Ordinal);
            Assert.Equal("\"of unbound\"\n", await ShortAsync("-b", "127.0.0.7", "text.org", "TXT"));
        }
        finally
        {
            peers.End(server);
        }
    }

    [NamespaceFact("knotd", "unbound", "dig", "kdig", "python3")]
    public async Task It_teaches_and_noise_does_not_hurt_it()
    {
        var server = await peers.ServeAsync("--resolve", "--hints", peers.Hints, "--listen", "127.0.0.53", "--teach");
        try
        {
            await ShortAsync("www.example.com");
            await UntilAsync(server, "asks for www.example.com. A");
            await UntilAsync(server, "a.root. (127.0.1.1), a server of the root: com. A?");
            await UntilAsync(server, "-> ask the servers of com.: ns.com. (127.0.1.2)");
            await UntilAsync(server, "is told: NOERROR, 2 records");
            await ShortAsync("www.example.com");
            await UntilAsync(server, "www.example.com. A is in the cache: ");

            await peers.RunAsync("python3", "-c",
                """
                import random, socket
                random.seed(5)
                s = socket.socket(type=socket.SOCK_DGRAM)
                for i in range(20000):
                    data = random.randbytes(random.choice([0, 1, 11, 12, 17, 40, 512, 4000]))
                    s.sendto(bytes([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + data if i % 2 else data, ('127.0.0.53', 53))
                """);
            Assert.Equal("192.0.2.1\n192.0.2.2\n", Sorted(await ShortAsync("www.example.com")));
        }
        finally
        {
            peers.End(server);
        }
    }

    [NamespaceFact("knotd", "unbound", "dig", "kdig")]
    public async Task Our_client_prints_what_dig_prints()
    {
        string[][] all =
        [
            ["@127.0.1.4", "www.example.com"],
            ["@127.0.1.4", "www.example.com", "AAAA", "+norecurse"],
            ["@127.0.1.4", "example.com", "mx", "+bufsize=4096"],
            ["@127.0.1.4", "example.com", "SOA", "+noall", "+answer"],
            ["@127.0.1.4", "nothing.example.com", "+do"],
            ["@127.0.1.4", "key.example.com", "dnskey", "+noedns"],
            ["@127.0.1.4", "caa.example.com", "CAA", "+nocmd", "+nostats"],
            ["@127.0.1.4", "odd.example.com", "TYPE65534", "+nocomments", "+noquestion"],
            ["@127.0.1.4", "_sip._tcp.example.com", "SRV", "+tcp"],
            ["@127.0.1.4", "a.rather.long.name.that.goes.over.the.first.column.wild.example.com", "txt"],
            ["@127.0.1.4", "many.example.com"],
            ["@127.0.1.4", "many.example.com", "+ignore"],
            ["@127.0.1.4", "www.example.com", "+short"],
            ["@127.0.1.4", "alias.example.com", "+nottlid"],
            ["@127.0.1.4", "alias.example.com", "+noclass"],
            ["@127.0.1.4", "alias.example.com", "+nottlid", "+noclass", "+noadditional"],
            ["@127.0.1.4", "elsewhere.net", "+nsid"],
            ["@127.0.1.4", "-x", "192.0.2.1"],
            ["@127.0.1.1", "www.example.com", "+norec"],
            ["@127.0.1.9", "www.far.org", "+nordflag", "+noad"],
            ["@127.0.1.9", "away.example.com", "+cd"],
            ["@127.0.1.4", "www.example.com", "CH", "TXT"],
            ["@127.0.1.4", "www.example.com", "+edns=3", "+noednsneg"],
            ["@127.0.1.4", "example.com", "AXFR"],
            ["@127.0.1.4", "example.com", "AXFR", "+noall", "+answer"],
            ["@127.0.1.77", "www.example.com", "+tries=1", "+short"],
        ];
        // Unbound first finds out that one of the servers is dead.
        foreach (string name in new[] { "www.far.org", "away.example.com" })
        {
            await peers.RunAsync("dig", "-r", "@127.0.1.9", name, "+tries=3");
        }

        foreach (string[] words in all)
        {
            var (digStatus, digOutput) = await peers.RunAsync(["dig", "-r", "+nocookie", .. words]);
            var (ourStatus, ourOutput) = await peers.WiretaleAsync(["dns", "query", .. words]);
            Assert.True(Normal(digOutput) == Normal(ourOutput) && digStatus == ourStatus, $"{string.Join(' ', words)}\ndig: {digStatus}\n{Normal(digOutput)}\nours: {ourStatus}\n{Normal(ourOutput)}");
        }
    }

    [NamespaceFact("knotd", "unbound", "dig", "kdig")]
    public async Task Our_client_goes_down_from_the_root()
    {
        var (status, trace) = await peers.WiretaleAsync("dns", "query", "+trace", "--hints", peers.Hints, "away.example.com");
        Assert.Equal(0, status);
        Assert.Equal(
            ["127.0.1.1#53(a.root)", "127.0.1.1#53(a.root)", "127.0.1.2#53(ns.com)", "127.0.1.4#53(ns1.example.com)", "127.0.1.1#53(a.root)", "127.0.1.3#53(ns.org)", "127.0.1.4#53(ns1.example.com)"],
            Received().Matches(trace).Select(match => match.Groups[1].Value));
        Assert.Contains("\nwww.far.org.\t\t300\tIN\tA\t192.0.2.7\n", trace, StringComparison.Ordinal);

        (status, string steps) = await peers.WiretaleAsync("dns", "query", "--steps", "--hints", peers.Hints, "www.example.com");
        Assert.Equal(0, status);
        Assert.Contains("asks ns.com. (127.0.1.2), a server of com.: example.com. A?", steps, StringComparison.Ordinal);
    }

    async Task<string> DigAsync(params string[] words)
    {
        var (status, output) = await peers.RunAsync(["dig", "-r", "@127.0.0.53", .. words]);
        Assert.True(status == 0, output);
        return output;
    }

    Task<string> ShortAsync(params string[] words) => DigAsync(["+short", .. words]);

    async Task<string> Ordered(string name)
    {
        string output = await ShortAsync(name);
        int first = output.IndexOf('\n', StringComparison.Ordinal) + 1;
        return output[..first] + Sorted(output[first..]);
    }

    static string Sorted(string lines) => string.Concat(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Select(line => line + "\n"));

    /// <summary>The output without what differs from one time to the next, and without the words of errors.</summary>
    static string Normal(string output) =>
        string.Join('\n', Changing().Replace(output, "").Split('\n').Where(line => !line.StartsWith("; <<>>", StringComparison.Ordinal) && !line.Contains("127.0.1.77", StringComparison.Ordinal)));

    [GeneratedRegex("(?<=, id: )[0-9]+|(?<=Query time: )[0-9]+|(?<=WHEN: ).*|(?<=\t)[0-9]+(?=\tIN)", RegexOptions.None, 1000)]
    private static partial Regex Changing();

    [GeneratedRegex("Received [0-9]+ bytes from (.*) in", RegexOptions.None, 1000)]
    private static partial Regex Received();

    static async Task UntilAsync(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync(Peer.Soon) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"its output ended before \"{text}\"");
    }
}
