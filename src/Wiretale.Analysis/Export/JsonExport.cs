using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Session;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>What <c>-T json</c> shows of an item.</summary>
[Flags]
public enum JsonParts : byte
{
    /// <summary>Values as text.</summary>
    Values = 1,
    /// <summary>Bytes in hexadecimal, with their place (<c>-x</c>, <c>-T jsonraw</c>).</summary>
    Raw = 2,
}

/// <summary>The details as JSON, an object per packet (<c>-T json</c>, <c>-T jsonraw</c>).</summary>
public sealed partial class JsonExport : ISink
{
    /// <summary>Levels of indentation around a packet's layers.</summary>
    const int LayersLevel = 4;

    static readonly Field TextField = Catalog.Registry.Find("text")!;

    readonly Registry registry;
    readonly JsonParts parts;
    readonly LayerFilter? filter;
    readonly FieldMatches? matches;
    readonly string[] names;
    readonly ColumnCells cells;
    readonly ItemGroups? groups;
    JsonKeys keys;
    int[] levels = new int[256];
    bool any;

    /// <param name="registry">Knows the fields.</param>
    /// <param name="cells">Writes the columns that <paramref name="fields"/> may name.</param>
    /// <param name="parts">Values, bytes or both.</param>
    /// <param name="filter">Which layers are opened; null for all.</param>
    /// <param name="fields">The fields shown (<c>-e</c>); null or none for all, as a tree.</param>
    /// <param name="uniqueKeys">Whether what has the same name stands under one key, in an array (<c>--no-duplicate-keys</c>).</param>
    public JsonExport(
        Registry registry, ColumnCells cells, JsonParts parts = JsonParts.Values, LayerFilter? filter = null, IReadOnlyList<string>? fields = null, bool uniqueKeys = false)
    {
        this.registry = registry;
        this.parts = parts;
        this.filter = filter;
        this.cells = cells;
        names = fields is null ? [] : [.. fields];
        matches = names.Length > 0 ? new(names, registry, cells.Layout) : null;
        groups = uniqueKeys ? new(registry) : null;
        keys = new(LayersLevel);
    }

    /// <inheritdoc />
    public void Begin(Utf8Text output) => output.Append("["u8);

    /// <inheritdoc />
    public ISink? Beside() => matches is null ? new JsonExport(registry, cells, parts, filter, uniqueKeys: groups is not null) { any = true, keys = keys } : null;

