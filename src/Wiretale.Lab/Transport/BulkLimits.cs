namespace Wiretale.Lab.Transport;

/// <summary>What a server of bulk data gives to whom at most.</summary>
public sealed record BulkLimits
{
    /// <summary>Connections of all together.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>Connections of one address.</summary>
    public int ConnectionsOfAddress { get; init; } = 16;

    /// <summary>How long one may be open before its client sends anything in it.</summary>
    public TimeSpan Confirmation { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one may be open without a byte getting further, in either direction.</summary>
    public TimeSpan Standstill { get; init; } = TimeSpan.FromMinutes(2);
}
