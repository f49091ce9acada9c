using System.Net;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>How a resolver works, and how much it does for one question.</summary>
public sealed record ResolverSettings
{
    /// <summary>Where to begin.</summary>
    public Delegation Hints { get; init; } = RootHints.Internet;

    /// <summary>Servers that find answers themselves, to ask instead of the root.</summary>
    public IReadOnlyList<IPEndPoint> Forwarders { get; init; } = [];

    /// <summary>Shows each server no more of the name than it needs (RFC 9156).</summary>
    public bool MinimisesNames { get; init; } = true;

    /// <summary>Mixes large and small letters; see <see cref="AskSettings.MixCase"/>.</summary>
    public bool MixesCase { get; init; } = true;

    /// <summary>Whether this machine gets anywhere over IPv6.</summary>
    public bool UsesIPv6 { get; init; }

    /// <summary>Queries that are sent for one question.</summary>
    public int MostQueries { get; init; } = 64;

    /// <summary>Names of servers that are looked up for one question, lest a referral to thousands of them be an attack on others (NXNSAttack).</summary>
    public int MostServerNames { get; init; } = 10;

    /// <summary>How deep looking up a server may lead to looking up a server.</summary>
    public int MostDepth { get; init; } = 5;

    /// <summary>How long one question may take.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Questions that are worked on at the same time.</summary>
    public int MostAtOnce { get; init; } = 1000;
}
