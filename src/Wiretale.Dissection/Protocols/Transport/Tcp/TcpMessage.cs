using System.Buffers;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <summary>An application's message that is put together from several segments. Used again when its stream has forgotten it: <see cref="TcpMemory.Rent"/>.</summary>
sealed class TcpMessage(TcpMemory memory)
{
    const int MaxPieces = 100_000, MaxAhead = 1000;

    /// <summary>Bytes kept of one message; of a longer one the view ends here as if the capture had been cut.</summary>
    const int MaxKept = 16 << 20;

    // Most messages need neither list.
    List<(int Start, int End)>? ahead;
    List<(int Frame, int Offset, int Length)>? pieces;
    byte[] buffer = [];
    int keep;

    /// <summary>Its neighbours among the unfinished messages of all streams, and whether it is one.</summary>
    public TcpMessage? Older, Newer;
    public bool IsWaiting;

    /// <summary>Begins anew.</summary>
    public void Begin(int frame, uint start, uint next, int keep)
    {
        Frame = frame;
        Start = start;
        Next = next;
        TakesWholeSegment = false;
        DoneIn = 0;
        Filled = 0;
        this.keep = Math.Min(keep, MaxKept);
    }

    /// <summary>Relative sequence number of the first byte.</summary>
    public uint Start { get; private set; }

    /// <summary>The one after the last, as far as known.</summary>
    public uint Next;

    /// <summary>The frame where it begins.</summary>
    public int Frame { get; private set; }

    /// <summary>Whether the next segment is taken whole, because nobody knows how much is missing.</summary>
    public bool TakesWholeSegment;

    /// <summary>The frame that completed it; 0 before.</summary>
    public int DoneIn;

    /// <summary>Bytes that are there without a hole.</summary>
    public int Filled { get; private set; }

    /// <summary>Segments it was made of; only recorded for a sink that shows them.</summary>
    public IReadOnlyList<(int Frame, int Offset, int Length)> Pieces => pieces ?? [];

    /// <summary>What was kept.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Math.Min(Filled, Math.Min(keep, buffer.Length)));

    /// <summary>The bytes before the first that is missing, up to <paramref name="keep"/> more of them from now on.</summary>
    public void Keep(int keep) => this.keep = Math.Min(keep, MaxKept);

    /// <summary>Adds a segment's bytes; where they overlap older ones these stay.</summary>
    /// <returns>Whether everything up to the segment that was said to be the last is there.</returns>
    public bool Add(int frame, ReadOnlySpan<byte> bytes, int offset, bool last, bool record)
    {
        int end = offset + bytes.Length;
        if (record && Pieces.Count < MaxPieces)
        {
            (pieces ??= []).Add((frame, offset, bytes.Length));
        }

        if (offset > Filled)
        {
            ahead ??= [];
            if (ahead.Count < MaxAhead)
            {
                ahead.Add((offset, end));
                Store(bytes, offset);
            }

            return false;
        }

        if (end > Filled)
        {
            Store(bytes[(Filled - offset)..], Filled);
            Filled = end;
            Close();
        }

        bool isWithoutHoles = ahead is null or { Count: 0 };
        if (last && Filled >= end && isWithoutHoles)
        {
            DoneIn = frame;
            return true;
        }

        // A segment that closes a hole may complete what a later one ended.
        if (isWithoutHoles && Filled >= (int)(Next - Start))
        {
            DoneIn = frame;
            return true;
        }

        return false;
    }

    /// <summary>Whether it holds bytes of its own.</summary>
    public bool HasBytes => buffer.Length > 0;

    /// <summary>Gives the bytes away: the caller owns the array, which is of the shared pool.</summary>
    public byte[] Detach(out int length)
    {
        length = Bytes.Length;
        byte[] given = buffer.Length > 0 ? buffer : ArrayPool<byte>.Shared.Rent(1);
        memory.Leave(this);
        memory.Held -= buffer.Length;
        buffer = [];
        return given;
    }

    /// <summary>Takes bytes that <see cref="Detach"/> gave away, or a copy of them.</summary>
    public void Attach(byte[] bytes)
    {
        buffer = bytes;
        memory.Held += bytes.Length;
        memory.Enter(this);
    }

