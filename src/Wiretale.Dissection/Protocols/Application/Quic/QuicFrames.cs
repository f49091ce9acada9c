using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9000 section 19; RFC 9221 (DATAGRAM); draft-ietf-quic-ack-frequency-00, draft-huitema-quic-ts-02.

/// <summary>Fields of frames.</summary>
sealed class QuicFrameFields(Protocol p)
{
    public readonly Field Frame = p.Label("quic.frame", "Frame");
    public readonly Field Type = p.UInt64("quic.frame_type", "Frame Type", FieldBase.Hex, QuicFrames.Names);
    public readonly Field PaddingLength = p.UInt32("quic.padding_length", "Padding Length");
    public readonly Field Largest = p.UInt64("quic.ack.largest_acknowledged", "Largest Acknowledged",
        blurb: "Largest packet number the peer is acknowledging in this packet");
    public readonly Field Delay = p.UInt64("quic.ack.ack_delay", "ACK Delay",
        blurb: "Time from when the largest acknowledged packet, as indicated in the Largest Acknowledged field, was received by this peer to when this ACK was sent");
    public readonly Field RangeCount = p.UInt64("quic.ack.ack_range_count", "ACK Range Count", blurb: "Number of Gap and ACK Range fields in the frame");
    public readonly Field FirstRange = p.UInt64("quic.ack.first_ack_range", "First ACK Range",
        blurb: "Number of contiguous packets preceding the Largest Acknowledged that are being acknowledged");
    public readonly Field Gap = p.UInt64("quic.ack.gap", "Gap",
        blurb: "Number of contiguous unacknowledged packets preceding the packet number one lower than the smallest in the preceding ACK Range");
    public readonly Field Range = p.UInt64("quic.ack.ack_range", "ACK Range",
        blurb: "Number of contiguous acknowledged packets preceding the largest packet number, as determined by the preceding Gap");
    public readonly Field Ect0 = p.UInt64("quic.ack.ect0_count", "ECT(0) Count", blurb: "Total number of packets received with the ECT(0) codepoint");
    public readonly Field Ect1 = p.UInt64("quic.ack.ect1_count", "ECT(1) Count", blurb: "Total number of packets received with the ECT(1) codepoint");
    public readonly Field EcnCe = p.UInt64("quic.ack.ecn_ce_count", "ECN-CE Count", blurb: "Total number of packets received with the CE codepoint");
    public readonly Field CryptoOffset = p.UInt64("quic.crypto.offset", "Offset", blurb: "Byte offset into the stream");
    public readonly Field CryptoLength = p.UInt64("quic.crypto.length", "Length", blurb: "Length of the Crypto Data field");
    public readonly Field CryptoData = p.Label("quic.crypto.crypto_data", "Crypto Data", "The cryptographic message data");
    public readonly Field Error = p.UInt64("quic.cc.error_code", "Error code", names: QuicFrames.Errors, blurb: "Indicates the reason for closing this connection");
    public readonly Field ApplicationError = p.UInt64("quic.cc.error_code.app", "Application Error code", blurb: "Indicates the reason for closing this application");
    public readonly Field Alert = p.UInt8("quic.cc.error_code.tls_alert", "TLS Alert Description", names: ValueNames.Of(() => Wiretale.Wire.TlsNames.AlertDescriptions));
    public readonly Field ErrorFrame = p.UInt64("quic.cc.frame_type", "Frame Type", blurb: "The type of frame that triggered the error");
    public readonly Field ReasonLength = p.UInt64("quic.cc.reason_phrase.length", "Reason phrase Length", blurb: "Specifying the length of the reason phrase");
    public readonly Field Reason = p.String("quic.cc.reason_phrase", "Reason phrase", "A human-readable explanation for why the connection was closed");
    public readonly Field ResetStream = p.UInt64("quic.rsts.stream_id", "Stream ID", blurb: "Stream ID of the stream being terminated");
    public readonly Field ResetError = p.UInt64("quic.rsts.application_error_code", "Application Error code", blurb: "Indicates why the stream is being closed");
    public readonly Field ResetSize = p.UInt64("quic.rsts.final_size", "Final Size", blurb: "The final size of the stream by the RESET_STREAM sender (in unit of bytes)");
    public readonly Field StopStream = p.UInt64("quic.ss.stream_id", "Stream ID", blurb: "Stream ID of the stream being ignored");
    public readonly Field StopError = p.UInt64("quic.ss.application_error_code", "Application Error code", blurb: "Indicates why the sender is ignoring the stream");
    public readonly Field TokenLength = p.UInt64("quic.nt.length", "(Token) Length", blurb: "Specifying the length of the token");
    public readonly Field Token = p.Bytes("quic.nt.token", "Token", blurb: "An opaque blob that the client may use with a future Initial packet");
    public readonly Field StreamFin = p.Flag("quic.stream.fin", "Fin", 8, 0x01);
    public readonly Field StreamHasLength = p.Flag("quic.stream.len", "Len(gth)", 8, 0x02);
    public readonly Field StreamHasOffset = p.Flag("quic.stream.off", "Off(set)", 8, 0x04);
    public readonly Field StreamId = p.UInt64("quic.stream.stream_id", "Stream ID");
    public readonly Field StreamInitiator = p.UInt64("quic.stream.initiator", "Stream initiator", mask: 1, names: ValueNames.Of(() => [(0, "Client-initiated"), (1, "Server-initiated")]));
    public readonly Field StreamDirection = p.UInt64("quic.stream.direction", "Stream direction", mask: 2, names: ValueNames.Of(() => [(0, "Bidirectional"), (1, "Unidirectional")]));
    public readonly Field StreamOffset = p.UInt64("quic.stream.offset", "Offset");
    public readonly Field StreamLength = p.UInt64("quic.stream.length", "Length");
    public readonly Field StreamData = p.Bytes("quic.stream_data", "Stream Data");
    public readonly Field MaxData = p.UInt64("quic.md.maximum_data", "Maximum Data", blurb: "Indicating the maximum amount of data that can be sent on the entire connection, in units of 1024 octets");
    public readonly Field MaxStreamDataId = p.UInt64("quic.msd.stream_id", "Stream ID", blurb: "The stream ID of the stream that is affected");
    public readonly Field MaxStreamData = p.UInt64("quic.msd.maximum_stream_data", "Maximum Stream Data", blurb: "Indicating the maximum amount of data that can be sent on the identified stream, in units of octets");
    public readonly Field MaxStreams = p.UInt64("quic.ms.max_streams", "Max Streams", blurb: "A count of the cumulative number of streams of the corresponding type that can be opened over the lifetime of the connection");
    public readonly Field DataLimit = p.UInt64("quic.sb.stream_data_limit", "Stream Data Limit", blurb: "Indicating the connection-level limit at which the blocking occurred");
    public readonly Field BlockedStream = p.UInt64("quic.sdb.stream_id", "Stream ID", blurb: "Indicating the stream which is flow control blocked");
    public readonly Field BlockedLimit = p.UInt64("quic.sdb.stream_data_limit", "Stream Data Limit", blurb: "Indicating the offset of the stream at which the blocking occurred");
    public readonly Field StreamLimit = p.UInt64("quic.sib.stream_limit", "Stream Limit", blurb: "Indicating the stream limit at the time the frame was sent");
    public readonly Field NewIdRetire = p.UInt64("quic.nci.retire_prior_to", "Retire Prior To", blurb: "A variable-length integer indicating which connection IDs should be retired");
    public readonly Field NewIdSequence = p.UInt64("quic.nci.sequence", "Sequence", blurb: "Increases by 1 for each connection ID that is provided by the server");
    public readonly Field NewIdLength = p.UInt8("quic.nci.connection_id.length", "Connection ID Length");
    public readonly Field NewId = p.Bytes("quic.nci.connection_id", "Connection ID");
    public readonly Field NewIdToken = p.Bytes("quic.nci.stateless_reset_token", "Stateless Reset Token");
    public readonly Field RetireSequence = p.UInt64("quic.rci.sequence", "Sequence", blurb: "The sequence number of the connection ID being retired");
    public readonly Field Challenge = p.Bytes("quic.path_challenge.data", "Data", blurb: "Arbitrary data that must be matched by a PATH_RESPONSE frame");
    public readonly Field Response = p.Bytes("quic.path_response.data", "Data", blurb: "Arbitrary data that must match a PATH_CHALLENGE frame");
    public readonly Field DatagramLength = p.UInt64("quic.dg.length", "Datagram Length", blurb: "A variable-length integer specifying the length of the datagram in bytes");
    public readonly Field Datagram = p.Bytes("quic.dg", "Datagram", blurb: "The bytes of the datagram to be delivered");
    public readonly Field FrequencySequence = p.UInt64("quic.af.sequence_number", "Sequence Number", blurb: "Sequence number assigned to the ACK_FREQUENCY frame by the sender to allow receivers to ignore obsolete frames");
    public readonly Field FrequencyThreshold = p.UInt64("quic.af.ack_eliciting_threshold", "Ack-Eliciting Threshold");
    public readonly Field FrequencyDelay = p.UInt64("quic.af.request_max_ack_delay", "Request Max Ack Delay");
    public readonly Field FrequencyLast = p.UInt8("quic.af.last_byte", "Last Byte", FieldBase.Hex);
    public readonly Field TimeStamp = p.UInt64("quic.ts", "Time Stamp");

