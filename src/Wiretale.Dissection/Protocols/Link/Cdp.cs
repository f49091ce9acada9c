using System.Buffers.Binary;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Dissection.Protocols.Internet.Isis;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: Cisco's "Frame Formats" (CDP version 1 and 2); SNAP 00-00-0C/2000.
//
//   +---------+-----+----------+----------+----------+-------
//   | version | TTL | checksum | type (2) | length (2, with type and length) | value, again and again
//   +---------+-----+----------+----------+----------+-------

/// <summary>Cisco Discovery Protocol.</summary>
public sealed class Cdp() : Dissector("cdp")
{
    static readonly Protocol P = new("Cisco Discovery Protocol", "CDP", "cdp");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0x1, "Device ID"), (0x2, "Addresses"), (0x3, "Port ID"), (0x4, "Capabilities"), (0x5, "Software version"), (0x6, "Platform"),
        (0x7, "IP Prefix/Gateway (used for ODR)"), (0x8, "Protocol Hello"), (0x9, "VTP Management Domain"), (0xa, "Native VLAN"), (0xb, "Duplex"), (0xe, "VoIP VLAN Reply"),
        (0xf, "VoIP VLAN Query"), (0x10, "Power consumption"), (0x11, "MTU"), (0x12, "Trust Bitmap"), (0x13, "Untrusted Port CoS"), (0x14, "System Name"),
        (0x15, "System Object ID"), (0x16, "Management Address"), (0x17, "Location"), (0x18, "External Port-ID"), (0x19, "Power Requested"), (0x1a, "Power Available"),
        (0x1b, "Port Unidirectional"), (0x1d, "EnergyWise"), (0x1f, "Spare PoE"), (0x1000, "BSSID"), (0x1001, "Serial number"), (0x1002, "SSID"), (0x1003, "Radio1 channel"),
        (0x1006, "SNMP UDP port"), (0x1007, "Web TCP port"), (0x1008, "Source MAC address"), (0x1009, "Radio2 channel"), (0x100a, "Radio1 Operating mode"),
        (0x100b, "Radio2 Operating mode"), (0x100c, "Radio1 Radio mode"), (0x100d, "Radio2 Radio mode")]);
    static readonly Field Version = P.UInt8("cdp.version", "Version");
    static readonly Field Ttl = P.UInt8("cdp.ttl", "TTL");
    static readonly Field Checksum = P.UInt16("cdp.checksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("cdp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Expert BadChecksum = P.Expert("cdp.bad_checksum", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    static readonly Expert InvalidData = P.Expert("cdp.invalid_data", Severity.Warning, ExpertGroup.Malformed, "Invalid bytes at end");
    static readonly Field Type = P.UInt16("cdp.tlv.type", "Type", FieldBase.Hex, Types);
    static readonly Field Length = P.UInt16("cdp.tlv.len", "Length");
    static readonly Field DeviceId = P.String("cdp.deviceid", "Device ID");
    static readonly Field Platform = P.String("cdp.platform", "Platform");
    static readonly Field PortId = P.String("cdp.portid", "Sent through Interface");
    static readonly Layout Capabilities = new(P.UInt32("cdp.capabilities", "Capabilities", FieldBase.Hex).Bits(
        Capability("router", "Router", 0), Capability("trans_bridge", "Transparent Bridge", 1), Capability("src_bridge", "Source Route Bridge", 2), Capability("switch", "Switch", 3),
        Capability("host", "Host", 4), Capability("igmp_capable", "IGMP capable", 5), Capability("repeater", "Repeater", 6), Capability("voip_phone", "VoIP Phone", 7),
        Capability("remote", "Remotely Managed Device", 8), Capability("cvta", "CVTA/STP Dispute Resolution/Cisco VT Camera", 9), Capability("mac_relay", "Two Port Mac Relay", 10)));
    static readonly Field AddressCount = P.UInt32("cdp.number_of_addresses", "Number of addresses");
    static readonly Field ProtocolType = P.UInt8("cdp.protocol_type", "Protocol type", FieldBase.Hex, ValueNames.Of(() => [(0x1, "NLPID"), (0x2, "802.2")]));
    static readonly Field ProtocolLength = P.UInt8("cdp.protocol_length", "Protocol length");
    static readonly Field ProtocolBytes = P.Bytes("cdp.protocol", "Protocol");
    static readonly Field AddressLength = P.UInt16("cdp.address_length", "Address length");
    static readonly Field AddressBytes = P.Bytes("cdp.address", "Address");
    static readonly Field IPv4Address = P.IPv4("cdp.nrgyz.ip_address", "IP Address");
    static readonly Field IPv6Address = P.IPv6("cdp.nrgyz.ipv6_address", "IPv6 Address");
    static readonly Field Gateway = P.IPv4("cdp.odr_default_gateway", "ODR Default gateway");
    static readonly Field Prefix = P.IPv4("cdp.ip_prefix", "IP Prefix");
    static readonly Field Oui = P.UInt24("cdp.oui", "OUI", FieldBase.Oui);
    static readonly ValueNames HelloProtocols = ValueNames.Of(() => [(0x112, "Cluster Management")]);
    static readonly Field HelloProtocol = P.UInt16("cdp.protocol_id", "Protocol ID", FieldBase.Hex, HelloProtocols);
    static readonly Field Unknown = P.UInt8("cdp.cluster.unknown", "UNKNOWN", FieldBase.Hex);
    static readonly Layout Cluster = new(
        P.IPv4("cdp.cluster.master_ip", "Cluster Master IP"), P.IPv4("cdp.cluster.ip", "IP?"), P.UInt8("cdp.cluster.version", "Version?", FieldBase.Hex),
        P.UInt8("cdp.cluster.sub_version", "Sub Version?", FieldBase.Hex), P.UInt8("cdp.cluster.status", "Status?", FieldBase.Hex), Unknown,
        P.Ether("cdp.cluster.commander_mac", "Cluster Commander MAC"), P.Ether("cdp.cluster.switch_mac", "Switch's MAC"), Unknown,
        P.UInt16("cdp.cluster.management_vlan", "Management VLAN"));
    static readonly Field HelloUnknown = P.Bytes("cdp.hello.unknown", "Unknown");
    static readonly Field VtpDomain = P.String("cdp.vtp_management_domain", "VTP Management Domain");
    static readonly Field NativeVlan = P.UInt16("cdp.native_vlan", "Native VLAN");
    static readonly Field Duplex = P.Flag("cdp.duplex", "Duplex", names: ValueNames.Flag("Full", "Half"));
    static readonly Field Data = P.Bytes("cdp.data", "Data");
    static readonly Field VoiceVlan = P.UInt16("cdp.voice_vlan", "Voice VLAN");
    static readonly Field PowerConsumption = P.UInt16("cdp.power_consumption", "Power Consumption");
    static readonly Field Mtu = P.UInt32("cdp.mtu", "MTU");
    static readonly Field TrustBitmap = P.UInt8("cdp.trust_bitmap", "Trust Bitmap", FieldBase.Hex);
    static readonly Field UntrustedCos = P.UInt8("cdp.untrusted_port_cos", "Untrusted port CoS", FieldBase.Hex);
    static readonly Field SystemName = P.String("cdp.system_name", "System Name");
    static readonly Field SystemObject = P.Bytes("cdp.system_object_identifier", "System Object Identifier");
    static readonly Field LocationUnknown = P.UInt8("cdp.location.unknown", "UNKNOWN", FieldBase.Hex);
    static readonly Field Location = P.String("cdp.location", "Location");
    static readonly Field RequestId = P.UInt16("cdp.request_id", "Request-ID");
    static readonly Field ManagementId = P.UInt16("cdp.management_id", "Management-ID");
    static readonly Field PowerRequested = P.UInt32("cdp.power_requested", "Power Requested");
    static readonly Field PowerAvailable = P.UInt32("cdp.power_available", "Power Available");
    static readonly Field SoftwareVersion = P.StringZ("cdp.software_version", "Software version");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Llc.CiscoPids, 0x2000);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("CDP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.Add(tree, Version, v, 0);
        var ttl = p.Add(tree, Ttl, v, 1);
        p.AppendLabel(ttl, " seconds");
        AddChecksum(p, v, tree);
        int at = 4;
        while (v.ReportedFrom(at) > 0)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            if (length < 4)
            {
                var bad = p.AddText(tree, v, at, 4, $"TLV with invalid length {length} (< 4)");
                p.Add(bad, Type, v, at);
                p.Add(bad, Length, v, at + 2);
                at += 4;
                break;
            }

            at += AddTlv(p, v, tree, at, type, length);
        }

        if (v.ReportedFrom(at) > 0)
        {
            p.CallData(v.From(at), tree);
        }

        return Math.Max(1, v.Reported);
    }

    static Field Capability(string name, string label, int bit) => P.Flag($"cdp.capabilities.{name}", label, 32, 1ul << bit, ValueNames.YesNo);

    static void AddChecksum(Packet p, in View v, Node tree)
    {
        var node = p.Add(tree, Checksum, v, 2);
        if (v.Captured < v.Reported || !p.WantsFields)
        {
            p.AppendLabel(node, " [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 2, ChecksumStates.Unverified));
            return;
        }

        // An odd last byte counts as a signed number, and a negative one as one less: the first routers' mistake, which is the format now.
        ulong sum = InternetChecksum.Add(0, v.Span(0, v.Reported & ~1));
        if ((v.Reported & 1) != 0)
        {
            Span<byte> last = stackalloc byte[2];
            byte b = v.U8(v.Reported - 1);
            BinaryPrimitives.WriteUInt16BigEndian(last, b >= 0x80 ? (ushort)(0xff00 + b - 1) : b);
            sum = InternetChecksum.Add(sum, last);
        }

        ushort result = InternetChecksum.Finish(sum), sent = v.U16(2);
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 2, ChecksumStates.Good));
            return;
        }

        int should = sent + result;
        should = (should & 0xffff) + (should >> 16);
        p.AppendLabel(node, $" incorrect, should be 0x{should:x4}");
        p.Expert(node, BadChecksum, v, 2, 2, $"Bad checksum [should be 0x{should:x4}]");
        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 2, ChecksumStates.Bad));
    }

    static int AddTlv(Packet p, in View v, Node parent, int start, int type, int length)
    {
        int at = start + 4, size = length - 4;
        Node tree;
        switch (type)
        {
            case 0x1:
                tree = Text(p, v, parent, start, length, "Device ID", DeviceId);
                AppendInfo(p, v, at, size, "Device ID");
                break;
            case 0x3:
                // Some versions do not count type and length: then what follows is not the next type's upper byte.
                if (v.ReportedFrom(start + length) > 0 && v.U8(start + length) != 0)
                {
                    length = size + 7;
                    size = length - 4;
                }

                tree = Text(p, v, parent, start, length, "Port ID", PortId);
                AppendInfo(p, v, at, size, "Port ID");
                break;
            case 0x2 or 0x16:
                tree = Head(p, v, parent, start, length, type == 2 ? "Addresses" : "Management Addresses");
                AddAddresses(p, v, tree, at, size);
                break;
            case 0x4:
                tree = Head(p, v, parent, start, length, "Capabilities");
                p.AddRows(tree, v, at, Capabilities);
                break;
            case 0x5:
                tree = Head(p, v, parent, start, length, "Software Version");
                AddLines(p, v.Part(at, size), tree);
                break;
            case 0x6:
                tree = Text(p, v, parent, start, length, "Platform", Platform);
                break;
            case 0x7:
                AddPrefixes(p, v, parent, start, length);
                break;
            case 0x8:
                AddHello(p, v, parent, start, length);
                break;
            case 0x9:
                tree = Text(p, v, parent, start, length, "VTP Management Domain", VtpDomain);
                break;
            case 0xa:
                tree = Head(p, v, parent, start, length, $"Native VLAN: {v.U16(at)}");
                p.Add(tree, NativeVlan, v, at);
                break;
            case 0xb:
                tree = Head(p, v, parent, start, length, $"Duplex: {(v.U8(at) != 0 ? "Full" : "Half")}");
                p.Add(tree, Duplex, v, at);
                break;
            case 0xe or 0xf:
                AddVoiceVlan(p, v, parent, start, length, type == 0xe ? "VoIP VLAN Reply" : "VoIP VLAN Query");
                break;
            case 0x10:
                tree = Head(p, v, parent, start, length, $"Power Consumption: {v.U16(at)} mW");
                p.AppendLabel(p.Add(tree, PowerConsumption, v, at), "mW");
                break;
            case 0x11:
                tree = Head(p, v, parent, start, length, $"MTU: {v.U32(at)}");
                p.Add(tree, Mtu, v, at);
                break;
            case 0x12:
                tree = Head(p, v, parent, start, length, $"Trust Bitmap: 0x{v.U8(at):x2}");
                p.Add(tree, TrustBitmap, v, at);
                break;
            case 0x13:
                tree = Head(p, v, parent, start, length, $"Untrusted port CoS: 0x{v.U8(at):x2}");
                p.Add(tree, UntrustedCos, v, at);
                break;
            case 0x14:
                tree = Text(p, v, parent, start, length, "System Name", SystemName);
                break;
            case 0x15:
                tree = Head(p, v, parent, start, length, "System Object Identifier");
                p.Add(tree, SystemObject, v, at, size);
                break;
            case 0x17:
                p.Scratch.Clear();
                FieldFormat.Escaped(p.Scratch, v.Span(at + 1, Math.Max(0, size - 1)));
                tree = p.AddText(parent, v, start, length, $"Location: {p.Scratch.Bytes}");
                AddHead(p, v, tree, start);
                p.Add(tree, LocationUnknown, v, at);
                p.Add(tree, Location, v, at + 1, Math.Max(0, size - 1));
                break;
            case 0x19 or 0x1a:
                AddPower(p, v, parent, start, length, type == 0x19);
                break;
            case >= 0x1000 when WirelessLabel(type) is { } label:
                tree = Text(p, v, parent, start, length, label, Platform);
                break;
            default:
                tree = p.AddText(parent, v, start, length, $"Type: {Types.FindOr((ulong)type, $"Unknown (0x{type:x4})")}, length: {length}");
                AddHead(p, v, tree, start);
                if (size > 0)
                {
                    p.Add(tree, Data, v, at, size);
                }

                break;
        }

        return length;
    }

    /// <summary>What access points of others say of themselves, all of it text.</summary>
    static string? WirelessLabel(int type) => type switch
    {
        0x1000 => "BSSID",
        0x1001 => "Serial",
        0x1002 => "SSID",
        0x1003 => "Radio 1 channel",
        0x1006 => "SNMP port",
        0x1007 => "Web mgmt port",
        0x1008 => "Source MAC",
        0x1009 => "Radio 2 channel",
        0x100a => "Radio 1 operating mode",
        0x100b => "Radio 2 operating mode",
        0x100c => "Radio 1 radio mode",
        0x100d => "Radio 2 radio mode",
        _ => null,
    };

    static void AddHead(Packet p, in View v, Node tree, int start)
    {
        p.Add(tree, Type, v, start);
        p.Add(tree, Length, v, start + 2);
    }

    static Node Head(Packet p, in View v, Node parent, int start, int length, string label)
    {
        v.Ensure(start, length);
        var tree = p.AddText(parent, v, start, length, label);
        AddHead(p, v, tree, start);
        return tree;
    }

    static Node Text(Packet p, in View v, Node parent, int start, int length, string label, Field field)
    {
        p.Scratch.Clear();
        FieldFormat.Escaped(p.Scratch, FieldFormat.TextOf(v.Span(start + 4, length - 4)));
        var tree = p.AddText(parent, v, start, length, $"{label}: {p.Scratch.Bytes}");
        AddHead(p, v, tree, start);
        p.Add(tree, field, v, start + 4, length - 4);
        return tree;
    }

    static void AppendInfo(Packet p, in View v, int at, int size, string label)
    {
        p.Scratch.Clear();
        FieldFormat.Escaped(p.Scratch, FieldFormat.TextOf(v.Span(at, size)));
        p.Info.Append($"{label}: {p.Scratch.Bytes}  ");
    }

    /// <summary>A text of several lines, each an item.</summary>
    static void AddLines(Packet p, in View v, Node tree)
    {
        int at = 0;
        while (v.ReportedFrom(at) > 0)
        {
            int end = v.LineEnd(at, out int next);
            if (end < 0)
            {
                end = next = v.Captured;
            }

            p.Add(tree, SoftwareVersion, v, at, end - at);
            at = Math.Max(next, at + 1);
        }
    }

    static void AddAddresses(Packet p, in View v, Node tree, int at, int size)
    {
        int end = at + size;
        uint count = v.U32(at);
        p.Add(tree, AddressCount, v, at);
        at += 4;
        for (uint i = 0; i < count && at + 2 <= end; i++)
        {
            int start = at, type = v.U8(at), protocolLength = v.U8(at + 1), addressLength = v.U16(at + 2 + protocolLength), address = at + 4 + protocolLength;
            bool isIPv4 = type == 1 && protocolLength == 1 && v.U8(at + 2) == 0xcc && addressLength == 4;
            bool isIPv6 = type == 2 && protocolLength == 8 && v.U64(at + 2) == 0xaaaa0300000086dd && addressLength == 16;
            v.Ensure(address, addressLength);
            var node = p.AddText(tree, v, start, address + addressLength - start, "");
            p.Add(node, ProtocolType, v, at);
            p.Add(node, ProtocolLength, v, at + 1);
            var protocol = p.Add(node, ProtocolBytes, v, at + 2, protocolLength);
            p.Add(node, AddressLength, v, at + 2 + protocolLength);
            if (isIPv4)
            {
                p.Label(protocol, $"Protocol: IP");
                p.Label(node, $"IP address: {Address.IPv4(v.U32(address))}");
                p.Add(node, IPv4Address, v, address);
            }
            else if (isIPv6)
            {
                p.Label(protocol, $"Protocol: IPv6");
                p.Label(node, $"IPv6 address: {Address.IPv6(v.Span(address, 16))}");
                p.Add(node, IPv6Address, v, address);
            }
            else
            {
                if (type == 1 && protocolLength == 1 && Osi.Names.Find(v.U8(at + 2)) is { } name)
                {
                    p.Label(protocol, $"Protocol: {name}");
                }

                p.Scratch.Clear();
                p.Scratch.AppendHex(v.Span(address, addressLength));
                p.Label(node, $"Address: {p.Scratch.Bytes}");
                p.Add(node, AddressBytes, v, address, addressLength);
            }

            at = address + addressLength;
        }
    }

    static void AddPrefixes(Packet p, in View v, Node parent, int start, int length)
    {
        int at = start + 4;
        if (length == 8)
        {
            var gateway = p.AddText(parent, v, start, length, $"ODR Default gateway: {Address.IPv4(v.U32(at))}");
            AddHead(p, v, gateway, start);
            p.Add(gateway, Gateway, v, at);
            return;
        }

        var tree = Head(p, v, parent, start, length, $"IP Prefixes: {(length - 4) / 5}");
        for (; at + 5 <= start + length; at += 5)
        {
            var node = p.AddAddress(tree, Prefix, v, at, 5, Address.IPv4(v.U32(at)));
            p.AppendLabel(node, $"/{v.U8(at + 4)}");
        }
    }

    static void AddHello(Packet p, in View v, Node parent, int start, int length)
    {
        int protocol = v.U16(start + 7);
        var tree = Head(p, v, parent, start, length, HelloProtocols.Find((ulong)protocol) is { } name ? $"Protocol Hello: {name}" : $"Protocol Hello: Unknown (0x{protocol:x4})");
        p.Add(tree, Oui, v, start + 4);
        p.Add(tree, HelloProtocol, v, start + 7);
        if (protocol == 0x112)
        {
            p.AddRows(tree, v, start + 9, Cluster);
        }
        else
        {
            p.Add(tree, HelloUnknown, v, start + 9, Math.Max(0, length - 9));
        }
    }

    static void AddVoiceVlan(Packet p, in View v, Node parent, int start, int length, string label)
    {
        bool isLong = length > 6;
        int vlan = isLong ? start + 5 : start + 4;
        var tree = length >= 6 ? Head(p, v, parent, start, length, $"{label}: VLAN {v.U16(vlan)}") : Head(p, v, parent, start, length, label);
        if (isLong)
        {
            p.Add(tree, Data, v, start + 4, 1);
        }

        if (length >= 6)
        {
            p.Add(tree, VoiceVlan, v, vlan);
        }
    }

    static void AddPower(Packet p, in View v, Node parent, int start, int length, bool isRequest)
    {
        v.Ensure(start, length);
        var tree = p.AddText(parent, v, start, length, isRequest ? "Power Request: " : "Power Available: ");
        AddHead(p, v, tree, start);
        if (length < 8)
        {
            return;
        }

        p.Add(tree, RequestId, v, start + 4);
        p.Add(tree, ManagementId, v, start + 6);
        for (int at = start + 8; at + 4 <= start + length; at += 4)
        {
            p.AppendLabel(p.Add(tree, isRequest ? PowerRequested : PowerAvailable, v, at), "mW");
            p.AppendLabel(tree, $"{(at > start + 8 ? ", " : "")}{v.U32(at)} mW");
        }
    }
}
