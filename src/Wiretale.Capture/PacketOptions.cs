namespace Wiretale.Capture;

/// <summary>An option that is kept as it is: a custom option, or one of a code this program does not know.</summary>
/// <param name="Code">Option code; 2988, 2989, 19372 and 19373 are custom options, which begin with a 4-byte enterprise number.</param>
/// <param name="Value">The value without padding, in the byte order of the section it was read from.</param>
public sealed record RawOption(ushort Code, ReadOnlyMemory<byte> Value);

/// <summary>What a pcapng packet block says of its packet beside time and lengths (draft-ietf-opsawg-pcapng, section 4.3).</summary>
/// <remarks>An object in a batch belongs to the batch and is used again after <see cref="FrameBatch.Reset"/>; <see cref="Clone"/> keeps it.</remarks>
public sealed class PacketOptions
{
    List<string>? _comments;
    List<ReadOnlyMemory<byte>>? _hashes;
    List<ReadOnlyMemory<byte>>? _verdicts;
    List<RawOption>? _others;

    /// <summary>Comments (opt_comment), in file order.</summary>
    public IReadOnlyList<string> Comments => _comments ?? [];

    /// <summary>Link-layer flags (epb_flags): direction, reception type, FCS length, link-layer errors.</summary>
    public uint? Flags { get; set; }

    /// <summary>Packets lost between this one and the one before (epb_dropcount, or the obsolete Packet Block's drops count).</summary>
    public ulong? DropCount { get; set; }

    /// <summary>Identifies the same packet seen on several interfaces (epb_packetid).</summary>
    public ulong? PacketId { get; set; }

    /// <summary>Queue of the interface that the packet was received on (epb_queue).</summary>
    public uint? Queue { get; set; }

    /// <summary>Hashes (epb_hash): one byte of algorithm, then the hash.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Hashes => _hashes ?? [];

    /// <summary>Verdicts (epb_verdict): one byte of type, then the verdict.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Verdicts => _verdicts ?? [];

    /// <summary>Custom and unknown options, in file order.</summary>
    public IReadOnlyList<RawOption> Others => _others ?? [];

    /// <summary>Appends a comment.</summary>
    public void AddComment(string comment) => (_comments ??= []).Add(comment);

    /// <summary>Appends a hash: one byte of algorithm, then the hash.</summary>
    public void AddHash(ReadOnlyMemory<byte> hash) => (_hashes ??= []).Add(hash);

    /// <summary>Appends a verdict: one byte of type, then the verdict.</summary>
    public void AddVerdict(ReadOnlyMemory<byte> verdict) => (_verdicts ??= []).Add(verdict);

    /// <summary>Appends a custom or unknown option.</summary>
    public void Add(RawOption option) => (_others ??= []).Add(option);

    /// <summary>A copy that stays.</summary>
    public PacketOptions Clone()
    {
        PacketOptions copy = new() { Flags = Flags, DropCount = DropCount, PacketId = PacketId, Queue = Queue };
        copy._comments = _comments is null ? null : [.. _comments];
        copy._hashes = _hashes is null ? null : [.. _hashes];
        copy._verdicts = _verdicts is null ? null : [.. _verdicts];
        copy._others = _others is null ? null : [.. _others];
        return copy;
    }

    internal void Clear()
    {
        Flags = null;
        DropCount = null;
        PacketId = null;
        Queue = null;
        _comments?.Clear();
        _hashes?.Clear();
        _verdicts?.Clear();
        _others?.Clear();
    }
}
