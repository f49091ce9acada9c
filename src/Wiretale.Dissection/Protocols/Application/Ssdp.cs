using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: UPnP Device Architecture 1.1 section 1; messages are HTTP's (RFC 9112) in datagrams.

/// <summary>Simple Service Discovery Protocol.</summary>
public sealed class Ssdp(Http.Http http) : Dissector("ssdp")
{
    static readonly Protocol P = new("Simple Service Discovery Protocol", "SSDP", "ssdp");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 1900);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) => http.DissectDatagram(p, v, parent, P);
}
