using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>Where values come from: pushes all values that a packet has, perhaps none.</summary>
abstract class Source
{
    public abstract void Push(FilterRun run);
}

/// <summary>The values of a field.</summary>
sealed class FieldSource(FieldSet set, LayerFilter? layers, bool covered) : Source
{
    public override void Push(FilterRun run)
    {
        Span<byte> small = stackalloc byte[8];
        var items = run.Items;
        foreach (ref readonly var item in items)
        {
            if (set.Has(item.Field) && (layers is null || layers.Takes(item, items)))
            {
                var value = run.Load(item, set.Type, covered, small, out var content);
                run.Push(value, content);
            }
        }
    }
}

/// <summary>One value.</summary>
sealed class ConstantSource(Literal literal) : Source
{
    public override void Push(FilterRun run)
    {
        if (literal.Value.Kind == ValueKind.Bytes)
        {
            run.Push(literal.Value, literal.Bytes);
        }
        else
        {
            run.Push(literal.Value);
        }
    }
}

/// <summary>The values of a field in the frame chosen as reference; none while there is no such frame.</summary>
sealed class ReferenceSource(FieldSet set) : Source
{
    Literal[] values = [];

    public FieldSet Set { get; } = set;

    public void Take(FilterRun run)
    {
        var mark = run.Mark();
        new FieldSource(Set, null, covered: false).Push(run);
        values = new Literal[run.Count - mark.Count];
        for (int i = 0; i < values.Length; i++)
        {
            var value = run[mark.Count + i];
            values[i] = new(value, run.BytesOf(value).ToArray());
        }

        run.Release(mark);
    }

    public override void Push(FilterRun run)
    {
        foreach (ref readonly var literal in values.AsSpan())
        {
            run.Push(literal.Value, literal.Bytes);
        }
    }
}

/// <summary>Parts of values, one after the other; a value of which a part lies outside gives none.</summary>
sealed class SliceSource(Source inner, IReadOnlyList<SliceRange> ranges) : Source
{
    readonly SliceRange[] ranges = [.. ranges];

    public override void Push(FilterRun run)
    {
        Span<byte> raw = stackalloc byte[4];
        int first = run.Count;
        inner.Push(run);
        int last = run.Count, kept = first;
        for (int i = first; i < last; i++)
        {
            var value = run[i];
            if (value.Kind == ValueKind.IPv4)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(raw, (uint)value.Number);
                run.Push(Value.Of(ValueKind.Bytes, 0), raw);
                value = run[run.Count - 1];
                run.Drop(run.Count - 1);
            }

            run.Push(Value.Of(ValueKind.Bytes, 0), default);
            bool whole = true;
            foreach (ref readonly var range in ranges.AsSpan())
            {
                whole &= range.TryLocate(value.Length, out int start, out int length);
                if (!whole)
                {
                    break;
                }

                run.AppendFrom(value.Start + start, length);
            }

            var slice = run[run.Count - 1];
            run.Drop(run.Count - 1);
            if (whole)
            {
                run[kept++] = slice;
            }
        }

        run.Drop(kept);
    }
}

/// <summary>The negated values.</summary>
sealed class NegateSource(Source inner) : Source
{
    public override void Push(FilterRun run)
    {
        int first = run.Count;
        inner.Push(run);
        for (int i = first; i < run.Count; i++)
        {
            run[i] = Calculator.Negate(run[i]);
        }
    }
}

/// <summary>Every left value with every right one; what overflows or divides by zero gives none.</summary>
sealed class ArithmeticSource(Arithmetic operation, Source left, Source right) : Source
{
    public override void Push(FilterRun run)
    {
        int first = run.Count;
        left.Push(run);
        int middle = run.Count;
        if (middle == first)
        {
            return;
        }

        right.Push(run);
        int last = run.Count;
        for (int a = first; a < middle; a++)
        {
            for (int b = middle; b < last; b++)
            {
                if (run[a].Kind == ValueKind.Bytes)
                {
                    BitAnd(run, run[a], run[b]);
                }
                else if (Calculator.TryCalculate(operation, run[a], run[b], out var result))
                {
                    run.Push(result);
                }
            }
        }

        int results = run.Count - last;
        for (int i = 0; i < results; i++)
        {
            run[first + i] = run[last + i];
        }

        run.Drop(first + results);
    }

    static void BitAnd(FilterRun run, Value a, Value b)
    {
        if (a.Length == b.Length)
        {
            run.Push(Value.Of(ValueKind.Bytes, 0), default);
            run.AppendFrom(a.Start, a.Length);
            var result = run.Mutable(run[run.Count - 1]);
            var mask = run.BytesOf(b);
            for (int i = 0; i < result.Length; i++)
            {
                result[i] &= mask[i];
            }
        }
    }
}

