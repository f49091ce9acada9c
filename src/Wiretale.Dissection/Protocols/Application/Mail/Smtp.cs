using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.MediaTypes;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Mail;

// Specification: RFC 5321 (commands, replies, DATA), RFC 3030 (BDAT), RFC 3207 (STARTTLS), RFC 4954 (AUTH). Lines of text:
//
//   client: COMMAND [SP parameter] CRLF, or a mail, which ends with CRLF "." CRLF
//   server: code ("-" | SP) text CRLF, one reply in lines that all but the last have "-"

/// <summary>Simple Mail Transfer Protocol.</summary>
public sealed class Smtp() : Dissector("smtp")
{
    const int CommandLength = 4;

    static readonly Protocol P = new("Simple Mail Transfer Protocol", "SMTP", "smtp");
    static readonly ValueNames Codes = ValueNames.Of(() => [
        (211, "System status, or system help reply"), (214, "Help message"), (220, "<domain> Service ready"),
        (221, "<domain> Service closing transmission channel"), (235, "Authentication successful"),
        (250, "Requested mail action okay, completed"), (251, "User not local; will forward to <forward-path>"),
        (252, "Cannot VRFY user, but will accept message and attempt delivery"), (334, "AUTH input"),
        (354, "Start mail input; end with <CRLF>.<CRLF>"), (421, "<domain> Service not available, closing transmission channel"),
        (432, "A password transition is needed"), (450, "Requested mail action not taken: mailbox unavailable"),
        (451, "Requested action aborted: local error in processing"), (452, "Requested action not taken: insufficient system storage"),
        (454, "Temporary authentication failed"), (500, "Syntax error, command unrecognized"),
        (501, "Syntax error in parameters or arguments"), (502, "Command not implemented"), (503, "Bad sequence of commands"),
        (504, "Command parameter not implemented"), (530, "Authentication required"), (534, "Authentication mechanism is too weak"),
        (535, "Authentication credentials invalid"), (538, "Encryption required for requested authentication mechanism"),
        (550, "Requested action not taken: mailbox unavailable"), (551, "User not local; please try <forward-path>"),
        (552, "Requested mail action aborted: exceeded storage allocation"), (553, "Requested action not taken: mailbox name not allowed"),
        (554, "Transaction failed")]);

    static readonly Field Request = P.Flag("smtp.req", "Request");
    static readonly Field Reply = P.Flag("smtp.rsp", "Response");
    static readonly Field CommandLine = P.String("smtp.command_line", "Command Line");
    static readonly Field Command = P.String("smtp.req.command", "Command");
    static readonly Field RequestParameter = P.String("smtp.req.parameter", "Request parameter");
    static readonly Field Response = P.String("smtp.response", "Response");
    static readonly Field Code = P.UInt32("smtp.response.code", "Response code", FieldBase.Dec, Codes);
    static readonly Field ResponseParameter = P.String("smtp.rsp.parameter", "Response parameter");
    static readonly Field UserName = P.String("smtp.auth.username", "Username");
    static readonly Field Password = P.String("smtp.auth.password", "Password");
    static readonly Field Both = P.String("smtp.auth.username_password", "Username/Password");
    static readonly Field EndOfMail = P.Label("smtp.eom", "EOM");
    static readonly Expert UnexpectedCode = P.Expert("smtp.response.code.unexpected", Severity.Warning, ExpertGroup.Protocol,
        "Unexpected response code in multiline response");

