using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Http;

/// <content>Fields.</content>
public sealed partial class Http
{
    static readonly Protocol P = new("Hypertext Transfer Protocol", "HTTP", "http");

    static readonly Field Notification = P.Flag("http.notification", "Notification", blurb: "TRUE if HTTP notification");
    static readonly Field Response = P.Flag("http.response", "Response", blurb: "TRUE if HTTP response");
    static readonly Field Request = P.Flag("http.request", "Request", blurb: "TRUE if HTTP request");
    static readonly Field ResponseNumber = P.UInt32("http.response_number", "Response number");
    static readonly Field RequestNumber = P.UInt32("http.request_number", "Request number");
    static readonly Field Credentials = P.String("http.authbasic", "Credentials");
    static readonly Field ResponseLine = P.String("http.response.line", "Response line");
    static readonly Field RequestLine = P.String("http.request.line", "Request line");
    static readonly Field RequestMethod = P.String("http.request.method", "Request Method", "HTTP Request Method");
    static readonly Field RequestUri = P.String("http.request.uri", "Request URI", "HTTP Request-URI");
    static readonly Field RequestUriPath = P.String("http.request.uri.path", "Request URI Path", "HTTP Request-URI Path");
    static readonly Field RequestUriQuery = P.String("http.request.uri.query", "Request URI Query", "HTTP Request-URI Query");
    static readonly Field RequestUriParameter = P.String("http.request.uri.query.parameter", "Request URI Query Parameter", "HTTP Request-URI Query Parameter");
    static readonly Field RequestVersion = P.String("http.request.version", "Request Version", "HTTP Request HTTP-Version");
    static readonly Field ResponseVersion = P.String("http.response.version", "Response Version", "HTTP Response HTTP-Version");
    static readonly Field FullUri = P.String("http.request.full_uri", "Full request URI", "The full requested URI (including host name)");
    static readonly Field ResponseCode = P.UInt16("http.response.code", "Status Code", blurb: "HTTP Response Status Code");
    static readonly Field ResponseCodeName = P.String("http.response.code.desc", "Status Code Description", "HTTP Response Status Code Description");
    static readonly Field ResponseForUri = P.String("http.response_for.uri", "Request URI", "HTTP Response For-URI");
    static readonly Field ResponsePhrase = P.String("http.response.phrase", "Response Phrase", "HTTP Response Reason Phrase");
    static readonly Field Authorization = P.String("http.authorization", "Authorization", "HTTP Authorization header");
    static readonly Field ProxyAuthenticate = P.String("http.proxy_authenticate", "Proxy-Authenticate", "HTTP Proxy-Authenticate header");
    static readonly Field ProxyAuthorization = P.String("http.proxy_authorization", "Proxy-Authorization", "HTTP Proxy-Authorization header");
    static readonly Field ProxyConnectHost = P.String("http.proxy_connect_host", "Proxy-Connect-Hostname", "HTTP Proxy Connect Hostname");
    static readonly Field ProxyConnectPort = P.UInt16("http.proxy_connect_port", "Proxy-Connect-Port", blurb: "HTTP Proxy Connect Port");
    static readonly Field WwwAuthenticate = P.String("http.www_authenticate", "WWW-Authenticate", "HTTP WWW-Authenticate header");
    static readonly Field ContentType = P.String("http.content_type", "Content-Type", "HTTP Content-Type header");
    static readonly Field ContentLengthHeader = P.String("http.content_length_header", "Content-Length", "HTTP Content-Length header");
    static readonly Field ContentLength = P.UInt64("http.content_length", "Content length");
    static readonly Field ContentEncoding = P.String("http.content_encoding", "Content-Encoding", "HTTP Content-Encoding header");
    static readonly Field TransferEncoding = P.String("http.transfer_encoding", "Transfer-Encoding", "HTTP Transfer-Encoding header");
    static readonly Field Upgrade = P.String("http.upgrade", "Upgrade", "HTTP Upgrade header");
    static readonly Field UserAgent = P.String("http.user_agent", "User-Agent", "HTTP User-Agent header");
    static readonly Field Host = P.String("http.host", "Host", "HTTP Host");
    static readonly Field Connection = P.String("http.connection", "Connection", "HTTP Connection");
    static readonly Field Cookie = P.String("http.cookie", "Cookie", "HTTP Cookie");
    static readonly Field CookiePair = P.String("http.cookie_pair", "Cookie pair", "A name/value HTTP cookie pair");
    static readonly Field Accept = P.String("http.accept", "Accept", "HTTP Accept");
    static readonly Field Referer = P.String("http.referer", "Referer", "HTTP Referer");
    static readonly Field AcceptLanguage = P.String("http.accept_language", "Accept-Language", "HTTP Accept Language");
    static readonly Field AcceptEncoding = P.String("http.accept_encoding", "Accept Encoding", "HTTP Accept Encoding");
    static readonly Field Date = P.String("http.date", "Date", "HTTP Date");
    static readonly Field CacheControl = P.String("http.cache_control", "Cache-Control", "HTTP Cache Control");
    static readonly Field Server = P.String("http.server", "Server", "HTTP Server");
    static readonly Field Location = P.String("http.location", "Location", "HTTP Location");
    static readonly Field SecWebSocketAccept = P.String("http.sec_websocket_accept", "Sec-WebSocket-Accept");
    static readonly Field SecWebSocketExtensions = P.String("http.sec_websocket_extensions", "Sec-WebSocket-Extensions");
    static readonly Field SecWebSocketKey = P.String("http.sec_websocket_key", "Sec-WebSocket-Key");
    static readonly Field SecWebSocketProtocol = P.String("http.sec_websocket_protocol", "Sec-WebSocket-Protocol");
    static readonly Field SecWebSocketVersion = P.String("http.sec_websocket_version", "Sec-WebSocket-Version");
    static readonly Field SetCookie = P.String("http.set_cookie", "Set-Cookie", "HTTP Set Cookie");
    static readonly Field LastModified = P.String("http.last_modified", "Last-Modified", "HTTP Last Modified");
    static readonly Field XForwardedFor = P.String("http.x_forwarded_for", "X-Forwarded-For", "HTTP X-Forwarded-For");
    static readonly Field Http2Settings = P.String("http.http2_settings", "HTTP2-Settings");
    static readonly Field RequestIn = P.FrameNumber("http.request_in", "Request in frame", "This packet is a response to the packet with this number");
    static readonly Field ResponseIn = P.FrameNumber("http.response_in", "Response in frame", "This packet will be responded in the packet with this number");
    static readonly Field NextRequestIn = P.FrameNumber("http.next_request_in", "Next request in frame", "The next HTTP request starts in packet number");
    static readonly Field NextResponseIn = P.FrameNumber("http.next_response_in", "Next response in frame", "The next HTTP response starts in packet number");
    static readonly Field PreviousRequestIn = P.FrameNumber("http.prev_request_in", "Prev request in frame", "The previous HTTP request starts in packet number");
    static readonly Field PreviousResponseIn = P.FrameNumber("http.prev_response_in", "Prev response in frame", "The previous HTTP response starts in packet number");
    static readonly Field Time = P.RelativeTime("http.time", "Time since request", "Time since the request was sent");
    static readonly Field TrailerPart = P.String("http.chunked_trailer_part", "trailer-part", "Optional trailer in a chunked body");
    static readonly Field ChunkBoundary = P.Bytes("http.chunk_boundary", "Chunk boundary");
    static readonly Field ChunkSize = P.UInt32("http.chunk_size", "Chunk size");
    static readonly Field ChunkData = P.Bytes("http.chunk_data", "Chunk data");
    static readonly Field FileData = P.String("http.file_data", "File Data");
    static readonly Field UnknownHeader = P.String("http.unknown_header", "Unknown header");
    internal static readonly Field PathSegment = P.String("http.path_segment", "Path segment");
    internal static readonly Field PathSubSegment = P.String("http.path_sub_segment", "Path sub segment");

