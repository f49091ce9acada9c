namespace Wiretale.Capture.Tests;

public class GzipTests
{
    static readonly byte[] Plain = Bytes.Pcap().Record(1, 2, Samples.Data).Record(3, 4, Samples.Data).ToArray();

    [Fact]
    public void One_member_or_several_from_file_or_pipe()
    {
        byte[] several = [.. Samples.Gzip(Plain[..50]), .. Samples.Gzip(Plain[50..])];
        foreach (byte[] packed in new[] { Samples.Gzip(Plain), several })
        {
            foreach ((List<Seen> frames, CaptureDamage? damage) in new[] { Reading.File_(packed), Reading.Stream_(packed, 3) })
            {
                Assert.Null(damage);
                Assert.Equal(Reading.Stream_(Plain).Frames, frames);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void Cut_short_even_where_all_packets_are_whole(int cut)
    {
        (List<Seen> frames, CaptureDamage? damage) = Reading.File_(Samples.Gzip(Plain)[..^cut]);
        Assert.InRange(frames.Count, cut < 9 ? 2 : 0, 2);
        Assert.Equal(CaptureErrorKind.CutShort, damage?.Kind);
    }

    [Fact]
    public void A_wrong_checksum_is_told()
    {
        byte[] packed = Samples.Gzip(Plain);
        packed[^6] ^= 0xff;
        string message = "";
        try
        {
            message = Reading.File_(packed).Damage!.Message;
        }
        catch (CaptureException e)
        {
            message = e.Message;
        }

        Assert.Contains("cannot be decompressed; it may be damaged or corrupt.", message, StringComparison.Ordinal);
    }
}
