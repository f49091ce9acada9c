namespace Wiretale.Capture;

/// <summary>The file formats that are read; <see cref="ModifiedPcap"/> is only read.</summary>
public enum CaptureKind
{
    /// <summary>Classic pcap with microseconds (draft-ietf-opsawg-pcap).</summary>
    Pcap,

    /// <summary>Classic pcap with nanoseconds (magic 0xa1b23c4d).</summary>
    NanosecondPcap,

    /// <summary>Alexey Kuznetsov's pcap of old Linux distributions (magic 0xa1b2cd34): eight more bytes in each record header.</summary>
    ModifiedPcap,

    /// <summary>pcapng (draft-ietf-opsawg-pcapng).</summary>
    PcapNg,
}

/// <summary>A file format and the byte order its numbers are stored in.</summary>
public readonly record struct CaptureFormat(CaptureKind Kind, bool BigEndian = false)
{
    /// <summary>Little-endian pcap with microseconds.</summary>
    public static CaptureFormat Pcap => new(CaptureKind.Pcap);

    /// <summary>Little-endian pcap with nanoseconds.</summary>
    public static CaptureFormat NanosecondPcap => new(CaptureKind.NanosecondPcap);

    /// <summary>Little-endian pcapng.</summary>
    public static CaptureFormat PcapNg => new(CaptureKind.PcapNg);

    /// <summary>The short name that tshark's <c>-F</c> uses.</summary>
    public string Name => Kind switch
    {
        CaptureKind.Pcap => "pcap",
        CaptureKind.NanosecondPcap => "nsecpcap",
        CaptureKind.ModifiedPcap => "modpcap",
        _ => "pcapng",
    };

    /// <inheritdoc />
    public override string ToString() => Name;
}
