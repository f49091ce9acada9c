namespace Wiretale.Wire;

/// <summary>What the first line of an HTTP message makes it.</summary>
public enum HttpMessageKind
{
    /// <summary>Not the first line of a message.</summary>
    None,

    /// <summary>A request.</summary>
    Request,

    /// <summary>A request of the event notification architecture (UPnP GENA): the same form, shown under its own name.</summary>
    Notification,

    /// <summary>A response.</summary>
    Response,
}

/// <summary>HTTP's request methods: RFC 9110, WebDAV (RFC 4918), versioning (RFC 3253), SSDP and GENA (UPnP), RPC over HTTP, SSTP.</summary>
public static class HttpMethods
{
    /// <summary>Whether a line is the first of a request or response, by its first word.</summary>
    public static HttpMessageKind KindOf(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("HTTP/"u8))
        {
            return HttpMessageKind.Response;
        }

        int space = line.IndexOf((byte)' ');
        var word = space < 0 ? line : line[..space];
        if (word.StartsWith("M-"u8))
        {
            // RFC 2774 section 7: a mandatory extension is asked for by this prefix.
            word = word[2..];
        }

        return KindOfWord(word);
    }

    static HttpMessageKind KindOfWord(ReadOnlySpan<byte> word)
    {
        bool known = word.Length switch
        {
            3 => word.SequenceEqual("GET"u8) || word.SequenceEqual("PUT"u8),
            4 => word.SequenceEqual("POST"u8) || word.SequenceEqual("HEAD"u8) || word.SequenceEqual("COPY"u8)
                || word.SequenceEqual("LOCK"u8) || word.SequenceEqual("MOVE"u8) || word.SequenceEqual("POLL"u8),
            5 => word.SequenceEqual("PATCH"u8) || word.SequenceEqual("TRACE"u8) || word.SequenceEqual("MKCOL"u8)
                || word.SequenceEqual("BCOPY"u8) || word.SequenceEqual("BMOVE"u8) || word.SequenceEqual("LABEL"u8) || word.SequenceEqual("MERGE"u8),
            6 => word.SequenceEqual("DELETE"u8) || word.SequenceEqual("SEARCH"u8) || word.SequenceEqual("UNLOCK"u8)
                || word.SequenceEqual("REPORT"u8) || word.SequenceEqual("UPDATE"u8),
            7 => word.SequenceEqual("OPTIONS"u8) || word.SequenceEqual("CONNECT"u8) || word.SequenceEqual("BDELETE"u8) || word.SequenceEqual("CHECKIN"u8),
            8 => word.SequenceEqual("PROPFIND"u8) || word.SequenceEqual("CHECKOUT"u8) || word.SequenceEqual("CCM_POST"u8),
            9 => word.SequenceEqual("PROPPATCH"u8) || word.SequenceEqual("BPROPFIND"u8),
            10 => word.SequenceEqual("BPROPPATCH"u8) || word.SequenceEqual("UNCHECKOUT"u8) || word.SequenceEqual("MKACTIVITY"u8),
            11 => word.SequenceEqual("MKWORKSPACE"u8) || word.SequenceEqual("RPC_CONNECT"u8) || word.SequenceEqual("RPC_IN_DATA"u8),
            12 => word.SequenceEqual("RPC_OUT_DATA"u8),
            15 => word.SequenceEqual("VERSION-CONTROL"u8),
            16 => word.SequenceEqual("BASELINE-CONTROL"u8) || word.SequenceEqual("SSTP_DUPLEX_POST"u8),
            _ => false,
        };
        if (known)
        {
            return HttpMessageKind.Request;
        }

        return word.SequenceEqual("NOTIFY"u8) || word.SequenceEqual("SUBSCRIBE"u8) || word.SequenceEqual("UNSUBSCRIBE"u8) ? HttpMessageKind.Notification
            : word.SequenceEqual("ICY"u8) ? HttpMessageKind.Response
            : HttpMessageKind.None;
    }
}
