using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Wiretale.Dissection.Filters;

/// <summary>Addresses and byte strings as a filter's text writes them.</summary>
static class AddressLiterals
{
    /// <summary>Four decimal numbers with dots between. Leading zeros and short forms are refused, as by inet_pton.</summary>
    public static bool TryParseIPv4(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        int parts = 0;
        while (true)
        {
            int end = text.IndexOf('.');
            var part = end < 0 ? text : text[..end];
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0')
                || !uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out uint value) || value > 255)
            {
                return false;
            }

            address = (address << 8) | value;
            parts++;
            if (end < 0)
            {
                return parts == 4;
            }

            text = text[(end + 1)..];
        }
    }

    /// <summary>RFC 4291 section 2.2.</summary>
    public static bool TryParseIPv6(ReadOnlySpan<char> text, Span<byte> address) =>
        !text.ContainsAny('%', '[', '/') && text.Contains(':') && IPAddress.TryParse(text, out var parsed)
        && parsed.AddressFamily == AddressFamily.InterNetworkV6 && parsed.TryWriteBytes(address, out _);

    /// <summary>Splits a prefix length off: <c>10.0.0.0/8</c>.</summary>
    public static bool TrySplitPrefix(ref ReadOnlySpan<char> text, int widest, out int prefix)
    {
        prefix = widest;
        int slash = text.LastIndexOf('/');
        if (slash < 0)
        {
            return true;
        }

        bool valid = int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out prefix);
        text = text[..slash];
        return valid;
    }

    /// <summary>Hexadecimal digits: pairs with one kind of separator (<c>: - .</c>), groups of four with dots, digits in a row, or one byte as <c>0x2f</c>.</summary>
    public static byte[]? TryParseBytes(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return text.Length == 4 && byte.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte one) ? [one] : null;
        }

        int separator = text.AsSpan().IndexOfAny(':', '-', '.');
        if (separator < 0)
        {
            // An odd digit at the end stands for itself.
            return text.AsSpan().ContainsAnyExcept("0123456789abcdefABCDEF") ? null
                : text.Length % 2 == 0 ? Convert.FromHexString(text) : [.. Convert.FromHexString(text[..^1]), Convert.FromHexString("0" + text[^1])[0]];
        }

        var bytes = new List<byte>();
        char sign = text[separator];
        int group = separator;
        if (group is not (1 or 2 or 4) || (group == 4 && sign != '.'))
        {
            return null;
        }

        foreach (string part in text.Split(sign))
        {
            bool fits = group == 4 ? part.Length == 4 : part.Length is 1 or 2;
            if (!fits || part.AsSpan().ContainsAnyExcept("0123456789abcdefABCDEF"))
            {
                return null;
            }

            bytes.AddRange(Convert.FromHexString(part.Length == 1 ? "0" + part : part));
        }

        return [.. bytes];
    }
}
