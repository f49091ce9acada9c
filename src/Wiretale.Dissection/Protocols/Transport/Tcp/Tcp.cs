using System.Runtime.CompilerServices;
using Wiretale.Dissection.Conversations;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

// Specification: RFC 9293; options and analysis stand in the files beside this one.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------------------------------+-------------------------------+
//   |          Source port          |       Destination port        |
//   +-------------------------------+-------------------------------+
//   |                        Sequence number                        |
//   +---------------------------------------------------------------+
//   |                    Acknowledgment number                      |
//   +-------+-----+-----------------+-------------------------------+
//   | Offset| Res |A|C|E|U|A|P|R|S|F|            Window             |
//   +-------+-----+-----------------+-------------------------------+
//   |           Checksum            |         Urgent pointer        |
//   +-------------------------------+-------------------------------+
//   |                    Options, then the payload ...

/// <summary>Transmission Control Protocol.</summary>
public sealed partial class Tcp() : Dissector("tcp", "mptcp")
{
    const int MinHeader = 20;

    static readonly byte[]?[] FlagTexts = new byte[1024][];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    internal override bool AddsOnlyItsOwn => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Tcp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("TCP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.SourcePort = v.U16(0);
        p.DestinationPort = v.U16(2);
        p.PortKind = PortKind.Tcp;
        if (p.WantsFields)
        {
            ShowPorts(p, v, tree);
        }

        if (v.Captured < MinHeader)
        {
            if (v.Captured >= 8)
            {
                p.Add(tree, SequenceRaw, v, 4);
            }

            p.Info.Append($"{p.ShortPort(p.SourcePort, PortKind.Tcp)} → {p.ShortPort(p.DestinationPort, PortKind.Tcp)}");
            v.Ensure(0, MinHeader);
        }

        TcpHeader.Read(v, out var h);
        var findings = default(TcpFindings);
        var stream = p.IsQuoted || !p.Engine.TracksTcp ? null : FindStream(p, h, ref findings);
        TcpFlow? flow = null, other = null;
        if (stream is not null)
        {
            Track(p, stream, ref h, ref findings, out flow, out other);
        }

        bool relative = stream is not null && p.IsOn(AnalyzeSequence) && p.IsOn(RelativeSequence);
        WriteInfo(p.Info, p.Engine.Names, h, stream is { AccurateEcn: true } && !h.Has(TcpHeader.Syn));
        if (p.WantsFields)
        {
            p.SetLength(tree, Math.Min(Math.Max(h.Length, MinHeader), v.Captured));
            bool accurateEcn = stream is { AccurateEcn: true } && !h.Has(TcpHeader.Syn);
            if (p.Wants(HeaderGroup))
            {
                ShowHeader(p, v, tree, stream, flow, h, relative, accurateEcn);
            }
            else if (p.Wants(FlagGroup) && h.Length >= MinHeader)
            {
                ShowFlags(p, v, tree, stream, flow, h, accurateEcn);
            }
        }

        if (h.Length < MinHeader)
        {
            p.Info.Append($", bogus TCP header length ({h.Length}, must be at least {MinHeader})");
            return v.Reported;
        }

        if (h.Has(TcpHeader.Urgent))
        {
            AppendNumber(p.Info, " Urg="u8, v.U16(18));
        }

        if (p.Wants(ChecksumGroup) || p.IsOn(CheckChecksum))
        {
            ShowChecksum(p, v, tree);
            ShowUrgent(p, v, tree, h);
        }

        if (h.HasDataLength)
        {
            AppendNumber(p.Info, " Len="u8, (uint)h.DataLength);
        }

        if (h.Length > MinHeader)
        {
            ReadOptions(p, v.Bytes[MinHeader..Math.Min(h.Length, v.Captured)], stream, flow, other, relative);
            if (p.Wants(OptionGroup))
            {
                ShowOptions(p, v, tree, other, h, relative);
            }
        }

        if (stream is not null)
        {
            AfterOptions(p, stream, flow!, other!, h, Nanoseconds(p.Time));
            p.Engine.Learning?.SetLast(stream.Conversation.FirstFrame, Completeness.Id, (ulong)stream.Completeness);
            if (p.Wants(TimeGroup))
            {
                ShowTimes(p, v, tree, stream);
            }

            // Wireshark comes no further where the capture ends within the options.
            bool isWhole = h.Length <= v.Captured;
            if (isWhole && p.Wants(AnalysisGroup))
            {
                ShowAnalysis(p, v, tree, stream, findings);
            }

            stream.Last = p.Time;
            if (isWhole && findings.Marks != 0)
            {
                WriteMarks(p.Info, findings);
            }
        }

        if (h.Length > v.Captured)
        {
            v.Ensure(MinHeader, h.Length - MinHeader);
        }

        if (h.Has(TcpHeader.Reset))
        {
            // RFC 9293 section 3.5.3: a reset may carry a text that says why.
            if (v.Reported > h.Length)
            {
                p.Add(tree, ResetCause, v, h.Length, v.CapturedFrom(h.Length));
            }
        }
        else if (!p.Engine.OpensTcp(p.SourcePort, p.DestinationPort))
        {
            // The FIN may end a message whose length its end was to tell.
            p.IsIncomplete = v.Reported > h.Length || (h.Has(TcpHeader.Fin) && !h.Has(TcpHeader.Syn));
            ShowPayload(p, v.From(h.Length), tree);
        }
        else if (v.Reported > h.Length || (h.Has(TcpHeader.Fin) && flow is { Messages.UntilEnd: true }))
        {
            HandOff(p, v, tree, parent, stream, flow, h, findings.Marks);
        }

        return v.Reported;
    }

