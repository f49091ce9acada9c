using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Rtp;

// Specification: RFC 3550 section 6 (reports, descriptions, goodbye, application), RFC 4585 section 6 (feedback), RFC 3611 (extended reports).
//
//    0               1               2               4
//   +---+-+---------+---------------+---------------+----
//   |V=2|P| Count   | Type          | Length in words - 1 | ...      one after the other in a datagram
//   +---+-+---------+---------------+---------------+----

/// <summary>RTP Control Protocol.</summary>
public sealed class Rtcp() : Dissector("rtcp")
{
    const int SenderReport = 200, ReceiverReport = 201, SourceDescription = 202, Goodbye = 203, Application = 204, TransportFeedback = 205,
        PayloadFeedback = 206, ExtendedReport = 207, AudioVideoBridging = 208;

    const int ReportLength = 24;

    static readonly Protocol P = new("Real-time Transport Control Protocol", "RTCP", "rtcp");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (194, "SMPTE time code mapping"), (195, "Extended inter-arrival jitter report"), (SenderReport, "Sender Report"), (ReceiverReport, "Receiver Report"),
        (SourceDescription, "Source description"), (Goodbye, "Goodbye"), (Application, "Application specific"), (TransportFeedback, "Generic RTP Feedback"),
        (PayloadFeedback, "Payload-specific Feedback"), (ExtendedReport, "Extended report (RFC 3611)"), (AudioVideoBridging, "AVB RTCP packet (IEEE1733)"),
        (209, "Receiver Summary Information"), (210, "Port Mapping"), (211, "IDMS Settings")]);

    static readonly ValueNames DescriptionTypes = ValueNames.Of(() => [
        (0, "END"), (1, "CNAME (user and domain)"), (2, "NAME (common name)"), (3, "EMAIL (e-mail address)"), (4, "PHONE (phone number)"),
        (5, "LOC (geographic location)"), (6, "TOOL (name/version of source app)"), (7, "NOTE (note about source)"), (8, "PRIV (private extensions)"),
        (9, "H323-CADDR (H.323 callable address)"), (10, "Application Specific Identifier")]);

    static readonly ValueNames PayloadMessages = ValueNames.Of(() => [
        (1, "Picture Loss Indication"), (2, "Slice Loss Indication (SLI)"), (3, "Reference Picture Selection Indication (RPSI)"),
        (4, "Full Intra Request (FIR) Command"), (5, "Temporal-Spatial Trade-off Request (TSTR)"), (6, "Temporal-Spatial Trade-off Notification (TSTN)"),
        (7, "Video Back Channel Message (VBCM)"), (15, "Application Layer Feedback")]);

    static readonly ValueNames PayloadShort = ValueNames.Of(() => [(1, "PLI"), (2, "SLI"), (3, "RPSI"), (4, "FIR"), (5, "TSTR"), (6, "TSTN"), (7, "VBCM"), (15, "ALFB")]);

    static readonly ValueNames TransportMessages = ValueNames.Of(() => [
        (1, "Generic negative acknowledgement (NACK)"), (3, "Temporary Maximum Media Stream Bit Rate Request (TMMBR)"),
        (4, "Temporary Maximum Media Stream Bit Rate Notification (TMMBN)"), (5, "RTCP Rapid Resynchronisation Request (RTCP-SR-REQ)"),
        (15, "Transport-wide Congestion Control (Transport-cc)")]);

    static readonly StreamSetup.Fields Setup = new(P);
    static readonly Field Version = P.UInt8("rtcp.version", "Version", FieldBase.Dec, Rtp.Versions, mask: 0xc0);
    static readonly Field Padding = P.Flag("rtcp.padding", "Padding", 8, 0x20);
    static readonly Field ReportCount = P.UInt8("rtcp.rc", "Reception report count", mask: 0x1f);
    static readonly Field SourceCount = P.UInt8("rtcp.sc", "Source count", mask: 0x1f);
    static readonly Field Subtype = P.UInt8("rtcp.app.subtype", "Subtype", mask: 0x1f);
    static readonly Field TransportMessage = P.UInt8("rtcp.rtpfb.fmt", "RTCP Feedback message type (FMT)", FieldBase.Dec, TransportMessages, mask: 0x1f);
    static readonly Field PayloadMessage = P.UInt8("rtcp.psfb.fmt", "RTCP Feedback message type (FMT)", FieldBase.Dec, PayloadMessages, mask: 0x1f);
    static readonly Field Type = P.UInt8("rtcp.pt", "Packet type", FieldBase.Dec, Types);
    static readonly Field Length = P.UInt16("rtcp.length", "Length", blurb: "32-bit words (-1) in packet");
    static readonly Field Sender = P.UInt32("rtcp.senderssrc", "Sender SSRC", FieldBase.HexDec);
    static readonly Field MediaSource = P.UInt32("rtcp.mediassrc", "Media source SSRC", FieldBase.HexDec);
    static readonly Layout SenderInfo = new(
        P.UInt32("rtcp.timestamp.ntp.msw", "Timestamp, MSW", FieldBase.DecHex),
        P.UInt32("rtcp.timestamp.ntp.lsw", "Timestamp, LSW", FieldBase.DecHex));

    static readonly Field NtpTime = P.AbsoluteTime("rtcp.timestamp.ntp", "MSW and LSW as NTP timestamp", FieldBase.Utc);
    static readonly Layout SenderCounts = new(
        P.UInt32("rtcp.timestamp.rtp", "RTP timestamp"),
        P.UInt32("rtcp.sender.packetcount", "Sender's packet count"),
        P.UInt32("rtcp.sender.octetcount", "Sender's octet count"));

    static readonly Field Identifier = P.UInt32("rtcp.ssrc.identifier", "Identifier", FieldBase.HexDec);
    static readonly Field FractionLost = P.UInt8("rtcp.ssrc.fraction", "Fraction lost");
    static readonly Field CumulativeLost = P.Int32("rtcp.ssrc.cum_nr", "Cumulative number of packets lost");
    static readonly Field HighestSequence = P.UInt32("rtcp.ssrc.ext_high", "Extended highest sequence number received");
    static readonly Layout Sequences = new(
        P.UInt16("rtcp.ssrc.high_cycles", "Sequence number cycles count"),
        P.UInt16("rtcp.ssrc.high_seq", "Highest sequence number received"));

    static readonly Field Jitter = P.UInt32("rtcp.ssrc.jitter", "Interarrival jitter");
    static readonly Field LastReport = P.UInt32("rtcp.ssrc.lsr", "Last SR timestamp", FieldBase.DecHex);
    static readonly Field Delay = P.UInt32("rtcp.ssrc.dlsr", "Delay since last SR timestamp");
    static readonly Field DescriptionType = P.UInt8("rtcp.sdes.type", "Type", FieldBase.Dec, DescriptionTypes);
    static readonly Field TextLength = P.UInt8("rtcp.sdes.length", "Length");
    static readonly Field Text = P.String("rtcp.sdes.text", "Text");
    static readonly Field AppName = P.String("rtcp.app.name", "Name (ASCII)");
    static readonly Field AppData = P.String("rtcp.app.data", "Application specific data");
    static readonly Field FeedbackData = P.Bytes("rtcp.fci", "Feedback Control Information (FCI)");
    static readonly Field PaddingCount = P.UInt8("rtcp.padding.count", "Padding count");
    static readonly Field PaddingData = P.Bytes("rtcp.padding.data", "Padding data");
    static readonly Field ProfileExtension = P.Bytes("rtcp.profile-specific-extension", "Profile-specific extension");
    static readonly Field LengthCheck = P.Flag("rtcp.length_check", "RTCP frame length check");
    static readonly Expert BadLength = P.Expert("rtcp.length_check.bad", Severity.Warning, ExpertGroup.Malformed, "Incorrect RTCP packet length information");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Heuristic(Udp.Heuristics, Guess);
        claims.Heuristic(Stun.Stun.Heuristics, Guess);
    }

    /// <summary>Whether it begins as a packet of RTCP that may come first, and is whole words.</summary>
    bool Guess(Packet p, in View v, Node parent) =>
        v.Captured >= 4 && v.U8(0) >> 6 == 2 && v.U8(1) is SenderReport or ReceiverReport or Goodbye or Application or PayloadFeedback
        && v.Reported % 4 == 0 && Dissect(p, v, parent) > 0;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < 2 || v.U8(1) is < 192 or > 213)
        {
            return 0;
        }

        p.SetProtocol("RTCP");
        p.Info.Clear();
        int at = 0, claimed = 0;
        var tree = parent;
        while (at + 4 <= v.Reported && Types.Find(v.U8(at + 1)) is { } name)
        {
            int type = v.U8(at + 1), length = (v.U16(at + 2) + 1) * 4;
            claimed += length;
            p.Info.Append($"{name}   ");
            tree = p.Open(P, v, parent, at, Math.Min(length, v.CapturedFrom(at)));
            p.AppendLabel(tree, $" ({name})");
            if (p.Conversation?.Get<StreamSetup>(this) is { } how)
            {
                Setup.Add(p, v, tree, how);
            }

            p.Add(tree, Version, v, at);
            p.Add(tree, Padding, v, at);
            at = One(p, v, tree, at, type, length);
        }

        CheckLength(p, v, tree, claimed, at);
        return v.Reported;
    }

    static void CheckLength(Packet p, in View v, Node tree, int claimed, int found)
    {
        if (claimed == found)
        {
            p.Label(p.Generated(p.AddFlag(tree, LengthCheck, v, 0, 0, true)), $"RTCP frame length check: OK - {claimed} bytes");
            return;
        }

        var node = p.Generated(p.AddFlag(tree, LengthCheck, v, 0, 0, false));
        p.Label(node, $"RTCP frame length check: Wrong (expected {claimed} bytes, found {found})");
        p.Expert(node, BadLength, v, 0, 0, $"Incorrect RTCP packet length information (expected {claimed} bytes, found {found})");
    }

    static int One(Packet p, in View v, Node tree, int at, int type, int length)
    {
        bool isPadded = (v.U8(at) & 0x20) != 0;
        int end = type switch
        {
            SenderReport or ReceiverReport => Report(p, v, tree, at, type, length),
            SourceDescription => Describe(p, v, tree, at),
            Goodbye => Leave(p, v, tree, at, length),
            Application => Apply(p, v, tree, at, length),
            TransportFeedback or PayloadFeedback => Feedback(p, v, tree, at, type, length),
            _ => Other(p, v, tree, at, length),
        };
        if (isPadded && type != PayloadFeedback && type != TransportFeedback && type < ExtendedReport && end < v.Reported)
        {
            int count = v.U8(v.Reported - 1);
            if (count > 1 && count <= v.ReportedFrom(end))
            {
                p.Add(tree, PaddingData, v, end, count - 1);
                end += count - 1;
            }

            p.Add(tree, PaddingCount, v, end);
            end++;
        }

        return end;
    }

    static void AddHead(Packet p, in View v, Node tree, int at, Field? count)
    {
        if (count is not null)
        {
            p.Add(tree, count, v, at);
        }

        p.Add(tree, Type, v, at + 1);
        p.AppendLabel(p.Add(tree, Length, v, at + 2), $" ({(v.U16(at + 2) + 1) * 4} bytes)");
    }

    /// <summary>RFC 3550 sections 6.4.1 and 6.4.2.</summary>
    static int Report(Packet p, in View v, Node tree, int start, int type, int length)
    {
        int count = v.U8(start) & 0x1f, at = start + 8;
        AddHead(p, v, tree, start, ReportCount);
        p.Add(tree, Sender, v, start + 4);
        v.Ensure(start + 4, 4);
        if (type == SenderReport)
        {
            p.AddRows(tree, v, at, SenderInfo);
            p.Generated(p.AddTime(tree, NtpTime, v, at, 8, NtpToTime(v.U32(at), v.U32(at + 4))));
            at = p.AddRows(tree, v, at + 8, SenderCounts);
        }

        for (int i = 1; i <= count; i++, at += ReportLength)
        {
            AddReport(p, v, tree, at, i);
        }

        int rest = start + length - at;
        if (rest > 0 && (v.U8(start) & 0x20) == 0)
        {
            p.Info.Append("("u8);
            v.Ensure(at, rest);
            p.Add(tree, ProfileExtension, v, at, rest);
            for (int i = 0; i < rest; i += 4)
            {
                p.Info.Append("PSE:Unknown  "u8);
            }

            p.Info.Append(") "u8);
            at += rest;
        }

        return at;
    }

    /// <summary>RFC 5905 section 6: what has the top bit not set is after 2036.</summary>
    static Timestamp NtpToTime(uint seconds, uint fraction)
    {
        const long Era = 1L << 32, From1900To1970 = 2_208_988_800;
        long since1970 = seconds - From1900To1970 + ((seconds & 0x80000000) == 0 ? Era : 0);
        return new(since1970, (int)((ulong)fraction * 1_000_000_000 >> 32));
    }

    static void AddReport(Packet p, in View v, Node tree, int at, int number)
    {
        var branch = p.AddText(tree, v, at, ReportLength, $"Source {number}");
        p.Add(branch, Identifier, v, at);
        v.Ensure(at, 4);
        var contents = p.AddText(branch, v, at + 4, 4, "SSRC contents");
        p.AppendLabel(p.Add(contents, FractionLost, v, at + 4), " / 256");
        p.AddInt(contents, CumulativeLost, v, at + 5, 3, (int)(v.U24(at + 5) << 8) >> 8);
        var highest = p.Add(branch, HighestSequence, v, at + 8);
        p.AddRows(highest, v, at + 8, Sequences);
        p.Add(branch, Jitter, v, at + 12);
        p.Add(branch, LastReport, v, at + 16);
        p.AppendLabel(p.Add(branch, Delay, v, at + 20), $" ({(long)(v.U32(at + 20) / 65536.0 * 1000)} milliseconds)");
    }

    /// <summary>RFC 3550 section 6.5.</summary>
    static int Describe(Packet p, in View v, Node tree, int at)
    {
        int count = v.U8(at) & 0x1f;
        AddHead(p, v, tree, at, SourceCount);
        at += 4;
        for (int i = 1; i <= count; i++)
        {
            int start = at;
            var chunk = p.AddText(tree, v, at, v.CapturedFrom(at), $"Chunk {i}, SSRC/CSRC 0x{v.U32(at):X}");
            p.Add(chunk, Identifier, v, at);
            at += 4;
            var items = p.AddText(chunk, v, at, v.CapturedFrom(at), "SDES items");
            while (at < v.Reported)
            {
                int type = v.U8(at);
                p.Add(items, DescriptionType, v, at++);
                if (type == 0)
                {
                    break;
                }

                int length = v.U8(at);
                p.Add(items, TextLength, v, at++);
                if (length > 0)
                {
                    p.AddString(items, Text, v, at, length, TextEncoding.Utf8);
                }

                at += length;
            }

            // A chunk ends at a multiple of four bytes.
            at = start + ((at - start + 3) & ~3);
            p.SetLength(chunk, Math.Min(at, v.Captured) - start);
            p.SetLength(items, Math.Min(at, v.Captured) - start - 4);
        }

        return at;
    }

    /// <summary>RFC 3550 section 6.6.</summary>
    static int Leave(Packet p, in View v, Node tree, int start, int length)
    {
        int count = v.U8(start) & 0x1f, at = start + 4;
        AddHead(p, v, tree, start, SourceCount);
        for (int i = 0; i < count; i++, at += 4)
        {
            p.Add(tree, Identifier, v, at);
            v.Ensure(at, 4);
        }

        if (at - start < length)
        {
            int reason = v.U8(at);
            p.Add(tree, TextLength, v, at);
            p.AddString(tree, Text, v, at + 1, reason, TextEncoding.Utf8);
            at = start + ((at - start + 1 + reason + 3) & ~3);
        }

        return at;
    }

    /// <summary>RFC 3550 section 6.7.</summary>
    static int Apply(Packet p, in View v, Node tree, int start, int length)
    {
        AddHead(p, v, tree, start, Subtype);
        p.Add(tree, Identifier, v, start + 4);
        v.Ensure(start + 4, 8);
        p.Add(tree, AppName, v, start + 8, 4);
        bool isNamed = !v.Span(start + 8, 4).ContainsAnyExceptInRange((byte)' ', (byte)'~');
        if (length > 12)
        {
            v.Ensure(start + 12, length - 12);
            p.AddString(tree, AppData, v, start + 12, length - 12, TextEncoding.Utf8);
        }

        if (isNamed)
        {
            p.Info.Append($"( {v.Span(start + 8, 4)} ) ");
        }

        p.Info.Append($"subtype={v.U8(start) & 0x1f}");
        return start + Math.Max(length, 12);
    }

    /// <summary>RFC 4585 section 6.1.</summary>
    static int Feedback(Packet p, in View v, Node tree, int start, int type, int length)
    {
        int message = v.U8(start) & 0x1f;
        AddHead(p, v, tree, start, type == PayloadFeedback ? PayloadMessage : TransportMessage);
        if (type == PayloadFeedback)
        {
            p.Info.Append($"{PayloadShort.FindOr((ulong)message, "Unknown")}  ");
        }

        p.Add(tree, Sender, v, start + 4);
        p.AppendLabel(p.Add(tree, MediaSource, v, start + 8), " ");
        v.Ensure(start + 4, 8);
        if (length > 12)
        {
            v.Ensure(start + 12, length - 12);
            p.Add(tree, FeedbackData, v, start + 12, length - 12);
        }

        return start + Math.Max(length, 12);
    }

    static int Other(Packet p, in View v, Node tree, int start, int length)
    {
        AddHead(p, v, tree, start, null);
        v.Ensure(start, length);
        return start + length;
    }
}
