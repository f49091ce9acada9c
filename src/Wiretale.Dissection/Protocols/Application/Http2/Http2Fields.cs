using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Http2;

/// <content>Fields.</content>
public sealed partial class Http2
{
    static readonly Protocol P = new("HyperText Transfer Protocol 2", "HTTP2", "http2");

    static readonly ValueNames Types = ValueNames.Of(() => [(Data, "DATA"), (Headers, "HEADERS"), (Priority, "PRIORITY"), (Reset, "RST_STREAM"), (Settings, "SETTINGS"),
        (PushPromise, "PUSH_PROMISE"), (Ping, "PING"), (GoAway, "GOAWAY"), (WindowUpdate, "WINDOW_UPDATE"), (Continuation, "CONTINUATION"), (AlternativeService, "ALTSVC"),
        (Blocked, "BLOCKED"), (Origin, "ORIGIN"), (PriorityUpdate, "PRIORITY_UPDATE")]);

    static readonly ValueNames Errors = ValueNames.Of(() => [(0, "NO_ERROR"), (1, "PROTOCOL_ERROR"), (2, "INTERNAL_ERROR"), (3, "FLOW_CONTROL_ERROR"), (4, "SETTINGS_TIMEOUT"),
        (5, "STREAM_CLOSED"), (6, "FRAME_SIZE_ERROR"), (7, "REFUSED_STREAM"), (8, "CANCEL"), (9, "COMPRESSION_ERROR"), (10, "CONNECT_ERROR"), (11, "ENHANCE_YOUR_CALM"),
        (12, "INADEQUATE_SECURITY"), (13, "HTTP_1_1_REQUIRED")]);

    static readonly ValueNames SettingNames = ValueNames.Of(() => [(1, "Header table size"), (2, "Enable PUSH"), (3, "Max concurrent streams"), (4, "Initial Windows size"),
        (5, "Max frame size"), (6, "Max header list size"), (8, "Extended CONNECT")]);

    static readonly Field StreamItem = P.Label("http2.stream", "Stream");
    static readonly Field Length = P.UInt24("http2.length", "Length", blurb: "The length (24 bits) of the frame payload (The 9 octets of the frame header are not included)");
    static readonly Field Type = P.UInt8("http2.type", "Type", names: Types, blurb: "The frame type determines how the remainder of the frame header and payload are interpreted");
    static readonly Field Reserved = P.UInt32("http2.r", "Reserved", FieldBase.Hex, mask: 0x80000000,
        blurb: "The semantics of this bit are undefined and the bit MUST remain unset (0) when sending and MUST be ignored when receiving");
    static readonly Field Weight = P.UInt8("http2.headers.weight", "Weight", blurb: "An 8-bit weight for the identified priority");
    static readonly Field WeightReal = P.UInt8("http2.headers.weight_real", "Weight real", blurb: "Real Weight value (Add one to value)");
    static readonly Field StreamId = P.UInt32("http2.streamid", "Stream Identifier", mask: 0x7fffffff, blurb: "A 31-bit stream identifier");
    static readonly Field Magic = P.String("http2.magic", "Magic");
    static readonly Field Unknown = P.Bytes("http2.unknown", "Unknown");

