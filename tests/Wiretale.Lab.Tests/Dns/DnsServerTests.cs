using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Lab.Dns.Zones;

namespace Wiretale.Lab.Tests.Dns;

/// <summary>The server as programs that are not ours see it, and as nobody should treat it.</summary>
public sealed class DnsServerTests
{
    const string Big = "\n$GENERATE 1-200 big A 10.0.1.$\n$GENERATE 1-40 some A 10.0.2.$\n";

    static readonly ZoneSet zones = new([ZoneFile.Parse(File.ReadAllText(ZoneFileTests.Sample) + Big, DnsName.Parse("example.com"))]);

    static DnsServerSettings Settings => new() { Listen = [Running.Anywhere], RateLimit = 0, Workers = 2, Nsid = "lab"u8.ToArray(), AllowTransfer = [new(IPAddress.Loopback, 32)] };

    static async Task<(Running Server, IPEndPoint Address)> StartAsync(DnsServerSettings? settings = null, IDnsResponder? responder = null, TimeProvider? clock = null)
    {
        var screen = new TestScreen();
        var zoneResponder = new ZoneResponder(zones);
        var server = new DnsServer(responder ?? zoneResponder, zoneResponder, settings ?? Settings, clock ?? TimeProvider.System, screen);
        var running = new Running(server.RunAsync);
        return (running, await screen.ListeningAsync());
    }

    static Task<string> DigAsync(IPEndPoint server, params string[] question) => AskAsync("dig", server, question);

    static Task<string> AskAsync(string program, IPEndPoint server, params string[] question) =>
        Running.ProgramAsync(program, ["@" + server.Address, "-p", $"{server.Port}", .. program == "dig" ? new[] { "-r", "+norec", "+tries=1", "+time=5" } : ["+time=5", "+retry=0"], .. question]);

