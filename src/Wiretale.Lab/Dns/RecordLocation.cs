using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Wiretale.Lab.Dns;

/// <summary>A place on earth (RFC 1876): sizes in powers of ten of a centimetre, angles in thousandths of a second of arc.</summary>
static class RecordLocation
{
    const uint Equator = 1u << 31;

    /// <summary>Altitudes are counted from 100 km below the ground, in centimetres.</summary>
    const long Below = 10_000_000;

    public static bool IsGood(ReadOnlySpan<byte> data) => data.Length == 16;

    public static void Write(StringBuilder text, ReadOnlySpan<byte> data)
    {
        // Another version is only bytes to us (section 2).
        if (data[0] != 0 || !IsSize(data[1]) || !IsSize(data[2]) || !IsSize(data[3]))
        {
            text.Append(RecordText.WriteGeneric(data));
            return;
        }

        Angle(text, BinaryPrimitives.ReadUInt32BigEndian(data[4..]), 'N', 'S');
        Angle(text, BinaryPrimitives.ReadUInt32BigEndian(data[8..]), 'E', 'W');
        long altitude = BinaryPrimitives.ReadUInt32BigEndian(data[12..]) - Below;
        text.Append(CultureInfo.InvariantCulture, $"{altitude / 100m:0.00}m");
        foreach (byte size in data[1..4])
        {
            decimal metres = (size >> 4) * Power(size & 15) / 100m;
            text.Append(' ').Append(metres.ToString(metres >= 1 ? "0" : "0.00", CultureInfo.InvariantCulture)).Append('m');
        }
    }

    static bool IsSize(byte size) => size >> 4 <= 9 && (size & 15) <= 9;

    static long Power(int exponent)
    {
        long power = 1;
        while (exponent-- > 0)
        {
            power *= 10;
        }

        return power;
    }

    static void Angle(StringBuilder text, uint value, char positive, char negative)
    {
        long angle = Math.Abs((long)value - Equator);
        text.Append(CultureInfo.InvariantCulture, $"{angle / 3_600_000} {angle / 60_000 % 60} {angle % 60_000 / 1000m:0.000} {(value >= Equator ? positive : negative)} ");
    }

    public static void Parse(IReadOnlyList<TextToken> words, ref int at, List<byte> data)
    {
        uint latitude = ParseAngle(words, ref at, "NS", 90), longitude = ParseAngle(words, ref at, "EW", 180);
        long altitude = Below + Metres(at < words.Count ? words[at++].Text : throw new FormatException("a location ends with its altitude in metres"));
        byte[] bytes = [0, 0x12, 0x16, 0x13, .. new byte[12]];
        for (int i = 1; i <= 3 && at < words.Count; i++)
        {
            bytes[i] = Size(Metres(words[at++].Text));
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), latitude);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), longitude);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), altitude is >= 0 and <= uint.MaxValue ? (uint)altitude : throw new FormatException("an altitude is from -100000m to 42849672.95m"));
        data.AddRange(bytes);
    }

    static uint ParseAngle(IReadOnlyList<TextToken> words, ref int at, string directions, int most)
    {
        decimal[] parts = new decimal[3];
        for (int i = 0; i < 4 && at < words.Count; i++)
        {
            string word = words[at++].Text.ToUpperInvariant();
            if (word.Length == 1 && directions.Contains(word[0], StringComparison.Ordinal) && i > 0)
            {
                decimal thousandths = (((parts[0] * 60) + parts[1]) * 60 + parts[2]) * 1000;
                if (thousandths > most * 3_600_000m)
                {
                    break;
                }

                return word[0] == directions[0] ? Equator + (uint)thousandths : Equator - (uint)thousandths;
            }

            if (i == 3 || !decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out parts[i]) || parts[i] >= (i == 0 ? most + 1 : 60))
            {
                break;
            }
        }

        throw new FormatException($"a location has degrees up to {most}, minutes, seconds and {directions[0]} or {directions[1]}");
    }

    static long Metres(string word) => decimal.TryParse(word.TrimEnd('m', 'M'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal metres) && Math.Abs(metres) < 1_000_000_000
        ? (long)(metres * 100) : throw new FormatException($"'{word}' is not a length in metres");

    static byte Size(long centimetres)
    {
        int exponent = 0;
        long digits = centimetres is >= 0 and <= 9_000_000_000 ? centimetres : throw new FormatException("a size or precision is from 0m to 90000000m");
        while (digits > 9)
        {
            digits /= 10;
            exponent++;
        }

        return (byte)((digits << 4) | (uint)exponent);
    }
}
