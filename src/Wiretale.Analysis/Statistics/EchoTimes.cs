using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Statistics;

/// <summary>Echo requests, their replies, and how long these took (<c>icmp,srt</c>, <c>icmpv6,srt</c>).</summary>
public sealed class EchoTimes : Statistic
{
    const int Type = 1, ResponseTime = 2;

    readonly string title;
    readonly ulong request;
    readonly string? filterText;
    readonly FieldSlots slots;
    readonly List<(double Milliseconds, int Frame)> times = [];
    long requests;

    EchoTimes(string protocol, string title, ulong request, string? filter, StatisticSetting setting)
    {
        (this.title, this.request) = (title, request);
        Filter = setting.Filter(filter, $"Couldn't register {protocol},srt tap: ");
        filterText = filter;
        slots = new(setting.Registry, protocol + ".type", protocol + ".resptime");
    }

    internal static IEnumerable<StatisticKind> Kinds =>
    [
        new("icmp,srt", (filter, setting) => new EchoTimes("icmp", "ICMP", Wire.IcmpMessage.EchoRequest, filter, setting)),
        new("icmpv6,srt", (filter, setting) => new EchoTimes("icmpv6", "ICMPv6", Wire.IcmpV6Message.EchoRequest, filter, setting)),
    ];

    /// <inheritdoc />
    public override void AddTo(Demand demand) => slots.AddTo(demand);

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        foreach (ref readonly var item in packet.Items)
        {
            int slot = (item.Flags & ItemFlags.Quoted) == 0 ? slots.Of(item) : 0;
            if (slot == Type && item.Value == request)
            {
                requests++;
            }
            else if (slot == ResponseTime)
            {
                times.Add((BitConverter.Int64BitsToDouble((long)item.Value), packet.Frame.Number));
            }
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        string line = new string('=', 74) + "\n";
        long lost = requests - times.Count;
        double share = requests > 0 ? 100.0 * lost / requests : 0;
        output.Append($"\n{line}{title} Service Response Time (SRT) Statistics (all times in ms):\nFilter: {filterText ?? "<none>"}\n\n");
        output.Append("Requests  Replies   Lost      % Loss\n"u8);
        output.Append($"{requests,-10}{times.Count,-10}{lost,-10}{share,5:F1}%\n\n");
        output.Append("Minimum   Maximum   Mean      Median    SDeviation     Min Frame Max Frame\n"u8);
        if (times.Count == 0)
        {
            output.Append($"0.000     0.000     0.000     0.000     0.000          0         0{(requests > 0 ? "         " : "")}\n");
        }
        else
        {
            var least = times.MinBy(t => t.Milliseconds);
            var most = times.MaxBy(t => t.Milliseconds);
            double[] sorted = [.. times.Select(t => t.Milliseconds).Order()];
            double mean = sorted.Average();
            double median = sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
            double deviation = sorted.Length < 2 ? 0 : Math.Sqrt(sorted.Sum(t => (t - mean) * (t - mean)) / (sorted.Length - 1));
            output.Append($"{least.Milliseconds,-10:F3}{most.Milliseconds,-10:F3}{mean,-10:F3}{median,-10:F3}{deviation,-10:F3}     {least.Frame,-10}{most.Frame,-10}\n");
        }

        output.Append(line);
    }
}
