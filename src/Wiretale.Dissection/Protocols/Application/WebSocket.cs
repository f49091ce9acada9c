using System.Buffers;
using System.IO.Compression;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.MediaTypes;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 6455 section 5.2; compressed messages RFC 7692.
//
//    0 1 2 3 4       8 9             16                            31
//   +-+-+-+-+-------+-+-------------+-------------------------------+
//   |F|R|R|R| opcode|M| Payload len | Extended payload length       |
//   |I|S|S|S|       |A|             | (16 bits if 126, 64 if 127)   |
//   |N|V|V|V|       |S|             |                               |
//   +-+-+-+-+-------+-+-------------+-------------------------------+
//   | Masking key, if MASK is set, then the payload ...

/// <summary>WebSocket frames, after HTTP has switched to them.</summary>
public sealed class WebSocket() : Dissector("websocket")
{
    const int MinHeader = 2, Length16 = 126, Length64 = 127, KeyLength = 4, MaxHeader = 14;

    static readonly Protocol P = new("WebSocket", "WebSocket", "websocket");
    static readonly Field Fin = P.Flag("websocket.fin", "Fin", 8, 0x80, blurb: "Indicates that this is the final fragment in a message");
    static readonly Field Reserved = P.UInt8("websocket.rsv", "Reserved", FieldBase.Hex, mask: 0x70, blurb: "Must be zero");
    static readonly Field Compressed = P.Flag("websocket.pmc", "Per-Message Compressed", 8, 0x40, blurb: "Whether a message is compressed or not");
    static readonly Field Opcode = P.UInt8("websocket.opcode", "Opcode", FieldBase.Dec, ValueNames.Of(() => WebSocketNames.Opcodes), 0x0f,
        "Defines the interpretation of the Payload data");
    static readonly Field Mask = P.Flag("websocket.mask", "Mask", 8, 0x80, blurb: "Defines whether the Payload data is masked");
    static readonly Field PayloadLength = P.UInt8("websocket.payload_length", "Payload length", mask: 0x7f, blurb: "The length of the Payload data");
    static readonly Field PayloadLength16 = P.UInt16("websocket.payload_length_ext_16", "Extended Payload length (16 bits)", blurb: "The length (16 bits) of the Payload data");
    static readonly Field PayloadLength64 = P.UInt64("websocket.payload_length_ext_64", "Extended Payload length (64 bits)", blurb: "The length (64 bits) of the Payload data");
    static readonly Field MaskingKey = P.Bytes("websocket.masking_key", "Masking-Key",
        blurb: "All frames sent from the client to the server are masked by a 32-bit value that is contained within the frame");
    static readonly Field Payload = P.Label("websocket.payload", "Payload", "Payload (after unmasking)");
    static readonly Field MaskedPayload = P.Label("websocket.masked_payload", "Masked payload");
    static readonly Field PayloadContinue = P.Bytes("websocket.payload.continue", "Continue");
    static readonly Field PayloadText = P.String("websocket.payload.text", "Text");
    static readonly Field PayloadClose = P.Label("websocket.payload.close", "Close");
    static readonly Field CloseStatus = P.UInt16("websocket.payload.close.status_code", "Status code", names: ValueNames.Of(() => WebSocketNames.CloseCodes));
    static readonly Field CloseReason = P.String("websocket.payload.close.reason", "Reason");
    static readonly Field PayloadPing = P.Bytes("websocket.payload.ping", "Ping");
    static readonly Field PayloadPong = P.Bytes("websocket.payload.pong", "Pong");
    static readonly Field PayloadUnknown = P.Bytes("websocket.payload.unknown", "Unknown");
    static readonly Field Fragments = P.Label("websocket.fragments", "Reassembled websocket Fragments", "Fragments");
    static readonly Field Fragment = P.FrameNumber("websocket.fragment", "Websocket Fragment");
    static readonly Field FragmentCount = P.UInt32("websocket.fragment.count", "Fragment count");
    static readonly Field ReassembledLength = P.UInt32("websocket.reassembled.length", "Reassembled websocket Payload length",
        blurb: "The total length of the reassembled payload");
    static readonly Expert UnknownOpcode = P.Expert("websocket.payload.unknown.expert", Severity.Note, ExpertGroup.Undecoded, "Dissector for Websocket Opcode");
    static readonly Expert DecompressionLimited = P.Expert("websocket.decompression.limited.expert", Severity.Warning, ExpertGroup.Undecoded,
        "The message expands to 16 MiB or more; what goes beyond was not looked at");
    static readonly Expert DecompressionFailed = P.Expert("websocket.decompression.failed.expert", Severity.Warning, ExpertGroup.Protocol, "Decompression failed");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var stream = p.Stream is { CanWait: true } waiting && v.Captured == v.Reported ? waiting : null;
        var connection = p.Conversation?.GetOrAdd<WebSocketConnection>(this) ?? p.Engine.State<WebSocketConnection>();
        int at = 0;
        while (at < v.Reported)
        {
            v.Ensure(at, 1);
            int here = v.CapturedFrom(at);
            int header = here < MinHeader ? MinHeader : HeaderLength(v.U8(at + 1));
            if (stream is not null && here < header)
            {
                stream.NeedMore(at, StreamContext.OneMoreSegment);
                break;
            }

            long length = LengthOf(v, at);
            if (stream is not null && here - header < length)
            {
                stream.NeedMore(at, (int)Math.Min(header + length - here, int.MaxValue), p.WantsFields ? int.MaxValue : MaxHeader);
                break;
            }

            int whole = (int)Math.Min(header + length, v.ReportedFrom(at));
            Tcp.ShowPduSize(p, v.Part(at, whole), parent);
            Frame(p, v.Part(at, whole), parent, header, length, connection);
            at += whole;
        }