    public readonly Expert Reused = p.Expert("quic.retransmission", Severity.Note, ExpertGroup.Sequence, "This QUIC frame has a reused stream offset (retransmission?)");
    public readonly Expert Unknown = p.Expert("quic.ft.unknown", Severity.Note, ExpertGroup.Undecoded, "Unknown Frame Type");
}

/// <summary>Frames in a packet that was decrypted.</summary>
static class QuicFrames
{
    const int Padding = 0x00, Ping = 0x01, Ack = 0x02, AckEcn = 0x03, ResetStream = 0x04, StopSending = 0x05, Crypto = 0x06, NewToken = 0x07, Stream = 0x08, LastStream = 0x0f,
        MaxData = 0x10, MaxStreamData = 0x11, MaxStreamsBidi = 0x12, MaxStreamsUni = 0x13, DataBlocked = 0x14, StreamDataBlocked = 0x15, StreamsBlockedBidi = 0x16,
        StreamsBlockedUni = 0x17, NewConnectionId = 0x18, RetireConnectionId = 0x19, PathChallenge = 0x1a, PathResponse = 0x1b, Close = 0x1c, CloseApplication = 0x1d,
        HandshakeDone = 0x1e, Datagram = 0x30, DatagramLength = 0x31, ImmediateAck = 0xac, AckFrequency = 0xaf, TimeStamp = 0x2f5;

