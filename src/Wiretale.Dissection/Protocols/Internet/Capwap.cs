using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 5415 section 4 (headers), 4.5 and 4.6 (control messages), RFC 5416 section 2.2 (what IEEE 802.11 adds).
//
//   0         1             4             6                 8
//   +---------+-------------+-------------+-----------------+--------------------+---------------------+-----------
//   | version | length, ids | fragment id | fragment offset | (radio's MAC)      | (wireless facts)    | frame or
//   | type    | flags       |             |                 |                    |                     | message
//   +---------+-------------+-------------+-----------------+--------------------+---------------------+-----------
//
// Type 1 means that DTLS follows after four bytes.

/// <summary>CAPWAP: a wireless access point and its controller; control messages.</summary>
public sealed class Capwap() : Dissector("capwap")
{
    const int ControlPort = 5246, DataPort = 5247;
    const int Native = 0x100, Fragment = 0x80, Wireless = 0x20, RadioMac = 0x10, KeepAlive = 0x08;

    static readonly Protocol P = new("Control And Provisioning of Wireless Access Points - Control", "CAPWAP-CONTROL", "capwap");
    static readonly Field Preamble = P.Label("capwap.preamble", "Preamble");
    static readonly Field Version = P.UInt8("capwap.preamble.version", "Version", mask: 0xf0);
    static readonly Field Type = P.UInt8("capwap.preamble.type", "Type", FieldBase.Dec, ValueNames.Of(() => [(0, "CAPWAP Header"), (1, "CAPWAP DTLS Header")]), mask: 0xf);
    static readonly Field Reserved = P.UInt24("capwap.preamble.reserved", "Reserved");
    static readonly Field Header = P.Label("capwap.header", "Header");
    static readonly Field HeaderLength = P.UInt24("capwap.header.length", "Header Length", mask: 0xf80000);
    static readonly Field Radio = P.UInt24("capwap.header.rid", "Radio ID", mask: 0x7c000);
    static readonly Field Binding = P.UInt24("capwap.header.wbid", "Wireless Binding ID", FieldBase.Dec, ValueNames.Of(() => [(0, "Reserved"), (1, "IEEE 802.11"), (2, "IEEE 802.16"), (3, "EPCGlobal")]), mask: 0x3e00);
    static readonly Field Flags = P.UInt24("capwap.header.flags", "Header Flags", FieldBase.Hex, mask: 0x1ff);
    static readonly Field[] FlagBits =
    [
        P.Flag("capwap.header.flags.t", "Payload Type", 24, 0x100, ValueNames.Flag("Native frame format (see Wireless Binding ID field)", "IEEE 802.3 frame")),
        P.Flag("capwap.header.flags.f", "Fragment", 24, 0x80, ValueNames.Flag("Fragmented", "Don't Fragment")),
        P.Flag("capwap.header.flags.l", "Last Fragment", 24, 0x40, ValueNames.Flag("This is the last fragment", "More fragments follow")),
        P.Flag("capwap.header.flags.w", "Wireless header", 24, 0x20, ValueNames.Flag("Wireless Specific Information is present", "No Wireless Specific Information")),
        P.Flag("capwap.header.flags.m", "Radio MAC header", 24, 0x10, ValueNames.Flag("Radio MAC Address is present", "No Radio MAC Address")),
        P.Flag("capwap.header.flags.k", "Keep-Alive", 24, 0x8, ValueNames.Flag("Keep-Alive Packet", "No Keep-Alive")),
        P.UInt24("capwap.header.flags.r", "Reserved", FieldBase.Hex, mask: 0x7),
    ];

