using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: RFC 3748 section 4 (packet), 5 (types); EAP-SIM and EAP-AKA: RFC 4186 section 8, RFC 4187 section 8.
//
//   0        1        2            4        5
//   +--------+--------+------------+--------+-------------
//   | code   | id     | length     | type   | type data ...
//   +--------+--------+------------+--------+-------------

/// <summary>Extensible Authentication Protocol.</summary>
public sealed class Eap() : Dissector("eap")
{
    const int Request = 1, Response = 2, Initiate = 5, Finish = 6;
    const int Identity = 1, Notification = 2, Nak = 3, Challenge = 4, Tls = 13, Leap = 17, Sim = 18, Ttls = 21, Aka = 23, Peap = 25, Fast = 43, AkaPrime = 50;

    static readonly Protocol P = new("Extensible Authentication Protocol", "EAP", "eap");
    static readonly ValueNames CodeNames = ValueNames.Of(() => [(1, "Request"), (2, "Response"), (3, "Success"), (4, "Failure"), (5, "Initiate"), (6, "Finish")]);
    static readonly Field Code = P.UInt8("eap.code", "Code", FieldBase.Dec, CodeNames);
    static readonly Field Id = P.UInt8("eap.id", "Id");
    static readonly Field Length = P.UInt16("eap.len", "Length");
    static readonly ValueNames TypeNames = ValueNames.Of(() => [
        (1, "Identity"), (2, "Notification"), (3, "Legacy Nak (Response Only)"), (4, "MD5-Challenge EAP (EAP-MD5-CHALLENGE)"),
        (5, "One-Time Password EAP (EAP-OTP)"), (6, "Generic Token Card EAP (EAP-GTC)"), (7, "Allocated"), (8, "Allocated"),
        (9, "RSA Public Key Authentication EAP (EAP-RSA-PKA)"), (10, "DSS Unilateral EAP (EAP-DSS)"), (11, "KEA EAP (EAP-KEA)"),
        (12, "KEA Validate EAP (EAP-KEA-VALIDATE)"), (13, "TLS EAP (EAP-TLS)"), (14, "Defender Token EAP (EAP-AXENT)"),
        (15, "RSA Security SecurID EAP (EAP-RSA-SECURID)"), (16, "Arcot Systems EAP (EAP-ARCOT-SYSTEMS)"),
        (17, "Cisco Wireless EAP / Lightweight EAP (EAP-LEAP)"), (18, "GSM Subscriber Identity Modules EAP (EAP-SIM)"),
        (19, "Secure Remote Password SHA1 Part 1 EAP (EAP-SRP-SHA1-PART1)"),
        (20, "Secure Remote Password SHA1 Part 2 EAP (EAP-SRP-SHA1-PART2)"), (21, "Tunneled TLS EAP (EAP-TTLS)"),
        (22, "Remote Access Service EAP (EAP-RAS)"), (23, "UMTS Authentication and Key Agreement EAP (EAP-AKA)"),
        (24, "3Com Wireless EAP (EAP-3COM-WIRELESS)"), (25, "Protected EAP (EAP-PEAP)"), (26, "MS-Authentication EAP (EAP-MS-AUTH)"),
        (27, "Mutual Authentication w/Key Exchange EAP (EAP-MAKE)"), (28, "CRYPTOCard EAP (EAP-CRYPTOCARD)"),
        (29, "MS-CHAP-v2 EAP (EAP-MS-CHAP-V2)"), (30, "DynamID EAP (EAP-DYNAMID)"), (31, "Rob EAP (EAP-ROB)"),
        (32, "Protected One-Time Password EAP (EAP-POTP)"), (33, "MS-Authentication TLV EAP (EAP-MS-AUTH-TLV)"),
        (34, "SentriNET (EAP-SENTRINET)"), (35, "Actiontec Wireless EAP (EAP-ACTIONTEC-WIRELESS)"),
        (36, "Cogent Systems Biometrics Authentication EAP (EAP-COGENT-BIOMETRIC)"), (37, "AirFortress EAP (EAP-AIRFORTRESS)"),
        (38, "HTTP Digest EAP (EAP-HTTP-DIGEST)"), (39, "SecureSuite EAP (EAP-SECURESUITE)"), (40, "DeviceConnect EAP (EAP-DEVICECONNECT)"),
        (41, "Simple Password Exponential Key Exchange EAP (EAP-SPEKE)"), (42, "MOBAC EAP (EAP-MOBAC)"),
        (43, "Flexible Authentication via Secure Tunneling EAP (EAP-FAST)"), (44, "ZoneLabs EAP (EAP-ZLXEAP)"), (45, "Link EAP (EAP-LINK)"),
        (46, "Password Authenticated eXchange EAP (EAP-PAX)"), (47, "Pre-Shared Key EAP (EAP-PSK)"),
        (48, "Shared-secret Authentication and Key Establishment EAP (EAP-SAKE)"), (49, "Internet Key Exchange v2 EAP (EAP-IKEv2)"),
        (50, "UMTS Authentication and Key Agreement' EAP (EAP-AKA')"), (51, "Generalized Pre-Shared Key EAP (EAP-GPSK)"),
        (52, "Password EAP (EAP-pwd)"), (53, "Encrypted Key Exchange v1 EAP (EAP-EKEv1)"), (55, "Tunneled EAP protocol"),
        (254, "Expanded Type"), (255, "Experimental")]);
    static readonly Field Type = P.UInt8("eap.type", "Type", FieldBase.Dec, TypeNames);
    internal static readonly Field IdentityText = P.String("eap.identity", "Identity");
    internal static readonly Field IdentityWhole = P.UInt16("eap.identity.actual_len", "Identity Actual Length");
    static readonly Field NotificationText = P.String("eap.notification", "Notification");
    static readonly Field DesiredType = P.UInt8("eap.desired_type", "Desired Auth Type", FieldBase.Dec, TypeNames);
    static readonly Field ChallengeLength = P.UInt8("eap.md5.value_size", "EAP-MD5 Value-Size");
    static readonly Field ChallengeValue = P.Bytes("eap.md5.value", "EAP-MD5 Value");
    static readonly Field ChallengeData = P.Bytes("eap.md5.extra_data", "EAP-MD5 Extra Data");
    static readonly Field TypeData = P.Bytes("eap.data", "EAP Data");
    static readonly Expert Weak = P.Expert("eap.mitm_attacks", Severity.Warning, ExpertGroup.Security, "Vulnerable to MITM attacks. If possible, change EAP type.");
    static readonly EapAttributes SimAttributes = new(P, "eap.sim", "EAP-SIM", EapAttributes.SimSubtypes);
    static readonly EapAttributes AkaAttributes = new(P, "eap.aka", "EAP-AKA", EapAttributes.AkaSubtypes);
    static readonly Field TlsFlags = P.UInt8("eap.tls.flags", "EAP-TLS Flags", FieldBase.Hex);
    static readonly Field TlsFlagLength = P.Flag("eap.tls.flags.len_included", "Length Included", 8, 0x80);
    static readonly Field TlsFlagMore = P.Flag("eap.tls.flags.more_fragments", "More Fragments", 8, 0x40);
    static readonly Field TlsFlagStart = P.Flag("eap.tls.flags.start", "Start", 8, 0x20);
    static readonly Field TlsLength = P.UInt32("eap.tls.len", "EAP-TLS Length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <summary>RADIUS carries it.</summary>
    public override bool IsInPayload => true;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(EapAttributes)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Ppp.Protocols, 0xc227);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // Not among the layers of frame.protocols below, as in Wireshark.
        if (p.Outer is not Application.Radius.Radius)
        {
            p.LeaveOutOfLayers();
        }