    static readonly Field Flags = P.UInt8("http2.flags", "Flags", FieldBase.Hex, blurb: "Flags are assigned semantics specific to the indicated frame type");
    static readonly Field FlagEndStream = P.Flag("http2.flags.end_stream", "End Stream", 8, EndStream, blurb: "Indicates that this frame is the last that the endpoint will send for the identified stream");
    static readonly Field FlagEndHeaders = P.Flag("http2.flags.eh", "End Headers", 8, EndHeaders,
        blurb: "Indicates that this frame contains an entire header block  and is not followed by any CONTINUATION frames.");
    static readonly Field FlagPadded = P.Flag("http2.flags.padded", "Padded", 8, Padded, blurb: "Indicates that the Pad Length field is present");
    static readonly Field FlagPriority = P.Flag("http2.flags.priority", "Priority", 8, HasPriority, blurb: "Indicates that the Exclusive Flag (E), Stream Dependency, and Weight fields are present");
    static readonly Field FlagAckPing = P.Flag("http2.flags.ack.ping", "ACK", 8, Acknowledges, blurb: "Set indicates that this PING frame is a PING response");
    static readonly Field FlagAckSettings = P.Flag("http2.flags.ack.settings", "ACK", 8, Acknowledges,
        blurb: "Indicates that this frame acknowledges receipt and application of the peer's SETTINGS frame");
    static readonly Field UnusedFlags = P.UInt8("http2.flags.unused", "Unused", FieldBase.Hex, mask: 0xff, blurb: "Must be zero");
    static readonly Field UnusedSettings = P.UInt8("http2.flags.unused_settings", "Unused", FieldBase.Hex, mask: 0xfe, blurb: "Must be zero");
    static readonly Field UnusedPing = P.UInt8("http2.flags.unused_ping", "Unused", FieldBase.Hex, mask: 0xfe, blurb: "Must be zero");
    static readonly Field UnusedContinuation = P.UInt8("http2.flags.unused_continuation", "Unused", FieldBase.Hex, mask: 0xfb, blurb: "Must be zero");
    static readonly Field UnusedPushPromise = P.UInt8("http2.flags.unused_push_promise", "Unused", FieldBase.Hex, mask: 0xf3, blurb: "Must be zero");
    static readonly Field UnusedData = P.UInt8("http2.flags.unused_data", "Unused", FieldBase.Hex, mask: 0xf6, blurb: "Must be zero");
    static readonly Field UnusedHeaders = P.UInt8("http2.flags.unused_headers", "Unused", FieldBase.Hex, mask: 0xd2, blurb: "Must be zero");

    static readonly Field[] DataFlags = [UnusedData, FlagPadded, FlagEndStream];
    static readonly Field[] HeadersFlags = [UnusedHeaders, FlagPriority, FlagPadded, FlagEndHeaders, FlagEndStream];
    static readonly Field[] SettingsFlags = [UnusedSettings, FlagAckSettings];
    static readonly Field[] PushPromiseFlags = [UnusedPushPromise, FlagPadded, FlagEndHeaders];
    static readonly Field[] PingFlags = [UnusedPing, FlagAckPing];
    static readonly Field[] ContinuationFlags = [UnusedContinuation, FlagPadded, FlagEndHeaders];
    static readonly Field[] OtherFlags = [UnusedFlags];

    static Field[] FlagsOf(byte type) => type switch
    {
        Data => DataFlags,
        Headers => HeadersFlags,
        Settings => SettingsFlags,
        PushPromise => PushPromiseFlags,
        Ping => PingFlags,
        Continuation => ContinuationFlags,
        _ => OtherFlags,
    };

    static readonly Field Padding = P.UInt8("http2.padding", "Pad Length", FieldBase.Hex, blurb: "Padding size");
    static readonly Field PadLength = P.UInt16("http2.pad_length", "Pad Length");
    static readonly Field Exclusive = P.Flag("http2.exclusive", "Exclusive", 32, 0x80000000, blurb: "A single bit flag indicates that the stream dependency is exclusive");
    static readonly Field Dependency = P.UInt32("http2.stream_dependency", "Stream Dependency", mask: 0x7fffffff, blurb: "An identifier for the stream that this stream depends on");
    static readonly Field DataBytes = P.Bytes("http2.data.data", "Data", blurb: "Application data");
    static readonly Field DataPadding = P.Bytes("http2.data.padding", "Padding", blurb: "Padding octets");
    static readonly Field Fragments = P.Label("http2.body.fragments", "Body fragments");
    static readonly Field Fragment = P.FrameNumber("http2.body.fragment", "Body fragment");
    static readonly Field FragmentCount = P.UInt32("http2.body.fragment.count", "Body fragment count");
    static readonly Field ReassembledLength = P.UInt32("http2.body.reassembled.length", "Reassembled body length", blurb: "Reassembled body in frame number");
    static readonly Field ReassembledData = P.Bytes("http2.body.reassembled.data", "Reassembled body data", blurb: "Reassembled body data for multisegment PDU spanning across DATAs");

