namespace Wiretale.Capture.Input;

/// <summary>
/// The bytes of a capture, whatever they come from (a file, a pipe, standard input, decompressed), as a run of buffers. Readers parse between
/// <see cref="Next"/> and <see cref="End"/>, move <see cref="Next"/> on, and ask <see cref="Need"/> for more when what they want is not there in one piece.
/// </summary>
/// <remarks>Buffers go back to a pool when no batch needs them. A file is read like the rest, not mapped: see ARCHITECTURE.md.</remarks>
sealed unsafe class ByteSource : IDisposable
{
    readonly Stack<Segment> _pool = new();
    readonly Stream _stream;
    readonly string _name;
    long _endOffset;
    bool _ended;

    /// <summary>A source that reads a stream from where it stands.</summary>
    /// <param name="name">Stands in messages.</param>
    public ByteSource(Stream stream, string name) => (_stream, _name) = (stream, name);

    /// <summary>A source that reads a file from its start, of which other threads may fetch pieces in advance.</summary>
    public ByteSource(FileStream file, string name)
        : this((Stream)file, name) => Ahead = new(file.SafeFileHandle, () => Rent(Segment.UsualLength));

    /// <summary>Pieces of a file that any thread may fetch in advance; null where the bytes come one after the other.</summary>
    public ReadAhead? Ahead { get; }

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

            int got = Ahead is null ? FetchSome() : FetchBlock(Ahead);
            _ended = got == 0;
            _endOffset += got;
        }

        return true;
    }

    /// <summary>Reads what a stream has to give now.</summary>
    /// <returns>How many bytes; 0 at its end.</returns>
    int FetchSome()
    {
        var buffer = Current;

        // New bytes go behind those at hand: frames before them may still be in use. A full buffer is succeeded by a fresh
        // one, larger only when the bytes for it have really come: a claimed length alone allocates nothing.
        if (buffer is null || End == buffer.Start + buffer.Length)
        {
            int left = (int)Available;
            buffer = MoveOn(buffer, left > Segment.UsualLength / 2 ? checked(left * 2) : Segment.UsualLength);
        }

        int got = ReadSome(new Span<byte>(End, (int)(buffer.Start + buffer.Length - End)));
        End += got;
        return got;
    }

    /// <summary>Goes on to the next block of a file; what is left of the one before moves in front of it.</summary>
    /// <returns>Bytes in the block; 0 at the end of the file.</returns>
    int FetchBlock(ReadAhead ahead)
    {
        Segment fresh;
        int got;
        try
        {
            fresh = ahead.Take(_endOffset, out got);
        }
        catch (IOException e)
        {
            Failure = Unreadable(e);
            return 0;
        }

        var old = Current;
        int left = (int)(End - Next);
        if (old is not null && old.Length > Segment.UsualLength && old.Start + old.Length - End >= got)
        {
            Append(fresh, got);
            return got;
        }

        if (left <= Segment.Headroom)
        {
            byte* start = fresh.Start - left;
            new ReadOnlySpan<byte>(Next, left).CopyTo(new Span<byte>(start, left));
            Next = start;
            End = fresh.Start + got;
            Current = fresh;
            old?.Release();
        }
        else
        {
            MoveOn(old, checked((left + got) * 2));
            Append(fresh, got);
        }

        return got;
    }

    /// <summary>A packet that is larger than most needs a segment of its own, and what comes is copied into it.</summary>
    void Append(Segment block, int count)
    {
        new ReadOnlySpan<byte>(block.Start, count).CopyTo(new Span<byte>(End, count));
        End += count;
        block.Release();
    }

    CaptureDamage Unreadable(IOException e) => new(CaptureErrorKind.Io, $"An error occurred while reading the file \"{_name}\": {e.Message}.", _endOffset);

    int ReadSome(Span<byte> into)
    {
        try
        {
            return _stream.Read(into);
        }
        catch (EndOfStreamException)
        {
            Failure = Messages.CutShort(_name, _endOffset);
        }
        catch (InvalidDataException)
        {
            Failure = new(CaptureErrorKind.Decompression,
                $"{Messages.Subject(_name)} cannot be decompressed; it may be damaged or corrupt.\n(its compressed data or their checksum are wrong)", _endOffset);
        }
        catch (IOException e)
        {
            Failure = Unreadable(e);
        }

        return 0;
    }

    Segment MoveOn(Segment? old, int length)
    {
        int left = (int)(End - Next);
        Segment fresh = Rent(length);
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
        _stream.Dispose();
    }
}
