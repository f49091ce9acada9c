namespace Wiretale.Lab.Dns.Resolving;

/// <summary>What an answer means for a question.</summary>
public abstract record Verdict
{
    /// <summary>The records that were asked for, perhaps behind aliases.</summary>
    public sealed record Answer(IReadOnlyList<ResourceRecord> Records) : Verdict;

    /// <summary>Another name is meant; what that one has is not said.</summary>
    public sealed record Alias(IReadOnlyList<ResourceRecord> Records, DnsName Target) : Verdict;

    /// <summary>There is no such name, or it has no such records; perhaps behind aliases.</summary>
    public sealed record Nothing(ResponseCode Code, IReadOnlyList<ResourceRecord> Aliases, ResourceRecord? Soa) : Verdict;

    /// <summary>Others know.</summary>
    public sealed record Referral(Delegation To) : Verdict;

    /// <summary>The server does not serve the zone, or cannot.</summary>
    public sealed record Useless(string Why, bool IsLame) : Verdict;
}

/// <summary>
/// Looks what an answer means, believing a server only what is its own: records outside of the zone that it was asked as a server of are passed
/// over, whatever it says.
/// </summary>
public static class ReplyJudge
{
    /// <summary>Aliases that are followed.</summary>
    public const int MostAliases = 11;

    /// <summary>Judges.</summary>
    /// <param name="zone">The zone that the server is said to serve; the root for one that finds answers itself.</param>
    /// <param name="isForwarder">Whether it is one that finds answers itself.</param>
    public static Verdict Judge(DnsMessage message, DnsName name, RecordType type, DnsName zone, bool isForwarder)
    {
        if (message.ResponseCode is not (ResponseCode.NoError or ResponseCode.NXDomain))
        {
            return new Verdict.Useless(message.ResponseCode.Name(), IsLame: message.ResponseCode == ResponseCode.Refused);
        }

        var believed = message.Answers.Where(record => record.Class == RecordClass.IN && record.Name.IsWithin(zone)).ToList();
        var aliases = new List<ResourceRecord>();
        var at = name;
        while (true)
        {
            var found = believed.Where(record => record.Name == at && (record.Type == type || type == RecordType.ANY)).ToList();
            if (found.Count > 0)
            {
                return new Verdict.Answer([.. aliases, .. found]);
            }

            if (aliases.Count > MostAliases || believed.Find(record => record.Type == RecordType.CNAME && record.Name == at) is not { } alias)
            {
                break;
            }

            aliases.Add(alias);
            at = alias.Data.Target;
        }

        if (aliases.Count > 0)
        {
            return Said(message, at, zone) is { } soa && (message.IsAuthoritative || isForwarder)
                ? new Verdict.Nothing(message.ResponseCode, aliases, soa)
                : isForwarder && aliases.Count <= MostAliases ? new Verdict.Nothing(message.ResponseCode, aliases, Soa: null) : new Verdict.Alias(aliases, at);
        }

        return Empty(message, name, zone, isForwarder);
    }

    static Verdict Empty(DnsMessage message, DnsName name, DnsName zone, bool isForwarder)
    {
        var soa = Said(message, name, zone);
        if (isForwarder || message.ResponseCode == ResponseCode.NXDomain || soa is not null)
        {
            return message.IsAuthoritative || isForwarder
                ? new Verdict.Nothing(message.ResponseCode, [], soa)
                : new Verdict.Useless($"says {message.ResponseCode.Name()} without authority", IsLame: true);
        }

        var servers = message.Authorities.Where(record => record.Type == RecordType.NS && record.Class == RecordClass.IN).ToList();
        if (servers.Count == 0)
        {
            return message.IsAuthoritative ? new Verdict.Nothing(ResponseCode.NoError, [], Soa: null) : new Verdict.Useless("neither answers nor refers to others", IsLame: true);
        }

        // Down towards the name, and nowhere else: a server that points up or aside does not know the zone.
        var below = servers[0].Name;
        return below != zone && below.IsWithin(zone) && name.IsWithin(below)
            ? new Verdict.Referral(Delegation.From(below, servers, message.Additionals, zone))
            : new Verdict.Useless($"refers to {below}, which does not lead from {zone} to {name}", IsLame: true);
    }

    static ResourceRecord? Said(DnsMessage message, DnsName name, DnsName zone) =>
        message.Authorities.Find(record => record.Type == RecordType.SOA && record.Class == RecordClass.IN && name.IsWithin(record.Name) && record.Name.IsWithin(zone));
}
