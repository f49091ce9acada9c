using System.Buffers.Binary;
using System.IO.Pipes;
using Wiretale.Analysis.Session;
using Wiretale.Capture;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Tests;
using Wiretale.Wire;

namespace Wiretale.Analysis.Tests.Session;

/// <summary>A pipe that is still being written: what has come is shown before more comes, whichever thread waits for it.</summary>
public sealed class LivePipeTests
{
    const int Rounds = 600, Seed = 7;

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public async Task What_has_come_is_shown(int threads, bool beside)
    {
        var frames = Frames("Http/http-bodies");
        var random = new Random(Seed);
        using var server = new AnonymousPipeServerStream(PipeDirection.Out);
        using var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
        server.Write(Header);
        using var reader = CaptureReader.Open(client, "pipe");
        var sink = new CountingSink(beside);
        var run = new CaptureRun(reader, new DissectionEngine(new Demand(Catalog.Registry) { Columns = true, AllFields = beside }), sink, Stream.Null) { Threads = threads };
        var running = Task.Run(() => run.Run());
        int sent = 0;
        for (int round = 0; round < Rounds && !running.IsCompleted; round++)
        {
            // Several connections in one write: lanes that wait for each other, and some that do not.
            using var chunk = new MemoryStream();
            for (int more = random.Next(1, 12); more > 0; more--, sent++)
            {
                byte[] frame = frames[sent % frames.Count];
                byte[] record = new byte[16];
                BinaryPrimitives.WriteInt32LittleEndian(record, sent);
                BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), frame.Length);
                BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), frame.Length);
                chunk.Write(record);
                chunk.Write(frame);
            }

            server.Write(chunk.ToArray());
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

    static byte[] Header
    {
        get
        {
            byte[] header = new byte[24];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b2c3d4);
            header[4] = 2;
            header[6] = 4;
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 262_144);
            header[20] = (byte)LinkType.Ethernet;
            return header;
        }
    }

    static List<byte[]> Frames(string capture)
    {
        using var reader = CaptureReader.Open(new MemoryStream(GoldenCapture.Open(capture).Bytes), capture);
        using var batch = new FrameBatch();
        var frames = new List<byte[]>();
        while (reader.Read(batch))
        {
            foreach (ref readonly var frame in batch.Frames)
            {
                Assert.Equal(LinkType.Ethernet, frame.LinkType);
                frames.Add(frame.Data.ToArray());
            }

            batch.Reset();
        }

        return frames;
    }

    sealed class CountingSink(bool beside) : ISink
    {
        int seen;

        public int Seen => Volatile.Read(ref seen);

        public void Write(DissectedBatch batch, Utf8Text output) => Interlocked.Add(ref seen, batch.Count);

        public ISink? Beside() => beside ? this : null;
    }
}
