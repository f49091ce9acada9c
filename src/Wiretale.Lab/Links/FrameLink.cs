using System.Runtime.InteropServices;

namespace Wiretale.Lab.Links;

/// <summary>A cable between two interfaces, such as ends of veth pairs, made bad as <see cref="ImpairmentOptions"/> say: whatever talks over them, the kernel's TCP too, meets it.</summary>
/// <remarks>
/// One thread reads, waits and sends, with <c>ppoll</c>: its timers are good to a fraction of a millisecond, which the framework's are not.
/// Frames pass as they would be on a wire (<see cref="Offload"/>), so that a turned bit is found by the receiver's checksum.
/// </remarks>
public sealed unsafe partial class FrameLink : IDisposable
{
    /// <summary>Frames read in one direction before the other has its turn.</summary>
    const int Turn = 64;

    /// <summary>Bytes that may be on the way: a long delay at a high rate must not take all memory.</summary>
    const long MostOnTheWay = 256 << 20;

    static readonly TimeSpan lookAtStop = TimeSpan.FromMilliseconds(100);

    readonly TimeProvider clock;
    readonly long start;
    readonly Direction[] directions;
    readonly PriorityQueue<(FrameSocket To, byte[] Frame), (TimeSpan At, long Number)> onTheWay = new();
    long number, bytesOnTheWay;

    FrameLink(FrameSocket first, FrameSocket second, ImpairmentOptions forth, ImpairmentOptions back, TimeProvider clock)
    {
        this.clock = clock;
        start = clock.GetTimestamp();
        directions = [new(this, first, second, new(forth)), new(this, second, first, new(back))];
    }

    /// <summary>Called with the interface that a frame came from, and the frame's fate.</summary>
    public Action<string, LinkEvent>? Happened { get; init; }

    /// <summary>What was done to what came from the first interface, and from the second.</summary>
    public IReadOnlyList<LinkTally> Tallies => [.. directions.Select(direction => direction.Tally)];

    /// <summary>Joins two interfaces; frames that come from now on are not missed.</summary>
    /// <param name="first">An interface, switched on.</param>
    /// <param name="second">The other one.</param>
    /// <param name="forth">What happens from the first to the second.</param>
    /// <param name="back">What happens from the second to the first.</param>
    /// <param name="happened">Called with the interface that a frame came from, and the frame's fate.</param>
    /// <exception cref="LinkException">There is no such interface, or this user may not.</exception>
    public static FrameLink Open(string first, string second, ImpairmentOptions forth, ImpairmentOptions back, TimeProvider clock, Action<string, LinkEvent>? happened = null)
    {
        if (first == second)
        {
            throw new LinkException($"{first}: a cable has two different ends");
        }

        var one = FrameSocket.Open(first);
        try
        {
            return new(one, FrameSocket.Open(second), forth, back, clock) { Happened = happened };
        }
        catch
        {
            one.Dispose();
            throw;
        }
    }

    /// <summary>Carries frames until it is stopped; takes the calling thread.</summary>
    /// <exception cref="LinkException">An interface is gone.</exception>
    public void Run(CancellationToken stop)
    {
        const short Readable = 1;
        var waits = stackalloc Descriptor[] { new() { Handle = directions[0].From.Handle, Events = Readable }, new() { Handle = directions[1].From.Handle, Events = Readable } };
        while (!stop.IsCancellationRequested)
        {
            var wait = Deliver();
            var time = new Time { Seconds = 0, Nanoseconds = (nint)((wait < lookAtStop ? wait : lookAtStop).Ticks * 100) };
            if (Poll(waits, 2, &time, null) <= 0)
            {
                continue;
            }

            for (int i = 0; i < directions.Length; i++)
            {
                for (int taken = 0; waits[i].Happened != 0 && taken < Turn && directions[i].From.Receive(directions[i].Take); taken++)
                {
                }
            }
        }

        foreach (var direction in directions)
        {
            direction.From.CountMissed();
            direction.Tally.Missed = direction.From.Missed;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var direction in directions)
        {
            direction.From.Dispose();
        }
    }

    /// <summary>Sends what has arrived.</summary>
    /// <returns>The time until the next one does.</returns>
    TimeSpan Deliver()
    {
        while (onTheWay.TryPeek(out var next, out var when))
        {
            var left = when.At - clock.GetElapsedTime(start);
            if (left > TimeSpan.Zero)
            {
                return left;
            }

            onTheWay.Dequeue();
            bytesOnTheWay -= next.Frame.Length;
            if (!next.To.Send(next.Frame))
            {
                directions[next.To == directions[0].To ? 0 : 1].Tally.Unsent++;
            }
        }

        return TimeSpan.MaxValue;
    }

    sealed class Direction(FrameLink link, FrameSocket from, FrameSocket to, Impairment impairment)
    {
        public FrameSocket From => from;

        public FrameSocket To => to;

        public LinkTally Tally { get; } = new();

        public void Take(Span<byte> frame)
        {
            foreach (var (at, copy) in impairment.Pass(link.clock.GetElapsedTime(link.start), frame))
            {
                if (link.bytesOnTheWay + copy.Length > MostOnTheWay)
                {
                    Tally.Unsent++;
                    continue;
                }

                link.bytesOnTheWay += copy.Length;
                link.onTheWay.Enqueue((to, copy), (at, link.number++));
            }

            Tally.Add(impairment.Last);
            link.Happened?.Invoke(from.Name, impairment.Last);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Descriptor
    {
        public int Handle;
        public short Events;
        public short Happened;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int Poll(Descriptor* descriptors, nuint count, Time* time, void* signals);
}
