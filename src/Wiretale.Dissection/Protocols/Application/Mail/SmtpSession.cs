using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;

namespace Wiretale.Dissection.Protocols.Application.Mail;

/// <summary>What a client's bytes are.</summary>
enum SmtpKind : byte
{
    Commands,
    /// <summary>A piece of a mail.</summary>
    Mail,
    /// <summary>The last piece.</summary>
    MailEnd,
}

/// <summary>What a line of an authentication says.</summary>
enum SmtpSecret : byte
{
    None, UserName, Password, Both,
}

/// <summary>What a walk over a client's bytes found.</summary>
struct SmtpScan
{
    public SmtpKind Kind;

    /// <summary>Bytes at the beginning that belong to a mail, and where commands begin.</summary>
    public int MailLength, CommandsAt;

    /// <summary>What the first line is, if a secret.</summary>
    public SmtpSecret Secret;

    /// <summary>Whether the mail ended with a dot.</summary>
    public bool HasDot;

    /// <summary>Whether a line goes on in segments to come.</summary>
    public bool NeedsMore;
}

/// <summary>What a connection has come to: commands, an authentication, a mail and how it ends.</summary>
sealed class SmtpSession(Smtp owner)
{
    const int TlsAgreed = 220, AuthenticationInput = 334;

    bool readsMail, countsBytes, asksForTls, isLastChunk;
    long chunkLeft;
    SmtpSecret expected;
    bool isLogin, isAsked;

    /// <summary>The mail that is being sent.</summary>
    public MailPieces Pieces { get; } = new();

    /// <summary>Whether the server agreed to TLS: everything from now on is that.</summary>
    public bool BeginsTls { get; private set; }

    /// <summary>Looks at what a client sends and remembers where that leads.</summary>
    public SmtpScan Read(Packet p, in View v)
    {
        var scan = new SmtpScan();
        if (p.IsQuoted)
        {
            scan.Kind = readsMail ? SmtpKind.Mail : SmtpKind.Commands;
            return scan;
        }

        int at = 0;
        if (readsMail)
        {
            at = countsBytes ? Chunk(p, v, ref scan) : Data(p, v, ref scan);
        }

        scan.CommandsAt = at;
        scan.Secret = readsMail || at > 0 || !isAsked ? SmtpSecret.None : expected;
        if (!readsMail && !HasWholeLines(p, v, at))
        {
            scan.NeedsMore = at == 0;
        }

        while (!readsMail && !scan.NeedsMore && at < v.Captured)
        {
            int end = TextTalk.LineEnd(v, at, out int next);
            Command(p, v.Bytes[at..end], ref scan);
            at = next;
            if (readsMail && at < v.Captured)
            {
                // Mail in the same segment: as Wireshark, all of it counts as mail.
                _ = countsBytes ? Chunk(p, v.From(at), ref scan) : Data(p, v.From(at), ref scan);
                break;
            }
        }

        return scan;
    }

    /// <summary>An answer to the last command.</summary>
    public void Answered(Packet p, int code)
    {
        if (p.IsQuoted)
        {
            return;
        }

        BeginsTls = asksForTls && code == TlsAgreed;
        asksForTls = false;
        isAsked = code == AuthenticationInput;
    }

    static bool HasWholeLines(Packet p, in View v, int at) =>
        p.Stream is not { CanWait: true } || at >= v.Captured || v.Bytes[^1] == '\n';

    /// <returns>Where the mail ends, or the end of the bytes.</returns>
    int Data(Packet p, in View v, ref SmtpScan scan)
    {
        var bytes = v.Bytes;
        int dot = Dot(bytes);
        if (dot < 0)
        {
            scan.Kind = SmtpKind.Mail;
            Pieces.Add(p, owner, bytes, more: true);
            return bytes.Length;
        }

        // As Wireshark: an empty line before the dot belongs to it.
        int end = dot >= 2 && (dot == 2 || bytes[..(dot - 2)].EndsWith("\r\n"u8)) ? dot - 2 : dot;
        scan.Kind = SmtpKind.MailEnd;
        scan.HasDot = true;
        readsMail = false;
        Finish(p, bytes[..end], ref scan);
        return dot + 3;
    }

    /// <summary>Where the line of a single dot begins; -1 without one.</summary>
    static int Dot(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(".\r\n"u8))
        {
            return 0;
        }

        int i = bytes.IndexOf("\r\n.\r\n"u8);
        return i < 0 ? -1 : i + 2;
    }

    /// <summary>A chunk of so many bytes (RFC 3030).</summary>
    int Chunk(Packet p, in View v, ref SmtpScan scan)
    {
        int length = (int)Math.Min(chunkLeft, v.Captured);
        chunkLeft -= length;
        readsMail = chunkLeft > 0;
        if (!readsMail && isLastChunk)
        {
            scan.Kind = SmtpKind.MailEnd;
            Finish(p, v.Bytes[..length], ref scan);
        }
        else
        {
            scan.Kind = SmtpKind.Mail;
            Pieces.Add(p, owner, v.Bytes[..length], more: true);
        }

        return length;
    }

    void Finish(Packet p, ReadOnlySpan<byte> last, ref SmtpScan scan)
    {
        scan.MailLength = last.Length;
        if (Pieces.Length > 0 || !last.IsEmpty)
        {
            Pieces.Add(p, owner, last, more: false);
        }
    }

    void Command(Packet p, ReadOnlySpan<byte> line, ref SmtpScan scan)
    {
        if (expected != SmtpSecret.None && isAsked)
        {
            isAsked = false;
            expected = isLogin && expected == SmtpSecret.UserName ? SmtpSecret.Password : SmtpSecret.None;
            return;
        }

        var command = line[..Math.Min(4, line.Length)];
        var parameter = line[Math.Min(5, line.Length)..];
        if (Ascii.EqualsIgnoreCase(line.TrimEnd((byte)' '), "DATA"u8))
        {
            (readsMail, countsBytes) = (true, false);
        }
        else if (Ascii.EqualsIgnoreCase(command, "BDAT"u8))
        {
            Begin(p, parameter, ref scan);
        }
        else if (Ascii.EqualsIgnoreCase(command, "AUTH"u8))
        {
            isLogin = Ascii.EqualsIgnoreCase(parameter.TrimEnd((byte)' '), "LOGIN"u8);
            expected = isLogin ? SmtpSecret.UserName : Ascii.EqualsIgnoreCase(parameter.TrimEnd((byte)' '), "PLAIN"u8) ? SmtpSecret.Both : SmtpSecret.None;
        }
        else if (Ascii.EqualsIgnoreCase(line.TrimEnd((byte)' '), "STARTTLS"u8))
        {
            asksForTls = true;
        }
    }

    void Begin(Packet p, ReadOnlySpan<byte> parameter, ref SmtpScan scan)
    {
        // What is no number stands for none, what has no number at all or is too large for as much as comes (as Wireshark reads it).
        bool isNegative = parameter is [(byte)'-', ..];
        chunkLeft = parameter.IsEmpty || isNegative ? uint.MaxValue : Utf8Parser.TryParse(parameter, out ulong size, out _) ? (long)Math.Min(size, uint.MaxValue)
            : parameter[0] is >= (byte)'0' and <= (byte)'9' ? uint.MaxValue : 0;
        isLastChunk = parameter.IndexOf("LAST"u8) >= 0;
        countsBytes = true;
        readsMail = chunkLeft > 0;
        if (chunkLeft == 0 && isLastChunk)
        {
            scan.Kind = SmtpKind.MailEnd;
            Finish(p, default, ref scan);
        }
    }
}
