using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Lab.Dns.Zones;

namespace Wiretale.Lab.Tests.Dns;

/// <summary>What zones answer; every question is asked three times: in the zone's letters, prepared by then, and in others.</summary>
public sealed class ZoneLookupTests
{
    /// <summary>RFC 4592 section 2.2.1.</summary>
    const string Wildcards = """
        $ORIGIN example.
        example.                 3600 IN  SOA   ns.example.com. admin 1 2 3 4 300
        example.                 3600     NS    ns.example.com.
        example.                 3600     NS    ns.example.net.
        *.example.               3600     TXT   "this is a wildcard"
        *.example.               3600     MX    10 host1.example.
        sub.*.example.           3600     TXT   "this is not a wildcard"
        host1.example.           3600     A     192.0.2.1
        _ssh._tcp.host1.example. 3600     SRV   0 0 22 host1.example.
        _ssh._tcp.host2.example. 3600     SRV   0 0 22 host1.example.
        subdel.example.          3600     NS    ns.example.com.
        subdel.example.          3600     NS    ns.example.net.
        """;

    const string Names = """
        $ORIGIN example.com.
        @ 3600 SOA ns admin 1 2 3 4 300
        @ NS ns
        ns A 192.0.2.1
        a CNAME b
        b CNAME c
        c A 192.0.2.3
        loop CNAME pool
        pool CNAME loop
        far CNAME www.example.org.
        near CNAME x.other.test.
        gone CNAME nothing
        wild CNAME foo.w
        *.w A 192.0.2.4
        *.cw CNAME c
        sub NS ns.sub
        sub NS ns
        sub NS ns.example.org.
        sub DS 1 8 2 00
        ns.sub A 192.0.2.5
        ns.sub AAAA 2001:db8::5
        tosub CNAME x.sub
        d DNAME dd.example.com.
        d TXT "of the owner itself"
        x.d A 192.0.2.9
        x.dd A 192.0.2.6
        away DNAME example.org.
        m MX 10 c
        m MX 20 mail.other.test.
        deep.below.ent A 192.0.2.7
        child A 192.0.2.8
        hidden.child A 192.0.2.8
        """;

    const string Other = "$ORIGIN other.test.\n@ 60 SOA ns admin 1 2 3 4 30\n@ NS ns\nx A 198.51.100.1\nmail A 198.51.100.2\n";

    const string Child = "$ORIGIN child.example.com.\n@ 60 SOA ns admin 1 2 3 4 30\n@ NS ns\nns A 198.51.100.3\n";

    static readonly ZoneResponder responder = new(new([ZoneFile.Parse(Wildcards), ZoneFile.Parse(Names), ZoneFile.Parse(Other), ZoneFile.Parse(Child)]));

