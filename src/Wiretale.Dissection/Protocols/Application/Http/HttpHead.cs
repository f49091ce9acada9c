using System.Buffers;
using System.Buffers.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Http;

/// <content>The head of a message in the tree: first line, header fields, and what belongs together with which other message.</content>
public sealed partial class Http
{
    /// <summary>RFC 9110 section 5.6.2: what a field's name is made of.</summary>
    static readonly SearchValues<byte> TokenBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    static void Head(Packet p, in View v, Node tree, in HttpMessage message, HttpState state)
    {
        var bytes = v.Bytes;
        var host = default(Stretch);
        var kind = HttpMessageKind.None;
        bool isRequest = false;
        int at = 0;
        while (at < message.BodyAt)
        {
            int end = HttpText.LineEnd(bytes, at, out int next, more: false);
            if (end < 0)
            {
                if (message.IsTorn)
                {
                    break;
                }

                end = next;
            }

            var line = bytes[at..end];
            var lineKind = HttpMethods.KindOf(line);
            if (lineKind != HttpMessageKind.None)
            {
                kind = lineKind;
                FirstLine(p, v, tree, at, end, next, lineKind);
            }
            else if (end == at)
            {
                p.AddText(tree, v, at, next - at, $"{HttpText.Formatted(p, bytes[at..next])}");
            }
            else
            {
                Header(p, v, tree, at, end, next, kind, message, ref host);
            }

            isRequest |= kind == HttpMessageKind.Request;
            at = next;
        }

        if (message.IsTorn)
        {
            v.Ensure(v.Captured, 1);
        }

        if (isRequest && host.Length > 0)
        {
            AddFullUri(p, v, tree, host.Of(bytes), state);
        }

        switch (message.Kind)
        {
            case HttpMessageKind.Notification:
                p.Hidden(p.AddFlag(tree, Notification, v, 0, 0, true));
                break;
            case HttpMessageKind.Request:
                p.Hidden(p.AddFlag(tree, Request, v, 0, 0, true));
                var number = p.Generated(p.AddUInt(tree, RequestNumber, v, 0, 0, (uint)state.Count));
                p.Label(number, $"HTTP request {state.Count}/{p.AtEnd(RequestNumber, (uint)state.Count)}");
                AddFrame(p, v, tree, PreviousRequestIn, state.Previous.RequestFrame);
                p.AddLater(tree, ResponseIn, v);
                p.AddLater(tree, NextRequestIn, v);
                break;
            case HttpMessageKind.Response:
                p.Hidden(p.AddFlag(tree, Response, v, 0, 0, true));
                AddExchange(p, v, tree, state);
                break;
        }
    }

    static void AddExchange(Packet p, in View v, Node tree, HttpState state)
    {
        var number = p.Generated(p.AddUInt(tree, ResponseNumber, v, 0, 0, (uint)state.Count));
        p.Label(number, $"HTTP response {state.Count}/{p.AtEnd(ResponseNumber, (uint)state.Count)}");
        if (state.Current.RequestFrame != 0)
        {
            p.Generated(p.AddTime(tree, Time, v, 0, 0, p.Time - state.Current.RequestTime));
        }

        AddFrame(p, v, tree, PreviousRequestIn, state.Previous.RequestFrame);
        AddFrame(p, v, tree, PreviousResponseIn, state.Previous.ResponseFrame);
        AddFrame(p, v, tree, RequestIn, state.Current.RequestFrame);
        p.AddLater(tree, NextRequestIn, v);
        p.AddLater(tree, NextResponseIn, v);
        if (!state.BestUri.IsEmpty)
        {
            p.Generated(p.AddString(tree, ResponseForUri, v, 0, 0, state.BestUri));
        }
    }

    static void AddFrame(Packet p, in View v, Node tree, Field field, int frame)
    {
        if (frame != 0)
        {
            p.Generated(p.AddUInt(tree, field, v, 0, 0, (uint)frame));
        }
    }

