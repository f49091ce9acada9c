using System.Runtime.InteropServices;

namespace Wiretale.Capture.Input;

/// <summary>
/// Memory that frames point into. Its source holds one reference while it reads into it and each batch with frames in it another; the last to let
/// go gives it back to the pool, on whatever thread that happens.
/// </summary>
/// <remarks>Memory outside the collector's heap would need a finalizer; a pinned array needs none.</remarks>
sealed unsafe class Segment
{
    /// <summary>Bytes of a segment that no large packet asked for: as much as a processor's own cache holds, so that the headers are still near when they are parsed.</summary>
    public const int UsualLength = 1 << 20;

    readonly Stack<Segment> _pool;
    readonly byte[] _bytes;
    int _references = 1;

    public Segment(Stack<Segment> pool, int length)
    {
        _pool = pool;
        _bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        Start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
    }

    /// <summary>First byte.</summary>
    public byte* Start { get; }

    /// <summary>Bytes from <see cref="Start"/> on.</summary>
    public int Length => _bytes.Length;

    public void Retain() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0 && Length == UsualLength)
        {
            lock (_pool)
            {
                _pool.Push(this);
            }
        }
    }

    /// <summary>Puts the count back to one, for a segment that is used again.</summary>
    public void Revive() => Volatile.Write(ref _references, 1);
}
