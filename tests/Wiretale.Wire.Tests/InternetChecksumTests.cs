namespace Wiretale.Wire.Tests;

public class InternetChecksumTests
{
    [Fact]
    public void Every_length_sums_as_RFC_1071_says()
    {
        var random = new Random(1071);
        for (int length = 0; length < 200; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);
            Assert.Equal(Plain(data), InternetChecksum.Of(data));
        }
    }

    [Fact]
    public void A_header_with_its_checksum_in_place_sums_to_zero()
    {
        byte[] header = [0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7];
        Assert.Equal(0, InternetChecksum.Of(header));
    }

    /// <summary>RFC 1071 section 4.1, word by word.</summary>
    static ushort Plain(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (int i = 0; i < data.Length; i += 2)
        {
            sum += (uint)((data[i] << 8) | (i + 1 < data.Length ? data[i + 1] : 0));
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