    static readonly Field HeaderBlock = P.Bytes("http2.headers", "Header Block Fragment", blurb: "A header block fragment");
    static readonly Field HeaderPadding = P.Bytes("http2.headers.padding", "Padding", blurb: "Padding octets");
    static readonly Field Header = P.Label("http2.header", "Header");
    static readonly Field HeaderLength = P.UInt32("http2.header.length", "Header Length");
    static readonly Field HeaderCount = P.UInt32("http2.header.count", "Header Count");
    static readonly Field NameLength = P.UInt32("http2.header.name.length", "Name Length");
    static readonly Field Name = P.String("http2.header.name", "Name");
    static readonly Field ValueLength = P.UInt32("http2.header.value.length", "Value Length");
    static readonly Field Value = P.String("http2.header.value", "Value");
    static readonly Field Unescaped = P.String("http2.header.unescaped", "Unescaped");
    static readonly Field Representation = P.String("http2.header.repr", "Representation");
    static readonly Field Index = P.UInt32("http2.header.index", "Index");
    static readonly Field SizeUpdate = P.Label("http2.header_table_size_update", "Header table size update");
    static readonly Field SizeUpdateSize = P.UInt32("http2.header_table_size_update.header_table_size", "Header table size");
    static readonly Field FullUri = P.String("http2.request.full_uri", "Full request URI", "The full requested URI (including host name)");

    static readonly Field ResetError = P.UInt32("http2.rst_stream.error", "Error", names: Errors, blurb: "The error code indicates why the stream is being terminated");
    static readonly Field SettingItem = P.Label("http2.settings", "Settings");
    static readonly Field SettingId = P.UInt16("http2.settings.id", "Settings Identifier", names: SettingNames);
    static readonly Field UnknownSetting = P.UInt32("http2.settings.unknown", "Unknown Settings");
    static readonly Field?[] SettingValues =
    [
        null,
        P.UInt32("http2.settings.header_table_size", "Header table size",
            blurb: "Allows the sender to inform the remote endpoint of the size of the header compression table used to decode header blocks. The initial value is 4096 bytes"),
        P.UInt32("http2.settings.enable_push", "Enable PUSH", blurb: "The initial value is 1, which indicates that push is permitted"),
        P.UInt32("http2.settings.max_concurrent_streams", "Max concurrent streams", blurb: "Indicates the maximum number of concurrent streams that the sender will allow"),
        P.UInt32("http2.settings.initial_window_size", "Initial Windows Size", blurb: "Indicates the sender's initial window size (in bytes) for stream level flow control"),
        P.UInt32("http2.settings.max_frame_size", "Max frame size", blurb: "Indicates the size of the largest frame payload that the sender will allow"),
        P.UInt32("http2.settings.max_header_list_size", "Max header list size",
            blurb: "This advisory setting informs a peer of the maximum size of header list that the sender is prepared to accept."),
        null,
        P.UInt32("http2.settings.extended_connect", "Extended CONNECT", blurb: "Indicates support for the extended CONNECT method extension defined RFC 8441."),
    ];

