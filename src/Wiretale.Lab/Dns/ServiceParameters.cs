using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wiretale.Lab.Dns;

/// <summary>The parameters of SVCB and HTTPS data (RFC 9460 sections 2.1, 2.2 and 7).</summary>
static class ServiceParameters
{
    const ushort Mandatory = 0, Alpn = 1, NoDefaultAlpn = 2, Port = 3, IPv4Hint = 4, Ech = 5, IPv6Hint = 6;

    static readonly string[] names = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"];

    public static bool IsGood(ReadOnlySpan<byte> data)
    {
        int before = -1;
        while (data.Length >= 4)
        {
            int key = BinaryPrimitives.ReadUInt16BigEndian(data), length = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
            if (key <= before || length + 4 > data.Length || !IsGood((ushort)key, data.Slice(4, length)))
            {
                return false;
            }

            before = key;
            data = data[(length + 4)..];
        }

        return data.IsEmpty;
    }

    static bool IsGood(ushort key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case Mandatory:
                return value.Length > 0 && value.Length % 2 == 0;
            case Alpn:
                int at = 0;
                while (at < value.Length && value[at] > 0)
                {
                    at += value[at] + 1;
                }

                return at == value.Length && at > 0;
            case NoDefaultAlpn:
                return value.IsEmpty;
            case Port:
                return value.Length == 2;
            case IPv4Hint:
                return value.Length > 0 && value.Length % 4 == 0;
            case IPv6Hint:
                return value.Length > 0 && value.Length % 16 == 0;
            default:
                return true;
        }
    }

    public static void Write(StringBuilder text, ReadOnlySpan<byte> data)
    {
        for (; !data.IsEmpty; data = data[(4 + BinaryPrimitives.ReadUInt16BigEndian(data[2..]))..])
        {
            ushort key = BinaryPrimitives.ReadUInt16BigEndian(data);
            var value = data.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(data[2..]));
            text.Append(' ').Append(Name(key));
            if (!value.IsEmpty)
            {
                text.Append('=');
                WriteValue(text, key, value);
            }
        }
    }

    static void WriteValue(StringBuilder text, ushort key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case Mandatory:
                Join(text, value, 2, part => Name(BinaryPrimitives.ReadUInt16BigEndian(part)));
                break;
            case Alpn:
                // Within the list a comma or backslash is escaped once, and the whole once more (appendix A.1).
                var list = new List<byte>();
                for (int at = 0; at < value.Length; at += value[at] + 1)
                {
                    if (at > 0)
                    {
                        list.Add((byte)',');
                    }

                    foreach (byte b in value.Slice(at + 1, value[at]))
                    {
                        if (b is (byte)',' or (byte)'\\')
                        {
                            list.Add((byte)'\\');
                        }

                        list.Add(b);
                    }
                }

                DnsText.Quote(text, [.. list]);
                break;
            case Port:
                text.Append(BinaryPrimitives.ReadUInt16BigEndian(value));
                break;
            case IPv4Hint:
                Join(text, value, 4, part => new IPAddress(part).ToString());
                break;
            case IPv6Hint:
                Join(text, value, 16, part => new IPAddress(part).ToString());
                break;
            case Ech:
                text.Append('"').Append(Convert.ToBase64String(value)).Append('"');
                break;
            default:
                DnsText.Quote(text, value);
                break;
        }
    }

    static void Join(StringBuilder text, ReadOnlySpan<byte> value, int size, Func<ReadOnlySpan<byte>, string> write)
    {
        for (int at = 0; at < value.Length; at += size)
        {
            text.Append(at > 0 ? "," : "").Append(write(value.Slice(at, size)));
        }
    }

    static string Name(ushort key) => key < names.Length ? names[key] : string.Create(CultureInfo.InvariantCulture, $"key{key}");

    public static void Parse(IReadOnlyList<TextToken> words, ref int at, List<byte> data)
    {
        var parameters = new SortedDictionary<ushort, byte[]>();
        while (at < words.Count)
        {
            string word = words[at++].Text;
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word : word[..equals];
            ushort key = Key(name);
            byte[] value = equals < 0 ? [] : ParseValue(key, word[(equals + 1)..]);
            if (!IsGood(key, value))
            {
                throw new FormatException($"'{word}': the value does not fit {name}");
            }

            if (!parameters.TryAdd(key, value))
            {
                throw new FormatException($"{name} stands there twice");
            }
        }

        foreach (var (key, value) in parameters)
        {
            data.AddRange([(byte)(key >> 8), (byte)key, (byte)(value.Length >> 8), (byte)value.Length, .. value]);
        }
    }

    static ushort Key(string name)
    {
        int known = Array.IndexOf(names, name.ToLowerInvariant());
        return known >= 0 ? (ushort)known
            : name.StartsWith("key", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? number
            : throw new FormatException($"'{name}' is not a service parameter");
    }

    static byte[] ParseValue(ushort key, string text)
    {
        byte[] value = DnsText.Unescape(text);
        string plain = Encoding.Latin1.GetString(value);
        switch (key)
        {
            case Mandatory:
                return [.. plain.Split(',').Select(Key).Order().SelectMany(k => new[] { (byte)(k >> 8), (byte)k })];
            case Alpn:
                return Alpns(value);
            case Port:
                return ushort.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) ? [(byte)(port >> 8), (byte)port] : throw new FormatException($"'{plain}' is not a port");
            case IPv4Hint or IPv6Hint:
                var family = key == IPv4Hint ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
                return [.. plain.Split(',').SelectMany(part => IPAddress.TryParse(part, out var address) && address.AddressFamily == family ? address.GetAddressBytes() : throw new FormatException($"'{part}' is not an address of that kind"))];
            case Ech:
                return RecordText.FromBase64(plain);
            default:
                return value;
        }
    }

    static byte[] Alpns(byte[] value)
    {
        var data = new List<byte> { 0 };
        int length = 0;
        for (int i = 0; i <= value.Length; i++)
        {
            if (i == value.Length || value[i] == ',')
            {
                int count = data.Count - length - 1;
                data[length] = count is > 0 and <= 255 ? (byte)count : throw new FormatException("an alpn has 1 to 255 bytes");
                length = data.Count;
                data.Add(0);
                continue;
            }

            i += value[i] == '\\' && i + 1 < value.Length ? 1 : 0;
            data.Add(value[i]);
        }

        data.RemoveAt(data.Count - 1);
        return [.. data];
    }
}
