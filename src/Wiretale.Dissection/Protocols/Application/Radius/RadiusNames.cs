using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Radius;

/// <summary>Names of values (IANA "Radius Types"; RFC 2548 for Microsoft's).</summary>
static class RadiusNames
{
    public static readonly ValueNames FramedCompression = ValueNames.Of(() => [
        (0, "None"), (1, "Van-Jacobsen-TCP-IP"), (2, "IPX-Header-Compression"), (3, "Stac-LZS")]);

    public static readonly ValueNames ServiceType = ValueNames.Of(() => [
        (1, "Login"), (2, "Framed"), (3, "Dialback-Login-User"), (4, "Dialback-Framed-User"), (5, "Dialout-Framed-User"), (6, "Shell-User"), (7, "Exec-User"),
        (8, "Authenticate-Only"), (9, "Callback-NAS-Prompt"), (10, "Call-Check"), (11, "Callback-Administrative"), (12, "Voice"), (13, "Fax"),
        (14, "Modem-Relay"), (15, "IAPP-Register"), (16, "IAPP-AP-Check"), (17, "Authorize-Only"), (18, "Framed-Management")]);

    public static readonly ValueNames FramedProtocol = ValueNames.Of(() => [
        (1, "PPP"), (2, "SLIP"), (3, "ARAP"), (4, "Gandalf-SLML"), (5, "Xylogics-IPX-SLIP"), (6, "X.75-Synchronous"), (7, "GPRS-PDP-Context"), (9, "PPTP")]);

    public static readonly ValueNames FramedRouting = ValueNames.Of(() => [
        (0, "None"), (1, "Broadcast"), (2, "Listen"), (3, "Broadcast-Listen")]);

    public static readonly ValueNames LoginService = ValueNames.Of(() => [
        (0, "Telnet"), (1, "Rlogin"), (2, "TCP-Clear"), (3, "PortMaster"), (4, "LAT"), (5, "X25-PAD"), (6, "X25-T3POS"), (8, "TCP-Clear-Quiet")]);

    public static readonly ValueNames LoginTCPPort = ValueNames.Of(() => [
        (23, "Telnet"), (513, "Rlogin"), (514, "Rsh")]);

    public static readonly ValueNames TerminationAction = ValueNames.Of(() => [
        (0, "Default"), (1, "RADIUS-Request")]);

    public static readonly ValueNames NASPortType = ValueNames.Of(() => [
        (0, "Async"), (1, "Sync"), (2, "ISDN"), (3, "ISDN-V120"), (4, "ISDN-V110"), (5, "Virtual"), (6, "PIAFS"), (7, "HDLC-Clear-Channel"), (8, "X.25"),
        (9, "X.75"), (10, "G.3-Fax"), (11, "SDSL"), (12, "ADSL-CAP"), (13, "ADSL-DMT"), (14, "IDSL"), (15, "Ethernet"), (16, "xDSL"), (17, "Cable"),
        (18, "Wireless-Other"), (19, "Wireless-802.11"), (20, "Token-Ring"), (21, "FDDI"), (22, "Wireless-CDMA2000"), (23, "Wireless-UMTS"),
        (24, "Wireless-1X-EV"), (25, "IAPP"), (26, "FTTP"), (27, "Wireless-802.16"), (28, "Wireless-802.20"), (29, "Wireless-802.22"), (30, "PPPoA"),
        (31, "PPPoEoA"), (32, "PPPoEoE"), (33, "PPPoEoVLAN"), (34, "PPPoEoQinQ"), (35, "xPON"), (36, "Wireless-XGP")]);

    public static readonly ValueNames AcctStatusType = ValueNames.Of(() => [
        (1, "Start"), (2, "Stop"), (3, "Interim-Update"), (7, "Accounting-On"), (8, "Accounting-Off"), (9, "Tunnel-Start"), (10, "Tunnel-Stop"),
        (11, "Tunnel-Reject"), (12, "Tunnel-Link-Start"), (13, "Tunnel-Link-Stop"), (14, "Tunnel-Link-Reject"), (15, "Failed")]);

