using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wiretale.Lab.Dns.Resolving;

namespace Wiretale.Lab.Dns.Querying;

/// <summary>What to ask, how, and what of the answer to show: dig's words.</summary>
public sealed record QueryOptions
{
    /// <summary>What is asked.</summary>
    public DnsQuestion Question { get; init; } = new(DnsName.Root, RecordType.NS);

    /// <summary>The server as it was given; null for those of the system.</summary>
    public string? Server { get; init; }

    /// <summary>How it is asked.</summary>
    public AskSettings Ask { get; init; } = new() { RecursionDesired = true, AuthenticData = true, MayDropEdns = false };

    /// <summary>How long to wait for an answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often each server is asked at most.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>Goes from the root down instead of asking one server, and shows what each has said.</summary>
    public bool Trace { get; init; }

    /// <summary>The data of the answer and nothing else.</summary>
    public bool Short { get; init; }

    public bool ShowsCommand { get; init; } = true;

    public bool ShowsComments { get; init; } = true;

    public bool ShowsQuestion { get; init; } = true;

    public bool ShowsAnswer { get; init; } = true;

    public bool ShowsAuthority { get; init; } = true;

    public bool ShowsAdditional { get; init; } = true;

    public bool ShowsStatistics { get; init; } = true;

    public bool ShowsTtl { get; init; } = true;

    public bool ShowsClass { get; init; } = true;

    OptRecord Edns => Ask.Edns ?? new();

    delegate QueryOptions? Change(QueryOptions options, bool on, string? value);

    /// <summary>Words that begin with +, in the order in which abbreviations mean them.</summary>
    static readonly (string Name, Change Apply)[] switches =
    [
        ("short", (o, on, _) => o with { Short = on }),
        ("tcp", (o, on, _) => o with { Ask = o.Ask with { OverTcp = on } }),
        ("vc", (o, on, _) => o with { Ask = o.Ask with { OverTcp = on } }),
        ("trace", (o, on, _) => o with { Trace = on }),
        ("recurse", (o, on, _) => o with { Ask = o.Ask with { RecursionDesired = on } }),
        ("rdflag", (o, on, _) => o with { Ask = o.Ask with { RecursionDesired = on } }),
        ("dnssec", (o, on, _) => o.WithEdns(edns => edns with { DnssecOk = on })),
        ("do", (o, on, _) => o.WithEdns(edns => edns with { DnssecOk = on })),
        ("bufsize", (o, _, value) => value is null ? o.WithEdns(edns => edns with { UdpSize = OptRecord.SafeSize }) : ushort.TryParse(value, CultureInfo.InvariantCulture, out ushort size) ? o.WithEdns(edns => edns with { UdpSize = size }) : null),
        ("edns", (o, on, value) => !on ? o with { Ask = o.Ask with { Edns = null } }
            : value is null ? o.WithEdns(edns => edns) : byte.TryParse(value, CultureInfo.InvariantCulture, out byte version) ? o.WithEdns(edns => edns with { Version = version }) : null),
        ("ednsnegotiation", (o, _, _) => o),
        ("nsid", (o, on, _) => o.WithOption(EdnsOption.Nsid, on ? [] : null)),
        ("cookie", (o, on, value) => !on ? o.WithOption(EdnsOption.Cookie, null) : Cookie(value) is { } cookie ? o.WithOption(EdnsOption.Cookie, cookie) : null),
        ("cdflag", (o, on, _) => o with { Ask = o.Ask with { CheckingDisabled = on } }),
        ("adflag", (o, on, _) => o with { Ask = o.Ask with { AuthenticData = on } }),
        ("ignore", (o, on, _) => o with { Ask = o.Ask with { IgnoreTruncation = on } }),
        ("0x20", (o, on, _) => o with { Ask = o.Ask with { MixCase = on } }),
        ("timeout", Seconds),
        ("time", Seconds),
        ("tries", (o, _, value) => Number(value, 1, 100) is { } tries ? o with { Tries = tries } : null),
        ("retry", (o, _, value) => Number(value, 0, 99) is { } retries ? o with { Tries = retries + 1 } : null),
        ("all", (o, on, _) => o with { ShowsCommand = on, ShowsComments = on, ShowsQuestion = on, ShowsAnswer = on, ShowsAuthority = on, ShowsAdditional = on, ShowsStatistics = on }),
        ("answer", (o, on, _) => o with { ShowsAnswer = on }),
        ("authority", (o, on, _) => o with { ShowsAuthority = on }),
        ("additional", (o, on, _) => o with { ShowsAdditional = on }),
        ("question", (o, on, _) => o with { ShowsQuestion = on }),
        ("comments", (o, on, _) => o with { ShowsComments = on }),
        ("cmd", (o, on, _) => o with { ShowsCommand = on }),
        ("stats", (o, on, _) => o with { ShowsStatistics = on }),
        ("ttlid", (o, on, _) => o with { ShowsTtl = on }),
        ("class", (o, on, _) => o with { ShowsClass = on }),
    ];

