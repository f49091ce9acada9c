using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Statistics;

/// <summary>The fields that a statistic takes from packets, under small numbers of its own: 1 for the first name, and so on.</summary>
/// <remarks>A name that no protocol has is never met.</remarks>
sealed class FieldSlots
{
    readonly FieldMap<byte> slotOf = new();
    readonly Field[] fields;

    public FieldSlots(Registry registry, params string[] names)
    {
        var found = new List<Field>();
        for (int i = 0; i < names.Length; i++)
        {
            foreach (var field in registry.FindAll(names[i]))
            {
                slotOf[field.Id] = (byte)(i + 1);
                found.Add(field);
            }
        }

        fields = [.. found];
    }

    /// <summary>The number of an item's field, 0 when it is none of them.</summary>
    public int Of(in Item item) => slotOf[item.Field];

    public void AddTo(Demand demand)
    {
        foreach (var field in fields)
        {
            demand.Want(field);
        }
    }
}
