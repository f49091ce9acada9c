using System.Globalization;
using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Session;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>The details as XML (<c>-T pdml</c>).</summary>
public sealed class PdmlExport : ISink
{
    static readonly Field TextField = Catalog.Registry.Find("text")!;

    readonly string captureFile;
    readonly DateTime started;
    readonly Registry registry;
    readonly ColumnCells cells;
    readonly ColorRules? colors;
    readonly LayerFilter? filter;
    readonly FieldMatches? matches;
    readonly string[] names;
    int[] levels = new int[256];

    /// <param name="registry">Knows the fields.</param>
    /// <param name="cells">Writes the columns that <paramref name="fields"/> may name.</param>
    /// <param name="captureFile">Name of the capture, which the heading gives.</param>
    /// <param name="started">When the program was started, which the heading gives, too.</param>
    /// <param name="filter">Which layers are opened; null for all.</param>
    /// <param name="fields">The fields shown (<c>-e</c>); null or none for all, as a tree.</param>
    /// <param name="colors">Colours that packets are given; null for none.</param>
    public PdmlExport(Registry registry, ColumnCells cells, string captureFile, DateTime started, LayerFilter? filter = null, IReadOnlyList<string>? fields = null, ColorRules? colors = null)
    {
        this.captureFile = captureFile;
        this.started = started;
        this.registry = registry;
        this.cells = cells;
        this.colors = colors;
        this.filter = filter;
        names = fields is null ? [] : [.. fields];
        matches = names.Length > 0 ? new(names, registry, cells.Layout) : null;
    }

