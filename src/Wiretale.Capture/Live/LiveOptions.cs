namespace Wiretale.Capture.Live;

/// <summary>How one device is captured on.</summary>
public sealed record LiveDeviceOptions
{
    /// <summary>Most bytes of a packet that are ever taken, and how many are without a word from the user.</summary>
    public const int LargestSnapLength = 262_144;

    /// <summary>Kernel's buffer when the user does not say, in MiB: room for the pauses of a machine that has other things to do.</summary>
    public const int UsualBuffer = 32;

    /// <summary>Name of the device.</summary>
    public string Name { get; init; } = "";

    /// <summary>Name for messages.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Most bytes of a packet that are kept.</summary>
    public int SnapLength { get; init; } = LargestSnapLength;

    /// <summary>Whether packets for others are taken too.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>Whether a wireless device is to hear everything (802.11 monitor mode).</summary>
    public bool Monitor { get; init; }

    /// <summary>The kernel's buffer, in MiB.</summary>
    public int BufferSize { get; init; } = UsualBuffer;

    /// <summary>A filter in libpcap's language; null takes everything.</summary>
    public string? Filter { get; init; }

    /// <summary>libpcap's name of the link type to ask for; null takes what the device gives.</summary>
    public string? LinkType { get; init; }
}

/// <summary>When something ends: a file of a ring, or a capture. What is null does not end it.</summary>
public sealed record CaptureLimits
{
    /// <summary>Time that it lasts.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Wall clock times that are multiples of this end it.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Bytes in the file.</summary>
    public long? Bytes { get; init; }

    /// <summary>Packets.</summary>
    public long? Packets { get; init; }

    /// <summary>Files: written in all, or kept in a ring.</summary>
    public int? Files { get; init; }
}

/// <summary>What a live capture takes, where it puts it and when it ends.</summary>
public sealed record LiveOptions
{
    /// <summary>The devices, one or more.</summary>
    public required IReadOnlyList<LiveDeviceOptions> Devices { get; init; }

    /// <summary>The file to write, null for none that stays, <c>-</c> for <see cref="Output"/>.</summary>
    public string? File { get; init; }

    /// <summary>Where <c>-</c> leads.</summary>
    public Func<Stream>? Output { get; init; }

    /// <summary>The file's format.</summary>
    public CaptureFormat Format { get; init; } = CaptureFormat.PcapNg;

    /// <summary>When the capture ends by itself.</summary>
    public CaptureLimits Stop { get; init; } = new();

    /// <summary>When the next file begins; null writes one file.</summary>
    public CaptureLimits? Ring { get; init; }

    /// <summary>Comments on the capture.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>Whether somebody reads what is captured, from <see cref="LiveCapture.Packets"/>.</summary>
    public bool IsRead { get; init; }
}
