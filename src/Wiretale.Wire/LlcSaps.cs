namespace Wiretale.Wire;

/// <summary>IEEE 802.2 service access points.</summary>
public static class LlcSaps
{
    /// <summary>The number of each name; where a number stands twice the first name holds.</summary>
    public static (ulong Value, string Name)[] Names() =>
    [
        (0x00, "NULL LSAP"),
        (0x01, "NULL LSAP"),
        (0x02, "LLC Sub-Layer Management"),
        (0x04, "SNA Path Control"),
        (0x06, "TCP/IP"),
        (0x08, "SNA"),
        (0x0c, "SNA"),
        (0x0e, "PROWAY (IEC955) Network Management and Initialization"),
        (0x10, "NetWare (unofficial?)"),
        (0x14, "ISO Network Layer (OSLAN 1)"),
        (0x18, "Texas Instruments"),
        (0x20, "ISO Network Layer (unofficial?)"),
        (0x34, "ISO Network Layer (unofficial?)"),
        (0x42, "Spanning Tree BPDU"),
        (0x4e, "EIA RS-511 Manufacturing Message Service"),
        (0x54, "ISO Network Layer (OSLAN 2)"),
        (0x7e, "ISO 8208 (X.25 over 802.2)"),
        (0x7f, "ISO 802.2"),
        (0x80, "XNS"),
        (0x82, "BACnet"),
        (0x86, "Nestar"),
        (0x8e, "PROWAY (IEC955) Active Station List Maintenance"),
        (0x98, "ARP"),
        (0xb4, "HP JetDirect Printer"),
        (0xaa, "SNAP"),
        (0xba, "Banyan Vines"),
        (0xbc, "Banyan Vines"),
        (0xe0, "NetWare"),
        (0xf0, "NetBIOS"),
        (0xf4, "IBM Net Management"),
        (0xf8, "HP Extended LLC"),
        (0xfa, "Ungermann-Bass"),
        (0xfc, "Remote Program Load"),
        (0xfe, "ISO Network Layer"),
        (0xff, "Global LSAP"),
    ];
}
