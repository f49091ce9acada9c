using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>Elements (IEEE 802.11-2020 section 9.4.2): number, length, content. Here is the list and what takes a few bytes; larger ones have their files.</summary>
static class WlanElements
{
    const int Ssid = 0, SupportedRates = 1, DsParameter = 3, TrafficMap = 5, Country = 7, BssLoad = 11, Challenge = 16, PowerConstraint = 32, PowerCapability = 33,
        TpcReport = 35, SupportedChannels = 36, ChannelSwitch = 37, Quiet = 40, ErpInformation = 42, HtCapabilities = 45, ErpInformation2 = 47, Rsn = 48, ExtendedRates = 50,
        MobilityDomain = 54, HtOperation = 61, RmCapabilities = 70, Coexistence = 72, ExtendedCapabilities = 127, MeshConfiguration = 113, MeshId = 114, MeshPeering = 117,
        PathRequest = 130, VhtCapabilities = 191, VhtOperation = 192, VendorSpecific = 221;

    static readonly Protocol P = Wlan.P;
    static readonly Field TaggedParameters = P.Label("wlan.tagged.all", "Tagged parameters");
    static readonly Field Tag = P.Label("wlan.tag", "Tag");
    static readonly ValueNames TagNames = ValueNames.Of(() => [
        (0, "SSID parameter set"), (1, "Supported Rates"), (2, "FH Parameter set"), (3, "DS Parameter set"), (4, "CF Parameter set"),
        (5, "Traffic Indication Map (TIM)"), (6, "IBSS Parameter set"), (7, "Country Information"), (8, "Hopping Pattern Parameters"),
        (9, "Hopping Pattern Table"), (10, "Request"), (11, "QBSS Load Element"), (12, "EDCA Parameter Set"), (13, "Traffic Specification"),
        (14, "Traffic Classification"), (15, "Schedule"), (16, "Challenge text"), (32, "Power Constraint"), (33, "Power Capability"),
        (34, "TPC Request"), (35, "TPC Report"), (36, "Supported Channels"), (37, "Channel Switch Announcement"),
        (38, "Measurement Request"), (39, "Measurement Report"), (40, "Quiet"), (41, "IBSS DFS"), (42, "ERP Information"), (43, "TS Delay"),
        (44, "TCLAS Processing"), (45, "HT Capabilities (802.11n D1.10)"), (46, "QoS Capability"), (47, "ERP Information"),
        (48, "RSN Information"), (50, "Extended Supported Rates"), (51, "AP Channel Report"), (52, "Neighbor Report"), (53, "RCPI"),
        (54, "Mobility Domain"), (55, "Fast BSS Transition"), (56, "Timeout Interval"), (57, "RIC Data"), (58, "DSE Registered Location"),
        (59, "Supported Operating Classes"), (60, "Extended Channel Switch Announcement"), (61, "HT Information (802.11n D1.10)"),
        (62, "Secondary Channel Offset (802.11n D1.10)"), (63, "BSS Average Access Delay"), (64, "Antenna"), (65, "RSNI"),
        (66, "Measurement Pilot Transmission"), (67, "BSS Available Admission Capacity"), (68, "BSS AC Access Delay/WAPI Parameter Set"),
        (69, "Time Advertisement"), (70, "RM Enabled Capabilities"), (71, "Multiple BSSID"), (72, "20/40 BSS Coexistence"),
        (73, "20/40 BSS Intolerant Channel Report"), (74, "Overlapping BSS Scan Parameters"), (75, "RIC Descriptor"),
        (76, "Management MIC"), (78, "Event Request"), (79, "Event Report"), (80, "Diagnostic Request"), (81, "Diagnostic Report"),
        (82, "Location Parameters"), (83, "Non Transmitted BSSID Capability"), (84, "SSID List"), (85, "Multiple BSSID Index"),
        (86, "FMS Descriptor"), (87, "FMS Request"), (88, "FMS Response"), (89, "QoS Traffic Capability"), (90, "BSS Max Idle Period"),
        (91, "TFS Request"), (92, "TFS Response"), (93, "WNM-Sleep Mode"), (94, "TIM Broadcast Request"), (95, "TIM Broadcast Response"),
        (96, "Collocated Interference Report"), (97, "Channel Usage"), (98, "Time Zone"), (99, "DMS Request"), (100, "DMS Response"),
        (101, "Link Identifier"), (102, "Wakeup Schedule"), (104, "Channel Switch Timing"), (105, "PTI Control"), (106, "PU Buffer Status"),
        (107, "Interworking"), (108, "Advertisement Protocol"), (109, "Expedited Bandwidth Request"), (110, "QoS Map Set"),
        (111, "Roaming Consortium"), (112, "Emergency Alert Identifier"), (113, "Mesh Configuration"), (114, "Mesh ID"),
        (115, "Mesh Link Metric Report"), (116, "Congestion Notification"), (117, "Mesh Peering Management"),
        (118, "Mesh Channel Switch Parameters"), (119, "Mesh Awake Window"), (120, "Beacon Timing"), (121, "MCCAOP Setup Request"),
        (122, "MCCAOP SETUP Reply"), (123, "MCCAOP Advertisement"), (124, "MCCAOP Teardown"), (125, "Gate Announcement"),
        (126, "Root Announcement"), (127, "Extended Capabilities"), (128, "Agere Proprietary"), (130, "Path Request"), (131, "Path Reply"),
        (132, "Path Error"), (133, "Cisco CCX1 CKIP + Device Name"), (136, "Cisco CCX2"), (137, "Proxy Update"),
        (138, "Proxy Update Confirmation"), (139, "Authenticated Mesh Peering Exchange"), (140, "MIC (Message Integrity Code)"),
        (141, "Destination URI"), (142, "U-APSD Coexistence"), (143, "Wakeup Schedule 802.11ad"), (144, "Extended Schedule"),
        (145, "STA Availability"), (146, "DMG TSPEC"), (147, "Next DMG ATI"), (148, "DMG Capabilities"), (149, "Cisco Unknown 95"),
        (150, "Vendor Specific"), (151, "DMG Operating"), (152, "DMG BSS Parameter Change"), (153, "DMG Beam Refinement"),
        (154, "Channel Measurement Feedback"), (157, "Awake Window"), (158, "Multi Band"), (159, "ADDBA Extension"), (160, "NEXTPCP List"),
        (161, "PCP Handover"), (162, "DMG Link Margin"), (163, "Switching Stream"), (164, "Session Transmission"),
        (165, "Dynamic Tone Pairing Report"), (166, "Cluster Report"), (167, "Relay Capabilities"), (168, "Relay Transfer Parameter"),
        (169, "Beamlink Maintenance"), (170, "Multiple MAC Sublayers"), (171, "U-PID"), (172, "DMG Link Adaption Acknowledgment"),
        (173, "Symbol Proprietary"), (174, "MCCAOP Advertisement Overview"), (175, "Quiet Period Request"), (177, "Quiet Period Response"),
        (182, "ECAPC Policy"), (183, "Cluster Time Offset"), (184, "Intra-Access Category Priority"), (185, "SCS Descriptor"),
        (190, "Antenna Sector ID"), (191, "VHT Capabilities"), (192, "VHT Operation"), (193, "Extended BSS Load"),
        (194, "Wide Bandwidth Channel Switch"), (195, "Tx Power Envelope"), (196, "Channel Switch Wrapper"),
        (199, "Operating Mode Notification"), (201, "Reduced Neighbor Report"), (206, "Fine Time Measurement Params"),
        (207, "S1G Open-Loop Link Margin Index"), (208, "RPS"), (209, "Page Slice"), (210, "AID Request"), (211, "AID Response"),
        (212, "Sector Operation"), (213, "S1G Beacon Compatibility"), (214, "Short Beacon Interval"), (215, "Change Sequence"),
        (216, "Target Wake Time"), (217, "S1G Capabilities"), (220, "Subchannel Selective Transmission"), (221, "Vendor Specific"),
        (222, "Authentication Control"), (223, "TSF Timer Accuracy"), (224, "S1G Relay"), (225, "Reachable Address"),
        (226, "S1G Relay Discovery"), (228, "AID Announcement"), (229, "PV1 Probe Response Option"), (230, "EL Operation"),
        (231, "Sectorized Group ID List"), (232, "S1G Operation"), (233, "Header Compression"), (234, "SST Operation"), (235, "MAD"),
        (236, "S1G Relay Activation"), (237, "CAG Number"), (239, "AP-CSN"), (240, "FILS Indication"),
        (241, "Differential Initial Link Setup"), (242, "Fragment"), (244, "RSN eXtension"), (255, "Element ID Extension")]);
    static readonly Field TagNumber = P.UInt8("wlan.tag.number", "Tag Number", FieldBase.Dec, TagNames, blurb: "Element ID");
    static readonly Field TagLength = P.UInt32("wlan.tag.length", "Tag length");
    static readonly Field TagData = P.Bytes("wlan.tag.data", "Tag Data");
    static readonly Field SsidField = P.Bytes("wlan.ssid", "SSID");
    static readonly ValueNames RateNames = ValueNames.Of(() => [
        (2, "1"), (3, "1.5"), (4, "2"), (5, "2.5"), (6, "3"), (9, "4.5"), (11, "5.5"), (12, "6"), (18, "9"), (22, "11"), (24, "12"),
        (27, "13.5"), (36, "18"), (44, "22"), (48, "24"), (54, "27"), (66, "33"), (72, "36"), (96, "48"), (108, "54"), (130, "1(B)"),
        (131, "1.5(B)"), (132, "2(B)"), (133, "2.5(B)"), (134, "3(B)"), (137, "4.5(B)"), (139, "5.5(B)"), (140, "6(B)"), (146, "9(B)"),
        (150, "11(B)"), (152, "12(B)"), (155, "13.5(B)"), (164, "18(B)"), (172, "22(B)"), (176, "24(B)"), (182, "27(B)"), (194, "33(B)"),
        (200, "36(B)"), (224, "48(B)"), (236, "54(B)"), (251, "SAE Hash to Element Only"), (252, "EPD"), (253, "GLK"), (254, "VHT PHY"),
        (255, "HT PHY")]);
    static readonly Field Rate = P.UInt8("wlan.supported_rates", "Supported Rates", FieldBase.Hex, blurb: "In Mbit/sec, (B) for Basic Rates");
    static readonly Field ExtendedRate = P.UInt8("wlan.extended_supported_rates", "Extended Supported Rates", FieldBase.Hex, blurb: "In Mbit/sec, (B) for Basic Rates");
    static readonly Field CurrentChannel = P.UInt8("wlan.ds.current_channel", "Current Channel");
    static readonly Field DtimCount = P.UInt8("wlan.tim.dtim_count", "DTIM count");
    static readonly Field DtimPeriod = P.UInt8("wlan.tim.dtim_period", "DTIM period");
    static readonly Field MapControl = P.UInt8("wlan.tim.bmapctl", "Bitmap control", FieldBase.Hex);
    static readonly Field MapMulticast = P.Flag("wlan.tim.bmapctl.multicast", "Multicast", 8, 0x1);
    static readonly Field MapOffset = P.UInt8("wlan.tim.bmapctl.offset", "Bitmap Offset", FieldBase.Hex, mask: 0xfe);
    static readonly Field PartialMap = P.Bytes("wlan.tim.partial_virtual_bitmap", "Partial Virtual Bitmap");
    static readonly Field MapStation = P.UInt8("wlan.tim.aid", "Association ID", FieldBase.Hex);
    static readonly Field CountryCode = P.String("wlan.country_info.code", "Code");
    static readonly Field CountryEnvironment = P.UInt8("wlan.country_info.environment", "Environment", FieldBase.Dec, ValueNames.Of(() => [
        (1, "Operating classes in the United States"), (2, "Operating classes in Europe"), (3, "Operating classes in Japan"),
        (4, "Global operating classes"), (5, "S1G operating classes"), (6, "Operating classes in China"), (32, "All"), (73, "Indoor"),
        (79, "Outdoor"), (88, "Non Country Entity")]));
    static readonly Field CountryBand = P.Label("wlan.country_info.fnm", "Country Info");
    static readonly Field CountryFirst = P.UInt8("wlan.country_info.fnm.fcn", "First Channel Number");
    static readonly Field CountryCount = P.UInt8("wlan.country_info.fnm.nc", "Number of Channels");
    static readonly Field CountryPower = P.Field(FieldType.Int8, "wlan.country_info.fnm.mtpl", "Maximum Transmit Power Level", FieldBase.Dec, names: ValueNames.Unit("\u0020dBm"));
    static readonly Field LoadVersion = P.UInt8("wlan.qbss.version", "QBSS Version");
    static readonly Field LoadStations = P.UInt16("wlan.qbss.scount", "Station Count");
    static readonly Field LoadUtilization = P.UInt8("wlan.qbss.cu", "Channel Utilization");
    static readonly Field LoadCapacity = P.UInt8("wlan.qbss.adc", "Available Admission Capacity");
    static readonly Field ChallengeText = P.Bytes("wlan.tag.challenge_text", "Challenge Text");
    static readonly Field LocalConstraint = P.UInt8("wlan.powercon.local", "Local Power Constraint");
    static readonly Field MinimumPower = P.Field(FieldType.Int8, "wlan.powercap.min", "Minimum Transmit Power", FieldBase.Dec);
    static readonly Field MaximumPower = P.Field(FieldType.Int8, "wlan.powercap.max", "Maximum Transmit Power", FieldBase.Dec);
    static readonly Field ReportPower = P.Field(FieldType.Int8, "wlan.tcprep.trsmt_pow", "Transmit Power", FieldBase.Dec);
    static readonly Field ReportMargin = P.Field(FieldType.Int8, "wlan.tcprep.link_mrg", "Link Margin", FieldBase.Dec);
    static readonly Field ChannelSet = P.Label("wlan.supchan", "Supported Channels Set");
    static readonly Field ChannelFirst = P.UInt8("wlan.supchan.first", "First Supported Channel");
    static readonly Field ChannelRange = P.UInt8("wlan.supchan.range", "Supported Channel Range");
    static readonly Field SwitchMode = P.UInt8("wlan.csa.channel_switch_mode", "Channel Switch Mode");
    static readonly Field SwitchNumber = P.UInt8("wlan.csa.new_channel_number", "New Channel Number");
    static readonly Field SwitchCount = P.UInt8("wlan.csa.channel_switch.count", "Channel Switch Count");
    static readonly Field Erp = P.UInt8("wlan.erp_info", "ERP Information", FieldBase.Hex);
    static readonly Field[] ErpBits =
    [
        P.Flag("wlan.erp_info.erp_present", "Non ERP Present", 8, 0x1, ValueNames.SetNotSet),
        P.Flag("wlan.erp_info.use_protection", "Use Protection", 8, 0x2, ValueNames.SetNotSet),
        P.Flag("wlan.erp_info.barker_preamble_mode", "Barker Preamble Mode", 8, 0x4, ValueNames.SetNotSet),
        P.UInt8("wlan.erp_info.reserved", "Reserved", FieldBase.Hex, mask: 0xf8),
    ];

