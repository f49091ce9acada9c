using System.Net;
using System.Text;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Rudp;

/// <summary>The proxy's question to the scrape server: <c>SIGNGET</c> over TCP, the list back, close.</summary>
public sealed class ScrapeClient(IStreamLink link, TimeProvider clock, IPEndPoint server)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    /// <summary>Asks for the list.</summary>
    /// <exception cref="LinkException">The scrape server is not there, or broke off.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<string> AskAsync(CancellationToken stop)
    {
        try
        {
            return await clock.WithinAsync(patience, AskNowAsync, stop);
        }
        catch (LinkException e)
        {
            throw new LinkException($"scrape server: {e.Message}", e);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"scrape server {server}: no answer within {patience.TotalSeconds:0} seconds", e);
        }
    }

    async ValueTask<string> AskNowAsync(CancellationToken stop)
    {
        using var connection = await link.ConnectAsync(server, stop);
        await connection.SendAsync(Encoding.ASCII.GetBytes(RudpSignals.Get), stop);
        byte[] list = new byte[ScrapeServer.Longest + 1];
        int length = 0, got;
        while (length < list.Length && (got = await connection.ReceiveAsync(list.AsMemory(length), stop)) > 0)
        {
            length += got;
        }

        // Joined again: what another scrape server says may be longer than an answer, or hold control characters.
        return length > ScrapeServer.Longest
            ? throw new LinkException($"{server} sent more than {ScrapeServer.Longest} bytes")
            : FileList.Join([.. FileList.Split(Encoding.UTF8.GetString(list, 0, length)).Select(FileList.NameOf)]);
    }
}
