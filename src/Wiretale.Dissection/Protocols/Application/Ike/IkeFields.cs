using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Ike;

/// <summary>Fields of payloads.</summary>
static class IkeFields
{
    static Protocol P => Isakmp.P;

    public static readonly Field Payload = P.UInt8("isakmp.typepayload", "Payload", FieldBase.Dec, IkeNames.Payloads, blurb: "ISAKMP Payload Type");
    public static readonly Field Critical = P.Flag("isakmp.criticalpayload", "Critical Bit", 8, 0x80, ValueNames.Flag("Critical", "Not critical"), "IKEv2 Critical Payload");
    public static readonly Field Reserved7 = P.UInt8("isakmp.reserved7", "Reserved", FieldBase.Hex, mask: 0x7f);
    public static readonly Field Reserved = P.Bytes("isakmp.reserved", "Reserved");
    public static readonly Field PayloadLength = P.UInt16("isakmp.payloadlength", "Payload length", blurb: "ISAKMP Payload Length");
    public static readonly Field Extra = P.Bytes("isakmp.extradata", "Extra data", blurb: "Extra data ??????");
    public static readonly Field Data = P.Bytes("isakmp.datapayload", "Data Payload", blurb: "Data Payload (not dissect)");
    public static readonly Field Domain = P.UInt32("isakmp.sa.doi", "Domain of interpretation", FieldBase.Dec, IkeNames.Domains, blurb: "ISAKMP Domain of Interpretation");
    public static readonly Field Situation = P.Bytes("isakmp.sa.situation", "Situation", blurb: "ISAKMP SA Situation");
    public static readonly Field IdentityOnly = P.Flag("isakmp.sa.situation.identity_only", "Identity Only", 32, 0x01);
    public static readonly Field Secrecy = P.Flag("isakmp.sa.situation.secrecy", "Secrecy", 32, 0x02);
    public static readonly Field Integrity = P.Flag("isakmp.sa.situation.integrity", "Integrity", 32, 0x04);
    public static readonly Field Proposal = P.UInt8("isakmp.prop.number", "Proposal number", blurb: "ISAKMP Proposal Number");
    public static readonly Field ProposalProtocol = P.UInt32("isakmp.prop.protoid", "Protocol ID", FieldBase.Dec, IkeNames.Protocols1, blurb: "ISAKMP Proposal Protocol ID");
    public static readonly Field ProposalProtocol2 = P.UInt32("isakmp.prop.protoid", "Protocol ID", FieldBase.Dec, IkeNames.Protocols2, blurb: "ISAKMP Proposal Protocol ID");
    public static readonly Field IndexSize = P.UInt8("isakmp.spisize", "SPI Size");
    public static readonly Field Index = P.Bytes("isakmp.spi", "SPI");
    public static readonly Field Transforms = P.UInt8("isakmp.prop.transforms", "Proposal transforms", blurb: "ISAKMP Proposal Transforms");
    public static readonly Field TransformNumber = P.UInt8("isakmp.trans.number", "Transform number", blurb: "ISAKMP Transform Number");
    public static readonly Field TransformId1 = P.UInt8("isakmp.trans.id", "Transform ID", FieldBase.Dec, ValueNames.Of(() => [(0, "RESERVED"), (1, "KEY_IKE")]), blurb: "ISAKMP Transform ID");
    public static readonly Field IdType = P.UInt8("isakmp.id.type", "ID type", FieldBase.Dec, IkeNames.Identities, blurb: "IKEv1 ID Type");
    public static readonly Field IdData = P.Label("isakmp.id.data", "Identification Data:", "ISAKMP ID Data");
    public static readonly Field IdIPv4 = P.IPv4("isakmp.id.data.ipv4_addr", "ID_IPV4_ADDR");
    public static readonly Field IdName = P.String("isakmp.id.data.fqdn", "ID_FQDN");
    public static readonly Field IdUser = P.String("isakmp.id.data.user_fqdn", "ID_FQDN");
    public static readonly Field NotifyDomain = P.UInt32("isakmp.notify.doi", "Domain of interpretation", FieldBase.Dec, IkeNames.Domains, blurb: "ISAKMP Notify Domain of Interpretation");
    public static readonly Field NotifyProtocol = P.UInt32("isakmp.notify.protoid", "Protocol ID", FieldBase.Dec, IkeNames.Protocols1, blurb: "ISAKMP Notify Protocol ID");
    public static readonly Field NotifyProtocol2 = P.UInt32("isakmp.notify.protoid", "Protocol ID", FieldBase.Dec, IkeNames.Protocols2, blurb: "ISAKMP Notify Protocol ID");
    public static readonly Field NotifyType = P.UInt16("isakmp.notify.msgtype", "Notify Message Type", FieldBase.Dec, IkeNames.Notifications1, blurb: "ISAKMP Notify Message Type");
    public static readonly Field NotifyType2 = P.UInt16("isakmp.notify.msgtype", "Notify Message Type", FieldBase.Dec, IkeNames.Notifications2, blurb: "ISAKMP Notify Message Type");
    public static readonly Field NotifyData = P.Bytes("isakmp.notify.data", "Notification DATA");
    public static readonly Field AcceptedGroup = P.UInt16("isakmp.notify.data.accepted_dh_group", "Accepted DH group number", FieldBase.Dec, IkeNames.Groups);
    public static readonly Field Vendor = P.Bytes("isakmp.vid_bytes", "Vendor ID");
    public static readonly Field VendorName = P.String("isakmp.vid_string", "Vendor ID");
    public static readonly Field Nonce = P.Bytes("isakmp.nonce", "Nonce DATA");
    public static readonly Field Hash = P.Bytes("isakmp.hash", "Hash DATA");
    public static readonly Field Signature = P.Bytes("isakmp.sig", "Signature DATA");
    public static readonly Field NatHash = P.Bytes("isakmp.ike.nat_hash", "HASH of the address and port");
    public static readonly Field Attribute1 = P.Label("isakmp.ike.attr", "IKE Attribute");
    public static readonly Field Attribute1Format = P.Flag("isakmp.ike.attr.format", "Format", 16, 0x8000, ValueNames.Flag("Type/Value (TV)", "Type/Length/Value (TLV)"), "IKEv1 Attribute format");
    public static readonly Field Attribute1Type = P.UInt16("isakmp.ike.attr.type", "Type", FieldBase.Dec, IkeNames.Attributes1, blurb: "IKEv1 Attribute type");
    public static readonly Field Attribute1Length = P.UInt16("isakmp.ike.attr.length", "Length", blurb: "IKEv1 Attribute length");
    public static readonly Field Attribute1Value = P.Bytes("isakmp.ike.attr.value", "Value", blurb: "IKEv1 Attribute value");
    public static readonly Field Encryption1 = P.UInt16("isakmp.ike.attr.encryption_algorithm", "Encryption Algorithm", FieldBase.Dec, IkeNames.Encryption1);
    public static readonly Field Hash1 = P.UInt16("isakmp.ike.attr.hash_algorithm", "HASH Algorithm", FieldBase.Dec, IkeNames.Hashes1);
    public static readonly Field Authentication1 = P.UInt16("isakmp.ike.attr.authentication_method", "Authentication Method", FieldBase.Dec, IkeNames.Authentication1);
    public static readonly Field Group1 = P.UInt16("isakmp.ike.attr.group_description", "Group Description", FieldBase.Dec, IkeNames.Groups);
    public static readonly Field LifeType1 = P.UInt16("isakmp.ike.attr.life_type", "Life Type", FieldBase.Dec, IkeNames.LifeTypes1);
    public static readonly Field Life1 = P.UInt32("isakmp.ike.attr.life_duration", "Life Duration");
    public static readonly Field KeyLength1 = P.UInt16("isakmp.ike.attr.key_length", "Key Length");
    public static readonly Field TransformType = P.UInt8("isakmp.tf.type", "Transform Type", FieldBase.Dec, IkeNames.TransformTypes);
    public static readonly Field EncryptionId = P.UInt16("isakmp.tf.id.encr", "Transform ID (ENCR)", FieldBase.Dec, IkeNames.Encryption2);
    public static readonly Field PseudoRandomId = P.UInt16("isakmp.tf.id.prf", "Transform ID (PRF)", FieldBase.Dec, IkeNames.PseudoRandom2);
    public static readonly Field IntegrityId = P.UInt16("isakmp.tf.id.integ", "Transform ID (INTEG)", FieldBase.Dec, IkeNames.Integrity2);
    public static readonly Field GroupId = P.UInt16("isakmp.tf.id.dh", "Transform ID (D-H)", FieldBase.Dec, IkeNames.Groups);
    public static readonly Field SequenceId = P.UInt16("isakmp.tf.id.esn", "Transform ID (ESN)", FieldBase.Dec,
        ValueNames.Of(() => [(0, "No Extended Sequence Numbers"), (1, "Extended Sequence Numbers")]));
    public static readonly Field OtherId = P.UInt16("isakmp.tf.id", "Transform ID");
    public static readonly Field Attribute2 = P.Label("isakmp.ike2.attr", "Transform Attribute", "IKEv2 Transform Attribute");
    public static readonly Field Attribute2Format = P.Flag("isakmp.ike2.attr.format", "Format", 16, 0x8000, ValueNames.Flag("Type/Value (TV)", "Type/Length/Value (TLV)"), "IKEv2 Transform Attribute format");
    public static readonly Field Attribute2Type = P.UInt16("isakmp.ike2.attr.type", "Type", FieldBase.Dec, IkeNames.Attributes2, blurb: "IKEv2 Transform Attribute type");
    public static readonly Field Attribute2Length = P.UInt16("isakmp.ike2.attr.length", "Length", blurb: "IKEv2 Transform Attribute length");
    public static readonly Field Attribute2Value = P.Bytes("isakmp.ike2.attr.value", "Value", blurb: "IKEv2 Transform Attribute value");
    public static readonly Field KeyLength2 = P.UInt16("isakmp.ike2.attr.key_length", "Key Length");
    public static readonly Field Group2 = P.UInt16("isakmp.key_exchange.dh_group", "DH Group #", FieldBase.Dec, IkeNames.Groups);
    public static readonly Field KeyData = P.Bytes("isakmp.key_exchange.data", "Key Exchange Data");
    public static readonly Field Vector = P.Bytes("isakmp.enc.iv", "Initialization Vector");
    public static readonly Field Encrypted = P.Label("isakmp.enc.data", "Encrypted Data");
}
