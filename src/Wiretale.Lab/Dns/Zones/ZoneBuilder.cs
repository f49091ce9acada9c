namespace Wiretale.Lab.Dns.Zones;

/// <summary>Puts records together to a zone, and refuses what could not be one.</summary>
public sealed class ZoneBuilder(string title, DnsName? expected = null)
{
    readonly Dictionary<DnsName, List<Growing>> sets = [];
    DnsName? apex;

    /// <summary>Takes a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="place">Where it stands, for errors.</param>
    /// <exception cref="ZoneException">It cannot stand in this zone.</exception>
    public void Add(ResourceRecord record, string place)
    {
        if (record.Type == RecordType.SOA)
        {
            if (apex is not null)
            {
                throw new ZoneException($"{place}: a second SOA record; a zone has one");
            }

            if (expected is not null && record.Name != expected)
            {
                throw new ZoneException($"{place}: the SOA record is that of {record.Name}, not of {expected} (is the zone's name right?)");
            }

            apex = record.Name;
        }

        if ((apex ?? expected) is { } top && !record.Name.IsWithin(top))
        {
            throw new ZoneException($"{place}: {record.Name} is not within {top} (a name without a dot at its end is relative)");
        }

        if (!sets.TryGetValue(record.Name, out var all))
        {
            sets[record.Name] = all = [];
        }

        if (all.Find(set => set.Type == record.Type) is not { } known)
        {
            CheckAlias(all, record, place);
            all.Add(new(record.Type) { Ttl = record.Ttl, Data = { record.Data } });
            return;
        }

        if ((record.Type == RecordType.CNAME || record.Type == RecordType.DNAME) && !known.Data[0].Equals(record.Data))
        {
            throw new ZoneException($"{place}: a second {record.Type} record for {record.Name}; there can be one");
        }

        known.Data.Add(record.Data);
        known.Ttl = Math.Min(known.Ttl, record.Ttl);
    }

    /// <summary>RFC 2181 section 10.1: whoever has a CNAME record has nothing else but what DNSSEC adds.</summary>
    static void CheckAlias(List<Growing> all, ResourceRecord record, string place)
    {
        if (Belongs(record.Type))
        {
            return;
        }

        if (all.Find(set => !Belongs(set.Type)) is { } other && (record.Type == RecordType.CNAME || other.Type == RecordType.CNAME))
        {
            throw new ZoneException($"{place}: {record.Name} has {record.Type} and {other.Type} records; a name with a CNAME record can have no others");
        }

        static bool Belongs(RecordType type) => type == RecordType.RRSIG || type == RecordType.NSEC;
    }

    /// <summary>Gives the zone.</summary>
    /// <exception cref="ZoneException">Something that every zone has is missing.</exception>
    public Zone Build()
    {
        if (apex is null)
        {
            throw new ZoneException($"{title}: there is no SOA record; a zone begins with one");
        }

        foreach (var owner in sets.Keys)
        {
            if (!owner.IsWithin(apex))
            {
                throw new ZoneException($"{title}: {owner} is not within {apex}, whose SOA record this is");
            }
        }

        if (!sets[apex].Exists(set => set.Type == RecordType.NS))
        {
            throw new ZoneException($"{title}: {apex} has no NS record; a zone names its servers");
        }

        return new(apex, sets.Select(owner => KeyValuePair.Create(owner.Key, owner.Value.ConvertAll(set => set.Finish()))));
    }

    /// <summary>RFC 2181 section 5: the same record twice is one, and one set has one TTL.</summary>
    sealed class Growing(RecordType type)
    {
        public RecordType Type => type;

        public uint Ttl { get; set; }

        public List<RecordData> Data { get; } = [];

        public RecordSet Finish() => new(type, Ttl, Data.Count == 1 ? [Data[0]] : [.. Data.Distinct()]);
    }
}
