using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: none was published. EtherType 0x8899; loop detection, remote control and echo are told apart by what was seen of them.

/// <summary>What Realtek's switches say to each other, as far as it is not known.</summary>
public sealed class Realtek() : Dissector("realtek")
{
    static readonly Protocol P = new("Realtek Layer 2 Protocols", "Realtek", "realtek");
    static readonly Field Unknown = P.Bytes("realtek.packet", "Unknown packet");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, 0x8899);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Realtek");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.Add(tree, Unknown, v, 0);
        return Math.Max(1, v.Reported);
    }
}