    // The questions of ISC's EDNS compliance tester (genreport, behind ednscomp.isc.org), what must be in dig's output, and what must not.
    [NeedsTheory("dig")]
    [InlineData("plain", "+noedns +noad SOA", "status: NOERROR|flags: qr aa;|IN\tSOA", "OPT PSEUDOSECTION")]
    [InlineData("edns", "+edns=0 +nocookie SOA", "status: NOERROR|flags: qr aa;|IN\tSOA|EDNS: version: 0", "")]
    [InlineData("edns1", "+edns=1 +noednsneg +nocookie SOA", "status: BADVERS|EDNS: version: 0|ANSWER: 0", "")]
    [InlineData("edns@512", "+edns=0 +nocookie +bufsize=512 +ignore big A", "status: NOERROR|EDNS: version: 0|flags: qr aa tc;", "")]
    [InlineData("ednsopt", "+edns=0 +nocookie +ednsopt=100 SOA", "status: NOERROR|IN\tSOA|EDNS: version: 0", "OPT=100")]
    [InlineData("edns1opt", "+edns=1 +noednsneg +nocookie +ednsopt=100 SOA", "status: BADVERS|ANSWER: 0|EDNS: version: 0", "OPT=100")]
    [InlineData("do", "+edns=0 +nocookie +dnssec SOA", "status: NOERROR|IN\tSOA|EDNS: version: 0, flags: do", "")]
    [InlineData("ednsflags", "+edns=0 +nocookie +ednsflags=0x80 SOA", "status: NOERROR|IN\tSOA|EDNS: version: 0", "MBZ")]
    [InlineData("edns1flags", "+edns=1 +noednsneg +nocookie +ednsflags=0x80 SOA", "status: BADVERS|ANSWER: 0|EDNS: version: 0", "MBZ")]
    [InlineData("docookie", "+edns=0 +dnssec +cookie=0102030405060708 SOA", "status: NOERROR|IN\tSOA|flags: do|COOKIE: 0102030405060708", "")]
    [InlineData("edns@512tcp", "+edns=0 +nocookie +bufsize=512 +tcp big A", "status: NOERROR|EDNS: version: 0|flags: qr aa;|ANSWER: 200", "")]
    [InlineData("edns@1232", "+edns=0 +nocookie +bufsize=1232 +ignore some A", "status: NOERROR|flags: qr aa;|ANSWER: 40", "")]
    [InlineData("tcp", "+tcp +edns=0 +nocookie SOA", "status: NOERROR|IN\tSOA|EDNS: version: 0", "")]
    [InlineData("edns1do", "+edns=1 +noednsneg +nocookie +dnssec SOA", "status: BADVERS|ANSWER: 0|EDNS: version: 0, flags: do", "")]
    [InlineData("optlist", "+edns=0 +nocookie +nsid +subnet=0.0.0.0/0 +expire +cookie=0102030405060708 SOA", "status: NOERROR|IN\tSOA|NSID: 6c 61 62|COOKIE: 0102030405060708|EDNS: version: 0", "CLIENT-SUBNET")]
    [InlineData("ednsnsid", "+edns=0 +nocookie +nsid SOA", "status: NOERROR|NSID: 6c 61 62 (\"lab\")", "")]
    [InlineData("ednscookie", "+edns=0 +cookie=0102030405060708 SOA", "status: NOERROR|COOKIE: 0102030405060708", "")]
    [InlineData("ednsexpire", "+edns=0 +nocookie +expire SOA", "status: NOERROR|IN\tSOA", "")]
    [InlineData("ednssubnet", "+edns=0 +nocookie +subnet=0.0.0.0/0 SOA", "status: NOERROR|IN\tSOA", "")]
    [InlineData("ednspadding", "+edns=0 +nocookie +padding=128 SOA", "status: NOERROR|IN\tSOA", "")]
    [InlineData("zflag", "+noedns +noad +zflag SOA", "status: NOERROR|flags: qr aa;|IN\tSOA", "MBZ")]
    [InlineData("aa", "+noedns +noad +aaflag SOA", "status: NOERROR|flags: qr aa;|IN\tSOA", "")]
    [InlineData("ad", "+noedns +ad SOA", "status: NOERROR|flags: qr aa;|IN\tSOA", "")]
    [InlineData("cd", "+noedns +noad +cd SOA", "status: NOERROR|flags: qr aa cd;|IN\tSOA", "")]
    [InlineData("rd", "+noedns +noad +rec SOA", "status: NOERROR|flags: qr aa rd;|IN\tSOA", "")]
    [InlineData("type1000", "+noedns +noad TYPE1000", "status: NOERROR|ANSWER: 0|IN\tSOA", "")]
    [InlineData("opcode", "+noedns +noad +opcode=15 +header-only", "opcode: RESERVED15, status: NOTIMP|QUERY: 0", "")]
    [InlineData("opcodeflag", "+noedns +noad +opcode=15 +header-only +rec +cd +ad +aaflag +zflag", "opcode: RESERVED15, status: NOTIMP", "")]
    [InlineData("notify", "+noedns +noad +opcode=NOTIFY SOA", "opcode: NOTIFY, status: NOTIMP", "")]
    [InlineData("update", "+noedns +noad +opcode=UPDATE SOA", "opcode: UPDATE, status: NOTIMP", "")]
    [InlineData("headeronly", "+noedns +noad +header-only", "status: FORMERR", "")]
    public async Task EDNS_is_spoken_as_the_compliance_tester_wants(string title, string options, string wanted, string unwanted)
    {
        var (server, address) = await StartAsync();
        await using (server)
        {
            string[] words = options.Split(' ');
            string? name = words.FirstOrDefault(word => char.IsAsciiLetterLower(word[0]));
            string[] question = [(name is null ? "" : name + ".") + "example.com", .. words.Where(word => word != name)];
            string answer = await DigAsync(address, question);
            Assert.All(wanted.Split('|'), part => Assert.True(answer.Contains(part, StringComparison.Ordinal), $"{title}: no '{part}' in\n{answer}"));
            Assert.All(unwanted.Split('|', StringSplitOptions.RemoveEmptyEntries), part => Assert.False(answer.Contains(part, StringComparison.Ordinal), $"{title}: '{part}' in\n{answer}"));
        }
    }

