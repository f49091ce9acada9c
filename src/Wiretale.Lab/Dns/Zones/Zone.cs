namespace Wiretale.Lab.Dns.Zones;

/// <summary>Records of one owner and type (RFC 2181 section 5).</summary>
public sealed record RecordSet(RecordType Type, uint Ttl, IReadOnlyList<RecordData> Data)
{
    /// <summary>The records, with an owner.</summary>
    public IEnumerable<ResourceRecord> Records(DnsName owner) => Data.Select(data => new ResourceRecord(owner, Ttl, data));
}

/// <summary>A name of a zone. One without records stands above names that have some (RFC 4592 section 2.2.2).</summary>
public sealed class ZoneNode
{
    internal ZoneNode(Zone zone, DnsName name)
    {
        Zone = zone;
        Name = name;
    }

    public Zone Zone { get; }

    public DnsName Name { get; }

    /// <summary>Its records, in the order of the file.</summary>
    public IReadOnlyList<RecordSet> Sets { get; internal set; } = [];

    /// <summary>Whether the zone ends here: other servers know what is below.</summary>
    public bool IsCut { get; internal set; }

    /// <summary>Whether it stands below a cut or a DNAME record and so is no part of the zone; addresses are glue.</summary>
    public bool IsOccluded { get; internal set; }

    /// <summary>The node of the asterisk right below.</summary>
    public ZoneNode? Wildcard { get; internal set; }

    /// <summary>The records of a type.</summary>
    public RecordSet? Find(RecordType type)
    {
        foreach (var set in Sets)
        {
            if (set.Type == type)
            {
                return set;
            }
        }

        return null;
    }
}

/// <summary>A zone: all names from its apex down to where other zones begin. It does not change; a new version is another one.</summary>
public sealed class Zone
{
    readonly Dictionary<DnsName, ZoneNode> nodes = [];

    internal Zone(DnsName name, IEnumerable<KeyValuePair<DnsName, List<RecordSet>>> sets)
    {
        Name = name;
        Apex = nodes[name] = new(this, name);
        foreach (var (owner, of) in sets)
        {
            var node = NodeOf(owner);
            node.Sets = of;
            node.IsCut = node != Apex && node.Find(RecordType.NS) is not null;
        }

        foreach (var node in nodes.Values)
        {
            node.IsOccluded = Above(node).Any(above => above.IsCut || above.Find(RecordType.DNAME) is not null);
        }
    }

    /// <summary>The name of the zone.</summary>
    public DnsName Name { get; }

    /// <summary>The node of that name.</summary>
    public ZoneNode Apex { get; }

    /// <summary>The zone's SOA data.</summary>
    public RecordData Soa => Apex.Find(RecordType.SOA)!.Data[0];

    /// <summary>Every node.</summary>
    public IEnumerable<ZoneNode> Nodes => nodes.Values;

    /// <summary>How many records there are.</summary>
    public int RecordCount => nodes.Values.Sum(node => node.Sets.Sum(set => set.Data.Count));

    /// <summary>The SOA record that stands in negative answers: its TTL is how long they may be remembered (RFC 2308 section 3).</summary>
    public ResourceRecord NegativeSoa => new(Name, Math.Min(Apex.Find(RecordType.SOA)!.Ttl, Soa.Minimum), Soa);

    /// <summary>The node of a name, glue included.</summary>
    public ZoneNode? Find(DnsName name) => nodes.GetValueOrDefault(name);

    ZoneNode NodeOf(DnsName name)
    {
        if (nodes.TryGetValue(name, out var node))
        {
            return node;
        }

        // Every name between this one and the apex exists, too.
        var above = NodeOf(name.Parent);
        node = nodes[name] = new(this, name);
        above.Wildcard = name.IsWildcard ? node : above.Wildcard;
        return node;
    }

    IEnumerable<ZoneNode> Above(ZoneNode node)
    {
        while (node != Apex)
        {
            node = nodes[node.Name.Parent];
            yield return node;
        }
    }
}
