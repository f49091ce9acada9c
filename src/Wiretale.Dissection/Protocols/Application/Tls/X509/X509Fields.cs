using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls.X509;

/// <summary>The protocols and fields of certificates, with Wireshark's names (which follow the ASN.1 modules).</summary>
sealed class X509Fields
{
    static readonly Protocol Af = new("X.509 Authentication Framework", "X509AF", "x509af"), If = new("X.509 Information Framework", "X509IF", "x509if"),
        Sat = new("X.509 Selected Attribute Types", "X509SAT", "x509sat"), Ce = new("X.509 Certificate Extensions", "X509CE", "x509ce"),
        Implicit = new("PKIX1Implicit", "PKIX1IMPLICIT", "pkix1implicit"), Explicit = new("PKIX1Explicit", "PKIX1EXPLICIT", "pkix1explicit"),
        Pkcs1 = new("PKCS#1", "PKCS-1", "pkcs1"), Rules = new("Basic Encoding Rules (ASN.1 X.690)", "BER", "ber");

    static readonly ValueNames NameChoice = ValueNames.Of(() => [(0, "rdnSequence")]), TimeChoice = ValueNames.Of(() => [(0, "utcTime"), (1, "generalizedTime")]);
    static readonly ValueNames StringChoice = ValueNames.Of(() => [(0, "teletexString"), (1, "printableString"), (2, "universalString"), (3, "bmpString"), (4, "uTF8String")]);
    static readonly ValueNames GeneralNameChoice = ValueNames.Of(() => [(0, "otherName"), (1, "rfc822Name"), (2, "dNSName"), (3, "x400Address"), (4, "directoryName"), (5, "ediPartyName"),
        (6, "uniformResourceIdentifier"), (7, "iPAddress"), (8, "registeredID")]);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Protocol> Protocols = [Af, If, Sat, Ce, Implicit, Explicit, Pkcs1, Rules];

