namespace Wiretale.Wire;

/// <summary>Numbers of the domain name system and the names that people know them by (IANA "Domain Name System (DNS) Parameters" and the registries beside it).</summary>
public static class DnsNames
{
    /// <summary>What a message asks for (RFC 1035 section 4.1.1, RFC 1996, RFC 2136, RFC 8490).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Opcodes { get; } =
    [
        (0, "Standard query"), (1, "Inverse query"), (2, "Server status request"), (4, "Zone change notification"), (5, "Dynamic update"),
        (6, "DNS Stateful operations (DSO)"),
    ];

    /// <summary>How a request went; from 16 on only with EDNS, TSIG or TKEY (RFC 6895 section 2.3).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> ResponseCodes { get; } =
    [
        (0, "No error"), (1, "Format error"), (2, "Server failure"), (3, "No such name"), (4, "Not implemented"), (5, "Refused"), (6, "Name exists"),
        (7, "RRset exists"), (8, "RRset does not exist"), (9, "Not authoritative"), (10, "Name out of zone"), (11, "DSO-Type not implemented"),
        (16, "Bad OPT Version or TSIG Signature Failure"), (17, "Key not recognized"), (18, "Signature out of time window"), (19, "Bad TKEY Mode"),
        (20, "Duplicate key name"), (21, "Algorithm not supported"), (22, "Bad Truncation"), (23, "Bad/missing Server Cookie"),
    ];

    /// <summary>Classes of records (RFC 1035 section 3.2.4, RFC 2136 section 2.4).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Classes { get; } =
    [
        (1, "IN"), (2, "CS"), (3, "CH"), (4, "HS"), (254, "NONE"), (255, "ANY"),
    ];

    /// <summary>EDNS options (RFC 6891 section 6.1.2).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Options { get; } =
    [
        (0, "Reserved"), (1, "LLQ - Long-lived query"), (2, "UL - Update lease"), (3, "NSID - Name Server Identifier"), (4, "Owner (reserved)"),
        (5, "DAU - DNSSEC Algorithm Understood (RFC6975)"), (6, "DHU - DS Hash Understood (RFC6975)"), (7, "N3U - NSEC3 Hash Understood (RFC6975)"),
        (0x50fa, "Experimental - CSUBNET - Client subnet"), (8, "CSUBNET - Client subnet"), (9, "EDNS EXPIRE (RFC7314)"), (10, "COOKIE"),
        (11, "EDNS TCP Keepalive"), (12, "PADDING"), (13, "CHAIN"), (15, "Extended DNS Error"),
    ];

    /// <summary>DNSSEC algorithms (RFC 8624).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Algorithms { get; } =
    [
        (1, "RSA/MD5"), (2, "Diffie-Hellman"), (3, "DSA"), (4, "Elliptic curve crypto"), (5, "RSA/SHA1"), (6, "DSA + NSEC3/SHA1"),
        (7, "RSA/SHA1 + NSEC3/SHA1"), (8, "RSA/SHA-256"), (10, "RSA/SHA-512"), (12, "GOST R 34.10-2001"), (13, "ECDSA Curve P-256 with SHA-256"),
        (14, "ECDSA Curve P-386 with SHA-386"), (15, "Ed25519"), (16, "Ed448"), (157, "HMAC/MD5"), (252, "Indirect key"),
        (253, "Private, domain name"), (254, "Private, OID"),
    ];

    /// <summary>Digests of DS records (RFC 4509, RFC 5933, RFC 6605).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Digests { get; } =
    [
        (0, "Reserved digest"), (1, "SHA-1"), (2, "SHA-256"), (3, "GOST R 34.11-94"), (4, "SHA-384"),
    ];

    /// <summary>Hashes of NSEC3 records (RFC 5155).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Hashes { get; } =
    [
        (0, "Reserved"), (1, "SHA-1"),
    ];

    /// <summary>Kinds of certificates (RFC 4398 section 2.1).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Certificates { get; } =
    [
        (1, "PKIX"), (2, "SPKI"), (3, "PGP"), (4, "IPKIX"), (5, "ISPKI"), (6, "IPGP"), (7, "ACPKIX"), (8, "IACPKIX"), (253, "Private, URI"),
        (254, "Private, OID"),
    ];

    /// <summary>Keys that an SSHFP record names (RFC 4255, RFC 6594, RFC 7479).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> FingerprintKeys { get; } =
    [
        (0, "Reserved"), (1, "RSA"), (2, "DSA"), (3, "ECDSA"), (4, "Ed25519"), (5, "XMSS"),
    ];

    /// <summary>Digests of SSHFP records.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Fingerprints { get; } =
    [
        (0, "Reserved"), (1, "SHA1"), (2, "SHA256"),
    ];

    /// <summary>What a TLSA record says about a certificate (RFC 6698 section 2.1.1).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> CertificateUsages { get; } =
    [
        (0, "CA constraint (PKIX-TA)"), (1, "Service certificate constraint (PKIX-EE)"), (2, "Trust anchor assertion (DANE-TA)"),
        (3, "Domain-issued certificate (DANE-EE)"),
    ];

    /// <summary>What of a certificate a TLSA record matches.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> Selectors { get; } =
    [
        (0, "Full certificate (Cert)"), (1, "SubjectPublicKeyInfo (SPKI)"),
    ];

