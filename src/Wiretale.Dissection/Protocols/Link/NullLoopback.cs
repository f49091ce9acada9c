using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: tcpdump.org, LINKTYPE_NULL and LINKTYPE_LOOP.
//
//   0               4
//   +---------------+-----------
//   | address family| payload ...     NULL: in the byte order of the host that captured; LOOP: network byte order
//   +---------------+-----------

/// <summary>The loopback interface of BSD and its kin: four bytes of address family.</summary>
public sealed class NullLoopback() : Dissector("null")
{
    static readonly Protocol P = new("Null/Loopback", "Null", "null");
    static readonly Field Type = P.UInt16("null.type", "Type", FieldBase.Hex, EtherType.Names);

    // BSDs differ in the number of IPv6; the numbers do not collide.
    static readonly Field Family = P.UInt32("null.family", "Family", FieldBase.Dec, ValueNames.Of(() => [
        (2, "IP"), (7, "OSI"), (16, "Appletalk"), (23, "Netware IPX/SPX"), (24, "IPv6"), (28, "IPv6"), (30, "IPv6")]));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    internal override bool AddsOnlyItsOwn => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.Null, (uint)LinkType.Loop);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        bool isLoop = p.Outer is Frame && p.LinkType == LinkType.Loop;
        if (!isLoop && v.Has(0, 2) && v.U16(0) == 0xff03)
        {
            return p.Call(Catalog.PppHdlc, v, parent);
        }

        p.Source = p.Destination = Address.NotAvailable;
        p.SetProtocol("N/A");
        p.Info.Set("Null/Loopback"u8);
        uint family = isLoop ? v.U32(0) : HostOrder(v.U32LE(0));
        var tree = p.Open(P, v, parent, 0, 4);
        var payload = v.From(4);
        Dissector? next;
        if (!isLoop && family > 1500)
        {
            // Some systems write an EtherType here.
            p.AddUInt(tree, Type, v, 0, 4, family & 0xffff);
            next = p.Engine.Find(EtherType.Table, family);
        }
        else
        {
            p.AddUInt(tree, Family, v, 0, 4, family);
            next = OfFamily(p, family);
        }

        if (next is null || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }

        return Math.Max(1, v.Reported);
    }

    // A family is a small number: bits in the upper half mean that the other byte order was used, or that only 16 bits were.
    static uint HostOrder(uint littleEndian)
    {
        if ((littleEndian & 0xffff0000) == 0)
        {
            return littleEndian;
        }

        return (littleEndian & 0xff000000) == 0 && (littleEndian & 0x00ff0000) < 0x00060000
            ? littleEndian >> 16
            : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(littleEndian);
    }

    static Dissector? OfFamily(Packet p, uint family) => family switch
    {
        2 => p.Engine.Find(EtherType.Table, EtherTypes.IPv4),
        24 or 28 or 30 => p.Engine.Find(EtherType.Table, EtherTypes.IPv6),
        7 => p.Engine.Find(Llc.Saps, 0xfe),
        23 => p.Engine.Find(EtherType.Table, 0x8137),
        _ => null,
    };
}
