namespace Wiretale.Dissection.Protocols.Application.Tls;

/// <summary>Which protocol runs inside: by what the hellos agreed on (ALPN, RFC 7301), else by port.</summary>
static class TlsApplication
{
    /// <summary>A protocol's ALPN name, as one of those known here; others need no string of their own.</summary>
    public static string? NameOf(ReadOnlySpan<byte> alpn) =>
        alpn.SequenceEqual("http/1.1"u8) || alpn.SequenceEqual("http/1.0"u8) ? "http"
        : alpn.SequenceEqual("h2"u8) || alpn.SequenceEqual("h2-14"u8) || alpn.SequenceEqual("h2-15"u8) || alpn.SequenceEqual("h2-16"u8) ? "http2"
        : alpn.SequenceEqual("dot"u8) ? "dns"
        : alpn.SequenceEqual("h3"u8) || alpn.StartsWith("h3-"u8) ? "h3"
        : alpn.StartsWith("spdy/"u8) ? "spdy"
        : null;

    /// <summary>The protocol that a port stands for inside TLS.</summary>
    public static string? ByPort(uint port) => port switch
    {
        443 => "http",
        853 => "dns",
        _ => null,
    };

    /// <summary>Whether bytes begin as a message of HTTP does.</summary>
    public static bool IsHttp(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("GET "u8) || bytes.StartsWith("POST "u8) || bytes.StartsWith("HEAD "u8) || bytes.StartsWith("PUT "u8)
        || bytes.StartsWith("DELETE "u8) || bytes.StartsWith("OPTIONS "u8) || bytes.StartsWith("CONNECT "u8) || bytes.StartsWith("HTTP/1."u8);

    /// <summary>A protocol's full name.</summary>
    public static string? Title(string? protocol) => protocol switch
    {
        "http" => "Hypertext Transfer Protocol",
        "http2" => "HyperText Transfer Protocol 2",
        "dns" => "Domain Name System",
        "spdy" => "SPDY",
        _ => null,
    };
}
