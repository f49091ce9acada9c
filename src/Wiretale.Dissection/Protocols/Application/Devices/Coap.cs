using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Devices;

// Specification: RFC 7252 (CoAP), RFC 7641 (observe), RFC 7959 (blocks), RFC 8132 (FETCH, PATCH), RFC 8768 (hop limit). UDP port 5683.
//
//    0               1               2               3
//   +---+---+-------+---------------+---------------+---------------+
//   |Ver|Typ|Token n| Code          | Message ID                    |
//   +---+---+-------+---------------+---------------+---------------+
//   | Token, options, 0xff, payload ...

/// <summary>Constrained Application Protocol: what HTTP is for small devices.</summary>
public sealed class Coap() : Dissector("coap")
{
    const int HeaderLength = 4, EndMarker = 0xff, MaxToken = 8, MaxRequests = 256, MaxPath = 1024;
    const int IfMatch = 1, UriHost = 3, Etag = 4, IfNoneMatch = 5, Observe = 6, UriPort = 7, LocationPath = 8, Oscore = 9, UriPath = 11, ContentFormat = 12, MaxAge = 14, UriQuery = 15,
        HopLimit = 16, Accept = 17, LocationQuery = 20, Block2 = 23, Block1 = 27, Size2 = 28, ProxyUri = 35, ProxyScheme = 39, Size1 = 60;

    static readonly Protocol P = new("Constrained Application Protocol", "CoAP", "coap");
    static readonly ValueNames Types = ValueNames.Of(() => [(0, "Confirmable"), (1, "Non-Confirmable"), (2, "Acknowledgement"), (3, "Reset")]);
    static readonly ValueNames Codes = ValueNames.Of(() => [
        (0, "Empty Message"), (1, "GET"), (2, "POST"), (3, "PUT"), (4, "DELETE"), (5, "FETCH"), (6, "PATCH"), (7, "iPATCH"),
        (65, "2.01 Created"), (66, "2.02 Deleted"), (67, "2.03 Valid"), (68, "2.04 Changed"), (69, "2.05 Content"), (95, "2.31 Continue"),
        (128, "4.00 Bad Request"), (129, "4.01 Unauthorized"), (130, "4.02 Bad Option"), (131, "4.03 Forbidden"), (132, "4.04 Not Found"),
        (133, "4.05 Method Not Allowed"), (134, "4.06 Not Acceptable"), (136, "4.08 Request Entity Incomplete"), (137, "4.09 Conflict"),
        (140, "4.12 Precondition Failed"), (141, "4.13 Request Entity Too Large"), (143, "4.15 Unsupported Content-Format"),
        (150, "4.22 Unprocessable Entity"), (157, "4.29 Too Many Requests"), (160, "5.00 Internal Server Error"),
        (161, "5.01 Not Implemented"), (162, "5.02 Bad Gateway"), (163, "5.03 Service Unavailable"), (164, "5.04 Gateway Timeout"),
        (165, "5.05 Proxying Not Supported"), (168, "5.08 Hop Limit Reached"), (225, "7.01 CSM"), (226, "7.02 Ping"), (227, "7.03 Pong"),
        (228, "7.04 Release"), (229, "7.05 Abort")]);
    static readonly ValueNames Options = ValueNames.Of(() => [
        (IfMatch, "If-Match"), (UriHost, "Uri-Host"), (Etag, "Etag"), (IfNoneMatch, "If-None-Match"), (Observe, "Observe"), (UriPort, "Uri-Port"),
        (LocationPath, "Location-Path"), (Oscore, "OSCORE"), (UriPath, "Uri-Path"), (ContentFormat, "Content-Format"), (MaxAge, "Max-age"), (UriQuery, "Uri-Query"),
        (HopLimit, "Hop-Limit"), (Accept, "Accept"), (LocationQuery, "Location-Query"), (Block2, "Block2"), (Block1, "Block1"), (Size2, "Size2"),
        (ProxyUri, "Proxy-Uri"), (ProxyScheme, "Proxy-Scheme"), (Size1, "Size1")]);
    static readonly ValueNames Formats = ValueNames.Of(() => [
        (0, "text/plain; charset=utf-8"), (40, "application/link-format"), (41, "application/xml"), (42, "application/octet-stream"), (47, "application/exi"),
        (50, "application/json"), (51, "application/json-patch+json"), (52, "application/merge-patch+json"), (60, "application/cbor"), (61, "application/cwt"),
        (110, "application/senml+json"), (111, "application/sensml+json"), (112, "application/senml+cbor"), (113, "application/sensml+cbor")]);

