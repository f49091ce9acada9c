using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9000 section 19; RFC 9221 (DATAGRAM). Only those frames that an Initial packet may hold are ever seen in
// clear (RFC 9000 section 12.4); the others are a violation there and named all the same.

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
    public readonly Field Alert = p.UInt8("quic.cc.error_code.tls_alert", "TLS Alert Description", names: ValueNames.Of(Wiretale.Wire.TlsNames.AlertDescriptions));
    public readonly Field ErrorFrame = p.UInt64("quic.cc.frame_type", "Frame Type", blurb: "The type of frame that triggered the error");
    public readonly Field ReasonLength = p.UInt64("quic.cc.reason_phrase.length", "Reason phrase Length", blurb: "Specifying the length of the reason phrase");
    public readonly Field Reason = p.String("quic.cc.reason_phrase", "Reason phrase", "A human-readable explanation for why the connection was closed");

    public readonly Expert Reused = p.Expert("quic.retransmission", Severity.Note, ExpertGroup.Sequence, "This QUIC frame has a reused stream offset (retransmission?)");
    public readonly Expert Unknown = p.Expert("quic.ft.unknown", Severity.Note, ExpertGroup.Undecoded, "Unknown Frame Type");
}

/// <summary>Frames in a packet that was decrypted.</summary>
static class QuicFrames
{
    const int Padding = 0x00, Ping = 0x01, Ack = 0x02, AckEcn = 0x03, Crypto = 0x06, Close = 0x1c, CloseApplication = 0x1d;

    /// <summary>Names of frame types.</summary>
    public static readonly ValueNames Names = ValueNames.Ranges(
        (0x00, 0x00, "PADDING"), (0x01, 0x01, "PING"), (0x02, 0x03, "ACK"), (0x04, 0x04, "RESET_STREAM"), (0x05, 0x05, "STOP_SENDING"), (0x06, 0x06, "CRYPTO"),
        (0x07, 0x07, "NEW_TOKEN"), (0x08, 0x0f, "STREAM"), (0x10, 0x10, "MAX_DATA"), (0x11, 0x11, "MAX_STREAM_DATA"), (0x12, 0x12, "MAX_STREAMS (BIDI)"),
        (0x13, 0x13, "MAX_STREAMS (UNI)"), (0x14, 0x14, "DATA_BLOCKED"), (0x15, 0x15, "STREAM_DATA_BLOCKED"), (0x16, 0x16, "STREAMS_BLOCKED (BIDI)"),
        (0x16, 0x17, "STREAMS_BLOCKED (UNI)"), (0x18, 0x18, "NEW_CONNECTION_ID"), (0x19, 0x19, "RETIRE_CONNECTION_ID"), (0x1a, 0x1a, "PATH_CHALLENGE"),
        (0x1b, 0x1b, "PATH_RESPONSE"), (0x1c, 0x1c, "CONNECTION_CLOSE (Transport)"), (0x1d, 0x1d, "CONNECTION_CLOSE (Application)"), (0x1e, 0x1e, "HANDSHAKE_DONE"),
        (0x30, 0x31, "DATAGRAM"), (0x40, 0x40, "MP_NEW_CONNECTION_ID"), (0x41, 0x41, "MP_RETIRE_CONNECTION_ID"), (0x42, 0x43, "MP_ACK"), (0x44, 0x44, "ADD_ADDRESS"),
        (0x45, 0x45, "REMOVE_ADDRESS"), (0x46, 0x46, "UNIFLOWS"), (0xac, 0xac, "IMMEDIATE_ACK"), (0xaf, 0xaf, "ACK_FREQUENCY"), (0x2f5, 0x2f5, "TIME_STAMP"));

    /// <summary>Names of transport errors (RFC 9000 section 20.1).</summary>
    public static readonly ValueNames Errors = ValueNames.Ranges(
        (0, 0, "NO_ERROR"), (1, 1, "INTERNAL_ERROR"), (2, 2, "CONNECTION_REFUSED"), (3, 3, "FLOW_CONTROL_ERROR"), (4, 4, "STREAM_ID_ERROR"), (5, 5, "STREAM_STATE_ERROR"),
        (6, 6, "FINAL_SIZE_ERROR"), (7, 7, "FRAME_ENCODING_ERROR"), (8, 8, "TRANSPORT_PARAMETER_ERROR"), (9, 9, "CONNECTION_ID_LIMIT_ERROR"), (10, 10, "PROTOCOL_VIOLATION"),
        (11, 11, "INVALID_TOKEN"), (12, 12, "APPLICATION_ERROR"), (13, 13, "CRYPTO_BUFFER_EXCEEDED"), (14, 14, "KEY_UPDATE_ERROR"), (15, 15, "AEAD_LIMIT_REACHED"),
        (16, 16, "NO_VIABLE_PATH"), (17, 17, "VERSION_NEGOTIATION_ERROR"), (0x100, 0x1ff, "CRYPTO_ERROR"));

    /// <summary>Every frame; one of a type that nobody knows ends it.</summary>
    public static void Dissect(Packet p, in View v, Node tree, QuicConnection connection, bool fromServer, QuicFrameFields f)
    {
        int at = 0;
        while (at < v.Reported)
        {
            int start = at;
            ulong type = Quic.VarInt(v, ref at);
            var node = p.Add(tree, f.Frame, v, start, at - start);
            p.Label(node, $"{Names.FindOr(type, "Unknown")}");
            p.AddUInt(node, f.Type, v, start, at - start, type);
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
                    at = QuicCrypto.Dissect(p, v, at, node, connection, fromServer, f);
                    break;
                case Close or CloseApplication:
                    p.Info.Append(", CC"u8);
                    at = DissectClose(p, v, at, node, type == CloseApplication, f);
                    break;
                default:
                    p.Expert(node, f.Unknown, v, start, at - start, $"Unknown Frame Type {type}");
                    return;
            }

            p.SetLength(node, at - start);
        }
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

        at = AddVar(p, v, at, node, f.ReasonLength, out ulong length);
        v.Ensure(at, (int)Math.Min(length, int.MaxValue));
        if (length > 0)
        {
            p.Add(node, f.Reason, v, at, (int)length);
        }

        return at + (int)length;
    }
}
