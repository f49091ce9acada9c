namespace Wiretale.Dissection.Engine;

/// <summary>Takes one protocol apart. One instance serves every run; what a run must remember lives in its engine, not here.</summary>
public abstract class Dissector(Protocol protocol)
{
    bool? isApplication;

    /// <summary>What the protocol can say.</summary>
    public Protocol Protocol { get; } = protocol;

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

    /// <summary>Whether the protocol stands above a transport; the folder says so, as folders are the stack.</summary>
    internal bool IsApplication => isApplication ??= GetType().Namespace!.Contains(".Application", StringComparison.Ordinal) || this is Protocols.Data;

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
    readonly DissectorTable[] tables;
    readonly List<Heuristic>[] heuristics;

    internal Claims(DissectorTable[] tables, List<Heuristic>[] heuristics)
    {
        this.tables = tables;
        this.heuristics = heuristics;
    }

    internal Dissector Current { get; set; } = null!;

    /// <summary>The dissector takes numbers of a table. Where two claim one number, the later one in the catalog has it.</summary>
    public void Numbers(TableKey table, params ReadOnlySpan<uint> numbers) => Numbers(table, Current, numbers);

    /// <summary>Another dissector of the same file takes numbers of a table.</summary>
    public void Numbers(TableKey table, Dissector dissector, params ReadOnlySpan<uint> numbers)
    {
        foreach (uint number in numbers)
        {
            tables[table.Index].Set(number, dissector);
        }
    }

    /// <summary>The dissector looks at what nobody claimed by number; asked in catalog order.</summary>
    /// <param name="try">Tests and, when it is the protocol's, dissects; false leaves no trace.</param>
    public void Heuristic(HeuristicKey list, HeuristicDissect @try) => heuristics[list.Index].Add(new(Current, @try));
}

/// <summary>Looks whether bytes are a protocol's and, if so, dissects them and says true.</summary>
public delegate bool HeuristicDissect(Packet p, in View v, Node parent);

/// <summary>A dissector in a heuristic list.</summary>
public readonly record struct Heuristic(Dissector Dissector, HeuristicDissect Try)
{
    /// <summary>Its name in a list, for <c>--disable-heuristic</c>: <c>tls_tcp</c>. Wireshark gives QUIC's no ending.</summary>
    public string Name(HeuristicKey list) => Dissector.Protocol.FilterName is "quic" ? "quic" : $"{Dissector.Protocol.FilterName}_{list.Name}";
}
