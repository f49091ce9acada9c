using System.Net;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>
/// Who knows the answers of a server: its zones, or a resolver. The server has read the question and cares for all else: EDNS, sizes, limits,
/// TCP, what is no question at all.
/// </summary>
public interface IDnsResponder
{
    /// <summary>What <see cref="Answer"/> gives where the answer takes time: the server then waits for <see cref="AnswerAsync"/>.</summary>
    const int Later = 0;

    /// <summary>
    /// Writes the answer at once, if it is at hand. This is asked for every question, by several threads, and so should neither wait nor allocate.
    /// </summary>
    /// <param name="request">The question.</param>
    /// <param name="response">Where the response goes (<see cref="DnsRequest.WriteHead"/> begins one), without an OPT record; it may not be longer than this.</param>
    /// <returns>The length of the response, or <see cref="Later"/>.</returns>
    int Answer(in DnsRequest request, Span<byte> response);

    /// <summary>Finds the answer.</summary>
    /// <param name="query">The question, as it came.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="stop">Ends when nobody waits any more.</param>
    /// <returns>The response. The server sets its id, its question, and its EDNS part, of which it takes over the options.</returns>
    ValueTask<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint client, CancellationToken stop);
}
