using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.1Q-2018 annex D (00-80-C2), IEEE 802.3-2018 clause 79 (00-12-0F), ANSI/TIA-1057 section 10 (00-12-BB), RFC 8520 section 11 (00-00-5E).
//
//   | type 127, length | organization (3) | subtype (1) | value

/// <summary>LLDP's TLVs of organizations.</summary>
static class LldpOrganizations
{
    const uint Ieee8021 = 0x0080c2, Ieee8023 = 0x00120f, Media = 0x0012bb, Iana = 0x00005e;

    static readonly Protocol P = Lldp.P;
    static readonly ValueNames Capable = ValueNames.Flag("Capable", "Not capable"), Supported = ValueNames.Flag("Supported", "Not supported"), Enabled = ValueNames.Flag("Enabled", "Disabled");
    static readonly Field Oui = P.UInt24("lldp.orgtlv.oui", "Organization Unique Code", FieldBase.Oui);
    static readonly Field SubtypeUnknown = P.UInt8("lldp.unknown_subtype", "Unknown Subtype");
    static readonly Field Content = P.Bytes("lldp.unknown_subtype.content", "Unknown Subtype Content");
    static readonly Expert Deprecated = P.Expert("lldp.tlv_deprecated", Severity.Warning, ExpertGroup.Protocol, "TLV has been deprecated");

