using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 1051 (one header byte after the hardware's), RFC 1201 (with fragmentation); tcpdump.org, LINKTYPE_ARCNET_LINUX.
//
//   0      1    2                  4             (5            6          8)
//   +------+----+------------------+-------------+------------+----------+------
//   | from | to | offset (Linux)   | protocol id | split flag | sequence | ...
//   +------+----+------------------+-------------+------------+----------+------

/// <summary>ARCNET.</summary>
public sealed class Arcnet() : Dissector("arcnet")
{
    static readonly Protocol P = new("ARCNET", "ARCNET", "arcnet");
    static readonly Field Source = P.UInt8("arcnet.src", "Source", FieldBase.Hex);
    static readonly Field Destination = P.UInt8("arcnet.dst", "Dest", FieldBase.Hex);
    static readonly Field Offset = P.Bytes("arcnet.offset", "Offset");
    static readonly Field ProtocolId = P.UInt8("arcnet.protID", "Protocol ID", FieldBase.Hex, ValueNames.Of(() => [
        (0xf0, "RFC 1051 IP"), (0xf1, "RFC 1051 ARP"), (0xd4, "RFC 1201 IP"), (0xd5, "RFC 1201 ARP"), (0xd6, "RFC 1201 RARP"), (0xfa, "IPX"), (0xec, "Novell of some sort"),
        (0xc4, "IPv6"), (0xe8, "Encapsulated Ethernet"), (0x00, "Datapoint boot"), (0x01, "Datapoint mount"), (0x08, "PowerLAN beacon"), (0xf3, "PowerLAN beacon2"),
        (0xdd, "Appletalk"), (0xf7, "Banyan VINES"), (0x80, "Diagnose"), (0xcd, "BACnet")]));

    static readonly Field SplitFlag = P.UInt8("arcnet.split_flag", "Split Flag");
    static readonly Field Sequence = P.UInt16("arcnet.sequence", "Sequence");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.Arcnet, (uint)LinkType.ArcnetLinux);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ARCNET");
        p.Info.Set("ARCNET"u8);
        p.Source = p.LinkSource = Address.Of(AddressKind.Arcnet, v.Span(0, 1));
        p.Destination = p.LinkDestination = Address.Of(AddressKind.Arcnet, v.Span(1, 1));
        var tree = p.Open(P, v, parent, 0, 0);
        p.Add(tree, Source, v, 0);
        p.Add(tree, Destination, v, 1);
        int at = 2;
        if (p.LinkType == LinkType.ArcnetLinux)
        {
            p.Add(tree, Offset, v, at, 2);
            at += 2;
        }

        int id = v.U8(at);
        p.Add(tree, ProtocolId, v, at);
        at++;
        if (id is 0xd4 or 0xd5 or 0xd6 or 0xfa or 0xc4)
        {
            p.Add(tree, SplitFlag, v, at);
            p.Add(tree, Sequence, v, at + 1);
            at += 3;
        }

        p.SetLength(tree, at);
        var payload = v.From(at);
        ushort type = id switch
        {
            0xf0 or 0xd4 => EtherTypes.IPv4,
            0xf1 or 0xd5 => EtherTypes.Arp,
            0xd6 => EtherTypes.Rarp,
            0xc4 => EtherTypes.IPv6,
            0xfa => 0x8137,
            _ => 0,
        };
        if (type == 0 || p.Engine.Find(EtherType.Table, type) is not { } next || p.Call(next, payload, parent) == 0)
        {
            p.Info.Set($"Unknown protocol ID 0x{id:x2}");
            p.CallData(payload, parent);
        }

        return Math.Max(1, v.Reported);
    }
}
