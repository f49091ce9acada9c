using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 8200 section 4.5. Putting together is the IPv6 dissector's.
//
//   +---------------+---------------+-------------------------+---+-+
//   |  Next header  |   Reserved    |     Fragment offset     |Res|M|
//   +---------------+---------------+-------------------------+---+-+
//   |                         Identification                        |
//   +---------------------------------------------------------------+

/// <summary>The fragment header of IPv6.</summary>
public sealed class IPv6Fragment() : Dissector("ipv6.fraghdr")
{
    static readonly Protocol P = new("Fragment Header for IPv6", "IPv6 Fragment", "ipv6.fraghdr");
    static readonly Field Next = P.UInt8("ipv6.fraghdr.nxt", "Next header", FieldBase.Dec, IpServices.ProtocolNames);
    static readonly Field ReservedOctet = P.UInt8("ipv6.fraghdr.reserved_octet", "Reserved octet", FieldBase.Hex);
    static readonly Field FragmentOffset = P.UInt16("ipv6.fraghdr.offset", "Offset", mask: 0xfff8);
    static readonly Field ReservedBits = P.UInt16("ipv6.fraghdr.reserved_bits", "Reserved bits", mask: 0x0006);
    static readonly Field More = P.Field(FieldType.Boolean, "ipv6.fraghdr.more", "More Fragments", mask: 0x0001, names: ValueNames.YesNo, bits: 16);
    static readonly Field Identification = P.UInt32("ipv6.fraghdr.ident", "Identification", FieldBase.Hex);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv6.ExtensionHeaders, IpProtocol.Fragment);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent, 0, Math.Min(8, v.Captured));
        p.Add(tree, Next, v, 0);
        p.Add(tree, ReservedOctet, v, 1);
        ushort word = v.U16(2);
        p.AppendLabel(p.Add(tree, FragmentOffset, v, 2), $" ({word & 0xfff8} bytes)");
        p.Add(tree, ReservedBits, v, 2);
        p.Add(tree, More, v, 2, 2);
        p.Add(tree, Identification, v, 4);
        p.IpProtocol = v.U8(0);
        return 8;
    }
}
