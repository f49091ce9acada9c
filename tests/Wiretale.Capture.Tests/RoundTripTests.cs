using System.Globalization;

namespace Wiretale.Capture.Tests;

public class RoundTripTests
{
    /// <summary>Set it to take all captures of the corpus rather than a sample.</summary>
    const string AllVariable = "WIRETALE_TEST_ALL";

    [Fact]
    public void What_is_written_reads_the_same()
    {
        foreach ((string name, byte[] file) in Samples.All())
        {
            using CaptureReader original = CaptureReader.Open(new Reading.Trickle(file, int.MaxValue), name);
            Assert.Equal(Describe(original, out byte[] copy), Describe(CaptureReader.Open(new MemoryStream(copy), name), out _));
        }
    }

    [CorpusFact]
    public void Copies_of_captures_read_the_same()
    {
        int step = Environment.GetEnvironmentVariable(AllVariable) is null ? 11 : 1;
        List<string> wrong = [];
        for (int i = 0; i < Corpus.Files.Count; i += step)
        {
            string file = Corpus.Files[i];
            try
            {
                using CaptureReader original = CaptureReader.Open(file);
                string before = Describe(original, out byte[] copy);
                using CaptureReader again = CaptureReader.Open(new MemoryStream(copy), file);
                if (!string.Equals(before, Describe(again, out _), StringComparison.Ordinal))
                {
                    wrong.Add(file);
                }
            }
            catch (CaptureException e) when (e.Kind == CaptureErrorKind.Unsupported)
            {
                // Nothing to copy.
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void An_option_too_long_leaves_the_file_whole()
    {
        MemoryStream written = new();
        PacketOptions options = new();
        options.AddComment(new string('x', 70_000));
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(Bytes.Pcap().Record(1, 2, Samples.Data).ToArray()), "short");
        using FrameBatch batch = new();
        Assert.True(reader.Read(batch));
        using (CaptureWriter writer = CaptureWriter.Create(written, CaptureFormat.PcapNg, reader.Interfaces))
        {
            writer.Write(batch);
            Assert.Throws<CaptureException>(() => writer.Write(batch[0], options));
        }

        (List<Seen> frames, CaptureDamage? damage) = Reading.Stream_(written.ToArray());
        Assert.Single(frames);
        Assert.Null(damage);
    }

    [Fact]
    public void Pcap_refuses_a_second_link_type()
    {
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(Samples.Rich(false)), "rich");
        using FrameBatch batch = new();
        CaptureException refusal = Assert.Throws<CaptureException>(() =>
        {
            using CaptureWriter writer = CaptureWriter.Create(new MemoryStream(), CaptureFormat.Pcap);
            while (reader.Read(batch))
            {
                writer.Follow(reader);
                writer.Write(batch);
            }
        });
        Assert.Equal(CaptureErrorKind.CannotWrite, refusal.Kind);
        Assert.StartsWith("The capture file being read can't be written as a \"pcap\" file.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_converted_between_formats()
    {
        byte[] nano = Bytes.Pcap(0xa1b23c4d).Record(7, 123_456_789, Samples.Data).ToArray();
        foreach ((CaptureFormat to, int expected) in new[]
        {
            (CaptureFormat.Pcap, 123_456_000), (CaptureFormat.NanosecondPcap, 123_456_789), (CaptureFormat.PcapNg, 123_456_789),
        })
        {
            using CaptureReader reader = CaptureReader.Open(new MemoryStream(nano), "nano");
            byte[] copy = Copy(reader, to);
            Assert.Equal(expected, Reading.Stream_(copy).Frames.Single().Time.Nanoseconds);
        }
    }

    /// <summary>The capture as text, all that a copy must keep, and a copy of it in its own format.</summary>
    static string Describe(CaptureReader reader, out byte[] copy)
    {
        MemoryStream written = new();
        CaptureFormat format = reader.Format.Kind == CaptureKind.ModifiedPcap ? CaptureFormat.Pcap : reader.Format;
        List<string> lines = [];
        using (CaptureWriter writer = CaptureWriter.Create(written, format))
        {
            using FrameBatch batch = new(7);
            while (reader.Read(batch))
            {
                writer.Follow(reader);
                writer.Write(batch);
                foreach (ref readonly FrameRecord frame in batch.Frames)
                {
                    lines.Add(Reading.Copy(batch, frame).ToString());
                }
            }

            writer.Follow(reader);
        }

        copy = written.ToArray();
        lines.AddRange(reader.Interfaces.Select(Text));
        lines.AddRange(reader.Sections.Select(s => $"{s.Hardware} {s.OperatingSystem} {s.Application} {string.Join('|', s.Comments)}"));
        lines.AddRange(reader.NameResolution.SelectMany(n => n.Records).Select(r => $"{r.Kind} {Hex(r.Address)} {string.Join('|', r.Names)}"));
        lines.AddRange(reader.Secrets.Select(s => $"{s.Type:x} {Hex(s.Data)}"));
        lines.AddRange(reader.Statistics.Select(s => $"{s.Interface} {s.Time} {s.Start} {s.End} {s.Received} {s.Dropped} {s.FilterAccepted} {s.SystemDropped} {s.Delivered}"));
        // Blocks that are not understood are copied in their own byte order only.
        lines.AddRange(reader.OtherBlocks.Where(b => b.BigEndian == format.BigEndian).Select(b => $"{b.Type:x} {Hex(b.Body)}"));
        return string.Join('\n', lines);
    }

    static string Text(CaptureInterface i) => string.Create(CultureInfo.InvariantCulture,
        $"{i.LinkType} {i.SnapLength} {i.Section} {i.NumberInSection} {i.TimeResolution} {i.TimeOffset} {i.Name} {i.Description} {i.Filter} "
        + $"{i.OperatingSystem} {i.Hardware} {i.Speed} {i.FcsLength} {Hex(i.MacAddress ?? default)} {string.Join(',', i.IPv4Addresses.Select(Hex))} "
        + $"{string.Join(',', i.IPv6Addresses.Select(Hex))} {string.Join('|', i.Comments)} {i.Others.Count}");

    static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);

    static byte[] Copy(CaptureReader reader, CaptureFormat format)
    {
        MemoryStream written = new();
        using (CaptureWriter writer = CaptureWriter.Create(written, format))
        {
            using FrameBatch batch = new();
            while (reader.Read(batch))
            {
                writer.Follow(reader);
                writer.Write(batch);
            }

            writer.Follow(reader);
        }

        return written.ToArray();
    }
}
