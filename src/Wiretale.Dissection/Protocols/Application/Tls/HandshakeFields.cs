using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls;

/// <summary>The fields of handshake messages: the same under <c>tls.</c> and <c>dtls.</c>.</summary>
sealed partial class HandshakeFields(Protocol p, string prefix)
{
    static readonly ValueNames CipherSuites = ValueNames.Of(() => TlsCipherSuites.All), Versions = ValueNames.Of(() => TlsNames.Versions), Extensions = ValueNames.Of(() => TlsNames.ExtensionTypes),
        Groups = ValueNames.Of(() => TlsNames.Groups), Schemes = ValueNames.Of(() => TlsNames.SignatureSchemes);

    public string Prefix { get; } = prefix;

    public readonly Field Handshake = p.Label($"{prefix}.handshake", "Handshake Protocol", "Handshake protocol message");
    public readonly Field Type = p.UInt8($"{prefix}.handshake.type", "Handshake Type", names: ValueNames.Of(() => TlsNames.HandshakeTypes), blurb: "Type of handshake message");
    public readonly Field Length = p.UInt24($"{prefix}.handshake.length", "Length", blurb: "Length of handshake message");
    public readonly Field Version = p.UInt16($"{prefix}.handshake.version", "Version", FieldBase.Hex, Versions, blurb: "Maximum version supported by client");
    public readonly Field Random = p.Bytes($"{prefix}.handshake.random", "Random", blurb: "Random values used for deriving keys");
    public readonly Field RandomTime = p.AbsoluteTime($"{prefix}.handshake.random_time", "GMT Unix Time", blurb: "Unix time field of random structure");
    public readonly Field RandomBytes = p.Bytes($"{prefix}.handshake.random_bytes", "Random Bytes", blurb: "Random values used for deriving keys");
    public readonly Field SessionIdLength = p.UInt8($"{prefix}.handshake.session_id_length", "Session ID Length", blurb: "Length of Session ID field");
    public readonly Field SessionId = p.Bytes($"{prefix}.handshake.session_id", "Session ID", blurb: "Identifies the SSL session, allowing later resumption");
    public readonly Field CookieLength = p.UInt8($"{prefix}.handshake.cookie_length", "Cookie Length", blurb: "Length of the cookie field");
    public readonly Field Cookie = p.Bytes($"{prefix}.handshake.cookie", "Cookie");
    public readonly Field SuitesLength = p.UInt16($"{prefix}.handshake.cipher_suites_length", "Cipher Suites Length", blurb: "Length of cipher suites field");
    public readonly Field Suites = p.Label($"{prefix}.handshake.ciphersuites", "Cipher Suites", "List of cipher suites supported by client");
    public readonly Field Suite = p.UInt16($"{prefix}.handshake.ciphersuite", "Cipher Suite", FieldBase.Hex, CipherSuites);
    public readonly Field MethodsLength = p.UInt8($"{prefix}.handshake.comp_methods_length", "Compression Methods Length", blurb: "Length of compression methods field");
    public readonly Field Methods = p.Label($"{prefix}.handshake.comp_methods", "Compression Methods", "List of compression methods supported by client");
    public readonly Field Method = p.UInt8($"{prefix}.handshake.comp_method", "Compression Method", names: ValueNames.Of(() => TlsNames.CompressionMethods));
    public readonly Field ExtensionsLength = p.UInt16($"{prefix}.handshake.extensions_length", "Extensions Length", blurb: "Length of hello extensions");
    public readonly Field ExtensionType = p.UInt16($"{prefix}.handshake.extension.type", "Type", names: Extensions, blurb: "Hello extension type");
    public readonly Field ExtensionLength = p.UInt16($"{prefix}.handshake.extension.len", "Length", blurb: "Length of a hello extension");
    public readonly Field ExtensionData = p.Bytes($"{prefix}.handshake.extension.data", "Data", blurb: "Hello Extension data");
    public readonly Field ServerNameListLength = p.UInt16($"{prefix}.handshake.extensions_server_name_list_len", "Server Name list length", blurb: "Length of server name list");
    public readonly Field ServerNameLength = p.UInt16($"{prefix}.handshake.extensions_server_name_len", "Server Name length", blurb: "Length of server name string");
    public readonly Field ServerNameType = p.UInt8($"{prefix}.handshake.extensions_server_name_type", "Server Name Type", names: ValueNames.Of(() => TlsNames.ServerNameTypes));
    public readonly Field ServerName = p.String($"{prefix}.handshake.extensions_server_name", "Server Name");
    public readonly Field AlpnLength = p.UInt16($"{prefix}.handshake.extensions_alpn_len", "ALPN Extension Length", blurb: "Length of the ALPN Extension");
    public readonly Field AlpnList = p.Label($"{prefix}.handshake.extensions_alpn_list", "ALPN Protocol");
    public readonly Field AlpnStringLength = p.UInt8($"{prefix}.handshake.extensions_alpn_str_len", "ALPN string length");
    public readonly Field AlpnString = p.String($"{prefix}.handshake.extensions_alpn_str", "ALPN Next Protocol");
    public readonly Field SupportedVersionsLength = p.UInt8($"{prefix}.handshake.extensions.supported_versions_len", "Supported Versions length");
    public readonly Field SupportedVersion = p.UInt16($"{prefix}.handshake.extensions.supported_version", "Supported Version", FieldBase.Hex, Versions);
    public readonly Field GroupsLength = p.UInt16($"{prefix}.handshake.extensions_supported_groups_length", "Supported Groups List Length");
    public readonly Field GroupList = p.Label($"{prefix}.handshake.extensions_supported_groups", "Supported Groups List");
    public readonly Field Group = p.UInt16($"{prefix}.handshake.extensions_supported_group", "Supported Group", FieldBase.Hex, Groups);
    public readonly Field PointFormatsLength = p.UInt8($"{prefix}.handshake.extensions_ec_point_formats_length", "EC point formats Length", blurb: "Length of elliptic curves point formats field");
    public readonly Field PointFormats = p.Label($"{prefix}.handshake.extensions_ec_point_formats", "EC point formats", "List of elliptic curves point format");
    public readonly Field PointFormat = p.UInt8($"{prefix}.handshake.extensions_ec_point_format", "EC point format", names: ValueNames.Of(() => TlsNames.PointFormats), blurb: "Elliptic curves point format");
    public readonly Field SignaturesLength = p.UInt16($"{prefix}.handshake.sig_hash_alg_len", "Signature Hash Algorithms Length", blurb: "Length of Signature Hash Algorithms");
    public readonly Field Signatures = p.Label($"{prefix}.handshake.sig_hash_algs", "Signature Algorithms", "List of supported Signature Algorithms");
    public readonly Field Signature = p.UInt16($"{prefix}.handshake.sig_hash_alg", "Signature Algorithm", FieldBase.Hex, Schemes);
    public readonly Field SignatureHash = p.UInt8($"{prefix}.handshake.sig_hash_hash", "Signature Hash Algorithm Hash", names: ValueNames.Of(() => TlsNames.HashAlgorithms));
    public readonly Field SignatureKey = p.UInt8($"{prefix}.handshake.sig_hash_sig", "Signature Hash Algorithm Signature", names: ValueNames.Of(() => TlsNames.SignatureAlgorithms));
}
