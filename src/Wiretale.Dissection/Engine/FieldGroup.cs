namespace Wiretale.Dissection.Engine;

/// <summary>Fields that are added together: a dissector that every packet passes asks about all of them at once (<see cref="Packet.Wants(FieldGroup)"/>).</summary>
/// <remarks>A group is a static of its dissector's file; which groups are wanted is settled when an engine is made.</remarks>
public sealed class FieldGroup
{
    static readonly List<FieldGroup> all = [];

    readonly Func<IEnumerable<Field>> fields;

    /// <param name="fields">Its fields, those of expert items included.</param>
    public FieldGroup(Func<IEnumerable<Field>> fields)
    {
        this.fields = fields;
        lock (all)
        {
            Id = all.Count;
            all.Add(this);
        }
    }

    /// <summary>Its fields.</summary>
    public IEnumerable<Field> Fields => fields();

    internal int Id { get; }

    /// <summary>Whether a field of each group is wanted; of groups that come into being later nobody can have asked for one.</summary>
    internal static bool[] Wanted(Demand demand)
    {
        lock (all)
        {
            var wanted = new bool[all.Count];
            for (int i = 0; i < wanted.Length; i++)
            {
                wanted[i] = all[i].Fields.Any(demand.Wants);
            }

            return wanted;
        }
    }
}
