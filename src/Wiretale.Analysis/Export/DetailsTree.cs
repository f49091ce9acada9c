using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>The details tree (-V): every item on a line, indented by depth.</summary>
public sealed class DetailsTree : ISink
{
    readonly int[] depths = new int[65536];

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            var items = batch.Items(i);
            for (int k = 0; k < items.Length; k++)
            {
                ref readonly var item = ref items[k];
                int depth = item.Parent < 0 ? 0 : depths[item.Parent & 0xffff] + 1;
                depths[k & 0xffff] = depth;
                if ((item.Flags & ItemFlags.Hidden) != 0)
                {
                    continue;
                }

                for (int d = 0; d < depth; d++)
                {
                    output.Append("    "u8);
                }

                bool generated = (item.Flags & ItemFlags.Generated) != 0;
                if (generated)
                {
                    output.Append('[');
                }

                if (item.LabelLength > 0)
                {
                    output.Append(batch.Labels.Slice(item.Label, item.LabelLength));
                }
                else
                {
                    FieldFormat.Label(output, batch.Registry[item.Field], item, batch.ValueBytes(i, item));
                }

                output.Append(generated ? "]\n" : "\n");
            }

            output.Append('\n');
        }
    }
}