    static readonly Field PushReserved = P.UInt32("http2.push_promise.r", "Reserved", FieldBase.Hex, mask: 0x80000000, blurb: "Must be zero");
    static readonly Field PromisedStream = P.UInt32("http2.push_promise.promised_stream_id", "Promised-Stream-ID", mask: 0x7fffffff,
        blurb: "Identifies the stream the endpoint intends to start sending frames for");
    static readonly Field PushHeader = P.Bytes("http2.push_promise.header", "Header Block Fragment", blurb: "Containing request header fields");
    static readonly Field PushPadding = P.Bytes("http2.push_promise.padding", "Padding", blurb: "Padding octets");
    static readonly Field PingData = P.Bytes("http2.ping", "Ping");
    static readonly Field PongData = P.Bytes("http2.pong", "Pong");
    static readonly Field GoAwayReserved = P.UInt32("http2.goway.r", "Reserved", FieldBase.Hex, mask: 0x80000000, blurb: "Must be zero");
    static readonly Field LastStream = P.UInt32("http2.goaway.last_stream_id", "Last-Stream-ID", mask: 0x7fffffff,
        blurb: "Contains the highest numbered stream identifier for which the sender of the GOAWAY frame has received frames on and might have taken some action on");
    static readonly Field GoAwayError = P.UInt32("http2.goaway.error", "Error", names: Errors, blurb: "The error code indicates the reason for closing the connection");
    static readonly Field GoAwayData = P.Bytes("http2.goaway.addata", "Additional Debug Data");
    static readonly Field WindowReserved = P.UInt32("http2.window_update.r", "Reserved", FieldBase.Hex, mask: 0x80000000, blurb: "Must be zero");
    static readonly Field WindowIncrement = P.UInt32("http2.window_update.window_size_increment", "Window Size Increment", mask: 0x7fffffff,
        blurb: "Indicating the number of bytes that the sender can transmit in addition to the existing flow control window");
    static readonly Field ContinuationHeader = P.String("http2.continuation.header", "Continuation Header", "Contains a header block fragment");
    static readonly Field ContinuationPadding = P.Bytes("http2.continuation.padding", "Padding", blurb: "Padding octets");
    static readonly Field ServiceOriginLength = P.UInt16("http2.altsvc.origin.len", "Origin Length", blurb: "indicating the length, in octets, of the Origin field.");
    static readonly Field ServiceOrigin = P.String("http2.altsvc.origin", "Origin",
        "A sequence of characters containing ASCII serialisation of an origin that the alternate service is applicable to.");
    static readonly Field ServiceValue = P.String("http2.altsvc.field_value", "Field/Value", "A sequence of octets containing a value identical to the Alt-Svc field value");
    static readonly Field OriginItem = P.Label("http2.origin", "Origin");
    static readonly Field OriginLength = P.UInt16("http2.origin.origin_len", "Origin Length", blurb: "indicating the length, in octets, of the Origin field.");
    static readonly Field OriginText = P.String("http2.origin.origin", "Origin", "A sequence of characters containing ASCII serialisation of an origin that server is authoritative for.");
    static readonly Field UpdatedStream = P.UInt64("http2.priority_update_stream_id", "Priority Update Stream ID");
    static readonly Field UpdatedValue = P.String("http2.priority_update_field_value", "Priority Update Field Value");

    static readonly Expert HeaderSizeExceeded = P.Expert("http2.header_size_exceeded", Severity.Error, ExpertGroup.Decryption, "Decompression stopped.");
    static readonly Expert HeaderLinesExceeded = P.Expert("http2.header_lines_exceeded", Severity.Error, ExpertGroup.Undecoded, "Decompression stopped after 200 header lines.");
    static readonly Expert DecompressionFailed = P.Expert("http2.body_decompression_failed", Severity.Warning, ExpertGroup.Undecoded, "Body decompression failed");
    static readonly Expert DecompressionLimited = P.Expert("http2.body_decompression_limited", Severity.Warning, ExpertGroup.Undecoded,
        "The body expands to 16 MiB or more; what goes beyond was not looked at");
    static readonly Expert ReassemblyFailed = P.Expert("http2.reassembly_error", Severity.Warning, ExpertGroup.Undecoded, "Reassembly failed");

