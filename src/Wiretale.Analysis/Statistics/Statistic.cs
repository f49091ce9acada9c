using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>A question about a whole capture: says what it wants of every packet, takes it from each, and writes its answer at the end.</summary>
/// <example><code>
/// var statistics = new StatisticsSink([StatisticsCatalog.Make("conv,tcp", new(Catalog.Registry))]);
/// statistics.AddTo(demand);
/// new CaptureRun(reader, new DissectionEngine(demand), statistics, output).Run();
/// </code></example>
public abstract class Statistic
{
    /// <summary>Which packets are counted; null for all. What is shown of the capture has no part in it.</summary>
    public DisplayFilter? Filter { get; init; }

    /// <summary>What the user must know beside the answer, such as what could not be done; null for nothing.</summary>
    public virtual string? Remark => null;

    /// <summary>Asks for what the statistic takes from packets, beside what its filter needs.</summary>
    public abstract void AddTo(Demand demand);

    /// <summary>Takes what it wants of a packet that passed the filter; called in file order, on one thread.</summary>
    public abstract void Take(in StatisticPacket packet);

    /// <summary>Appends the answer.</summary>
    public abstract void Write(Utf8Text output);
}

/// <summary>One packet as statistics see it.</summary>
/// <param name="batch">The batch it is in.</param>
/// <param name="index">Its place in the batch.</param>
/// <param name="first">When the first packet of the capture came.</param>
public readonly ref struct StatisticPacket(DissectedBatch batch, int index, Timestamp first)
{
    /// <summary>The batch it is in.</summary>
    public DissectedBatch Batch { get; } = batch;

    /// <summary>Its place in the batch.</summary>
    public int Index { get; } = index;

    /// <summary>The frame as the capture gave it.</summary>
    public ref readonly FrameRecord Frame => ref Batch.Frames[Index];

    /// <summary>The fields that somebody asked for, depth first.</summary>
    public ReadOnlySpan<Item> Items => Batch.Items(Index);

    /// <summary>When it came, since the first packet of the capture.</summary>
    public Timestamp Time => Frame.Time - first;

    /// <summary>The bytes of an item's value.</summary>
    public ReadOnlySpan<byte> Bytes(in Item item) => Batch.ValueBytes(Index, item);
}
