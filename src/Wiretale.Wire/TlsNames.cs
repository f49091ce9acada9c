namespace Wiretale.Wire;

/// <summary>Numbers of TLS and DTLS with their names (IANA "Transport Layer Security Parameters"; the wording is Wireshark's).</summary>
public static partial class TlsNames
{
    /// <summary>Handshake messages (RFC 8446 appendix B.3 and its predecessors).</summary>
    public static readonly (ulong Value, string Name)[] HandshakeTypes =
    [
        (0, "Hello Request"),
        (1, "Client Hello"),
        (2, "Server Hello"),
        (3, "Hello Verify Request"),
        (4, "New Session Ticket"),
        (5, "End of Early Data"),
        (6, "Hello Retry Request"),
        (8, "Encrypted Extensions"),
        (11, "Certificate"),
        (12, "Server Key Exchange"),
        (13, "Certificate Request"),
        (14, "Server Hello Done"),
        (15, "Certificate Verify"),
        (16, "Client Key Exchange"),
        (20, "Finished"),
        (21, "Client Certificate URL"),
        (22, "Certificate Status"),
        (23, "Supplemental Data"),
        (24, "Key Update"),
        (25, "Compressed Certificate"),
        (67, "Encrypted Extensions"),
    ];

    /// <summary>Handshake messages of SSL 2.</summary>
    public static readonly (ulong Value, string Name)[] Ssl2HandshakeTypes =
    [
        (0, "Error"),
        (1, "Client Hello"),
        (2, "Client Master Key"),
        (3, "Client Finished"),
        (4, "Server Hello"),
        (5, "Server Verify"),
        (6, "Server Finished"),
        (7, "Request Certificate"),
        (8, "Client Certificate"),
    ];

    public static readonly (ulong Value, string Name)[] ContentTypes =
    [
        (20, "Change Cipher Spec"),
        (21, "Alert"),
        (22, "Handshake"),
        (23, "Application Data"),
        (24, "Heartbeat"),
        (25, "Connection ID"),
    ];

    public static readonly (ulong Value, string Name)[] Versions =
    [
        (0x2, "SSL 2.0"),
        (0x300, "SSL 3.0"),
        (0x301, "TLS 1.0"),
        (0x101, "GMTLS"),
        (0x302, "TLS 1.1"),
        (0x303, "TLS 1.2"),
        (0x304, "TLS 1.3"),
        (0x7f0e, "TLS 1.3 (draft 14)"),
        (0x7f0f, "TLS 1.3 (draft 15)"),
        (0x7f10, "TLS 1.3 (draft 16)"),
        (0x7f11, "TLS 1.3 (draft 17)"),
        (0x7f12, "TLS 1.3 (draft 18)"),
        (0x7f13, "TLS 1.3 (draft 19)"),
        (0x7f14, "TLS 1.3 (draft 20)"),
        (0x7f15, "TLS 1.3 (draft 21)"),
        (0x7f16, "TLS 1.3 (draft 22)"),
        (0x7f17, "TLS 1.3 (draft 23)"),
        (0x7f18, "TLS 1.3 (draft 24)"),
        (0x7f19, "TLS 1.3 (draft 25)"),
        (0x7f1a, "TLS 1.3 (draft 26)"),
        (0x7f1b, "TLS 1.3 (draft 27)"),
        (0x7f1c, "TLS 1.3 (draft 28)"),
        (0xfb17, "TLS 1.3 (Facebook draft 23)"),
        (0xfb1a, "TLS 1.3 (Facebook draft 26)"),
        (0x100, "DTLS 1.0 (OpenSSL pre 0.9.8f)"),
        (0xfeff, "DTLS 1.0"),
        (0xfefd, "DTLS 1.2"),
        .. TlsGrease.Rows,
    ];

    public static readonly (ulong Value, string Name)[] AlertLevels =
    [
        (1, "Warning"),
        (2, "Fatal"),
    ];

