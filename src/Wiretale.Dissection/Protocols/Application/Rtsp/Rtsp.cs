using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Rtp;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Rtsp;

// Specification: RFC 2326 sections 4 to 7 (messages), 10.12 (data within the connection), 12.39 (Transport).
//
//   Method SP URL SP RTSP-Version CRLF *( header CRLF ) CRLF [ body ]        RTSP-Version SP Status SP Reason CRLF ...
//
//    0               1               2               4
//   +---------------+---------------+---------------+----
//   | '$'           | Channel       | Length        | data
//   +---------------+---------------+---------------+----

/// <summary>Real Time Streaming Protocol.</summary>
public sealed class Rtsp() : Dissector("rtsp")
{
    const int FrameHeader = 4, LongestBody = 1 << 20;

    static readonly Protocol P = new("Real Time Streaming Protocol", "RTSP", "rtsp");
    static readonly Field Request = P.String("rtsp.request", "Request");
    static readonly Field Response = P.String("rtsp.response", "Response");
    static readonly Field Method = P.String("rtsp.method", "Method");
    static readonly Field ContentType = P.String("rtsp.content-type", "Content-type");
    static readonly Field ContentLength = P.UInt32("rtsp.content-length", "Content-length");
    static readonly Field Url = P.String("rtsp.url", "URL");
    static readonly Field Status = P.UInt32("rtsp.status", "Status");
    static readonly Field Session = P.String("rtsp.session", "Session");
    static readonly Field TransportHeader = P.String("rtsp.transport", "Transport");
    static readonly Field FeatureLevel = P.UInt32("rtsp.rdt-feature-level", "RDTFeatureLevel");
    static readonly Field Magic = P.UInt8("rtsp.magic", "Magic", FieldBase.Hex);
    static readonly Field Channel = P.UInt8("rtsp.channel", "Channel", FieldBase.Hex);
    static readonly Field Length = P.UInt16("rtsp.length", "Length");
    static readonly Field FrameData = P.Bytes("rtsp.data", "Data");
    static readonly Expert UnknownTransport = P.Expert("rtsp.unknown_transport_type", Severity.Warning, ExpertGroup.Undecoded, "Unknown transport type");
    static readonly Expert BadLength = P.Expert("rtsp.content-length.invalid", Severity.Error, ExpertGroup.Malformed, "Invalid content length");

