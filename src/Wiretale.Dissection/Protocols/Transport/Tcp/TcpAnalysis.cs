using System.Buffers.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <summary>What the sequence analysis found remarkable about a segment.</summary>
[Flags]
enum TcpMarks : ushort
{
    None = 0,
    Retransmission = 1, FastRetransmission = 2, SpuriousRetransmission = 4, OutOfOrder = 8,
    LostSegment = 0x10, AckedLost = 0x20, KeepAlive = 0x40, KeepAliveAck = 0x80, DuplicateAck = 0x100,
    WindowUpdate = 0x200, WindowFull = 0x400, ZeroWindow = 0x800, ZeroWindowProbe = 0x1000, ZeroWindowProbeAck = 0x2000,
    ReusedPorts = 0x4000,

    /// <summary>There is something to note, but nothing that is said.</summary>
    Noted = 0x8000,
}

/// <summary>What the sequence analysis says about one segment.</summary>
struct TcpFindings
{
    public TcpMarks Marks;
    public int DuplicateOf, DuplicateNumber;

    /// <summary>The segment that this one acknowledges, and how long that took in nanoseconds.</summary>
    public int AcksFrame;
    public long RoundTrip;

    /// <summary>What a retransmission is one of, and how long ago that was.</summary>
    public int TimeoutFrame;
    public long Timeout;

    /// <summary>0 when not known.</summary>
    public uint InFlight, PushBytes;
}

/// <content>Sequence analysis: what a segment is in the light of those before it, seen from the middle of the path.</content>
public sealed partial class Tcp
{
    /// <summary>A retransmission this soon after duplicate ACKs is a fast one (RFC 5681 section 3.2); nanoseconds.</summary>
    const long FastWindow = 20_000_000;

    /// <summary>Within this time (or the connection's round trip, when known) a late segment was overtaken rather than sent again.</summary>
    const long ReorderWindow = 3_000_000;

    const int SynFinReset = TcpHeader.Syn | TcpHeader.Fin | TcpHeader.Reset;

    /// <summary>Whether a sequence number comes before another, modulo 2^32 (RFC 9293 section 3.4).</summary>
    internal static bool Before(uint a, uint b) => (int)(a - b) < 0;

    static void Analyze(Packet p, TcpStream stream, TcpFlow flow, TcpFlow other, in TcpHeader h, long now, ref TcpFindings f)
    {
        uint sequence = h.RawSequence, ack = h.RawAcknowledgment, length = (uint)h.DataLength;
        bool ends = h.Has(TcpHeader.Syn | TcpHeader.Fin);
        if (h.Has(TcpHeader.Ack))
        {
            other.KnowsInFlight = true;
        }

        var marks = f.Marks | OfAcknowledgment(p, flow, other, h, ref f);
        if (ack != flow.LastAck)
        {
            flow.LastNewAck = p.Number;
            flow.DuplicateAcks = 0;
            flow.ToldUnseen = false;
        }

        if (h.Has(TcpHeader.Ack))
        {
            marks |= BeyondSeen(other, ack);
        }

        if (length > 0 || ends)
        {
            marks |= OfData(stream, flow, other, h, now, marks, ref f);
        }

        uint before = flow.Next, next = sequence + length;
        if (length > 0 || ends)
        {
            next += ends ? 1u : 0;
            flow.Sent.Add(new() { Sequence = sequence, Next = next, Frame = p.Number, Time = now });
        }

        bool probe = (marks & TcpMarks.ZeroWindowProbe) != 0;
        if (!probe && (flow.Next == 0 || Before(flow.Next, next)))
        {
            flow.Next = next;
            flow.NextFrame = p.Number;
            flow.NextTime = now;
        }

        if (!probe && (before == 0 || sequence == flow.MaxToBeAcked))
        {
            flow.MaxToBeAcked = flow.Next;
        }

        flow.Window = h.RawWindow;
        flow.WindowIsUnscaled = h.Has(TcpHeader.Syn);
        flow.LastAck = ack;
        flow.LastAckTime = now;
        flow.LastMarks = marks;
        if (other.Sent.Count > 0 && other.Sent.Acknowledge(ack, out var acked))
        {
            f.AcksFrame = acked.Frame;
            f.RoundTrip = now - acked.Time;
        }

        f.Marks = marks;
        if (length > 0 && flow.KnowsInFlight && flow.Sent.Count > 0 && p.IsOn(TrackInFlight))
        {
            CountInFlight(flow, other, h, ref f);
        }
    }

