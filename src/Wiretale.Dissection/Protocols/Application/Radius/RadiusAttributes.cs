using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Radius;

// Specification: RFC 2865 section 5, RFC 2866 to 2869, 3162, 3576, 4675, 5580 and what IANA lists under "Radius Attribute Types"; RFC 2548 (Microsoft).

/// <summary>The attributes by number; those of vendors by the vendor's and their own.</summary>
static class RadiusAttributes
{
    /// <summary>Framed-IPX-Network.</summary>
    public const int IpxNetwork = 23;

    const uint Cisco = 9, Microsoft = 311;

    static readonly RadiusAttribute[] Standard =
    [
        Text(1, "User-Name"), Secret(2, "User-Password"), Octets(3, "CHAP-Password"), Address4(4, "NAS-IP-Address"), Number(5, "NAS-Port"),
        Number(6, "Service-Type", RadiusNames.ServiceType), Number(7, "Framed-Protocol", RadiusNames.FramedProtocol), Special4(8, "Framed-IP-Address"),
        Address4(9, "Framed-IP-Netmask"), Number(10, "Framed-Routing", RadiusNames.FramedRouting), Text(11, "Filter-Id"), Number(12, "Framed-MTU"),
        Number(13, "Framed-Compression", RadiusNames.FramedCompression), Special4(14, "Login-IP-Host"), Number(15, "Login-Service", RadiusNames.LoginService),
        Number(16, "Login-TCP-Port", RadiusNames.LoginTCPPort), Text(17, "Old-Password"), Text(18, "Reply-Message"), Text(19, "Callback-Number"),
        Text(20, "Callback-Id"), Text(22, "Framed-Route"), Special4(IpxNetwork, "Framed-IPX-Network"), Octets(24, "State"), Octets(25, "Class"),
        Number(27, "Session-Timeout"), Number(28, "Idle-Timeout"), Number(29, "Termination-Action", RadiusNames.TerminationAction),
        Text(30, "Called-Station-Id"), Text(31, "Calling-Station-Id"), Text(32, "NAS-Identifier"), Octets(33, "Proxy-State"), Text(34, "Login-LAT-Service"),
        Text(35, "Login-LAT-Node"), Octets(36, "Login-LAT-Group"), Number(37, "Framed-AppleTalk-Link"), Number(38, "Framed-AppleTalk-Network"),
        Text(39, "Framed-AppleTalk-Zone"), Number(40, "Acct-Status-Type", RadiusNames.AcctStatusType), Number(41, "Acct-Delay-Time"),
        Number(42, "Acct-Input-Octets"), Number(43, "Acct-Output-Octets"), Text(44, "Acct-Session-Id"),
        Number(45, "Acct-Authentic", RadiusNames.AcctAuthentic), Number(46, "Acct-Session-Time"), Number(47, "Acct-Input-Packets"),
        Number(48, "Acct-Output-Packets"), Number(49, "Acct-Terminate-Cause", RadiusNames.AcctTerminateCause), Text(50, "Acct-Multi-Session-Id"),
        Number(51, "Acct-Link-Count"), Number(52, "Acct-Input-Gigawords"), Number(53, "Acct-Output-Gigawords"), Date(55, "Event-Timestamp"),
        Number(56, "Egress-VLANID"), Number(57, "Ingress-Filters", RadiusNames.IngressFilters), Text(58, "Egress-VLAN-Name"),
        Octets(59, "User-Priority-Table"), Octets(60, "CHAP-Challenge"), Number(61, "NAS-Port-Type", RadiusNames.NASPortType), Number(62, "Port-Limit"),
        Text(63, "Login-LAT-Port"), Number(64, "Tunnel-Type", RadiusNames.TunnelType, isTagged: true),
        Number(65, "Tunnel-Medium-Type", RadiusNames.TunnelMediumType, isTagged: true), Text(66, "Tunnel-Client-Endpoint", isTagged: true),
        Text(67, "Tunnel-Server-Endpoint", isTagged: true), Text(68, "Acct-Tunnel-Connection"), Secret(69, "Tunnel-Password", isTagged: true),
        Octets(70, "ARAP-Password"), Octets(71, "ARAP-Features"), Number(72, "ARAP-Zone-Access", RadiusNames.ARAPZoneAccess), Number(73, "ARAP-Security"),
        Text(74, "ARAP-Security-Data"), Number(75, "Password-Retry"), Number(76, "Prompt", RadiusNames.Prompt), Text(77, "Connect-Info"),
        Text(78, "Configuration-Token"), Octets(79, "EAP-Message"), Octets(80, "Message-Authenticator"), Text(81, "Tunnel-Private-Group-Id", isTagged: true),
        Text(82, "Tunnel-Assignment-Id", isTagged: true), Number(83, "Tunnel-Preference", isTagged: true), Octets(84, "ARAP-Challenge-Response"),
        Number(85, "Acct-Interim-Interval"), Number(86, "Acct-Tunnel-Packets-Lost"), Text(87, "NAS-Port-Id"), Text(88, "Framed-Pool"),
        Text(89, "Chargeable-User-Identity"), Text(90, "Tunnel-Client-Auth-Id", isTagged: true), Text(91, "Tunnel-Server-Auth-Id", isTagged: true),
        Text(92, "NAS-Filter-Rule"), Text(94, "Originating-Line-Info"), Address6(95, "NAS-IPv6-Address"), Octets(96, "Framed-Interface-Id"),
        Prefix6(97, "Framed-IPv6-Prefix"), Address6(98, "Login-IPv6-Host"), Text(99, "Framed-IPv6-Route"), Text(100, "Framed-IPv6-Pool"),
        Number(101, "Error-Cause", RadiusNames.ErrorCause), Text(102, "EAP-Key-Name"), Prefix6(123, "Delegated-IPv6-Prefix"),
        Octets(124, "MIP6-Feature-Vector"), Octets(125, "MIP6-Home-Link-Prefix"), Number(126, "Multi-Link-Flag"), Octets(127, "Location-Information"), Octets(128, "Location-Data"),
        Octets(129, "Basic-Location-Policy-Rules"), Text(130, "Extended-Location-Policy-Rules"), Number(131, "Location-Capable", RadiusNames.LocationCapable),
        Number(132, "Requested-Location-Info", RadiusNames.RequestedLocationInfo), Number(133, "Framed-Management", RadiusNames.FramedManagement),
        Number(134, "Management-Transport-Protection", RadiusNames.ManagementTransportProtection), Text(135, "Management-Policy-Id"),
        Number(136, "Management-Privilege-Level"), Octets(137, "PKM-SS-Cert"), Octets(138, "PKM-CA-Cert"), Octets(139, "PKM-Config-Settings"),
        Octets(140, "PKM-Cryptosuite-List"), Number(141, "PKM-SAID"), Octets(142, "PKM-SA-Descriptor"), Octets(143, "PKM-Auth-Key"),
        Text(144, "DS-Lite-Tunnel-Name"), Octets(145, "Mobile-Node-Identifier"), Text(146, "Service-Selection"), Address6(147, "PMIP6-Home-LMA-IPv6-Address"),
        Address6(148, "PMIP6-Visited-LMA-IPv6-Address"), Address4(149, "PMIP6-Home-LMA-IPv4-Address"), Address4(150, "PMIP6-Visited-LMA-IPv4-Address"),
        Prefix6(151, "PMIP6-Home-HN-Prefix"), Prefix6(152, "PMIP6-Visited-HN-Prefix"), Octets(153, "PMIP6-Home-Interface-ID"),
        Octets(154, "PMIP6-Visited-Interface-ID"), Octets(155, "PMIP6-Home-IPv4-HoA"), Octets(156, "PMIP6-Visited-IPv4-HoA"),
        Address4(157, "PMIP6-Home-DHCP4-Server-Address"), Address4(158, "PMIP6-Visited-DHCP4-Server-Address"),
        Address6(159, "PMIP6-Home-DHCP6-Server-Address"), Address6(160, "PMIP6-Visited-DHCP6-Server-Address"), Address4(161, "PMIP6-Home-IPv4-Gateway"),
        Address4(162, "PMIP6-Visited-IPv4-Gateway"), Number(163, "EAP-Lower-Layer", RadiusNames.EAPLowerLayer), Text(164, "GSS-Acceptor-Service-Name"),
        Text(165, "GSS-Acceptor-Host-Name"), Text(166, "GSS-Acceptor-Service-Specifics"), Text(167, "GSS-Acceptor-Realm-Name"),
        Address6(168, "Framed-IPv6-Address"), Address6(169, "DNS-Server-IPv6-Address"), Prefix6(170, "Route-IPv6-Information"),
        Text(171, "Delegated-IPv6-Prefix-Pool"), Text(172, "Stateful-IPv6-Address-Pool"), Text(206, "Digest-Response"), Octets(207, "Digest-Attributes"),
    ];

