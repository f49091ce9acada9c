using Wiretale.Wire;

namespace Wiretale.Capture.Tests.PcapNg;

public class PcapNgReaderTests
{
    static Bytes Start() => new Bytes().Section().Interface().Packet(0, 1_000_002, Samples.Data);

    static CaptureReader Opened(byte[] file) => CaptureReader.Open(new MemoryStream(file), "x.pcapng");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Takes_in_every_block(bool big)
    {
        using CaptureReader reader = Opened(Samples.Rich(big));
        Assert.Equal(new CaptureFormat(CaptureKind.PcapNg, big), reader.Format);
        Assert.Equal("eth0", reader.Interfaces[0].Name);
        List<Seen> frames = Reading.All(reader);
        Assert.Null(reader.Damage);
        Assert.Equal([1, 2, 3, 4], frames.Select(f => f.Number));
        // Nanoseconds from if_tsresol, an hour less from if_tsoffset.
        Assert.Equal(new Timestamp(-3595, 7), frames[0].Time);
        Assert.StartsWith("first|zweiter, größer 1 7 77 3 0209090909 00010203", frames[0].Options, StringComparison.Ordinal);
        Assert.Equal("01020304", frames[1].Data);
        Assert.Contains(" 3 ", frames[1].Options, StringComparison.Ordinal);
        Assert.False(frames[2].HasTime);
        Assert.Equal(new Timestamp(0, 2_929_687), frames[3].Time);
        CaptureInterface eth0 = reader.Interfaces[0];
        Assert.Equal(("the wire", "port 80", "Linux", "card", 1_000_000_000ul, 4, 9),
            (eth0.Description, eth0.Filter, eth0.OperatingSystem, eth0.Hardware, eth0.Speed, eth0.FcsLength, eth0.TimePrecision));
        Assert.Equal((LinkType.RawIp, 3), (reader.Interfaces[1].LinkType, reader.Interfaces[1].TimePrecision));
        Assert.Equal(["a.b", "c"], reader.NameResolution.Single().Records.Single().Names);
        Assert.Equal(CaptureSecrets.TlsKeyLog, reader.Secrets.Single().Type);
        Assert.Equal(55ul, reader.Statistics.Single().Received);
        Assert.Equal([0xbadu, 0x777u], reader.OtherBlocks.Select(b => b.Type));
        Assert.Equal(("section", "hw", "os", "app"), (reader.Sections[0].Comments[0], reader.Sections[0].Hardware, reader.Sections[0].OperatingSystem, reader.Sections[0].Application));
    }

    [Fact]
    public void Interfaces_are_counted_across_sections()
    {
        using CaptureReader reader = Opened([.. Samples.Rich(true), .. Samples.Rich(false)]);
        List<Seen> frames = Reading.All(reader);
        Assert.Equal([0, 1, 0, 1, 2, 3, 2, 3], frames.Select(f => f.Interface));
        Assert.Equal((1, 1), (reader.Interfaces[3].Section, reader.Interfaces[3].NumberInSection));
    }

    public static TheoryData<string, byte[]> Damages => new()
    {
        { "total block length 0 of an EPB is less than the minimum EPB size 32", Start().Packet(0, 1, [1], length: 0).ToArray() },
        { "total block length 4 of an EPB is less than the minimum EPB size 32", Start().Packet(0, 1, [1], length: 3).ToArray() },
        { "total block length 0 of an EPB is less than the minimum EPB size 32", Start().Packet(0, 1, [1], length: 0xffffffff).ToArray() },
        { "total block length 8 of a CB is too small (< 16)", Start().Block(0xbad, new byte[60], length: 8).ToArray() },
        { "total block length 0 of an unknown block type is less than the minimum block size 12", Start().Raw(new byte[64]).ToArray() },
        { "total block lengths (first 92 and second 8) don't match", Start().Packet(0, 1, new byte[60], trailing: 5).ToArray() },
        { "total block length 92 of an EPB is too small for 70 bytes of packet data", Start().Packet(0, 1, new byte[60], captured: 70).ToArray() },
        { "cap_len 4294967295 is larger than 262144", Start().Packet(0, 1, new byte[60], captured: 0xffffffff).ToArray() },
        { "cap_len 300000 is larger than 262144", Start().Packet(0, 1, new byte[300000]).ToArray() },
        { "interface index 5 is not less than section interface count 1", Start().Packet(5, 1, [1]).ToArray() },
        { "interface index 0 is not less than section interface count 0", Start().Section().Packet(0, 1, [1]).ToArray() },
        { "SPB appeared before any IDBs in the section", Start().Section().Block(3, [4, 0, 0, 0, 1, 2, 3, 4]).ToArray() },
        { "total block length 20 of an SPB is too small for 100 bytes of packet data", Start().Block(3, [100, 0, 0, 0, 1, 2, 3, 4]).ToArray() },
        { "Not enough data to handle option of length 200", Start().Packet(0, 1, [1], new Bytes().U16(1, 200).U32(0)).ToArray() },
        { "packet block flags option length 3 is not 4", Start().Packet(0, 1, [1], new Bytes().Option(2, 1, 2, 3)).ToArray() },
        { "NRB record length for IPv4 record 2 < minimum length 4", Start().Block(4, new Bytes().U16(1, 2).U32(0, 0).ToArray()).ToArray() },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Says_what_tshark_says(string reason, byte[] file)
    {
        using CaptureReader reader = Opened(file);
        Assert.Single(Reading.All(reader));
        Assert.Equal($"The file \"x.pcapng\" appears to be damaged or corrupt.\n(pcapng: {reason})", reader.Damage?.Message);
    }

    [Fact]
    public void A_claimed_length_allocates_nothing()
    {
        byte[] file = Start().Packet(0, 1, [1], length: 100 << 20).ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using CaptureReader reader = Opened(file);
        Assert.Single(Reading.All(reader));
        Assert.Equal(CaptureErrorKind.CutShort, reader.Damage?.Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Theory]
    [InlineData(6, 6)]
    [InlineData(9, 9)]
    [InlineData(12, 9)]
    [InlineData(4, 3)]
    [InlineData(0, 0)]
    [InlineData(0x80, 0)]
    [InlineData(0x84, 1)]
    [InlineData(0x87, 2)]
    [InlineData(0x8a, 3)]
    [InlineData(0x94, 6)]
    [InlineData(0xa0, 9)]
    public void Precision_is_what_tshark_shows(byte resolution, int digits) =>
        Assert.Equal(digits, new CaptureInterface { LinkType = LinkType.Ethernet, TimeResolution = resolution }.TimePrecision);

    [Theory]
    [InlineData(6, 1_234_567_890_123, 1_234_567, 890_123_000)]
    [InlineData(9, 1_234_567_890_123, 1_234, 567_890_123)]
    [InlineData(12, 1_234_567_890_123, 1, 234_567_890)]
    [InlineData(0x8a, 1_234_567_890_123, 1_205_632_705, 198_242_187)]
    [InlineData(0xa0, 1_234_567_890_123, 287, 445_236_491)]
    [InlineData(0xff, 1_234_567_890_123, 0, 0)]
    [InlineData(127, 1_234_567_890_123, 0, 0)]
    public void Times_of_any_resolution(byte resolution, ulong ticks, long seconds, int nanoseconds)
    {
        using CaptureReader reader = Opened(new Bytes().Section().Interface(options: new Bytes().Option(9, resolution)).Packet(0, ticks, [1]).ToArray());
        Assert.Equal(new Timestamp(seconds, nanoseconds), Reading.All(reader).Single().Time);
    }
}