    static TcpMarks OfAcknowledgment(Packet p, TcpFlow flow, TcpFlow other, in TcpHeader h, ref TcpFindings f)
    {
        uint sequence = h.RawSequence, ack = h.RawAcknowledgment, window = h.RawWindow, length = (uint)h.DataLength;
        bool plain = !h.Has(SynFinReset);
        if (length == 1 && sequence == flow.Next && other.Window == 0)
        {
            return TcpMarks.ZeroWindowProbe;
        }

        var marks = TcpMarks.None;
        if (window == 0 && plain)
        {
            marks |= TcpMarks.ZeroWindow;
        }

        if (flow.Next != 0 && Before(flow.Next, sequence) && !h.Has(TcpHeader.Reset))
        {
            marks |= TcpMarks.LostSegment;
            flow.KnowsInFlight = false;
        }

        if (!plain)
        {
            return marks;
        }

        if (length <= 1 && sequence == flow.Next - 1)
        {
            marks |= TcpMarks.KeepAlive;
        }

        if (length > 0)
        {
            int shift = other.WindowIsUnscaled || other.WindowScale < 0 ? 0 : other.WindowScale;
            return other.WindowScale != TcpFlow.UnknownScale && sequence + length == other.LastAck + (other.Window << shift)
                ? marks | TcpMarks.WindowFull : marks;
        }

        if (sequence != flow.Next)
        {
            return marks;
        }

        // From here on: an empty segment that repeats the last one, or nearly so.
        if (window != 0 && window != flow.Window && ack == flow.LastAck)
        {
            marks |= TcpMarks.WindowUpdate;
        }

        if (window != flow.Window)
        {
            return marks;
        }

        if (window == 0)
        {
            bool refused = (other.LastMarks & TcpMarks.ZeroWindowProbe) != 0 && ack == flow.LastAck;
            return refused ? marks | TcpMarks.ZeroWindowProbeAck : marks;
        }

        if (ack != flow.LastAck)
        {
            return marks;
        }

        if ((other.LastMarks & TcpMarks.KeepAlive) != 0)
        {
            return marks | TcpMarks.KeepAliveAck;
        }

        flow.DuplicateAcks++;
        f.DuplicateNumber = flow.DuplicateAcks;
        f.DuplicateOf = flow.LastNewAck;
        return marks | TcpMarks.DuplicateAck;
    }

    /// <summary>An acknowledgment of something that was not seen.</summary>
    static TcpMarks BeyondSeen(TcpFlow other, uint ack)
    {
        if (other.MaxToBeAcked == TcpFlow.Unknown || !Before(other.MaxToBeAcked, ack))
        {
            return TcpMarks.None;
        }

        // Where nothing beyond the gap was seen, every acknowledgment to come would say it again: it counts once, until the other side
        // acknowledges something new. Duplicate ACKs of the other side may be among what is missing.
        bool atEnd = other.MaxToBeAcked == other.Next;
        if (atEnd && (other.ToldUnseen || other.DuplicateAcks > 0))
        {
            other.ToldUnseen = true;
            other.DuplicateAcks = 0;
            return TcpMarks.Noted;
        }

        other.ToldUnseen |= atEnd;
        other.MaxToBeAcked = other.Next;
        return TcpMarks.AckedLost;
    }

    /// <summary>Whether data (or a SYN or FIN) was sent before, or was overtaken.</summary>
    static TcpMarks OfData(TcpStream stream, TcpFlow flow, TcpFlow other, in TcpHeader h, long now, TcpMarks marks, ref TcpFindings f)
    {
        uint sequence = h.RawSequence, length = (uint)h.DataLength;
        if (length == 1 && (marks & TcpMarks.KeepAlive) != 0)
        {
            return TcpMarks.None;
        }

        bool behind = flow.Next != 0 && Before(sequence, flow.Next);
        if (length > 1 && flow.Next - 1 == sequence)
        {
            // One byte back and more than one byte long: what follows a keep-alive or a zero window probe.
            behind = false;
        }

        if (length > 0 && other.LastAck != 0 && !Before(other.LastAck, sequence + length))
        {
            return TcpMarks.SpuriousRetransmission;
        }

        if (!behind)
        {
            return TcpMarks.None;
        }

        if (IsFast(other, sequence, now))
        {
            return TcpMarks.FastRetransmission;
        }

        long window = stream.InitialRoundTrip == 0 ? ReorderWindow : stream.InitialRoundTrip;
        if (IsWithin(now - flow.NextTime, window) && flow.Next != sequence + length + (h.Has(TcpHeader.Syn | TcpHeader.Fin) ? 1u : 0))
        {
            return TcpMarks.OutOfOrder;
        }

        // The timer runs for the oldest that is not acknowledged (RFC 6298 section 5).
        var sent = flow.Sent.Items;
        f.Timeout = now - (sent.Length > 0 ? sent[0].Time : flow.NextTime);
        f.TimeoutFrame = sent.Length > 0 ? sent[0].Frame : flow.NextFrame;
        return TcpMarks.Retransmission;
    }

