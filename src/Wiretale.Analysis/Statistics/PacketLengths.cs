using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Statistics;

/// <summary>Packets by their length (<c>plen,tree</c>).</summary>
public sealed class PacketLengths : TreeStatistic
{
    static readonly (uint Longest, string Name)[] Ranges =
    [
        (19, "0-19"), (39, "20-39"), (79, "40-79"), (159, "80-159"), (319, "160-319"), (639, "320-639"), (1279, "640-1279"), (2559, "1280-2559"),
        (5119, "2560-5119"), (uint.MaxValue, "5120 and greater"),
    ];

    readonly CountNode all;

    PacketLengths(string? filter, StatisticSetting setting)
        : base("Packet Lengths", filter, setting)
    {
        all = Root("Packet Lengths", hasValues: true, keepsOrder: true);
        foreach (var (_, name) in Ranges)
        {
            all.Child(name, hasValues: true);
        }
    }

    internal static Statistic Make(string? arguments, StatisticSetting setting) => new PacketLengths(arguments, setting);

    /// <inheritdoc />
    public override void AddTo(Demand demand)
    {
        // The capture itself says how long packets are.
    }

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        double time = Touch(packet);
        uint length = packet.Frame.OriginalLength;
        all.Tick(time, length).Child(Ranges.First(r => length <= r.Longest).Name).Tick(time, length);
    }
}
