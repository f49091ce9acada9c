using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Quic;

/// <summary>Frames of Google's QUIC, in the packets of the handshake that are not encrypted.</summary>
static class GoogleQuicFrames
{
    const int Padding = 0, ResetStream = 1, Close = 2, GoAway = 3, WindowUpdate = 4, Blocked = 5, StopWaiting = 6, Ping = 7, Crypto = 8;
    const int IsStream = 0x80, HasDataLength = 0x20, IsAck = 0x40, IsNack = 0x20, IsTruncated = 0x10, Special = 0xe0, HandshakeStream = 1;

    static readonly Protocol P = GoogleQuic.P;
    static readonly ValueNames Types = ValueNames.Ranges(() => [
        (0, 0, "PADDING"), (1, 1, "RST_STREAM"), (2, 2, "CONNECTION_CLOSE"), (3, 3, "GOAWAY"), (4, 4, "WINDOW_UPDATE"), (5, 5, "BLOCKED"),
        (6, 6, "STOP_WAITING"), (7, 7, "PING"), (8, 8, "CRYPTO"), (9, 0x1f, "Unknown"), (0x20, 0x3f, "CONGESTION_FEEDBACK (Special Frame Type)"),
        (0x40, 0x7f, "ACK (Special Frame Type)"), (0x80, 0x100, "STREAM (Special Frame Type)")]);

    static readonly ValueNames OffsetLengths = ValueNames.Of(() => [
        (0, "0 Byte"), (1, "2 Bytes"), (2, "3 Bytes"), (3, "4 Bytes"), (4, "5 Bytes"), (5, "6 Bytes"), (6, "7 Bytes"), (7, "8 Bytes")]);

