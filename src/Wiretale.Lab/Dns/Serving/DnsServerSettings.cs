using System.Net;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>How a DNS server serves.</summary>
public sealed record DnsServerSettings
{
    /// <summary>The port of DNS.</summary>
    public const int Port = 53;

    /// <summary>Like answers a second to one network.</summary>
    public const int UsualRateLimit = 20;

    /// <summary>The counters hold no more.</summary>
    public const int MostRateLimit = ushort.MaxValue / ResponseRate.UnlikeFactor;

    /// <summary>Where it listens, on UDP and TCP.</summary>
    public required IReadOnlyList<IPEndPoint> Listen { get; init; }

    /// <summary>Threads for UDP on each address: the other half of the processors is for the kernel, which does most of the work.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 16);

    /// <summary>The longest datagram that it sends, whatever the client would take.</summary>
    public ushort UdpSize { get; init; } = OptRecord.SafeSize;

    /// <summary>Its name, for who asks (RFC 5001); null has none.</summary>
    public byte[]? Nsid { get; init; }

    /// <summary>Like answers a second to one network over UDP; 0 is no limit, null the usual one, which does not count this machine's own questions.</summary>
    public int? RateLimit { get; init; }

    /// <summary>Of what is over the limit, each n-th gets a short answer that leads to TCP; 0 is none.</summary>
    public int Slip { get; init; } = 2;

    /// <summary>Who may have whole zones.</summary>
    public IReadOnlyList<IPNetwork> AllowTransfer { get; init; } = [];

    /// <summary>How long a TCP connection may be silent (RFC 7766 section 6.2.3), and how long it may take to bring a message or take one.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>TCP connections at a time; who comes then takes the place of the one that was silent for longest.</summary>
    public int Connections { get; init; } = 1000;

    /// <summary>TCP connections of one address.</summary>
    public int ConnectionsPerClient { get; init; } = 50;

    /// <summary>Questions that wait for their answers at a time.</summary>
    public int Waiting { get; init; } = 2000;

    /// <summary>The same of one address.</summary>
    public int WaitingPerClient { get; init; } = 200;
}
