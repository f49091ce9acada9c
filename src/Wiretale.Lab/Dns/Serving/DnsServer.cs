using System.Net;
using Wiretale.Lab.Dns.Zones;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>A DNS server over UDP and TCP.</summary>
/// <param name="responder">Who knows the answers.</param>
/// <param name="zones">The zones that may be transferred; null has none.</param>
/// <param name="log">Where it says what happens.</param>
/// <param name="questions">Where it says each question; null for silence.</param>
public sealed class DnsServer(IDnsResponder responder, ZoneResponder? zones, DnsServerSettings settings, TimeProvider clock, ILog log, ILog? questions = null)
{
    /// <summary>A free port for TCP may be taken for UDP.</summary>
    const int PortTries = 20;

    readonly DnsCookies cookies = new(clock);
    readonly ResponseRate rate = new(settings.RateLimit ?? DnsServerSettings.UsualRateLimit, settings.Slip, exceptLoopback: settings.RateLimit is null, clock);

    /// <summary>Serves until it is stopped.</summary>
    /// <exception cref="LinkException">It cannot listen.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LinkException("the DNS server needs Linux");
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pending = new PendingAnswers(responder, settings, Exchange, ending.Token);
        var transfer = new ZoneTransfer(zones, settings.AllowTransfer, log);
        var listeners = new List<IStreamListener>();
        var workers = new List<UdpWorker>();
        var threads = new List<Thread>();
        try
        {
            foreach (var local in settings.Listen)
            {
                listeners.Add(Open(local, pending, workers));
            }

            foreach (var worker in workers)
            {
                var thread = new Thread(worker.Run) { IsBackground = true, Name = "dns" };
                threads.Add(thread);
                thread.Start();
            }

            foreach (var listener in listeners)
            {
                log.Show($"Listening on {listener.Local}", Tone.Note);
            }

            await await Task.WhenAny(listeners.Select(listener => new DnsTcpService(listener, Exchange, pending, transfer, settings, clock).RunAsync(stop)));
        }
        finally
        {
            await ending.CancelAsync();
            listeners.ForEach(listener => listener.Dispose());
            workers.ForEach(worker => worker.Stop());
            threads.ForEach(thread => thread.Join());
            workers.ForEach(worker => worker.Dispose());
        }
    }

    /// <summary>TCP first: its port cannot be shared, and so tells that another server is there.</summary>
    IStreamListener Open(IPEndPoint local, PendingAnswers pending, List<UdpWorker> workers)
    {
        for (int tries = 1; ; tries++)
        {
            var listener = new TcpLink().Listen(local);
            int before = workers.Count;
            try
            {
                for (int i = 0; i < settings.Workers; i++)
                {
                    workers.Add(new(listener.Local, Exchange(), pending));
                }

                return listener;
            }
            catch (LinkException)
            {
                listener.Dispose();
                workers[before..].ForEach(worker => worker.Dispose());
                workers.RemoveRange(before, workers.Count - before);
                if (local.Port != 0 || tries == PortTries)
                {
                    throw;
                }
            }
        }
    }

    ServerExchange Exchange() => new(responder, settings, cookies, rate, questions);
}
