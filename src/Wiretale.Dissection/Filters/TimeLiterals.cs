using System.Globalization;

namespace Wiretale.Dissection.Filters;

/// <summary>Points in time as a filter's text writes them, as nanoseconds since 1970.</summary>
static class TimeLiterals
{
    static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>ISO 8601 (<c>2020-07-04T12:34:56.5+01:00</c>, the T and everything after the date optional) or <c>Sep 26, 2004 23:18:04.954975</c>; local time unless it says otherwise.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        var reader = new Reader { Rest = text.Trim() };
        nanoseconds = 0;
        bool iso = reader.Rest.Length > 0 && char.IsAsciiDigit(reader.Rest[0]);
        int year, month, day;
        if (iso)
        {
            if (!reader.Number(4, 4, out year) || !reader.Sign('-') || !reader.Number(1, 2, out month) || !reader.Sign('-') || !reader.Number(1, 2, out day))
            {
                return false;
            }
        }
        else if (!reader.Month(out month) || !reader.Spaces() || !reader.Number(1, 2, out day) || !reader.Sign(',') || !reader.Spaces() || !reader.Number(4, 4, out year) || !reader.Spaces())
        {
            return false;
        }

        int hour = 0, minute = 0, second = 0;
        long fraction = 0;
        if (!iso || (reader.Rest.Length > 0 && (reader.Sign('T') || reader.Spaces())))
        {
            if (!reader.Number(1, 2, out hour) || !reader.Sign(':') || !reader.Number(1, 2, out minute))
            {
                return false;
            }

            bool seconds = reader.Sign(':');
            if ((!iso && !seconds) || (seconds && !reader.Number(1, 2, out second)))
            {
                return false;
            }

            if (seconds && (reader.Sign('.') || reader.Sign(',')) && !reader.Fraction(out fraction))
            {
                return false;
            }
        }

        if (month is < 1 or > 12 || year < 1 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        if (!reader.Zone(iso, out var offset))
        {
            return false;
        }

        var local = new DateTime(year, month, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified);
        var span = offset ?? TimeZoneInfo.Local.GetUtcOffset(local);
        long epoch = ((local - span).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        epoch += second == 60 ? 1 : 0;
        if (Math.Abs(epoch) > 9_000_000_000)
        {
            return false;
        }

        nanoseconds = (epoch * 1_000_000_000) + fraction;
        return true;
    }

    ref struct Reader
    {
        public ReadOnlySpan<char> Rest;

        public bool Sign(char sign)
        {
            if (Rest.IsEmpty || Rest[0] != sign)
            {
                return false;
            }

            Rest = Rest[1..];
            return true;
        }

        public bool Spaces()
        {
            int length = Rest.Length;
            Rest = Rest.TrimStart();
            return Rest.Length < length;
        }

        public bool Number(int least, int most, out int value)
        {
            int digits = 0;
            while (digits < most && digits < Rest.Length && char.IsAsciiDigit(Rest[digits]))
            {
                digits++;
            }

            value = 0;
            if (digits < least || !int.TryParse(Rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out value))
            {
                return false;
            }

            Rest = Rest[digits..];
            return true;
        }

        public bool Fraction(out long nanoseconds)
        {
            int digits = 0;
            nanoseconds = 0;
            for (; digits < Rest.Length && char.IsAsciiDigit(Rest[digits]); digits++)
            {
                nanoseconds = digits < 9 ? (nanoseconds * 10) + (Rest[digits] - '0') : nanoseconds;
            }

            for (int i = digits; i < 9; i++)
            {
                nanoseconds *= 10;
            }

            Rest = Rest[digits..];
            return digits > 0;
        }

        public bool Month(out int month)
        {
            month = 0;
            for (int i = 0; i < Months.Length; i++)
            {
                if (Rest.StartsWith(Months[i], StringComparison.OrdinalIgnoreCase))
                {
                    month = i + 1;
                    Rest = Rest[3..];
                    return true;
                }
            }

            return false;
        }

        /// <summary>What may follow the time, to the end: nothing, <c>Z</c>, <c>UTC</c> after a space, or an offset that follows at once.</summary>
        public bool Zone(bool iso, out TimeSpan? offset)
        {
            offset = null;
            if (Rest.IsEmpty)
            {
                return true;
            }

            if (Rest.TrimStart() is "UTC" || (iso && Rest is "Z"))
            {
                offset = TimeSpan.Zero;
                return true;
            }

            if (!iso || Rest[0] is not ('+' or '-'))
            {
                return false;
            }

            bool west = Rest[0] == '-';
            Rest = Rest[1..];
            int minutes = 0;
            if (!Number(2, 2, out int hours) || ((Sign(':') || Rest.Length > 0) && !Number(2, 2, out minutes)) || Rest.Length > 0 || hours > 14 || minutes > 59)
            {
                return false;
            }

            offset = new TimeSpan(hours, minutes, 0) * (west ? -1 : 1);
            return true;
        }
    }
}
