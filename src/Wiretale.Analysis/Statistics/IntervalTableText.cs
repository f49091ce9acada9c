using System.Globalization;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Statistics;

/// <summary>Draws the table of <c>io,stat</c> as wide as its contents need, in tshark's manner.</summary>
sealed class IntervalTableText
{
    const long Microsecond = 1000, Second = 1_000_000_000;

    /// <summary>A hostile capture may span a century, in intervals of a microsecond.</summary>
    const long MostRows = 5_000_000;

    /// <summary>A column's title that is longer is broken at a blank.</summary>
    const int LongestTitle = 91;

    readonly IntervalColumn[] columns;
    readonly Dictionary<long, IntervalCell[]> rows;
    readonly long interval, duration, shownDuration;
    readonly bool isWhole;
    readonly int decimals;
    readonly int digits, wideDigits;
    readonly int[] widths, byteWidths;
    readonly int table, full;

    public IntervalTableText(IntervalColumn[] columns, Dictionary<long, IntervalCell[]> rows, long interval, long duration)
    {
        this.columns = columns;
        this.rows = rows;
        this.duration = duration;

        // An interval as long as the capture is the capture.
        isWhole = interval >= duration;
        decimals = isWhole ? duration < 10 * Second ? 3 : 1 : Decimals(interval);
        long unit = Second;
        for (int i = 0; i < decimals; i++)
        {
            unit /= 10;
        }

        long rounded = (duration / unit * unit) + (duration % unit > unit / 2 ? unit : 0);
        shownDuration = decimals == 0 ? duration : rounded;
        this.interval = isWhole ? shownDuration : interval;

        // Numbers of seconds are as wide as the last one; borders leave room for that one rounded up.
        digits = Digits(duration / Second);
        wideDigits = Digits(rounded / Second);

        (widths, byteWidths) = (new int[columns.Length], new int[columns.Length]);
        table = 2 + FirstWidth;
        for (int i = 0; i < columns.Length; i++)
        {
            Measure(i);
            table += ColumnWidth(i) + 1;
        }

        int shownDecimals = isWhole ? 6 : decimals;
        full = Math.Max(table, 25 + wideDigits + (shownDecimals > 0 ? 1 + shownDecimals : 0));
        foreach (var column in columns)
        {
            full = Math.Max(full, 11 + Math.Min(LongestTitle, column.Title.Length));
        }

        full += full == table + 1 ? 1 : 0;
    }

    int FractionWidth => decimals > 0 ? 1 + decimals : 0;

    int FirstWidth => Math.Max(10, (2 * (wideDigits + FractionWidth)) + 6);

    public void Write(Utf8Text output)
    {
        string border = new string('=', full) + "\n";
        output.Append("\n");
        output.Append(border);
        Line(output, " IO Statistics");
        Line(output, "");
        Length(output, "Duration", shownDuration, decimals == 0 ? 6 : decimals, 0);
        Length(output, "Interval", interval, decimals, digits);
        Line(output, "");
        for (int i = 0; i < columns.Length; i++)
        {
            Titles(output, i);
        }

        Rule(output, full, "\n");
        output.Append($"|{"".PadRight(FirstWidth)}|");
        for (int i = 0; i < columns.Length; i++)
        {
            output.Append((i + 1).ToString(CultureInfo.InvariantCulture).PadRight(ColumnWidth(i)) + "|");
        }

        EndRow(output);
        output.Append($"|{" Interval".PadRight(FirstWidth)}|");
        for (int i = 0; i < columns.Length; i++)
        {
            Heading(output, columns[i].Function == IntervalFunction.Both ? "Frames" : columns[i].Name, widths[i]);
            if (columns[i].Function == IntervalFunction.Both)
            {
                Heading(output, "Bytes", byteWidths[i]);
            }
        }

        EndRow(output);
        Rule(output, table, End);
        if (interval > 0 && duration / interval > MostRows)
        {
            Line(output, $" more than {MostRows} intervals: choose a longer one");
        }
        else
        {
            Rows(output);
        }

        output.Append(border);
    }

    void Rows(Utf8Text output)
    {
        for (long start = 0, row = 0; start < duration; start += interval, row++)
        {
            if (isWhole && row > 0)
            {
                break;
            }

            bool isLast = start + interval >= duration;
            string from = Seconds(start, decimals, digits + FractionWidth);
            if (decimals > 0)
            {
                output.Append($"| {from} <> {Seconds(Math.Min(start + interval, shownDuration), decimals, digits + FractionWidth)} |");
            }
            else
            {
                string margin = wideDigits == 1 ? "  " : " ";
                output.Append($"|{margin}{from} <> {(isLast ? "Dur".PadRight(wideDigits + 1) : Seconds(start + interval, 0, digits) + margin)}|");
            }

            rows.TryGetValue(row, out var cells);
            long span = isWhole ? duration : isLast ? shownDuration - start : interval;
            for (int i = 0; i < columns.Length; i++)
            {
                var cell = cells?[i];
                output.Append($" {Value(columns[i], cell, span).PadLeft(widths[i])} |");
                if (columns[i].Function == IntervalFunction.Both)
                {
                    output.Append($" {cell?.Bytes ?? 0} |".PadLeft(byteWidths[i] + 3));
                }
            }

            EndRow(output);
        }
    }

