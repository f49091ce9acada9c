using System.Globalization;
using System.Net;
using Wiretale.Wire;

namespace Wiretale.Lab.Rudp;

/// <summary>A client's question for the list of files; its answer goes to <see cref="RudpServer.Answer"/>.</summary>
public sealed class ListRequest
{
    internal ListRequest(RudpSession session, uint id) => (Session, Id) = (session, id);

    internal RudpSession Session { get; }

    internal uint Id { get; }
}

/// <summary>The server's side of the signals, as a state machine: datagrams and the clock come from outside, what is to be sent waits to be taken.</summary>
/// <remarks>Not for several threads at once. It has no timers: a client repeats what was not answered, and old sessions go when others come.</remarks>
public sealed class RudpServer(TimeProvider clock, RudpLimits limits, Action<string, Tone>? say = null)
{
    readonly Dictionary<IPEndPoint, RudpSession> sessions = [];
    readonly Dictionary<IPAddress, RudpAddress> addresses = [];
    readonly Queue<(IPEndPoint To, byte[] Datagram)> outgoing = new();
    readonly Queue<ListRequest> requests = new();
    readonly long start = clock.GetTimestamp();
    TimeSpan swept;

    /// <summary>Sessions, with those that have ended but are remembered.</summary>
    public int Sessions => sessions.Count;

    /// <summary>Datagrams that were nothing a client may send.</summary>
    public long Ignored { get; private set; }

    TimeSpan Now => clock.GetElapsedTime(start);

    /// <summary>Takes a datagram to send.</summary>
    public bool TryTakeOutgoing(out (IPEndPoint To, byte[] Datagram) datagram) => outgoing.TryDequeue(out datagram);

