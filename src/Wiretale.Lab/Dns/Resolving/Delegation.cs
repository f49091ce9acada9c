using System.Net;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>A server of a zone, with the addresses that came along with its name.</summary>
public sealed record NameServer(DnsName Name, IReadOnlyList<IPAddress> Addresses);

/// <summary>Who serves a zone, as the zone above says. Its addresses ("glue") lead to the servers and are no answer to anybody (RFC 2181 section 5.4.1).</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Servers">Its servers.</param>
/// <param name="Ttl">How long that may be remembered, in seconds.</param>
public sealed record Delegation(DnsName Zone, IReadOnlyList<NameServer> Servers, uint Ttl)
{
    /// <summary>Servers of a zone that are considered; a referral may name thousands.</summary>
    const int MostServers = 13;

    const int MostAddresses = 4;

    /// <summary>Puts a delegation together.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="records">Its NS records; those of which addresses are known are preferred.</param>
    /// <param name="glue">Records among which addresses may be.</param>
    /// <param name="within">Where names must be for their addresses to be believed: the zone of whoever says so.</param>
    public static Delegation From(DnsName zone, IEnumerable<ResourceRecord> records, IEnumerable<ResourceRecord> glue, DnsName within)
    {
        var addresses = glue.Where(record => (record.Type == RecordType.A || record.Type == RecordType.AAAA) && record.Class == RecordClass.IN && record.Name.IsWithin(within))
            .ToLookup(record => record.Name);
        uint ttl = uint.MaxValue;
        var servers = new List<NameServer>();
        foreach (var record in records.Where(record => record.Type == RecordType.NS && record.Name == zone).DistinctBy(record => record.Data.Target))
        {
            ttl = Math.Min(ttl, record.Ttl);
            servers.Add(new(record.Data.Target, [.. addresses[record.Data.Target].Select(a => a.Data.Address).Distinct().Take(MostAddresses)]));
        }

        var chosen = servers.OrderByDescending(server => server.Addresses.Count > 0).Take(MostServers).ToList();
        foreach (var record in chosen.SelectMany(server => addresses[server.Name]))
        {
            ttl = Math.Min(ttl, record.Ttl);
        }

        return new(zone, chosen, ttl);
    }

    /// <inheritdoc />
    public override string ToString()
    {
        int known = Servers.Count(server => server.Addresses.Count > 0);
        string names = string.Join(", ", Servers.Take(3).Select(server => server.Addresses is [var first, ..] ? $"{server.Name} ({first})" : $"{server.Name}"));
        string more = Servers.Count > 3 ? $" and {Servers.Count - 3} more" : "";
        return $"{names}{more}{(known == 0 ? ", whose addresses did not come along" : "")}";
    }
}
