using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>Capabilities that are lists of bits, as many octets as the sender knows: extended ones (IEEE 802.11-2020 section 9.4.2.26) and those of radio measurement (9.4.2.44).</summary>
static class WlanCapabilities
{
    static readonly Protocol P = Wlan.P;
    static readonly Field Extended = P.UInt8("wlan.extcap", "Extended Capabilities", FieldBase.Hex);
    static readonly Field[][] ExtendedBits =
    [
        [
            P.Flag("wlan.extcap.b0", "20/40 BSS Coexistence Management Support", 8, 0x1, ValueNames.Flag("Supported", "Not supported")),
            P.UInt8("wlan.extcap.b1", "Reserved (was On-demand beacon)", FieldBase.Hex, mask: 0x2),
            P.Flag("wlan.extcap.b2", "Extended Channel Switching", 8, 0x4, ValueNames.Flag("Supported", "Not supported")),
            P.UInt8("wlan.extcap.b3", "Reserved (was WAVE indication)", FieldBase.Hex, mask: 0x8),
            P.Flag("wlan.extcap.b4", "PSMP Capability", 8, 0x10, ValueNames.Flag("Supported", "Not supported")),
            P.UInt8("wlan.extcap.b5", "Reserved", FieldBase.Hex, mask: 0x20),
            P.Flag("wlan.extcap.b6", "S-PSMP Support", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b7", "Event", 8, 0x80, ValueNames.Flag("Supported", "Not supported")),
        ],
        [
            P.Flag("wlan.extcap.b8", "Diagnostics", 8, 0x1, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b9", "Multicast Diagnostics", 8, 0x2, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b10", "Location Tracking", 8, 0x4, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b11", "FMS", 8, 0x8, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b12", "Proxy ARP Service", 8, 0x10, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b13", "Collocated Interference Reporting", 8, 0x20, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b14", "Civic Location", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b15", "Geospatial Location", 8, 0x80, ValueNames.Flag("Supported", "Not supported")),
        ],
        [
            P.Flag("wlan.extcap.b16", "TFS", 8, 0x1, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b17", "WNM Sleep Mode", 8, 0x2, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b18", "TIM Broadcast", 8, 0x4, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b19", "BSS Transition", 8, 0x8, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b20", "QoS Traffic Capability", 8, 0x10, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b21", "AC Station Count", 8, 0x20, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b22", "Multiple BSSID", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b23", "Timing Measurement", 8, 0x80, ValueNames.Flag("Supported", "Not supported")),
        ],
        [
            P.Flag("wlan.extcap.b24", "Channel Usage", 8, 0x1, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b25", "SSID List", 8, 0x2, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b26", "DMS", 8, 0x4, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b27", "UTC TSF Offset", 8, 0x8, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b28", "TPU Buffer STA Support", 8, 0x10, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b29", "TDLS Peer PSM Support", 8, 0x20, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b30", "TDLS channel switching", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b31", "Interworking", 8, 0x80, ValueNames.Flag("Supported", "Not supported")),
        ],
        [
            P.Flag("wlan.extcap.b32", "QoS Map", 8, 0x1, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b33", "EBR", 8, 0x2, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b34", "SSPN Interface", 8, 0x4, ValueNames.Flag("Supported", "Not supported")),
            P.UInt8("wlan.extcap.b35", "Reserved", FieldBase.Hex, mask: 0x8),
            P.Flag("wlan.extcap.b36", "MSGCF Capability", 8, 0x10, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b37", "TDLS Support", 8, 0x20, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b38", "TDLS Prohibited", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b39", "TDLS Channel Switching Prohibited", 8, 0x80, ValueNames.Flag("Supported", "Not supported")),
        ],
        [
            P.Flag("wlan.extcap.b40", "Reject Unadmitted Frame", 8, 0x1, ValueNames.Flag("Supported", "Not supported")),
            P.UInt8("wlan.extcap.serv_int_granularity", "Service Interval Granularity", FieldBase.Dec, ValueNames.Of(() => [(0, "5 ms"), (1, "10 ms"), (2, "15 ms"), (3, "20 ms"), (4, "25 ms"), (5, "30 ms"), (6, "35 ms"), (7, "40 ms")]), mask: 0xe),
            P.Flag("wlan.extcap.b44", "Identifier Location", 8, 0x10, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b45", "U-APSD Coexistence", 8, 0x20, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b46", "WNM Notification", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.UInt8("wlan.extcap.b47", "QAB Capability", FieldBase.Hex, mask: 0x80),
        ],
        [
            P.Flag("wlan.extcap.b48", "UTF-8 SSID", 8, 0x1, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b49", "QMF Activated", 8, 0x2),
            P.Flag("wlan.extcap.b50", "QMF Reconfiguration Activated", 8, 0x4),
            P.Flag("wlan.extcap.b51", "Robust AV Streaming", 8, 0x8),
            P.Flag("wlan.extcap.b52", "Advanced GCR", 8, 0x10),
            P.Flag("wlan.extcap.b53", "Mesh GCR", 8, 0x20),
            P.Flag("wlan.extcap.b54", "SCS", 8, 0x40),
            P.Flag("wlan.extcap.b55", "QLoad Report", 8, 0x80),
        ],
        [
            P.Flag("wlan.extcap.b56", "Alternate EDCA", 8, 0x1),
            P.Flag("wlan.extcap.b57", "Unprotected TXOP Negotiation", 8, 0x2),
            P.Flag("wlan.extcap.b58", "Protected TXOP Negotiation", 8, 0x4),
            P.UInt8("wlan.extcap.b59", "Reserved", FieldBase.Hex, mask: 0x8),
            P.Flag("wlan.extcap.b60", "Protected QLoad Report", 8, 0x10),
            P.Flag("wlan.extcap.b61", "TDLS Wider Bandwidth", 8, 0x20, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.extcap.b62", "Operating Mode Notification", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.UInt8("wlan.extcap.b63", "Max Number Of MSDUs In A-MSDU", mask: 0x80),
        ],
    ];

    static readonly Field Measurement = P.UInt8("wlan.rmcap", "RM Capabilities", FieldBase.Hex);
    static readonly Field[][] MeasurementBits =
    [
        [
            P.Flag("wlan.rmcap.b0", "Link Measurement", 8, 0x1, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b1", "Neighbor Report", 8, 0x2, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b2", "Parallel Measurements", 8, 0x4, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b3", "Repeated Measurements", 8, 0x8, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b4", "Beacon Passive Measurement", 8, 0x10, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b5", "Beacon Active Measurement", 8, 0x20, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b6", "Beacon Table Measurement", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.rmcap.b7", "Beacon Measurement Reporting Conditions", 8, 0x80, ValueNames.Flag("Enabled", "Disabled")),
        ],
        [
            P.Flag("wlan.rmcap.b8", "Frame Measurement", 8, 0x1, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b9", "Channel Load Measurement", 8, 0x2, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b10", "Noise Histogram Measurement", 8, 0x4, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b11", "Statistics Measurement", 8, 0x8, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b12", "LCI Measurement", 8, 0x10, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b13", "LCI Azimuth capability", 8, 0x20, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b14", "Transmit Stream/Category Measurement", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.rmcap.b15", "Triggered Transmit Stream/Category Measurement", 8, 0x80, ValueNames.Flag("Enabled", "Disabled")),
        ],
        [
            P.Flag("wlan.rmcap.b16", "AP Channel Report capability", 8, 0x1, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b17", "RM MIB capability", 8, 0x2, ValueNames.Flag("Enabled", "Disabled")),
            P.UInt8("wlan.rmcap.b18to20", "Operating Channel Max Measurement Duration", mask: 0x1c),
            P.UInt8("wlan.rmcap.b21to23", "Nonoperating Channel Max Measurement Duration", mask: 0xe0),
        ],
        [
            P.UInt8("wlan.rmcap.b24to26", "Measurement Pilotcapability", mask: 0x7),
            P.Flag("wlan.rmcap.b27", "Measurement Pilot Transmission Information", 8, 0x8, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b28", "Neighbor Report TSF Offset", 8, 0x10, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b29", "RCPI Measurement capability", 8, 0x20, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b30", "RSNI Measurement capability", 8, 0x40, ValueNames.Flag("Supported", "Not supported")),
            P.Flag("wlan.rmcap.b31", "BSS Average Access Delay capability", 8, 0x80, ValueNames.Flag("Enabled", "Disabled")),
        ],
        [
            P.Flag("wlan.rmcap.b32", "BSS Available Admission Capacity capability", 8, 0x1, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b33", "Antenna capability", 8, 0x2, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b34", "FTM Range Report Capability", 8, 0x4, ValueNames.Flag("Enabled", "Disabled")),
            P.Flag("wlan.rmcap.b35", "Civic Location Measurement Capability", 8, 0x8, ValueNames.Flag("Enabled", "Disabled")),
            P.UInt8("wlan.rmcap.o5", "Reserved", FieldBase.Hex, mask: 0xf0),
        ],
    ];

    /// <summary>Extended capabilities.</summary>
    public static void AddExtended(Packet p, in View v, Node tag, Node lengthNode, int length)
    {
        if (length < 1)
        {
            WlanElements.ExpectMore(p, v, lengthNode, length);
            return;
        }

        p.AppendLabel(tag, $" ({length} octet{(length == 1 ? "" : "s")})");
        AddOctets(p, v, tag, Extended, ExtendedBits, length);
    }

    /// <summary>What of the radio a station measures for others; five octets.</summary>
    public static void AddMeasurement(Packet p, in View v, Node tag, Node lengthNode, int length)
    {
        const int Length = 5;
        if (!WlanElements.Require(p, v, lengthNode, length, Length, exactly: true))
        {
            return;
        }

        p.AppendLabel(tag, $" ({length} octets)");
        AddOctets(p, v, tag, Measurement, MeasurementBits, length);
    }

    static void AddOctets(Packet p, in View v, Node tag, Field octet, Field[][] bits, int length)
    {
        for (int i = 0; i < length; i++)
        {
            var node = p.Add(tag, octet, v, i);
            p.AppendLabel(node, $" (octet {i + 1})");
            foreach (var bit in i < bits.Length ? bits[i] : [])
            {
                p.Add(node, bit, v, i, 1);
            }
        }
    }
}