    static void AddFullUri(Packet p, in View v, Node tree, ReadOnlySpan<byte> host, HttpState state)
    {
        // RFC 9112 section 3.3: a target in absolute form, or CONNECT's, is the whole; otherwise the host stands before it.
        var target = state.Uri;
        p.Scratch.Clear();
        if (!state.LastWasConnect && (target.StartsWith("/"u8) || target.IndexOf("://"u8) < 0))
        {
            // RFC 9110 section 4.2.2.
            p.Scratch.Append(p.Outer == Catalog.Tls ? "https://"u8 : "http://"u8);
            p.Scratch.Append(host);
        }

        p.Scratch.Append(target);
        state.SetFullUri(p.Scratch.Bytes);
        p.Generated(p.AddString(tree, FullUri, v, 0, 0, p.Scratch.Bytes));
    }

    static void FirstLine(Packet p, in View v, Node tree, int at, int end, int next, HttpMessageKind kind)
    {
        var bytes = v.Bytes;
        var line = bytes[at..end];
        var branch = p.AddText(tree, v, at, next - at, $"{HttpText.Formatted(p, bytes[at..next])}");
        p.Expert(branch.IsWanted ? branch : tree, Chat, v, at, next - at, $"{HttpText.Formatted(p, bytes[at..next])}");
        branch = branch.IsWanted ? branch : tree;
        int word = HttpText.Word(line, out int after);
        if (kind == HttpMessageKind.Response)
        {
            AddStatus(p, v, branch, at, line, word, after);
            return;
        }

        Text(p, branch, RequestMethod, v, at, word);
        if (after - word > 1)
        {
            // Two spaces: an empty target between them.
            after = word + 1;
        }

        int targetAt = at + after, target = HttpText.Word(line[after..], out int version);
        AddTarget(p, v, branch, targetAt, target);
        Text(p, branch, RequestVersion, v, targetAt + version, line.Length - after - version);
    }

    static void AddTarget(Packet p, in View v, Node branch, int at, int length)
    {
        var node = Text(p, branch, RequestUri, v, at, length);
        node = node.IsWanted ? node : branch;
        var target = v.Bytes.Slice(at, length);
        int mark = target.IndexOf((byte)'?');
        if (mark < 0)
        {
            return;
        }

        Text(p, node, RequestUriPath, v, at, mark);
        int queryAt = at + mark + 1, queryLength = length - mark - 1;
        var query = Text(p, node, RequestUriQuery, v, queryAt, queryLength);
        query = query.IsWanted ? query : node;
        int from = 0;
        while (from < queryLength)
        {
            int and = target[(mark + 1 + from)..].IndexOf((byte)'&');
            int parameter = and < 0 ? queryLength - from : and;
            Text(p, query, RequestUriParameter, v, queryAt + from, parameter);
            from += parameter + 1;
        }
    }

    static void AddStatus(Packet p, in View v, Node branch, int at, ReadOnlySpan<byte> line, int word, int after)
    {
        Text(p, branch, ResponseVersion, v, at, word);
        var code = line[after..];
        if (code.Length < 3)
        {
            return;
        }

        int status = HttpMessage.StatusOf(line);
        p.AddUInt(branch, ResponseCode, v, at + after, 3, (uint)status);
        if (HttpStatus.Name(status) is { } name)
        {
            p.Generated(p.AddString(branch, ResponseCodeName, v, at + after, 3, name));
        }
        else if (p.Wants(ResponseCodeName))
        {
            p.Scratch.Clear();
            p.Scratch.Append($"Unknown ({status})");
            p.Generated(p.AddString(branch, ResponseCodeName, v, at + after, 3, p.Scratch.Bytes));
        }

        HttpText.Word(code, out int phrase);
        if (phrase < code.Length)
        {
            Text(p, branch, ResponsePhrase, v, at + after + phrase, code.Length - phrase);
        }
    }

    /// <summary>A text field, its bytes being ASCII.</summary>
    static Node Text(Packet p, Node parent, Field field, in View v, int at, int length) =>
        p.AddString(parent, field, v, at, length, TextEncoding.Ascii);

