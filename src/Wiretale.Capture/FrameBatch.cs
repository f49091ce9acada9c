using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Wiretale.Capture.Input;

namespace Wiretale.Capture;

/// <summary>
/// A run of frames in file order. Filled by <see cref="CaptureReader.Read"/>, used, reset and filled again; in steady state
/// nothing is allocated. The bytes of its frames are valid until <see cref="Reset"/>, also when the reader is disposed of before.
/// </summary>
/// <remarks>One thread at a time; a batch may be filled on one thread and reset on another.</remarks>
public sealed class FrameBatch : IDisposable
{
    readonly FrameRecord[] _frames;
    readonly List<PacketOptions> _options = [];
    readonly Stack<PacketOptions> _spareOptions = new();
    Segment? _segment;

    /// <summary>A batch that takes up to <paramref name="capacity"/> frames.</summary>
    public FrameBatch(int capacity = 512)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _frames = new FrameRecord[capacity];
    }

    /// <summary>Frames it can take.</summary>
    public int Capacity => _frames.Length;

    /// <summary>Frames in it.</summary>
    public int Count { get; internal set; }

    /// <summary>The frame at <paramref name="i"/>, from 0.</summary>
    public ref readonly FrameRecord this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)i >= (uint)Count)
            {
                ThrowRange(i);
            }

            return ref _frames[i];
        }
    }

    /// <summary>The frames in it.</summary>
    public ReadOnlySpan<FrameRecord> Frames => _frames.AsSpan(0, Count);

    /// <summary>Options of those frames that have any; <see cref="FrameRecord.Options"/> is an index into it.</summary>
    public IReadOnlyList<PacketOptions> Options => _options;

    internal Span<FrameRecord> Free => _frames.AsSpan(Count);

    /// <summary>An empty object for a frame's options; <see cref="AddOptions"/> puts it into the batch.</summary>
    internal PacketOptions RentOptions() => _spareOptions.TryPop(out PacketOptions? spare) ? spare : new();

    /// <summary>Takes back what was rented and not added.</summary>
    internal void ReturnOptions(PacketOptions options)
    {
        options.Clear();
        _spareOptions.Push(options);
    }

    /// <summary>The index for <see cref="FrameRecord.Options"/>.</summary>
    internal int AddOptions(PacketOptions options)
    {
        _options.Add(options);
        return _options.Count - 1;
    }

    /// <summary>Keeps the memory that the frames point into. All frames of a batch lie in one segment.</summary>
    internal void Hold(Segment segment)
    {
        segment.Retain();
        _segment = segment;
    }

    /// <summary>Empties the batch and lets go of the memory its frames point into.</summary>
    public void Reset()
    {
        Count = 0;
        foreach (PacketOptions options in _options)
        {
            ReturnOptions(options);
        }

        _options.Clear();
        _segment?.Release();
        _segment = null;
    }

    /// <inheritdoc />
    public void Dispose() => Reset();

    [DoesNotReturn]
    static void ThrowRange(int i) => throw new ArgumentOutOfRangeException(nameof(i), i, "No such frame in the batch.");
}
