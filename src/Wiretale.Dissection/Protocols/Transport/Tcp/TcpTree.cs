using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <content>The header in the tree; called only when fields are wanted.</content>
public sealed partial class Tcp
{
    static void ShowPorts(Packet p, in View v, Node tree)
    {
        p.Label(tree, $"Transmission Control Protocol, Src Port: {p.NamedPort(p.SourcePort, PortKind.Tcp)}, Dst Port: {p.NamedPort(p.DestinationPort, PortKind.Tcp)}");
        p.Add(tree, SourcePort, v, 0);
        p.Add(tree, DestinationPort, v, 2);
        p.Hidden(p.Add(tree, AnyPort, v, 0));
        p.Hidden(p.Add(tree, AnyPort, v, 2));
    }

    static void ShowHeader(Packet p, in View v, Node tree, TcpStream? stream, TcpFlow? flow, in TcpHeader h, bool relative, bool accurateEcn)
    {
        if (stream is not null)
        {
            p.AddStream(tree, StreamIndex, v, 0, stream.Conversation);
            var completeness = (TcpCompleteness)p.AtEnd(Completeness, (ulong)stream.Completeness);
            completeness |= p.Engine.Hindsight is null ? TcpCompleteness.None : stream.CountedLater;
            var node = p.Generated(p.AddUInt(tree, Completeness, v, 0, 0, (uint)completeness));
            p.Label(node, $"Conversation completeness: {Describe(completeness)} ({(int)completeness})");
        }

        ShowNumbers(p, v, tree, stream, h, relative);
        var length = p.AddUInt(tree, HeaderLength, v, 12, 1, (uint)h.Length);
        p.Label(length, $"{h.Length >> 2:b4} .... = Header Length: {h.Length} bytes ({h.Length >> 2})");
        if (h.Length < MinHeader)
        {
            p.Expert(length, BogusHeader, v, 12, 1, $"Bogus TCP header length ({h.Length}, must be at least {MinHeader})");
            return;
        }

        if (p.Wants(FlagGroup))
        {
            ShowFlags(p, v, tree, stream, flow, h, accurateEcn);
        }

        p.Add(tree, WindowValue, v, 14);
        p.Generated(p.AddUInt(tree, WindowSize, v, 14, 2, h.Window));
        if (!h.Has(TcpHeader.Syn) && flow is not null)
        {
            int factor = flow.WindowScale < 0 ? flow.WindowScale : 1 << flow.WindowScale;
            var node = p.Generated(p.AddInt(tree, WindowFactor, v, 14, 2, factor));
            if (factor < 0)
            {
                p.AppendLabel(node, $"{(factor == TcpFlow.UnknownScale ? " (unknown)" : " (no window scaling used)")}");
            }
        }
    }

