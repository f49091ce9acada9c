using Wiretale.Wire;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Where an answer comes from; better knowledge is not replaced by worse (RFC 2181 section 5.4.1).</summary>
public enum Credibility
{
    /// <summary>A server that was told it by others.</summary>
    Hearsay,

    /// <summary>A server of the zone.</summary>
    Authoritative,
}

/// <summary>
/// What was learned, for as long as it may be remembered, and no more than a bounded number of bytes: what was not asked for longest goes first.
/// Answers and delegations are apart: what a zone says of those below it leads there, and is an answer to nobody.
/// </summary>
public sealed class DnsCache(TimeProvider clock, long bytes = DnsCache.NormalBytes)
{
    /// <summary>How much is remembered unless said otherwise.</summary>
    public const long NormalBytes = 32 << 20;

    /// <summary>Longest time that an answer is remembered, in seconds; what claims more is cut (RFC 8767 section 4 suggests days; a day does for a lab).</summary>
    public const uint LongestAnswer = 86_400;

    /// <summary>The same for what is not there (RFC 2308 section 5: three hours).</summary>
    public const uint LongestNothing = 10_800;

    /// <summary>How long a failure is remembered (RFC 9520 section 3.2: a second at least, five minutes at most).</summary>
    public const uint FailureTime = 5;

    /// <summary>Stands for all types of a name that is not there.</summary>
    static readonly RecordType any = new(DnsType.Unused);

    readonly Lock gate = new();
    readonly BoundedMap<(DnsName, RecordType), Entry> answers = new(bytes * 3 / 4, entry => entry.Weight);
    readonly BoundedMap<DnsName, (Delegation Delegation, long Since)> delegations = new(bytes / 4, known => 200 + known.Delegation.Servers.Sum(server => 200 + (50 * server.Addresses.Count)));

    /// <summary>How many answers are remembered, and of how many zones it is known who serves them.</summary>
    public (int Answers, int Delegations) Count
    {
        get
        {
            lock (gate)
            {
                return (answers.Count, delegations.Count);
            }
        }
    }

    /// <summary>How many bytes the answers take, about.</summary>
    public long Weight
    {
        get
        {
            lock (gate)
            {
                return answers.Weight + delegations.Weight;
            }
        }
    }

    /// <summary>Remembers records of one name and type.</summary>
    public void Add(IReadOnlyList<ResourceRecord> records, Credibility credibility)
    {
        uint ttl = Math.Min(records.Min(record => Plain(record.Ttl)), LongestAnswer);
        Add((records[0].Name, records[0].Type), new(new(ResponseCode.NoError, records), ttl, credibility, clock.GetTimestamp()));
    }

    /// <summary>Remembers that there is no such name, or that it has no such records, for as long as the SOA record says (RFC 2308 section 5).</summary>
    public void AddNothing(DnsName name, RecordType type, ResponseCode code, ResourceRecord soa, Credibility credibility)
    {
        uint ttl = Math.Min(Math.Min(Plain(soa.Ttl), Plain(soa.Data.Minimum)), LongestNothing);
        Add((name, code == ResponseCode.NXDomain ? any : type), new(new(code, []) { Soa = soa }, ttl, credibility, clock.GetTimestamp()));
    }

    /// <summary>Remembers for a moment that an answer could not be had.</summary>
    public void AddFailure(DnsName name, RecordType type, Finding failure) =>
        Add((name, type), new(failure, FailureTime, Credibility.Hearsay, clock.GetTimestamp()));

    /// <summary>Remembers who serves a zone.</summary>
    public void Add(Delegation delegation)
    {
        lock (gate)
        {
            delegations.Set(delegation.Zone, (delegation with { Ttl = Math.Min(Plain(delegation.Ttl), LongestAnswer) }, clock.GetTimestamp()));
        }
    }

    /// <summary>What is known of a name and a type, its times counted down; null where nothing is.</summary>
    public Finding? Find(DnsName name, RecordType type)
    {
        lock (gate)
        {
            return Find((name, type)) ?? Find((name, any));
        }
    }

    /// <summary>The nearest zone above a name of which it is known who serves it.</summary>
    public Delegation? FindDelegation(DnsName name)
    {
        lock (gate)
        {
            for (var zone = name; ; zone = zone.Parent)
            {
                if (delegations.TryGet(zone, out var known))
                {
                    if (clock.GetElapsedTime(known.Since).TotalSeconds < known.Delegation.Ttl)
                    {
                        return known.Delegation;
                    }

                    delegations.Remove(zone);
                }

                if (zone.IsRoot)
                {
                    return null;
                }
            }
        }
    }

    /// <summary>Forgets who serves a zone.</summary>
    public void Forget(DnsName zone)
    {
        lock (gate)
        {
            delegations.Remove(zone);
        }
    }

    // The first bit set means zero (RFC 2181 section 8).
    static uint Plain(uint ttl) => ttl > int.MaxValue ? 0 : ttl;

    void Add((DnsName, RecordType) key, Entry entry)
    {
        lock (gate)
        {
            if (answers.TryGet(key, out var known) && known.Credibility > entry.Credibility && Age(known) < known.Ttl)
            {
                return;
            }

            if (entry.Ttl > 0)
            {
                answers.Set(key, entry);
            }
        }
    }

    Finding? Find((DnsName, RecordType) key)
    {
        if (!answers.TryGet(key, out var entry))
        {
            return null;
        }

        uint age = Age(entry);
        if (age >= entry.Ttl)
        {
            answers.Remove(key);
            return null;
        }

        uint left = entry.Ttl - age;
        return entry.Finding with
        {
            Records = [.. entry.Finding.Records.Select(record => record with { Ttl = left })],
            Soa = entry.Finding.Soa is { } soa ? soa with { Ttl = left } : null,
            IsFromCache = true,
        };
    }

    uint Age(Entry entry) => (uint)Math.Min(uint.MaxValue, clock.GetElapsedTime(entry.Since).TotalSeconds);

    sealed record Entry(Finding Finding, uint Ttl, Credibility Credibility, long Since)
    {
        public int Weight { get; } = 300 + Cost(Finding.Soa) + Finding.Records.Sum(Cost);

        static int Cost(ResourceRecord? record) => record is null ? 0 : 150 + record.Name.Wire.Length + record.Data.Bytes.Length;
    }
}