    static readonly ValueNames NumberLengths = ValueNames.Of(() => [(0, "1 Byte"), (1, "2 Bytes"), (2, "4 Bytes"), (3, "6 Bytes")]);
    static readonly Field Frame = P.Label("gquic.frame", "Frame");
    static readonly Field FrameType = P.UInt8("gquic.frame_type", "Frame Type", FieldBase.Hex, Types);
    static readonly Field PaddingLength = P.UInt32("gquic.frame_type.padding.length", "Padding Length");
    static readonly Field PaddingBytes = P.Bytes("gquic.frame_type.padding", "Padding", blurb: "Must be zero");
    static readonly Field ResetStreamId = P.UInt32("gquic.frame_type.rsts.stream_id", "Stream ID", blurb: "Stream ID of the stream being terminated");
    static readonly Field ResetOffset = P.UInt64("gquic.frame_type.rsts.byte_offset", "Byte offset", blurb: "Indicating the absolute byte offset of the end of data for this stream");
    static readonly Field ResetError = P.UInt32("gquic.frame_type.rsts.error_code", "Error code", FieldBase.Dec, GoogleQuicErrors.OfStreams, blurb: "Indicates why the stream is being closed");
    static readonly Field CloseError = P.UInt32("gquic.frame_type.cc.error_code", "Error code", FieldBase.Dec, GoogleQuicErrors.OfConnections,
        blurb: "Indicates the reason for closing this connection");
    static readonly Field CloseReasonLength = P.UInt16("gquic.frame_type.cc.reason_phrase.length", "Reason phrase Length", blurb: "Specifying the length of the reason phrase");
    static readonly Field CloseReason = P.String("gquic.frame_type.cc.reason_phrase", "Reason phrase", "An optional human-readable explanation for why the connection was closed");
    static readonly Field GoAwayError = P.UInt32("gquic.frame_type.goaway.error_code", "Error code", FieldBase.Dec, GoogleQuicErrors.OfConnections,
        blurb: "Indicates the reason for closing this connection");
    static readonly Field LastGoodStream = P.UInt32("gquic.frame_type.goaway.last_good_stream_id", "Last Good Stream ID",
        blurb: "last Stream ID which was accepted by the sender of the GOAWAY message");
    static readonly Field GoAwayReasonLength = P.UInt16("gquic.frame_type.goaway.reason_phrase.length", "Reason phrase Length", blurb: "Specifying the length of the reason phrase");
    static readonly Field GoAwayReason = P.String("gquic.frame_type.goaway.reason_phrase", "Reason phrase", "An optional human-readable explanation for why the connection was closed");
    static readonly Field WindowStream = P.UInt32("gquic.frame_type.wu.stream_id", "Stream ID",
        blurb: "ID of the stream whose flow control windows is begin updated, or 0 to specify the connection-level flow control window");
    static readonly Field WindowOffset = P.UInt64("gquic.frame_type.wu.byte_offset", "Byte offset",
        blurb: "Indicating the absolute byte offset of data which can be sent on the given stream");
    static readonly Field BlockedStream = P.UInt32("gquic.frame_type.blocked.stream_id", "Stream ID", blurb: "Indicating the stream which is flow control blocked");
    static readonly Field SendEntropy = P.UInt8("gquic.frame_type.sw.send_entropy", "Send Entropy",
        blurb: "Specifying the cumulative hash of entropy in all sent packets up to the packet with packet number one less than the least unacked packet");
    static readonly Field LeastUnacked = P.UInt64("gquic.frame_type.sw.least_unacked_delta", "Least unacked delta",
        blurb: "A variable length packet number delta with the same length as the packet header's packet number");
    static readonly Field StreamFlag = P.Flag("gquic.frame_type.stream", "Stream", 8, IsStream);
    static readonly Field Fin = P.Flag("gquic.frame_type.stream.f", "FIN", 8, 0x40);
    static readonly Field DataLengthFlag = P.Flag("gquic.frame_type.stream.d", "Data Length", 8, HasDataLength, ValueNames.Flag("2 Bytes", "0 Byte"));
    static readonly Field OffsetLength = P.UInt8("gquic.frame_type.stream.ooo", "Offset Length", FieldBase.Dec, OffsetLengths, mask: 0x1c);
    static readonly Field StreamLength = P.UInt8("gquic.frame_type.stream.ss", "Stream Length", FieldBase.Dec,
        ValueNames.Of(() => [(0, "1 Byte"), (1, "2 Bytes"), (2, "3 Bytes"), (3, "4 Bytes")]), mask: 0x03);
    static readonly Field AckFlag = P.Flag("gquic.frame_type.ack", "ACK", 8, IsAck);
    static readonly Field NackFlag = P.Flag("gquic.frame_type.ack.n", "NACK", 8, IsNack);
    static readonly Field UnusedFlag = P.Flag("gquic.frame_type.ack.u", "Unused", 8, 0x10);
    static readonly Field TruncatedFlag = P.Flag("gquic.frame_type.ack.t", "Truncated", 8, IsTruncated);
    static readonly Field LargestLength = P.UInt8("gquic.frame_type.ack.ll", "Largest Observed Length", FieldBase.Dec, NumberLengths, mask: 0x0c,
        blurb: "Length of the Largest Observed field as 1, 2, 4, or 6 bytes long");
    static readonly Field MissingLength = P.UInt8("gquic.frame_type.ack.mm", "Missing Packet Length", FieldBase.Dec, NumberLengths, mask: 0x03,
        blurb: "Length of the Missing Packet Number Delta field as 1, 2, 4, or 6 bytes long");
    static readonly Field ReceivedEntropy = P.UInt8("gquic.frame_type.ack.received_entropy", "Received Entropy",
        blurb: "Specifying the cumulative hash of entropy in all received packets up to the largest observed packet");
    static readonly Field LargestObserved = P.UInt64("gquic.frame_type.ack.largest_observed", "Largest Observed", blurb: "Representing the largest packet number the peer has observed");
    static readonly Field AckDelay = P.UInt16("gquic.frame_type.ack.ack_delay_time", "Ack Delay time",
        blurb: "Specifying the time elapsed in microseconds from when largest observed was received until this Ack frame was sent");
    static readonly Field Timestamps = P.UInt8("gquic.frame_type.ack.num_timestamp", "Num Timestamp", blurb: "Specifying the number of TCP timestamps that are included in this frame");
    static readonly Field DeltaObserved = P.UInt8("gquic.frame_type.ack.delta_largest_observed", "Delta Largest Observed",
        blurb: "Specifying the packet number delta from the first timestamp to the largest observed");
    static readonly Field FirstTimestamp = P.UInt32("gquic.frame_type.ack.first_timestamp", "First Timestamp",
        blurb: "Specifying the time delta in microseconds, from the beginning of the connection of the arrival of the packet specified by Largest Observed minus Delta Largest Observed");
    static readonly Field SincePrevious = P.UInt16("gquic.frame_type.ack.time_since_previous_timestamp", "Time since Previous timestamp", blurb: "This is the time delta from the previous timestamp");
    static readonly Field Ranges = P.UInt8("gquic.frame_type.ack.num_ranges", "Num Ranges", blurb: "Specifying the number of missing packet ranges between largest observed and least unacked");
    static readonly Field MissingPacket = P.UInt64("gquic.frame_type.ack.missing_packet", "Missing Packet Number Delta");
    static readonly Field RangeLength = P.UInt8("gquic.frame_type.ack.range_length", "Range Length", blurb: "Specifying one less than the number of sequential nacks in the range");
    static readonly Field Revived = P.UInt8("gquic.frame_type.ack.num_revived", "Num Revived", blurb: "Specifying the number of revived packets, recovered via FEC");
    static readonly Field RevivedPacket = P.UInt64("gquic.frame_type.ack.revived_packet", "Revived Packet Number", blurb: "Representing a packet the peer has revived via FEC");
    static readonly Field LargestAcked = P.UInt64("gquic.frame_type.ack.largest_acked", "Largest Acked", blurb: "Representing the largest packet number the peer has observed");
    static readonly Field AckedDelta = P.UInt16("gquic.frame_type.ack.largest_acked_delta_time", "Largest Acked Delta Time",
        blurb: "Specifying the time elapsed in microseconds from when largest acked was received until this Ack frame was sent");
    static readonly Field Blocks = P.UInt8("gquic.frame_type.ack.num_blocks", "Num blocks", blurb: "Specifying one less than the number of ack blocks");
    static readonly Field FirstBlock = P.UInt64("gquic.frame_type.ack.first_ack_block_length", "First Ack block length");
    static readonly Field Gap = P.UInt8("gquic.frame_type.ack.gap_to_next_block", "Gap to next block", blurb: "Specifying the number of packets between ack blocks");
    static readonly Field Block = P.UInt64("gquic.frame_type.ack.ack_block_length", "Ack block length");
    static readonly Field DeltaAcked = P.UInt8("gquic.frame_type.ack.delta_largest_acked", "Delta Largest Observed",
        blurb: "Specifying the packet number delta from the first timestamp to the largest observed");
    static readonly Field SinceLargest = P.UInt32("gquic.frame_type.ack.time_since_largest_acked", "Time Since Largest Acked",
        blurb: "Specifying the time delta in microseconds, from the beginning of the connection of the arrival of the packet specified by Largest Observed minus Delta Largest Observed");
    static readonly Field StreamId = P.UInt32("gquic.stream_id", "Stream ID");
    static readonly Field Offset = P.UInt64("gquic.offset", "Offset");
    static readonly Field DataLength = P.UInt32("gquic.data_len", "Data Length");
    static readonly Field StreamData = P.Bytes("gquic.stream_data", "Stream Data");

