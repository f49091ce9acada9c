using System.Globalization;

namespace Wiretale.Dissection.Filters;

/// <summary>Numbers as a filter's text writes them.</summary>
static class NumberLiterals
{
    /// <summary>Decimal, <c>0x</c> hexadecimal, <c>0</c> octal or <c>0b</c> binary, without a sign.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        if (text.IsEmpty || !char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        if (text.Length > 2 && text[0] == '0' && text[1] is 'x' or 'X')
        {
            return ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }

        if (text.Length > 2 && text[0] == '0' && text[1] is 'b' or 'B')
        {
            return TryParse(text[2..], 1, out value);
        }

        return text[0] == '0' && text.Length > 1
            ? TryParse(text[1..], 3, out value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    static bool TryParse(ReadOnlySpan<char> digits, int bitsPerDigit, out ulong value)
    {
        value = 0;
        foreach (char c in digits)
        {
            int digit = c - '0';
            if (digit < 0 || digit >= 1 << bitsPerDigit || value >> (64 - bitsPerDigit) != 0)
            {
                return false;
            }

            value = (value << bitsPerDigit) | (uint)digit;
        }

        return true;
    }

    /// <summary>Whether a text is all digits of some base and only too large.</summary>
    public static bool IsTooLarge(ReadOnlySpan<char> text) =>
        text.Length > 16 && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>Seconds with at most nine decimals, as nanoseconds. What follows the decimals is passed over, as in Wireshark.</summary>
    public static bool TryParseSeconds(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        int point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        if (!long.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) || seconds > long.MaxValue / 1_000_000_001)
        {
            return false;
        }

        nanoseconds = seconds * 1_000_000_000;
        if (point < 0)
        {
            return true;
        }

        var decimals = text[(point + 1)..];
        int other = decimals.IndexOfAnyExceptInRange('0', '9');
        decimals = other < 0 ? decimals : decimals[..other];
        if (decimals.IsEmpty || decimals.Length > 9 || !int.TryParse(decimals, NumberStyles.None, CultureInfo.InvariantCulture, out int fraction))
        {
            return false;
        }

        for (int i = decimals.Length; i < 9; i++)
        {
            fraction *= 10;
        }

        nanoseconds += fraction;
        return true;
    }
}
