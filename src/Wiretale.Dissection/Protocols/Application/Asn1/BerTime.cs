using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Asn1;

// Specification: ITU-T X.680 sections 46 and 47; RFC 5280 section 4.1.2.5.

/// <summary>Times as text of digits: YYMMDDhhmmssZ and YYYYMMDDhhmmss[.f]Z.</summary>
static class BerTime
{
    /// <summary>Reads either form; false when it is neither.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out Timestamp time)
    {
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        time = default;
        if (digits is not (12 or 14))
        {
            return false;
        }

        int year = digits == 14 ? (Two(text) * 100) + Two(text[2..]) : Two(text) is var two && two >= 50 ? 1900 + two : 2000 + two;
        var rest = text[(digits - 10)..];
        int month = Two(rest), day = Two(rest[2..]), hour = Two(rest[4..]), minute = Two(rest[6..]), second = Two(rest[8..]);
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        time = new(new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeSeconds(), 0);
        return true;
    }

    static int Two(ReadOnlySpan<byte> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';
}