    /// <summary>
    /// Whether what follows the header is not encrypted: only frames' lengths can tell, and a message of the handshake, or the words of a goodbye, behind them.
    /// </summary>
    internal static bool AreReadable(in View v, int at, int payload, in GoogleQuicPacket packet)
    {
        const int LeastPayload = 13;
        if (v.CapturedFrom(payload) <= LeastPayload)
        {
            return false;
        }

        while (v.CapturedFrom(at) > 1)
        {
            int type = v.U8(at++);
            if ((type & IsStream) != 0)
            {
                at += StreamHeader(type);
                return v.CapturedFrom(at) > 4 && v.U32(at) is GoogleQuicTags.ClientHello or GoogleQuicTags.ServerHello or GoogleQuicTags.Rejection;
            }

            switch (type)
            {
                case Padding or Crypto:
                case Close when !v.Has(at, 6):
                case GoAway when !v.Has(at, 10):
                    return false;
                case Close:
                    int reason = (int)v.UInt(at + 4, 2, packet.LittleEnd);
                    if (reason > 0 && v.CapturedFrom(at + 6) == reason)
                    {
                        return true;
                    }

                    at += 6 + reason;
                    break;
                case GoAway:
                    at += 10 + (int)v.UInt(at + 8, 2, packet.LittleEnd);
                    break;
                case ResetStream:
                    at += 16;
                    break;
                case WindowUpdate:
                    at += 12;
                    break;
                case Blocked:
                    at += 4;
                    break;
                case StopWaiting:
                    at += packet.NumberLength + (packet.HasPrivateFlags ? 1 : 0);
                    break;
                case >= IsAck:
                    at = packet.HasPrivateFlags ? OldAckEnd(v, at, type) : AckEnd(v, at, type);
                    break;
            }
        }

        return false;
    }

    /// <summary>Bytes of a stream frame between its type and its data.</summary>
    static int StreamHeader(int type) => (type & 3) + 1 + LengthOfOffset(type) + ((type & HasDataLength) != 0 ? 2 : 0);

    static int LengthOfOffset(int type) => (type >> 2 & 7) is > 0 and var length ? length + 1 : 0;

    static int LengthOf(int code) => (code & 3) switch { 0 => 1, 1 => 2, 2 => 4, _ => 6 };

