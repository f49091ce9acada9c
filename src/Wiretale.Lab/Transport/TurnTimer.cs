namespace Wiretale.Lab.Transport;

/// <summary>Lets a state machine have its turn when something has come, and when its time is due; one turn at a time.</summary>
sealed class TurnTimer : IDisposable
{
    readonly TimeProvider clock;
    readonly Func<TimeSpan, TimeSpan?> turn;
    readonly long start;
    readonly ITimer timer;
    bool isClosed;

    /// <summary>Makes one that waits for the first turn.</summary>
    /// <param name="turn">Does what is to be done at a time, and says when to be called next.</param>
    public TurnTimer(TimeProvider clock, Func<TimeSpan, TimeSpan?> turn)
    {
        (this.clock, this.turn, start) = (clock, turn, clock.GetTimestamp());
        timer = clock.CreateTimer(_ => Turn(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Held during a turn; who feeds the machine takes it, too.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The time.</summary>
    public TimeSpan Now => clock.GetElapsedTime(start);

    /// <summary>Has it go on now.</summary>
    public void Turn()
    {
        lock (Gate)
        {
            if (isClosed)
            {
                return;
            }

            var now = Now;
            if (turn(now) is { } next)
            {
                // Whole milliseconds, upward: a timer that comes too early would be set again and again.
                timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((next - Now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (Gate)
        {
            isClosed = true;
            timer.Dispose();
        }
    }
}
