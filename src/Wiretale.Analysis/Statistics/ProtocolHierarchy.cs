using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Statistics;

/// <summary>Which protocols stood on which, in how many frames and bytes (<c>io,phs[,FILTER]</c>).</summary>
public sealed class ProtocolHierarchy : Statistic
{
    const int NameWidth = 40, MostIndented = 16;

    readonly string filterText;
    readonly Node root = new(-1);
    readonly int frame;

    ProtocolHierarchy(string? filter, StatisticSetting setting)
    {
        Filter = setting.Filter(filter, "Couldn't register io,phs tap: ");
        filterText = filter ?? "";
        Registry = setting.Registry;
        frame = Registry.Find("frame")!.Id;
    }

    Registry Registry { get; }

    internal static Statistic Make(string? arguments, StatisticSetting setting) => new ProtocolHierarchy(arguments, setting);

    /// <inheritdoc />
    public override void AddTo(Demand demand)
    {
        // Segments that were put together count after the protocol that asked for them, unless a shown tree has them before it.
        demand.AsMade |= !demand.Tree && !demand.AllFields;
        demand.AllFields = true;
    }

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        var at = root;
        uint bytes = packet.Frame.OriginalLength;
        foreach (ref readonly var item in packet.Items)
        {
            if (item.Parent >= 0)
            {
                continue;
            }

            // What the capture says about the frame is no protocol on the wire; comments, before it, count.
            if (item.Field != frame)
            {
                at = at.Child(item.Field);
                at.Frames++;
                at.Bytes += bytes;
            }
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        string line = new string('=', 67) + "\n";
        output.Append($"\n{line}Protocol Hierarchy Statistics\nFilter: {filterText}\n\n");
        Write(output, root, 0);
        output.Append(line);
    }

    void Write(Utf8Text output, Node node, int depth)
    {
        foreach (var child in node.Children)
        {
            string name = new string(' ', 2 * Math.Min(depth, MostIndented)) + (depth > MostIndented ? "..." : "") + Registry[child.Field].Name;
            output.Append($"{name.PadRight(NameWidth)} frames:{child.Frames} bytes:{child.Bytes}\n");
            Write(output, child, depth + 1);
        }
    }

    sealed class Node(int field)
    {
        public int Field { get; } = field;

        public List<Node> Children { get; } = [];

        public long Frames { get; set; }

        public long Bytes { get; set; }

        public Node Child(int field)
        {
            foreach (var child in Children)
            {
                if (child.Field == field)
                {
                    return child;
                }
            }

            var made = new Node(field);
            Children.Add(made);
            return made;
        }
    }
}
