namespace Wiretale.Wire;

/// <summary>The signals of the lab's reliable-UDP exercise: ASCII datagrams <c>NAME</c>, <c>NAME:id</c> or <c>NAME:id;payload</c>.</summary>
public static class RudpSignals
{
    /// <summary>UDP port of proxy and client alike.</summary>
    public const ushort Port = 49152;

    /// <summary>TCP port between the proxy and the scrape server.</summary>
    public const ushort ScrapePort = 49153;

    /// <summary>Every signal with what it says; a request stands before its reply.</summary>
    public static readonly (string Name, string Meaning)[] All =
    [
        ("SIGNEW", "new connection"),
        ("SIGNACK", "connection accepted"),
        ("SIGNGET", "get the list of files"),
        ("ACKGET", "list of files"),
        ("SIGNECHO", "echo request"),
        ("ECHOREPLY", "echo reply"),
        ("SIGNSTAT", "statistics request"),
        ("STATREPLY", "statistics"),
        ("SIGNEND", "end of connection"),
        ("ACKEND", "end confirmed"),
        ("SIGNLOST", "signal lost, send again"),
        ("SIGNFULL", "window full, wait"),
    ];
}
