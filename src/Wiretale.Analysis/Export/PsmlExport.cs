using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>The packet list as XML (<c>-T psml</c>).</summary>
public sealed class PsmlExport(ColumnCells cells, ColorRules? colors = null) : ISink
{
    /// <inheritdoc />
    public void Begin(Utf8Text output)
    {
        output.Append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<psml version=\"0\" creator=\"wiretale\">\n<structure>\n"u8);
        foreach (var column in cells.Layout.Columns)
        {
            output.Append("<section>"u8);
            int start = output.Length;
            output.Append(column.Title);
            EndSection(output, start);
        }

        output.Append("</structure>\n\n"u8);
    }

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
                foreach (var column in cells.Layout.Columns)
                {
                    output.Append("<section>"u8);
                    int start = output.Length;
                    cells.Write(batch, i, column, output);
                    EndSection(output, start);
                }

                output.Append("</packet>\n\n"u8);
            }

            cells.Pass(batch, i);
        }
    }

    static void EndSection(Utf8Text output, int start)
    {
        XmlText.Escape(output, start);
        output.Append("</section>\n"u8);
    }

    /// <inheritdoc />
    public void End(Utf8Text output) => output.Append("</psml>\n"u8);
}