    static void Header(Packet p, in View v, Node tree, int at, int end, int next, HttpMessageKind kind, in HttpMessage message, ref Stretch host)
    {
        var bytes = v.Bytes;
        int colon = bytes[at..end].IndexOf((byte)':');
        var name = bytes.Slice(at, Math.Max(colon, 0));
        int valueAt = at + colon + 1;
        while (valueAt < end && bytes[valueAt] is (byte)' ' or (byte)'\t')
        {
            valueAt++;
        }

        var own = FieldOfHeader(name);
        var all = kind switch
        {
            HttpMessageKind.Request => RequestLine,
            HttpMessageKind.Response => ResponseLine,
            _ => null,
        };
        var value = bytes[valueAt..end];
        Node node;
        if (own is null)
        {
            node = p.Wants(all ?? UnknownHeader) ? Text(p, tree, all ?? UnknownHeader, v, at, next - at) : Node.None;
            p.Label(node, $"{HttpText.Formatted(p, bytes[at..next])}");
            if (name.IsEmpty || name.ContainsAnyExcept(TokenBytes))
            {
                p.Expert(node.IsWanted ? node : tree, BadHeaderName, v, at, next - at);
            }

            return;
        }

        p.Scratch.Clear();
        TextDecoder.Decode(value, TextEncoding.Utf8, p.Scratch);
        node = p.AddString(tree, own, v, at, next - at, p.Scratch.Bytes);
        p.Label(node, $"{HttpText.Formatted(p, bytes[at..next])}");
        var branch = node.IsWanted ? node : tree;
        if (own == Host)
        {
            host = new(valueAt, value.Length);
        }

        AddDetails(p, v, branch, own, at, next, valueAt, value, message);
        if (all is not null)
        {
            var line = p.Hidden(Text(p, tree, all, v, at, next - at));
            p.Label(line, $"{HttpText.Formatted(p, bytes[at..next])}");
        }
    }

    static void AddDetails(Packet p, in View v, Node branch, Field own, int at, int next, int valueAt, ReadOnlySpan<byte> value, in HttpMessage message)
    {
        if (own == ContentLengthHeader)
        {
            long length = HttpText.Decimal(value);
            if (length >= 0)
            {
                p.Generated(p.AddUInt(branch, ContentLength, v, at, next - at, (ulong)length));
                if (message.Transfer != TransferCoding.None)
                {
                    p.Expert(branch, TransferAndLength, v, at, next - at);
                }
            }
        }
        else if (own == TransferEncoding && HttpMessage.CodingOf(value) == TransferCoding.Unknown)
        {
            p.Expert(branch, TransferUnknown, v, at, next - at);
        }
        else if (own == Cookie)
        {
            AddCookies(p, v, branch, valueAt, value);
        }
        else if (own == Http2Settings && p.WantsFields)
        {
            AddHttp2Settings(p, branch, value);
        }
        else if (own == Authorization || own == ProxyAuthorization)
        {
            AddCredentials(p, v, branch, value);
        }
    }

    static void AddCookies(Packet p, in View v, Node branch, int at, ReadOnlySpan<byte> value)
    {
        int from = 0;
        while (from < value.Length)
        {
            int end = value[from..].IndexOf((byte)';');
            end = end < 0 ? value.Length : from + end;
            while (from < end && value[from] == ' ')
            {
                from++;
            }

            if (end > from)
            {
                Text(p, branch, CookiePair, v, at + from, end - from);
            }

            from = end + 1;
        }
    }

    /// <summary>RFC 7540 section 3.2.1: the payload of a SETTINGS frame in base64url.</summary>
    static void AddHttp2Settings(Packet p, Node branch, ReadOnlySpan<byte> value)
    {
        p.Scratch.Clear();
        var room = p.Scratch.Room(Base64Url.GetMaxDecodedLength(value.Length));
        if (Base64Url.DecodeFromUtf8(value, room, out _, out int written) == OperationStatus.Done)
        {
            Http2.Http2.AddSettings(p, p.AddBuffer(room[..written], "Base64 Decoded"), branch);
        }
    }

    /// <summary>RFC 7617: user and password in base64.</summary>
    static void AddCredentials(Packet p, in View v, Node branch, ReadOnlySpan<byte> value)
    {
        if (value.Length < 6 || !System.Text.Ascii.EqualsIgnoreCase(value[..6], "Basic "u8) || !p.Wants(Credentials))
        {
            return;
        }

        var text = HttpText.TrimStart(value[6..]);
        p.Scratch.Clear();
        var room = p.Scratch.Room(Base64.GetMaxDecodedFromUtf8Length(text.Length) + 3);
        Base64.DecodeFromUtf8(text, room, out _, out int written);
        p.Scratch.Advance(written);
        p.AddString(branch, Credentials, v, 0, 0, p.Scratch.Bytes);
    }
}
