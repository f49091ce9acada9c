using System.Text;
using Wiretale.Analysis.Statistics;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Streams;

/// <summary>Who sent what to whom, and when (<c>flow,any,network</c>): hosts are columns, packets arrows between them.</summary>
public sealed class FlowGraph : Statistic
{
    /// <summary>Hosts that get a column, as in tshark.</summary>
    public const int MostHosts = 40;

    /// <summary>Packets kept; a graph of more is read by nobody.</summary>
    const int MostArrows = 100_000;

    const int Stream = 1, Flags = 2, Length = 3, Sequence = 4, Acknowledgment = 5, IcmpType = 6, Icmpv6Type = 7, ResponseTo = 8,
        SourceV4 = 9, DestinationV4 = 10, SourceV6 = 11, DestinationV6 = 12;

    const int AckFlag = 16;

    static readonly string[] FlagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
    static readonly Dictionary<string, Action<FlowGraph, Utf8Text>> Forms = new(StringComparer.Ordinal)
    {
        ["standard"] = FlowText.Write,
        ["network"] = FlowText.Write,
        ["svg"] = FlowSvg.Write,
        ["mermaid"] = FlowMermaid.Write,
    };

    readonly FlowSubject subject;
    readonly Action<FlowGraph, Utf8Text> write;
    readonly bool onlyNetwork;
    readonly FieldSlots slots;
    readonly Dictionary<Address, int> columns = [];
    readonly List<Address> hosts = [];
    readonly List<FlowArrow> arrows = [];
    bool leftOut;

    FlowGraph(Registry registry, FlowSubject subject, Action<FlowGraph, Utf8Text> write, bool onlyNetwork)
    {
        (this.subject, this.write, this.onlyNetwork) = (subject, write, onlyNetwork);
        string[] names = ["tcp.stream", "tcp.flags", "tcp.len", "tcp.seq", "tcp.ack", "icmp.type", "icmpv6.type",
            subject == FlowSubject.Icmp ? "icmp.resp_to" : "icmpv6.resp_to", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst"];
        (int first, int last) = subject switch
        {
            FlowSubject.Any => (int.MaxValue, 0),
            FlowSubject.Tcp => (Stream, Acknowledgment),
            _ => (IcmpType, ResponseTo),
        };
        slots = new(registry, [.. names.Select((n, i) => (i + 1 >= first && i + 1 <= last) || (onlyNetwork && i + 1 >= SourceV4) ? n : "")]);
    }

    /// <summary>The graphs that can be asked for.</summary>
    public static IEnumerable<StatisticKind> Kinds { get; } =
        [Kind("any", FlowSubject.Any), Kind("icmp", FlowSubject.Icmp), Kind("icmpv6", FlowSubject.Icmpv6), Kind("tcp", FlowSubject.Tcp)];

    /// <summary>The columns from left to right, in the order in which they were first seen.</summary>
    public IReadOnlyList<Address> Hosts => hosts;

    /// <summary>The packets in file order.</summary>
    public IReadOnlyList<FlowArrow> Arrows => arrows;

    /// <inheritdoc />
    public override string? Remark => leftOut ? $"flow: more than {MostArrows} packets, the rest is left out (a filter chooses others: flow,any,network,FILTER)" : null;

    /// <inheritdoc />
    public override void AddTo(Demand demand)
    {
        demand.Columns |= subject != FlowSubject.Tcp;
        slots.AddTo(demand);
    }

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        ref readonly var about = ref packet.Batch[packet.Index];
        var (source, destination) = (about.Source, about.Destination);
        if (onlyNetwork && source.Kind is not (AddressKind.IPv4 or AddressKind.IPv6))
        {
            (source, destination) = NetworkAddresses(packet);
        }

        if (source.Kind == AddressKind.None)
        {
            return;
        }

        var arrow = subject switch
        {
            FlowSubject.Any => Described(packet),
            FlowSubject.Tcp => Segment(packet),
            _ => Echo(packet),
        };
        if (arrow is null)
        {
            return;
        }

        if (arrows.Count == MostArrows)
        {
            leftOut = true;
            return;
        }

        arrows.Add(arrow with { Time = packet.Time, From = ColumnOf(source), To = ColumnOf(destination) });
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output) => write(this, output);

    static StatisticKind Kind(string name, FlowSubject subject) => new($"flow,{name}", (arguments, setting) =>
    {
        string[] parts = (arguments ?? "").Split(',', 2);
        return Forms.TryGetValue(parts[0], out var write)
            ? new FlowGraph(setting.Registry, subject, write, onlyNetwork: parts[0] == "standard")
                { Filter = setting.Filter(parts.Length > 1 ? parts[1] : null, "flow - ") }
            : throw new StatisticException("flow - Invalid address type.");
    });

