using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 2281 (version 1, to 224.0.0.2); version 2 (to 224.0.0.102 and ff02::66) is a sequence of TLVs: type (1), length (1), value.

/// <summary>Cisco's Hot Standby Router Protocol.</summary>
public sealed class Hsrp() : Dissector("hsrp", "hsrp2")
{
    const uint AllRouters = 0xe0000002, StandbyRouters = 0xe0000066;
    const int Advertise = 3, GroupState = 1, InterfaceState = 2, TextAuthentication = 3, Md5Authentication = 4;

    static readonly Protocol P = new("Cisco Hot Standby Router Protocol", "HSRP", "hsrp");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [(0, "Hello"), (1, "Coup"), (2, "Resign"), (3, "Advertise")]);
    static readonly ValueNames States = ValueNames.Of(() => [(0, "Initial"), (1, "Learn"), (2, "Listen"), (4, "Speak"), (8, "Standby"), (16, "Active")]);
    static readonly ValueNames AdvertisedStates = ValueNames.Of(() => [(1, "Dormant"), (2, "Passive"), (3, "Active")]);
    static readonly Field Version = P.UInt8("hsrp.version", "Version", blurb: "The version of the HSRP messages");
    static readonly Field Opcode = P.UInt8("hsrp.opcode", "Op Code", FieldBase.Dec, Opcodes, blurb: "The type of message contained in this packet");
    static readonly Field State = P.UInt8("hsrp.state", "State", FieldBase.Dec, States, blurb: "The current state of the router sending the message");
    static readonly Field HelloTime = P.UInt8("hsrp.hellotime", "Hellotime", blurb: "The approximate period between the Hello messages that the router sends");
    static readonly Field HoldTime = P.UInt8("hsrp.holdtime", "Holdtime", blurb: "Time that the current Hello message should be considered valid");
    static readonly Field Password = P.String("hsrp.auth_data", "Authentication Data", "Contains a clear-text 8 character reused password");
    static readonly Layout Rest = new(
        P.UInt8("hsrp.priority", "Priority", blurb: "Used to elect the active and standby routers. Numerically higher priority wins vote"),
        P.UInt8("hsrp.group", "Group", blurb: "This field identifies the standby group"), P.UInt8("hsrp.reserved", "Reserved"));
    static readonly Field VirtualIp = P.IPv4("hsrp.virt_ip", "Virtual IP Address", "The virtual IP address used by this group");
    static readonly Layout Advertisement = new(
        P.UInt16("hsrp.adv.tlvtype", "Adv type", FieldBase.Dec, ValueNames.Of(() => [(1, "HSRP interface state"), (2, "IP redundancy")]), blurb: "Advertisement tlv type"),
        P.UInt16("hsrp.adv.tlvlength", "Adv length", blurb: "Advertisement tlv length"),
        P.UInt8("hsrp.adv.state", "Adv state", FieldBase.Dec, AdvertisedStates, blurb: "Advertisement tlv length"),
        P.UInt8("hsrp.adv.reserved1", "Adv reserved1", blurb: "Advertisement tlv length"), P.UInt16("hsrp.adv.activegrp", "Adv active groups", blurb: "Advertisement active group count"),
        P.UInt16("hsrp.adv.passivegrp", "Adv passive groups", blurb: "Advertisement passive group count"), P.UInt32("hsrp.adv.reserved2", "Adv reserved2", blurb: "Advertisement tlv length"));

    static readonly ValueNames Opcodes2 = ValueNames.Of(() => [(0, "Hello"), (1, "Coup"), (2, "Resign")]);
    static readonly ValueNames States2 = ValueNames.Of(() => [(1, "Init"), (2, "Learn"), (3, "Listen"), (4, "Speak"), (5, "Standby"), (6, "Active")]);
    static readonly Field GroupStateTlv = P.UInt8("hsrp2.group_state_tlv", "Group State TLV");
    static readonly Field InterfaceStateTlv = P.UInt8("hsrp2.interface_state_tlv", "Interface State TLV");
    static readonly Field TextTlv = P.UInt8("hsrp2.text_auth_tlv", "Text Authentication TLV");
    static readonly Field Md5Tlv = P.UInt8("hsrp2.md5_auth_tlv", "MD5 Authentication TLV");
    static readonly Layout Group = new(
        P.UInt8("hsrp2.version", "Version", blurb: "The version of the HSRP messages"), P.UInt8("hsrp2.opcode", "Op Code", FieldBase.Dec, Opcodes2, blurb: "The type of message contained in this packet"),
        P.UInt8("hsrp2.state", "State", FieldBase.Dec, States2, blurb: "The current state of the router sending the message"),
        P.UInt8("hsrp2.ipversion", "IP Ver.", FieldBase.Dec, ValueNames.Of(() => [(4, "IPv4"), (6, "IPv6")]), blurb: "The IP protocol version used in this hsrp message"),
        P.UInt16("hsrp2.group", "Group", blurb: "This field identifies the standby group"), P.Ether("hsrp2.identifier", "Identifier", "BIA value of a sender interface"),
        P.UInt32("hsrp2.priority", "Priority", blurb: "Used to elect the active and standby routers. Numerically higher priority wins vote"));
    static readonly Field HelloTime2 = P.UInt32("hsrp2.hellotime", "Hellotime", blurb: "The approximate period between the Hello messages that the router sends");
    static readonly Field HoldTime2 = P.UInt32("hsrp2.holdtime", "Holdtime", blurb: "Time that the current Hello message should be considered valid");
    static readonly Field VirtualIp2 = P.IPv4("hsrp2.virt_ip", "Virtual IP Address", "The virtual IP address used by this group");
    static readonly Field VirtualIpV6 = P.IPv6("hsrp2.virt_ip_v6", "Virtual IPv6 Address", "The virtual IPv6 address used by this group");
    static readonly Field Password2 = P.String("hsrp2.auth_data", "Authentication Data", "Contains a clear-text 8 character reused password");
    static readonly Layout Interface = new(
        P.UInt16("hsrp2.active_groups", "Active Groups", blurb: "Active group number which becomes the active router myself"),
        P.UInt16("hsrp2.passive_groups", "Passive Groups", blurb: "Standby group number which doesn't become the active router myself"));
    static readonly Layout Md5 = new(
        P.UInt8("hsrp2.md5_algorithm", "MD5 Algorithm", FieldBase.Dec, ValueNames.Of(() => [(1, "MD5")]), blurb: "Hash Algorithm used by this group"),
        P.UInt8("hsrp2.md5_padding", "Padding", FieldBase.Hex, blurb: "Must be zero"), P.UInt16("hsrp2.md5_flags", "MD5 Flags", blurb: "Undefined"),
        P.IPv4("hsrp.md5_ip_address", "Sender's IP Address", "IP Address of the sender interface"), P.UInt32("hsrp2.md5_key_id", "MD5 Key ID", blurb: "This field contains Key chain ID"),
        P.Bytes("hsrp2.md5_auth_data", "MD5 Authentication Data", blurb: "MD5 digest string is contained.").Of(16));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 1985, 2029);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.NetworkDestination == Address.IPv4(AllRouters))
        {
            DissectVersion1(p, v, parent);
        }
        else if (p.NetworkDestination == Address.IPv4(StandbyRouters) || p.NetworkDestination.Kind == AddressKind.IPv6)
        {
            DissectVersion2(p, v, parent);
        }
        else
        {
            p.SayNothing();
        }

        return Math.Max(1, v.Reported);
    }

    static void DissectVersion1(Packet p, in View v, Node parent)
    {
        int opcode = v.U8(1);
        p.SetProtocol("HSRP");
        p.Info.Set(Opcodes.FindOr((ulong)opcode, "Unknown"));
        if (opcode < Advertise)
        {
            p.Info.Append($" (state {States.FindOr(v.U8(2), "Unknown")})");
        }
        else if (opcode == Advertise)
        {
            p.Info.Append($" (state {AdvertisedStates.FindOr(v.U8(6), "Unknown")})");
        }

        var tree = p.Open(P, v, parent);
        p.AddAll(tree, v, 0, Version, Opcode);
        if (opcode == Advertise)
        {
            p.AddRows(tree, v, 2, Advertisement);
        }
        else if (opcode < Advertise)
        {
            p.Add(tree, State, v, 2);
            AddTime(p, v, tree, HelloTime, 3, 3);
            AddTime(p, v, tree, HoldTime, 4, 10);
            p.AddRows(tree, v, 5, Rest);
            AddPassword(p, v, tree, Password, 8);
            p.Add(tree, VirtualIp, v, 16);
        }
        else
        {
            p.CallData(v.From(2), tree);
        }
    }

    static void DissectVersion2(Packet p, in View v, Node parent)
    {
        p.SetProtocol("HSRPv2");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        for (int at = 0; v.ReportedFrom(at) > 0;)
        {
            int type = v.U8(at), length = v.U8(at + 1), value = at + 2;
            var (field, name) = type switch
            {
                GroupState => (GroupStateTlv, "Group State"),
                InterfaceState => (InterfaceStateTlv, "Interface State"),
                TextAuthentication => (TextTlv, "Text Authentication"),
                Md5Authentication => (Md5Tlv, "MD5 Authentication"),
                _ => (null, "Unknown"),
            };
            if (field is null)
            {
                p.CallData(v.From(at), tree);
                return;
            }

            var tlv = p.AddUInt(tree, field, v, at, length + 2, (ulong)type);

            // tshark counts the head of this one TLV, too.
            p.Label(tlv, $"{name} TLV: Type={type} Len={(type == InterfaceState ? length + 2 : length)}");
            switch (type)
            {
                case GroupState:
                    p.Info.Set($"{Opcodes2.FindOr(v.U8(value + 1), "Unknown")} (state {States2.FindOr(v.U8(value + 2), "Unknown")})");
                    int times = p.AddRows(tlv, v, value, Group);
                    AddTime(p, v, tlv, HelloTime2, times, 3000);
                    AddTime(p, v, tlv, HoldTime2, times + 4, 10000);
                    p.Add(tlv, v.U8(value + 3) == 6 ? VirtualIpV6 : VirtualIp2, v, times + 8);
                    break;
                case InterfaceState:
                    p.Info.Set($"Interface State TLV (Act={v.U16(value)} Pass={v.U16(value + 2)})");
                    p.AddRows(tlv, v, value, Interface);
                    break;
                case TextAuthentication:
                    AddPassword(p, v, tlv, Password2, value);
                    break;
                default:
                    p.AddRows(tlv, v, value, Md5);
                    break;
            }

            at = value + length;
        }
    }

    static void AddTime(Packet p, in View v, Node tree, Field field, int at, uint @default)
    {
        ulong value = v.UInt(at, field.Size);
        p.Label(p.Add(tree, field, v, at), $"{field.Label}: {(value == @default ? "Default" : "Non-Default")} ({value})");
    }

    static void AddPassword(Packet p, in View v, Node tree, Field field, int at)
    {
        var bytes = v.Span(at, 8);
        int end = bytes.IndexOf((byte)0);
        var text = end < 0 ? bytes : bytes[..end];
        if (text.IsEmpty)
        {
            p.Label(p.AddString(tree, field, v, at, 8, ""u8), $"Authentication Data: Non-Default ()");
            return;
        }

        p.Label(p.Add(tree, field, v, at, 8), $"Authentication Data: {(text.SequenceEqual("cisco"u8) ? "Default" : "Non-Default")} ({text})");
    }
}
