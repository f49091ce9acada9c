using System.Text;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Tests.Streams;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Session;

/// <summary>Two passes: what the second knows of later packets, and which packets the first finds others to depend on.</summary>
public sealed class FirstPassTests : IDisposable
{
    static readonly string[] Names =
    [
        "frame.number", "dns.response_in", "http.response_in", "http.next_request_in", "http.next_response_in", "icmp.resp_in", "icmpv6.resp_in",
        "ip.reassembled_in", "tcp.reassembled_in", "tcp.completeness", "tcp.analysis.initial_rtt", "_ws.col.Info",
    ];

    readonly string file = Path.GetTempFileName();

    public static TheoryData<string> Captures => ["Http/http-bodies", "dns-edns", "Internet/icmp", "Internet/icmpv6", "Internet/ipv4", "talk"];

    public void Dispose() => File.Delete(file);

    [Theory]
    [MemberData(nameof(Captures))]
    public void Second_pass_shows_what_tsharks_does(string capture)
    {
        File.WriteAllBytes(file, capture == "talk" ? Pipelined() : GoldenCapture.Open(capture).Bytes);
        string rows = Rows();
        Assert.NotEmpty(rows);
        if (Tshark.Path is not null)
        {
            Assert.Equal(Encoding.UTF8.GetString(Tshark.Print(["-n", "-2", "-r", file, "-T", "fields", "-E", "separator=|", .. Names.SelectMany(n => new[] { "-e", n })])), rows);
        }
    }

    [Fact]
    public void Second_pass_names_later_frames()
    {
        File.WriteAllBytes(file, Pipelined());
        string[] rows = Rows().Split('\n');

        // Completeness 15 is SYN, SYN-ACK, ACK and data: known from the first packet on.
        Assert.StartsWith("1|||||||||15||", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("4||||||||5|15|", rows[3], StringComparison.Ordinal);
        Assert.StartsWith("5||6|7||||||15|", rows[4], StringComparison.Ordinal);
        Assert.StartsWith("6|||7|8|||||15|", rows[5], StringComparison.Ordinal);
    }

    [Fact]
    public void Packets_that_a_match_was_put_together_from_are_needed()
    {
        File.WriteAllBytes(file, Pipelined());
        Assert.Equal([4, 5], Needed("http.request.uri == \"/a\""));
        Assert.Empty(Needed("tcp.flags.syn == 1"));
    }

    /// <summary>A request in two segments, then another one.</summary>
    static byte[] Pipelined() => new Talk(port: 80, first: 1000).Handshake()
        .Client(1, 1, "GET /a HTTP/1.1\r\nHo").Client(20, 1, "st: h\r\n\r\n")
        .Server(1, 29, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        .Client(29, 41, "GET /b HTTP/1.1\r\n\r\n").Server(41, 48, "HTTP/1.1 204 No Content\r\n\r\n").File;

    string Rows()
    {
        var settings = new EngineSettings { Strict = true };
        using (var first = CaptureReader.Open(file))
        {
            FirstPass.Run(first, settings, filter: null);
        }

        using var reader = CaptureReader.Open(file);
        var demand = new Demand(Catalog.Registry);
        FieldMatches.AddTo(demand, Names, Catalog.Registry, ColumnLayout.Default);
        var options = new FieldsOptions();
        Assert.True(options.TrySet("separator=|"));
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand, settings), new FieldsExport(Names, Catalog.Registry, new ColumnCells(reader, default), options), output).Run();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    List<int> Needed(string text)
    {
        using var reader = CaptureReader.Open(file);
        var pass = FirstPass.Run(reader, new() { Strict = true }, DisplayFilter.Compile(text, Catalog.Registry));
        using var again = CaptureReader.Open(file);
        var needed = new List<int>();
        TestCapture.Run(again, new Demand(Catalog.Registry), batch =>
            needed.AddRange(Enumerable.Range(0, batch.Count).Where(i => pass.IsNeeded(batch, i)).Select(i => batch.Frames[i].Number)));
        return needed;
    }
}
