using System.IO.Compression;
using System.Text;

namespace Wiretale.Capture.Tests;

/// <summary>Small captures of every format, for tests that take all of them apart.</summary>
static class Samples
{
    public static readonly byte[] Data = [.. Enumerable.Range(0, 41).Select(i => (byte)i)];

    public static IEnumerable<(string Name, byte[] File)> All()
    {
        foreach (bool big in new[] { false, true })
        {
            yield return ($"pcap {big}", Bytes.Pcap(bigEndian: big).Record(1, 2, Data).Record(3, 4, []).Record(5, 6, Data).ToArray());
            yield return ($"nsecpcap {big}", Bytes.Pcap(0xa1b23c4d, bigEndian: big).Record(1, 2, Data).ToArray());
            yield return ($"pcapng {big}", Rich(big));
        }

        yield return ("modified", Modified(0xa1b2cd34));
        yield return ("sections", [.. Rich(true), .. Rich(false)]);
        yield return ("gzip", Gzip(Rich(false)));
    }

    public static byte[] Modified(uint magic)
    {
        Bytes file = Bytes.Pcap(magic);
        for (int i = 0; i < 3; i++)
        {
            file.U32(i, 2, Data.Length, Data.Length).U32(1).U16(0x800).U8(0, 0).Raw(Data);
        }

        return file.ToArray();
    }

    /// <summary>A pcapng section with every kind of block and option.</summary>
    public static byte[] Rich(bool big)
    {
        Bytes b = new(big);
        byte[] U64(long value) => big ? b.New().U32(value >> 32, (uint)value).ToArray() : b.New().U32((uint)value, value >> 32).ToArray();
        Bytes packetOptions = b.New()
            .Option(1, "first"u8.ToArray()).Option(1, "zweiter, größer"u8.ToArray())
            .Option(2, b.New().U32(1).ToArray()).Option(3, 2, 9, 9, 9, 9).Option(4, U64(7)).Option(5, U64(77))
            .Option(6, b.New().U32(3).ToArray()).Option(7, 0, 1, 2, 3)
            .Option(2988, [.. b.New().U32(32473).ToArray(), .. "text"u8]).Option(0);
        return b
            .Section(b.New().Option(1, "section"u8.ToArray()).Option(2, "hw"u8.ToArray()).Option(3, "os"u8.ToArray()).Option(4, "app"u8.ToArray()).Option(0))
            .Interface(1, 96, b.New().Option(1, "interface"u8.ToArray()).Option(2, "eth0"u8.ToArray()).Option(3, "the wire"u8.ToArray())
                .Option(4, 10, 0, 0, 1, 255, 255, 255, 0).Option(5, [.. new byte[15], 1, 64]).Option(6, 2, 0, 0, 0, 0, 1)
                .Option(8, U64(1_000_000_000)).Option(9, 9).Option(11, [0, .. "port 80"u8]).Option(12, "Linux"u8.ToArray()).Option(13, 4)
                .Option(14, U64(-3600)).Option(15, "card"u8.ToArray()).Option(0))
            .Interface(101, 0, b.New().Option(9, 0x8a).Option(0))
            .Block(10, b.New().U32(0x544c534b, 5).Raw("abcde"u8).ToArray())
            .Packet(0, 5_000_000_007, Data, packetOptions)
            .Block(2, b.New().U16(1, 3).U32(0, 1025, 4, 4).U8(1, 2, 3, 4).ToArray())
            .Block(3, b.New().U32(41).Raw(Data).ToArray())
            .Block(4, b.New().U16(1, 10).U8(1, 2, 3, 4).Raw(Encoding.UTF8.GetBytes("a.b\0c\0")).U8(0, 0).U16(0, 0).ToArray())
            .Block(0xbad, b.New().U32(32473).Raw("custom"u8).ToArray())
            .Block(0x777, "unknown!"u8.ToArray())
            .Packet(1, 3, [1, 2, 3])
            .Block(5, b.New().U32(0, 1, 2).Option(2, b.New().U32(0, 5).ToArray()).Option(4, U64(55)).Option(5, U64(1)).Option(0).ToArray())
            .ToArray();
    }

    public static byte[] Gzip(byte[] bytes)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
