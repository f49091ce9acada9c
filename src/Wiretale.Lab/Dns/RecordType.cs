using System.Globalization;
using Wiretale.Wire;

namespace Wiretale.Lab.Dns;

/// <summary>The type of a record, with its name or, where it has none, TYPE and its number (RFC 3597 section 5).</summary>
public readonly record struct RecordType(ushort Value)
{
    /// <summary>RFC 8162; the table has what Wireshark knows.</summary>
    internal const ushort Smimea = 53;

    static readonly Dictionary<string, ushort> byName = DnsType.All.Select(t => (ushort)t.Type).Append(Smimea).Where(HasName).ToDictionary(NameOf, t => t, StringComparer.OrdinalIgnoreCase);

    public static RecordType A => new(DnsType.A);

    public static RecordType NS => new(DnsType.Ns);

    public static RecordType CNAME => new(DnsType.Cname);

    public static RecordType SOA => new(DnsType.Soa);

    public static RecordType PTR => new(DnsType.Ptr);

    public static RecordType MX => new(DnsType.Mx);

    public static RecordType TXT => new(DnsType.Txt);

    public static RecordType AAAA => new(DnsType.Aaaa);

    public static RecordType SRV => new(DnsType.Srv);

    public static RecordType DNAME => new(DnsType.Dname);

    public static RecordType OPT => new(DnsType.Opt);

    public static RecordType DS => new(DnsType.Ds);

    public static RecordType RRSIG => new(DnsType.Rrsig);

    public static RecordType NSEC => new(DnsType.Nsec);

    public static RecordType SVCB => new(DnsType.Svcb);

    public static RecordType HTTPS => new(DnsType.Https);

    public static RecordType IXFR => new(DnsType.Ixfr);

    public static RecordType AXFR => new(DnsType.Axfr);

    public static RecordType ANY => new(DnsType.Any);

    /// <summary>Whether no record has this type: questions and pseudo records do (RFC 6895 section 3.1).</summary>
    public bool IsMeta => Value is DnsType.Unused or DnsType.Opt or (>= 128 and <= 255);

    /// <summary>Finds a type by its name.</summary>
    public static bool TryParse(string text, out RecordType type)
    {
        if (byName.TryGetValue(text, out ushort number)
            || (text.StartsWith("TYPE", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out number)))
        {
            type = new(number);
            return true;
        }

        type = default;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => NameOf(Value);

    // Wireshark's table has no name for zone files at 0 and those of MAILA and MAILB the other way round.
    static bool HasName(ushort type) => type == Smimea || (type != DnsType.Unused && DnsType.Find(type) is not null);

    static string NameOf(ushort type) => type switch
    {
        Smimea => "SMIMEA",
        DnsType.Maila => "MAILA",
        DnsType.Mailb => "MAILB",
        _ => HasName(type) ? DnsType.Find(type)! : string.Create(CultureInfo.InvariantCulture, $"TYPE{type}"),
    };
}