    public static readonly (ulong Value, string Name)[] AlertDescriptions =
    [
        (0, "Close Notify"),
        (1, "End of Early Data"),
        (10, "Unexpected Message"),
        (20, "Bad Record MAC"),
        (21, "Decryption Failed"),
        (22, "Record Overflow"),
        (30, "Decompression Failure"),
        (40, "Handshake Failure"),
        (41, "No Certificate"),
        (42, "Bad Certificate"),
        (43, "Unsupported Certificate"),
        (44, "Certificate Revoked"),
        (45, "Certificate Expired"),
        (46, "Certificate Unknown"),
        (47, "Illegal Parameter"),
        (48, "Unknown CA"),
        (49, "Access Denied"),
        (50, "Decode Error"),
        (51, "Decrypt Error"),
        (60, "Export Restriction"),
        (70, "Protocol Version"),
        (71, "Insufficient Security"),
        (80, "Internal Error"),
        (86, "Inappropriate Fallback"),
        (90, "User Canceled"),
        (100, "No Renegotiation"),
        (109, "Missing Extension"),
        (110, "Unsupported Extension"),
        (111, "Certificate Unobtainable"),
        (112, "Unrecognized Name"),
        (113, "Bad Certificate Status Response"),
        (114, "Bad Certificate Hash Value"),
        (115, "Unknown PSK Identity"),
        (116, "Certificate Required"),
        (120, "No application Protocol"),
        (121, "ECH Required"),
    ];

    public static readonly (ulong Value, string Name)[] ExtensionTypes =
    [
        (0, "server_name"),
        (1, "max_fragment_length"),
        (2, "client_certificate_url"),
        (3, "trusted_ca_keys"),
        (4, "truncated_hmac"),
        (5, "status_request"),
        (6, "user_mapping"),
        (7, "client_authz"),
        (8, "server_authz"),
        (9, "cert_type"),
        (10, "supported_groups"),
        (11, "ec_point_formats"),
        (12, "srp"),
        (13, "signature_algorithms"),
        (14, "use_srtp"),
        (15, "heartbeat"),
        (16, "application_layer_protocol_negotiation"),
        (17, "status_request_v2"),
        (18, "signed_certificate_timestamp"),
        (19, "client_certificate_type"),
        (20, "server_certificate_type"),
        (21, "padding"),
        (22, "encrypt_then_mac"),
        (23, "extended_master_secret"),
        (24, "token_binding"),
        (25, "cached_info"),
        (27, "compress_certificate"),
        (28, "record_size_limit"),
        (34, "delegated_credentials"),
        (35, "session_ticket"),
        (40, "Reserved (key_share)"),
        (41, "pre_shared_key"),
        (42, "early_data"),
        (43, "supported_versions"),
        (44, "cookie"),
        (45, "psk_key_exchange_modes"),
        (46, "Reserved (ticket_early_data_info)"),
        (47, "certificate_authorities"),
        (48, "oid_filters"),
        (49, "post_handshake_auth"),
        (50, "signature_algorithms_cert"),
        (51, "key_share"),
        (52, "transparency_info"),
        (53, "connection_id (deprecated)"),
        (54, "connection_id"),
        (55, "external_id_hash"),
        (56, "external_session_id"),
        (57, "quic_transport_parameters"),
        (58, "ticket_request"),
        (59, "dnssec_chain"),
        (13172, "next_protocol_negotiation"),
        (17513, "application_settings"),
        (30031, "channel_id_old"),
        (30032, "channel_id"),
        (65281, "renegotiation_info"),
        (65445, "quic_transport_parameters (drafts version)"),
        (65486, "encrypted_server_name"),
        .. TlsGrease.Rows,
    ];

    public static readonly (ulong Value, string Name)[] CompressionMethods =
    [
        (0, "null"),
        (1, "DEFLATE"),
        (64, "LZS"),
    ];

    /// <summary>Client certificate types (RFC 5246 section 7.4.4).</summary>
    public static readonly (ulong Value, string Name)[] ClientCertificateTypes =
    [
        (1, "RSA Sign"),
        (2, "DSS Sign"),
        (3, "RSA Fixed DH"),
        (4, "DSS Fixed DH"),
        (21, "GOST R 34.10-94"),
        (22, "GOST R 34.10-2001"),
        (64, "ECDSA Sign"),
        (65, "RSA Fixed ECDH"),
        (66, "ECDSA Fixed ECDH"),
        (80, "IBC Params"),
    ];

    public static readonly (ulong Value, string Name)[] PointFormats =
    [
        (0, "uncompressed"),
        (1, "ansiX962_compressed_prime"),
        (2, "ansiX962_compressed_char2"),
    ];

    public static readonly (ulong Value, string Name)[] ServerNameTypes =
    [
        (0, "host_name"),
    ];

    /// <summary>Certificate status types (RFC 6066 section 8, RFC 6961).</summary>
    public static readonly (ulong Value, string Name)[] CertificateStatusTypes =
    [
        (1, "OCSP"),
        (2, "OCSP Multi"),
    ];

