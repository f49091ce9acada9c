using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.1Q-2022, clause 14 (BPDUs of STP, RSTP, MSTP); PVST+ is Cisco's, an RST BPDU with a TLV for its VLAN.
//
//   0          2         3      4       5          13     17         25     27     29     31     33      35
//   +----------+---------+------+-------+----------+------+----------+------+------+------+------+-------+-------
//   | protocol | version | type | flags | root     | cost | bridge   | port | age  | max  | hello| delay | v1 length, v3 length, MST
//   +----------+---------+------+-------+----------+------+----------+------+------+------+------+-------+-------
//                                        priority and extension (2), MAC (6)

/// <summary>Spanning Tree Protocol, with its rapid and multiple forms.</summary>
public sealed class Stp() : Dissector("stp", "mstp", "bpdu")
{
    const int Configuration = 0x00;
    const int Rapid = 0x02;
    const int TopologyChange = 0x80;
    const int MstEnd = 102;
    const ushort PvstMark = 0x010b;

    static readonly Protocol P = new("Spanning Tree Protocol", "STP", "stp");
    static readonly ValueNames Roles = ValueNames.Of(() => [(1, "Alternate or Backup"), (2, "Root"), (3, "Designated")]);
    static readonly Field ProtocolId = P.UInt16("stp.protocol", "Protocol Identifier", FieldBase.Hex, ValueNames.Of(() => [(0, "Spanning Tree Protocol")]));
    static readonly Field Version = P.UInt8("stp.version", "Protocol Version Identifier", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Spanning Tree"), (2, "Rapid Spanning Tree"), (3, "Multiple Spanning Tree"), (4, "Shortest Path Tree")]));

    static readonly Field Type = P.UInt8("stp.type", "BPDU Type", FieldBase.Hex, ValueNames.Of(() => [
        (Configuration, "Configuration"), (Rapid, "Rapid/Multiple Spanning Tree"), (TopologyChange, "Topology Change Notification")]));

    static readonly Field Flags = P.UInt8("stp.flags", "BPDU flags", FieldBase.Hex);
    static readonly Field FlagAck = P.Flag("stp.flags.tcack", "Topology Change Acknowledgment", 8, 0x80, ValueNames.YesNo);
    static readonly Field FlagAgreement = P.Flag("stp.flags.agreement", "Agreement", 8, 0x40, ValueNames.YesNo);
    static readonly Field FlagForwarding = P.Flag("stp.flags.forwarding", "Forwarding", 8, 0x20, ValueNames.YesNo);
    static readonly Field FlagLearning = P.Flag("stp.flags.learning", "Learning", 8, 0x10, ValueNames.YesNo);
    static readonly Field FlagRole = P.UInt8("stp.flags.port_role", "Port Role", FieldBase.Dec, Roles, 0x0c);
    static readonly Field FlagProposal = P.Flag("stp.flags.proposal", "Proposal", 8, 0x02, ValueNames.YesNo);
    static readonly Field FlagChange = P.Flag("stp.flags.tc", "Topology Change", 8, 0x01, ValueNames.YesNo);
    static readonly BridgeFields Root = new("stp.root", "Root Identifier", "Root Bridge Priority", "Root Bridge System ID Extension", "Root Bridge System ID");
    static readonly Field RootCost = P.UInt32("stp.root.cost", "Root Path Cost");
    static readonly BridgeFields Bridge = new("stp.bridge", "Bridge Identifier", "Bridge Priority", "Bridge System ID Extension", "Bridge System ID");
    static readonly Field Port = P.UInt16("stp.port", "Port identifier", FieldBase.Hex);
    static readonly Field MessageAge = P.Field(FieldType.Double, "stp.msg_age", "Message Age");
    static readonly Field MaxAge = P.Field(FieldType.Double, "stp.max_age", "Max Age");
    static readonly Field HelloTime = P.Field(FieldType.Double, "stp.hello", "Hello Time");
    static readonly Field ForwardDelay = P.Field(FieldType.Double, "stp.forward", "Forward Delay");
    static readonly Field Version1Length = P.UInt8("stp.version_1_length", "Version 1 Length");
    static readonly Field TlvType = P.UInt16("stp.pvst.tlvtype", "Type", FieldBase.Hex, ValueNames.Of(() => [(0, "Originating VLAN")]));
    static readonly Field TlvLength = P.UInt16("stp.pvst.tlvlen", "Length");
    static readonly Field OriginatingVlan = P.UInt16("stp.pvst.origvlan", "Originating VLAN");
    static readonly Field TlvValue = P.Bytes("stp.pvst.tlvval", "Value");
    static readonly Field Version3Length = P.UInt16("mstp.version_3_length", "Version 3 Length");
    static readonly Field Selector = P.UInt8("mstp.config_format_selector", "MST Config ID format selector");
    static readonly Field ConfigName = P.String("mstp.config_name", "MST Config name");
    static readonly Field ConfigRevision = P.UInt16("mstp.config_revision_level", "MST Config revision");
    static readonly Field ConfigDigest = P.Bytes("mstp.config_digest", "MST Config digest");
    static readonly Field InternalCost = P.UInt32("mstp.cist_internal_root_path_cost", "CIST Internal Root Path Cost");
    static readonly BridgeFields CistBridge = new("mstp.cist_bridge", "CIST Bridge Identifier", "CIST Bridge Priority", "CIST Bridge Identifier System ID Extension", "CIST Bridge Identifier System ID");
    static readonly Field RemainingHops = P.UInt8("mstp.cist_remaining_hops", "CIST Remaining hops");
    static readonly Field InstanceFlags = P.UInt8("mstp.msti.flags", "MSTI flags", FieldBase.Hex);
    static readonly Field InstancePriority = P.UInt8("mstp.msti.priority", "Priority", FieldBase.Hex, mask: 0xf0);
    static readonly Field InstanceId = P.UInt16("mstp.msti.msti_id", "MSTID", mask: 0x0fff);
    static readonly Field InstanceRoot = P.Ether("mstp.msti.root.hw", "Regional Root");
    static readonly Field InstanceCost = P.UInt32("mstp.msti.root_cost", "Internal root path cost");
    static readonly Field InstanceBridgePriority = P.UInt8("mstp.msti.bridge_priority", "Bridge Identifier Priority");
    static readonly Field InstancePortPriority = P.UInt8("mstp.msti.port_priority", "Port identifier priority");
    static readonly Field InstanceHops = P.UInt8("mstp.msti.remaining_hops", "Remaining hops");
    static readonly Field Version4Length = P.UInt16("mstp.version_4_length", "Version 4 Length");
    static readonly Expert BadTlvLength = P.Expert("stp.pvst.tlvlen.invalid", Severity.Error, ExpertGroup.Malformed, "Indicated length is not valid for this record type");
    static readonly Expert NoVlan = P.Expert("stp.pvst.origvlan.missing", Severity.Error, ExpertGroup.Malformed, "Originating (PVID) VLAN TLV is missing or corrupt");
    static readonly Expert ShortTlv = P.Expert("stp.pvst.tlv.truncated", Severity.Error, ExpertGroup.Malformed, "TLV record is truncated prematurely");
    static readonly Expert UnknownTlv = P.Expert("stp.pvst.tlv.unknown", Severity.Warning, ExpertGroup.Protocol, "TLV type is unknown");
    static readonly Expert UnknownVersion = P.Expert("bpdu.version_support", Severity.Warning, ExpertGroup.Protocol, "This version of Wireshark only knows about versions 0, 2, 3 & 4");
    static readonly Expert UnknownType = P.Expert("stp.type.unknown", Severity.Warning, ExpertGroup.Protocol, "Unknown BPDU type data");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Llc.Saps, 0x42);
        claims.Numbers(Ppp.Protocols, 0x0201);
        claims.Numbers(EtherType.Table, 0x8181);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("STP");
        p.Info.Clear();
        int version = v.U8(2);
        int type = v.U8(3);
        switch (type)
        {
            case Configuration or Rapid:
                SetInfo(p, v, version, type);
                break;
            case TopologyChange:
                p.Info.Set("Topology Change Notification"u8);
                break;
            default:
                p.Info.Set($"Unknown BPDU type ({type})");
                break;
        }