    /// <summary>Takes a question for the list.</summary>
    public bool TryTakeRequest([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ListRequest? request) => requests.TryDequeue(out request);

    /// <summary>Takes note of a datagram.</summary>
    public void Receive(IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        Sweep();
        if (datagram.Length > RudpSignal.LongestRequest || !RudpSignal.TryParse(datagram, out var signal)
            || signal.Name is not (RudpSignals.New or RudpSignals.Get or RudpSignals.Echo or RudpSignals.Statistics or RudpSignals.End))
        {
            Ignored++;
            return;
        }

        var session = sessions.GetValueOrDefault(from);
        if (session is not null && !session.Address.Received(datagram.Length, Now))
        {
            return;
        }

        if (signal.Name == RudpSignals.New)
        {
            Greet(from, session, signal.Text, datagram.Length);
        }
        else if (session is null)
        {
            Stranger(from, signal, datagram.Length);
        }
        else
        {
            session.LastHeard = Now;
            Numbered(session, signal, datagram.Length);
        }
    }

    /// <summary>Answers a question with a list (<see cref="FileList"/>).</summary>
    public void Answer(ListRequest request, string list)
    {
        var session = request.Session;
        if (sessions.GetValueOrDefault(session.Client) == session && !session.HasEnded)
        {
            Reply(session, request.Id, new(RudpSignals.Files, request.Id, list));
            ActOnKept(session);
        }
    }

    void Greet(IPEndPoint from, RudpSession? session, string name, int length)
    {
        if (session is { HasEnded: false } && session.Name == name && (!session.IsAdvanced || Now - session.Since < limits.DatagramLife))
        {
            session.Doubt();
            Send(session, new RudpSignal(RudpSignals.Accepted).ToDatagram());
            return;
        }

        if (session is { HasEnded: false })
        {
            say?.Invoke($"{name} at {from} has started again", Tone.Note);
        }

        if (Open(from, session, name, length, RudpSignal.FirstOf(name)) is { } opened)
        {
            Send(opened, new RudpSignal(RudpSignals.Accepted).ToDatagram());
        }
    }

    RudpSession? Open(IPEndPoint from, RudpSession? before, string name, int length, uint first)
    {
        var now = Now;
        if (!addresses.TryGetValue(from.Address, out var address))
        {
            address = new(from.Address, limits, now);
        }

        if (before is null)
        {
            if (!address.Received(length, now)
                || (address.Sessions >= limits.SessionsOfAddress && !MakeRoom(sessions.Values.Where(s => s.Address == address)))
                || (sessions.Count >= limits.Sessions && !MakeRoom(sessions.Values)))
            {
                return null;
            }

            addresses[from.Address] = address;
            address.Sessions++;
        }

        if (before is null or { HasEnded: true })
        {
            say?.Invoke($"{name} has connected from {from}", Tone.Good);
        }

        return sessions[from] = new(from, name, address, now, limits.Memory, first);
    }

    /// <summary>Forgets one: of those that did nothing but greet (most likely the address was a lie) or have ended, else of the silent ones; whoever is still there connects anew.</summary>
    bool MakeRoom(IEnumerable<RudpSession> among)
    {
        var now = Now;
        var oldest = among.Where(s => !s.IsAdvanced || s.HasEnded || now - s.LastHeard > limits.Silent).OrderBy(s => s.IsAdvanced && !s.HasEnded).ThenBy(s => s.LastHeard).FirstOrDefault();
        if (oldest is not null)
        {
            Forget(oldest);
        }

        return oldest is not null;
    }

    /// <summary>A signal of somebody unknown: it ended long ago, or this server has started again. No answer is longer than the question.</summary>
    void Stranger(IPEndPoint from, in RudpSignal signal, int length)
    {
        byte[] answer = (signal.Name == RudpSignals.End ? new(RudpSignals.Ended) : new RudpSignal(RudpSignals.Lost, 0)).ToDatagram();
        if (answer.Length <= length)
        {
            outgoing.Enqueue((from, answer));
        }
    }

    void Numbered(RudpSession session, in RudpSignal signal, int length)
    {
        int distance = RudpSignal.Ahead(signal.Id!.Value, session.Expected);
        if (distance < 0)
        {
            Again(session, signal);
        }
        else if (session.HasEnded)
        {
            Stranger(session.Client, signal, length);
        }
        else if (distance > 0)
        {
            session.Notice(signal.Id.Value);
            session.Keep(signal);
            say?.Invoke($"{session.Name}: {signal.Id} came, {session.Expected} is missing", Tone.Note);
            Send(session, new RudpSignal(RudpSignals.Lost, session.Expected).ToDatagram());
        }
        else if (session.Pending >= RudpSignals.Window)
        {
            Send(session, new RudpSignal(RudpSignals.Full).ToDatagram());
        }
        else
        {
            session.Notice(signal.Id.Value);
            ActOn(session, signal);
            ActOnKept(session);
        }
    }

    /// <summary>A signal whose id has been used: a copy is answered again, and a new client's first one begins a new session.</summary>
    void Again(RudpSession session, in RudpSignal signal)
    {
        if (session.Recall(signal, out byte[]? answer))
        {
            if (answer is not null)
            {
                Send(session, answer);
            }
        }
        else if (session.IsDoubtful && signal.Id == session.Suspected && Open(session.Client, session, session.Name, 0, session.Suspected) is { } opened)
        {
            say?.Invoke($"{session.Name} at {session.Client} has started again", Tone.Note);
            ActOn(opened, signal);
        }
    }

    void ActOnKept(RudpSession session)
    {
        while (!session.HasEnded && session.Pending < RudpSignals.Window && session.TakeNext(out var next))
        {
            ActOn(session, next);
        }
    }

    void ActOn(RudpSession session, in RudpSignal signal)
    {
        session.Accept(signal);
        uint id = signal.Id!.Value;
        say?.Invoke($"{session.Name}: {signal.Name} {id}", Tone.Plain);
        switch (signal.Name)
        {
            case RudpSignals.Get:
                requests.Enqueue(new(session, id));
                break;
            case RudpSignals.Echo:
                Reply(session, id, new(RudpSignals.EchoReply, id, signal.Text));
                break;
            case RudpSignals.Statistics:
                Reply(session, id, new(RudpSignals.StatisticsReply, id, string.Create(
                    CultureInfo.InvariantCulture,
                    $"Packets sent: {session.Sent}\nPackets lost: {session.Lost}\nConnected time: {(Now - session.Since).TotalSeconds:0.00} seconds")));
                break;
            default:
                session.HasEnded = true;
                Reply(session, id, new(RudpSignals.Ended));
                say?.Invoke($"{session.Name} has left", Tone.Note);
                break;
        }
    }

    void Reply(RudpSession session, uint id, in RudpSignal answer)
    {
        byte[] datagram = answer.ToDatagram();
        session.Answered(id, datagram);
        Send(session, datagram);
    }

    void Send(RudpSession session, byte[] datagram)
    {
        // What may not be sent now is asked for again, and each question is worth three of its lengths.
        if (session.Address.MaySend(datagram.Length))
        {
            session.Sent++;
            outgoing.Enqueue((session.Client, datagram));
        }
    }

    void Sweep()
    {
        var now = Now;
        if (now - swept < TimeSpan.FromSeconds(1))
        {
            return;
        }

        swept = now;
        foreach (var session in sessions.Values.Where(s => now - s.LastHeard > (s.HasEnded ? limits.Linger : limits.Idle)).ToList())
        {
            Forget(session);
        }
    }

    void Forget(RudpSession session)
    {
        sessions.Remove(session.Client);
        if (--session.Address.Sessions == 0)
        {
            addresses.Remove(session.Address.Address);
        }
    }
}
