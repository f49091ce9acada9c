using System.Buffers;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application.Text;

// Specification: RFC 3164 (the BSD syslog protocol), RFC 5424.
//
//   "<" priority ">" text          priority = facility * 8 + level

/// <summary>Messages of a system's programs to its log.</summary>
public sealed class Syslog() : Dissector("syslog")
{
    const uint Port = 514;

    static readonly Protocol P = new("Syslog message", "Syslog", "syslog");
    static readonly ValueNames Facilities = ValueNames.Of(() => [
        (0, "KERN - kernel messages"), (1, "USER - random user-level messages"), (2, "MAIL - mail system"), (3, "DAEMON - system daemons"),
        (4, "AUTH - security/authorization messages"), (5, "SYSLOG - messages generated internally by syslogd"),
        (6, "LPR - line printer subsystem"), (7, "NEWS - network news subsystem"), (8, "UUCP - UUCP subsystem"),
        (9, "CRON - clock daemon (BSD, Linux)"), (10, "AUTHPRIV - security/authorization messages (private)"), (11, "FTP - ftp daemon"),
        (12, "NTP - ntp subsystem"), (13, "LOGAUDIT - log audit"), (14, "LOGALERT - log alert"), (15, "CRON - clock daemon (Solaris)"),
        (16, "LOCAL0 - reserved for local use"), (17, "LOCAL1 - reserved for local use"), (18, "LOCAL2 - reserved for local use"),
        (19, "LOCAL3 - reserved for local use"), (20, "LOCAL4 - reserved for local use"), (21, "LOCAL5 - reserved for local use"),
        (22, "LOCAL6 - reserved for local use"), (23, "LOCAL7 - reserved for local use")]);

    static readonly ValueNames Levels = ValueNames.Of(() => [
        (0, "EMERG - system is unusable"), (1, "ALERT - action must be taken immediately"), (2, "CRIT - critical conditions"),
        (3, "ERR - error conditions"), (4, "WARNING - warning conditions"), (5, "NOTICE - normal but significant condition"),
        (6, "INFO - informational"), (7, "DEBUG - debug-level messages")]);

    static readonly Field Facility = P.UInt8("syslog.facility", "Facility", FieldBase.Dec, Facilities, mask: 0x3f8, blurb: "Message facility");
    static readonly Field Level = P.UInt8("syslog.level", "Level", FieldBase.Dec, Levels, mask: 0x7, blurb: "Message level");
    static readonly Field Message = P.String("syslog.msg", "Message", blurb: "Message Text");
    static readonly Field OldTime = P.String("syslog.timestamp_rfc3164", "Syslog timestamp (RFC3164)");
    static readonly Field HostName = P.String("syslog.hostname", "Syslog hostname");
    static readonly Field ProcessId = P.String("syslog.procid", "Syslog process id");
    static readonly Field MessageId = P.String("syslog.msgid", "Syslog message id");

    /// <summary>Made when the first message is read, not at every start.</summary>
    static class Sets
    {
        public static readonly SearchValues<byte> TagBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/."u8);
    }

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Syslog");
        p.Info.Clear();
        int at = Priority(v, out int priority);
        var text = v.Bytes[at..];
        var tree = p.Open(P, v, parent);
        if (priority < 0)
        {
            TextTalk.Say(p, text);
            p.Label(tree, $"Syslog message: (unknown): {HttpText.Line(p, text)}");
        }
        else
        {
            string facility = Short(Facilities.Find((ulong)priority >> 3)), level = Short(Levels.Find((ulong)priority & 7));
            p.Info.Append($"{facility}.{level}: ");
            TextTalk.Say(p, text);
            p.Label(tree, $"Syslog message: {facility}.{level}: {HttpText.Line(p, text)}");
            p.AddUInt(tree, Facility, v, 0, at, (ulong)priority);
            p.AddUInt(tree, Level, v, 0, at, (ulong)priority);
        }

        var message = p.Add(tree, Message, v, at, v.Reported - at);
        if (priority >= 0)
        {
            Header(p, v, at, message.Or(tree));
        }

        return v.Reported;
    }

    /// <returns>Where the text begins.</returns>
    static int Priority(in View v, out int priority)
    {
        priority = -1;
        if (v.U8(0) != '<')
        {
            return 0;
        }

        int at = 1, number = 0;
        while (at < 5 && v.U8(at) is >= (byte)'0' and <= (byte)'9')
        {
            number = (number * 10) + v.U8(at++) - '0';
        }

        priority = number;
        at += v.U8(at) == '>' ? 1 : 0;
        v.Ensure(at, 1);
        return at;
    }

    static string Short(string? name) => name is null ? "UNKNOWN" : name[..name.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>RFC 3164 section 4.1.2: <c>Mmm dd hh:mm:ss host tag[pid]: text</c>.</summary>
    static void Header(Packet p, in View v, int at, Node tree)
    {
        const int TimeLength = 15;
        var text = v.Bytes[at..];
        if (text.Length <= TimeLength || text[3] != ' ' || text[6] != ' ' || text[9] != ':' || text[12] != ':' || text[TimeLength] != ' ')
        {
            return;
        }

        p.Add(tree, OldTime, v, at, TimeLength);
        int host = TimeLength + 1, length = text[host..].IndexOf((byte)' ');
        if (length <= 0)
        {
            return;
        }

        p.Add(tree, HostName, v, at + host, length);
        // As Wireshark: what RFC 3164 calls the tag stands for the process, and what follows it for the message's name.
        int tag = host + length + 1, end = text[tag..].IndexOfAnyExcept(Sets.TagBytes);
        if (end <= 0)
        {
            return;
        }

        p.Add(tree, ProcessId, v, at + tag, end);
        p.Add(tree, MessageId, v, at + tag + end, text.Length - tag - end);
    }
}
