using Microsoft.Win32.SafeHandles;

namespace Wiretale.Capture.Live;

/// <summary>
/// Reads files behind the thread that writes them, one after the other as if they were one, and waits where that thread has not
/// written further. The files are the queue between capturing and dissection: it costs no memory and never holds the writer up.
/// </summary>
sealed class FollowStream : Stream
{
    readonly Queue<Part> parts = new();
    Part? last;
    bool completed, closed;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Goes on with this file, <paramref name="skip"/> bytes of which are not wanted; it is closed when it was read.</summary>
    public void Begin(SafeFileHandle file, long skip)
    {
        lock (parts)
        {
            if (closed)
            {
                file.Dispose();
                return;
            }

            last = new(file) { Position = skip };
            parts.Enqueue(last);
            Monitor.PulseAll(parts);
        }
    }

    /// <summary>Says how far the file begun last can be read.</summary>
    public void Advance(long length)
    {
        lock (parts)
        {
            if (last is not null && length > last.Readable)
            {
                last.Readable = length;
                Monitor.PulseAll(parts);
            }
        }
    }

    /// <summary>Says that nothing more will come.</summary>
    public void Complete()
    {
        lock (parts)
        {
            completed = true;
            Monitor.PulseAll(parts);
        }
    }

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        Part? part;
        long available;
        lock (parts)
        {
            while (true)
            {
                if (!parts.TryPeek(out part))
                {
                    if (completed || closed)
                    {
                        return 0;
                    }

                    Monitor.Wait(parts);
                    continue;
                }

                available = part.Readable - part.Position;
                if (available > 0)
                {
                    break;
                }

                if (part != last || completed)
                {
                    parts.Dequeue().File.Dispose();
                }
                else
                {
                    Monitor.Wait(parts);
                }
            }
        }

        int read = RandomAccess.Read(part.File, buffer[..(int)Math.Min(buffer.Length, available)], part.Position);
        part.Position += read;
        return read;
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        lock (parts)
        {
            closed = true;
            while (parts.TryDequeue(out var part))
            {
                part.File.Dispose();
            }

            Monitor.PulseAll(parts);
        }

        base.Dispose(disposing);
    }

    sealed class Part(SafeFileHandle file)
    {
        public SafeFileHandle File => file;

        public long Position { get; set; }

        public long Readable { get; set; }
    }
}