    // Columns: question, outcome with AA in capitals, then the records of the sections: answers / authorities / additionals.
    [Theory]
    // RFC 4592 section 2.2.1: synthesized.
    [InlineData("host3.example. MX", "NOERROR AA", "host3.example. MX 10 host1.example. / / host1.example. A 192.0.2.1")]
    [InlineData("host3.example. A", "NOERROR AA", "/ example. SOA /")]
    [InlineData("foo.bar.example. TXT", "NOERROR AA", "foo.bar.example. TXT \"this is a wildcard\" / /")]
    // RFC 4592 section 2.2.1: not synthesized.
    [InlineData("host1.example. MX", "NOERROR AA", "/ example. SOA /")]
    [InlineData("sub.*.example. MX", "NOERROR AA", "/ example. SOA /")]
    [InlineData("_telnet._tcp.host1.example. SRV", "NXDOMAIN AA", "/ example. SOA /")]
    [InlineData("host.subdel.example. A", "NOERROR", "/ subdel.example. NS ns.example.com. + subdel.example. NS ns.example.net. /")]
    [InlineData("ghost.*.example. MX", "NXDOMAIN AA", "/ example. SOA /")]
    // RFC 4592 section 2.2.2: empty non-terminals, and the asterisk asked for.
    [InlineData("_tcp.host1.example. A", "NOERROR AA", "/ example. SOA /")]
    [InlineData("host2.example. MX", "NOERROR AA", "/ example. SOA /")]
    [InlineData("*.example. TXT", "NOERROR AA", "*.example. TXT \"this is a wildcard\" / /")]
    // Positive answers and what goes with them.
    [InlineData("example.com. NS", "NOERROR AA", "example.com. NS ns.example.com. / / ns.example.com. A 192.0.2.1")]
    [InlineData("m.example.com. MX", "NOERROR AA", "m.example.com. MX 10 c.example.com. + m.example.com. MX 20 mail.other.test. / / c.example.com. A 192.0.2.3 + mail.other.test. A 198.51.100.2")]
    [InlineData("c.example.com. ANY", "NOERROR AA", "c.example.com. A 192.0.2.3 / /")]
    // Negative answers.
    [InlineData("c.example.com. AAAA", "NOERROR AA", "/ example.com. SOA /")]
    [InlineData("nothing.example.com. A", "NXDOMAIN AA", "/ example.com. SOA /")]
    [InlineData("x.c.example.com. A", "NXDOMAIN AA", "/ example.com. SOA /")]
    [InlineData("below.ent.example.com. A", "NOERROR AA", "/ example.com. SOA /")]
    [InlineData("x.below.ent.example.com. A", "NXDOMAIN AA", "/ example.com. SOA /")]
    // Aliases.
    [InlineData("a.example.com. A", "NOERROR AA", "a.example.com. CNAME b.example.com. + b.example.com. CNAME c.example.com. + c.example.com. A 192.0.2.3 / /")]
    [InlineData("a.example.com. AAAA", "NOERROR AA", "a.example.com. CNAME b.example.com. + b.example.com. CNAME c.example.com. / example.com. SOA /")]
    [InlineData("a.example.com. CNAME", "NOERROR AA", "a.example.com. CNAME b.example.com. / /")]
    [InlineData("a.example.com. ANY", "NOERROR AA", "a.example.com. CNAME b.example.com. / /")]
    [InlineData("loop.example.com. A", "NOERROR AA", "loop.example.com. CNAME pool.example.com. + pool.example.com. CNAME loop.example.com. / /")]
    [InlineData("far.example.com. A", "NOERROR AA", "far.example.com. CNAME www.example.org. / /")]
    [InlineData("near.example.com. A", "NOERROR AA", "near.example.com. CNAME x.other.test. + x.other.test. A 198.51.100.1 / /")]
    [InlineData("near.example.com. MX", "NOERROR AA", "near.example.com. CNAME x.other.test. / other.test. SOA /")]
    [InlineData("gone.example.com. A", "NXDOMAIN AA", "gone.example.com. CNAME nothing.example.com. / example.com. SOA /")]
    [InlineData("wild.example.com. A", "NOERROR AA", "wild.example.com. CNAME foo.w.example.com. + foo.w.example.com. A 192.0.2.4 / /")]
    [InlineData("x.y.cw.example.com. A", "NOERROR AA", "x.y.cw.example.com. CNAME c.example.com. + c.example.com. A 192.0.2.3 / /")]
    [InlineData("x.y.cw.example.com. TXT", "NOERROR AA", "x.y.cw.example.com. CNAME c.example.com. / example.com. SOA /")]
    // Delegations.
    [InlineData("x.y.sub.example.com. A", "NOERROR", "/ sub.example.com. NS ns.sub.example.com. + sub.example.com. NS ns.example.com. + sub.example.com. NS ns.example.org. / ns.sub.example.com. A 192.0.2.5 + ns.sub.example.com. AAAA 2001:db8::5 + ns.example.com. A 192.0.2.1")]
    [InlineData("ns.sub.example.com. A", "NOERROR", "/ sub.example.com. NS ns.sub.example.com. + sub.example.com. NS ns.example.com. + sub.example.com. NS ns.example.org. / ns.sub.example.com. A 192.0.2.5 + ns.sub.example.com. AAAA 2001:db8::5 + ns.example.com. A 192.0.2.1")]
    [InlineData("sub.example.com. NS", "NOERROR", "/ sub.example.com. NS ns.sub.example.com. + sub.example.com. NS ns.example.com. + sub.example.com. NS ns.example.org. / ns.sub.example.com. A 192.0.2.5 + ns.sub.example.com. AAAA 2001:db8::5 + ns.example.com. A 192.0.2.1")]
    [InlineData("sub.example.com. DS", "NOERROR AA", "sub.example.com. DS 1 8 2 00 / /")]
    [InlineData("x.sub.example.com. DS", "NOERROR", "/ sub.example.com. NS ns.sub.example.com. + sub.example.com. NS ns.example.com. + sub.example.com. NS ns.example.org. / ns.sub.example.com. A 192.0.2.5 + ns.sub.example.com. AAAA 2001:db8::5 + ns.example.com. A 192.0.2.1")]
    [InlineData("subdel.example. DS", "NOERROR AA", "/ example. SOA /")]
    [InlineData("tosub.example.com. TXT", "NOERROR AA", "tosub.example.com. CNAME x.sub.example.com. / sub.example.com. NS ns.sub.example.com. + sub.example.com. NS ns.example.com. + sub.example.com. NS ns.example.org. / ns.sub.example.com. A 192.0.2.5 + ns.sub.example.com. AAAA 2001:db8::5 + ns.example.com. A 192.0.2.1")]
    // RFC 6672: below a DNAME record all is rewritten, and what stands there in the file is not seen.
    [InlineData("x.d.example.com. A", "NOERROR AA", "d.example.com. DNAME dd.example.com. + x.d.example.com. CNAME x.dd.example.com. + x.dd.example.com. A 192.0.2.6 / /")]
    [InlineData("y.d.example.com. A", "NXDOMAIN AA", "d.example.com. DNAME dd.example.com. + y.d.example.com. CNAME y.dd.example.com. / example.com. SOA /")]
    [InlineData("x.d.example.com. CNAME", "NOERROR AA", "d.example.com. DNAME dd.example.com. + x.d.example.com. CNAME x.dd.example.com. / /")]
    [InlineData("d.example.com. TXT", "NOERROR AA", "d.example.com. TXT \"of the owner itself\" / /")]
    [InlineData("d.example.com. DNAME", "NOERROR AA", "d.example.com. DNAME dd.example.com. / /")]
    [InlineData("q.away.example.com. A", "NOERROR AA", "away.example.com. DNAME example.org. + q.away.example.com. CNAME q.example.org. / /")]
    // A zone below another: its names are its own.
    [InlineData("child.example.com. A", "NOERROR AA", "/ child.example.com. SOA /")]
    [InlineData("ns.child.example.com. A", "NOERROR AA", "ns.child.example.com. A 198.51.100.3 / /")]
    [InlineData("hidden.child.example.com. A", "NXDOMAIN AA", "/ child.example.com. SOA /")]
    [InlineData("child.example.com. DS", "NOERROR AA", "/ example.com. SOA /")]
    // Not ours, or not done.
    [InlineData("example.org. A", "REFUSED", "/ /")]
    [InlineData(". NS", "REFUSED", "/ /")]
    [InlineData("example.com. AXFR", "REFUSED", "/ /")]
    [InlineData("example.com. MAILB", "NOTIMP", "/ /")]
    [InlineData("example.com. OPT", "FORMERR", "/ /")]
    public void A_question_has_its_answer(string question, string outcome, string records)
    {
        string[] words = question.Split(' ');
        Assert.True(RecordType.TryParse(words[1], out var type));
        var name = DnsName.Parse(words[0]);
        foreach (var asked in new[] { name, name, DnsName.Parse(words[0].ToUpperInvariant()) })
        {
            var message = Ask(responder, asked, type);
            Assert.Equal(asked.Wire, message.Questions[0].Name.Wire);
            Assert.Equal(outcome, $"{message.ResponseCode.Name()}{(message.IsAuthoritative ? " AA" : "")}");
            Assert.Equal(records.ToUpperInvariant(), $"{Text(message.Answers)} / {Text(message.Authorities)} / {Text(message.Additionals)}".Replace("  ", " ", StringComparison.Ordinal).Trim().ToUpperInvariant());
        }

        static string Text(List<ResourceRecord> records) =>
            string.Join(" + ", records.Select(record => record.Type == RecordType.SOA ? $"{record.Name} SOA" : $"{record.Name} {record.Type} {record.Data}"));
    }

