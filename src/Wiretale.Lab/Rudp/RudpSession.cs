using System.Net;
using Wiretale.Wire;

namespace Wiretale.Lab.Rudp;

/// <summary>What a server knows of one client.</summary>
sealed class RudpSession(IPEndPoint client, string name, RudpAddress address, TimeSpan since, int memory, uint first)
{
    readonly Dictionary<uint, (int Request, byte[]? Answer)> done = [];
    readonly Queue<uint> doneOrder = new();
    readonly Dictionary<uint, RudpSignal> ahead = [];
    int aheadBytes;
    uint highest = unchecked(first - 1);

    public IPEndPoint Client => client;

    public string Name => name;

    public RudpAddress Address => address;

    public TimeSpan Since { get; } = since;

    public TimeSpan LastHeard { get; set; } = since;

    /// <summary>The id that must come next.</summary>
    public uint Expected { get; private set; } = first;

    /// <summary>Whether a signal with an id has been acted on.</summary>
    public bool IsAdvanced { get; private set; }

    /// <summary>Whether SIGNEW came again so soon that it may be a copy of the first one, or a client that has started again.</summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>The next id of the client that may have started again.</summary>
    public uint Suspected { get; private set; }

    public bool HasEnded { get; set; }

    /// <summary>Signals that wait for their answer.</summary>
    public int Pending { get; private set; }

    /// <summary>Datagrams sent to this client.</summary>
    public long Sent { get; set; }

    /// <summary>Ids that were missing when a later one came.</summary>
    public long Lost { get; private set; }

    public void Doubt()
    {
        IsDoubtful = IsAdvanced;
        Suspected = RudpSignal.FirstOf(name);
    }

    public void Accept(in RudpSignal signal)
    {
        IsAdvanced = true;
        IsDoubtful = false;
        Expected = unchecked(Expected + 1);
        Pending++;
        Remember(signal.Id!.Value, signal.GetHashCode());
    }

    public void Answered(uint id, byte[] answer)
    {
        Pending--;
        if (done.TryGetValue(id, out var was))
        {
            done[id] = was with { Answer = answer };
        }
    }

    /// <summary>What was answered to a signal that has been acted on.</summary>
    /// <returns>Whether it is that same signal.</returns>
    public bool Recall(in RudpSignal signal, out byte[]? answer)
    {
        answer = null;
        if (!done.TryGetValue(signal.Id!.Value, out var was) || was.Request != signal.GetHashCode())
        {
            return false;
        }

        answer = was.Answer;
        if (signal.Id == Suspected)
        {
            Suspected = unchecked(Suspected + 1);
        }

        return true;
    }

    /// <summary>Counts the ids that are missing before one.</summary>
    public void Notice(uint id)
    {
        int gap = RudpSignal.Ahead(id, highest);
        if (gap > 0)
        {
            Lost += gap - 1;
            highest = id;
        }
    }

    /// <summary>Keeps a signal until those before it have come; without room it must be sent again.</summary>
    public void Keep(in RudpSignal signal)
    {
        int size = signal.ToString().Length * sizeof(char);
        if (RudpSignal.Ahead(signal.Id!.Value, Expected) < RudpSignals.Window && aheadBytes + size <= memory && ahead.TryAdd(signal.Id.Value, signal))
        {
            aheadBytes += size;
        }
    }

    /// <summary>Takes the next signal if it was kept.</summary>
    public bool TakeNext(out RudpSignal signal)
    {
        if (!ahead.Remove(Expected, out signal))
        {
            return false;
        }

        aheadBytes -= signal.ToString().Length * sizeof(char);
        return true;
    }

    void Remember(uint id, int request)
    {
        done[id] = (request, null);
        doneOrder.Enqueue(id);
        if (doneOrder.Count > RudpSignals.Window)
        {
            done.Remove(doneOrder.Dequeue());
        }
    }
}

/// <summary>What the clients of one address share.</summary>
sealed class RudpAddress(IPAddress address, RudpLimits limits, TimeSpan now)
{
    // Nobody needs more on account than the longest answers of a full window.
    const double MostCredit = RudpSignals.Window * RudpSignal.LongestAnswer;

    double signals = limits.SignalsPerSecond;
    double credit = limits.Allowance;
    TimeSpan last = now;

    public IPAddress Address => address;

    public int Sessions { get; set; }

    /// <summary>Takes note of a datagram.</summary>
    /// <returns>Whether it may be read: not too many came.</returns>
    public bool Received(int length, TimeSpan at)
    {
        double seconds = (at - last).TotalSeconds;
        signals = Math.Min(limits.SignalsPerSecond, signals + (seconds * limits.SignalsPerSecond));
        if (credit < limits.Allowance)
        {
            credit = Math.Min(limits.Allowance, credit + (seconds * limits.AllowancePerSecond));
        }

        last = at;
        if (signals < 1)
        {
            return false;
        }

        signals--;
        credit = Math.Min(MostCredit, credit + ((double)length * limits.Amplification));
        return true;
    }

    /// <summary>Whether an answer may be sent.</summary>
    public bool MaySend(int length)
    {
        if (credit < length)
        {
            return false;
        }

        credit -= length;
        return true;
    }
}
