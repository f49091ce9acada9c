using System.Runtime.InteropServices;

namespace Wiretale.Capture.Input;

/// <summary>A pipe, standard input or decompressed stream, read into buffers that go back to a pool when no batch needs them.</summary>
sealed unsafe class StreamSource : ByteSource
{
    const int BufferSize = 1 << 20;

    readonly Stream _stream;
    readonly string _name;
    readonly Stack<Buffer> _free = new();
    bool _ended;

    public StreamSource(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    protected override bool Fetch(long count)
    {
        while (End - Next < count)
        {
            if (_ended)
            {
                return false;
            }

            var buffer = (Buffer?)Current;
            // New bytes go behind those at hand: frames before them may still be in use. A full buffer is succeeded by a fresh
            // one, larger only when the bytes for it have really come: a claimed length alone allocates nothing.
            if (buffer is null || End == buffer.Start + buffer.Length)
            {
                buffer = MoveOn(buffer);
            }

            int got = ReadSome(new Span<byte>(End, (int)(buffer.Start + buffer.Length - End)));
            if (got == 0)
            {
                _ended = true;
            }

            End += got;
            EndOffset += got;
        }

        return true;
    }

    int ReadSome(Span<byte> into)
    {
        try
        {
            return _stream.Read(into);
        }
        catch (EndOfStreamException)
        {
            Failure = Messages.CutShort(_name, EndOffset);
        }
        catch (InvalidDataException)
        {
            Failure = new(CaptureErrorKind.Decompression,
                $"{Messages.Subject(_name)} cannot be decompressed; it may be damaged or corrupt.\n(its compressed data or their checksum are wrong)", EndOffset);
        }
        catch (IOException e)
        {
            Failure = new(CaptureErrorKind.Io, $"An error occurred while reading the file \"{_name}\": {e.Message}.", EndOffset);
        }

        return 0;
    }

    Buffer MoveOn(Buffer? old)
    {
        int left = (int)(End - Next);
        Buffer fresh = Rent(left > BufferSize / 2 ? checked(left * 2) : BufferSize);
        new ReadOnlySpan<byte>(Next, left).CopyTo(new Span<byte>(fresh.Start, fresh.Length));
        Next = fresh.Start;
        End = Next + left;
        Current = fresh;
        old?.Release();
        return fresh;
    }

    Buffer Rent(int size)
    {
        if (size == BufferSize)
        {
            lock (_free)
            {
                if (_free.TryPop(out Buffer? buffer))
                {
                    buffer.Reuse();
                    return buffer;
                }
            }
        }

        return new Buffer(this, size);
    }

    public override void Dispose()
    {
        base.Dispose();
        _stream.Dispose();
    }

    /// <summary>A buffer outside the collector's heap would need a finalizer; a pinned array needs none.</summary>
    sealed class Buffer : Segment
    {
        readonly StreamSource _owner;
        readonly byte[] _bytes;

        public Buffer(StreamSource owner, int size)
        {
            _owner = owner;
            _bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
            Start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
            Length = size;
        }

        public void Reuse() => Revive();

        protected override void Free()
        {
            if (_bytes.Length == BufferSize)
            {
                lock (_owner._free)
                {
                    _owner._free.Push(this);
                }
            }
        }
    }
}
