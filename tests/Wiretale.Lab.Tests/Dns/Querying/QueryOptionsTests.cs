using System.Net;
using Wiretale.Lab.Dns.Querying;

namespace Wiretale.Lab.Tests.Dns.Querying;

public sealed class QueryOptionsTests
{
    [Theory]
    [InlineData("", ". IN NS")]
    [InlineData("example.com", "example.com. IN A")]
    [InlineData("mx example.com", "example.com. IN MX")]
    [InlineData("example.com MX", "example.com. IN MX")]
    [InlineData("example.com ch txt", "example.com. CH TXT")]
    [InlineData("TYPE65534 a\\.b.c", "a\\.b.c. IN TYPE65534")]
    public void Words_may_come_in_any_order(string words, string question) => Assert.Equal(question, QueryOptions.Parse(Words(words)).Question.ToString());

    [Fact]
    public void Words_change_what_is_sent()
    {
        var options = QueryOptions.Parse(Words("@ns +tcp +norec +do +bufsize=4096 +edns=1 +nsid +cd +noad +ignore +time=2 +retry=4 +0x20 a"));
        Assert.Equal(("ns", true, false, true, false, true, true), (options.Server, options.Ask.OverTcp, options.Ask.RecursionDesired, options.Ask.CheckingDisabled, options.Ask.AuthenticData, options.Ask.IgnoreTruncation, options.Ask.MixCase));
        Assert.Equal((4096, 1, true, 1), (options.Ask.Edns!.UdpSize, options.Ask.Edns.Version, options.Ask.Edns.DnssecOk, options.Ask.Edns.Options.Count));
        Assert.Equal((TimeSpan.FromSeconds(2), 5), (options.Patience, options.Tries));
        Assert.Null(QueryOptions.Parse(Words("+noedns")).Ask.Edns);
    }

    [Fact]
    public void A_word_may_be_cut_short_and_the_last_one_counts()
    {
        var options = QueryOptions.Parse(Words("+noall +ans +NORECURSE +nocmd +shor +noshort"));
        Assert.Equal((true, false, false, false), (options.ShowsAnswer, options.ShowsAuthority, options.ShowsStatistics, options.Short));
        Assert.False(options.Ask.RecursionDesired);
    }

    [Theory]
    [InlineData("+foo", "'+foo' is not an option")]
    [InlineData("+bufsize=99999", "'+bufsize=99999': the value does not fit")]
    [InlineData("+tries=0", "'+tries=0': the value does not fit")]
    [InlineData("a.b c.d", "'c.d': there is a name already, a.b.")]
    [InlineData("a..b", "'a..b' has an empty label")]
    [InlineData("example.com IXFR", "IXFR is not to be had here")]
    public void What_is_no_word_is_said(string words, string error) =>
        Assert.StartsWith(error, Assert.Throws<FormatException>(() => QueryOptions.Parse(Words(words))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa.")]
    [InlineData("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.")]
    public void Addresses_have_names(string address, string name) => Assert.Equal(name, QueryOptions.ReverseName(IPAddress.Parse(address)));

    [Fact]
    public void The_systems_servers_are_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["resolv.conf"], "# a comment\nsearch example.com\nnameserver 192.0.2.53\n  nameserver\t2001:db8::53\nnameserver nonsense\n");
        Assert.Equal(["192.0.2.53", "2001:db8::53"], SystemServers.Read(folder["resolv.conf"]).Select(address => address.ToString()));
        Assert.Equal([IPAddress.Loopback], SystemServers.Read(folder["none"]));
    }

    static string[] Words(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
