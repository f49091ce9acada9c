using System.Diagnostics;

namespace Wiretale.Lab.Dhcp;

/// <summary>
/// Sends replies in the order they come, on a thread of its own, and not all at once. Behind a relay, and after a flush of the disk, there are hundreds
/// for one receiver, whose socket holds some two hundred (Linux's normal 208 KB) until its program gets a processor; what comes faster is lost there.
/// </summary>
sealed class PacedSender : IDisposable
{
    /// <summary>Datagrams a millisecond; most that are sent after a pause, and most in one call.</summary>
    const int Pace = 24, Most = 160, Together = 64;

    /// <summary>Replies that may wait; beyond that they are lost, as in a network that cannot carry them.</summary>
    const int Place = 8192;

    readonly Action<List<DhcpReply>> send;
    readonly Queue<DhcpReply> waiting = [];
    readonly Thread thread;
    bool isOver;

    /// <summary>Begins.</summary>
    /// <param name="send">Sends some.</param>
    public PacedSender(Action<List<DhcpReply>> send)
    {
        this.send = send;
        thread = new(Run) { IsBackground = true, Name = "DHCP sender" };
        thread.Start();
    }

    /// <summary>Sends replies soon; gives how many are lost, because too many wait.</summary>
    public int Add(IReadOnlyList<DhcpReply> replies)
    {
        lock (waiting)
        {
            int fit = Math.Min(replies.Count, Place - waiting.Count);
            for (int i = 0; i < fit; i++)
            {
                waiting.Enqueue(replies[i]);
            }

            Monitor.Pulse(waiting);
            return replies.Count - fit;
        }
    }

    /// <summary>Sends what waits, and ends.</summary>
    public void Dispose()
    {
        lock (waiting)
        {
            isOver = true;
            Monitor.Pulse(waiting);
        }

        thread.Join();
    }

    void Run()
    {
        var together = new List<DhcpReply>(Together);
        long last = Stopwatch.GetTimestamp();
        double may = Most;
        while (true)
        {
            lock (waiting)
            {
                while (waiting.Count == 0)
                {
                    if (isOver)
                    {
                        return;
                    }

                    Monitor.Wait(waiting);
                }

                long now = Stopwatch.GetTimestamp();
                may = Math.Min(Most, may + (Pace * Stopwatch.GetElapsedTime(last, now).TotalMilliseconds));
                last = now;
                while (together.Count < Math.Min(Together, (int)may) && waiting.TryDequeue(out var next))
                {
                    together.Add(next);
                }
            }

            if (together.Count > 0)
            {
                may -= together.Count;
                send(together);
                together.Clear();
            }

            if (may < 1)
            {
                Thread.Sleep(1);
            }
        }
    }
}