    /// <summary>Names of frame types.</summary>
    public static readonly ValueNames Names = ValueNames.Ranges(() => [
        (0x00, 0x00, "PADDING"), (0x01, 0x01, "PING"), (0x02, 0x03, "ACK"), (0x04, 0x04, "RESET_STREAM"), (0x05, 0x05, "STOP_SENDING"), (0x06, 0x06, "CRYPTO"),
        (0x07, 0x07, "NEW_TOKEN"), (0x08, 0x0f, "STREAM"), (0x10, 0x10, "MAX_DATA"), (0x11, 0x11, "MAX_STREAM_DATA"), (0x12, 0x12, "MAX_STREAMS (BIDI)"),
        (0x13, 0x13, "MAX_STREAMS (UNI)"), (0x14, 0x14, "DATA_BLOCKED"), (0x15, 0x15, "STREAM_DATA_BLOCKED"), (0x16, 0x16, "STREAMS_BLOCKED (BIDI)"),
        (0x16, 0x17, "STREAMS_BLOCKED (UNI)"), (0x18, 0x18, "NEW_CONNECTION_ID"), (0x19, 0x19, "RETIRE_CONNECTION_ID"), (0x1a, 0x1a, "PATH_CHALLENGE"),
        (0x1b, 0x1b, "PATH_RESPONSE"), (0x1c, 0x1c, "CONNECTION_CLOSE (Transport)"), (0x1d, 0x1d, "CONNECTION_CLOSE (Application)"), (0x1e, 0x1e, "HANDSHAKE_DONE"),
        (0x30, 0x31, "DATAGRAM"), (0x40, 0x40, "MP_NEW_CONNECTION_ID"), (0x41, 0x41, "MP_RETIRE_CONNECTION_ID"), (0x42, 0x43, "MP_ACK"), (0x44, 0x44, "ADD_ADDRESS"),
        (0x45, 0x45, "REMOVE_ADDRESS"), (0x46, 0x46, "UNIFLOWS"), (0xac, 0xac, "IMMEDIATE_ACK"), (0xaf, 0xaf, "ACK_FREQUENCY"), (0x2f5, 0x2f5, "TIME_STAMP")]);

    /// <summary>Names of transport errors (RFC 9000 section 20.1).</summary>
    public static readonly ValueNames Errors = ValueNames.Ranges(() => [
        (0, 0, "NO_ERROR"), (1, 1, "INTERNAL_ERROR"), (2, 2, "CONNECTION_REFUSED"), (3, 3, "FLOW_CONTROL_ERROR"), (4, 4, "STREAM_ID_ERROR"), (5, 5, "STREAM_STATE_ERROR"),
        (6, 6, "FINAL_SIZE_ERROR"), (7, 7, "FRAME_ENCODING_ERROR"), (8, 8, "TRANSPORT_PARAMETER_ERROR"), (9, 9, "CONNECTION_ID_LIMIT_ERROR"), (10, 10, "PROTOCOL_VIOLATION"),
        (11, 11, "INVALID_TOKEN"), (12, 12, "APPLICATION_ERROR"), (13, 13, "CRYPTO_BUFFER_EXCEEDED"), (14, 14, "KEY_UPDATE_ERROR"), (15, 15, "AEAD_LIMIT_REACHED"),
        (16, 16, "NO_VIABLE_PATH"), (17, 17, "VERSION_NEGOTIATION_ERROR"), (0x100, 0x1ff, "CRYPTO_ERROR")]);

