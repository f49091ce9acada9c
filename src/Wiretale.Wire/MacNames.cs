using System.Buffers.Binary;
using System.Globalization;

namespace Wiretale.Wire;

/// <summary>MAC addresses with what is known of their first bytes in place of them: <c>Xerox_01:02:03</c>, <c>IPv4mcast_02</c>, <c>Broadcast</c>.</summary>
/// <remarks>
/// Well-known groups and the blocks of fewer than 24 bits that IEEE gives away stand beside this file, a line each: the first address of the
/// block, its bits, its name. Manufacturers' blocks are in <see cref="Manufacturers"/>. All is read at the first question.
/// </remarks>
public static class MacNames
{
    /// <summary>Bytes that a name and what follows it may take.</summary>
    public const int MaxLength = 96;

    const int Bits = 48;

    /// <summary>Names at hand, by the addresses' lowest bits; a capture has few, and many of each.</summary>
    const int Kept = 128;

    static readonly Lazy<Register> Loaded = new(Load);

    [ThreadStatic]
    static Recent? recent;

    /// <summary>Writes the name of an address, or the address itself when nothing is known of it, and returns the bytes written (at most <see cref="MaxLength"/>).</summary>
    public static int Format(Span<byte> target, ReadOnlySpan<byte> mac)
    {
        ulong number = ((ulong)BinaryPrimitives.ReadUInt32BigEndian(mac) << 16) | BinaryPrimitives.ReadUInt16BigEndian(mac[4..]);
        var kept = recent ??= new();
        int place = (int)(number % Kept);
        var text = kept.Texts.AsSpan(place * MaxLength, MaxLength);
        if (kept.Lengths[place] == 0 || kept.Numbers[place] != number)
        {
            kept.Numbers[place] = number;
            kept.Lengths[place] = Find(text, mac, number);
        }

        text[..kept.Lengths[place]].CopyTo(target);
        return kept.Lengths[place];
    }

    static int Find(Span<byte> target, ReadOnlySpan<byte> mac, ulong number)
    {
        var register = Loaded.Value;
        if (register.Exact.TryGetValue(number, out var name))
        {
            name.CopyTo(target);
            return name.Length;
        }

        // A block is known by its first address, so that the first addresses of a wide block look like a narrow one.
        for (int bits = Bits - 1; bits >= 16; bits--)
        {
            if (register.Blocks.TryGetValue(number >> (Bits - bits) << (Bits - bits), out name))
            {
                return Join(target, name, mac[(bits / 8)..]);
            }
        }

        var maker = Manufacturers.FindShort((uint)(number >> 24));
        return maker.IsEmpty ? AddressText.Hex(target, mac, (byte)':') : Join(target, maker, mac[3..]);
    }

    static int Join(Span<byte> target, ReadOnlySpan<byte> name, ReadOnlySpan<byte> rest)
    {
        name.CopyTo(target);
        target[name.Length] = (byte)'_';
        return name.Length + 1 + AddressText.Hex(target[(name.Length + 1)..], rest, (byte)':');
    }

    static Register Load()
    {
        using var stream = typeof(MacNames).Assembly.GetManifestResourceStream("MacNames.txt")!;
        var text = new byte[stream.Length];
        stream.ReadExactly(text);
        var register = new Register([], []);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var line = rest[..rest.IndexOf((byte)'\n')];
            rest = rest[(line.Length + 1)..];
            ulong first = ulong.Parse(line[..12], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            int bits = int.Parse(line[13..15], NumberStyles.None, CultureInfo.InvariantCulture);
            (bits == Bits ? register.Exact : register.Blocks)[first] = line[16..].ToArray();
        }

        return register;
    }

    sealed class Recent
    {
        public ulong[] Numbers { get; } = new ulong[Kept];

        public int[] Lengths { get; } = new int[Kept];

        public byte[] Texts { get; } = new byte[Kept * MaxLength];
    }

    sealed record Register(Dictionary<ulong, byte[]> Exact, Dictionary<ulong, byte[]> Blocks);
}