    /// <summary>Whether a time lies within a limit; one that runs backwards, as in captures that were put together, says nothing.</summary>
    static bool IsWithin(long elapsed, long limit) => (ulong)elapsed < (ulong)limit;

    /// <summary>Whether a segment is what duplicate ACKs have just asked for. What SACK leaves open beyond that, Wireshark does not count.</summary>
    static bool IsFast(TcpFlow other, uint sequence, long now) =>
        (other.DuplicateAcks >= 2 || other.ToldUnseen) && other.LastAck == sequence && IsWithin(now - other.LastAckTime, FastWindow);

    static void CountInFlight(TcpFlow flow, TcpFlow other, in TcpHeader h, ref TcpFindings f)
    {
        uint inFlight = flow.Sent.Span(flow.Base) - (h.Has(TcpHeader.Syn | TcpHeader.Fin) ? 1u : 0);
        for (int i = 0; i < other.SackRanges; i++)
        {
            inFlight -= other.Sack[(i * 2) + 1] - other.Sack[i * 2];
        }

        bool push = h.Has(TcpHeader.Push);
        flow.BytesSincePush = flow.LastWasPush ? (uint)h.DataLength : flow.BytesSincePush + (uint)h.DataLength;
        flow.LastWasPush = push;
        if (inFlight is > 0 and < 2_000_000_000)
        {
            f.InFlight = inFlight;
            f.PushBytes = flow.BytesSincePush;
        }
        else
        {
            f.Marks |= TcpMarks.Noted;
        }
    }

    /// <summary>Puts the marks in front of the Info column, where they stay whatever the application writes.</summary>
    static void WriteMarks(Column info, in TcpFindings f)
    {
        var marks = f.Marks;
        Mark(info, marks, TcpMarks.ReusedPorts, "[TCP Port numbers reused] "u8);
        Mark(info, marks, TcpMarks.Retransmission, "[TCP Retransmission] "u8);
        Mark(info, marks, TcpMarks.FastRetransmission, "[TCP Fast Retransmission] "u8);
        Mark(info, marks, TcpMarks.SpuriousRetransmission, "[TCP Spurious Retransmission] "u8);
        Mark(info, marks, TcpMarks.OutOfOrder, "[TCP Out-Of-Order] "u8);
        Mark(info, marks, TcpMarks.LostSegment, "[TCP Previous segment not captured] "u8);
        Mark(info, marks, TcpMarks.AckedLost, "[TCP ACKed unseen segment] "u8);
        Mark(info, marks, TcpMarks.WindowUpdate, "[TCP Window Update] "u8);
        Mark(info, marks, TcpMarks.WindowFull, "[TCP Window Full] "u8);
        Mark(info, marks, TcpMarks.KeepAlive, "[TCP Keep-Alive] "u8);
        Mark(info, marks, TcpMarks.KeepAliveAck, "[TCP Keep-Alive ACK] "u8);
        if ((marks & TcpMarks.DuplicateAck) != 0 && info.Writable)
        {
            // From the end to the front; an interpolated handler would put the numbers into objects where the code is not optimized.
            Span<byte> digits = stackalloc byte[20];
            info.PrependFenced("] "u8);
            Utf8Formatter.TryFormat(f.DuplicateNumber, digits, out int written);
            info.PrependFenced(digits[..written]);
            info.PrependFenced("#"u8);
            Utf8Formatter.TryFormat(f.DuplicateOf, digits, out written);
            info.PrependFenced(digits[..written]);
            info.PrependFenced("[TCP Dup ACK "u8);
        }

        Mark(info, marks, TcpMarks.ZeroWindowProbe, "[TCP ZeroWindowProbe] "u8);
        Mark(info, marks, TcpMarks.ZeroWindow, "[TCP ZeroWindow] "u8);
        Mark(info, marks, TcpMarks.ZeroWindowProbeAck, "[TCP ZeroWindowProbeAck] "u8);
    }

    static void Mark(Column info, TcpMarks marks, TcpMarks one, ReadOnlySpan<byte> text)
    {
        if ((marks & one) != 0)
        {
            info.PrependFenced(text);
        }
    }
}
