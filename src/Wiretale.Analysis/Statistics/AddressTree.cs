using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>Trees of IP addresses, protocols and ports: <c>ip_hosts</c>, <c>ip_srcdst</c>, <c>ptype</c> and <c>dests</c>, and the same of IPv6.</summary>
public sealed class AddressTree : TreeStatistic
{
    const int TcpPort = 1, UdpPort = 2;

    internal static readonly TransferLayer BothFamilies = new("", "", ("ip.src", "ip.dst"), ("ipv6.src", "ipv6.dst"));

    readonly AddressKind family;
    readonly TransferReader reader;
    readonly FieldSlots ports;
    readonly Action<AddressTree, double, Transfer, (string Protocol, uint Port)> count;

    AddressTree(AddressKind family, string title, Action<AddressTree, double, Transfer, (string Protocol, uint Port)> count, string[] roots, string? filter, StatisticSetting setting)
        : base(title, filter, setting)
    {
        this.count = count;
        this.family = family;
        reader = new(BothFamilies, setting.Registry);
        ports = new(setting.Registry, "tcp.dstport", "udp.dstport");
        foreach (string root in roots)
        {
            Root(root);
        }
    }

    internal static IEnumerable<StatisticKind> Kinds => new[] { (AddressKind.IPv4, "ip_", ""), (AddressKind.IPv6, "ipv6_", "ipv6_") }.SelectMany(names =>
    {
        var (family, prefix, shortPrefix) = names;
        string source = $"Source {family} Addresses", destination = $"Destination {family} Addresses";
        return new[]
        {
            Kind(prefix + "hosts", "All Addresses", (tree, time, transfer, _) =>
            {
                var all = tree.Root("All Addresses").Tick(time);
                all.Child(transfer.From.ToString()).Tick(time);
                all.Child(transfer.To.ToString()).Tick(time);
            }, "All Addresses"),
            Kind(prefix + "srcdst", "Source and Destination Addresses", (tree, time, transfer, _) =>
            {
                tree.Root(source).Tick(time).Child(transfer.From.ToString()).Tick(time);
                tree.Root(destination).Tick(time).Child(transfer.To.ToString()).Tick(time);
            }, source, destination),
            Kind(shortPrefix + "ptype", "IP Protocol Types", (tree, time, _, port) =>
                tree.Root("IP Protocol Types").Tick(time).Child(port.Protocol).Tick(time), "IP Protocol Types"),
            Kind(shortPrefix + "dests", "Destinations and Ports", (tree, time, transfer, port) =>
                tree.Root("Destinations and Ports").Tick(time).Child(transfer.To.ToString()).Tick(time)
                    .Child(port.Protocol).Tick(time).Child(port.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)).Tick(time), "Destinations and Ports"),
        };

        StatisticKind Kind(string kind, string title, Action<AddressTree, double, Transfer, (string Protocol, uint Port)> count, params string[] roots) =>
            new(kind + ",tree", (filter, setting) => new AddressTree(family, $"{family} Statistics/{title}", count, roots, filter, setting));
    });

    /// <inheritdoc />
    public override void AddTo(Demand demand)
    {
        reader.AddTo(demand);
        ports.AddTo(demand);
    }

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        // Of a packet in a tunnel, every header counts as one of the innermost, as in tshark.
        var transfers = reader.Read(packet);
        foreach (ref readonly var transfer in transfers)
        {
            if (transfer.From.Kind == family)
            {
                count(this, Touch(packet), transfers[^1], Port(packet));
            }
        }
    }

    /// <summary>The last ports of the packet, be it of one that an error message quotes.</summary>
    (string Protocol, uint Port) Port(in StatisticPacket packet)
    {
        var items = packet.Items;
        for (int i = items.Length - 1; i >= 0; i--)
        {
            int slot = ports.Of(items[i]);
            if (slot is TcpPort or UdpPort)
            {
                return (slot == TcpPort ? "TCP" : "UDP", (uint)items[i].Value);
            }
        }

        return ("NONE", 0);
    }
}
