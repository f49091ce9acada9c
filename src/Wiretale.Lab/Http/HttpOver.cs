using System.Net;
using System.Net.Http.Headers;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Http;

/// <summary>The framework's HTTP client over our links, without what a machine's user has set for others: proxies, cookies.</summary>
static class HttpOver
{
    /// <param name="resolve">Finds the addresses of a host's name; null leaves it to the system.</param>
    public static HttpClient Link(IStreamLink link, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxAutomaticRedirections = 10,
        ConnectCallback = async (context, stop) =>
        {
            var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
            var addresses = IPAddress.TryParse(host, out var address) ? [address] : await (resolve is null ? System.Net.Dns.GetHostAddressesAsync(host, stop) : resolve(host, stop));
            LinkException? failure = null;
            foreach (var each in addresses)
            {
                try
                {
                    return new ConnectionStream(await link.ConnectAsync(new(each, port), stop));
                }
                catch (LinkException e)
                {
                    failure = e;
                }
            }

            throw failure ?? new LinkException($"no address is known for {host}");
        },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("wiretale", null) } },
    };
}
