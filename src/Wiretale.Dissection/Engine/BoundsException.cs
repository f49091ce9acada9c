namespace Wiretale.Dissection.Engine;

/// <summary>Why bytes that a dissector asked for are not there.</summary>
public enum ShortReason : byte
{
    /// <summary>The capture cut the packet (snaplen): <c>[Packet size limited during capture]</c>.</summary>
    Cut,
    /// <summary>The packet itself ends too early: <c>[Malformed Packet]</c>.</summary>
    Malformed,
    /// <summary>The bytes are in other fragments that were not put together: <c>[Unreassembled Packet]</c>.</summary>
    Fragment,
    /// <summary>An inner structure says it is longer than what contains it: malformed, too.</summary>
    Contained,
}

/// <summary>A dissector asked for bytes that are not there. Caught where one protocol hands off to the next.</summary>
/// <remarks>
/// Protocols that every packet passes (Ethernet, IP, TCP, UDP ...) test lengths first and do not come here in the normal course;
/// for the hundreds above them an exception stops them exactly where the bytes end, which is what a reader wants to see.
/// </remarks>
public sealed class BoundsException(ShortReason reason, int offset, int needed, int available)
    : Exception($"needed {needed} bytes at {offset}, {available} there")
{
    /// <summary>Why the bytes are missing.</summary>
    public ShortReason Reason { get; } = reason;

    /// <summary>Offset in the view at which they were asked for.</summary>
    public int Offset { get; } = offset;
}
