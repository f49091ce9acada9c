using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: Cisco's "Inter-Switch Link and IEEE 802.1Q Frame Format" (document 17056).
//
//   0             5             6        12       14     15     16        17    20       22      24         26
//   +-------------+-------------+--------+--------+------+------+---------+-----+--------+-------+----------+------
//   | destination | type, user  | source | length | DSAP | SSAP | control | HSA | VLAN 15, BPDU | index, reserved | frame
//   +-------------+-------------+--------+--------+------+------+---------+-----+--------+-------+----------+------

/// <summary>Cisco's Inter-Switch Link: an Ethernet frame with its VLAN's number in front.</summary>
public sealed class Isl() : Dissector("isl")
{
    const int HeaderLength = 26;

    static readonly Protocol P = new("Cisco ISL", "ISL", "isl");
    static readonly Field Target = P.Ether("isl.dst", "Destination", blurb: "Destination Address");
    static readonly Field Type = P.UInt8("isl.type", "Type", FieldBase.Dec, ValueNames.Of(() => [(0, "Ethernet"), (1, "Token-Ring"), (2, "FDDI"), (3, "ATM")]), mask: 0xf0);
    static readonly Field UserEthernet = P.UInt8("isl.user_eth", "User", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Normal Priority"), (1, "Priority 1"), (2, "Priority 2"), (3, "Highest Priority")]), mask: 0x03);
    static readonly Field User = P.UInt8("isl.user", "User", FieldBase.Hex, mask: 0x0f, blurb: "User-defined bits");
    static readonly Field Sender = P.Ether("isl.src", "Source", blurb: "Source Hardware Address");
    static readonly Field Either = P.Ether("isl.addr", "Source or Destination Address", blurb: "Source or Destination Hardware Address");
    static readonly Layout Rest = new(
        P.UInt16("isl.len", "Length"), P.UInt8("isl.dsap", "DSAP", FieldBase.Hex), P.UInt8("isl.ssap", "SSAP", FieldBase.Hex), P.UInt8("isl.control", "Control", FieldBase.Hex),
        P.UInt24("isl.hsa", "HSA", FieldBase.Hex, blurb: "High bits of source address"), P.UInt16("isl.vlan_id", "VLAN ID", mask: 0xfffe, blurb: "Virtual LAN ID (Color)"),
        P.Flag("isl.bpdu", "BPDU/CDP/VTP", 16, 0x0001, ValueNames.YesNo, blurb: "BPDU/CDP/VTP indicator"), P.UInt16("isl.index", "Index", blurb: "Port index of packet source"),
        P.UInt16("isl.reserved", "Reserved", FieldBase.Hex, blurb: "ISL Reserved"));

    /// <summary>Whether an Ethernet frame's destination is one of ISL's 40-bit addresses.</summary>
    internal static bool IsAddress(in View v) => v.U8(0) is 0x01 or 0x03 && v.U32(1) == 0x000c0000;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // In Wireshark it is a part of Ethernet.
        p.LeaveOutOfLayers();
        p.SetProtocol("ISL");
        p.Info.Clear();
        int type = v.U8(5) >> 4;
        var tree = p.Open(P, v, parent, 0, HeaderLength);
        p.Label(tree, $"ISL");
        var target = p.Add(tree, Target, v, 0);
        p.Hidden(p.Add(tree, Either, v, 0));
        p.Add(target, Type, v, 5);
        p.Add(target, type == 0 ? UserEthernet : User, v, 5);
        p.Add(tree, Sender, v, 6);
        p.Hidden(p.Add(tree, Either, v, 6));
        p.AddRows(tree, v, 12, Rest);
        int vlan = v.U16(20) >> 1;
        p.Info.Append($"VLAN ID: {vlan}");
        var payload = v.From(HeaderLength);
        if (type == 0)
        {
            p.Call(Catalog.Ethernet, payload, parent);
        }
        else
        {
            p.CallData(payload, parent);
        }

        return Math.Max(1, v.Reported);
    }
}
