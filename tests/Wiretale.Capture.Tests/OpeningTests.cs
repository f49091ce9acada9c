using System.Diagnostics;
using System.IO.Pipes;

namespace Wiretale.Capture.Tests;

public class OpeningTests
{
    static string Refusal(string path) => Assert.Throws<CaptureException>(() => CaptureReader.Open(path)).Message;

    [Fact]
    public void Missing_directory_and_text_are_told_apart()
    {
        string directory = Path.GetTempPath();
        Assert.Equal($"\"{directory}\" is a directory (folder), not a file.", Refusal(directory));
        Assert.Equal("The file \"/no/such/file\" doesn't exist.", Refusal("/no/such/file"));
        string text = Reading.TemporaryFile("hello, this is text\n"u8.ToArray());
        Assert.Equal($"The file \"{text}\" isn't a capture file in a format Wiretale understands.", Refusal(text));
        File.Delete(text);
    }

    [Fact]
    public void No_bytes_are_a_capture_without_packets()
    {
        (List<Seen> frames, CaptureDamage? damage) = Reading.File_([]);
        Assert.Empty(frames);
        Assert.Null(damage);
    }

    [Fact]
    public void A_header_cut_short_and_an_unknown_link_type_are_refused()
    {
        CaptureException shortened = Assert.Throws<CaptureException>(() => Reading.File_(Bytes.Pcap().ToArray()[..10]));
        Assert.Equal(CaptureErrorKind.CutShort, shortened.Kind);
        Assert.EndsWith("cut short in the middle of a packet or other data.", shortened.Message, StringComparison.Ordinal);
        CaptureException unknown = Assert.Throws<CaptureException>(() => Reading.File_(Bytes.Pcap(link: 9999).ToArray()));
        Assert.EndsWith("\n(pcap: network type 9999 unknown or unsupported)", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(2, unknown.ExitStatus);
    }

    [Fact]
    public async Task A_pipe_gives_what_has_arrived()
    {
        using AnonymousPipeServerStream server = new(PipeDirection.Out);
        using AnonymousPipeClientStream client = new(PipeDirection.In, server.ClientSafePipeHandle);
        await server.WriteAsync(Bytes.Pcap().Record(1, 2, Samples.Data).Record(1, 3, Samples.Data).ToArray());
        await server.WriteAsync(new byte[] { 9, 9 });
        using CaptureReader reader = CaptureReader.Open(client, "pipe");
        using FrameBatch batch = new();
        Stopwatch clock = Stopwatch.StartNew();
        int seen = 0;
        while (seen < 2 && reader.Read(batch))
        {
            seen += batch.Count;
        }

        Assert.Equal(2, seen);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 60_000);
        server.Dispose();
        Assert.False(reader.Read(batch));
        Assert.Equal(CaptureErrorKind.CutShort, reader.Damage?.Kind);
    }

    [Fact]
    public void Reading_on_allocates_nothing()
    {
        const int Frames = 100_000;
        Bytes file = Bytes.Pcap();
        for (int i = 0; i < Frames; i++)
        {
            file.Record(i, 0, Samples.Data);
        }

        string path = Reading.TemporaryFile(file.ToArray());

        // The least of several passes: the runtime counts something now and then on its own behalf.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => BytesForSecondHalf()));
        File.Delete(path);

        long BytesForSecondHalf()
        {
            using CaptureReader reader = CaptureReader.Open(path);
            using FrameBatch batch = new();

            // By the middle every buffer that there will be is there.
            while (reader.Read(batch) && batch[0].Number < Frames / 2)
            {
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            while (reader.Read(batch))
            {
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
