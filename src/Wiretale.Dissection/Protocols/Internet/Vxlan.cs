using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 7348 section 5; group policy draft-smith-vxlan-group-policy; GPE draft-ietf-nvo3-vxlan-gpe section 3.
//
//    0                               16             24             31
//   +-------------------------------+-------------------------------+
//   |G|  flags  I |D|   |A|         |        group policy id        |
//   +-------------------------------+---------------+---------------+
//   |  GPE: ..VVIPBO, then reserved (16)            | next protocol |
//   +-----------------------------------------------+---------------+
//   |          network identifier (VNI)             |   reserved    |
//   +-----------------------------------------------+---------------+

/// <summary>Virtual eXtensible Local Area Network: Ethernet over UDP.</summary>
public sealed class Vxlan() : Dissector("vxlan")
{
    const uint Port = 4789;
    const int HeaderLength = 8;

    static readonly Protocol P = new("Virtual eXtensible Local Area Network", "VXLAN", "vxlan");
    static readonly Field Flags = P.UInt16("vxlan.flags", "Flags", FieldBase.Hex);
    static readonly Field FlagPolicy = P.Flag("vxlan.flag_g", "GBP Extension", 16, 0x8000, ValueNames.Flag("Defined", "Not defined"));
    static readonly Field FlagIdentifier = P.Flag("vxlan.flag_i", "VXLAN Network ID (VNI)", 16, 0x0800);
    static readonly Field FlagDoNotLearn = P.Flag("vxlan.flag_d", "Don't Learn", 16, 0x0040);
    static readonly Field FlagApplied = P.Flag("vxlan.flag_a", "Policy Applied", 16, 0x0008);
    static readonly Field FlagsReserved = P.UInt16("vxlan.flags_reserved", "Reserved(R)", FieldBase.Hex, mask: 0x77b7);
    static readonly Field ExtendedFlags = P.UInt8("vxlan.flags", "Flags", FieldBase.Hex);
    static readonly Field Version = P.UInt8("vxlan.ver", "Version", mask: 0x30);
    static readonly Field Instance = P.UInt8("vxlan.i_bit", "Instance", mask: 0x08);
    static readonly Field NextProtocolBit = P.UInt8("vxlan.p_bit", "Next Protocol Bit", mask: 0x04);
    static readonly Field OamBit = P.UInt8("vxlan.o_bit", "OAM bit", mask: 0x01);
    static readonly Field ExtendedReserved = P.UInt8("vxlan.flags_reserved", "Reserved(R)", mask: 0xc2);
    static readonly Field Reserved16 = P.UInt16("vxlan.reserved_16", "Reserved");
    static readonly Field NextProtocol = P.UInt8("vxlan.next_proto", "Next Protocol", FieldBase.Dec, ValueNames.Of(() => [
        (1, "IPv4"), (2, "IPv6"), (3, "Ethernet"), (4, "Network Service Header"), (5, "MPLS")]));
    static readonly Field GroupPolicy = P.UInt16("vxlan.gbp", "Group Policy ID");
    static readonly Field NetworkIdentifier = P.UInt24("vxlan.vni", "VXLAN Network Identifier (VNI)");
    static readonly Field Reserved8 = P.UInt8("vxlan.reserved8", "Reserved");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("VxLAN");
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, HeaderLength);
        int bits = v.U16(0);
        var node = p.Add(tree, Flags, v, 0);
        AddFlag(p, v, node, FlagPolicy, bits);
        AddFlag(p, v, node, FlagIdentifier, bits);
        AddFlag(p, v, node, FlagDoNotLearn, bits);
        AddFlag(p, v, node, FlagApplied, bits);
        p.Add(node, FlagsReserved, v, 0);
        p.AddAll(tree, v, 2, GroupPolicy, NetworkIdentifier, Reserved8);
        p.Call(Catalog.EthernetWithoutFcs, v.From(HeaderLength), parent);
        return v.Reported;
    }

    static void AddFlag(Packet p, in View v, Node node, Field flag, int bits)
    {
        p.Add(node, flag, v, 0, 2);
        if (((ulong)bits & flag.Mask) != 0)
        {
            p.AppendLabel(node, $", {flag.Label}");
        }
    }

    /// <summary>The generic protocol extension: the header says what it carries.</summary>
    public sealed class Extended() : Dissector("vxlan_gpe")
    {
        const uint ExtendedPort = 4790;

        static readonly Protocol ExtendedProtocol = new("Virtual eXtensible Local Area Network (GPE)", "VXLAN-GPE", "vxlan_gpe");

        /// <inheritdoc />
        public override Protocol Protocol => ExtendedProtocol;

        /// <inheritdoc />
        public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, ExtendedPort);

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            p.LeaveOutOfLayers();
            p.SetProtocol("VxLAN");
            p.Info.Clear();
            var tree = p.Open(P, v, parent, 0, HeaderLength);
            var node = p.Add(tree, ExtendedFlags, v, 0);
            foreach (var field in (ReadOnlySpan<Field>)[Version, Instance, NextProtocolBit, OamBit, ExtendedReserved])
            {
                p.Add(node, field, v, 0);
            }

            p.AddAll(tree, v, 1, Reserved16, NextProtocol, NetworkIdentifier, Reserved8);
            Nsh.HandOff(p, v.From(HeaderLength), parent, v.U8(3));
            return v.Reported;
        }
    }
}