    public static readonly ValueNames AcctAuthentic = ValueNames.Of(() => [
        (1, "RADIUS"), (2, "Local"), (3, "Remote"), (4, "Diameter")]);

    public static readonly ValueNames AcctTerminateCause = ValueNames.Of(() => [
        (1, "User-Request"), (2, "Lost-Carrier"), (3, "Lost-Service"), (4, "Idle-Timeout"), (5, "Session-Timeout"), (6, "Admin-Reset"), (7, "Admin-Reboot"),
        (8, "Port-Error"), (9, "NAS-Error"), (10, "NAS-Request"), (11, "NAS-Reboot"), (12, "Port-Unneeded"), (13, "Port-Preempted"), (14, "Port-Suspended"),
        (15, "Service-Unavailable"), (16, "Callback"), (17, "User-Error"), (18, "Host-Request"), (19, "Supplicant-Restart"), (20, "Reauthentication-Failure"),
        (21, "Port-Reinit"), (22, "Port-Disabled")]);

    public static readonly ValueNames TunnelType = ValueNames.Of(() => [
        (1, "PPTP"), (2, "L2F"), (3, "L2TP"), (4, "ATMP"), (5, "VTP"), (6, "AH"), (7, "IP"), (8, "MIN-IP"), (9, "ESP"), (10, "GRE"), (11, "DVS"),
        (12, "IP-in-IP"), (13, "VLAN")]);

    public static readonly ValueNames TunnelMediumType = ValueNames.Of(() => [
        (1, "IP"), (2, "IPv6"), (3, "NSAP"), (4, "HDLC"), (5, "BBN-1822"), (6, "IEEE-802"), (7, "E.163"), (8, "E.164"), (9, "F.69"), (10, "X.121"),
        (11, "IPX"), (12, "Appletalk"), (13, "DecNet-IV"), (14, "Banyan-Vines"), (15, "E.164-NSAP")]);

    public static readonly ValueNames ARAPZoneAccess = ValueNames.Of(() => [
        (1, "Default-Zone"), (2, "Zone-Filter-Inclusive"), (4, "Zone-Filter-Exclusive")]);

    public static readonly ValueNames Prompt = ValueNames.Of(() => [
        (0, "No-Echo"), (1, "Echo")]);

    public static readonly ValueNames ErrorCause = ValueNames.Of(() => [
        (201, "Residual-Context-Removed"), (202, "Invalid-EAP-Packet"), (401, "Unsupported-Attribute"), (402, "Missing-Attribute"),
        (403, "NAS-Identification-Mismatch"), (404, "Invalid-Request"), (405, "Unsupported-Service"), (406, "Unsupported-Extension"),
        (407, "Invalid-Attribute-Value"), (501, "Administratively-Prohibited"), (502, "Proxy-Request-Not-Routable"), (503, "Session-Context-Not-Found"),
        (504, "Session-Context-Not-Removable"), (505, "Proxy-Processing-Error"), (506, "Resources-Unavailable"), (507, "Request-Initiated"),
        (508, "Multiple-Session-Selection-Unsupported")]);

    public static readonly ValueNames IngressFilters = ValueNames.Of(() => [
        (1, "Enabled"), (2, "Disabled")]);

    public static readonly ValueNames LocationCapable = ValueNames.Of(() => [
        (1, "Civic-Location"), (2, "Geo-Location"), (4, "Users-Location"), (8, "NAS-Location")]);

    public static readonly ValueNames RequestedLocationInfo = ValueNames.Of(() => [
        (1, "Civic-Location"), (2, "Geo-Location"), (4, "Users-Location"), (8, "NAS-Location"), (16, "Future-Requests"), (32, "None")]);

    public static readonly ValueNames FramedManagement = ValueNames.Of(() => [
        (1, "SNMP"), (2, "Web-Based"), (3, "Netconf"), (4, "FTP"), (5, "TFTP"), (6, "SFTP"), (7, "RCP"), (8, "SCP")]);