    /// <summary>How a TLSA record matches it.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> MatchingTypes { get; } =
    [
        (0, "No Hash Used (Full)"), (1, "256 bit hash by SHA2 (SHA2-256)"), (2, "512 bit hash by SHA2 (SHA2-512)"),
    ];

    /// <summary>Parameters of SVCB and HTTPS records (RFC 9460 section 14.3).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> ServiceKeys { get; } =
    [
        (0, "mandatory"), (1, "alpn"), (2, "no-default-alpn"), (3, "port"), (4, "ipv4hint"), (5, "echconfig"), (6, "ipv6hint"),
        (0x8001, "odohconfig"), (0xffff, "key65535"),
    ];

    /// <summary>Gateways of IPSECKEY records (RFC 4025 section 2.3).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> GatewayTypes { get; } =
    [
        (0, "No Gateway"), (1, "IPv4 Gateway"), (2, "IPv6 Gateway"), (3, "DNS Gateway"),
    ];

    /// <summary>Keys of IPSECKEY records.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> GatewayKeys { get; } =
    [
        (1, "DSA"), (2, "RSA"),
    ];

    /// <summary>Keys of HIP records (RFC 8005).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> HostIdentityKeys { get; } =
    [
        (1, "DSA"), (2, "RSA"), (0, "Reserved"),
    ];

    /// <summary>How a TKEY exchange agrees on a key (RFC 2930 section 2.5).</summary>
    public static IReadOnlyList<(ulong Number, string Name)> KeyModes { get; } =
    [
        (1, "Server assigned"), (2, "Diffie Hellman"), (3, "GSSAPI"), (4, "Resolver assigned"), (5, "Delete"),
    ];

    /// <summary>Address families of APL records and client subnets.</summary>
    public static IReadOnlyList<(ulong Number, string Name)> AddressFamilies { get; } =
    [
        (1, "IPv4"), (2, "IPv6"),
    ];

    /// <summary>Extended errors (RFC 8914 section 4).</summary>
    public static IReadOnlyList<(ulong First, ulong Last, string Name)> ExtendedErrors { get; } =
    [
        (0, 0, "Other Error"),
        (1, 1, "Unsupported DNSKEY Algorithm"),
        (2, 2, "Unsupported DS Digest Type"),
        (3, 3, "Stale Answer"),
        (4, 4, "Forged Answer"),
        (5, 5, "DNSSEC Indeterminate"),
        (6, 6, "DNSSEC Bogus"),
        (7, 7, "Signature Expired"),
        (8, 8, "Signature Not Yet Valid"),
        (9, 9, "DNSKEY Missing"),
        (10, 10, "RRSIGs Missing"),
        (11, 11, "No Zone Key Bit Set"),
        (12, 12, "NSEC Missing"),
        (13, 13, "Cached Error"),
        (14, 14, "Not Ready"),
        (15, 15, "Blocked"),
        (16, 16, "Censored"),
        (17, 17, "Filtered"),
        (18, 18, "Prohibited"),
        (19, 19, "Stale NXDomain Answer"),
        (20, 20, "Not Authoritative"),
        (21, 21, "Not Supported"),
        (22, 22, "No Reachable Authority"),
        (23, 23, "Network Error"),
        (24, 24, "Invalid Data"),
        (25, 25, "Signature Expired before Valid"),
        (26, 26, "Too Early"),
        (27, 27, "Unsupported NSEC3 Iterations Value"),
        (28, 28, "Unable to conform to policy"),
        (29, 29, "Synthesized"),
        (30, 49151, "Unassigned"),
        (49152, 65535, "Reserved for Private Use"),
    ];

    /// <summary>TLVs of stateful operations (RFC 8490 section 10.3).</summary>
    public static IReadOnlyList<(ulong First, ulong Last, string Name)> StatefulTypes { get; } =
    [
        (0, 0, "Reserved"),
        (1, 1, "Keep Alive"),
        (2, 2, "Retry Delay"),
        (3, 3, "Encryption Padding"),
        (4, 63, "Unassigned, reserved for DSO session-management TLVs"),
        (64, 64, "Subscribe"),
        (65, 65, "Push"),
        (66, 66, "Unsubscribe"),
        (67, 67, "Reconfirm"),
        (68, 63487, "Unassigned"),
        (63488, 64511, "Reserved for Experimental/Local Use"),
        (64512, 65535, "Reserved for future expansion"),
    ];

    /// <summary>Schemes of ZONEMD records (RFC 8976 section 5.2).</summary>
    public static IReadOnlyList<(ulong First, ulong Last, string Name)> DigestSchemes { get; } =
    [
        (0, 0, "Reserved"),
        (1, 1, "SIMPLE"),
        (2, 239, "Unassigned"),
        (240, 254, "Private Use"),
        (255, 255, "Reserved"),
    ];

    /// <summary>Hashes of ZONEMD records (RFC 8976 section 5.3).</summary>
    public static IReadOnlyList<(ulong First, ulong Last, string Name)> DigestHashes { get; } =
    [
        (0, 0, "Reserved"),
        (1, 1, "SHA-384"),
        (2, 2, "SHA-512"),
        (3, 239, "Unassigned"),
        (240, 254, "Private Use"),
        (255, 255, "Reserved"),
    ];
}
