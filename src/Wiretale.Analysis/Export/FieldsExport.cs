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
    readonly FieldMatches matches;

    /// <param name="names">Field names, or <c>_ws.col.Title</c> for a column of the packet list; all must be <see cref="FieldMatches.IsKnown"/>.</param>
    /// <param name="registry">Knows the fields.</param>
    /// <param name="cells">Writes the columns.</param>
    /// <param name="options">How to print.</param>
    public FieldsExport(IReadOnlyList<string> names, Registry registry, ColumnCells cells, FieldsOptions options)
    {
        this.names = [.. names];
        this.options = options;
        this.cells = cells;
        matches = new(names, registry, cells.Layout);
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
            matches.Find(items);
            for (int k = 0; k < names.Length; k++)
            {
                if (k > 0)
                {
                    output.Append(options.Separator);
                }

                if (matches.Column(k) is { } column)
                {
                    Quote(output);
                    cells.Write(batch, i, column, output);
                    Quote(output);
                }
                else if (matches.First(k) >= 0)
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

    void Values(DissectedBatch batch, int packet, ReadOnlySpan<Item> items, int slot, Utf8Text output)
    {
        int first = options.Occurrence == Occurrence.Last ? matches.Last(slot) : matches.First(slot);
        for (int i = first; i >= 0; i = options.Occurrence == Occurrence.All ? matches.Next(i) : -1)
        {
            if (i != first)
            {
                output.Append(options.Aggregator);
            }

            int start = output.Length;
            FieldMatches.Value(batch, packet, items[i], output);
            FieldFormat.EscapeWhiteSpace(output, start);
        }
    }

    void Quote(Utf8Text output)
    {
        if (options.Quote != '\0')
        {
            output.Append(options.Quote);
        }
    }
}
