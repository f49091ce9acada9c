using Wiretale.Wire;

namespace Wiretale.Capture;

/// <summary>One frame of a batch: where its bytes lie and what the capture says about them. A view, never a copy.</summary>
/// <remarks>The bytes stay valid until the <see cref="FrameBatch"/> that holds the record is reset.</remarks>
public unsafe struct FrameRecord
{
    /// <summary>First captured byte, in a pinned buffer that the batch keeps.</summary>
    public byte* Bytes;

    /// <summary>Bytes that the capture holds.</summary>
    public int CapturedLength;

    /// <summary>Bytes that were on the wire; at least as many as captured in a sane file, but a file may claim anything.</summary>
    public uint OriginalLength;

    /// <summary>Frame number in the file, from 1.</summary>
    public int Number;

    /// <summary>When the frame was captured, since the epoch; meaningless when <see cref="HasTimestamp"/> is false.</summary>
    public Timestamp Time;

    /// <summary>False for pcapng's Simple Packet Block, which carries no time.</summary>
    public bool HasTimestamp;

    /// <summary>Interface that saw the frame, an index into <see cref="CaptureReader.Interfaces"/> (counted across sections).</summary>
    public int Interface;

    /// <summary>That interface's link type: what the first bytes are.</summary>
    public LinkType LinkType;

    /// <summary>Index into <see cref="FrameBatch.Options"/> of the frame's own options (comments, flags), or -1.</summary>
    public int Options;

    /// <summary>The captured bytes.</summary>
    public readonly ReadOnlySpan<byte> Data => new(Bytes, CapturedLength);
}
