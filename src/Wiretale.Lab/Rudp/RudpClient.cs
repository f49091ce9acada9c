using Wiretale.Wire;

namespace Wiretale.Lab.Rudp;

/// <summary>How far a client of the signals is.</summary>
public enum RudpState
{
    Idle,
    Connecting,
    Connected,

    /// <summary>SIGNEND was confirmed.</summary>
    Ended,

    /// <summary>The server did not answer, however often it was asked.</summary>
    Failed,
}

/// <summary>A signal that a client sends, until its answer is there.</summary>
public sealed class RudpRequest
{
    internal RudpRequest(string name, string text) => (Name, Text) = (name, text);

    public string Name { get; }

    public string Text { get; }

    /// <summary>Its id; another one after the server has forgotten the client.</summary>
    public uint Id { get; internal set; }

    /// <summary>Times that it was sent.</summary>
    public int Tries { get; internal set; }

    /// <summary>The answer; null while there is none.</summary>
    public string? Answer { get; internal set; }

    /// <summary>From the first sending to the answer.</summary>
    public TimeSpan Latency { get; internal set; }

    internal TimeSpan FirstSent { get; set; }

    internal TimeSpan LastSent { get; set; }

    /// <summary>Times that it was sent because its time was up.</summary>
    internal int Timeouts { get; set; }

    internal TimeSpan Due { get; set; }

    internal RudpSignal Signal => new(Name, Id, Text);
}

/// <summary>What a client has to tell.</summary>
public enum RudpNews
{
    Connected,
    Answered,

    /// <summary>The server misses the signal; it was sent again.</summary>
    SentAgain,
    WindowFull,

    /// <summary>The server has forgotten the client, which connects anew.</summary>
    ServerRestarted,
    Ended,
    Failed,
}

/// <summary>The client's side of the signals, as a state machine: datagrams and the clock come from outside, what is to be sent and told waits to be taken.</summary>
/// <remarks>Not for several threads at once. Timers are RFC 6298's: smoothed round trips, doubled after each try, none measured on what was sent twice.</remarks>
public sealed class RudpClient(TimeProvider clock)
{
    /// <summary>Times that something is sent before a silent server counts as gone.</summary>
    public const int Tries = 20;

    /// <summary>Times that one signal is sent while the server answers others.</summary>
    const int MostTries = 100;

    /// <summary>Times that the client connects anew without an answer between.</summary>
    const int Reconnections = 4;

    static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(200), longest = TimeSpan.FromSeconds(2);

    readonly long start = clock.GetTimestamp();
    readonly Queue<byte[]> outgoing = new();
    readonly Queue<(RudpNews, RudpRequest?)> news = new();
    readonly SortedDictionary<long, RudpRequest> waiting = [];
    readonly Queue<RudpRequest> unsent = new();
    readonly RudpRequest greeting = new(RudpSignals.New, "");
    string name = "";
    uint next;
    long order;
    int reconnections;
    TimeSpan timeout = TimeSpan.FromSeconds(1), smoothed, deviation, blockedUntil, connectedAt;
    TimeSpan lastHeard = TimeSpan.MinValue;

    public RudpState State { get; private set; }

    /// <summary>Signals without an answer.</summary>
    public int Unanswered => waiting.Count + unsent.Count;

    TimeSpan Now => clock.GetElapsedTime(start);

