namespace Wiretale.Capture.Tests;

/// <summary>Other threads may fetch pieces of a file in advance: what is read stays the same.</summary>
public class ReadAheadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void What_was_fetched_in_advance_is_what_is_read(int threads)
    {
        foreach (byte[] file in new[] { Pcap(), PcapNg() })
        {
            string path = Reading.TemporaryFile(file);
            try
            {
                using var reader = CaptureReader.Open(path);
                Assert.True(reader.CanReadAhead);
                var seen = WhileFetching(threads, reader, () => Reading.All(reader));

                Assert.False(reader.CanReadAhead);
                Assert.Null(reader.Damage);
                Assert.Equal(Reading.Stream_(file).Frames, seen);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    [Fact]
    public void A_file_that_is_cut_short_meanwhile_gives_what_it_still_has()
    {
        byte[] file = Pcap();
        string path = Reading.TemporaryFile(file);
        try
        {
            using var reader = CaptureReader.Open(path);
            using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                writer.SetLength(file.Length / 2);
            }

            var seen = WhileFetching(1, reader, () => Reading.All(reader));

            Assert.Equal(CaptureErrorKind.CutShort, reader.Damage?.Kind);
            Assert.Equal(Reading.Stream_(file[..(file.Length / 2)]).Frames, seen);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_is_appended_to_a_file_while_it_is_read_is_read_too()
    {
        byte[] file = Pcap();
        string path = Reading.TemporaryFile(file[..(file.Length / 2)]);
        try
        {
            using var reader = CaptureReader.Open(path);
            while (reader.ReadAhead())
            {
            }

            File.WriteAllBytes(path, file);

            Assert.Equal(Reading.Stream_(file).Frames, Reading.All(reader));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_pipe_is_not_read_in_advance()
    {
        using var reader = CaptureReader.Open(new Reading.Trickle(Pcap(), 1000), "pipe");

        Assert.False(reader.CanReadAhead);
        Assert.False(reader.ReadAhead());
    }

    static T WhileFetching<T>(int threads, CaptureReader reader, Func<T> read)
    {
        bool ended = false;
        var fetching = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref ended))
            {
                if (!reader.ReadAhead())
                {
                    Thread.Yield();
                }
            }
        })).ToList();
        fetching.ForEach(t => t.Start());
        var result = read();
        Volatile.Write(ref ended, true);
        fetching.ForEach(t => t.Join());
        return result;
    }

    /// <summary>Packets of every size over several megabytes, so that records lie across the ends of pieces, headers too.</summary>
    static byte[] Pcap()
    {
        var file = Bytes.Pcap();
        int i = 0;
        foreach (byte[] packet in Packets())
        {
            file.Record(i++, 0, packet);
        }

        return file.ToArray();
    }

    /// <summary>The same, and between packets blocks larger than a piece.</summary>
    static byte[] PcapNg()
    {
        const uint CustomBlock = 0xbad;
        var file = new Bytes().Section().Interface();
        ulong i = 0;
        foreach (byte[] packet in Packets())
        {
            file.Packet(0, i++, packet);
            if (i % 100 == 0)
            {
                file.Block(CustomBlock, new byte[(int)i << 14]);
            }
        }

        return file.ToArray();
    }

    static IEnumerable<byte[]> Packets()
    {
        var random = new Random(7);
        for (int left = 5 << 20; left > 0;)
        {
            byte[] packet = new byte[random.Next(20) switch { 0 => random.Next(262_145), < 3 => random.Next(65_536), < 10 => random.Next(20), _ => random.Next(1515) }];
            random.NextBytes(packet);
            left -= packet.Length;
            yield return packet;
        }
    }
}