    public static readonly ValueNames ManagementTransportProtection = ValueNames.Of(() => [
        (1, "No-Protection"), (2, "Integrity-Protection"), (3, "Integrity-Confidentiality-Protection")]);

    public static readonly ValueNames EAPLowerLayer = ValueNames.Of(() => [
        (1, "Wired-IEEE-802.1X"), (2, "IEEE-802.1X-No-Preauth"), (3, "IEEE-802.1X-Preauth"), (4, "IEEE-802.16e"), (5, "IKEv2"), (6, "PPP"),
        (7, "PANA-No-Preauth"), (8, "GSS-API"), (9, "PANA-Preauth")]);

    public static readonly ValueNames MSAFWZone = ValueNames.Of(() => [
        (1, "MS-AFW-Zone-Boundary-Policy"), (2, "MS-AFW-Zone-Unprotected-Policy"), (3, "MS-AFW-Zone-Protected-Policy")]);

    public static readonly ValueNames MSAFWProtectionLevel = ValueNames.Of(() => [
        (1, "HECP-Response-Sign-Only"), (2, "HECP-Response-Sign-And-Encrypt")]);

    public static readonly ValueNames MSRNAPNotQuarantineCapable = ValueNames.Of(() => [
        (0, "SoH-Sent"), (1, "SoH-Not-Sent")]);

    public static readonly ValueNames MSMPPEEncryptionPolicy = ValueNames.Of(() => [
        (1, "Encryption-Allowed"), (2, "Encryption-Required")]);

    public static readonly ValueNames MSMPPEEncryptionTypes = ValueNames.Of(() => [
        (0, "None"), (2, "RC4-40"), (4, "RC4-128"), (6, "RC4-40-128"), (8, "Stateless"), (10, "RC4-40-Stateless"), (12, "RC4-128-Stateless"),
        (14, "RC4-40-128-Stateless")]);

    public static readonly ValueNames MSBAPUsage = ValueNames.Of(() => [
        (0, "Not-Allowed"), (1, "Allowed"), (2, "Required")]);

    public static readonly ValueNames MSARAPPWChangeReason = ValueNames.Of(() => [
        (1, "Just-Change-Password"), (2, "Expired-Password"), (3, "Admin-Requires-Password-Change"), (4, "Password-Too-Short")]);

    public static readonly ValueNames MSAcctAuthType = ValueNames.Of(() => [
        (1, "PAP"), (2, "CHAP"), (3, "MS-CHAP-1"), (4, "MS-CHAP-2"), (5, "EAP")]);

    public static readonly ValueNames MSAcctEAPType = ValueNames.Of(() => [
        (4, "MD5"), (5, "OTP"), (6, "Generic-Token-Card"), (13, "TLS")]);

    public static readonly ValueNames MSIdentityType = ValueNames.Of(() => [
        (1, "Machine-Health-Check"), (2, "Ignore-User-Lookup-Failure")]);

    public static readonly ValueNames MSQuarantineState = ValueNames.Of(() => [
        (0, "Full-Access"), (1, "Quarantine"), (2, "Probation")]);

    public static readonly ValueNames MSNetworkAccessServerType = ValueNames.Of(() => [
        (0, "Unspecified"), (1, "Terminal-Server-Gateway"), (2, "Remote-Access-Server"), (3, "DHCP-Server"), (4, "Wireless-Access-Point"), (5, "HRA"),
        (6, "HCAP-Server")]);

    public static readonly ValueNames MSExtendedQuarantineState = ValueNames.Of(() => [
        (1, "Transition"), (2, "Infected"), (3, "Unknown"), (4, "No-Data")]);

    public static readonly ValueNames FragStatus = ValueNames.Of(() => [
        (0, "Reserved"), (1, "Fragmentation-Supported"), (2, "More-Data-Pending"), (3, "More-Data-Request")]);
}
