namespace Wiretale.Lab.Dns.Zones;

/// <summary>
/// The zones of a server, as one tree: a name belongs to the lowest zone above it. Names are found by a table of all names; what is not in it
/// has a closest encloser that is (RFC 4592 section 3.3.1).
/// </summary>
public sealed class ZoneSet
{
    readonly Dictionary<DnsName, Zone> zones = [];
    readonly Entry?[] table;

    /// <summary>Takes zones of different names.</summary>
    /// <exception cref="ZoneException">Two have the same.</exception>
    public ZoneSet(IEnumerable<Zone> all)
    {
        foreach (var zone in all)
        {
            if (!zones.TryAdd(zone.Name, zone))
            {
                throw new ZoneException($"the zone {zone.Name} is there twice");
            }
        }

        var entries = zones.Values.SelectMany(zone => zone.Nodes).Where(node => !node.IsOccluded && IsLowest(node)).ToList();
        table = new Entry?[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(entries.Count * 2) + 2)];
        foreach (var node in entries)
        {
            byte[] lower = node.Name.ToLower().Wire.ToArray();
            uint hash = Hash(lower);
            table[hash & Mask] = new(node, lower, hash, table[hash & Mask]);
        }
    }

    /// <summary>The zones.</summary>
    public IReadOnlyCollection<Zone> Zones => zones.Values;

    uint Mask => (uint)table.Length - 1;

    /// <summary>The zone with this name.</summary>
    public Zone? Find(DnsName name) => zones.GetValueOrDefault(name);

    /// <summary>The node of a name, or of the closest name above it that there is.</summary>
    /// <param name="lower">The name, in small letters.</param>
    /// <param name="isExact">Whether it is the name's own.</param>
    internal Entry? Closest(ReadOnlySpan<byte> lower, out bool isExact)
    {
        // Where labels begin, and the hashes of what is from there on.
        Span<byte> starts = stackalloc byte[DnsName.MaximumLength];
        Span<uint> hashes = stackalloc uint[128];
        int count = 0;
        for (int at = 0; lower[at] != 0; at += lower[at] + 1)
        {
            starts[count++] = (byte)at;
        }

        starts[count] = (byte)(lower.Length - 1);
        uint hash = hashes[count] = Start;
        for (int i = count - 1; i >= 0; i--)
        {
            hashes[i] = hash = Add(hash, lower[starts[i]..starts[i + 1]]);
        }

        for (int i = 0; i <= count; i++)
        {
            for (var entry = table[hashes[i] & Mask]; entry is not null; entry = entry.Next)
            {
                if (entry.Hash == hashes[i] && lower[starts[i]..].SequenceEqual(entry.Lower))
                {
                    isExact = i == 0;
                    return entry;
                }
            }
        }

        isExact = false;
        return null;
    }

    /// <summary>The same for a name.</summary>
    internal ZoneNode? Closest(DnsName name, out bool isExact) => Closest(name.ToLower().Wire, out isExact)?.Node;

    /// <summary>Whether no zone below the node's own has the name.</summary>
    bool IsLowest(ZoneNode node)
    {
        for (var name = node.Name; name != node.Zone.Name; name = name.Parent)
        {
            if (zones.ContainsKey(name))
            {
                return false;
            }
        }

        return true;
    }

    const uint Start = 2166136261;

    static uint Add(uint hash, ReadOnlySpan<byte> label)
    {
        foreach (byte b in label)
        {
            hash = (hash ^ b) * 16777619;
        }

        // FNV leaves the low bits, which choose the place, to the last byte alone.
        return hash ^ (hash >> 15);
    }

    static uint Hash(ReadOnlySpan<byte> lower) => lower[0] == 0 ? Start : Add(Hash(lower[(lower[0] + 1)..]), lower[..(lower[0] + 1)]);

    /// <summary>A name in the table, with the answers that were prepared for it and for what is below.</summary>
    internal sealed class Entry(ZoneNode node, byte[] lower, uint hash, Entry? next)
    {
        public readonly ZoneNode Node = node;
        public readonly byte[] Lower = lower;
        public readonly uint Hash = hash;
        public readonly Entry? Next = next;

        /// <summary>Answers to who asks for this name; made when it is asked for first.</summary>
        public PreparedAnswers? Own;

        /// <summary>Answers to who asks for a name below that is not there.</summary>
        public PreparedAnswers? Below;
    }
}
