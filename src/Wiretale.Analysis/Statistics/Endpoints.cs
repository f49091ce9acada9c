using System.Runtime.InteropServices;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>Who took part, and how much each sent and received (<c>endpoints,TYPE</c>).</summary>
public sealed class Endpoints : Statistic
{
    readonly TransferLayer layer;
    readonly TransferReader reader;
    readonly string filterText;
    readonly Dictionary<(Address Address, uint Port), Row> rows = [];

    Endpoints(TransferLayer layer, string? filter, StatisticSetting setting)
    {
        this.layer = layer;
        Filter = setting.Filter(filter, "Couldn't register endpoint tap: ");
        filterText = filter ?? "<No Filter>";
        reader = new(layer, setting.Registry);
    }

    internal static IEnumerable<StatisticKind> Kinds =>
        TransferLayer.All.Select(layer => new StatisticKind("endpoints," + layer.Name, (filter, setting) => new Endpoints(layer, filter, setting)));

    /// <inheritdoc />
    public override void AddTo(Demand demand) => reader.AddTo(demand);

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        foreach (ref readonly var transfer in reader.Read(packet))
        {
            ref var from = ref Find(transfer.From, transfer.FromPort);
            from.SentPackets++;
            from.SentBytes += packet.Frame.OriginalLength;
            if (!layer.HasReceivers)
            {
                continue;
            }

            ref var to = ref Find(transfer.To, transfer.ToPort);
            to.ReceivedPackets++;
            to.ReceivedBytes += packet.Frame.OriginalLength;
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        bool ports = layer.Ports is not null;
        string line = new string('=', 80) + "\n";
        output.Append($"{line}{layer.Title} Endpoints\nFilter:{filterText}\n");
        output.Append($"                       |{(ports ? "  Port  ||" : "")}  Packets  | |  Bytes  | | Tx Packets | | Tx Bytes | | Rx Packets | | Rx Bytes |\n");
        foreach (var ((address, port), row) in rows.OrderByDescending(r => r.Value.SentPackets + r.Value.ReceivedPackets).ThenBy(r => r.Value.Order))
        {
            StatisticText.Station(output, address, null, 20);
            output.Append("      "u8);
            if (ports)
            {
                output.Append($"{port,5}     ");
            }

            output.Append($"{row.SentPackets + row.ReceivedPackets,6}     {row.SentBytes + row.ReceivedBytes,9}     {row.SentPackets,6}       {row.SentBytes,9}      {row.ReceivedPackets,6}       {row.ReceivedBytes,9}   \n");
        }

        output.Append(line);
    }

    ref Row Find(in Address address, uint port)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, (address, port), out bool exists);
        if (!exists)
        {
            row.Order = rows.Count;
        }

        return ref row;
    }

    struct Row
    {
        public int Order;
        public long SentPackets, ReceivedPackets;
        public ulong SentBytes, ReceivedBytes;
    }
}