    static DnsMessage Ask(ZoneResponder responder, DnsName name, RecordType type, int limit = ushort.MaxValue, bool isTcp = false)
    {
        byte[] query = DnsMessage.Query(7, new(name, type)).ToBytes(), response = new byte[limit];
        Assert.Equal(RequestVerdict.Question, DnsRequest.Read(query, isTcp, new byte[255], out var request));
        int length = responder.Answer(request, response);
        Assert.True(DnsMessage.TryParse(response.AsSpan(0, length), out var message, out string? error), error);
        return message;
    }

    [Fact]
    public void A_name_that_a_rewrite_makes_too_long_is_said_to_be()
    {
        string label = new('x', 63), most = $"{label}.{label}.{label}";
        var long1 = new ZoneResponder(new([ZoneFile.Parse($"$ORIGIN a.\n@ 60 SOA ns admin 1 2 3 4 30\n@ NS ns\nd DNAME {label}.b.\n")]));
        var answer = Ask(long1, DnsName.Parse($"{most}.d.a."), RecordType.A);
        Assert.Equal(ResponseCode.YXDomain, answer.ResponseCode);
        Assert.Equal([RecordType.DNAME], answer.Answers.Select(record => record.Type));
    }

    [Fact]
    public void Additional_records_go_first_and_then_all_with_TC()
    {
        var name = DnsName.Parse("m.example.com.");
        Assert.Equal(2, Ask(responder, name, RecordType.MX).Additionals.Count);
        var some = Ask(responder, name, RecordType.MX, limit: 90);
        Assert.True(some is { IsTruncated: false, Answers.Count: 2, Additionals.Count: 0 });
        var none = Ask(responder, name, RecordType.MX, limit: 60);
        Assert.True(none is { IsTruncated: true, Answers.Count: 0, Additionals.Count: 0 });

        // Without its glue a referral would be no use.
        var referral = Ask(responder, DnsName.Parse("x.sub.example.com"), RecordType.A, limit: 120);
        Assert.True(referral is { IsTruncated: true, Authorities.Count: 0, Additionals.Count: 0 });
    }

