using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

/// <summary>A link without a header: the packet begins with IP, of either version (tcpdump.org, LINKTYPE_RAW).</summary>
public sealed class RawIp() : Dissector("raw")
{
    static readonly Protocol P = new("Raw packet data", "Raw", "raw");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.RawIp, (uint)LinkType.RawIpDlt12, (uint)LinkType.RawIpDlt14);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.Source = p.Destination = Address.NotAvailable;
        p.SetProtocol("N/A");
        p.Info.Set("Raw packet data"u8);
        p.Open(P, v, parent, 0, 0);

        // Systems that capture PPP as raw IP leave its header in front.
        v.Ensure(0, 4);
        var next = v.U16(0) == 0xff03
            ? Catalog.PppHdlc
            : (v.U8(0) >> 4) switch
            {
                4 => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
                6 => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
                _ => null,
            };
        if (next is null || p.Call(next, v, parent) == 0)
        {
            p.CallData(v, parent);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>Packets that begin with IPv4 or IPv6 and say so by their link type (LINKTYPE_IPV4, LINKTYPE_IPV6): nothing of its own to show.</summary>
public sealed class PlainIp : Dissector
{
    static readonly Protocol P = new("IP without a link", "IP", "_wiretale.plain_ip");

    /// <summary>The catalog's.</summary>
    public PlainIp()
        : base(P)
    {
    }

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.IPv4, (uint)LinkType.IPv6);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.LeaveOutOfLayers();
        bool isVersion6 = p.LinkType == LinkType.IPv6 || (v.Has(0, 1) && v.U8(0) >> 4 == 6);
        if (p.Engine.Find(EtherType.Table, isVersion6 ? EtherTypes.IPv6 : EtherTypes.IPv4) is not { } next || p.Call(next, v, parent) == 0)
        {
            p.CallData(v, parent);
        }

        return Math.Max(1, v.Reported);
    }
}
