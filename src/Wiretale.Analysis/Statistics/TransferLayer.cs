namespace Wiretale.Analysis.Statistics;

/// <summary>A layer whose stations talk to each other, and by which fields they are known.</summary>
/// <param name="Name">What follows <c>conv,</c> and <c>endpoints,</c>.</param>
/// <param name="Title">Its name in headings.</param>
/// <param name="Addresses">Pairs of fields: who sends, to whom; the later one of an inner layer counts for what stands above it.</param>
sealed record TransferLayer(string Name, string Title, params (string From, string To)[] Addresses)
{
    /// <summary>Every layer.</summary>
    public static TransferLayer[] All { get; } =
    [
        new("eth", "Ethernet", ("eth.src", "eth.dst")),
        new("ip", "IPv4", ("ip.src", "ip.dst")),
        new("ipv6", "IPv6", ("ipv6.src", "ipv6.dst")),

        // A cooked header says who sent, never to whom; some senders have no address at all.
        new("sll", "SLL", ("sll.src.eth", ""), ("sll.src.ipv4", "")) { Start = "sll.pkttype" },
        new("tcp", "TCP", ("ip.src", "ip.dst"), ("ipv6.src", "ipv6.dst")) { Ports = ("tcp.srcport", "tcp.dstport"), Stream = "tcp.stream", HeaderLength = "tcp.hdr_len" },
        new("udp", "UDP", ("ip.src", "ip.dst"), ("ipv6.src", "ipv6.dst")) { Ports = ("udp.srcport", "udp.dstport"), Stream = "udp.stream" },
    ];

    /// <summary>The first field of a header whose addresses may be missing.</summary>
    public string? Start { get; init; }

    /// <summary>Whether it is known who receives.</summary>
    public bool HasReceivers => Start is null;

    /// <summary>The fields of the ports, where there are any.</summary>
    public (string From, string To)? Ports { get; init; }

    /// <summary>The field that numbers conversations.</summary>
    public string? Stream { get; init; }

    /// <summary>The field that tells how long the header is: one too short to be one is no transfer.</summary>
    public string? HeaderLength { get; init; }
}
