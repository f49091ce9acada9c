using System.Text.RegularExpressions;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Filters;

/// <summary>A compiled test of one packet.</summary>
abstract class Test
{
    public abstract bool Run(FilterRun run);
}

sealed class AllTest(Test[] parts) : Test
{
    public override bool Run(FilterRun run)
    {
        foreach (var part in parts)
        {
            if (!part.Run(run))
            {
                return false;
            }
        }

        return true;
    }
}

sealed class AnyTest(Test[] parts) : Test
{
    public override bool Run(FilterRun run)
    {
        foreach (var part in parts)
        {
            if (part.Run(run))
            {
                return true;
            }
        }

        return false;
    }
}

sealed class NotTest(Test inner) : Test
{
    public override bool Run(FilterRun run) => !inner.Run(run);
}

/// <summary>A field is there.</summary>
sealed class ExistsTest(FieldSet set, LayerFilter? layers) : Test
{
    public override bool Run(FilterRun run)
    {
        var items = run.Items;
        foreach (ref readonly var item in items)
        {
            if (set.Has(item.Field) && (layers is null || layers.Takes(item, items)))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A source has a value, or one that is not zero.</summary>
sealed class AnyValueTest(Source source, bool nonZero) : Test
{
    public override bool Run(FilterRun run)
    {
        var mark = run.Mark();
        source.Push(run);
        bool found = !nonZero && run.Count > mark.Count;
        for (int i = mark.Count; nonZero && !found && i < run.Count; i++)
        {
            found = Value.IsNonZero(run[i], run.BytesOf(run[i]));
        }

        run.Release(mark);
        return found;
    }
}

/// <summary>An unsigned field of one id lies in a range: most filters are made of these.</summary>
sealed class RangeTest(int id, ulong first, ulong last, bool inside, bool forAll) : Test
{
    public override bool Run(FilterRun run)
    {
        bool any = false;
        foreach (ref readonly var item in run.Items)
        {
            if (item.Field == id)
            {
                if ((item.Value - first <= last - first) == inside)
                {
                    if (!forAll)
                    {
                        return true;
                    }

                    any = true;
                }
                else if (forAll)
                {
                    return false;
                }
            }
        }

        return any;
    }
}

/// <summary>A field against a constant, without copying bytes.</summary>
sealed class ConstantTest(FieldSet set, LayerFilter? layers, Comparison comparison, Literal constant, bool forAll) : Test
{
    public override bool Run(FilterRun run)
    {
        Span<byte> small = stackalloc byte[8];
        bool any = false;
        var items = run.Items;
        foreach (ref readonly var item in items)
        {
            if (!set.Has(item.Field) || (layers is not null && !layers.Takes(item, items)))
            {
                continue;
            }

            var value = run.Load(item, set.Type, covered: false, small, out var content);
            if (Value.Holds(comparison, value, content, constant.Value, constant.Bytes))
            {
                if (!forAll)
                {
                    return true;
                }

                any = true;
            }
            else if (forAll)
            {
                return false;
            }
        }

        return any;
    }
}

/// <summary>Every left value against every right one.</summary>
sealed class PairTest(Comparison comparison, Source left, Source right, bool forAll) : Test
{
    public override bool Run(FilterRun run)
    {
        var mark = run.Mark();
        bool holds = Holds(run);
        run.Release(mark);
        return holds;
    }

    bool Holds(FilterRun run)
    {
        int first = run.Count;
        left.Push(run);
        int middle = run.Count;
        if (middle == first)
        {
            return false;
        }

        right.Push(run);
        int last = run.Count;
        if (last == middle)
        {
            return false;
        }

        for (int a = first; a < middle; a++)
        {
            var aBytes = run.BytesOf(run[a]);
            for (int b = middle; b < last; b++)
            {
                if (Value.Holds(comparison, run[a], aBytes, run[b], run.BytesOf(run[b])) != forAll)
                {
                    return !forAll;
                }
            }
        }

        return forAll;
    }
}

/// <summary>A field is in a set.</summary>
sealed class SetTest(Source left, (Source First, Source? Last)[] elements, bool forAll) : Test
{
    public override bool Run(FilterRun run)
    {
        var mark = run.Mark();
        left.Push(run);
        int end = run.Count;
        bool holds = end > mark.Count && forAll;
        for (int i = mark.Count; i < end; i++)
        {
            if (IsIn(run, run[i]) != forAll)
            {
                holds = !forAll;
                break;
            }
        }

        run.Release(mark);
        return holds;
    }

    bool IsIn(FilterRun run, Value value)
    {
        foreach (var (first, last) in elements)
        {
            var mark = run.Mark();
            first.Push(run);
            int middle = run.Count;
            last?.Push(run);
            bool low = last is null ? Any(run, value, Comparison.Equal, mark.Count, middle)
                : Any(run, value, Comparison.GreaterOrEqual, mark.Count, middle) && Any(run, value, Comparison.LessOrEqual, middle, run.Count);
            run.Release(mark);
            if (low)
            {
                return true;
            }
        }

        return false;
    }

    static bool Any(FilterRun run, in Value value, Comparison comparison, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (Value.Holds(comparison, value, run.BytesOf(value), run[i], run.BytesOf(run[i])))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>An unsigned field is in a set of constant ranges, however many.</summary>
sealed class RangesTest(FieldSet set, LayerFilter? layers, (ulong First, ulong Last)[] sorted, bool forAll) : Test
{
    public override bool Run(FilterRun run)
    {
        bool any = false;
        var items = run.Items;
        foreach (ref readonly var item in items)
        {
            if (!set.Has(item.Field) || (layers is not null && !layers.Takes(item, items)))
            {
                continue;
            }

            if (IsIn(item.Value))
            {
                if (!forAll)
                {
                    return true;
                }

                any = true;
            }
            else if (forAll)
            {
                return false;
            }
        }

        return any;
    }

    bool IsIn(ulong value)
    {
        int low = 0, high = sorted.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (value < sorted[middle].First)
            {
                high = middle - 1;
            }
            else if (value > sorted[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A value matches a pattern.</summary>
sealed class MatchTest(Source source, Regex pattern, bool forAll) : Test
{
    /// <summary>A pattern that ran out of time this often is not tried any more: the run must come to an end.</summary>
    const int MaxTimeouts = 5;

    int timeouts;

    public override bool Run(FilterRun run)
    {
        var mark = run.Mark();
        source.Push(run);
        bool holds = forAll && run.Count > mark.Count;
        for (int i = mark.Count; i < run.Count; i++)
        {
            if (IsMatch(run, run.BytesOf(run[i])) != forAll)
            {
                holds = !forAll;
                break;
            }
        }

        run.Release(mark);
        return holds;
    }

    bool IsMatch(FilterRun run, ReadOnlySpan<byte> content)
    {
        if (timeouts >= MaxTimeouts)
        {
            return false;
        }

        try
        {
            return pattern.IsMatch(run.Widen(content));
        }
        catch (RegexMatchTimeoutException)
        {
            timeouts++;
            return false;
        }
    }
}