    static readonly Expert Chat = P.Expert("http.chat", Severity.Chat, ExpertGroup.Sequence, "Formatted text");
    static readonly Expert TransferAndLength = P.Expert("http.te_and_length", Severity.Warning, ExpertGroup.Malformed,
        "The Content-Length and Transfer-Encoding header must not be set together");
    static readonly Expert TransferUnknown = P.Expert("http.te_unknown", Severity.Warning, ExpertGroup.Undecoded,
        "Unknown transfer coding name in Transfer-Encoding header");
    static readonly Expert SubdissectorFailed = P.Expert("http.subdissector_failed", Severity.Note, ExpertGroup.Malformed,
        "HTTP body subdissector failed, trying heuristic subdissector");
    static readonly Expert TlsPort = P.Expert("http.tls_port", Severity.Warning, ExpertGroup.Security,
        "Unencrypted HTTP protocol detected over encrypted port, could indicate a dangerous misconfiguration.");
    static readonly Expert LeadingCrLf = P.Expert("http.leading_crlf", Severity.Error, ExpertGroup.Malformed,
        "Leading CRLF previous message in the stream may have extra CRLF");
    static readonly Expert BadHeaderName = P.Expert("http.bad_header_name", Severity.Warning, ExpertGroup.Protocol, "Illegal characters found in header name");
    static readonly Expert DecompressionFailed = P.Expert("http.decompression_failed", Severity.Warning, ExpertGroup.Undecoded, "Decompression failed");
    static readonly Expert DecompressionLimited = P.Expert("http.decompression_limited", Severity.Warning, ExpertGroup.Undecoded,
        "The body expands to 16 MiB or more; what goes beyond was not looked at");
    static readonly Expert DecompressionDisabled = P.Expert("http.decompression_disabled", Severity.Chat, ExpertGroup.Undecoded, "Decompression disabled");

