using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 2080.
//
//    0               1               2               3
//   +---------------+---------------+-------------------------------+
//   | Command       | Version       | Reserved                      |
//   +---------------+---------------+-------------------------------+
//   | IPv6 prefix (16 bytes), route tag (2), prefix length (1), metric (1); again and again

/// <summary>RIP next generation: RIP for IPv6.</summary>
public sealed class RipNg() : Dissector("ripng")
{
    const int EntryLength = 20;

    static readonly Protocol P = new("RIPng", "RIPng", "ripng");
    static readonly ValueNames Commands = ValueNames.Of(() => [(1, "Request"), (2, "Response")]);
    static readonly Field Entry = P.Label("ripng.rte", "Route Table Entry");
    static readonly Layout Header = new(
        P.UInt8("ripng.cmd", "Command", FieldBase.Dec, Commands), P.UInt8("ripng.version", "Version"), P.Bytes("ripng.reserved", "Reserved").Of(2));
    static readonly Layout Route = new(
        P.IPv6("ripng.rte.ipv6_prefix", "IPv6 Prefix"), P.UInt16("ripng.rte.route_tag", "Route Tag", FieldBase.Hex),
        P.UInt8("ripng.rte.prefix_length", "Prefix Length"), P.UInt8("ripng.rte.metric", "Metric"));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 521);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("RIPng");
        int command = v.U8(0), version = v.U8(1);
        if (Commands.Find((ulong)command) is { } name)
        {
            p.Info.Set($" Command {name}, Version {version}");
        }
        else
        {
            p.Info.Set($" Command Unknown ({command}), Version {version}");
        }

        var tree = p.Open(P, v, parent);
        int at = p.AddRows(tree, v, 0, Header);

        // Entries stand in no column: without fields that somebody wants they are not read, so a packet that ends in one is not short.
        while (p.WantsFields && v.ReportedFrom(at) > 0)
        {
            var node = p.Add(tree, Entry, v, at, 0);
            p.SetLength(node, EntryLength);
            int start = at;
            p.Label(node, $"Route Table Entry: IPv6 Prefix: {Address.IPv6(v.Span(at, 16))}");
            at = p.AddRows(node, v, at, Route);
            p.AppendLabel(node, $"/{v.U8(start + 18)} Metric: {v.U8(start + 19)}");
        }

        return v.Reported;
    }
}
