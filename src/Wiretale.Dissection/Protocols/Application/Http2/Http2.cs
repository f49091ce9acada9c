using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Http2;

// Specification: RFC 9113 section 4.1 and 6; RFC 7838 (ALTSVC), RFC 8336 (ORIGIN), RFC 9218 (PRIORITY_UPDATE).
//
//   0              3      4       5             9
//   +--------------+------+-------+-------------+------------
//   | length       | type | flags | stream      | payload ...
//   +--------------+------+-------+-------------+------------

/// <summary>HTTP/2: frames, header blocks and bodies.</summary>
/// <remarks>Who begins with the preface on a port of HTTP, agrees on it by ALPN or by Upgrade comes here. By facets: here frames; header blocks in Http2Headers.cs, bodies in Http2Data.cs, the compression of headers in Hpack*.cs.</remarks>
public sealed partial class Http2() : Dissector("http2")
{
    const int FrameHeader = 9;

    const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, PushPromise = 5, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9,
        AlternativeService = 10, Blocked = 11, Origin = 12, PriorityUpdate = 16;

    const byte EndStream = 0x01, Acknowledges = 0x01, EndHeaders = 0x04, Padded = 0x08, HasPriority = 0x20;

    /// <summary>RFC 9113 section 3.4: what a client says first.</summary>
    internal static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("HTTP2");
        p.Info.Clear();
        return Tcp.Pdus(p, v, parent, FrameHeader, FrameLength, Frame);
    }

    static bool IsPreface(in View v, int at) => v.Has(at, FrameHeader) && v.Span(at, FrameHeader).SequenceEqual(Preface[..FrameHeader]);

    static int FrameLength(Packet p, in View v, int at) => IsPreface(v, at) ? Preface.Length : FrameHeader + (int)v.U24(at);

    void Frame(Packet p, in View v, Node parent)
    {
        p.SetProtocol("HTTP2");
        p.Info.Separate(", ");
        var tree = p.Open(P, v, parent);
        if (IsPreface(v, 0))
        {
            p.Info.Append("Magic"u8);
            var item = p.Add(tree, StreamItem, v, 0, v.Captured);
            p.Label(item, $"Stream: Magic");
            p.Add(Under(item, tree), Magic, v, 0, Preface.Length);
            return;
        }

        byte type = v.U8(3), flags = v.U8(4);
        uint id = v.U32(5) & 0x7fffffff;
        string? name = Types.Find(type);
        if (name is null)
        {
            p.Info.Append($"Unknown type ({type})[{id}]");
        }
        else
        {
            p.Info.Append($"{name}[{id}]");
        }

        var stream = p.Add(tree, StreamItem, v, 0, v.Captured);
        if (name is null)
        {
            p.Label(stream, $"Stream: Unknown type ({type}), Stream ID: {id}, Length {v.U24(0)}");
        }
        else
        {
            p.Label(stream, $"Stream: {name}, Stream ID: {id}, Length {v.U24(0)}");
        }

        var under = Under(stream, tree);
        p.Add(under, Length, v, 0);
        p.Add(under, Type, v, 3);
        AddFlags(p, v, under, type, flags);
        p.Add(under, Reserved, v, 5);
        p.Add(under, StreamId, v, 5);

        var connection = p.Conversation?.GetOrAdd<Http2Connection>(this) ?? p.Engine.State<Http2Connection>();
        var frame = new Context(tree, stream, connection, p.Stream is { IsFromFirst: true }, type, flags, id);
        var payload = v.From(FrameHeader);
        switch (type)
        {
            case Data:
                DissectData(p, payload, under, frame);
                break;
            case Headers or Continuation or PushPromise:
                DissectHeaders(p, payload, under, frame);
                break;
            default:
                DissectOther(p, payload, under, frame);
                break;
        }
    }

    static Node Under(Node node, Node otherwise) => node.IsWanted ? node : otherwise;

    static void AddFlags(Packet p, in View v, Node parent, byte type, byte flags)
    {
        if (!p.WantsFields)
        {
            return;
        }

        var node = p.Add(parent, Flags, v, 4);
        var branch = Under(node, parent);
        var fields = FlagsOf(type);
        foreach (var field in fields)
        {
            p.Add(branch, field, v, 4);
            if (field.Type == FieldType.Boolean && (flags & field.Mask) != 0)
            {
                p.AppendLabel(node, ", ");
                p.AppendLabel(node, field.Label);
            }
        }
    }

    /// <summary>Frames that stand for themselves.</summary>
    static void DissectOther(Packet p, in View v, Node under, in Context frame)
    {
        switch (frame.Type)
        {
            case Priority:
                AddPriority(p, v, under, 0);
                break;
            case Reset:
                p.Add(under, ResetError, v, 0);
                frame.Connection.Forget(frame.Id, p.Engine.State<Http2Bodies>());
                break;
            case Settings:
                AddSettings(p, v, under);
                break;
            case Ping:
                p.Add(under, (frame.Flags & Acknowledges) != 0 ? PongData : PingData, v, 0, 8);
                break;
            case GoAway:
                p.AddAll(under, v, 0, GoAwayReserved);
                p.Add(under, LastStream, v, 0);
                p.Add(under, GoAwayError, v, 4);
                if (v.Reported > 8)
                {
                    p.Add(under, GoAwayData, v, 8);
                }

                break;
            case WindowUpdate:
                p.Add(under, WindowReserved, v, 0);
                p.Add(under, WindowIncrement, v, 0);
                break;
            case AlternativeService:
                int length = v.U16(0);
                p.Add(under, ServiceOriginLength, v, 0);
                p.Add(under, ServiceOrigin, v, 2, length);
                p.Add(under, ServiceValue, v, 2 + length, Math.Max(0, v.Reported - 2 - length));
                break;
            case Origin:
                AddOrigins(p, v, under);
                break;
            case PriorityUpdate:
                p.AddUInt(under, UpdatedStream, v, 0, 4, v.U32(0) & 0x7fffffff);
                p.Add(under, UpdatedValue, v, 4, v.Reported - 4);
                break;
            case Blocked:
                break;
            default:
                p.Add(under, Unknown, v, 0, v.Reported);
                break;
        }
    }

    static int AddPriority(Packet p, in View v, Node under, int at)
    {
        p.Add(under, Exclusive, v, at);
        p.Add(under, Dependency, v, at);
        p.Add(under, Weight, v, at + 4);
        p.Generated(p.AddUInt(under, WeightReal, v, at + 4, 1, v.U8(at + 4) + 1u));
        return at + 5;
    }

    /// <summary>The payload of a SETTINGS frame; HTTP/1.1 has it in a header field, too.</summary>
    internal static void AddSettings(Packet p, in View v, Node under)
    {
        const int Size = 6;
        for (int at = 0; at < v.Reported; at += Size)
        {
            int id = v.U16(at);
            var item = p.Add(under, SettingItem, v, at, Math.Min(Size, v.CapturedFrom(at)));
            string? name = SettingNames.Find((ulong)id);
            if (name is null)
            {
                p.Label(item, $"Settings - Unknown ({id})");
            }
            else
            {
                p.Label(item, $"Settings - {name}");
            }

            var branch = Under(item, under);
            p.Add(branch, SettingId, v, at);
            p.Add(branch, (id < SettingValues.Length ? SettingValues[id] : null) ?? UnknownSetting, v, at + 2);
            p.AppendLabel(item, $" : {v.U32(at + 2)}");
        }
    }

    static void AddOrigins(Packet p, in View v, Node under)
    {
        for (int at = 0; at < v.Reported;)
        {
            int length = v.U16(at);
            var item = p.Add(under, OriginItem, v, at, Math.Min(2 + length, v.CapturedFrom(at)));
            var branch = Under(item, under);
            p.Add(branch, OriginLength, v, at);
            p.Add(branch, OriginText, v, at + 2, length);
            at += 2 + length;
        }
    }

    readonly record struct Context(Node Tree, Node StreamItem, Http2Connection Connection, bool FromFirst, byte Type, byte Flags, uint Id)
    {
        public Http2Direction Direction => FromFirst ? Connection.First : Connection.Other;

        public Http2Body BodyOf(Http2Stream stream) => FromFirst ? stream.First : stream.Other;
    }
}
