using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>Gives every packet to statistics, and those that are shown to what prints them; the answers stand after the last packet.</summary>
/// <param name="statistics">What is asked; the answer to the last one comes first, as in tshark.</param>
/// <param name="packets">What prints packets, or null.</param>
public sealed class StatisticsSink(IReadOnlyList<Statistic> statistics, ISink? packets = null) : ISink
{
    Timestamp first;
    bool started;

    /// <summary>What the user must know beside the answers.</summary>
    public IEnumerable<string> Remarks => statistics.Select(s => s.Remark).OfType<string>();

    /// <summary>Asks for what the statistics need.</summary>
    public void AddTo(Demand demand)
    {
        foreach (var statistic in statistics)
        {
            statistic.Filter?.AddTo(demand);
            statistic.AddTo(demand);
        }
    }

    /// <inheritdoc />
    public void Begin(Utf8Text output) => packets?.Begin(output);

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        if (!started && batch.Count > 0)
        {
            (started, first) = (true, batch.Frames[0].Time);
        }

        foreach (var statistic in statistics)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                if (statistic.Filter is null || statistic.Filter.Matches(batch, i))
                {
                    statistic.Take(new(batch, i, first));
                }
            }
        }

        packets?.Write(batch, output);
    }

    /// <inheritdoc />
    public void End(Utf8Text output)
    {
        packets?.End(output);
        foreach (var statistic in statistics.Reverse())
        {
            statistic.Write(output);
        }
    }
}
