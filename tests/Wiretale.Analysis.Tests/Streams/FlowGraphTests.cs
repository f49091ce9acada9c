using System.Xml.Linq;
using Wiretale.Analysis.Statistics;
using Wiretale.Dissection;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Streams;

/// <summary>Flow graphs: with characters as tshark draws them, as pictures that a browser takes, as Mermaid.</summary>
public class FlowGraphTests
{
    public static TheoryData<string, string> Questions => new()
    {
        { "Http/http-bodies", "flow,any,standard" },
        { "Http/http-bodies", "flow,any,network,tcp.stream == 1" },
        { "Http/http-bodies", "flow,tcp,standard" },
        { "Http/http-bodies", "flow,tcp,network,tcp.stream == 1" },
        { "Internet/icmp", "flow,icmp,standard" },
        { "Internet/icmpv6", "flow,icmpv6,network" },
        { "dhcp-options", "flow,any,network" },
        { "dns-messages", "flow,tcp,standard" },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void Graph_is_tsharks(string capture, string question)
    {
        byte[] file = GoldenCapture.Open(capture).Bytes;
        string answer = FollowTests.Answer(file, question);
        FollowTests.Expect($"{capture}-{question}".Replace('/', '-').Replace(',', '-').Replace(" ", "", StringComparison.Ordinal), answer);
        if (Tshark.Path is not null)
        {
            Assert.Equal(Tshark.Ask(file, question), answer);
        }
    }

    [Fact]
    public void Picture_is_XML_with_an_arrow_a_packet_and_a_column_a_host()
    {
        byte[] file = new Talk(port: 80).Handshake().Client(1, 1, "GET /<&\"\u0001> HTTP/1.1\r\n\r\n").Datagram(false, "x").File;
        var svg = XDocument.Parse(FollowTests.Answer(file, "flow,any,svg"));
        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Equal(5, svg.Descendants(ns + "g").Count());
        Assert.Equal(["10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"], svg.Root!.Elements(ns + "text").Skip(1).Select(t => t.Value).Order(StringComparer.Ordinal));
        Assert.Contains(svg.Descendants(ns + "title"), t => t.Value.Contains("GET /<&\"", StringComparison.Ordinal));
        Assert.Contains(svg.Descendants(ns + "text"), t => t.Value == "0.003000");
    }

    [Fact]
    public void Mermaid_has_participants_and_messages_and_nothing_that_a_packet_could_smuggle_in()
    {
        byte[] file = new Talk(port: 80).Handshake().Client(1, 1, "GET /;#<b>%% HTTP/1.1\r\n\r\n").File;
        Assert.Equal("""
            sequenceDiagram
                participant h0 as 10.0.0.1
                participant h1 as 10.0.0.2
                h0->>h1: 0.000000 TCP 40000 → 80 [SYN] Seq=0 Win=8192 Len=0
                h1->>h0: 0.001000 TCP 80 → 40000 [SYN, ACK] Seq=0 Ack=1 Win=8192 Len=0
                h0->>h1: 0.002000 TCP 40000 → 80 [ACK] Seq=1 Ack=1 Win=8192 Len=0
                h0->>h1: 0.003000 HTTP GET /#59;#35;#60;b#62;#37;#37; HTTP/1.1

            """, FollowTests.Answer(file, "flow,any,mermaid"));
    }

    [Fact]
    public void More_hosts_than_columns_are_left_out_and_said_at_the_side()
    {
        var capture = new TestCapture(101);
        for (int i = 0; i < 60; i++)
        {
            capture.Add([0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, (byte)i, 10, 0, 0, (byte)(i + 1), 0x10, 0, 0x20, 0, 0, 8, 0, 0]);
        }

        string[] lines = FollowTests.Answer(capture.File, "flow,any,standard").Split('\n');
        Assert.Equal((60 * 2) + 2 + 1, lines.Length);
        Assert.EndsWith("|UDP: 4096 → 8192 Len=0", lines[^3], StringComparison.Ordinal);
        Assert.Equal("", FollowTests.Answer(capture.File, "flow,tcp,standard"));
    }

    [Theory]
    [InlineData("flow,any", "flow - Invalid address type.")]
    [InlineData("flow,any,sideways", "flow - Invalid address type.")]
    public void Bad_arguments_are_refused_in_tsharks_words(string question, string message) =>
        Assert.Equal(message, Assert.Throws<StatisticException>(() => StatisticsCatalog.Make(question, new(Catalog.Registry))).Message);
}
