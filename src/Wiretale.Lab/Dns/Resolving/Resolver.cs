namespace Wiretale.Lab.Dns.Resolving;

/// <summary>
/// Finds answers: from its cache, from the root downwards, or through others. It knows the network only as a transport and a clock, so that a
/// test needs neither.
/// </summary>
public sealed class Resolver
{
    readonly Lock gate = new();
    readonly Dictionary<(DnsName, RecordType), Task<Finding>> underway = [];

    /// <summary>Makes a resolver that knows nothing yet.</summary>
    public Resolver(IDnsTransport transport, TimeProvider clock, Random random, ResolverSettings settings)
    {
        (Clock, Random, Settings) = (clock, random, settings);
        Exchange = new(transport, clock, random);
        Cache = new(clock);
        Servers = new(clock, random);
    }

    /// <summary>What it remembers.</summary>
    public DnsCache Cache { get; }

    internal TimeProvider Clock { get; }

    internal Random Random { get; }

    internal ResolverSettings Settings { get; }

    internal DnsExchange Exchange { get; }

    internal ServerBook Servers { get; }

    /// <summary>Finds an answer. The same question asked by several at the same time is worked on once.</summary>
    /// <param name="watch">Is told each step.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task<Finding> ResolveAsync(DnsName name, RecordType type, Action<ResolutionStep>? watch, CancellationToken stop)
    {
        var key = (name, type);
        Task<Finding>? task;
        lock (gate)
        {
            if (underway.TryGetValue(key, out task))
            {
                watch?.Invoke(new(TimeSpan.Zero, 0, $"{name} {type} is being looked for already; waits for that answer"));
            }
            else if (underway.Count >= Settings.MostAtOnce)
            {
                return Finding.Failure($"{Settings.MostAtOnce} questions are being worked on; no more at the same time");
            }
            else
            {
                // It goes on when whoever asked first has left: others may wait by now, and what is learned is remembered.
                task = Task.Run(() => WorkAsync(key, watch), CancellationToken.None);
                underway.Add(key, task);
            }
        }

        return await task.WaitAsync(stop);
    }

    /// <summary>What is remembered, through aliases; null where somebody would have to be asked.</summary>
    public Finding? Recall(DnsName name, RecordType type)
    {
        var aliases = new List<ResourceRecord>();
        for (var at = name; aliases.Count <= ReplyJudge.MostAliases && RecallStep(at, type) is { } step; at = step.Next!)
        {
            if (step.Next is null)
            {
                return aliases.Count == 0 ? step.Finding : step.Finding with { Records = [.. aliases, .. step.Finding.Records] };
            }

            aliases.AddRange(step.Finding.Records);
        }

        return null;
    }

    /// <summary>What is remembered of a name: records, that there are none, or an alias and what it leads to.</summary>
    internal (Finding Finding, DnsName? Next)? RecallStep(DnsName name, RecordType type)
    {
        var known = LocalNames.Find(name, type, keepsPrivate: Settings.Forwarders.Count == 0 && Settings.Hints == RootHints.Internet) ?? Cache.Find(name, type);
        return known is not null ? (known, null)
            : type != RecordType.CNAME && type != RecordType.ANY && Cache.Find(name, RecordType.CNAME) is { Records: [var alias, ..] } found ? (found, alias.Data.Target)
            : null;
    }

    async Task<Finding> WorkAsync((DnsName Name, RecordType Type) key, Action<ResolutionStep>? watch)
    {
        try
        {
            return await new Resolution(this, watch).ResolveAsync(key.Name, key.Type);
        }
        finally
        {
            lock (gate)
            {
                underway.Remove(key);
            }
        }
    }
}