    /// <summary>A number where there is one: what is encrypted may seem to go on behind its end.</summary>
    static int ByteAt(in View v, int at) => v.Has(at, 1) ? v.U8(at) : 0;

    static int OldAckEnd(in View v, int at, int type)
    {
        int largest = LengthOf(type >> 2);
        at = TimestampsEnd(v, at + 1 + largest + 2);
        if ((type & IsNack) == 0)
        {
            return at;
        }

        at += 1 + (ByteAt(v, at) * (LengthOf(type) + 1));
        return at + 1 + (ByteAt(v, at) * largest);
    }

    static int AckEnd(in View v, int at, int type)
    {
        bool hasBlocks = (type & IsNack) != 0;
        at += LengthOf(type >> 2) + 2;
        int blocks = hasBlocks ? ByteAt(v, at++) : 0;
        return TimestampsEnd(v, at + LengthOf(type) + (blocks * (1 + LengthOf(type))));
    }

    static int TimestampsEnd(in View v, int at) => ByteAt(v, at) is > 0 and var count ? at + 1 + 5 + ((count - 1) * 3) : at + 1;

    /// <summary>Adds a frame.</summary>
    /// <returns>Where the next begins.</returns>
    internal static int Add(Packet p, in View v, Node parent, int at, in GoogleQuicPacket packet)
    {
        int start = at, type = v.U8(at);
        bool little = packet.LittleEnd;
        var tree = p.Add(parent, Frame, v, at, 1);
        p.Label(tree, $"{Types.FindOr((ulong)type, "Unknown")}");
        var typeNode = p.Add(tree, FrameType, v, at++);
        switch (type)
        {
            case >= IsStream:
                at = AddStream(p, v, tree, typeNode, at, type, packet);
                break;
            case >= IsAck:
                at = AddAck(p, v, tree, typeNode, at, type, packet);
                break;
            case >= 0x20:
                p.Add(typeNode, StreamFlag, v, at - 1);
                break;
            case Padding:
                int length = v.ReportedFrom(at);
                p.AppendLabel(tree, $" Length: {length}");
                p.Generated(p.AddUInt(tree, PaddingLength, v, at, 0, (uint)length));
                p.Add(tree, PaddingBytes, v, at, length);
                at += length;
                break;
            case ResetStream:
                p.AppendLabel(tree, $" Stream ID: {v.UInt(at, 4, little)}, Error code: {GoogleQuicErrors.OfStreams.FindOr(v.UInt(at + 12, 4, little), "Unknown")}");
                p.Add(tree, ResetStreamId, v, at, 4, little);
                p.Add(tree, ResetOffset, v, at + 4, 8, little);
                p.Add(tree, ResetError, v, at + 12, 4, little);
                at += 16;
                break;
            case Close:
                p.AppendLabel(tree, $" Error code: {GoogleQuicErrors.OfConnections.FindOr(v.UInt(at, 4, little), "Unknown")}");
                p.Add(tree, CloseError, v, at, 4, little);
                at = AddReason(p, v, tree, at + 4, CloseReasonLength, CloseReason, little);
                p.Info.Set("Connection Close"u8);
                break;
            case GoAway:
                p.AppendLabel(tree, $" Stream ID: {v.UInt(at + 4, 4, little)}, Error code: {GoogleQuicErrors.OfConnections.FindOr(v.UInt(at, 4, little), "Unknown")}");
                p.Add(tree, GoAwayError, v, at, 4, little);
                p.Add(tree, LastGoodStream, v, at + 4, 4, little);
                at = AddReason(p, v, tree, at + 8, GoAwayReasonLength, GoAwayReason, little);
                break;
            case WindowUpdate:
                p.AppendLabel(tree, $" Stream ID: {v.UInt(at, 4, little)}");
                p.Add(tree, WindowStream, v, at, 4, little);
                p.Add(tree, WindowOffset, v, at + 4, 8, little);
                at += 12;
                break;
            case Blocked:
                p.AppendLabel(tree, $" Stream ID: {v.UInt(at, 4, little)}");
                p.Add(tree, BlockedStream, v, at, 4, little);
                at += 4;
                break;
            case StopWaiting:
                if (packet.HasPrivateFlags)
                {
                    p.AppendLabel(tree, $" Send Entropy: {v.U8(at)}");
                    p.Add(tree, SendEntropy, v, at++);
                }

                p.Add(tree, LeastUnacked, v, at, packet.NumberLength, little);
                at += packet.NumberLength;
                break;
        }

        p.SetLength(tree, at - start);
        return at;
    }