    /// <inheritdoc />
    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> text)
    {
        bool hasComma = !any && !text.IsEmpty;
        any |= hasComma;
        return hasComma ? text[1..] : text;
    }

    /// <inheritdoc />
    public void End(Utf8Text output) => output.Append(any ? "\n]\n"u8 : "\n\n]\n"u8);

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (!batch[i].IsFilteredOut)
            {
                output.Append(any ? ",\n"u8 : "\n"u8);
                any = true;
                Packet(batch, i, output);
            }

            if (matches is not null)
            {
                cells.Pass(batch, i);
            }
        }
    }

    void Packet(DissectedBatch batch, int packet, Utf8Text output)
    {
        output.Append("  {\n    \"_index\": \"packets-"u8);
        var time = batch.Frames[packet].Time;
        TimeText.LocalDate(output, time);
        output.Append("\",\n    \"_type\": \"doc\",\n    \"_score\": null,\n    \"_source\": {\n      \"layers\": {"u8);
        if (matches is not null)
        {
            Fields(batch, packet, output);
        }
        else if (groups is not null)
        {
            groups.Load(batch.Items(packet));
            Groups(batch, packet, groups.GroupTop(batch, packet, byText: true), 0, output);
        }
        else
        {
            Layers(batch, packet, output);
        }

        output.Append("\n      }\n    }\n  }"u8);
    }

    void Layers(DissectedBatch batch, int packet, Utf8Text output)
    {
        var items = batch.Items(packet);
        if (levels.Length < items.Length)
        {
            levels = new int[items.Length * 2];
        }

        int open = 0;
        bool first = true;
        for (int i = 0; i < items.Length; i++)
        {
            ref readonly var item = ref items[i];
            int level = levels[i] = item.Parent < 0 ? 0 : levels[item.Parent] + 1;
            for (; open > level; open--)
            {
                Line(output, LayersLevel + open - 1);
                output.Append('}');
                first = false;
            }

            var field = batch.Registry[item.Field];
            bool hasChildren = i + 1 < items.Length && items[i + 1].Parent == i;
            bool isBranch = hasChildren || field.Type == FieldType.Protocol;
            if ((parts & JsonParts.Raw) != 0 && field != TextField && HasRaw(item))
            {
                Start(batch, packet, field, item, JsonKeyKind.Raw, level, ref first, output);
                Raw(batch, packet, field, item, level, output);
            }

            bool hasValue = field.Type is not (FieldType.None or FieldType.Protocol);
            if ((parts & JsonParts.Values) != 0 && (hasValue || !isBranch))
            {
                Start(batch, packet, field, item, JsonKeyKind.Value, level, ref first, output);
                if (hasValue)
                {
                    Value(batch, packet, field, item, output);
                }

                output.Append('"');
                output.Pause();
            }

            if (!isBranch)
            {
                continue;
            }

            Start(batch, packet, field, item, hasValue ? JsonKeyKind.TreeBesideValue : JsonKeyKind.Tree, level, ref first, output);
            if (filter is not null && !filter.Opens(field.Name, level == 0))
            {
                Filtered(output, level, field);
                i = Skip(items, i);
                continue;
            }

            if (!hasChildren)
            {
                output.Append("\"\""u8);
                continue;
            }

            output.Append('{');
            open = level + 1;
            first = true;
        }

        for (; open > 0; open--)
        {
            Line(output, LayersLevel + open - 1);
            output.Append('}');
        }
    }

    bool HasRaw(in Item item) => item.Length > 0 || parts == JsonParts.Raw;

    /// <summary>The last item below an item.</summary>
    static int Skip(ReadOnlySpan<Item> items, int top)
    {
        int i = top;
        while (i + 1 < items.Length && items[i + 1].Parent >= top)
        {
            i++;
        }

        return i;
    }

    /// <summary>Writes what stands before a value or a branch: a comma unless it is the first of its own, and its key on a new line.</summary>
    void Start(DissectedBatch batch, int packet, Field field, in Item item, JsonKeyKind kind, int level, ref bool first, Utf8Text output)
    {
        int skipped = first ? 1 : 0;
        first = false;
        if (field != TextField)
        {
            output.Append(keys.Line(field, kind, level).AsSpan(skipped));
            return;
        }

        output.Append(",\n"u8[skipped..]);
        Indent(output, LayersLevel + level);
        output.Append('"');
        int start = output.Length;
        DetailsTree.PlainLabel(batch, packet, field, item, output);
        JsonText.Escape(output, start);
        output.Append(kind == JsonKeyKind.Value ? "\": \""u8 : "\": "u8);
    }

    static void Line(Utf8Text output, int level)
    {
        output.Append('\n');
        Indent(output, level);
    }

    static void Indent(Utf8Text output, int level)
    {
        int count = level * 2;
        output.Room(count)[..count].Fill((byte)' ');
        output.Advance(count);
    }

    static void Value(DissectedBatch batch, int packet, Field field, in Item item, Utf8Text output)
    {
        if (field.ShowsBytes)
        {
            JsonText.Value(output, field, item, batch.ValueBytes(packet, item));
        }
        else
        {
            FieldFormat.Show(output, field, item, default);
        }
    }

    static void Filtered(Utf8Text output, int level, Field field)
    {
        output.Append('{');
        Line(output, LayersLevel + level + 1);
        output.Append($"\"filtered\": \"{field.Name}\"");
        Line(output, LayersLevel + level);
        output.Append('}');
    }

    static void Raw(DissectedBatch batch, int packet, Field field, in Item item, int level, Utf8Text output)
    {
        output.Append('[');
        Line(output, LayersLevel + level + 1);
        output.Append('"');
        RawBytes.Write(batch, packet, field, item, output);
        output.Append("\","u8);
        Line(output, LayersLevel + level + 1);
        output.Append(item.Start);
        output.Append(',');
        Line(output, LayersLevel + level + 1);
        output.Append(item.Length);
        output.Append(',');
        Line(output, LayersLevel + level + 1);
        output.Append(field.Mask);
        output.Append(',');
        Line(output, LayersLevel + level + 1);
        output.Append(RawBytes.TypeNumber(field.Type));
        Line(output, LayersLevel + level);
        output.Append(']');
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

            output.Append(first ? "\n"u8 : ",\n"u8);
            first = false;
            Indent(output, LayersLevel);
            output.Append($"\"{names[k]}\": [");
            if (isColumn)
            {
                Line(output, LayersLevel + 1);
                output.Append('"');
                int start = output.Length;
                cells.Write(batch, packet, matches.Column(k)!, output);
                JsonText.Escape(output, start);
                output.Append('"');
            }

            for (int i = isColumn ? -1 : matches.First(k); i >= 0; i = matches.Next(i))
            {
                Line(output, LayersLevel + 1);
                output.Append('"');
                int start = output.Length;
                FieldMatches.Value(batch, packet, items[i], output);
                JsonText.Escape(output, start);
                output.Append(matches.Next(i) < 0 ? "\""u8 : "\","u8);
            }

            Line(output, LayersLevel);
            output.Append(']');
        }
    }
}
