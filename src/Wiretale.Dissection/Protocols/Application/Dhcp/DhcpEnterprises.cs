using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Dhcp;

/// <summary>Names of the enterprises (IANA Private Enterprise Numbers) that are met in DHCP; the whole list has sixty thousand.</summary>
static class DhcpEnterprises
{
    /// <summary>The names.</summary>
    public static readonly ValueNames Names = ValueNames.Of(() => [
        (2, "IBM (https://w3.ibm.com/standards )"), (9, "ciscoSystems"), (11, "Hewlett-Packard"), (43, "3Com"), (63, "Apple Computer, Inc."),
        (77, "LAN Manager"), (111, "Oracle"), (171, "D-Link Systems, Inc."), (207, "Allied Telesis, Inc."), (236, "Samsung Electronics Co., LTD."),
        (295, "PlainTree Systems Inc."), (311, "Microsoft"), (343, "Intel Corporation"), (367, "RICOH Co. Ltd."), (368, "Axis Communications AB"),
        (388, "Symbol Technologies, Inc."), (429, "UTStarcom Incorporated"), (674, "Dell Inc."), (789, "Network Appliance Corporation"),
        (872, "AVM GmbH"), (1230, "McAFee Associates Inc."), (1368, "Orange"), (1588, "Brocade Communications Systems, Inc."),
        (1751, "Lucent Technologies"), (1916, "Extreme Networks"), (1991, "Brocade Communication Systems, Inc."), (2011, "HUAWEI Technology Co.,Ltd"),
        (2021, "U.C. Davis, ECE Dept. Tom"), (2356, "LANCOM Systems"), (2435, "Brother Industries, Ltd."),
        (2495, "Internet Systems Consortium, Inc."), (2636, "Juniper Networks, Inc."),
        (2720, "NorCom Informationstechnologie und Unternehmensberatung GmbH"), (2879, "Sonus Networks, Inc."), (3003, "Packet Engines Inc."),
        (3076, "Altiga Networks, Inc."), (3224, "NetScreen Technologies, Inc."), (3317, "Port Community Rotterdam"), (3375, "F5 Labs, Inc."),
        (3561, "Broadband Forum (previously 'DSL Forum')"), (3902, "Zhongxing Telecom Co.,ltd. (abbr. ZTE)"), (3955, "Linksys"),
        (4098, "Signaal Communications"), (4298, "ETC (Excellence in Technology Consulting)"), (4413, "Broadcom Limited"),
        (4491, "Cable Television Laboratories, Inc."), (4526, "Netgear"), (4881, "Ruijie Networks Co., Ltd."), (5624, "Enterasys Networks"),
        (5842, "Cisco Systems"), (6027, "Force10 Networks, Inc."), (6141, "World Wide Packets"), (6296, "DASAN Co.,LTD."), (6431, "BroadSoft, Inc."),
        (6486, "Alcatel-Lucent Enterprise (previous was 'Alcatel')"), (6527, "Nokia"), (6876, "VMware Inc."), (6889, "Avaya Communication"),
        (7064, "UTStarcom (China) Co., Ltd Shenzhen Branch"), (8072, "net-snmp"), (8164, "Starent Networks"), (8741, "SonicWALL, Inc."),
        (8744, "Colubris Networks Inc."), (9694, "Arbor Networks"), (10002, "Frogfoot Networks"), (10055, "Roaring Penguin Software Inc."),
        (11852, "New Productivity Initiative Inc"), (12148, "ELTEK Energy AS"), (12356, "Fortinet, Inc."), (13191, "OneAccess"),
        (14179, "Airespace, Inc"), (14525, "Trapeze Networks, Inc"), (14823, "Aruba, a Hewlett Packard Enterprise company"), (14988, "MikroTik"),
        (15004, "RuggedCom Inc."), (16378, "Sarian Systems Limited"), (17713, "Cambium Networks Limited"), (18070, "BTI Photonic Systems"),
        (18334, "KONICA MINOLTA HOLDINGS, INC."), (19746, "Data Domain, Inc"), (21296, "Infinera Corp."),
        (22610, "A10 Networks (previously 'Raksha Networks Inc.')"), (25053, "Ruckus Wireless, Inc."), (25461, "PALO ALTO NETWORKS"), (25506, "H3C"),
        (26484, "Cisco Systems, Inc."), (26866, "Gigamon Systems LLC"), (26928, "Aerohive Networks, Inc."), (30065, "Arista Networks, Inc."),
        (31823, "Schweitzer Engineering Laboratories, Inc."), (34849, "Security Code Ltd."), (35265, "Eltex Enterprise, Ltd."),
        (36255, "Geek Central"), (37476, "ViaThinkSoft"), (39406, "Benu Networks, Inc."), (41112, "Ubiquiti Networks, Inc."),
        (41577, "Car Connectivity Consortium"), (43356, "Mimosa Networks, Inc"), (44957, "Robotron Datenbank-Software GmbH"),
        (45137, "Nanoha Project"), (46645, "Aeronix"), (47196, "Hewlett Packard Enterprise"), (51567, "Plusnet GmbH")]);
}
