using System.Formats.Asn1;

namespace Wiretale.Dissection.Protocols.Application.Asn1;

/// <summary>Names of the object identifiers that certificates use.</summary>
static class ObjectNames
{
    static readonly (byte[] Encoded, string Name)[] All =
    [
        Known("2.5.4.3", "id-at-commonName"), Known("2.5.4.4", "id-at-surname"), Known("2.5.4.5", "id-at-serialNumber"), Known("2.5.4.6", "id-at-countryName"),
        Known("2.5.4.7", "id-at-localityName"), Known("2.5.4.8", "id-at-stateOrProvinceName"), Known("2.5.4.9", "id-at-streetAddress"), Known("2.5.4.10", "id-at-organizationName"),
        Known("2.5.4.11", "id-at-organizationalUnitName"), Known("2.5.4.12", "id-at-title"), Known("2.5.4.13", "id-at-description"), Known("2.5.4.15", "id-at-businessCategory"),
        Known("2.5.4.17", "id-at-postalCode"), Known("2.5.4.41", "id-at-name"), Known("2.5.4.42", "id-at-givenName"), Known("2.5.4.97", "id-at-organizationIdentifier"),
        Known("1.2.840.113549.1.9.1", "pkcs-9-at-emailAddress"), Known("0.9.2342.19200300.100.1.1", "id-at-userid"), Known("0.9.2342.19200300.100.1.25", "dc"),
        Known("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionOfIncorporationLocalityName"), Known("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionOfIncorporationStateOrProvinceName"),
        Known("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionOfIncorporationCountryName"),
        Known("1.2.840.113549.1.1.1", "rsaEncryption"), Known("1.2.840.113549.1.1.2", "md2WithRSAEncryption"), Known("1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
        Known("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"), Known("1.2.840.113549.1.1.10", "id-RSASSA-PSS"), Known("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
        Known("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"), Known("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"), Known("1.2.840.10045.2.1", "id-ecPublicKey"),
        Known("1.2.840.10045.4.1", "ecdsa-with-SHA1"), Known("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"), Known("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"), Known("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
        Known("1.2.840.10045.3.1.7", "secp256r1"), Known("1.3.132.0.34", "secp384r1"), Known("1.3.132.0.35", "secp521r1"),
        Known("2.5.29.14", "id-ce-subjectKeyIdentifier"), Known("2.5.29.15", "id-ce-keyUsage"), Known("2.5.29.16", "id-ce-privateKeyUsagePeriod"), Known("2.5.29.17", "id-ce-subjectAltName"),
        Known("2.5.29.18", "id-ce-issuerAltName"), Known("2.5.29.19", "id-ce-basicConstraints"), Known("2.5.29.30", "id-ce-nameConstraints"), Known("2.5.29.31", "id-ce-cRLDistributionPoints"),
        Known("2.5.29.32", "id-ce-certificatePolicies"), Known("2.5.29.35", "id-ce-authorityKeyIdentifier"), Known("2.5.29.37", "id-ce-extKeyUsage"), Known("2.5.29.32.0", "anyPolicy"),
        Known("1.3.6.1.5.5.7.1.1", "id-pe-authorityInfoAccess"), Known("1.3.6.1.5.5.7.48.1", "id-ad-ocsp"), Known("1.3.6.1.5.5.7.48.2", "id-ad-caIssuers"),
        Known("1.3.6.1.5.5.7.3.1", "id-kp-serverAuth"), Known("1.3.6.1.5.5.7.3.2", "id-kp-clientAuth"), Known("1.3.6.1.5.5.7.3.3", "id-kp-codeSigning"), Known("1.3.6.1.5.5.7.3.4", "id-kp-emailProtection"),
        Known("1.3.6.1.5.5.7.3.8", "id-kp-timeStamping"), Known("1.3.6.1.5.5.7.3.9", "id-kp-OCSPSigning"), Known("1.3.6.1.5.5.7.2.1", "id-qt-cps"), Known("1.3.6.1.5.5.7.2.2", "id-qt-unotice"),
        Known("1.3.6.1.5.5.7.48.1.1", "id-pkix-ocsp-basic"), Known("1.3.6.1.5.5.7.48.1.2", "id-pkix-ocsp-nonce"), Known("1.3.6.1.5.5.7.48.1.4", "id-pkix-ocsp-response"),
        Known("1.3.14.3.2.26", "SHA-1"), Known("2.16.840.1.101.3.4.2.1", "sha256"),
        Known("2.16.840.1.113730.1.1", "ns_cert_exts.cert_type"), Known("1.3.6.1.4.1.11129.2.4.2", "SignedCertificateTimestampList"),
    ];

    /// <summary>The name of an encoded identifier, or null.</summary>
    public static string? Find(ReadOnlySpan<byte> encoded)
    {
        foreach (var (known, name) in All)
        {
            if (encoded.SequenceEqual(known))
            {
                return name;
            }
        }

        return null;
    }

    static (byte[] Encoded, string Name) Known(string dotted, string name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(dotted);
        return (writer.Encode()[2..], name);
    }
}
