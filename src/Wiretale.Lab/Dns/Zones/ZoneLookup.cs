namespace Wiretale.Lab.Dns.Zones;

/// <summary>What zones say to a question.</summary>
sealed class ZoneAnswer
{
    public ResponseCode Code { get; set; } = ResponseCode.NoError;

    public bool IsAuthoritative { get; set; } = true;

    public List<ResourceRecord> Answers { get; } = [];

    public List<ResourceRecord> Authorities { get; } = [];

    /// <summary>Addresses without which a referral leads nowhere (RFC 9471).</summary>
    public List<ResourceRecord> Glue { get; } = [];

    /// <summary>Addresses that save whoever asks a question.</summary>
    public List<ResourceRecord> Additionals { get; } = [];

    /// <summary>Where the search ended, if at a name that is there: its types are those to which there is an answer.</summary>
    public ZoneNode? End { get; set; }

    /// <summary>Whether the answer depends on the very name that was asked for, because a DNAME record rewrote it.</summary>
    public bool IsRewritten { get; set; }
}

/// <summary>The search of RFC 1034 section 4.3.2, with the wildcards of RFC 4592 and the DNAME records of RFC 6672.</summary>
static class ZoneLookup
{
    /// <summary>Aliases that are followed for one answer; the client follows the rest.</summary>
    const int MostAliases = 16;

    /// <summary>Answers a question; null where no zone has the name.</summary>
    /// <param name="wholeAny">Whether ANY gets all records, or one set of them (RFC 8482 section 4.1).</param>
    public static ZoneAnswer? Find(ZoneSet zones, DnsName asked, RecordType type, bool wholeAny)
    {
        var answer = new ZoneAnswer();
        var seen = new HashSet<DnsName>();
        var name = asked;
        while (seen.Count < MostAliases && seen.Add(name))
        {
            var node = zones.Closest(name, out bool isExact);
            if (node is not null && isExact && type == RecordType.DS && node == node.Zone.Apex && Parent(zones, node) is { } parentSide)
            {
                // DS records stand on the upper side of a cut (RFC 4035 section 3.1.4.1).
                node = parentSide;
            }

            if (node is null)
            {
                return name == asked ? null : answer;
            }

            if (node.IsCut && !(isExact && type == RecordType.DS))
            {
                Refer(answer, node, isFirst: name == asked);
                return answer;
            }

            DnsName? next;
            if (isExact)
            {
                next = Take(zones, answer, node, name, type, wholeAny);
            }
            else if (node.Find(RecordType.DNAME) is { } rewriting)
            {
                next = Rewrite(answer, rewriting, node, name, type);
            }
            else if (node.Wildcard is { } wildcard)
            {
                next = Take(zones, answer, wildcard, name, type, wholeAny);
            }
            else
            {
                answer.Code = ResponseCode.NXDomain;
                answer.Authorities.Add(node.Zone.NegativeSoa);
                return answer;
            }

            if (next is null)
            {
                return answer;
            }

            name = next;
        }

        return answer;
    }

    static ZoneNode? Parent(ZoneSet zones, ZoneNode apex) =>
        apex.Name.IsRoot ? null : zones.Closest(apex.Name.Parent, out _)?.Zone.Find(apex.Name) is { IsOccluded: false } node ? node : null;

    /// <summary>Answers with what a node has; gives the name that an alias leads to.</summary>
    static DnsName? Take(ZoneSet zones, ZoneAnswer answer, ZoneNode node, DnsName owner, RecordType type, bool wholeAny)
    {
        answer.End = node;
        if (type == RecordType.ANY && node.Sets.Count > 0)
        {
            foreach (var set in wholeAny ? node.Sets : node.Sets.Take(1))
            {
                answer.Answers.AddRange(set.Records(owner));
            }

            return null;
        }

        if (node.Find(type) is { } found)
        {
            answer.Answers.AddRange(found.Records(owner));
            AddAddresses(zones, answer, found);
            return null;
        }

        if (node.Find(RecordType.CNAME) is { } alias)
        {
            answer.Answers.AddRange(alias.Records(owner));
            return alias.Data[0].Target;
        }

        answer.Authorities.Add(node.Zone.NegativeSoa);
        return null;
    }

    static DnsName? Rewrite(ZoneAnswer answer, RecordSet rewriting, ZoneNode node, DnsName name, RecordType type)
    {
        answer.IsRewritten = true;
        answer.Answers.AddRange(rewriting.Records(node.Name));
        if (name.Rebase(node.Name, rewriting.Data[0].Target) is not { } target)
        {
            answer.Code = ResponseCode.YXDomain;
            return null;
        }

        // For who does not know DNAME, the same is said as an alias (RFC 6672 section 3.1).
        answer.Answers.Add(new(name, rewriting.Ttl, RecordData.Of(RecordType.CNAME, target)));
        return type == RecordType.CNAME || type == RecordType.ANY ? null : target;
    }

    static void Refer(ZoneAnswer answer, ZoneNode cut, bool isFirst)
    {
        answer.IsAuthoritative = !isFirst;
        var servers = cut.Find(RecordType.NS)!;
        answer.Authorities.AddRange(servers.Records(cut.Name));
        foreach (var server in servers.Data.Select(data => data.Target).Where(server => server.IsWithin(cut.Zone.Name)))
        {
            // Within the cut an address can be had nowhere else; elsewhere in the zone it saves a question.
            Add(cut.Zone.Find(server), server, server.IsWithin(cut.Name) ? answer.Glue : answer.Additionals);
        }
    }

    static void AddAddresses(ZoneSet zones, ZoneAnswer answer, RecordSet set)
    {
        if (set.Type != RecordType.NS && set.Type != RecordType.MX && set.Type != RecordType.SRV && set.Type != RecordType.SVCB && set.Type != RecordType.HTTPS)
        {
            return;
        }

        foreach (var target in set.Data.Select(data => data.Target).Where(target => !target.IsRoot).Distinct())
        {
            if (zones.Closest(target, out bool isExact) is { IsCut: false } node && isExact)
            {
                Add(node, target, answer.Additionals);
            }
        }
    }

    static void Add(ZoneNode? node, DnsName owner, List<ResourceRecord> to)
    {
        foreach (var type in new[] { RecordType.A, RecordType.AAAA })
        {
            if (node?.Find(type) is { } addresses)
            {
                to.AddRange(addresses.Records(owner));
            }
        }
    }
}
