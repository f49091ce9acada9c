using System.Numerics;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>What stations and networks say of high throughput, 802.11n (IEEE 802.11-2020 section 9.4.2.55 and 56), and very high throughput, 802.11ac (9.4.2.157 and 158).</summary>
static class WlanThroughput
{
    static readonly Protocol P = Wlan.P;
    static readonly Field HtCapabilities = P.UInt16("wlan.ht.capabilities", "HT Capabilities Info", FieldBase.Hex);
    static readonly Field VendorHtCapabilities = P.UInt16("wlan.vs.ht.capabilities", "HT Capabilities Info (VS)", FieldBase.Hex);
    static readonly Field[] HtCapabilityBits =
    [
        P.Flag("wlan.ht.capabilities.ldpccoding", "HT LDPC coding capability", 16, 0x1, ValueNames.Flag("Transmitter supports receiving LDPC coded packets", "Transmitter does not support receiving LDPC coded packets")),
        P.Flag("wlan.ht.capabilities.width", "HT Support channel width", 16, 0x2, ValueNames.Flag("Transmitter supports 20MHz and 40MHz operation", "Transmitter only supports 20MHz operation")),
        P.UInt16("wlan.ht.capabilities.sm", "HT SM Power Save", FieldBase.Hex, ValueNames.Of(() => [(0x0, "Static SM Power Save mode"), (0x1, "Dynamic SM Power Save mode"), (0x2, "Reserved"), (0x3, "SM Power Save disabled")]), mask: 0xc),
        P.Flag("wlan.ht.capabilities.green", "HT Green Field", 16, 0x10, ValueNames.Flag("Transmitter is able to receive PPDUs with Green Field (GF) preamble", "Transmitter is not able to receive PPDUs with Green Field (GF) preamble")),
        P.Flag("wlan.ht.capabilities.short20", "HT Short GI for 20MHz", 16, 0x20, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.ht.capabilities.short40", "HT Short GI for 40MHz", 16, 0x40, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.ht.capabilities.txstbc", "HT Tx STBC", 16, 0x80, ValueNames.Flag("Supported", "Not supported")),
        P.UInt16("wlan.ht.capabilities.rxstbc", "HT Rx STBC", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "No Rx STBC support"), (0x1, "Rx support of one spatial stream"), (0x2, "Rx support of one and two spatial streams"),
        (0x3, "Rx support of one, two, and three spatial streams")]), mask: 0x300),
        P.Flag("wlan.ht.capabilities.delayedblockack", "HT Delayed Block ACK", 16, 0x400, ValueNames.Flag("Transmitter supports HT-Delayed BlockAck", "Transmitter does not support HT-Delayed BlockAck")),
        P.Flag("wlan.ht.capabilities.amsdu", "HT Max A-MSDU length", 16, 0x800, ValueNames.Flag("7935 bytes", "3839 bytes")),
        P.Flag("wlan.ht.capabilities.dsscck", "HT DSSS/CCK mode in 40MHz", 16, 0x1000, ValueNames.Flag("Will/Can use DSSS/CCK in 40 MHz", "Won't/Can't use of DSSS/CCK in 40 MHz")),
        P.Flag("wlan.ht.capabilities.psmp", "HT PSMP Support", 16, 0x2000, ValueNames.Flag("Will/Can support PSMP operation", "Won't/Can't support PSMP operation")),
        P.Flag("wlan.ht.capabilities.40mhzintolerant", "HT Forty MHz Intolerant", 16, 0x4000, ValueNames.Flag("Use of 40 MHz transmissions restricted/disallowed", "Use of 40 MHz transmissions unrestricted/allowed")),
        P.Flag("wlan.ht.capabilities.lsig", "HT L-SIG TXOP Protection support", 16, 0x8000, ValueNames.Flag("Supported", "Not supported")),
    ];

    static readonly Field AggregateParameters = P.UInt8("wlan.ht.ampduparam", "A-MPDU Parameters", FieldBase.Hex);
    static readonly Field VendorAggregateParameters = P.UInt8("wlan.vs.ht.ampduparam", "A-MPDU Parameters (VS)", FieldBase.Hex);
    static readonly Field AggregateLength = P.UInt8("wlan.ht.ampduparam.maxlength", "Maximum Rx A-MPDU Length", FieldBase.Hex, mask: 0x3);
    static readonly Field AggregateDensity = P.UInt8("wlan.ht.ampduparam.mpdudensity", "MPDU Density", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "no restriction"), (0x1, "1/4 [usec]"), (0x2, "1/2 [usec]"), (0x3, "1 [usec]"), (0x4, "2 [usec]"), (0x5, "4 [usec]"),
        (0x6, "8 [usec]"), (0x7, "16 [usec]")]), mask: 0x1c);
    static readonly Field AggregateReserved = P.UInt8("wlan.ht.ampduparam.reserved", "Reserved", FieldBase.Hex, mask: 0xe0);
    static readonly Field SchemeSet = P.Label("wlan.ht.mcsset", "Rx Supported Modulation and Coding Scheme Set");
    static readonly Field VendorSchemeSet = P.Label("wlan.vs.ht.mcsset", "Rx Supported Modulation and Coding Scheme Set (VS)");
    static readonly Field SchemeMask = P.Label("wlan.ht.mcsset.rxbitmask", "Rx Modulation and Coding Scheme (One bit per modulation)");
    static readonly Field[] SchemeMaskBits1 =
    [
        P.UInt32("wlan.ht.mcsset.rxbitmask.0to7", "Rx Bitmask Bits 0-7", FieldBase.Hex, mask: 0xff),
        P.UInt32("wlan.ht.mcsset.rxbitmask.8to15", "Rx Bitmask Bits 8-15", FieldBase.Hex, mask: 0xff00),
        P.UInt32("wlan.ht.mcsset.rxbitmask.16to23", "Rx Bitmask Bits 16-23", FieldBase.Hex, mask: 0xff0000),
        P.UInt32("wlan.ht.mcsset.rxbitmask.24to31", "Rx Bitmask Bits 24-31", FieldBase.Hex, mask: 0xff000000),
    ];

    static readonly Field[] SchemeMaskBits2 =
    [
        P.UInt32("wlan.ht.mcsset.rxbitmask.32", "Rx Bitmask Bit 32", FieldBase.Hex, mask: 0x1),
        P.UInt32("wlan.ht.mcsset.rxbitmask.33to38", "Rx Bitmask Bits 33-38", FieldBase.Hex, mask: 0x7e),
        P.UInt32("wlan.ht.mcsset.rxbitmask.39to52", "Rx Bitmask Bits 39-52", FieldBase.Hex, mask: 0x1fff80),
    ];

    static readonly Field SchemeMaskBits3 = P.UInt32("wlan.ht.mcsset.rxbitmask.53to76", "Rx Bitmask Bits 53-76", FieldBase.Hex, mask: 0x1fffffe0);
    static readonly Field HighestRate = P.UInt16("wlan.ht.mcsset.highestdatarate", "Highest Supported Data Rate", FieldBase.Hex, mask: 0x3ff);
    static readonly Field TransmitDefined = P.Flag("wlan.ht.mcsset.txsetdefined", "Tx Supported MCS Set", 16, 0x1, ValueNames.Flag("Defined", "Not defined"));
    static readonly Field TransmitDiffers = P.Flag("wlan.ht.mcsset.txrxmcsnotequal", "Tx and Rx MCS Set", 16, 0x2, ValueNames.Flag("Not Equal", "Equal"));
    static readonly Field TransmitStreams = P.UInt16("wlan.ht.mcsset.txmaxss", "Maximum Number of Tx Spatial Streams Supported", FieldBase.Hex, mask: 0x000c);
    static readonly Field TransmitUnequal = P.Flag("wlan.ht.mcsset.txunequalmod", "Unequal Modulation", 16, 0x10, ValueNames.Flag("Supported", "Not supported"));
    static readonly Field HtExtended = P.UInt16("wlan.htex.capabilities", "HT Extended Capabilities", FieldBase.Hex);
    static readonly Field VendorHtExtended = P.UInt16("wlan.vs.htex.capabilities", "HT Extended Capabilities (VS)", FieldBase.Hex);
    static readonly Field[] HtExtendedBits =
    [
        P.Flag("wlan.htex.capabilities.pco", "Transmitter supports PCO", 16, 0x1, ValueNames.Flag("Supported", "Not supported")),
        P.UInt16("wlan.htex.capabilities.transtime", "Time needed to transition between 20MHz and 40MHz", FieldBase.Hex, ValueNames.Of(() => [(0x0, "No Transition"), (0x1, "400 usec"), (0x2, "1.5 msec"), (0x3, "5 msec")]), mask: 0x6),
        P.UInt16("wlan.htex.capabilities.mcs", "MCS Feedback capability", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "STA does not provide MCS feedback"), (0x1, "Reserved"), (0x2, "STA provides only unsolicited MCS feedback"),
        (0x3, "STA can provide MCS feedback in response to MRQ as well as unsolicited MCS feedback")]), mask: 0x300),
        P.Flag("wlan.htex.capabilities.htc", "High Throughput", 16, 0x400, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.htex.capabilities.rdresponder", "Reverse Direction Responder", 16, 0x800, ValueNames.Flag("Supported", "Not supported")),
    ];

    static readonly Field Beamforming = P.UInt32("wlan.txbf", "Transmit Beam Forming (TxBF) Capabilities", FieldBase.Hex);
    static readonly Field VendorBeamforming = P.UInt32("wlan.vs.txbf", "Transmit Beam Forming (TxBF) Capabilities (VS)", FieldBase.Hex);
    static readonly Field[] BeamformingBits =
    [
        P.Flag("wlan.txbf.txbf", "Transmit Beamforming", 32, 0x1, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.txbf.rxss", "Receive Staggered Sounding", 32, 0x2, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.txbf.txss", "Transmit Staggered Sounding", 32, 0x4, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.txbf.rxndp", "Receive Null Data packet (NDP)", 32, 0x8, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.txbf.txndp", "Transmit Null Data packet (NDP)", 32, 0x10, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.txbf.impltxbf", "Implicit TxBF capable", 32, 0x20, ValueNames.Flag("Supported", "Not supported")),
        P.UInt32("wlan.txbf.calibration", "Calibration", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "incapable"), (0x1, "Limited involvement, cannot initiate"), (0x2, "Limited involvement, can initiate"),
        (0x3, "Fully capable")]), mask: 0xc0),
        P.Flag("wlan.txbf.csi", "STA can apply TxBF using CSI explicit feedback", 32, 0x100, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.txbf.fm.uncompressed.tbf", "STA can apply TxBF using uncompressed beamforming feedback matrix", 32, 0x200, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.txbf.fm.compressed.tbf", "STA can apply TxBF using compressed beamforming feedback matrix", 32, 0x400, ValueNames.Flag("Supported", "Not supported")),
        P.UInt32("wlan.txbf.rcsi", "Receiver can return explicit CSI feedback", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "not supported"), (0x1, "delayed feedback capable"), (0x2, "immediate feedback capable"),
        (0x3, "delayed and immediate feedback capable")]), mask: 0x1800),
        P.UInt32("wlan.txbf.fm.uncompressed.rbf", "Receiver can return explicit uncompressed Beamforming Feedback Matrix", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "not supported"), (0x1, "delayed feedback capable"), (0x2, "immediate feedback capable"),
        (0x3, "delayed and immediate feedback capable")]), mask: 0x6000),
        P.UInt32("wlan.txbf.fm.compressed.bf", "STA can compress and use compressed Beamforming Feedback Matrix", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "not supported"), (0x1, "delayed feedback capable"), (0x2, "immediate feedback capable"),
        (0x3, "delayed and immediate feedback capable")]), mask: 0x18000),
        P.UInt32("wlan.txbf.mingroup", "Minimal grouping used for explicit feedback reports", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "No grouping supported"), (0x1, "Groups of 1, 2 supported"), (0x2, "Groups of 1, 4 supported"),
        (0x3, "Groups of 1, 2, 4 supported")]), mask: 0x60000),
        P.UInt32("wlan.txbf.csinumant", "Max antennae STA can support when CSI feedback required", FieldBase.Hex, ValueNames.Of(() => [(0x0, "1 TX antenna sounding"), (0x1, "2 TX antenna sounding"), (0x2, "3 TX antenna sounding"), (0x3, "4 TX antenna sounding")]), mask: 0x180000),
        P.UInt32("wlan.txbf.fm.uncompressed.maxant", "Max antennae STA can support when uncompressed Beamforming feedback required", FieldBase.Hex, ValueNames.Of(() => [(0x0, "1 TX antenna sounding"), (0x1, "2 TX antenna sounding"), (0x2, "3 TX antenna sounding"), (0x3, "4 TX antenna sounding")]), mask: 0x600000),
        P.UInt32("wlan.txbf.fm.compressed.maxant", "Max antennae STA can support when compressed Beamforming feedback required", FieldBase.Hex, ValueNames.Of(() => [(0x0, "1 TX antenna sounding"), (0x1, "2 TX antenna sounding"), (0x2, "3 TX antenna sounding"), (0x3, "4 TX antenna sounding")]), mask: 0x1800000),
        P.UInt32("wlan.txbf.csi.maxrows", "Maximum number of rows of CSI explicit feedback", FieldBase.Hex, ValueNames.Of(() => [(0x0, "1 row of CSI"), (0x1, "2 rows of CSI"), (0x2, "3 rows of CSI"), (0x3, "4 rows of CSI")]), mask: 0x6000000),
        P.UInt32("wlan.txbf.channelest", "Maximum number of space time streams for which channel dimensions can be simultaneously estimated", FieldBase.Hex, ValueNames.Of(() => [(0x0, "1 space time stream"), (0x1, "2 space time streams"), (0x2, "3 space time streams"), (0x3, "4 space time streams")]), mask: 0x18000000),
        P.UInt32("wlan.txbf.reserved", "Reserved", FieldBase.Hex, mask: 0xe0000000),
    ];

    static readonly Field Selection = P.UInt8("wlan.asel", "Antenna Selection (ASEL) Capabilities", FieldBase.Hex);
    static readonly Field VendorSelection = P.UInt8("wlan.vs.asel", "Antenna Selection (ASEL) Capabilities (VS)", FieldBase.Hex);
    static readonly Field[] SelectionBits =
    [
        P.Flag("wlan.asel.capable", "Antenna Selection Capable", 8, 0x1, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.asel.txcsi", "Explicit CSI Feedback Based Tx ASEL", 8, 0x2, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.asel.txif", "Antenna Indices Feedback Based Tx ASEL", 8, 0x4, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.asel.csi", "Explicit CSI Feedback", 8, 0x8, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.asel.if", "Antenna Indices Feedback", 8, 0x10, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.asel.rx", "Rx ASEL", 8, 0x20, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.asel.sppdu", "Tx Sounding PPDUs", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
        P.UInt8("wlan.asel.reserved", "Reserved", FieldBase.Hex, mask: 0x80),
    ];

    static readonly Field PrimaryChannel = P.UInt8("wlan.ht.info.primarychannel", "Primary Channel");
    static readonly Field HtInfo1 = P.UInt8("wlan.ht.info.delim1", "HT Information Subset (1 of 3)", FieldBase.Hex);
    static readonly Field[] HtInfo1Bits =
    [
        P.UInt8("wlan.ht.info.secchanoffset", "Secondary channel offset", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "No secondary channel"), (0x1, "Secondary channel is above the primary channel"), (0x2, "Reserved"),
        (0x3, "Secondary channel is below the primary channel")]), mask: 0x3),
        P.Flag("wlan.ht.info.chanwidth", "Supported channel width", 8, 0x4, ValueNames.Flag("Channel of any width supported", "20 MHz channel width only")),
        P.Flag("wlan.ht.info.rifs", "Reduced Interframe Spacing (RIFS)", 8, 0x8, ValueNames.Flag("Permitted", "Prohibited")),
        P.UInt8("wlan.ht.info.reserved_b4_b7", "Reserved", FieldBase.Hex, mask: 0xf0),
    ];

    static readonly Field HtInfo2 = P.UInt16("wlan.ht.info.delim2", "HT Information Subset (2 of 3)", FieldBase.Hex);
    static readonly Field[] HtInfo2Bits =
    [
        P.UInt16("wlan.ht.info.ht_protection", "HT Protection", FieldBase.Hex, ValueNames.Of(() => [(0x0, "No protection mode"), (0x1, "HT non-member protection mode"), (0x2, "20 MHz protection mode"), (0x3, "non-HT mixed mode")]), mask: 0x3),
        P.Flag("wlan.ht.info.greenfield", "Non-greenfield STAs present", 16, 0x4, ValueNames.Flag("One or more associated STAs are not greenfield capable", "All associated STAs are greenfield capable")),
        P.UInt16("wlan.ht.info.reserved_b11", "Reserved", FieldBase.Hex, mask: 0x8),
        P.Flag("wlan.ht.info.obssnonht", "OBSS non-HT STAs present", 16, 0x10, ValueNames.Flag("Use of protection for non-HT STAs by overlapping BSSs is needed", "Use of protection for non-HT STAs by overlapping BSSs is not needed")),
        P.UInt16("wlan.ht.info.chan_center_freq_seg_2", "Channel Center Frequency Segment 2", mask: 0x1fe0),
        P.UInt16("wlan.ht.info.reserved_b21_b23", "Reserved", FieldBase.Hex, mask: 0xe000),
    ];

    static readonly Field HtInfo3 = P.UInt16("wlan.ht.info.delim3", "HT Information Subset (3 of 3)", FieldBase.Hex);
    static readonly Field[] HtInfo3Bits =
    [
        P.UInt16("wlan.ht.info.reserved_b24_b29", "Reserved", FieldBase.Hex, mask: 0x3f),
        P.Flag("wlan.ht.info.dualbeacon", "Dual beacon", 16, 0x40, ValueNames.Flag("AP transmits a secondary beacon", "No second beacon is transmitted")),
        P.Flag("wlan.ht.info.dualcts", "Dual Clear To Send (CTS) protection", 16, 0x80, ValueNames.Flag("Required", "Not required")),
        P.Flag("wlan.ht.info.secondarybeacon", "Beacon ID", 16, 0x100, ValueNames.Flag("STBC beacon", "Primary beacon")),
        P.Flag("wlan.ht.info.lsigprotsupport", "L-SIG TXOP Protection Full Support", 16, 0x200, ValueNames.Flag("All HT STAs in the BSS support L-SIG TXOP protection", "One or more HT STAs in the BSS do not support L-SIG TXOP protection")),
        P.Flag("wlan.ht.info.pco.active", "Phased Coexistence Operation (PCO)", 16, 0x400, ValueNames.Flag("Active", "Inactive")),
        P.Flag("wlan.ht.info.pco.phase", "Phased Coexistence Operation (PCO) Phase", 16, 0x800, ValueNames.Flag("Switch to or continue 40 MHz phase", "Switch to or continue 20 MHz phase")),
        P.UInt16("wlan.ht.info.reserved_b36_b39", "Reserved", FieldBase.Hex, mask: 0xf000),
    ];

    static readonly Field VhtCapabilities = P.UInt32("wlan.vht.capabilities", "VHT Capabilities Info", FieldBase.Hex);
    static readonly Field[] VhtCapabilityBits =
    [
        P.UInt32("wlan.vht.capabilities.maxmpdulength", "Maximum MPDU Length", FieldBase.Hex, ValueNames.Of(() => [(0x0, "3 895"), (0x1, "7 991"), (0x2, "11 454"), (0x3, "Reserved")]), mask: 0x3),
        P.UInt32("wlan.vht.capabilities.supportedchanwidthset", "Supported Channel Width Set", FieldBase.Hex, ValueNames.Of(() => [(0x0, "Neither 160MHz nor 80+80 supported"), (0x1, "160MHz supported"), (0x2, "160MHz and 80+80 Supported"), (0x3, "Reserved")]), mask: 0xc),
        P.Flag("wlan.vht.capabilities.rxldpc", "Rx LDPC", 32, 0x10, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.vht.capabilities.short80", "Short GI for 80MHz/TVHT_MODE_4C", 32, 0x20, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.vht.capabilities.short160", "Short GI for 160MHz and 80+80MHz", 32, 0x40, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.vht.capabilities.txstbc", "Tx STBC", 32, 0x80, ValueNames.Flag("Supported", "Not supported")),
        P.UInt32("wlan.vht.capabilities.rxstbc", "Rx STBC", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "None"), (0x1, "1 Spatial Stream Supported"), (0x2, "1 to 2 Spatial Stream Supported"),
        (0x3, "1 to 3 Spatial Stream Supported"), (0x4, "1 to 4 Spatial Stream Supported"), (0x5, "Reserved"), (0x6, "Reserved"),
        (0x7, "Reserved")]), mask: 0x700),
        P.Flag("wlan.vht.capabilities.subeamformer", "SU Beamformer Capable", 32, 0x800, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.vht.capabilities.subeamformee", "SU Beamformee Capable", 32, 0x1000, ValueNames.Flag("Supported", "Not supported")),
        P.UInt32("wlan.vht.capabilities.beamformee_sts_cap", "Beamformee STS Capability", FieldBase.Hex, ValueNames.Of(() => [(0x0, "1"), (0x1, "2"), (0x2, "3"), (0x3, "4"), (0x4, "5"), (0x5, "6"), (0x6, "7"), (0x7, "8")]), mask: 0xe000),
        P.UInt32("wlan.vht.capabilities.soundingdimensions", "Number of Sounding Dimensions", FieldBase.Hex, ValueNames.Of(() => [(0x0, "1"), (0x1, "2"), (0x2, "3"), (0x3, "4"), (0x4, "5"), (0x5, "6"), (0x6, "7"), (0x7, "8")]), mask: 0x70000),
        P.Flag("wlan.vht.capabilities.mubeamformer", "MU Beamformer Capable", 32, 0x80000, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.vht.capabilities.mubeamformee", "MU Beamformee Capable", 32, 0x100000, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.vht.capabilities.vhttxopps", "TXOP PS", 32, 0x200000, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.vht.capabilities.vhthtc", "+HTC-VHT Capable", 32, 0x400000, ValueNames.Flag("Supported", "Not supported")),
        P.UInt32("wlan.vht.capabilities.maxampdu", "Max A-MPDU Length Exponent", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "8 191"), (0x1, "16 383"), (0x2, "32 767"), (0x3, "65 535"), (0x4, "131 071"), (0x5, "262 143"), (0x6, "524 287"),
        (0x7, "1 048 575")]), mask: 0x3800000),
        P.UInt32("wlan.vht.capabilities.linkadapt", "VHT Link Adaptation", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "No Feedback"), (0x1, "Reserved (logically only solicited feedback)"), (0x2, "Unsolicited feedback only"),
        (0x3, "Both (can provide unsolicited feedback and respond to VHT MRQ)")]), mask: 0xc000000),
        P.Flag("wlan.vht.capabilities.rxpatconsist", "Rx Antenna Pattern Consistency", 32, 0x10000000, ValueNames.Flag("Supported", "Not supported")),
        P.Flag("wlan.vht.capabilities.txpatconsist", "Tx Antenna Pattern Consistency", 32, 0x20000000, ValueNames.Flag("Supported", "Not supported")),
        P.UInt32("wlan.vht.capabilities.ext_nss_bw_support", "Extended NSS BW Support", FieldBase.Hex, mask: 0xc0000000),
    ];

    static readonly Field VhtSchemes = P.Label("wlan.vht.mcsset", "VHT Supported MCS Set");
    static readonly ValueNames StreamSchemes = ValueNames.Of(() => [(0x0, "MCS 0-7"), (0x1, "MCS 0-8"), (0x2, "MCS 0-9"), (0x3, "Not Supported")]);
    static readonly Field ReceiveMap = P.UInt16("wlan.vht.mcsset.rxmcsmap", "Rx MCS Map", FieldBase.Hex);
    static readonly Field[] ReceiveStreams = Streams("wlan.vht.mcsset.rxmcsmap", "Rx");
    static readonly Field ReceiveRate = P.UInt16("wlan.vht.mcsset.rxhighestlonggirate", "Rx Highest Long GI Data Rate (in Mb/s, 0 = subfield not in use)", FieldBase.Hex, mask: 0x1fff);
    static readonly Field MaximumStreams = P.UInt16("wlan.vht.mcsset.max_nsts_total", "MaX NSTS Total", mask: 0xe000);
    static readonly Field TransmitMap = P.UInt16("wlan.vht.mcsset.txmcsmap", "Tx MCS Map", FieldBase.Hex);
    static readonly Field[] VhtTransmitStreams = Streams("wlan.vht.mcsset.txmcsmap", "Tx");
    static readonly Field TransmitRate = P.UInt16("wlan.vht.mcsset.txhighestlonggirate", "Tx Highest Long GI Data Rate  (in Mb/s, 0 = subfield not in use)", FieldBase.Hex, mask: 0x1fff);
    static readonly Field ExtendedBandwidth = P.Flag("wlan.vht.ncsset.ext_nss_bw_cap", "Extended NSS BW Capable", 16, 0x2000, ValueNames.Flag("Capable", "Not capable"));
    static readonly Field VhtSchemesReserved = P.UInt16("wlan.vht.ncsset.reserved", "Reserved", FieldBase.Hex, mask: 0xc000);
    static readonly Field VhtOperation = P.Label("wlan.vht.op", "VHT Operation Info");
    static readonly Field VhtWidth = P.UInt8("wlan.vht.op.channelwidth", "Channel Width", FieldBase.Dec, ValueNames.Of(() => [
        (0, "20 MHz or 40 MHz BSS Bandwidth"), (1, "80 MHz, 160 MHz or 80+80 MHz BSS Bandwidth"), (2, "160 MHz BSS Bandwidth (deprecated)"),
        (3, "Non-contiguous 80+80 MHz BSS Bandwidth (deprecated)")]));
    static readonly Field VhtCenter0 = P.UInt8("wlan.vht.op.channelcenter0", "Channel Center Segment 0");
    static readonly Field VhtCenter1 = P.UInt8("wlan.vht.op.channelcenter1", "Channel Center Segment 1");
    static readonly Field BasicMap = P.UInt16("wlan.vht.op.basicmcsmap", "Basic MCS Map", FieldBase.Hex);
    static readonly Field[] BasicStreams = Streams("wlan.vht.op.basicmcsmap", "Basic");

    /// <summary>HT capabilities; an early draft's look the same in an element of its vendor's.</summary>
    public static void AddHtCapabilities(Packet p, in View v, Node tag, Node lengthNode, int length, bool isVendors)
    {
        const int Length = 26;
        if (!WlanElements.Require(p, v, lengthNode, length, Length, exactly: true))
        {
            return;
        }

        p.AddBits(tag, isVendors ? VendorHtCapabilities : HtCapabilities, v, 0, HtCapabilityBits, littleEndian: true);
        var parameters = p.Add(tag, isVendors ? VendorAggregateParameters : AggregateParameters, v, 2);
        var longest = p.Add(parameters, AggregateLength, v, 2);
        p.AppendLabel(longest, $" ({(1 << (13 + (v.U8(2) & 3))) - 1}[Bytes])");
        p.Add(parameters, AggregateDensity, v, 2);
        p.Add(parameters, AggregateReserved, v, 2);
        AddSchemes(p, v, tag, 3, isVendors ? VendorSchemeSet : SchemeSet, "Rx Supported Modulation and Coding Scheme Set: MCS Set");
        p.AddBits(tag, isVendors ? VendorHtExtended : HtExtended, v, 19, HtExtendedBits, littleEndian: true);
        p.AddBits(tag, isVendors ? VendorBeamforming : Beamforming, v, 21, BeamformingBits, littleEndian: true);
        p.AddBits(tag, isVendors ? VendorSelection : Selection, v, 25, SelectionBits);
    }

    /// <summary>HT operation.</summary>
    public static void AddHtOperation(Packet p, in View v, Node tag, Node lengthNode, int length)
    {
        const int Length = 22;
        if (!WlanElements.Require(p, v, lengthNode, length, Length))
        {
            return;
        }

        p.Add(tag, PrimaryChannel, v, 0);
        p.AddBits(tag, HtInfo1, v, 1, HtInfo1Bits);
        p.AddBits(tag, HtInfo2, v, 2, HtInfo2Bits, littleEndian: true);
        p.AddBits(tag, HtInfo3, v, 4, HtInfo3Bits, littleEndian: true);
        AddSchemes(p, v, tag, 6, SchemeSet, "Rx Supported Modulation and Coding Scheme Set: Basic MCS Set");
    }

    /// <summary>VHT capabilities.</summary>
    public static void AddVhtCapabilities(Packet p, in View v, Node tag, Node lengthNode, int length)
    {
        const int Length = 12;
        if (!WlanElements.Require(p, v, lengthNode, length, Length, exactly: true))
        {
            return;
        }

        p.AddBits(tag, VhtCapabilities, v, 0, VhtCapabilityBits, littleEndian: true);
        var schemes = p.Add(tag, VhtSchemes, v, 4, 8);
        p.AddBits(schemes, ReceiveMap, v, 4, ReceiveStreams, littleEndian: true);
        p.Add(schemes, ReceiveRate, v, 6, littleEndian: true);
        p.Add(schemes, MaximumStreams, v, 6, littleEndian: true);
        p.AddBits(schemes, TransmitMap, v, 8, VhtTransmitStreams, littleEndian: true);
        p.Add(schemes, TransmitRate, v, 10, littleEndian: true);
        p.Add(schemes, ExtendedBandwidth, v, 10, littleEndian: true);
        p.Add(schemes, VhtSchemesReserved, v, 10, littleEndian: true);
    }

    /// <summary>VHT operation.</summary>
    public static void AddVhtOperation(Packet p, in View v, Node tag, Node lengthNode, int length)
    {
        const int Length = 5;
        if (!WlanElements.Require(p, v, lengthNode, length, Length, exactly: true))
        {
            return;
        }

        var operation = p.Add(tag, VhtOperation, v, 0, 3);
        p.AddAll(operation, v, 0, VhtWidth, VhtCenter0, VhtCenter1);
        p.AddBits(tag, BasicMap, v, 3, BasicStreams, littleEndian: true);
    }

    static void AddSchemes(Packet p, in View v, Node tag, int at, Field set, string label)
    {
        const ushort Defined = 1, Differs = 2;
        var tree = p.Add(tag, set, v, at, 16);
        if (!p.WantsFields)
        {
            v.Ensure(at, 16);
            return;
        }

        p.Label(tree, $"{label}");
        uint streams = v.U32LE(at);
        int count = streams == 0 ? 0 : (31 - BitOperations.LeadingZeroCount(streams)) / 8 + 1;
        var mask = p.Add(tree, SchemeMask, v, at, 10);
        p.Label(mask, $"Rx Modulation and Coding Scheme (One bit per modulation): {(count == 0 ? "Reserved:" : "")}{(count == 0 ? 8 : count)}{(count == 0 ? "" : count == 1 ? " spatial stream" : " spatial streams")}");
        foreach (var field in SchemeMaskBits1)
        {
            p.Add(mask, field, v, at, littleEndian: true);
        }

        foreach (var field in SchemeMaskBits2)
        {
            p.Add(mask, field, v, at + 4, littleEndian: true);
        }

        p.Add(mask, SchemeMaskBits3, v, at + 6, littleEndian: true);
        p.Add(tree, HighestRate, v, at + 10, littleEndian: true);
        int transmit = v.U8(at + 12);
        p.AddUInt(tree, TransmitDefined, v, at + 12, 1, Bit(transmit, TransmitDefined));
        p.AddUInt(tree, TransmitDiffers, v, at + 12, 1, Bit(transmit, TransmitDiffers));
        var most = p.AddUInt(tree, TransmitStreams, v, at + 12, 1, (ulong)transmit);
        int own = ((transmit >> 2) & 3) + 1;
        p.AppendLabel(most, (transmit & Defined) == 0 ? ", TX MCS Set Not Defined"
            : $", {((transmit & Differs) == 0 ? count : own)} spatial stream{(((transmit & Differs) == 0 ? count : own) == 1 ? "" : "s")}");
        p.AddUInt(tree, TransmitUnequal, v, at + 12, 1, Bit(transmit, TransmitUnequal));

        static ulong Bit(int value, Field field) => (ulong)value & field.Mask;
    }

    static Field[] Streams(string name, string label)
    {
        var fields = new Field[8];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = P.UInt16($"{name}.ss{i + 1}", $"{label} {i + 1} SS", FieldBase.Hex, StreamSchemes, mask: 3ul << (2 * i));
        }

        return fields;
    }
}
