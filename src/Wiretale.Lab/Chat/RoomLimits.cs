using Wiretale.Wire;

namespace Wiretale.Lab.Chat;

/// <summary>What a room bears.</summary>
public sealed record RoomLimits
{
    /// <summary>Clients at the same time.</summary>
    public int Clients { get; init; } = 2000;

    /// <summary>Bytes of a message.</summary>
    public int Message { get; init; } = ChatFormat.LongestMessage;

    /// <summary>Bytes that wait for one client.</summary>
    public int Waiting { get; init; } = 1 << 20;

    /// <summary>How long a client may leave everything unread before it is cut off.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long it may take to say its name.</summary>
    public TimeSpan Naming { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Names that it may try.</summary>
    public int Names { get; init; } = 10;

    /// <summary>Messages a second that are taken from one client; what comes faster waits in its own connection.</summary>
    public int Rate { get; init; } = 200;
}