    public static readonly (ulong Value, string Name)[] CurveTypes =
    [
        (0x1, "explicit_prime"),
        (0x2, "explicit_char2"),
        (0x3, "named_curve"),
    ];

    public static readonly (ulong Value, string Name)[] CertificateTypes =
    [
        (0x0, "X.509"),
        (0x1, "OpenPGP"),
        (0x2, "Raw Public Key"),
    ];

    public static readonly (ulong Value, string Name)[] HeartbeatTypes =
    [
        (1, "Request"),
        (2, "Response"),
    ];

    /// <summary>Maximum fragment lengths (RFC 6066 section 4).</summary>
    public static readonly (ulong Value, string Name)[] MaxFragmentLengths =
    [
        (1, "512"),
        (2, "1024"),
        (3, "2048"),
        (4, "4096"),
    ];

    /// <summary>Certificate chain types (RFC 6066 section 5).</summary>
    public static readonly (ulong Value, string Name)[] CertificateChainTypes =
    [
        (1, "Individual Certificates"),
        (2, "PKI Path"),
    ];

    /// <summary>Heartbeat modes (RFC 6520 section 2).</summary>
    public static readonly (ulong Value, string Name)[] HeartbeatModes =
    [
        (1, "Peer allowed to send requests"),
        (2, "Peer not allowed to send requests"),
    ];

    /// <summary>Key exchange modes of pre-shared keys (RFC 8446 section 4.2.9).</summary>
    public static readonly (ulong Value, string Name)[] PskModes =
    [
        (0, "PSK-only key establishment (psk_ke)"),
        (1, "PSK with (EC)DHE key establishment (psk_dhe_ke)"),
    ];

    /// <summary>Certificate compression (RFC 8879).</summary>
    public static readonly (ulong Value, string Name)[] CertificateCompressions =
    [
        (1, "zlib"),
        (2, "brotli"),
        (3, "zstd"),
    ];

    /// <summary>Key update requests (RFC 8446 section 4.6.3).</summary>
    public static readonly (ulong Value, string Name)[] KeyUpdateRequests =
    [
        (0, "update_not_requested"),
        (1, "update_requested"),
    ];

    /// <summary>SRTP protection profiles (RFC 5764 section 4.1.2).</summary>
    public static readonly (ulong Value, string Name)[] SrtpProfiles =
    [
        (0x1, "SRTP_AES128_CM_HMAC_SHA1_80"),
        (0x2, "SRTP_AES128_CM_HMAC_SHA1_32"),
        (0x5, "SRTP_NULL_HMAC_SHA1_80"),
        (0x6, "SRTP_NULL_HMAC_SHA1_32"),
        (0x7, "SRTP_AEAD_AES_128_GCM"),
        (0x8, "SRTP_AEAD_AES_256_GCM"),
    ];

