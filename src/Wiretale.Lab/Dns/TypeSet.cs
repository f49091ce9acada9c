using System.Text;

namespace Wiretale.Lab.Dns;

/// <summary>The set of types in NSEC, NSEC3 and CSYNC data: windows of 256 types with a bit for each (RFC 4034 section 4.1.2).</summary>
static class TypeSet
{
    public static bool IsGood(ReadOnlySpan<byte> set)
    {
        int before = -1;
        while (set.Length >= 3 && set[0] > before && set[1] is >= 1 and <= 32 && set.Length >= set[1] + 2)
        {
            before = set[0];
            set = set[(set[1] + 2)..];
        }

        return set.IsEmpty;
    }

    public static void Write(StringBuilder text, ReadOnlySpan<byte> set)
    {
        for (; !set.IsEmpty; set = set[(set[1] + 2)..])
        {
            for (int bit = 0; bit < set[1] * 8; bit++)
            {
                if ((set[2 + (bit / 8)] & (0x80 >> (bit % 8))) != 0)
                {
                    text.Append(' ').Append(new RecordType((ushort)((set[0] << 8) + bit)));
                }
            }
        }
    }

    public static void Parse(IEnumerable<string> names, List<byte> data)
    {
        var types = new SortedSet<ushort>();
        foreach (string name in names)
        {
            types.Add(RecordType.TryParse(name, out var type) ? type.Value : throw new FormatException($"'{name}' is not a type of records"));
        }

        foreach (var window in types.GroupBy(type => type >> 8))
        {
            byte[] bits = new byte[((window.Max() & 0xff) / 8) + 1];
            foreach (ushort type in window)
            {
                bits[(type & 0xff) / 8] |= (byte)(0x80 >> (type % 8));
            }

            data.Add((byte)window.Key);
            data.Add((byte)bits.Length);
            data.AddRange(bits);
        }
    }
}
