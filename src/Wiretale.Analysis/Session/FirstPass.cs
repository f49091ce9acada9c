using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Filters;

namespace Wiretale.Analysis.Session;

/// <summary>The first of two passes over a capture (<c>-2</c>): learns what later packets tell about earlier ones, and on which packets those depend that a filter chooses.</summary>
public sealed class FirstPass
{
    readonly HashSet<int> needed = [];

    FirstPass()
    {
    }

    /// <summary>Runs it.</summary>
    /// <param name="reader">The capture; read to its end, or to the limit.</param>
    /// <param name="settings">Those of the second pass, which are given what was learned.</param>
    /// <param name="filter">The display filter, or null; see <see cref="IsNeeded"/>.</param>
    /// <param name="limit">Packets to read.</param>
    public static FirstPass Run(CaptureReader reader, EngineSettings settings, DisplayFilter? filter, long limit = long.MaxValue)
    {
        var registry = Dissection.Catalog.Registry;
        var pass = new FirstPass();
        var hindsight = new Hindsight(registry);
        var demand = new Demand(registry);
        hindsight.AddTo(demand);
        bool[] isPart = new bool[registry.Fields.Count];
        if (filter is not null)
        {
            filter.AddTo(demand);

            // What was put together names the frames that its parts came in.
            foreach (var field in registry.Fields.Where(f => f.Type == FieldType.FrameNumber && (f.Name.EndsWith(".fragment", StringComparison.Ordinal) || f.Name.EndsWith(".segment", StringComparison.Ordinal))))
            {
                isPart[field.Id] = true;
                demand.Want(field);
            }
        }

        (settings.Hindsight, settings.Learning) = (null, hindsight);
        var engine = new DissectionEngine(demand, settings);
        new CaptureRun(reader, engine, sink: null, Stream.Null)
        {
            Filter = (batch, packet) =>
            {
                hindsight.Learn(batch, packet);
                bool passes = filter?.Matches(batch, packet) ?? false;
                if (passes)
                {
                    pass.Need(batch, packet, isPart);
                }

                return passes;
            },
        }.Run(limit);
        (settings.Hindsight, settings.Learning) = (hindsight, null);
        return pass;
    }

    /// <summary>Whether a packet that the filter chose was put together from this one, among others.</summary>
    public bool IsNeeded(DissectedBatch batch, int packet) => needed.Contains(batch.Frames[packet].Number);

    void Need(DissectedBatch batch, int packet, bool[] isPart)
    {
        foreach (ref readonly var item in batch.Items(packet))
        {
            if (isPart[item.Field])
            {
                needed.Add((int)item.Value);
            }
        }
    }
}
