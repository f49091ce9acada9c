using System.Runtime.InteropServices;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>Who talked with whom, how much, when and for how long (<c>conv,TYPE</c>).</summary>
public sealed class Conversations : Statistic
{
    readonly TransferLayer layer;
    readonly TransferReader reader;
    readonly string filterText;
    readonly Dictionary<(Address, Address), int> byAddresses = [];
    Row[] rows = new Row[16];
    int[] byStream = new int[16];
    int count;

    Conversations(TransferLayer layer, string? filter, StatisticSetting setting)
    {
        this.layer = layer;
        Filter = setting.Filter(filter, "Couldn't register conversations tap: ");
        filterText = filter ?? "<No Filter>";
        reader = new(layer, setting.Registry);
    }

    internal static IEnumerable<StatisticKind> Kinds =>
        TransferLayer.All.Select(layer => new StatisticKind("conv," + layer.Name, (filter, setting) => new Conversations(layer, filter, setting)));

    /// <inheritdoc />
    public override void AddTo(Demand demand) => reader.AddTo(demand);

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        foreach (ref readonly var transfer in reader.Read(packet))
        {
            ref var row = ref Find(transfer);
            var time = packet.Time;
            if (row.Packets == 0)
            {
                (row.A, row.PortA, row.B, row.PortB) = (transfer.From, transfer.FromPort, transfer.To, transfer.ToPort);
                (row.Start, row.End) = (time, time);
            }
            else if (time > row.End)
            {
                row.End = time;
            }
            else if (time < row.Start)
            {
                row.Start = time;
            }

            if (row.PortA == transfer.FromPort && row.A == transfer.From)
            {
                row.PacketsToB++;
                row.BytesToB += packet.Frame.OriginalLength;
            }
            else
            {
                row.PacketsToA++;
                row.BytesToA += packet.Frame.OriginalLength;
            }
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        int width = layer.Ports is null ? 20 : 26;
        string margin = new(' ', (2 * width) + 7);
        string line = new string('=', 80) + "\n";
        output.Append($"{line}{layer.Title} Conversations\nFilter:{filterText}\n");
        output.Append($"{margin}|       <-      | |       ->      | |     Total     |    Relative    |   Duration   |\n");
        output.Append($"{margin}| Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     |              |\n");

        // Those with the most packets first, in order of their beginning where that is the same.
        foreach (var row in rows.Take(count).OrderByDescending(r => r.Packets))
        {
            StatisticText.Station(output, row.A, layer.Ports is null ? null : row.PortA, width);
            output.Append(" <-> "u8);
            StatisticText.Station(output, row.B, layer.Ports is null ? null : row.PortB, width);
            Amount(output, row.PacketsToA, row.BytesToA);
            Amount(output, row.PacketsToB, row.BytesToB);
            Amount(output, row.PacketsToA + row.PacketsToB, row.BytesToA + row.BytesToB);
            output.Append($"  {row.Start.TotalSeconds,14:F9}   {row.End.TotalSeconds - row.Start.TotalSeconds,12:F4}\n");
        }

        output.Append(line);
    }

    static void Amount(Utf8Text output, long packets, ulong bytes) => output.Append($"  {packets,6} {StatisticText.Size(bytes),-9}");

    ref Row Find(in Transfer transfer)
    {
        ref int row = ref layer.Stream is null ? ref ByAddresses(transfer.From, transfer.To) : ref ByStream(transfer.Stream);
        if (row == 0)
        {
            if (count == rows.Length)
            {
                Array.Resize(ref rows, count * 2);
            }

            row = ++count;
        }

        return ref rows[row - 1];
    }

    ref int ByStream(int stream)
    {
        if (stream >= byStream.Length)
        {
            Array.Resize(ref byStream, Math.Max(stream + 1, byStream.Length * 2));
        }

        return ref byStream[stream];
    }

    ref int ByAddresses(in Address a, in Address b)
    {
        bool swap = a.High != b.High ? a.High > b.High : a.Low > b.Low;
        return ref CollectionsMarshal.GetValueRefOrAddDefault(byAddresses, swap ? (b, a) : (a, b), out _);
    }

    struct Row
    {
        public Address A, B;
        public uint PortA, PortB;
        public Timestamp Start, End;
        public long PacketsToA, PacketsToB;
        public ulong BytesToA, BytesToB;

        public readonly long Packets => PacketsToA + PacketsToB;
    }
}
