using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wiretale.Lab.Dns.Serving;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>The work on one question, with what it may cost.</summary>
sealed class Resolution(Resolver resolver, Action<ResolutionStep>? watch)
{
    /// <summary>How many steps down from a zone show one label more each, and how many there are altogether (RFC 9156 section 2.3).</summary>
    const int SingleLabels = 4, MostMinimised = 10;

    /// <summary>How long the servers of the hints are asked again whether they are the root's, when they did not answer that.</summary>
    const uint UnprimedTime = 60;

    /// <summary>Most of a record's data that is told.</summary>
    const int LongestData = 60;

    /// <summary>Who asks others needs time for that, however near it is.</summary>
    static readonly TimeSpan forwarderTime = TimeSpan.FromSeconds(2);

    readonly ResolverSettings settings = resolver.Settings;
    readonly long begin = resolver.Clock.GetTimestamp();
    readonly HashSet<(DnsName, RecordType)> wanted = [];
    int asked, serverNames;
    string? lastFault;

    TimeSpan Elapsed => resolver.Clock.GetElapsedTime(begin);

    /// <summary>Finds the answer, or why there is none.</summary>
    public async Task<Finding> ResolveAsync(DnsName name, RecordType type)
    {
        Finding finding;
        try
        {
            finding = await FindAsync(name, type, depth: 0);
        }
        catch (GaveUpException e)
        {
            finding = Finding.Failure(e.Message);
        }

        if (finding.Code == ResponseCode.ServFail && !finding.IsFromCache)
        {
            resolver.Cache.AddFailure(name, type, finding);
        }

        if (finding.Why is not null)
        {
            Tell(0, $"gives up: {finding.Why}");
        }

        return finding;
    }

    /// <summary>Finds records, through aliases.</summary>
    async Task<Finding> FindAsync(DnsName name, RecordType type, int depth)
    {
        if (!wanted.Add((name, type)))
        {
            return Finding.Failure($"to find {name}, it would have to be known already");
        }

        var records = new List<ResourceRecord>();
        var seen = new HashSet<DnsName> { name };
        bool isFromCache = true;
        for (var at = name; ;)
        {
            var (finding, next) = Remembered(at, type, depth) ?? await (settings.Forwarders.Count > 0 ? ForwardAsync(at, type, depth) : DescendAsync(at, type, depth));
            isFromCache &= finding.IsFromCache;
            records.AddRange(finding.Records);
            foreach (var alias in finding.Records.Where(record => record.Type == RecordType.CNAME && next is not null))
            {
                if (!seen.Add(alias.Data.Target) || seen.Count > ReplyJudge.MostAliases + 1)
                {
                    return Finding.Failure(seen.Count > ReplyJudge.MostAliases + 1
                        ? $"more than {ReplyJudge.MostAliases} aliases, one leading to the next, begin at {name}"
                        : $"the aliases that begin at {name} lead in a circle, back to {alias.Data.Target}");
                }
            }

            if (next is null)
            {
                wanted.Remove((name, type));
                return finding with { Records = finding.Code == ResponseCode.ServFail ? [] : records, IsFromCache = isFromCache };
            }

            at = next;
        }
    }

    (Finding, DnsName?)? Remembered(DnsName name, RecordType type, int depth)
    {
        var known = resolver.RecallStep(name, type);
        if (watch is not null && known is { } step)
        {
            Tell(depth, step.Next is null ? $"{name} {type} is in the cache: {Describe(step.Finding)}" : (FormattableString)$"{name} is in the cache as an alias of {step.Next}");
        }

        return known;
    }

    async Task<(Finding, DnsName?)> ForwardAsync(DnsName name, RecordType type, int depth)
    {
        var servers = settings.Forwarders.Select(address => new Candidate(null, address));
        var heard = await AskAsync(servers, null, new(name, type), depth);
        return heard is null ? (Finding.Failure($"none of the servers that are asked instead of the root gives an answer{Last}"), null) : Learn(heard.Verdict, name, type, Credibility.Hearsay);
    }