        p.SetProtocol("EAP");
        p.Info.Clear();
        int code = v.U8(0);
        p.Info.Set(CodeNames.FindOr((ulong)code, "Unknown code"));
        int length = v.U16(2);
        var tree = p.Open(P, v, parent, 0, Math.Min(length, v.Captured));
        p.AddAll(tree, v, 0, Code, Id, Length);
        if (length > 4 && code is Request or Response or Initiate or Finish)
        {
            int type = v.U8(4);
            var typeNode = p.Add(tree, Type, v, 4);
            if (type == Challenge)
            {
                p.Expert(typeNode, Weak, v, 4, 1);
            }

            p.Info.Append($", {TypeNames.FindOr((ulong)type, "Unknown type")}");
            int size = length - 5;
            if (size > 0)
            {
                DissectType(p, v.Part(5, size), tree, type);
            }
        }

        return Math.Max(1, v.Reported);
    }

    static void DissectType(Packet p, in View v, Node tree, int type)
    {
        switch (type)
        {
            case Identity:
                p.Add(tree, IdentityText, v, 0, v.Reported);
                break;
            case Notification:
                p.Add(tree, NotificationText, v, 0, v.Reported);
                break;
            case Nak:
                p.Add(tree, DesiredType, v, 0);
                break;
            case Challenge:
                int length = v.U8(0);
                p.Add(tree, ChallengeLength, v, 0);
                p.Add(tree, ChallengeValue, v, 1, Math.Min(length, v.ReportedFrom(1)));
                if (v.ReportedFrom(1 + length) > 0)
                {
                    p.Add(tree, ChallengeData, v, 1 + length);
                }

                break;
            case Sim:
                SimAttributes.Add(p, v, tree);
                break;
            case Aka or AkaPrime:
                AkaAttributes.Add(p, v, tree);
                break;
            case Tls or Ttls or Peap or Fast:
                DissectTls(p, v, tree);
                break;
            default:
                p.Add(tree, TypeData, v, 0, v.Reported);
                break;
        }
    }

    /// <summary>RFC 5216 section 3.1: flags, and where they say so how much there is in all.</summary>
    static void DissectTls(Packet p, in View v, Node tree)
    {
        const int LengthIncluded = 0x80;
        int flags = v.U8(0), at = 1;
        p.AddBits(tree, TlsFlags, v, 0, [TlsFlagLength, TlsFlagMore, TlsFlagStart]);
        if ((flags & LengthIncluded) != 0)
        {
            p.Add(tree, TlsLength, v, 1);
            at = 5;
        }

        if (v.ReportedFrom(at) > 0)
        {
            p.Add(tree, TypeData, v, at);
        }
    }
}

