using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Reassembly;

/// <summary>The fields by which a protocol shows what its datagram was put together from, and the branch of the tree made of them.</summary>
public sealed class FragmentFields
{
    readonly Field list, one, overlap, conflict, multipleTails, tooLong, count, length, reassembledIn;
    readonly Field? data;
    readonly string what;

    /// <param name="protocol">The protocol that fragments.</param>
    /// <param name="prefix">Prefix of the field names: <c>ip</c> makes <c>ip.fragment.overlap</c>.</param>
    /// <param name="what">As labels say it: <c>IPv4</c>.</param>
    /// <param name="listHasBytes">Whether the list's own field has the bytes as its value.</param>
    /// <param name="reassembledIn">Name of the field that refers to the frame where all fragments are there.</param>
    /// <param name="hasData">Whether a field has the bytes of the whole.</param>
    public FragmentFields(Protocol protocol, string prefix, string what, bool listHasBytes, string reassembledIn, bool hasData = true)
    {
        this.what = what;
        overlap = Flag("fragment.overlap", "Fragment overlap");
        conflict = Flag("fragment.overlap.conflict", "Conflicting data in fragment overlap");
        multipleTails = Flag("fragment.multipletails", "Multiple tail fragments found");
        tooLong = Flag("fragment.toolongfragment", "Fragment too long");
        protocol.FrameNumber($"{prefix}.fragment.error", "Defragmentation error", "Defragmentation error due to illegal fragments");
        count = protocol.UInt32($"{prefix}.fragment.count", "Fragment count");
        one = protocol.FrameNumber($"{prefix}.fragment", $"{what} Fragment");
        list = listHasBytes ? protocol.Bytes($"{prefix}.fragments", $"{what} Fragments") : protocol.Label($"{prefix}.fragments", $"{what} Fragments");
        this.reassembledIn = protocol.FrameNumber(reassembledIn, $"Reassembled {what} in frame", $"This {what} packet is reassembled in this frame");
        length = protocol.UInt32($"{prefix}.reassembled.length", $"Reassembled {what} length", blurb: "The total length of the reassembled payload");
        data = !hasData ? null : protocol.Bytes($"{prefix}.reassembled.data", $"Reassembled {what} data", blurb: "The reassembled payload");
        BufferName = $"Reassembled {what}";

        Field Flag(string name, string label) => protocol.Field(FieldType.Boolean, $"{prefix}.{name}", label);
    }

    /// <summary>Title of the buffer.</summary>
    public string BufferName { get; }

    /// <summary>Whether fragments contradict each other so that what was put together cannot be trusted.</summary>
    public static bool IsIllegal(FragmentFlags flags) => (flags & (FragmentFlags.Conflict | FragmentFlags.MultipleTails | FragmentFlags.TooLong)) != 0;

    /// <summary>Shows what a datagram was put together from; says so in the Info column when the fragments contradict each other.</summary>
    /// <param name="v">The datagram's bytes.</param>
    public void Show(Packet p, Datagram datagram, in View v, Node parent)
    {
        if (IsIllegal(datagram.Flags))
        {
            p.Info.Set($"[Illegal {what} fragments]");
        }

        if (!p.WantsFields)
        {
            return;
        }

        var tree = p.Generated(p.Add(parent, list, v, 0, v.Captured));
        var fragments = datagram.Fragments;
        p.Label(tree, $"{fragments.Count} {what} Fragment{(fragments.Count == 1 ? "" : "s")} ({datagram.Length} byte{(datagram.Length == 1 ? "" : "s")}): ");
        for (int i = 0; i < fragments.Count; i++)
        {
            p.AppendLabel(tree, $"{(i == 0 ? "" : ", ")}#{fragments[i].Frame}({fragments[i].Length})");
        }

        for (int i = 0; i < fragments.Count; i++)
        {
            var fragment = fragments[i];
            int at = Math.Min(fragment.Offset, v.Captured);
            var node = p.Generated(p.AddUInt(tree, one, v, at, Math.Min(fragment.Length, v.Captured - at), (uint)fragment.Frame));
            if (fragment.Length > 0)
            {
                p.Label(node, $"Frame: {fragment.Frame}, payload: {fragment.Offset}-{fragment.Offset + fragment.Length - 1} ({fragment.Length} byte{(fragment.Length == 1 ? "" : "s")})");
            }
            else
            {
                p.Label(node, $"Frame: {fragment.Frame} (no data)");
            }

            AddFlag(p, fragment.Flags, FragmentFlags.Overlap, overlap, v, node);
            AddFlag(p, fragment.Flags, FragmentFlags.Conflict, conflict, v, node);
            AddFlag(p, fragment.Flags, FragmentFlags.MultipleTails, multipleTails, v, node);
            AddFlag(p, fragment.Flags, FragmentFlags.TooLong, tooLong, v, node);
        }

        p.Generated(p.AddUInt(tree, count, v, 0, 0, (uint)fragments.Count));
        p.Generated(p.AddUInt(tree, length, v, 0, 0, (uint)datagram.Length));
        if (data is not null)
        {
            p.Generated(p.Add(tree, data, v, 0, v.Captured));
        }
    }

    /// <summary>Shows of a fragment in which frame its datagram is put together, when an earlier pass found it out.</summary>
    public void ShowLater(Packet p, in View v, Node tree)
    {
        uint later = p.Later(reassembledIn);
        p.AddLater(tree, reassembledIn, v, later);
        if (later != 0)
        {
            p.Info.Append($" [Reassembled in #{later}]");
        }
    }

    static void AddFlag(Packet p, FragmentFlags flags, FragmentFlags flag, Field field, in View v, Node node)
    {
        if ((flags & flag) != 0)
        {
            p.Generated(p.AddFlag(node, field, v, 0, 0, true));
        }
    }
}
