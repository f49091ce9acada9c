using Wiretale.Wire;

namespace Wiretale.Capture;

/// <summary>A section of a capture: pcapng's Section Header Block (draft-ietf-opsawg-pcapng, section 4.1), or the header of a pcap file.</summary>
public sealed class CaptureSection
{
    /// <summary>Byte order of its numbers.</summary>
    public bool BigEndian { get; init; }

    /// <summary>Version of the format.</summary>
    public ushort Major { get; init; } = 1;

    /// <summary>Version of the format.</summary>
    public ushort Minor { get; init; }

    /// <summary>Hardware of the machine that captured (shb_hardware).</summary>
    public string? Hardware { get; init; }

    /// <summary>Operating system of that machine (shb_os).</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Program that captured (shb_userappl).</summary>
    public string? Application { get; init; }

    /// <summary>Comments on the capture (opt_comment), in file order.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>Options of other codes, in file order.</summary>
    public IReadOnlyList<RawOption> Others { get; init; } = [];
}

/// <summary>What a resolved address is; the numbers are pcapng's record types (section 4.5).</summary>
public enum ResolvedAddressKind : ushort
{
    /// <summary>Four bytes.</summary>
    IPv4 = 1,

    /// <summary>Sixteen bytes.</summary>
    IPv6 = 2,

    /// <summary>A MAC address, six bytes.</summary>
    Eui48 = 3,

    /// <summary>Eight bytes.</summary>
    Eui64 = 4,
}

/// <summary>An address and the names it had when the capture was made.</summary>
public sealed record ResolvedAddress(ResolvedAddressKind Kind, ReadOnlyMemory<byte> Address, IReadOnlyList<string> Names);

/// <summary>A Name Resolution Block (section 4.5).</summary>
public sealed class NameResolution
{
    /// <summary>Addresses with their names, in file order.</summary>
    public IReadOnlyList<ResolvedAddress> Records { get; init; } = [];

    /// <summary>Options: comments and the name server asked, in file order.</summary>
    public IReadOnlyList<RawOption> Options { get; init; } = [];
}

/// <summary>A Decryption Secrets Block (section 4.7).</summary>
/// <param name="Type">What the secrets are, for instance <see cref="TlsKeyLog"/>.</param>
/// <param name="Data">The secrets in the form their type has.</param>
public sealed record CaptureSecrets(uint Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>NSS key log lines for TLS and QUIC.</summary>
    public const uint TlsKeyLog = 0x544c534b;

    /// <summary>WireGuard key log lines.</summary>
    public const uint WireGuardKeyLog = 0x57474b4c;

    /// <summary>SSH key log lines.</summary>
    public const uint SshKeyLog = 0x5353484b;
}

/// <summary>An Interface Statistics Block (section 4.6). Counts are packets; null when the file does not say.</summary>
public sealed class InterfaceStatistics
{
    /// <summary>Index into <see cref="CaptureReader.Interfaces"/>.</summary>
    public required int Interface { get; init; }

    /// <summary>When the counts were taken.</summary>
    public Timestamp Time { get; init; }

    /// <summary>When capturing began (isb_starttime).</summary>
    public Timestamp? Start { get; init; }

    /// <summary>When capturing ended (isb_endtime).</summary>
    public Timestamp? End { get; init; }

    /// <summary>Received by the interface (isb_ifrecv).</summary>
    public ulong? Received { get; init; }

    /// <summary>Dropped by the interface (isb_ifdrop).</summary>
    public ulong? Dropped { get; init; }

    /// <summary>Accepted by the capture filter (isb_filteraccept).</summary>
    public ulong? FilterAccepted { get; init; }

    /// <summary>Dropped by the operating system (isb_osdrop).</summary>
    public ulong? SystemDropped { get; init; }

    /// <summary>Delivered to the capturing program (isb_usrdeliv).</summary>
    public ulong? Delivered { get; init; }

    /// <summary>Comments (opt_comment), in file order.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];
}

/// <summary>A block that is not interpreted: custom, systemd journal export, or of an unknown type.</summary>
/// <param name="Type">Block type.</param>
/// <param name="Body">Bytes between the two lengths, in the byte order of the section.</param>
/// <param name="BigEndian">That byte order.</param>
public sealed record RawBlock(uint Type, ReadOnlyMemory<byte> Body, bool BigEndian);
