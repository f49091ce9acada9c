using System.Text;
using Wiretale.Wire;

namespace Wiretale.Analysis.Streams;

/// <summary>One direction of a TCP connection that is followed: how far its bytes are known without a gap, and what came beyond.</summary>
sealed class TcpDirection
{
    /// <summary>Segments and bytes that may wait for what comes before them; then it counts as lost, as if it had been acknowledged.</summary>
    const int MaxWaiting = 16_384, MaxWaitingBytes = 64 << 20;

    readonly LinkedList<Segment> waiting = new();
    bool started;
    uint next, lowest;
    long waitingBytes;

    /// <summary>Takes a segment's new bytes. Bytes that came before stay as they came first.</summary>
    public void Take(FollowedStream stream, int peer, uint sequence, uint length, ReadOnlySpan<byte> bytes, int frame, Timestamp time)
    {
        if (!started)
        {
            (started, next) = (true, sequence);
        }

        if (Before(sequence, next))
        {
            uint known = next - sequence;
            if (known >= length)
            {
                return;
            }

            bytes = known < bytes.Length ? bytes[(int)known..] : default;
            length -= known;
            sequence = next;
        }

        if (bytes.IsEmpty)
        {
            return;
        }

        if (sequence != next)
        {
            lowest = waiting.Count == 0 || Before(sequence, lowest) ? sequence : lowest;
            waiting.AddLast(new Segment(sequence, frame, time, bytes.ToArray()));
            waitingBytes += bytes.Length;
            if (waiting.Count > MaxWaiting || waitingBytes > MaxWaitingBytes)
            {
                Skip(stream, peer, frame);
                Continue(stream, peer);
            }

            return;
        }

        next += length;
        stream.Add(frame, time, peer, bytes);
        Continue(stream, peer);
    }

    /// <summary>The other end has acknowledged up to here: what was not captured before that will not come any more.</summary>
    public void Acknowledged(FollowedStream stream, int peer, uint acknowledgment, int frame)
    {
        while (waiting.Count > 0 && Before(lowest, acknowledgment))
        {
            Skip(stream, peer, frame);
            Continue(stream, peer);
        }
    }

    /// <summary>Takes from what waited all that now follows, in the order in which it came.</summary>
    void Continue(FollowedStream stream, int peer)
    {
        if (waiting.Count == 0 || Before(next, lowest))
        {
            return;
        }

        var node = waiting.First;
        while (node is not null)
        {
            var segment = node.Value;
            if (Before(next, segment.Sequence))
            {
                node = node.Next;
                continue;
            }

            uint known = next - segment.Sequence;
            if (known < segment.Bytes.Length)
            {
                stream.Add(segment.Frame, segment.Time, peer, segment.Bytes.AsSpan((int)known));
                next = segment.Sequence + (uint)segment.Bytes.Length;
            }

            waiting.Remove(node);
            waitingBytes -= segment.Bytes.Length;

            // One that came earlier may follow now.
            node = waiting.First;
        }

        FindLowest();
    }

    void Skip(FollowedStream stream, int peer, int frame)
    {
        // The byte after the text is part of it in tshark, too, and scripts count it.
        stream.Add(frame, default, peer, Encoding.ASCII.GetBytes($"[{(int)(lowest - next)} bytes missing in capture file]\0"));
        next = lowest;
    }

    void FindLowest()
    {
        lowest = waiting.First?.Value.Sequence ?? 0;
        foreach (var segment in waiting)
        {
            lowest = Before(segment.Sequence, lowest) ? segment.Sequence : lowest;
        }
    }

    static bool Before(uint a, uint b) => (int)(a - b) < 0;

    readonly record struct Segment(uint Sequence, int Frame, Timestamp Time, byte[] Bytes);
}