    /// <summary>From the nearest zone of which the servers are known down to the one that knows.</summary>
    async Task<(Finding, DnsName?)> DescendAsync(DnsName name, RecordType type, int depth)
    {
        // Of DS records the zone above knows (RFC 4035 section 3.1.4.1).
        var from = type == RecordType.DS && !name.IsRoot ? name.Parent : name;
        var known = resolver.Cache.FindDelegation(from);
        Tell(depth, $"looks for {name} {type}, from {Called(known?.Zone ?? DnsName.Root)} down");
        var zone = known ?? await PrimeAsync(depth);
        bool minimises = settings.MinimisesNames, isFirst = true;
        int shown = zone.Zone.LabelCount, total = name.LabelCount, steps = 0;
        while (true)
        {
            int left = total - shown;
            shown = !minimises || steps >= MostMinimised ? total : Math.Min(total, shown + (steps < SingleLabels ? 1 : Math.Max(1, left / (MostMinimised - steps))));
            steps++;
            bool isWhole = shown == total;
            var question = isWhole ? new DnsQuestion(name, type) : new DnsQuestion(name.Suffix(shown), RecordType.A);
            var verdict = (await AskAsync(Candidates(zone), zone, question, depth))?.Verdict;
            switch (verdict)
            {
                case Verdict.Referral referral:
                    resolver.Cache.Add(referral.To);
                    (zone, isFirst) = (referral.To, false);
                    shown = zone.Zone.LabelCount;
                    break;
                case null when !isWhole:
                case Verdict.Alias or Verdict.Nothing { Code: ResponseCode.NXDomain } when !isWhole:
                    // Servers there are that deny a name although there are names below it (RFC 9156 section 5); and below an alias is nothing.
                    minimises = false;
                    break;
                case Verdict.Answer or Verdict.Nothing when !isWhole:
                    break;
                case null when isFirst && !zone.Zone.IsRoot:
                    // What was remembered may be outdated.
                    Tell(depth, $"asks the zone above again who serves {zone.Zone}");
                    resolver.Cache.Forget(zone.Zone);
                    zone = resolver.Cache.FindDelegation(zone.Zone.Parent) ?? await PrimeAsync(depth);
                    (shown, isFirst) = (zone.Zone.LabelCount, false);
                    break;
                case null:
                    return (Finding.Failure($"no server of {Called(zone.Zone)} gives an answer{Last}"), null);
                default:
                    return Learn(verdict, name, type, Credibility.Authoritative);
            }
        }
    }

    /// <summary>Asks a server of the hints who the servers of the root are now (RFC 9609).</summary>
    async Task<Delegation> PrimeAsync(int depth)
    {
        Tell(depth, $"knows only the hints, and asks one of them who the root's servers are now");
        var heard = await AskAsync(Candidates(settings.Hints), settings.Hints, new(DnsName.Root, RecordType.NS), depth);
        var root = heard?.Verdict is Verdict.Answer ? Delegation.From(DnsName.Root, heard.Message.Answers, heard.Message.Additionals, DnsName.Root) : null;
        root = root?.Servers.Any(server => server.Addresses.Any(CanReach)) == true ? root : settings.Hints with { Ttl = UnprimedTime };
        resolver.Cache.Add(root);
        return root;
    }

    /// <summary>Remembers what a server has said.</summary>
    (Finding, DnsName?) Learn(Verdict verdict, DnsName name, RecordType type, Credibility credibility)
    {
        var (records, next, finding) = verdict switch
        {
            Verdict.Answer answer => (answer.Records, null, new Finding(ResponseCode.NoError, answer.Records)),
            Verdict.Alias alias => (alias.Records, alias.Target, new Finding(ResponseCode.NoError, alias.Records)),
            Verdict.Nothing nothing => (nothing.Aliases, (DnsName?)null, new Finding(nothing.Code, nothing.Aliases) { Soa = nothing.Soa }),
            _ => throw new InvalidOperationException($"{verdict} is no answer"),
        };
        if (type != RecordType.ANY)
        {
            foreach (var set in records.GroupBy(record => (record.Name, record.Type)))
            {
                resolver.Cache.Add([.. set], credibility);
            }
        }

        if (finding.Soa is { } soa)
        {
            var end = records is [.., var last] ? last.Data.Target : name;
            resolver.Cache.AddNothing(end, type, finding.Code, soa, credibility);
        }

        return (finding, next);
    }

