using System.Text;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Dissection.Tests.Filters;

/// <summary>A sieve holds back only what does not pass, and what it held back is missed by nobody.</summary>
public class HeaderSieveTests
{
    /// <summary>Filters with every field that a sieve reads, and with some that it does not.</summary>
    static readonly string[] Filters =
    [
        "tcp.port == 80", "tcp.port != 80", "tcp.port !== 80", "!(tcp.port == 80)", "all tcp.port > 1024", "tcp.srcport == 80 && tcp.len > 0",
        "tcp.dstport in {80, 443, 1000..2000}", "tcp.port not in {80, 443}", "any tcp.port in {1025..65535}", "tcp.flags.syn == 1", "tcp.flags.syn", "tcp.flags.ack == 0",
        "tcp.flags.fin == 1 or tcp.flags.reset == True", "tcp.flags.push == 1 and not tcp.flags.urg == 1", "tcp.flags == 0x12", "tcp.flags & 2", "tcp.hdr_len > 20",
        "tcp.len == 0", "tcp.len >= 100", "tcp.window_size_value < 1000", "tcp.seq_raw > 0x80000000", "tcp.ack_raw == 0", "tcp.seq == 1", "tcp.stream == 1 and tcp.port == 80",
        "ip.src == 10.0.0.0/8", "ip.addr == 192.168.0.0/16", "ip.addr != 192.168.0.0/16", "ip.dst in {10.0.0.1 .. 10.255.255.255}", "ip.src > 100.0.0.0", "ip.proto == 17", "ip.proto == 6 && ip.ttl < 64",
        "ip.len > 500", "ip.id == 0", "ip.version == 4", "ip.addr#1 == 10.0.0.1", "ip.src == ip.dst", "ip", "ipv6", "not ip", "ipv6.hlim == 64", "ipv6.addr == fe80::/10 or udp", "tcp", "!tcp", "udp",
        "udp.port == 53", "icmp or arp or igmp", "not udp.port == 53 and ip", "frame.len > 100 and tcp.port == 80", "eth.addr == 00:00:00:00:00:00 and tcp.len == 0", "vlan", "tcp[13] & 2", "tcp contains \"a\"",    ];

    public static TheoryData<string> All => [.. Filters];

    [Theory]
    [MemberData(nameof(All))]
    public void What_it_holds_back_does_not_pass(string text)
    {
        var filter = DisplayFilter.Compile(text, Catalog.Registry);
        var demand = new Demand(Catalog.Registry);
        filter.AddTo(demand);
        foreach (string name in GoldenCapture.Names)
        {
            using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open(name).Bytes), name);
            TestCapture.Run(reader, demand, batch =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    Assert.True(filter.Sieve is not { } sieve || sieve.MayPass(batch.Frames[i]) || !filter.Matches(batch, i), $"{name}, frame {batch.Frames[i].Number}");
                }
            });
        }
    }

    [Theory]
    [InlineData("tcp.port == 8080 && tcp.flags.syn == 1")]
    [InlineData("udp")]
    [InlineData("!tcp.port == 80 and ip.src != 10.0.0.0/8")]
    [InlineData("ipv6 and (tcp.len == 0 or frame.len > 2000)")]
    public void It_holds_back_what_headers_rule_out(string text)
    {
        var filter = DisplayFilter.Compile(text, Catalog.Registry);
        Assert.NotNull(filter.Sieve);
        Assert.Contains(Frames("Transport/tcp-handshake"), f => !MayPass(filter.Sieve, f));
    }

    [Theory]
    [InlineData("")]
    [InlineData("frame.len > 100")]
    [InlineData("tcp.port == 80 or tcp.analysis.retransmission")]
    [InlineData("eth.addr == 00:00:00:00:00:01")]
    public void Where_headers_rule_nothing_out_there_is_no_sieve(string text) => Assert.Null(DisplayFilter.Compile(text, Catalog.Registry).Sieve);

    /// <summary>Sequence numbers, marks and streams of packets depend on those before them that were held back.</summary>
    [Theory]
    [InlineData("tcp.flags.syn == 1 && tcp.len == 0", true)]
    [InlineData("tcp.len == 0 && tcp.flags.fin == 0", true)]
    [InlineData("tcp.flags.reset == 1", false)]
    [InlineData("tcp.len > 0 && tcp.flags.push == 1", false)]
    [InlineData("udp.port == 53 or tcp.srcport == 80", false)]
    public void A_run_says_the_same_with_a_sieve(string text, bool asList)
    {
        byte[] file = ThreadTests.Mixture();
        string without = Print(file, text, asList, sieves: false, threads: 0);

        Assert.Contains("\n", without);
        foreach (int threads in (int[])[0, 1, 4])
        {
            Assert.Equal(without, Print(file, text, asList, sieves: true, threads));
        }
    }

    static string Print(byte[] file, string text, bool asList, bool sieves, int threads)
    {
        using var reader = CaptureReader.Open(new MemoryStream(file), "test");
        var filter = DisplayFilter.Compile(text, Catalog.Registry);
        var demand = new Demand(Catalog.Registry) { Columns = asList };
        ISink sink = asList ? new PacketList(reader)
            : new ItemLines(demand, "frame.number", "frame.time_delta", "frame.time_delta_displayed", "ip.src", "tcp.stream", "udp.stream", "tcp.seq", "tcp.analysis.flags", "tcp.analysis.ack_rtt", "tcp.time_delta", "tcp.window_size", "tcp.completeness");
        filter.AddTo(demand);
        var settings = new EngineSettings { Strict = true, HeadersOnly = asList, Sieve = sieves ? filter.Sieve : null };
        using var output = new MemoryStream();
        var run = new CaptureRun(reader, new DissectionEngine(demand, settings), sink, output) { Threads = threads, Filter = filter.Matches };
        run.Run();
        Assert.False(run.GaveUp);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    static List<byte[]> Frames(string capture) => GoldenCapture.Open(capture).EthernetFrames();

    static unsafe bool MayPass(HeaderSieve sieve, byte[] frame)
    {
        fixed (byte* bytes = frame)
        {
            return sieve.MayPass(new() { Bytes = bytes, CapturedLength = frame.Length, OriginalLength = (uint)frame.Length, LinkType = Wire.LinkType.Ethernet });
        }
    }
}
