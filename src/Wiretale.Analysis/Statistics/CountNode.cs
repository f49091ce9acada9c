using System.Globalization;

namespace Wiretale.Analysis.Statistics;

/// <summary>A node of a statistic that counts in a tree: how often it was met, its values if it has any, and when it came thickest.</summary>
sealed class CountNode(string name, bool hasValues = false, bool keepsOrder = false)
{
    /// <summary>What counts as a burst: packets in 100 milliseconds, which are looked at in steps of 5.</summary>
    const int BurstWindow = 100, BurstStep = 5;

    readonly Dictionary<string, CountNode> byName = new(StringComparer.Ordinal);

    // The window, step by step, with the time of the first packet in each; the very first stands for the beginning of the capture.
    readonly LinkedList<BurstPart> window = new([new(0, 0)]);
    long inWindow;
    double total, least, most;
    bool isFloat;

    public string Name { get; } = name;

    public long Count { get; private set; }

    /// <summary>The most packets that one window had, and when it began, in milliseconds.</summary>
    public (long Count, double Start) Burst { get; private set; }

    public IEnumerable<CountNode> Children => keepsOrder ? byName.Values
        : byName.Values.OrderByDescending(c => c.Count).ThenByDescending(c => c.Name, StringComparer.Ordinal);

    public double? Average => HasValues && Count > 0 ? total / Count : null;

    /// <summary>Whether the node is about values, be there any or not.</summary>
    public bool HasValues { get; private set; } = hasValues;

    public string Least => Value(least);

    public string Most => Value(most);

    public CountNode Child(string name, bool hasValues = false, bool keepsOrder = false)
    {
        if (!byName.TryGetValue(name, out var child))
        {
            byName.Add(name, child = new(name, hasValues, keepsOrder));
        }

        return child;
    }

    /// <summary>Counts a packet.</summary>
    /// <param name="time">In milliseconds since the beginning of the capture.</param>
    public CountNode Tick(double time)
    {
        Count++;
        long step = (long)Math.Floor(time / BurstStep);
        if (step > window.Last!.Value.Step)
        {
            window.AddLast(new BurstPart(step, time));
            while (step - window.First!.Value.Step >= BurstWindow / BurstStep)
            {
                inWindow -= window.First.Value.Count;
                window.RemoveFirst();
            }
        }

        // A packet that comes late counts with those among which it was captured, unless it is out of the window.
        if (window.Last.Value.Step - step < BurstWindow / BurstStep)
        {
            window.Last.Value.Count++;
            inWindow++;
        }

        if (inWindow > Burst.Count)
        {
            Burst = (inWindow, window.First!.Value.Start);
        }

        return this;
    }

    /// <summary>Counts a packet and its value.</summary>
    public CountNode Tick(double time, long value) => TickValue(time, value);

    /// <summary>Counts a packet and its value, which has a fraction.</summary>
    public CountNode Tick(double time, float value)
    {
        isFloat = true;
        return TickValue(time, value);
    }

    CountNode TickValue(double time, double value)
    {
        (least, most) = Count == 0 ? (value, value) : (Math.Min(least, value), Math.Max(most, value));
        total += value;
        HasValues = true;
        return Tick(time);
    }

    string Value(double value) => value.ToString(isFloat ? "F6" : "F0", CultureInfo.InvariantCulture);

    sealed class BurstPart(long step, double start)
    {
        public long Step { get; } = step;

        public double Start { get; } = start;

        public long Count { get; set; }
    }
}