    static FlowArrow Described(in StatisticPacket packet)
    {
        ref readonly var about = ref packet.Batch[packet.Index];
        string info = Encoding.UTF8.GetString(packet.Batch.Info(packet.Index));
        return new() { FromPort = about.SourcePort, ToPort = about.DestinationPort, Protocol = about.Protocol, Label = info, Comment = $"{about.Protocol}: {info}" };
    }

    /// <summary>The innermost addresses of a network layer, below a tunnelled frame's own.</summary>
    (Address Source, Address Destination) NetworkAddresses(in StatisticPacket packet)
    {
        Address source = default, destination = default;
        foreach (ref readonly var item in packet.Items)
        {
            switch (slots.Of(item))
            {
                case SourceV4:
                    source = Address.IPv4((uint)item.Value);
                    break;
                case DestinationV4:
                    destination = Address.IPv4((uint)item.Value);
                    break;
                case SourceV6:
                    source = Address.IPv6(packet.Bytes(item));
                    break;
                case DestinationV6:
                    destination = Address.IPv6(packet.Bytes(item));
                    break;
            }
        }

        return (source, destination);
    }

    FlowArrow? Segment(in StatisticPacket packet)
    {
        uint stream = 0, flags = 0, length = 0, sequence = 0, acknowledgment = 0;
        bool seen = false;
        foreach (ref readonly var item in packet.Items)
        {
            uint value = (uint)item.Value;
            switch (slots.Of(item))
            {
                case Stream:
                    (seen, stream) = (true, value);
                    break;
                case Flags:
                    flags = value;
                    break;
                case Length:
                    length = value;
                    break;
                case Sequence:
                    sequence = value;
                    break;
                case Acknowledgment:
                    acknowledgment = value;
                    break;
            }
        }

        if (!seen)
        {
            return null;
        }

        ref readonly var about = ref packet.Batch[packet.Index];
        string set = string.Join(", ", FlagNames.Where((_, i) => (flags & (1 << i)) != 0));
        return new()
        {
            FromPort = about.SourcePort,
            ToPort = about.DestinationPort,
            Protocol = "TCP",
            Conversation = stream,
            Label = (set.Length == 0 ? "<None>" : set) + (length > 0 ? $" - Len: {length}" : ""),
            Comment = (flags & AckFlag) != 0 ? $"Seq = {sequence} Ack = {acknowledgment}" : $"Seq = {sequence}",
        };
    }

    /// <summary>An echo request, or a reply to one that was seen. In the place of the port stand type and code.</summary>
    FlowArrow? Echo(in StatisticPacket packet)
    {
        int type = -1;
        bool answers = false;
        foreach (ref readonly var item in packet.Items)
        {
            switch (slots.Of(item))
            {
                case IcmpType or Icmpv6Type when type < 0:
                    type = (int)item.Value;
                    break;
                case ResponseTo:
                    answers = true;
                    break;
            }
        }

        bool isRequest = type == (subject == FlowSubject.Icmp ? IcmpMessage.EchoRequest : IcmpV6Message.EchoRequest);
        bool isReply = answers && type == (subject == FlowSubject.Icmp ? IcmpMessage.EchoReply : IcmpV6Message.EchoReply);
        return isRequest || isReply ? Described(packet) with { FromPort = 0, ToPort = (uint)type << 8 } : null;
    }

    int ColumnOf(in Address address)
    {
        if (columns.TryGetValue(address, out int column))
        {
            return column;
        }

        if (hosts.Count == MostHosts)
        {
            return -1;
        }

        hosts.Add(address);
        columns.Add(address, hosts.Count - 1);
        return hosts.Count - 1;
    }
}

/// <summary>Which packets a flow graph shows.</summary>
enum FlowSubject
{
    Any, Icmp, Icmpv6, Tcp,
}

/// <summary>A packet of a flow graph.</summary>
public sealed record FlowArrow
{
    /// <summary>When, since the first packet of the capture.</summary>
    public Timestamp Time { get; init; }

    /// <summary>The sender's column; -1 when it has none.</summary>
    public int From { get; init; }

    /// <summary>The receiver's column; -1 when it has none.</summary>
    public int To { get; init; }

    /// <summary>Port of the sender.</summary>
    public uint FromPort { get; init; }

    /// <summary>Port of the receiver.</summary>
    public uint ToPort { get; init; }

    /// <summary>The conversation's number, where the graph tells several apart.</summary>
    public uint Conversation { get; init; }

    /// <summary>The protocol.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>What stands at the arrow.</summary>
    public string Label { get; init; } = "";

    /// <summary>What stands at the side.</summary>
    public string Comment { get; init; } = "";
}