    static int AddReason(Packet p, in View v, Node tree, int at, Field lengthField, Field field, bool little)
    {
        int length = (int)v.UInt(at, 2, little);
        p.Add(tree, lengthField, v, at, 2, little);
        p.Add(tree, field, v, at + 2, length);
        return at + 2 + length;
    }

    static int AddStream(Packet p, in View v, Node tree, Node typeNode, int at, int type, in GoogleQuicPacket packet)
    {
        bool little = packet.LittleEnd;
        foreach (var field in (ReadOnlySpan<Field>)[StreamFlag, Fin, DataLengthFlag, OffsetLength, StreamLength])
        {
            p.Add(typeNode, field, v, at - 1);
        }

        int idLength = (type & 3) + 1, offsetLength = LengthOfOffset(type);
        ulong id = v.UInt(at, idLength, little);
        var node = p.Add(tree, StreamId, v, at, idLength, little);
        p.AppendLabel(tree, $" Stream ID: {id}");
        at += idLength;
        if (offsetLength > 0)
        {
            p.Add(tree, Offset, v, at, offsetLength, little);
            at += offsetLength;
        }

        int length = -1;
        if ((type & HasDataLength) != 0)
        {
            length = (int)v.UInt(at, 2, little);
            p.Add(tree, DataLength, v, at, 2, little);
            at += 2;
        }

        if (id != HandshakeStream)
        {
            length = length < 0 ? v.ReportedFrom(at) : length;
            p.Info.Set("DATA"u8);
            p.Add(tree, StreamData, v, at, length);
            return at + length;
        }

        p.AppendLabel(node, " (Reserved for (G)QUIC handshake, crypto, config updates...)");
        string name = GoogleQuicTags.Messages.FindOr(v.U32(at), "Unknown Tag");
        p.AppendLabel(tree, $", Type: {GoogleQuicTags.Text(p, v, at)} ({name})");
        p.Info.Set(name);
        return GoogleQuicTags.Add(p, v, tree, at);
    }

    static int AddAck(Packet p, in View v, Node tree, Node typeNode, int at, int type, in GoogleQuicPacket packet)
    {
        bool little = packet.LittleEnd, isOld = packet.HasPrivateFlags, isNack = (type & IsNack) != 0;
        foreach (var field in (ReadOnlySpan<Field>)[StreamFlag, AckFlag, NackFlag, isOld ? TruncatedFlag : UnusedFlag, LargestLength, MissingLength])
        {
            p.Add(typeNode, field, v, at - 1);
        }

        int largest = LengthOf(type >> 2), missing = LengthOf(type);
        if (isOld)
        {
            p.Add(tree, ReceivedEntropy, v, at++);
        }

        p.Add(tree, isOld ? LargestObserved : LargestAcked, v, at, largest, little);
        p.Add(tree, isOld ? AckDelay : AckedDelta, v, at + largest, 2, little);
        at += largest + 2;
        if (isOld)
        {
            at = AddTimestamps(p, v, tree, at, DeltaObserved, FirstTimestamp, little);
            return isNack ? AddRanges(p, v, tree, at, missing, largest, little) : at;
        }

        int blocks = 0;
        if (isNack)
        {
            blocks = v.U8(at);
            p.Add(tree, Blocks, v, at++);
        }

        p.Add(tree, FirstBlock, v, at, missing, little);
        at += missing;
        for (; blocks > 0; blocks--)
        {
            p.Add(tree, Gap, v, at);
            p.Add(tree, Block, v, at + 1, missing, little);
            at += 1 + missing;
        }

        return AddTimestamps(p, v, tree, at, DeltaAcked, SinceLargest, little);
    }

    static int AddRanges(Packet p, in View v, Node tree, int at, int missing, int largest, bool little)
    {
        int count = v.U8(at);
        p.Add(tree, Ranges, v, at++);
        for (; count > 0; count--)
        {
            p.Add(tree, MissingPacket, v, at, missing, little);
            p.Add(tree, RangeLength, v, at + missing);
            at += missing + 1;
        }

        count = v.U8(at);
        p.Add(tree, Revived, v, at++);
        for (; count > 0; count--)
        {
            p.Add(tree, RevivedPacket, v, at, largest, little);
            at += largest;
        }

        return at;
    }

    static int AddTimestamps(Packet p, in View v, Node tree, int at, Field delta, Field first, bool little)
    {
        int count = v.U8(at);
        p.Add(tree, Timestamps, v, at++);
        for (int i = 0; i < count; i++)
        {
            p.Add(tree, delta, v, at);
            int length = i == 0 ? 4 : 2;
            p.Add(tree, i == 0 ? first : SincePrevious, v, at + 1, length, little);
            at += 1 + length;
        }

        return at;
    }
}
