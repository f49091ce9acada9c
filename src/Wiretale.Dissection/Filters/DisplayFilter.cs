using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>A compiled display filter, in Wireshark's language (4.0). It may be used by several threads at once.</summary>
/// <example><code>
/// var filter = DisplayFilter.Compile("tcp.port == 80 and http", Catalog.Registry);
/// filter.AddTo(demand);
/// ...
/// if (filter.Matches(batch, i)) { ... }
/// </code></example>
public sealed class DisplayFilter
{
    readonly Test? test;
    readonly ReferenceSource[] references;
    readonly FieldSet[] used;
    readonly bool fromEnd;
    FilterRun? idle;

    DisplayFilter(string text, Bound? bound, Test? test, ReferenceSource[] references, FieldSet[] used, bool fromEnd)
    {
        Text = text;
        Bound = bound;
        this.test = test;
        this.references = references;
        this.used = used;
        this.fromEnd = fromEnd;
    }

    /// <summary>What was compiled.</summary>
    public string Text { get; }

    /// <summary>The checked tree; null for the empty filter.</summary>
    internal Bound? Bound { get; }

    /// <summary>What the filter says of frames by their headers alone, for <see cref="EngineSettings.Sieve"/>; null where that is nothing.</summary>
    public HeaderSieve? Sieve => HeaderSieve.Of(Bound);

    /// <summary>The fields that the filter names, without repetition.</summary>
    public IEnumerable<Field> Fields => used.Concat(references.Select(r => r.Set)).SelectMany(s => s.Fields).Distinct();

    /// <summary>The protocols whose fields the filter names: what lies above them need not be opened.</summary>
    public IEnumerable<Protocol> Protocols => Fields.Select(f => f.Protocol).Distinct();

    /// <summary>Compiles a filter. An empty text gives a filter that every packet passes.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="registry">Whose names it uses.</param>
    /// <param name="unknownIsAbsent">Whether a name that does not exist is taken for a field that no packet has, instead of being refused: for filters that were written for other programs.</param>
    /// <exception cref="FilterException">The text is not a filter; the exception says what is wrong and where.</exception>
    public static DisplayFilter Compile(string text, Registry registry, bool unknownIsAbsent = false)
    {
        try
        {
            if (new Parser(text).Parse() is not { } syntax)
            {
                return new(text, null, null, [], [], fromEnd: false);
            }

            var checker = new Checker(new FieldNames(registry), unknownIsAbsent);
            var bound = checker.Check(syntax);
            var compiler = new Compiler(registry);
            var test = compiler.Compile(bound);
            return new(text, bound, test, [.. compiler.References], [.. checker.Used], text.Contains('#', StringComparison.Ordinal));
        }
        catch (FilterException e)
        {
            e.Text = text;
            throw;
        }
    }

    /// <summary>Asks for the fields that the filter names, and for nothing else.</summary>
    public void AddTo(Demand demand)
    {
        foreach (var field in Fields)
        {
            demand.Want(field);
            if (fromEnd)
            {
                // Counting layers from the end takes all of them.
                demand.Want(field.Protocol.Self);
            }
        }
    }

    /// <summary>Whether a packet passes. Allocates nothing once its buffers have grown.</summary>
    public bool Matches(DissectedBatch batch, int packet)
    {
        if (test is null)
        {
            return true;
        }

        var run = Interlocked.Exchange(ref idle, null) ?? new();
        run.Start(batch, packet);
        bool passes = test.Run(run);
        run.End();
        idle = run;
        return passes;
    }

    /// <summary>Chooses the packet that references such as <c>${ip.src}</c> take their values from; until then they have none.</summary>
    public void SetReference(DissectedBatch batch, int packet)
    {
        var run = new FilterRun();
        run.Start(batch, packet);
        foreach (var reference in references)
        {
            reference.Take(run);
        }
    }

    /// <inheritdoc />
    public override string ToString() => Text;
}
