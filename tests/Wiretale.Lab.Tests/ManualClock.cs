namespace Wiretale.Lab.Tests;

/// <summary>A clock that a test turns.</summary>
sealed class ManualClock : TimeProvider
{
    static readonly DateTimeOffset beginning = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Time since its beginning.</summary>
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => beginning + Now;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public void Turn(TimeSpan time) => Now += time;
}
