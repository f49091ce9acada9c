using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application.Industry;

// Specification: ODVA, "The CIP Networks Library" volume 2. EtherNet/IP's items without its header, on UDP port 2222.

/// <summary>The Common Industrial Protocol's implicit data: what controllers and devices tell each other again and again.</summary>
public sealed class CipImplicit() : Dissector("cipio")
{
    static readonly Protocol P = new("Common Industrial Protocol, I/O", "CIP I/O", "cipio");
    static readonly Field DataField = P.Bytes("cipio.data", "Data");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 2222);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("CIP I/O");
        EtherNetIp.Implicit(p, v, parent);
        return v.Reported;
    }

    /// <summary>The data in an item.</summary>
    internal sealed class Data() : Dissector("cipio")
    {
        /// <inheritdoc />
        public override Protocol Protocol => P;

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            p.SetProtocol("CIP I/O");
            p.Add(p.Open(P, v, parent), DataField, v, 0, v.Reported);
            return v.Reported;
        }
    }
}
