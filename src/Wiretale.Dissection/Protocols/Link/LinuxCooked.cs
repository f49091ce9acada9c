using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: tcpdump.org, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2.
//
//   v1   0        2         4         6            14
//        +--------+---------+---------+------------+----------+------
//        | packet | ARPHRD  | address | address,   | protocol | ...
//        | type   | type    | length  | 8 bytes    |          |
//        +--------+---------+---------+------------+----------+------
//   v2   0          2          4          8         10     11       12           20
//        +----------+----------+----------+---------+------+--------+------------+------
//        | protocol | reserved | interface| ARPHRD  |packet|address | address,   | ...
//        |          |          | index    | type    |type  |length  | 8 bytes    |
//        +----------+----------+----------+---------+------+--------+------------+------

/// <summary>What Linux gives when it captures on all interfaces, versions 1 and 2.</summary>
public sealed class LinuxCooked() : Dissector("sll")
{
    const int Gre = 778;
    const int MinEtherType = 1536;

    static readonly Protocol P = new("Linux cooked-mode capture", "SLL", "sll");
    static readonly ValueNames PacketTypes = ValueNames.Of(() => [(0, "Unicast to us"), (1, "Broadcast"), (2, "Multicast"), (3, "Unicast to another host"), (4, "Sent by us")]);
    static readonly Field PacketType = P.UInt16("sll.pkttype", "Packet type", FieldBase.Dec, PacketTypes);
    static readonly Field HardwareType = P.UInt16("sll.hatype", "Link-layer address type", FieldBase.Dec, ValueNames.Of(() => ArpHardware.Names()));
    static readonly Field AddressLength = P.UInt16("sll.halen", "Link-layer address length");
    static readonly Field SourceMac = P.Ether("sll.src.eth", "Source");
    static readonly Field SourceIPv4 = P.IPv4("sll.src.ipv4", "Source");
    static readonly Field SourceOther = P.Bytes("sll.src.other", "Source");
    static readonly Field Unused = P.Bytes("sll.unused", "Unused");
    static readonly Field LinuxType = P.UInt16("sll.ltype", "Protocol", FieldBase.Hex, ValueNames.Of(() => [
        (0x01, "Raw 802.3"), (0x03, "Ethernet"), (0x04, "802.2 LLC"), (0x07, "PPP (HDLC)"), (0x0c, "CAN"), (0x0d, "CAN FD"), (0x17, "IrDA LAP"), (0xf5, "ISI"), (0xf6, "IEEE 802.15.4")]));

    static readonly Field GreType = P.UInt16("sll.gretype", "Protocol", FieldBase.Hex, ValueNames.Of(() => [
        (0x0000, "Possible GRE keepalive packet"), (0x880b, "PPP"), (0x0800, "IP"), (0x0806, "ARP"), (0x00fe, "OSI"), (0x883e, "WCCP"), (0x2000, "CDP (Cisco)"), (0x2001, "NHRP"),
        (0x88be, "ERSPAN"), (0x22eb, "ERSPAN III"), (0x8137, "IPX"), (0x6558, "Transparent Ethernet bridging"), (0x6559, "Frame Relay"), (0x86dd, "IPv6"), (0x8847, "MPLS label switched packet")]));

    static readonly Field Type = P.UInt16("sll.etype", "Protocol", FieldBase.Hex, EtherType.Names);
    static readonly Field Trailer = P.Bytes("sll.trailer", "Trailer");
    static readonly Field InterfaceIndex = P.UInt32("sll.ifindex", "Interface index");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    internal override bool AddsOnlyItsOwn => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.LinuxCooked, (uint)LinkType.LinuxCooked2);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("SLL");
        p.Info.Clear();
        if (p.LinkType == LinkType.LinuxCooked2)
        {
            DissectVersion2(p, v, parent);
        }
        else
        {
            DissectVersion1(p, v, parent);
        }

        return Math.Max(1, v.Reported);
    }

    static void DissectVersion1(Packet p, in View v, Node parent)
    {
        SetInfo(p, v.U16(0));
        var tree = p.Open(P, v, parent, 0, 16);
        p.Label(tree, $"Linux cooked capture v1");
        p.Add(tree, PacketType, v, 0);
        p.Add(tree, HardwareType, v, 2);
        p.Add(tree, AddressLength, v, 4);
        AddAddress(p, v, tree, 6, v.U16(4));
        int protocol = v.U16(14);
        var field = TypeField(v.U16(2), protocol);
        p.Add(tree, field, v, 14);
        HandOff(p, v, parent, tree, 16, protocol, v.U16(2));
    }

    static void DissectVersion2(Packet p, in View v, Node parent)
    {
        // Wireshark names the packet type by its byte and the next together; the name is seldom found.
        SetInfo(p, v.U16(10));
        var tree = p.Open(P, v, parent, 0, 20);
        p.Label(tree, $"Linux cooked capture v2");
        int protocol = v.U16(0);
        p.Add(tree, TypeField(v.U16(8), protocol), v, 0);
        p.Add(tree, InterfaceIndex, v, 4);
        p.Add(tree, HardwareType, v, 8);
        p.AddUInt(tree, PacketType, v, 10, 1, v.U8(10));
        p.AddUInt(tree, AddressLength, v, 11, 1, v.U8(11));
        AddAddress(p, v, tree, 12, v.U8(11));
        HandOff(p, v, parent, tree, 20, protocol, v.U16(8));
    }

    static void SetInfo(Packet p, int packetType)
    {
        if (PacketTypes.Find((ulong)packetType) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown ({packetType})");
        }
    }

    static Field TypeField(int hardware, int protocol) => hardware == Gre ? GreType : protocol < MinEtherType ? LinuxType : Type;

    static void AddAddress(Packet p, in View v, Node tree, int at, int length)
    {
        switch (length)
        {
            case 0:
                break;
            case 4:
                p.Source = p.LinkSource = Address.IPv4(v.U32(at));
                p.Add(tree, SourceIPv4, v, at);
                break;
            case 6:
                p.Source = p.LinkSource = Address.Ethernet(v.Span(at, 6));
                p.Add(tree, SourceMac, v, at);
                break;
            default:
                p.Add(tree, SourceOther, v, at, Math.Min(length, 8));
                break;
        }

        if (length < 8)
        {
            p.Add(tree, Unused, v, at + length, 8 - length);
        }
    }

    static void HandOff(Packet p, in View v, Node parent, Node tree, int at, int protocol, int hardware)
    {
        var payload = v.From(at);
        if (hardware == Gre)
        {
            // GRE's protocol type (RFC 2784 section 2.4) is an EtherType, looked up in GRE's own table.
            if (p.Engine.Find(EtherType.Table, (uint)protocol) is not { } inner || p.Call(inner, payload, parent) == 0)
            {
                p.CallData(payload, parent);
            }

            return;
        }

        if (protocol >= MinEtherType)
        {
            int own = EtherType.HandOff(p, (ushort)protocol, payload, parent);
            Ethernet.AddTrailer(p, tree, v, at + own, Trailer, mayHaveFcs: false);
            return;
        }

        var next = protocol switch
        {
            1 => p.Engine.Find(EtherType.Table, 0x8137),
            3 => Catalog.Ethernet,
            4 => Catalog.Llc,
            7 => Catalog.PppHdlc,
            _ => null,
        };
        if (next is null || p.Call(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }
    }
}
