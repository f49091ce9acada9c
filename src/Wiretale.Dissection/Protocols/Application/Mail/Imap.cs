using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Mail;

// Specification: RFC 3501. Lines of text:
//
//   client: tag SP command ... CRLF          server: ("*" | "+" | tag SP ("OK" | "NO" | "BAD")) SP text CRLF

/// <summary>Internet Message Access Protocol.</summary>
public sealed class Imap() : Dissector("imap")
{
    const uint Port = 143;

    /// <summary>Commands of a connection that wait for their answer.</summary>
    const int MaxOpen = 64;

    static readonly Protocol P = new("Internet Message Access Protocol", "IMAP", "imap");
    static readonly Field IsRequest = P.Flag("imap.isrequest", "Request", blurb: "TRUE if IMAP request, FALSE otherwise");
    static readonly Field Line = P.StringZ("imap.line", "Line", blurb: "A line of an IMAP message");
    static readonly Field Request = P.StringZ("imap.request", "Request", blurb: "Remainder of request line");
    static readonly Field RequestTag = P.StringZ("imap.request_tag", "Request Tag", blurb: "First token of request line");
    static readonly Field Response = P.StringZ("imap.response", "Response", blurb: "Remainder of response line");
    static readonly Field ResponseTag = P.StringZ("imap.response_tag", "Response Tag", blurb: "First token of response line");
    static readonly Field RequestCommand = P.StringZ("imap.request.command", "Request Command", blurb: "Request command name");
    static readonly Field ResponseCommand = P.StringZ("imap.response.command", "Response Command", blurb: "Response command name");
    static readonly Field ResponseStatus = P.StringZ("imap.response.status", "Response Status", blurb: "Response status code");
    static readonly Field Tag = P.StringZ("imap.tag", "Tag", blurb: "First token of line");
    static readonly Field Command = P.StringZ("imap.command", "Command", blurb: "Request or Response command name");
    static readonly Field Folder = P.StringZ("imap.request.folder", "Request Folder", blurb: "Request command folder");
    static readonly Field IsUid = P.Flag("imap.request.command.uid", "Request isUID", blurb: "Request command uid");
    static readonly Field UserName = P.StringZ("imap.request.username", "Request Username", blurb: "Request command username");
    static readonly Field Password = P.StringZ("imap.request.password", "Request Password", blurb: "Request command password");
    static readonly Field ResponseIn = P.FrameNumber("imap.response_in", "Response In", blurb: "The response to this IMAP request is in this frame");
    static readonly Field ResponseTo = P.FrameNumber("imap.response_to", "Request In", blurb: "This is a response to the IMAP request in this frame");
    static readonly Field Time = P.RelativeTime("imap.time", "Response Time", blurb: "The time between the request and response");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        bool request = p.DestinationPort == Port;
        for (int at = 0, next; at < v.Captured; at = next)
        {
            if (!TextTalk.NextLine(p, v, at, out _, out next))
            {
                return v.Reported;
            }
        }

        p.SetProtocol("IMAP");
        var tree = p.Open(P, v, parent);
        p.Hidden(p.AddFlag(tree, IsRequest, v, 0, 0, request));
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new();
        for (int at = 0, next; at < v.Captured; at = next)
        {
            int end = TextTalk.LineEnd(v, at, out next);
            TextTalk.Say(p, request ? "Request: "u8 : "Response: "u8, v.Bytes[at..end]);
            var branch = p.Add(tree, Line, v, at, next - at).Or(tree);
            OneLine(p, v, branch, at, end, request, session);
        }

