using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport;

// Specification: RFC 3828. As UDP, but the length field says how much the checksum covers.
//
//   +-------------------------------+-------------------------------+
//   |          Source port          |       Destination port        |
//   +-------------------------------+-------------------------------+
//   |       Checksum coverage       |           Checksum            |
//   +-------------------------------+-------------------------------+

/// <summary>Lightweight User Datagram Protocol; the fields are UDP's.</summary>
/// <param name="udp">Takes it apart.</param>
public sealed class UdpLite(Udp udp) : Dissector("udplite", "udp")
{
    static readonly Protocol P = new("Lightweight User Datagram Protocol", "UDP-Lite", "udplite");
    static readonly Field Coverage = P.UInt16("udp.checksum_coverage", "Checksum coverage");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.UdpLite);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) => udp.Dissect(p, v, parent, P, Coverage);
}
