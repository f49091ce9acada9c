using Wiretale.Analysis.Columns;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>Finds the items of fields that were asked for by name (<c>-e</c>), packet after packet.</summary>
public sealed class FieldMatches
{
    static readonly Field Text = Catalog.Registry.Find("text")!;
    static readonly Field ExpertMessage = Catalog.Registry.Find("_ws.expert.message")!;

    /// <summary>The place of a field that was asked for, from 1.</summary>
    readonly FieldMap<int> placeOf = new();
    readonly ListColumn?[] columns;
    readonly int[] first;
    readonly int[] last;
    int[] next = new int[64];

    /// <param name="names">Field names, or <c>_ws.col.Title</c> for a column of the packet list; all must be <see cref="IsKnown"/>.</param>
    /// <param name="registry">Knows the fields.</param>
    /// <param name="layout">Knows the columns.</param>
    public FieldMatches(IReadOnlyList<string> names, Registry registry, ColumnLayout layout)
    {
        columns = new ListColumn?[names.Count];
        first = new int[names.Count];
        last = new int[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            if (ColumnLayout.IsColumnName(names[i]))
            {
                columns[i] = layout.Find(names[i]);
                continue;
            }

            foreach (var field in registry.FindAll(names[i]))
            {
                // A field that is asked for twice stands in its last place only, as in tshark.
                placeOf[field.Id] = i + 1;
            }
        }
    }

    /// <summary>Whether a name can be asked for.</summary>
    public static bool IsKnown(string name, Registry registry) => ColumnLayout.IsColumnName(name) || registry.Find(name) is not null;

    /// <summary>Asks for what the names need.</summary>
    public static void AddTo(Demand demand, IEnumerable<string> names, Registry registry, ColumnLayout layout)
    {
        foreach (string name in names)
        {
            if (ColumnLayout.IsColumnName(name))
            {
                ColumnLayout.AddTo(layout.Find(name), demand, registry);
                continue;
            }

            foreach (var field in registry.FindAll(name))
            {
                demand.Want(field);

                // Their value is a label, which only a whole tree has.
                demand.Tree |= field.Type == FieldType.Protocol || field == Text || field == ExpertMessage;
            }
        }
    }

    /// <summary>The column that a name means, or null when it means a field.</summary>
    public ListColumn? Column(int slot) => columns[slot];

    /// <summary>The first item of a field, or -1.</summary>
    public int First(int slot) => first[slot];

    /// <summary>The last item of a field; meaningless when it has none.</summary>
    public int Last(int slot) => last[slot];

    /// <summary>The item of the same field after an item, or -1.</summary>
    public int Next(int item) => next[item];

    /// <summary>Chains the items of each field.</summary>
    public void Find(ReadOnlySpan<Item> items)
    {
        if (next.Length < items.Length)
        {
            next = new int[items.Length * 2];
        }

        first.AsSpan().Fill(-1);
        for (int i = 0; i < items.Length; i++)
        {
            int slot = placeOf[items[i].Field] - 1;
            if (slot < 0)
            {
                continue;
            }

            if (first[slot] < 0)
            {
                first[slot] = i;
            }
            else
            {
                next[last[slot]] = i;
            }

            last[slot] = i;
            next[i] = -1;
        }
    }

    /// <summary>Writes an item's value as scripts want it: a protocol's label, 1 for a field without a value, the value of the others.</summary>
    public static void Value(DissectedBatch batch, int packet, in Item item, Utf8Text output)
    {
        var field = batch.Registry[item.Field];
        if (field.Type == FieldType.Protocol || field == Text)
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
}