    /// <summary>Made when the first header is read, not at every start.</summary>
    static class Headers
    {
        /// <summary>The header fields that have a field of their own, by the length of their names.</summary>
        public static readonly (byte[] Name, Field Field)[][] ByNameLength = ByLength(
            Authorization, ProxyAuthenticate, ProxyAuthorization, ProxyConnectHost, ProxyConnectPort, WwwAuthenticate, ContentType, ContentLengthHeader,
            ContentEncoding, TransferEncoding, Upgrade, UserAgent, Host, Connection, Cookie, Accept, Referer, AcceptLanguage, AcceptEncoding, Date, CacheControl,
            Server, Location, SecWebSocketAccept, SecWebSocketExtensions, SecWebSocketKey, SecWebSocketProtocol, SecWebSocketVersion, SetCookie, LastModified,
            XForwardedFor, Http2Settings);

        static (byte[] Name, Field Field)[][] ByLength(params Field[] fields)
        {
            // A label is the header's name, but for the one that Wireshark writes with a space.
            var byLength = new List<(byte[] Name, Field Field)>?[fields.Max(f => f.Label.Length) + 1];
            foreach (var field in fields)
            {
                byte[] name = Encoding.ASCII.GetBytes(field.Label.Replace(' ', '-'));
                (byLength[name.Length] ??= []).Add((name, field));
            }

            return Array.ConvertAll(byLength, of => of?.ToArray() ?? []);
        }
    }

    static Field? FieldOfHeader(ReadOnlySpan<byte> name)
    {
        if (name.Length < Headers.ByNameLength.Length)
        {
            foreach (var (known, field) in Headers.ByNameLength[name.Length])
            {
                if (Ascii.EqualsIgnoreCase(known, name))
                {
                    return field;
                }
            }
        }

        return null;
    }
}
