using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: tcpdump.org, LINKTYPE_JUNIPER_ETHER and LINKTYPE_JUNIPER_ATM1; what the extensions mean: Juniper's tcpdump.
//
//   0              3       4                6                       (6 + length)
//   +--------------+-------+----------------+-----------------------+---------
//   | "MGC"        | flags | (length)       | (type, length, value) | frame ...
//   +--------------+-------+----------------+-----------------------+---------

/// <summary>Juniper routers' own captures: on an Ethernet interface, or on an ATM one.</summary>
public sealed class Juniper() : Dissector("juniper")
{
    const uint Magic = 0x4d4743;
    const int NoLinkHeader = 0x02, HasExtensions = 0x80, EthernetPayload = 204;

    static readonly Protocol P = new("Juniper", "Juniper", "juniper");
    static readonly Field MagicNumber = P.UInt24("juniper.magic-number", "Magic Number", FieldBase.Hex);
    static readonly Field Direction = P.UInt8("juniper.direction", "Direction", FieldBase.Hex, ValueNames.Of(() => [(0x0, "Out"), (0x1, "In")]), mask: 0x1);
    static readonly Field LinkHeader = P.UInt8("juniper.l2hdr", "L2 header presence", FieldBase.Hex, ValueNames.Of(() => [(0x0, "Present"), (0x2, "none")]), mask: 0x2);
    static readonly Field ExtensionsLength = P.UInt16("juniper.ext_total_len", "Extension(s) Total length");
    static readonly Field DeviceIndex = P.UInt32("juniper.ext.ifd", "Device Interface Index");
    static readonly Field LogicalIndex = P.UInt32("juniper.ext.ifl", "Logical Interface Index");
    static readonly Field Media = P.UInt16("juniper.ext.ifmt", "Device Media Type", FieldBase.Dec, ValueNames.Of(() => [
        (1, "Ethernet"), (2, "FDDI"), (3, "Token-Ring"), (4, "PPP"), (57, "PPP-Subordinate"), (5, "Frame-Relay"), (6, "Cisco-HDLC"),
        (7, "SMDS-DXI"), (8, "ATM-PVC"), (9, "PPP-CCC"), (10, "Frame-Relay-CCC"), (48, "Extended FR-CCC"), (11, "IP-over-IP"), (12, "GRE"),
        (13, "PIM-Encapsulator"), (14, "PIM-Decapsulator"), (15, "Cisco-HDLC-CCC"), (16, "VLAN-CCC"), (32, "Extended-VLAN-CCC"),
        (17, "Multilink-PPP"), (18, "Multilink-FR"), (39, "Multilink-FR-UNI-NNI"), (19, "Multilink"), (40, "LinkService"), (20, "LSI"),
        (22, "ATM-CCC-Cell-Relay"), (23, "IPSEC-over-IP"), (24, "GGSN"), (27, "PPP-TCC"), (28, "Frame-Relay-TCC"), (49, "Extended FR-TCC"),
        (29, "Cisco-HDLC-TCC"), (30, "Ethernet-CCC"), (31, "VPN-Loopback-tunnel"), (33, "Ethernet-over-ATM"),
        (46, "Ethernet-VPLS-over-ATM"), (34, "Monitor"), (35, "Ethernet-TCC"), (36, "VLAN-TCC"), (37, "Extended-VLAN-TCC"),
        (38, "Controller"), (41, "VPLS"), (42, "VLAN-VPLS"), (43, "Extended-VLAN-VPLS"), (44, "Logical-tunnel"), (45, "General-Services"),
        (56, "PPPoE"), (52, "Flexible-Ethernet-Services"), (50, "Flexible-FrameRelay"), (53, "Flow-collection"), (60, "PIC Peer"),
        (59, "Dynamic-Flow-Capture")]));
    static readonly Field LogicalMedia = P.UInt16("juniper.ext.ifle", "Logical Interface Encapsulation", FieldBase.Dec, ValueNames.Of(() => [
        (59, "Aggregator"), (9, "CCC over ATM"), (32, "ATM CCC Cell Relay"), (26, "CISCO compatible NLPID"), (56, "Ethernet over ATM CCC"),
        (41, "Ethernet over ATM LLC"), (53, "Ethernet VPLS over ATM LLC"), (5, "ATM LLC"), (55, "MLPPP over ATM LLC"), (3, "ATM NLPID"),
        (61, "PPPoE over ATM LLC"), (8, "PPP over FUNI"), (7, "PPP over ATM LLC"), (6, "PPP over ATM VCMUX"), (2, "ATM SNAP"),
        (43, "ATM SNAP TCC"), (35, "ATM VCMUX TCC"), (4, "ATM VCMUX"), (18, "C-HDLC"), (25, "C-HDLC CCC"), (65, "C-HDLC via dialer"),
        (38, "C-HDLC TCC"), (58, "Collector"), (33, "Crypto"), (14, "Ethernet"), (39, "Ethernet CCC"), (51, "Extended VLAN VPLS"),
        (62, "PPPoE over Ethernet"), (45, "Ethernet TCC"), (50, "VLAN VPLS"), (49, "VPLS"), (42, "Extended VLAN CCC"),
        (47, "Extended VLAN TCC"), (13, "FR CCC"), (10, "FR NLPID"), (54, "FR CCC"), (12, "FR PPP"), (11, "FR SNAP"), (36, "FR TCC"),
        (34, "GGSN"), (22, "GRE NULL"), (23, "PPP over GRE"), (20, "IPIP"), (60, "LAPD"), (30, "LSI Null"), (57, "LT VLAN"), (48, "MFR"),
        (29, "MLFR"), (28, "MLPPP"), (44, "Monitor"), (24, "PIMd"), (21, "PIM Null"), (17, "PPP"), (63, "PPPoE"), (19, "PPP CCC"), (64, ""),
        (37, "PPP TCC"), (52, "General Services"), (27, "VLAN CCC"), (46, "VLAN TCC"), (40, "VT")]));
    static readonly Field PayloadType = P.UInt16("juniper.payload_type", "Payload Type", FieldBase.Dec, ValueNames.Of(() => [
        (2, "IPv4"), (3, "MPLS->IPv4"), (4, "IPv4->MPLS"), (6, "IPv6"), (7, "MPLS->IPv6"), (8, "IPv6->MPLS"), (200, "PPP"), (10, "CLNP"),
        (33, "MPLS->CLNP"), (32, "CLNP->MPLS"), (201, "OSI"), (5, "MPLS"), (202, "LLC"), (203, "LLC/SNAP"), (204, "Ethernet"),
        (205, "ATM OAM Cell"), (206, "Q.933"), (207, "Frame-Relay"), (208, "C-HDLC")]));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.JuniperEthernet, (uint)LinkType.JuniperAtm1);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        bool isEthernet = p.LinkType == LinkType.JuniperEthernet;
        p.SetProtocol(isEthernet ? "Juniper Ethernet" : "Juniper ATM1");
        p.Info.Clear();
        var text = p.AddText(parent, v, 0, 0, isEthernet ? "Juniper Ethernet" : "Juniper ATM1 PIC");
        var tree = text.IsWanted ? text : parent;
        uint magic = v.U24(0);
        p.Add(tree, MagicNumber, v, 0);
        if (magic != Magic)
        {
            p.CallData(v.From(3), parent);
            return Math.Max(1, v.Reported);
        }

        int flags = v.U8(3), at = 4;
        p.Add(tree, Direction, v, 3);
        p.Add(tree, LinkHeader, v, 3);
        if ((flags & HasExtensions) != 0)
        {
            int length = v.U16(4);
            AddExtensions(p, v.Part(6, length), p.Add(tree, ExtensionsLength, v, 4));
            at = 6 + length;
        }

        p.SetLength(text, at);
        if (isEthernet && (flags & NoLinkHeader) == 0)
        {
            var payload = v.From(at);
            p.Generated(p.AddUInt(tree, PayloadType, v, at, 0, EthernetPayload));
            p.Call(Catalog.Ethernet, payload, parent);
        }
        else
        {
            // An ATM cell's cookie stands before what it carries, which its first three bytes would tell.
            int cookie = isEthernet ? 0 : 4;
            v.Ensure(at, isEthernet ? 0 : cookie + 3);
            p.CallData(v.From(at + cookie), parent);
        }

        return Math.Max(1, v.Reported);
    }

    static void AddExtensions(Packet p, in View v, Node tree)
    {
        for (int at = 0; at + 2 <= v.Reported;)
        {
            int type = v.U8(at), length = v.U8(at + 1);
            var (name, field) = type switch
            {
                1 => ("Device Interface Index", DeviceIndex),
                3 => ("Device Media Type", Media),
                4 => ("Logical Interface Index", LogicalIndex),
                6 => ("Logical Interface Encapsulation", LogicalMedia),
                _ => ("Unknown", (Field?)null),
            };
            var line = p.AddText(tree, v, at, Math.Min(2 + length, v.CapturedFrom(at)), $"{name} Extension TLV #{type}, length: {length}");
            if (field is not null && length is > 0 and <= 4)
            {
                // Numbers have their little end first, but for those of one byte that makes no difference.
                p.Add(line.IsWanted ? line : tree, field, v, at + 2, length, littleEndian: true);
            }

            at += 2 + length;
        }
    }
}
