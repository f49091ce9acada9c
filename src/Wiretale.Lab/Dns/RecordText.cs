using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wiretale.Lab.Dns;

/// <summary>The data of records as zone files and dig write it.</summary>
static class RecordText
{
    /// <summary>dig breaks long base 64 and hexadecimal text into pieces of this length.</summary>
    const int Piece = 56;

    const string Base32Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    // RFC 4034 appendix A.1 and its successors.
    static readonly Dictionary<string, byte> algorithms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["RSAMD5"] = 1, ["DH"] = 2, ["DSA"] = 3, ["RSASHA1"] = 5, ["DSA-NSEC3-SHA1"] = 6, ["RSASHA1-NSEC3-SHA1"] = 7, ["RSASHA256"] = 8, ["RSASHA512"] = 10,
        ["ECC-GOST"] = 12, ["ECDSAP256SHA256"] = 13, ["ECDSAP384SHA384"] = 14, ["ED25519"] = 15, ["ED448"] = 16, ["INDIRECT"] = 252, ["PRIVATEDNS"] = 253, ["PRIVATEOID"] = 254,
    };

    public static string WriteGeneric(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\\# {data.Length}");
        if (!data.IsEmpty)
        {
            text.Append(' ');
            Pieces(text, Convert.ToHexString(data));
        }

        return text.ToString();
    }

    public static string Write(RecordType type, ReadOnlySpan<byte> data)
    {
        if (RecordLayout.Of(type) is not { } fields)
        {
            return WriteGeneric(data);
        }

        var text = new StringBuilder();
        foreach (var field in fields)
        {
            int length = RecordLayout.Measure(field, data);
            if (text.Length > 0 && field is not (RecordField.Types or RecordField.Parameters))
            {
                text.Append(' ');
            }

            WriteField(text, field, data[..length]);
            data = data[length..];
        }

        return text.ToString();
    }

    static void WriteField(StringBuilder text, RecordField field, ReadOnlySpan<byte> data)
    {
        switch (field)
        {
            case RecordField.U8 or RecordField.Algorithm:
                text.Append(data[0]);
                break;
            case RecordField.U16 or RecordField.Certificate:
                text.Append(BinaryPrimitives.ReadUInt16BigEndian(data));
                break;
            case RecordField.U32 or RecordField.Period:
                text.Append(BinaryPrimitives.ReadUInt32BigEndian(data));
                break;
            case RecordField.IPv4 or RecordField.IPv6:
                text.Append(new IPAddress(data));
                break;
            case RecordField.SharedName or RecordField.OldName or RecordField.PlainName:
                text.Append(DnsName.FromWire(data));
                break;
            case RecordField.String:
                DnsText.Quote(text, data[1..]);
                break;
            case RecordField.Word:
                DnsText.Escape(text, data[1..], DnsText.InNames);
                break;
            case RecordField.Strings:
                for (int at = 0; at < data.Length; at += data[at] + 1)
                {
                    text.Append(at > 0 ? " " : "");
                    DnsText.Quote(text, data.Slice(at + 1, data[at]));
                }

                break;
            case RecordField.Text:
                DnsText.Quote(text, data);
                break;
            case RecordField.Type:
                text.Append(new RecordType(BinaryPrimitives.ReadUInt16BigEndian(data)));
                break;
            case RecordField.Moment:
                text.Append(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(data)):yyyyMMddHHmmss}");
                break;
            case RecordField.Base64:
                Pieces(text, Convert.ToBase64String(data));
                break;
            case RecordField.Hex:
                Pieces(text, Convert.ToHexString(data));
                break;
            case RecordField.Salt:
                text.Append(data.Length == 1 ? "-" : Convert.ToHexString(data[1..]));
                break;
            case RecordField.Base32:
                WriteBase32(text, data[1..]);
                break;
            case RecordField.Types:
                TypeSet.Write(text, data);
                break;
            case RecordField.Location:
                RecordLocation.Write(text, data);
                break;
            case RecordField.Parameters:
                ServiceParameters.Write(text, data);
                break;
            case RecordField.Eui48 or RecordField.Eui64:
                text.Append(BitConverter.ToString(data.ToArray()).ToLowerInvariant());
                break;
            case RecordField.Locator64:
                for (int at = 0; at < data.Length; at += 2)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{(at > 0 ? ":" : "")}{BinaryPrimitives.ReadUInt16BigEndian(data[at..]):x}");
                }

                break;
            default:
                throw new InvalidOperationException($"no text for {field}");
        }
    }

    static void Pieces(StringBuilder text, string digits)
    {
        for (int at = 0; at < digits.Length; at += Piece)
        {
            text.Append(at > 0 ? " " : "").Append(digits.AsSpan(at, Math.Min(Piece, digits.Length - at)));
        }
    }

    static void WriteBase32(StringBuilder text, ReadOnlySpan<byte> data)
    {
        int bits = 0, value = 0;
        foreach (byte b in data)
        {
            value = (value << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Base32Digits[(value >> (bits - 5)) & 31]);
            }

            value &= 0xff;
        }

        if (bits > 0)
        {
            text.Append(Base32Digits[(value << (5 - bits)) & 31]);
        }
    }

    /// <summary>Reads data; the generic form fits every type, and what it says must be data of that type.</summary>
    public static byte[] Parse(RecordType type, IReadOnlyList<TextToken> words, DnsName? origin)
    {
        if (words is [{ Text: "\\#", Quoted: false }, ..])
        {
            return ParseGeneric(type, words);
        }

        var fields = RecordLayout.Of(type) ?? throw new FormatException($"the data of {type} is written as \\#, its length and hexadecimal digits (RFC 3597 section 5)");
        var data = new List<byte>();
        int at = 0;
        foreach (var field in fields)
        {
            ParseField(field, words, ref at, data, origin);
        }

        if (at < words.Count)
        {
            throw new FormatException($"'{words[at].Text}' is too much for {type}");
        }

        return data.Count <= ushort.MaxValue ? [.. data] : throw new FormatException($"{type} with more than {ushort.MaxValue} bytes of data");
    }

    static byte[] ParseGeneric(RecordType type, IReadOnlyList<TextToken> words)
    {
        if (words.Count < 2 || !ushort.TryParse(words[1].Text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort length))
        {
            throw new FormatException("\\# is followed by a length and hexadecimal digits");
        }

        byte[] bytes = FromHex(string.Concat(words.Skip(2).Select(word => word.Text)));
        if (bytes.Length != length)
        {
            throw new FormatException($"\\# {length} is followed by {bytes.Length} bytes");
        }

        return RecordData.FromWire(type, bytes).Bytes.ToArray();
    }

    static void ParseField(RecordField field, IReadOnlyList<TextToken> words, ref int at, List<byte> data, DnsName? origin)
    {
        switch (field)
        {
            case RecordField.Strings:
                do
                {
                    AddString(Next(words, ref at), data);
                }
                while (at < words.Count);
                return;
            case RecordField.Base64:
                data.AddRange(FromBase64(Rest(words, ref at)));
                return;
            case RecordField.Hex:
                data.AddRange(FromHex(Rest(words, ref at)));
                return;
            case RecordField.Types:
                TypeSet.Parse(words.Skip(at).Select(word => word.Text), data);
                at = words.Count;
                return;
            case RecordField.Location:
                RecordLocation.Parse(words, ref at, data);
                return;
            case RecordField.Parameters:
                ServiceParameters.Parse(words, ref at, data);
                return;
        }

        var token = Next(words, ref at);
        string word = token.Text;
        switch (field)
        {
            case RecordField.U8:
                AddNumber(word, byte.MaxValue, 1, data);
                break;
            case RecordField.Algorithm when algorithms.TryGetValue(word, out byte algorithm):
                data.Add(algorithm);
                break;
            case RecordField.Algorithm:
                AddNumber(word, byte.MaxValue, 1, data);
                break;
            case RecordField.Certificate when Wire.DnsNames.Certificates.FirstOrDefault(kind => kind.Name.Equals(word, StringComparison.OrdinalIgnoreCase)).Number is > 0 and var kind:
                Add((uint)kind, 2, data);
                break;
            case RecordField.U16 or RecordField.Certificate:
                AddNumber(word, ushort.MaxValue, 2, data);
                break;
            case RecordField.U32:
                AddNumber(word, uint.MaxValue, 4, data);
                break;
            case RecordField.Period:
                Add(Period(word) ?? throw new FormatException($"'{word}' is not a time in seconds, nor such as 1h30m"), 4, data);
                break;
            case RecordField.IPv4:
                // The system's parser takes 10.1 and 0x7f000001 as well; zone files do not.
                data.AddRange(word.Count(c => c == '.') == 3 && word.All(c => c == '.' || char.IsAsciiDigit(c)) && word.Split('.').All(part => part.Length == 1 || part is [not '0', ..]) && IPAddress.TryParse(word, out var four)
                    ? four.GetAddressBytes() : throw new FormatException($"'{word}' is not an IPv4 address"));
                break;
            case RecordField.IPv6:
                data.AddRange(!word.AsSpan().ContainsAny("%[]/") && IPAddress.TryParse(word, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6
                    ? six.GetAddressBytes() : throw new FormatException($"'{word}' is not an IPv6 address"));
                break;
            case RecordField.SharedName or RecordField.OldName or RecordField.PlainName:
                data.AddRange(DnsName.Parse(word, origin).Wire);
                break;
            case RecordField.String:
                AddString(token, data);
                break;
            case RecordField.Word:
                AddString(word.Length > 0 ? token : throw new FormatException("an empty word"), data);
                break;
            case RecordField.Text:
                data.AddRange(DnsText.Unescape(word));
                break;
            case RecordField.Type:
                Add(RecordType.TryParse(word, out var type) ? type.Value : throw new FormatException($"'{word}' is not a type of records"), 2, data);
                break;
            case RecordField.Moment:
                Add(Moment(word), 4, data);
                break;
            case RecordField.Salt:
                AddCounted(word == "-" ? [] : FromHex(word), data);
                break;
            case RecordField.Base32:
                AddCounted(FromBase32(word), data);
                break;
            case RecordField.Eui48 or RecordField.Eui64:
                byte[] eui = FromHex(word.Replace("-", "", StringComparison.Ordinal));
                data.AddRange(eui.Length == RecordLayout.Size(field) ? eui : throw new FormatException($"'{word}' is not {RecordLayout.Size(field)} bytes with dashes between them"));
                break;
            case RecordField.Locator64:
                string[] groups = word.Split(':');
                foreach (string group in groups)
                {
                    Add(groups.Length == 4 && ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value) ? value : throw new FormatException($"'{word}' is not four groups of hexadecimal digits"), 2, data);
                }

                break;
            default:
                throw new InvalidOperationException($"no way to read {field}");
        }
    }

    /// <summary>Seconds, or numbers with s, m, h, d, w behind them; null where it is neither.</summary>
    public static uint? Period(string word)
    {
        if (uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds))
        {
            return seconds;
        }

        ulong sum = 0, number = 0;
        bool digits = false;
        foreach (char c in word)
        {
            if (char.IsAsciiDigit(c))
            {
                number = (number * 10) + (uint)(c - '0');
                digits = true;
            }
            else
            {
                uint unit = char.ToLowerInvariant(c) switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 604_800, _ => 0 };
                if (unit == 0 || !digits)
                {
                    return null;
                }

                sum += number * unit;
                (number, digits) = (0, false);
            }

            if (number > uint.MaxValue || sum > uint.MaxValue)
            {
                return null;
            }
        }

        return digits || word.Length == 0 ? null : (uint)sum;
    }

    public static byte[] FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{text}' is not base 64", e);
        }
    }

    static byte[] FromHex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{text}' is not an even number of hexadecimal digits", e);
        }
    }

    static byte[] FromBase32(string text)
    {
        var bytes = new List<byte>();
        int bits = 0, value = 0;
        foreach (char c in text.TrimEnd('='))
        {
            int digit = Base32Digits.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            value = digit >= 0 ? ((value << 5) | digit) & 0xfff : throw new FormatException($"'{text}' is not base 32 with the extended alphabet");
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(value >> bits));
            }
        }

        return bytes.Count > 0 ? [.. bytes] : throw new FormatException("a hash is missing");
    }

    static uint Moment(string word)
    {
        if (word.Length == 14 && DateTimeOffset.TryParseExact(word, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return (uint)moment.ToUnixTimeSeconds();
        }

        return uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds) ? seconds : throw new FormatException($"'{word}' is not a time: YYYYMMDDHHmmSS");
    }

    static TextToken Next(IReadOnlyList<TextToken> words, ref int at) => at < words.Count ? words[at++] : throw new FormatException("data is missing at the end");

    static string Rest(IReadOnlyList<TextToken> words, ref int at)
    {
        // At least one word: an empty key or digest is none.
        string rest = Next(words, ref at).Text + string.Concat(words.Skip(at).Select(word => word.Text));
        at = words.Count;
        return rest;
    }

    static void AddString(TextToken word, List<byte> data) => AddCounted(DnsText.Unescape(word.Text), data);

    static void AddCounted(byte[] bytes, List<byte> data)
    {
        data.Add(bytes.Length <= 255 ? (byte)bytes.Length : throw new FormatException($"a string of {bytes.Length} bytes; 255 is the most, longer text stands in several"));
        data.AddRange(bytes);
    }

    static void AddNumber(string word, uint most, int size, List<byte> data) =>
        Add(uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number <= most ? number : throw new FormatException($"'{word}' is not a number up to {most}"), size, data);

    static void Add(uint number, int size, List<byte> data)
    {
        for (int i = size - 1; i >= 0; i--)
        {
            data.Add((byte)(number >> (8 * i)));
        }
    }
}