    static readonly RadiusAttribute[] OfCisco = [Text(1, "Cisco-AVPair"), Text(2, "Cisco-NAS-Port")];

    static readonly RadiusAttribute[] OfMicrosoft =
    [
        Octets(1, "MS-CHAP-Response"), Text(2, "MS-CHAP-Error"), Octets(3, "MS-CHAP-CPW-1"), Octets(4, "MS-CHAP-CPW-2"), Octets(5, "MS-CHAP-LM-Enc-PW"),
        Octets(6, "MS-CHAP-NT-Enc-PW"), Number(7, "MS-MPPE-Encryption-Policy", RadiusNames.MSMPPEEncryptionPolicy),
        Number(8, "MS-MPPE-Encryption-Types", RadiusNames.MSMPPEEncryptionTypes), Number(9, "MS-RAS-Vendor"), Text(10, "MS-CHAP-Domain"),
        Octets(11, "MS-CHAP-Challenge"), Octets(12, "MS-CHAP-MPPE-Keys"), Number(13, "MS-BAP-Usage", RadiusNames.MSBAPUsage),
        Number(14, "MS-Link-Utilization-Threshold"), Number(15, "MS-Link-Drop-Time-Limit"), Octets(16, "MS-MPPE-Send-Key"), Octets(17, "MS-MPPE-Recv-Key"),
        Text(18, "MS-RAS-Version"), Octets(19, "MS-Old-ARAP-Password"), Octets(20, "MS-New-ARAP-Password"),
        Number(21, "MS-ARAP-PW-Change-Reason", RadiusNames.MSARAPPWChangeReason), Octets(22, "MS-Filter"),
        Number(23, "MS-Acct-Auth-Type", RadiusNames.MSAcctAuthType), Number(24, "MS-Acct-EAP-Type", RadiusNames.MSAcctEAPType),
        Octets(25, "MS-CHAP2-Response"), Octets(26, "MS-CHAP2-Success"), Octets(27, "MS-CHAP2-CPW"), Address4(28, "MS-Primary-DNS-Server"), Address4(29, "MS-Secondary-DNS-Server"),
        Address4(30, "MS-Primary-NBNS-Server"), Address4(31, "MS-Secondary-NBNS-Server"), Text(34, "MS-RAS-Client-Name"), Text(35, "MS-RAS-Client-Version"),
        Octets(36, "MS-Quarantine-IPFilter"), Number(37, "MS-Quarantine-Session-Timeout"), Text(40, "MS-User-Security-Identity"),
        Number(41, "MS-Identity-Type", RadiusNames.MSIdentityType), Text(42, "MS-Service-Class"), Text(44, "MS-Quarantine-User-Class"),
        Number(45, "MS-Quarantine-State", RadiusNames.MSQuarantineState), Number(46, "MS-Quarantine-Grace-Time"),
        Number(47, "MS-Network-Access-Server-Type", RadiusNames.MSNetworkAccessServerType), Number(48, "MS-AFW-Zone", RadiusNames.MSAFWZone),
        Number(49, "MS-AFW-Protection-Level", RadiusNames.MSAFWProtectionLevel), Text(50, "MS-Machine-Name"), Octets(51, "MS-IPv6-Filter"),
        Octets(52, "MS-IPv4-Remediation-Servers"), Octets(53, "MS-IPv6-Remediation-Servers"),
        Number(54, "MS-RNAP-Not-Quarantine-Capable", RadiusNames.MSRNAPNotQuarantineCapable), Octets(55, "MS-Quarantine-SOH"),
        Octets(56, "MS-RAS-Correlation"), Number(57, "MS-Extended-Quarantine-State", RadiusNames.MSExtendedQuarantineState), Text(58, "MS-HCAP-User-Groups"),
        Text(59, "MS-HCAP-Location-Group-Name"), Text(60, "MS-HCAP-User-Name"), Address4(61, "MS-User-IPv4-Address"), Address6(62, "MS-User-IPv6-Address"),
        Number(63, "MS-TSG-Device-Redirection"),
    ];