    IEnumerable<Candidate> Candidates(Delegation zone) =>
        zone.Servers.SelectMany(server => server.Addresses.Where(CanReach).Select(address => new Candidate(server.Name, new(address, DnsServerSettings.Port))));

    bool CanReach(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork || settings.UsesIPv6;

    /// <summary>Asks servers one after the other until one says something useful; null where none does.</summary>
    /// <param name="zone">The zone that they serve; null for those that find answers themselves.</param>
    async Task<Heard?> AskAsync(IEnumerable<Candidate> known, Delegation? zone, DnsQuestion question, int depth)
    {
        var servers = new Queue<Candidate>(Ordered(known, zone));
        var silent = new List<Candidate>();
        var nameless = new Queue<NameServer>(Nameless(zone));
        bool isSecond = false;
        while (true)
        {
            if (servers.TryDequeue(out var server))
            {
                if (await AskAsync(server, zone, question, depth, silent) is { } heard)
                {
                    return heard;
                }
            }
            else if (nameless.TryDequeue(out var next))
            {
                servers = new(Ordered(await LookUpAsync(next.Name, depth), zone));
            }
            else if (silent.Count > 0 && !isSecond)
            {
                isSecond = true;
                servers = new(silent);
            }
            else
            {
                return null;
            }
        }
    }

    async Task<Heard?> AskAsync(Candidate server, Delegation? zone, DnsQuestion question, int depth, List<Candidate> silent)
    {
        bool isForwarder = zone is null;
        var patience = Spend(server.Address, isForwarder ? forwarderTime : TimeSpan.Zero);
        var how = new AskSettings
        {
            RecursionDesired = isForwarder,
            Edns = resolver.Servers.HasEdns(server.Address) ? new() : null,
            MixCase = settings.MixesCase,
        };
        Tell(depth, $"asks {server}{(zone is null ? "" : $", a server of {Called(zone.Zone)}")}: {question.Name} {question.Type}?");
        var reply = await resolver.Exchange.AskAsync(question, how, server.Address, patience, CancellationToken.None);
        foreach (string remark in reply.Remarks)
        {
            Tell(depth, $"   ({remark})");
        }

        if (reply.Message is not { } message)
        {
            lastFault = reply.Fault;
            resolver.Servers.Missed(server.Address, reply.IsCertain);
            Tell(depth, $"-> {reply.Fault}", reply, server);
            if (!reply.IsCertain)
            {
                silent.Add(server);
            }

            return null;
        }

        resolver.Servers.Answered(server.Address, reply.Time);
        if (reply.LackedEdns)
        {
            resolver.Servers.LacksEdns(server.Address);
        }

        var within = zone?.Zone ?? DnsName.Root;
        var verdict = ReplyJudge.Judge(message, question.Name, question.Type, within, isForwarder);
        if (watch is not null)
        {
            Tell(depth, $"-> {Describe(verdict, question)}{Time(reply.Time)}", reply, server);
        }

        if (verdict is Verdict.Useless useless)
        {
            lastFault = $"{server}: {useless.Why}";
            if (useless.IsLame && zone is not null)
            {
                resolver.Servers.IsLameFor(server.Address, zone.Zone);
            }

            return null;
        }

        return new(verdict, message);
    }

    /// <summary>The servers in the order in which to ask them: not those that were found not to know the zone, unless there are no others.</summary>
    List<Candidate> Ordered(IEnumerable<Candidate> servers, Delegation? zone)
    {
        var all = servers.ToList();
        var good = zone is null ? all : all.FindAll(server => !resolver.Servers.IsLame(server.Address, zone.Zone));
        return resolver.Servers.Order(good.Count > 0 ? good : all, server => server.Address);
    }

    /// <summary>Servers of which no address came along, in an order that nobody chose.</summary>
    List<NameServer> Nameless(Delegation? zone) =>
        zone is null ? [] : [.. zone.Servers.Where(server => !server.Addresses.Any(CanReach)).OrderBy(_ => resolver.Random.Next())];

    /// <summary>Looks for the addresses of a server.</summary>
    async Task<IReadOnlyList<Candidate>> LookUpAsync(DnsName server, int depth)
    {
        if (depth >= settings.MostDepth || serverNames >= settings.MostServerNames)
        {
            Tell(depth, $"does not look for the address of {server}: {(depth >= settings.MostDepth ? $"that would be {depth + 1} deep" : $"{serverNames} servers were looked for already")}");
            return [];
        }

        serverNames++;
        Tell(depth, $"needs the address of {server} first");
        var found = new List<Candidate>();
        foreach (var type in settings.UsesIPv6 ? [RecordType.A, RecordType.AAAA] : new[] { RecordType.A })
        {
            var finding = await FindAsync(server, type, depth + 1);
            if (finding.Why is not null)
            {
                Tell(depth + 1, $"-> {finding.Why}");
            }

            found.AddRange(finding.Records.Where(record => record.Type == type).Select(record => new Candidate(server, new(record.Data.Address, DnsServerSettings.Port))));
        }

        return found;
    }

    /// <summary>Takes a query from what the question may cost, and says how long it may take.</summary>
    TimeSpan Spend(IPEndPoint server, TimeSpan least)
    {
        if (++asked > settings.MostQueries)
        {
            throw new GaveUpException($"no answer after {settings.MostQueries} queries");
        }

        var left = settings.Longest - Elapsed;
        if (left <= TimeSpan.Zero)
        {
            throw new GaveUpException($"no answer within {settings.Longest.TotalSeconds:0} s");
        }

        var patience = resolver.Servers.Patience(server);
        patience = patience > least ? patience : least;
        return patience < left ? patience : left;
    }

    void Tell(int depth, FormattableString text, DnsReply? reply = null, Candidate? server = null) =>
        watch?.Invoke(new(Elapsed, depth, text.ToString(CultureInfo.InvariantCulture)) { Reply = reply, Server = server?.Name });

    string Last => lastFault is null ? "" : $" (the last one: {lastFault})";

    static string Called(DnsName zone) => zone.IsRoot ? "the root" : zone.ToString();

    static FormattableString Time(TimeSpan time) => $" ({time.TotalMilliseconds:0.0} ms)";

    static string Describe(Finding finding) => finding.Code switch
    {
        ResponseCode.NXDomain => "there is no such name",
        ResponseCode.NoError when finding.Records.Count == 0 => "there are no such records",
        ResponseCode.NoError => Data(finding.Records),
        _ => finding.Why ?? finding.Code.Name(),
    };

    static string Describe(Verdict verdict, DnsQuestion question) => verdict switch
    {
        Verdict.Answer answer => Data(answer.Records),
        Verdict.Alias alias => $"{alias.Records[0].Name} is an alias; ask for {alias.Target}",
        Verdict.Referral referral => $"ask the servers of {referral.To.Zone}: {referral.To}",
        Verdict.Nothing { Code: ResponseCode.NXDomain } => $"there is no name {question.Name}",
        Verdict.Nothing nothing => nothing.Aliases.Count > 0 ? "an alias of a name that has no such records" : $"{question.Name} has no {question.Type} records",
        Verdict.Useless useless => $"{useless.Why}; of no use",
        _ => verdict.ToString(),
    };

    static string Data(IReadOnlyList<ResourceRecord> records) =>
        string.Join(", ", records.Take(4).Select(record => record.Type == RecordType.CNAME ? $"alias of {record.Data.Target}" : Shortened(record.Data.ToString())))
        + (records.Count > 4 ? $" and {records.Count - 4} more" : "") + string.Create(CultureInfo.InvariantCulture, $", for {records.Min(record => record.Ttl)} s");

    static string Shortened(string data) => data.Length <= LongestData ? data : data[..LongestData] + "...";

    /// <summary>What a server said, and what that means.</summary>
    sealed record Heard(Verdict Verdict, DnsMessage Message);

    /// <summary>A server to ask.</summary>
    sealed record Candidate(DnsName? Name, IPEndPoint Address)
    {
        public override string ToString() => Name is null ? Address.ToString() : $"{Name} ({Address.Address})";
    }

    /// <summary>The question has cost enough.</summary>
    sealed class GaveUpException(string why) : Exception(why);
}
