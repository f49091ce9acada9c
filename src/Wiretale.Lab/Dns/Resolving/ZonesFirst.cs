using System.Net;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Lab.Dns.Zones;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Answers from own zones, and for all other names as another responder does.</summary>
public sealed class ZonesFirst(ZoneResponder zones, IDnsResponder others) : IDnsResponder
{
    const byte RecursionAvailableFlag = 0x80;

    /// <inheritdoc />
    public int Answer(in DnsRequest request, Span<byte> response)
    {
        if (!zones.Covers(request))
        {
            return others.Answer(request, response);
        }

        int length = zones.Answer(request, response);
        response[3] |= RecursionAvailableFlag;
        return length;
    }

    /// <inheritdoc />
    public ValueTask<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint client, CancellationToken stop) => others.AnswerAsync(query, client, stop);
}
