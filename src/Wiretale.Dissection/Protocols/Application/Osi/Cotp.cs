using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Osi;

// Specification: ITU-T X.224 section 13 (ISO 8073). A length of the header without itself, a type, then what the type asks for.
//
//   CR, CC   type | destination (2) | source (2) | class | parameters          DT   type | EOT, number | data
//   DR       type | destination (2) | source (2) | reason | parameters         ER   type | destination (2) | cause | parameters
//   DC       type | destination (2) | source (2) | parameters

/// <summary>OSI's connection-oriented transport protocol, class 0 as it runs over TCP.</summary>
public sealed class Cotp() : Dissector("cotp")
{
    const int Expedited = 0x1, ExpeditedAck = 0x2, Reject = 0x5, DataAck = 0x6, Error = 0x7, DisconnectRequest = 0x8, DisconnectConfirm = 0xc,
        ConnectConfirm = 0xd, ConnectRequest = 0xe, DataTransfer = 0xf;

    const int PriorityCode = 0x87, TpduSizeCode = 0xc0, SourceCode = 0xc1, DestinationCode = 0xc2;

    static readonly Protocol P = new("ISO 8073/X.224 COTP Connection-Oriented Transport Protocol", "COTP", "cotp");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (Expedited, "ED Expedited Data"), (ExpeditedAck, "EA Expedited Data Acknowledgement"), (Reject, "RJ Reject"), (DataAck, "AK Data Acknowledgement"),
        (Error, "ER TPDU Error"), (DisconnectRequest, "DR Disconnect Request"), (DisconnectConfirm, "DC Disconnect Confirm"),
        (ConnectConfirm, "CC Connect Confirm"), (ConnectRequest, "CR Connect Request"), (DataTransfer, "DT Data")]);

    static readonly ValueNames Parameters = ValueNames.Of(() => [
        (0x09, "ATN extended checksum - 16 bit"), (0x08, "ATN extended checksum - 32 bit"), (0x85, "ack time"), (0x86, "res error"), (PriorityCode, "priority"),
        (0x88, "transit delay"), (0x89, "throughput"), (0x8a, "seq number"), (0x8b, "reassignment"), (0x8c, "flow control"), (TpduSizeCode, "tpdu-size"),
        (SourceCode, "src-tsap"), (DestinationCode, "dst-tsap"), (0xc3, "checksum"), (0xc4, "version"), (0xc5, "protection"), (0xc6, "options"),
        (0xc7, "proto class"), (0xe0, "additional connection clearing info"), (0xf0, "preferred max TPDU size"), (0xf2, "inactivity timer")]);

    static readonly ValueNames Causes = ValueNames.Of(() => [
        (0, "Reason not specified"), (1, "Congestion at TSAP"), (2, "Session entity not attached to TSAP"), (3, "Address unknown"), (128, "Normal Disconnect"),
        (129, "Remote transport entity congestion"), (130, "Connection negotiation failed"), (131, "Duplicate source reference"), (132, "Mismatched references"),
        (133, "Protocol error"), (135, "Reference overflow"), (136, "Connection request refused"), (138, "Header or parameter length invalid")]);

    static readonly ValueNames RejectCauses = ValueNames.Of(() => [
        (0, "Reason not specified"), (1, "Invalid parameter code"), (2, "Invalid TPDU type"), (3, "Invalid parameter value")]);

    static readonly Field Length = P.UInt8("cotp.li", "Length", blurb: "Length Indicator, length of this header");
    static readonly Field Type = P.UInt8("cotp.type", "PDU Type", FieldBase.Hex, Types, blurb: "PDU Type - upper nibble of byte");
    static readonly Field Source = P.UInt16("cotp.srcref", "Source reference", FieldBase.Hex, blurb: "Source address reference");
    static readonly Field Destination = P.UInt16("cotp.destref", "Destination reference", FieldBase.Hex, blurb: "Destination address reference");
    static readonly Field Number = P.UInt8("cotp.tpdu-number", "TPDU number", FieldBase.Hex, mask: 0x7f);
    static readonly Field IsLast = P.Flag("cotp.eot", "Last data unit", 8, 0x80, ValueNames.YesNo, "Is current TPDU the last data unit of a complete DT TPDU sequence (End of TSDU)?");
    static readonly Layout Options = new(
        P.UInt8("cotp.class", "Class", mask: 0xf0, blurb: "Transport protocol class"),
        P.Flag("cotp.opts.extended_formats", "Extended formats", 8, 0x02, blurb: "Use of extended formats in classes 2, 3, and 4"),
        P.Flag("cotp.opts.no_explicit_flow_control", "No explicit flow control", 8, 0x01, blurb: "No explicit flow control in class 2"));

    static readonly Field ParameterCode = P.UInt8("cotp.parameter_code", "Parameter code", FieldBase.Hex, Parameters);
    static readonly Field ParameterLength = P.UInt8("cotp.parameter_length", "Parameter length");
    static readonly Field ParameterValue = P.Bytes("cotp.parameter_value", "Parameter value");
    static readonly Field Priority = P.UInt16("cotp.vp_priority", "Priority");
    static readonly Field TpduSize = P.UInt8("cotp.tpdu_size", "TPDU size");
    static readonly Field SourceTsap = P.String("cotp.src-tsap", "Source TSAP", "Calling TSAP");
    static readonly Field SourceTsapBytes = P.Bytes("cotp.src-tsap-bytes", "Source TSAP", blurb: "Calling TSAP (bytes representation)");
    static readonly Field DestinationTsap = P.String("cotp.dst-tsap", "Destination TSAP", "Called TSAP");
    static readonly Field DestinationTsapBytes = P.Bytes("cotp.dst-tsap-bytes", "Destination TSAP", blurb: "Called TSAP (bytes representation)");
    static readonly Field Cause = P.UInt8("cotp.cause", "Cause", FieldBase.Dec, Causes);
    static readonly Field RejectCause = P.UInt8("cotp.reject_cause", "Reject cause", FieldBase.Dec, RejectCauses);
    static readonly Field SegmentData = P.Bytes("cotp.segment_data", "COTP segment data");
    static readonly Field Segments = P.Label("cotp.segments", "COTP Segments");
    static readonly Field Segment = P.FrameNumber("cotp.segment", "COTP Segment");
    static readonly Field SegmentCount = P.UInt32("cotp.segment.count", "Segment count");
    static readonly Field ReassembledLength = P.UInt32("cotp.reassembled.length", "Reassembled COTP length", blurb: "The total length of the reassembled payload");
    static readonly Field ReassembledIn = P.FrameNumber("cotp.reassembled_in", "Reassembled COTP in frame", "This COTP packet is reassembled in this frame");

    static readonly Expert DisconnectAsked = P.Expert("cotp.disconnect_request", Severity.Chat, ExpertGroup.Sequence, "Disconnect Request(DR)");
    static readonly Expert Disconnected = P.Expert("cotp.disconnect_confirm", Severity.Chat, ExpertGroup.Sequence, "Disconnect Confirm(DC)");

    /// <summary>Protocols in data that look at the bytes.</summary>
    public static readonly HeuristicKey Heuristics = new("cotp");

    /// <summary>Protocols that use what is left of a connection request or confirm for themselves.</summary>
    public static readonly HeuristicKey ConnectHeuristics = new("cotp_cr");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int at = 0, index = 0;
        while (at < v.Reported)
        {
            int taken = One(p, v.From(at), parent, index++);
            if (taken <= 0)
            {
                break;
            }

            at += taken;
        }

        return at;
    }

    int One(Packet p, in View v, Node parent, int index)
    {
        int header = v.U8(0) + 1, type = v.U8(1) >> 4;
        if (header < 3 || header > v.Reported || Types.Find((ulong)type) is not { } name)
        {
            return 0;
        }

        p.SetProtocol("COTP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, header);
        p.Add(tree, Length, v, 0);
        var typeNode = p.AddUInt(tree, Type, v, 1, 1, (uint)type);
        if (type is ConnectRequest or ConnectConfirm)
        {
            Connect(p, v.Part(0, header), tree, parent, name);
        }
        else if (type is DisconnectRequest or DisconnectConfirm or Error)
        {
            Disconnect(p, v.Part(0, header), tree, typeNode, type);
        }
        else if (type == DataTransfer)
        {
            return Data(p, v, tree, parent, header, index);
        }
        else
        {
            p.Info.Set($"{name[..2]} TPDU dst-ref: 0x{v.U16(2):x4}");
            p.Add(tree, Destination, v, 2);
        }

        return header;
    }

    static void Connect(Packet p, in View v, Node tree, Node parent, string name)
    {
        p.Info.Set($"{name[..2]} TPDU src-ref: 0x{v.U16(4):x4} dst-ref: 0x{v.U16(2):x4}");
        p.AddAll(tree, v, 2, Destination, Source);
        int at = p.AddRows(tree, v, 6, Options);
        if (at < v.Reported && !p.TryHeuristics(ConnectHeuristics, v.From(at), parent))
        {
            AddParameters(p, v, tree, at);
        }
    }

    static void Disconnect(Packet p, in View v, Node tree, Node typeNode, int type)
    {
        if (type == DisconnectConfirm)
        {
            p.Expert(typeNode, Disconnected, v, 0, 0, $"Disconnect Confirm(DC): 0x{v.U16(4):x} -> 0x{v.U16(2):x}");
        }

        p.Add(tree, Destination, v, 2);
        if (type == Error)
        {
            p.Info.Set($"ER TPDU dst-ref: 0x{v.U16(2):x4}");
            p.Add(tree, RejectCause, v, 4);
            AddParameters(p, v, tree, 5);
            return;
        }

        p.Add(tree, Source, v, 4);
        if (type == DisconnectConfirm)
        {
            p.Info.Set($"DC TPDU src-ref: 0x{v.U16(4):x4} dst-ref: 0x{v.U16(2):x4}");
            AddParameters(p, v, tree, 6);
            return;
        }

        p.Info.Set($"DR TPDU src-ref: 0x{v.U16(4):x4} dst-ref: 0x{v.U16(2):x4}");
        p.Add(tree, Cause, v, 6);
        p.Expert(tree, DisconnectAsked, v, 0, 0, $"Disconnect Request(DR): 0x{v.U16(4):x} -> 0x{v.U16(2):x}");
        AddParameters(p, v, tree, 7);
    }

    static void AddParameters(Packet p, in View v, Node tree, int at)
    {
        while (at + 2 <= v.Reported)
        {
            int code = v.U8(at), length = v.U8(at + 1);
            p.AddAll(tree, v, at, ParameterCode, ParameterLength);
            at += 2;
            v.Ensure(at, length);
            switch (code)
            {
                case TpduSizeCode when length == 1:
                    // Section 13.3.4: the power of two.
                    p.Label(p.AddUInt(tree, TpduSize, v, at, 1, 1UL << (v.U8(at) & 0x1f)), $"TPDU size: {1U << (v.U8(at) & 0x1f)}");
                    break;
                case SourceCode or DestinationCode when length > 0:
                    bool isText = !v.Span(at, length).ContainsAnyExceptInRange((byte)' ', (byte)'~');
                    p.Add(tree, code == SourceCode ? isText ? SourceTsap : SourceTsapBytes : isText ? DestinationTsap : DestinationTsapBytes, v, at, length);
                    break;
                case PriorityCode when length == 2:
                    p.Add(tree, Priority, v, at);
                    break;
                default:
                    if (length > 0)
                    {
                        p.Add(tree, ParameterValue, v, at, length);
                    }

                    break;
            }

            at += length;
        }
    }

    int Data(Packet p, in View v, Node tree, Node parent, int header, int index)
    {
        int number = v.U8(2) & 0x7f, length = v.ReportedFrom(header);
        bool isLast = (v.U8(2) & 0x80) != 0;
        if (isLast)
        {
            p.Info.Set($"DT TPDU ({number}) EOT");
        }
        else
        {
            p.Info.Set($"DT TPDU ({number}) [COTP fragment, {length} byte{(length == 1 ? "" : "s")}]");
        }

        // Class 0 has no references in data: counted within the packet.
        p.Generated(p.AddUInt(tree, Destination, v, 2, 0, (uint)index));
        p.Add(tree, Number, v, 2);
        p.Add(tree, IsLast, v, 2);
        var message = p.Conversation is { } conversation && !p.IsQuoted
            ? conversation.GetOrAdd<Messages>(this).Of(conversation.IsFromA(p.NetworkSource, p.SourcePort))
            : null;
        bool goesOn = message is { Count: > 0 };
        if (message is not null && (goesOn || !isLast))
        {
            message.Add(p.Number, v.Part(header, length).Bytes);
        }

        if (goesOn && isLast && length > 0)
        {
            p.Label(p.Add(tree, SegmentData, v, header, v.CapturedFrom(header)), $"COTP segment data ({length} byte{(length == 1 ? "" : "s")})");
        }

        if (!isLast)
        {
            p.AddLater(tree, ReassembledIn, v);
        }
        else if (goesOn)
        {
            Whole(p, message!, parent);
        }
        else if (length > 0)
        {
            HandOn(p, v.From(header), parent);
        }

        return v.Reported;
    }

    static void Whole(Packet p, Message message, Node parent)
    {
        var whole = p.AddBuffer(message.Bytes, "Reassembled COTP");
        ShowSegments(p, whole, message, parent);
        message.Clear();
        if (whole.Reported > 0)
        {
            HandOn(p, whole, parent);
        }
    }

    static void ShowSegments(Packet p, in View whole, Message message, Node parent)
    {
        var branch = p.Generated(p.Add(parent, Segments, whole, 0, whole.Captured));
        p.Label(branch, $"{message.Count} COTP Segment{(message.Count == 1 ? "" : "s")} ({whole.Reported} byte{(whole.Reported == 1 ? "" : "s")}): ");
        int at = 0;
        foreach (var (frame, length) in message.Parts)
        {
            p.AppendLabel(branch, $"{(at == 0 && frame == message.Parts[0].Frame ? "" : ", ")}#{frame}({length})");
            var part = p.Generated(p.AddUInt(branch, Segment, whole, at, length, (uint)frame));
            if (length == 0)
            {
                p.Label(part, $"Frame: {frame} (no data)");
            }
            else
            {
                p.Label(part, $"Frame: {frame}, payload: {at}-{at + length - 1} ({length} byte{(length == 1 ? "" : "s")})");
            }

            at += length;
        }

        p.Generated(p.AddUInt(branch, SegmentCount, whole, 0, 0, (uint)message.Count));
        p.Generated(p.AddUInt(branch, ReassembledLength, whole, 0, 0, (uint)whole.Reported));
    }

    static void HandOn(Packet p, in View v, Node parent)
    {
        if (!p.TryHeuristics(Heuristics, v, parent))
        {
            p.CallData(v, parent);
        }
    }

    /// <summary>The unfinished messages of both directions.</summary>
    sealed class Messages
    {
        readonly Message fromA = new(), fromB = new();

        public Message Of(bool isFromA) => isFromA ? fromA : fromB;
    }

    /// <summary>A message that lies in several TPDUs.</summary>
    sealed class Message
    {
        const int MaxParts = 4096, MaxLength = 1 << 20;

        readonly List<(int Frame, int Length)> parts = [];
        byte[] bytes = [];
        int length;

        public int Count => parts.Count;

        public IReadOnlyList<(int Frame, int Length)> Parts => parts;

        public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

        public void Add(int frame, ReadOnlySpan<byte> part)
        {
            if (parts.Count >= MaxParts || length + part.Length > MaxLength)
            {
                Clear();
            }

            if (length + part.Length > bytes.Length)
            {
                Array.Resize(ref bytes, Math.Max(length + part.Length, bytes.Length * 2));
            }

            part.CopyTo(bytes.AsSpan(length));
            length += part.Length;
            parts.Add((frame, part.Length));
        }

        public void Clear()
        {
            parts.Clear();
            length = 0;
        }
    }
}
