using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests;

/// <summary>A line for each packet that is shown: values of fields, as they stand in the batch.</summary>
sealed class ItemLines : ISink
{
    public ItemLines(Demand demand, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            demand.Want(Catalog.Registry.Find(name)!);
        }
    }

    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].IsFilteredOut)
            {
                continue;
            }

            foreach (ref readonly var item in batch.Items(i))
            {
                output.Append((uint)item.Field);
                output.Append('=');
                output.Append($"{item.Value} ");
            }

            output.Append('\n');
        }
    }
}
