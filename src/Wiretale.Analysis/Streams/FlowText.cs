using System.Globalization;
using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>Draws a flow graph with characters, as tshark does.</summary>
static class FlowText
{
    const int Cell = 20, PortWidth = 9, TimeWidth = 9;

    public static void Write(FlowGraph graph, Utf8Text output)
    {
        if (graph.Arrows.Count == 0)
        {
            return;
        }

        bool several = graph.Arrows.Any(a => a.Conversation != graph.Arrows[0].Conversation);
        Head(graph, several, output);
        FlowArrow? last = null;
        foreach (var arrow in graph.Arrows)
        {
            if (several && last is not null && last.Conversation != arrow.Conversation)
            {
                output.Append(new string('-', 17 + (Cell * graph.Hosts.Count)));
                output.Append('\n');
            }

            Row(arrow, graph.Hosts.Count, several, output);
            last = arrow;
        }
    }

    /// <summary>The hosts, every other one in the second line to leave room for their addresses.</summary>
    static void Head(FlowGraph graph, bool several, Utf8Text output)
    {
        int count = graph.Hosts.Count;
        output.Append(several ? "Conv.| Time    |" : "|Time     |");
        for (int i = 0; i < count; i += 2)
        {
            output.Append($" {graph.Hosts[i].ToString().PadRight(38)}|");
        }

        output.Append(several ? "\n     |         |" : "\n|         |");
        var line = new StringBuilder(Cells(count / 2 * 2)).Append(' ', Cell - 1);
        for (int i = 1; i < count; i += 2)
        {
            Overlay(line, i * Cell, $" {graph.Hosts[i]} ");
        }

        output.Append(line.ToString());
        output.Append('\n');
    }

    static void Row(FlowArrow arrow, int hosts, bool several, Utf8Text output)
    {
        var above = new StringBuilder(Cells(hosts));
        var below = new StringBuilder(Cells(hosts));
        if (arrow.From >= 0 && arrow.To >= 0)
        {
            bool toRight = arrow.From <= arrow.To;
            int left = Math.Min(arrow.From, arrow.To), span = Math.Max(1, Math.Abs(arrow.To - arrow.From));
            Overlay(above, (left * Cell) + PortWidth, Beginning(arrow.Label, span * Cell));
            string line = new('-', (span * Cell) - 2);
            string first = $"({(toRight ? arrow.FromPort : arrow.ToPort)})", second = $"({(toRight ? arrow.ToPort : arrow.FromPort)})";
            Overlay(below, left * Cell, $"{first,-PortWidth}{(toRight ? line + ">" : "<" + line)}  {second}");
            if (below.Length > hosts * Cell)
            {
                // A host that talks to itself has no column at its right to point to when it is the last.
                below.Append("     |");
            }
        }

        string time = Seconds(arrow);
        output.Append(several ? $"{arrow.Conversation,-5}|{time,-TimeWidth}|{above}{arrow.Comment}\n     |         |{below}\n" : $"|{time,-TimeWidth}|{above}{arrow.Comment}\n|         |{below}\n");
    }

    /// <summary>Seconds with microseconds.</summary>
    public static string Seconds(FlowArrow arrow)
    {
        var time = arrow.Time;
        string sign = time.Seconds < 0 || time.Nanoseconds < 0 ? "-" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(time.Seconds)}.{Math.Abs(time.Nanoseconds) / 1000:000000}");
    }

    /// <summary>The first characters of a text.</summary>
    public static string Beginning(string text, int characters)
    {
        int at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (characters-- == 0)
            {
                break;
            }

            at += rune.Utf16SequenceLength;
        }

        return text[..at];
    }

    static string Cells(int hosts) => string.Concat(Enumerable.Repeat(new string(' ', Cell - 1) + "|", hosts));

    static void Overlay(StringBuilder line, int at, string text)
    {
        int covered = Math.Min(text.EnumerateRunes().Count(), Math.Max(0, line.Length - at));
        line.Remove(at, covered).Insert(at, text);
    }
}
