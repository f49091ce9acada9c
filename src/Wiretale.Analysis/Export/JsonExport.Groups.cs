using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <content>Each key once: items of the same name side by side in an array (<c>--no-duplicate-keys</c>).</content>
public sealed partial class JsonExport
{
    /// <summary>Writes groups of items, and what stands below them.</summary>
    void Groups(DissectedBatch batch, int packet, int head, int level, Utf8Text output)
    {
        bool first = true;
        for (int group = head; group >= 0; group = groups!.NextGroup(group))
        {
            ref readonly var item = ref batch.Items(packet)[group];
            var field = batch.Registry[item.Field];
            bool hasValue = field.Type is not (FieldType.None or FieldType.Protocol);
            if ((parts & JsonParts.Raw) != 0 && field != TextField && AnyRaw(batch, packet, group) is var raw and >= 0)
            {
                Start(batch, packet, field, item, JsonKeyKind.Raw, level, ref first, output);
                Array(batch, packet, raw, level, output, Element.Raw);
            }

            bool isBranch = field.Type == FieldType.Protocol || groups!.AnyHasChildren(group);
            if ((parts & JsonParts.Values) != 0 && (hasValue || !isBranch))
            {
                Start(batch, packet, field, item, JsonKeyKind.Tree, level, ref first, output);
                Array(batch, packet, group, level, output, hasValue ? Element.Value : Element.Nothing);
            }

            if (isBranch)
            {
                Start(batch, packet, field, item, hasValue ? JsonKeyKind.TreeBesideValue : JsonKeyKind.Tree, level, ref first, output);
                Array(batch, packet, group, level, output, Element.Branch);
            }
        }
    }

    /// <summary>The first item of a group from which bytes are shown, or -1.</summary>
    int AnyRaw(DissectedBatch batch, int packet, int group)
    {
        while (group >= 0 && !HasRaw(batch.Items(packet)[group]))
        {
            group = groups!.NextInGroup(group);
        }

        return group;
    }

    /// <summary>Writes the items of a group that have what is asked for: one as it is, several as an array.</summary>
    void Array(DissectedBatch batch, int packet, int group, int level, Utf8Text output, Element element)
    {
        int first = Next(batch, packet, group, element);
        bool several = first >= 0 && Next(batch, packet, groups!.NextInGroup(first), element) >= 0;
        int inner = several ? level + 1 : level;
        if (first < 0)
        {
            output.Append("\"\""u8);
            return;
        }

        if (several)
        {
            output.Append('[');
        }

        for (int i = first; i >= 0; i = Next(batch, packet, groups!.NextInGroup(i), element))
        {
            if (i != first)
            {
                output.Append(',');
            }

            if (several)
            {
                Line(output, LayersLevel + inner);
            }

            ref readonly var item = ref batch.Items(packet)[i];
            var field = batch.Registry[item.Field];
            switch (element)
            {
                case Element.Raw:
                    Raw(batch, packet, field, item, inner, output);
                    break;
                case Element.Value:
                    output.Append('"');
                    Value(batch, packet, field, item, output);
                    output.Append('"');
                    break;
                case Element.Branch when groups!.HasChildren(i):
                    Branch(batch, packet, field, i, inner, isTop: level == 0, output);
                    break;
                default:
                    output.Append("\"\""u8);
                    break;
            }
        }

        if (several)
        {
            Line(output, LayersLevel + level);
            output.Append(']');
        }
    }

    int Next(DissectedBatch batch, int packet, int item, Element element)
    {
        while (item >= 0 && !(element switch
        {
            Element.Raw => HasRaw(batch.Items(packet)[item]),
            Element.Branch => groups!.HasChildren(item) || batch.Items(packet)[item].Parent < 0,
            _ => true,
        }))
        {
            item = groups!.NextInGroup(item);
        }

        return item;
    }

    void Branch(DissectedBatch batch, int packet, Field field, int item, int level, bool isTop, Utf8Text output)
    {
        if (filter is not null && !filter.Opens(field.Name, isTop))
        {
            Filtered(output, level, field);
            return;
        }

        output.Append('{');
        Groups(batch, packet, groups!.GroupBelow(batch, packet, item, wholeGroup: false, byText: true), level + 1, output);
        Line(output, LayersLevel + level);
        output.Append('}');
    }

    enum Element : byte
    {
        Raw, Value, Branch, Nothing,
    }
}
