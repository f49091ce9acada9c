namespace Wiretale.Dissection.Engine;

/// <summary>The bytes of a message as a table: its rows in order. Made once, it costs nothing per packet but the reading.</summary>
/// <remarks>For messages that are a sequence of fields. What decides between layouts, and what the columns say, is code.</remarks>
public sealed class Layout
{
    /// <summary>Numbers that later rows may look back on; no layout needs more.</summary>
    const int MaxKept = 16;

    readonly Step[] steps;

    /// <param name="rows">The rows; those that look back on a number come after it.</param>
    public Layout(params Row[] rows)
    {
        var kept = new List<Field>();
        Find(rows, kept);
        steps = Compile(rows, kept);
        if (kept.Count > MaxKept)
        {
            throw new ArgumentException($"more than {MaxKept} fields are looked back on", nameof(rows));
        }
    }

    /// <summary>Adds the rows' items; bytes that end too early end it as any read does.</summary>
    /// <returns>The offset after the last row.</returns>
    internal int Add(Packet p, Node parent, in View v, int at)
    {
        Span<ulong> kept = stackalloc ulong[MaxKept];
        return Add(p, parent, v, at, steps, kept);
    }

    static int Add(Packet p, Node parent, in View v, int at, Step[] steps, Span<ulong> kept)
    {
        foreach (ref readonly var step in steps.AsSpan())
        {
            var row = step.Row;
            if ((step.Condition >= 0 && !Holds(row, kept[step.Condition])) || (row.IsOptional && at >= v.Reported))
            {
                continue;
            }

            if (row.Field is null && row.Inner.Length == 0)
            {
                v.Ensure(at, Math.Max(0, row.Length));
                at += row.Length;
                continue;
            }

            if (row.Field is null)
            {
                long times = step.Counter >= 0 ? (long)Math.Min(kept[step.Counter], int.MaxValue) : long.MaxValue;
                for (long i = 0; i < times && (step.Counter >= 0 || at < v.Reported); i++)
                {
                    int before = at;
                    at = Add(p, parent, v, at, step.Inner, kept);
                    if (at == before)
                    {
                        break;
                    }
                }

                continue;
            }

            do
            {
                int before = at;
                at = One(p, parent, v, at, step, kept);
                if (at == before)
                {
                    break;
                }
            }
            while (row.IsRepeated && at < v.Reported);
        }

        return at;
    }

    static int One(Packet p, Node parent, in View v, int at, in Step step, Span<ulong> kept)
    {
        var row = step.Row;
        var field = row.Field!;
        if (step.Inner.Length > 0)
        {
            var branch = p.Add(parent, field, v, at, 0);
            int end = Add(p, branch, v, at, step.Inner, kept);
            p.SetLength(branch, end - at);
            row.Done?.Invoke(p, branch, v, at, 0);
            return end;
        }

        if (row.Range.Count > 0)
        {
            int past = row.Range.First + row.Range.Count;
            ulong number = View.Bits(v.UInt(at, (past + 7) / 8), row.Range.First, row.Range.Count, (past + 7) / 8);
            var bits = p.AddBitRange(parent, field, v, at, row.Range.First, row.Range.Count);
            Finish(p, bits, v, at, number, step, kept);
            return at + (past % 8 == 0 ? past / 8 : 0);
        }

        int length = step.Counter >= 0 ? Counted(row, kept[step.Counter]) : row.Length < 0 ? v.ReportedFrom(at) : step.Size;
        var node = row.BitFields.Length > 0
            ? p.AddBits(parent, field, v, at, row.BitFields, length, row.IsLittleEndian, row.SumsUp)
            : p.Add(parent, field, v, at, length, row.IsLittleEndian);
        if (step.Keep >= 0 || row.Done is not null)
        {
            ulong value = length is > 0 and <= 8 ? v.UInt(at, length, row.IsLittleEndian) : 0;
            value = field.Mask == 0 ? value : (value & field.Mask) >> field.Shift;
            Finish(p, node, v, at, value, step, kept);
        }

        // Fields in the bits of one number: the next byte comes after the one with the lowest bit.
        return at + (field.Mask == 0 || (field.Mask & 1) != 0 ? length : 0);
    }

    static void Finish(Packet p, Node node, in View v, int at, ulong value, in Step step, Span<ulong> kept)
    {
        if (step.Keep >= 0)
        {
            kept[step.Keep] = value;
        }

        step.Row.Done?.Invoke(p, node, v, at, value);
    }

    static int Counted(Row row, ulong count) => (int)Math.Clamp(((long)Math.Min(count, int.MaxValue) * row.Scale.Times) + row.Scale.Plus, 0, int.MaxValue);

    static bool Holds(Row row, ulong value) => row.Values.Length == 0 ? value != 0 : row.Values.AsSpan().Contains(value);

    static void Find(Row[] rows, List<Field> kept)
    {
        foreach (var row in rows)
        {
            if (row.Counter is { } counter && !kept.Contains(counter))
            {
                kept.Add(counter);
            }

            if (row.Condition is { } condition && !kept.Contains(condition))
            {
                kept.Add(condition);
            }

            Find(row.Inner, kept);
        }
    }

    static Step[] Compile(Row[] rows, List<Field> kept) => Array.ConvertAll(rows, row => new Step(
        row,
        row.Length > 0 || row.Field is null ? row.Length : row.Field.Size,
        row.Field is null ? -1 : kept.IndexOf(row.Field),
        row.Counter is null ? -1 : kept.IndexOf(row.Counter),
        row.Condition is null ? -1 : kept.IndexOf(row.Condition),
        Compile(row.Inner, kept)));

    /// <param name="Size">Bytes, where no other row says.</param>
    /// <param name="Keep">Where its number is kept for later rows, or -1.</param>
    /// <param name="Counter">Where the number of its counter is kept, or -1.</param>
    /// <param name="Condition">Where the number of its condition is kept, or -1.</param>
    readonly record struct Step(Row Row, int Size, int Keep, int Counter, int Condition, Step[] Inner);
}
