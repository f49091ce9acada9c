namespace Wiretale.Lab.Tests;

/// <summary>A clock that a test turns.</summary>
sealed class ManualClock : TimeProvider
{
    DateTimeOffset now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Turn(TimeSpan time) => now += time;
}
