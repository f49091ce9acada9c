using System.Collections.Concurrent;

namespace Wiretale.Lab.Dhcp;

/// <summary>
/// Runs a DHCP server. It goes on answering while the disk works: offers leave at once, and promises when the flush is over that has them
/// on the disk, many with each. Those do not leave all at once, but one with each message that comes: behind a relay they are for one socket,
/// which holds some two hundred (Linux's normal 208 KB) and loses what comes faster than its program reads.
/// </summary>
/// <param name="link">Where messages come from and go to.</param>
/// <param name="server">What answers them.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Where it says what goes wrong.</param>
/// <param name="keep">Has everything so far put on the disk and then does what it is told, if anything; null when whatever is answered is kept already.</param>
public sealed class DhcpService(IDhcpLink link, DhcpServer server, TimeProvider clock, ILog log, Action<Action?>? keep = null)
{
    /// <summary>How long an unreachable store is left alone.</summary>
    static readonly TimeSpan rest = TimeSpan.FromSeconds(1);

    /// <summary>Kept promises that leave when nothing comes, and then after a while again.</summary>
    const int WhenIdle = 16;

    static readonly TimeSpan idle = TimeSpan.FromMilliseconds(1);

    readonly AddressTrials trials = new(link, server, clock);
    readonly List<DhcpReply> now = [];
    readonly ConcurrentQueue<DhcpReply> kept = [];
    List<DhcpReply> promises = [];
    bool isAway;
    long restUntil;

    /// <summary>Serves until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Run(CancellationToken stop)
    {
        while (true)
        {
            var wait = trials.Wait;
            var heard = link.Receive(kept.IsEmpty || wait < idle ? wait : idle, stop);
            foreach (var (address, hardware) in heard.Users)
            {
                if (trials.Hear(address, hardware) is { } again)
                {
                    Answer(again.Datagram, again.Tries);
                }
            }

            foreach (var datagram in heard.Datagrams)
            {
                Answer(datagram, tries: 0);
                TakeKept(1);
            }

            if (heard.Datagrams.Count == 0)
            {
                TakeKept(WhenIdle);
            }

            now.AddRange(trials.Finish());
            if (now.Count > 0)
            {
                link.Send(now, Lost);
                now.Clear();
            }

            if (promises.Count > 0)
            {
                var together = promises;
                promises = [];
                keep!(() => Kept(together));
            }
            else
            {
                // What was given back, for example.
                keep?.Invoke(null);
            }
        }
    }

    /// <summary>Called by the journal's thread.</summary>
    void Kept(List<DhcpReply> promises)
    {
        promises.ForEach(kept.Enqueue);
        link.Wake();
    }

    void TakeKept(int most)
    {
        for (; most > 0 && kept.TryDequeue(out var reply); most--)
        {
            now.Add(reply);
        }
    }

    void Answer(DhcpDatagram datagram, int tries)
    {
        if (isAway && clock.GetTimestamp() < restUntil)
        {
            return;
        }

        try
        {
            var reply = server.Answer(datagram.Message.Span, datagram.Source, datagram.WasBroadcast);
            if (isAway && reply is not null)
            {
                log.Show("the leases can be reached again", Tone.Good);
                isAway = false;
            }

            if (reply is { ToTry: not null } && trials.Begin(reply, datagram, tries))
            {
                return;
            }

            if (reply is not null)
            {
                (reply.IsPromise && keep is not null ? promises : now).Add(reply);
            }
        }
        catch (LeaseStoreException e)
        {
            // Silence: clients ask again, or another server.
            if (!isAway)
            {
                log.Show($"{e.Message}; until they can be nobody is answered", Tone.Bad);
            }

            (isAway, restUntil) = (true, clock.GetTimestamp() + (long)(rest.TotalSeconds * clock.TimestampFrequency));
        }
    }

    void Lost(string why) => log.Show(why, Tone.Bad);
}