    static readonly Field DomainId = P.UInt16("wlan.mobility_domain.mdid", "Mobility Domain Identifier", FieldBase.Hex);
    static readonly Field DomainPolicy = P.UInt8("wlan.mobility_domain.ft_capab", "FT Capability and Policy", FieldBase.Hex);
    static readonly Field[] DomainPolicyBits =
    [
        P.UInt8("wlan.mobility_domain.ft_capab.ft_over_ds", "Fast BSS Transition over DS", FieldBase.Hex, mask: 0x1),
        P.UInt8("wlan.mobility_domain.ft_capab.resource_req", "Resource Request Protocol Capability", FieldBase.Hex, mask: 0x2),
        P.UInt8("wlan.mobility_domain.ft_capab.reserved", "Reserved", FieldBase.Hex, mask: 0xfc),
    ];

    static readonly Field CoexistenceFlags = P.UInt8("wlan.20_40_bc", "20/40 BSS Coexistence Flags", FieldBase.Hex);
    static readonly Field[] CoexistenceBits =
    [
        P.Flag("wlan.20_40_bc.information_request", "Information Request", 8, 0x1),
        P.Flag("wlan.20_40_bc.forty_mhz_intolerant", "Forty MHz Intolerant", 8, 0x2),
        P.Flag("wlan.20_40_bc.20_mhz_bss_width_request", "20 MHz BSS Width Request", 8, 0x4),
        P.Flag("wlan.20_40_bc.obss_scanning_exemption_request", "OBSS Scanning Exemption Request", 8, 0x8),
        P.Flag("wlan.20_40_bc.obss_scanning_exemption_grant", "OBSS Scanning Exemption Grant", 8, 0x10),
        P.UInt8("wlan.20_40_bc.reserved", "Reserved", FieldBase.Hex, mask: 0xe0),
    ];

