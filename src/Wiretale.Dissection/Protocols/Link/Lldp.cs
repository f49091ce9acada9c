using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.1AB-2016 clause 8 (TLVs of all), annexes D of IEEE 802.1Q and F of IEEE 802.3 (TLVs of organizations).
//
//   +-------------+------------------+--------
//   | Type (7)    | Length (9 bits)  | Value      127: organization (3), subtype (1), value
//   +-------------+------------------+--------

/// <summary>Link Layer Discovery Protocol.</summary>
public sealed class Lldp() : Dissector("lldp")
{
    const int End = 0, Chassis = 1, Port = 2, TimeToLive = 3, PortDescription = 4, SystemName = 5, SystemDescription = 6, Capabilities = 7, Management = 8, Organization = 127;
    const int Stop = -1;

    internal static readonly Protocol P = new("Link Layer Discovery Protocol", "LLDP", "lldp");
    static readonly Field Type = P.UInt16("lldp.tlv.type", "TLV Type", FieldBase.Dec, ValueNames.Of(() => [
        (0, "End of LLDPDU"), (1, "Chassis Id"), (2, "Port Id"), (3, "Time to Live"), (4, "Port Description"), (5, "System Name"), (6, "System Description"),
        (7, "System Capabilities"), (8, "Management Address"), (127, "Organization Specific")]), mask: 0xfe00);
    static readonly Field Length = P.UInt16("lldp.tlv.len", "TLV Length", mask: 0x01ff);
    static readonly ValueNames ChassisTypes = ValueNames.Of(() => [
        (0, "Reserved"), (1, "Chassis component"), (2, "Interface alias"), (3, "Port component"), (4, "MAC address"), (5, "Network address"), (6, "Interface name"), (7, "Locally assigned")]);
    static readonly ValueNames PortTypes = ValueNames.Of(() => [
        (0, "Reserved"), (1, "Interface alias"), (2, "Port component"), (3, "MAC address"), (4, "Network address"), (5, "Interface name"), (6, "Agent circuit Id"), (7, "Locally assigned")]);
    static readonly Field ChassisType = P.UInt8("lldp.chassis.subtype", "Chassis Id Subtype", FieldBase.Dec, ChassisTypes);
    static readonly Field ChassisId = P.Bytes("lldp.chassis.id", "Chassis Id");
    static readonly Field ChassisMac = P.Ether("lldp.chassis.id.mac", "Chassis Id");
    static readonly Field ChassisV4 = P.IPv4("lldp.chassis.id.ip4", "Chassis Id");
    static readonly Field ChassisV6 = P.IPv6("lldp.chassis.id.ip6", "Chassis Id");
    static readonly Field PortType = P.UInt8("lldp.port.subtype", "Port Id Subtype", FieldBase.Dec, PortTypes);
    static readonly Field PortId = P.String("lldp.port.id", "Port Id");
    static readonly Field PortMac = P.Ether("lldp.port.id.mac", "Port Id");
    static readonly Field PortV4 = P.IPv4("lldp.port.id.ip4", "Port Id");
    static readonly Field PortV6 = P.IPv6("lldp.port.id.ip6", "Port Id");
    static readonly Field NetworkFamily = P.UInt8("lldp.network_address.subtype", "Network Address family", FieldBase.Dec, AddressFamilies.Names);
    static readonly Field Seconds = P.UInt16("lldp.time_to_live", "Seconds");
    static readonly Field PortText = P.String("lldp.port.desc", "Port Description");
    static readonly Field NameText = P.String("lldp.tlv.system.name", "System Name");
    static readonly Field DescriptionText = P.String("lldp.tlv.system.desc", "System Description");
    static readonly ValueNames Capable = ValueNames.Flag("Capable", "Not capable");
    static readonly Layout CapabilityFlags = new(Flags("lldp.tlv.system_cap", "Capabilities"), Flags("lldp.tlv.enable_system_cap", "Enabled Capabilities"));
    static readonly Field AddressLength = P.UInt8("lldp.mgn.address.len", "Address String Length");
    static readonly Field AddressType = P.UInt8("lldp.mgn.address.subtype", "Address Subtype", FieldBase.Dec, AddressFamilies.Names);
    static readonly Field ManagementV4 = P.IPv4("lldp.mgn.addr.ip4", "Management Address");
    static readonly Field ManagementV6 = P.IPv6("lldp.mgn.addr.ip6", "Management Address");
    static readonly Field ManagementBytes = P.Bytes("lldp.mgn.addr.hex", "Management Address");
    static readonly Field InterfaceType = P.UInt8("lldp.mgn.interface.subtype", "Interface Subtype", FieldBase.Dec, ValueNames.Of(() => [(1, "Unknown"), (2, "ifIndex"), (3, "System port number")]));
    static readonly Field InterfaceNumber = P.UInt32("lldp.mgn.interface.number", "Interface Number");
    static readonly Field OidLength = P.UInt8("lldp.mgn.obj.len", "OID String Length");
    static readonly Field ObjectId = P.Field(FieldType.Oid, "lldp.mgn.obj.id", "Object Identifier");
    static readonly Expert WrongType = P.Expert("lldp.bad_type", Severity.Warning, ExpertGroup.Malformed, "Incorrect type");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(LldpOrganizations)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, 0x88cc);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("LLDP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int at = 0;

        // Three TLVs must begin every message, in this order (clause 8.2).
        for (int expected = Chassis; expected <= TimeToLive; expected++)
        {
            int type = v.U8(at) >> 1;
            if (type != expected)
            {
                string name = expected switch { Chassis => "Chassis ID", Port => "Port ID", _ => "Time-to-Live" };
                p.Info.Set($"Invalid {name} TLV");
                var wrong = p.AddText(tree, v, at, 2, $"Invalid {name} (0x{type:X2}), expected (0x{expected:X2})");
                p.Expert(wrong, WrongType, v, at, 2, $"Invalid {name} (0x{type:X2}), expected (0x{expected:X2})");
                return Math.Max(1, v.Reported);
            }

            at = AddTlv(p, v, tree, at);
            if (at == Stop)
            {
                return Math.Max(1, v.Reported);
            }
        }

        bool ended = false;
        while (!ended && at != Stop && v.ReportedFrom(at) > 0)
        {
            ended = v.U8(at) >> 1 == End;
            if (ended)
            {
                // The end and the byte before it count as the link's trailer, too, as in tshark.
                p.SetActualLength(v, at - 1);
            }

            at = AddTlv(p, v, tree, at);
        }

        return Math.Max(1, v.Reported);
    }

    static Row Flags(string name, string label) => P.UInt16(name, label, FieldBase.Hex).Bits(
        P.Flag($"{name}.other", "Other", 16, 0x01, Capable), P.Flag($"{name}.repeater", "Repeater", 16, 0x02, Capable), P.Flag($"{name}.bridge", "Bridge", 16, 0x04, Capable),
        P.Flag($"{name}.wlan_access_pt", "WLAN access point", 16, 0x08, Capable), P.Flag($"{name}.router", "Router", 16, 0x10, Capable),
        P.Flag($"{name}.telephone", "Telephone", 16, 0x20, Capable), P.Flag($"{name}.docsis_cable_device", "DOCSIS cable device", 16, 0x40, Capable),
        P.Flag($"{name}.station_only", "Station only", 16, 0x80, Capable));

    /// <returns>The next one's offset, or <see cref="Stop"/>.</returns>
    static int AddTlv(Packet p, in View v, Node parent, int start)
    {
        int type = v.U8(start) >> 1, length = v.U16(start) & 0x1ff, at = start + 2;
        v.EndingAs(ShortReason.Contained).Ensure(at, length);
        var tree = p.AddText(parent, v, start, length + 2, "");
        p.Add(tree, Type, v, start);
        var lengthNode = p.Add(tree, Length, v, start);
        switch (type)
        {
            case End:
                p.Label(tree, $"End of LLDPDU");
                break;
            case Chassis:
            case Port:
                if (!AddId(p, v, tree, lengthNode, at, length, isChassis: type == Chassis))
                {
                    return Stop;
                }

                break;
            case TimeToLive:
                int seconds = v.U16(at);
                p.Add(tree, Seconds, v, at);
                p.Label(tree, $"Time To Live = {seconds} sec");
                p.Info.Append($"{seconds} ");
                break;
            case PortDescription or SystemName or SystemDescription:
                var (field, name) = type switch
                {
                    PortDescription => (PortText, "Port Description"),
                    SystemName => (NameText, "System Name"),
                    _ => (DescriptionText, "System Description"),
                };
                p.Add(tree, field, v, at, length);
                p.Scratch.Clear();
                FieldFormat.Escaped(p.Scratch, v.Span(at, length));
                p.Label(tree, $"{name} = {p.Scratch.Bytes}");
                if (type != PortDescription)
                {
                    p.Info.Append($"{(type == SystemName ? "SysN" : "SysD")}={p.Scratch.Bytes} ");
                }

                break;
            case Capabilities:
                p.Label(tree, $"Capabilities");
                p.AddRows(tree, v, at, CapabilityFlags);
                break;
            case Management:
                p.Label(tree, $"Management Address");
                AddManagement(p, v, tree, at);
                break;
            case Organization:
                LldpOrganizations.Add(p, v, tree, at, length);
                break;
            default:
                p.Label(tree, $"Unknown TLV");
                break;
        }

        return at + length;
    }

    /// <returns>Whether the message goes on: an address of a wrong length ends it.</returns>
    static bool AddId(Packet p, in View v, Node tree, Node lengthNode, int at, int length, bool isChassis)
    {
        int type = v.U8(at), size = length - 1, value = at + 1;
        p.Add(tree, isChassis ? ChassisType : PortType, v, at);
        bool isMac = type == (isChassis ? 4 : 3) && size == 6, isNetwork = type == (isChassis ? 5 : 4) && size > 1;
        if (type == (isChassis ? 4 : 3) && !isMac)
        {
            string which = isChassis ? "Chassis" : "Port";
            p.Label(tree, $"{which} Subtype = MAC address");
            p.Expert(lengthNode, WrongType, v, at - 2, 2, $"Invalid {which} ID Length ({length}) for Type (MAC address), expected (7)");
            p.Info.Set($"Invalid {which} ID TLV");
            return false;
        }

        p.Scratch.Clear();
        if (isMac)
        {
            p.Add(tree, isChassis ? ChassisMac : PortMac, v, value);
            p.Scratch.Append(Address.Ethernet(v.Span(value, 6)));
        }
        else if (isNetwork)
        {
            p.Add(tree, NetworkFamily, v, value);
            int family = v.U8(value++);
            if (family == 1 && size == 5)
            {
                p.Add(tree, isChassis ? ChassisV4 : PortV4, v, value);
                p.Scratch.Append(Address.IPv4(v.U32(value)));
            }
            else if (family == 2 && size == 17)
            {
                p.Add(tree, isChassis ? ChassisV6 : PortV6, v, value);
                p.Scratch.Append(Address.IPv6(v.Span(value, 16)));
            }
            else
            {
                p.Add(tree, isChassis ? ChassisId : PortId, v, value, size - 1);
                p.Scratch.AppendHex(v.Span(value, size - 1));
            }
        }
        else
        {
            size = Math.Max(0, size);
            p.Add(tree, isChassis ? ChassisId : PortId, v, value, size);
            if (isChassis ? type == 3 : type == 2)
            {
                p.Scratch.AppendHex(v.Span(value, size));
            }
            else if (type is 0 or > 7)
            {
                p.Scratch.Append("Reserved"u8);
            }
            else
            {
                FieldFormat.Escaped(p.Scratch, v.Span(value, size));
            }
        }

        string kind = isChassis
            ? type switch { 1 => "CC", 2 => "IA", 3 => "PC", 4 => "MA", 5 => "NA", 6 => "IN", 7 => "LA", _ => "Rs" }
            : type switch { 1 => "IA", 2 => "PC", 3 => "MA", 4 => "NA", 5 => "IN", 6 => "AC", 7 => "LA", _ => "Rs" };
        p.Info.Append($"{kind}/{p.Scratch.Bytes} ");
        p.Label(tree, $"{(isChassis ? "Chassis" : "Port")} Subtype = {(isChassis ? ChassisTypes.FindOr((ulong)type, "Reserved") : PortTypes.FindOr((ulong)type, "Unknown"))}, Id: {p.Scratch.Bytes}");
        return true;
    }

    static void AddManagement(Packet p, in View v, Node tree, int at)
    {
        int length = v.U8(at), family = v.U8(at + 1), size = Math.Max(0, length - 1);
        p.AddAll(tree, v, at, AddressLength, AddressType);
        at += 2;
        var (field, bytes) = (family, size) switch
        {
            (1, 4) => (ManagementV4, 4),
            (2, 16) => (ManagementV6, 16),
            _ => (ManagementBytes, size),
        };
        p.Add(tree, field, v, at, bytes);
        at += size;
        p.AddAll(tree, v, at, InterfaceType, InterfaceNumber, OidLength);
        int oid = v.U8(at + 5);
        if (oid > 0)
        {
            p.Add(tree, ObjectId, v, at + 6, oid);
        }
    }
}
