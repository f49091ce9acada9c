namespace Wiretale.Lab.Transport;

/// <summary>Whole numbers as ranges, sorted and apart from each other; the end of a range is not in it.</summary>
sealed class RangeSet
{
    (long From, long To)[] ranges = new (long, long)[8];

    /// <summary>How many ranges there are.</summary>
    public int Count { get; private set; }

    /// <summary>The ranges in order.</summary>
    public ReadOnlySpan<(long From, long To)> Ranges => ranges.AsSpan(0, Count);

    /// <summary>Adds a range.</summary>
    public void Add(long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        // Ranges that touch become one.
        int first = FirstEndingAtOrAfter(from), last = first;
        while (last < Count && ranges[last].From <= to)
        {
            from = Math.Min(from, ranges[last].From);
            to = Math.Max(to, ranges[last].To);
            last++;
        }

        Replace(first, last, 1);
        ranges[first] = (from, to);
    }

    /// <summary>Takes a range away.</summary>
    public void Remove(long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        int first = FirstEndingAtOrAfter(from + 1), last = first;
        long left = from, right = to;
        while (last < Count && ranges[last].From < to)
        {
            left = Math.Min(left, ranges[last].From);
            right = Math.Max(right, ranges[last].To);
            last++;
        }

        if (first == last)
        {
            return;
        }

        bool keepsLeft = left < from, keepsRight = right > to;
        Replace(first, last, (keepsLeft ? 1 : 0) + (keepsRight ? 1 : 0));
        if (keepsLeft)
        {
            ranges[first++] = (left, from);
        }

        if (keepsRight)
        {
            ranges[first] = (to, right);
        }
    }

    /// <summary>Whether a number is in it.</summary>
    public bool Contains(long number)
    {
        int at = FirstEndingAtOrAfter(number + 1);
        return at < Count && ranges[at].From <= number;
    }

    /// <summary>Where the numbers from one on end that are all in it; that one itself when it is not.</summary>
    public long EndFrom(long number)
    {
        int at = FirstEndingAtOrAfter(number + 1);
        return at < Count && ranges[at].From <= number ? ranges[at].To : number;
    }

    /// <summary>Where the first range begins that begins at a number or behind it.</summary>
    public long NextFrom(long number)
    {
        int at = FirstEndingAtOrAfter(number);
        at += at < Count && ranges[at].From < number ? 1 : 0;
        return at < Count ? ranges[at].From : long.MaxValue;
    }

    /// <summary>The first range.</summary>
    public bool TryFirst(out (long From, long To) range)
    {
        range = Count > 0 ? ranges[0] : default;
        return Count > 0;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Count = 0;

    int FirstEndingAtOrAfter(long number)
    {
        int low = 0, high = Count;
        // What is new is mostly at the end.
        if (Count > 0 && ranges[Count - 1].To < number)
        {
            return Count;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].To < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    void Replace(int first, int last, int with)
    {
        int grow = with - (last - first);
        if (Count + grow > ranges.Length)
        {
            Array.Resize(ref ranges, ranges.Length * 2);
        }

        if (grow != 0)
        {
            Array.Copy(ranges, last, ranges, last + grow, Count - last);
            Count += grow;
        }
    }
}
