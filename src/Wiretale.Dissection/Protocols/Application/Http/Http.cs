using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Http;

// Specification: RFC 9110 (semantics), RFC 9112 (HTTP/1.1 messages).
//
//   start-line CRLF *( field-line CRLF ) CRLF [ message-body ]
//   request-line = method SP request-target SP HTTP-version
//   status-line  = HTTP-version SP status-code SP [ reason-phrase ]

/// <summary>Hypertext Transfer Protocol, version 1.x and what is written like it.</summary>
/// <remarks>
/// By facets: here messages and how much of them must be there; the head in Http.Head.cs, the body in HttpBody.cs; fields in HttpFields.cs.
/// A body that nobody looks at is not collected: see <see cref="Keep"/>.
/// </remarks>
public sealed partial class Http() : Dissector("http")
{
    /// <summary>Of a body that nobody wants to see, the bytes that tell an image's format.</summary>
    const int BodyPrefix = 64;

    /// <summary>The same of a compressed one: enough for a first block's code tables.</summary>
    const int CodedPrefix = 4096;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Tcp.Ports, 80, 3128, 3132, 5985, 8080, 8088, 11371, 1900, 2869, 2710);
        claims.Heuristic(Tcp.Heuristics, TryOnTcp);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var state = StateOf(p);
        if (state.TunnelFrom > 0 && p.Number >= state.TunnelFrom)
        {
            Tunnel(p, v, parent, state);
            return Math.Max(1, v.Reported);
        }

        int at = 0;
        while (at < v.Reported)
        {
            var rest = v.From(at);
            if (rest.Bytes.StartsWith(Http2.Http2.Preface))
            {
                // RFC 9113 section 3.3: a client that knows begins with it.
                state.Upgraded = Catalog.Http2;
            }

            if (state.Upgraded == Catalog.Data)
            {
                p.CallData(rest, Node.Root);
                break;
            }

            if (state.Upgraded is { } upgraded)
            {
                p.Call(upgraded, rest, parent);
                break;
            }

            rest.Ensure(0, 1);
            int taken = Message(p, rest, parent, state, P, "HTTP", at);
            if (taken < 0)
            {
                break;
            }

            at += Math.Max(1, taken);
            p.Info.Fence();
        }

        return Math.Max(1, v.Reported);
    }

    /// <summary>One message in one datagram, under another protocol's name (SSDP).</summary>
    internal int DissectDatagram(Packet p, in View v, Node parent, Protocol protocol)
    {
        Message(p, v, parent, StateOf(p), protocol, protocol.ShortName, 0);
        return Math.Max(1, v.Reported);
    }

    /// <summary>The conversation's state; inside a tunnel that of what flows in it.</summary>
    HttpState StateOf(Packet p)
    {
        var state = p.Conversation?.GetOrAdd<HttpState>(this) ?? p.Engine.State<HttpState>();
        for (int depth = p.Engine.State<TunnelDepth>().Depth; depth > 0; depth--)
        {
            state = state.Inner ??= new();
        }

        return state;
    }

    /// <summary>A request or response on a port that nobody claims: the version stands at either end of the first line.</summary>
    bool TryOnTcp(Packet p, in View v, Node parent)
    {
        var bytes = v.Bytes;
        int end = HttpText.LineEnd(bytes, 0, out _, more: true);
        if (end <= 8 || !(IsVersion(bytes[(end - 8)..end]) || IsVersion(bytes[..8])))
        {
            return false;
        }

        if (p.Conversation is { } conversation)
        {
            conversation.Dissector = this;
        }

        Dissect(p, v, parent);
        return true;

        static bool IsVersion(ReadOnlySpan<byte> text) =>
            System.Text.Ascii.EqualsIgnoreCase(text[..7], "HTTP/1."u8) && text[7] is (byte)'0' or (byte)'1';
    }

    /// <summary>Dissects the message at the start of the view.</summary>
    /// <returns>Bytes taken; -1 when it waits for more.</returns>
    int Message(Packet p, in View v, Node parent, HttpState state, Protocol protocol, string column, int viewAt)
    {
        if (v.U8(0) is not ((>= 0x20 and <= 0x7e) or (byte)'\r' or (byte)'\n'))
        {
            // No line starts like this: the middle of a body whose beginning was not seen.
            if (IsUnknown(state, protocol))
            {
                p.SayNothing();
                return v.Reported;
            }

            p.SetProtocol(column);
            p.Info.Set("Continuation"u8);
            p.CallData(v, p.Open(protocol, v, parent));
            return v.Reported;
        }

        bool canWait = p.Stream is { CanWait: true } && v.Captured == v.Reported;
        int skipped = 0;
        var message = canWait && state.Waiting.Knows(p.Stream!, viewAt) ? state.Waiting.Head : HttpMessage.Read(v.Bytes, canWait);
        if (message is { FirstLine.Length: 0, Kind: HttpMessageKind.None, IsHeadWhole: true })
        {
            // RFC 9112 section 2.2: an empty line before a request is no harm.
            var next = HttpMessage.Read(v.Bytes[message.BodyAt..], canWait);
            if (next.Kind != HttpMessageKind.None)
            {
                skipped = message.BodyAt;
                message = next;
            }
        }

        var own = v.From(skipped);
        bool isContinuation = message.FirstKind == HttpMessageKind.None;
        if (!isContinuation && message.IsFirstLineWhole)
        {
            p.Info.Set(HttpText.Formatted(p, message.FirstLine.Of(own.Bytes)));
            p.Info.Append(" "u8);
        }

        if (canWait && Waits(p, own, message, state, viewAt + skipped))
        {
            state.Waiting.Keep(p.Stream!, viewAt + skipped, message);
            return -1;
        }

        bool isUnknown = isContinuation && IsUnknown(state, protocol);
        if (isUnknown && !(message.IsFirstLineWhole && HttpMessage.IsHeader(message.FirstLine.Of(own.Bytes))))
        {
            p.SayNothing();
            return v.Reported;
        }

        if (!isUnknown && message.IsFirstLineWhole)
        {
            p.SetProtocol(column);
            if (isContinuation)
            {
                p.Info.Set("Continuation"u8);
            }
        }

        Remember(p, own, message, state);
        var tree = p.Open(protocol, v, parent);
        if (skipped > 0)
        {
            var line = p.AddText(tree, v, 0, skipped, LeadingCrLf.Summary);
            p.Expert(line, LeadingCrLf, v, 0, skipped);
        }

        if (p.WantsFields)
        {
            Head(p, own, tree, message, state);
        }

        if (message.IsTorn)
        {
            own.Ensure(own.Captured, 1);
        }

        int taken = Body(p, own, parent, tree, message, state, out bool dissected);
        if (dissected)
        {
            p.SetLength(tree, skipped + message.BodyAt);
        }

        ChangeProtocol(p, own, message, state);
        return skipped + taken;
    }

    /// <summary>Whether bytes that start no message are to be passed over, because no request was seen on the connection; unless they look like header fields, which are shown.</summary>
    static bool IsUnknown(HttpState state, Protocol protocol) => !state.HasRequest && protocol == P;

    /// <summary>Whether the message must wait for bytes that are not here yet; then it has asked for them.</summary>
    static bool Waits(Packet p, in View v, in HttpMessage message, HttpState state, int viewAt)
    {
        var stream = p.Stream!;
        if (message.FirstKind == HttpMessageKind.None)
        {
            if (!message.IsFirstLineWhole)
            {
                stream.NeedMore(viewAt, StreamContext.OneMoreSegment);
                return true;
            }

            return false;
        }

        if (!message.IsHeadWhole)
        {
            stream.NeedMore(viewAt, StreamContext.OneMoreSegment);
            return true;
        }

        if (message.FirstKind == HttpMessageKind.Response && !MayHaveBody(message, state))
        {
            return false;
        }

        if (message.Transfer == TransferCoding.Chunked)
        {
            return WaitsForChunks(p.Stream!, v, message, state, viewAt);
        }

        if (message.ContentLength >= 0)
        {
            long missing = message.ContentLength - (v.Captured - message.HeadEnd);
            if (missing > 0)
            {
                stream.NeedMore(viewAt, (int)Math.Min(missing, int.MaxValue), Keep(p, v, message));
            }

            return missing > 0;
        }

        if (message.FirstKind == HttpMessageKind.Response && !stream.IsLast)
        {
            stream.NeedMore(viewAt, StreamContext.UntilEnd, Keep(p, v, message));
            return true;
        }

        return false;
    }

    /// <summary>RFC 9110 section 6.4.1: responses to HEAD and CONNECT, and with some codes, have none.</summary>
    static bool MayHaveBody(in HttpMessage message, HttpState state) =>
        !state.LastWasHead && !(state.LastWasConnect && message.Status / 100 == 2) && message.Status / 100 != 1 && message.Status is not (204 or 304);

    static bool WaitsForChunks(StreamContext stream, in View v, in HttpMessage message, HttpState state, int viewAt)
    {
        uint position = stream.Position + (uint)viewAt;
        ref var scan = ref stream.IsFromFirst ? ref state.FirstScan : ref state.OtherScan;
        int at = scan.Message == position && scan.Next > message.HeadEnd ? scan.Next : message.HeadEnd;
        bool waits = HttpChunks.Waits(v.Bytes, ref at);
        scan = waits ? new() { Message = position, Next = at } : default;
        if (waits)
        {
            // Segment by segment, as Wireshark has it: the column shows the message's first line in each of them.
            stream.NeedMore(viewAt, StreamContext.OneMoreSegment);
        }

        return waits;
    }

    static void Remember(Packet p, in View v, in HttpMessage message, HttpState state)
    {
        state.HasRequest |= message.FirstKind is HttpMessageKind.Request or HttpMessageKind.Notification;
        if (message.FirstKind == HttpMessageKind.Request && (p.WantsFields || message.FirstLine.Of(v.Bytes).StartsWith("CONNECT"u8)))
        {
            var line = message.FirstLine.Of(v.Bytes);
            HttpText.Word(line, out int next);
            var target = line[next..];
            state.SetUri(target[..HttpText.Word(target, out _)]);
        }

        if (message.Kind == HttpMessageKind.Request)
        {
            var line = message.FirstLine.Of(v.Bytes);
            state.LastWasHead = line.StartsWith("HEAD"u8);
            state.LastWasConnect = line.StartsWith("CONNECT"u8);
            state.Request(p);
        }
        else if (message.Kind == HttpMessageKind.Response)
        {
            state.Response(p);
        }
    }

    static void ChangeProtocol(Packet p, in View v, in HttpMessage message, HttpState state)
    {
        if (message.Kind != HttpMessageKind.Response)
        {
            return;
        }

        if (message is { Status: 101, HasUpgrade: true })
        {
            if (System.Text.Ascii.EqualsIgnoreCase(message.Upgrade.Of(v.Bytes), "websocket"u8))
            {
                Catalog.WebSocket.Open(p, v.Bytes[..message.BodyAt].IndexOf("permessage-deflate"u8) >= 0);
                state.Upgraded = Catalog.WebSocket;
            }
            else if (System.Text.Ascii.EqualsIgnoreCase(message.Upgrade.Of(v.Bytes), "h2c"u8))
            {
                state.Upgraded = Catalog.Http2;
            }
            else
            {
                state.Upgraded = Catalog.Data;
            }
        }
        else if (message.Status == 200 && state.LastWasConnect)
        {
            state.TunnelFrom = p.Number + 1;
        }
    }

    /// <summary>What flows through a proxy after CONNECT (RFC 9110 section 9.3.6).</summary>
    static void Tunnel(Packet p, in View v, Node parent, HttpState state)
    {
        var target = state.Uri;
        int colon = target.LastIndexOf((byte)':');
        uint port = colon >= 0 && System.Buffers.Text.Utf8Parser.TryParse(target[(colon + 1)..], out ushort number, out _) ? number : 0u;
        var tree = p.Open(P, v, parent);
        if (p.WantsFields)
        {
            p.Generated(p.AddString(tree, ProxyConnectHost, v, 0, 0, colon < 0 ? target : target[..colon]));
            p.Generated(p.AddUInt(tree, ProxyConnectPort, v, 0, 0, port));
        }

        var inside = p.Engine.State<TunnelDepth>();
        inside.Depth++;
        try
        {
            if (!p.TryHeuristics(Tcp.Heuristics, v, parent) && (port == 0 || p.Engine.Find(Tcp.Ports, port) is not { } next || p.Call(next, v, parent) <= 0))
            {
                p.CallData(v, parent);
            }
        }
        finally
        {
            inside.Depth--;
        }
    }

    /// <summary>How many tunnels the bytes being dissected are inside of.</summary>
    sealed class TunnelDepth
    {
        public int Depth;
    }
}
