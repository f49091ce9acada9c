using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Analysis.Statistics;

/// <summary>What a column of <c>io,stat</c> works out of the packets of an interval.</summary>
enum IntervalFunction
{
    /// <summary>Frames and bytes, side by side.</summary>
    Both,
    Frames, Bytes, Count, Sum, Min, Max, Avg, Load,
}

/// <summary>A column of <c>io,stat</c>: a function, a field to which it is applied, and a filter.</summary>
sealed class IntervalColumn
{
    const int BadColumn = 10;

    static readonly (string Name, IntervalFunction Function)[] Functions =
    [
        ("FRAMES", IntervalFunction.Frames), ("BYTES", IntervalFunction.Bytes), ("COUNT", IntervalFunction.Count), ("SUM", IntervalFunction.Sum),
        ("MIN", IntervalFunction.Min), ("MAX", IntervalFunction.Max), ("AVG", IntervalFunction.Avg), ("LOAD", IntervalFunction.Load),
    ];

    readonly Field[] fields = [];
    readonly DisplayFilter? filter;

    /// <exception cref="StatisticException">The text is no column.</exception>
    public IntervalColumn(string text, StatisticSetting setting)
    {
        Title = text.Length == 0 ? "Frames and bytes" : text;
        foreach (var (name, function) in Functions)
        {
            bool needsNoField = function is IntervalFunction.Frames or IntervalFunction.Bytes;
            if (text.StartsWith(name + "(", StringComparison.Ordinal) || (needsNoField && text == name))
            {
                (Name, Function) = (name, function);
                int close = text == name ? text.Length : text.IndexOf(')', StringComparison.Ordinal);
                if (close < 0)
                {
                    throw Bad("Closing parenthesis missing from calculated expression.");
                }

                string field = text == name ? "" : text[(name.Length + 1)..close];
                if (needsNoField != (field.Length == 0))
                {
                    throw Bad(needsNoField ? $"{name} does not require or allow a field name within the parens." : $"You didn't specify a field name for {name}(*).");
                }

                fields = needsNoField ? [] : Find(field, name, setting.Registry);
                text = close < text.Length ? text[(close + 1)..] : "";
                break;
            }
        }

        filter = setting.Filter(text.Length == 0 ? null : text, "Couldn't register io,stat tap: ");
    }

    /// <summary>What was asked for, in full.</summary>
    public string Title { get; }

    /// <summary>The function's name; empty for frames and bytes.</summary>
    public string Name { get; } = "";

    public IntervalFunction Function { get; }

    /// <summary>What kind of value the column shows.</summary>
    public bool IsTime => fields is [{ Type: FieldType.RelativeTime }, ..] && Function != IntervalFunction.Count;

    /// <inheritdoc cref="IsTime"/>
    public bool IsFloat => fields is [{ Type: FieldType.Float or FieldType.Double }, ..] && Function != IntervalFunction.Count;

    public void AddTo(Demand demand)
    {
        filter?.AddTo(demand);
        foreach (var field in fields)
        {
            demand.Want(field);
        }
    }

    public bool Counts(in StatisticPacket packet) => filter is null || filter.Matches(packet.Batch, packet.Index);

    /// <summary>Adds a packet to a cell; for <see cref="IntervalFunction.Load"/> to those of earlier intervals, too.</summary>
    /// <param name="earlier">For load: finds the cell so many intervals before.</param>
    /// <param name="interval">In nanoseconds.</param>
    public void Take(in StatisticPacket packet, IntervalCell cell, long interval, Func<int, IntervalCell?>? earlier)
    {
        cell.Frames++;
        cell.Bytes += packet.Frame.OriginalLength;
        if (fields.Length == 0)
        {
            return;
        }

        foreach (ref readonly var item in packet.Items)
        {
            if (Array.IndexOf(fields, packet.Batch.Registry[item.Field]) < 0)
            {
                continue;
            }

            if (IsFloat)
            {
                cell.Add(BitConverter.Int64BitsToDouble((long)item.Value));
            }
            else if (!IsTime)
            {
                cell.Add(Function == IntervalFunction.Count ? 0 : (long)item.Value);
            }
            else if (earlier is not null)
            {
                Spread(Nanoseconds(item), interval, cell, earlier);
            }
            else
            {
                cell.Add(Nanoseconds(item));
            }
        }
    }

    static long Nanoseconds(in Item item)
    {
        var time = ItemValue.Unpack(item.Value);
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    /// <summary>A time that ended now is load of the intervals that it lay in. What is left over a whole number of intervals counts for the last one, as in tshark.</summary>
    static void Spread(long time, long interval, IntervalCell cell, Func<int, IntervalCell?> earlier)
    {
        cell.Add(time % interval);
        for (int back = 1; time >= interval && earlier(back) is { } before; back++)
        {
            before.Add(interval);
            time -= interval;
        }
    }

    static Field[] Find(string name, string function, Registry registry)
    {
        Field[] found = [.. registry.FindAll(name)];
        if (found.Length == 0)
        {
            throw Bad($"There is no field named '{name}'.");
        }

        var type = found[0].Type;
        bool isNumber = type is >= FieldType.UInt8 and <= FieldType.Int64 or FieldType.Float or FieldType.Double or FieldType.RelativeTime;
        if (function == "LOAD" && type != FieldType.RelativeTime)
        {
            throw Bad("LOAD() is only supported for relative-time fields such as smb.time");
        }

        return isNumber || function == "COUNT" ? found : throw Bad($"{name} doesn't have integral values, so {function}(*) calculations are not supported on it.");
    }

    static StatisticException Bad(string message) => new(message, BadColumn);
}

/// <summary>What a column has gathered in an interval.</summary>
sealed class IntervalCell
{
    public long Frames, Bytes;

    /// <summary>Values met, and what they come to; times in nanoseconds.</summary>
    public long Count, Total, Least, Most;

    /// <summary>The same of floating-point numbers.</summary>
    public double FloatTotal, FloatLeast, FloatMost;

    public void Add(long value)
    {
        (Least, Most) = Count == 0 ? (value, value) : (Math.Min(Least, value), Math.Max(Most, value));
        Total += value;
        Count++;
    }

    public void Add(double value)
    {
        (FloatLeast, FloatMost) = Count == 0 ? (value, value) : (Math.Min(FloatLeast, value), Math.Max(FloatMost, value));
        FloatTotal += value;
        Count++;
    }
}
