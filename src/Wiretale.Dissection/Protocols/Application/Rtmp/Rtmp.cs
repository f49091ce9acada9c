using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Rtmp;

// Specification: RTMP 1.0 (Adobe, 2012) sections 5.2 (handshake), 5.3 (chunks), 5.4 and 6 (messages), 7 (commands).
//
//   client: 3, 1536 bytes; 1536 bytes      server: 3, 1536 bytes, 1536 bytes      then chunks:
//   +----+-----------+------------------+-----------+-----------+------------------+
//   |fmt | stream id | timestamp (0, 3) | length (3)| type (1)  | stream number (4)|  as much of it as the format says, and a piece of a message
//   +----+-----------+------------------+-----------+-----------+------------------+

/// <summary>Real Time Messaging Protocol.</summary>
public sealed class Rtmp() : Dissector("rtmpt", "amf")
{
    const uint Port = 1935;
    const int ClientFirst = 1537, ClientSecond = 1536, ServerAll = 3073;
    const int SetChunkSize = 1, Abort = 2, Acknowledgement = 3, UserControl = 4, WindowSize = 5, PeerBandwidth = 6, Audio = 8, Video = 9, Data = 18, Command = 20;

    static readonly Protocol P = new("Real Time Messaging Protocol", "RTMPT", "rtmpt");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Set Chunk Size"), (2, "Abort Message"), (3, "Acknowledgement"), (4, "User Control Message"), (5, "Window Acknowledgement Size"),
        (6, "Set Peer Bandwidth"), (8, "Audio Data"), (9, "Video Data"), (15, "AMF3 Data"), (16, "AMF3 Shared Object"), (17, "AMF3 Command"),
        (18, "AMF0 Data"), (19, "AMF0 Shared Object"), (20, "AMF0 Command"), (22, "Aggregate")]);

    static readonly ValueNames EventTypes = ValueNames.Of(() => [
        (0, "Stream Begin"), (1, "Stream EOF"), (2, "Stream Dry"), (3, "Set Buffer Length"), (4, "Stream Is Recorded"), (6, "Ping Request"), (7, "Ping Response")]);

    static readonly ValueNames Limits = ValueNames.Of(() => [(0, "Hard"), (1, "Soft"), (2, "Dynamic")]);
    static readonly ValueNames Sounds = ValueNames.Of(() => [
        (0, "Uncompressed"), (1, "ADPCM"), (2, "MP3"), (3, "Uncompressed, little-endian"), (4, "Nellymoser 16kHz"), (5, "Nellymoser 8kHz"),
        (6, "Nellymoser"), (7, "G711A"), (8, "G711U"), (9, "Nellymoser 16kHz"), (10, "HE-AAC"), (11, "SPEEX")]);

    static readonly ValueNames Rates = ValueNames.Of(() => [(0, "5.5 kHz"), (1, "11 kHz"), (2, "22 kHz"), (3, "44 kHz")]);
    static readonly ValueNames Widths = ValueNames.Of(() => [(0, "8 bit"), (1, "16 bit")]);
    static readonly ValueNames Channels = ValueNames.Of(() => [(0, "mono"), (1, "stereo")]);
    static readonly ValueNames Frames = ValueNames.Of(() => [
        (1, "keyframe"), (2, "inter-frame"), (3, "disposable inter-frame"), (4, "generated key frame"), (5, "video info/command frame")]);

    static readonly ValueNames Pictures = ValueNames.Of(() => [
        (2, "Sorensen H.263"), (3, "Screen video"), (4, "On2 VP6"), (5, "On2 VP6+alpha"), (6, "Screen video version 2"), (7, "H.264")]);

    static readonly Field ClientVersion = P.Bytes("rtmpt.handshake.c0", "Protocol version");
    static readonly Field ServerVersion = P.Bytes("rtmpt.handshake.s0", "Protocol version");
    static readonly Field ClientOne = P.Bytes("rtmpt.handshake.c1", "Handshake data");
    static readonly Field ServerOne = P.Bytes("rtmpt.handshake.s1", "Handshake data");
    static readonly Field ClientTwo = P.Bytes("rtmpt.handshake.c2", "Handshake data");
    static readonly Field ServerTwo = P.Bytes("rtmpt.handshake.s2", "Handshake data");
    static readonly Field Format = P.UInt8("rtmpt.header.format", "Format", mask: 0xc0);
    static readonly Field ChunkStream = P.UInt8("rtmpt.header.csid", "Chunk Stream ID", mask: 0x3f);
    static readonly Field Timestamp = P.UInt24("rtmpt.header.timestamp", "Timestamp");
    static readonly Field TimestampDelta = P.UInt24("rtmpt.header.timestampdelta", "Timestamp delta");
    static readonly Field BodySize = P.UInt24("rtmpt.header.bodysize", "Body size");
    static readonly Field TypeId = P.UInt8("rtmpt.header.typeid", "Type ID", FieldBase.Hex, Types);
    static readonly Field StreamNumber = P.UInt32("rtmpt.header.streamid", "Stream ID");
    static readonly Field ExtendedTime = P.UInt24("rtmpt.header.ets", "Extended timestamp");
    static readonly Field ChunkSize = P.UInt32("rtmpt.scm.chunksize", "Chunk size");
    static readonly Field AbortedStream = P.UInt32("rtmpt.scm.csid", "Chunk stream ID");
    static readonly Field SequenceNumber = P.UInt32("rtmpt.scm.seq", "Sequence number");
    static readonly Field Window = P.UInt32("rtmpt.scm.was", "Window acknowledgement size");
    static readonly Field LimitType = P.UInt8("rtmpt.scm.limittype", "Limit type", FieldBase.Dec, Limits);
    static readonly Field EventType = P.UInt16("rtmpt.ucm.eventtype", "Event type", FieldBase.Dec, EventTypes);
    static readonly Field CallFrame = P.FrameNumber("rtmpt.function.response", "Call for this response in frame");
    static readonly Field AnswerFrame = P.FrameNumber("rtmpt.function.call", "Response to this call in frame");
    static readonly Field AudioData = P.Bytes("rtmpt.audio.data", "Audio data");
    static readonly Field AudioControl = P.UInt8("rtmpt.audio.control", "Audio control", FieldBase.Hex);
    static readonly Layout AudioParts = new(
        P.UInt8("rtmpt.audio.format", "Format", FieldBase.Dec, Sounds, mask: 0xf0, blurb: "RTMPT Audio format"),
        P.UInt8("rtmpt.audio.rate", "Sample rate", FieldBase.Dec, Rates, mask: 0x0c, blurb: "RTMPT Audio sample rate"),
        P.UInt8("rtmpt.audio.size", "Sample size", FieldBase.Dec, Widths, mask: 0x02, blurb: "RTMPT Audio sample size"),
        P.UInt8("rtmpt.audio.type", "Channels", FieldBase.Dec, Channels, mask: 0x01, blurb: "RTMPT Audio channel count"));

    static readonly Layout VideoParts = new(
        P.UInt8("rtmpt.video.type", "Type", FieldBase.Dec, Frames, mask: 0xf0, blurb: "RTMPT Video type"),
        P.UInt8("rtmpt.video.format", "Format", FieldBase.Dec, Pictures, mask: 0x0f, blurb: "RTMPT Video format"));

    static readonly Field VideoData = P.Bytes("rtmpt.video.data", "Video data");
    static readonly Field VideoControl = P.UInt8("rtmpt.video.control", "Video control", FieldBase.Hex);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => [Amf0.P];

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(Amf0)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.Conversation is not { } conversation || p.Stream is not { } stream || p.IsQuoted)
        {
            return 0;
        }

        var talk = conversation.GetOrAdd<Talk>(this);
        bool isClient = p.DestinationPort == Port || (p.SourcePort != Port && stream.IsFromFirst);
        var side = isClient ? talk.Client : talk.Server;
        if (!Follows(side, stream.Position, v, isClient, out int at))
        {
            return 0;
        }

        int shown = 0;
        while (at < v.Captured && !side.IsLost)
        {
            if (side.HandshakeLeft > 0)
            {
                at += side.TakeHandshake(v.Bytes[at..]);
                if (side.HandshakeLeft == 0)
                {
                    ShowHandshake(p, parent, side, isClient, shown++ == 0);
                    if (isClient && side.Handshakes == 1)
                    {
                        side.Begin(ClientSecond);
                    }
                }

                continue;
            }

            at += side.Take(v.Bytes[at..], out var message);
            if (message is not null)
            {
                Show(p, parent, message, side, isClient ? talk.Server : talk.Client, shown++ == 0);
            }
        }

        if (shown == 0)
        {
            p.SayNothing();
        }

        return v.Reported;
    }

    /// <summary>Whether the bytes go on where the side's last ones ended; what came before is left out.</summary>
    static bool Follows(RtmpSide side, uint position, in View v, bool isClient, out int at)
    {
        at = 0;
        if (side.Next == 0)
        {
            side.IsLost = position != 1 || v.U8(0) != 3;
            side.Next = 1;
            side.Begin(isClient ? ClientFirst : ServerAll);
        }

        int behind = (int)(side.Next - position);
        if (side.IsLost || behind < 0 || v.Captured < v.Reported)
        {
            side.IsLost = true;
            return false;
        }

        at = Math.Min(behind, v.Captured);
        side.Next = Math.Max(side.Next, position + (uint)v.Reported);
        return true;
    }

    static void Say(Packet p, bool isFirst, string what)
    {
        p.SetProtocol("RTMP");
        if (isFirst)
        {
            p.Info.Set(what);
        }
        else
        {
            p.Info.Append("|"u8);
            p.Info.Append(what);
        }
    }

    static void ShowHandshake(Packet p, Node parent, RtmpSide side, bool isClient, bool isFirst)
    {
        string name = !isClient ? "Handshake S0+S1+S2" : side.Handshakes == 1 ? "Handshake C0+C1" : "Handshake C2";
        Say(p, isFirst, name);
        if (!p.WantsFields)
        {
            return;
        }

        var v = p.AddBuffer(side.Handshake, "Handshake");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Real Time Messaging Protocol ({name})");
        var branch = p.AddText(tree, v, 0, v.Captured, name).Or(tree);
        switch (v.Captured)
        {
            case ClientFirst:
                p.Add(branch, ClientVersion, v, 0, 1);
                p.Add(branch, ClientOne, v, 1, 1536);
                break;
            case ServerAll:
                p.Add(branch, ServerVersion, v, 0, 1);
                p.Add(branch, ServerOne, v, 1, 1536);
                p.Add(branch, ServerTwo, v, 1537, 1536);
                break;
            default:
                p.Add(branch, ClientTwo, v, 0, 1536);
                break;
        }
    }

    static void Show(Packet p, Node parent, RtmpMessage message, RtmpSide side, RtmpSide other, bool isFirst)
    {
        var v = p.AddBuffer(message.Kept, "Unchunked RTMP", message.HeaderLength + message.Length);
        var body = v.From(message.HeaderLength);
        string type = Types.FindOr(message.Type, "Unknown"), detail = Describe(body, message, side);
        bool stands = message.Type is Command or Data || (message.Type == UserControl && detail.Length > 0 && !detail.StartsWith("0x", StringComparison.Ordinal));
        Say(p, isFirst, stands ? detail : detail.Length > 0 ? $"{type} {detail}" : type);
        int call = message.Type == Command ? Match(p, body, side, other) : 0;
        if (!p.WantsFields)
        {
            return;
        }

        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Real Time Messaging Protocol ({type}{(detail.Length > 0 ? " " : "")}{detail})");
        if (call > 0)
        {
            p.AddUInt(tree, CallFrame, v, 0, 0, (uint)call);
        }
        else if (message.Type == Command && p.Later(AnswerFrame) is > 0 and var answer)
        {
            p.AddUInt(tree, AnswerFrame, v, 0, 0, answer);
        }

        ShowHeader(p, v, p.AddText(tree, v, 0, message.HeaderLength, "RTMP Header").Or(tree), message);
        if (message.Length > 0)
        {
            var branch = p.AddText(tree, v, message.HeaderLength, body.Captured, "RTMP Body").Or(tree);
            var state = p.Mark();
            try
            {
                ShowBody(p, body, branch, message.Type);
            }
            catch (BoundsException e)
            {
                p.Recover(state, e, body, parent);
            }
        }
    }

    static void ShowHeader(Packet p, in View v, Node node, RtmpMessage message)
    {
        int at = message.StreamId < 64 ? 1 : message.StreamId < 320 && (v.U8(0) & 0x3f) == 0 ? 2 : 3;
        p.Add(node, Format, v, 0);
        if (at == 1)
        {
            p.Add(node, ChunkStream, v, 0);
        }
        else
        {
            p.Label(p.AddUInt(node, ChunkStream, v, 0, at, 0), $"Chunk Stream ID: {message.StreamId}");
        }

        if (message.Format == 0)
        {
            p.Add(node, Timestamp, v, at);
        }
        else
        {
            if (message.Format < 3)
            {
                p.Add(node, TimestampDelta, v, at);
            }

            p.AppendLabel(p.AddUInt(node, Timestamp, v, 0, 0, message.Time), " (calculated)");
        }

        if (message.IsExtended)
        {
            p.Add(node, ExtendedTime, v, message.HeaderLength - 4, 4);
        }

        if (message.Format < 2)
        {
            p.Add(node, BodySize, v, at + 3);
            p.Add(node, TypeId, v, at + 6);
        }

        if (message.Format == 0)
        {
            p.AddLE(node, StreamNumber, v, at + 7);
        }
    }

    static void ShowBody(Packet p, in View v, Node branch, int type)
    {
        switch (type)
        {
            case SetChunkSize:
                p.Add(branch, ChunkSize, v, 0);
                break;
            case Abort:
                p.Add(branch, AbortedStream, v, 0);
                break;
            case Acknowledgement:
                p.Add(branch, SequenceNumber, v, 0);
                break;
            case UserControl:
                p.Add(branch, EventType, v, 0);
                break;
            case WindowSize:
                p.Add(branch, Window, v, 0);
                break;
            case PeerBandwidth:
                p.Add(branch, Window, v, 0);
                p.Add(branch, LimitType, v, 4);
                break;
            case Audio:
                int sound = v.U8(0);
                var heard = p.Add(branch, AudioControl, v, 0);
                p.Label(heard, $"Control: 0x{sound:x2} ({Sounds.FindOr((ulong)sound >> 4, "Reserved")} {Rates.FindOr((ulong)(sound >> 2) & 3, "")} {Widths.FindOr((ulong)(sound >> 1) & 1, "")} {Channels.FindOr((ulong)sound & 1, "")})");
                p.AddRows(heard, v, 0, AudioParts);
                p.Add(branch, AudioData, v, 1, v.CapturedFrom(1));
                break;
            case Video:
                int picture = v.U8(0);
                var seen = p.Add(branch, VideoControl, v, 0);
                p.Label(seen, $"Control: 0x{picture:x2} ({Frames.FindOr((ulong)picture >> 4, "Reserved")} {Pictures.FindOr((ulong)picture & 15, "Reserved")})");
                p.AddRows(seen, v, 0, VideoParts);
                p.Add(branch, VideoData, v, 1, v.CapturedFrom(1));
                break;
            case Command or Data:
                for (int at = 0; at < v.Reported;)
                {
                    at = Amf0.Add(p, v, branch, at, out _);
                }

                break;
        }
    }

    /// <summary>What a line about the message says after its type.</summary>
    static string Describe(in View v, RtmpMessage message, RtmpSide side)
    {
        const int BufferLength = 3, LastWithStream = 4;
        switch (message.Type)
        {
            case SetChunkSize when v.Captured >= 4:
                side.ChunkSize = (int)Math.Clamp(v.U32(0) & 0x7fffffff, 1, 0xffffff);
                return $"{v.U32(0)}";
            case Abort or Acknowledgement or WindowSize when v.Captured >= 4:
                return $"{v.U32(0)}";
            case PeerBandwidth when v.Captured >= 5:
                return $"{v.U32(0)},{Limits.FindOr(v.U8(4), "Unknown")}";
            case UserControl when v.Captured >= 2:
                int type = v.U16(0);
                if (EventTypes.Find((ulong)type) is not { } name)
                {
                    return $"0x{type:X}";
                }

                return type == BufferLength && v.Captured >= 10 ? $"{name} {v.U32(2)},{v.U32(6)}ms"
                    : type <= LastWithStream && v.Captured >= 6 ? $"{name} {v.U32(2)}" : name;
            case Command or Data:
                return Call(v);
            default:
                return "";
        }
    }

    /// <summary>A command with what matters most of what it is told.</summary>
    static string Call(in View v)
    {
        if (Amf0.TextAt(v, 0) is not { } name)
        {
            return "";
        }

        int number = Amf0.Skip(v, 0), first = number < 0 ? -1 : Amf0.Skip(v, number), second = first < 0 ? -1 : Amf0.Skip(v, first);
        string? what = name switch
        {
            "connect" => Amf0.PropertyAt(v, first, "app"u8),
            "_result" or "_error" or "onStatus" => Amf0.PropertyAt(v, second, "code"u8),
            "play" or "publish" or "releaseStream" or "FCPublish" or "FCUnpublish" or "FCSubscribe" => second < 0 ? null : Amf0.TextAt(v, second),
            _ => null,
        };
        return what is null ? $"{name}()" : $"{name}('{what}')";
    }

    /// <returns>The frame of the call that the message answers; 0 when it answers none.</returns>
    static int Match(Packet p, in View v, RtmpSide side, RtmpSide other)
    {
        const int MostCalls = 256;
        if (Amf0.TextAt(v, 0) is not { } name || Amf0.Skip(v, 0) is not (> 0 and var at) || !v.Has(at, 9) || v.U8(at) != 0)
        {
            return 0;
        }

        double number = BitConverter.Int64BitsToDouble((long)v.U64(at + 1));
        if (name is "_result" or "_error")
        {
            return other.Calls.GetValueOrDefault(number);
        }

        if (number != 0 && side.Calls.Count < MostCalls)
        {
            side.Calls[number] = p.Number;
        }

        return 0;
    }

    /// <summary>Both sides.</summary>
    sealed class Talk
    {
        public RtmpSide Client { get; } = new();

        public RtmpSide Server { get; } = new();
    }
}