    /// <summary>The attribute with a number, or null.</summary>
    public static RadiusAttribute? Find(int number) => Find(Standard, number);

    /// <summary>A vendor's attribute, or null.</summary>
    public static RadiusAttribute? Find(uint vendor, int number) =>
        vendor switch { Cisco => Find(OfCisco, number), Microsoft => Find(OfMicrosoft, number), _ => null };

    static RadiusAttribute? Find(RadiusAttribute[] table, int number)
    {
        foreach (var attribute in table)
        {
            if (attribute.Number == number)
            {
                return attribute;
            }
        }

        return null;
    }

    static RadiusAttribute Text(int number, string name, bool isTagged = false) => new(number, name, RadiusKind.Text, isTagged: isTagged);

    static RadiusAttribute Secret(int number, string name, bool isTagged = false) => new(number, name, RadiusKind.Secret, isTagged: isTagged);

    static RadiusAttribute Octets(int number, string name) => new(number, name, RadiusKind.Octets);

    static RadiusAttribute Number(int number, string name, ValueNames? names = null, bool isTagged = false) => new(number, name, RadiusKind.Number, names, isTagged);

    static RadiusAttribute Address4(int number, string name) => new(number, name, RadiusKind.Address4);

    static RadiusAttribute Special4(int number, string name) => new(number, name, RadiusKind.Special4);