    /// <summary>Header fields that have a field of their own; the label is the header's name.</summary>
    static readonly Field[] NamedHeaders =
    [
        P.String("http2.headers.authority", ":authority", "Authority portion of the target URI"),
        P.UInt16("http2.headers.status", ":status"),
        P.String("http2.headers.path", ":path"),
        P.String("http2.headers.method", ":method"),
        P.String("http2.headers.scheme", ":scheme"),
        P.String("http2.headers.accept", "accept", "Media types that are acceptable to the user agent"),
        P.String("http2.headers.accept_charset", "accept-charset", "Acceptable charsets in textual responses for the user agent"),
        P.String("http2.headers.accept_encoding", "accept-encoding", "Acceptable content codings (like compression) in responses for the user agent"),
        P.String("http2.headers.accept_language", "accept-language", "Preferred natural languages for the user agent"),
        P.String("http2.headers.accept_ranges", "accept-ranges", "Bytes range which server may use for partial data transfer"),
        P.String("http2.headers.access_control_allow_origin", "access-control-allow-origin", "Origin control for cross-origin resource sharing"),
        P.UInt64("http2.headers.age", "age", blurb: "Time in seconds which was spent for transferring data through proxy"),
        P.String("http2.headers.allow", "allow", "List of allowed methods for request"),
        P.String("http2.headers.authorization", "authorization", "Credentials for a server-side authorization"),
        P.String("http2.headers.cache_control", "cache-control", "Request or response directives for a cache control"),
        P.String("http2.headers.content_disposition", "content-disposition", "Indicates that response will be displayed as page or downloaded with dialog box"),
        P.String("http2.headers.content_encoding", "content-encoding"),
        P.String("http2.headers.content_language", "content-language"),
        P.UInt64("http2.headers.content_length", "content-length", blurb: "Size of body in bytes"),
        P.String("http2.headers.content_location", "content-location", "Alternative URL for a response data"),
        P.String("http2.headers.content_range", "content-range", "Range of bytes which was sent by server for partial data transfer"),
        P.String("http2.headers.content_type", "content-type", "MIME type of response"),
        P.String("http2.headers.cookie", "cookie", "Stored cookies"),
        P.String("http2.headers.date", "date", "Date and time at which the data was originated"),
        P.String("http2.headers.etag", "etag", "Directive for version indication of resource"),
        P.String("http2.headers.expect", "expect", "Expectations that need to be fulfilled for correct request"),
        P.String("http2.headers.expires", "expires", "Data after which resource will be stale"),
        P.String("http2.headers.from", "from", "Email of a person who responsible for a requesting data"),
        P.String("http2.headers.if_match", "if-match", "Mechanism for requesting data matched by a list of ETags"),
        P.String("http2.headers.if_modified_since", "if-modified-since", "Resource will be sent with status code 200 if it was modified otherwise with status code 304"),
        P.String("http2.headers.if_none_match", "if-none-match", "Mechanism for requesting data not matched by a list of ETags"),
        P.String("http2.headers.if_range", "if-range", "Mechanism for a range request which is used to check if a resource was modified"),
        P.String("http2.headers.if_unmodified_since", "if-unmodified-since", "Resource will be processed if it was not modified otherwise 412 error will be returned"),
        P.String("http2.headers.last_modified", "last-modified", "Date and time at which the origin server believes the resource was last modified"),
        P.String("http2.headers.link", "link", "Mechanism for indicating that resource will be preloaded"),
        P.String("http2.headers.location", "location", "Mechanism for indicating that client will be redirected"),
        P.UInt64("http2.headers.max_forwards", "max-forwards", blurb: "Mechanism for limiting the number of proxies"),
        P.String("http2.headers.proxy_authenticate", "proxy-authenticate", "Authentication method that should be used to gain access to a resource behind a proxy server"),
        P.String("http2.headers.proxy_authorization", "proxy-authorization", "Credentials for a proxy-side authorization"),
        P.String("http2.headers.range", "range", "Range of resource bytes that server should return"),
        P.String("http2.headers.referer", "referer", "Address of the previous web page"),
        P.String("http2.headers.refresh", "refresh", "Time in seconds after which client will be redirected by given url"),
        P.String("http2.headers.retry_after", "retry-after", "Mechanism to indicate when resource expected to be available"),
        P.String("http2.headers.server", "server", "Information about server software"),
        P.String("http2.headers.set_cookie", "set-cookie", "Send a cookie to the client"),
        P.String("http2.headers.strict_transport_security", "strict-transport-security", "HSTS indicates that resource should be accessed only using HTTPS"),
        P.String("http2.headers.user_agent", "user-agent", "Information about client software"),
        P.String("http2.headers.vary", "vary", "Mechanism for selecting which header will be used for content negotiation algorithm"),
        P.String("http2.headers.via", "via", "Additional information for loop detection and protocol capabilities in proxy requests"),
        P.String("http2.headers.www_authenticate", "www-authenticate", "Authentication method that should be used to gain access to a resource"),
    ];

    /// <summary>Made when the first header is read, not at every start.</summary>
    static class KnownHeaders
    {
        public static readonly Dictionary<string, Field> ByName = NamedHeaders.ToDictionary(f => f.Label, StringComparer.Ordinal);
    }

    static Field? FieldOfHeader(ReadOnlySpan<byte> name)
    {
        const int LongestName = 32;
        Span<char> text = stackalloc char[LongestName];
        return name.Length <= LongestName && KnownHeaders.ByName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..Encoding.Latin1.GetChars(name, text)], out var field) ? field : null;
    }
}