        return v.Reported;
    }

    static void OneLine(Packet p, in View v, Node tree, int at, int end, bool request, Session session)
    {
        var line = v.Bytes[at..end];
        int tag = HttpText.Word(line, out int wordAt);
        if (tag == 0 || line[0] is (byte)'*' or (byte)'+' || wordAt >= line.Length)
        {
            return;
        }

        p.Add(tree, request ? Request : Response, v, at, line.Length);
        p.Add(tree, request ? RequestTag : ResponseTag, v, at, tag);
        p.Hidden(p.Add(tree, Tag, v, at, tag));
        int word = HttpText.Word(line[wordAt..], out int rest);
        rest += wordAt;
        if (request)
        {
            Ask(p, v, tree, at, line, (wordAt, word), rest);
            session.Ask(p, line[..tag], Ascii.EqualsIgnoreCase(line.Slice(wordAt, word), "STARTTLS"u8));
            p.AddLater(tree, ResponseIn, v);
            return;
        }

        p.Add(tree, ResponseStatus, v, at + wordAt, word);
        int command = HttpText.Word(line[rest..], out _);
        if (command > 0)
        {
            p.Add(tree, ResponseCommand, v, at + rest, command);
            p.Hidden(p.Add(tree, Command, v, at + rest, command));
        }

        session.Answer(p, v, tree, line[..tag], Ascii.EqualsIgnoreCase(line.Slice(wordAt, word), "OK"u8));
    }

    static void Ask(Packet p, in View v, Node tree, int at, ReadOnlySpan<byte> line, (int At, int Length) command, int rest)
    {
        var name = line.Slice(command.At, command.Length);
        if (Ascii.EqualsIgnoreCase(name, "UID"u8) && rest < line.Length)
        {
            p.AddFlag(tree, IsUid, v, at + command.At, command.Length, true);
            command = (rest, HttpText.Word(line[rest..], out int after));
            name = line.Slice(command.At, command.Length);
            rest += after;
        }

        p.Add(tree, RequestCommand, v, at + command.At, command.Length);
        p.Hidden(p.Add(tree, Command, v, at + command.At, command.Length));
        if (rest >= line.Length)
        {
            return;
        }

        int argument = HttpText.Word(line[rest..], out int second);
        second += rest;
        if (Ascii.EqualsIgnoreCase(name, "LOGIN"u8))
        {
            p.Add(tree, UserName, v, at + rest, argument);
            if (second + 2 <= line.Length)
            {
                // As Wireshark: taken to stand in quotes, whether it does or not.
                p.Add(tree, Password, v, at + second + 1, line.Length - second - 2);
            }
        }
        else if (Ascii.EqualsIgnoreCase(name, "SELECT"u8) || Ascii.EqualsIgnoreCase(name, "EXAMINE"u8) || Ascii.EqualsIgnoreCase(name, "CREATE"u8)
            || Ascii.EqualsIgnoreCase(name, "APPEND"u8) || Ascii.EqualsIgnoreCase(name, "STATUS"u8))
        {
            p.Add(tree, Folder, v, at + rest, argument);
        }
    }

    /// <summary>Commands that wait for their answer, by tag.</summary>
    sealed class Session
    {
        readonly List<(byte[] Tag, int Frame, Timestamp Time)> open = [];
        bool asksForTls;

        public void Ask(Packet p, ReadOnlySpan<byte> tag, bool forTls)
        {
            if (p.IsQuoted)
            {
                return;
            }

            asksForTls = forTls;
            if (open.Count == MaxOpen)
            {
                open.RemoveAt(0);
            }

            open.Add((tag.ToArray(), p.Number, p.Time));
        }

        public void Answer(Packet p, in View v, Node tree, ReadOnlySpan<byte> tag, bool isOk)
        {
            for (int i = 0; i < open.Count; i++)
            {
                if (tag.SequenceEqual(open[i].Tag))
                {
                    p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)open[i].Frame));
                    p.Generated(p.AddTime(tree, Time, v, 0, 0, p.Time - open[i].Time));
                    if (!p.IsQuoted)
                    {
                        open.RemoveAt(i);
                    }

                    break;
                }
            }

            if (asksForTls && isOk && !p.IsQuoted)
            {
                asksForTls = false;
                p.Conversation!.Dissector = Catalog.Tls;
            }
        }
    }
}