    static readonly Field FragmentId = P.UInt16("capwap.header.fragment.id", "Fragment ID");
    static readonly Field FragmentOffset = P.UInt16("capwap.header.fragment.offset", "Fragment Offset", mask: 0xfff8);
    static readonly Field FragmentReserved = P.UInt16("capwap.header.fragment.reserved", "Reserved", mask: 0x7);
    static readonly Field MacLength = P.UInt8("capwap.header.mac.length", "MAC length");
    static readonly Field Mac = P.Ether("capwap.header.mac.eui48", "MAC address");
    static readonly Field MacLong = P.Field(FieldType.Eui64, "capwap.header.mac.eui64", "MAC address");
    static readonly Field MacOther = P.Bytes("capwap.header.mac.data", "MAC address");
    static readonly Field WirelessLength = P.UInt8("capwap.header.wireless.length", "Wireless length");
    static readonly Field WirelessData = P.Bytes("capwap.header.wireless.data", "Wireless data");
    static readonly Field FrameInfo = P.Bytes("capwap.header.wireless.data.ieee80211.fi", "Wireless data ieee80211 Frame Info");
    static readonly Field SignalStrength = P.Field(FieldType.Int8, "capwap.header.wireless.data.ieee80211.fi.rssi", "Wireless data ieee80211 RSSI (dBm)", FieldBase.Dec);
    static readonly Field SignalRatio = P.UInt8("capwap.header.wireless.data.ieee80211.fi.snr", "Wireless data ieee80211 SNR (dB)");
    static readonly Field DataRate = P.UInt16("capwap.header.wireless.data.ieee80211.fi.data_rate", "Wireless data ieee80211 Data Rate (Mbps)");
    static readonly Field Padding = P.Bytes("capwap.header.padding", "Padding for 4 Byte Alignment");
    static readonly Field ControlHeader = P.Label("capwap.control.header", "Control Header");
    static readonly Field MessageType = P.UInt32("capwap.control.header.message_type", "Message Type");
    static readonly Field Enterprise = P.UInt24("capwap.control.header.message_type.enterprise_number", "Message Type (Enterprise Number)", FieldBase.Custom);
    static readonly ValueNames MessageNames = ValueNames.Of(() => [
        (1, "Discovery Request"), (2, "Discovery Response"), (3, "Join Request"), (4, "Join Response"), (5, "Configuration Status Request"),
        (6, "Configuration Status Response"), (7, "Configuration Update Request"), (8, "Configuration Update Response"),
        (9, "WTP Event Request"), (10, "WTP Event Response"), (11, "Change State Request"), (12, "Change State Response"),
        (13, "Echo Request"), (14, "Echo Response"), (15, "Image Data Request"), (16, "Image Data Response"), (17, "Reset Request"),
        (18, "Reset Response"), (19, "Primary Discovery Request"), (20, "Primary Discovery Response"), (21, "Data Transfer Request"),
        (22, "Data Transfer Response"), (23, "Clear Configuration Request"), (24, "Clear Configuration Response"),
        (25, "Station Configuration Request"), (26, "Station Configuration Response"), (3398913, "IEEE 802.11 WLAN Configuration Request"),
        (3398914, "IEEE 802.11 WLAN Configuration Response")]);
    static readonly Field EnterpriseType = P.UInt32("capwap.control.header.message_type.enterprise_specific", "Message Type (Enterprise Specific)", FieldBase.Dec, MessageNames);
    static readonly Field Sequence = P.UInt8("capwap.control.header.sequence_number", "Sequence Number");
    static readonly Field ElementsLength = P.UInt16("capwap.control.header.message_element_length", "Message Element Length");
    static readonly Field ControlFlags = P.UInt8("capwap.control.header.flags", "Flags");
    static readonly Field Element = P.Label("capwap.message_element", "Message Element");
    static readonly ValueNames ElementNames = ValueNames.Of(() => [
        (1, "AC Descriptor"), (2, "AC IPv4 List"), (3, "AC IPv6 List"), (4, "AC Name"), (5, "AC Name With Priority"), (6, "AC Timestamp"),
        (7, "Add MAC ACL Entry"), (8, "Add Station"), (9, "Reserved"), (10, "CAPWAP Control IPv4 Address"),
        (11, "CAPWAP Control IPv6 Address"), (12, "CAPWAP Timers"), (13, "Data Transfer Data"), (14, "Data Transfer Mode"),
        (15, "Decryption Error Report"), (16, "Decryption Error Report Period"), (17, "Delete MAC ACL Entry"), (18, "Delete Station"),
        (19, "Reserved"), (20, "Discovery Type"), (21, "Duplicate IPv4 Address"), (22, "Duplicate IPv6 Address"), (23, "Idle Timeout"),
        (24, "Image Data"), (25, "Image Identifier"), (26, "Image Information"), (27, "Initiate Download"), (28, "Location Data"),
        (29, "Maximum Message Length"), (30, "CAPWAP Local IPv4 Address"), (31, "Radio Administrative State "),
        (32, "Radio Operational State"), (33, "Result Code"), (34, "Returned Message Element"), (35, "Session ID"),
        (36, "Statistics Timer"), (37, "Vendor Specific Payload"), (38, "WTP Board Data"), (39, "WTP Descriptor"), (40, "WTP Fallback "),
        (41, "WTP Frame Tunnel Mode "), (42, "Reserved"), (43, "Reserved"), (44, "WTP MAC Type"), (45, "WTP Name"), (46, "Unused/Reserved"),
        (47, "WTP Radio Statistics"), (48, "WTP Reboot Statistics"), (49, "WTP Static IP Address Information"),
        (50, "CAPWAP Local IPv6 Address"), (51, "CAPWAP Transport Protocol"), (52, "MTU Discovery Padding"), (53, "ECN Support"),
        (1024, "IEEE 802.11 Add WLAN"), (1025, "IEEE 802.11 Antenna"), (1026, "IEEE 802.11 Assigned WTP BSSID"),
        (1027, "IEEE 802.11 Delete WLAN"), (1028, "IEEE 802.11 Direct Sequence Control"), (1029, "IEEE 802.11 Information Element"),
        (1030, "IEEE 802.11 MAC Operation"), (1031, "IEEE 802.11 MIC Countermeasures"), (1032, "IEEE 802.11 Multi-Domain Capability"),
        (1033, "IEEE 802.11 OFDM Control"), (1034, "IEEE 802.11 Rate Set"), (1035, "IEEE 802.11 RSNA Error Report From Station"),
        (1036, "IEEE 802.11 Station"), (1037, "IEEE 802.11 Station QoS Profile"), (1038, "IEEE 802.11 Station Session Key"),
        (1039, "IEEE 802.11 Statistics"), (1040, "IEEE 802.11 Supported Rates"), (1041, "IEEE 802.11 Tx Power"),
        (1042, "IEEE 802.11 Tx Power Level"), (1043, "IEEE 802.11 Update Station QoS"), (1044, "IEEE 802.11 Update WLAN"),
        (1045, "IEEE 802.11 WTP Quality of Service"), (1046, "IEEE 802.11 WTP Radio Configuration"),
        (1047, "IEEE 802.11 WTP Radio Fail Alarm Indication"), (1048, "IEEE 802.11 WTP Radio Information"),
        (1060, "IEEE 802.11 Supported MAC Profiles"), (1061, "IEEE 802.11 MAC Profile")]);
    static readonly Field ElementType = P.UInt16("capwap.message_element.type", "Type", FieldBase.Dec, ElementNames, blurb: "CAPWAP Message Element type");
    static readonly Field ElementLength = P.UInt16("capwap.message_element.length", "Length");
    static readonly Field ElementValue = P.Bytes("capwap.message_element.value", "Value");
    static readonly Expert WrongLength = P.Expert("capwap.header.length.bad", Severity.Warning, ExpertGroup.Malformed, "Wrong calculate length =! header length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, ControlPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("CAPWAP-Control");
        p.Info.Set("CAPWAP-Control"u8);
        var tree = p.Open(P, v, parent);
        if (AddPreamble(p, v, tree) is { } secured)
        {
            p.Call(Catalog.Dtls, v.From(secured), parent);
            return Math.Max(1, v.Reported);
        }

        int at = AddHeader(p, v, tree, out int flags, out _);
        if ((flags & Fragment) != 0)
        {
            SayFragment(p, v);
            p.CallData(v.From(at), parent);
            return Math.Max(1, v.Reported);
        }

        AddMessage(p, v, tree, at);
        return Math.Max(1, v.Reported);
    }