    /// <summary>Every frame; one of a type that nobody knows ends it.</summary>
    public static void Dissect(Packet p, in View v, Node tree, QuicConnection connection, bool fromServer, QuicLevel level, QuicFrameFields f)
    {
        int at = 0;
        while (at < v.Reported)
        {
            int start = at;
            ulong type = Quic.VarInt(v, ref at);
            var node = p.Add(tree, f.Frame, v, start, at - start);
            p.Label(node, $"{Names.FindOr(type, "Unknown")}");
            var typeNode = p.AddUInt(node, f.Type, v, start, at - start, type);
            switch (type)
            {
                case Padding:
                    int end = at + IndexOfOther(v.Bytes[at..]);
                    p.Info.Append(", PADDING"u8);
                    p.AppendLabel(node, $" Length: {end - start}");
                    p.Generated(p.AddUInt(node, f.PaddingLength, v, start, 0, (uint)(end - start)));
                    at = end;
                    break;
                case Ping:
                    p.Info.Append(", PING"u8);
                    break;
                case Ack or AckEcn:
                    p.Info.Append(type == Ack ? ", ACK"u8 : ", ACK_ECN"u8);
                    at = DissectAck(p, v, at, node, type == AckEcn, f);
                    break;
                case Crypto:
                    p.Info.Append(", CRYPTO"u8);
                    at = QuicCrypto.Dissect(p, v, at, node, connection, fromServer, level, f);
                    break;
                case >= Stream and <= LastStream:
                    at = QuicStreams.Dissect(p, v, start, at, node, typeNode, connection, fromServer, f);
                    break;
                case Close or CloseApplication:
                    p.Info.Append(", CC"u8);
                    at = DissectClose(p, v, at, node, type == CloseApplication, f);
                    break;
                case NewConnectionId:
                    at = DissectNewId(p, v, at, node, connection, fromServer, f);
                    break;
                default:
                    int next = DissectOther(p, v, at, node, type, f);
                    if (next < 0)
                    {
                        p.Expert(node, f.Unknown, v, start, at - start, $"Unknown Frame Type {type}");
                        return;
                    }

                    at = next;
                    break;
            }

            p.SetLength(node, at - start);
        }
    }

    /// <summary>Frames that are only numbers and bytes; -1 for a type that nobody knows.</summary>
    static int DissectOther(Packet p, in View v, int at, Node node, ulong type, QuicFrameFields f)
    {
        switch (type)
        {
            case ResetStream:
                p.Info.Append(", RS"u8);
                return AddVars(p, v, at, node, f.ResetStream, f.ResetError, f.ResetSize);
            case StopSending:
                p.Info.Append(", SS"u8);
                return AddVars(p, v, at, node, f.StopStream, f.StopError);
            case NewToken:
                p.Info.Append(", NT"u8);
                return AddBytes(p, v, AddVar(p, v, at, node, f.TokenLength, out ulong token), node, f.Token, token);
            case MaxData:
                p.Info.Append(", MD"u8);
                return AddVars(p, v, at, node, f.MaxData);
            case MaxStreamData:
                p.Info.Append(", MSD"u8);
                return AddVars(p, v, at, node, f.MaxStreamDataId, f.MaxStreamData);
            case MaxStreamsBidi or MaxStreamsUni:
                p.Info.Append(", MS"u8);
                return AddVars(p, v, at, node, f.MaxStreams);
            case DataBlocked:
                p.Info.Append(", DB"u8);
                return AddVars(p, v, at, node, f.DataLimit);
            case StreamDataBlocked:
                p.Info.Append(", SDB"u8);
                return AddVars(p, v, at, node, f.BlockedStream, f.BlockedLimit);
            case StreamsBlockedBidi or StreamsBlockedUni:
                p.Info.Append(", SB"u8);
                return AddVars(p, v, at, node, f.StreamLimit);
            case RetireConnectionId:
                p.Info.Append(", RC"u8);
                return AddVars(p, v, at, node, f.RetireSequence);
            case PathChallenge:
                p.Info.Append(", PC"u8);
                return AddBytes(p, v, at, node, f.Challenge, PathDataLength);
            case PathResponse:
                p.Info.Append(", PR"u8);
                return AddBytes(p, v, at, node, f.Response, PathDataLength);
            case HandshakeDone:
                p.Info.Append(", DONE"u8);
                return at;
            case Datagram or DatagramLength:
                p.Info.Append(", DG"u8);
                ulong datagram = (ulong)v.ReportedFrom(at);
                at = type == DatagramLength ? AddVar(p, v, at, node, f.DatagramLength, out datagram) : at;
                return AddBytes(p, v, at, node, f.Datagram, datagram);
            case ImmediateAck:
                p.Info.Append(", IA"u8);
                return at;
            case AckFrequency:
                p.Info.Append(", AF"u8);
                at = AddVars(p, v, at, node, f.FrequencySequence, f.FrequencyThreshold, f.FrequencyDelay);
                p.Add(node, f.FrequencyLast, v, at);
                return at + 1;
            case TimeStamp:
                p.Info.Append(", TS"u8);
                return AddVars(p, v, at, node, f.TimeStamp);
            default:
                return -1;
        }
    }

