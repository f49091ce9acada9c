using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Mail;

// Specification: RFC 1939 (POP3), RFC 2595 (STLS). Lines of text:
//
//   client: COMMAND [SP parameter] CRLF          server: "+OK" or "-ERR" [SP text] CRLF, then lines, or a mail, up to "." CRLF

/// <summary>Post Office Protocol.</summary>
public sealed class Pop() : Dissector("pop")
{
    const uint Port = 110;

    // As Wireshark: lines have labels and no values, so that a filter only asks whether there is one.
    static readonly Protocol P = new("Post Office Protocol", "POP", "pop");
    static readonly Field Response = P.String("pop.response", "Response");
    static readonly Field Indicator = P.String("pop.response.indicator", "Response indicator");
    static readonly Field Description = P.String("pop.response.description", "Response description");
    static readonly Field ResponseData = P.String("pop.response.data", "Data", blurb: "Response Data");
    static readonly Field Request = P.String("pop.request", "Request");
    static readonly Field Command = P.String("pop.request.command", "Request command");
    static readonly Field Parameter = P.String("pop.request.parameter", "Request parameter");
    static readonly Field RequestData = P.String("pop.request.data", "Data", blurb: "Request data");
    static readonly Expert NoLength = P.Expert("pop.response.tot_len.invalid", Severity.Error, ExpertGroup.Malformed,
        "Length must be a string containing an integer");
    static readonly MailFields Mail = new(P, "pop");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        bool request = p.DestinationPort == Port;
        bool isMail = !request && !v.Bytes.StartsWith("+OK"u8) && !v.Bytes.StartsWith("-ERR"u8);
        if (!isMail)
        {
            for (int at = 0, next; at < v.Captured; at = next)
            {
                if (!TextTalk.NextLine(p, v, at, out _, out next))
                {
                    return v.Reported;
                }
            }
        }

        p.SetProtocol("POP");
        int end = TextTalk.LineEnd(v, 0, out int after);
        var line = v.Bytes[..end];
        TextTalk.Say(p, request ? "C: "u8 : "S: "u8, line);
        var tree = p.Open(P, v, parent);
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new();
        if (isMail)
        {
            AddMail(p, v, tree, parent, session);
            return v.Reported;
        }

        if (after > 0)
        {
            FirstLine(p, v, tree, line, after, request, session);
        }

        if (!p.IsQuoted)
        {
            Remember(p, line, request, session);
        }

        for (int at = after; at < v.Captured; at = after)
        {
            TextTalk.LineEnd(v, at, out after);
            var node = p.AddString(tree, request ? RequestData : ResponseData, v, at, after - at, ""u8);
            p.Label(node, $"{HttpText.Line(p, v.Bytes[at..after])}");
        }

        return v.Reported;
    }

    static void FirstLine(Packet p, in View v, Node tree, ReadOnlySpan<byte> line, int after, bool request, Session session)
    {
        var node = p.AddString(tree, request ? Request : Response, v, 0, after, ""u8);
        p.Label(node, $"{HttpText.Line(p, v.Bytes[..after])}");
        int word = HttpText.Word(line, out int rest);
        p.Add(node.Or(tree), request ? Command : Indicator, v, 0, word);
        if (rest >= line.Length)
        {
            return;
        }

        if (!request && session.AsksForMail && line[0] == '+' && !Utf8Parser.TryParse(line[rest..], out uint _, out _))
        {
            p.Expert(node.Or(tree), NoLength, v, 0, 0);
        }

        p.Add(node.Or(tree), request ? Parameter : Description, v, rest, line.Length - rest);
    }

    /// <summary>A mail whose length the answer told is put together; others are taken as they come.</summary>
    void AddMail(Packet p, in View v, Node tree, Node parent, Session session)
    {
        if (session.MailLength == 0 || p.IsQuoted)
        {
            p.Call(Catalog.Imf, v, parent);
            return;
        }

        bool more = session.Pieces.Length + v.Captured < session.MailLength;
        session.Pieces.Add(p, this, v.Bytes, more);
        if (more)
        {
            p.Info.Set($"S: DATA fragment, {v.Reported} bytes");
            return;
        }

        session.MailLength = 0;
        session.Pieces.TryShow(p, Mail, tree, parent);
    }

    static void Remember(Packet p, ReadOnlySpan<byte> line, bool request, Session session)
    {
        if (!request && line.StartsWith("+OK"u8))
        {
            if (session.AsksForTls && p.Conversation is { } conversation)
            {
                conversation.Dissector = Catalog.Tls;
            }

            HttpText.Word(line, out int rest);
            if (session.AsksForMail && Utf8Parser.TryParse(line[rest..], out int length, out _) && length > 0)
            {
                session.MailLength = length;
            }
        }

        session.AsksForTls = request && Ascii.EqualsIgnoreCase(line, "STLS"u8);
        session.AsksForMail = request && Ascii.EqualsIgnoreCase(line[..Math.Min(4, line.Length)], "RETR"u8);
    }

    sealed class Session
    {
        public readonly MailPieces Pieces = new();
        public bool AsksForTls, AsksForMail;

        /// <summary>Octets of the mail that comes; 0 when nobody said.</summary>
        public int MailLength;
    }
}
