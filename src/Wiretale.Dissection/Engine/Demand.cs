namespace Wiretale.Dissection.Engine;

/// <summary>What the sinks want of every packet, said beforehand. What nobody wants is not built.</summary>
public sealed class Demand
{
    readonly List<Protocol> protocols = [];
    bool[] wanted = new bool[Registry.DeclaredFields];

    /// <param name="registry">Whose fields may be wanted.</param>
    public Demand(Registry registry) => _ = registry;

    /// <summary>The packet list's columns (Protocol and Info; addresses, times and lengths always stand).</summary>
    public bool Columns { get; set; }

    /// <summary>All fields with their labels: the details tree.</summary>
    public bool Tree { get; set; }

    /// <summary>All fields, in their places, but labels only of lines that are nothing but text: what formats of names and values need.</summary>
    public bool AllFields { get; set; }

    /// <summary>Whether items may stay in the order in which dissectors made them, which is not always the tree's; parents are the same.</summary>
    public bool AsMade { get; set; }

    /// <summary>Whether at least one field is wanted.</summary>
    public bool AnyField { get; private set; }

    /// <summary>Whether a field is wanted by name or through <see cref="Tree"/>.</summary>
    public bool Wants(Field field) => Tree || AllFields || (field.Id < wanted.Length && wanted[field.Id]);

    /// <summary>Asks for a field (a protocol's <see cref="Protocol.Self"/> for its existence).</summary>
    public void Want(Field field)
    {
        if (field.Id >= wanted.Length)
        {
            Array.Resize(ref wanted, Registry.DeclaredFields);
        }

        wanted[field.Id] = true;
        AnyField = true;
        if (protocols.Count == 0 || (protocols[^1] != field.Protocol && !protocols.Contains(field.Protocol)))
        {
            protocols.Add(field.Protocol);
        }

        // Lines of text stand only where all fields do.
        AllFields |= field == Catalog.Text;
    }

    /// <summary>Whether something of a protocol is wanted.</summary>
    public bool WantsAnyOf(Protocol protocol) =>
        Tree || AllFields || protocols.Contains(protocol);

    /// <summary>Whether something is wanted that a dissector may declare, as far as names tell.</summary>
    internal bool WantsAnyOf(Dissector dissector)
    {
        if (Tree || AllFields)
        {
            return true;
        }

        foreach (var protocol in protocols)
        {
            foreach (string name in dissector.NamePrefixes)
            {
                if (FirstPart(name).SequenceEqual(FirstPart(protocol.FilterName)))
                {
                    return true;
                }
            }
        }

        return false;

        static ReadOnlySpan<char> FirstPart(string name)
        {
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            return dot < 0 ? name : name.AsSpan(0, dot);
        }
    }

    /// <summary>By <see cref="Field.Id"/>; what was declared since nobody can have asked for by name.</summary>
    internal bool[] WantedById => wanted;
}
