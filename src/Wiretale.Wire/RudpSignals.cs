namespace Wiretale.Wire;

/// <summary>The signals of the lab's reliable-UDP exercise: ASCII datagrams <c>NAME</c>, <c>NAME:id</c> or <c>NAME:id;payload</c>.</summary>
public static class RudpSignals
{
    /// <summary>UDP port of proxy and client alike.</summary>
    public const ushort Port = 49152;

    /// <summary>TCP port between the proxy and the scrape server.</summary>
    public const ushort ScrapePort = 49153;

    /// <summary>Requests of one client that may wait for their answers at the same time.</summary>
    public const int Window = 64;

    public const string New = "SIGNEW",
        Accepted = "SIGNACK",
        Get = "SIGNGET",
        Files = "ACKGET",
        Echo = "SIGNECHO",
        EchoReply = "ECHOREPLY",
        Statistics = "SIGNSTAT",
        StatisticsReply = "STATREPLY",
        End = "SIGNEND",
        Ended = "ACKEND",
        Lost = "SIGNLOST",
        Full = "SIGNFULL";

    /// <summary>Every signal with what it says; a request stands before its reply.</summary>
    public static readonly (string Name, string Meaning)[] All =
    [
        (New, "new connection"),
        (Accepted, "connection accepted"),
        (Get, "get the list of files"),
        (Files, "list of files"),
        (Echo, "echo request"),
        (EchoReply, "echo reply"),
        (Statistics, "statistics request"),
        (StatisticsReply, "statistics"),
        (End, "end of connection"),
        (Ended, "end confirmed"),
        (Lost, "signal lost, send again"),
        (Full, "window full, wait"),
    ];
}