/// <summary><c>len()</c>: bytes of every value.</summary>
sealed class LengthSource(FieldSet set, LayerFilter? layers) : Source
{
    public override void Push(FilterRun run)
    {
        Span<byte> small = stackalloc byte[8];
        var items = run.Items;
        foreach (ref readonly var item in items)
        {
            if (set.Has(item.Field) && (layers is null || layers.Takes(item, items)))
            {
                int length = item.Length;
                if (set.Type != FieldType.Protocol)
                {
                    var kind = run.Load(item, set.Type, covered: true, small, out var content).Kind;
                    length = kind == ValueKind.Bytes ? content.Length : set.Type.Size() > 0 ? set.Type.Size() : item.Length;
                }

                run.Push(Value.Of(ValueKind.Unsigned, (uint)length));
            }
        }
    }
}

/// <summary><c>count()</c>: how many values, when there are any.</summary>
sealed class CountSource(FieldSet set, LayerFilter? layers) : Source
{
    public override void Push(FilterRun run)
    {
        uint count = 0;
        var items = run.Items;
        foreach (ref readonly var item in items)
        {
            count += set.Has(item.Field) && (layers is null || layers.Takes(item, items)) ? 1u : 0;
        }

        if (count > 0)
        {
            run.Push(Value.Of(ValueKind.Unsigned, count));
        }
    }
}

/// <summary><c>string()</c>: every value as text; integers in decimal, whatever base they are shown in.</summary>
sealed class TextSource(FieldSet set, LayerFilter? layers, Registry registry) : Source
{
    public override void Push(FilterRun run)
    {
        var items = run.Items;
        foreach (ref readonly var item in items)
        {
            if (!set.Has(item.Field) || (layers is not null && !layers.Takes(item, items)))
            {
                continue;
            }

            var field = registry[item.Field];
            run.Text.Clear();
            if (field.Type.IsSigned())
            {
                run.Text.Append((long)item.Value);
            }
            else if (field.Type.IsUnsigned())
            {
                run.Text.Append(item.Value);
            }
            else
            {
                FieldFormat.Value(run.Text, field, item, run.Batch.ValueBytes(run.Packet, item));
            }

            run.Push(Value.Of(ValueKind.Bytes, 0), run.Text.Bytes);
        }
    }
}

/// <summary><c>upper()</c> and <c>lower()</c>: ASCII letters only.</summary>
sealed class CaseSource(Source inner, bool upper) : Source
{
    public override void Push(FilterRun run)
    {
        int first = run.Count;
        inner.Push(run);
        for (int i = first; i < run.Count; i++)
        {
            foreach (ref byte b in run.Mutable(run[i]))
            {
                if (upper ? b is >= (byte)'a' and <= (byte)'z' : b is >= (byte)'A' and <= (byte)'Z')
                {
                    b ^= 0x20;
                }
            }
        }
    }
}

/// <summary><c>abs()</c>.</summary>
sealed class AbsoluteSource(Source inner) : Source
{
    public override void Push(FilterRun run)
    {
        int first = run.Count;
        inner.Push(run);
        for (int i = first; i < run.Count; i++)
        {
            ref var value = ref run[i];
            bool negative = value.Kind == ValueKind.Real ? value.AsReal < 0 : value.Kind is ValueKind.Signed or ValueKind.Time && (long)value.Number < 0;
            value = negative ? Calculator.Negate(value) : value;
        }
    }
}

/// <summary><c>max()</c> and <c>min()</c>: one value of all that the arguments have.</summary>
sealed class ExtremeSource(Source[] arguments, bool largest) : Source
{
    public override void Push(FilterRun run)
    {
        int first = run.Count;
        foreach (var argument in arguments)
        {
            argument.Push(run);
        }

        if (run.Count == first)
        {
            return;
        }

        int best = first;
        for (int i = first + 1; i < run.Count; i++)
        {
            int order = Value.Order(run[i], run.BytesOf(run[i]), run[best], run.BytesOf(run[best]));
            best = (largest ? order > 0 : order < 0) ? i : best;
        }

        run[first] = run[best];
        run.Drop(first + 1);
    }
}

/// <summary>Which layers of its protocol a field may come from.</summary>
sealed class LayerFilter(IReadOnlyList<SliceRange> ranges, Registry registry)
{
    readonly bool fromEnd = ranges.Any(r => r.Start < 0 || (r.HasEnd && r.End < 0));

    public bool Takes(in Item item, ReadOnlySpan<Item> items)
    {
        int total = fromEnd ? Total(item, items) : 0;
        for (int i = 0; i < ranges.Count; i++)
        {
            var range = ranges[i];
            int first = range.Start < 0 ? total + range.Start + 1 : range.Start;
            int last = range.HasEnd ? (range.End < 0 ? total + range.End + 1 : range.End) : range.Length > 0 ? first + range.Length - 1 : int.MaxValue;
            if (item.Layer >= first && item.Layer <= last)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How often the item's protocol occurs, as far as wanted items tell.</summary>
    int Total(in Item item, ReadOnlySpan<Item> items)
    {
        var protocol = registry[item.Field].Protocol;
        int total = 0;
        foreach (ref readonly var other in items)
        {
            if (other.Layer > total && registry[other.Field].Protocol == protocol)
            {
                total = other.Layer;
            }
        }

        return total;
    }
}