    enum LineKind : byte
    {
        Other, Request, Response,
    }

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 554, 7236, 8554);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int at = 0;
        while (at < v.Reported)
        {
            if (at > 0)
            {
                p.Info.Fence();
                p.Info.Append(", "u8);
                p.Info.Fence();
            }

            int taken = v.U8(at) == '$' ? Interleaved(p, v.From(at), parent, at) : Message(p, v.From(at), parent, at);
            if (taken == 0)
            {
                break;
            }

            at += taken;
        }

        return v.Reported;
    }

    /// <summary>Data between the messages.</summary>
    static int Interleaved(Packet p, in View v, Node parent, int at)
    {
        var stream = p.Stream is { CanWait: true } waiting ? waiting : null;
        if (stream is not null && v.Captured < FrameHeader)
        {
            stream.NeedMore(at, StreamContext.OneMoreSegment);
            return 0;
        }

        int channel = v.U8(1), length = v.U16(2);
        if (stream is not null && v.Captured < FrameHeader + length)
        {
            stream.NeedMore(at, FrameHeader + length - v.Captured);
            return 0;
        }

        p.Info.Set($"Interleaved channel 0x{channel:x2}, {length} bytes");
        var tree = p.Open(P, v, parent, 0, FrameHeader);
        p.Label(tree, $"RTSP Interleaved Frame, Channel: 0x{channel:x2}, {length} bytes");
        p.AddAll(tree, v, 0, Magic, Channel, Length);
        var data = v.Part(FrameHeader, length);
        if (p.Conversation?.Get<RtspChannels>(Catalog.Rtsp)?.Find(channel) is not { } inside || p.Call(inside, data, parent) == 0)
        {
            p.Add(tree, FrameData, v, FrameHeader, data.Reported);
        }

        return Math.Min(FrameHeader + length, v.Reported);
    }

    static LineKind KindOf(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("RTSP/"u8))
        {
            return LineKind.Response;
        }

        int space = line.IndexOf((byte)' ');
        return space > 0 && Encoding.ASCII.GetString(line[..Math.Min(space, 16)]).ToUpperInvariant()
            is "DESCRIBE" or "ANNOUNCE" or "GET_PARAMETER" or "OPTIONS" or "PAUSE" or "PLAY" or "RECORD" or "REDIRECT" or "SETUP" or "SET_PARAMETER" or "TEARDOWN"
            ? LineKind.Request
            : LineKind.Other;
    }

    int Message(Packet p, in View v, Node parent, int viewAt)
    {
        var bytes = v.Bytes;
        int lineEnd = v.LineEnd(0, out int next);
        var line = lineEnd < 0 ? bytes : bytes[..lineEnd];
        var kind = KindOf(line);
        int end = bytes.IndexOf("\r\n\r\n"u8);
        var head = ReadHead(bytes, lineEnd < 0 ? bytes.Length : next, end < 0 ? bytes.Length : end + 2);
        int bodyAt = end < 0 ? bytes.Length : end + 4;
        long whole = bodyAt + head.Length;
        if (kind != LineKind.Other && p.Stream is { CanWait: true } stream && v.Captured == v.Reported && (end < 0 || whole > v.Captured))
        {
            stream.NeedMore(viewAt, end < 0 ? StreamContext.OneMoreSegment : (int)(whole - v.Captured));
            return 0;
        }

        p.SetProtocol("RTSP");
        switch (kind)
        {
            case LineKind.Request:
                p.Info.Set(HttpText.Formatted(p, line));
                break;
            case LineKind.Response:
                p.Info.Set($"Reply: {HttpText.Formatted(p, line)}");
                break;
            default:
                p.Info.Set("Continuation"u8);
                break;
        }

        var tree = p.Open(P, v, parent);
        int at = ShowHead(p, v, tree, kind);
        int length = kind == LineKind.Other ? v.ReportedFrom(at) : (int)Math.Min(head.Length, v.ReportedFrom(at));
        p.SetLength(tree, Math.Min(at + length, v.Captured));
        if (length > 0)
        {
            Body(p, v, v.Part(at, length), tree, head);
        }

        return at + length;
    }

    static void Body(Packet p, in View v, in View body, Node tree, in Head head)
    {
        var type = head.Type.Of(v.Bytes);
        if (IsDescription(type))
        {
            p.SetProtocol("RTSP/SDP");
            p.Call(Catalog.Sdp, body, tree);
            return;
        }

        if (type.Length > 0)
        {
            var inside = MediaTypes.MediaTypes.Find(p, type);
            inside ??= type.StartsWith("text/"u8) ? Catalog.TextLines : null;
            MediaTypes.MediaTypes.Set(p, type, []);
            if (inside is not null && p.Call(inside, body, tree) > 0)
            {
                return;
            }
        }

        p.Label(p.Add(tree, FrameData, body, 0, body.Captured), $"Data ({body.Reported} bytes)");
    }

    static bool IsDescription(ReadOnlySpan<byte> type) => type.Length == 15 && Ascii.EqualsIgnoreCase(type, "application/sdp"u8);

    /// <summary>What of the headers decides about the message.</summary>
    static Head ReadHead(ReadOnlySpan<byte> bytes, int at, int end)
    {
        var head = default(Head);
        while (at < end)
        {
            int stop = bytes[at..end].IndexOf((byte)'\n');
            stop = stop < 0 ? end : at + stop;
            var line = bytes[at..stop].TrimEnd((byte)'\r');
            int colon = line.IndexOf((byte)':');
            if (colon > 0)
            {
                var name = line[..colon];
                int from = colon + 1;
                while (from < line.Length && line[from] is (byte)' ' or (byte)'\t')
                {
                    from++;
                }

                if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
                {
                    head.Length = Utf8Parser.TryParse(line[from..], out int length, out _) && length > 0 ? Math.Min(length, LongestBody) : 0;
                }
                else if (Ascii.EqualsIgnoreCase(name, "Content-Type"u8))
                {
                    int semicolon = line[from..].IndexOf((byte)';');
                    head.Type = new(at + from, semicolon < 0 ? line.Length - from : semicolon);
                }
            }

            at = stop + 1;
        }

        return head;
    }

    /// <returns>Where the body begins.</returns>
    static int ShowHead(Packet p, in View v, Node tree, LineKind kind)
    {
        var bytes = v.Bytes;
        bool isFirst = true;
        for (int at = 0; at < bytes.Length;)
        {
            int end = v.LineEnd(at, out int next);
            if (end < 0)
            {
                end = next = bytes.Length;
            }

            var line = bytes[at..end];
            if (isFirst && kind != LineKind.Other)
            {
                FirstLine(p, v, tree, kind, line, next);
            }
            else if (line.Length == 0 || !Header(p, v, tree, kind, at, line, next))
            {
                p.AddText(tree, v, at, next - at, $"{HttpText.Line(p, bytes[at..next])}");
            }

            if (line.Length == 0)
            {
                return next;
            }

            isFirst = false;
            at = next;
        }

        return bytes.Length;
    }

    static void FirstLine(Packet p, in View v, Node tree, LineKind kind, ReadOnlySpan<byte> line, int next)
    {
        int space = line.IndexOf((byte)' ');
        var node = p.AddString(tree, kind == LineKind.Request ? Request : Response, v, 0, next, HttpText.Formatted(p, v.Span(0, next)));
        if (kind == LineKind.Response)
        {
            var rest = space < 0 ? default : line[space..].TrimStart((byte)' ');
            uint status = Utf8Parser.TryParse(rest, out uint number, out int digits) ? number : 0;
            p.AddUInt(node, Status, v, line.Length - rest.Length, digits, status);
            return;
        }

        p.Add(node, Method, v, 0, space);
        int from = space;
        while (from < line.Length && line[from] == ' ')
        {
            from++;
        }

        int length = line[from..].IndexOf((byte)' ');
        p.Add(node, Url, v, from, length < 0 ? line.Length - from : length);
    }

    /// <returns>Whether it is a header that has a field.</returns>
    static bool Header(Packet p, in View v, Node tree, LineKind kind, int at, ReadOnlySpan<byte> line, int next)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        var name = line[..colon];
        var value = line[(colon + 1)..].TrimStart(" \t"u8);
        var field = Ascii.EqualsIgnoreCase(name, "Transport"u8) ? TransportHeader
            : Ascii.EqualsIgnoreCase(name, "Content-Type"u8) ? ContentType
            : Ascii.EqualsIgnoreCase(name, "Content-Length"u8) ? ContentLength
            : Ascii.EqualsIgnoreCase(name, "Session"u8) ? Session
            : Ascii.EqualsIgnoreCase(name, "RDTFeatureLevel"u8) ? FeatureLevel : null;
        if (field is null)
        {
            return false;
        }

        if (field.Type == FieldType.UInt32)
        {
            bool isNumber = Utf8Parser.TryParse(value, out uint number, out _);
            var counted = p.AddUInt(tree, field, v, at, next - at, isNumber ? number : 0);
            if (!isNumber && field == ContentLength)
            {
                p.Expert(counted, BadLength, v, at, next - at);
            }

            return true;
        }

        var node = p.AddString(tree, field, v, at, next - at, value);
        if (field == TransportHeader && kind == LineKind.Response && !p.IsQuoted && !RtspTransport.Announce(p, value))
        {
            p.Expert(node, UnknownTransport, v, at, next - at);
        }

        return true;
    }

    struct Head
    {
        public int Length;
        public Stretch Type;
    }
}