    [NeedsTheory("dig", "kdig")]
    [InlineData("dig")]
    [InlineData("kdig")]
    public async Task Programs_of_others_get_their_answers(string program)
    {
        var (server, address) = await StartAsync();
        await using (server)
        {
            string answer = await AskAsync(program, address, "WwW.example.com", "A", "+short");
            Assert.Equal("web.example.com.\n192.0.2.80\n192.0.2.81\n", answer);
            Assert.Contains("NXDOMAIN", await AskAsync(program, address, "nothing.example.com", "A"), StringComparison.Ordinal);
            Assert.Contains("REFUSED", await AskAsync(program, address, "example.org", "A"), StringComparison.Ordinal);
            Assert.Equal(200, (await AskAsync(program, address, "big.example.com", "A", "+short")).Split('\n').Count(line => line is [not ';', ..]));
            Assert.Equal("1 web.example.com. alpn=h2,h3\n", (await AskAsync(program, address, "example.com", "HTTPS", "+short")).Replace("\"", "", StringComparison.Ordinal));
            string transfer = await AskAsync(program, address, "example.com", "AXFR");
            Assert.Equal(zones.Zones.Single().RecordCount + 1, transfer.Split('\n').Count(line => line is [not ';', ..]));
        }
    }

    [NeedsFact("dig")]
    public async Task Zones_are_for_those_who_may_have_them()
    {
        var (server, address) = await StartAsync(Settings with { AllowTransfer = [] });
        await using (server)
        {
            Assert.Contains("Transfer failed", await DigAsync(address, "example.com", "AXFR"), StringComparison.Ordinal);
            Assert.Equal(ResponseCode.Refused, (await AskAsync(address, Question(1, "example.com", RecordType.IXFR.Value)))!.ResponseCode);
        }
    }

    [NeedsFact("kdig")]
    public async Task Questions_are_pipelined_on_one_connection()
    {
        var (server, address) = await StartAsync();
        await using (server)
        {
            string answer = await Running.ProgramAsync("kdig", "@" + address.Address, "-p", $"{address.Port}", "+tcp", "+keepopen", "+short", "ns1.example.com", "A", "mail.example.com", "A");
            Assert.Equal("192.0.2.1\n192.0.2.25\n", answer);
        }
    }

    static byte[] Question(ushort id, string name, ushort type = 1, OptRecord? opt = null)
    {
        var query = DnsMessage.Query(id, new(DnsName.Parse(name), new(type)));
        query.Opt = opt;
        return query.ToBytes();
    }

    static async Task<DnsMessage?> AskAsync(IPEndPoint server, byte[] query, int waitMilliseconds = 5000)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        socket.Send(query);
        using var limit = new CancellationTokenSource(waitMilliseconds);
        byte[] response = new byte[4096];
        try
        {
            int length = await socket.ReceiveAsync(response, limit.Token);
            Assert.True(DnsMessage.TryParse(response.AsSpan(0, length), out var message, out string? error), error);
            return message;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    static async Task<Socket> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        return socket;
    }

    static async Task<DnsMessage> ReadAsync(Socket socket)
    {
        byte[] buffer = new byte[ushort.MaxValue + 2];
        for (int length = 0; length < 2 || length < 2 + BinaryPrimitives.ReadUInt16BigEndian(buffer);)
        {
            int end = length < 2 ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(buffer), got = await socket.ReceiveAsync(buffer.AsMemory(length, end - length), Peer.Soon);
            Assert.True(got > 0, "the connection was closed");
            length += got;
        }

        Assert.True(DnsMessage.TryParse(buffer.AsSpan(2, BinaryPrimitives.ReadUInt16BigEndian(buffer)), out var message, out string? error), error);
        return message;
    }

    static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    [Fact]
    public async Task A_stream_may_come_in_any_pieces()
    {
        var (server, address) = await StartAsync();
        await using (server)
        {
            using var socket = await ConnectAsync(address);
            byte[] all = [.. Enumerable.Range(0, 50).SelectMany(i => Framed(Question((ushort)i, i % 7 == 0 ? "big.example.com" : "ns1.example.com")))];
            var random = new Random(2);
            var sending = Task.Run(async () =>
            {
                for (int at = 0; at < all.Length;)
                {
                    int count = Math.Min(random.Next(1, 60), all.Length - at);
                    await socket.SendAsync(all.AsMemory(at, count));
                    at += count;
                }
            });
            for (int i = 0; i < 50; i++)
            {
                var answer = await ReadAsync(socket);
                Assert.Equal((i, i % 7 == 0 ? 200 : 1), (answer.Id, answer.Answers.Count));
            }

            await sending;
        }
    }

