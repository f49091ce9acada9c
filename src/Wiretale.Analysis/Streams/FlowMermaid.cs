using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Streams;

/// <summary>Writes a flow graph in the language of Mermaid, which many pages (Markdown on code forges, say) draw by themselves.</summary>
static class FlowMermaid
{
    const int LongestLabel = 80;

    public static void Write(FlowGraph graph, Utf8Text output)
    {
        output.Append("sequenceDiagram\n"u8);
        for (int i = 0; i < graph.Hosts.Count; i++)
        {
            output.Append($"    participant h{i} as {Escaped(graph.Hosts[i].ToString())}\n");
        }

        foreach (var arrow in graph.Arrows)
        {
            if (arrow.From >= 0 && arrow.To >= 0)
            {
                output.Append($"    h{arrow.From}->>h{arrow.To}: {FlowText.Seconds(arrow)} {Escaped(FlowText.Beginning($"{arrow.Protocol} {arrow.Label}".Trim(), LongestLabel))}\n");
            }
        }
    }

    /// <summary>Mermaid's entities for what would end a line, begin a comment, or be taken for markup.</summary>
    static string Escaped(string text) => string.Concat(text.Select(c => c switch
    {
        '#' or ';' or '<' or '>' or '&' or '%' or '"' or '{' or '}' => $"#{(int)c};",
        < ' ' or '\x7f' => " ",
        _ => c.ToString(),
    }));
}
