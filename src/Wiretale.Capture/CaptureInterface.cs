using Wiretale.Wire;

namespace Wiretale.Capture;

/// <summary>
/// An interface that frames were captured on: pcapng's Interface Description Block (draft-ietf-opsawg-pcapng, section 4.2).
/// A pcap file has exactly one, of which only link type, snaplen, resolution and perhaps FCS length are known.
/// </summary>
public sealed class CaptureInterface
{
    /// <summary>Resolution when the file does not say: microseconds.</summary>
    public const byte Microseconds = 6;

    /// <summary>Link type of its frames.</summary>
    public required LinkType LinkType { get; init; }

    /// <summary>Longest captured length in bytes; 0 is no limit.</summary>
    public uint SnapLength { get; init; }

    /// <summary>Index into <see cref="CaptureReader.Sections"/>.</summary>
    public int Section { get; init; }

    /// <summary>The number it has in its own section, which tshark shows as frame.interface_id.</summary>
    public int NumberInSection { get; init; }

    /// <summary>
    /// Unit of its times, as if_tsresol codes it: 10 to the power of minus this many seconds or, with the upper bit set, 2 to the
    /// power of minus the lower seven bits.
    /// </summary>
    public byte TimeResolution { get; init; } = Microseconds;

    /// <summary>Seconds to add to each time (if_tsoffset); the times of frames have it in them already.</summary>
    public long TimeOffset { get; init; }

    /// <summary>Decimal digits of a second to show: 0, 1, 2, 3, 6 or 9, the most of these that the resolution is good for.</summary>
    public int TimePrecision
    {
        get
        {
            int power = TimeResolution & 0x7f;
            int digits = (TimeResolution & 0x80) == 0 ? power : (int)(power * Math.Log10(2));
            return digits switch { >= 9 => 9, >= 6 => 6, >= 3 => 3, _ => digits };
        }
    }

    /// <summary>Name of the device (if_name), such as eth0.</summary>
    public string? Name { get; init; }

    /// <summary>Description of the device (if_description).</summary>
    public string? Description { get; init; }

    /// <summary>Capture filter (if_filter) when it is text in libpcap's language.</summary>
    public string? Filter { get; init; }

    /// <summary>Operating system of the machine (if_os).</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Hardware of the device (if_hardware).</summary>
    public string? Hardware { get; init; }

    /// <summary>Bits per second (if_speed).</summary>
    public ulong? Speed { get; init; }

    /// <summary>Bytes of frame check sequence at the end of each frame (if_fcslen); null when not known.</summary>
    public int? FcsLength { get; init; }

    /// <summary>Six bytes (if_MACaddr).</summary>
    public ReadOnlyMemory<byte>? MacAddress { get; init; }

    /// <summary>Eight bytes each (if_IPv4addr): address, netmask.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> IPv4Addresses { get; init; } = [];

    /// <summary>Seventeen bytes each (if_IPv6addr): address, prefix length.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> IPv6Addresses { get; init; } = [];

    /// <summary>Comments (opt_comment), in file order.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>Options of other codes, in file order.</summary>
    public IReadOnlyList<RawOption> Others { get; init; } = [];
}
