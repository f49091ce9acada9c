using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <content>What TCP itself can say.</content>
public sealed partial class Tcp
{
    internal static readonly Protocol P = new("Transmission Control Protocol", "TCP", "tcp");

    static readonly Field SourcePort = P.UInt16("tcp.srcport", "Source Port", FieldBase.PortTcp);
    static readonly Field DestinationPort = P.UInt16("tcp.dstport", "Destination Port", FieldBase.PortTcp);
    static readonly Field AnyPort = P.UInt16("tcp.port", "Source or Destination Port", FieldBase.PortTcp);
    static readonly Field StreamIndex = P.UInt32("tcp.stream", "Stream index");
    static readonly Field Completeness = P.UInt8("tcp.completeness", "Conversation completeness", FieldBase.Custom, blurb: "The completeness of the conversation capture");
    static readonly Field SegmentLength = P.UInt32("tcp.len", "TCP Segment Len");
    static readonly Field Sequence = P.UInt32("tcp.seq", "Sequence Number");
    static readonly Field SequenceRaw = P.UInt32("tcp.seq_raw", "Sequence Number (raw)", blurb: "This shows the raw value of the sequence number");
    static readonly Field NextSequence = P.UInt32("tcp.nxtseq", "Next Sequence Number");
    static readonly Field Acknowledgment = P.UInt32("tcp.ack", "Acknowledgment Number");
    static readonly Field AcknowledgmentRaw = P.UInt32("tcp.ack_raw", "Acknowledgment number (raw)", blurb: "This shows the raw value of the acknowledgment number");
    static readonly Field HeaderLength = P.UInt8("tcp.hdr_len", "Header Length", blurb: "Data offset in 32-bit words");

    static readonly Field FlagsField = P.UInt16("tcp.flags", "Flags", FieldBase.Hex, mask: 0xfff, blurb: "Flags (12 bits)");
    static readonly Field FlagReserved = Bit("tcp.flags.res", "Reserved", 0xe00);
    static readonly Field FlagAccurateEcn = Bit("tcp.flags.ae", "Accurate ECN", 0x100);
    static readonly Field FlagReduced = Bit("tcp.flags.cwr", "Congestion Window Reduced", 0x80);
    static readonly Field FlagEcho = Bit("tcp.flags.ece", "ECN-Echo", 0x40);
    static readonly Field FlagAce = P.UInt8("tcp.flags.ace", "ACE");
    static readonly Field FlagUrgent = Bit("tcp.flags.urg", "Urgent", 0x20);
    static readonly Field FlagAck = Bit("tcp.flags.ack", "Acknowledgment", 0x10);
    static readonly Field FlagPush = Bit("tcp.flags.push", "Push", 8);
    static readonly Field FlagReset = Bit("tcp.flags.reset", "Reset", 4);
    static readonly Field FlagSyn = Bit("tcp.flags.syn", "Syn", 2);
    static readonly Field FlagFin = Bit("tcp.flags.fin", "Fin", 1);
    static readonly Field FlagString = P.String("tcp.flags.str", "TCP Flags");

    static readonly Field[] FlagFields = [FlagReserved, FlagAccurateEcn, FlagReduced, FlagEcho, FlagUrgent, FlagAck, FlagPush, FlagReset, FlagSyn, FlagFin];