    static RadiusAttribute Address6(int number, string name) => new(number, name, RadiusKind.Address6);

    static RadiusAttribute Prefix6(int number, string name) => new(number, name, RadiusKind.Prefix6);

    static RadiusAttribute Date(int number, string name) => new(number, name, RadiusKind.Date);
}

/// <summary>What an attribute's value is.</summary>
enum RadiusKind : byte
{
    Text, Secret, Octets, Number, Address4, Address6, Prefix6, Date,

    /// <summary>An address of which some values say that somebody else chooses.</summary>
    Special4,
}

/// <summary>One attribute and the field that shows it.</summary>
sealed class RadiusAttribute
{
    public RadiusAttribute(int number, string name, RadiusKind kind, ValueNames? names = null, bool isTagged = false)
    {
        (Number, Name, Kind) = (number, name, kind);

        // Wireshark shows three of them by hand, under names with dashes.
        string fieldName = "radius." + (kind == RadiusKind.Special4 ? name : name.Replace('-', '_'));
        var type = kind switch
        {
            RadiusKind.Text => FieldType.String,
            RadiusKind.Number => FieldType.UInt32,
            RadiusKind.Special4 when number == RadiusAttributes.IpxNetwork => FieldType.IpxNet,
            RadiusKind.Address4 or RadiusKind.Special4 => FieldType.IPv4,
            RadiusKind.Address6 => FieldType.IPv6,
            RadiusKind.Date => FieldType.AbsoluteTime,
            _ => FieldType.Bytes,
        };
        Field = kind == RadiusKind.Secret
            ? Radius.P.Bytes(fieldName + "_encrypted", name + " (encrypted)")
            : Radius.P.Field(type, fieldName, name, kind switch { RadiusKind.Number => FieldBase.Dec, RadiusKind.Date => FieldBase.Local, _ => FieldBase.None }, names: names);
        Tag = isTagged ? Radius.P.UInt8(fieldName + ".tag", "Tag", FieldBase.Hex, blurb: name + " Tag") : null;
    }

    public int Number { get; }

    public string Name { get; }

    public RadiusKind Kind { get; }

    public Field Field { get; }

    /// <summary>Of those that say which tunnel they belong to (RFC 2868 section 3).</summary>
    public Field? Tag { get; }
}
