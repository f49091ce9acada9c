namespace Wiretale.Wire;

/// <summary>A point in time, or a span of it: whole seconds (since 1970-01-01 UTC for a point) and nanoseconds.</summary>
/// <remarks>A span before zero has both parts zero or negative, as C's <c>timespec</c> arithmetic leaves it.</remarks>
public readonly record struct Timestamp(long Seconds, int Nanoseconds) : IComparable<Timestamp>
{
    const int NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The span from <paramref name="b"/> to <paramref name="a"/>; both parts carry the same sign.</summary>
    public static Timestamp operator -(Timestamp a, Timestamp b)
    {
        long seconds = a.Seconds - b.Seconds;
        int nanoseconds = a.Nanoseconds - b.Nanoseconds;
        if (seconds > 0 && nanoseconds < 0)
        {
            seconds--;
            nanoseconds += NanosecondsPerSecond;
        }
        else if (seconds < 0 && nanoseconds > 0)
        {
            seconds++;
            nanoseconds -= NanosecondsPerSecond;
        }

        return new(seconds, nanoseconds);
    }

    /// <summary>Point plus span.</summary>
    public static Timestamp operator +(Timestamp a, Timestamp b)
    {
        long seconds = a.Seconds + b.Seconds;
        int nanoseconds = a.Nanoseconds + b.Nanoseconds;
        if (nanoseconds >= NanosecondsPerSecond)
        {
            seconds++;
            nanoseconds -= NanosecondsPerSecond;
        }
        else if (nanoseconds < 0)
        {
            seconds--;
            nanoseconds += NanosecondsPerSecond;
        }

        return new(seconds, nanoseconds);
    }

    /// <summary>An NTP timestamp (RFC 5905 section 6): seconds since 1900 and their fraction; one whose highest bit is clear lies after 2036. 0 stands for none.</summary>
    public static Timestamp FromNtp(ulong value)
    {
        const long From1900To1970 = 2_208_988_800, Era = 1L << 32;
        long seconds = (long)(value >> 32);
        seconds = seconds == 0 ? 0 : seconds - From1900To1970 + (seconds < Era / 2 ? Era : 0);
        return new(seconds, (int)((value & uint.MaxValue) * NanosecondsPerSecond >> 32));
    }

    /// <inheritdoc />
    public int CompareTo(Timestamp other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Whether <paramref name="a"/> lies before <paramref name="b"/>.</summary>
    public static bool operator <(Timestamp a, Timestamp b) => a.CompareTo(b) < 0;

    /// <summary>Whether <paramref name="a"/> lies after <paramref name="b"/>.</summary>
    public static bool operator >(Timestamp a, Timestamp b) => a.CompareTo(b) > 0;

    /// <summary>Whether <paramref name="a"/> does not lie after <paramref name="b"/>.</summary>
    public static bool operator <=(Timestamp a, Timestamp b) => a.CompareTo(b) <= 0;

    /// <summary>Whether <paramref name="a"/> does not lie before <paramref name="b"/>.</summary>
    public static bool operator >=(Timestamp a, Timestamp b) => a.CompareTo(b) >= 0;

    /// <summary>Seconds as a floating-point number; loses nanoseconds on points far from zero.</summary>
    public double TotalSeconds => Seconds + (Nanoseconds / 1e9);
}
