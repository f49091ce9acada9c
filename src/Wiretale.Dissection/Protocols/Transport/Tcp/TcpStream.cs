using Wiretale.Dissection.Conversations;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <summary>What of a whole connection was seen; the bits of <c>tcp.completeness</c>.</summary>
[Flags]
enum TcpCompleteness : byte
{
    None = 0, Syn = 1, SynAck = 2, Ack = 4, Data = 8, Fin = 16, Reset = 32,
}

/// <summary>What TCP remembers about a conversation: two directions and what belongs to both.</summary>
sealed class TcpStream(Conversation conversation, Timestamp first, TcpMemory memory)
{
    /// <summary>What unfinished messages of the stream's lane hold together.</summary>
    public readonly TcpMemory Memory = memory;
    public readonly Conversation Conversation = conversation;
    public readonly TcpFlow FromA = new(), FromB = new();
    public readonly Timestamp First = first;
    public Timestamp Last = first;
    public TcpCompleteness Completeness;

    /// <summary>What the segment that opened the stream adds to its completeness once the stream is known.</summary>
    public TcpCompleteness CountedLater;

    /// <summary>Whether options of accurate ECN were seen: AE, CWR and ECE are then one number.</summary>
    public bool AccurateEcn;

    /// <summary>Whether a SYN brought data, as TCP Fast Open allows (RFC 7413).</summary>
    public bool SynHadData;

    /// <summary>The direction that sent the first FIN.</summary>
    public TcpFlow? Closer;

    /// <summary>The port that was asked for (the SYN's destination); 0 while unknown.</summary>
    public ushort ServerPort;

    /// <summary>When the last SYN was sent, and the time from it to the handshake's last ACK, both in nanoseconds; 0 while unknown.</summary>
    public long SynTime, InitialRoundTrip;
}

/// <summary>One direction of a connection: what its sender has sent so far, as far as it was seen.</summary>
sealed class TcpFlow
{
    public const int UnknownScale = -1, NoScale = -2;
    public const uint Unknown = 0;
    const int MaxSackRanges = 4;

    /// <summary>The initial sequence number, or one before the first seen.</summary>
    public uint Base;
    public bool HasBase;

    /// <summary>The highest sequence number sent so far plus one, with the frame and time that brought it; 0 while nothing was seen.</summary>
    public uint Next;
    public int NextFrame;
    public long NextTime;

    /// <summary>Up to where the bytes were seen without a gap, or <see cref="Unknown"/>: beyond it an acknowledgment is for something that was not captured.</summary>
    public uint MaxToBeAcked;

    /// <summary>Whether, since the sender acknowledged something new, the other side has acknowledged what was not captured.</summary>
    public bool ToldUnseen;

    /// <summary>The last acknowledgment that the sender sent, and when.</summary>
    public uint LastAck;
    public long LastAckTime;

    /// <summary>The raw window last advertised; before there was one, more than any.</summary>
    public uint Window = uint.MaxValue;

    /// <summary>The frame that first acknowledged so far, and how often it was repeated.</summary>
    public int LastNewAck, DuplicateAcks;
    public TcpMarks LastMarks;

    /// <summary>Shift count of the sender's windows, or <see cref="UnknownScale"/>, <see cref="NoScale"/>.</summary>
    public int WindowScale = UnknownScale;

    /// <summary>Whether the window last advertised was that of a SYN, which is never scaled (RFC 7323 section 2.2).</summary>
    public bool WindowIsUnscaled;

    /// <summary>Whether the bytes in flight can be known: off after a gap until the other side acknowledges again.</summary>
    public bool KnowsInFlight = true;
    public bool LastWasPush;
    public uint BytesSincePush;

    /// <summary>What was sent and is not yet acknowledged.</summary>
    public SentSegments Sent;

    /// <summary>Ranges (left and right edges in turn) in the sender's last SACK option.</summary>
    public readonly uint[] Sack = new uint[MaxSackRanges * 2];
    public int SackRanges;

    /// <summary>The application's messages that lie in several segments; null until there is the first.</summary>
    public TcpMessages? Messages;
}

/// <summary>A segment that was sent.</summary>
struct SentSegment
{
    public uint Sequence, Next;
    public int Frame;
    public long Time;
}

/// <summary>Segments in the order they were sent, of which mostly the oldest are acknowledged first.</summary>
struct SentSegments
{
    /// <summary>More than this are not kept: the acknowledgments go another way, or were not captured.</summary>
    const int Limit = 10_000;

    SentSegment[]? items;
    int head, count;
    bool unordered;

    public readonly int Count => count;

    /// <summary>Oldest first.</summary>
    public readonly Span<SentSegment> Items => items.AsSpan(head, count);

    public void Add(in SentSegment segment)
    {
        if (count >= Limit)
        {
            return;
        }

        if (count == 0)
        {
            head = 0;
            unordered = false;
        }
        else
        {
            unordered |= Tcp.Before(segment.Sequence, items![head + count - 1].Next);
        }

        if (items is null || head + count == items.Length)
        {
            MakeRoom();
        }

        items![head + count++] = segment;
    }

    void MakeRoom()
    {
        if (items is null)
        {
            items = new SentSegment[2];
        }
        else if (head > items.Length / 2)
        {
            items.AsSpan(head, count).CopyTo(items);
            head = 0;
        }
        else
        {
            Array.Resize(ref items, items.Length * 2);
        }
    }

    /// <summary>Forgets what is acknowledged.</summary>
    /// <param name="exact">The oldest segment that ends just where the acknowledgment stands, if any.</param>
    public bool Acknowledge(uint ack, out SentSegment exact)
    {
        exact = default;
        bool found = false;
        if (!unordered)
        {
            while (count > 0)
            {
                ref var oldest = ref items![head];
                if (Tcp.Before(ack, oldest.Next))
                {
                    oldest.Sequence = Tcp.Before(oldest.Sequence, ack) ? ack : oldest.Sequence;
                    break;
                }

                if (oldest.Next == ack)
                {
                    exact = oldest;
                    found = true;
                }

                head++;
                count--;
            }

            return found;
        }

        int kept = head;
        for (int i = head; i < head + count; i++)
        {
            ref var one = ref items![i];
            if (one.Next == ack && !found)
            {
                exact = one;
                found = true;
            }

            if (Tcp.Before(ack, one.Next))
            {
                one.Sequence = Tcp.Before(one.Sequence, ack) ? ack : one.Sequence;
                items[kept++] = one;
            }
        }

        count = kept - head;
        return found;
    }

    /// <summary>From the lowest to the highest number that is not acknowledged.</summary>
    public readonly uint Span(uint origin)
    {
        if (!unordered && !Tcp.Before(items![head].Sequence, origin))
        {
            return items[head + count - 1].Next - items[head].Sequence;
        }

        uint first = uint.MaxValue, last = 0;
        foreach (ref readonly var one in Items)
        {
            first = Math.Min(first, one.Sequence - origin);
            last = Math.Max(last, one.Next - origin);
        }

        return last - first;
    }
}
