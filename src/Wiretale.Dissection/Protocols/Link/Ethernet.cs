using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.3-2022, clause 3.2; Ethernet II, RFC 894.
//
//   0         6         12      14
//   +---------+---------+-------+-----------
//   | to      | from    | type  | payload ...
//   +---------+---------+-------+-----------

/// <summary>Ethernet.</summary>
public sealed class Ethernet() : Dissector(P)
{
    static readonly Protocol P = new("Ethernet", "Ethernet", "eth");
    static readonly Field Destination = P.Ether("eth.dst", "Destination");
    static readonly Field Source = P.Ether("eth.src", "Source");
    static readonly Field Type = P.UInt16("eth.type", "Type", FieldBase.Hex);

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, 1);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Ethernet");
        v.Ensure(0, 14);
        p.Destination = p.LinkDestination = Address.Ethernet(v.Span(0, 6));
        p.Source = p.LinkSource = Address.Ethernet(v.Span(6, 6));
        p.EtherType = v.U16(12);
        var tree = p.Open(P, v, parent, 0, 14);
        p.Label(tree, $"Ethernet II, Src: {p.Source} ({p.Source}), Dst: {p.Destination} ({p.Destination})");
        p.AddAll(tree, v, 0, Destination, Source, Type);
        p.Call(Catalog.EtherType, v.From(14), parent);
        return v.Reported;
    }
}
