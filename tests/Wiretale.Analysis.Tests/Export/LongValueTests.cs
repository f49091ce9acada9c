using System.Text;
using System.Text.Json;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Export;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Tests.Streams;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Tests.Export;

/// <summary>Values of megabytes go out piece by piece, and say what they said.</summary>
public class LongValueTests
{
    /// <summary>A body whose bytes take three letters each in JSON: more than a text may hold before it goes out.</summary>
    const int BodyLength = 3_500_000, LongestWrite = 10_000_000, SegmentLength = 60_000;

    static readonly string Body = MakeBody();
    static readonly byte[] Capture = Download();

    [Theory]
    [InlineData("json", 0)]
    [InlineData("json", 3)]
    [InlineData("ek", 0)]
    [InlineData("ek", 3)]
    public void Nobody_holds_all_of_a_long_text(string form, int threads)
    {
        var output = new Pieces();
        Print(form, threads, output);

        Assert.InRange(output.Length, 4 * BodyLength, long.MaxValue);
        Assert.InRange(output.Longest, 1, LongestWrite);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_long_value_is_whole(int threads)
    {
        var output = new MemoryStream();
        Print("json", threads, output);

        using var document = JsonDocument.Parse(output.ToArray(), new() { MaxDepth = 64 });
        var layers = document.RootElement.EnumerateArray().Last(p => p.GetProperty("_source").GetProperty("layers").TryGetProperty("http", out _)).GetProperty("_source").GetProperty("layers");
        Assert.Equal(Body, layers.GetProperty("http").GetProperty("http.file_data").GetString());
        string bytes = layers.GetProperty("tcp.segments").GetProperty("tcp.reassembled.data").GetString()!;
        Assert.EndsWith(Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Body)), bytes.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    static void Print(string form, int threads, Stream output)
    {
        var registry = Catalog.Registry;
        using var reader = CaptureReader.Open(new MemoryStream(Capture), "download");
        var cells = new ColumnCells(reader);
        ISink sink = form == "json" ? new JsonExport(registry, cells) : new ElasticExport(registry, cells);
        new CaptureRun(reader, new DissectionEngine(new Demand(registry) { AllFields = true }), sink, output) { Threads = threads }.Run();
    }

    static byte[] Download()
    {
        // Enough packets in front that others than the first thread get some.
        var talk = new Talk(port: 80).Handshake();
        for (int i = 0; i < 600; i++)
        {
            talk.Client(1, 1, "");
        }

        talk.Client(1, 1, "GET /x HTTP/1.1\r\n\r\n");
        string answer = $"HTTP/1.1 200 OK\r\nContent-Type: application/x-test\r\nContent-Length: {BodyLength}\r\n\r\n{Body}";
        for (int at = 0; at < answer.Length; at += SegmentLength)
        {
            talk.Server((uint)at + 1, 20, answer[at..Math.Min(answer.Length, at + SegmentLength)]);
        }

        return talk.File;
    }

    static string MakeBody()
    {
        // What JSON escapes, at every distance from where pieces end.
        var body = new StringBuilder();
        var random = new Random(7);
        while (body.Length < BodyLength)
        {
            body.Append("</a>\"\\/\t\u007f"[random.Next(9)]).Append('<', random.Next(3)).Append("/plain"[random.Next(6)..]);
        }

        return body.ToString(0, BodyLength);
    }

    /// <summary>Counts what is written, and how much at a time.</summary>
    sealed class Pieces : MemoryStream
    {
        long length;

        public override long Length => length;

        public int Longest { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            length += buffer.Length;
            Longest = Math.Max(Longest, buffer.Length);
        }
    }
}
