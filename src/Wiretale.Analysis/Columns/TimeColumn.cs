using System.Runtime.CompilerServices;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Columns;

/// <summary>Writes the Time column of one frame after another, and remembers the times that it counts from.</summary>
public sealed class TimeColumn(TimeFormat format)
{
    static readonly int[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    bool any;
    bool anyShown;
    Timestamp first;
    Timestamp before;
    Timestamp shownBefore;
    long dayStart = long.MinValue;
    long dayEnd = long.MinValue;
    readonly byte[] day = new byte[24];
    int dayLength;

    /// <summary>Takes note of a frame; every one, shown or not, in file order, after it was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pass(in FrameRecord frame, bool shown)
    {
        if (!frame.HasTimestamp)
        {
            return;
        }

        before = frame.Time;
        if (shown)
        {
            shownBefore = frame.Time;
            anyShown = true;
        }
    }

    /// <summary>Writes the column to the start of <paramref name="target"/> (at least 48 bytes) and returns how many bytes it took.</summary>
    /// <param name="decimals">Digits after the point: what the file's times are good for.</param>
    public int Write(Span<byte> target, in FrameRecord frame, int decimals)
    {
        if (!frame.HasTimestamp)
        {
            return 0;
        }

        if (!any)
        {
            any = true;
            first = before = frame.Time;
        }

        switch (format.Form)
        {
            case TimeForm.Relative:
                return Span(target, frame.Time - first, decimals);
            case TimeForm.Delta:
                return Span(target, frame.Time - before, decimals);
            case TimeForm.DeltaDisplayed:
                return Span(target, anyShown ? frame.Time - shownBefore : default, decimals);
            case TimeForm.Epoch:
                return Seconds(target, frame.Time, decimals);
            default:
                return Absolute(target, frame.Time, decimals);
        }
    }

    /// <summary>Notes the first frame's time, for frames that are not shown.</summary>
    public void Start(in FrameRecord frame)
    {
        if (!any && frame.HasTimestamp)
        {
            any = true;
            first = before = frame.Time;
        }
    }

    int Span(Span<byte> target, Timestamp span, int decimals)
    {
        if (!format.HoursMinutesSeconds)
        {
            return Seconds(target, span, decimals);
        }

        int at = 0;
        long seconds = span.Seconds;
        int nanoseconds = span.Nanoseconds;
        if (seconds < 0 || nanoseconds < 0)
        {
            target[at++] = (byte)'-';
            (seconds, nanoseconds) = (-seconds, -nanoseconds);
        }

        if (seconds >= 3600)
        {
            at += Number(target[at..], seconds / 3600);
            target[at++] = (byte)'h';
            target[at++] = (byte)' ';
        }

        if (seconds >= 60)
        {
            at += Number(target[at..], seconds / 60 % 60);
            target[at++] = (byte)'m';
            target[at++] = (byte)' ';
        }

        at += Number(target[at..], seconds % 60);
        at += Fraction(target[at..], nanoseconds, decimals);
        target[at++] = (byte)'s';
        return at;
    }

    static int Seconds(Span<byte> target, Timestamp span, int decimals)
    {
        int at = 0;
        long seconds = span.Seconds;
        int nanoseconds = span.Nanoseconds;
        if (seconds < 0 || nanoseconds < 0)
        {
            target[at++] = (byte)'-';
            (seconds, nanoseconds) = (Math.Abs(seconds), Math.Abs(nanoseconds));
        }

        at += Number(target[at..], seconds);
        return at + Fraction(target[at..], nanoseconds, decimals);
    }

    int Absolute(Span<byte> target, Timestamp time, int decimals)
    {
        // The text of a day (or of an hour, where the zone may change) is made once and copied from then on.
        if (time.Seconds < dayStart || time.Seconds >= dayEnd)
        {
            StartHour(time.Seconds);
        }

        int at = dayLength;
        day.AsSpan(0, at).CopyTo(target);
        int second = (int)(time.Seconds - dayStart);
        at += Digits(target[at..], (uint)(second / 60), 2);
        target[at++] = (byte)':';
        at += Digits(target[at..], (uint)(second % 60), 2);
        return at + Fraction(target[at..], time.Nanoseconds, decimals);
    }

    void StartHour(long seconds)
    {
        var utc = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, -62_135_596_800, 253_402_300_799));
        var local = format.Form is TimeForm.Utc or TimeForm.UtcDate or TimeForm.UtcDayOfYear ? utc : TimeZoneInfo.ConvertTime(utc, TimeZoneInfo.Local);
        var text = new Utf8Text(32);
        if (format.Form is TimeForm.AbsoluteDate or TimeForm.UtcDate)
        {
            TimeText.Date(text, local);
            text.Append(' ');
        }
        else if (format.Form is TimeForm.AbsoluteDayOfYear or TimeForm.UtcDayOfYear)
        {
            TimeText.Digits(text, local.Year, 4);
            text.Append('/');
            TimeText.Digits(text, local.DayOfYear, 3);
            text.Append(' ');
        }

        TimeText.Digits(text, local.Hour, 2);
        text.Append(':');
        text.Bytes.CopyTo(day);
        dayLength = text.Length;

        dayStart = utc.ToUnixTimeSeconds() - (local.Minute * 60) - local.Second;
        dayEnd = dayStart + 3600;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Number(Span<byte> target, long value)
    {
        if ((ulong)value < 10)
        {
            target[0] = (byte)('0' + value);
            return 1;
        }

        System.Buffers.Text.Utf8Formatter.TryFormat(value, target, out int written);
        return written;
    }

    static int Fraction(Span<byte> target, int nanoseconds, int decimals)
    {
        if (decimals <= 0)
        {
            return 0;
        }

        decimals = Math.Min(decimals, 9);
        target[0] = (byte)'.';
        return 1 + Digits(target[1..], decimals == 6 ? (uint)nanoseconds / 1000 : (uint)nanoseconds / (uint)PowersOfTen[9 - decimals], decimals);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Digits(Span<byte> target, uint value, int digits)
    {
        for (int i = digits - 1; i >= 0; i--)
        {
            uint next = value / 10;
            target[i] = (byte)('0' + (value - (next * 10)));
            value = next;
        }

        return digits;
    }
}
