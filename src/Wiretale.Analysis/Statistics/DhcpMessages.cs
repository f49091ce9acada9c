using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>How many DHCP messages of each type there were (<c>dhcp,stat</c>).</summary>
public sealed class DhcpMessages : Statistic
{
    const int NameWidth = 26;

    readonly FieldSlots slots;
    readonly string filterText;
    readonly long[] counts = new long[256];

    DhcpMessages(string? filter, StatisticSetting setting)
    {
        Filter = setting.Filter(filter, "Couldn't register tap: ");
        filterText = filter ?? "";
        slots = new(setting.Registry, "dhcp.option.dhcp");
    }

    internal static Statistic Make(string? arguments, StatisticSetting setting) => new DhcpMessages(arguments, setting);

    /// <inheritdoc />
    public override void AddTo(Demand demand) => slots.AddTo(demand);

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        var items = packet.Items;
        for (int i = items.Length - 1; i >= 0; i--)
        {
            // A message that gives its type twice is what it says last.
            if (slots.Of(items[i]) > 0)
            {
                counts[items[i].Value & 0xff]++;
                return;
            }
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        string line = new string('=', 101) + "\n";
        output.Append($"\n{line}DHCP (BOOTP) Statistics:\nFilter for statistics: {filterText}\nDHCP Message Type |Packets |\nDHCP Statistics\n");
        foreach (var (number, name) in DhcpMessage.Types)
        {
            output.Append($"{name.PadRight(NameWidth)}|{counts[number]} |\n");
        }

        output.Append(line);
    }
}
