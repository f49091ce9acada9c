using System.Globalization;
using System.Net;
using System.Text;
using Wiretale.Lab.Dns.Resolving;

namespace Wiretale.Lab.Dns.Querying;

/// <summary>Answers as dig prints them.</summary>
static class QueryText
{
    const int TabWidth = 8, FirstColumn = 24;

    /// <summary>Longest piece of keys, signatures and digests.</summary>
    const int PieceLength = 56;

    static readonly string[] inPieces = ["DNSKEY", "CDNSKEY", "RRSIG", "SIG", "KEY", "DS", "CDS", "DLV", "TLSA", "SMIMEA", "SSHFP", "CERT", "DHCID", "OPENPGPKEY", "IPSECKEY", "ZONEMD"];

    /// <summary>Names of extended errors (RFC 8914 section 4, IANA "Extended DNS Error Codes").</summary>
    static readonly string[] extendedErrors =
    [
        "Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer", "Forged Answer", "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired", "Signature Not Yet Valid",
        "DNSKEY Missing", "RRSIGs Missing", "No Zone Key Bit Set", "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored", "Filtered", "Prohibited", "Stale NXDOMAIN Answer", "Not Authoritative",
        "Not Supported", "No Reachable Authority", "Network Error", "Invalid Data", "Signature Expired before Valid", "Too Early", "Unsupported NSEC3 Iterations Value", "Unable to conform to policy", "Synthesized",
    ];

    /// <summary>The whole answer.</summary>
    public static void Write(StringBuilder text, DnsMessage message, QueryOptions options)
    {
        if (options.Short)
        {
            Records(text, message.Answers, options);
            return;
        }

        if (options.ShowsComments)
        {
            Header(text, message);
        }

        if (options.ShowsQuestion && message.Questions.Count > 0)
        {
            Section(text, options, "QUESTION", message.Questions.Select(question => ";" + Columns(options, question)));
        }

        Section(text, options, "ANSWER", options.ShowsAnswer, message.Answers);
        Section(text, options, "AUTHORITY", options.ShowsAuthority, message.Authorities);
        Section(text, options, "ADDITIONAL", options.ShowsAdditional, message.Additionals);
    }

    /// <summary>Records, a line each.</summary>
    public static void Records(StringBuilder text, IEnumerable<ResourceRecord> records, QueryOptions options)
    {
        foreach (var record in records)
        {
            Line(text, options.Short ? Data(record) : Columns(options, record.Name.ToString(), record.Ttl, record.Class, record.Type, Data(record)));
        }
    }

    /// <summary>An address with its port behind a hash.</summary>
    public static string Endpoint(IPEndPoint endpoint) => string.Create(CultureInfo.InvariantCulture, $"{endpoint.Address}#{endpoint.Port}");

    static void Header(StringBuilder text, DnsMessage message)
    {
        Line(text, ";; Got answer:");
        Line(text, $";; ->>HEADER<<- opcode: {message.Opcode.Name()}, status: {message.ResponseCode.Name()}, id: {message.Id}");
        (bool IsSet, string Name)[] flags =
        [
            (message.IsResponse, "qr"), (message.IsAuthoritative, "aa"), (message.IsTruncated, "tc"), (message.RecursionDesired, "rd"), (message.RecursionAvailable, "ra"),
            (message.AuthenticData, "ad"), (message.CheckingDisabled, "cd"),
        ];
        string set = string.Concat(flags.Where(flag => flag.IsSet).Select(flag => " " + flag.Name));
        Line(text, $";; flags:{set}; {(message.ReservedBit ? "MBZ: 0x4; " : "")}QUERY: {message.Questions.Count}, ANSWER: {message.Answers.Count}, AUTHORITY: {message.Authorities.Count}, ADDITIONAL: {message.Additionals.Count + (message.Opt is null ? 0 : 1)}");
        if (message is { RecursionDesired: true, RecursionAvailable: false })
        {
            Line(text, ";; WARNING: recursion requested but not available");
        }

        Line(text, "");
        if (message.Opt is { } opt)
        {
            Line(text, ";; OPT PSEUDOSECTION:");
            Line(text, $"; EDNS: version: {opt.Version}, flags:{(opt.DnssecOk ? " do" : "")}; {(opt.OtherFlags != 0 ? $"MBZ: 0x{opt.OtherFlags:x4}, " : "")}udp: {opt.UdpSize}");
            foreach (var option in opt.Options)
            {
                Line(text, Option(option));
            }
        }
    }

