using System.Runtime.CompilerServices;
using System.Text;
using Wiretale.Analysis.Session;
using Wiretale.Analysis.Statistics;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Streams;

/// <summary>Streams that go as they should and as they should not, against their expected text and, where tshark is installed, against tshark's; written anew with WIRETALE_REGENERATE=1.</summary>
public class FollowTests
{
    static readonly string EveryByte = new([.. Enumerable.Range(0, 256).Select(i => (char)i)]);

    /// <summary>What may happen to a stream, and to which question it matters.</summary>
    static readonly Dictionary<string, (Talk Talk, string Question)> Cases = new()
    {
        ["every-byte"] = (new Talk().Handshake().Client(1, 1, EveryByte).Server(1, 257, "ok\n"), "follow,tcp,ascii,0"),
        ["every-byte-hex"] = (new Talk().Handshake().Client(1, 1, EveryByte).Server(1, 257, "ok  "), "follow,tcp,hex,0"),
        ["retransmission"] = (new Talk().Handshake().Client(1, 1, "AAAA").Client(1, 1, "AAAA").Client(3, 1, "aaBB").Client(1, 1, "xxxxxxxxCC").Server(1, 11, "reply"), "follow,tcp,ascii,0"),
        ["out-of-order"] = (new Talk().Handshake().Client(5, 1, "BBBB").Client(9, 1, "CCCC").Client(1, 1, "AAAA").Server(1, 13, "reply"), "follow,tcp,yaml,0"),
        ["overlap-out-of-order"] = (new Talk().Handshake().Client(11, 1, "BBBBBBBBBB").Client(6, 1, "cccccccccccccccccccc").Client(1, 1, "AAAAAAAAAA").Server(1, 26, "r"), "follow,tcp,ascii,0"),
        ["gap-acknowledged"] = (new Talk().Handshake().Client(1, 1, "AAAA").Client(15, 1, "CCCC").Server(1, 19, "reply").Client(19, 6, "DDDD"), "follow,tcp,hex,0"),
        ["gap-in-part"] = (new Talk().Handshake().Client(1, 1, "AAAA").Client(15, 1, "CCCC").Server(1, 12, "1").Client(29, 1, "E").Server(2, 15, "2").Server(3, 16, "3").Server(4, 30, "4"), "follow,tcp,yaml,0"),
        ["gap-not-acknowledged"] = (new Talk().Handshake().Client(1, 1, "AAAA").Client(15, 1, "CCCC").Server(1, 5, "reply"), "follow,tcp,ascii,0"),
        ["gap-first"] = (new Talk().Handshake().Client(8, 1, "late").Server(1, 1, "banner").Server(7, 12, "more"), "follow,tcp,raw,0"),
        ["from-the-middle"] = (new Talk().Server(101, 55, "hello").Client(60, 106, "hi").Client(55, 106, "early").Server(106, 62, "x"), "follow,tcp,ascii,0"),
        ["keep-alive"] = (new Talk().Handshake().Client(1, 1, "AAAA").Client(4, 1, "\0").Client(5, 1, "BBBB").Close(9, 1), "follow,tcp,ascii,0"),
        ["cut-by-the-capture"] = (new Talk(60).Handshake().Client(1, 1, new('A', 100)).Server(1, 101, new('B', 100)).Client(101, 101, "C"), "follow,tcp,ascii,0"),
        ["range"] = (new Talk().Handshake().Client(1, 1, "one").Server(1, 4, "two").Client(4, 4, "three").Server(4, 9, "four"), "follow,tcp,hex,0,2-3"),
        ["addresses"] = (new Talk().Handshake().Client(1, 1, "one").Server(1, 4, "two"), "follow,tcp,ascii,10.0.0.2:5555,10.0.0.1:40000,2"),
        ["no-such-stream"] = (new Talk().Handshake(), "follow,tcp,yaml,7"),
        ["datagrams"] = (new Talk().Datagram(true, "hello\n").Datagram(false, "world").Datagram(true, "").Datagram(true, EveryByte[..40]), "follow,udp,hex,0"),
        ["datagrams-text"] = (new Talk(50).Datagram(true, "hello\n").Datagram(false, new('x', 60)), "follow,udp,ascii,0"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static TheoryData<string, string> Captures => new()
    {
        { "Http/http-bodies", "follow,http,ascii,0" },
        { "Http/http-bodies", "follow,http,hex,1" },
        { "Http/http-messages", "follow,http,ascii,0" },
        { "Http/http-messages", "follow,http,ascii,2" },
        { "tls/tls12-with-secrets", "follow,tls,ascii,0" },
        { "tls/tls13-with-secrets", "follow,tls,yaml,0" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Stream_has_its_expected_text(string name)
    {
        var (talk, question) = Cases[name];
        Expect(name, Answer(talk.File, question));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Stream_is_tsharks(string name)
    {
        var (talk, question) = Cases[name];
        if (Tshark.Path is not null)
        {
            Assert.Equal(Tshark.Ask(talk.File, question), Answer(talk.File, question));
        }
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Stream_of_a_capture_is_tsharks(string capture, string question)
    {
        byte[] file = GoldenCapture.Open(capture).Bytes;
        string answer = Answer(file, question);
        Expect($"{capture}-{question}".Replace('/', '-').Replace(',', '-'), answer);
        if (Tshark.Path is not null)
        {
            Assert.Equal(Tshark.Ask(file, question), answer);
        }
    }

    [Fact]
    public void Text_in_other_encodings_is_readable()
    {
        byte[] utf8 = new Talk().Datagram(true, Encoding.Latin1.GetString("naïve …\t\u0007"u8) + "\xff!").File;
        Assert.Contains("\n14\nnaïve …\t..!\n", Answer(utf8, "follow,udp,utf-8,0"), StringComparison.Ordinal);
        byte[] ebcdic = new Talk().Datagram(true, "\xc8\xc5\xd3\xd3\xd6\x40\xa6\x96\x99\x93\x84\x5a\xf4\xf2").File;
        Assert.Contains("\n14\nHELLO world!42\n", Answer(ebcdic, "follow,udp,ebcdic,0"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_stream_and_a_gap_that_nobody_acknowledges_take_bounded_memory()
    {
        var talk = new Talk().Handshake().Client(1, 1, "first");
        const int Segments = 20_000;
        for (uint i = 0; i < Segments; i++)
        {
            talk.Client(100 + (i * 1000), 1, new('x', 1000));
        }

        string answer = Answer(talk.File, "follow,tcp,ascii,0");
        Assert.Contains("[94 bytes missing in capture file]", answer, StringComparison.Ordinal);
        Assert.Equal(Segments, answer.Split("\n1000\n").Length - 1);
    }

    [Theory]
    [InlineData("follow,tcp", "follow - Invalid display mode.")]
    [InlineData("follow,tcp,ASCII,0", "follow - Invalid display mode.")]
    [InlineData("follow,tcp,ascii", "follow - Invalid address.")]
    [InlineData("follow,tcp,ascii,x", "follow - Invalid address.")]
    [InlineData("follow,tcp,ascii,10.0.0.1:5", "follow - Invalid address.")]
    [InlineData("follow,tcp,ascii,10.0.0.1:5,[::1]:6", "follow - Invalid address.")]
    [InlineData("follow,tcp,ascii,::1:5,::2:6", "follow - Invalid address.")]
    [InlineData("follow,tcp,ascii,0,x", "follow - Invalid range.")]
    [InlineData("follow,tcp,ascii,0,2-1", "follow - Invalid range value.")]
    [InlineData("follow,tcp,ascii,0,0", "follow - Invalid range value.")]
    public void Bad_arguments_are_refused_in_tsharks_words(string question, string message) =>
        Assert.Equal(message, Assert.Throws<StatisticException>(() => StatisticsCatalog.Make(question, new(Catalog.Registry))).Message);

    internal static string Answer(byte[] file, string question)
    {
        using var reader = CaptureReader.Open(new MemoryStream(file), "test");
        return Answer(reader, question);
    }

    internal static string Answer(CaptureReader reader, string question)
    {
        var sink = new StatisticsSink([StatisticsCatalog.Make(question, new(Catalog.Registry, reader))]);
        var demand = new Demand(Catalog.Registry);
        sink.AddTo(demand);
        using var output = new MemoryStream();
        new CaptureRun(reader, new DissectionEngine(demand, new() { Strict = true }), sink, output).Run();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    internal static void Expect(string name, string answer, [CallerFilePath] string here = "")
    {
        string file = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("WIRETALE_REGENERATE") == "1")
        {
            File.WriteAllText(file, answer);
        }

        Assert.Equal(File.ReadAllText(file), answer);
    }
}
