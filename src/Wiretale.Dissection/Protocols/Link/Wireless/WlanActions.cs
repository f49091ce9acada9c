using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>Action frames (IEEE 802.11-2020 section 9.6): a category, an action of it, and what that needs.</summary>
static class WlanActions
{
    const int Spectrum = 0, Qos = 1, BlockAck = 3, Public = 4, Radio = 5, FastTransition = 6, HighThroughput = 7, SaQuery = 8, ProtectedPublic = 9, Wnm = 10,
        UnprotectedWnm = 11, Tdls = 12, Mesh = 13, SelfProtected = 15, VeryHighThroughput = 21, Vendor = 127;

    static readonly Protocol P = Wlan.P;
    static readonly Field Category = P.UInt16("wlan.fixed.category_code", "Category code", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Spectrum Management (SM)"), (1, "Quality of Service (QoS)"), (2, "Direct-Link Setup (DLS)"), (3, "Block Ack"),
        (4, "Public Action"), (5, "Radio Measurement"), (6, "Fast BSS Transition"), (7, "High Throughput"), (8, "SA Query"),
        (9, "Protected Dual of Public Action"), (10, "WNM"), (11, "Unprotected WNM"), (12, "TDLS"), (13, "MESH"), (14, "Multihop"),
        (15, "Self-protected"), (16, "DMG"), (17, "Management Notification"), (18, "Fast Session Transfer"), (19, "Robust AV Streaming"),
        (20, "Unprotected DMG"), (21, "VHT"), (22, "S1G"), (23, "S1G Relay"), (24, "Flow Control"),
        (25, "Control Response MCS Negotiation"), (26, "FILS"), (30, "HE"), (31, "Protected HE"), (34, "Protected FTM"),
        (126, "Vendor-specific Protected"), (127, "Vendor Specific"), (128, "Spectrum Management (SM) (error)"),
        (129, "Quality of Service (QoS (error))"), (130, "Direct-Link Setup (DLS) (error)"), (131, "Block Ack (error)"),
        (132, "Public Action (error)"), (133, "Radio Measurement (error)"), (134, "Fast BSS Transition (error)"),
        (135, "High Throughput (error)"), (136, "SA Query (error)"), (137, "Protected Dual of Public Action (error)"), (138, "WNM (error)"),
        (139, "Unprotected WNM (error)"), (140, "TDLS (error)"), (141, "Mesh (error)"), (142, "Multihop (error)"),
        (143, "Self-protected (error)"), (144, "DMG (error)"), (145, "Management Notification (error)"),
        (146, "Fast Session Transfer (error)"), (147, "Robust AV Streaming (error)"), (148, "Unprotected DMG (error)"),
        (149, "VHT (error)"), (158, "HE (error)"), (159, "Protected HE (error)"), (162, "Protected FTM (error)"),
        (254, "Vendor-specific Protected (error)"), (255, "Vendor Specific (error)")]));
    static readonly ValueNames SpectrumNames = ValueNames.Of(() => [(0, "Measurement Request"), (1, "Measurement Report"), (2, "TPC Request"), (3, "TPC Report"), (4, "Channel Switch Announcement")]);
    static readonly ValueNames QosNames = ValueNames.Of(() => [(0, "ADDTS Request"), (1, "ADDTS Response"), (2, "DELTS"), (3, "Schedule"), (4, "QoS Map Configure")]);
    static readonly ValueNames BlockAckNames = ValueNames.Of(() => [
        (0x00, "Add Block Ack Request"), (0x01, "Add Block Ack Response"), (0x02, "Delete Block Ack"), (0x80, "NDP ADDBA Request"), (0x81, "NDP ADDBA Response"), (0x82, "NDP DELBA"),
        (0x84, "BAT ADDBA Request"), (0x85, "BAT ADDBA Request"), (0x86, "BAT DELBA")]);
    static readonly ValueNames RadioNames = ValueNames.Of(() => [
        (0, "Radio Measurement Request"), (1, "Radio Measurement Report"), (2, "Link Measurement Request"), (3, "Link Measurement Report"), (4, "Neighbor Report Request"),
        (5, "Neighbor Report Response")]);
    static readonly ValueNames TransitionNames = ValueNames.Of(() => [(1, "FT Request"), (2, "FT Response"), (3, "FT Confirm"), (4, "FT Ack")]);
    static readonly ValueNames SaQueryNames = ValueNames.Of(() => [(0, "SA Query Request"), (1, "SA Query Response")]);
    static readonly ValueNames WnmNames = ValueNames.Of(() => [
        (0, "Event Request"), (1, "Event Report"), (2, "Diagnostic Request"), (3, "Diagnostic Report"), (4, "Location Configuration Request"), (5, "Location Configuration Response"),
        (6, "BSS Transition Management Query"), (7, "BSS Transition Management Request"), (8, "BSS Transition Management Response"), (9, "FMS Request"), (10, "FMS Response"),
        (11, "Collocated Interference Request"), (12, "Collocated Interference Report"), (13, "TFS Request"), (14, "TFS Response"), (15, "TFS Notify"), (16, "WNM-Sleep Mode Request"),
        (17, "WNM-Sleep Mode Response"), (18, "TIM Broadcast Request"), (19, "TIM Broadcast Response"), (20, "QoS Traffic Capability Update"), (21, "Channel Usage Request"),
        (22, "Channel Usage Response"), (23, "DMS Request"), (24, "DMS Response"), (25, "Timing Measurement Request"), (26, "WNM-Notification Request"), (27, "WNM-Notification Response")]);
    static readonly ValueNames UnprotectedWnmNames = ValueNames.Of(() => [(0, "TIM"), (1, "Timing Measurement")]);
    static readonly Field SpectrumAction = P.UInt8("wlan.fixed.action_code", "Action code", FieldBase.Dec, SpectrumNames);
    static readonly Field QosAction = P.UInt16("wlan.fixed.action_code", "Action code", FieldBase.Hex, QosNames);
    static readonly Field BlockAckAction = P.UInt8("wlan.fixed.action_code", "Action code", FieldBase.Hex, BlockAckNames);
    static readonly Field RadioAction = P.UInt8("wlan.fixed.action_code", "Action code", FieldBase.Dec, RadioNames);
    static readonly Field TransitionAction = P.UInt8("wlan.fixed.action_code", "Action code", FieldBase.Dec, TransitionNames);
    static readonly Field SaQueryAction = P.UInt8("wlan.fixed.action_code", "Action code", FieldBase.Dec, SaQueryNames);
    static readonly Field WnmAction = P.UInt8("wlan.fixed.action_code", "Action code", FieldBase.Dec, WnmNames);
    static readonly Field UnprotectedWnmAction = P.UInt8("wlan.fixed.action_code", "Action code", FieldBase.Dec, UnprotectedWnmNames);
    static readonly Field PublicAction = P.UInt8("wlan.fixed.publicact", "Public Action", FieldBase.Hex, ValueNames.Of(() => [
        (0, "20/40 BSS Coexistence Management"), (1, "DSE enablement"), (2, "DSE deenablement"),
        (3, "DSE Registered Location Announcement"), (4, "Extended Channel Switch Announcement"), (5, "DSE measurement request"),
        (6, "DSE measurement report"), (7, "Measurement Pilot"), (8, "DSE power constraint"), (9, "Vendor Specific"),
        (10, "GAS Initial Request"), (11, "GAS Initial Response"), (12, "GAS Comeback Request"), (13, "GAS Comeback Response"),
        (14, "TDLS Discovery Response"), (15, "Location Track Notification"), (16, "QAB Request"), (17, "QAB Response"), (18, "QMF Policy"),
        (19, "QMF Policy Change"), (20, "QLoad Request"), (21, "QLoad Report"), (22, "HCCA TXOP Advertisement"), (23, "HCCA TXOP Response"),
        (24, "Public Key"), (25, "Channel Availability Query"), (26, "Channel Schedule Management"), (27, "Contact Verification Signal"),
        (28, "GDD Enablement Request"), (29, "GDD Enablement Response"), (30, "Network Channel Control"),
        (31, "White Space Map Announcement"), (32, "FTM Request"), (33, "FTM"), (34, "FILS Discovery"), (47, "Location Measurement Report"),
        (48, "ISTA Passive TB Ranging Measurement Report"), (49, "Primary RSTA Broadcast Passive TB Ranging Measurement Report"),
        (50, "Secondary RSTA Broadcast Passive TB Ranging Measurement Report"), (1, "Protected DSE enablement"),
        (2, "Protected DSE deenablement"), (4, "Protected Extended Channel Switch Announcement"), (5, "Protected DSE measurement request"),
        (6, "Protected DSE measurement report"), (8, "Protected DSE power constraint"), (9, "Protected Vendor Specific"),
        (10, "Protected GAS Initial Request"), (11, "Protected GAS Initial Response"), (12, "Protected GAS Comeback Request"),
        (13, "Protected GAS Comeback Response"), (16, "Protected QAB Request"), (17, "Protected QAB Response")]));
    static readonly Field HtAction = P.UInt8("wlan.fixed.htact", "HT Action", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "Notify Channel Width"), (0x1, "Spatial Multiplexing (SM) Power Save"), (0x2, "Power Save Multi-Poll (PSMP) action frame"),
        (0x3, "Set PCO Phase"), (0x4, "MIMO CSI Matrices"), (0x5, "MIMO Non-compressed Beamforming"), (0x6, "MIMO Compressed Beamforming"),
        (0x7, "Antenna Selection Indices Feedback"), (0x8, "HT Information Exchange")]));
    static readonly Field MeshAction = P.UInt8("wlan.fixed.mesh_action", "Mesh Action code", FieldBase.Hex, ValueNames.Of(() => [
        (0, "Mesh Link Metric Report"), (1, "HWMP Mesh Path Selection"), (2, "Gate Announcement"), (3, "Congestion Control Notification"),
        (4, "MCCA Setup Request"), (5, "MCCA Setup Reply"), (6, "MCCA Advertisement Request"), (7, "MCCA Advertisement"),
        (8, "MCCA Teardown"), (9, "TBTT Adjustment Request"), (10, "TBTT Adjustment Response")]));
    static readonly Field SelfProtectedAction = P.UInt8("wlan.fixed.selfprot_action", "Self-protected Action code", FieldBase.Hex, ValueNames.Of(() => [
        (0x1, "Mesh Peering Open"), (0x2, "Mesh Peering Confirm"), (0x3, "Mesh Peering Close"), (0x4, "Mesh Group Key Inform"),
        (0x5, "Mesh Group Key Ack")]));
    static readonly Field VhtAction = P.UInt8("wlan.vht.action", "VHT Action", FieldBase.Dec, ValueNames.Of(() => [(0, "VHT Compressed Beamforming"), (1, "Group ID Management"), (2, "Operating Mode Notification")]));
    static readonly Field OperatingMode = P.Bytes("wlan.vht.operation_mode_notification", "Operation Mode Notification");
    static readonly Field DialogToken = P.UInt8("wlan.fixed.dialog_token", "Dialog token", FieldBase.Hex);
    static readonly Field RadioToken = P.UInt8("wlan.rm.dialog_token", "Dialog token");
    static readonly Field RadioRepetitions = P.UInt16("wlan.rm.repetitions", "Repetitions");
    static readonly Field RadioPower = P.Field(FieldType.Int8, "wlan.rm.tx_power", "Transmit Power Used", FieldBase.Dec, names: ValueNames.Unit(" dBm"));
    static readonly Field RadioMaxPower = P.Field(FieldType.Int8, "wlan.rm.max_tx_power", "Max Transmit Power", FieldBase.Dec, names: ValueNames.Unit(" dBm"));
    static readonly Field BlockParameters = P.UInt16("wlan.fixed.baparams", "Block Ack Parameters", FieldBase.Hex);
    static readonly Field[] BlockParameterBits =
    [
        P.Flag("wlan.fixed.baparams.amsdu", "A-MSDUs", 16, 0x1, ValueNames.Flag("Permitted in QoS Data MPDUs", "Not Permitted")),
        P.Flag("wlan.fixed.baparams.policy", "Block Ack Policy", 16, 0x2, ValueNames.Flag("Immediate Block Ack", "Delayed Block Ack")),
        P.UInt16("wlan.fixed.baparams.tid", "Traffic Identifier", FieldBase.Hex, mask: 0x3c),
        P.UInt16("wlan.fixed.baparams.buffersize", "Number of Buffers (1 Buffer = 2304 Bytes)", mask: 0xffc0),
    ];

    static readonly Field BlockTimeout = P.UInt16("wlan.fixed.batimeout", "Block Ack Timeout", FieldBase.Hex);
    static readonly Field DeleteParameters = P.UInt16("wlan.fixed.delba.param", "Delete Block Ack (DELBA) Parameter Set", FieldBase.Hex);
    static readonly Field[] DeleteParameterBits =
    [
        P.UInt16("wlan.fixed.delba.param.reserved", "Reserved", FieldBase.Hex, mask: 0x7ff),
        P.Flag("wlan.fixed.delba.param.initiator", "Initiator", 16, 0x800),
        P.UInt16("wlan.fixed.delba.param.tid", "TID", FieldBase.Hex, mask: 0xf000),
    ];

    static readonly Field ChannelWidth = P.UInt8("wlan.fixed.chanwidth", "Supported Channel Width", FieldBase.Hex, ValueNames.Of(() => [(0x0, "20 MHz channel width only"), (0x1, "Any channel width in the STA's Supported Channel Width Set")]));
    static readonly Field SpatialPower = P.UInt8("wlan.fixed.sm.powercontrol", "Spatial Multiplexing (SM) Power Control", FieldBase.Hex);
    static readonly Field[] SpatialPowerBits =
    [
        P.Flag("wlan.fixed.sm.powercontrol.enabled", "SM Power Save", 8, 0x1, ValueNames.Flag("Enabled", "Disabled")),
        P.Flag("wlan.fixed.sm.powercontrol.mode", "SM Mode", 8, 0x2, ValueNames.Flag("Dynamic SM Power Save mode", "Static SM Power Save mode")),
        P.UInt8("wlan.fixed.sm.powercontrol.reserved", "Reserved", FieldBase.Hex, mask: 0xfc),
    ];

    static readonly Field Transaction = P.UInt16("wlan.fixed.transaction_id", "Transaction Id", FieldBase.Hex);
    static readonly Field StationAddress = P.Ether("wlan.fixed.sta_address", "STA Address");
    static readonly Field TargetAddress = P.Ether("wlan.fixed.target_ap_address", "Target AP Address");
    static readonly Field QueryReason = P.UInt8("wlan.fixed.bss_transition_query_reason", "BSS Transition Query Reason", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Unspecified"), (1, "Excessive frame loss rates and/or poor conditions"), (2, "Excessive delay for current traffic streams"),
        (3, "Insufficient QoS capacity for current traffic streams (TSPEC rejected)"),
        (4, "First association to ESS (the association initiated by an Association Request frame instead of a Reassociation Request frame)"),
        (5, "Load balancing"), (6, "Better AP found"), (7, "Deauthenticated or Disassociated from the previous AP"),
        (8, "AP failed IEEE 802.1X EAP Authentication"), (9, "AP failed 4-way handshake"),
        (10, "Received too many replay counter failures"), (11, "Received too many data MIC failures"),
        (12, "Exceeded maximum number of retransmissions"), (13, "Received too many broadcast disassociations"),
        (14, "Received too many broadcast deauthentications"), (15, "Previous transition failed"), (16, "Low RSSI"),
        (17, "Roam from a non-IEEE-802.11 system"), (18, "Transition due to received BSS Transition Request frame"),
        (19, "Preferred BSS transition candidate list included"), (20, "Leaving ESS")]));
    static readonly Field[] RequestModeBits =
    [
        P.UInt8("wlan.fixed.request_mode.pref_cand", "Preferred Candidate List Included", mask: 0x1),
        P.UInt8("wlan.fixed.request_mode.abridged", "Abridged", mask: 0x2),
        P.UInt8("wlan.fixed.request_mode.disassoc_imminent", "Disassociation Imminent", mask: 0x4),
        P.UInt8("wlan.fixed.request_mode.bss_term_included", "BSS Termination Included", mask: 0x8),
        P.UInt8("wlan.fixed.request_mode.ess_disassoc_imminent", "ESS Disassociation Imminent", mask: 0x10),
    ];

    static readonly Field DisassociationTimer = P.UInt16("wlan.fixed.disassoc_timer", "Disassociation Timer");
    static readonly Field Validity = P.UInt8("wlan.fixed.validity_interval", "Validity Interval");
    static readonly Field TransitionStatus = P.UInt8("wlan.fixed.bss_transition_status_code", "BSS Transition Status Code");
    static readonly Field TerminationDelay = P.UInt8("wlan.fixed.bss_termination_delay", "BSS Termination Delay");
    static readonly Expert VhtUndecoded = P.Expert("wlan.vht.action.undecoded", Severity.Note, ExpertGroup.Undecoded, "All subtype of VHT Action is not yet supported by Wireshark");

    /// <summary>Adds what stands before the elements, and returns where these begin.</summary>
    public static int Add(Packet p, in View v, Node tree)
    {
        var branch = p.AddText(tree, v, 0, v.Captured, "Fixed parameters");
        var part = branch.IsWanted ? branch : tree;
        int category = v.U8(0);
        p.Add(part, Category, v, 0, 1);
        int end = category switch
        {
            Spectrum => AddSpectrum(p, v, part),
            Qos => AddQos(p, v, part),
            BlockAck => AddBlockAck(p, v, part),
            Public or ProtectedPublic => AddPublic(p, v, part),
            Radio => AddRadio(p, v, part),
            FastTransition => AddTransition(p, v, part),
            HighThroughput => AddHighThroughput(p, v, part),
            SaQuery => Two(p, v, part, SaQueryAction, Transaction),
            Wnm => AddWnm(p, v, part),
            UnprotectedWnm => p.AddAll(part, v, 1, UnprotectedWnmAction),
            Mesh => p.AddAll(part, v, 1, MeshAction),
            SelfProtected => AddSelfProtected(p, v, part),
            VeryHighThroughput => AddVeryHighThroughput(p, v, part),
            Vendor => AddVendor(p, v, part),
            _ => 1,
        };
        p.SetLength(branch, Math.Min(end, v.Captured));
        return end;
    }

    static int Two(Packet p, in View v, Node tree, Field action, Field number)
    {
        p.Add(tree, action, v, 1);
        p.Add(tree, number, v, 2, littleEndian: true);
        return 2 + number.Size;
    }

    static int AddToken(Packet p, in View v, Node tree, Field field)
    {
        p.Add(tree, field, v, 2);
        return 3;
    }

    static int AddSpectrum(Packet p, in View v, Node tree)
    {
        int action = v.U8(1);
        p.Add(tree, SpectrumAction, v, 1);
        if (action > 3)
        {
            return 2;
        }

        p.Info.Append($", Dialog Token={v.U8(2)}");
        return AddToken(p, v, tree, DialogToken);
    }

    static int AddQos(Packet p, in View v, Node tree)
    {
        const int Request = 0, Response = 1, Delete = 2;
        int action = v.U8(1);
        p.AddUInt(tree, QosAction, v, 1, 1, (ulong)action);
        switch (action)
        {
            case Request:
                return AddToken(p, v, tree, DialogToken);
            case Response:
                p.Add(tree, DialogToken, v, 2);
                p.Add(tree, WlanManagement.StatusCode, v, 3, littleEndian: true);
                return 5;
            case Delete:
                WlanElements.AddStream(p, v, tree, 2);
                p.Add(tree, WlanManagement.ReasonCode, v, 5, littleEndian: true);
                return 7;
            default:
                return 2;
        }
    }

    static int AddBlockAck(Packet p, in View v, Node tree)
    {
        const int Request = 0, Response = 1, Delete = 2;
        int action = v.U8(1);
        p.Add(tree, BlockAckAction, v, 1);
        if (action == Delete)
        {
            p.AddBits(tree, DeleteParameters, v, 2, DeleteParameterBits, littleEndian: true, sumUp: true);
            p.Add(tree, WlanManagement.ReasonCode, v, 4, littleEndian: true);
            return 6;
        }

        if (action is not (Request or Response))
        {
            return 2;
        }

        int at = AddToken(p, v, tree, DialogToken);
        p.Info.Append($", Dialog Token={v.U8(2)}");
        if (action == Response)
        {
            p.Add(tree, WlanManagement.StatusCode, v, at, littleEndian: true);
            at += 2;
        }

        p.AddBits(tree, BlockParameters, v, at, BlockParameterBits, littleEndian: true, sumUp: true);
        p.Add(tree, BlockTimeout, v, at + 2, littleEndian: true);
        at += 4;
        if (action == Request)
        {
            WlanControl.AddStart(p, v, tree, at);
            at += 2;
        }

        return at;
    }

    static int AddPublic(Packet p, in View v, Node tree)
    {
        const int VendorSpecific = 9;
        int action = v.U8(1);
        p.Add(tree, PublicAction, v, 1);
        return action == VendorSpecific ? WlanVendor.AddAction(p, v, tree, 2) : 2;
    }

    static int AddRadio(Packet p, in View v, Node tree)
    {
        const int Request = 0, LinkRequest = 2, LinkReport = 3;
        int action = v.U8(1);
        p.Add(tree, RadioAction, v, 1);
        if (action > 5)
        {
            return 2;
        }

        int at = AddToken(p, v, tree, RadioToken);
        switch (action)
        {
            case Request:
                p.Add(tree, RadioRepetitions, v, at, littleEndian: true);
                return at + 2;
            case LinkRequest:
                p.Add(tree, RadioPower, v, at, 1);
                p.Add(tree, RadioMaxPower, v, at + 1, 1);
                return at + 2;
            case LinkReport:
                return at;
            default:
                return at;
        }
    }

    static int AddTransition(Packet p, in View v, Node tree)
    {
        int action = v.U8(1);
        p.AddAll(tree, v, 1, TransitionAction, StationAddress, TargetAddress);
        if (action is 2 or 3)
        {
            p.Add(tree, WlanManagement.StatusCode, v, 14, littleEndian: true);
            return 16;
        }

        return 14;
    }

    static int AddHighThroughput(Packet p, in View v, Node tree)
    {
        const int Width = 0, Power = 1;
        int action = v.U8(1);
        p.Add(tree, HtAction, v, 1);
        if (action == Width)
        {
            p.Add(tree, ChannelWidth, v, 2);
            return 3;
        }

        if (action == Power)
        {
            p.AddBits(tree, SpatialPower, v, 2, SpatialPowerBits, sumUp: true);
            return 3;
        }

        return 2;
    }

    static int AddWnm(Packet p, in View v, Node tree)
    {
        const int Query = 6, Response = 8, TerminationIncluded = 0x08, Imminent = 0x10;
        int action = v.U8(1);
        p.Add(tree, WnmAction, v, 1);
        p.Info.Set(WnmNames.FindOr((ulong)action, "Unknown"));
        if (action is < Query or > Response)
        {
            return 2;
        }

        int token = v.U8(2), at = AddToken(p, v, tree, DialogToken);
        p.Info.Append($", Dialog Token={token}");
        if (action == Query)
        {
            p.Add(tree, QueryReason, v, at);
            return at + 1;
        }

        if (action == Response)
        {
            p.Add(tree, TransitionStatus, v, at);
            p.Add(tree, TerminationDelay, v, at + 1);
            return at + 2;
        }

        int mode = v.U8(at);
        foreach (var bit in RequestModeBits)
        {
            p.Add(tree, bit, v, at);
        }

        p.Add(tree, DisassociationTimer, v, at + 1, littleEndian: true);
        p.Add(tree, Validity, v, at + 3);
        return at + 4 + ((mode & TerminationIncluded) != 0 ? 12 : 0) + ((mode & Imminent) != 0 && v.Has(at + 4, 1) ? 1 + v.U8(at + 4) : 0);
    }

    static int AddSelfProtected(Packet p, in View v, Node tree)
    {
        const int Open = 1, Confirm = 2;
        int action = v.U8(1);
        p.Add(tree, SelfProtectedAction, v, 1);
        if (action is not (Open or Confirm))
        {
            return 2;
        }

        WlanManagement.AddCapabilities(p, v, tree, 2);
        if (action == Confirm)
        {
            return 6;
        }

        return 4;
    }

    static int AddVeryHighThroughput(Packet p, in View v, Node tree)
    {
        const int Mode = 2;
        int action = v.U8(1);
        p.Add(tree, VhtAction, v, 1);
        if (action == Mode)
        {
            p.Expert(p.Add(tree, OperatingMode, v, 2, 1), VhtUndecoded, v, 2, 0);
            return 3;
        }

        return v.Reported;
    }

    static int AddVendor(Packet p, in View v, Node tree)
    {
        WlanVendor.AddOui(p, v, tree, 1);
        p.CallData(v.From(4), tree);
        return v.Reported;
    }
}