    static string Option(EdnsOption option)
    {
        string hex = Convert.ToHexStringLower(option.Data);
        switch (option.Code)
        {
            case EdnsOption.Nsid:
                return $"; NSID: {string.Join(' ', option.Data.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)))} (\"{Printable(option.Data)}\")";
            case EdnsOption.Cookie:
                return $"; COOKIE: {hex}";
            case EdnsOption.TcpKeepalive when option.Data.Length == 2:
                int tenths = (option.Data[0] << 8) | option.Data[1];
                return string.Create(CultureInfo.InvariantCulture, $"; TCP-KEEPALIVE: {tenths / 10}.{tenths % 10} secs");
            case EdnsOption.Padding:
                return string.Create(CultureInfo.InvariantCulture, $"; PADDING: {option.Data.Length} bytes");
            case EdnsOption.ExtendedError when option.Data.Length >= 2:
                int code = (option.Data[0] << 8) | option.Data[1];
                string name = code < extendedErrors.Length ? $" ({extendedErrors[code]})" : "";
                return string.Create(CultureInfo.InvariantCulture, $"; EDE: {code}{name}{(option.Data.Length > 2 ? $": ({PlainText.Decode(option.Data.AsSpan(2))})" : "")}");
            default:
                return string.Create(CultureInfo.InvariantCulture, $"; OPT={option.Code}: {hex}");
        }
    }

    static void Section(StringBuilder text, QueryOptions options, string name, bool shows, List<ResourceRecord> records)
    {
        if (shows && records.Count > 0)
        {
            Section(text, options, name, records.Select(record => Columns(options, record.Name.ToString(), record.Ttl, record.Class, record.Type, Data(record))));
        }
    }

    static void Section(StringBuilder text, QueryOptions options, string name, IEnumerable<string> lines)
    {
        if (options.ShowsComments)
        {
            Line(text, $";; {name} SECTION:");
        }

        foreach (string line in lines)
        {
            Line(text, line);
        }

        if (options.ShowsComments)
        {
            Line(text, "");
        }
    }

    /// <summary>A question: it has a class in any case, and leaves the place of the TTL empty.</summary>
    static string Columns(QueryOptions options, DnsQuestion question)
    {
        var line = new StringBuilder(question.Name.ToString());
        int at = Indent(line, line.Length, FirstColumn + (options is { ShowsTtl: true, ShowsClass: true } ? TabWidth : 0));
        string name = question.Class.Name();
        line.Append(name);
        Indent(line, at + name.Length, FirstColumn + (options.ShowsTtl ? TabWidth : 0) + (options.ShowsClass ? TabWidth : 0));
        return line.Append(question.Type).ToString();
    }

    /// <summary>Owner, TTL, class, type and data in columns; what is longer than its column pushes the next ones on.</summary>
    static string Columns(QueryOptions options, string owner, uint ttl, RecordClass recordClass, RecordType type, string data)
    {
        var line = new StringBuilder(owner);
        int at = owner.Length, column = FirstColumn;
        void Add(string word, bool shows)
        {
            if (shows)
            {
                at = Indent(line, at, column) + word.Length;
                line.Append(word);
                column += TabWidth;
            }
        }

        Add(ttl.ToString(CultureInfo.InvariantCulture), options.ShowsTtl);
        Add(recordClass.Name(), options.ShowsClass);
        Add(type.ToString(), shows: true);
        Add(data, shows: true);
        return line.ToString();
    }

    /// <summary>Tabs and spaces up to a column, at least one of them.</summary>
    static int Indent(StringBuilder line, int from, int to)
    {
        to = Math.Max(to, from + 1);
        int tabs = (to / TabWidth) - (from / TabWidth);
        line.Append('\t', tabs);
        from = tabs > 0 ? to / TabWidth * TabWidth : from;
        line.Append(' ', to - from);
        return to;
    }

    static string Data(ResourceRecord record)
    {
        string data = record.Data.ToString();
        int last = data.LastIndexOf(' ') + 1;
        if (data.Length - last <= PieceLength || !inPieces.Contains(record.Type.ToString(), StringComparer.Ordinal))
        {
            return data;
        }

        return data[..last] + string.Join(' ', data[last..].Chunk(PieceLength).Select(piece => new string(piece)));
    }

    static string Printable(byte[] data) => string.Concat(data.Select(b => b is >= 0x20 and < 0x7f ? (char)b : '.'));

    static void Line(StringBuilder text, FormattableString line) => Line(text, line.ToString(CultureInfo.InvariantCulture));

    static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
