using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Bytes before <see cref="Start"/>, for the beginning of a record whose end stands in this segment: as long as a packet usually can be (262,144 bytes), with its header.</summary>
    public const int Headroom = (1 << 18) + (1 << 12);

    readonly Stack<Segment> _pool;
    readonly byte[] _bytes;
    int _references = 1, _filled;
    bool _isFilled;
    ExceptionDispatchInfo? _failure;

    public Segment(Stack<Segment> pool, int length)
    {
        _pool = pool;
        _bytes = GC.AllocateUninitializedArray<byte>(Headroom + length, pinned: true);
        Start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, Headroom);
    }

    /// <summary>First byte.</summary>
    public byte* Start { get; }

    /// <summary>Bytes from <see cref="Start"/> on.</summary>
    public int Length => _bytes.Length - Headroom;

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

    /// <summary>Where in the file the bytes begin that the segment was last filled with; see <see cref="ReadAhead"/>.</summary>
    public long FileOffset { get; private set; }

    /// <summary>Says what the segment is to be filled with; one thread then calls <see cref="Fill"/>, and another may wait for it.</summary>
    public void BeginFill(long offset) => (FileOffset, _filled, _isFilled, _failure) = (offset, 0, false, null);

    /// <summary>Reads until the segment is full or the file at its end.</summary>
    public void Fill(SafeFileHandle file)
    {
        try
        {
            int got;
            do
            {
                got = RandomAccess.Read(file, new Span<byte>(Start + _filled, Length - _filled), FileOffset + _filled);
                _filled += got;
            }
            while (got > 0 && _filled < Length);
        }
        catch (IOException e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }

        lock (_bytes)
        {
            _isFilled = true;
            Monitor.Pulse(_bytes);
        }
    }

    /// <summary>Waits for <see cref="Fill"/> and says how many bytes it read.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public int AwaitFill()
    {
        lock (_bytes)
        {
            while (!_isFilled)
            {
                Monitor.Wait(_bytes);
            }
        }

        _failure?.Throw();
        return _filled;
    }
}