    [Fact]
    public async Task Silent_and_slow_connections_are_closed_and_nobody_has_too_many()
    {
        var (server, address) = await StartAsync(Settings with { IdleTime = TimeSpan.FromMilliseconds(300), ConnectionsPerClient = 3 });
        await using (server)
        {
            using var silent = await ConnectAsync(address);
            using var slow = await ConnectAsync(address);
            await slow.SendAsync(new byte[] { 0, 20, 1 });
            Assert.Equal(0, await silent.ReceiveAsync(new byte[1], Peer.Soon));
            Assert.Equal(0, await slow.ReceiveAsync(new byte[1], Peer.Soon));
        }

        (server, address) = await StartAsync(Settings with { ConnectionsPerClient = 3, Connections = 10 });
        await using (server)
        {
            var sockets = new List<Socket>();
            for (int i = 0; i < 3; i++)
            {
                sockets.Add(await ConnectAsync(address));
                await sockets[i].SendAsync(Framed(Question(1, "ns1.example.com")));
                await ReadAsync(sockets[i]);
            }

            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                using var fourth = await ConnectAsync(address);
                await fourth.SendAsync(Framed(Question(1, "ns1.example.com")));
                await ReadAsync(fourth);
            });
            await sockets[0].SendAsync(Framed(Question(2, "ns1.example.com")));
            Assert.Equal(2, (await ReadAsync(sockets[0])).Id);
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Responses_are_never_answered()
    {
        var (server, address) = await StartAsync();
        await using (server)
        {
            byte[] query = Question(1, "ns1.example.com");
            query[2] |= 0x80;
            Assert.Null(await AskAsync(address, query, waitMilliseconds: 300));
        }
    }

