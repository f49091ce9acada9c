using System.Globalization;

namespace Wiretale.Lab.Links;

/// <summary>What a bad link did in one direction, in numbers.</summary>
public sealed class LinkTally
{
    readonly SortedDictionary<Fate, long> fates = [];

    /// <summary>What came.</summary>
    public long Frames { get; private set; }

    /// <summary>Its bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Frames that the system dropped before the link could take them: no part of the plan.</summary>
    public long Missed { get; set; }

    /// <summary>Frames that could not be kept until their time, or that the system did not take back: for want of room, or since the interface was off.</summary>
    public long Unsent { get; set; }

    /// <summary>How many had a fate, alone or among others.</summary>
    public long this[Fate fate] => fates.GetValueOrDefault(fate);

    /// <summary>Counts one.</summary>
    public void Add(in LinkEvent what)
    {
        Frames++;
        Bytes += what.Length;
        for (var rest = (int)what.Fate; rest != 0; rest &= rest - 1)
        {
            var fate = (Fate)(rest & -rest);
            fates[fate] = this[fate] + 1;
        }
    }

    /// <summary>In a sentence's form: 120 frames (7,000 bytes), 12 lost.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Frames:N0} frames ({Bytes:N0} bytes)")
        + string.Concat(fates.Select(pair => string.Create(CultureInfo.InvariantCulture, $", {pair.Value:N0} {Words(pair.Key)}")))
        + (Missed > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Missed:N0} missed by the system") : "")
        + (Unsent > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Unsent:N0} not sent for want of room") : "");

    static string Words(Fate fate) => fate switch
    {
        Fate.LostInBurst => "lost in bursts",
        Fate.QueueFull => "lost to a full queue",
        _ => fate.ToString().ToLowerInvariant(),
    };
}
