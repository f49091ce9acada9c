using System.IO.Pipes;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Tests;

namespace Wiretale.Analysis.Tests.Session;

/// <summary>A pipe that is still being written: what has come is shown before more comes, whichever thread waits for it.</summary>
public sealed class LivePipeTests
{
    const int Rounds = 600, Seed = 7, FileHeader = 24;

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public async Task What_has_come_is_shown(int threads, bool beside)
    {
        var frames = GoldenCapture.Open("Http/http-bodies").EthernetFrames();
        var random = new Random(Seed);
        using var server = new AnonymousPipeServerStream(PipeDirection.Out);
        using var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
        server.Write(new TestCapture().File);
        using var reader = CaptureReader.Open(client, "pipe");
        var sink = new CountingSink(beside);
        var run = new CaptureRun(reader, new DissectionEngine(new Demand(Catalog.Registry) { Columns = true, AllFields = beside }), sink, Stream.Null) { Threads = threads };
        var running = Task.Run(() => run.Run());
        int sent = 0;
        for (int round = 0; round < Rounds && !running.IsCompleted; round++)
        {
            // Several connections in one write: lanes that wait for each other, and some that do not.
            var chunk = new TestCapture();
            for (int more = random.Next(1, 12); more > 0; more--, sent++)
            {
                chunk.Add(frames[sent % frames.Count], seconds: sent);
            }

            server.Write(chunk.File.AsSpan(FileHeader));
            if (round % 3 == 0)
            {
                int all = sent;
                Assert.True(SpinWait.SpinUntil(() => sink.Seen >= all || running.IsCompleted, TimeSpan.FromMinutes(1)), $"{sink.Seen} of {all} packets were shown");
            }
        }

        server.Dispose();
        await running.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(sent, sink.Seen);
    }

    sealed class CountingSink(bool beside) : ISink
    {
        int seen;

        public int Seen => Volatile.Read(ref seen);

        public void Write(DissectedBatch batch, Utf8Text output) => Interlocked.Add(ref seen, batch.Count);

        public ISink? Beside() => beside ? this : null;
    }
}