    static void ShowNumbers(Packet p, in View v, Node tree, TcpStream? stream, in TcpHeader h, bool relative)
    {
        bool ack = h.Has(TcpHeader.Ack);
        bool whole = h.Length >= MinHeader;
        p.AppendLabel(tree, $", Seq: {h.Sequence}");
        if (ack && whole)
        {
            p.AppendLabel(tree, $", Ack: {h.Acknowledgment}");
        }

        if (h.HasDataLength)
        {
            if (whole)
            {
                p.AppendLabel(tree, $", Len: {h.DataLength}");
            }

            p.Generated(p.AddUInt(tree, SegmentLength, v, 12, 1, (uint)h.DataLength));
        }
        else if (v.Reported < h.Length)
        {
            p.Expert(p.AddText(tree, v, 0, 0, ShortSegment.Summary), ShortSegment, v);
        }

        var node = p.AddUInt(tree, Sequence, v, 4, 4, h.Sequence);
        if (relative)
        {
            p.AppendLabel(node, $"    (relative sequence number)");
        }

        p.Add(tree, SequenceRaw, v, 4);
        if (!whole)
        {
            return;
        }

        if (h.HasDataLength)
        {
            node = p.Generated(p.AddUInt(tree, NextSequence, v, 0, 0, h.Sequence + (uint)h.DataLength + (h.Has(TcpHeader.Syn | TcpHeader.Fin) ? 1u : 0)));
            if (relative)
            {
                p.AppendLabel(node, $"    (relative sequence number)");
            }
        }

        node = p.AddUInt(tree, Acknowledgment, v, 8, 4, h.Acknowledgment);
        if (ack && relative)
        {
            p.AppendLabel(node, $"    (relative ack number)");
        }
        else if (!ack && h.RawAcknowledgment != 0)
        {
            p.Expert(node, AckNonzero, v, 8, 4);
        }

        if (ack && h.Has(TcpHeader.Syn) && stream is { SynHadData: true, Conversation: var conversation })
        {
            // RFC 7413 section 3: an acknowledgment of the SYN alone lets the data be sent again.
            uint acknowledged = h.RawAcknowledgment - (conversation.IsFromA(p.NetworkSource, h.SourcePort) ? stream.FromB : stream.FromA).Base;
            p.Expert(node, acknowledged > 1 ? FastOpenAccepted : FastOpenIgnored, v, 8, 4);
        }

        p.Add(tree, AcknowledgmentRaw, v, 8);
    }

    static void ShowFlags(Packet p, in View v, Node tree, TcpStream? stream, TcpFlow? flow, in TcpHeader h, bool accurateEcn)
    {
        var flags = p.Add(tree, FlagsField, v, 12, 2);
        const int Counted = TcpHeader.AccurateEcn | TcpHeader.Reduced | TcpHeader.Echo;
        int count = (h.Flags & Counted) >> 6;
        if (accurateEcn)
        {
            p.Label(flags, $"Flags: 0x{h.Flags:x3} ({FlagText(h.Flags & ~Counted)}, ACE={count})");
        }
        else
        {
            p.Label(flags, $"Flags: 0x{h.Flags:x3} ({FlagText(h.Flags)})");
        }

        foreach (var field in FlagFields)
        {
            if (accurateEcn && (field.Mask & Counted) != 0)
            {
                if (field == FlagAccurateEcn)
                {
                    p.Label(p.AddUInt(flags, FlagAce, v, 12, 2, (uint)count), $"...{count >> 2:b1} {count & 3:b2}.. .... = ACE: {count}");
                }

                continue;
            }

            bool high = field.Mask > 0xff;
            var bit = p.AddFlag(flags, field, v, high ? 12 : 13, 1, ((uint)h.Flags & field.Mask) != 0);
            if (field == FlagReserved && h.Has((int)FlagReserved.Mask))
            {
                p.Label(bit, $"{h.Flags >> 9:b3}. .... .... = Reserved: Set");
            }
            else if (field == FlagSyn && h.Has(TcpHeader.Syn))
            {
                if (h.Has(TcpHeader.Ack))
                {
                    p.Expert(bit, ConnectionSynAck, v, 13, 1, $"Connection establish acknowledge (SYN+ACK): server port {h.SourcePort}");
                }
                else
                {
                    p.Expert(bit, ConnectionSyn, v, 13, 1, $"Connection establish request (SYN): server port {h.DestinationPort}");
                }
            }
            else if (field == FlagFin && h.Has(TcpHeader.Fin))
            {
                p.Expert(bit, ConnectionFin, v, 13, 1);
            }
            else if (field == FlagReset && h.Has(TcpHeader.Reset))
            {
                p.Expert(bit, ConnectionReset, v, 13, 1);
            }
        }

        var node = ShowFlagText(p, v, flags, h, accurateEcn, count);
        if (h.Has(TcpHeader.Fin) && stream is not null && flow is not null)
        {
            bool first = stream.Closer is null || stream.Closer == flow;
            p.Expert(node, first ? FinActive : FinPassive, v, 12, 2);
        }
    }

