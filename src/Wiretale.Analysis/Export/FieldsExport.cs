using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>Chosen fields, a line per packet (<c>-T fields -e ...</c>).</summary>
public sealed class FieldsExport : ISink
{
    readonly string[] names;
    readonly FieldsOptions options;
    readonly ColumnCells cells;
    readonly int[] slotOfField;
    readonly ListColumn?[] columns;
    readonly int[] firstMatch;
    readonly int[] lastMatch;
    int[] nextMatch = new int[64];

    /// <param name="names">Field names, or <c>_ws.col.Title</c> for a column of the packet list; all must be <see cref="IsKnown"/>.</param>
    /// <param name="registry">Knows the fields.</param>
    /// <param name="cells">Writes the columns.</param>
    /// <param name="options">How to print.</param>
    public FieldsExport(IReadOnlyList<string> names, Registry registry, ColumnCells cells, FieldsOptions options)
    {
        this.names = [.. names];
        this.options = options;
        this.cells = cells;
        slotOfField = new int[registry.Fields.Count];
        slotOfField.AsSpan().Fill(-1);
        columns = new ListColumn?[names.Count];
        firstMatch = new int[names.Count];
        lastMatch = new int[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            if (ColumnCells.IsColumnName(names[i]))
            {
                columns[i] = ColumnCells.Find(names[i]);
                continue;
            }

            foreach (var field in registry.FindAll(names[i]))
            {
                // A field that is asked for twice stands in its last place only, as in tshark.
                slotOfField[field.Id] = i;
            }
        }
    }

    /// <summary>Whether a name can be asked for.</summary>
    public static bool IsKnown(string name, Registry registry) => ColumnCells.IsColumnName(name) || registry.Find(name) is not null;

    /// <summary>Asks for what the names need.</summary>
    public static void AddTo(Demand demand, IEnumerable<string> names, Registry registry)
    {
        foreach (string name in names)
        {
            if (ColumnCells.IsColumnName(name))
            {
                demand.Columns = true;
                continue;
            }

            foreach (var field in registry.FindAll(name))
            {
                demand.Want(field);

                // Their value is a label, which only a whole tree has.
                demand.Tree |= field.Type == FieldType.Protocol || field == FieldsOf.Text || field == FieldsOf.ExpertMessage;
            }
        }
    }

    /// <inheritdoc />
    public void Begin(Utf8Text output)
    {
        if (options.ByteOrderMark)
        {
            output.Append("\uFEFF");
        }

        if (options.Header)
        {
            output.Append(string.Join(options.Separator, names));
            output.Append('\n');
        }
    }

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].IsFilteredOut)
            {
                cells.Pass(batch, i);
                continue;
            }

            var items = batch.Items(i);
            Match(items);
            for (int k = 0; k < names.Length; k++)
            {
                if (k > 0)
                {
                    output.Append(options.Separator);
                }

                if (columns[k] is { } column)
                {
                    Quote(output);
                    cells.Write(batch, i, column, output);
                    Quote(output);
                }
                else if (firstMatch[k] >= 0)
                {
                    Quote(output);
                    Values(batch, i, items, k, output);
                    Quote(output);
                }
            }

            output.Append('\n');
            cells.Pass(batch, i);
        }
    }

    /// <summary>Chains the items of each wanted field.</summary>
    void Match(ReadOnlySpan<Item> items)
    {
        if (nextMatch.Length < items.Length)
        {
            nextMatch = new int[items.Length * 2];
        }

        firstMatch.AsSpan().Fill(-1);
        for (int i = 0; i < items.Length; i++)
        {
            int slot = slotOfField[items[i].Field];
            if (slot < 0)
            {
                continue;
            }

            if (firstMatch[slot] < 0)
            {
                firstMatch[slot] = i;
            }
            else
            {
                nextMatch[lastMatch[slot]] = i;
            }

            lastMatch[slot] = i;
            nextMatch[i] = -1;
        }
    }

    void Values(DissectedBatch batch, int packet, ReadOnlySpan<Item> items, int slot, Utf8Text output)
    {
        int first = options.Occurrence == Occurrence.Last ? lastMatch[slot] : firstMatch[slot];
        for (int i = first; i >= 0; i = options.Occurrence == Occurrence.All ? nextMatch[i] : -1)
        {
            if (i != first)
            {
                output.Append(options.Aggregator);
            }

            int start = output.Length;
            Value(batch, packet, items[i], output);
            FieldFormat.EscapeWhiteSpace(output, start);
        }
    }

    static void Value(DissectedBatch batch, int packet, in Item item, Utf8Text output)
    {
        var field = batch.Registry[item.Field];
        if (field.Type == FieldType.Protocol || field == FieldsOf.Text)
        {
            DetailsTree.PlainLabel(batch, packet, field, item, output);
        }
        else if (field.Type == FieldType.None)
        {
            output.Append('1');
        }
        else
        {
            FieldFormat.Value(output, field, item, batch.ValueBytes(packet, item));
        }
    }

    void Quote(Utf8Text output)
    {
        if (options.Quote != '\0')
        {
            output.Append(options.Quote);
        }
    }

    static class FieldsOf
    {
        public static readonly Field Text = Dissection.Catalog.Registry.Find("text")!;
        public static readonly Field ExpertMessage = Dissection.Catalog.Registry.Find("_ws.expert.message")!;
    }
}
