namespace Wiretale.Lab.Dns.Resolving;

/// <summary>What is known of a name and a type.</summary>
/// <param name="Code">NOERROR, NXDOMAIN, or what went wrong.</param>
/// <param name="Records">The answer, aliases first; nothing where there are no such records.</param>
public sealed record Finding(ResponseCode Code, IReadOnlyList<ResourceRecord> Records)
{
    /// <summary>The SOA record that says how long it may be remembered that something is not there (RFC 2308 section 2).</summary>
    public ResourceRecord? Soa { get; init; }

    /// <summary>Whether it all was remembered.</summary>
    public bool IsFromCache { get; init; }

    /// <summary>What went wrong, in a sentence.</summary>
    public string? Why { get; init; }

    /// <summary>Something went wrong.</summary>
    public static Finding Failure(string why) => new(ResponseCode.ServFail, []) { Why = why };
}
