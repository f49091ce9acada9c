using System.Globalization;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Statistics;

/// <summary>Packets, bytes or values of fields, interval after interval (<c>io,stat,INTERVAL[,COLUMN]...</c>).</summary>
public sealed class IntervalTable : Statistic
{
    const long NanosecondsPerSecond = 1_000_000_000;
    const int BadInterval = 10;

    readonly IntervalColumn[] columns;
    readonly Dictionary<long, IntervalCell[]> rows = [];
    readonly long interval;
    long duration;

    /// <param name="interval">In nanoseconds; <see cref="long.MaxValue"/> for the whole capture.</param>
    IntervalTable(long interval, IntervalColumn[] columns)
    {
        this.interval = interval;
        this.columns = columns;
    }

    internal static Statistic Make(string? arguments, StatisticSetting setting)
    {
        var invalid = new StatisticException("invalid \"-z io,stat,<interval>[,<filter>][,<filter>]...\" argument");
        string[] parts = (arguments ?? throw invalid).Split(',');
        if (!double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) || !double.IsFinite(seconds) || parts is [_, .., ""])
        {
            throw invalid;
        }

        if (seconds is > 0 and < 0.000001)
        {
            throw new StatisticException("\"-z\" interval must be >=0.000001 seconds or \"0\" for the entire capture duration.", BadInterval);
        }

        long interval = seconds is <= 0 or > int.MaxValue ? long.MaxValue : (long)Math.Round(seconds * 1e6) * 1000;
        return new IntervalTable(interval, [.. (parts.Length > 1 ? parts[1..] : [""]).Select(text => new IntervalColumn(text, setting))]);
    }

    /// <inheritdoc />
    public override void AddTo(Demand demand)
    {
        foreach (var column in columns)
        {
            column.AddTo(demand);
        }
    }

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        // Whole microseconds, as tshark counts.
        var time = packet.Time;
        long at = (time.Seconds * NanosecondsPerSecond) + ((time.Nanoseconds + 500) / 1000 * 1000);
        duration = Math.Max(duration, at);

        // A packet that comes late counts in the interval that the capture has come to, as in tshark.
        long row = duration / interval;
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Counts(packet))
            {
                columns[i].Take(packet, Cell(row, i), interval, columns[i].Function == IntervalFunction.Load ? Before(row, i) : null);
            }
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output) => new IntervalTableText(columns, rows, interval, duration).Write(output);

    /// <summary>Finds the cell so many intervals before.</summary>
    Func<int, IntervalCell?> Before(long row, int column) => back => row >= back ? Cell(row - back, column) : null;

    IntervalCell Cell(long row, int column)
    {
        if (!rows.TryGetValue(row, out var cells))
        {
            rows.Add(row, cells = new IntervalCell[columns.Length]);
        }

        return cells[column] ??= new();
    }
}
