using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dhcp;

/// <summary>What a relay agent adds to a client's message: RFC 3046 and the suboptions of the IANA list "DHCP Relay Agent Sub-Option Codes".</summary>
sealed class DhcpRelayAgent
{
    enum Kind : byte
    {
        Unknown, Bytes, Address, Text, Number,
    }

    readonly record struct Row(byte Code, Kind Kind, Field Field);

    static readonly ValueNames Names = ValueNames.Of(() => [
        (0, "Padding"), (1, "Agent Circuit ID"), (2, "Agent Remote ID"), (3, "Reserved"), (4, "DOCSIS Device Class"), (5, "Link selection"), (6, "Subscriber ID"),
        (7, "RADIUS Attributes"), (8, "Authentication"), (9, "Vendor-Specific Information"), (10, "Flags"), (11, "Server ID Override"),
        (12, "Relay Agent Identifier"), (13, "Access Technology Type"), (14, "Access Network Name"), (15, "Access Point Name"), (16, "Access Point BSSID"),
        (17, "Access Network Operator ID"), (18, "Access Network Operator Realm"), (19, "Source Port"), (150, "Link selection (Cisco proprietary)"),
        (151, "VRF name/VPN ID"), (152, "Server ID Override (Cisco proprietary)")]);

    readonly Row[] byCode = new Row[256];
    readonly Field suboption, length, value, enterprise, dataLength;
    readonly Expert missingLength, missingValue;

    /// <summary>Declares the suboptions' fields.</summary>
    public DhcpRelayAgent(Protocol P, Field length, Expert missingLength, Expert missingValue)
    {
        (this.length, this.missingLength, this.missingValue) = (length, missingLength, missingValue);
        suboption = P.UInt8("dhcp.option.agent_information_option.suboption", "Option 82 Suboption", names: Names);
        value = P.Bytes("dhcp.option.agent_information_option.value", "Value");
        enterprise = P.UInt32("dhcp.option.agent_information_option.vi.enterprise", "Enterprise", names: DhcpEnterprises.Names);
        dataLength = P.UInt8("dhcp.option.agent_information_option.vi.data_length", "Data Length");
        foreach (var row in (ReadOnlySpan<Row>)
        [
            new(1, Kind.Bytes, P.Bytes("dhcp.option.agent_information_option.agent_circuit_id", "Agent Circuit ID")),
            new(2, Kind.Bytes, P.Bytes("dhcp.option.agent_information_option.agent_remote_id", "Agent Remote ID")),
            new(3, Kind.Bytes, P.Bytes("dhcp.option.agent_information_option.reserved", "Reserved")),
            new(5, Kind.Address, P.IPv4("dhcp.option.agent_information_option.link_selection", "Link selection")),
            new(6, Kind.Text, P.StringZ("dhcp.option.agent_information_option.subscriber_id", "Subscriber ID")),
            new(7, Kind.Bytes, P.Bytes("dhcp.option.agent_information_option.radius_attributes", "RADIUS Attributes")),
            new(8, Kind.Bytes, P.Bytes("dhcp.option.agent_information_option.authentication", "Authentication")),
            new(10, Kind.Number, P.UInt8("dhcp.option.agent_information_option.flags", "Flags", FieldBase.Hex)),
            new(11, Kind.Address, P.IPv4("dhcp.option.agent_information_option.server_id_override", "Server ID Override")),
            new(12, Kind.Bytes, P.Bytes("dhcp.option.agent_information_option.relay_agent_id", "Relay Agent Identifier")),
            new(14, Kind.Text, P.String("dhcp.option.agent_information_option.ani_network_name", "Access Network Name")),
            new(15, Kind.Text, P.String("dhcp.option.agent_information_option.ani_ap_name", "Access Point Name")),
            new(16, Kind.Number, P.Ether("dhcp.option.agent_information_option.ani_ap_bssid", "Access Point BSSID")),
            new(17, Kind.Bytes, P.Bytes("dhcp.option.agent_information_option.ani_operator_id", "Access Network Operator ID")),
            new(18, Kind.Text, P.String("dhcp.option.agent_information_option.ani_operator_realm", "Access Network Operator Realm")),
            new(150, Kind.Address, P.IPv4("dhcp.option.agent_information_option.link_selection_cisco", "Link selection (Cisco proprietary)")),
            new(152, Kind.Address, P.IPv4("dhcp.option.agent_information_option.server_id_override_cisco", "Server ID Override (Cisco proprietary)")),
        ])
        {
            byCode[row.Code] = row;
        }
    }

    /// <summary>Adds the suboptions.</summary>
    public void Add(Packet p, in View v, Node node, int at, int size)
    {
        for (int last = at + size; at < last;)
        {
            byte code = v.U8(at);
            if (last - at < 2)
            {
                p.Expert(node, missingLength, v, at, 1, $"Suboption {code}: no room left in option for suboption length");
                return;
            }

            int bytes = v.U8(at + 1);
            var item = p.AddUInt(node, suboption, v, at, Math.Min(bytes + 2, last - at), code);
            p.Label(item, $"Option 82 Suboption: ({code}) {Names.FindOr(code, "Unknown")}");
            p.Add(item, length, v, at + 1);
            at += 2;
            if (bytes > last - at)
            {
                p.Expert(item, missingValue, v, at - 2, 1, $"Suboption {code}: no room left in option for suboption value");
                return;
            }

            Value(p, v, item, byCode[code], code, at, bytes);
            at += bytes;
        }
    }

    void Value(Packet p, in View v, Node item, Row row, byte code, int at, int size)
    {
        if (size > 0 && row.Kind != Kind.Unknown)
        {
            p.Hidden(p.Add(item, value, v, at, size));
        }

        switch (row.Kind)
        {
            case Kind.Address when size == 4:
                p.AppendLabel(item, $" ({Address.IPv4(v.U32(at))})");
                p.Add(item, row.Field, v, at);
                break;
            case Kind.Number when size == row.Field.Type.Size():
                p.Add(item, row.Field, v, at);
                break;
            case Kind.Text:
                p.AddString(item, row.Field, v, at, size, TextEncoding.Ascii);
                break;
            case Kind.Bytes:
                p.Add(item, row.Field, v, at, size);
                break;
            case Kind.Unknown when code == 9:
                Vendors(p, v, item, at, size);
                break;
            default:
                p.Add(item, value, v, at, size);
                break;
        }
    }

    /// <summary>RFC 4243.</summary>
    void Vendors(Packet p, in View v, Node item, int at, int size)
    {
        for (int last = at + size; last - at >= 5;)
        {
            int count = Math.Min(v.U8(at + 4), last - at - 5);
            p.Add(p.Add(item, enterprise, v, at), dataLength, v, at + 4);
            p.Add(item, value, v, at + 5, count);
            at += 5 + count;
        }
    }
}