    static readonly Field WindowValue = P.UInt16("tcp.window_size_value", "Window", blurb: "The window size value from the TCP header");
    static readonly Field WindowSize = P.UInt32("tcp.window_size", "Calculated window size", blurb: "The scaled window size (if scaling has been used)");
    static readonly Field WindowFactor = P.Int32("tcp.window_size_scalefactor", "Window size scaling factor", blurb: "The window size scaling factor (-1 when unknown, -2 when no scaling is used)");
    static readonly Field Checksum = P.UInt16("tcp.checksum", "Checksum", FieldBase.Hex, blurb: "Details at: https://www.wireshark.org/docs/wsug_html_chunked/ChAdvChecksums.html");
    static readonly Field ChecksumStatus = P.UInt8("tcp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field ChecksumCalculated = P.UInt16("tcp.checksum_calculated", "Calculated Checksum", FieldBase.Hex, blurb: "The expected TCP checksum field as calculated from the TCP segment");
    static readonly Field UrgentPointer = P.UInt16("tcp.urgent_pointer", "Urgent Pointer");
    static readonly Field OptionBytes = P.Bytes("tcp.options", "TCP Options");
    static readonly Field ResetCause = P.String("tcp.reset_cause", "Reset cause");
    static readonly Field Payload = P.Bytes("tcp.payload", "TCP payload", blurb: "The TCP payload of this packet");
    static readonly Field SegmentData = P.Bytes("tcp.segment_data", "TCP segment data", blurb: "A data segment used in reassembly of a lower-level protocol");
    static readonly Field TimeRelative = P.RelativeTime("tcp.time_relative", "Time since first frame in this TCP stream", "Time relative to first frame in this TCP stream");
    static readonly Field TimeDelta = P.RelativeTime("tcp.time_delta", "Time since previous frame in this TCP stream", "Time delta from previous frame in this TCP stream");
    static readonly Field PduSize = P.UInt32("tcp.pdu.size", "PDU Size", blurb: "The size of this PDU");

    static readonly Field SegmentsList = P.Label("tcp.segments", "Reassembled TCP Segments", "TCP Segments");
    static readonly Field SegmentFrame = P.FrameNumber("tcp.segment", "TCP Segment");
    static readonly Field SegmentCount = P.UInt32("tcp.segment.count", "Segment count");
    static readonly Field ReassembledIn = P.FrameNumber("tcp.reassembled_in", "Reassembled PDU in frame", "The PDU that doesn't end in this segment is reassembled in this frame");
    static readonly Field ReassembledLength = P.UInt32("tcp.reassembled.length", "Reassembled TCP length", blurb: "The total length of the reassembled payload");
    static readonly Field ReassembledData = P.Bytes("tcp.reassembled.data", "Reassembled TCP Data", blurb: "The reassembled payload");

    static readonly Field Analysis = P.Label("tcp.analysis", "SEQ/ACK analysis", "This frame has some of the TCP analysis shown");
    static readonly Field AcksFrame = P.FrameNumber("tcp.analysis.acks_frame", "This is an ACK to the segment in frame", "Which previous segment is this an ACK for");
    static readonly Field AckRoundTrip = P.RelativeTime("tcp.analysis.ack_rtt", "The RTT to ACK the segment was", "How long time it took to ACK the segment (RTT)");
    static readonly Field InitialRoundTrip = P.RelativeTime("tcp.analysis.initial_rtt", "iRTT", "How long it took for the SYN to ACK handshake (iRTT)");
    static readonly Field InFlight = P.UInt32("tcp.analysis.bytes_in_flight", "Bytes in flight", blurb: "How many bytes are now in flight for this connection");
    static readonly Field PushBytes = P.UInt32("tcp.analysis.push_bytes_sent", "Bytes sent since last PSH flag", blurb: "How many bytes have been sent since the last PSH flag");
    static readonly Field AnalysisFlags = P.Label("tcp.analysis.flags", "TCP Analysis Flags", "This frame has some of the TCP analysis flags set");
    static readonly Field Timeout = P.RelativeTime("tcp.analysis.rto", "The RTO for this segment was", "How long transmission was delayed before this segment was retransmitted (RTO)");
    static readonly Field TimeoutFrame = P.FrameNumber("tcp.analysis.rto_frame", "RTO based on delta from frame", "This is the frame we measure the RTO from");
    static readonly Field DuplicateNumber = P.UInt32("tcp.analysis.duplicate_ack_num", "Duplicate ACK #", blurb: "This is duplicate ACK number #");
    static readonly Field DuplicateFrame = P.FrameNumber("tcp.analysis.duplicate_ack_frame", "Duplicate to the ACK in frame", "This is a duplicate to the ACK in frame #");

    static readonly Expert MarkReused = Remark("reused_ports", Severity.Note, "A new tcp session is started with the same ports as an earlier session in this trace");
    static readonly Expert MarkRetransmission = Remark("retransmission", Severity.Note, "This frame is a (suspected) retransmission");
    static readonly Expert MarkFast = Remark("fast_retransmission", Severity.Note, "This frame is a (suspected) fast retransmission");
    static readonly Expert MarkSpurious = Remark("spurious_retransmission", Severity.Note, "This frame is a (suspected) spurious retransmission");
    static readonly Expert MarkOutOfOrder = Remark("out_of_order", Severity.Warning, "This frame is a (suspected) out-of-order segment");
    static readonly Expert MarkLost = Remark("lost_segment", Severity.Warning, "Previous segment(s) not captured (common at capture start)");
    static readonly Expert MarkAckedLost = Remark("ack_lost_segment", Severity.Warning, "ACKed segment that wasn't captured (common at capture start)");
    static readonly Expert MarkWindowUpdate = Remark("window_update", Severity.Chat, "TCP window update");
    static readonly Expert MarkWindowFull = Remark("window_full", Severity.Warning, "TCP window specified by the receiver is now completely full");
    static readonly Expert MarkKeepAlive = Remark("keep_alive", Severity.Note, "TCP keep-alive segment");
    static readonly Expert MarkKeepAliveAck = Remark("keep_alive_ack", Severity.Note, "ACK to a TCP keep-alive segment");
    static readonly Expert MarkDuplicate = Remark("duplicate_ack", Severity.Note, "Duplicate ACK");
    static readonly Expert MarkZeroProbe = Remark("zero_window_probe", Severity.Note, "TCP Zero Window Probe");
    static readonly Expert MarkZeroWindow = Remark("zero_window", Severity.Warning, "TCP Zero Window segment");
    static readonly Expert MarkZeroProbeAck = Remark("zero_window_probe_ack", Severity.Note, "ACK to a TCP Zero Window Probe");
    static readonly Expert FastOpenSyn = Remark("tfo_syn", Severity.Note, "TCP SYN with TFO Cookie");
    static readonly Expert FastOpenAccepted = Remark("tfo_ack", Severity.Note, "TCP SYN-ACK accepting TFO data");
    static readonly Expert FastOpenIgnored = Remark("tfo_ignored", Severity.Note, "TCP SYN-ACK ignoring TFO data");
    static readonly Expert FinActive = P.Expert("tcp.connection.fin_active", Severity.Note, ExpertGroup.Sequence, "This frame initiates the connection closing");
    static readonly Expert FinPassive = P.Expert("tcp.connection.fin_passive", Severity.Note, ExpertGroup.Sequence, "This frame undergoes the connection closing");

    static readonly Expert ShortSegment = P.Expert("tcp.short_segment", Severity.Warning, ExpertGroup.Malformed,
        "Short segment. Segment/fragment does not contain a full TCP header (might be NMAP or someone else deliberately sending unusual packets)");
    static readonly Expert BogusHeader = P.Expert("tcp.bogus_header_length", Severity.Error, ExpertGroup.Protocol, "Bogus TCP Header length");
    static readonly Expert AckNonzero = P.Expert("tcp.ack.nonzero", Severity.Note, ExpertGroup.Protocol,
        "The acknowledgment number field is nonzero while the ACK flag is not set");
    static readonly Expert UrgentNonzero = P.Expert("tcp.urgent_pointer.non_zero", Severity.Note, ExpertGroup.Protocol,
        "The urgent pointer field is nonzero while the URG flag is not set");
    static readonly Expert ConnectionSyn = P.Expert("tcp.connection.syn", Severity.Chat, ExpertGroup.Sequence, "Connection establish request (SYN)");
    static readonly Expert ConnectionSynAck = P.Expert("tcp.connection.synack", Severity.Chat, ExpertGroup.Sequence, "Connection establish acknowledge (SYN+ACK)");
    static readonly Expert ConnectionFin = P.Expert("tcp.connection.fin", Severity.Chat, ExpertGroup.Sequence, "Connection finish (FIN)");
    static readonly Expert ConnectionReset = P.Expert("tcp.connection.rst", Severity.Warning, ExpertGroup.Sequence, "Connection reset (RST)");
    static readonly Expert BadChecksum = P.Expert("tcp.checksum_bad.expert", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    static readonly Expert ChecksumOnes = P.Expert("tcp.checksum.ffff", Severity.Warning, ExpertGroup.Checksum, "TCP Checksum 0xffff instead of 0x0000 (see RFC 1624)");

    static readonly Preference CheckChecksum = P.Preference("check_checksum", "Validate the TCP checksum if possible", false);
    static readonly Preference Desegment = P.Preference("desegment_tcp_streams", "Allow subdissector to reassemble TCP streams", true);
    static readonly Preference AnalyzeSequence = P.Preference("analyze_sequence_numbers", "Analyze TCP sequence numbers", true);
    static readonly Preference RelativeSequence = P.Preference("relative_sequence_numbers", "Relative sequence numbers (Requires \"Analyze TCP sequence numbers\")", true);
    static readonly Preference TrackInFlight = P.Preference("track_bytes_in_flight", "Track number of bytes in flight", true);
    static readonly Preference CalculateTimes = P.Preference("calculate_timestamps", "Calculate conversation timestamps", true);
    static readonly Preference HeuristicsFirst = P.Preference("try_heuristic_first", "Try heuristic sub-dissectors first", false);
    static readonly Preference IgnoreTimestamps = P.Preference("ignore_tcp_timestamps", "Ignore TCP Timestamps in summary", false);
    static readonly Preference FastBeforeOutOfOrder = P.Preference("fastrt_supersedes_ooo", "Fast Retransmission supersedes Out-of-Order interpretation", true);
    static readonly Preference NoSubdissectorOnError = P.Preference("no_subdissector_on_error", "Do not call subdissectors for error packets", true);

    /// <summary>Protocols above TCP, by port.</summary>
    public static readonly TableKey Ports = new("tcp.port", "TCP port");

    /// <summary>Protocols above TCP that look at the bytes.</summary>
    public static readonly HeuristicKey Heuristics = new("tcp");

    /// <summary>The flags, and what is remarked on them.</summary>
    static readonly FieldGroup FlagGroup = new(() => [FlagsField, .. FlagFields, FlagAce, FlagString, .. FlagExperts.Select(e => e.Field)]);

    /// <summary>Numbers, lengths and windows.</summary>
    static readonly FieldGroup HeaderGroup = new(() =>
    [
        StreamIndex, Completeness, SegmentLength, Sequence, SequenceRaw, NextSequence, Acknowledgment, AcknowledgmentRaw, HeaderLength,
        WindowValue, WindowSize, WindowFactor, ShortSegment!.Field, AckNonzero!.Field, BogusHeader!.Field,
    ]);

    static readonly FieldGroup ChecksumGroup = new(() =>
        [Checksum, ChecksumStatus, ChecksumCalculated, BadChecksum!.Field, ChecksumOnes!.Field, UrgentPointer, UrgentNonzero!.Field]);

    /// <summary>Options, some of whose fields are TCP's own, which makes it all that is in no other group.</summary>
    static readonly FieldGroup OptionGroup = new(() => P.Fields.Concat(TcpOptionFields.Protocols.SelectMany(o => o.Fields.Prepend(o.Self)))
        .Except([SourcePort, DestinationPort, AnyPort, Payload, .. FieldsOfDelivery!])
        .Except(((FieldGroup[])[FlagGroup, HeaderGroup!, ChecksumGroup!, TimeGroup!, AnalysisGroup!]).SelectMany(g => g.Fields)));

    static readonly FieldGroup TimeGroup = new(() => [TimeRelative, TimeDelta]);
    static readonly FieldGroup AnalysisGroup = new(() => P.Fields.Where(f => f.Name.StartsWith("tcp.analysis", StringComparison.Ordinal)));

    static IEnumerable<Expert> FlagExperts => [ConnectionSyn, ConnectionSynAck, ConnectionFin, ConnectionReset, FinActive, FinPassive];

    /// <summary>What the header alone tells.</summary>
    static readonly Field[] FieldsOfHeader =
    [
        P.Self, SourcePort, DestinationPort, AnyPort, SegmentLength, SequenceRaw, AcknowledgmentRaw, HeaderLength, FlagsField, .. FlagFields, FlagString,
        WindowValue, Checksum, ChecksumStatus, ChecksumCalculated, UrgentPointer, OptionBytes, Payload,
    ];

    /// <summary>What is known only when the application has been given its bytes.</summary>
    static readonly Field[] FieldsOfDelivery = [SegmentData, PduSize, SegmentsList, SegmentFrame, SegmentCount, ReassembledIn, ReassembledLength, ReassembledData];

    /// <summary>Whether something is wanted that takes a memory of the connection.</summary>
    internal static bool WantsState(Demand demand) => P.Fields.Any(f => demand.Wants(f) && !FieldsOfHeader.Contains(f));

    /// <summary>Whether something is wanted that the application's work brings about.</summary>
    internal static bool WantsDelivery(Demand demand) => FieldsOfDelivery.Any(demand.Wants);

    static Field Bit(string name, string label, ulong mask) => P.Flag(name, label, 12, mask, ValueNames.SetNotSet);

    static Expert Remark(string name, Severity severity, string text) => P.Expert($"tcp.analysis.{name}", severity, ExpertGroup.Sequence, text);
}
