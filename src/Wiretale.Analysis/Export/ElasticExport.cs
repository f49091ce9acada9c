using System.Text;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Session;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>The details as JSON for Elasticsearch's bulk import, two lines per packet (<c>-T ek</c>).</summary>
public sealed class ElasticExport : ISink
{
    static readonly Field TextField = Catalog.Registry.Find("text")!;

    readonly Registry registry;
    readonly ColumnCells cells;
    readonly LayerFilter? filter;
    readonly FieldMatches? matches;
    readonly string[] names;
    readonly FieldMap<byte[]?> keys = new();
    readonly ItemGroups groups;

    /// <param name="registry">Knows the fields.</param>
    /// <param name="cells">Writes the columns that <paramref name="fields"/> may name.</param>
    /// <param name="filter">Which layers are opened; null for all.</param>
    /// <param name="fields">The fields shown (<c>-e</c>); null or none for all.</param>
    public ElasticExport(Registry registry, ColumnCells cells, LayerFilter? filter = null, IReadOnlyList<string>? fields = null)
    {
        this.registry = registry;
        this.cells = cells;
        this.filter = filter;
        names = fields is null ? [] : [.. fields];
        matches = names.Length > 0 ? new(names, registry, cells.Layout) : null;
        groups = new(registry);
    }

    /// <inheritdoc />
    public ISink? Beside() => matches is null ? new ElasticExport(registry, cells, filter) : null;

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (!batch[i].IsFilteredOut)
            {
                Packet(batch, i, output);
            }

            if (matches is not null)
            {
                cells.Pass(batch, i);
            }
        }
    }

    static string Key(Field field)
    {
        string name = field.Name.Replace('.', '_');
        return field == field.Protocol.Self || field == TextField ? name : field.Protocol.FilterName.Replace('.', '_') + "_" + name;
    }

    void Packet(DissectedBatch batch, int packet, Utf8Text output)
    {
        var time = batch.Frames[packet].Time;
        output.Append("{\"index\":{\"_index\":\"packets-"u8);
        TimeText.LocalDate(output, time);
        output.Append("\",\"_type\":\"doc\"}}\n{\"timestamp\":\""u8);
        output.Append((time.Seconds * 1000) + (time.Nanoseconds / 1_000_000));
        output.Append("\",\"layers\":{"u8);
        var items = batch.Items(packet);
        if (matches is null)
        {
            groups.Load(items);
            Groups(batch, packet, groups.GroupTop(batch, packet), isTop: true, output);
        }
        else
        {
            Fields(batch, packet, output);
        }

        output.Append("}}\n"u8);
    }

    /// <summary>Writes groups of items, each as one key; what stands under values follows them at the same level.</summary>
    void Groups(DissectedBatch batch, int packet, int head, bool isTop, Utf8Text output)
    {
        var items = batch.Items(packet);
        for (int group = head; group >= 0; group = groups.NextGroup(group))
        {
            if (group != head)
            {
                output.Append(',');
            }

            var field = batch.Registry[items[group].Field];
            bool several = groups.NextInGroup(group) >= 0;
            bool closed = filter is not null && !filter.Opens(field.Name, isTop);
            output.Append('"');
            output.Append(keys[field.Id] ??= Encoding.UTF8.GetBytes(Key(field)));
            output.Append(several ? "\":["u8 : "\":"u8);
            for (int i = group; i >= 0; i = groups.NextInGroup(i))
            {
                if (i != group)
                {
                    output.Append(',');
                }

                if (closed)
                {
                    output.Append($"{{\"filtered\":\"{field.Name}\"}}");
                }
                else if (field.Type == FieldType.Protocol)
                {
                    output.Append('{');
                    Groups(batch, packet, groups.GroupBelow(batch, packet, i, wholeGroup: false), isTop: false, output);
                    output.Append('}');
                }
                else
                {
                    Value(batch, packet, field, items[i], output);
                }
            }

            if (several)
            {
                output.Append(']');
            }

            if (!closed && field.Type != FieldType.Protocol && groups.AnyHasChildren(group))
            {
                output.Append(',');
                Groups(batch, packet, groups.GroupBelow(batch, packet, group, wholeGroup: true), isTop: false, output);
            }
        }
    }

    static void Value(DissectedBatch batch, int packet, Field field, in Item item, Utf8Text output)
    {
        if (field.Type == FieldType.Boolean)
        {
            output.Append(item.Value != 0 ? "true"u8 : "false"u8);
            return;
        }

        if (field.Type == FieldType.None && field != TextField)
        {
            output.Append("null"u8);
            return;
        }

        output.Append('"');
        if (field == TextField)
        {
            int start = output.Length;
            DetailsTree.PlainLabel(batch, packet, field, item, output);
            JsonText.Escape(output, start);
        }
        else if (field.Type == FieldType.AbsoluteTime)
        {
            TimeText.Iso(output, ItemValue.Unpack(item.Value));
        }
        else
        {
            JsonText.Value(output, field, item, batch.ValueBytes(packet, item));
        }

        output.Append('"');
        output.Pause();
    }

    void Fields(DissectedBatch batch, int packet, Utf8Text output)
    {
        var items = batch.Items(packet);
        matches!.Find(items);
        bool first = true;
        for (int k = 0; k < names.Length; k++)
        {
            bool isColumn = matches.Column(k) is not null;
            if (!isColumn && matches.First(k) < 0)
            {
                continue;
            }

            output.Append($"{(first ? "" : ",")}\"{names[k].Replace('.', '_')}\":[");
            first = false;
            if (isColumn)
            {
                output.Append('"');
                int start = output.Length;
                cells.Write(batch, packet, matches.Column(k)!, output);
                JsonText.Escape(output, start);
                output.Append('"');
            }

            for (int i = isColumn ? -1 : matches.First(k); i >= 0; i = matches.Next(i))
            {
                output.Append('"');
                int start = output.Length;
                FieldMatches.Value(batch, packet, items[i], output);
                JsonText.Escape(output, start);
                output.Append(matches.Next(i) < 0 ? "\""u8 : "\","u8);
            }

            output.Append(']');
        }
    }
}