    /// <summary>The first byte, and where DTLS begins when it says so.</summary>
    static int? AddPreamble(Packet p, in View v, Node tree)
    {
        const int Secured = 1, SecuredLength = 4;
        bool isSecured = (v.U8(0) & 0x0f) == Secured;
        var preamble = p.Add(tree, Preamble, v, 0, isSecured ? SecuredLength : 1);
        p.Add(preamble, Version, v, 0);
        p.Add(preamble, Type, v, 0);
        if (!isSecured)
        {
            return null;
        }

        p.Add(preamble, Reserved, v, 1);
        return SecuredLength;
    }

    static int AddHeader(Packet p, in View v, Node tree, out int flags, out int binding)
    {
        const int Fixed = 8, FrameInfoLength = 4, Word = 4;
        uint number = v.U24(1);
        int length = (int)(number >> 19) * 4;
        flags = (int)(number & 0x1ff);
        binding = (int)(number >> 9) & 0x1f;
        var header = p.Add(tree, Header, v, 1, Math.Max(0, length - 1));
        var lengthNode = p.Add(header, HeaderLength, v, 1);
        p.AppendLabel(lengthNode, $" ({length})");
        p.Add(header, Radio, v, 1);
        p.Add(header, Binding, v, 1);
        p.AddBits(header, Flags, v, 1, FlagBits);
        p.Add(header, FragmentId, v, 4);
        p.Add(header, FragmentOffset, v, 6);
        p.Add(header, FragmentReserved, v, 7, 1);
        int at = Fixed;
        if ((flags & RadioMac) != 0)
        {
            int size = v.U8(at);
            p.Add(header, MacLength, v, at);
            p.Add(header, size switch { 6 => Mac, 8 => MacLong, _ => MacOther }, v, at + 1, size);
            at += 1 + size;
        }

        if ((flags & Wireless) != 0)
        {
            int size = v.U8(at);
            p.Add(header, WirelessLength, v, at);
            p.Add(header, WirelessData, v, at + 1, size);
            if (binding == 1 && (flags & Native) != 0)
            {
                var info = p.Add(header, FrameInfo, v, at + 1, FrameInfoLength);
                p.Add(info, SignalStrength, v, at + 1);
                p.Add(info, SignalRatio, v, at + 2);
                p.AppendLabel(p.Add(info, DataRate, v, at + 3), $" ({v.U16(at + 3) / 10}.{v.U16(at + 3) % 10} Mb/s)");
            }

            at += 1 + size;
        }

        int padding = (Word - (at % Word)) % Word;
        if (padding > 0)
        {
            p.Add(header, Padding, v, at, padding);
            at += padding;
        }

        if (at != length)
        {
            // Some controllers count wrongly; what the header says of its length holds.
            p.Expert(lengthNode, WrongLength, v, 1, 0, $"Wrong calculate length ({at - 1}) =! header length ({length - 1}) ! (May be try to use Cisco Wireless Controller Support Preference ?)");
        }

        return Math.Max(length, Fixed);
    }

