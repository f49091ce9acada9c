using System.Buffers;
using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <content>Bytes for applications: in one segment where a message lies in it, put together where it does not.</content>
public sealed partial class Tcp
{
    /// <summary>Bytes that the application has seen, or that come too late for it.</summary>
    const TcpMarks SentAgain = TcpMarks.Retransmission | TcpMarks.SpuriousRetransmission;

    const string BufferName = "Reassembled TCP";

    /// <summary>A segment's bytes before an unfinished message are not carried over when there are more than this of them.</summary>
    const uint MaxFirstPiece = 1 << 20;

    static void HandOff(Packet p, in View v, Node tree, Node parent, TcpStream? stream, TcpFlow? flow, in TcpHeader h, TcpMarks marks)
    {
        var payload = v.From(h.Length);
        int length = payload.Reported;
        ShowPayload(p, payload, tree);
        if (stream is null || flow is null)
        {
            p.CallData(payload, parent);
            return;
        }

        var outer = p.Stream;
        var context = outer is null ? p.Engine.State<TcpMemory>().Context : new();
        p.Stream = context;
        context.Clear();
        context.IsReassembled = false;
        context.Tree = tree;
        context.IsLast = h.Has(TcpHeader.Fin);
        context.IsFromFirst = flow == stream.FromA;
        context.CanWait = p.IsOn(Desegment) && payload.Captured == length && h.HasDataLength && p.IsOn(AnalyzeSequence);
        var state = new Delivery(stream, flow, context, h, marks, tree, parent);
        try
        {
            if (!h.Has(TcpHeader.Fin) || flow.Messages is not { UntilEnd: true } || !AtEnd(p, payload, state))
            {
                if (context.CanWait && length > 0)
                {
                    Deliver(p, payload, state);
                }
                else if (length > 0)
                {
                    Process(p, payload.EndingAs(ShortReason.Fragment), state, h.Sequence);
                }
            }
        }
        finally
        {
            p.Stream = outer;
            p.ProtocolFixed = false;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void ShowPayload(Packet p, in View payload, Node tree)
    {
        int length = payload.Reported;
        if (length > 0 && p.WantsFields)
        {
            p.Label(p.Add(tree, Payload, payload, 0, payload.Captured), $"TCP payload ({length} byte{(length == 1 ? "" : "s")})");
        }
    }

    /// <summary>Gives bytes to the application, unless that would confuse it or only shows garbage.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Process(Packet p, in View v, in Delivery d, uint sequence)
    {
        if ((d.Marks & (SentAgain | TcpMarks.OutOfOrder)) != 0 && p.IsOn(NoSubdissectorOnError))
        {
            return;
        }

        if ((d.Marks & TcpMarks.KeepAlive) != 0)
        {
            p.CallData(v, d.Parent);
            return;
        }

        d.Context.Clear();
        d.Context.Position = sequence;
        Next(p, v, d.Parent, d.Stream, d.Header);
    }

    /// <summary>Walks through a segment: the rest of a message that began earlier, whole messages, the beginning of one that goes on.</summary>
    static void Deliver(Packet p, in View v, in Delivery d)
    {
        uint sequence = d.Header.Sequence + (d.Header.Has(TcpHeader.Syn) ? 1u : 0);
        uint end = sequence + (uint)v.Reported;
        int at = 0;
        if ((d.Marks & TcpMarks.SpuriousRetransmission) != 0 && p.IsOn(NoSubdissectorOnError))
        {
            return;
        }

        // Every turn takes at least one byte or is the last.
        while (true)
        {
            var message = d.Flow.Messages?.At(sequence);
            if ((message is not null && !Before(message.Next, end)) || (d.Marks & TcpMarks.Retransmission) != 0)
            {
                AddSegmentData(p, v, d.Tree, at, v.Reported - at, "Retransmitted ");
                return;
            }

            message ??= d.Flow.Messages?.Before(sequence);
            int taken;
            if (message is not null && Before(sequence, message.Next))
            {
                taken = Continue(p, v, d, message, at, sequence, end, out bool again);
                if (again)
                {
                    at += taken;
                    sequence += (uint)taken;
                    continue;
                }
            }
            else
            {
                taken = 0;
                d.Context.IsReassembled = false;
                byte[]? info = at == 0 && p.Engine.Hindsight is not null ? p.Info.Bytes.ToArray() : null;
                Process(p, at == 0 ? v : v.From(at), d, sequence);
                if (d.Context.Missing != 0)
                {
                    Wait(p, v, d, at + d.Context.Offset, sequence + (uint)d.Context.Offset, end);
                    KeepOwnInfo(p, d, info);
                    ShowPart(p, v, d, at + d.Context.Offset);
                }
            }

            d.Context.Clear();
            if (taken == 0)
            {
                return;
            }

            // Another message follows in the segment; what the first wrote into the columns stays.
            p.Info.Fence();
            p.ProtocolFixed = true;
            at += taken;
            sequence += (uint)taken;
        }
    }

    /// <summary>Adds a segment's bytes to the message that they continue, and hands that over when it is complete.</summary>
    /// <param name="again">Whether the message goes on and the rest of the segment has to be looked at anew.</param>
    /// <returns>Bytes of the segment that belonged to the message when others follow, else 0.</returns>
    static int Continue(Packet p, in View v, in Delivery d, TcpMessage message, int at, uint sequence, uint end, out bool again)
    {
        again = false;
        bool ends = !Before(end, message.Next);
        int length = message.TakesWholeSegment || !ends ? v.Reported - at : (int)(message.Next - sequence);
        if (message.DoneIn != 0)
        {
            p.ReassemblyError(v.Part(at, length), d.Parent, "TCP", "New fragment overlaps old data (retransmission?)");
            return 0;
        }

        if ((d.Marks & TcpMarks.KeepAlive) != 0)
        {
            // RFC 9293 section 3.8.4: its byte was sent before and need not be right.
            ShowPart(p, v, d, at);
            return 0;
        }

        bool complete = message.Add(p.Number, v.Span(at, length), (int)(sequence - message.Start), ends || message.TakesWholeSegment, p.WantsFields);
        if (message.TakesWholeSegment)
        {
            message.TakesWholeSegment = false;
            message.Next = end;
        }

        int follows = Before(message.Next, end) && length > 0 ? length : 0;
        if (!complete)
        {
            ShowPart(p, v, d, at);
            return follows;
        }

        byte[]? info = at == 0 && p.Engine.Hindsight is not null ? p.Info.Bytes.ToArray() : null;
        var whole = Hand(p, message, d, length);
        var context = d.Context;
        if (GoesOn(context, whole, length))
        {
            // The message that was thought complete is not: it goes on after this segment.
            GoOn(message, whole);
            message.Keep(context.Keep);
            Extend(d, message, sequence + (uint)length);
            bool more = v.Reported > at + length;
            if (!more)
            {
                KeepOwnInfo(p, d, info);
                ShowPart(p, v, d, at);
            }

            again = more;
            return more ? length : 0;
        }

        AddSegmentData(p, v, d.Tree, at, follows > 0 ? follows : v.Reported - at, "");
        ShowSegments(p, message, whole, d);
        message.Release();
        if (context.Missing != 0)
        {
            int start = v.Reported - (whole.Reported - context.Offset);
            Wait(p, v, d, start, sequence + (uint)(start - at), end);
            ShowPart(p, v, d, start);
        }

        return follows;
    }

    /// <summary>Hands a message's bytes over.</summary>
    /// <param name="last">Bytes of the segment that seems to complete it.</param>
    static View Hand(Packet p, TcpMessage message, in Delivery d, int last)
    {
        d.Context.IsReassembled = true;
        var whole = Whole(p, message);
        int items = p.ItemCount;
        Process(p, whole, d, message.Start);
        if (GoesOn(d.Context, whole, last) && whole.Buffer != 0 && p.TryTakeBack(whole, items, out byte[] bytes))
        {
            // The application only looked, as it does at every segment of a chunked body: the bytes stay where they grow.
            message.Attach(bytes);
        }

        return whole;
    }

    /// <summary>A view on a message's bytes; without sinks that keep items nothing refers to them after the packet, otherwise they are the packet's from now on.</summary>
    static View Whole(Packet p, TcpMessage message) =>
        p.KeepsItems ? p.AddBuffer(message.Detach(out int length), length, BufferName, message.Filled) : new(message.Bytes, message.Filled, 0);

    /// <summary>Whether the application says that what began before the last segment is not complete.</summary>
    static bool GoesOn(StreamContext context, in View whole, int last) => context.Missing != 0 && context.Offset <= whole.Reported - last;

    /// <summary>The message that was thought complete goes on: its bytes must be its own again.</summary>
    static void GoOn(TcpMessage message, in View whole)
    {
        message.DoneIn = 0;
        if (whole.Buffer != 0 && !message.HasBytes && whole.Captured > 0)
        {
            var copy = ArrayPool<byte>.Shared.Rent(whole.Captured);
            whole.Bytes.CopyTo(copy);
            message.Attach(copy);
        }
    }

    static void Extend(in Delivery d, TcpMessage message, uint end)
    {
        switch (d.Context.Missing)
        {
            case StreamContext.OneMoreSegment:
                message.Next = end + 1;
                message.TakesWholeSegment = true;
                break;
            case StreamContext.UntilEnd:
                d.Flow.Messages!.UntilEnd = true;
                message.Next = end + 0x0ffffffe;
                break;
            default:
                message.Next = end + (uint)d.Context.Missing;
                break;
        }
    }

    /// <summary>Keeps the beginning of a message for the segments to come.</summary>
    static void Wait(Packet p, in View v, in Delivery d, int at, uint sequence, uint end)
    {
        if (end - sequence > MaxFirstPiece || (uint)at > (uint)v.Captured)
        {
            return;
        }

        var messages = d.Flow.Messages ??= new(d.Stream.Memory);
        var message = d.Stream.Memory.Rent(p.Number, sequence, end, d.Context.Keep);
        Extend(d, message, end);
        message.Add(p.Number, v.Bytes[at..], 0, last: false, p.WantsFields);
        messages.Add(message);
    }

    /// <summary>The sender has closed: what waited for the end is complete.</summary>
    static bool AtEnd(Packet p, in View v, in Delivery d)
    {
        uint sequence = d.Header.Sequence;
        var messages = d.Flow.Messages!;
        var message = messages.Before(sequence);
        if (message is null || message.DoneIn != 0 || v.Captured != v.Reported)
        {
            return false;
        }

        if (!message.Add(p.Number, v.Bytes, (int)(sequence - message.Start), last: true, p.WantsFields))
        {
            return false;
        }

        messages.UntilEnd = false;
        message.Next = sequence + (uint)v.Captured;
        d.Context.CanWait = false;
        d.Context.IsLast = true;
        var view = Whole(p, message);
        ShowSegments(p, message, view, d);
        d.Context.IsReassembled = true;
        Process(p, view, d, message.Start);
        message.Release();
        return true;
    }

    /// <summary>Of a segment that is known to be only a part of a message that began with it or before, the column stays TCP's own.</summary>
    static void KeepOwnInfo(Packet p, in Delivery d, byte[]? info)
    {
        if (info is not null && d.Context.Offset == 0 && p.Engine.Hindsight!.Later(p.Number, ReassembledIn, 0) != 0)
        {
            p.Info.Set(info);
        }
    }

    /// <summary>A segment that carries only a part of a message.</summary>
    static void ShowPart(Packet p, in View v, in Delivery d, int at)
    {
        // After a message that ended in the same segment its columns stay.
        if ((d.Context.Offset == 0 || d.Context.Missing == 0) && !p.ProtocolFixed)
        {
            p.SetProtocol("TCP");
            p.Info.Separate(" ");
            p.Info.Append("[TCP segment of a reassembled PDU]"u8);
        }

        p.AddLater(d.Tree, ReassembledIn, v);
        AddSegmentData(p, v, d.Tree, at, v.Reported - at, "");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void AddSegmentData(Packet p, in View v, Node tree, int at, int length, string kind)
    {
        if (p.Wants(SegmentData))
        {
            p.Label(p.Add(tree, SegmentData, v, at, length), $"{kind}TCP segment data ({length} byte{(length == 1 ? "" : "s")})");
        }
    }

    static void ShowSegments(Packet p, TcpMessage message, in View whole, in Delivery d)
    {
        if (!p.WantsFields)
        {
            return;
        }

        var pieces = message.Pieces;
        // Beside TCP's own branch and before the application's, which is already there.
        var tree = p.Generated(p.Add(d.Parent, SegmentsList, whole, 0, whole.Captured));
        p.MoveAfter(tree, d.Tree);
        p.Label(tree, $"{pieces.Count} Reassembled TCP Segment{(pieces.Count == 1 ? "" : "s")} ({whole.Reported} byte{(whole.Reported == 1 ? "" : "s")}): ");
        for (int i = 0; i < pieces.Count; i++)
        {
            p.AppendLabel(tree, $"{(i == 0 ? "" : ", ")}#{pieces[i].Frame}({pieces[i].Length})");
        }

        foreach (var (frame, offset, length) in pieces)
        {
            int at = Math.Min(offset, whole.Captured);
            var node = p.Generated(p.AddUInt(tree, SegmentFrame, whole, at, Math.Min(length, whole.Captured - at), (uint)frame));
            if (length > 0)
            {
                p.Label(node, $"Frame: {frame}, payload: {offset}-{offset + length - 1} ({length} byte{(length == 1 ? "" : "s")})");
            }
            else
            {
                p.Label(node, $"Frame: {frame} (no data)");
            }
        }

        p.Generated(p.AddUInt(tree, SegmentCount, whole, 0, 0, (uint)pieces.Count));
        p.Generated(p.AddUInt(tree, ReassembledLength, whole, 0, 0, (uint)whole.Reported));
        p.Generated(p.Add(tree, ReassembledData, whole, 0, whole.Captured));
    }

    /// <summary>What belongs to the delivery of one segment.</summary>
    readonly struct Delivery(TcpStream stream, TcpFlow flow, StreamContext context, in TcpHeader header, TcpMarks marks, Node tree, Node parent)
    {
        public readonly TcpStream Stream = stream;
        public readonly TcpFlow Flow = flow;
        public readonly StreamContext Context = context;
        public readonly TcpHeader Header = header;
        public readonly TcpMarks Marks = marks;
        public readonly Node Tree = tree, Parent = parent;
    }
}
