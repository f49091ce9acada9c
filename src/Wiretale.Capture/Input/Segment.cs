namespace Wiretale.Capture.Input;

/// <summary>
/// Memory that frames point into: a mapped window or a buffer. Its source holds one reference while it reads from it and
/// each batch with frames in it another; the last to let go frees it, on whatever thread that happens.
/// </summary>
abstract unsafe class Segment
{
    int _references = 1;

    /// <summary>First byte.</summary>
    public byte* Start { get; protected set; }

    /// <summary>Bytes from <see cref="Start"/> on that may be read.</summary>
    public int Length { get; protected set; }

    public void Retain() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Free();
        }
    }

    /// <summary>Puts the count back to one, for a buffer that is used again.</summary>
    protected void Revive() => Volatile.Write(ref _references, 1);

    protected abstract void Free();
}
