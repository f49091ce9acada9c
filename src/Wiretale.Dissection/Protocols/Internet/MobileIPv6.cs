using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 6275 section 6.1 (messages) and 6.2 (options); RFC 3963 (mobile routers), RFC 4283 (identifiers), RFC 5213 (proxies).
//
//    0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   | Payload proto | Header len    | MH type       | Reserved      |
//   +---------------+---------------+---------------+---------------+
//   | Checksum                      | Message, then options ...
//   +---------------+---------------+---------------+---------------+

/// <summary>The mobility header of IPv6.</summary>
public sealed class MobileIPv6() : Dissector("mipv6", "mip6")
{
    const int MessageAt = 6;
    const byte Pad1 = 0, AuthenticationOption = 9;

    /// <summary>The number that drafts used.</summary>
    const uint OldNumber = 62;

    static readonly Protocol P = new("Mobile IPv6", "MIPv6", "mipv6");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "Binding Refresh Request"), (1, "Home Test Init"), (2, "Care-of Test Init"), (3, "Home Test"), (4, "Care-of Test"), (5, "Binding Update"),
        (6, "Binding Acknowledgement"), (7, "Binding Error"), (8, "Fast Binding Update"), (9, "Fast Binding Acknowledgment"),
        (10, "Fast Neighbor Advertisement"), (11, "Experimental Mobility Header"), (12, "Home Agent Switch"), (13, "Heartbeat"),
        (14, "Handover Initiate"), (15, "Handover Acknowledge"), (16, "Binding Revocation"), (17, "Localized Routing Initiation"),
        (18, "Localized Routing Acknowledgment")]);
    static readonly ValueNames OptionTypes = ValueNames.Of(() => [
        (0, "Pad1"), (1, "PadN"), (2, "Binding Refresh Advice"), (3, "Alternate Care-of Address"), (4, "Nonce Indices"), (5, "Authorization Data"),
        (6, "Mobile Network Prefix"), (7, "Mobility Header Link-Layer Address"), (8, "Mobile Node Identifier"), (9, "AUTH"), (10, "MESG-ID"),
        (11, "CGA Parameters Request"), (12, "CGA Parameters"), (13, "Signature"), (14, "Permanent Home Keygen Token"), (15, "Care-of Test Init"),
        (16, "Care-of Test"), (17, "DNS-UPDATE-TYPE"), (18, "Experimental"), (19, "Vendor Specific"), (20, "Service Selection"),
        (21, "Binding Authorization Data for FMIPv6 (BADF)"), (22, "Home Network Prefix"), (23, "Handoff Indicator"), (24, "Access Technology Type"),
        (25, "Mobile Node Link-layer Identifier"), (26, "Link-local Address"), (27, "Timestamp"), (28, "Restart Counter"), (29, "IPv4 Home Address"),
        (30, "IPv4 Address Acknowledgement"), (31, "NAT Detection"), (32, "IPv4 Care-of Address"), (33, "GRE Key"),
        (34, "Mobility Header IPv6 Address/Prefix"), (35, "Binding Identifier"), (36, "IPv4 Home Address Request"), (37, "IPv4 Home Address Reply"),
        (38, "IPv4 Default-Router Address"), (39, "IPv4 DHCP Support Mode"), (40, "Context Request"), (41, "Local Mobility Anchor Address"),
        (42, "Mobile Node Link-local Address Interface Identifier"), (43, "Transient Binding"), (44, "Flow Summary"), (45, "Flow Identification"),
        (46, "Redirect-Capability"), (47, "Redirect"), (48, "Load Information"), (49, "Alternate IPv4 Care-of Address"),
        (50, "Mobile Node Group Identifier"), (51, "MAG IPv6 Address"), (52, "Access Network Identifier"), (55, "Delegated Mobile Network Prefix")]);

    static readonly Field PayloadProtocol = P.UInt8("mip6.proto", "Payload protocol", FieldBase.Dec, IpServices.ProtocolNames);
    static readonly Field HeaderLength = P.UInt8("mip6.hlen", "Header length");
    static readonly Field Type = P.UInt8("mip6.mhtype", "Mobility Header Type", FieldBase.Dec, Types);
    static readonly Field Reserved = P.UInt8("mip6.reserved", "Reserved", FieldBase.Hex);
    static readonly Field Checksum = P.UInt16("mip6.csum", "Checksum", FieldBase.Hex, blurb: "Header Checksum");
    static readonly Field RefreshRequest = P.Bytes("mip6.binding_refresh_request", "Binding Refresh Request");
    static readonly Field UnknownData = P.Bytes("mip6.unknown_type_data", "Message Data");
    static readonly Field OptionLength = P.UInt8("mip6.mobility_opt.len", "Length");
    static readonly Field Option = P.UInt8("mip6.mobility_opt", "Mobility Option", FieldBase.Dec, OptionTypes);
    static readonly Field PadN = P.Bytes("mip6.padn", "PadN");
    static readonly Field PrefixLength = P.UInt8("mip6.nemo.mnp.pfl", "Mobile Network Prefix Length");
    static readonly Field Prefix = P.IPv6("mip6.nemo.mnp.mnp", "Mobile Network Prefix");
    static readonly Expert Undissected = P.Expert("mip6.ie_not_dissected", Severity.Note, ExpertGroup.Protocol, "IE data not dissected yet");
    static readonly RowDone InUnitsOfFour = static (p, node, in v, at, value) => p.AppendLabel(node, $" ({value * 4} seconds)");

    static readonly Layout HomeTestInit = new(Row.Skip(2), P.UInt64("mip6.hoti.cookie", "Home Init Cookie", FieldBase.Hex));
    static readonly Layout CareOfTestInit = new(Row.Skip(2), P.UInt64("mip6.coti.cookie", "Care-of Init Cookie", FieldBase.Hex));
    static readonly Field Token = P.UInt64("mip6.hot.token", "Home Keygen Token", FieldBase.Hex);
    static readonly Layout HomeTest = new(
        P.UInt16("mip6.hot.nindex", "Home Nonce Index"), P.UInt64("mip6.hot.cookie", "Home Init Cookie", FieldBase.Hex), Token);
    static readonly Layout CareOfTest = new(
        P.UInt16("mip6.cot.nindex", "Care-of Nonce Index"), P.UInt64("mip6.cot.cookie", "Care-of Init Cookie", FieldBase.Hex), Token);
    static readonly Layout BindingUpdate = new(
        P.UInt16("mip6.bu.seqnr", "Sequence number"),
        P.Flag("mip6.bu.a_flag", "Acknowledge (A) flag", 16, 0x8000, ValueNames.Flag("Binding Acknowledgement requested", "Binding Acknowledgement not requested")),
        P.Flag("mip6.bu.h_flag", "Home Registration (H) flag", 16, 0x4000, ValueNames.Flag("Home Registration", "No Home Registration")),
        P.Flag("mip6.bu.l_flag", "Link-Local Compatibility (L) flag", 16, 0x2000, ValueNames.Flag("Link-Local Address Compatibility", "No Link-Local Address Compatibility"), "Home Registration (H) flag"),
        P.Flag("mip6.bu.k_flag", "Key Management Compatibility (K) flag", 16, 0x1000, ValueNames.Flag("Key Management Mobility Compatibility", "No Key Management Mobility Compatibility")),
        P.Flag("mip6.bu.m_flag", "MAP Registration Compatibility (M) flag", 16, 0x800, ValueNames.Flag("MAP Registration Compatibility", "No MAP Registration Compatibility")),
        P.Flag("mip6.nemo.bu.r_flag", "Mobile Router (R) flag", 16, 0x400, ValueNames.Flag("Mobile Router Compatibility", "No Mobile Router Compatibility")),
        P.Flag("mip6.bu.p_flag", "Proxy Registration (P) flag", 16, 0x200, ValueNames.Flag("Proxy Registration", "No Proxy Registration")),
        P.Flag("mip6.bu.f_flag", "Forcing UDP encapsulation (F) flag", 16, 0x100, ValueNames.Flag("Forcing UDP encapsulation used", "No Forcing UDP encapsulation")),
        P.Flag("mip6.bu.t_flag", "TLV-header format (T) flag", 16, 0x80, ValueNames.Flag("TLV-header format used", "No TLV-header format")),
        P.Flag("mip6.bu.b_flag", "Bulk-Binding-Update flag (B)", 16, 0x40, ValueNames.Flag("Enable bulk binding update support", "Disable bulk binding update support")),
        Row.Skip(2),
        P.UInt16("mip6.bu.lifetime", "Lifetime").Then(InUnitsOfFour));
    static readonly Layout BindingAcknowledgement = new(
        P.UInt8("mip6.ba.status", "Status", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Binding Update accepted"), (1, "Accepted but prefix discovery necessary"), (2, "GRE_KEY_OPTION_NOT_REQUIRED"),
        (3, "GRE_TUNNELING_BUT_TLV_HEADER_NOT_SUPPORTED"), (4, "MCOA NOTCOMPLETE"), (5, "MCOA RETURNHOME WO/NDP"),
        (6, "PBU_ACCEPTED_TB_IGNORED_SETTINGSMISMATCH"), (128, "Reason unspecified"), (129, "Administratively prohibited"),
        (130, "Insufficient resources"), (131, "Home registration not supported"), (132, "Not home subnet"),
        (133, "Not home agent for this mobile node"), (134, "Duplicate Address Detection failed"), (135, "Sequence number out of window"),
        (136, "Expired home nonce index"), (137, "Expired care-of nonce index"), (138, "Expired nonces"),
        (139, "Registration type change disallowed"), (140, "Mobile Router Operation not permitted"), (141, "Invalid Prefix"),
        (142, "Not Authorized for Prefix"), (143, "Mobile Network Prefix information unavailable"),
        (145, "Proxy Registration not supported by the LMA"), (146, "Proxy Registrations from this MAG not allowed"),
        (147, "No home address for this NAI"), (148, "Invalid Time Stamp Option"), (149, "Permanent home keygen token exists"),
        (150, "Non-null home nonce index expected"), (151, "SERVICE_AUTHORIZATION_FAILED"), (152, "PROXY_REG_NOT_ENABLED"),
        (153, "NOT_LMA_FOR_THIS_MOBILE_NODE"), (154, "MAG_NOT_AUTHORIZED_FOR_PROXY_REG"), (155, "NOT_AUTHORIZED_FOR_HOME_NETWORK_PREFIX"),
        (156, "TIMESTAMP_MISMATCH"), (157, "TIMESTAMP_LOWER_THAN_PREV_ACCEPTED"), (158, "MISSING_HOME_NETWORK_PREFIX_OPTION"),
        (159, "BCE_PBU_PREFIX_SET_DO_NOT_MATCH"), (160, "MISSING_MN_IDENTIFIER_OPTION"), (161, "MISSING_HANDOFF_INDICATOR_OPTION"),
        (162, "MISSING_ACCESS_TECH_TYPE_OPTION"), (163, "GRE_KEY_OPTION_REQUIRED"), (164, "MCOA MALFORMED"), (165, "MCOA NON-MCOA BINDING EXISTS"),
        (166, "MCOA PROHIBITED"), (167, "MCOA UNKNOWN COA"), (168, "MCOA BULK REGISTRATION PROHIBITED"),
        (169, "MCOA SIMULTANEOUS HOME AND FOREIGN PROHIBITED"), (170, "NOT_AUTHORIZED_FOR_IPV4_MOBILITY_SERVICE"),
        (171, "NOT_AUTHORIZED_FOR_IPV4_HOME_ADDRESS"), (172, "NOT_AUTHORIZED_FOR_IPV6_MOBILITY_SERVICE"),
        (173, "MULTIPLE_IPV4_HOME_ADDRESS_ASSIGNMENT_NOT_SUPPORTED"), (174, "Invalid Care-of Address"), (175, "INVALID_MOBILE_NODE_GROUP_IDENTIFIER"),
        (176, "REINIT_SA_WITH_HAC"), (177, "NOT_AUTHORIZED_FOR_DELEGATED_MNP"), (178, "REQUESTED_DMNP_IN_USE")]), blurb: "Binding Acknowledgement status"),
        P.Flag("mip6.ba.k_flag", "Key Management Compatibility (K) flag", 8, 0x80, ValueNames.Flag("Key Management Mobility Compatibility", "No Key Management Mobility Compatibility")),
        P.Flag("mip6.nemo.ba.r_flag", "Mobile Router (R) flag", 8, 0x40, ValueNames.Flag("Mobile Router Compatibility", "No Mobile Router Compatibility")),
        P.Flag("mip6.ba.p_flag", "Proxy Registration (P) flag", 8, 0x20, ValueNames.Flag("Proxy Registration", "No Proxy Registration")),
        P.Flag("mip6.ba.t_flag", "TLV-header format (T) flag", 8, 0x10, ValueNames.Flag("TLV-header format used", "No TLV-header format")),
        P.Flag("mip6.ba.b_flag", "Bulk-Binding-Update flag (B)", 8, 0x8, ValueNames.Flag("Enabled bulk binding update support", "Disabled bulk binding update support")),
        Row.Skip(1),
        P.UInt16("mip6.ba.seqnr", "Sequence number"),
        P.UInt16("mip6.ba.lifetime", "Lifetime").Then(InUnitsOfFour));
    static readonly Layout BindingError = new(
        P.UInt8("mip6.be.status", "Status", FieldBase.Dec, ValueNames.Of(() => [
        (1, "Unknown binding for Home Address destination option"), (2, "Unrecognized MH type value")]), blurb: "Binding Error status"),
        Row.Skip(1),
        P.IPv6("mip6.be.haddr", "Home Address"));
    static readonly Layout Heartbeat = new(
        Row.Skip(1),
        P.Flag("mip6.hb.u_flag", "Unsolicited (U) flag", 8, 0x2, ValueNames.Flag("Unsolicited Heartbeat Response", "Otherwise")),
        P.Flag("mip6.hb.r_flag", "Response (R) flag", 8, 0x1, ValueNames.Flag("Heartbeat Response", "Heartbeat Request")),
        P.UInt32("mip6.hb.seqnr", "Sequence number"));

    static readonly Layout RefreshAdvice = new(P.UInt16("mip6.bra.interval", "Refresh interval").Then(InUnitsOfFour));
    static readonly Layout AlternateCareOf = new(P.IPv6("mip6.acoa.acoa", "Alternate care-of address"));
    static readonly Layout NonceIndices = new(P.UInt16("mip6.ni.hni", "Home nonce index"), P.UInt16("mip6.ni.cni", "Care-of nonce index"));
    static readonly Layout AuthorizationData = new(P.Bytes("mip6.bad.auth", "Authenticator").Rest());
    static readonly Layout NetworkPrefix = new(Row.Skip(1), PrefixLength, Prefix);
    static readonly Layout LinkLayerAddress = new(
        P.UInt8("mip6.lla.optcode", "Option-Code", FieldBase.Dec, ValueNames.Of(() => [(2, "Link Layer Address of the MN")])), P.Bytes("mip6.lla", "Link-layer address", FieldBase.Colon).Rest());
    static readonly Layout NodeIdentifier = new(
        P.UInt8("mip6.mnid.subtype", "Subtype", FieldBase.Dec, ValueNames.Of(() => [(1, "Network Access Identifier (NAI)")])), P.String("mip6.mnid.identifier", "Identifier").Rest());
    static readonly Layout Authentication = new(
        P.UInt8("mip6.auth.subtype", "Subtype", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Reserved (not available for assignment)"), (3, "HMAC_SHA1_SPI"), (5, "Reserved for use by 3GPP2")])),
        P.UInt32("mip6.auth.mobility_spi", "Mobility SPI"), P.Bytes("mip6.auth.auth_data", "Authentication Data").Rest());
    static readonly Layout HandoffIndicator = new(
        P.UInt8("mip6.hi.reserved", "Reserved"), P.UInt8("mip6.hi", "Handoff Indicator", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Reserved"), (1, "Attachment over a new interface"), (2, "Handoff between two different interfaces of the mobile node"),
        (3, "Handoff between mobile access gateways for the same interface"), (4, "Handoff state unknown"),
        (5, "Handoff state not changed (Re-registration)")])));
    static readonly Layout AccessTechnology = new(
        P.UInt8("mip6.att.reserved", "Reserved"), P.UInt8("mip6.att", "Access Technology Type", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Reserved"), (1, "Virtual"), (2, "PPP"), (3, "IEEE 802.3"), (4, "IEEE 802.11a/b/g"), (5, "IEEE 802.16e"), (6, "3GPP GERAN"),
        (7, "3GPP UTRAN"), (8, "3GPP E-UTRAN"), (9, "3GPP2 eHRPD"), (10, "3GPP2 HRPD"), (11, "3GPP2 1xRTT"), (12, "3GPP2 UMB")])));
    static readonly Layout LinkLocalAddress = new(P.IPv6("mip6.lila_lla", "Link-local Address"));
    static readonly Layout RestartCounter = new(P.UInt32("mip6.rc", "Restart Counter"));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Mobility, OldNumber);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("MIPv6");
        p.Info.Clear();
        int length = (v.U8(1) + 1) * 8;
        byte type = v.U8(2);
        string name = Types.FindOr(type, "Unknown");
        p.Info.Set(name);
        if (Types.Find(type) is null)
        {
            p.Info.Append($" Mobility Header ({type})");
        }

        var tree = p.Open(P, v, parent, 0, Math.Min(length, v.Captured));
        p.Add(tree, PayloadProtocol, v, 0);
        p.AppendLabel(p.Add(tree, HeaderLength, v, 1), $" ({length} bytes)");
        p.AddAll(tree, v, 2, Type, Reserved, Checksum);
        int at = type switch
        {
            1 => Message(p, v, tree, name, HomeTestInit, 10),
            2 => Message(p, v, tree, name, CareOfTestInit, 10),
            3 => Message(p, v, tree, name, HomeTest, 18),
            4 => Message(p, v, tree, name, CareOfTest, 18),
            5 => Message(p, v, tree, name, BindingUpdate, 6),
            6 => Message(p, v, tree, name, BindingAcknowledgement, 6),
            7 => Message(p, v, tree, name, BindingError, 18),
            13 => Message(p, v, tree, name, Heartbeat, 6),
            _ => 0,
        };

        if (type == 0)
        {
            p.Add(tree, RefreshRequest, v, MessageAt, 2);
            at = MessageAt + 2;
        }
        else if (at == 0)
        {
            p.Add(tree, UnknownData, v, MessageAt, length - MessageAt);
            return v.Reported;
        }

        if (at < length)
        {
            AddOptions(p, v, p.AddText(tree, v, at, length - at, "Mobility Options"), at, length);
        }

        return v.Reported;
    }

    static int Message(Packet p, in View v, Node tree, string name, Layout rows, int size)
    {
        v.Ensure(MessageAt, size);
        var branch = p.AddText(tree, v, MessageAt, size, name);
        return p.AddRows(branch.IsWanted ? branch : tree, v, MessageAt, rows);
    }

    static void AddOptions(Packet p, in View v, Node tree, int at, int end)
    {
        while (at < end)
        {
            byte type = v.U8(at);
            int length = type == Pad1 ? 0 : v.U8(at + 1), next = type == Pad1 ? at + 1 : at + 2 + length;
            var node = p.Add(tree, Option, v, at, 1);
            p.SetLength(node, next - at);
            p.Label(node, $"MIPv6 Option - {(type == AuthenticationOption ? "AUTH-OPTION-TYPE" : OptionTypes.FindOr(type, "Unknown"))}");
            if (type != Pad1)
            {
                p.Add(node, OptionLength, v, at + 1);
                AddOption(p, v, at + 2, node, type, length);
            }

            v.Ensure(at, next - at);
            at = next;
        }
    }

    static void AddOption(Packet p, in View v, int at, Node node, byte type, int length)
    {
        switch (type)
        {
            case 1 when length > 0:
                p.Add(node, PadN, v, at, length);
                break;
            case 1:
                break;
            case 5:
                p.AddRows(node, v.Part(at, length), 0, AuthorizationData);
                break;
            case 7:
                p.AddRows(node, v.Part(at, length), 0, LinkLayerAddress);
                break;
            case 8:
                p.AddRows(node, v.Part(at, length), 0, NodeIdentifier);
                p.AppendLabel(node, $": {v.Span(at + 1, Math.Max(0, length - 1))}");
                break;
            case AuthenticationOption:
                p.AddRows(node, v.Part(at, length), 0, Authentication);
                break;
            case 6 or 22:
                p.AddRows(node, v, at, NetworkPrefix);
                p.AppendLabel(node, $": {Address.IPv6(v.Span(at + 2, 16))}/{v.U8(at + 1)}");
                break;
            default:
                if (FixedOption(type) is { } rows)
                {
                    p.AddRows(node, v, at, rows);
                }
                else
                {
                    p.AddExpert(node, Undissected, v, at, length);
                }

                break;
        }
    }

    /// <summary>Options of fixed form, which tell their length for those who do not know them.</summary>
    static Layout? FixedOption(byte type) => type switch
    {
        2 => RefreshAdvice,
        3 => AlternateCareOf,
        4 => NonceIndices,
        23 => HandoffIndicator,
        24 => AccessTechnology,
        26 => LinkLocalAddress,
        28 => RestartCounter,
        _ => null,
    };
}
