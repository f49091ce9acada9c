using System.Text;
using Wiretale.Dissection;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Statistics;

/// <summary>What dissectors remarked, and how often (<c>expert[,SEVERITY][,FILTER]</c>).</summary>
public sealed class ExpertSummary : Statistic
{
    /// <summary>How <c>-z</c> calls severities, and tables; the most serious first.</summary>
    static readonly (string Name, string Title, Severity Severity)[] Levels =
    [
        ("error", "Errors", Severity.Error), ("warn", "Warns", Severity.Warning), ("note", "Notes", Severity.Note),
        ("chat", "Chats", Severity.Chat), ("comment", "Comments", Severity.Comment),
    ];

    static readonly string[] OnlyInTree = ["tcp.bogus_header_length", "tcp.nop", "bgp.marker_invalid", "ldp.gtsm_not_supported", "ams.ads_devicename.trailing", "rsync.stray"];

    readonly Severity least;
    readonly int self, severity, group;
    readonly HashSet<int> others, onlyInTree;

    // In the order in which they were met.
    readonly OrderedDictionary<(Severity Severity, ExpertGroup Group, string Protocol, string Summary), long> counts = [];

    ExpertSummary(Severity least, string? filter, StatisticSetting setting)
    {
        this.least = least;
        var registry = setting.Registry;
        self = registry.Find("_ws.expert")!.Id;
        severity = registry.Find("_ws.expert.severity")!.Id;
        group = registry.Find("_ws.expert.group")!.Id;

        // tshark makes these remarks with the tree, which statistics do not ask it for.
        onlyInTree = [.. OnlyInTree.Select(name => registry.Find(name)!.Id)];
        others = [severity, group, registry.Find("_ws.expert.message")!.Id];
        Filter = setting.Filter(filter, "Expert tap error: ");
    }

    internal static Statistic Make(string? arguments, StatisticSetting setting)
    {
        string[] parts = arguments?.Split(',', 2) ?? [];
        foreach (var (name, _, level) in Levels)
        {
            if (parts.Length > 0 && (parts[0] == name || parts[0] == name + "s"))
            {
                return new ExpertSummary(level, parts.Length > 1 ? parts[1] : null, setting);
            }
        }

        return new ExpertSummary(Severity.Comment, arguments, setting);
    }

    /// <inheritdoc />
    public override void AddTo(Demand demand) => demand.AllFields = true;

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        var items = packet.Items;
        for (int i = 0; i < items.Length; i++)
        {
            // As in tshark, nothing is counted of a packet that an error message quotes.
            if (items[i].Field == self && (items[i].Flags & ItemFlags.Quoted) == 0)
            {
                Take(packet, items, i);
            }
        }
    }

    void Take(in StatisticPacket packet, ReadOnlySpan<Item> items, int info)
    {
        var (level, about, remark) = (default(Severity), default(ExpertGroup), -1);
        for (int i = info + 1; i < items.Length; i++)
        {
            if (items[i].Parent != info)
            {
                continue;
            }

            if (items[i].Field == severity)
            {
                level = (Severity)items[i].Value;
            }
            else if (items[i].Field == group)
            {
                about = (ExpertGroup)items[i].Value;
                break;
            }
            else if (!others.Contains(items[i].Field))
            {
                remark = i;
            }
        }

        if (level < least || remark < 0 || onlyInTree.Contains(items[remark].Field))
        {
            return;
        }

        ref readonly var item = ref items[remark];
        string text = Encoding.UTF8.GetString(packet.Batch.Label(packet.Index, item));
        var key = (level, about, Catalog.Dissectors[(int)item.Value].Protocol.ShortName, text);
        counts[key] = counts.TryGetValue(key, out long count) ? count + 1 : 1;
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        foreach (var (_, title, level) in Levels)
        {
            long total = counts.Where(c => c.Key.Severity == level).Sum(c => c.Value);
            if (total == 0)
            {
                continue;
            }

            output.Append($"\n{title} ({total})\n=============\n   Frequency      Group           Protocol  Summary\n");
            foreach (var ((severity, group, protocol, summary), count) in counts)
            {
                if (severity == level)
                {
                    output.Append($"{count,12} {group.Name(),10} {protocol,18}  {summary}\n");
                }
            }
        }
    }
}
