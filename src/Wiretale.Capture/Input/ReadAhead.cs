using Microsoft.Win32.SafeHandles;

namespace Wiretale.Capture.Input;

/// <summary>A file in blocks of a segment each, which threads that have nothing else to do may fetch before they are asked for.</summary>
sealed class ReadAhead(SafeFileHandle file, Func<Segment> rent)
{
    /// <summary>Blocks fetched and not yet taken: more would push each other out of the processors' caches.</summary>
    const int MostBlocks = 4;

    readonly Queue<Segment> _blocks = new(MostBlocks);
    readonly long _length = RandomAccess.GetLength(file);
    long _next;

    /// <summary>Whether there is something to fetch.</summary>
    public bool CanFetch
    {
        get
        {
            lock (_blocks)
            {
                return _blocks.Count < MostBlocks && _next < _length;
            }
        }
    }

    /// <summary>Fetches the first block that nobody has yet, on any thread; false when there is nothing to fetch.</summary>
    public bool Fetch()
    {
        Segment block;
        lock (_blocks)
        {
            if (!CanFetch)
            {
                return false;
            }

            block = Begin(_next);
            _blocks.Enqueue(block);
        }

        block.Fill(file);
        return true;
    }

    /// <summary>The bytes at an offset, as many as a segment holds; fewer, or none, where the file ends. The segment is the caller's.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Segment Take(long offset, out int count)
    {
        Segment? block;
        bool isFetched;
        lock (_blocks)
        {
            // A block came short, and the file has grown since: then the others stand in the wrong places.
            while (_blocks.TryPeek(out block) && block.FileOffset != offset)
            {
                _blocks.Dequeue();
            }

            isFetched = _blocks.TryDequeue(out block);
            block ??= Begin(offset);
        }

        if (!isFetched)
        {
            block.Fill(file);
        }

        count = block.AwaitFill();
        return block;
    }

    Segment Begin(long offset)
    {
        var block = rent();
        block.BeginFill(offset);
        _next = offset + block.Length;
        return block;
    }
}
