using System.Diagnostics;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests.Engine;

/// <summary>Hostile input: cut at every byte, bits flipped by a seeded generator. The engine runs strict: any fault of a dissector fails the test.</summary>
public class RobustnessTests
{
    /// <summary>Packets of each capture that are tried; the first ones hold most of a protocol's shapes.</summary>
    const int PacketsPerCapture = 4;

    /// <summary>Bytes of a packet that are cut one by one; beyond, every 16th.</summary>
    const int EveryByteUpTo = 200;

    /// <summary>Longer frames are cut to this: what follows repeats what went before.</summary>
    const int LongestFrame = 2000;

    public static TheoryData<int> Parts => [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Cut_at_every_byte(int part) => Try(part, (capture, frame, link, _) =>
    {
        for (int length = 0; length < frame.Length; length += length < EveryByteUpTo ? 1 : 16)
        {
            // Cut by the capture, then cut on the wire.
            capture.Add(frame.AsSpan(0, length), frame.Length);
            capture.Add(frame.AsSpan(0, length));
        }
    });

    [Theory]
    [MemberData(nameof(Parts))]
    public void Bits_flipped(int part) => Try(part, (capture, frame, link, random) =>
    {
        var copy = new byte[frame.Length];
        for (int round = 0; round < 60 && frame.Length > 0; round++)
        {
            frame.CopyTo(copy, 0);
            for (int flips = 1 + (round % 4); flips > 0; flips--)
            {
                copy[random.Next(Math.Min(copy.Length, 300))] = (byte)(round % 3 == 0 ? 0xff : random.Next(256));
            }

            capture.Add(copy);
        }
    });

    static void Try(int part, Action<TestCapture, byte[], int, Random> vary)
    {
        // Whatever is declared from here on was not declared with its protocol, and faults.
        _ = Catalog.Registry.Fields;

        // A generator with a fixed seed: a failure comes again.
        var random = new Random(20260 + part);
        int tried = 0;
        foreach (string path in Corpus.Every(1).Concat(OwnCaptures()).Where((_, i) => i % Parts.Count == part))
        {
            foreach (var (frame, link) in FirstPackets(path))
            {
                var capture = new TestCapture(link);
                vary(capture, frame, link, random);
                var watch = Stopwatch.StartNew();
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    capture.Run(new Demand(Catalog.Registry) { Columns = true, Tree = true }, batch => Check(batch));
                }
                catch (Exception e) when (e is not CaptureException)
                {
                    throw new InvalidOperationException($"{path}: {e.Message}", e);
                }

                Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), $"{path}: {watch.Elapsed}");
                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 500_000_000, path);
                tried++;
            }
        }

        Assert.True(tried > 0 || Corpus.Folder is null);
    }

    /// <summary>What every sink relies on: parents before children, depth first, ranges that can be formatted.</summary>
    static void Check(DissectedBatch batch)
    {
        var text = new Utf8Text();
        for (int i = 0; i < batch.Count; i++)
        {
            var items = batch.Items(i);
            for (int k = 0; k < items.Length; k++)
            {
                Assert.True(items[k].Parent < k);
                text.Clear();
                var field = batch.Registry[items[k].Field];
                var bytes = batch.ValueBytes(i, items[k]);
                FieldFormat.Label(text, field, items[k], bytes);
                FieldFormat.Value(text, field, items[k], bytes);
            }
        }
    }

    static IEnumerable<string> OwnCaptures()
    {
        string golden = Path.Combine(AppContext.BaseDirectory, "Golden");
        return Directory.Exists(golden) ? Directory.EnumerateFiles(golden, "*.pcap*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [];
    }

    static List<(byte[] Frame, int LinkType)> FirstPackets(string path)
    {
        var found = new List<(byte[], int)>();
        try
        {
            using var reader = CaptureReader.Open(path);
            using var batch = new FrameBatch(PacketsPerCapture);
            if (reader.Read(batch))
            {
                foreach (ref readonly var frame in batch.Frames)
                {
                    found.Add((frame.Data[..Math.Min(frame.CapturedLength, LongestFrame)].ToArray(), (int)reader.Interfaces[frame.Interface].LinkType));
                }
            }
        }
        catch (CaptureException)
        {
            // Some captures are damaged on purpose; Capture's own tests are about those.
        }

        return found;
    }
}
