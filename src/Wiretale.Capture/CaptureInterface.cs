using Wiretale.Wire;

namespace Wiretale.Capture;

/// <summary>An interface that frames were captured on. A pcap file has exactly one, of which only link type and snaplen are known.</summary>
public sealed class CaptureInterface
{
    /// <summary>Link type of its frames.</summary>
    public LinkType LinkType { get; init; }

    /// <summary>Longest captured length in bytes; 0 is no limit.</summary>
    public uint SnapLength { get; init; }

    /// <summary>Decimal digits of a second that its times are good for: 6 or 9 in pcap, from if_tsresol in pcapng.</summary>
    public int TimePrecision { get; init; } = 6;
}