    [Fact]
    public void ANY_gets_everything_over_TCP_alone()
    {
        var name = DnsName.Parse("ns.sub.example.com");
        Assert.Equal(2, Ask(responder, DnsName.Parse("d.example.com"), RecordType.ANY, isTcp: true).Answers.Count);
        Assert.Single(Ask(responder, DnsName.Parse("d.example.com"), RecordType.ANY).Answers);
        Assert.Equal(3, Ask(responder, name, RecordType.ANY).Authorities.Count);
    }

    [Fact]
    public void Prepared_answers_are_those_that_are_made()
    {
        // Names in the zones' letters have prepared answers; the same names elsewhere in other letters do not. Names, types and limits by dice.
        var random = new Random(5);
        string[] labels = ["a", "b", "c", "d", "m", "sub", "ns", "w", "cw", "x", "ent", "below", "child", "*", "nothing", "wild", "near"];
        ushort[] types = [1, 2, 5, 6, 15, 16, 28, 33, 39, 43, 255, 4711];
        for (int round = 0; round < 20_000; round++)
        {
            string front = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => labels[random.Next(labels.Length)] + "."));
            string text = front + (random.Next(5) == 0 ? "example." : "example.com.");
            var type = new RecordType(types[random.Next(types.Length)]);
            int limit = random.Next(3) == 0 ? random.Next(60, 300) : 600;
            var prepared = Ask(responder, DnsName.Parse(text), type, limit);
            var made = Ask(responder, DnsName.Parse(text.Replace("example", "eXample", StringComparison.Ordinal)), type, limit);
            Assert.Equal(prepared.ResponseCode, made.ResponseCode);
            if (prepared.IsTruncated == made.IsTruncated && prepared.Additionals.Count == made.Additionals.Count)
            {
                Assert.Equal(prepared.Answers, made.Answers);
                Assert.Equal(prepared.Authorities, made.Authorities);
                Assert.Equal(prepared.Additionals, made.Additionals);
            }
            else
            {
                // Other letters cannot be pointed at, so that answer is longer.
                Assert.True(made.IsTruncated || made.Additionals.Count < prepared.Additionals.Count);
            }
        }
    }

    [Fact]
    public void Answers_are_prepared_without_waste()
    {
        byte[] query = DnsMessage.Query(7, new(DnsName.Parse("m.example.com"), RecordType.MX)).ToBytes(), none = DnsMessage.Query(7, new(DnsName.Parse("q.r.example.com"), RecordType.MX)).ToBytes();
        byte[] response = new byte[600], lower = new byte[255];

        // The least of several passes: the runtime counts something now and then on its own behalf.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => BytesForManyAnswers()));

        long BytesForManyAnswers()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < 1000; round++)
            {
                Ask2();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Ask2()
        {
            DnsRequest.Read(query, isTcp: false, lower, out var request);
            responder.Answer(request, response);
            DnsRequest.Read(none, isTcp: false, lower, out request);
            responder.Answer(request, response);
        }
    }

    [Fact]
    public void The_same_zone_twice_is_refused() => Assert.Throws<ZoneException>(() => new ZoneSet([ZoneFile.Parse(Child), ZoneFile.Parse(Child)]));
}