    static readonly Field MeshIdField = P.String("wlan.mesh.id", "Mesh ID");
    static readonly Field MeshPath = P.UInt8("wlan.mesh.config.ps_protocol", "Path Selection Protocol", FieldBase.Hex);
    static readonly Field MeshMetric = P.UInt8("wlan.mesh.config.ps_metric", "Path Selection Metric", FieldBase.Hex);
    static readonly Field MeshCongestion = P.UInt8("wlan.mesh.config.cong_ctl", "Congestion Control", FieldBase.Hex);
    static readonly Field MeshSynchronization = P.UInt8("wlan.mesh.config.sync_method", "Synchronization Method", FieldBase.Hex);
    static readonly Field MeshAuthentication = P.UInt8("wlan.mesh.config.auth_protocol", "Authentication Protocol", FieldBase.Hex);
    static readonly Field MeshFormation = P.UInt8("wlan.mesh.config.formation_info", "Formation Info", FieldBase.Hex);
    static readonly Field[] MeshFormationBits =
    [
        P.Flag("wlan.mesh.formation_info.connect_to_mesh_gate", "Connected to Mesh Gate", 8, 0x1, ValueNames.YesNo),
        P.UInt8("wlan.mesh.config.formation_info.num_peers", "Number of Peerings", mask: 0x7e),
        P.Flag("wlan.mesh.formation_info.connect_to_as", "Connected to AS", 8, 0x80, ValueNames.YesNo),
    ];

