using System.Net;
using Wiretale.Lab.Dhcp;
using Wiretale.Lab.Dns;
using Wiretale.Lab.Dns.Resolving;
using Wiretale.Lab.Links;
using Wiretale.Lab.Rudp;
using Wiretale.Wire;

namespace Wiretale.Lab.Redirect;

/// <summary>What a client of the redirect network starts with.</summary>
/// <param name="Interface">Its interface, without an address.</param>
/// <param name="Site">The web site's name.</param>
/// <param name="Proxy">The proxy's name or address.</param>
/// <param name="LeaseFile">Where the lease is written down while it lasts.</param>
public sealed record RedirectSettings(string Interface, string Site, string Proxy, string LeaseFile)
{
    /// <summary>The user's name; asked for when null.</summary>
    public string? Name { get; init; }

    /// <summary>Signals and files, as <see cref="RudpMenu"/> takes them; null to ask the user.</summary>
    public IReadOnlyList<string>? Script { get; init; }

    /// <summary>How long an address is looked for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Downloads a file, and says whether it worked.</summary>
/// <param name="site">Where it is.</param>
/// <param name="file">Its name.</param>
/// <param name="from">The address to come from.</param>
/// <param name="resolve">Finds the addresses of the site.</param>
public delegate Task<bool> RedirectDownload(Uri site, string file, IPAddress from, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken stop);

/// <summary>
/// A client that knows nothing but names: gets an address (DHCP), the addresses of the proxy and the web site (DNS), asks the proxy by signals over UDP which
/// files there are, and downloads them from the web site (HTTP); gives its address back at the end.
/// </summary>
public sealed class RedirectClient(IScreen screen, TimeProvider clock, RedirectSettings settings, RedirectDownload download)
{
    /// <summary>How long answers of DNS servers are waited for, time after time: on a bad cable three questions may well all be lost.</summary>
    static readonly TimeSpan[] timesForAnswer = [.. ((int[])[1, 1, 2, 2, 2]).Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>Runs it until the user ends it.</summary>
    /// <returns>Whether all went well.</returns>
    /// <exception cref="IOException">It did not, and could not go on; the message says why.</exception>
    /// <exception cref="TimeoutException">There is no DHCP server.</exception>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        string? name = settings.Name ?? (await screen.AskAsync("Enter your name: ", stop))?.Trim();
        if (name is null || !RudpSignal.IsName(name))
        {
            screen.Show(System.FormattableString.Invariant($"A name has 1 to {RudpSignal.LongestName} bytes."), Tone.Bad);
            return false;
        }

        InterfaceAddress.Up(settings.Interface);
        using var link = DhcpClientLink.Open(settings.Interface);
        var log = new Prefixed(screen, "[DHCP] ");
        string hostName = Lease.ToName(System.Text.Encoding.UTF8.GetBytes(name));
        var client = new DhcpClient(link.Hardware, hostName.Length > 0 ? hostName : null, former: null, clock, Random.Shared, log);
        var keeper = new LeaseKeeper(link, client, settings.LeaseFile, clock, log);
        await keeper.RunAsync(once: true, settings.Patience, stop);

        // Renewed as long as the rest takes, and given back whatever becomes of it.
        using var keep = new CancellationTokenSource();
        var keeping = keeper.RunAsync(once: false, settings.Patience, keep.Token);
        try
        {
            return await UseAsync(name, client.Grant!, stop);
        }
        finally
        {
            await keep.CancelAsync();
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<bool> UseAsync(string name, DhcpGrant grant, CancellationToken stop)
    {
        var own = DhcpPool.ToAddress(grant.Address);
        if (grant.DnsServers.Length == 0)
        {
            throw new LinkException("the DHCP server names no DNS server, so that nothing can be found by its name");
        }

        var addresses = new Dictionary<string, IPAddress>(StringComparer.OrdinalIgnoreCase);
        foreach (string host in new[] { settings.Site, settings.Proxy }.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            addresses[host] = IPAddress.TryParse(host, out var given) ? given : await ResolveAsync(host, [.. grant.DnsServers.Select(DhcpPool.ToAddress)], own, stop);
        }

        var site = new Uri($"http://{settings.Site}/");
        var menu = new RudpMenu(new UdpLink(), clock, screen, async (file, end) =>
        {
            screen.Show($"[HTTP] Redirected to {site} ({addresses[settings.Site]})");
            return await download(site, file, own, (host, _) => Task.FromResult<IPAddress[]>(addresses.TryGetValue(host, out var known) ? [known] : []), end);
        });
        return await menu.RunAsync(new(own, RudpSignals.Port), new(addresses[settings.Proxy], RudpSignals.Port), name, settings.Script, stop);
    }

    async Task<IPAddress> ResolveAsync(string host, IPAddress[] servers, IPAddress own, CancellationToken stop)
    {
        DnsName name;
        try
        {
            name = DnsName.Parse(host, DnsName.Root);
        }
        catch (FormatException e)
        {
            throw new LinkException($"\"{host}\" is no name: {e.Message}", e);
        }

        screen.Show($"[DNS] Sending DNS request for the domain: {host}");
        var exchange = new DnsExchange(new LinkTransport(new UdpLink(), new TcpLink { From = own }, clock) { From = own }, clock, new UnguessableRandom());
        string fault = "";
        foreach (var (time, server) in timesForAnswer.SelectMany(time => servers.Select(server => (time, server))))
        {
            var reply = await exchange.AskAsync(new(name, RecordType.A), new() { RecursionDesired = true }, new(server, DnsPort), time, stop);
            if (reply.Message is { } message)
            {
                return Addresses(message, name) is [var address, ..] ? Found(host, address)
                    : throw new LinkException($"DNS server {server} knows no address of {host} ({message.ResponseCode.Name()})");
            }

            fault = reply.Fault!;
            screen.Show($"[DNS] {fault}", Tone.Bad);
        }

        throw new LinkException($"the address of {host} cannot be found: of {string.Join(", ", servers.Select(server => server.ToString()))} nobody answers DNS requests (asked {timesForAnswer.Length} times; {fault})");
    }

    const int DnsPort = 53;

    IPAddress Found(string host, IPAddress address)
    {
        screen.Show($"[DNS] The domain {host} has been resolved to {address}", Tone.Good);
        return address;
    }

    static IPAddress[] Addresses(DnsMessage message, DnsName name) => ReplyJudge.Judge(message, name, RecordType.A, DnsName.Root, isForwarder: true) is Verdict.Answer answer
        ? [.. answer.Records.Where(record => record.Type == RecordType.A).Select(record => record.Data.Address)] : [];

    sealed class Prefixed(ILog log, string prefix) : ILog
    {
        public void Show(string line, Tone tone = Tone.Plain) => log.Show(prefix + line, tone);
    }
}
