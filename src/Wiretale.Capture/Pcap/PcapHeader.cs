using Wiretale.Capture.Input;
using Wiretale.Wire;

namespace Wiretale.Capture.Pcap;

/// <summary>The file header of classic pcap (draft-ietf-opsawg-pcap, section 4), and what follows from it for the records.</summary>
readonly record struct PcapHeader
{
    public const uint Magic = 0xa1b2c3d4;
    public const uint NanosecondMagic = 0xa1b23c4d;
    public const uint ModifiedMagic = 0xa1b2cd34;
    public const int Length = 24;

    /// <summary>What tshark takes for the longest packet that is not a sign of damage.</summary>
    const uint MaximumOrdinaryPacket = 262144;
    const uint MaximumLargePacket = 128 << 20;

    /// <summary>What stands in for the header of a file without any bytes.</summary>
    public static PcapHeader OfEmptyFile => new()
    {
        Format = CaptureFormat.Pcap,
        Major = 2,
        Minor = 4,
        SnapLength = MaximumOrdinaryPacket,
        LinkType = LinkType.Ethernet,
    };

    public required CaptureFormat Format { get; init; }
    public required ushort Major { get; init; }
    public required ushort Minor { get; init; }
    public required uint SnapLength { get; init; }
    public required LinkType LinkType { get; init; }

    /// <summary>Bytes of frame check sequence at the end of each frame, or null when the file does not say.</summary>
    public int? FcsLength { get; init; }

    public int RecordHeaderLength => Format.Kind == CaptureKind.ModifiedPcap ? 24 : 16;

    /// <summary>Before version 2.3 the two lengths stood the other way round.</summary>
    public bool SwappedLengths => Major == 2 && (Minor < 3 || Minor == 543);

    /// <summary>Version 2.3 was written with either order.</summary>
    public bool MaybeSwappedLengths => Major == 2 && Minor == 3;

    public uint MaximumPacket => LinkType is LinkType.DBus or LinkType.UsbPcap ? MaximumLargePacket : MaximumOrdinaryPacket;

    /// <summary>Parses a header; null when the magic number is not pcap's.</summary>
    public static unsafe PcapHeader? Parse(byte* bytes)
    {
        if (KindOf(LittleEndian.U32(bytes)) is { } little)
        {
            return Parse<LittleEndian>(bytes, new(little));
        }

        return KindOf(BigEndian.U32(bytes)) is { } big ? Parse<BigEndian>(bytes, new(big, BigEndian: true)) : null;
    }

    /// <summary>The kind of pcap that <paramref name="magic"/> announces.</summary>
    public static CaptureKind? KindOf(uint magic) => magic switch
    {
        Magic => CaptureKind.Pcap,
        NanosecondMagic => CaptureKind.NanosecondPcap,
        ModifiedMagic => CaptureKind.ModifiedPcap,
        _ => null,
    };

    static unsafe PcapHeader Parse<TOrder>(byte* bytes, CaptureFormat format)
        where TOrder : struct, IByteOrder
    {
        uint network = TOrder.U32(bytes + 20);
        return new()
        {
            Format = format,
            Major = TOrder.U16(bytes + 4),
            Minor = TOrder.U16(bytes + 6),
            SnapLength = TOrder.U32(bytes + 16),
            LinkType = (LinkType)(ushort)network,
            // Section 4: bit 26 says that the upper four bits hold the FCS length, in 16-bit words.
            FcsLength = (network & 0x0400_0000) != 0 ? (int)(network >> 28) * 2 : null,
        };
    }
}