    static void SayFragment(Packet p, in View v) => p.Info.Append($" (Fragment ID: {v.U16(4)}, Fragment Offset: {v.U16(6) >> 3})");

    static void AddMessage(Packet p, in View v, Node tree, int at)
    {
        const int MessageHeader = 8, FlagsAndLength = 3;
        uint type = v.U32(at);
        p.Info.Append($" - {MessageNames.FindOr(type, "Unknown")}");
        var control = p.Add(tree, ControlHeader, v, at, MessageHeader);
        var message = p.Add(control, MessageType, v, at);
        p.Label(p.Add(message, Enterprise, v, at), $"Message Type (Enterprise Number): {(type >> 8 == 0 ? "Reserved" : "Unknown")} ({type >> 8})");
        p.Add(message, EnterpriseType, v, at);
        p.Add(control, Sequence, v, at + 4);
        p.Add(control, ElementsLength, v, at + 5);
        p.Add(control, ControlFlags, v, at + 7);
        AddElements(p, v.Part(at + MessageHeader, v.U16(at + 5) - FlagsAndLength), tree);
    }

    static void AddElements(Packet p, in View v, Node tree)
    {
        const int ElementHeader = 4;
        var list = p.Add(tree, Element, v, 0, v.Reported);
        p.Label(list, $"Message Element");
        for (int at = 0; at < v.Reported;)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            var element = p.Add(list, Element, v, at, ElementHeader + length);
            p.Label(element, $"Type: (t={type},l={length}) ");
            if (ElementNames.Find((ulong)type) is { } name)
            {
                p.AppendLabel(element, name);
            }
            else
            {
                p.AppendLabel(element, $"Unknown Message Element Type ({type})");
            }

            p.Add(element, ElementType, v, at);
            p.Add(element, ElementLength, v, at + 2);
            p.Add(element, ElementValue, v, at + ElementHeader, length);
            at += ElementHeader + length;
        }
    }

    /// <summary>The other channel: frames of stations, in a tunnel.</summary>
    public sealed class Data() : Dissector("capwap.data")
    {
        static readonly Protocol DataProtocol = new("Control And Provisioning of Wireless Access Points - Data", "CAPWAP-DATA", "capwap.data");

        /// <inheritdoc />
        public override Protocol Protocol => DataProtocol;

        /// <inheritdoc />
        public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, DataPort);

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            const int Ieee80211 = 1;
            p.SetProtocol("CAPWAP-Data");
            p.Info.Set("CAPWAP-Data"u8);
            var tree = p.Open(DataProtocol, v, parent);
            if (AddPreamble(p, v, tree) is { } secured)
            {
                p.Call(Catalog.Dtls, v.From(secured), parent);
                return Math.Max(1, v.Reported);
            }

            int at = AddHeader(p, v, tree, out int flags, out int binding);
            var payload = v.From(at);
            if ((flags & Fragment) != 0)
            {
                SayFragment(p, v);
                p.CallData(payload, parent);
            }
            else if ((flags & KeepAlive) != 0)
            {
                p.Info.Append(" - Keep-Alive"u8);
                p.CallData(payload, parent);
            }
            else if ((flags & Native) == 0)
            {
                p.Call(Catalog.EthernetWithoutFcs, payload, parent);
            }
            else if (binding == Ieee80211)
            {
                p.Call(Catalog.WlanSwapped, payload, parent);
            }
            else
            {
                p.CallData(payload, parent);
            }

            return Math.Max(1, v.Reported);
        }
    }
}
