using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>Times as text, in the forms that Wireshark prints.</summary>
public static class TimeText
{
    [ThreadStatic]
    static Second? lastSecond;

    [ThreadStatic]
    static Second? lastDate;

    static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>Seconds with a fixed number of decimals: <c>0.000012</c>. Further digits are cut, not rounded.</summary>
    public static void Seconds(Utf8Text target, Timestamp span, int decimals)
    {
        long seconds = span.Seconds;
        int nanoseconds = span.Nanoseconds;
        if (seconds < 0 || nanoseconds < 0)
        {
            target.Append('-');
            // A file's own fraction may be any number.
            seconds = Math.Abs(Math.Max(seconds, -long.MaxValue));
            nanoseconds = Math.Abs(Math.Max(nanoseconds, -int.MaxValue));
        }

        target.Append(seconds);
        Fraction(target, nanoseconds, decimals);
    }

    /// <summary>A point in time: <c>Nov 21, 2026 03:52:48.000000000 UTC</c>.</summary>
    public static void Absolute(Utf8Text target, Timestamp time, FieldBase @base)
    {
        if (time.Seconds is < -62_135_596_800 or > 253_402_300_799)
        {
            target.Append("Not representable"u8);
            return;
        }

        if (@base == FieldBase.NtpUtc && time == default)
        {
            target.Append("NULL"u8);
            return;
        }

        var second = lastSecond ??= new();
        if (second.Seconds != time.Seconds || second.Base != @base)
        {
            second.Set(time.Seconds, @base);
        }

        target.Append(second.Text.Bytes);
        Fraction(target, time.Nanoseconds, 9);
        target.Append(' ');
        target.Append(second.Zone);
    }

    /// <summary>A date and a time of day, without a fraction.</summary>
    static void Whole(Utf8Text target, DateTimeOffset local, FieldBase @base)
    {
        if (@base == FieldBase.DayOfYear)
        {
            target.Append(local.Year);
            target.Append('/');
            Digits(target, local.DayOfYear, 3);
            target.Append(':');
        }
        else
        {
            target.Append(Months[local.Month - 1]);
            target.Append(' ');
            if (local.Day < 10)
            {
                target.Append(' ');
            }

            target.Append(local.Day);
            target.Append(", "u8);
            target.Append(local.Year);
            target.Append(' ');
        }

        ClockTime(target, local, ':');
    }

    /// <summary>A span in words: <c>1 day, 2 hours, 0.250 seconds</c>; parts that are zero are left out, and zero is <c>0 seconds</c>.</summary>
    public static void Duration(Utf8Text target, ulong seconds, int milliseconds = 0)
    {
        bool some = Part(target, seconds / 86400, " day"u8, some: false);
        some = Part(target, seconds / 3600 % 24, " hour"u8, some);
        some = Part(target, seconds / 60 % 60, " minute"u8, some);
        ulong rest = seconds % 60;
        if (milliseconds == 0)
        {
            if (!Part(target, rest, " second"u8, some))
            {
                target.Append("0 seconds"u8);
            }

            return;
        }

        if (some)
        {
            target.Append(", "u8);
        }

        target.Append(rest);
        target.Append('.');
        Digits(target, milliseconds, 3);
        target.Append(" seconds"u8);
    }

    static bool Part(Utf8Text target, ulong count, ReadOnlySpan<byte> unit, bool some)
    {
        if (count == 0)
        {
            return some;
        }

        if (some)
        {
            target.Append(", "u8);
        }

        target.Append(count);
        target.Append(unit);
        if (count != 1)
        {
            target.Append('s');
        }

        return true;
    }

    /// <summary>Hours, minutes and seconds, two digits each.</summary>
    public static void ClockTime(Utf8Text target, DateTimeOffset time, char separator)
    {
        Digits(target, time.Hour, 2);
        target.Append(separator);
        Digits(target, time.Minute, 2);
        target.Append(separator);
        Digits(target, time.Second, 2);
    }

    /// <summary>A point in time as a date and a time of day in the local zone; the first or last that has a date where it lies beyond.</summary>
    public static DateTimeOffset Local(Timestamp time) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time.Seconds, -62_135_510_400, 253_402_214_400)), TimeZoneInfo.Local);

    /// <summary>A point in time as ISO 8601 has it, in UTC: <c>2026-11-21T03:52:48.000000000Z</c>.</summary>
    public static void Iso(Utf8Text target, Timestamp time)
    {
        var utc = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time.Seconds, -62_135_596_800, 253_402_300_799));
        Date(target, utc);
        target.Append('T');
        ClockTime(target, utc, ':');
        Fraction(target, time.Nanoseconds, 9);
        target.Append('Z');
    }

    /// <summary>The date of a point in time in the local zone, as <c>2026-11-21</c>; the first or last that there is where it lies beyond.</summary>
    public static void LocalDate(Utf8Text target, Timestamp time)
    {
        var date = lastDate ??= new();
        if (date.Seconds != time.Seconds)
        {
            date.Seconds = time.Seconds;
            date.Text.Clear();
            Date(date.Text, Local(time));
        }

        target.Append(date.Text.Bytes);
    }

    /// <summary>A date as <c>2026-11-21</c>.</summary>
    public static void Date(Utf8Text target, DateTimeOffset time)
    {
        Digits(target, time.Year, 4);
        target.Append('-');
        Digits(target, time.Month, 2);
        target.Append('-');
        Digits(target, time.Day, 2);
    }

    /// <summary>A point and decimals of a second, cut to their number; nothing for 0.</summary>
    public static void Fraction(Utf8Text target, int nanoseconds, int decimals)
    {
        if (decimals <= 0)
        {
            return;
        }

        int value = nanoseconds;
        for (int i = decimals; i < 9; i++)
        {
            value /= 10;
        }

        target.Append('.');
        Digits(target, value, decimals);
    }

    /// <summary>A number in decimal with leading zeros.</summary>
    public static void Digits(Utf8Text target, int value, int digits) => target.Append((uint)value, digits);

    static string ZoneName(TimeZoneInfo zone, DateTimeOffset at)
    {
        if (zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime)
        {
            return "UTC";
        }

        return zone.IsDaylightSavingTime(at) ? zone.DaylightName : zone.StandardName;
    }

    /// <summary>A second's text: packets come many a second, and their times differ behind it.</summary>
    sealed class Second
    {
        public long Seconds { get; set; } = long.MinValue;

        public FieldBase Base { get; private set; }

        public Utf8Text Text { get; } = new(32);

        public string Zone { get; private set; } = "";

        public void Set(long seconds, FieldBase @base)
        {
            (Seconds, Base) = (seconds, @base);
            var zone = @base is FieldBase.Local or FieldBase.None ? TimeZoneInfo.Local : TimeZoneInfo.Utc;
            var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone);
            Text.Clear();
            Whole(Text, local, @base);
            Zone = ZoneName(zone, local);
        }
    }
}
