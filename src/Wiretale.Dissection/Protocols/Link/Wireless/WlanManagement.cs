using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>Management frames (IEEE 802.11-2020 section 9.3.3): what stands in fixed places (9.4.1), before the elements.</summary>
static class WlanManagement
{
    const int AssociationRequest = 0, AssociationResponse = 1, ReassociationRequest = 2, ReassociationResponse = 3, ProbeRequest = 4, ProbeResponse = 5,
        MeasurementPilot = 6, Beacon = 8, Announcement = 9, Disassociation = 10, Authentication = 11, Deauthentication = 12, Action = 13, ActionUnacknowledged = 14;

    static readonly Protocol P = Wlan.P;
    static readonly Field Tree = P.Field(FieldType.Protocol, "wlan.mgt", "IEEE 802.11 Wireless Management");
    static readonly Field FixedParameters = P.Label("wlan.fixed.all", "Fixed parameters");
    static readonly Field Timestamp = P.UInt64("wlan.fixed.timestamp", "Timestamp");
    static readonly Field BeaconInterval = P.UInt32("wlan.fixed.beacon", "Beacon Interval", FieldBase.Custom);
    static readonly Field Algorithm = P.UInt16("wlan.fixed.auth.alg", "Authentication Algorithm", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Open System"), (1, "Shared key"), (2, "Fast BSS Transition"), (3, "Simultaneous Authentication of Equals (SAE)"),
        (4, "FILS Shared Key authentication without PFS"), (5, "FILS Shared Key authentication with PFS"),
        (6, "FILS Public Key authentication"), (7, "Pre-Association Security Negotiation (PASN)"), (128, "Network EAP")]));
    static readonly Field AuthenticationSequence = P.UInt16("wlan.fixed.auth_seq", "Authentication SEQ", FieldBase.Hex);
    static readonly Field ListenInterval = P.UInt16("wlan.fixed.listen_ival", "Listen Interval", FieldBase.Hex);
    static readonly Field CurrentAccessPoint = P.Ether("wlan.fixed.current_ap", "Current AP");
    static readonly Field AssociationId = P.UInt16("wlan.fixed.aid", "Association ID", FieldBase.Hex, mask: 0x3fff);
    static readonly Field SaeMessage = P.UInt16("wlan.fixed.sae_message_type", "SAE Message Type", FieldBase.Dec, ValueNames.Of(() => [(1, "Commit"), (2, "Confirm")]));
    static readonly Field SaeGroup = P.UInt16("wlan.fixed.finite_cyclic_group", "Group Id", FieldBase.Dec, ValueNames.Of(() => [
        (1, "default 768-bit MODP group"), (2, "alternate 1024-bit MODP group"), (3, "EC2N group on GP[2^155]"),
        (4, "EC2N group on GP[2^185]"), (5, "1536-bit MODP group"), (14, "2048-bit MODP group"), (15, "3072-bit MODP group"),
        (16, "4096-bit MODP group"), (17, "6144-bit MODP group"), (18, "8192-bit MODP group"), (19, "256-bit random ECP group"),
        (20, "384-bit random ECP group"), (21, "521-bit random ECP group"), (22, "1024-bit MODP Group with 160-bit Prime Order Subgroup"),
        (23, "2048-bit MODP Group with 224-bit Prime Order Subgroup"), (24, "2048-bit MODP Group with 256-bit Prime Order Subgroup"),
        (25, "192-bit Random ECP Group"), (26, "224-bit Random ECP Group"), (27, "224-bit Brainpool ECP group"),
        (28, "256-bit Brainpool ECP group"), (29, "384-bit Brainpool ECP group"), (30, "512-bit Brainpool ECP group")]));
    static readonly Field SaeScalar = P.Bytes("wlan.fixed.scalar", "Scalar");
    static readonly Field SaeElement = P.Bytes("wlan.fixed.finite_field_element", "Finite Field Element");
    static readonly Field SaeToken = P.Bytes("wlan.fixed.anti_clogging_token", "Anti-Clogging Token");
    static readonly Field SaeSendConfirm = P.UInt16("wlan.fixed.send_confirm", "Send-Confirm");
    static readonly Field SaeConfirm = P.Bytes("wlan.fixed.confirm", "Confirm");
    internal static readonly Field StatusCode = P.UInt16("wlan.fixed.status_code", "Status code", FieldBase.Hex, ValueNames.Of(() => [
        (0, "Successful"), (1, "Unspecified failure"), (2, "TDLS wakeup schedule rejected but alternative schedule provided"),
        (3, "TDLS wakeup schedule rejected"), (4, "Reserved"), (5, "Security disabled"), (6, "Unacceptable lifetime"),
        (7, "Not in same BSS"), (8, "Reserved"), (9, "Reserved"),
        (10, "Cannot support all requested capabilities in the Capability Information field"),
        (11, "Reassociation denied due to inability to confirm that association exists"),
        (12, "Association denied due to reason outside the scope of this standard"),
        (13, "Responding STA does not support the specified authentication algorithm"),
        (14, "Received an Authentication frame with authentication transaction sequence number out of expected sequence"),
        (15, "Authentication rejected because of challenge failure"),
        (16, "Authentication rejected due to timeout waiting for next frame in sequence"),
        (17, "Association denied because AP is unable to handle additional associated STAs"),
        (18, "Association denied due to requesting STA not supporting all of the data rates in the BSSBasicRateSet parameter, the Basic HT-MCS Set field of the HT Operation parameter, or the Basic VHT-MCS and NSS Set field in the VHT Operation parameter"),
        (19, "Association denied due to requesting STA not supporting the short preamble option"), (20, "Reserved"), (21, "Reserved"),
        (22, "Association request rejected because spectrum management capability is required"),
        (23, "Association request rejected because the information in the Power Capability element is unacceptable"),
        (24, "Association request rejected because the information in the Supported Channels element is unacceptable"),
        (25, "Association denied due to requesting STA not supporting short slot time"), (26, "Reserved"),
        (27, "Association denied because the requesting STA does not support HT features"), (28, "R0KH unreachable"), (29, "Reserved"),
        (30, "Association request rejected temporarily; try again later"), (31, "Robust management frame policy violation"),
        (32, "Unspecified, QoS-related failure"),
        (33, "Association denied because QoS AP or PCP has insufficient bandwidth to handle another QoS STA"),
        (34, "Association denied due to excessive frame loss rates and/ or poor conditions on current operating channel"),
        (35, "Association (with QoS BSS) denied because the requesting STA does not support the QoS facility"), (36, "Reserved"),
        (37, "The request has been declined"), (38, "The request has not been successful as one or more parameters have invalid values"),
        (39, "The allocation or TS has not been created because the request cannot be honored; however, a suggested TSPEC/DMG TSPEC is provided so that the initiating STA can attempt to set another allocation or TS with the suggested changes to the TSPEC/DMG TSPEC"),
        (40, "Invalid element, i.e., an element defined in this standard for which the content does not meet the specifications in Clause 9 (Frame formats)"),
        (41, "Invalid group cipher"), (42, "Invalid pairwise cipher"), (43, "Invalid AKMP"), (44, "Unsupported RSNE version"),
        (45, "Invalid RSNE capabilities"), (46, "Cipher suite rejected because of security policy"),
        (47, "The TS or allocation has not been created; however, the HC or PCP might be capable of creating a TS or allocation, in response to a request, after the time indicated in the TS Delay element"),
        (48, "Reserved"), (49, "The Destination STA is not present within this BSS"), (50, "The Destination STA is not a QoS STA"),
        (51, "Association denied because the listen interval is too large"), (52, "Invalid FT Action frame count"),
        (53, "Invalid pairwise master key identifier (PMKID)"), (54, "Invalid MDE"), (55, "Invalid FTE"),
        (56, "Requested TCLAS processing is not supported by the AP or PCP"),
        (57, "The AP or PCP has insufficient TCLAS processing resources to satisfy the request"),
        (58, "The TS has not been created because the request cannot be honored; however, the HC or PCP suggests that the STA transition to a different BSS to set up the TS"),
        (59, "GAS advertisement protocol not supported"), (60, "No outstanding GAS request"),
        (61, "GAS response not received from the advertisement server"), (62, "STA timed out waiting for GAS query response"),
        (63, "GAS response is larger than query response length limit"),
        (64, "Request refused because home network does not support request"),
        (65, "Advertisement server in the network is not currently reachable"), (66, "Reserved"),
        (67, "Request refused due to permissions received via SSPN interface"),
        (68, "Request refused because the AP or PCP does not support unauthenticated access"), (69, "Reserved"), (70, "Reserved"),
        (71, "Reserved"),
        (72, "Invalid contents of RSNE, other than unsupported RSNE version or invalid RSNE capabilities, AKMP or pairwise cipher"),
        (73, "U-APSD coexistence is not supported"), (74, "Requested U-APSD coexistence mode is not supported"),
        (75, "Requested interval/duration value cannot be supported with U-APSD coexistence"),
        (76, "Authentication is rejected because an anti-clogging token is required"),
        (77, "Authentication is rejected because the offered finite cyclic group is not supported"),
        (78, "The TBTT adjustment request has not been successful because the STA could not find an alternative TBTT"),
        (79, "Transmission failure"), (80, "Requested TCLAS not supported"), (81, "TCLAS resources exhausted"),
        (82, "Rejected with suggested BSS transition"), (83, "Reject with recommended schedule"),
        (84, "Reject because no wakeup schedule specified"), (85, "Success, the destination STA is in power save mode"),
        (86, "FST pending, in process of admitting FST session"), (87, "Performing FST now"),
        (88, "FST pending, gap(s) in block ack window"), (89, "Reject because of U-PID setting"), (90, "Reserved"), (91, "Reserved"),
        (92, "(Re)Association refused for some external reason"), (93, "(Re)Association refused because of memory limits at the AP"),
        (94, "(Re)Association refused because emergency services are not supported at the AP"), (95, "GAS query response not yet received"),
        (96, "Reject since the request is for transition to a frequency band subject to DSE procedures and FST Initiator is a dependent STA"),
        (97, "Requested TCLAS processing has been terminated by the AP"),
        (98, "The TS schedule conflicts with an existing schedule; an alternative schedule is provided"),
        (99, "The association has been denied; however, one or more Multi-band elements are included that can be used by the receiving STA to join the BSS"),
        (100, "The request failed due to a reservation conflict"), (101, "The request failed due to exceeded MAF limit"),
        (102, "The request failed due to exceeded MCCA track limit"),
        (103, "Association denied because the information in the Spectrum Management field is unacceptable"),
        (104, "Association denied because the requesting STA does not support VHT features"), (105, "Enablement denied"),
        (106, "Enablement denied due to restriction from an authorized GDB"), (107, "Authorization deenabled"),
        (108, "Re(association) refused or disassociated because energy limited operation is not supported at the AP"),
        (109, "BlockAck negotiation refused because, due to buffer constraints and other unspecified reasons, the recipient prefers to generate only NDP BlockAck frames"),
        (110, "Association denied/disassociated because the suggested value for max away duration is unacceptable"),
        (111, "Re(association) refused or disassociated because flow control operation is not supported by the non-AP STA"),
        (112, "Authentication rejected due to FILS authentication failure"),
        (113, "Authentication rejected due to unknown Authentication Server"), (114, "Reserved"), (115, "Reserved"),
        (116, "Request denied because the allocation of notification period is failed"),
        (117, "Request denied because the request of channel splitting is failed"),
        (118, "Request denied because the allocation request is failed"),
        (119, "Association denied because the requesting STA does not support CMMG features"),
        (120, "The requested GAS fragment is not available"),
        (121, "Success, the CAG Version provided by the requesting STA is the same as the latest CAG Version provided by the relevant server"),
        (122, "The STA is not authorized to use GLK per local policy"),
        (123, "Authentication rejected because the password identifier is unknown"),
        (124, "Requested TCLAS processing has been terminated by the AP due to insufficient QoS capacity"),
        (125, "Requested TCLAS processing has been terminated by the AP due to conflict with higher layer QoS policies"),
        (126, "SAE authentication uses direct hashing, instead of looping, to obtain the PWE"), (127, "Reserved"),
        (0x0, "Admission accepted"), (0x1, "Invalid parameters"), (0x3, "Refused")]));
    internal static readonly Field ReasonCode = P.UInt16("wlan.fixed.reason_code", "Reason code", FieldBase.Hex, ValueNames.Of(() => [
        (1, "Unspecified reason"), (2, "Previous authentication no longer valid"),
        (3, "Deauthenticated because sending STA is leaving (or has left) the BSS"), (4, "Disassociated due to inactivity"),
        (5, "Disassociated because AP is unable to handle all currently associated STAs"),
        (6, "Class 2 frame received from nonauthenticated STA"), (7, "Class 3 frame received from nonassociated STA"),
        (8, "Disassociated because sending STA is leaving (or has left) BSS"),
        (9, "STA requesting (re)association is not authenticated with responding STA"),
        (10, "Disassociated because the information in the Power Capability element is unacceptable"),
        (11, "Disassociated because the information in the Supported Channels element is unacceptable"),
        (12, "Disassociated due to BSS transition management"),
        (13, "Invalid information element, i.e., an information element defined in this standard for which the content does not meet the specifications in Clause 9"),
        (14, "Message integrity code (MIC) failure"), (15, "4-way handshake timeout"), (16, "Group key handshake timeout"),
        (17, "Element in 4-way handshake different from (Re)Association Request/Probe Response/Beacon frame"), (18, "Invalid group cipher"),
        (19, "Invalid pairwise cipher"), (20, "Invalid AKMP"), (21, "Unsupported RSNE version"), (22, "Invalid RSNE capabilities"),
        (23, "IEEE 802.1X authentication failed"), (24, "Cipher suite rejected because of the security policy"),
        (25, "TDLS direct-link teardown due to TDLS peer STA unreachable via the TDLS direct link"),
        (26, "TDLS direct-link teardown for unspecified reason"), (27, "Disassociated because session terminated by SSP request"),
        (28, "Disassociated because of lack of SSP roaming agreement"),
        (29, "Requested service rejected because of SSP cipher suite or AKM requirement "),
        (30, "Requested service not authorized in this location"),
        (31, "TS deleted because QoS AP lacks sufficient bandwidth for this QoS STA due to a change in BSS service characteristics or operational mode"),
        (32, "Disassociated for unspecified, QoS-related reason"),
        (33, "Disassociated because QoS AP lacks sufficient bandwidth for this QoS STA"),
        (34, "Disassociated because excessive number of frames need to be acknowledged, but are not acknowledged due to AP transmissions and/or poor channel conditions"),
        (35, "Disassociated because STA is transmitting outside the limits of its TXOPs"),
        (36, "Requested from peer STA as the STA is leaving the BSS (or resetting)"),
        (37, "Requesting STA is no longer using the stream or session"),
        (38, "Requesting STA received frames using a mechanism for which a setup has not been completed"),
        (39, "Requested from peer STA due to timeout"), (46, "Disassociated because authorized access limit reached"),
        (47, "Disassociated due to external service requirements"), (48, "Invalid FT Action frame count"),
        (49, "Invalid pairwise master key identifier (PMKID)"), (50, "Invalid MDE"), (51, "Invalid FTE"),
        (52, "Mesh peering canceled for unknown reasons"), (53, "The mesh STA has reached the supported maximum number of peer mesh STAs"),
        (54, "The received information violates the Mesh Configuration policy configured in the mesh STA profile"),
        (55, "The mesh STA has received a Mesh Peering Close message requesting to close the mesh peering"),
        (56, "The mesh STA has re-sent dot11MeshMaxRetries Mesh Peering Open messages, without receiving a Mesh Peering Confirm message"),
        (57, "The confirmTimer for the mesh peering instance times out"),
        (58, "The mesh STA fails to unwrap the GTK or the values in the wrapped contents do not match"),
        (59, "The mesh STA receives inconsistent information about the mesh parameters between Mesh Peering Management frames"),
        (60, "The mesh STA fails the authenticated mesh peering exchange because due to failure in selecting either the pairwise ciphersuite or group ciphersuite"),
        (61, "The mesh STA does not have proxy information for this external destination"),
        (62, "The mesh STA does not have forwarding information for this destination"),
        (63, "The mesh STA determines that the link to the next hop of an active path in its forwarding information is no longer usable"),
        (64, "The Deauthentication frame was sent because the MAC address of the STA already exists in the mesh BSS. See 11.3.3 (Additional mechanisms for an AP collocated with a mesh STA)"),
        (65, "The mesh STA performs channel switch to meet regulatory requirements"),
        (66, "The mesh STA performs channel switch with unspecified reason"),
        (67, "Transmission link establishment in alternative channel failed"), (68, "The alternative channel is occupied"),
        (71, "Disassociated due to poor RSSI")]));
    internal static readonly Field Capabilities = P.UInt16("wlan.fixed.capabilities", "Capabilities Information", FieldBase.Hex);
    static readonly Field[] CapabilityBits =
    [
        P.Flag("wlan.fixed.capabilities.ess", "ESS capabilities", 16, 0x1, ValueNames.Flag("Transmitter is an AP", "Transmitter is a STA")),
        P.Flag("wlan.fixed.capabilities.ibss", "IBSS status", 16, 0x2, ValueNames.Flag("Transmitter belongs to an IBSS", "Transmitter belongs to a BSS")),
        P.UInt16("wlan.fixed.capabilities.reserved1", "Reserved", mask: 0x4),
        P.UInt16("wlan.fixed.capabilities.reserved2", "Reserved", mask: 0x8),
        P.Flag("wlan.fixed.capabilities.privacy", "Privacy", 16, 0x10, ValueNames.Flag("Data confidentiality required", "Data confidentiality not required")),
        P.Flag("wlan.fixed.capabilities.short_preamble", "Short Preamble", 16, 0x20, ValueNames.Flag("Allowed", "Not Allowed")),
        P.UInt16("wlan.fixed.capabilities.reserved3", "Reserved", mask: 0x40),
        P.UInt16("wlan.fixed.capabilities.reserved4", "Reserved", mask: 0x80),
        P.Flag("wlan.fixed.capabilities.spec_man", "Spectrum Management", 16, 0x100, ValueNames.Flag("Implemented", "Not Implemented")),
        P.Flag("wlan.fixed.capabilities.qos", "QoS", 16, 0x200, ValueNames.Flag("Implemented", "Not Implemented")),
        P.Flag("wlan.fixed.capabilities.short_slot_time", "Short Slot Time", 16, 0x400, ValueNames.Flag("In use", "Not in use")),
        P.Flag("wlan.fixed.capabilities.apsd", "Automatic Power Save Delivery", 16, 0x800, ValueNames.Flag("Implemented", "Not Implemented")),
        P.Flag("wlan.fixed.capabilities.radio_measurement", "Radio Measurement", 16, 0x1000, ValueNames.Flag("Implemented", "Not Implemented")),
        P.Flag("wlan.fixed.capabilities.epd", "EPD", 16, 0x2000, ValueNames.Flag("Implemented", "Not Implemented")),
        P.UInt16("wlan.fixed.capabilities.reserved5", "Reserved", mask: 0x4000),
        P.UInt16("wlan.fixed.capabilities.reserved6", "Reserved", mask: 0x8000),
    ];

    /// <summary>Takes the body of a management frame apart.</summary>
    public static void Dissect(Packet p, in View v, Node parent, int kind)
    {
        var tree = p.Add(parent, Tree, v, 0, v.Captured);
        int at = kind switch
        {
            AssociationRequest => 4,
            ReassociationRequest => 10,
            AssociationResponse or ReassociationResponse => 6,
            ProbeResponse or Beacon => 12,
            Disassociation or Deauthentication => 2,
            _ => 0,
        };
        switch (kind)
        {
            case Authentication:
                at = AddAuthentication(p, v, tree);
                break;
            case Action or ActionUnacknowledged:
                at = WlanActions.Add(p, v, tree);
                break;
            case Announcement:
                return;
            case ProbeRequest:
                break;
            default:
                if (at == 0)
                {
                    return;
                }

                var part = p.Add(tree, FixedParameters, v, 0, at);
                p.Label(part, $"Fixed parameters ({at} bytes)");
                AddFixed(p, v, part, kind);
                break;
        }

        WlanElements.AddAll(p, v, tree, at, kind is AssociationRequest or ReassociationRequest or ProbeRequest);
    }

    static void AddFixed(Packet p, in View v, Node tree, int kind)
    {
        if (kind is Disassociation or Deauthentication)
        {
            p.Add(tree, ReasonCode, v, 0, littleEndian: true);
            return;
        }

        int at = 0;
        if (kind is Beacon or ProbeResponse)
        {
            const double TimeUnit = 0.001024;
            p.Add(tree, Timestamp, v, 0, littleEndian: true);
            int interval = v.U16LE(8);
            var node = p.AddUInt(tree, BeaconInterval, v, 8, 2, (ulong)interval);
            p.Label(node, $"Beacon Interval: {interval * TimeUnit:F6} [Seconds]");
            p.Info.Append($", BI={interval}");
            at = 10;
        }

        AddCapabilities(p, v, tree, at);
        if (kind is AssociationRequest or ReassociationRequest)
        {
            p.Add(tree, ListenInterval, v, 2, littleEndian: true);
            if (kind == ReassociationRequest)
            {
                p.Add(tree, CurrentAccessPoint, v, 4);
            }
        }
        else if (kind is AssociationResponse or ReassociationResponse)
        {
            p.Add(tree, StatusCode, v, 2, littleEndian: true);
            p.Add(tree, AssociationId, v, 4, littleEndian: true);
        }
    }

    /// <summary>What a station or network can do, in 16 bits.</summary>
    public static void AddCapabilities(Packet p, in View v, Node tree, int at) => p.AddBits(tree, Capabilities, v, at, CapabilityBits, littleEndian: true);

    static int AddAuthentication(Packet p, in View v, Node tree)
    {
        const int Equals = 3, Commit = 1, TokenRequired = 76, HashToElement = 126;
        int algorithm = v.U16LE(0), sequence = v.U16LE(2), status = v.U16LE(4);
        int end = algorithm == Equals ? v.Reported : 6;
        var part = p.Add(tree, FixedParameters, v, 0, Math.Min(end, Math.Max(v.Captured, 6)));
        p.Label(part, $"Fixed parameters ({end} bytes)");
        p.Add(part, Algorithm, v, 0, littleEndian: true);
        p.Add(part, AuthenticationSequence, v, 2, littleEndian: true);
        p.Add(part, StatusCode, v, 4, littleEndian: true);
        if (algorithm != Equals)
        {
            return end;
        }

        // Section 9.4.1.39 to 42: lengths follow from the group, and the token is what is left.
        p.Add(part, SaeMessage, v, 2, littleEndian: true);
        if (sequence != Commit)
        {
            p.Add(part, SaeSendConfirm, v, 6, littleEndian: true);
            p.Add(part, SaeConfirm, v, 8, Math.Min(32, v.ReportedFrom(8)));
            return v.Reported;
        }

        if (status is not (0 or TokenRequired or HashToElement))
        {
            return 6;
        }

        int group = v.U16LE(6), at = 8;
        p.Add(part, SaeGroup, v, 6, littleEndian: true);
        int scalar = group switch { 19 => 32, 20 => 48, 21 => 66, _ => 0 };
        if (status == TokenRequired)
        {
            p.Add(part, SaeToken, v, at, v.ReportedFrom(at));
            return v.Reported;
        }

        if (scalar == 0)
        {
            return v.Reported;
        }

        int token = status == 0 ? v.ReportedFrom(at) - (3 * scalar) : 0;
        if (token > 0)
        {
            p.Add(part, SaeToken, v, at, token);
            at += token;
        }

        p.Add(part, SaeScalar, v, at, scalar);
        p.Add(part, SaeElement, v, at + scalar, 2 * scalar);
        return v.Reported;
    }
}