    public readonly Field Signed = Af.Label("x509af.signedCertificate_element", "signedCertificate");
    public readonly Field Version = Af.Field(FieldType.Int32, "x509af.version", "version", FieldBase.Dec, names: ValueNames.Of(() => [(0, "v1"), (1, "v2"), (2, "v3")]));
    public readonly Field Serial = Af.Bytes("x509af.serialNumber", "serialNumber");
    public readonly Field Signature = Af.Label("x509af.signature_element", "signature");
    public readonly Field AlgorithmId = Af.Field(FieldType.Oid, "x509af.algorithm.id", "Algorithm Id");
    public readonly Field Issuer = Af.UInt32("x509af.issuer", "issuer", names: NameChoice);
    public readonly Field Subject = Af.UInt32("x509af.subject", "subject", names: NameChoice);
    public readonly Field Names = Af.UInt32("x509af.rdnSequence", "rdnSequence");
    public readonly Field Validity = Af.Label("x509af.validity_element", "validity");
    public readonly Field NotBefore = Af.UInt32("x509af.notBefore", "notBefore", names: TimeChoice);
    public readonly Field NotAfter = Af.UInt32("x509af.notAfter", "notAfter", names: TimeChoice);
    public readonly Field UtcTime = Af.String("x509af.utcTime", "utcTime");
    public readonly Field GeneralizedTime = Af.AbsoluteTime("x509af.generalizedTime", "generalizedTime", FieldBase.Local);
    public readonly Field KeyInfo = Af.Label("x509af.subjectPublicKeyInfo_element", "subjectPublicKeyInfo");
    public readonly Field Algorithm = Af.Label("x509af.algorithm_element", "algorithm");
    public readonly Field Key = Af.Bytes("x509af.subjectPublicKey", "subjectPublicKey");
    public readonly Field Extensions = Af.UInt32("x509af.extensions", "extensions");
    public readonly Field Extension = Af.Label("x509af.Extension_element", "Extension");
    public readonly Field ExtensionId = Af.Field(FieldType.Oid, "x509af.extension.id", "Extension Id");
    public readonly Field Critical = Af.Flag("x509af.critical", "critical");
    public readonly Field SignatureAlgorithm = Af.Label("x509af.algorithmIdentifier_element", "algorithmIdentifier");
    public readonly Field Encrypted = Af.Bytes("x509af.encrypted", "encrypted");
    public readonly Field BitPadding = Rules.UInt8("ber.bitstring.padding", "Padding", blurb: "Number of unused bits in the last octet of the bitstring");
    public readonly Field Modulus = Pkcs1.Bytes("pkcs1.modulus", "modulus");
    public readonly Field Exponent = Pkcs1.Field(FieldType.Int32, "pkcs1.publicExponent", "publicExponent", FieldBase.Dec);
    public readonly Field NamedCurve = Pkcs1.Field(FieldType.Oid, "pkcs1.namedCurve", "namedCurve");
    public readonly Field IfNames = If.UInt32("x509if.rdnSequence", "rdnSequence");
    public readonly Field NameItem = If.UInt32("x509if.RDNSequence_item", "RDNSequence item");
    public readonly Field NamePart = If.Label("x509if.RelativeDistinguishedName_item_element", "RelativeDistinguishedName item");
    public readonly Field NameId = If.Field(FieldType.Oid, "x509if.oid", "Object Id");
    public readonly Field Directory = Sat.UInt32("x509sat.DirectoryString", "DirectoryString", names: StringChoice);
    public readonly Field Country = Sat.String("x509sat.CountryName", "CountryName");
    public readonly Field Printable = Sat.String("x509sat.PrintableString", "PrintableString");
    public readonly Field Ia5 = Sat.String("x509sat.IA5String", "IA5String");
    public readonly Field[] Strings =
    [
        Sat.String("x509sat.teletexString", "teletexString"), Sat.String("x509sat.printableString", "printableString"), Sat.String("x509sat.universalString", "universalString"),
        Sat.String("x509sat.bmpString", "bmpString"), Sat.String("x509sat.uTF8String", "uTF8String"),
    ];
    public readonly Field KeyUsage = Ce.Bytes("x509ce.KeyUsage", "KeyUsage");
    public readonly Field[] KeyUsages =
    [
        Usage("digitalSignature", 0x80), Usage("contentCommitment", 0x40), Usage("keyEncipherment", 0x20), Usage("dataEncipherment", 0x10), Usage("keyAgreement", 0x08),
        Usage("keyCertSign", 0x04), Usage("cRLSign", 0x02), Usage("encipherOnly", 0x01), Usage("decipherOnly", 0x80),
    ];
    public readonly Field KeyPurposes = Ce.UInt32("x509ce.KeyPurposeIDs", "KeyPurposeIDs");
    public readonly Field KeyPurpose = Ce.Field(FieldType.Oid, "x509ce.KeyPurposeId", "KeyPurposeId");
    public readonly Field Constraints = Ce.Label("x509ce.BasicConstraintsSyntax_element", "BasicConstraintsSyntax");
    public readonly Field IsAuthority = Ce.Flag("x509ce.cA", "cA");
    public readonly Field PathLength = Ce.UInt64("x509ce.pathLenConstraint", "pathLenConstraint");
    public readonly Field SubjectKeyId = Ce.Bytes("x509ce.SubjectKeyIdentifier", "SubjectKeyIdentifier");
    public readonly Field AuthorityKeyId = Ce.Label("x509ce.AuthorityKeyIdentifier_element", "AuthorityKeyIdentifier");
    public readonly Field KeyId = Ce.Bytes("x509ce.keyIdentifier", "keyIdentifier");
    public readonly Field GeneralNames = Ce.UInt32("x509ce.GeneralNames", "GeneralNames");
    public readonly Field GeneralName = Ce.UInt32("x509ce.GeneralName", "GeneralName", names: GeneralNameChoice);
    public readonly Field MailName = Ce.String("x509ce.rfc822Name", "rfc822Name");
    public readonly Field DnsName = Ce.String("x509ce.dNSName", "dNSName");
    public readonly Field Uri = Ce.String("x509ce.uniformResourceIdentifier", "uniformResourceIdentifier");
    public readonly Field IPAddress = Ce.Bytes("x509ce.iPAddress", "iPAddress");
    public readonly Field IPv4Address = Ce.IPv4("x509ce.IPAddress.ipv4", "iPAddress");
    public readonly Field IPv6Address = Ce.IPv6("x509ce.IPAddress.ipv6", "iPAddress");
    public readonly Field RevocationPoints = Ce.UInt32("x509ce.CRLDistPointsSyntax", "CRLDistPointsSyntax");
    public readonly Field RevocationPoint = Ce.Label("x509ce.DistributionPoint_element", "DistributionPoint");
    public readonly Field PointName = Ce.UInt32("x509ce.distributionPoint", "distributionPoint", names: ValueNames.Of(() => [(0, "fullName"), (1, "nameRelativeToCRLIssuer")]));
    public readonly Field FullName = Ce.UInt32("x509ce.fullName", "fullName");
    public readonly Field Policies = Ce.UInt32("x509ce.CertificatePoliciesSyntax", "CertificatePoliciesSyntax");
    public readonly Field Policy = Ce.Label("x509ce.PolicyInformation_element", "PolicyInformation");
    public readonly Field PolicyId = Ce.Field(FieldType.Oid, "x509ce.policyIdentifier", "policyIdentifier");
    public readonly Field Qualifiers = Ce.UInt32("x509ce.policyQualifiers", "policyQualifiers");
    public readonly Field Qualifier = Ce.Label("x509ce.PolicyQualifierInfo_element", "PolicyQualifierInfo");
    public readonly Field QualifierId = Ce.Field(FieldType.Oid, "x509ce.id", "Id");
    public readonly Field ExplicitExtension = Explicit.Label("pkix1explicit.Extension_element", "Extension");
    public readonly Field ExplicitId = Explicit.Field(FieldType.Oid, "pkix1explicit.id", "Id", blurb: "Object identifier Id");
    public readonly Field Practice = Explicit.String("pkix1explicit.DirectoryString", "DirectoryString");
    public readonly Field Accesses = Implicit.UInt32("pkix1implicit.AuthorityInfoAccessSyntax", "AuthorityInfoAccessSyntax");
    public readonly Field Access = Implicit.Label("pkix1implicit.AccessDescription_element", "AccessDescription");
    public readonly Field AccessMethod = Implicit.Field(FieldType.Oid, "pkix1implicit.accessMethod", "accessMethod");
    public readonly Field AccessLocation = Implicit.UInt32("pkix1implicit.accessLocation", "accessLocation");

    static Field Usage(string name, ulong mask) => Ce.Flag($"x509ce.KeyUsage.{name}", name, 8, mask);
}
