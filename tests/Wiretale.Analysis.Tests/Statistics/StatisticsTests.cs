using System.Runtime.CompilerServices;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Statistics;

/// <summary>Every statistic on small captures against its expected text and, where tshark is installed, against tshark's; expected texts are written anew with WIRETALE_REGENERATE=1.</summary>
public class StatisticsTests
{
    public static TheoryData<string, string> Questions => new()
    {
        { "dhcp-options", "dhcp,stat" },
        { "dhcp-forms", "dhcp,stat,dhcp.option.dhcp == 3" },
        { "tunnels/vxlan", "conv,eth" },
        { "tunnels/vxlan", "conv,udp,udp.port == 4789" },
        { "Internet/icmp", "conv,ip" },
        { "Transport/tcp-reused", "conv,tcp" },
        { "Http/http-bodies", "conv,tcp" },
        { "Internet/icmpv6", "conv,ipv6" },
        { "link/cooked2", "conv,sll" },
        { "Http/http-bodies", "endpoints,tcp,tcp.srcport == 80" },
        { "tunnels/gre", "endpoints,ip" },
        { "tunnels/gre", "endpoints,ipv6" },
        { "link/vlan", "endpoints,eth" },
        { "link/cooked2", "endpoints,sll" },
        { "nbns", "endpoints,udp" },
        { "tunnels/vxlan", "io,phs" },
        { "Http/http-bodies", "io,phs,tcp" },
        { "Http/http-messages", "io,phs" },
        { "tunnels/ip-in-ip-deep", "io,phs" },
        { "dns-guessed", "io,phs" },
        { "packet-options", "io,phs" },
        { "tcp-sent-again", "io,phs" },
        { "ethernet-cut", "io,phs" },
        { "Internet/icmp", "io,stat,0.01" },
        { "Internet/icmp", "io,stat,0,icmp,,BYTES()icmp.type == 8,COUNT(icmp)icmp" },
        { "Http/http-bodies", "io,stat,0.01,MIN(tcp.len)tcp.len,MAX(tcp.len)tcp.len,AVG(tcp.len)tcp.len,SUM(tcp.len)tcp.len,LOAD(tcp.time_delta)tcp.time_delta,AVG(tcp.time_delta)tcp.time_delta" },
        { "Http/http-bodies", "expert" },
        { "Http/http-bodies", "expert,note,tcp" },
        { "Transport/tcp-lost", "expert,warn" },
        { "link/arp", "expert" },
        { "tcp-sent-again", "expert" },
        { "tls/vectors", "expert" },
        { "Http/http-bodies", "plen,tree" },
        { "tunnels/gre", "ip_hosts,tree" },
        { "tunnels/teredo", "ip_srcdst,tree" },
        { "Internet/icmp", "ptype,tree,ip.proto == 1" },
        { "Internet/icmp", "dests,tree" },
        { "tunnels/teredo", "ipv6_hosts,tree" },
        { "Internet/icmpv6", "ipv6_srcdst,tree" },
        { "tunnels/vxlan", "ipv6_ptype,tree" },
        { "Internet/icmpv6", "ipv6_dests,tree" },
        { "Http/http-messages", "http,tree" },
        { "Http/http-messages", "http_srv,tree" },
        { "Http/http-messages", "http_req,tree" },
        { "Http/http-sequences", "http_seq,tree" },
        { "Http/http-sequences", "http_seq,tree,tcp.port == 1003" },
        { "dns-records", "dns,tree" },
        { "dns-edns", "dns,tree,dns.flags.response == 1" },
        { "Internet/icmp", "icmp,srt" },
        { "Internet/icmpv6", "icmpv6,srt" },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void Statistic_has_its_expected_answer(string capture, string statistic)
    {
        string answer = Answer(capture, statistic);
        string expected = Path.Combine(Folder(), $"{capture.Replace('/', '-')}.{new string([.. statistic.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')])}.txt");
        if (Environment.GetEnvironmentVariable("WIRETALE_REGENERATE") == "1")
        {
            File.WriteAllText(expected, answer);
        }

        Assert.Equal(File.ReadAllText(expected), answer);
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public void Statistic_answers_as_tshark_does(string capture, string statistic)
    {
        if (Tshark.Path is not null)
        {
            Assert.Equal(Tshark.Ask(GoldenCapture.Open(capture).Bytes, statistic), Answer(capture, statistic));
        }
    }

    [Fact]
    public void Hosts_are_those_that_answers_and_the_file_name()
    {
        // tshark prints them in no order of use.
        string ours = Answer("dns-records", "hosts");
        Assert.StartsWith("# TShark hosts output\n#\n# Host data gathered from -\n\n1.2.3.4\t", ours, StringComparison.Ordinal);
        Assert.DoesNotContain("2001:", Answer("dns-records", "hosts,ipv4"), StringComparison.Ordinal);
        Assert.Contains("2001:db8::1\t", Answer("dns-records", "hosts,ipv6"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv,foo", "Invalid -z argument \"conv,foo\"; it must be one of:\n     account\n     conv,eth\n")]
    [InlineData("conv,tcp,foo==1", "Couldn't register conversations tap: Filter \"foo==1\" is invalid - ")]
    [InlineData("endpoints,ip,(", "Couldn't register endpoint tap: Filter \"(\" is invalid - ")]
    [InlineData("io,stat", "invalid \"-z io,stat,<interval>[,<filter>][,<filter>]...\" argument")]
    [InlineData("io,stat,1,", "invalid \"-z io,stat,<interval>[,<filter>][,<filter>]...\" argument")]
    [InlineData("io,stat,0.0000001", "\"-z\" interval must be >=0.000001 seconds or \"0\" for the entire capture duration.")]
    [InlineData("io,stat,1,SUM(nothing)ip", "There is no field named 'nothing'.")]
    [InlineData("io,stat,1,SUM()ip", "You didn't specify a field name for SUM(*).")]
    [InlineData("io,stat,1,SUM(ip.len", "Closing parenthesis missing from calculated expression.")]
    [InlineData("io,stat,1,MAX(ip.src)ip", "ip.src doesn't have integral values, so MAX(*) calculations are not supported on it.")]
    [InlineData("io,stat,1,LOAD(ip.len)ip", "LOAD() is only supported for relative-time fields such as smb.time")]
    [InlineData("io,stat,1,FRAMES(ip)", "FRAMES does not require or allow a field name within the parens.")]
    [InlineData("hosts,foo", "invalid \"-z hosts[,ip|ipv4|ipv6]\" argument")]
    public void Bad_arguments_are_refused_in_tsharks_words(string argument, string message)
    {
        var e = Assert.Throws<StatisticException>(() => StatisticsCatalog.Make(argument, new(Catalog.Registry)));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_century_in_microseconds_is_not_drawn()
    {
        string answer = Answer(new TestCapture().Add([0], seconds: 0).Add([0], seconds: 4e9).File, "io,stat,0.000001");
        Assert.Contains("more than 5000000 intervals: choose a longer one", answer, StringComparison.Ordinal);
    }

    static string Answer(string capture, string statistic) => Answer(GoldenCapture.Open(capture).Bytes, statistic);

    static string Answer(byte[] capture, string statistic)
    {
        using var reader = CaptureReader.Open(new MemoryStream(capture), "-");
        return Answer(reader, statistic);
    }

    /// <summary>The answers to statistics about a capture.</summary>
    internal static string Answer(CaptureReader reader, params IEnumerable<string> statistics)
    {
        var setting = new StatisticSetting(Catalog.Registry, reader, "-");
        var sink = new StatisticsSink([.. statistics.Select(s => StatisticsCatalog.Make(s, setting))]);
        var demand = new Demand(Catalog.Registry);
        sink.AddTo(demand);
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand), sink, output).Run();
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
