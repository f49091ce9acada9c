using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9000 section 17, RFC 9001 section 5.4; RFC 9369 section 3.2 (packet types of version 2).
//
//   0      1          5      6       6+n    7+n     7+n+m
//   +------+----------+------+-------+------+-------+----------------------------------------------+
//   | flags| version  | dcil | DCID  | scil | SCID  | token (Initial), length, packet number, data |
//   +------+----------+------+-------+------+-------+----------------------------------------------+
//
//   0      1      1+n
//   +------+------+-----------------------+
//   | flags| DCID | packet number, data   |   short header
//   +------+------+-----------------------+

/// <summary>QUIC: headers of every version and draft; Initial packets are decrypted.</summary>
public sealed class Quic() : Dissector("quic")
{
    const int PacketLimit = 1 << 16;

    internal static readonly Protocol P = new("QUIC IETF", "QUIC", "quic");

    static readonly ValueNames Versions = ValueNames.Ranges(() => [.. QuicVersions.Names.Select(n => ((ulong)n.First, (ulong)n.Last, n.Name))]);
    static readonly Field ConnectionNumber = P.UInt32("quic.connection.number", "Connection Number", blurb: "Connection identifier within this capture file");
    static readonly Field PacketLength = P.UInt32("quic.packet_length", "Packet Length", blurb: "Size of the QUIC packet");
    static readonly Field HeaderForm = P.UInt8("quic.header_form", "Header Form", names: ValueNames.Of(() => [(0, "Short Header"), (1, "Long Header")]), mask: 0x80,
        blurb: "The most significant bit (0x80) of the first octet is set to 1 for long headers and 0 for short headers.");
    static readonly Field FixedBit = P.Flag("quic.fixed_bit", "Fixed Bit", 8, 0x40, blurb: "Must be 1");
    static readonly Field LongType = P.UInt8("quic.long.packet_type", "Packet Type", names: ValueNames.Of(() => [(0, "Initial"), (3, "Retry"), (2, "Handshake"), (1, "0-RTT")]), mask: 0x30,
        blurb: "Long Header Packet Type");
    static readonly Field LongTypeTwo = P.UInt8("quic.long.packet_type_v2", "Packet Type", names: ValueNames.Of(() => [(0, "Retry"), (1, "Initial"), (2, "0-RTT"), (3, "Handshake")]), mask: 0x30,
        blurb: "Long Header Packet Type");
    static readonly Field LongReserved = P.UInt8("quic.long.reserved", "Reserved", mask: 0x0c, blurb: "Reserved bits (protected using header protection)");
    static readonly Field NumberLength = P.UInt8("quic.packet_number_length", "Packet Number Length", names: ValueNames.Of(() => [(0, "1 bytes"), (1, "2 bytes"), (2, "3 bytes"), (3, "4 bytes")]), mask: 0x03,
        blurb: "Packet Number field length (protected using header protection)");
    static readonly Field Destination = P.Bytes("quic.dcid", "Destination Connection ID");
    static readonly Field Source = P.Bytes("quic.scid", "Source Connection ID");
    static readonly Field DestinationLength = P.UInt8("quic.dcil", "Destination Connection ID Length");
    static readonly Field SourceLength = P.UInt8("quic.scil", "Source Connection ID Length");
    static readonly Field TokenLength = P.UInt64("quic.token_length", "Token Length");
    static readonly Field Token = P.Bytes("quic.token", "Token");
    static readonly Field Length = P.UInt64("quic.length", "Length", blurb: "Length of Packet Number and Payload fields");
    static readonly Field PacketNumber = P.UInt64("quic.packet_number", "Packet Number", blurb: "Decoded packet number");
    static readonly Field Version = P.UInt32("quic.version", "Version", FieldBase.Hex, Versions);
    static readonly Field SupportedVersion = P.UInt32("quic.supported_version", "Supported Version", FieldBase.Hex, Versions);
    static readonly Field Unused = P.UInt8("quic.vn.unused", "Unused", FieldBase.Hex, mask: 0x7f);
    static readonly Field ShortHeader = P.Label("quic.short", "QUIC Short Header");
    static readonly Field SpinBit = P.Flag("quic.spin_bit", "Spin Bit", 8, 0x20, blurb: "Latency Spin Bit");
    static readonly Field ShortReserved = P.UInt8("quic.short.reserved", "Reserved", mask: 0x18, blurb: "Reserved bits (protected using header protection)");
    static readonly Field KeyPhase = P.Flag("quic.key_phase", "Key Phase Bit", 8, 0x04, blurb: "Selects the packet protection keys to use (protected using header protection)");
    static readonly Field ProtectedPayload = P.Bytes("quic.protected_payload", "Protected Payload", blurb: "1-RTT protected payload");
    static readonly Field Payload = P.Bytes("quic.payload", "Payload", blurb: "(Encrypted) payload of a packet");
    static readonly Field Remaining = P.Bytes("quic.remaining_payload", "Remaining Payload", blurb: "Remaining payload in a packet (possibly PKN followed by encrypted payload)");
    static readonly Field RetryToken = P.Bytes("quic.retry_token", "Retry Token");
    static readonly Field RetryTag = P.Bytes("quic.retry_integrity_tag", "Retry Integrity Tag");
    internal static readonly QuicFrameFields Frames = new(P);