    /// <summary>Lets the bytes go.</summary>
    public void Release()
    {
        memory.Leave(this);
        if (buffer.Length > 0)
        {
            memory.Held -= buffer.Length;
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = [];
        ahead?.Clear();
        pieces?.Clear();
        keep = 0;
    }

    void Close()
    {
        for (int i = 0; ahead is not null && i < ahead.Count;)
        {
            var (start, end) = ahead[i];
            if (start > Filled)
            {
                i++;
                continue;
            }

            Filled = Math.Max(Filled, end);
            ahead.RemoveAt(i);
            i = 0;
        }
    }

    void Store(ReadOnlySpan<byte> bytes, int offset)
    {
        int length = Math.Min(bytes.Length, keep - offset);
        if (length <= 0)
        {
            return;
        }

        if (offset + length > buffer.Length)
        {
            int wanted = Math.Min(keep, Math.Max(offset + length, Math.Min((int)Math.Min(Next - Start, int.MaxValue / 2), 2 * buffer.Length)));
            var larger = ArrayPool<byte>.Shared.Rent(wanted);
            buffer.CopyTo(larger, 0);
            if (buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            memory.Held += larger.Length - buffer.Length;
            buffer = larger;
            memory.Enter(this);
        }

        bytes[..length].CopyTo(buffer.AsSpan(offset));
    }
}

/// <summary>Unfinished messages of one direction, and finished ones as long as their bytes may be sent again.</summary>
sealed class TcpMessages(TcpMemory memory)
{
    const int Remembered = 16;

    // Looked through with every segment: the numbers beside each other, apart from the messages.
    uint[] starts = new uint[2];
    TcpMessage[] messages = new TcpMessage[2];
    int count;

    /// <summary>Whether one waits for the end of the stream.</summary>
    public bool UntilEnd;

    /// <summary>The message that begins at a sequence number.</summary>
    public TcpMessage? At(uint sequence)
    {
        int place = starts.AsSpan(0, count).LastIndexOf(sequence);
        return place < 0 ? null : messages[place];
    }

    /// <summary>The last message that begins before a sequence number.</summary>
    public TcpMessage? Before(uint sequence)
    {
        int best = -1;
        for (int i = 0; i < count; i++)
        {
            if (Tcp.Before(starts[i], sequence) && (best < 0 || Tcp.Before(starts[best], starts[i])))
            {
                best = i;
            }
        }

        return best < 0 ? null : messages[best];
    }

    public void Add(TcpMessage message)
    {
        if (count == Remembered)
        {
            memory.GiveBack(messages[0]);
            count--;
            messages.AsSpan(1, count).CopyTo(messages);
            starts.AsSpan(1, count).CopyTo(starts);
        }
        else if (count == messages.Length)
        {
            Array.Resize(ref starts, 2 * count);
            Array.Resize(ref messages, 2 * count);
        }

        (starts[count], messages[count]) = (message.Start, message);
        count++;
    }
}

/// <summary>What reassembly shares over a lane: the memory that unfinished messages of all its streams hold.</summary>
sealed class TcpMemory
{
    /// <summary>Above this the message that has waited longest is given up.</summary>
    const long Limit = 64L << 20;

    const int MostSpare = 1024;

    readonly Stack<TcpMessage> spare = new();
    TcpMessage? oldest, newest;

    /// <summary>Bytes in buffers.</summary>
    public long Held;

    /// <summary>What applications ask through; a stream inside a stream has one of its own.</summary>
    public readonly Engine.StreamContext Context = new();

    /// <summary>A message that begins.</summary>
    public TcpMessage Rent(int frame, uint start, uint next, int keep)
    {
        if (!spare.TryPop(out var message))
        {
            message = new(this);
        }

        message.Begin(frame, start, next, keep);
        return message;
    }

    /// <summary>Takes back a message that no stream knows any more.</summary>
    public void GiveBack(TcpMessage message)
    {
        message.Release();
        if (spare.Count < MostSpare)
        {
            spare.Push(message);
        }
    }

    public void Enter(TcpMessage message)
    {
        if (!message.IsWaiting)
        {
            message.IsWaiting = true;
            message.Older = newest;
            if (newest is null)
            {
                oldest = message;
            }
            else
            {
                newest.Newer = message;
            }

            newest = message;
        }

        while (Held > Limit && oldest is { } first && first != message)
        {
            first.Release();
        }
    }

    public void Leave(TcpMessage message)
    {
        if (!message.IsWaiting)
        {
            return;
        }

        if (message.Older is { } older)
        {
            older.Newer = message.Newer;
        }
        else
        {
            oldest = message.Newer;
        }

        if (message.Newer is { } newer)
        {
            newer.Older = message.Older;
        }
        else
        {
            newest = message.Older;
        }

        message.Older = message.Newer = null;
        message.IsWaiting = false;
    }
}
