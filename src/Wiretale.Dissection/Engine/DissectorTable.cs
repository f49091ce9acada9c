using System.Runtime.CompilerServices;

namespace Wiretale.Dissection.Engine;

/// <summary>The name of a table by which a parent finds its child: <c>ethertype</c>, <c>ip.proto</c>, <c>tcp.port</c>. Declared by the parent.</summary>
public sealed class TableKey
{
    static readonly List<TableKey> all = [];

    /// <param name="name">Wireshark's name of it, for "decode as".</param>
    /// <param name="label">What its numbers are, for people.</param>
    public TableKey(string name, string label)
    {
        Name = name;
        Label = label;
        lock (all)
        {
            Index = all.Count;
            all.Add(this);
        }
    }

    /// <summary>All tables by name.</summary>
    public static IReadOnlyList<TableKey> All
    {
        get
        {
            _ = Catalog.Registry.Fields;
            lock (all)
            {
                return [.. all.OrderBy(k => k.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Name for <c>-d name==number,protocol</c>.</summary>
    public string Name { get; }

    /// <summary>What its numbers are.</summary>
    public string Label { get; }

    internal int Index { get; }
}

/// <summary>The name of a list of dissectors that look at bytes nobody claimed by number. Declared by the parent.</summary>
public sealed class HeuristicKey
{
    static readonly List<HeuristicKey> all = [];

    /// <param name="name">Wireshark's name of it, such as <c>udp</c>.</param>
    public HeuristicKey(string name)
    {
        Name = name;
        lock (all)
        {
            Index = all.Count;
            all.Add(this);
        }
    }

    /// <summary>All lists by name.</summary>
    public static IReadOnlyList<HeuristicKey> All
    {
        get
        {
            _ = Catalog.Registry.Fields;
            lock (all)
            {
                return [.. all.OrderBy(k => k.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Name of the list.</summary>
    public string Name { get; }

    internal int Index { get; }
}

/// <summary>Which dissector handles which number; one run's own copy, so that "decode as" changes nothing for others.</summary>
public sealed class DissectorTable
{
    const int DenseLimit = 65536;

    readonly Dictionary<uint, Dissector> sparse = [];
    Dissector?[] dense = new Dissector?[256];

    /// <summary>The dissector of a number, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Dissector? Find(uint number)
    {
        var table = dense;
        return number < (uint)table.Length ? table[number] : number < DenseLimit ? null : sparse.GetValueOrDefault(number);
    }

    /// <summary>Every number that is taken, ascending, with its dissector.</summary>
    public IEnumerable<(uint Number, Dissector Dissector)> Entries
    {
        get
        {
            for (uint number = 0; number < (uint)dense.Length; number++)
            {
                if (dense[number] is { } dissector)
                {
                    yield return (number, dissector);
                }
            }

            var large = new List<uint>();
            foreach (var (number, _) in sparse)
            {
                large.Add(number);
            }

            large.Sort();
            foreach (uint number in large)
            {
                yield return (number, sparse[number]);
            }
        }
    }

    /// <summary>Gives a number to a dissector, or takes it away with null.</summary>
    public void Set(uint number, Dissector? dissector)
    {
        if (number < DenseLimit)
        {
            if (number >= dense.Length)
            {
                Array.Resize(ref dense, number < 4096 ? 4096 : DenseLimit);
            }

            dense[number] = dissector;
        }
        else if (dissector is null)
        {
            sparse.Remove(number);
        }
        else
        {
            sparse[number] = dissector;
        }
    }

    internal void Remove(Dissector dissector)
    {
        foreach (var (number, other) in Entries)
        {
            if (other == dissector)
            {
                Set(number, null);
            }
        }
    }
}
