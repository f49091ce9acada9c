namespace Wiretale.Analysis.Statistics;

/// <summary>A statistic that can be asked for.</summary>
/// <param name="Name">How <c>-z</c> calls it.</param>
/// <param name="Make">Makes it from what stands after the name's comma; null when nothing does.</param>
public sealed record StatisticKind(string Name, Func<string?, StatisticSetting, Statistic> Make);

/// <summary>Every statistic there is.</summary>
public static class StatisticsCatalog
{
    /// <summary>In order of their names.</summary>
    public static IReadOnlyList<StatisticKind> Kinds { get; } =
        [.. All().OrderBy(k => k.Name, StringComparer.Ordinal)];

    /// <summary>The kind that the argument of a <c>-z</c> names, or null.</summary>
    public static StatisticKind? Find(string argument) => Kinds.FirstOrDefault(k => argument.StartsWith(k.Name, StringComparison.Ordinal)
        && (argument.Length == k.Name.Length || argument[k.Name.Length] == ','));

    /// <summary>Makes the statistic that the argument of a <c>-z</c> asks for.</summary>
    /// <exception cref="StatisticException">There is none of this name, or its arguments make no sense.</exception>
    public static Statistic Make(string argument, StatisticSetting setting)
    {
        var kind = Find(argument) ?? throw new StatisticException(Unknown(argument));
        return kind.Make(argument.Length == kind.Name.Length ? null : argument[(kind.Name.Length + 1)..], setting);
    }

    /// <summary>What is said of a name that does not exist.</summary>
    public static string Unknown(string argument) => $"Invalid -z argument \"{argument}\"; it must be one of:\n{Names}";

    /// <summary>All names, a line each.</summary>
    public static string Names => string.Join('\n', Kinds.Select(k => "     " + k.Name));

    static List<StatisticKind> All() =>
    [
        .. AddressTree.Kinds,
        .. Conversations.Kinds,
        .. Endpoints.Kinds,
        .. Streams.FlowGraph.Kinds,
        .. EchoTimes.Kinds,
        .. HttpTrees.Kinds,
        .. Streams.Follow.Kinds,
        new("account", Account.Make),
        new("dhcp,stat", DhcpMessages.Make),
        new("dns,tree", DnsTree.Make),
        new("expert", ExpertSummary.Make),
        new("hosts", Hosts.Make),
        new("io,phs", ProtocolHierarchy.Make),
        new("io,stat", IntervalTable.Make),
        new("plen,tree", PacketLengths.Make),
    ];
}
