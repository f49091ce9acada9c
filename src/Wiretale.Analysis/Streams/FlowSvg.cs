using System.Globalization;
using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>Draws a flow graph as a picture: hosts as columns, packets as arrows, time down the side.</summary>
static class FlowSvg
{
    const int Side = 96, Column = 210, Row = 34, Top = 64, Bottom = 56, Margin = 60, CharacterWidth = 6;

    /// <summary>Rows of a picture; browsers show more only slowly.</summary>
    const int MostRows = 5000;

    /// <summary>Dark enough for text on white, and told apart by eyes that see no red or green.</summary>
    static readonly string[] Colours = ["#0b5394", "#b45309", "#047857", "#7c3aed", "#b91c1c", "#0e7490", "#4d7c0f", "#9d174d"];

    public static void Write(FlowGraph graph, Utf8Text output)
    {
        var rows = graph.Arrows.Where(a => a.From >= 0 && a.To >= 0).Take(MostRows).ToList();
        int width = Side + Margin + (Math.Max(1, graph.Hosts.Count) * Column), height = Top + (rows.Count * Row) + Bottom;
        int end = Top + (rows.Count * Row) + 8;
        var colours = new Dictionary<string, string>(StringComparer.Ordinal);
        output.Append($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#fff"/>

            """);
        for (int i = 1; i < rows.Count; i += 2)
        {
            output.Append($"<rect y=\"{Top + (i * Row)}\" width=\"100%\" height=\"{Row}\" fill=\"#f6f7f9\"/>\n");
        }

        output.Append($"<text x=\"{Side - 16}\" y=\"36\" text-anchor=\"end\" fill=\"#555\">Time (s)</text>\n");
        for (int i = 0; i < graph.Hosts.Count; i++)
        {
            string name = Escaped(graph.Hosts[i].ToString());
            output.Append($"<line x1=\"{X(i)}\" y1=\"48\" x2=\"{X(i)}\" y2=\"{end}\" stroke=\"#9aa3ad\" stroke-dasharray=\"4 4\"/>\n");
            Host(name, X(i), 18, output);
            Host(name, X(i), end, output);
        }

        for (int i = 0; i < rows.Count; i++)
        {
            if (!colours.TryGetValue(rows[i].Protocol, out string? colour))
            {
                colours.Add(rows[i].Protocol, colour = Colours[colours.Count % Colours.Length]);
            }

            Arrow(rows[i], Top + (i * Row), colour, output);
        }

        output.Append("</svg>\n"u8);
    }

    static int X(int column) => Side + (Column / 2) + (column * Column);

    static void Host(string name, int x, int y, Utf8Text output)
    {
        int width = Math.Max(110, (name.Length * 7) + 16);
        output.Append($"<rect x=\"{x - (width / 2)}\" y=\"{y}\" width=\"{width}\" height=\"28\" rx=\"5\" fill=\"#eef2f7\" stroke=\"#5b6b7c\"/>");
        output.Append($"<text x=\"{x}\" y=\"{y + 18}\" text-anchor=\"middle\" font-weight=\"bold\" fill=\"#1f2937\"{(name.Length > 28 ? " font-size=\"10\"" : "")}>{name}</text>\n");
    }

    static void Arrow(FlowArrow arrow, int top, string colour, Utf8Text output)
    {
        int from = X(arrow.From), to = X(arrow.To), line = top + 20;
        bool isSelf = from == to, toRight = to > from;
        output.Append($"<g fill=\"{colour}\" stroke=\"none\"><title>{Escaped($"{FlowText.Seconds(arrow)} s  {arrow.FromPort} → {arrow.ToPort}  {arrow.Comment}")}</title>");
        output.Append($"<text x=\"{Side - 16}\" y=\"{line + 4}\" text-anchor=\"end\" fill=\"#555\">{FlowText.Seconds(arrow)}</text>");
        int room = isSelf ? Column - 40 : Math.Abs(to - from) - 20;
        string text = $"{arrow.Protocol}  {(arrow.Protocol == "TCP" && arrow.Label.Contains('[', StringComparison.Ordinal) ? arrow.Label[arrow.Label.IndexOf('[', StringComparison.Ordinal)..] : arrow.Label)}".Trim();
        string label = FlowText.Beginning(text, room / CharacterWidth);
        label = label.Length < text.Length ? label[..^1] + "…" : label;
        if (isSelf)
        {
            output.Append($"<path d=\"M{from} {line - 8} h24 v14 h-19\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/><path d=\"M{from + 1} {line + 6} l9 -4 v8 z\"/>");
            output.Append($"<text x=\"{from + 30}\" y=\"{line + 2}\" font-size=\"11\">{Escaped(label)}</text></g>\n");
            return;
        }

        int tip = toRight ? -1 : 1;
        output.Append($"<line x1=\"{from}\" y1=\"{line}\" x2=\"{to + (tip * 7)}\" y2=\"{line}\" stroke=\"{colour}\" stroke-width=\"1.5\"/><path d=\"M{to} {line} l{tip * 9} -4 v8 z\"/>");
        output.Append($"<text x=\"{(from + to) / 2}\" y=\"{line - 5}\" text-anchor=\"middle\" font-size=\"11\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">{Escaped(label)}</text>");
        if (arrow.FromPort != 0 || arrow.ToPort != 0)
        {
            Port(arrow.FromPort, from - (tip * 4), line, toRight ? "start" : "end", output);
            Port(arrow.ToPort, to + (tip * 12), line, toRight ? "end" : "start", output);
        }

        output.Append("</g>\n"u8);
    }

    static void Port(uint port, int x, int line, string anchor, Utf8Text output) =>
        output.Append($"<text x=\"{x}\" y=\"{line + 10}\" text-anchor=\"{anchor}\" font-size=\"9\" fill=\"#6b7280\">{port.ToString(CultureInfo.InvariantCulture)}</text>");

    /// <summary>Text for XML: markup escaped, characters that XML does not allow replaced.</summary>
    static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                < ' ' or 0xfffe or 0xffff => "\uFFFD",
                _ => rune.ToString(),
            });
        }

        return escaped.ToString();
    }
}