        return Math.Max(1, v.Reported);
    }

    static int HeaderLength(byte second) =>
        MinHeader + ((second & 0x7f) switch { Length16 => 2, Length64 => 8, _ => 0 }) + ((second & 0x80) != 0 ? KeyLength : 0);

    static long LengthOf(in View v, int at) => (v.U8(at + 1) & 0x7f) switch
    {
        Length16 => v.U16(at + 2),
        Length64 => (long)Math.Min(v.U64(at + 2), long.MaxValue / 2),
        int length => length,
    };

    static void Frame(Packet p, in View v, Node parent, int header, long length, WebSocketConnection connection)
    {
        int first = v.U8(0), opcode = first & 0x0f;
        bool isFinal = (first & 0x80) != 0, isMasked = (v.U8(1) & 0x80) != 0, isControl = (opcode & 8) != 0;
        p.SetProtocol("WebSocket");
        p.Info.Set("WebSocket "u8);
        p.Info.Append(WebSocketNames.NameOf(opcode) ?? "Unknown Opcode");
        if (!isFinal)
        {
            p.Info.Append("[FRAGMENT]"u8);
        }

        p.Info.Append(isFinal ? " [FIN] "u8 : "  "u8);
        p.Info.Append(isMasked ? "[MASKED]"u8 : default);
        if (!p.WantsFields)
        {
            return;
        }

        var tree = p.Open(P, v, parent);
        p.Add(tree, Fin, v, 0);
        p.Add(tree, Reserved, v, 0);
        if (connection.IsCompressing && !isControl)
        {
            p.Add(tree, Compressed, v, 0);
        }

        p.Add(tree, Opcode, v, 0);
        p.Add(tree, Mask, v, 1);
        var lengthNode = p.Add(tree, PayloadLength, v, 1);
        if ((v.U8(1) & 0x7f) >= Length16)
        {
            bool isLong = (v.U8(1) & 0x7f) == Length64;
            p.AppendLabel(lengthNode, isLong ? " Extended Payload Length (64 bits)" : " Extended Payload Length (16 bits)");
            p.Add(tree, isLong ? PayloadLength64 : PayloadLength16, v, MinHeader);
        }

        if (isMasked)
        {
            p.Add(tree, MaskingKey, v, header - KeyLength, KeyLength);
        }

        if (length == 0 && (isControl || isFinal) && opcode != WebSocketNames.Continuation)
        {
            return;
        }

        var payload = v.From(header);
        if (isMasked)
        {
            p.Add(tree, MaskedPayload, payload, 0, payload.Captured);
            payload = Unmask(p, payload, v.Span(header - KeyLength, KeyLength));
        }

        var node = p.Add(tree, Payload, payload, 0, payload.Captured);
        var branch = node.IsWanted ? node : tree;
        if (isControl)
        {
            Control(p, payload, branch, opcode);
            return;
        }

        Data(p, payload, parent, branch, opcode, isFinal, (first & 0x40) != 0, connection);
    }

    static View Unmask(Packet p, scoped in View masked, ReadOnlySpan<byte> key)
    {
        var clear = ArrayPool<byte>.Shared.Rent(Math.Max(1, masked.Captured));
        var bytes = masked.Bytes;
        for (int i = 0; i < bytes.Length; i++)
        {
            clear[i] = (byte)(bytes[i] ^ key[i & 3]);
        }

        return p.AddBuffer(clear, bytes.Length, "Unmasked data", masked.Reported);
    }

    static void Control(Packet p, in View payload, Node branch, int opcode)
    {
        switch (opcode)
        {
            case WebSocketNames.Close:
                var node = p.Add(branch, PayloadClose, payload, 0, payload.Captured);
                node = node.IsWanted ? node : branch;
                if (payload.Reported >= 2)
                {
                    p.Add(node, CloseStatus, payload, 0);
                    if (payload.Captured > 2)
                    {
                        p.AddString(node, CloseReason, payload, 2, payload.Captured - 2, TextEncoding.Utf8);
                    }
                }

                break;
            case WebSocketNames.Ping:
                p.Add(branch, PayloadPing, payload, 0, payload.Captured);
                break;
            case WebSocketNames.Pong:
                p.Add(branch, PayloadPong, payload, 0, payload.Captured);
                break;
            default:
                Unknown(p, payload, branch, opcode);
                break;
        }
    }

    static void Unknown(Packet p, in View payload, Node branch, int opcode)
    {
        var node = p.Add(branch, PayloadUnknown, payload, 0, payload.Captured);
        p.Expert(node.IsWanted ? node : branch, UnknownOpcode, payload, 0, payload.Captured,
            $"Dissector for Websocket Opcode ({opcode}) code not implemented, Contact Wireshark developers if you want this supported");
    }

    static void Data(Packet p, in View payload, Node parent, Node branch, int opcode, bool isFinal, bool isCompressed, WebSocketConnection connection)
    {
        ref var message = ref p.Stream is { IsFromFirst: true } ? ref connection.First : ref connection.Other;
        if (opcode == WebSocketNames.Continuation || !isFinal)
        {
            if (opcode != WebSocketNames.Continuation)
            {
                message.Start(opcode, isCompressed);
            }

            message.Add(p.Number, payload.Bytes);
            if (!isFinal || message.Opcode == 0)
            {
                if (opcode == WebSocketNames.Continuation)
                {
                    p.Add(parent, PayloadContinue, payload, 0, payload.Captured);
                }

                return;
            }

            var whole = p.AddBuffer(message.Bytes, "Reassembled websocket");
            Message(p, whole, parent, branch, message.Opcode, message.IsCompressed && connection.IsCompressing, ref message, isReassembled: true);
            message.Clear();
            return;
        }

        Message(p, payload, parent, branch, opcode, isCompressed && connection.IsCompressing, ref message, isReassembled: false);
    }

    static void Message(Packet p, in View whole, Node parent, Node branch, int opcode, bool isCompressed, ref WebSocketMessage message, bool isReassembled)
    {
        if (isReassembled)
        {
            message.Show(p, whole, parent);
        }

        var content = whole;
        if (isCompressed)
        {
            if (!message.TryExpand(whole.Bytes, out byte[] rented, out int length))
            {
                p.Expert(p.AddText(parent, whole, 0, 0, DecompressionFailed.Summary), DecompressionFailed, whole, 0, 0);
                return;
            }

            content = p.AddBuffer(rented, length, "Decompressed payload");
            if (length >= WebSocketMessage.MaxKept)
            {
                p.Expert(branch, DecompressionLimited, whole, 0, whole.Captured);
            }
        }

        switch (opcode)
        {
            case WebSocketNames.Text:
                p.AddString(branch, PayloadText, content, 0, content.Captured, TextEncoding.Utf8);
                MediaTypes.MediaTypes.Set(p, default, default);
                TextLines.Show(p, content, parent);
                break;
            case WebSocketNames.Binary:
                p.CallData(content, parent);
                break;
            default:
                Unknown(p, content, branch, opcode);
                break;
        }
    }

    /// <summary>What is remembered about a connection: its two directions.</summary>
    internal sealed class WebSocketConnection
    {
        /// <summary>Whether permessage-deflate was agreed on.</summary>
        public bool IsCompressing;
        public WebSocketMessage First, Other;
    }

    /// <summary>A direction's unfinished message, and what its compression refers back to.</summary>
    internal struct WebSocketMessage
    {
        /// <summary>Bytes of an unfinished message, and of an expanded one, that are kept at most.</summary>
        public const int MaxKept = 16 << 20;
        const int MaxPieces = 1000, MaxWindow = 32768, StoredHeader = 5;

        public int Opcode;
        public bool IsCompressed;
        Utf8Text? bytes;
        List<(int Frame, int Length)>? pieces;
        byte[]? window;
        int windowLength;

        public readonly ReadOnlySpan<byte> Bytes => bytes is null ? default : bytes.Bytes;

        public void Start(int opcode, bool isCompressed)
        {
            Clear();
            (Opcode, IsCompressed) = (opcode, isCompressed);
        }

        public void Clear()
        {
            Opcode = 0;
            bytes?.Clear();
            pieces?.Clear();
        }

        public void Add(int frame, ReadOnlySpan<byte> piece)
        {
            if (Opcode == 0)
            {
                return;
            }

            bytes ??= new(Math.Max(16, piece.Length));
            pieces ??= [];
            bytes.Append(piece[..Math.Min(piece.Length, MaxKept - bytes.Length)]);
            if (pieces.Count < MaxPieces)
            {
                pieces.Add((frame, piece.Length));
            }
        }

        public readonly void Show(Packet p, in View whole, Node parent)
        {
            if (pieces is null)
            {
                return;
            }

            var tree = p.Generated(p.Add(parent, Fragments, whole, 0, whole.Captured));
            p.Label(tree, $"{pieces.Count} Reassembled websocket Fragment{(pieces.Count == 1 ? "" : "s")} ({whole.Reported} byte{(whole.Reported == 1 ? "" : "s")}): ");
            for (int i = 0; i < pieces.Count; i++)
            {
                p.AppendLabel(tree, $"{(i == 0 ? "" : ", ")}#{pieces[i].Frame}({pieces[i].Length})");
            }

            int offset = 0;
            foreach (var (frame, length) in pieces)
            {
                int at = Math.Min(offset, whole.Captured);
                var node = p.Generated(p.AddUInt(tree, Fragment, whole, at, Math.Min(length, whole.Captured - at), (uint)frame));
                p.Label(node, $"Frame: {frame}, payload: {offset}-{offset + length - 1} ({length} byte{(length == 1 ? "" : "s")})");
                offset += length;
            }

            p.Generated(p.AddUInt(tree, FragmentCount, whole, 0, 0, (uint)pieces.Count));
            p.Generated(p.AddUInt(tree, ReassembledLength, whole, 0, 0, (uint)whole.Reported));
        }

        /// <summary>RFC 7692 section 7.2.2: the message, then an empty stored block; it may refer to the 32 KB before it.</summary>
        public bool TryExpand(ReadOnlySpan<byte> compressed, out byte[] rented, out int length)
        {
            // What came before goes in front as a stored block, so that an ordinary inflater knows it.
            var input = ArrayPool<byte>.Shared.Rent(StoredHeader + windowLength + compressed.Length + 4);
            int at = 0;
            if (windowLength > 0)
            {
                input[at++] = 0;
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(input.AsSpan(at), (ushort)windowLength);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(input.AsSpan(at + 2), (ushort)~windowLength);
                at += 4;
                window.AsSpan(0, windowLength).CopyTo(input.AsSpan(at));
                at += windowLength;
            }

            compressed.CopyTo(input.AsSpan(at));
            at += compressed.Length;
            ReadOnlySpan<byte> end = [0, 0, 0xff, 0xff];
            end.CopyTo(input.AsSpan(at));
            at += end.Length;
            rented = ArrayPool<byte>.Shared.Rent(windowLength + Math.Max(256, compressed.Length * 4));
            length = 0;
            bool worked = true;
            try
            {
                using var source = new MemoryStream(input, 0, at);
                using var inflater = new DeflateStream(source, CompressionMode.Decompress);
                int read;
                while (length < MaxKept + windowLength && (read = inflater.Read(rented, length, rented.Length - length)) > 0)
                {
                    length += read;
                    if (length == rented.Length)
                    {
                        var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                        rented.AsSpan(0, length).CopyTo(larger);
                        ArrayPool<byte>.Shared.Return(rented);
                        rented = larger;
                    }
                }
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                // An inflater may complain that the last block is not marked as such: it never is.
                worked = length > windowLength;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(input);
            }

            int before = windowLength;
            length -= before;
            if (!worked || length < 0)
            {
                ArrayPool<byte>.Shared.Return(rented);
                return false;
            }

            Remember(rented.AsSpan(0, before + length));
            rented.AsSpan(before, length).CopyTo(rented);
            return true;
        }

        void Remember(ReadOnlySpan<byte> all)
        {
            window ??= new byte[MaxWindow];
            var tail = all[Math.Max(0, all.Length - MaxWindow)..];
            tail.CopyTo(window);
            windowLength = tail.Length;
        }
    }

    /// <summary>Starts a connection whose handshake was seen.</summary>
    internal void Open(Packet p, bool compressing)
    {
        if (p.Conversation is { } conversation)
        {
            conversation.GetOrAdd<WebSocketConnection>(this).IsCompressing = compressing;
        }
    }
}
