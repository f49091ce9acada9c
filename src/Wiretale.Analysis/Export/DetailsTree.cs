using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>The details tree of a packet (<c>-V</c>, <c>-O</c>): every item on a line, indented by its depth.</summary>
public sealed class DetailsTree
{
    static readonly Field Data = Catalog.Registry.Find("data")!;

    readonly HashSet<string>? only;
    readonly bool dumpsData;
    int[] depths = new int[256];

    /// <param name="only">Filter names of the protocols whose fields are shown (<c>-O</c>); null for all. Of the others only the headings remain.</param>
    /// <param name="dumpsData">Whether bytes that nobody takes apart are dumped under their heading; not when the whole packet is dumped anyway.</param>
    public DetailsTree(IEnumerable<string>? only = null, bool dumpsData = true)
    {
        this.only = only is null ? null : new(only, StringComparer.Ordinal);
        this.dumpsData = dumpsData;
    }

    /// <summary>Another that writes the same, for another thread.</summary>
    public DetailsTree Beside() => new(only, dumpsData);

    /// <summary>Writes a packet's tree.</summary>
    public void Write(DissectedBatch batch, int packet, Utf8Text output)
    {
        const int NotShown = int.MaxValue;
        var items = batch.Items(packet);
        if (depths.Length < items.Length)
        {
            depths = new int[items.Length * 2];
        }

        for (int i = 0; i < items.Length; i++)
        {
            ref readonly var item = ref items[i];
            int above = item.Parent < 0 ? -1 : depths[item.Parent];
            depths[i] = NotShown;
            if (above == NotShown || (item.Flags & ItemFlags.Hidden) != 0)
            {
                continue;
            }

            var field = batch.Registry[item.Field];
            int depth = above + 1;
            if (item.Parent >= 0 && only is not null && !only.Contains(OwnerOf(items, i, batch.Registry)))
            {
                continue;
            }

            depths[i] = depth;
            for (int d = 0; d < depth; d++)
            {
                output.Append("    "u8);
            }

            Label(batch, packet, field, item, output);
            output.Append('\n');
            if (dumpsData && field == Data && (only is null || only.Contains("data")))
            {
                output.Append('\n');
                HexDump.Write(RawBytes.Covered(batch, packet, item), new(), output);
            }
        }
    }

    /// <summary>Writes an item's label as the tree shows it, in square brackets when it was worked out.</summary>
    public static void Label(DissectedBatch batch, int packet, Field field, in Item item, Utf8Text output)
    {
        bool generated = (item.Flags & ItemFlags.Generated) != 0;
        if (generated)
        {
            output.Append('[');
        }

        PlainLabel(batch, packet, field, item, output);
        if (generated)
        {
            output.Append(']');
        }
    }

    /// <summary>Writes an item's label without brackets.</summary>
    public static void PlainLabel(DissectedBatch batch, int packet, Field field, in Item item, Utf8Text output)
    {
        if (item.LabelLength > 0)
        {
            FieldFormat.Limited(output, field, batch.Label(packet, item));
        }
        else
        {
            FieldFormat.Label(output, field, item, batch.ValueBytes(packet, item), batch.Names, batch.Frames[packet].Number);
        }
    }

    /// <summary>The protocol heading that an item stands under.</summary>
    static string OwnerOf(ReadOnlySpan<Item> items, int index, Registry registry)
    {
        while (items[index].Parent >= 0)
        {
            index = items[index].Parent;
        }

        return registry[items[index].Field].Protocol.FilterName;
    }
}
