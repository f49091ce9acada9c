namespace Wiretale.Lab.Dhcp;

/// <summary>
/// Runs a DHCP server. It goes on answering while the disk works: offers leave at once, and promises when the flush is over that has them
/// on the disk, many with each.
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

    readonly AddressTrials trials = new(link, server, clock);
    readonly List<DhcpReply> now = [];
    List<DhcpReply> promises = [];
    bool isAway;
    long restUntil;

    /// <summary>Serves until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Run(CancellationToken stop)
    {
        while (true)
        {
            var heard = link.Receive(trials.Wait, stop);
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
            }

            now.AddRange(trials.Finish());
            if (now.Count > 0)
            {
                link.Send(now, Lost);
                now.Clear();
            }

            if (promises.Count > 0)
            {
                var kept = promises;
                promises = [];
                keep!(() => link.Send(kept, Lost));
            }
            else
            {
                // What was given back, for example.
                keep?.Invoke(null);
            }
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
