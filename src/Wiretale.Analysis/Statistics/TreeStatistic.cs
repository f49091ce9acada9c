using System.Globalization;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Statistics;

/// <summary>A statistic that counts in a tree, a line a node (<c>NAME,tree</c>).</summary>
public abstract class TreeStatistic : Statistic
{
    const int ColumnWidth = 14, LastColumnWidth = 13;

    static readonly string[] Columns = ["Count", "Average", "Min Val", "Max Val", "Rate (ms)", "Percent", "Burst Rate", "Burst Start"];

    readonly string title;
    readonly CountNode all;
    double first = double.NaN, last;

    private protected TreeStatistic(string title, string? filter, StatisticSetting setting)
    {
        this.title = title;
        all = new(title[(title.LastIndexOf('/') + 1)..], keepsOrder: true);
        Filter = setting.Filter(filter, $"stats_tree for: {title} failed to attach to the tap: ");
    }

    /// <summary>A node at the margin.</summary>
    private protected CountNode Root(string name, bool hasValues = false, bool keepsOrder = false) => all.Child(name, hasValues, keepsOrder);

    /// <summary>Takes note that a packet concerns the statistic, and returns its time in milliseconds.</summary>
    private protected double Touch(in StatisticPacket packet)
    {
        var time = packet.Time;
        last = (time.Seconds * 1000) + (time.Nanoseconds / 1e6);
        first = double.IsNaN(first) ? last : first;
        return last;
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        const string FirstColumn = "Topic / Item";
        int width = Math.Max(FirstColumn.Length, Widest(all, -1)) + 2;
        string header = FirstColumn.PadRight(width) + string.Concat(Columns[..^1].Select(c => c.PadRight(ColumnWidth))) + Columns[^1].PadRight(LastColumnWidth);
        output.Append($"\n{new string('=', header.Length)}\n{title}:\n{header}\n{new string('-', header.Length)}\n");
        foreach (var node in all.Children)
        {
            Write(output, node, null, 0, width);
        }

        output.Append($"\n{new string('-', header.Length)}\n");
    }

    static int Widest(CountNode node, int depth) => node.Children.Select(c => Widest(c, depth + 1)).Append(depth + node.Name.Length).Max();

    void Write(Utf8Text output, CountNode node, CountNode? parent, int depth, int width)
    {
        double elapsed = last - first;
        string none = node.HasValues ? "-" : "";
        string[] cells =
        [
            Text(node.Count), node.Average is { } average ? Text(average, "F2") : none, node.Average is null ? none : node.Least, node.Average is null ? none : node.Most,
            elapsed > 0 ? Text(node.Count / elapsed, "F4") : "",
            parent is null ? "100%" : parent.Count == 0 ? "" : Text(100.0 * node.Count / parent.Count, "F2") + "%",
            node.Burst.Count == 0 ? "-" : Text(node.Burst.Count / 100.0, "F4"),
        ];
        string line = (new string(' ', depth) + node.Name).PadRight(width) + string.Concat(cells.Select(c => c.PadRight(ColumnWidth)));
        output.Append($"{line}{(node.Burst.Count == 0 ? "-" : Text(node.Burst.Start / 1000, "F3")),-LastColumnWidth}\n");
        foreach (var child in node.Children)
        {
            Write(output, child, node, depth + 1, width);
        }
    }

    static string Text(double value, string format = "F0") => value.ToString(format, CultureInfo.InvariantCulture);
}
