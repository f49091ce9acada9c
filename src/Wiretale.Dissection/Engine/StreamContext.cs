using System.Runtime.CompilerServices;

namespace Wiretale.Dissection.Engine;

/// <summary>What a protocol above a byte stream (TCP) may ask for: more bytes, when its message goes on in later segments.</summary>
/// <remarks>
/// A dissector that finds its message incomplete calls <see cref="NeedMore"/> and returns what it took; the stream calls it
/// again with the message's bytes from its beginning, when they are there. Where <see cref="CanWait"/> is false asking has no
/// effect: the dissector shows what it has.
/// </remarks>
public sealed class StreamContext
{
    /// <summary>For <see cref="NeedMore"/>: at least one more segment, the length is not known yet.</summary>
    public const int OneMoreSegment = -1;

    /// <summary>For <see cref="NeedMore"/>: everything until the sender closes.</summary>
    public const int UntilEnd = -2;

    /// <summary>Whether asking has any effect: reassembly is on and the bytes are in order.</summary>
    public bool CanWait { get; set; }

    /// <summary>Where in the view the unfinished message starts, after a request.</summary>
    public int Offset { get; private set; }

    /// <summary>How many bytes are missing after the view's end, or one of the constants; 0 without a request.</summary>
    public int Missing { get; private set; }

    /// <summary>Of the unfinished message, how many bytes must be kept at least for it to be dissected; the rest may be let go when nobody looks at it.</summary>
    public int Keep { get; private set; } = int.MaxValue;

    /// <summary>Whether the view begins where a message begins that was put together from several segments.</summary>
    public bool IsReassembled { get; set; }

    /// <summary>Whether the sender has closed: what is there is all there will be.</summary>
    public bool IsLast { get; set; }

    /// <summary>Position of the view's first byte in its direction of the stream (relative sequence number, from 1).</summary>
    public uint Position { get; set; }

    /// <summary>Whether the bytes go from the endpoint that opened the conversation (or was seen first) to the other.</summary>
    public bool IsFromFirst { get; set; }

    /// <summary>The stream protocol's own branch of the tree.</summary>
    public Node Tree { get; set; }

    /// <summary>Asks for more: the message that starts at <paramref name="offset"/> of the view needs <paramref name="missing"/> bytes after the view's end.</summary>
    public void NeedMore(int offset, int missing, int keep = int.MaxValue) => (Offset, Missing, Keep) = (offset, missing, keep);

    /// <summary>Forgets a request.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear() => (Offset, Missing, Keep) = (0, 0, int.MaxValue);
}