    static readonly Layout Header = new(
        P.UInt8("coap.version", "Version", mask: 0xc0),
        P.UInt8("coap.type", "Type", FieldBase.Dec, Types, mask: 0x30),
        P.UInt8("coap.token_len", "Token Length", mask: 0xf),
        P.UInt8("coap.code", "Code", FieldBase.Dec, Codes),
        P.UInt16("coap.mid", "Message ID"));
    static readonly Field Token = P.Bytes("coap.token", "Token");
    static readonly Field OptionName = P.String("coap.opt.name", "Opt Name");
    static readonly Field OptionText = P.String("coap.opt.desc", "Opt Desc");
    static readonly Field OptionDelta = P.UInt8("coap.opt.delta", "Opt Delta", mask: 0xf0);
    static readonly Field OptionLength = P.UInt8("coap.opt.length", "Opt Length", mask: 0xf, blurb: "Option Length");
    static readonly Field DeltaExtended = P.UInt16("coap.opt.delta_ext", "Opt Delta extended");
    static readonly Field LengthExtended = P.UInt16("coap.opt.length_ext", "Opt Length extended");
    static readonly Field EndField = P.UInt8("coap.opt.end_marker", "End of options marker");
    static readonly Field FormatField = P.String("coap.opt.ctype", "Content-type");
    static readonly Field MaxAgeField = P.UInt32("coap.opt.max_age", "Max-age");
    static readonly Field ProxyUriField = P.String("coap.opt.proxy_uri", "Proxy-Uri");
    static readonly Field ProxySchemeField = P.String("coap.opt.proxy_scheme", "Proxy-Scheme");
    static readonly Field SizeField = P.UInt32("coap.opt.size1", "Size1");
    static readonly Field EtagField = P.Bytes("coap.opt.etag", "Etag", blurb: "Option Etag");
    static readonly Field HostField = P.String("coap.opt.uri_host", "Uri-Host");
    static readonly Field LocationPathField = P.String("coap.opt.location_path", "Location-Path");
    static readonly Field PortField = P.UInt16("coap.opt.uri_port", "Uri-Port");
    static readonly Field LocationQueryField = P.String("coap.opt.location_query", "Location-Query");
    static readonly Field PathField = P.String("coap.opt.uri_path", "Uri-Path");
    static readonly Field WholePath = P.String("coap.opt.uri_path_recon", "Uri-Path");
    static readonly Field ObserveField = P.UInt32("coap.opt.observe", "Observe", FieldBase.Dec, ValueNames.Of(() => [(0, "Register"), (1, "Deregister")]));
    static readonly Field HopField = P.UInt8("coap.opt.hop_limit", "Hop Limit");
    static readonly Field AcceptField = P.String("coap.opt.accept", "Accept");
    static readonly Field MatchField = P.Bytes("coap.opt.if_match", "If-Match");
    static readonly Field BlockNumber = P.UInt32("coap.opt.block_number", "Block Number");
    static readonly Field BlockMore = P.UInt8("coap.opt.block_mflag", "More Flag", mask: 0x8);
    static readonly Field BlockSize = P.UInt8("coap.opt.block_size", "Encoded Block Size", mask: 0x7);
    static readonly Field QueryField = P.String("coap.opt.uri_query", "Uri-Query");
    static readonly Field UnknownField = P.Bytes("coap.opt.unknown", "Unknown");
    static readonly Field BlockPayload = P.Bytes("coap.block_payload", "Block Payload");
    static readonly Field BlockLength = P.UInt32("coap.block_length", "Block Length");
    static readonly Field Payload = P.String("coap.payload", "Payload");
    static readonly Field PayloadText = P.String("coap.payload_desc", "Payload Desc");
    static readonly Field PayloadLength = P.UInt32("coap.payload_length", "Payload Length");
    static readonly Field ResponseIn = P.FrameNumber("coap.response_in", "Response In", "The response to this CoAP request is in this frame");
    static readonly Field ResponseTo = P.FrameNumber("coap.response_to", "Request In", "This is a response to the CoAP request in this frame");
    static readonly Field ResponseTime = P.RelativeTime("coap.response_time", "Response Time", "The time between the Call and the Reply");
    static readonly Field RepeatedRequest = P.FrameNumber("coap.request_first_in", "Retransmission of request in", "This request was first sent in this frame");
    static readonly Expert Retransmitted = P.Expert("coap.retransmitted", Severity.Note, ExpertGroup.Sequence, "Retransmitted");
    static readonly Expert UnknownOption = P.Expert("coap.unknown_option_number", Severity.Warning, ExpertGroup.Undecoded, "Unknown Option Number");
    static readonly Expert InvalidOption = P.Expert("coap.invalid_option_number", Severity.Warning, ExpertGroup.Malformed, "Invalid Option Number");
    static readonly Expert InvalidRange = P.Expert("coap.invalid_option_range", Severity.Warning, ExpertGroup.Malformed, "Invalid Option Range");
    static readonly Expert BadOption = P.Expert("coap.option_length_bad", Severity.Warning, ExpertGroup.Malformed, "Option length bad");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 5683);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("CoAP");
        p.Info.Clear();
        int type = v.U8(0) >> 4 & 3, token = v.U8(0) & 0xf, code = v.U8(1);
        var tree = p.Open(P, v, parent);
        p.AddRows(tree, v, 0, Header);
        string? name = Codes.Find((uint)code);
        int id = v.U16(2);
        p.AppendLabel(tree, $", {Types.Find((uint)type)}, ");
        p.Info.Set(type switch { 0 => "CON", 1 => "NON", 2 => "ACK", _ => "RST" });
        p.Info.Append($", MID:{id}, ");
        if (name is null)
        {
            p.AppendLabel(tree, $"Unknown {code}");
            p.Info.Append($"Unknown {code}");
        }
        else
        {
            p.AppendLabel(tree, name);
            p.Info.Append(name);
        }

        p.AppendLabel(tree, $", MID:{id}");
        int at = HeaderLength;
        if (token > 0)
        {
            // Section 3: longer ones are a format error.
            v.Ensure(at, token > MaxToken ? int.MaxValue : token);
            p.Add(tree, Token, v, at, token);
            at += token;
        }

        var uri = p.Engine.State<Uri>();
        uri.Clear();
        var option = default(Seen);
        int end = AddOptions(p, v, tree, at, uri, ref option);
        if (end < 0)
        {
            return v.Reported;
        }

        Finish(p, v, tree, parent, code, end, uri, option);
        return v.Reported;
    }

    void Finish(Packet p, in View v, Node tree, Node parent, int code, int at, Uri uri, in Seen option)
    {
        int token = v.U8(0) & 0xf, class_ = code >> 5;
        bool isRequest = code is > 0 and < 32, isAnswer = class_ is >= 2 and <= 5;
        var exchange = token > 0 && !p.IsQuoted && (isRequest || isAnswer) && p.Conversation is { } conversation
            ? conversation.GetOrAdd<Exchanges>(this).Of(v.Span(HeaderLength, token), isRequest ? v.U16(2) : -1)
            : null;
        if (exchange is not null)
        {
            Follow(p, exchange, v.U16(2), isRequest, uri);
        }

        bool isBlock = option.HasBlock && (option.BlockMore || option.Block > 0);
        if (at < v.Reported)
        {
            p.Add(tree, EndField, v, at++);
        }

        if (at < v.Reported)
        {
            int length = v.ReportedFrom(at);
            if (isBlock)
            {
                p.Label(p.Add(tree, BlockPayload, v, at, length), $"Block Payload");
                p.Generated(p.AddUInt(tree, BlockLength, v, at, 0, (uint)length));
            }
            else
            {
                string format = option.Format < 0 ? "application/octet-stream" : Formats.FindOr((uint)option.Format, "application/octet-stream");
                string note = option.Format < 0 ? " (no Content-Format)" : "";
                var payload = p.Add(tree, Payload, v, at, length);
                p.Scratch.Clear();
                p.Scratch.Append($"Payload Content-Format: {format}{note}, Length: {length}");

                // tshark keeps no more of it.
                p.Label(payload, $"Payload: {p.Scratch.Bytes[..Math.Min(79, p.Scratch.Length)]}");
                p.AddString(payload, PayloadText, v, at, length, format);
                p.Generated(p.AddUInt(payload, PayloadLength, v, at, length, (uint)length));
                AddRemarks(p, v, tree, uri, exchange, isRequest);
                Inside(p, v.From(at), parent, format);
                AddColumns(p, v, uri, option, exchange);
                return;
            }
        }

        AddRemarks(p, v, tree, uri, exchange, isRequest);
        AddColumns(p, v, uri, option, exchange);
    }

    static void Inside(Packet p, in View v, Node parent, string format)
    {
        int semicolon = format.IndexOf(';', StringComparison.Ordinal);
        MediaTypes.MediaTypes.Set(p, System.Text.Encoding.ASCII.GetBytes(semicolon < 0 ? format : format[..semicolon]), default);
        if (MediaTypes.MediaTypes.Find(p, System.Text.Encoding.ASCII.GetBytes(semicolon < 0 ? format : format[..semicolon])) is { } dissector)
        {
            p.CallGuarded(dissector, v, parent);
        }
        else
        {
            p.CallData(v, parent);
        }
    }

    static void AddRemarks(Packet p, in View v, Node tree, Uri uri, Exchange? exchange, bool isRequest)
    {
        if (uri.Path.Length > 0)
        {
            p.Generated(p.AddString(tree, WholePath, v, 0, 0, uri.Path.Bytes));
        }

        if (exchange is null)
        {
            return;
        }

        if (!isRequest)
        {
            if (exchange.Request != 0 && exchange.Id == v.U16(2))
            {
                p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)exchange.Request));
                p.Generated(p.AddTime(tree, ResponseTime, v, 0, 0, p.Time - exchange.Time));
            }

            return;
        }

        if (exchange.Response != 0)
        {
            p.Generated(p.AddUInt(tree, ResponseIn, v, 0, 0, (uint)exchange.Response));
        }
        else
        {
            p.AddLater(tree, ResponseIn, v);
        }

        if (exchange.Request != p.Number)
        {
            p.Expert(p.Generated(p.AddUInt(tree, RepeatedRequest, v, 0, 0, (uint)exchange.Request)), Retransmitted, v);
        }
    }

    static void AddColumns(Packet p, in View v, Uri uri, in Seen option, Exchange? exchange)
    {
        int token = v.U8(0) & 0xf;
        if (token > 0)
        {
            p.Info.Append(", TKN:"u8);
            p.Scratch.Clear();
            p.Scratch.AppendHex(v.Span(HeaderLength, token), (byte)' ');
            p.Info.Append(p.Scratch.Bytes);
        }

        if (option.HasBlock)
        {
            p.Info.Append($", {(option.BlockMore ? "" : option.Block > 0 ? "End of " : "")}Block #{option.Block}");
        }

        if (uri.Path.Length > 0)
        {
            p.Info.Append(", "u8);
            p.Info.Append(uri.Path.Bytes);
            p.Info.Append(uri.Query.Bytes);
        }

        if (exchange is { } known && v.U8(1) < 32 && known.Request != p.Number)
        {
            p.Info.Append(" [Retransmission]"u8);
        }
    }

    /// <summary>A request is known by its token; an answer has its path.</summary>
    static void Follow(Packet p, Exchange exchange, int id, bool isRequest, Uri uri)
    {
        if (isRequest)
        {
            if (exchange.Request == 0)
            {
                exchange.Request = p.Number;
                exchange.Time = p.Time;
                exchange.Path = uri.Path.Bytes[..Math.Min(uri.Path.Length, MaxPath)].ToArray();
            }

            return;
        }

        uri.Clear();
        uri.Path.Append(exchange.Path);
        if (exchange.Response == 0 && exchange.Request != 0 && exchange.Id == id)
        {
            exchange.Response = p.Number;
        }
    }

    static int AddOptions(Packet p, in View v, Node tree, int at, Uri uri, ref Seen seen)
    {
        int number = 0;
        for (int index = 1; at < v.Reported && v.U8(at) != EndMarker; index++)
        {
            int start = at, first = v.U8(at++), delta = first >> 4, length = first & 0xf, deltaAt = 0, lengthAt = 0;
            if (delta == 15 || length == 15)
            {
                p.Expert(tree, BadOption, v, start, 1, $"end-of-options marker found, but option {(delta == 15 ? "length" : "delta")} isn't 15");
                return -1;
            }

            if (delta >= 13)
            {
                deltaAt = at;
                at += delta - 12;
                delta = delta == 13 ? v.U8(deltaAt) + 13 : v.U16(deltaAt) + 269;
            }

            if (length >= 13)
            {
                lengthAt = at;
                at += length - 12;
                length = length == 13 ? v.U8(lengthAt) + 13 : v.U16(lengthAt) + 269;
            }

            if (length > v.ReportedFrom(at))
            {
                p.Expert(tree, BadOption, v, start, 1, $"option longer than the package");
                return -1;
            }

            number += delta;
            var value = v.Part(at, length);
            Remember(value, number, uri, ref seen);
            if (p.WantsFields)
            {
                AddOption(p, v, value, tree, start, at - start + length, number, index, deltaAt, lengthAt);
            }

            at += length;
        }

        return at;
    }

    static uint Number(in View v) => v.Reported > 4 ? uint.MaxValue : (uint)v.UInt(0, v.Reported);

    static void Remember(in View v, int number, Uri uri, ref Seen seen)
    {
        switch (number)
        {
            case UriHost:
                uri.Path.Append("coap://"u8);
                TextDecoder.Decode(v.Bytes, TextEncoding.Utf8, uri.Path);
                break;
            case UriPort:
                uri.Path.Append($":{Number(v)}");
                break;
            case UriPath when uri.Path.Length < MaxPath:
                uri.Path.Append('/');
                TextDecoder.Decode(v.Bytes, TextEncoding.Utf8, uri.Path);
                break;
            case UriQuery when uri.Query.Length < MaxPath:
                uri.Query.Append(uri.Query.Length == 0 ? '?' : '&');
                TextDecoder.Decode(v.Bytes, TextEncoding.Utf8, uri.Query);
                break;
            case ContentFormat:
                seen.Format = (int)Math.Min(Number(v), ushort.MaxValue);
                seen.HasFormat = true;
                break;
            case Block1 or Block2:
                uint block = Number(v);
                (seen.HasBlock, seen.Block, seen.BlockMore) = (true, block >> 4, (block & 8) != 0);
                break;
        }
    }

    static void AddOption(Packet p, in View v, in View value, Node tree, int at, int size, int number, int index, int deltaAt, int lengthAt)
    {
        string? name = Options.Find((uint)number);
        var node = p.AddString(tree, OptionName, v, at, size, name ?? "Unknown Option");
        if (name is null)
        {
            p.Label(node, $"Opt Name: #{index}: Unknown Option ({number})");
        }
        else
        {
            p.Label(node, $"Opt Name: #{index}: {name}");
        }

        if (name is null && number >= 2048)
        {
            p.Expert(node, UnknownOption, v, at, size, $"Unknown Option Number {number}");
        }
        else if (name is null)
        {
            p.Expert(node, InvalidOption, v, at, size, $"Invalid Option Number {number}");
        }
        else
        {
            var (least, most) = Range(number);
            if (value.Reported < least || value.Reported > most)
            {
                p.Expert(node, InvalidRange, v, at, size, $"Invalid Option Range: {value.Reported} ({least} < x < {most})");
            }
        }

        p.Scratch.Clear();
        p.Scratch.Append($"Type {number}, {((number & 1) != 0 ? "Critical" : "Elective")}, {((number & 2) != 0 ? "Unsafe" : "Safe")}{((number & 0x1e) == 0x1c ? ", NoCacheKey" : "")}");
        p.AddString(node, OptionText, v, at, size, p.Scratch.Bytes);
        p.Add(node, OptionDelta, v, at);
        p.Add(node, OptionLength, v, at);
        if (deltaAt > 0)
        {
            p.Add(node, DeltaExtended, v, deltaAt, v.U8(at) >> 4 == 13 ? 1 : 2);
        }

        if (lengthAt > 0)
        {
            p.Add(node, LengthExtended, v, lengthAt, (v.U8(at) & 0xf) == 13 ? 1 : 2);
        }

        AddValue(p, value, node, number, name is null);
    }

    static void AddValue(Packet p, in View v, Node node, int number, bool isUnknown)
    {
        int length = v.Reported;
        switch (number)
        {
            case UriHost or LocationPath or UriPath or UriQuery or LocationQuery or ProxyUri or ProxyScheme:
                p.Add(node, number switch
                {
                    UriHost => HostField,
                    LocationPath => LocationPathField,
                    UriPath => PathField,
                    UriQuery => QueryField,
                    LocationQuery => LocationQueryField,
                    ProxyUri => ProxyUriField,
                    _ => ProxySchemeField,
                }, v, 0, length);
                p.AppendLabel(node, $": {Http.HttpText.Line(p, v.Bytes)}");
                break;
            case UriPort or MaxAge or HopLimit or Size1:
                p.AddUInt(node, number switch { UriPort => PortField, MaxAge => MaxAgeField, HopLimit => HopField, _ => SizeField }, v, 0, length, Number(v));
                p.AppendLabel(node, $": {Number(v)}");
                break;
            case Size2:
                p.AddUInt(node, BlockSize, v, 0, length, Number(v));
                p.AppendLabel(node, $": {Number(v)}");
                break;
            case Observe:
                var observe = p.AddUInt(node, ObserveField, v, 0, length, Number(v));
                if (p.SourcePort == 5683)
                {
                    p.Label(observe, $"Observe sequence number: {Number(v)}");
                }

                p.AppendLabel(node, $": {Number(v)}");
                break;
            case ContentFormat or Accept:
                string format = Formats.FindOr(Number(v), "Unknown Type");
                p.AddString(node, number == Accept ? AcceptField : FormatField, v, 0, length, format);
                p.AppendLabel(node, $": {format}");
                break;
            case Block1 or Block2:
                uint block = Number(v);
                p.AddUInt(node, BlockNumber, v, 0, length, block >> 4);
                p.AddUInt(node, BlockMore, v, Math.Max(0, length - 1), Math.Min(1, length), block & 0xff);
                p.Label(p.AddUInt(node, BlockSize, v, Math.Max(0, length - 1), Math.Min(1, length), block & 7), $"Block Size: {1 << (int)((block & 7) + 4)} ({block & 7} encoded)");
                p.AppendLabel(node, $": NUM:{block >> 4}, M:{block >> 3 & 1}, SZX:{1 << (int)((block & 7) + 4)}");
                break;
            case IfNoneMatch:
                break;
            default:
                p.Add(node, isUnknown || number == Oscore ? UnknownField : number == Etag ? EtagField : MatchField, v, 0, length);
                p.Scratch.Clear();
                p.Scratch.AppendHex(v.Bytes, (byte)' ');
                p.AppendLabel(node, $": {p.Scratch.Bytes}");
                break;
        }
    }

    /// <summary>How many bytes an option has (section 5.10).</summary>
    static (int Least, int Most) Range(int number) => number switch
    {
        IfMatch => (0, 8),
        Etag => (1, 8),
        IfNoneMatch => (0, 0),
        Observe or Block1 or Block2 => (0, 3),
        UriPort or ContentFormat or Accept => (0, 2),
        MaxAge or Size1 or Size2 => (0, 4),
        HopLimit => (1, 1),
        ProxyUri => (1, 1034),
        UriHost or ProxyScheme => (1, 255),
        _ => (0, 255),
    };

    /// <summary>What of a message's options matters for what follows them.</summary>
    struct Seen
    {
        int format;

        public bool HasFormat, HasBlock, BlockMore;
        public uint Block;

        public int Format
        {
            readonly get => HasFormat ? format : -1;
            set => format = value;
        }
    }

    /// <summary>The address that a request's options make up.</summary>
    sealed class Uri
    {
        public Utf8Text Path { get; } = new(64);

        public Utf8Text Query { get; } = new(64);

        public void Clear()
        {
            Path.Clear();
            Query.Clear();
        }
    }

    /// <summary>A request and what came of it.</summary>
    sealed class Exchange
    {
        public int Id, Request, Response;
        public Timestamp Time;
        public byte[] Path = [];
    }

    /// <summary>The latest requests of a conversation, by token.</summary>
    sealed class Exchanges
    {
        readonly Dictionary<ulong, Exchange> byToken = [];
        readonly Queue<ulong> order = [];

        /// <param name="requestId">A request's message id, which begins a new exchange when it is another; -1 for an answer.</param>
        public Exchange? Of(ReadOnlySpan<byte> token, int requestId)
        {
            ulong key = 1;
            foreach (byte b in token)
            {
                key = (key * 257) + b + 1;
            }

            if (byToken.TryGetValue(key, out var known) && (requestId < 0 || known.Id == requestId))
            {
                return known;
            }

            if (requestId < 0)
            {
                return null;
            }

            if (known is null)
            {
                order.Enqueue(key);
                if (order.Count > MaxRequests)
                {
                    byToken.Remove(order.Dequeue());
                }
            }

            return byToken[key] = new Exchange { Id = requestId };
        }
    }
}