    const int ResetTokenLength = 16, PathDataLength = 8;

    static int DissectNewId(Packet p, in View v, int at, Node node, QuicConnection connection, bool fromServer, QuicFrameFields f)
    {
        p.Info.Append(", NCI"u8);
        at = AddVars(p, v, at, node, f.NewIdSequence, f.NewIdRetire);
        int length = v.U8(at);
        p.Add(node, f.NewIdLength, v, at++);
        p.Engine.State<QuicConnections>().AddId(connection, fromServer, v.Span(at, length));
        return AddBytes(p, v, AddBytes(p, v, at, node, f.NewId, (ulong)length), node, f.NewIdToken, ResetTokenLength);
    }

    static int AddVars(Packet p, in View v, int at, Node node, params ReadOnlySpan<Field> fields)
    {
        foreach (var field in fields)
        {
            at = AddVar(p, v, at, node, field, out _);
        }

        return at;
    }

    static int AddBytes(Packet p, in View v, int at, Node node, Field field, ulong length)
    {
        v.Ensure(at, (int)Math.Min(length, int.MaxValue));
        p.Add(node, field, v, at, (int)length);
        return at + (int)length;
    }

    static int IndexOfOther(ReadOnlySpan<byte> bytes)
    {
        int at = bytes.IndexOfAnyExcept((byte)0);
        return at < 0 ? bytes.Length : at;
    }

    static int AddVar(Packet p, in View v, int at, Node node, Field field, out ulong value)
    {
        int start = at;
        value = Quic.VarInt(v, ref at);
        p.AddUInt(node, field, v, start, at - start, value);
        return at;
    }

    static int DissectAck(Packet p, in View v, int at, Node node, bool ecn, QuicFrameFields f)
    {
        at = AddVar(p, v, at, node, f.Largest, out _);
        at = AddVar(p, v, at, node, f.Delay, out _);
        at = AddVar(p, v, at, node, f.RangeCount, out ulong count);
        at = AddVar(p, v, at, node, f.FirstRange, out _);
        for (; count > 0; count--)
        {
            at = AddVar(p, v, at, node, f.Gap, out _);
            at = AddVar(p, v, at, node, f.Range, out _);
        }

        if (ecn)
        {
            at = AddVar(p, v, at, node, f.Ect0, out _);
            at = AddVar(p, v, at, node, f.Ect1, out _);
            at = AddVar(p, v, at, node, f.EcnCe, out _);
        }

        return at;
    }

    static int DissectClose(Packet p, in View v, int at, Node node, bool application, QuicFrameFields f)
    {
        int start = at;
        at = AddVar(p, v, at, node, application ? f.ApplicationError : f.Error, out ulong error);
        if (!application)
        {
            p.AppendLabel(node, $" Error code: {Errors.FindOr(error, "Unknown")}");
            if (error >> 8 == 1)
            {
                // RFC 9001 section 4.8: 0x0100 and the alert.
                p.AppendLabel(node, $" ({f.Alert.Names!.FindOr(error & 0xff, "Unknown")})");
                p.Add(node, f.Alert, v, start + 1);
            }

            at = AddVar(p, v, at, node, f.ErrorFrame, out _);
        }
        else
        {
            p.AppendLabel(node, $" Error code: 0x{error:x}");
        }

        at = AddVar(p, v, at, node, f.ReasonLength, out ulong length);
        v.Ensure(at, (int)Math.Min(length, int.MaxValue));
        p.Add(node, f.Reason, v, at, (int)length);
        return at + (int)length;
    }
}