    /// <inheritdoc />
    public void Begin(Utf8Text output)
    {
        string time = started.ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture);
        output.Append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?xml-stylesheet type=\"text/xsl\" href=\"pdml2html.xsl\"?>\n"u8);
        output.Append($"<pdml version=\"0\" creator=\"wiretale\" time=\"{time}\" capture_file=\"");
        int start = output.Length;
        output.Append(captureFile);
        XmlText.Escape(output, start);
        output.Append("\">\n"u8);
    }

    /// <inheritdoc />
    public ISink? Beside() => matches is null ? new PdmlExport(registry, cells, captureFile, started, filter, colors: colors) : null;

    /// <inheritdoc />
    public void End(Utf8Text output) => output.Append("</pdml>\n"u8);

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (!batch[i].IsFilteredOut)
            {
                output.Append("<packet"u8);
                if (colors?.Find(batch, i) is { } rule)
                {
                    ColorRules.Attributes(rule, output);
                }

                output.Append(">\n"u8);
                GeneralInformation(batch, i, output);
                if (matches is null)
                {
                    Layers(batch, i, output);
                }
                else
                {
                    Fields(batch, i, output);
                }

                output.Append("</packet>\n\n\n"u8);
            }

            if (matches is not null)
            {
                cells.Pass(batch, i);
            }
        }
    }

    static void GeneralInformation(DissectedBatch batch, int packet, Utf8Text output)
    {
        ref readonly var frame = ref batch.Frames[packet];
        uint length = frame.OriginalLength;
        output.Append($"  <proto name=\"geninfo\" pos=\"0\" showname=\"General information\" size=\"{length}\">\n");
        output.Append($"    <field name=\"num\" pos=\"0\" show=\"{frame.Number}\" showname=\"Number\" value=\"{frame.Number:x}\" size=\"{length}\"/>\n");
        output.Append($"    <field name=\"len\" pos=\"0\" show=\"{length}\" showname=\"Frame Length\" value=\"{length:x}\" size=\"{length}\"/>\n");
        output.Append($"    <field name=\"caplen\" pos=\"0\" show=\"{frame.CapturedLength}\" showname=\"Captured Length\" value=\"{frame.CapturedLength:x}\" size=\"{length}\"/>\n");
        output.Append("    <field name=\"timestamp\" pos=\"0\" show=\""u8);
        TimeText.Absolute(output, frame.Time, FieldBase.Local);
        output.Append("\" showname=\"Captured Time\" value=\""u8);
        TimeText.Seconds(output, frame.Time, 9);
        output.Append($"\" size=\"{length}\"/>\n  </proto>\n");
    }

    void Layers(DissectedBatch batch, int packet, Utf8Text output)
    {
        var items = batch.Items(packet);
        if (levels.Length < items.Length)
        {
            levels = new int[items.Length * 2];
        }

        int open = 0;
        for (int i = 0; i < items.Length; i++)
        {
            ref readonly var item = ref items[i];
            var field = batch.Registry[item.Field];
            bool isTop = item.Parent < 0;
            Close(output, ref open, isTop ? 0 : levels[item.Parent] + 1);
            bool isProtocol = isTop && field.Type == FieldType.Protocol && field.Name is not "data";
            if (isTop && !isProtocol)
            {
                // What is no protocol of its own stands at the margin of the tree, but not of this format.
                output.Append("  <proto name=\"fake-field-wrapper\">\n"u8);
                open = 1;
            }

            int level = levels[i] = isTop ? (isProtocol ? 0 : 1) : levels[item.Parent] + 1;
            bool hasChildren = i + 1 < items.Length && items[i + 1].Parent == i;
            if (field.Name is "data" && isTop)
            {
                Indent(output, level);
                output.Append("<field name=\"data\" value=\""u8);
                output.AppendHex(RawBytes.Covered(batch, packet, item));
                output.Append("\"/>\n"u8);
                i = Skip(items, i);
                continue;
            }

            Indent(output, level);
            Element(batch, packet, field, item, isProtocol, output);
            output.Pause();
            if (hasChildren && filter is not null && !filter.Opens(field.Name, isTop))
            {
                hasChildren = false;
                i = Skip(items, i);
            }

            if (hasChildren || isProtocol)
            {
                output.Append(">\n"u8);
                open = level + 1;
            }
            else
            {
                output.Append("/>\n"u8);
            }
        }

        Close(output, ref open, 0);
    }

    static void Close(Utf8Text output, ref int open, int level)
    {
        for (; open > level; open--)
        {
            Indent(output, open - 1);
            output.Append(open == 1 ? "</proto>\n"u8 : "</field>\n"u8);
        }
    }

    static int Skip(ReadOnlySpan<Item> items, int top)
    {
        int i = top;
        while (i + 1 < items.Length && items[i + 1].Parent >= top)
        {
            i++;
        }

        return i;
    }

    static void Indent(Utf8Text output, int level)
    {
        int count = (level + 1) * 2;
        output.Room(count)[..count].Fill((byte)' ');
        output.Advance(count);
    }

    static void Element(DissectedBatch batch, int packet, Field field, in Item item, bool isProtocol, Utf8Text output)
    {
        bool isText = field == TextField;
        output.Append(isProtocol ? "<proto name=\""u8 : "<field name=\""u8);
        output.Append(isText ? "" : field.Name);
        output.Append(isText ? "\" show=\""u8 : "\" showname=\""u8);
        int start = output.Length;
        DetailsTree.PlainLabel(batch, packet, field, item, output);
        XmlText.Escape(output, start);
        output.Append('"');
        if ((item.Flags & ItemFlags.Hidden) != 0)
        {
            output.Append(" hide=\"yes\""u8);
        }

        output.Append($" size=\"{item.Length}\" pos=\"{item.Start}\"");
        if (field.Type == FieldType.Protocol)
        {
            return;
        }

        if (!isText)
        {
            output.Append(" show=\""u8);
            start = output.Length;
            FieldFormat.Show(output, field, item, batch.ValueBytes(packet, item));
            XmlText.Escape(output, start);
            output.Append('"');
        }

        if (item.Length <= 0)
        {
            output.Append(field.Type == FieldType.None && !isText ? " value=\"\""u8 : ""u8);
            return;
        }

        output.Append(" value=\""u8);
        RawBytes.Write(batch, packet, field, item, output);
        if (field.Mask != 0)
        {
            output.Append("\" unmaskedvalue=\""u8);
            output.AppendHex(RawBytes.Covered(batch, packet, item));
        }

        output.Append('"');
    }

    void Fields(DissectedBatch batch, int packet, Utf8Text output)
    {
        var items = batch.Items(packet);
        matches!.Find(items);
        for (int k = 0; k < names.Length; k++)
        {
            if (matches.Column(k) is { } column)
            {
                output.Append($"  <field name=\"{names[k]}\" value=\"");
                int start = output.Length;
                cells.Write(batch, packet, column, output);
                XmlText.Escape(output, start);
                output.Append("\"/>\n"u8);
                continue;
            }

            for (int i = matches.First(k); i >= 0; i = matches.Next(i))
            {
                output.Append($"  <field name=\"{names[k]}\" value=\"");
                int start = output.Length;
                FieldMatches.Value(batch, packet, items[i], output);
                XmlText.Escape(output, start);
                output.Append("\"/>\n"u8);
            }
        }
    }
}