    [Fact]
    public async Task Like_answers_are_limited_but_for_those_with_a_cookie()
    {
        var (server, address) = await StartAsync(Settings with { RateLimit = 5, Slip = 2 }, clock: new ManualClock());
        await using (server)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(address);

            // All in the same second: five whole answers, and every second one of the others cut short.
            var (full, cut) = await CountAsync(socket, 200, 5 + (195 / 2), null);
            Assert.Equal((5, 195 / 2), (full, cut));

            var first = await AskAsync(address, Question(1, "mail.example.com", opt: new() { Options = [new(EdnsOption.Cookie, [1, 2, 3, 4, 5, 6, 7, 8])] }));
            Assert.Equal(24, first!.Opt![EdnsOption.Cookie]!.Length);
            (full, cut) = await CountAsync(socket, 200, 200, first.Opt[EdnsOption.Cookie]);
            Assert.Equal((200, 0), (full, cut));
        }
    }

    static async Task<(int Full, int Cut)> CountAsync(Socket socket, int questions, int answers, byte[]? cookie)
    {
        byte[] query = Question(1, "ns1.example.com", opt: cookie is null ? null : new() { Options = [new(EdnsOption.Cookie, cookie)] }), response = new byte[4096];
        int full = 0, cut = 0;
        var reading = Task.Run(async () =>
        {
            while (full + cut < answers)
            {
                int length = await socket.ReceiveAsync(response, Peer.Soon);
                Assert.True(DnsMessage.TryParse(response.AsSpan(0, length), out var message, out _));
                _ = message.IsTruncated ? cut++ : full++;
            }
        });
        for (int i = 0; i < questions; i++)
        {
            await socket.SendAsync(query);
        }

        await reading;
        return (full, cut);
    }

    [Fact]
    public async Task Answers_may_take_their_time_and_are_bounded()
    {
        var slow = new SlowResponder();
        var (server, address) = await StartAsync(Settings with { WaitingPerClient = 3, Workers = 1 }, slow);
        await using (server)
        {
            using var connection = await ConnectAsync(address);
            await connection.SendAsync(Framed(Question(1, "slow.test")));
            await connection.SendAsync(Framed(Question(2, "fast.test")));
            Assert.Equal(2, (await ReadAsync(connection)).Id);

            var asked = Enumerable.Range(0, 4).Select(i => AskAsync(address, Question((ushort)(10 + i), "slow.test", opt: new() { DnssecOk = true }), waitMilliseconds: 3000)).ToList();

            // One thread takes them in order: when what is answered at once has its answer, all before have their places, or none.
            byte[] notImplemented = Question(19, "any.test");
            notImplemented[2] |= 0x20;
            Assert.Equal(ResponseCode.NotImp, (await AskAsync(address, notImplemented))!.ResponseCode);
            while (slow.Waiting < 3)
            {
                await Task.Delay(10);
            }

            Assert.Equal(3, slow.Waiting);
            slow.Go.SetResult();
            Assert.Equal(1, (await ReadAsync(connection)).Id);
            var answers = await Task.WhenAll(asked);
            Assert.Equal(2, answers.Count(answer => answer is { RecursionAvailable: true, Answers.Count: 1, Opt.DnssecOk: true }));
            Assert.Equal(2, answers.Count(answer => answer is null));

            // The places are free again.
            Assert.NotNull(await AskAsync(address, Question(20, "slow.test")));
        }
    }

    sealed class SlowResponder : IDnsResponder
    {
        int waiting;

        public int Waiting => Volatile.Read(ref waiting);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Answer(in DnsRequest request, Span<byte> response) => IDnsResponder.Later;

        public async ValueTask<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint client, CancellationToken stop)
        {
            if (query.Questions[0].Name == DnsName.Parse("slow.test"))
            {
                Interlocked.Increment(ref waiting);
                await Go.Task.WaitAsync(stop);
            }

            var answer = query.Response();
            answer.RecursionAvailable = true;
            answer.Answers.Add(new(query.Questions[0].Name, 60, RecordData.Of(IPAddress.Loopback)));
            return answer;
        }
    }

    [Theory]
    [InlineData("now.test")]
    [InlineData("later.test")]
    public async Task A_responder_that_fails_costs_one_question_its_answer(string name)
    {
        var (server, address) = await StartAsync(responder: new FaultyResponder());
        await using (server)
        {
            Assert.Equal(ResponseCode.ServFail, (await AskAsync(address, Question(1, name)))!.ResponseCode);
            Assert.Equal(ResponseCode.ServFail, (await AskAsync(address, Question(2, name)))!.ResponseCode);
        }
    }

    sealed class FaultyResponder : IDnsResponder
    {
        public int Answer(in DnsRequest request, Span<byte> response) =>
            request.Name.IndexOf("later"u8) >= 0 ? IDnsResponder.Later : response[response.Length];

        public ValueTask<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint client, CancellationToken stop) =>
            throw new InvalidOperationException("a fault");
    }

    [Fact]
    public async Task Noise_changes_nothing()
    {
        var (server, address) = await StartAsync();
        await using (server)
        {
            var random = new Random(4);
            byte[] good = Question(1, "www.example.com", opt: new() { Options = [new(EdnsOption.Cookie, [1, 2, 3, 4, 5, 6, 7, 8]), new(EdnsOption.Nsid, [])] });
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(address);
            for (int i = 0; i < 20_000; i++)
            {
                await socket.SendAsync(DnsNoise.Next(random, good));
            }

            for (int i = 0; i < 20; i++)
            {
                using var connection = await ConnectAsync(address);
                byte[] noise = new byte[random.Next(1, 5000)];
                random.NextBytes(noise);
                await connection.SendAsync(noise);
            }

            for (int tries = 0; tries < 5; tries++)
            {
                if (await AskAsync(address, Question(1, "ns1.example.com"), waitMilliseconds: 2000) is { } answer)
                {
                    Assert.Single(answer.Answers);
                    return;
                }
            }

            Assert.Fail("no answer after the noise");
        }
    }

    [Fact]
    public async Task Two_servers_do_not_share_a_port()
    {
        var (server, address) = await StartAsync();
        await using (server)
        {
            var second = new DnsServer(new ZoneResponder(zones), null, Settings with { Listen = [address] }, TimeProvider.System, new TestScreen());
            var error = await Assert.ThrowsAsync<Wiretale.Lab.Links.LinkException>(() => second.RunAsync(Peer.Soon));
            Assert.Contains("another program holds the port", error.Message, StringComparison.Ordinal);
        }
    }

    [NeedsTheory("dig")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_comes_from_the_address_that_was_asked(bool takesTime)
    {
        var (server, address) = await StartAsync(Settings with { Listen = [new(IPAddress.Any, 0)] }, takesTime ? new SlowResponder() : null);
        await using (server)
        {
            // dig takes answers from nobody else.
            Assert.Equal(takesTime ? "127.0.0.1\n" : "192.0.2.1\n", await DigAsync(new(IPAddress.Parse("127.0.0.77"), address.Port), "ns1.example.com", "+short"));
        }
    }
}
