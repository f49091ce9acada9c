using System.Globalization;

namespace Wiretale.Lab.Links;

/// <summary>What a bad link does to datagrams. Probabilities are from 0 to 1; all zero is a good link.</summary>
public sealed record ImpairmentOptions
{
    /// <summary>Of losing a datagram by itself.</summary>
    public double Loss { get; init; }

    /// <summary>Of a burst's beginning, in which more are lost: the link's bad state in the model of Gilbert and Elliott.</summary>
    public double Burst { get; init; }

    /// <summary>Datagrams of a burst, on average.</summary>
    public double BurstLength { get; init; } = 4;

    /// <summary>Of losing a datagram in a burst.</summary>
    public double BurstLoss { get; init; } = 1;

    /// <summary>Of a second copy.</summary>
    public double Duplication { get; init; }

    /// <summary>Of being held back until later ones have passed.</summary>
    public double Reordering { get; init; }

    /// <summary>Of one bit turned over.</summary>
    public double Corruption { get; init; }

    /// <summary>Time on the way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>At most so much more or less than <see cref="Delay"/>, evenly spread.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Bytes a second; 0 for no limit.</summary>
    public long Rate { get; init; }

    /// <summary>Bytes that may wait where the rate is limited; what comes when it is full is lost.</summary>
    public int Queue { get; init; } = 1 << 16;

    /// <summary>Longest datagram that passes; 0 for no limit.</summary>
    public int LongestDatagram { get; init; }

    /// <summary>The same seed makes the same fate for the same datagrams.</summary>
    public int Seed { get; init; }

    /// <summary>Whether nothing is done to anything.</summary>
    public bool IsGood => this is { Loss: 0, Burst: 0, Duplication: 0, Reordering: 0, Corruption: 0, Rate: 0, LongestDatagram: 0 } && Delay == default && Jitter == default;
}

/// <summary>What became of a datagram.</summary>
[Flags]
public enum Fate
{
    Delivered = 0,
    Lost = 1,
    LostInBurst = 2,
    QueueFull = 4,
    Duplicated = 8,
    Reordered = 16,
    Corrupted = 32,
    TooLong = 64,
}

/// <summary>A line of the truth about a link.</summary>
/// <param name="Number">Of the datagram in this direction, from 1.</param>
/// <param name="At">When it was sent, on the clock of the one who asked.</param>
public readonly record struct LinkEvent(long Number, TimeSpan At, int Length, Fate Fate)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:0.000000} #{Number} {Length} bytes: {Fate}");
}

/// <summary>One direction of a bad link, as a calculation: says when which copies of a datagram arrive. Time and datagrams come from outside.</summary>
public sealed class Impairment(ImpairmentOptions options)
{
    /// <summary>Lines kept of what was done; older ones are forgotten.</summary>
    const int LogLength = 100_000;

    /// <summary>How long one is held back where the delay does not say.</summary>
    static readonly TimeSpan heldBack = TimeSpan.FromMilliseconds(10);

    // No secret: the point is to get the same again.
    readonly Random random = new(options.Seed);
    readonly Queue<LinkEvent> log = new();
    long number;
    bool isBurst;
    TimeSpan lineFree;

    /// <summary>What it did last.</summary>
    public LinkEvent Last { get; private set; }

    /// <summary>What it did, in the order of sending.</summary>
    public IReadOnlyCollection<LinkEvent> Log => log;

    /// <summary>Lets a datagram pass at a time that is not before the last one's.</summary>
    public IReadOnlyList<(TimeSpan At, byte[] Datagram)> Pass(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        var fate = Fate.Delivered;
        var arrivals = new List<(TimeSpan, byte[])>(1);
        if (options.LongestDatagram > 0 && datagram.Length > options.LongestDatagram)
        {
            fate = Fate.TooLong;
        }
        else if (Loses() is { } loss)
        {
            fate = loss;
        }
        else if (Waits(now, datagram.Length) is not { } wait)
        {
            fate = Fate.QueueFull;
        }
        else
        {
            byte[] copy = datagram.ToArray();
            if (Happens(options.Corruption) && copy.Length > 0)
            {
                fate |= Fate.Corrupted;
                copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
            }

            var way = wait + OnTheWay();
            if (Happens(options.Reordering))
            {
                fate |= Fate.Reordered;
                way += options.Delay + (2 * options.Jitter) + heldBack;
            }

            arrivals.Add((now + way, copy));
            if (Happens(options.Duplication))
            {
                fate |= Fate.Duplicated;
                arrivals.Add((now + wait + OnTheWay(), copy));
            }
        }

        Last = new(++number, now, datagram.Length, fate);
        log.Enqueue(Last);
        if (log.Count > LogLength)
        {
            log.Dequeue();
        }

        return arrivals;
    }

    Fate? Loses()
    {
        isBurst = isBurst ? !Happens(1 / Math.Max(1, options.BurstLength)) : Happens(options.Burst);
        if (isBurst && Happens(options.BurstLoss))
        {
            return Fate.LostInBurst;
        }

        return Happens(options.Loss) ? Fate.Lost : null;
    }

    /// <summary>The time in the queue and on the line; null when the queue is full.</summary>
    TimeSpan? Waits(TimeSpan now, int length)
    {
        if (options.Rate <= 0)
        {
            return TimeSpan.Zero;
        }

        var begins = lineFree > now ? lineFree : now;
        if ((begins - now).TotalSeconds * options.Rate + length > options.Queue)
        {
            return null;
        }

        lineFree = begins + TimeSpan.FromSeconds((double)length / options.Rate);
        return lineFree - now;
    }

    TimeSpan OnTheWay()
    {
        var way = options.Delay + (options.Jitter * ((2 * random.NextDouble()) - 1));
        return way < TimeSpan.Zero ? TimeSpan.Zero : way;
    }

    // Drawn only where it can happen, so that a seed means the same losses with and without the rest.
    bool Happens(double probability) => probability > 0 && random.NextDouble() < probability;
}