    static readonly Field MeshCapability = P.UInt8("wlan.mesh.config.cap", "Capability", FieldBase.Hex);
    static readonly Field[] MeshCapabilityBits =
    [
        P.Flag("wlan.mesh.config.cap.accept", "Accepting Additional Mesh Peerings", 8, 0x1, ValueNames.YesNo),
        P.Flag("wlan.mesh.config.cap.mcca_support", "MCCA Support", 8, 0x2, ValueNames.YesNo),
        P.Flag("wlan.mesh.config.cap.mcca_enabled", "MCCA Enabled", 8, 0x4, ValueNames.YesNo),
        P.Flag("wlan.mesh.config.cap.forwarding", "Mesh Forwarding", 8, 0x8, ValueNames.YesNo),
        P.Flag("wlan.mesh.config.cap.mbca_enabled", "MBCA Enabled", 8, 0x10, ValueNames.YesNo),
        P.Flag("wlan.mesh.config.cap.tbtt_adjusting", "TBTT Adjustment", 8, 0x20, ValueNames.YesNo),
        P.Flag("wlan.mesh.config.cap.power_save_level", "Power Save", 8, 0x40, ValueNames.Flag("At least one of the peer-specific mesh power modes is deep sleep mode", "None of the peer-specific mesh power modes is deep sleep mode")),
        P.UInt8("wlan.mesh.config.cap.reserved", "Reserved", FieldBase.Hex, mask: 0x80),
    ];

