using Wiretale.Lab.Links;

namespace Wiretale.Lab.Dhcp;

/// <summary>Gets an interface its address, sets it, and keeps it for as long as it runs.</summary>
/// <param name="link">The interface.</param>
/// <param name="client">What speaks on it.</param>
/// <param name="path">Where the lease is written down, for the next time.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Where it says what happens.</param>
/// <param name="resolver">Where the DNS servers are named; null to leave them alone.</param>
public sealed class LeaseKeeper(DhcpClientLink link, DhcpClient client, string path, TimeProvider clock, ILog log, ResolverFile? resolver = null)
{
    const int Longest = 4096;

    /// <summary>What timers can wait for.</summary>
    static readonly TimeSpan longestWait = TimeSpan.FromHours(1);

    static readonly TimeSpan timeToLeave = TimeSpan.FromMilliseconds(200);

    DhcpGrant? set;

    /// <summary>Gets an address and sets it.</summary>
    /// <param name="once">Whether to leave it at that; otherwise it is renewed until the end, and given back then.</param>
    /// <param name="patience">How long to look for the first one.</param>
    /// <exception cref="TimeoutException">There is no server.</exception>
    /// <exception cref="LinkException">The interface cannot be used.</exception>
    public async Task RunAsync(bool once, TimeSpan patience, CancellationToken stop)
    {
        try
        {
            await clock.WithinAsync(patience, async end => await KeepAsync(untilSet: true, end), stop);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{link.Name}: no address within {patience.TotalSeconds:0} seconds", e);
        }

        if (once)
        {
            return;
        }

        try
        {
            await KeepAsync(untilSet: false, stop);
        }
        finally
        {
            if (set is { } grant)
            {
                await ReleaseAsync(grant);
            }
        }
    }

    /// <summary>Gives back an address that was kept, and takes it from the interface.</summary>
    public async Task ReleaseAsync(DhcpGrant grant)
    {
        set = grant;
        link.Send(client.Release(grant), grant.Address);
        log.Show($"{DhcpPool.Text(grant.Address)} given back to {DhcpPool.Text(grant.Server)}", Tone.Good);

        // Before it leaves, the server's hardware address may have to be asked for, from this address.
        await Task.Delay(timeToLeave, clock);
        Clear();
    }

    async Task<bool> KeepAsync(bool untilSet, CancellationToken stop)
    {
        byte[] buffer = new byte[Longest];
        while (!untilSet || set is null)
        {
            if (client.Next() is { } message)
            {
                Send(message, client.Grant?.Address ?? 0);
            }

            if (client.Grant is null && set is not null)
            {
                Clear();
            }

            var wait = client.When - clock.GetUtcNow();
            if (wait > TimeSpan.Zero && await ReceiveAsync(buffer, wait < longestWait ? wait : longestWait, stop) is var length and > 0)
            {
                client.Receive(buffer.AsSpan(0, length));
                await UseAsync(stop);
            }
        }

        return true;
    }

    async Task<int> ReceiveAsync(byte[] buffer, TimeSpan wait, CancellationToken stop)
    {
        try
        {
            return await clock.WithinAsync(wait, end => link.ReceiveAsync(buffer, end), stop);
        }
        catch (TimeoutException)
        {
            return 0;
        }
    }

    async Task UseAsync(CancellationToken stop)
    {
        if (client.Grant is not { } grant || grant == set)
        {
            return;
        }

        if (set?.Address != grant.Address && await link.IsTakenAsync(grant.Address, clock, stop))
        {
            log.Show($"{DhcpPool.Text(grant.Address)} is in use by somebody else: declined", Tone.Bad);
            Send(client.Decline(), 0);
            return;
        }

        InterfaceAddress.Set(link.Name, grant, clock.GetUtcNow(), log);
        resolver?.Set(grant);
        set = grant;
        link.HasAddress(yes: true);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, grant.ToLine());
        log.Show($"{link.Name} has {InterfaceAddress.Text(grant)} until {grant.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z; router {Texts(grant.Routers)}, DNS {Texts(grant.DnsServers)}", Tone.Good);
    }

    static string Texts(uint[] addresses) => addresses.Length == 0 ? "none" : string.Join(' ', addresses.Select(DhcpPool.Text));

    void Send(DhcpReply message, uint source)
    {
        try
        {
            link.Send(message, source);
        }
        catch (LinkException e) when (set is not null)
        {
            // The network may come back before the lease ends.
            log.Show(e.Message, Tone.Bad);
        }
    }

    void Clear()
    {
        try
        {
            InterfaceAddress.Clear(link.Name, set!);
        }
        catch (LinkException e)
        {
            // Gone already: the system takes it away itself at the end of its time.
            log.Show(e.Message, Tone.Note);
        }

        set = null;
        resolver?.Restore();
        File.Delete(path);
        link.HasAddress(yes: false);
    }
}
