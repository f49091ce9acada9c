using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 3948: ESP as it is, IKE after four bytes of 0, and a single byte that keeps an address translation open.

/// <summary>UDP encapsulation of IPsec packets.</summary>
public sealed class UdpEncapsulation() : Dissector("udpencap")
{
    const uint Port = 4500;
    const int MarkerLength = 4;
    const byte KeepAlive = 0xff;

    static readonly Protocol P = new("UDP Encapsulation of IPsec Packets", "UDPENCAP", "udpencap");
    static readonly Field KeepAliveField = P.Label("udpencap.nat_keepalive", "NAT-keepalive packet");
    static readonly Field Marker = P.Label("udpencap.non_esp_marker", "Non-ESP Marker");

    static readonly Lazy<Dissector?> Isakmp = new(static () => Catalog.Find("isakmp"));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("UDPENCAP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, 0);
        if (v.Reported == 1 && v.U8(0) == KeepAlive)
        {
            p.Info.Set("NAT-keepalive");
            p.SetLength(tree, 1);
            p.Add(tree, KeepAliveField, v, 0, 1);
            return v.Reported;
        }

        if (v.U32(0) == 0)
        {
            p.SetLength(tree, MarkerLength);
            p.Add(tree, Marker, v, 0, MarkerLength);
            p.Call(Isakmp.Value!, v.From(MarkerLength), parent);
        }
        else if (p.Engine.Find(IPv4.Protocols, IpProtocol.Esp) is { } esp)
        {
            p.Call(esp, v, parent);
        }

        return v.Reported;
    }
}
