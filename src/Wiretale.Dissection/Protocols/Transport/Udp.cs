using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;

namespace Wiretale.Dissection.Protocols.Transport;

// Specification: RFC 768.

/// <summary>User Datagram Protocol.</summary>
public sealed class Udp() : Dissector(P)
{
    static readonly Protocol P = new("User Datagram Protocol", "UDP", "udp");
    static readonly Field SourcePort = P.UInt16("udp.srcport", "Source Port", FieldBase.PortUdp);
    static readonly Field DestinationPort = P.UInt16("udp.dstport", "Destination Port", FieldBase.PortUdp);
    static readonly Field Length = P.UInt16("udp.length", "Length");
    static readonly Field Checksum = P.UInt16("udp.checksum", "Checksum", FieldBase.Hex);

    /// <summary>Protocols above UDP, by port.</summary>
    public static readonly TableKey Ports = new("udp.port", "UDP port");

    /// <summary>Protocols above UDP that look at the bytes.</summary>
    public static readonly HeuristicKey Heuristics = new("udp");

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, 17);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("UDP");
        p.SourcePort = v.U16(0);
        p.DestinationPort = v.U16(2);
        p.PortKind = PortKind.Udp;
        p.Info.Set($"{p.SourcePort} → {p.DestinationPort} Len={v.Reported - 8}");
        var tree = p.Open(P, v, parent, 0, 8);
        p.Label(tree, $"User Datagram Protocol, Src Port: {p.SourcePort}, Dst Port: {p.DestinationPort}");
        p.AddAll(tree, v, 0, SourcePort, DestinationPort, Length, Checksum);
        p.Conversation = p.Engine.Conversations.FindOrOpen(p, PortKind.Udp);
        p.CallData(v.From(8), parent);
        return v.Reported;
    }
}
