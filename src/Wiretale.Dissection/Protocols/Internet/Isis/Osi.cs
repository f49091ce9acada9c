using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

// Specification: ISO/IEC TR 9577: the first byte of an OSI network layer's packet says which protocol it is.

/// <summary>The OSI network layer's choice of protocols.</summary>
public sealed class Osi() : Dissector("osi")
{
    static readonly Protocol P = new("OSI", "OSI", "osi");

    /// <summary>OSI protocols whose first byte says what they are (ISO/IEC TR 9577, NLPID).</summary>
    public static readonly TableKey Protocols = new("osinl.incl", "OSI incl NLPID");

    /// <summary>Numbers of network layer protocols (NLPID) as routers list them.</summary>
    internal static readonly ValueNames Names = ValueNames.Of(() => [
        (0x00, "NULL"), (0x08, "Q.933"), (0x80, "SNAP"), (0x81, "CLNP"), (0x82, "ESIS"), (0x83, "ISIS"), (0x8e, "IPv6"), (0xb0, "FRF.12"), (0xb1, "FRF.15"),
        (0xc0, "TRILL"), (0xc1, "IEEE 802.1aq (SPB)"), (0xcc, "IP"), (0xcf, "PPP")]);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Llc.Saps, 0xfe);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int number = v.U8(0);
        return p.Engine.Find(Protocols, (uint)number) is { } next ? p.Call(next, v, parent) : 0;
    }
}
