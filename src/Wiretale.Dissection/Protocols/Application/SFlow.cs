using System.Globalization;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: sFlow version 5 (sflow.org); XDR as in RFC 4506. UDP port 6343. Of versions 2 and 4 the header is shown.
//
//   | version | agent's address: type, 4 or 16 bytes | sub-agent | sequence | uptime | number of samples |
//   samples:  | enterprise (20 bits) and format (12) | length | ... records: | enterprise and format | length | ... |

/// <summary>sFlow: samples of a switch's packets and counters.</summary>
public sealed class SFlow() : Dissector("sflow", "sflow_245", "sflow_5")
{
    const int FlowSample = 1, CounterSample = 2, ExpandedFlowSample = 3, ExpandedCounterSample = 4;
    const int RawHeader = 1;
    const uint LongestFrame = 262144;

    /// <summary>Protocols of sampled headers that are EtherTypes' or the link layer's own.</summary>
    const uint Ethernet = 1, PppHeader = 7, IPv4Header = 11, IPv6Header = 12, MplsHeader = 13;

    static readonly Protocol P = SFlowFields.Protocol;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(SFlowFields), typeof(SFlowRecords)];

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 6343);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        uint version = v.U32(0);
        if (version is not (2 or 4 or 5) || v.U32(4) is not (1 or 2))
        {
            return 0;
        }

        p.SetProtocol("sFlow");
        p.Info.Set($"V{version}");
        var tree = p.Open(P, v, parent);
        p.Add(tree, SFlowFields.Version, v, 0);
        p.Add(tree, SFlowFields.AgentType, v, 4);
        int at = AddAddress(p, v, tree, 4, SFlowFields.Agent, SFlowFields.Agent6);
        var agent = v.U32(4) == 1 ? Address.IPv4(v.U32(8)) : Address.IPv6(v.Span(8, 16));
        p.Info.Append($", agent {agent}");
        if (version == 5)
        {
            p.Info.Append($", sub-agent ID {v.U32(at)}");
            p.Add(tree, SFlowFields.SubAgent, v, at);
            at += 4;
        }

        uint count = v.U32(at + 8);
        p.Info.Append($", seq {v.U32(at)}, {count} samples");
        p.Add(tree, SFlowFields.Sequence, v, at);
        var uptime = p.Add(tree, SFlowFields.Uptime, v, at + 4);
        if (p.WantsLabel(uptime))
        {
            uint milliseconds = v.U32(at + 4);
            p.Scratch.Clear();
            TimeText.Duration(p.Scratch, milliseconds / 1000);
            p.Label(uptime, $"SysUptime: {p.Scratch.Bytes} ({milliseconds}ms)");
        }

        p.Add(tree, SFlowFields.Samples, v, at + 8);
        at += 12;
        for (uint i = 0; i < count && version == 5 && at < v.Reported; i++)
        {
            at = AddSample(p, v, tree, at);
        }

        return v.Reported;
    }

    static int AddSample(Packet p, in View v, Node parent, int at)
    {
        uint kind = v.U32(at), enterprise = kind >> 12;
        if (enterprise != 0)
        {
            return AddUnknown(p, v, parent, at, "Unknown enterprise format");
        }

        int format = (int)(kind & 0xfff);
        var tree = p.AddText(parent, v, at, 0, SFlowFields.SampleTypes.FindOr((ulong)format, "Unknown sample format"));
        AddEnterprise(p, v, tree, at);
        p.Add(tree, SFlowFields.SampleType, v, at);
        long length = v.U32(at + 4);
        p.Add(tree, SFlowFields.SampleLength, v, at + 4);
        int end = (int)Math.Min(at + 8 + length, int.MaxValue);
        switch (format)
        {
            case FlowSample:
                AddFlow(p, v, tree, at + 8, SFlowFields.FlowHead, sequence: v.U32(at + 8));
                break;
            case ExpandedFlowSample:
                AddFlow(p, v, tree, at + 8, SFlowFields.ExpandedFlowHead, v.U32(at + 8));
                break;
            case CounterSample:
                AddCounters(p, v, tree, at + 8, SFlowFields.CounterHead, v.U32(at + 8));
                break;
            case ExpandedCounterSample:
                AddCounters(p, v, tree, at + 8, SFlowFields.ExpandedCounterHead, v.U32(at + 8));
                break;
            default:
                break;
        }

        p.SetLength(tree, end - at);
        return end;
    }

    static void AddFlow(Packet p, in View v, Node tree, int at, Layout head, uint sequence)
    {
        p.AppendLabel(tree, $", seq {sequence}");
        at = p.AddRows(tree, v, at, head);
        uint count = v.U32(at - 4);
        for (uint i = 0; i < count; i++)
        {
            uint kind = v.U32(at), enterprise = kind >> 12;
            if (enterprise != 0)
            {
                at = AddUnknown(p, v, tree, at, "Unknown enterprise format");
                continue;
            }

            int format = (int)(kind & 0xfff), end = EndOf(v, at);
            var record = p.AddText(tree, v, at, 0, SFlowFields.FlowFormats.FindOr((ulong)format, "Unknown sample format"));
            AddEnterprise(p, v, record, at);
            p.Add(record, SFlowFields.FlowFormat, v, at);
            p.Add(record, SFlowFields.DataLength, v, at + 4);
            if (format == RawHeader)
            {
                AddHeader(p, v, record, at + 8);
            }
            else
            {
                SFlowRecords.AddFlow(p, v, record, at + 8, format);
            }

            p.SetLength(record, end - at);
            at = end;
        }
    }

    static void AddCounters(Packet p, in View v, Node tree, int at, Layout head, uint sequence)
    {
        p.AppendLabel(tree, $", seq {sequence}");
        at = p.AddRows(tree, v, at, head);
        uint count = v.U32(at - 4);
        for (uint i = 0; i < count; i++)
        {
            uint kind = v.U32(at);
            if (kind >> 12 != 0)
            {
                at = AddUnknown(p, v, tree, at, "Unknown enterprise format");
                continue;
            }

            int format = (int)(kind & 0xfff), end = EndOf(v, at);
            var record = p.AddText(tree, v, at, 0, SFlowFields.CounterFormats.FindOr((ulong)format, "Unknown sample format"));
            AddEnterprise(p, v, record, at);
            p.Add(record, SFlowFields.CounterFormat, v, at);
            p.Add(record, SFlowFields.DataLength, v, at + 4);
            SFlowRecords.AddCounters(p, v, record, at + 8, format);
            p.SetLength(record, end - at);
            at = end;
        }
    }

    static int AddUnknown(Packet p, in View v, Node parent, int at, string what)
    {
        var tree = p.AddText(parent, v, at, 0, what);
        AddEnterprise(p, v, tree, at);
        int length = (int)Math.Min(v.U32(at + 4), int.MaxValue / 2);
        p.Add(tree, SFlowFields.EnterpriseLength, v, at + 4);
        v.Ensure(at + 8, length);
        p.Add(tree, SFlowFields.EnterpriseData, v, at + 8, length);
        p.SetLength(tree, 8 + length);
        return at + 8 + length;
    }

    // Wireshark takes the enterprise's own upper bits for it; filters know it so.
    static void AddEnterprise(Packet p, in View v, Node tree, int at)
    {
        uint enterprise = v.U32(at) >> 12, shown = enterprise >> 12;
        var node = p.AddUInt(tree, SFlowFields.Enterprise, v, at, 4, enterprise);
        if (p.WantsLabel(node))
        {
            string bits = string.Join(' ', shown.ToString("b20", CultureInfo.InvariantCulture).Chunk(4).Select(static c => new string(c)));
            p.Label(node, $"{bits} .... .... .... = Enterprise: {(enterprise == 0 ? "standard sFlow" : "Non-standard sFlow")} ({enterprise})");
        }
    }

    static int EndOf(in View v, int at) => at + 8 + (int)Math.Min(v.U32(at + 4), (uint)(int.MaxValue - at - 8));

    /// <summary>The first bytes of a packet: taken apart like an error message's quote.</summary>
    static void AddHeader(Packet p, in View v, Node tree, int at)
    {
        p.AddRows(tree, v, at, SFlowFields.RawHead);
        uint protocol = v.U32(at), frame = v.U32(at + 4);
        int length = (int)Math.Min(v.U32(at + 12), int.MaxValue / 2), padded = (length + 3) & ~3;
        at += 16;
        v.Ensure(at, padded);
        var node = p.Add(tree, SFlowFields.Header, v, at, padded);
        var inner = v.Part(at, padded);
        var sampled = new View(inner.Bytes[..(int)Math.Min(frame, (uint)padded)], (int)Math.Min(frame, LongestFrame), (ushort)inner.Buffer, inner.Offset);
        var dissector = protocol switch
        {
            Ethernet => Catalog.EthernetWithoutFcs,
            PppHeader => Catalog.PppHdlc,
            MplsHeader => p.Engine.Find(EtherType.Table, EtherTypes.Mpls),
            IPv4Header => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
            IPv6Header => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
            _ => null,
        };
        if (dissector is null)
        {
            return;
        }

        p.QuoteBeginning(dissector, sampled, node);
    }

    /// <summary>An address with its type before.</summary>
    internal static int AddAddress(Packet p, in View v, Node tree, int at, Field four, Field six)
    {
        bool is6 = v.U32(at) == 2;
        p.Add(tree, is6 ? six : four, v, at + 4);
        return at + (is6 ? 20 : 8);
    }
}
