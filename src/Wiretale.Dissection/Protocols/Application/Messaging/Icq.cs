using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application.Messaging;

// Specification: none was published; Henrik Isaksson and others wrote the versions down. UDP port 4000: the version, then, encrypted from version 4 on,
// the rest, of which nothing is shown.

/// <summary>ICQ before it was AIM: the versions over UDP.</summary>
public sealed class Icq() : Dissector("icq")
{
    const int FirstVersion = 2, LastVersion = 3;

    static readonly Protocol P = new("ICQ Protocol", "ICQ", "icq");
    static readonly Field Version = P.UInt16("icq.version", "Version");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 4000);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (!v.Has(0, 2) || v.U16LE(0) is not (>= FirstVersion and <= LastVersion and var version))
        {
            return 0;
        }

        p.SetProtocol(version == FirstVersion ? "ICQv2" : "ICQv3");
        p.Info.Set($"ICQ Version {version} protocol");
        var tree = p.Open(P, v, parent);
        p.Label(tree, $"ICQv{version}");
        p.AddLE(tree, Version, v, 0);
        return v.Reported;
    }
}
