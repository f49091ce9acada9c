namespace Wiretale.Capture.Input;

/// <summary>
/// The bytes of a capture as a run of segments. Readers parse between <see cref="Next"/> and <see cref="End"/>, move
/// <see cref="Next"/> on, and ask <see cref="Need"/> for more when what they want is not there in one piece.
/// </summary>
abstract unsafe class ByteSource : IDisposable
{
    /// <summary>First unread byte.</summary>
    public byte* Next;

    /// <summary>One past the last byte at hand.</summary>
    public byte* End;

    /// <summary>The segment between whose bounds <see cref="Next"/> and <see cref="End"/> lie.</summary>
    public Segment? Current { get; protected set; }

    /// <summary>What the layer below says went wrong (decompression, I/O), once the bytes before it are used up.</summary>
    public CaptureDamage? Failure { get; protected set; }

    /// <summary>Offset of <see cref="Next"/> from the start of the file, in bytes.</summary>
    public long Offset => EndOffset - (End - Next);

    /// <summary>Offset of <see cref="End"/> from the start of the file.</summary>
    protected long EndOffset { get; set; }

    /// <summary>Bytes at hand.</summary>
    public long Available => End - Next;

    /// <summary>
    /// Whether <paramref name="count"/> bytes lie in one piece at <see cref="Next"/>; fetches them when needed, waiting on a
    /// pipe. False at the end of the file, with all that is left at hand. May change <see cref="Current"/>.
    /// </summary>
    public bool Need(long count) => End - Next >= count || Fetch(count);

    /// <summary>Moves on by <paramref name="count"/> bytes, which need not be at hand; false when the file ends before.</summary>
    public bool Skip(long count)
    {
        while (End - Next < count)
        {
            count -= End - Next;
            Next = End;
            if (!Need(1))
            {
                return count == 0;
            }
        }

        Next += count;
        return true;
    }

    protected abstract bool Fetch(long count);

    public virtual void Dispose()
    {
        Current?.Release();
        Current = null;
        Next = End = null;
    }
}