    static string Value(IntervalColumn column, IntervalCell? cell, long span)
    {
        cell ??= new();
        long count = Math.Max(1, cell.Count);
        long value = column.Function switch
        {
            IntervalFunction.Both or IntervalFunction.Frames => cell.Frames,
            IntervalFunction.Bytes => cell.Bytes,
            IntervalFunction.Count => cell.Count,
            IntervalFunction.Sum => cell.Total,
            IntervalFunction.Min => cell.Least,
            IntervalFunction.Max => cell.Most,
            IntervalFunction.Avg => column.IsTime ? (cell.Total / count) + (Microsecond / 2) : cell.Total / count,
            _ => (long)((Int128)cell.Total * Second / Math.Max(1, span)),
        };
        if (column.IsFloat)
        {
            double number = column.Function switch
            {
                IntervalFunction.Sum => cell.FloatTotal,
                IntervalFunction.Min => cell.FloatLeast,
                IntervalFunction.Max => cell.FloatMost,
                _ => cell.FloatTotal / count,
            };
            return number.ToString("F6", CultureInfo.InvariantCulture);
        }

        return column.IsTime ? Seconds(value, 6, 0) : value.ToString(CultureInfo.InvariantCulture);
    }

    void Measure(int index)
    {
        var column = columns[index];
        (widths[index], byteWidths[index]) = column.Function == IntervalFunction.Both ? (6, 5) : (column.Name.Length, 0);
        foreach (var (row, cells) in rows)
        {
            // What lies at the very end of the last interval is not shown.
            if (cells[index] is { } cell && (isWhole ? row == 0 : row * interval < duration))
            {
                widths[index] = Math.Max(widths[index], Value(column, cell, interval).Length);
                byteWidths[index] = Math.Max(byteWidths[index], cell.Bytes.ToString(CultureInfo.InvariantCulture).Length);
            }
        }

        if (column.IsTime || column.IsFloat)
        {
            widths[index] = Math.Max(widths[index], "0.000000".Length);
        }
    }

    /// <summary>Between two borders.</summary>
    int ColumnWidth(int column) => widths[column] + 2 + (columns[column].Function == IntervalFunction.Both ? byteWidths[column] + 3 : 0);

    void Line(Utf8Text output, string text) => output.Append($"|{text.PadRight(full - 2)}|\n");

    static void Rule(Utf8Text output, int width, string end)
    {
        output.Append('|');
        output.Append(new string('-', width - 2));
        output.Append("|");
        output.Append(end);
    }

    void EndRow(Utf8Text output) => output.Append(End);

    /// <summary>What stands behind a row of the table, where the frame around it is wider.</summary>
    string End => full == table ? "\n" : "|\n".PadLeft(full - table + 1);

    /// <summary>A length of time; room is left for as many digits as the rounded duration has.</summary>
    void Length(Utf8Text output, string name, long time, int shown, int width)
    {
        // Microseconds that are not rounded stand behind the point with blanks, not zeros, in front.
        string text = decimals == 0 && shown > 0 ? $"{time / Second}.{time % Second / Microsecond,6}" : Seconds(time, shown, width + FractionWidth);
        int room = full - 18 - wideDigits - (decimals > 0 ? FractionWidth : shown > 0 ? 7 : 0);
        output.Append($"| {name}: {text} secs{"".PadRight(Math.Max(0, room))}|\n");
    }

    void Titles(Utf8Text output, int index)
    {
        string number = (index == 0 ? " Col" : "    ") + (index + 1).ToString(CultureInfo.InvariantCulture).PadLeft(2) + ": ";
        string text = columns[index].Title;
        while (text.Length > LongestTitle)
        {
            int blank = text.LastIndexOf(' ', LongestTitle - 1);
            int cut = blank > 0 ? blank : LongestTitle;
            Line(output, number + text[..cut]);
            text = text[(blank > 0 ? cut + 1 : cut)..];
            number = "        ";
        }

        Line(output, number + text);
    }

    static void Heading(Utf8Text output, string name, int width)
    {
        int left = 1 + ((width - name.Length + 1) / 2);
        output.Append((new string(' ', left) + name).PadRight(width + 2) + "|");
    }

    /// <summary>Decimals that an interval is written with.</summary>
    static int Decimals(long interval)
    {
        int decimals = 0;
        for (long rest = interval % Second; rest > 0; rest = rest * 10 % Second)
        {
            decimals++;
        }

        return decimals;
    }

    static int Digits(long number) => Math.Min(5, number.ToString(CultureInfo.InvariantCulture).Length);

    static string Seconds(long time, int decimals, int width)
    {
        string fraction = decimals == 0 ? "" : "." + (Math.Abs(time) % Second).ToString("D9", CultureInfo.InvariantCulture)[..decimals];
        return ((time < 0 ? "-" : "") + Math.Abs(time / Second).ToString(CultureInfo.InvariantCulture) + fraction).PadLeft(width);
    }
}