        var tree = p.Open(P, v, parent);
        p.Add(tree, ProtocolId, v, 0);
        var item = p.Add(tree, Version, v, 2);
        if (version is not (0 or 2 or 3 or 4))
        {
            p.Expert(item, UnknownVersion, v, 2, 1);
        }

        item = p.Add(tree, Type, v, 3);
        if (type is Configuration or Rapid)
        {
            int end = AddConfiguration(p, v, tree, version, type);
            p.SetLength(tree, end);
            if (p.EtherType == PvstMark)
            {
                AddTlvs(p, v, tree, 36);
            }
        }
        else if (type != TopologyChange)
        {
            p.Expert(item, UnknownType, v, 3, 1);
        }
        else
        {
            p.SetLength(tree, 4);
        }

        return Math.Max(1, v.Reported);
    }

    static void SetInfo(Packet p, in View v, int version, int type)
    {
        v.Ensure(4, 23);
        string kind = type == Configuration ? "Conf. " : version switch
        {
            3 => "MST. ",
            4 => "SPT. ",
            _ => "RST. ",
        };
        int root = v.U16(5);
        p.Info.Set($"{kind}{((v.U8(4) & 1) != 0 ? "TC + " : "")}Root = {root & 0xf000}/{root & 0xfff}/{Address.Ethernet(v.Span(7, 6))}  Cost = {v.U32(13)}  Port = 0x{v.U16(25):x4}");
    }

    /// <returns>Where the part that was understood ends.</returns>
    static int AddConfiguration(Packet p, in View v, Node tree, int version, int type)
    {
        AddFlags(p, v, p.Add(tree, Flags, v, 4), 4, type == Rapid);
        Root.Add(p, v, tree, 5);
        p.Add(tree, RootCost, v, 13);
        Bridge.Add(p, v, tree, 17);
        p.Add(tree, Port, v, 25);
        AddTime(p, v, tree, MessageAge, 27);
        AddTime(p, v, tree, MaxAge, 29);
        AddTime(p, v, tree, HelloTime, 31);
        AddTime(p, v, tree, ForwardDelay, 33);
        if (type == Configuration)
        {
            return 35;
        }

        p.Add(tree, Version1Length, v, 35);
        if (version < 3 || v.Reported < MstEnd)
        {
            return 36;
        }

        int length = v.U16(36);
        p.Add(tree, Version3Length, v, 36);
        var mst = p.AddText(tree, v, 38, v.CapturedFrom(38), "MST Extension");
        p.Add(mst, Selector, v, 38);
        p.Add(mst, ConfigName, v, 39, 32);
        p.Add(mst, ConfigRevision, v, 71);
        p.Add(mst, ConfigDigest, v, 73, 16);
        p.Add(mst, InternalCost, v, 89);
        CistBridge.Add(p, v, mst, 93);
        p.Add(mst, RemainingHops, v, 101);
        int at = MstEnd;
        // A length that leaves no room for the fixed part wraps round, as in Wireshark: instances are then read to the end of the packet.
        for (int left = (ushort)(length - 64); left >= 16; left -= 16)
        {
            AddInstance(p, v, mst, at);
            at += 16;
        }

        if (version >= 4 && v.ReportedFrom(at) >= 2)
        {
            p.Add(tree, Version4Length, v, at);
            at += 2;
        }

        return at;
    }

    static void AddTime(Packet p, in View v, Node tree, Field field, int at) => p.AddDouble(tree, field, v, at, 2, v.U16(at) / 256.0);

    static void AddFlags(Packet p, in View v, Node node, int at, bool rapid)
    {
        int flags = v.U8(at);
        if (!p.WantsFields)
        {
            return;
        }

        AddFlag(p, v, node, at, flags, FlagAck);
        if (rapid)
        {
            AddFlag(p, v, node, at, flags, FlagAgreement);
            AddFlag(p, v, node, at, flags, FlagForwarding);
            AddFlag(p, v, node, at, flags, FlagLearning);
            p.AppendLabel(node, $", Port Role: {Roles.FindOr((ulong)(flags >> 2 & 3), "Unknown")}");
            p.Add(node, FlagRole, v, at);
            AddFlag(p, v, node, at, flags, FlagProposal);
        }

        AddFlag(p, v, node, at, flags, FlagChange);
    }

    static void AddFlag(Packet p, in View v, Node node, int at, int flags, Field field)
    {
        if (((ulong)flags & field.Mask) != 0)
        {
            p.AppendLabel(node, $", {field.Label}");
        }

        p.Add(node, field, v, at);
    }

    static void AddInstance(Packet p, in View v, Node mst, int at)
    {
        int root = v.U16(at + 1);
        var mac = Address.Ethernet(v.Span(at + 3, 6));
        var node = p.AddText(mst, v, at, Math.Min(16, v.CapturedFrom(at)), $"MSTID {root & 0xfff}, Regional Root Identifier {root & 0xf000} / {mac}");
        AddFlags(p, v, p.Add(node, InstanceFlags, v, at), at, rapid: true);
        p.Add(node, InstancePriority, v, at + 1);
        p.Add(node, InstanceId, v, at + 1);
        p.Add(node, InstanceRoot, v, at + 3);
        p.Add(node, InstanceCost, v, at + 9);
        p.AddUInt(node, InstanceBridgePriority, v, at + 13, 1, (ulong)(v.U8(at + 13) >> 4));
        p.AddUInt(node, InstancePortPriority, v, at + 14, 1, (ulong)(v.U8(at + 14) >> 4));
        p.Add(node, InstanceHops, v, at + 15);
    }

    static void AddTlvs(Packet p, in View v, Node tree, int at)
    {
        bool found = false;
        do
        {
            if (v.ReportedFrom(at) < 4)
            {
                p.Expert(tree, ShortTlv, v, 0, 0);
                break;
            }

            int type = v.U16(at);
            int length = v.U16(at + 2);
            v.Ensure(at + 4, length);
            var node = p.AddText(tree, v, at, 4 + length, type == 0 ? "Originating VLAN" : "Unknown TLV");
            var item = p.Add(node, TlvType, v, at);
            if (type != 0)
            {
                p.Expert(item, UnknownTlv, v, at, 2);
            }

            item = p.Add(node, TlvLength, v, at + 2);
            if (type == 0 && length == 2)
            {
                found = true;
                p.AppendLabel(node, $" (PVID): {v.U16(at + 4)}");
                p.Add(node, OriginatingVlan, v, at + 4);
            }
            else if (type == 0)
            {
                p.Expert(item, BadTlvLength, v, at + 2, 2);
                break;
            }
            else if (length > 0)
            {
                p.Add(node, TlvValue, v, at + 4, length);
            }

            at += 4 + length;
        }
        while (v.ReportedFrom(at) > 0);

        if (!found)
        {
            p.Expert(tree, NoVlan, v, 0, 0);
        }
    }

    /// <summary>A bridge identifier: priority in steps of 4096, system identifier extension, MAC address (clause 14.2.5).</summary>
    sealed class BridgeFields(string name, string title, string priority, string extension, string mac)
    {
        readonly Field priority = P.UInt16($"{name}.prio", priority);
        readonly Field extension = P.UInt16($"{name}.ext", extension);
        readonly Field mac = P.Ether($"{name}.hw", mac);

        public void Add(Packet p, in View v, Node tree, int at)
        {
            int number = v.U16(at);
            var node = p.AddText(tree, v, at, 8, $"{title}: {number & 0xf000} / {number & 0xfff} / {Address.Ethernet(v.Span(at + 2, 6))}");
            p.AddUInt(node, priority, v, at, 2, (ulong)(number & 0xf000));
            p.AddUInt(node, extension, v, at, 2, (ulong)(number & 0xfff));
            p.Add(node, mac, v, at + 2);
        }
    }

    /// <summary>Cisco's per-VLAN spanning tree: BPDUs with a VLAN behind them, under a number of Cisco's own.</summary>
    public sealed class PerVlan() : Dissector("pvst")
    {
        static readonly Protocol PerVlanProtocol = new("Per-VLAN Spanning Tree", "STP", "pvst");

        /// <inheritdoc />
        public override Protocol Protocol => PerVlanProtocol;

        /// <inheritdoc />
        public override void Claim(Claims claims) => claims.Numbers(Llc.CiscoPids, PvstMark);

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            p.LeaveOutOfLayers();
            p.EtherType = PvstMark;
            return p.Call(Catalog.Stp, v, parent);
        }
    }
}
