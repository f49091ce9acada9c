namespace Wiretale.Capture;

/// <summary>What a pcapng packet block says of its packet beside time and lengths (draft-ietf-opsawg-pcapng, section 4.3).</summary>
public sealed class PacketOptions
{
    /// <summary>Comments (opt_comment), in file order.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>Link-layer flags (epb_flags): direction, reception type, FCS length, link-layer errors.</summary>
    public uint? Flags { get; init; }

    /// <summary>Packets lost between this and the one before (epb_dropcount).</summary>
    public ulong? DropCount { get; init; }

    /// <summary>Identifies the same packet seen on several interfaces (epb_packetid).</summary>
    public ulong? PacketId { get; init; }

    /// <summary>Queue of the interface (epb_queue).</summary>
    public uint? Queue { get; init; }

    /// <summary>Hashes (epb_hash): one byte of algorithm, then the hash.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Hashes { get; init; } = [];

    /// <summary>Verdicts (epb_verdict): one byte of type, then the verdict.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Verdicts { get; init; } = [];
}
