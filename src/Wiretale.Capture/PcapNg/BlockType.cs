namespace Wiretale.Capture.PcapNg;

/// <summary>Block types of draft-ietf-opsawg-pcapng, section 11.1, that are understood.</summary>
static class BlockType
{
    public const uint SectionHeader = 0x0a0d0d0a;
    public const uint InterfaceDescription = 1;
    public const uint ObsoletePacket = 2;
    public const uint SimplePacket = 3;
    public const uint NameResolution = 4;
    public const uint InterfaceStatistics = 5;
    public const uint EnhancedPacket = 6;
    public const uint DecryptionSecrets = 10;

    /// <summary>A custom block that a program which does not know it may copy.</summary>
    public const uint Custom = 0xbad;

    /// <summary>A custom block that must not be copied to a file whose packets were changed.</summary>
    public const uint CustomNoCopy = 0x40000bad;

    /// <summary>Byte-order magic of a section header, read in the right order.</summary>
    public const uint ByteOrderMagic = 0x1a2b3c4d;

    /// <summary>Type, length and length again: what every block has.</summary>
    public const int Overhead = 12;

    /// <summary>tshark's limit: the longest packet there may be, options, and the fixed fields.</summary>
    public const uint MaximumLength = (128 << 20) + (128 << 10) + 32;

    /// <summary>The least total length of a block, and the name tshark gives the type.</summary>
    public static (int Minimum, string Article, string Name) Facts(uint type) => type switch
    {
        SectionHeader => (28, "an", "SHB"),
        InterfaceDescription => (20, "an", "IDB"),
        ObsoletePacket => (32, "a", "PB"),
        SimplePacket => (16, "an", "SPB"),
        NameResolution => (16, "an", "NRB"),
        InterfaceStatistics => (24, "an", "ISB"),
        EnhancedPacket => (32, "an", "EPB"),
        DecryptionSecrets => (20, "a", "DSB"),
        Custom or CustomNoCopy => (16, "a", "CB"),
        _ => (Overhead, "an", "unknown block type"),
    };
}

/// <summary>Option codes of draft-ietf-opsawg-pcapng; the codes above 1 mean something else in each block.</summary>
static class OptionCode
{
    public const ushort End = 0;
    public const ushort Comment = 1;

    public const ushort SectionHardware = 2;
    public const ushort SectionSystem = 3;
    public const ushort SectionApplication = 4;

    public const ushort Name = 2;
    public const ushort Description = 3;
    public const ushort IPv4Address = 4;
    public const ushort IPv6Address = 5;
    public const ushort MacAddress = 6;
    public const ushort Speed = 8;
    public const ushort TimeResolution = 9;
    public const ushort Filter = 11;
    public const ushort System = 12;
    public const ushort FcsLength = 13;
    public const ushort TimeOffset = 14;
    public const ushort Hardware = 15;

    public const ushort Flags = 2;
    public const ushort Hash = 3;
    public const ushort DropCount = 4;
    public const ushort PacketId = 5;
    public const ushort Queue = 6;
    public const ushort Verdict = 7;

    public const ushort StartTime = 2;
    public const ushort EndTime = 3;
    public const ushort Received = 4;
    public const ushort Dropped = 5;
    public const ushort FilterAccepted = 6;
    public const ushort SystemDropped = 7;
    public const ushort Delivered = 8;
}
