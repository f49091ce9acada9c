using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Rtp;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Sip;

// Specification: RFC 3261 sections 7 (messages), 18.3 (framing), 25 (grammar).
//
//   request-line = Method SP Request-URI SP SIP-Version        status-line = SIP-Version SP Status-Code SP Reason-Phrase
//   *( header ) CRLF [ body ]

/// <summary>Session Initiation Protocol.</summary>
public sealed class Sip() : Dissector("sip")
{
    const uint Port = 5060;

    static readonly Protocol P = new("Session Initiation Protocol", "SIP", "sip");
    static readonly Field RequestLine = P.String("sip.Request-Line", "Request-Line", "SIP Request-Line");
    static readonly Field Method = P.String("sip.Method", "Method", "SIP Method");
    static readonly Field Target = P.String("sip.r-uri", "Request-URI", "RFC 3261: SIP R-URI");
    static readonly Field StatusLine = P.String("sip.Status-Line", "Status-Line", "SIP Status-Line");
    static readonly Field StatusCode = P.UInt32("sip.Status-Code", "Status-Code", blurb: "SIP Status Code");
    static readonly Field MessageHeader = P.String("sip.msg_hdr", "Message Header", "Message Header in SIP message");
    static readonly Field MessageBody = P.Label("sip.msg_body", "Message Body", "Message Body in SIP message");
    static readonly Field Continuation = P.Bytes("sip.continuation", "Continuation data");
    static readonly Field SequenceNumber = P.UInt32("sip.CSeq.seq", "Sequence Number", blurb: "CSeq header sequence number");
    static readonly Field SequenceMethod = P.String("sip.CSeq.method", "Method", "CSeq header method");
    static readonly SipHeaders Headers = new(P);
    static readonly SipAddress From = new(P, "sip.from", "SIP from address", "SIP from tag"), To = new(P, "sip.to", "SIP to address", "SIP to tag");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <summary>SIP on other UDP ports. What it announces there are UDP endpoints, which are all in its own lane.</summary>
    public sealed class OnAnyPort() : Dissector("sip")
    {
        /// <inheritdoc />
        public override Protocol Protocol => P;

        /// <inheritdoc />
        public override bool CrossesLanes => false;

