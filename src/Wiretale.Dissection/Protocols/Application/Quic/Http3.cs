using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9114 section 6.2 and 7; RFC 9204 section 5 (settings of QPACK), RFC 9218 section 7.2 (PRIORITY_UPDATE).
//
//   +-------------------------------------+--------------+----------------+----------
//   | stream type (unidirectional, first) | type (1..8)  | length (1..8)  | payload
//   +-------------------------------------+--------------+----------------+----------

/// <summary>HTTP/3: frames of the streams of QUIC. Header blocks stay as QPACK made them.</summary>
public sealed class Http3() : Dissector("http3")
{
    const ulong Settings = 4, PriorityUpdate = 0xf0700, PriorityUpdatePush = 0xf0701, Control = 0, Push = 1, Unidirectional = 2;

    static readonly Protocol P = new("Hypertext Transfer Protocol Version 3", "HTTP3", "http3");

    static readonly ValueNames FrameTypes = ValueNames.Of(() => [(0, "DATA"), (1, "HEADERS"), (2, "Reserved"), (3, "CANCEL_PUSH"), (Settings, "SETTINGS"), (5, "PUSH_PROMISE"), (6, "Reserved"),
        (7, "GOAWAY"), (8, "Reserved"), (9, "Reserved"), (0x0d, "MAX_PUSH_ID"), (0x0e, "Reserved"), (PriorityUpdate, "PRIORITY_UPDATE"), (PriorityUpdatePush, "PRIORITY_UPDATE")]);

    static readonly ValueNames SettingNames = ValueNames.Of(() => [(1, "Max Table Capacity"), (6, "Max Field Section Size"), (7, "Blocked Streams"), (8, "Extended CONNECT")]);

    static readonly Field StreamType = P.UInt64("http3.stream_type", "Stream Type", FieldBase.Hex,
        ValueNames.Of(() => [(Control, "Control Stream"), (Push, "Push Stream"), (2, "QPACK Encoder Stream"), (3, "QPACK Decoder Stream")]));
    static readonly Field PushId = P.UInt64("http3.push_id", "Push ID");
    static readonly Field FrameType = P.UInt64("http3.frame_type", "Type", FieldBase.Hex, FrameTypes, blurb: "Frame Type");
    static readonly Field FrameLength = P.UInt64("http3.frame_length", "Length", blurb: "Length of the Frame Payload");
    static readonly Field Payload = P.Bytes("http3.frame_payload", "Frame Payload");
    static readonly Field Setting = P.Label("http3.settings", "Settings");
    static readonly Field SettingId = P.UInt64("http3.settings.id", "Settings Identifier", FieldBase.Hex, SettingNames);
    static readonly Field SettingValue = P.UInt64("http3.settings.value", "Settings Value");
    static readonly Field TableCapacity = P.UInt64("http3.settings.qpack.max_table_capacity", "Max Table Capacity");
    static readonly Field SectionSize = P.UInt64("http3.settings.max_field_section_size", "Max header list size", blurb: "The default value is unlimited.");
    static readonly Field BlockedStreams = P.UInt64("http3.settings.qpack.blocked_streams", "Blocked Streams");
    static readonly Field ExtendedConnect = P.UInt64("http3.settings.extended_connect", "Extended CONNECT");
    static readonly Field PriorityElement = P.UInt64("http3.priority_update_element_id", "Priority Update Element ID");
    static readonly Field PriorityValue = P.String("http3.priority_update_field_value", "Priority Update Field Value");
    static readonly Expert UnknownStream = P.Expert("http3.unknown_stream_type", Severity.Warning, ExpertGroup.Protocol, "An unknown stream type was encountered");

    /// <summary>Whether a connection agreed on HTTP/3 or a draft of it.</summary>
    internal static bool IsSpokenBy(QuicConnection connection) => connection.Tls.Alpn is "h3";

    /// <summary>Takes what a stream has ready: its type at its beginning, and every whole frame.</summary>
    /// <returns>Bytes taken; the rest is the beginning of a frame that goes on.</returns>
    internal static int Deliver(Packet p, in View v, ulong streamId, QuicByteStream stream)
    {
        int whole = WholeLength(v.Bytes, streamId, stream);
        if (whole > 0)
        {
            var current = p.Engine.State<Http3Stream>();
            (current.Stream, current.IsUnidirectional) = (stream, (streamId & Unidirectional) != 0);
            p.CallGuarded(Catalog.Http3, v.Part(0, whole), Node.Root);
        }

        return whole;
    }

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("HTTP3");
        var tree = p.Open(P, v, parent);
        var current = p.Engine.State<Http3Stream>();
        var stream = current.Stream;
        int at = 0;
        if (current.IsUnidirectional && stream.Kind is null)
        {
            ulong kind = Quic.VarInt(v, ref at);
            stream.Kind = kind;
            var node = p.AddUInt(tree, StreamType, v, 0, at, kind);
            if (kind == Push)
            {
                int start = at;
                ulong push = Quic.VarInt(v, ref at);
                p.AddUInt(tree, PushId, v, start, at - start, push);
            }
            else if (StreamType.Names!.Find(kind) is null)
            {
                p.Expert(node.IsWanted ? node : tree, UnknownStream, v, 0, at);
            }
        }

