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
        { "Internet/icmp", "io,stat,0.01" },
        { "Internet/icmp", "io,stat,0,icmp,,BYTES()icmp.type == 8,COUNT(icmp)icmp" },
        { "Http/http-bodies", "io,stat,0.01,MIN(tcp.len)tcp.len,MAX(tcp.len)tcp.len,AVG(tcp.len)tcp.len,SUM(tcp.len)tcp.len,LOAD(tcp.time_delta)tcp.time_delta,AVG(tcp.time_delta)tcp.time_delta" },
        { "Http/http-bodies", "expert" },
        { "Http/http-bodies", "expert,note,tcp" },
        { "Transport/tcp-lost", "expert,warn" },
        { "link/arp", "expert" },
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

    static string Answer(string capture, string statistic)
    {
        using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open(capture).Bytes), capture);
        var sink = new StatisticsSink([StatisticsCatalog.Make(statistic, new(Catalog.Registry, reader, "-"))]);
        var demand = new Demand(Catalog.Registry);
        sink.AddTo(demand);
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand, new() { Strict = true }), sink, output).Run();
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
