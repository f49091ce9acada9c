using System.Globalization;
using System.Text;

namespace Wiretale.Bench;

/// <summary>The runs of one program in one case.</summary>
sealed class Runs
{
    readonly List<Run> runs = [];

    public int Count => runs.Count;

    public int Exit => runs.Select(r => r.Exit).FirstOrDefault(e => e != 0);

    public double Seconds => Median(r => r.Wall.TotalSeconds);

    public double Megabytes => Median(r => r.Peak / 1e6);

    public void Add(Run run) => runs.Add(run);

    /// <summary>Whether a further run would tell anything: not after a refusal, nor after a long one.</summary>
    public bool Enough => runs.Exists(r => r.Exit != 0 || r.Wall > TimeSpan.FromSeconds(20));

    double Median(Func<Run, double> value)
    {
        double[] values = [.. runs.Select(value).Order()];
        return values.Length == 0 ? 0 : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}

/// <summary>A Markdown table that reads well in a terminal too.</summary>
static class Report
{
    public static readonly string[] Header =
        ["case", "wiretale", "tshark", "tcpdump", "× tshark", "× tcpdump", "wiretale MB", "tshark MB", "tcpdump MB"];

    public static string[] Row(Case @case, IReadOnlyDictionary<Contender, Runs> runs)
    {
        Runs? wiretale = runs.GetValueOrDefault(Contender.Wiretale);
        Runs? tshark = runs.GetValueOrDefault(Contender.Tshark);
        Runs? tcpdump = runs.GetValueOrDefault(Contender.Tcpdump);
        return
        [
            @case.Title, Time(wiretale), Time(tshark), Time(tcpdump), Ratio(tshark, wiretale), Ratio(tcpdump, wiretale),
            Memory(wiretale), Memory(tshark), Memory(tcpdump),
        ];
    }

    static string Time(Runs? runs) => runs switch
    {
        null or { Count: 0 } => "",
        { Exit: not 0 } => $"exit {runs.Exit}",
        _ => Invariant($"{runs.Seconds:0.000} s") + (runs.Enough ? " (once)" : ""),
    };

    static string Memory(Runs? runs) => Measured(runs) && runs!.Megabytes > 0 ? Invariant($"{runs.Megabytes:0}") : "";

    static string Ratio(Runs? other, Runs? wiretale) =>
        Measured(other) && Measured(wiretale) ? Invariant($"{other!.Seconds / wiretale!.Seconds:0.0}") : "";

    static bool Measured(Runs? runs) => runs is { Count: > 0, Exit: 0 };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Table(IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Header.Select((_, i) => rows.Append(Header).Max(row => row[i].Length))];
        var text = new StringBuilder();
        Line(Header);
        // The case stands left, figures right.
        Line([.. widths.Select((w, i) => i == 0 ? new string('-', w) : new string('-', w - 1) + ":")]);
        foreach (string[] row in rows)
        {
            Line(row);
        }

        return text.ToString();

        void Line(string[] cells) =>
            text.Append("| ").AppendJoin(" | ", cells.Select((c, i) => i == 0 ? c.PadRight(widths[i]) : c.PadLeft(widths[i]))).Append(" |\n");
    }
}