        while (HasFrames(current.IsUnidirectional, stream) && at < v.Reported)
        {
            at = Frame(p, v, at, tree);
        }

        return Math.Max(1, v.Reported);
    }

    static bool HasFrames(bool isUnidirectional, QuicByteStream stream) => !isUnidirectional || stream.Kind is Control or Push;

    /// <summary>How many bytes are the stream's beginning and whole frames.</summary>
    internal static int WholeLength(ReadOnlySpan<byte> bytes, ulong streamId, QuicByteStream stream)
    {
        int at = 0;
        bool isUnidirectional = (streamId & Unidirectional) != 0;
        ulong? kind = stream.Kind;
        if (isUnidirectional && kind is null)
        {
            if (!TryVarInt(bytes, ref at, out ulong first) || (first == Push && !TryVarInt(bytes, ref at, out _)))
            {
                return 0;
            }

            kind = first;
        }

        if (isUnidirectional && kind is not (Control or Push))
        {
            return bytes.Length;
        }

        while (true)
        {
            int next = at;
            if (!TryVarInt(bytes, ref next, out _) || !TryVarInt(bytes, ref next, out ulong length) || length > (ulong)(bytes.Length - next))
            {
                return at;
            }

            at = next + (int)length;
        }
    }

    static bool TryVarInt(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        if (at >= bytes.Length || at + (1 << (bytes[at] >> 6)) > bytes.Length)
        {
            return false;
        }

        value = Quic.VarInt(new View(bytes, bytes.Length, 0), ref at);
        return true;
    }

    static int Frame(Packet p, in View v, int at, Node tree)
    {
        int start = at;
        ulong type = Quic.VarInt(v, ref at);
        int lengthAt = at;
        ulong length = Quic.VarInt(v, ref at);

        // RFC 9114 section 7.2.8: numbers of this form mean nothing, on purpose.
        string name = FrameTypes.Find(type) ?? (type >= 0x21 && (type - 0x21) % 0x1f == 0 ? "Reserved (GREASE)" : "Unknown");
        p.Info.Append(", "u8);
        p.Info.Append(name);
        p.Label(p.AddUInt(tree, FrameType, v, start, lengthAt - start, type), $"Type: {name} (0x{type:x16})");
        p.AddUInt(tree, FrameLength, v, lengthAt, at - lengthAt, length);
        var payload = v.Part(at, (int)length);
        if (payload.Reported > 0)
        {
            p.Add(tree, Payload, payload, 0, payload.Captured);
            if (type == Settings)
            {
                AddSettings(p, payload, tree);
            }
            else if (type is PriorityUpdate or PriorityUpdatePush)
            {
                int value = 0;
                ulong element = Quic.VarInt(payload, ref value);
                p.AddUInt(tree, PriorityElement, payload, 0, value, element);
                p.Add(tree, PriorityValue, payload, value, payload.Reported - value);
            }
        }

        return at + (int)length;
    }

    static void AddSettings(Packet p, in View v, Node tree)
    {
        for (int at = 0; at < v.Reported;)
        {
            int start = at;
            ulong id = Quic.VarInt(v, ref at);
            int valueAt = at;
            ulong value = Quic.VarInt(v, ref at);
            bool isGrease = id >= 0x21 && (id - 0x21) % 0x1f == 0;
            string name = SettingNames.Find(id) ?? (isGrease ? "Reserved (GREASE)" : "Unknown");
            var item = p.Add(tree, Setting, v, start, at - start);
            p.Label(item, $"Settings - {name}: {value}");
            var under = item.IsWanted ? item : tree;
            p.Label(p.AddUInt(under, SettingId, v, start, valueAt - start, id), $"Settings Identifier: {name} (0x{id:x16})");
            p.AddUInt(under, SettingValue, v, valueAt, at - valueAt, value);
            if (id switch { 1 => TableCapacity, 6 => SectionSize, 7 => BlockedStreams, 8 => ExtendedConnect, _ => null } is { } own)
            {
                p.AddUInt(under, own, v, valueAt, at - valueAt, value);
            }
        }
    }

    /// <summary>The stream whose bytes are being dissected.</summary>
    sealed class Http3Stream
    {
        public QuicByteStream Stream = null!;
        public bool IsUnidirectional;
    }
}
