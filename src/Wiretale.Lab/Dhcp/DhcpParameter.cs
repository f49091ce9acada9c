using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>An option that whoever runs a server gives it, to be handed to clients that ask for it.</summary>
public static class DhcpParameter
{
    /// <summary>How one is written.</summary>
    public const string Form = "CODE=VALUE (42=10.0.0.1,10.0.0.2  26=u16:1400  66=text:boot.example  119=hex:0765)";

    /// <summary>Longest value: a message has hardly more place.</summary>
    const int Longest = 1024;

    /// <summary>Reads <c>CODE=VALUE</c>, where the value is addresses, <c>text:</c>, <c>hex:</c>, <c>u8:</c>, <c>u16:</c> or <c>u32:</c>; null when it is none, or the server's own business.</summary>
    public static (byte Code, byte[] Value)? Parse(string text)
    {
        string[] sides = text.Split('=', 2);
        return sides.Length == 2 && byte.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out byte code) && !IsOwn(code)
            && Value(sides[1]) is { Length: > 0 and <= Longest } value ? (code, value) : null;
    }

    /// <summary>What belongs to the talk itself, or to the pool.</summary>
    static bool IsOwn(byte code) => code is DhcpOption.Pad or DhcpOption.End or DhcpOption.SubnetMask or DhcpOption.Router or (>= DhcpOption.RequestedAddress and <= DhcpOption.RebindingTime)
        or DhcpOption.ClientIdentifier or DhcpOption.RelayAgent or DhcpOption.SubnetSelection;

    static byte[]? Value(string text)
    {
        string[] parts = text.Split(':', 2);
        switch (parts)
        {
            case ["text", var words]:
                return Encoding.UTF8.GetBytes(words);
            case ["hex", var digits]:
                return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
            case ["u8" or "u16" or "u32", var number]:
                int bytes = parts[0] == "u8" ? 1 : parts[0] == "u16" ? 2 : 4;
                byte[] value = new byte[4];
                if (!uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out uint n) || (ulong)n >> (8 * bytes) != 0)
                {
                    return null;
                }

                BinaryPrimitives.WriteUInt32BigEndian(value, n);
                return value[(4 - bytes)..];
            default:
                byte[] addresses = new byte[4 * text.Split(',').Length];
                foreach (var (i, one) in text.Split(',').Index())
                {
                    if (!DhcpPool.TryAddress(one, out uint address))
                    {
                        return null;
                    }

                    BinaryPrimitives.WriteUInt32BigEndian(addresses.AsSpan(4 * i), address);
                }

                return addresses;
        }
    }
}
