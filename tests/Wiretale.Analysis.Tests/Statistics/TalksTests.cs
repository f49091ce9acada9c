using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Statistics;

public class TalksTests
{
    [Theory]
    [InlineData("Transport/tcp-handshake", "  10.0.0.1:1000 → 10.0.0.2:81  TCP: said 10 bytes, heard 20 bytes; 10 packets in 0.320 s; closed by both\n")]
    [InlineData("Transport/tcp-reset", "  10.0.0.1:1000 → 10.0.0.2:81  TCP: said 10 bytes, heard 7 bytes; 8 packets in 0.500 s; ended by a reset\n")]
    [InlineData("Transport/tcp-retransmission", "  10.0.0.1:1000 → 10.0.0.2:81  TCP: said 50 bytes, heard 0 bytes; 16 packets in 0.902 s; still open at the end\n")]
    [InlineData("Transport/tcp-reused", "  10.0.0.1:1000 → 10.0.0.2:81  TCP: said 0 bytes, heard 0 bytes; 6 packets in 0.300 s; closed by both\n"
        + "  10.0.0.1:1000 → 10.0.0.2:81  TCP: said 0 bytes, heard 0 bytes; 4 packets in 1.000 s; still open at the end\n")]
    public void A_conversation_is_a_line(string capture, string expected) => Assert.Equal("\nWho talked to whom:\n" + expected, Answer(capture));

    static string Answer(string capture)
    {
        using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open(capture).Bytes), capture);
        var sink = new StatisticsSink([new Talks(Catalog.Registry)]);
        var demand = new Demand(Catalog.Registry);
        sink.AddTo(demand);
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand, new() { Strict = true }), sink, output).Run();
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