    static readonly Expert UnknownConnection = P.Expert("quic.connection.unknown", Severity.Note, ExpertGroup.Protocol, "Unknown QUIC connection. Missing Initial Packet or migrated connection?");
    static readonly Expert DecryptionFailed = P.Expert("quic.decryption_failed", Severity.Warning, ExpertGroup.Decryption, "Failed to decrypt handshake");
    static readonly Expert BadRetry = P.Expert("quic.bad_retry", Severity.Warning, ExpertGroup.Protocol, "Retry Integrity Tag verification failure");
    static readonly Expert CoalescedPadding = P.Expert("quic.coalesced_padding_data", Severity.Note, ExpertGroup.Protocol, "(Random) padding data appended to the datagram");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Udp.Heuristics, Guess);

    /// <summary>A long header of a version that is known, with connection IDs that fit, begins a conversation of QUIC.</summary>
    bool Guess(Packet p, in View v, Node parent)
    {
        const int Least = 13;
        if (v.Captured < Least || (v.U8(0) & 0x80) == 0 || QuicVersions.Draft(v.U32(1)) < 11)
        {
            return false;
        }

        int destination = v.U8(5);
        if (destination > ConnectionId.Limit || !v.Has(6 + destination, 1) || v.U8(6 + destination) > ConnectionId.Limit)
        {
            return false;
        }

        if (p.Conversation is { } conversation)
        {
            conversation.Dissector = this;
        }

        Dissect(p, v, parent);
        return true;
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("QUIC");
        p.Info.Clear();
        var connections = p.Engine.State<QuicConnections>();
        var conversation = p.Conversation?.GetOrAdd<QuicConversation>(this);
        var first = ReadHeader(v);
        ConnectionId destination;
        bool fromServer;
        QuicConnection? connection;
        if (first.Type == QuicPacketType.Short)
        {
            connection = connections.FindShort(p, v.Bytes.Length > 1 ? v.Bytes[1..] : [], conversation, out destination, out fromServer);
        }
        else
        {
            destination = first.Destination;
            connection = connections.Find(p, first.Type, destination, conversation, out fromServer);
            connection = connections.Learn(p, connection, first.Type, first.Version, first.Source, destination, fromServer, conversation);
        }

        var context = new Context(connections, connection, destination, fromServer,
            connection is null ? 0 : first.Type == QuicPacketType.Short ? destination.Length : connection.IdLength(ofServer: !fromServer));
        int at = 0;
        while (at < v.Reported)
        {
            var rest = v.From(at);
            var header = at == 0 ? first : ReadHeader(rest);
            if (at > 0 && !BelongsTo(rest, header, context))
            {
                var padding = p.Open(P, rest, parent);
                p.Expert(padding, CoalescedPadding, rest, 0, 0);
                break;
            }

            int length = header.PacketLength == 0 ? rest.Reported : (int)Math.Min(header.PacketLength, (ulong)rest.Reported);
            var packet = rest.Part(0, length);
            var tree = p.Open(P, packet, parent);
            if (at == 0)
            {
                AddConnection(p, packet, tree, connection);
            }

            p.Generated(p.AddUInt(tree, PacketLength, packet, 0, 0, (uint)length));
            switch (header.Type)
            {
                case QuicPacketType.Short:
                    DissectShort(p, packet, tree, context);
                    break;
                case QuicPacketType.VersionNegotiation:
                    DissectNegotiation(p, packet, tree, header);
                    break;
                case QuicPacketType.Retry:
                    DissectRetry(p, packet, tree, header, context);
                    break;
                default:
                    DissectLong(p, packet, tree, header, context);
                    break;
            }

            at += length;
        }

        return v.Reported;
    }

    /// <summary>RFC 9000 section 12.2: packets in one datagram have the same destination; what has not is padding.</summary>
    static bool BelongsTo(in View v, in Header header, in Context context)
    {
        if (header.Type != QuicPacketType.Short)
        {
            return header.Destination == context.Destination;
        }

        int length = context.ShortLength;
        return context.Connection is null || (length == context.Destination.Length && v.Has(1, length) && ConnectionId.From(v.Span(1, length)) == context.Destination);
    }

    static void AddConnection(Packet p, in View v, Node tree, QuicConnection? connection)
    {
        if (!p.WantsFields)
        {
            return;
        }

        var branch = p.AddText(tree, v, 0, 0, "QUIC Connection information");
        branch = branch.IsWanted ? branch : tree;
        if (connection is null)
        {
            p.Expert(branch, UnknownConnection, v, 0, 0);
        }
        else
        {
            p.Generated(p.AddUInt(branch, ConnectionNumber, v, 0, 0, (uint)connection.Number));
        }
    }

    /// <summary>What a header says before anything is decrypted; a short one says nothing.</summary>
    static Header ReadHeader(in View v)
    {
        byte flags = v.U8(0);
        if ((flags & 0x80) == 0)
        {
            return new(QuicPacketType.Short, 0, default, default, 0, 0);
        }

        uint version = v.U32(1);
        var type = TypeOf(version, flags);
        int length = v.U8(5), at = 6;
        var destination = ConnectionId.From(v.Span(at, Math.Min(length, ConnectionId.Limit)));
        at += length;
        length = v.U8(at++);
        var source = ConnectionId.From(v.Span(at, Math.Min(length, ConnectionId.Limit)));
        at += length;
        int payload = at;
        ulong packetLength = 0;
        if (type is QuicPacketType.Initial or QuicPacketType.Handshake or QuicPacketType.ZeroRtt)
        {
            if (type == QuicPacketType.Initial)
            {
                ulong token = VarInt(v, ref at);
                at = token < PacketLimit ? at + (int)token : v.Reported;
            }

            packetLength = VarInt(v, ref at);
            packetLength += (ulong)at;
        }

        return new(type, version, destination, source, payload, packetLength);
    }

    static QuicPacketType TypeOf(uint version, byte flags)
    {
        int bits = (flags >> 4) & 3;
        if (version == QuicVersions.Negotiation)
        {
            return QuicPacketType.VersionNegotiation;
        }

        // RFC 9369 section 3.2: one further than in version 1.
        return (QuicVersions.IsTwo(version) ? (bits + 3) & 3 : bits) switch
        {
            0 => QuicPacketType.Initial,
            1 => QuicPacketType.ZeroRtt,
            2 => QuicPacketType.Handshake,
            _ => QuicPacketType.Retry,
        };
    }

    /// <summary>An integer of 1, 2, 4 or 8 bytes (RFC 9000 section 16).</summary>
    internal static ulong VarInt(in View v, ref int at)
    {
        int length = 1 << (v.U8(at) >> 6);
        ulong value = v.UInt(at, length) & (ulong.MaxValue >> (66 - (8 * length)));
        at += length;
        return value;
    }

    static void AddFirstByte(Packet p, in View v, Node tree, in Header header, byte flags, bool isOpen)
    {
        p.Add(tree, HeaderForm, v, 0);
        if (header.Type != QuicPacketType.Retry)
        {
            p.Add(tree, FixedBit, v, 0);
        }

        p.Add(tree, QuicVersions.IsTwo(header.Version) ? LongTypeTwo : LongType, v, 0);
        if (isOpen)
        {
            p.AddUInt(tree, LongReserved, v, 0, 1, flags);
            p.AddUInt(tree, NumberLength, v, 0, 1, flags);
        }
    }

    /// <summary>Version and connection IDs; also in the Info column.</summary>
    static void AddIds(Packet p, in View v, Node tree)
    {
        uint version = v.U32(1);
        var node = p.Add(tree, Version, v, 1);
        if (QuicVersions.IsReserved(version))
        {
            p.AppendLabel(node, " (Forcing Version Negotiation)");
        }

        int at = 5, length = v.U8(at);
        p.Add(tree, DestinationLength, v, at++);
        if (length > 0)
        {
            p.Add(tree, Destination, v, at, length);
            AppendId(p, ", DCID=", v.Span(at, length));
        }

        at += length;
        length = v.U8(at);
        p.Add(tree, SourceLength, v, at++);
        if (length > 0)
        {
            p.Add(tree, Source, v, at, length);
            AppendId(p, ", SCID=", v.Span(at, length));
        }
    }

    static void AppendId(Packet p, string name, ReadOnlySpan<byte> id)
    {
        if (!p.Info.Writable)
        {
            return;
        }

        Span<byte> hex = stackalloc byte[2 * 255];
        for (int i = 0; i < id.Length; i++)
        {
            hex[2 * i] = "0123456789abcdef"u8[id[i] >> 4];
            hex[(2 * i) + 1] = "0123456789abcdef"u8[id[i] & 15];
        }

        p.Info.Append(name);
        p.Info.Append(hex[..(2 * id.Length)]);
    }

    static void DissectNegotiation(Packet p, in View v, Node tree, in Header header)
    {
        p.Info.Set("Version Negotiation"u8);
        p.Add(tree, HeaderForm, v, 0);
        p.Add(tree, Unused, v, 0);
        AddIds(p, v, tree);
        for (int at = header.Payload; at < v.Reported; at += 4)
        {
            var node = p.Add(tree, SupportedVersion, v, at);
            if (QuicVersions.IsReserved(v.U32(at)))
            {
                p.AppendLabel(node, " (GREASE)");
            }
        }
    }

    static void DissectRetry(Packet p, in View v, Node tree, in Header header, in Context context)
    {
        p.Info.Set("Retry"u8);
        AddFirstByte(p, v, tree, header, 0, isOpen: false);
        AddIds(p, v, tree);
        int end = v.Reported - QuicKeys.Tag;
        if (QuicVersions.Draft(header.Version) < 25 || end < header.Payload)
        {
            // Until draft 24 the original ID stood here (draft-24 section 17.2.5), and no tag.
            p.Add(tree, RetryToken, v, header.Payload);
            return;
        }

        if (end > header.Payload)
        {
            p.Add(tree, RetryToken, v, header.Payload, end - header.Payload);
        }

        var node = p.Add(tree, RetryTag, v, end, QuicKeys.Tag);
        if (!p.WantsFields)
        {
            return;
        }

        Span<byte> original = stackalloc byte[ConnectionId.Limit];
        bool? right = context.Connection is { } connection && v.Captured == v.Reported
            ? QuicKeys.CheckRetry(header.Version, original[..connection.Initial.CopyTo(original)], v.Bytes)
            : null;
        p.AppendLabel(node, right switch { true => " [verified]", false => " [incorrect]", _ => " [unverified]" });
        if (right == false)
        {
            p.Expert(node, BadRetry, v, end, QuicKeys.Tag);
        }
    }

    static void DissectShort(Packet p, in View v, Node tree, in Context context)
    {
        int id = context.ShortLength, at = 1 + id;
        var secret = SecretOf(p, context, QuicLevel.Application);
        bool isOpen = TryHeader(v, at, secret?.Keys, context, QuicLevel.Application, out var number);
        bool phase = isOpen && (number.Flags & KeyPhase.Mask) != 0;
        p.Info.Set(phase ? "Protected Payload (KP1)"u8 : "Protected Payload (KP0)"u8);
        var branch = p.Add(tree, ShortHeader, v, 0, at);
        p.Label(branch, $"QUIC Short Header");
        var under = branch.IsWanted ? branch : tree;
        p.Add(under, HeaderForm, v, 0);
        p.Add(under, FixedBit, v, 0);
        p.Add(under, SpinBit, v, 0);
        if (isOpen)
        {
            p.AddUInt(under, ShortReserved, v, 0, 1, number.Flags);
            p.AddFlag(under, KeyPhase, v, 0, 1, phase);
            p.AddUInt(under, NumberLength, v, 0, 1, number.Flags);
        }

        if (id > 0)
        {
            p.Add(under, Destination, v, 1, id);
            AppendId(p, ", DCID=", v.Span(1, id));
            if (p.WantsTree)
            {
                p.AppendLabel(branch, $" DCID={Convert.ToHexStringLower(v.Span(1, id))}");
            }
        }

        if (!isOpen)
        {
            AddFailure(p, v, tree, at, context);
            return;
        }

        p.Info.Append($", PKN: {number.Full}");
        p.AppendLabel(branch, $" PKN={number.Full}");
        p.AddUInt(under, PacketNumber, v, at, number.Length, number.Full);
        int payload = at + number.Length;
        var node = p.Add(under, ProtectedPayload, v, payload, v.CapturedFrom(payload));
        Open(p, v, tree, node, payload, number, QuicLevel.Application, secret, context);
    }

    /// <summary>What opens a level above Initial, when somebody looks.</summary>
    static QuicSecret? SecretOf(Packet p, in Context context, QuicLevel level) =>
        (p.WantsFields || p.WantsColumns) && !p.IsQuoted ? context.Connection?.Side(context.FromServer).Secret(p, context.Connection, level, context.FromServer) : null;

    /// <summary>Takes the protection off the first byte and the packet number; false without keys.</summary>
    /// <param name="at">Where the packet number stands.</param>
    static bool TryHeader(in View v, int at, QuicKeys? keys, in Context context, QuicLevel level, out Number number)
    {
        // The sample lies four bytes behind the packet number's first (RFC 9001 section 5.4.2).
        const int LongestNumber = 4;
        number = default;
        if (keys is null || !v.Has(at + LongestNumber, QuicKeys.Sample))
        {
            return false;
        }

        Span<byte> mask = stackalloc byte[QuicKeys.Sample];
        keys.HeaderMask(v.Span(at + LongestNumber, QuicKeys.Sample), mask);
        byte flags = v.U8(0);
        flags ^= (byte)(mask[0] & ((flags & 0x80) != 0 ? 0x0f : 0x1f));
        int length = (flags & 3) + 1;
        uint low = 0;
        for (int i = 0; i < length; i++)
        {
            low = (low << 8) | (uint)(v.U8(at + i) ^ mask[1 + i]);
        }

        number = new(flags, low, length, Expand(context.Connection!.Side(context.FromServer).Largest(level), low, length));
        return true;
    }

    /// <summary>Why the rest of a packet stays closed.</summary>
    static void AddFailure(Packet p, in View v, Node tree, int at, in Context context)
    {
        if (!p.WantsFields)
        {
            return;
        }

        bool isLong = (v.U8(0) & 0x80) != 0;
        if (context.Connection is not { } connection)
        {
            if (isLong)
            {
                p.Expert(tree, DecryptionFailed, v, 0, 0, $"Failed to decrypt packet number");
            }
        }
        else if (!connection.HasServerHello)
        {
            p.Expert(tree, DecryptionFailed, v, 0, 0, $"Failed to create decryption context: Missing TLS handshake, unsupported ciphers or padding");
        }
        else if (isLong || !connection.IsClosed)
        {
            p.Expert(tree, DecryptionFailed, v, 0, 0, $"Failed to create decryption context: Secrets are not available");
            connection.IsClosed |= !isLong;
        }

        if (at < v.Captured)
        {
            p.Add(tree, Remaining, v, at, v.CapturedFrom(at));
        }
    }

    static void DissectLong(Packet p, in View v, Node tree, in Header header, in Context context)
    {
        p.Info.Set(header.Type switch { QuicPacketType.Initial => "Initial"u8, QuicPacketType.Handshake => "Handshake"u8, _ => "0-RTT"u8 });
        int at = header.Payload;
        ulong token = 0;
        int tokenAt = at;
        if (header.Type == QuicPacketType.Initial)
        {
            token = VarInt(v, ref at);
            at = token < PacketLimit ? at + (int)token : v.Reported;
        }

        int lengthAt = at;
        ulong length = VarInt(v, ref at);

        var level = header.Type switch { QuicPacketType.Initial => QuicLevel.Initial, QuicPacketType.Handshake => QuicLevel.Handshake, _ => QuicLevel.Early };
        var secret = level == QuicLevel.Initial ? null : SecretOf(p, context, level);
        var keys = level != QuicLevel.Initial ? secret?.Keys
            : (p.WantsFields || p.WantsColumns) && context.Connection is { } connection ? connection.Side(context.FromServer).InitialKeys(connection, context.FromServer, context.Connections)
            : null;
        bool isOpen = TryHeader(v, at, keys, context, level, out var number);
        AddFirstByte(p, v, tree, header, number.Flags, isOpen);
        AddIds(p, v, tree);
        if (header.Type == QuicPacketType.Initial)
        {
            int behind = tokenAt;
            VarInt(v, ref behind);
            p.AddUInt(tree, TokenLength, v, tokenAt, behind - tokenAt, token);
            if (token > 0)
            {
                p.Add(tree, Token, v, behind, lengthAt - behind);
            }
        }

        p.AddUInt(tree, Length, v, lengthAt, at - lengthAt, length);
        if (!isOpen)
        {
            AddFailure(p, v, tree, at, context);
            return;
        }

        p.Info.Append($", PKN: {number.Full}");
        p.AddUInt(tree, PacketNumber, v, at, number.Length, number.Full);
        int payload = at + number.Length;
        if (payload >= v.Captured)
        {
            return;
        }

        var node = p.Add(tree, Payload, v, payload, v.CapturedFrom(payload));
        Open(p, v, tree, node, payload, number, level, secret, context);
    }

    /// <summary>Decrypts what follows the header, and takes its frames apart.</summary>
    static void Open(Packet p, in View v, Node tree, Node node, int payload, in Number number, QuicLevel level, QuicSecret? secret, in Context context)
    {
        int length = v.Captured - payload - QuicKeys.Tag;
        if (length < 0 || payload > PacketLimit)
        {
            p.Expert(node, DecryptionFailed, v, payload, 0, $"Decryption failed: Decryption not possible, ciphertext is too short");
            return;
        }

        byte[]? large = payload > 2048 ? System.Buffers.ArrayPool<byte>.Shared.Rent(payload) : null;
        var plain = System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        Span<byte> header = large ?? stackalloc byte[2048];
        v.Span(0, payload).CopyTo(header);
        header[0] = number.Flags;
        for (int i = 0; i < number.Length; i++)
        {
            header[payload - 1 - i] = (byte)(number.Short >> (8 * i));
        }

        var side = context.Connection!.Side(context.FromServer);
        bool phase = level == QuicLevel.Application && (number.Flags & KeyPhase.Mask) != 0;
        var cipher = v.Span(payload, length + QuicKeys.Tag);
        bool isRight = secret is null
            ? side.InitialKeys(context.Connection, context.FromServer, context.Connections).TryOpen(number.Full, header[..payload], cipher, plain.AsSpan(0, length))
            : secret.TryOpen(phase, number.Full, header[..payload], cipher, plain.AsSpan(0, length));
        if (large is not null)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(large);
        }

        if (!isRight)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(plain);
            p.Expert(node, DecryptionFailed, v, payload, 0, $"Decryption failed: Decryption (checktag) failed: Checksum error");
            return;
        }

        // Only a number that its packet vouches for counts.
        if (secret is not null)
        {
            p.Engine.Shared<Tls.TlsSecrets>().Opened();
        }

        ref ulong largest = ref side.Largest(level);
        largest = Math.Max(largest, number.Full);
        var buffer = p.AddBuffer(plain, length, "Decrypted QUIC");
        QuicFrames.Dissect(p, buffer, tree, context.Connection, context.FromServer, level, Frames);
    }

    /// <summary>The whole packet number: the one with these low bits that is next to the largest so far (RFC 9000 section A.3).</summary>
    static ulong Expand(ulong largest, uint low, int length)
    {
        ulong expected = largest + 1, window = 1ul << (8 * length), half = window / 2;
        ulong candidate = (expected & ~(window - 1)) | low;
        if (candidate + half <= expected && candidate < (1ul << 62) - window)
        {
            return candidate + window;
        }

        return candidate > expected + half && candidate >= window ? candidate - window : candidate;
    }

    readonly record struct Header(QuicPacketType Type, uint Version, ConnectionId Destination, ConnectionId Source, int Payload, ulong PacketLength);

    readonly record struct Number(byte Flags, uint Short, int Length, ulong Full);

    readonly record struct Context(QuicConnections Connections, QuicConnection? Connection, ConnectionId Destination, bool FromServer, int ShortLength);
}