    /// <summary>Lets the stream learn from a segment that nobody will see; shows nothing.</summary>
    internal static void Follow(Packet p, in View v)
    {
        TcpHeader.Read(v, out var h);
        p.PortKind = PortKind.Tcp;
        (p.SourcePort, p.DestinationPort) = (h.SourcePort, h.DestinationPort);
        var findings = default(TcpFindings);
        var stream = FindStream(p, h, ref findings);
        Track(p, stream, ref h, ref findings, out var flow, out var other);
        if (h.Length > MinHeader)
        {
            ReadOptions(p, v.Bytes[MinHeader..h.Length], stream, flow, other, relative: false);
        }

        AfterOptions(p, stream, flow, other, h, Nanoseconds(p.Time));
        stream.Last = p.Time;
    }

    /// <summary>Sets a segment beside those before it, and makes its numbers relative to the stream's first ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Track(Packet p, TcpStream stream, ref TcpHeader h, ref TcpFindings findings, out TcpFlow flow, out TcpFlow other)
    {
        bool fromA = stream.Conversation.IsFromA(p.NetworkSource, h.SourcePort);
        (flow, other) = fromA ? (stream.FromA, stream.FromB) : (stream.FromB, stream.FromA);
        if (h.HasDataLength && p.IsOn(AnalyzeSequence))
        {
            SetBases(flow, other, h);
            if (p.WantsColumns || p.Engine.GroupsWanted[AnalysisGroup.Id] || p.Engine.OpensTcp(h.SourcePort, h.DestinationPort))
            {
                Analyze(p, stream, flow, other, h, Nanoseconds(p.Time), ref findings);
            }

            flow.SackRanges = 0;
            if (p.IsOn(RelativeSequence))
            {
                h.Sequence -= flow.Base;
                h.Acknowledgment -= other.HasBase && h.Has(TcpHeader.Ack) ? other.Base : 0;
            }
        }

        if (!h.Has(TcpHeader.Syn) && flow.WindowScale > 0)
        {
            h.Window <<= flow.WindowScale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long Nanoseconds(Timestamp time) => (time.Seconds * 1_000_000_000) + time.Nanoseconds;

    /// <summary>The stream of a segment; a SYN that cannot belong to the last one between these ports opens another.</summary>
    static TcpStream FindStream(Packet p, in TcpHeader h, ref TcpFindings f)
    {
        var conversation = p.Engine.Conversations.FindOrOpen(p, PortKind.Tcp);
        if (conversation.Transport is not TcpStream stream)
        {
            conversation.Transport = stream = new(conversation, p.Time, p.Engine.State<TcpMemory>(conversation));
        }

        if (h.Has(TcpHeader.Syn))
        {
            var flow = stream.Conversation.IsFromA(p.NetworkSource, h.SourcePort) ? stream.FromA : stream.FromB;
            bool answers = h.Has(TcpHeader.Ack);
            if (flow.HasBase && answers && flow.Base != h.RawSequence)
            {
                // The request before it was not captured: the stream goes on, only this direction begins anew.
                flow.Base = h.RawSequence;
                f.Marks |= TcpMarks.ReusedPorts;
            }
            else if (flow.HasBase && flow.Base != h.RawSequence)
            {
                conversation = p.Engine.Conversations.Open(p, PortKind.Tcp);
                conversation.Transport = stream = new(conversation, p.Time, p.Engine.State<TcpMemory>(conversation));
                stream.Completeness = TcpCompleteness.Syn;
                f.Marks |= TcpMarks.ReusedPorts;
            }

            stream.ServerPort = answers ? h.SourcePort : h.DestinationPort;
        }

        p.Conversation = conversation;
        return stream;
    }

    /// <summary>What the segment adds to the completeness of a stream that others have opened.</summary>
    static TcpCompleteness Completes(in TcpHeader h)
    {
        var reset = h.Has(TcpHeader.Reset) ? TcpCompleteness.Reset : TcpCompleteness.None;
        if (!h.Has(TcpHeader.Ack))
        {
            return reset;
        }

        if (h.Has(TcpHeader.Syn))
        {
            return reset | TcpCompleteness.SynAck;
        }

        return reset | (h.Has(TcpHeader.Fin) ? TcpCompleteness.Fin : TcpCompleteness.None)
            | (h.HasDataLength && h.DataLength > 0 ? TcpCompleteness.Data : TcpCompleteness.Ack);
    }

    /// <summary>
    /// Wireshark counts the segment that opens a stream only when it is a SYN, and that not where the stream was announced: then it finds the
    /// stream there already. In a second pass it finds all of them.
    /// </summary>
    static void Count(Packet p, TcpStream stream, in TcpHeader h)
    {
        if (p.Number != stream.Conversation.FirstFrame)
        {
            stream.Completeness |= Completes(h);
        }
        else if (h.Has(TcpHeader.Syn) && !h.Has(TcpHeader.Ack))
        {
            // RFC 7413: a SYN may carry data. Where it opens another stream between the same ports Wireshark does not count that.
            bool counts = !stream.Conversation.IsAnnounced && stream.Completeness == TcpCompleteness.None;
            var data = h.HasDataLength && h.DataLength > 0 ? TcpCompleteness.Data : TcpCompleteness.None;
            stream.Completeness |= counts ? TcpCompleteness.Syn | data : TcpCompleteness.None;
        }
        else
        {
            stream.CountedLater = Completes(h);
        }
    }

    /// <summary>What the stream learns from the segment for those after it.</summary>
    static void AfterOptions(Packet p, TcpStream stream, TcpFlow flow, TcpFlow other, in TcpHeader h, long now)
    {
        Count(p, stream, h);
        if (h.Has(TcpHeader.Syn))
        {
            if (flow.WindowScale == TcpFlow.UnknownScale || (h.Has(TcpHeader.Ack) && other.WindowScale == TcpFlow.NoScale))
            {
                // RFC 7323 section 2.2: scaling is in force only when both SYNs offered it; one that was not seen may have. As in Wireshark, a SYN that is sent again may.
                flow.WindowScale = other.WindowScale = TcpFlow.NoScale;
            }

            if (!h.Has(TcpHeader.Ack))
            {
                stream.SynTime = now;
                stream.SynHadData |= h.HasDataLength && h.DataLength > 0;
            }
        }
        else if (h.Has(TcpHeader.Ack) && stream.InitialRoundTrip == 0 && stream.SynTime != 0)
        {
            stream.InitialRoundTrip = now - stream.SynTime;
        }

        if (h.Has(TcpHeader.Fin))
        {
            stream.Closer ??= flow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void SetBases(TcpFlow flow, TcpFlow other, in TcpHeader h)
    {
        if (!flow.HasBase)
        {
            flow.Base = h.Has(TcpHeader.Syn) ? h.RawSequence : h.RawSequence - 1;
            flow.HasBase = true;
        }

        if (!other.HasBase && h.Has(TcpHeader.Ack))
        {
            other.Base = h.RawAcknowledgment - 1;
            other.HasBase = true;
        }
    }

    static void WriteInfo(Column info, AddressNames names, in TcpHeader h, bool accurateEcn)
    {
        if (!info.Writable)
        {
            return;
        }

        var text = info.Text;
        names.AppendShortPort(text, h.SourcePort, PortKind.Tcp);
        text.Append(" → "u8);
        names.AppendShortPort(text, h.DestinationPort, PortKind.Tcp);
        text.Append(" ["u8);
        const int Counted = TcpHeader.AccurateEcn | TcpHeader.Reduced | TcpHeader.Echo;
        text.Append(FlagText(accurateEcn ? h.Flags & ~Counted : h.Flags));
        if (accurateEcn)
        {
            text.Append(", ACE="u8);
            text.Append((uint)(h.Flags & Counted) >> 6);
        }

        text.Append("] Seq="u8);
        text.Append(h.Sequence);
        if (h.Has(TcpHeader.Ack))
        {
            text.Append(" Ack="u8);
            text.Append(h.Acknowledgment);
        }

        text.Append(" Win="u8);
        text.Append(h.Window);
    }

    /// <summary>Names of the flags that are set, separated by commas; made once for each combination that occurs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ReadOnlySpan<byte> FlagText(int flags)
    {
        int index = (flags & 0x1ff) | ((flags & 0xe00) != 0 ? 0x200 : 0);
        return FlagTexts[index] ??= Make(index);

        static byte[] Make(int index)
        {
            string[] names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE", "Reserved"];
            var set = new List<string>();
            for (int i = 0; i < names.Length; i++)
            {
                if ((index & (1 << i)) != 0)
                {
                    set.Add(names[i]);
                }
            }

            return System.Text.Encoding.ASCII.GetBytes(set.Count == 0 ? "<None>" : string.Join(", ", set));
        }
    }

    /// <summary>Gives the bytes to the conversation's protocol, else to that of a port, else to whoever knows them by their looks.</summary>
    static void Next(Packet p, in View v, Node parent, TcpStream stream, in TcpHeader h)
    {
        if ((stream.Conversation.Dissector is { } known && p.Call(known, v, parent) > 0)
            || (p.IsOn(HeuristicsFirst) && p.TryHeuristics(Heuristics, v, parent)))
        {
            return;
        }

        uint low = Math.Min(h.SourcePort, h.DestinationPort), high = Math.Max(h.SourcePort, h.DestinationPort);
        if ((stream.ServerPort != 0 && TryPort(p, v, parent, stream.ServerPort))
            || (low != 0 && TryPort(p, v, parent, low)) || (high != 0 && TryPort(p, v, parent, high))
            || (!p.IsOn(HeuristicsFirst) && p.TryHeuristics(Heuristics, v, parent)))
        {
            return;
        }

        p.CallData(v, parent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryPort(Packet p, in View v, Node parent, uint port) =>
        p.Engine.Find(Ports, port) is { } next && p.Call(next, v, parent) > 0;
}