    // IEEE 802.1
    static readonly Field Subtype8021 = P.UInt8("lldp.ieee.802_1.subtype", "IEEE 802.1 Subtype", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "Port VLAN ID"), (0x2, "Port and Protocol VLAN ID"), (0x3, "VLAN Name"), (0x4, "Protocol Identity"), (0x5, "VID Usage Digest"), (0x6, "Management VID"),
        (0x7, "Link Aggregation"), (0x8, "Congestion Notification"), (0x9, "ETS Configuration"), (0xa, "ETS Recommendation"), (0xb, "Priority Flow Control Configuration"),
        (0xc, "Application Protocol"), (0xd, "EVB"), (0xe, "CDCP"), (0xf, "Port extension"), (0x10, "Application VLAN"),
        (0x11, "LRP ECP Discovery"), (0x12, "LRP TCP Discovery"), (0x13, "Congestion Isolation"), (0x14, "Topology Recognition")]));
    static readonly Layout PortVlan = new(P.UInt16("lldp.ieee.802_1.port_vlan.id", "Port VLAN Identifier", FieldBase.DecHex));
    static readonly Layout ProtocolVlan = new(
        P.UInt8("lldp.ieee.802_1.port_and_vlan_id_flag", "Flags", FieldBase.Hex).Bits(
            P.Flag("lldp.ieee.802_1.port_and_vlan_id_flag.supported", "Port and Protocol VLAN", 8, 0x02, Supported),
            P.Flag("lldp.ieee.802_1.port_and_vlan_id_flag.enabled", "Port and Protocol VLAN", 8, 0x04, Enabled)),
        P.UInt16("lldp.ieee.802_1.port_proto_vlan.id", "Port and Protocol VLAN Identifier", FieldBase.DecHex));
    static readonly Field VlanNameLength = P.UInt8("lldp.ieee.802_1.vlan.name_len", "VLAN Name Length");
    static readonly Layout VlanName = new(P.UInt16("lldp.ieee.802_1.vlan.id", "VLAN Identifier", FieldBase.DecHex), VlanNameLength,
        P.StringZ("lldp.ieee.802_1.vlan.name", "VLAN Name").Counted(VlanNameLength));
    static readonly Field IdentityLength = P.UInt8("lldp.ieee.802_1.proto.id_length", "Protocol Identity Length");
    static readonly Layout ProtocolIdentity = new(IdentityLength, P.Bytes("lldp.ieee.802_1.proto.id", "Protocol Identity").Counted(IdentityLength));
    static readonly Layout Aggregation8021 = new(
        P.UInt8("lldp.ieee.802_1.aggregation_status", "Aggregation Status", FieldBase.Hex).Bits(
            P.Flag("lldp.ieee.802_1.aggregation_status.cap", "Aggregation Capability", 8, 0x01, ValueNames.YesNo),
            P.Flag("lldp.ieee.802_1.aggregation_status.enabled", "Aggregation Status", 8, 0x02, Enabled),
            P.UInt8("lldp.ieee.802_1.aggregation_status.porttype", "Aggregation Status", FieldBase.Dec, ValueNames.Of(() => [
                (0, "Not specified"), (1, "From aggregation port"), (2, "From aggregator"), (3, "From single-port aggregator")]), mask: 0x0c)),
        P.UInt32("lldp.ieee.802_1.aggregated_port_id", "Aggregated Port Id"));
    static readonly Field[] Notified = Priorities("lldp.ieee.802_1qau.cnpv.prio", "Priority {0} CNPV Capability", Enabled);
    static readonly Field[] Ready = Priorities("lldp.ieee.802_1qau.ready.prio", "Priority {0} Ready Indicator", ValueNames.SetNotSet);
    static readonly Field Willing = P.Flag("lldp.dcbx.ieee.willing", "Willing", 8, 0x80, ValueNames.YesNo);
    static readonly Field Shaper = P.Flag("lldp.dcbx.ieee.ets.cbs", "Credit-Based Shaper", 8, 0x40, Supported);
    static readonly Field MaxClasses = P.UInt8("lldp.dcbx.ieee.ets.maxtcs", "Maximum Number of Traffic Classes", mask: 0x07);
    static readonly Field EtsReserved = P.UInt8("lldp.dcbx.feature.pg.reserved", "Reserved", FieldBase.Hex, mask: 0xfe);
    static readonly ValueNames Selections = ValueNames.Of(() => [
        (0, "Strict Priority"), (1, "Credit-Based Shaper"), (2, "Enhanced Transmission Selection"), (255, "Vendor Specific Algorithm")]);
    static readonly Layout TrafficClasses = new([
        .. Each(i => (Row)P.UInt16($"lldp.dcbx.feature.pg.pgid_prio{i}", $"PGID for Prio {i}", mask: 0xf000ul >> (4 * (i % 4)))),
        .. Each(i => (Row)P.UInt8($"lldp.dcbx.feature.pg.per{i}", $"Bandwidth for PGID {i}")),
        .. Each(i => (Row)P.UInt8($"lldp.dcbx.ieee.ets.tsa{i}", $"TSA for Traffic Class {i}", FieldBase.Dec, Selections))]);
    static readonly Field MacSecBypass = P.Flag("lldp.dcbx.ieee.pfc.mbc", "MACsec Bypass Capability", 8, 0x40, Capable);
    static readonly Field FlowClasses = P.UInt8("lldp.dcbx.ieee.pfc.numtcs", "Max PFC Enabled Traffic Classes", mask: 0x0f);
    static readonly Field[] FlowControlled = Priorities("lldp.dcbx.feature.pfc.prio", "PFC for Priority {0}", Enabled);
    static readonly Field ApplicationReserved = P.UInt8("lldp.dcbx.ieee.app.reserved", "Reserved", FieldBase.Hex);
    static readonly Field ApplicationPriority = P.UInt8("lldp.dcbx.ieee.app.prio", "Application Priority", mask: 0xe0);
    static readonly Field ApplicationSelector = P.UInt8("lldp.dcbx.iee.app.sf", "Application Selector", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Reserved"), (1, "Default or Ethertype"), (2, "Port over TCP/SCTP"), (3, "Port over UDP/DCCP"), (4, "Port over TCP/SCTP/UDP/DCCP"),
        (5, "Reserved"), (6, "Reserved"), (7, "Reserved")]), mask: 0x07);
    static readonly Field ApplicationId = P.UInt16("lldp.dcbx.feature.app.proto", "Application Protocol Id", FieldBase.Hex);

    // IEEE 802.3
    static readonly Field Subtype8023 = P.UInt8("lldp.ieee.802_3.subtype", "IEEE 802.3 Subtype", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "MAC/PHY Configuration/Status"), (0x2, "Power Via MDI"), (0x3, "Link Aggregation"), (0x4, "Maximum Frame Size"), (0x5, "EEE (Energy-Efficient Ethernet)"),
        (0x7, "IEEE 802.3br Additional Ethernet capabilities")]));
    static readonly Layout Negotiation = new(P.UInt8("lldp.ieee.802_3.mac_phy_auto_neg_status", "Auto-Negotiation Support/Status", FieldBase.Hex).Bits(
        P.Flag("lldp.ieee.802_3.mac_phy_auto_neg_status.supported", "Auto-Negotiation", 8, 0x01, Supported),
        P.Flag("lldp.ieee.802_3.mac_phy_auto_neg_status.enabled", "Auto-Negotiation", 8, 0x02, Enabled)));
    static readonly Field Advertised = P.UInt16("lldp.ieee.802_3.pmd_auto_neg_advertised_caps", "PMD Auto-Negotiation Advertised Capability", FieldBase.Hex);
    static readonly Field[] Modes = AdvertisedModes("lldp.ieee.802_3.pmd_auto_neg_advertised_caps", inverse: false);
    static readonly Field[] InverseModes = AdvertisedModes("lldp.ieee.802_3.pmd_auto_neg_advertised_caps_inv", inverse: true);
    static readonly Field MauType = P.UInt16("lldp.ieee.802_3.pmd_mau_type", "Operational MAU Type", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "other or unknown"), (0x1, "AUI - no internal MAU, view from AUI"), (0x2, "10Base5 - thick coax MAU"), (0x3, "Foirl - FOIRL MAU"),
        (0x4, "10Base2 - thin coax MAU"), (0x5, "10BaseT - UTP MAU"), (0x6, "10BaseFP - passive fiber MAU"), (0x7, "10BaseFB - sync fiber MAU"),
        (0x8, "10BaseFL - async fiber MAU"), (0x9, "10Broad36 - broadband DTE MAU"), (0xa, "10BaseTHD - UTP MAU, half duplex mode"),
        (0xb, "10BaseTFD - UTP MAU, full duplex mode"), (0xc, "10BaseFLHD - async fiber MAU, half duplex mode"), (0xd, "10BaseFLDF - async fiber MAU, full duplex mode"),
        (0xe, "10BaseT4 - 4 pair category 3 UTP"), (0xf, "100BaseTXHD - 2 pair category 5 UTP, half duplex mode"),
        (0x10, "100BaseTXFD - 2 pair category 5 UTP, full duplex mode"), (0x11, "100BaseFXHD - X fiber over PMT, half duplex mode"),
        (0x12, "100BaseFXFD - X fiber over PMT, full duplex mode"), (0x13, "100BaseT2HD - 2 pair category 3 UTP, half duplex mode"),
        (0x14, "100BaseT2DF - 2 pair category 3 UTP, full duplex mode"), (0x15, "1000BaseXHD - PCS/PMA, unknown PMD, half duplex mode"),
        (0x16, "1000BaseXFD - PCS/PMA, unknown PMD, full duplex mode"), (0x17, "1000BaseLXHD - Fiber over long-wavelength laser, half duplex mode"),
        (0x18, "1000BaseLXFD - Fiber over long-wavelength laser, full duplex mode"), (0x19, "1000BaseSXHD - Fiber over short-wavelength laser, half duplex mode"),
        (0x1a, "1000BaseSXFD - Fiber over short-wavelength laser, full duplex mode"), (0x1b, "1000BaseCXHD - Copper over 150-Ohm balanced cable, half duplex mode"),
        (0x1c, "1000BaseCXFD - Copper over 150-Ohm balanced cable, full duplex mode"), (0x1d, "1000BaseTHD - Four-pair Category 5 UTP, half duplex mode"),
        (0x1e, "1000BaseTFD - Four-pair Category 5 UTP, full duplex mode"), (0x1f, "10GigBaseX - X PCS/PMA, unknown PMD."),
        (0x20, "10GigBaseLX4 - X fiber over WWDM optics"), (0x21, "10GigBaseR - R PCS/PMA, unknown PMD."), (0x22, "10GigBaseER - R fiber over 1550 nm optics"),
        (0x23, "10GigBaseLR - R fiber over 1310 nm optics"), (0x24, "10GigBaseSR - R fiber over 850 nm optics"), (0x25, "10GigBaseW - W PCS/PMA, unknown PMD."),
        (0x26, "10GigBaseEW - W fiber over 1550 nm optics"), (0x27, "10GigBaseLW - W fiber over 1310 nm optics"), (0x28, "10GigBaseSW - W fiber over 850 nm optics"),
        (0x29, "10GBASE-CX4 - X copper over 8 pair 100-Ohm balanced cable"), (0x2a, "2BASE-TL - Voice grade UTP copper, up to 2700m, optional PAF"),
        (0x2b, "10PASS-TS - Voice grade UTP copper, up to 750m, optional PAF"), (0x2c, "100BASE-BX10D - One single-mode fiber OLT, long wavelength, 10km"),
        (0x2d, "100BASE-BX10U - One single-mode fiber ONU, long wavelength, 10km"), (0x2e, "100BASE-LX10 - One single-mode fiber ONU, long wavelength, 10km"),
        (0x2f, "1000BASE-BX10D - One single-mode fiber OLT, long wavelength, 10km"), (0x30, "1000BASE-BX10U - One single-mode fiber ONU, long wavelength, 10km"),
        (0x31, "1000BASE-LX10 - Two sigle-mode fiber, long wavelength, 10km"), (0x32, "1000BASE-PX10D - One single-mode fiber EPON OLT, 10km"),
        (0x33, "1000BASE-PX10U - One single-mode fiber EPON ONU, 10km"), (0x34, "1000BASE-PX20D - One single-mode fiber EPON OLT, 20km"),
        (0x35, "1000BASE-PX20U - One single-mode fiber EPON ONU, 20km")]));
    static readonly ValueNames Importance = ValueNames.Of(() => [(0, "Unknown"), (1, "Critical"), (2, "High"), (3, "Low")]);
    static readonly Layout Power = new(
        P.UInt8("lldp.ieee.802_3.mdi_power_support", "MDI Power Support", FieldBase.Hex).Bits(
            P.Flag("lldp.ieee.802_3.mdi_power_support.port_class", "Port Class", 8, 0x01, ValueNames.Flag("PSE", "PD")),
            P.Flag("lldp.ieee.802_3.mdi_power_support.supported", "PSE MDI Power", 8, 0x02, Supported),
            P.Flag("lldp.ieee.802_3.mdi_power_support.enabled", "PSE MDI Power", 8, 0x04, Enabled),
            P.Flag("lldp.ieee.802_3.mdi_power_support.pse_pairs", "PSE Pairs Control Ability", 8, 0x08, ValueNames.YesNo)),
        P.UInt8("lldp.ieee.802_3.mdi_pse_pair", "PSE Power Pair"),
        P.UInt8("lldp.ieee.802_3.mdi_power_class", "Power Class", FieldBase.Dec, ValueNames.Of(() => [(1, "0"), (2, "1"), (3, "2"), (4, "3"), (5, "4")])));
    static readonly Layout PowerClassification = new(
        P.UInt8("lldp.ieee.802_3.mdi_power_type", "Power Type", FieldBase.Dec, ValueNames.Of(() => [
            (0, "Type 2 PSE Device"), (1, "Type 2 PD Device"), (2, "Type 1 PSE Device"), (3, "Type 1 PD Device")]), mask: 0xc0),
        P.UInt8("lldp.ieee.802_3.mdi_power_source", "Power Source", mask: 0x30).Then(static (p, node, in v, at, value) =>
            p.Label(node, $"{new BitText(v.U8(at), 0x30)} = Power Source: {value} {PowerSource((v.U8(at) & 0x40) != 0, value)}")),
        P.UInt8("lldp.ieee.802_3.mdi_power_priority", "Power Priority", FieldBase.Dec, Importance, mask: 0x0f),
        P.UInt16("lldp.ieee.802_3.mdi_pde_requested", "PD Requested Power Value", FieldBase.Custom).Then(static (p, node, in v, at, value) =>
            p.Label(node, $"PD Requested Power Value: {value / 10}.{value % 10}. Watt")),
        P.UInt16("lldp.ieee.802_3.mdi_pse_allocated", "PSE Allocated Power Value", FieldBase.Custom).Then(static (p, node, in v, at, value) =>
            p.Label(node, $"PSE Allocated Power Value: {value / 10}.{value % 10}. Watt")));
    static readonly Layout Aggregation8023 = new(
        P.UInt8("lldp.ieee.802_3.aggregation_status", "Aggregation Status", FieldBase.Hex).Bits(
            P.Flag("lldp.ieee.802_3.aggregation_status.cap", "Aggregation Capability", 8, 0x01, ValueNames.YesNo),
            P.Flag("lldp.ieee.802_3.aggregation_status.enabled", "Aggregation Status", 8, 0x02, Enabled)),
        P.UInt32("lldp.ieee.802_3.aggregated_port_id", "Aggregated Port Id"));
    static readonly Layout FrameSize = new(P.UInt16("lldp.ieee.802_3.max_frame_size", "Maximum Frame Size"));
    static readonly Layout Efficiency = new(
        P.UInt16("lldp.ieee.802_3.eee.transmit", "Transmit"), P.UInt16("lldp.ieee.802_3.eee.receive", "Receive"), P.UInt16("lldp.ieee.802_3.eee.fallback_receive", "Fallback Receive"),
        P.UInt16("lldp.ieee.802_3.eee.echo_transmit", "Echo Transmit"), P.UInt16("lldp.ieee.802_3.eee.echo_receive", "Echo Receive"));

    // Media endpoints
    static readonly Field MediaSubtype = P.UInt8("lldp.media.subtype", "Media Subtype", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "Media Capabilities"), (0x2, "Network Policy"), (0x3, "Location Identification"), (0x4, "Extended Power-via-MDI"), (0x5, "Inventory - Hardware Revision"),
        (0x6, "Inventory - Firmware Revision"), (0x7, "Inventory - Software Revision"), (0x8, "Inventory - Serial Number"), (0x9, "Inventory - Manufacturer Name"),
        (0xa, "Inventory - Model Name"), (0xb, "Inventory - Asset ID")]));
    static readonly Layout MediaCapabilities = new(
        P.UInt16("lldp.media.subtype.caps", "Capabilities", FieldBase.Hex).Bits(
            P.Flag("lldp.media.subtype.caps.llpd", "LLDP-MED Capabilities", 16, 0x01, Capable), P.Flag("lldp.media.subtype.caps.network_policy", "Network Policy", 16, 0x02, Capable),
            P.Flag("lldp.media.subtype.caps.location_id", "Location Identification", 16, 0x04, Capable), P.Flag("lldp.media.subtype.caps.mdi_pse", "Extended Power via MDI-PSE", 16, 0x08, Capable),
            P.Flag("lldp.media.subtype.caps.mid_pd", "Extended Power via MDI-PD", 16, 0x10, Capable), P.Flag("lldp.media.subtype.caps.inventory", "Inventory", 16, 0x20, Capable)),
        P.UInt8("lldp.media.subtype.class", "Class Type", FieldBase.Dec, ValueNames.Of(() => [
            (0, "Type Not Defined"), (1, "Endpoint Class I"), (2, "Endpoint Class II"), (3, "Endpoint Class III"), (4, "Network Connectivity")])));
    static readonly Layout MediaPolicy = new(
        P.UInt8("lldp.media.app_type", "Application Type", FieldBase.Dec, ValueNames.Of(() => [
            (0, "Reserved"), (1, "Voice"), (2, "Voice Signaling"), (3, "Guest Voice"), (4, "Guest Voice Signaling"), (5, "Softphone Voice"), (6, "Video Conferencing"),
            (7, "Streaming Video"), (8, "Video Signaling")])),
        P.Flag("lldp.media.policy_flag", "Policy", 24, 0x800000, ValueNames.Flag("Unknown", "Defined")), P.Flag("lldp.media.tag_flag", "Tagged", 24, 0x400000, ValueNames.YesNo),
        P.UInt24("lldp.media.vlan_id", "VLAN Id", mask: 0x1ffe00), P.UInt24("lldp.media.l2_prio", "L2 Priority", mask: 0x1c0), P.UInt24("lldp.media.dscp", "DSCP Priority", mask: 0x3f));
    static readonly Layout[] Inventory = [
        new(P.String("lldp.media.hardware", "Hardware Revision").Rest()), new(P.String("lldp.media.firmware", "Firmware Revision").Rest()),
        new(P.String("lldp.media.software", "Software Revision").Rest()), new(P.String("lldp.media.sn", "Serial Number").Rest()),
        new(P.String("lldp.media.manufacturer", "Manufacturer Name").Rest()), new(P.String("lldp.media.model", "Model Name").Rest()),
        new(P.String("lldp.media.asset", "Asset ID").Rest())];

    // IANA
    static readonly Field IanaSubtype = P.UInt8("lldp.iana.subtype", "IANA Subtype", FieldBase.Hex, ValueNames.Of(() => [(1, "Manufacturer Usage Description URL")]));
    static readonly Layout MudUrl = new(P.String("lldp.iana.mudurl", "Manufacturer Usage Description URL").Rest());

    /// <summary>Adds the value of a TLV of type 127.</summary>
    public static void Add(Packet p, in View whole, Node tree, int start, int length)
    {
        var v = whole.Part(start, length);
        uint organization = v.U24(0);
        int subtype = v.U8(3);
        var field = organization switch { Ieee8021 => Subtype8021, Ieee8023 => Subtype8023, Media => MediaSubtype, Iana => IanaSubtype, _ => SubtypeUnknown };
        if (p.WantsLabel(tree))
        {
            var owner = Manufacturers.Find(organization);
            p.Label(tree, $"{(organization == Ieee8021 ? "IEEE"u8 : organization == Ieee8023 ? "Ieee 802.3"u8 : owner.IsEmpty ? "Unknown"u8 : owner)} - ");
            if (field.Names?.Find((ulong)subtype) is { } name)
            {
                p.AppendLabel(tree, name);
            }
            else
            {
                p.AppendLabel(tree, $"Unknown {(field == SubtypeUnknown ? $"({subtype})" : $"subtype 0x{subtype:x}")}");
            }
        }

        p.Add(tree, Oui, v, 0);
        var item = p.Add(tree, field, v, 3);
        if (field == SubtypeUnknown)
        {
            p.Add(tree, Content, v, 4, v.ReportedFrom(4));
            return;
        }

        switch (organization, subtype)
        {
            case (Ieee8021, 8):
                AddFlags(p, v, tree, 4, Notified);
                AddFlags(p, v, tree, 5, Ready);
                break;
            case (Ieee8021, 9 or 0xa):
                AddTrafficClasses(p, v, tree, isConfiguration: subtype == 9);
                break;
            case (Ieee8021, 0xb):
                p.Add(tree, Willing, v, 4);
                p.AddAll(tree, v, 4, MacSecBypass, FlowClasses);
                AddFlags(p, v, tree, 5, FlowControlled);
                break;
            case (Ieee8021, 0xc):
                AddApplications(p, v, tree);
                break;
            case (Ieee8023, 1):
                AddNegotiation(p, v, tree);
                break;
            case (Ieee8023, 2):
                int at = p.AddRows(tree, v, 4, Power);
                if (v.ReportedFrom(at) >= 5)
                {
                    // Since IEEE 802.3at; before, the TLV ended here.
                    p.AddRows(tree, v, at, PowerClassification);
                }

                break;
            default:
                if ((organization, subtype) == (Ieee8023, 3))
                {
                    p.Expert(item, Deprecated, v, 3, 1);
                }

                if (LayoutOf(organization, subtype) is { } layout)
                {
                    p.AddRows(tree, v, 4, layout);
                }

                break;
        }
    }

    static Layout? LayoutOf(uint organization, int subtype) => (organization, subtype) switch
    {
        (Ieee8021, 1) => PortVlan,
        (Ieee8021, 2) => ProtocolVlan,
        (Ieee8021, 3) => VlanName,
        (Ieee8021, 4) => ProtocolIdentity,
        (Ieee8021, 7) => Aggregation8021,
        (Ieee8023, 3) => Aggregation8023,
        (Ieee8023, 4) => FrameSize,
        (Ieee8023, 5) => Efficiency,
        (Media, 1) => MediaCapabilities,
        (Media, 2) => MediaPolicy,
        (Media, >= 5 and <= 11) => Inventory[subtype - 5],
        (Iana, 1) => MudUrl,
        _ => null,
    };

    static void AddTrafficClasses(Packet p, in View v, Node tree, bool isConfiguration)
    {
        if (isConfiguration)
        {
            int classes = v.U8(4) & 7;
            p.Add(tree, Willing, v, 4);
            p.Add(tree, Shaper, v, 4);
            var node = p.Add(tree, MaxClasses, v, 4);
            p.Label(node, $"{new BitText(classes, 0x07)} = Maximum Number of Traffic Classes: {(classes == 0 ? 8 : classes)} (0x{classes:x})");
        }
        else
        {
            p.Add(tree, EtsReserved, v, 4);
        }

        p.AddRows(tree, v, 5, TrafficClasses);
    }

    static void AddApplications(Packet p, in View v, Node tree)
    {
        p.Add(tree, ApplicationReserved, v, 4);
        for (int at = 5; v.ReportedFrom(at) >= 3; at += 3)
        {
            int selector = v.U8(at) & 7, id = v.U16(at + 1);
            string name = (selector, id) switch
            {
                (1, 0x8906) => "FCoE",
                (1, 0x8914) => "FiP",
                (2 or 4, 3260) => "iSCSI",
                _ => "Unknown",
            };
            var branch = p.AddText(tree, v, at, 3, $"{name} Application");
            p.Add(branch, ApplicationPriority, v, at);
            p.Add(branch, ApplicationSelector, v, at);
            p.Add(branch, ApplicationId, v, at + 1);
        }
    }

    static void AddNegotiation(Packet p, in View v, Node tree)
    {
        p.AddRows(tree, v, 4, Negotiation);
        p.AddBits(tree, Advertised, v, 5, Modes);

        // Many devices send these bits in the other order, so both readings are shown.
        var inverse = p.AddText(tree, v, 5, 2, "Same in inverse (wrong) bitorder");
        AddFlags(p, v, inverse, 5, InverseModes);
        p.Add(tree, MauType, v, 7);
    }

    static void AddFlags(Packet p, in View v, Node tree, int at, Field[] flags)
    {
        foreach (var flag in flags)
        {
            p.Add(tree, flag, v, at);
        }
    }

    static string PowerSource(bool isPoweredDevice, ulong source) => (isPoweredDevice, source) switch
    {
        (_, 0) => "Unknown",
        (true, 1) => "PSE",
        (true, 2) => "Local",
        (true, _) => "PSE and Local",
        (false, 1) => "Primary Power Source",
        (false, 2) => "Backup Power Source",
        (false, _) => "Reserved",
    };

    static T[] Each<T>(Func<int, T> make)
    {
        var all = new T[8];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = make(i);
        }

        return all;
    }

    static Field[] Priorities(string name, string label, ValueNames names) =>
        Each(i => P.Flag($"{name}{i}", label.Replace("{0}", $"{i}", StringComparison.Ordinal), 8, 1ul << i, names));

    static Field[] AdvertisedModes(string name, bool inverse)
    {
        (string Name, string Label)[] modes = [
            ("1000base_tfd", "1000BASE-T (full duplex mode)"), ("1000base_t", "1000BASE-T (half duplex mode)"),
            ("1000base_xfd", "1000BASE-X (-LX, -SX, -CX full duplex mode)"), ("1000base_x", "1000BASE-X (-LX, -SX, -CX half duplex mode)"),
            ("fdx_bpause", "Asymmetric and Symmetric PAUSE (for full-duplex links)"), ("fdx_spause", "Symmetric PAUSE (for full-duplex links)"),
            ("fdx_apause", "Asymmetric PAUSE (for full-duplex links)"), ("fdx_pause", "PAUSE (for full-duplex links)"),
            ("100base_t2fd", "100BASE-T2 (full duplex mode)"), ("100base_t2", "100BASE-T2 (half duplex mode)"),
            ("100base_txfd", "100BASE-TX (full duplex mode)"), ("100base_tx", "100BASE-TX (half duplex mode)"), ("100base_t4", "100BASE-T4"),
            ("10base_tfd", "10BASE-T (full duplex mode)"), ("10base_t", "10BASE-T (half duplex mode)"), ("other", "Other or unknown")];
        var fields = new Field[modes.Length];
        for (int i = 0; i < modes.Length; i++)
        {
            fields[i] = P.Flag($"{name}.{modes[i].Name}", modes[i].Label, 16, inverse ? 0x8000ul >> i : 1ul << i, Capable);
        }

        return fields;
    }
}
