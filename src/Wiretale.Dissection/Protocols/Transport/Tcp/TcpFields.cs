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

    static Field Bit(string name, string label, ulong mask) => P.Flag(name, label, 12, mask, ValueNames.SetNotSet);
}
