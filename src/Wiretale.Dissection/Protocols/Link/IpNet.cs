using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: tcpdump.org, LINKTYPE_IPNET; Solaris, ipnet(7D), dl_ipnetinfo_t of version 1.
//
//   0         1        2           4        8           12            16            20
//   +---------+--------+-----------+--------+-----------+-------------+-------------+------------------+
//   | version | family | hook type | length | interface | group       | source zone | destination zone |
//   +---------+--------+-----------+--------+-----------+-------------+-------------+------------------+

/// <summary>Solaris IPNET: IP packets as they pass between zones.</summary>
public sealed class IpNet() : Dissector("ipnet")
{
    const int HeaderLength = 24, FamilyIPv4 = 2, FamilyIPv6 = 26;

    static readonly Protocol P = new("Solaris IPNET", "IPNET", "ipnet");
    static readonly Field Version = P.UInt8("ipnet.version", "Header version");
    static readonly Field Family = P.UInt8("ipnet.family", "Address family", FieldBase.Dec, ValueNames.Of(() => [(FamilyIPv4, "Solaris AF_INET"), (FamilyIPv6, "Solaris AF_INET6")]));
    static readonly Field Hook = P.UInt16("ipnet.htype", "Hook type", FieldBase.Dec, ValueNames.Of(() => [(0, "Inbound"), (1, "Outbound"), (2, "Local")]));
    static readonly Field Length = P.UInt32("ipnet.pktlen", "Data length");
    static readonly Field Interface = P.UInt32("ipnet.ifindex", "Interface index");
    static readonly Field GroupInterface = P.UInt32("ipnet.grifindex", "Group interface index");
    static readonly Field SourceZone = P.UInt32("ipnet.zsrc", "Source Zone ID");
    static readonly Field DestinationZone = P.UInt32("ipnet.zdst", "Destination Zone ID");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.IpNet);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("IPNET");
        p.Info.Set("Solaris IPNET"u8);
        var tree = p.Open(P, v, parent, 0, HeaderLength);
        p.AddAll(tree, v, 0, Version, Family, Hook, Length, Interface, GroupInterface, SourceZone, DestinationZone);
        var next = v.U8(1) switch
        {
            FamilyIPv4 => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
            FamilyIPv6 => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
            _ => null,
        };
        if (next is not null)
        {
            p.Call(next, v.From(HeaderLength), parent);
        }

        return Math.Max(1, v.Reported);
    }
}