    static readonly Field PeeringProtocol = P.UInt16("wlan.peering.proto", "Mesh Peering Protocol ID", FieldBase.Hex, ValueNames.Of(() => [(0x0, "Mesh peering management protocol"), (0x1, "Authenticated mesh peering exchange protocol"), (0xff, "Vendor specific")]));
    static readonly Field PeeringLocal = P.UInt16("wlan.peering.local_id", "Local Link ID", FieldBase.Hex);
    static readonly Field Stream = P.UInt24("wlan.ts_info", "Traffic Stream (TS) Info", FieldBase.Hex);
    static readonly Field[] StreamBits =
    [
        P.UInt24("wlan.ts_info.type", "Traffic Type", FieldBase.Dec, ValueNames.Of(() => [(0, "Aperiodic or unspecified Traffic"), (1, "Periodic Traffic")]), mask: 0x1),
        P.UInt24("wlan.ts_info.tsid", "Traffic Stream ID (TSID)", mask: 0x1e),
        P.UInt24("wlan.ts_info.dir", "Direction", FieldBase.Dec, ValueNames.Of(() => [(0, "Uplink"), (1, "Downlink"), (2, "Direct link"), (3, "Bidirectional link")]), mask: 0x60),
        P.UInt24("wlan.ts_info.access", "Access Policy", FieldBase.Dec, ValueNames.Of(() => [(0, "Reserved"), (1, "EDCA"), (2, "HCCA"), (3, "HEMM")]), mask: 0x180),
        P.UInt24("wlan.ts_info.agg", "Aggregation", mask: 0x200),
        P.UInt24("wlan.ts_info.apsd", "Automatic Power-Save Delivery (APSD)", mask: 0x400),
        P.UInt24("wlan.ts_info.up", "User Priority", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Best Effort"), (1, "Background"), (2, "Spare"), (3, "Excellent Effort"), (4, "Controlled Load"), (5, "Video"), (6, "Voice"),
        (7, "Network Control")]), mask: 0x3800),
        P.UInt24("wlan.ts_info.ack", "Ack Policy", FieldBase.Dec, ValueNames.Of(() => [(0, "Normal Ack"), (1, "No Ack"), (2, "No explicit acknowledgment"), (3, "Block Ack")]), mask: 0xc000),
        P.UInt24("wlan.ts_info.sched", "Schedule", mask: 0x10000),
        P.UInt24("wlan.ts_info.rsv", "Reserved", FieldBase.Hex, mask: 0xfe0000),
    ];

    static readonly Expert BadLength = P.Expert("wlan.tag.length.bad", Severity.Error, ExpertGroup.Malformed, "Bad tag length");
    static readonly Expert Undecoded = P.Expert("wlan.tag.data.undecoded", Severity.Note, ExpertGroup.Undecoded, "Dissector for 802.11 IE Tag code not implemented, Contact Wireshark developers if you want this supported");

    /// <summary>Adds the elements from <paramref name="at"/> to the end.</summary>
    /// <param name="fromStation">Whether a station, not an access point, says them.</param>
    public static void AddAll(Packet p, in View v, Node parent, int at, bool fromStation)
    {
        int size = v.ReportedFrom(at);
        if (size == 0)
        {
            return;
        }

        var tree = p.Add(parent, TaggedParameters, v, at, 0);
        p.SetLength(tree, Math.Min(size, v.CapturedFrom(at)));
        p.Label(tree, $"Tagged parameters ({size} bytes)");
        while (at < v.Reported)
        {
            at = Add(p, v, tree, at, fromStation);
        }
    }

    /// <summary>Adds one element and returns where the next one begins.</summary>
    public static int Add(Packet p, in View v, Node parent, int at, bool fromStation)
    {
        int number = v.U8(at), length = v.U8(at + 1), there = Math.Max(0, v.ReportedFrom(at + 2));
        var name = TagNames.Find((ulong)number);
        var tag = p.Add(parent, Tag, v, at, 0);
        p.SetLength(tag, Math.Min(2 + length, v.CapturedFrom(at)));
        if (name is not null)
        {
            p.Label(tag, $"Tag: {name}");
        }
        else
        {
            p.Label(tag, $"Tag: Unknown ({number})");
        }

        var numberNode = p.Add(tag, TagNumber, v, at);
        var lengthNode = p.Add(tag, TagLength, v, at + 1, 1);
        var content = v.Part(at + 2, length);
        if (length > v.ReportedFrom(at))
        {
            p.Expert(lengthNode, BadLength, v, at + 1, 0, $"Tag Length is longer than remaining payload");
        }

        if (length > there)
        {
            content = content.EndingAs(ShortReason.Contained);
        }

        switch (number)
        {
            case Ssid:
                AddSsid(p, content, tag, length);
                break;
            case SupportedRates or ExtendedRates:
                AddRates(p, content, tag, lengthNode, number == SupportedRates ? Rate : ExtendedRate, length);
                break;
            case DsParameter:
                if (Require(p, content, lengthNode, length, 1, exactly: true))
                {
                    p.AppendLabel(tag, $": Current Channel: {content.U8(0)}");
                    p.Add(tag, CurrentChannel, content, 0);
                }

                break;
            case TrafficMap:
                if (Require(p, content, lengthNode, length, 4))
                {
                    AddTrafficMap(p, content, tag, length);
                }

                break;
            case Country:
                if (Require(p, content, lengthNode, length, 6))
                {
                    AddCountry(p, content, tag);
                }

                break;
            case BssLoad:
                AddLoad(p, content, tag, lengthNode, length);
                break;
            case Challenge:
                p.Add(tag, ChallengeText, content, 0, length);
                break;
            case PowerConstraint:
                if (Require(p, content, lengthNode, length, 1, exactly: true))
                {
                    p.AppendLabel(tag, $": {content.U8(0)}");
                    p.Add(tag, LocalConstraint, content, 0);
                }

                break;
            case PowerCapability:
                if (Require(p, content, lengthNode, length, 2, exactly: true))
                {
                    p.Add(tag, MinimumPower, content, 0);
                    p.AppendLabel(tag, $" Min: {content.I8(0)}");
                    p.Add(tag, MaximumPower, content, 1);
                    p.AppendLabel(tag, $", Max: {content.I8(1)}");
                }

                break;
            case TpcReport:
                if (Require(p, content, lengthNode, length, 2, exactly: true))
                {
                    p.Add(tag, ReportPower, content, 0);
                    p.AppendLabel(tag, $" Transmit Power: {content.I8(0)}");
                    p.Add(tag, ReportMargin, content, 1);
                    p.AppendLabel(tag, $", Link Margin: {content.I8(1)}");
                }

                break;
            case SupportedChannels:
                AddChannels(p, content, tag, length);
                break;
            case ChannelSwitch:
                if (Require(p, content, lengthNode, length, 3, exactly: true))
                {
                    p.AddAll(tag, content, 0, SwitchMode, SwitchNumber, SwitchCount);
                    p.AppendLabel(tag, $" Mode: {content.U8(0)}, Number: {content.U8(1)} , Count: {content.U8(2)} ");
                }

                break;
            case ErpInformation or ErpInformation2:
                if (Require(p, content, lengthNode, length, 1, exactly: true))
                {
                    p.AddBits(tag, Erp, content, 0, ErpBits);
                }

                break;
            case Rsn:
                WlanSecurity.AddRsn(p, content, tag, lengthNode, length);
                break;
            case MobilityDomain:
                p.Add(tag, DomainId, content, 0, littleEndian: true);
                p.AddBits(tag, DomainPolicy, content, 2, DomainPolicyBits);
                break;
            case HtCapabilities:
                WlanThroughput.AddHtCapabilities(p, content, tag, lengthNode, length, isVendors: false);
                break;
            case HtOperation:
                WlanThroughput.AddHtOperation(p, content, tag, lengthNode, length);
                break;
            case VhtCapabilities:
                WlanThroughput.AddVhtCapabilities(p, content, tag, lengthNode, length);
                break;
            case VhtOperation:
                WlanThroughput.AddVhtOperation(p, content, tag, lengthNode, length);
                break;
            case RmCapabilities:
                WlanCapabilities.AddMeasurement(p, content, tag, lengthNode, length);
                break;
            case ExtendedCapabilities:
                WlanCapabilities.AddExtended(p, content, tag, lengthNode, length);
                break;
            case Coexistence:
                p.AddBits(tag, CoexistenceFlags, content, 0, CoexistenceBits, 1);
                break;
            case MeshConfiguration:
                p.AddAll(tag, content, 0, MeshPath, MeshMetric, MeshCongestion, MeshSynchronization, MeshAuthentication);
                p.AddBits(tag, MeshFormation, content, 5, MeshFormationBits);
                p.AddBits(tag, MeshCapability, content, 6, MeshCapabilityBits);
                break;
            case MeshId:
                p.Add(tag, MeshIdField, content, 0, length);
                p.AppendLabel(tag, $": {content.Span(0, length)}");
                if (length > 0)
                {
                    p.Info.Append($", MESHID={content.Span(0, length)}");
                }

                break;
            case MeshPeering:
                p.Add(tag, PeeringProtocol, content, 0, littleEndian: true);
                p.Add(tag, PeeringLocal, content, 2, littleEndian: true);
                break;
            case VendorSpecific:
                WlanVendor.Add(p, content, tag, lengthNode, length, fromStation);
                break;
            default:
                p.Add(tag, TagData, content, 0, length);
                p.Expert(numberNode, Undecoded, v, at, 0, $"Dissector for 802.11 IE Tag ({name ?? ""}{(name is null ? "" : " ")}({number})) code not implemented, Contact Wireshark developers if you want this supported");
                p.AppendLabel(tag, ": Undecoded");
                break;
        }

        return at + 2 + length;
    }

    /// <summary>Whether an element is as long as what it holds; says so when not.</summary>
    public static bool Require(Packet p, in View v, Node node, int length, int needed, bool exactly = false)
    {
        if (length == needed || (length > needed && !exactly))
        {
            return true;
        }

        p.Expert(node, BadLength, v, 0, 0, $"Tag length {length} {(exactly ? "wrong" : "too short")}, must be {(exactly ? "=" : ">=")} {needed}");
        return false;
    }

    /// <summary>Says that an element is empty which may not be.</summary>
    public static void ExpectMore(Packet p, in View v, Node node, int length) => p.Expert(node, BadLength, v, 0, 0, $"Tag length {length} too short, must be greater than 0");

    /// <summary>A traffic stream's properties (section 9.4.2.29).</summary>
    public static void AddStream(Packet p, in View v, Node tree, int at) => p.AddBits(tree, Stream, v, at, StreamBits, 3, littleEndian: true, sumUp: true);

    static void AddSsid(Packet p, in View v, Node tag, int length)
    {
        if (length == 0)
        {
            p.Add(tag, SsidField, v, 0, 0);
            p.AppendLabel(tag, ": Wildcard SSID");
            p.Info.Append(", SSID=Wildcard (Broadcast)"u8);
            return;
        }

        var name = v.Span(0, length);
        var node = p.Add(tag, SsidField, v, 0, length);
        bool isText = name.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0;
        if (isText)
        {
            p.Label(node, $"SSID: \"{name}\"");
            p.AppendLabel(tag, $": \"{name}\"");
            p.Info.Append($", SSID=\"{name}\"");
        }
        else
        {
            p.AppendLabel(tag, $": \"{name}\"");
            p.Info.Append($", SSID=\"{name}\"");
        }
    }

    static void AddRates(Packet p, in View v, Node tag, Node lengthNode, Field field, int length)
    {
        if (length < 1)
        {
            ExpectMore(p, v, lengthNode, length);
            return;
        }

        for (int i = 0; i < length; i++)
        {
            string name = RateNames.FindOr(v.U8(i), "Unknown Rate");
            var node = p.Add(tag, field, v, i);
            p.Label(node, $"{field.Label}: {name} (0x{v.U8(i):x2})");
            p.AppendLabel(tag, $" {name},");
        }

        p.AppendLabel(tag, " [Mbit/sec]");
    }

    static void AddTrafficMap(Packet p, in View v, Node tag, int length)
    {
        p.Add(tag, DtimCount, v, 0);
        p.AppendLabel(tag, $": DTIM {v.U8(0)} of");
        p.Add(tag, DtimPeriod, v, 1);
        p.AppendLabel(tag, $" {v.U8(1)} bitmap");
        p.AddBits(tag, MapControl, v, 2, [MapMulticast, MapOffset]);
        int first = (v.U8(2) & 0xfe) * 8;
        p.Add(tag, PartialMap, v, 3, length - 3);
        for (int i = 3; i < length && p.WantsFields; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                if ((v.U8(i) >> bit & 1) != 0)
                {
                    int station = first + ((i - 3) * 8) + bit;
                    var node = p.AddUInt(tag, MapStation, v, i, 1, (ulong)station);
                    p.Label(node, $"Association ID: 0x{station:x2}");
                }
            }
        }
    }

    static void AddCountry(Packet p, in View v, Node tag)
    {
        const int FirstExtension = 201;
        p.Add(tag, CountryCode, v, 0, 2);
        p.AppendLabel(tag, $": Country Code {v.Span(0, 2)}");
        p.Add(tag, CountryEnvironment, v, 2);
        p.AppendLabel(tag, $", Environment {CountryEnvironment.Names!.FindOr(v.U8(2), "Unknown")}");
        for (int at = 3; v.ReportedFrom(at) > 1; at += 3)
        {
            if (v.U8(at) >= FirstExtension)
            {
                continue;
            }

            var band = p.Add(tag, CountryBand, v, at, 3);
            p.AppendLabel(band, $": First Channel Number: {v.U8(at)}, Number of Channels: {v.U8(at + 1)}, Maximum Transmit Power Level: {v.I8(at + 2)} dBm");
            p.Add(band, CountryFirst, v, at);
            p.Add(band, CountryCount, v, at + 1);
            p.Label(p.Add(band, CountryPower, v, at + 2), $"Maximum Transmit Power Level: {v.I8(at + 2)} dBm");
        }
    }

    static void AddLoad(Packet p, in View v, Node tag, Node lengthNode, int length)
    {
        const int WithCapacity = 5;
        if (length is not (WithCapacity or 4))
        {
            p.Expert(lengthNode, BadLength, v, 0, 0, $"Wrong QBSS Tag Length {length}");
            return;
        }

        bool isStandard = length == WithCapacity;
        p.AppendLabel(tag, isStandard ? " 802.11e CCA Version" : " Cisco QBSS Version 1 - non CCA");
        p.AddUInt(tag, LoadVersion, v, 0, length, isStandard ? 2u : 1u);
        p.Add(tag, LoadStations, v, 0, littleEndian: true);
        int used = v.U8(2);
        p.AppendLabel(p.Add(tag, LoadUtilization, v, 2), $" ({100 * used / 255}%)");
        if (isStandard)
        {
            p.AppendLabel(p.Add(tag, LoadCapacity, v, 3, littleEndian: true), $" ({v.U16LE(3) * 32} us/s)");
        }
    }

    static void AddChannels(Packet p, in View v, Node tag, int length)
    {
        for (int at = 0; at + 1 < length; at += 2)
        {
            var set = p.Add(tag, ChannelSet, v, at, 2);
            p.Label(set, $"Supported Channels Set #{(at / 2) + 1} First: {v.U8(at)}, Range: {v.U8(at + 1)} ");
            p.Add(set, ChannelFirst, v, at);
            p.Add(set, ChannelRange, v, at + 1);
        }
    }
}