    /// <summary>Cipher specifications of SSL 2.</summary>
    public static readonly (ulong Value, string Name)[] Ssl2CipherSpecs =
    [
        (49153, "TLS_ECDH_ECDSA_WITH_NULL_SHA"),
        (49154, "TLS_ECDH_ECDSA_WITH_RC4_128_SHA"),
        (49155, "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA"),
        (49156, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA"),
        (49157, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA"),
        (49158, "TLS_ECDHE_ECDSA_WITH_NULL_SHA"),
        (49159, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"),
        (49160, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"),
        (49161, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
        (49162, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
        (49163, "TLS_ECDH_RSA_WITH_NULL_SHA"),
        (49164, "TLS_ECDH_RSA_WITH_RC4_128_SHA"),
        (49165, "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA"),
        (49166, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA"),
        (49167, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA"),
        (49168, "TLS_ECDHE_RSA_WITH_NULL_SHA"),
        (49169, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"),
        (49170, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
        (49171, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
        (49172, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
        (49173, "TLS_ECDH_anon_WITH_NULL_SHA"),
        (49174, "TLS_ECDH_anon_WITH_RC4_128_SHA"),
        (49175, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA"),
        (49176, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"),
        (49177, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA"),
        (49178, "TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA"),
        (49179, "TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA"),
        (49180, "TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA"),
        (49181, "TLS_SRP_SHA_WITH_AES_128_CBC_SHA"),
        (49182, "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA"),
        (49183, "TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA"),
        (49184, "TLS_SRP_SHA_WITH_AES_256_CBC_SHA"),
        (49185, "TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA"),
        (49186, "TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA"),
        (49187, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
        (49188, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
        (49189, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256"),
        (49190, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384"),
        (49191, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
        (49192, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
        (49193, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256"),
        (49194, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384"),
        (49195, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        (49196, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        (49197, "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256"),
        (49198, "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384"),
        (49199, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        (49200, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
        (49201, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256"),
        (49202, "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384"),
        (49203, "TLS_ECDHE_PSK_WITH_RC4_128_SHA"),
        (49204, "TLS_ECDHE_PSK_WITH_3DES_EDE_CBC_SHA"),
        (49205, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA"),
        (49206, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA"),
        (49207, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256"),
        (49208, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384"),
        (49209, "TLS_ECDHE_PSK_WITH_NULL_SHA"),
        (49210, "TLS_ECDHE_PSK_WITH_NULL_SHA256"),
        (49211, "TLS_ECDHE_PSK_WITH_NULL_SHA384"),
        (52243, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        (52244, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
        (52245, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        (52392, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        (52393, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
        (52394, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        (52395, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256"),
        (52396, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"),
        (52397, "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256"),
        (52398, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256"),
        (57345, "ECDHE_SM1_SM3"),
        (57347, "ECC_SM1_SM3"),
        (57349, "IBSDH_SM1_SM3"),
        (57351, "IBC_SM1_SM3"),
        (57353, "RSA_SM1_SM3"),
        (57354, "RSA_SM1_SHA1"),
        (57361, "ECDHE_SM4_CBC_SM3"),
        (57363, "ECC_SM4_CBC_SM3"),
        (57365, "IBSDH_SM4_CBC_SM3"),
        (57367, "IBC_SM4_CBC_SM3"),
        (57369, "RSA_SM4_CBC_SM3"),
        (57370, "RSA_SM4_CBC_SHA1"),
        (57372, "RSA_SM4_CBC_SHA256"),
        (57425, "ECDHE_SM4_GCM_SM3"),
        (57427, "ECC_SM4_GCM_SM3"),
        (57429, "IBSDH_SM4_GCM_SM3"),
        (57431, "IBC_SM4_GCM_SM3"),
        (57433, "RSA_SM4_GCM_SM3"),
        (57434, "RSA_SM4_GCM_SHA256"),
        (58384, "TLS_RSA_WITH_ESTREAM_SALSA20_SHA1"),
        (58385, "TLS_RSA_WITH_SALSA20_SHA1"),
        (58386, "TLS_ECDHE_RSA_WITH_ESTREAM_SALSA20_SHA1"),
        (58387, "TLS_ECDHE_RSA_WITH_SALSA20_SHA1"),
        (58388, "TLS_ECDHE_ECDSA_WITH_ESTREAM_SALSA20_SHA1"),
        (58389, "TLS_ECDHE_ECDSA_WITH_SALSA20_SHA1"),
        (58390, "TLS_PSK_WITH_ESTREAM_SALSA20_SHA1"),
        (58391, "TLS_PSK_WITH_SALSA20_SHA1"),
        (58392, "TLS_ECDHE_PSK_WITH_ESTREAM_SALSA20_SHA1"),
        (58393, "TLS_ECDHE_PSK_WITH_SALSA20_SHA1"),
        (58394, "TLS_RSA_PSK_WITH_ESTREAM_SALSA20_SHA1"),
        (58395, "TLS_RSA_PSK_WITH_SALSA20_SHA1"),
        (58396, "TLS_DHE_PSK_WITH_ESTREAM_SALSA20_SHA1"),
        (58397, "TLS_DHE_PSK_WITH_SALSA20_SHA1"),
        (58398, "TLS_DHE_RSA_WITH_ESTREAM_SALSA20_SHA1"),
        (58399, "TLS_DHE_RSA_WITH_SALSA20_SHA1"),
        (65278, "SSL_RSA_FIPS_WITH_DES_CBC_SHA"),
        (65279, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA"),
        (65504, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA"),
        (65505, "SSL_RSA_FIPS_WITH_DES_CBC_SHA"),
        (65664, "SSL2_RC4_128_WITH_MD5"),
        (131200, "SSL2_RC4_128_EXPORT40_WITH_MD5"),
        (196736, "SSL2_RC2_128_CBC_WITH_MD5"),
        (262272, "SSL2_RC2_128_CBC_EXPORT40_WITH_MD5"),
        (327808, "SSL2_IDEA_128_CBC_WITH_MD5"),
        (393280, "SSL2_DES_64_CBC_WITH_MD5"),
        (458944, "SSL2_DES_192_EDE3_CBC_WITH_MD5"),
        (524416, "SSL2_RC4_64_WITH_MD5"),
    ];
}