    /// <summary>Takes a datagram to send.</summary>
    public bool TryTakeOutgoing([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? datagram) => outgoing.TryDequeue(out datagram);

    /// <summary>Takes a piece of news.</summary>
    public bool TryTakeNews(out (RudpNews What, RudpRequest? Request) item) => news.TryDequeue(out item);

    /// <summary>The time until <see cref="Tick"/> has something to do; null when nothing is awaited.</summary>
    public TimeSpan? UntilTick()
    {
        TimeSpan? due = State switch
        {
            RudpState.Connecting => greeting.Due,
            RudpState.Connected when waiting.Count > 0 => waiting.Values.Min(r => r.Due),
            RudpState.Connected when unsent.Count > 0 => blockedUntil,
            _ => null,
        };
        return due is not { } at ? null : at > Now ? at - Now : TimeSpan.Zero;
    }

    /// <summary>Greets the server.</summary>
    public void Connect(string asName)
    {
        name = asName;
        Greet();
    }

    /// <summary>Sends a signal, now or when the window has room.</summary>
    public RudpRequest Send(string signal, string text = "")
    {
        var request = new RudpRequest(signal, text);
        unsent.Enqueue(request);
        Fill();
        return request;
    }

    /// <summary>Takes note of a datagram of the server.</summary>
    public void Receive(ReadOnlySpan<byte> datagram)
    {
        if (!RudpSignal.TryParse(datagram, out var signal))
        {
            return;
        }

        lastHeard = Now;
        switch (signal.Name)
        {
            case RudpSignals.Accepted when State == RudpState.Connecting:
                Accepted();
                break;
            case RudpSignals.Ended:
                if (State == RudpState.Connected && waiting.Values.FirstOrDefault(r => r.Name == RudpSignals.End) is { } end)
                {
                    Answered(end, "");
                    State = RudpState.Ended;
                    news.Enqueue((RudpNews.Ended, end));
                }

                break;
            case RudpSignals.Full when State == RudpState.Connected:
                blockedUntil = Now + timeout;
                news.Enqueue((RudpNews.WindowFull, null));
                break;
            case RudpSignals.Lost when State == RudpState.Connected:
                Lost(signal.Id!.Value);
                break;
            case RudpSignals.Files or RudpSignals.EchoReply or RudpSignals.StatisticsReply when State == RudpState.Connected:
                if (Find(signal.Id!.Value) is { } request && AnswerTo(request.Name) == signal.Name)
                {
                    Answered(request, signal.Text);
                }

                break;
            default:
                break;
        }

        Fill();
    }

    /// <summary>Does what its time has come for.</summary>
    public void Tick()
    {
        var now = Now;
        if (State == RudpState.Connecting && greeting.Due <= now)
        {
            Repeat(greeting, new RudpSignal(RudpSignals.New, Text: name));
        }
        else if (State == RudpState.Connected)
        {
            foreach (var request in waiting.Values.Where(r => r.Due <= now).ToList())
            {
                Repeat(request, request.Signal);
            }

            Fill();
        }
    }

    static string AnswerTo(string signal) => signal switch
    {
        RudpSignals.Get => RudpSignals.Files,
        RudpSignals.Echo => RudpSignals.EchoReply,
        RudpSignals.Statistics => RudpSignals.StatisticsReply,
        _ => RudpSignals.Ended,
    };

    RudpRequest? Find(uint id) => waiting.Values.FirstOrDefault(r => r.Id == id);

    void Greet()
    {
        State = RudpState.Connecting;
        (greeting.Tries, greeting.Timeouts) = (0, 0);
        next = RudpSignal.FirstOf(name);
        Transmit(greeting, new RudpSignal(RudpSignals.New, Text: name));
    }

    void Accepted()
    {
        Measure(greeting);
        State = RudpState.Connected;
        connectedAt = Now;
        news.Enqueue((RudpNews.Connected, null));

        // What the server had not answered before it forgot us is new to it.
        foreach (var request in waiting.Values)
        {
            request.Id = TakeId();
            (request.Tries, request.Timeouts) = (0, 0);
            Transmit(request, request.Signal);
        }
    }

    void Fill()
    {
        // Counted from the oldest without an answer: further back the server remembers nothing.
        while (State == RudpState.Connected && (waiting.Count == 0 || RudpSignal.Ahead(next, waiting.Values.First().Id) < RudpSignals.Window) && Now >= blockedUntil && unsent.TryDequeue(out var request))
        {
            request.Id = TakeId();
            request.FirstSent = Now;
            waiting.Add(order++, request);
            Transmit(request, request.Signal);
        }
    }

    uint TakeId()
    {
        uint id = next;
        next = unchecked(next + 1);
        return id;
    }

    void Answered(RudpRequest request, string answer)
    {
        Measure(request);
        reconnections = 0;
        blockedUntil = default;
        request.Answer = answer;
        request.Latency = Now - request.FirstSent;
        waiting.Remove(waiting.First(pair => pair.Value == request).Key);
        if (request.Name != RudpSignals.End)
        {
            news.Enqueue((RudpNews.Answered, request));
        }
    }

    void Lost(uint id)
    {
        if (Find(id) is { } request)
        {
            // Every later signal makes the server complain; what was sent again just now cannot have arrived yet.
            if (request.Tries >= MostTries)
            {
                Fail();
            }
            else if (request.Tries == 1 || Now - request.LastSent >= smoothed / 2)
            {
                Transmit(request, request.Signal);
                news.Enqueue((RudpNews.SentAgain, request));
            }

            return;
        }

        // One that was answered long ago, or never sent: the server knows nothing of us. A late copy of its complaint is no second one.
        bool recent = RudpSignal.Ahead(id, next) is < 0 and >= -2 * RudpSignals.Window;
        if (recent || waiting.Count == 0 || Now - connectedAt < timeout)
        {
            return;
        }

        if (++reconnections > Reconnections)
        {
            Fail();
            return;
        }

        news.Enqueue((RudpNews.ServerRestarted, null));
        Greet();
    }

    void Repeat(RudpRequest request, RudpSignal signal)
    {
        // As long as the server answers others, it is there.
        if (++request.Timeouts >= Tries && (lastHeard < request.LastSent || request.Tries >= MostTries))
        {
            Fail();
            return;
        }

        Transmit(request, signal);
    }

    void Transmit(RudpRequest request, in RudpSignal signal)
    {
        var wait = timeout * (1 << Math.Min(request.Timeouts, 5));
        request.Tries++;
        request.LastSent = Now;
        request.Due = Now + (wait < longest ? wait : longest);
        outgoing.Enqueue(signal.ToDatagram());
    }

    void Fail()
    {
        if (State != RudpState.Failed)
        {
            State = RudpState.Failed;
            news.Enqueue((RudpNews.Failed, null));
        }
    }

    /// <summary>RFC 6298 section 2; of what was sent twice nobody knows which one was answered (Karn, section 3).</summary>
    void Measure(RudpRequest request)
    {
        if (request.Tries != 1)
        {
            return;
        }

        var sample = Now - request.LastSent;
        (smoothed, deviation) = smoothed == default
            ? (sample, sample / 2)
            : ((smoothed * 7 / 8) + (sample / 8), (deviation * 3 / 4) + ((smoothed - sample).Duration() / 4));
        var wanted = smoothed + (4 * deviation);
        timeout = wanted < shortest ? shortest : wanted > longest ? longest : wanted;
    }
}
