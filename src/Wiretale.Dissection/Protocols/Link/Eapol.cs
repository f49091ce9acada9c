using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link.Wireless;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.1X-2020 section 11.3; its key frames: IEEE 802.11-2020 section 12.7.2.
//
//   0         1         2          4
//   +---------+---------+----------+---------
//   | version | type    | length   | body ...
//   +---------+---------+----------+---------

/// <summary>802.1X: EAP over a LAN, and the frames by which WPA's keys are made.</summary>
public sealed class Eapol() : Dissector("eapol", "wlan_rsna_eapol")
{
    const int HeaderLength = 4, EtherTypeNumber = 0x888e, PreauthenticationNumber = 0x88c7;
    const int EapPacket = 0, Key = 3;
    const int Rc4Descriptor = 1, RsnDescriptor = 2, WpaDescriptor = 254;

    static readonly Protocol P = new("802.1X Authentication", "EAPOL", "eapol");
    static readonly Protocol KeyFrame = new("IEEE 802.11 RSNA EAPOL key", "802.11 RSNA EAPOL", "wlan_rsna_eapol");
    static readonly Field Version = P.UInt8("eapol.version", "Version", FieldBase.Dec, ValueNames.Of(() => [(1, "802.1X-2001"), (2, "802.1X-2004"), (3, "802.1X-2010")]));
    static readonly ValueNames TypeNames = ValueNames.Of(() => [
        (0, "EAP Packet"), (1, "Start"), (2, "Logoff"), (3, "Key"), (4, "Encapsulated ASF Alert"), (5, "MKA"),
        (6, "Announcement (Generic)"), (7, "Announcement (Specific)"), (8, "Announcement Request")]);
    static readonly Field Type = P.UInt8("eapol.type", "Type", FieldBase.Dec, TypeNames);
    static readonly Field Length = P.UInt16("eapol.len", "Length");
    static readonly Field DescriptorType = P.UInt8("eapol.keydes.type", "Key Descriptor Type", FieldBase.Dec, ValueNames.Of(() => [(1, "RC4 Descriptor"), (2, "EAPOL RSN Key"), (254, "EAPOL WPA Key")]));
    static readonly Field DescriptorBody = P.Bytes("eapol.keydes.body", "Key Descriptor Body");
    static readonly Field KeyLength = P.UInt16("eapol.keydes.key_len", "Key Length");
    static readonly Field ReplayCounter = P.UInt64("eapol.keydes.replay_counter", "Replay Counter");
    static readonly Field KeyVector = P.Bytes("eapol.keydes.key_iv", "Key IV");
    static readonly Field KeyIndex = P.UInt8("eapol.keydes.key_index", "Key Index", FieldBase.Hex);
    static readonly Field KeyIndexType = P.Flag("eapol.keydes.key_index.type", "Type", 8, 0x80, ValueNames.Flag("Unicast", "Broadcast"));
    static readonly Field KeyIndexNumber = P.UInt8("eapol.keydes.key_index.number", "Number", mask: 0x7f);
    static readonly Field KeySignature = P.Bytes("eapol.keydes.key_signature", "Key Signature");
    static readonly Field KeyData = P.Bytes("eapol.keydes.key", "Key");
    static readonly Field KeyLocal = P.Flag("eapol.keydes.key.generated_locally", "Key Generated Locally");
    static readonly Field Message = KeyFrame.UInt8("wlan_rsna_eapol.keydes.msgnr", "Message number");
    static readonly Field Information = KeyFrame.UInt16("wlan_rsna_eapol.keydes.key_info", "Key Information", FieldBase.Hex);
    static readonly Field[] InformationBits =
    [
        KeyFrame.UInt16("wlan_rsna_eapol.keydes.key_info.keydes_version", "Key Descriptor Version", FieldBase.Dec, ValueNames.Of(() => [(1, "RC4 Cipher, HMAC-MD5 MIC"), (2, "AES Cipher, HMAC-SHA1 MIC"), (3, "AES Cipher, AES-128-CMAC MIC")]), mask: 0x7),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.key_type", "Key Type", 16, 0x8, ValueNames.Flag("Pairwise Key", "Group Key")),
        KeyFrame.UInt16("wlan_rsna_eapol.keydes.key_info.key_index", "Key Index", mask: 0x30),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.install", "Install", 16, 0x40, ValueNames.SetNotSet),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.key_ack", "Key ACK", 16, 0x80, ValueNames.SetNotSet),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.key_mic", "Key MIC", 16, 0x100, ValueNames.SetNotSet),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.secure", "Secure", 16, 0x200, ValueNames.SetNotSet),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.error", "Error", 16, 0x400, ValueNames.SetNotSet),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.request", "Request", 16, 0x800, ValueNames.SetNotSet),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.encrypted_key_data", "Encrypted Key Data", 16, 0x1000, ValueNames.SetNotSet),
        KeyFrame.Flag("wlan_rsna_eapol.keydes.key_info.smk_message", "SMK Message", 16, 0x2000, ValueNames.SetNotSet),
    ];

    static readonly Field Nonce = KeyFrame.Bytes("wlan_rsna_eapol.keydes.nonce", "WPA Key Nonce");
    static readonly Field ReceiveCounter = KeyFrame.Bytes("wlan_rsna_eapol.keydes.rsc", "WPA Key RSC");
    static readonly Field KeyId = KeyFrame.Bytes("wlan_rsna_eapol.keydes.id", "WPA Key ID");
    static readonly Field IntegrityCode = KeyFrame.Bytes("wlan_rsna_eapol.keydes.mic", "WPA Key MIC");
    static readonly Field DataLength = KeyFrame.UInt16("wlan_rsna_eapol.keydes.data_len", "WPA Key Data Length");
    static readonly Field Data = KeyFrame.Bytes("wlan_rsna_eapol.keydes.data", "WPA Key Data");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => [KeyFrame];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, EtherTypeNumber, PreauthenticationNumber);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("EAPOL");
        p.Info.Clear();
        int type = v.U8(1), length = v.U16(2);
        if (TypeNames.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown Type (0x{type:x2})");
        }

        var tree = p.Open(P, v, parent, 0, Math.Min(HeaderLength + length, v.Captured));
        p.AddAll(tree, v, 0, Version, Type, Length);
        p.SetActualLength(v, HeaderLength + length);
        var body = v.Part(HeaderLength, length);
        switch (type)
        {
            case EapPacket:
                p.SetLength(tree, HeaderLength);
                p.Call(Catalog.Eap, body, parent);
                break;
            case Key:
                DissectKey(p, body, tree);
                break;
            default:
                p.CallData(body, parent);
                break;
        }

        return Math.Max(1, v.Reported);
    }

    static void DissectKey(Packet p, in View v, Node tree)
    {
        int descriptor = v.U8(0);
        p.Add(tree, DescriptorType, v, 0);
        switch (descriptor)
        {
            case Rc4Descriptor:
                DissectRc4(p, v, tree);
                break;
            case RsnDescriptor or WpaDescriptor:
                DissectRsn(p, v, tree);
                break;
            default:
                p.Add(tree, DescriptorBody, v, 1, v.ReportedFrom(1));
                break;
        }
    }

    static void DissectRc4(Packet p, in View v, Node tree)
    {
        const int KeyAt = 44;
        int length = v.U16(1);
        p.AddAll(tree, v, 1, KeyLength, ReplayCounter);
        p.Add(tree, KeyVector, v, 11, 16);
        p.AddBits(tree, KeyIndex, v, 27, [KeyIndexType, KeyIndexNumber]);
        p.Add(tree, KeySignature, v, 28, 16);
        if (length == 0)
        {
            return;
        }

        bool isSent = v.ReportedFrom(KeyAt) > 0;
        if (isSent)
        {
            p.Add(tree, KeyData, v, KeyAt, length);
        }

        p.AddFlag(tree, KeyLocal, v, KeyAt, 0, !isSent);
    }

    static void DissectRsn(Packet p, in View v, Node tree)
    {
        const int Encrypted = 0x1000, DataAt = 95;
        int information = v.U16(1), dataLength = v.U16(93);
        int message = MessageOf(information, v);
        if (message > 0)
        {
            p.Info.Append($" ({(message < 5 ? "Message " : "Group Message ")}{(message < 5 ? message : message - 4)} of {(message < 5 ? 4 : 2)})");
            p.Generated(p.AddUInt(tree, Message, v, 1, 2, (ulong)(message < 5 ? message : message - 4)));
        }

        p.AddBits(tree, Information, v, 1, InformationBits);
        p.AddAll(tree, v, 3, KeyLength, ReplayCounter);
        p.Add(tree, Nonce, v, 13, 32);
        p.Add(tree, KeyVector, v, 45, 16);
        p.Add(tree, ReceiveCounter, v, 61, 8);
        p.Add(tree, KeyId, v, 69, 8);
        p.Add(tree, IntegrityCode, v, 77, 16);
        p.Add(tree, DataLength, v, 93);
        if (dataLength == 0)
        {
            return;
        }

        var data = p.Add(tree, Data, v, DataAt, dataLength);
        bool isEncrypted = (information & Encrypted) != 0 || v.U8(0) == WpaDescriptor && message is 0 or > 4;
        if (!isEncrypted)
        {
            var elements = v.Part(DataAt, dataLength);
            for (int at = 0; at < elements.Reported;)
            {
                at = WlanElements.Add(p, elements, data, at, fromStation: true);
            }
        }
    }

    /// <summary>Which message of the handshake it is, as its flags tell (section 12.7.6): 1 to 4, and 5 and 6 for the two that renew a group's key.</summary>
    static int MessageOf(int information, in View v)
    {
        const int Pairwise = 0x0008, Acknowledge = 0x0080, Mic = 0x0100, Secure = 0x0200, Install = 0x0040;
        int flags = information & (Acknowledge | Mic | Secure | Install);
        if ((information & Pairwise) == 0)
        {
            return (flags & Acknowledge) != 0 ? 5 : 6;
        }

        return flags switch
        {
            Acknowledge => 1,
            Mic => v.Span(13, 32).IndexOfAnyExcept((byte)0) < 0 ? 4 : 2,
            Mic | Secure => 4,
            _ when (flags & (Acknowledge | Mic)) == (Acknowledge | Mic) => 3,
            _ => 0,
        };
    }
}
