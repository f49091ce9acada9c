namespace Wiretale.Capture.Input;

/// <summary>
/// The bytes of a capture, whatever they come from (a file, a pipe, standard input, decompressed), as a run of buffers. Readers parse between
/// <see cref="Next"/> and <see cref="End"/>, move <see cref="Next"/> on, and ask <see cref="Need"/> for more when what they want is not there in one piece.
/// </summary>
/// <remarks>Buffers go back to a pool when no batch needs them. A file is read like the rest, not mapped: see ARCHITECTURE.md.</remarks>
sealed unsafe class ByteSource(Stream stream, string name) : IDisposable
{
    readonly Stack<Segment> _pool = new();
    long _endOffset;
    bool _ended;

    /// <summary>First unread byte.</summary>
    public byte* Next;

    /// <summary>One past the last byte at hand.</summary>
    public byte* End;

    /// <summary>The segment between whose bounds <see cref="Next"/> and <see cref="End"/> lie.</summary>
    public Segment? Current { get; private set; }

    /// <summary>What the layer below says went wrong (decompression, I/O), once the bytes before it are used up.</summary>
    public CaptureDamage? Failure { get; private set; }

    /// <summary>Offset of <see cref="Next"/> from the start of the file, in bytes.</summary>
    public long Offset => _endOffset - (End - Next);

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

    bool Fetch(long count)
    {
        while (End - Next < count)
        {
            if (_ended)
            {
                return false;
            }

            var buffer = Current;
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
            _endOffset += got;
        }

        return true;
    }

    int ReadSome(Span<byte> into)
    {
        try
        {
            return stream.Read(into);
        }
        catch (EndOfStreamException)
        {
            Failure = Messages.CutShort(name, _endOffset);
        }
        catch (InvalidDataException)
        {
            Failure = new(CaptureErrorKind.Decompression,
                $"{Messages.Subject(name)} cannot be decompressed; it may be damaged or corrupt.\n(its compressed data or their checksum are wrong)", _endOffset);
        }
        catch (IOException e)
        {
            Failure = new(CaptureErrorKind.Io, $"An error occurred while reading the file \"{name}\": {e.Message}.", _endOffset);
        }

        return 0;
    }

    Segment MoveOn(Segment? old)
    {
        int left = (int)(End - Next);
        Segment fresh = Rent(left > Segment.UsualLength / 2 ? checked(left * 2) : Segment.UsualLength);
        new ReadOnlySpan<byte>(Next, left).CopyTo(new Span<byte>(fresh.Start, fresh.Length));
        Next = fresh.Start;
        End = Next + left;
        Current = fresh;
        old?.Release();
        return fresh;
    }

    Segment Rent(int length)
    {
        if (length == Segment.UsualLength)
        {
            lock (_pool)
            {
                if (_pool.TryPop(out var used))
                {
                    used.Revive();
                    return used;
                }
            }
        }

        return new(_pool, length);
    }

    public void Dispose()
    {
        Current?.Release();
        Current = null;
        Next = End = null;
        stream.Dispose();
    }
}