/// <summary>The form that EAP-SIM and EAP-AKA share: a subtype, then attributes of multiples of four bytes.</summary>
sealed class EapAttributes
{
    const int AtIdentity = 14;

    readonly Field subtype, reserved, attribute, type, length, value;

    public EapAttributes(Protocol protocol, string prefix, string label, ValueNames subtypes)
    {
        subtype = protocol.UInt8($"{prefix}.subtype", $"{label} Subtype", FieldBase.Dec, subtypes);
        reserved = protocol.UInt16($"{prefix}.reserved", $"{label} Reserved", FieldBase.Hex);
        attribute = protocol.Label($"{prefix}.subtype.attribute", $"{label} Attribute");
        type = protocol.UInt8($"{prefix}.subtype.type", $"{label} Type", FieldBase.Dec, Types);
        length = protocol.UInt8($"{prefix}.subtype.len", $"{label} Length");
        value = protocol.Bytes($"{prefix}.subtype.value", $"{label} Value");
    }

    internal static readonly ValueNames AkaSubtypes = ValueNames.Of(() => [
        (1, "AKA-Challenge"), (2, "AKA-Authentication-Reject"), (4, "AKA-Synchronization-Failure"), (5, "AKA-Identity"),
        (12, "Notification"), (13, "Re-authentication"), (14, "Client-Error")]);
    internal static readonly ValueNames SimSubtypes = ValueNames.Of(() => [(10, "Start"), (11, "Challenge"), (12, "Notification"), (13, "Re-authentication"), (14, "Client-Error")]);

    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "AT_RAND"), (2, "AT_AUTN"), (3, "AT_RES"), (4, "AT_AUTS"), (6, "AT_PADDING"), (7, "AT_NONCE_MT"), (10, "AT_PERMANENT_ID_REQ"),
        (11, "AT_MAC"), (12, "AT_NOTIFICATION"), (13, "AT_ANY_ID_REQ"), (14, "AT_IDENTITY"), (15, "AT_VERSION_LIST"),
        (16, "AT_SELECTED_VERSION"), (17, "AT_FULLAUTH_ID_REQ"), (19, "AT_COUNTER"), (20, "AT_COUNTER_TOO_SMALL"), (21, "AT_NONCE_S"),
        (22, "AT_CLIENT_ERROR_CODE"), (23, "AT_KDF_INPUT"), (24, "AT_KDF"), (128, "Unassigned"), (129, "AT_IV"), (130, "AT_ENCR_DATA"),
        (131, "Unassigned"), (132, "AT_NEXT_PSEUDONYM"), (133, "AT_NEXT_REAUTH_ID"), (134, "AT_CHECKCODE"), (135, "AT_RESULT_IND"),
        (136, "AT_BIDDING"), (137, "AT_IPMS_IND"), (138, "AT_IPMS_RES"), (139, "AT_TRUST_IND"), (140, "AT_SHORT_NAME_FOR_NETWORK"),
        (141, "AT_FULL_NAME_FOR_NETWORK"), (142, "AT_RQSI_IND"), (143, "AT_RQSI_RES"), (144, "AT_TWAN_CONN_MODE"),
        (145, "AT_VIRTUAL_NETWORK_ID"), (146, "AT_VIRTUAL_NETWORK_REQ"), (147, "AT_CONNECTIVITY_TYPE"), (148, "AT_HANDOVER_INDICATION"),
        (149, "AT_HANDOVER_SESSION_ID"), (150, "AT_MN_SERIAL_ID"), (151, "AT_DEVICE_IDENTITY")]);

    /// <summary>Adds what follows the type.</summary>
    public void Add(Packet p, in View v, Node tree)
    {
        p.Add(tree, subtype, v, 0);
        p.Add(tree, reserved, v, 1);
        for (int at = 3; at < v.Reported;)
        {
            int size = v.U8(at + 1) * 4;
            var branch = p.Add(tree, attribute, v, at, 1);
            p.SetLength(branch, Math.Min(size, v.CapturedFrom(at)));
            p.Label(branch, $"{attribute.Label}: {Types.FindOr(v.U8(at), "Unknown")} ({v.U8(at)})");
            p.Add(branch, type, v, at);
            p.Add(branch, length, v, at + 1);
            if (size < 4)
            {
                break;
            }

            if (v.U8(at) == AtIdentity)
            {
                int whole = v.U16(at + 2);
                p.Add(branch, Eap.IdentityWhole, v, at + 2);
                p.Add(branch, Eap.IdentityText, v, at + 4, whole);
            }
            else
            {
                p.Add(branch, value, v, at + 2, Math.Min(size - 2, v.ReportedFrom(at + 2)));
            }

            at += size;
        }
    }
}
