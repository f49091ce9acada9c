using System.Net;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>What is known of servers: how fast they answer, whether they are dead, and what they cannot do.</summary>
public sealed class ServerBook(TimeProvider clock, Random random)
{
    const int Most = 10_000;

    /// <summary>Unanswered queries in a row after which a server is left alone.</summary>
    const int DeadAfter = 3;

    static readonly TimeSpan
        shortest = TimeSpan.FromMilliseconds(200),
        longest = TimeSpan.FromSeconds(3),
        unknown = TimeSpan.FromMilliseconds(800),
        rest = TimeSpan.FromSeconds(60),
        lameFor = TimeSpan.FromMinutes(10);

    readonly Lock gate = new();
    readonly BoundedMap<IPEndPoint, Server> servers = new(Most, _ => 1);
    readonly BoundedMap<(IPEndPoint, DnsName), long> lame = new(Most, _ => 1);

    /// <summary>Puts servers in the order in which to ask them: those never asked and the fast ones first, the dead last.</summary>
    /// <remarks>One of twenty times the first two change places, so that a server that has become faster is noticed.</remarks>
    public List<T> Order<T>(IEnumerable<T> candidates, Func<T, IPEndPoint> address)
    {
        lock (gate)
        {
            var order = candidates.Select(one => (One: one, Expected: Expected(address(one)))).OrderBy(one => one.Expected).Select(one => one.One).ToList();
            if (order.Count > 1 && random.Next(20) == 0)
            {
                (order[0], order[1]) = (order[1], order[0]);
            }

            return order;
        }
    }

    /// <summary>How long to wait for a server's answer (RFC 6298 section 2, doubled for each one that did not come).</summary>
    public TimeSpan Patience(IPEndPoint address)
    {
        lock (gate)
        {
            if (!servers.TryGet(address, out var server))
            {
                return unknown;
            }

            var time = server.IsMeasured ? server.Smoothed + (4 * server.Variation) : unknown;
            time *= 1 << Math.Min(server.Missed, 4);
            return time < shortest ? shortest : time > longest ? longest : time;
        }
    }

    /// <summary>Whether it has answered nothing for a while, and was not tried again since.</summary>
    public bool IsDead(IPEndPoint address)
    {
        lock (gate)
        {
            return servers.TryGet(address, out var server) && IsDead(server);
        }
    }

    /// <summary>A server has answered.</summary>
    public void Answered(IPEndPoint address, TimeSpan time)
    {
        lock (gate)
        {
            var server = Get(address);
            server.Missed = 0;
            (server.Smoothed, server.Variation) = server.IsMeasured
                ? ((server.Smoothed * 7 / 8) + (time / 8), (server.Variation * 3 / 4) + ((server.Smoothed - time).Duration() / 4))
                : (time, time / 2);
            server.IsMeasured = true;
        }
    }

    /// <summary>A server has not answered.</summary>
    public void Missed(IPEndPoint address, bool isCertain)
    {
        lock (gate)
        {
            var server = Get(address);
            server.Missed = isCertain ? DeadAfter : Math.Min(server.Missed + 1, DeadAfter + 2);
            server.LastMiss = clock.GetTimestamp();
        }
    }

    /// <summary>A server does not know a zone that it was said to have.</summary>
    public void IsLameFor(IPEndPoint address, DnsName zone)
    {
        lock (gate)
        {
            lame.Set((address, zone), clock.GetTimestamp());
        }
    }

    /// <summary>Whether a server was found not to know a zone.</summary>
    public bool IsLame(IPEndPoint address, DnsName zone)
    {
        lock (gate)
        {
            return lame.TryGet((address, zone), out long since) && clock.GetElapsedTime(since) < lameFor;
        }
    }

    /// <summary>A server does not understand EDNS (RFC 6891 section 7).</summary>
    public void LacksEdns(IPEndPoint address)
    {
        lock (gate)
        {
            Get(address).EdnsFailed = clock.GetTimestamp();
        }
    }

    /// <summary>Whether to ask with EDNS.</summary>
    public bool HasEdns(IPEndPoint address)
    {
        lock (gate)
        {
            return !servers.TryGet(address, out var server) || server.EdnsFailed is not { } since || clock.GetElapsedTime(since) > lameFor;
        }
    }

    double Expected(IPEndPoint address)
    {
        if (!servers.TryGet(address, out var server) || (!server.IsMeasured && server.Missed == 0))
        {
            return random.NextDouble();
        }

        double time = (server.IsMeasured ? server.Smoothed : unknown).TotalMilliseconds + random.NextDouble();
        return IsDead(server) ? double.MaxValue : time * (1 << Math.Min(server.Missed, 4));
    }

    bool IsDead(Server server) => server.Missed >= DeadAfter && clock.GetElapsedTime(server.LastMiss) < rest;

    Server Get(IPEndPoint address)
    {
        if (!servers.TryGet(address, out var server))
        {
            servers.Set(address, server = new());
        }

        return server;
    }

    sealed class Server
    {
        public TimeSpan Smoothed { get; set; }

        public TimeSpan Variation { get; set; }

        public bool IsMeasured { get; set; }

        public int Missed { get; set; }

        public long LastMiss { get; set; }

        public long? EdnsFailed { get; set; }
    }
}