    static Node ShowFlagText(Packet p, in View v, Node flags, in TcpHeader h, bool accurateEcn, int count)
    {
        if (!p.Wants(FlagString))
        {
            return Node.None;
        }

        // One sign a flag, a middle dot (two bytes in UTF-8) where it is not set.
        Span<byte> text = stackalloc byte[24];
        int at = 0;
        for (int bit = 11; bit >= 0; bit--)
        {
            if (accurateEcn && bit is >= 6 and <= 8)
            {
                text[at++] = bit == 7 ? (byte)('0' + count) : (byte)'-';
            }
            else if ((h.Flags & (1 << bit)) != 0)
            {
                text[at++] = "FSRPAUECARRR"u8[bit];
            }
            else
            {
                "·"u8.CopyTo(text[at..]);
                at += 2;
            }
        }

        return p.Generated(p.AddString(flags, FlagString, v, 12, 2, text[..at]));
    }

    static void ShowChecksum(Packet p, in View v, Node tree)
    {
        ushort checksum = v.U16(16);
        var node = p.Add(tree, Checksum, v, 16);
        if (!p.IsOn(CheckChecksum) || p.IsQuoted || p.IsFragment || v.Captured < v.Reported)
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 16, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(p.NetworkSource, p.NetworkDestination, IpProtocol.Tcp, (uint)v.Reported, v.Bytes);
        ushort expected = InternetChecksum.Expected(checksum, result);
        if (result == 0)
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} [correct]");
            if (checksum == 0xffff)
            {
                p.Expert(node, ChecksumOnes, v, 16, 2);
            }
        }
        else
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} incorrect, should be 0x{expected:x4}(maybe caused by \"TCP checksum offload\"?)");
            p.Expert(node, BadChecksum, v, 16, 2, $"Bad checksum [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 16, 0, result == 0 ? ChecksumStates.Good : ChecksumStates.Bad));
        p.Generated(p.AddUInt(tree, ChecksumCalculated, v, 16, 2, expected));
    }

    static void ShowUrgent(Packet p, in View v, Node tree, in TcpHeader h)
    {
        var node = p.Add(tree, UrgentPointer, v, 18);
        if (!h.Has(TcpHeader.Urgent) && v.U16(18) != 0)
        {
            p.Expert(node, UrgentNonzero, v, 18, 2);
        }
    }

    static void ShowTimes(Packet p, in View v, Node tree, TcpStream stream)
    {
        if (!p.IsOn(CalculateTimes))
        {
            return;
        }

        var branch = p.Generated(p.AddText(tree, v, 0, 0, "Timestamps"));
        branch = branch.IsWanted ? branch : tree;
        p.Generated(p.AddTime(branch, TimeRelative, v, 0, 0, p.Time - stream.First));
        p.Generated(p.AddTime(branch, TimeDelta, v, 0, 0, p.Time - stream.Last));
    }

    static void ShowAnalysis(Packet p, in View v, Node tree, TcpStream stream, in TcpFindings f)
    {
        if (f.Marks == 0 && f.AcksFrame == 0 && f.InFlight == 0)
        {
            return;
        }

        var branch = p.Generated(p.Add(tree, Analysis, v, 0, 0));
        branch = branch.IsWanted ? branch : tree;
        if (f.AcksFrame != 0)
        {
            p.Generated(p.AddUInt(branch, AcksFrame, v, 0, 0, (uint)f.AcksFrame));
            p.Generated(p.AddTime(branch, AckRoundTrip, v, 0, 0, Time(f.RoundTrip)));
        }

        if (p.AtEnd(InitialRoundTrip, stream.InitialRoundTrip == 0 ? 0 : ItemValue.Pack(Time(stream.InitialRoundTrip))) is not 0 and var roundTrip)
        {
            p.Generated(p.AddTime(branch, InitialRoundTrip, v, 0, 0, ItemValue.Unpack(roundTrip)));
        }

        if (f.InFlight != 0)
        {
            p.Generated(p.AddUInt(branch, InFlight, v, 0, 0, f.InFlight));
        }

        if (f.PushBytes != 0)
        {
            p.Generated(p.AddUInt(branch, PushBytes, v, 0, 0, f.PushBytes));
        }

        if ((f.Marks & ~TcpMarks.Noted) != 0)
        {
            ShowMarks(p, v, branch, f);
        }
    }

    static void ShowMarks(Packet p, in View v, Node branch, in TcpFindings f)
    {
        var flags = p.Generated(p.Add(branch, AnalysisFlags, v, 0, 0));
        flags = flags.IsWanted ? flags : branch;
        Remark(p, v, flags, f.Marks, TcpMarks.ReusedPorts, MarkReused);
        Remark(p, v, flags, f.Marks, TcpMarks.FastRetransmission, MarkFast);
        Remark(p, v, flags, f.Marks, TcpMarks.SpuriousRetransmission, MarkSpurious);
        Remark(p, v, flags, f.Marks, TcpMarks.Retransmission | TcpMarks.FastRetransmission | TcpMarks.SpuriousRetransmission, MarkRetransmission);
        if ((f.Marks & TcpMarks.Retransmission) != 0 && f.Timeout != 0)
        {
            p.Generated(p.AddTime(flags, Timeout, v, 0, 0, Time(f.Timeout)));
            p.Generated(p.AddUInt(flags, TimeoutFrame, v, 0, 0, (uint)f.TimeoutFrame));
        }

        Remark(p, v, flags, f.Marks, TcpMarks.OutOfOrder, MarkOutOfOrder);
        Remark(p, v, flags, f.Marks, TcpMarks.LostSegment, MarkLost);
        Remark(p, v, flags, f.Marks, TcpMarks.AckedLost, MarkAckedLost);
        Remark(p, v, flags, f.Marks, TcpMarks.WindowUpdate, MarkWindowUpdate);
        Remark(p, v, flags, f.Marks, TcpMarks.WindowFull, MarkWindowFull);
        Remark(p, v, flags, f.Marks, TcpMarks.KeepAlive, MarkKeepAlive);
        Remark(p, v, flags, f.Marks, TcpMarks.KeepAliveAck, MarkKeepAliveAck);
        if ((f.Marks & TcpMarks.DuplicateAck) != 0)
        {
            var mark = p.Generated(p.AddUInt(flags, MarkDuplicate.Field, v, 0, 0, 0));
            p.Label(mark, $"This is a TCP duplicate ack");
            p.Generated(p.AddUInt(branch, DuplicateNumber, v, 0, 0, (uint)f.DuplicateNumber));
            var node = p.Generated(p.AddUInt(branch, DuplicateFrame, v, 0, 0, (uint)f.DuplicateOf));
            p.Expert(node, MarkDuplicate, v, 0, 0, $"Duplicate ACK (#{f.DuplicateNumber})");
        }

        Remark(p, v, flags, f.Marks, TcpMarks.ZeroWindowProbe, MarkZeroProbe);
        Remark(p, v, flags, f.Marks, TcpMarks.ZeroWindow, MarkZeroWindow);
        Remark(p, v, flags, f.Marks, TcpMarks.ZeroWindowProbeAck, MarkZeroProbeAck);
    }

    static void Remark(Packet p, in View v, Node flags, TcpMarks marks, TcpMarks which, Expert expert)
    {
        if ((marks & which) != 0)
        {
            p.Expert(flags, expert, v);
        }
    }

    static Timestamp Time(long nanoseconds) => new(nanoseconds / 1_000_000_000, (int)(nanoseconds % 1_000_000_000));

    static string Describe(TcpCompleteness seen) => (int)seen switch
    {
        1 => "Incomplete, SYN_SENT",
        3 => "Incomplete, CLIENT_ESTABLISHED",
        7 => "Incomplete, ESTABLISHED",
        15 => "Incomplete, DATA",
        23 or 39 or 55 => "Complete, NO_DATA",
        31 or 47 or 63 => "Complete, WITH_DATA",
        _ => "Incomplete",
    };
}
