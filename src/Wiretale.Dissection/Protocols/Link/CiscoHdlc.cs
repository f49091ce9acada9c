using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 1547 section 4.3.1; SLARP: Cisco's manuals.
//
//   0         1         2           4
//   +---------+---------+-----------+------
//   | address | control | EtherType | ...       SLARP: type (4), then address and mask, or two sequence numbers and 0xffff
//   +---------+---------+-----------+------

/// <summary>Cisco's framing of serial lines.</summary>
public sealed class CiscoHdlc() : Dissector("chdlc")
{
    static readonly Protocol P = new("Cisco HDLC", "CHDLC", "chdlc");
    static readonly Field AddressField = P.UInt8("chdlc.address", "Address", FieldBase.Hex, ValueNames.Of(() => [(0x0f, "Unicast"), (0x8f, "Multicast")]));
    static readonly Field Control = P.UInt8("chdlc.control", "Control", FieldBase.Hex);
    /// <summary>Names of what follows the header.</summary>
    internal static readonly ValueNames Types = ValueNames.Of(() => [
        (0x2000, "Cisco Discovery Protocol"), (0x0800, "IP"), (0x86dd, "IPv6"), (0x8035, "SLARP"), (0x8038, "DEC LanBridge"), (0x4242, "Spanning Tree BPDU"), (0x809b, "Appletalk"),
        (0x80f3, "AARP"), (0x8137, "Netware IPX/SPX"), (0x6558, "Transparent Ethernet bridging"), (0xfefe, "OSI"), (0x8847, "MPLS unicast"), (0x8848, "MPLS multicast")]);
    static readonly Field Type = P.UInt16("chdlc.protocol", "Protocol", FieldBase.Hex, Types);

    static readonly Field ClnsPadding = P.UInt8("chdlc.clns_padding", "CLNS Padding", FieldBase.Hex);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.CiscoHdlc, 112);

    /// <summary>The protocol of a type, or null.</summary>
    internal static Dissector? Find(Packet p, int type) => type switch
    {
        0x8035 => Catalog.Slarp,
        0x2000 => p.Engine.Find(Llc.CiscoPids, 0x2000),
        0x4242 => p.Engine.Find(Llc.Saps, 0x42),
        0xfefe => p.Engine.Find(Llc.Saps, 0xfe),
        0x0800 or 0x86dd or 0x8137 or 0x6558 or 0x8847 or 0x8848 or 0x8038 => p.Engine.Find(EtherType.Table, (uint)type),
        _ => null,
    };

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("CHDLC");
        p.Info.Clear();
        if (p.Source.Kind == AddressKind.None)
        {
            p.Source = p.Destination = Address.NotAvailable;
        }

        int type = v.U16(2);
        var tree = p.Open(P, v, parent, 0, 4);
        p.AddAll(tree, v, 0, AddressField, Control, Type);
        int at = 4;
        if (type == 0xfefe)
        {
            p.Add(tree, ClnsPadding, v, 4);
            at = 5;
        }

        var payload = v.From(at);
        var next = Find(p, type);
        if (next is null || p.Call(next, payload, parent) == 0)
        {
            p.SetProtocol(HexNames.Of((ushort)type));
            p.CallData(payload, parent);
        }

        return Math.Max(1, v.Reported);
    }
}

/// <summary>Cisco's Serial Line ARP: addresses and keepalives of a serial line.</summary>
public sealed class Slarp() : Dissector("slarp")
{
    static readonly Protocol P = new("Cisco SLARP", "SLARP", "slarp");
    static readonly ValueNames Types = ValueNames.Of(() => [(0, "Request"), (1, "Reply"), (2, "Line keepalive")]);
    static readonly Field Type = P.UInt32("slarp.ptype", "Packet type", FieldBase.Dec, Types);
    static readonly Field AddressField = P.IPv4("slarp.address", "Address");
    static readonly Field Netmask = P.IPv4("slarp.netmask", "Netmask");
    static readonly Field Outgoing = P.UInt32("slarp.mysequence", "Outgoing sequence number");
    static readonly Field Returned = P.UInt32("slarp.yoursequence", "Returned sequence number");
    static readonly Field Reliability = P.UInt16("slarp.reliability", "Reliability", FieldBase.Hex);
    static readonly Expert BadReliability = P.Expert("slarp.reliability.invalid", Severity.Error, ExpertGroup.Malformed, "Reliability must be 0xFFFF");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("SLARP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, Math.Min(14, v.Captured));
        uint type = v.U32(0);
        v.Ensure(0, type == 2 ? 14 : type < 2 ? 12 : 4);
        switch (type)
        {
            case 0 or 1:
                p.Info.Set($"{Types.Find(type)}, from {Address.IPv4(v.U32(4))}, mask {Address.IPv4(v.U32(8))}");
                p.AddAll(tree, v, 0, Type, AddressField, Netmask);
                break;
            case 2:
                p.Info.Set($"Line keepalive, outgoing sequence {v.U32(4)}, returned sequence {v.U32(8)}");
                p.AddAll(tree, v, 0, Type, Outgoing, Returned);
                var item = p.Add(tree, Reliability, v, 12);
                if (v.U16(12) != 0xffff)
                {
                    p.Expert(item, BadReliability, v, 12, 2);
                }

                break;
            default:
                p.Info.Set($"Unknown packet type 0x{type:x8}");
                p.Add(tree, Type, v, 0);
                p.CallData(v.From(4), tree);
                break;
        }

        return Math.Max(1, v.Reported);
    }
}