        /// <inheritdoc />
        public override void Claim(Claims claims) => claims.Heuristic(Udp.Heuristics, Catalog.Sip.Guess);

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent) => Catalog.Sip.Dissect(p, v, parent);
    }

    /// <summary>Whether it begins with a line of SIP's, on whatever port.</summary>
    bool Guess(Packet p, in View v, Node parent)
    {
        if (v.Captured < 16 || v.U8(0) is < (byte)'A' or > (byte)'Z' || v.U8(1) is < (byte)'A' or > (byte)'Z')
        {
            return false;
        }

        int end = v.LineEnd(0, out _);
        return end > 0 && (v.Bytes.StartsWith("SIP/2.0 "u8) || v.Bytes[..end].EndsWith(" SIP/2.0"u8)) && Dissect(p, v, parent) > 0;
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int at = 0;
        while (at < v.Reported)
        {
            var rest = v.From(at);
            int taken = Message(p, rest, parent, at);
            if (taken <= 0)
            {
                return taken < 0 && at == 0 ? 0 : v.Reported;
            }

            at += taken;
        }

        return v.Reported;
    }

    int Message(Packet p, in View v, Node parent, int viewAt)
    {
        var bytes = v.Bytes;
        int lineEnd = v.LineEnd(0, out int headersAt);
        var line = lineEnd < 0 ? bytes : bytes[..lineEnd];
        bool isResponse = line.StartsWith("SIP/2.0 "u8), isRequest = !isResponse && line.EndsWith(" SIP/2.0"u8);
        if (!isResponse && !isRequest)
        {
            return NotAMessage(p, v, parent);
        }

        int end = bytes.IndexOf("\r\n\r\n"u8);
        var facts = Read(bytes, headersAt, end < 0 ? bytes.Length : end + 2);
        int whole = end < 0 ? v.Reported : facts.Length < 0 ? v.Reported : end + 4 + facts.Length;
        if (p.Stream is { CanWait: true } stream && (end < 0 || whole > v.Captured))
        {
            stream.NeedMore(viewAt, end < 0 ? StreamContext.OneMoreSegment : whole - v.Captured);
            return 0;
        }

        whole = Math.Min(whole, v.Reported);
        p.SetProtocol("SIP");
        Summarize(p, line, isResponse, bytes, facts);
        var message = v.Part(0, whole);
        var body = p.WantsFields ? Show(p, message, parent, line, isResponse, headersAt, end < 0 ? v.Captured : end + 2) : parent;
        if (facts.HasDescription && end >= 0 && message.Captured > end + 4)
        {
            p.SetProtocol("SIP/SDP");
            p.Engine.State<SdpCall>().Id = facts.Call.Length == 0 ? "" : System.Text.Encoding.UTF8.GetString(facts.Call.Of(bytes));
            p.CallGuarded(Catalog.Sdp, message.From(end + 4), body);
            p.Engine.State<SdpCall>().Id = "";
        }

        return whole;
    }

    /// <summary>What is no message: over TCP the middle of one, in a datagram somebody else's.</summary>
    static int NotAMessage(Packet p, in View v, Node parent)
    {
        if (p.PortKind != PortKind.Tcp)
        {
            return -1;
        }

        p.SetProtocol("SIP");
        p.Info.Set("Continuation"u8);
        var tree = p.Open(P, v, parent);
        int end = v.LineEnd(0, out _);
        var node = p.AddText(tree, v, 0, v.Captured, $"Continuation line: {v.Span(0, end < 0 ? v.Captured : end)}");
        p.Add(node, Continuation, v, 0, v.Captured);
        return v.Reported;
    }

    static void Summarize(Packet p, ReadOnlySpan<byte> line, bool isResponse, ReadOnlySpan<byte> bytes, in Facts facts)
    {
        if (isResponse)
        {
            p.Info.Set($"Status: {line["SIP/2.0 ".Length..]}");
            if (line.Length > 8 && line[8] == '2')
            {
                p.Info.Append($" ({facts.Method.Of(bytes)})");
            }
        }
        else
        {
            p.Info.Set($"Request: {line[..^" SIP/2.0".Length]}");
            if (facts.InDialog && line.StartsWith("INVITE "u8))
            {
                p.Info.Append(", in-dialog"u8);
            }
        }

        bool isRegister = facts.Method.Of(bytes).SequenceEqual("REGISTER"u8);
        if (isRegister && (!isResponse || (line.Length > 8 && line[8] == '2')))
        {
            if (facts.Contacts == 0)
            {
                p.Info.Append(isResponse ? "  (0 bindings)"u8 : "  (fetch bindings)"u8);
            }
            else if (facts is { IsEveryContact: true, ExpiresNow: true })
            {
                p.Info.Append("  (remove all bindings)"u8);
            }
            else
            {
                // As in Wireshark, a contact that says it itself counts again where the header says it of all.
                int removed = facts.Ended + (facts.ExpiresNow ? facts.Contacts - facts.Lasting : 0), added = facts.Contacts - removed;
                p.Info.Append(removed > 0 ? $"  (remove {removed} binding{(removed == 1 ? "" : "s")})" : $"  ({added} binding{(added == 1 ? "" : "s")})");
                p.Info.Append(removed > 0 && added > 0 ? $" (add {added} binding{(added == 1 ? "" : "s")})" : "");
            }
        }

        p.Info.Append(" | "u8);
    }

    static ReadOnlySpan<byte> SdpType => "application/sdp"u8;

    static void CountExpires(ReadOnlySpan<byte> contacts, ref Facts facts)
    {
        while (contacts.IndexOf("expires="u8) is >= 0 and var at)
        {
            contacts = contacts[(at + "expires=".Length)..];
            bool ends = contacts.StartsWith("0"u8) && (contacts.Length == 1 || !char.IsAsciiDigit((char)contacts[1]));
            facts.Ended += ends ? 1 : 0;
            facts.Lasting += ends ? 0 : 1;
        }
    }

    /// <summary>What of the headers decides about the message and its line in the list.</summary>
    static Facts Read(ReadOnlySpan<byte> bytes, int at, int end)
    {
        var facts = new Facts { Length = -1 };
        while (NextHeader(bytes, ref at, end, out var name, out var value))
        {
            var key = name.Of(bytes);
            var text = value.Of(bytes);
            if (Is(key, "CSeq"u8, ' '))
            {
                int space = text.IndexOf((byte)' ');
                facts.Method = new(value.At + space + 1, value.Length - space - 1);
            }
            else if (Is(key, "Content-Length"u8, 'l'))
            {
                facts.Length = Utf8Parser.TryParse(text, out int length, out _) && length >= 0 ? Math.Min(length, 1 << 20) : 0;
            }
            else if (Is(key, "Contact"u8, 'm'))
            {
                facts.Contacts += Addresses(text);
                facts.IsEveryContact |= text.SequenceEqual("*"u8);
                CountExpires(text, ref facts);
            }
            else if (Is(key, "Content-Type"u8, 'c'))
            {
                facts.HasDescription = text.Length >= SdpType.Length && Ascii.EqualsIgnoreCase(text[..SdpType.Length], SdpType);
            }
            else if (Is(key, "Call-ID"u8, 'i'))
            {
                facts.Call = value;
            }
            else if (Is(key, "To"u8, 't'))
            {
                facts.InDialog = text.IndexOf(";tag="u8) >= 0;
            }
            else if (Is(key, "Expires"u8, ' '))
            {
                facts.ExpiresNow |= text.SequenceEqual("0"u8);
            }
        }

        return facts;
    }

    /// <summary>How many addresses a header lists: commas outside of quotes and angle brackets stand between them.</summary>
    static int Addresses(ReadOnlySpan<byte> text)
    {
        int count = 1;
        bool quoted = false, angled = false;
        foreach (byte b in text)
        {
            quoted ^= b == '"';
            angled = !quoted && (b == '<' || (b != '>' && angled));
            count += b == ',' && !quoted && !angled ? 1 : 0;
        }

        return count;
    }

    static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> header, char letter) =>
        Ascii.EqualsIgnoreCase(name, header) || (name.Length == 1 && (name[0] | 0x20) == letter);

    /// <summary>Steps over one header field with its continuation lines (RFC 3261 section 7.3.1).</summary>
    static bool NextHeader(ReadOnlySpan<byte> bytes, ref int at, int end, out Range name, out Range value)
    {
        name = value = default;
        while (at < end)
        {
            int start = at, lineEnd = bytes[at..end].IndexOf((byte)'\n');
            lineEnd = lineEnd < 0 ? end : at + lineEnd;
            while (lineEnd + 1 < end && bytes[lineEnd + 1] is (byte)' ' or (byte)'\t')
            {
                int next = bytes[(lineEnd + 1)..end].IndexOf((byte)'\n');
                lineEnd = next < 0 ? end : lineEnd + 1 + next;
            }

            at = lineEnd + 1;
            int last = lineEnd > start && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
            int colon = bytes[start..last].IndexOf((byte)':');
            if (colon <= 0)
            {
                continue;
            }

            int nameLength = bytes.Slice(start, colon).TrimEnd((byte)' ').Length, from = start + colon + 1;
            while (from < last && bytes[from] is (byte)' ' or (byte)'\t')
            {
                from++;
            }

            name = new(start, nameLength);
            value = new(from, last - from);
            return true;
        }

        return false;
    }

    /// <returns>The branch of the body.</returns>
    static Node Show(Packet p, in View v, Node parent, ReadOnlySpan<byte> line, bool isResponse, int headersAt, int headersEnd)
    {
        var tree = p.Open(P, v, parent);
        if (isResponse)
        {
            p.AppendLabel(tree, $" ({line.Slice(8, Math.Min(3, line.Length - 8))})");
            var status = p.Add(tree, StatusLine, v, 0, line.Length);
            if (Utf8Parser.TryParse(line[8..], out uint code, out _))
            {
                p.AddUInt(status, StatusCode, v, 8, Math.Min(3, line.Length - 8), code);
            }
        }
        else
        {
            int space = line.IndexOf((byte)' ');
            p.AppendLabel(tree, $" ({line[..space]})");
            var request = p.Add(tree, RequestLine, v, 0, line.Length);
            p.Add(request, Method, v, 0, space);
            p.Add(request, Target, v, space + 1, Math.Max(0, line.Length - space - 1 - " SIP/2.0".Length));
        }

        var headers = p.Add(tree, MessageHeader, v, headersAt, Math.Max(0, headersEnd - headersAt));
        p.Label(headers, $"Message Header");
        int at = headersAt;
        while (NextHeader(v.Bytes, ref at, headersEnd, out var name, out var value))
        {
            ShowHeader(p, v, headers, name, value);
        }

        return v.Reported > headersEnd + 2 ? p.Add(tree, MessageBody, v, headersEnd + 2, v.Captured - headersEnd - 2) : tree;
    }

    static void ShowHeader(Packet p, in View v, Node headers, Range name, Range value)
    {
        var text = value.Of(v.Bytes);
        if (Headers.Find(name.Of(v.Bytes)) is not { } header)
        {
            p.AddText(headers, v, name.At, value.At + value.Length - name.At, $"{v.Span(name.At, value.At + value.Length - name.At)}");
            return;
        }

        int length = value.At + value.Length - name.At;
        var node = header.Field.Type == FieldType.UInt32
            ? p.AddUInt(headers, header.Field, v, name.At, length, Utf8Parser.TryParse(text, out uint number, out _) ? number : 0)
            : p.AddString(headers, header.Field, v, name.At, length, text);
        p.Label(node, $"{v.Span(name.At, length)}");
        if (header.Field.Name == "sip.CSeq" && Utf8Parser.TryParse(text, out uint sequence, out int digits))
        {
            p.AddUInt(node, SequenceNumber, v, value.At, digits, sequence);
            p.Add(node, SequenceMethod, v, Math.Min(value.At + digits + 1, value.At + value.Length), Math.Max(0, value.Length - digits - 1));
        }
        else if (header.Field.Name is "sip.From")
        {
            From.Add(p, v, node, value.At, text);
        }
        else if (header.Field.Name is "sip.To")
        {
            To.Add(p, v, node, value.At, text);
        }
    }

    /// <summary>A piece of the message.</summary>
    internal readonly record struct Range(int At, int Length)
    {
        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(At, Length);
    }

    struct Facts
    {
        /// <summary>Of the body; -1 when it is not said.</summary>
        public int Length;
        public int Contacts;

        /// <summary>Contacts whose parameter says that they end, or that they last.</summary>
        public int Ended, Lasting;
        public bool IsEveryContact, ExpiresNow, HasDescription, InDialog;
        public Range Method, Call;
    }
}
