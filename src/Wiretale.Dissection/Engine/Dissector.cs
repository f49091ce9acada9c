namespace Wiretale.Dissection.Engine;

/// <summary>Takes one protocol apart. One instance serves every run; what a run must remember lives in its engine, not here.</summary>
public abstract class Dissector
{
    readonly Protocol? given;

    /// <summary>One whose class declares the protocol: that happens when the protocol is first needed, see <see cref="Registry"/>.</summary>
    /// <param name="name">The protocol's name in filters.</param>
    /// <param name="others">What else names begin with that the class declares: <c>mptcp</c> for TCP.</param>
    protected Dissector(string name, params string[] others) => NamePrefixes = [name, .. others];

    /// <summary>One of several dissectors of a class, each with a protocol of its own.</summary>
    /// <param name="protocol">The protocol, made with the dissector.</param>
    /// <param name="others">What else names of its fields begin with.</param>
    protected Dissector(Protocol protocol, params string[] others)
    {
        given = protocol;
        NamePrefixes = [protocol.FilterName, .. others];
    }

    /// <summary>What the protocol can say; declares it when nobody has asked before.</summary>
    public virtual Protocol Protocol => given!;

    /// <summary>The protocol's name in filters, and what else names of fields begin with that it declares.</summary>
    public IReadOnlyList<string> NamePrefixes { get; }

    /// <summary>The protocol's name in filters; <see cref="Protocol.FilterName"/> without declaring it.</summary>
    public string FilterName => NamePrefixes[0];

    /// <summary>Place in the catalog.</summary>
    internal int CatalogIndex { get; set; } = -1;

    /// <summary>Whether nothing else ever stands inside, and what it is given is always its own: then it is not even opened when nobody wants its fields or the columns.</summary>
    public virtual bool IsLeaf => false;

    /// <summary>
    /// Whether it needs what packets of other conversations taught (a connection that was announced), or holds packets of its own (a tunnel): then
    /// its packets are taken apart one after the other with all others, see <see cref="LaneMap"/>. What stands below the applications is taken for a
    /// tunnel unless it says that it is none.
    /// </summary>
    public virtual bool CrossesLanes => !IsApplication;

    /// <summary>
    /// Whether it adds no fields but those of its protocols here: then it is told not to bother (<see cref="Packet.WantsFields"/>) when none of these is
    /// wanted. For what every packet passes; most others share fields with a neighbour, and are rare.
    /// </summary>
    internal virtual bool AddsOnlyItsOwn => false;

    /// <summary>Whether the protocol stands above a transport; the catalog says so, as the folders do.</summary>
    internal bool IsApplication { get; set; }

    /// <summary>Whether it may stand in what TCP and UDP carry: then that is opened when its fields are wanted. What stands in tunnels is opened anyway.</summary>
    public virtual bool IsInPayload => IsApplication;

    /// <summary>More protocols that the same file declares and fills (a data protocol beside its control protocol, say).</summary>
    public virtual IEnumerable<Protocol> MoreProtocols => [];

    /// <summary>More classes whose static fields declare fields of the protocol: a large one's tables, each in its own file.</summary>
    public virtual IEnumerable<Type> MoreTables => [];

    /// <summary>Takes its place: the numbers and heuristic lists under which parents find it.</summary>
    public virtual void Claim(Claims claims)
    {
    }

    /// <summary>Takes the bytes apart.</summary>
    /// <returns>How many bytes it took; 0 when they are not its protocol's (the parent then asks the next), negative never.</returns>
    public abstract int Dissect(Packet p, in View v, Node parent);
}

/// <summary>Where a dissector puts its claims, while an engine is being set up.</summary>
public sealed class Claims
{
    readonly List<DissectorTable> tables = [];
    readonly List<List<Heuristic>> heuristics = [];

    internal Claims()
    {
    }

    internal Dissector Current { get; set; } = null!;

    /// <summary>The tables, by <see cref="TableKey.Index"/>; of those that nobody claimed a number of, some may be missing.</summary>
    internal DissectorTable[] Tables => [.. tables];

    /// <summary>The lists, by <see cref="HeuristicKey.Index"/>; of those that nobody is in, some may be missing.</summary>
    internal List<Heuristic>[] Heuristics => [.. heuristics];

    /// <summary>A table, made when there is none yet: keys come into being with their protocols.</summary>
    internal DissectorTable Table(TableKey key)
    {
        while (tables.Count <= key.Index)
        {
            tables.Add(new());
        }

        return tables[key.Index];
    }

    /// <summary>The dissector takes numbers of a table. Where two claim one number, the later one in the catalog has it.</summary>
    public void Numbers(TableKey table, params ReadOnlySpan<uint> numbers) => Numbers(table, Current, numbers);

    /// <summary>Another dissector of the same file takes numbers of a table.</summary>
    public void Numbers(TableKey table, Dissector dissector, params ReadOnlySpan<uint> numbers)
    {
        foreach (uint number in numbers)
        {
            Table(table).Set(number, dissector);
        }
    }

    /// <summary>The dissector looks at what nobody claimed by number; asked in catalog order.</summary>
    /// <param name="try">Tests and, when it is the protocol's, dissects; false leaves no trace.</param>
    public void Heuristic(HeuristicKey list, HeuristicDissect @try)
    {
        while (heuristics.Count <= list.Index)
        {
            heuristics.Add([]);
        }

        heuristics[list.Index].Add(new(Current, @try));
    }
}

/// <summary>Looks whether bytes are a protocol's and, if so, dissects them and says true.</summary>
public delegate bool HeuristicDissect(Packet p, in View v, Node parent);

/// <summary>A dissector in a heuristic list.</summary>
public readonly record struct Heuristic(Dissector Dissector, HeuristicDissect Try)
{
    /// <summary>Its name in a list, for <c>--disable-heuristic</c>: <c>tls_tcp</c>. Wireshark gives QUIC's no ending.</summary>
    public string Name(HeuristicKey list) => Dissector.FilterName is "quic" ? "quic" : $"{Dissector.FilterName}_{list.Name}";
}
