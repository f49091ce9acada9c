using Wiretale.Wire;

namespace Wiretale.Capture.Tests.Pcap;

public class PcapReaderTests
{
    static readonly byte[] Data = [.. Enumerable.Range(0, 60).Select(i => (byte)i)];

    [Theory]
    [InlineData(0xa1b2c3d4, false, 2_000)]
    [InlineData(0xa1b2c3d4, true, 2_000)]
    [InlineData(0xa1b23c4d, false, 2)]
    [InlineData(0xa1b23c4d, true, 2)]
    public void Reads_both_byte_orders_and_both_resolutions(uint magic, bool bigEndian, int nanoseconds)
    {
        byte[] file = Bytes.Pcap(magic, bigEndian: bigEndian).Record(1, 2, Data).Record(3, 4, [], original: 99).ToArray();
        foreach ((List<Seen> frames, CaptureDamage? damage) in new[] { Reading.File_(file), Reading.Stream_(file, 7) })
        {
            Assert.Null(damage);
            Assert.Equal(2, frames.Count);
            Assert.Equal(new Timestamp(1, nanoseconds), frames[0].Time);
            Assert.Equal(Convert.ToHexString(Data), frames[0].Data);
            Assert.Equal((2, 99u, ""), (frames[1].Number, frames[1].Original, frames[1].Data));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(61)]
    [InlineData(76)]
    public void Cut_short_gives_whole_packets_first(int cut)
    {
        byte[] file = Bytes.Pcap().Record(1, 2, Data).Record(3, 4, Data).Record(5, 6, Data).ToArray();
        (List<Seen> frames, CaptureDamage? damage) = Reading.File_(file[..^cut]);
        Assert.Equal(2, frames.Count);
        Assert.Equal(cut == 76, damage is null);
        if (damage is not null)
        {
            Assert.Equal(CaptureErrorKind.CutShort, damage.Kind);
            Assert.EndsWith("appears to have been cut short in the middle of a packet.", damage.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_packet_larger_than_any_is_damage()
    {
        byte[] file = Bytes.Pcap().Record(1, 2, Data).Record(1, 2, Data, captured: 0xffffffff).ToArray();
        (List<Seen> frames, CaptureDamage? damage) = Reading.File_(file);
        Assert.Single(frames);
        Assert.EndsWith("\n(pcap: File has 4294967295-byte packet, bigger than maximum of 262144)", damage!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_outlive_the_reader_until_the_batch_is_reset()
    {
        string path = Reading.TemporaryFile(Bytes.Pcap().Record(1, 2, Data).ToArray());
        using FrameBatch batch = new();
        using (CaptureReader reader = CaptureReader.Open(path))
        {
            Assert.True(reader.Read(batch));
        }

        File.Delete(path);
        Assert.True(batch[0].Data.SequenceEqual(Data));
        batch.Reset();
        Assert.Equal(0, batch.Count);
    }
}