    /// <summary>Reads dig's words: <c>@server</c>, <c>+option</c>, a type, a class, a name, in any order.</summary>
    /// <exception cref="FormatException">One of them is none; the message says which.</exception>
    public static QueryOptions Parse(IEnumerable<string> words)
    {
        var options = new QueryOptions();
        DnsName? name = null;
        RecordType? type = null;
        var recordClass = RecordClass.IN;
        foreach (string word in words)
        {
            if (word.StartsWith('@'))
            {
                options = options with { Server = word[1..] };
            }
            else if (word.StartsWith('+'))
            {
                options = Switched(options, word);
            }
            else if (type is null && RecordType.TryParse(word, out var found) && found != RecordType.OPT)
            {
                type = found;
            }
            else if (DnsCodes.TryParseClass(word, out var foundClass))
            {
                recordClass = foundClass;
            }
            else if (name is null)
            {
                name = DnsName.Parse(word);
            }
            else
            {
                throw new FormatException($"'{word}': there is a name already, {name}");
            }
        }

        if (type == RecordType.IXFR)
        {
            throw new FormatException("IXFR is not to be had here; AXFR gives the whole zone");
        }

        return options with { Question = new(name ?? DnsName.Root, type ?? (name is null ? RecordType.NS : RecordType.A), recordClass) };
    }

    /// <summary>The name under which an address is looked up (RFC 1035 section 3.5, RFC 3596 section 2.5).</summary>
    public static string ReverseName(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? string.Join('.', address.GetAddressBytes().Reverse()) + ".in-addr.arpa."
        : string.Join('.', address.GetAddressBytes().Reverse().SelectMany(b => new[] { $"{b & 15:x}", $"{b >> 4:x}" })) + ".ip6.arpa.";

    static QueryOptions Switched(QueryOptions options, string word)
    {
        string[] parts = word[1..].Split('=', 2);
        bool on = !parts[0].StartsWith("no", StringComparison.OrdinalIgnoreCase);
        string name = on ? parts[0] : parts[0][2..];

        // Words may be cut short, and an exact one goes before what only begins so.
        var found = Array.Find(switches, s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found.Name is null && name.Length >= 2)
        {
            found = Array.Find(switches, s => s.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        }

        return found.Name is null
            ? throw new FormatException($"'{word}' is not an option; there are +[no]{string.Join(", ", switches.Select(s => s.Name))}")
            : found.Apply(options, on, parts.ElementAtOrDefault(1)) ?? throw new FormatException($"'{word}': the value does not fit");
    }

    QueryOptions WithEdns(Func<OptRecord, OptRecord> change) => this with { Ask = Ask with { Edns = change(Edns) } };

    QueryOptions WithOption(ushort code, byte[]? data) => WithEdns(edns => edns with
    {
        Options = [.. edns.Options.Where(option => option.Code != code), .. data is null ? Array.Empty<EdnsOption>() : [new(code, data)]],
    });

    static QueryOptions? Seconds(QueryOptions options, bool on, string? value) => Number(value, 1, 3600) is { } seconds ? options with { Patience = TimeSpan.FromSeconds(seconds) } : null;

    static int? Number(string? value, int least, int most) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number : null;

    static byte[]? Cookie(string? hex)
    {
        byte[] cookie = new byte[8];
        if (hex is null)
        {
            System.Security.Cryptography.RandomNumberGenerator.Fill(cookie);
            return cookie;
        }

        return hex.Length is 16 or (>= 32 and <= 80) && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
    }
}