    static readonly MailFields Mail = new(P, "smtp");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 25, 587);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var session = Session(p);
        return p.DestinationPort is 25 or 587 ? Ask(p, v, parent, session) : Answer(p, v, parent, session);
    }

    SmtpSession Session(Packet p)
    {
        var session = p.Conversation?.Get<SmtpSession>(this);
        if (session is null)
        {
            session = new(this);
            p.Conversation?.Set(this, session);
        }

        return session;
    }

    static int Ask(Packet p, in View v, Node parent, SmtpSession session)
    {
        var scan = session.Read(p, v);
        if (scan.NeedsMore)
        {
            p.Stream!.NeedMore(0, StreamContext.OneMoreSegment);
            return v.Reported;
        }

        p.SetProtocol("SMTP");
        var tree = p.Open(P, v, parent);
        if (scan.Kind == SmtpKind.Commands || (scan.Kind == SmtpKind.MailEnd && !scan.HasDot))
        {
            p.Hidden(p.AddFlag(tree, Request, v, 0, 0, true));
        }

        if (scan.Kind == SmtpKind.Mail)
        {
            p.Info.Set($"C: DATA fragment, {v.Reported} bytes");
            MediaTypes.MediaTypes.Set(p, default, default);
            TextLines.Show(p, v, tree);
            return v.Reported;
        }

        p.Info.Set("C: "u8);
        bool first = true;
        for (int at = scan.CommandsAt, next; at < v.Captured; at = next)
        {
            int end = TextTalk.LineEnd(v, at, out next);
            p.Info.Append(first ? ""u8 : " | "u8);
            first = false;
            OneCommand(p, v, tree, at, end, next, at == scan.CommandsAt ? scan.Secret : SmtpSecret.None);
        }

        if (scan.Kind == SmtpKind.MailEnd)
        {
            if (scan.HasDot)
            {
                p.Label(p.Add(tree, EndOfMail, v, 0, v.Captured), $"C: .");
            }

            Deliver(p, v, tree, parent, session, scan);
        }

        return v.Reported;
    }

    static void OneCommand(Packet p, in View v, Node tree, int at, int end, int next, SmtpSecret secret)
    {
        var line = v.Bytes[at..end];
        if (secret != SmtpSecret.None)
        {
            p.Info.Append(secret == SmtpSecret.UserName ? "User: "u8 : secret == SmtpSecret.Password ? "Pass: "u8 : "User: "u8);
            TextTalk.Say(p, line);
            p.Add(tree, secret == SmtpSecret.UserName ? UserName : secret == SmtpSecret.Password ? Password : Both, v, at, line.Length);
            return;
        }

        TextTalk.Say(p, line);
        var branch = p.Add(tree, CommandLine, v, at, next - at).Or(tree);
        int length = Math.Min(CommandLength, line.Length);
        p.Add(branch, Command, v, at, length);
        if (line.Length > CommandLength + 1)
        {
            p.Add(branch, RequestParameter, v, at + CommandLength + 1, line.Length - CommandLength - 1);
        }
    }

    /// <summary>A mail is all there: it is put together and taken apart.</summary>
    static void Deliver(Packet p, in View v, Node tree, Node parent, SmtpSession session, in SmtpScan scan)
    {
        if (!session.Pieces.TryShow(p, Mail, tree, parent) && scan.MailLength > 0)
        {
            p.Call(Catalog.Imf, v.Part(0, scan.MailLength), parent);
        }
    }

    static int Answer(Packet p, in View v, Node parent, SmtpSession session)
    {
        for (int at = 0, next; at < v.Captured; at = next)
        {
            if (!TextTalk.NextLine(p, v, at, out _, out next))
            {
                return v.Reported;
            }
        }

        p.SetProtocol("SMTP");
        var tree = p.Open(P, v, parent);
        p.Hidden(p.AddFlag(tree, Reply, v, 0, 0, true));
        p.Info.Set("S: "u8);
        int reply = 0;
        Node branch = tree, codeNode = tree;
        for (int at = 0, next; at < v.Captured; at = next)
        {
            int end = TextTalk.LineEnd(v, at, out next);
            var line = v.Bytes[at..end];
            int code = line.Length >= 3 ? (int)HttpText.Decimal(line[..3]) : -1;
            p.Info.Append(at > 0 ? " | "u8 : ""u8);
            bool goesOn = line.Length > 3 && line[3] == '-';
            if (code < 0)
            {
                TextTalk.Say(p, line);
                p.Add(tree, Response, v, at, next - at);
                continue;
            }

            if (reply == 0)
            {
                TextTalk.Say(p, line);
                branch = p.Add(tree, Response, v, at, next - at).Or(tree);
                codeNode = p.AddUInt(branch, Code, v, at, 3, (uint)code);
                session.Answered(p, code);
            }
            else
            {
                TextTalk.Say(p, line[Math.Min(4, line.Length)..]);
                if (code != reply)
                {
                    p.Expert(codeNode.Or(branch), UnexpectedCode, v, at, 3, $"Unexpected response code {code} in multiline response. Expected {reply}");
                }
            }

            if (line.Length > 4)
            {
                p.Add(branch, ResponseParameter, v, at + 4, line.Length - 4);
            }

            reply = goesOn ? code : 0;
        }

        if (session.BeginsTls && !p.IsQuoted)
        {
            p.Conversation!.Dissector = Catalog.Tls;
        }

        return v.Reported;
    }
}
