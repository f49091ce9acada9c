using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls;

/// <content>Fields of the messages after the hellos.</content>
sealed partial class HandshakeFields
{
    public readonly Field CertificatesLength = p.UInt24($"{prefix}.handshake.certificates_length", "Certificates Length", blurb: "Length of certificates field");
    public readonly Field Certificates = p.Label($"{prefix}.handshake.certificates", "Certificates", "List of certificates");
    public readonly Field Certificate = p.Bytes($"{prefix}.handshake.certificate", "Certificate");
    public readonly Field CertificateLength = p.UInt24($"{prefix}.handshake.certificate_length", "Certificate Length", blurb: "Length of certificate");
    public readonly Field ContextLength = p.UInt8($"{prefix}.handshake.certificate_request_context_length", "Certificate Request Context Length");
    public readonly Field Context = p.Bytes($"{prefix}.handshake.certificate_request_context", "Certificate Request Context", blurb: "Value from CertificateRequest or empty for server auth");
    public readonly Field RequestTypesCount = p.UInt8($"{prefix}.handshake.cert_types_count", "Certificate types count", blurb: "Count of certificate types");
    public readonly Field RequestTypes = p.Label($"{prefix}.handshake.cert_types", "Certificate types", "List of certificate types");
    public readonly Field RequestType = p.UInt8($"{prefix}.handshake.cert_type", "Certificate type", names: ValueNames.Of(() => TlsNames.ClientCertificateTypes));
    public readonly Field NamesLength = p.UInt16($"{prefix}.handshake.dnames_len", "Distinguished Names Length", blurb: "Length of list of CAs that server trusts");
    public readonly Field Names = p.Label($"{prefix}.handshake.dnames", "Distinguished Names", "List of CAs that server trusts");
    public readonly Field NameLength = p.UInt16($"{prefix}.handshake.dname_len", "Distinguished Name Length", blurb: "Length of distinguished name");
    public readonly Field Name = p.Label($"{prefix}.handshake.dname", "Distinguished Name", "Distinguished name of a CA that server trusts");
    public readonly Field CurveType = p.UInt8($"{prefix}.handshake.server_curve_type", "Curve Type", FieldBase.Hex, names: ValueNames.Of(() => TlsNames.CurveTypes), blurb: "Server curve_type");
    public readonly Field NamedCurve = p.UInt16($"{prefix}.handshake.server_named_curve", "Named Curve", FieldBase.Hex, names: Groups, blurb: "Server named_curve");
    public readonly Field ServerPointLength = p.UInt8($"{prefix}.handshake.server_point_len", "Pubkey Length", blurb: "Length of server's EC Diffie-Hellman public key");
    public readonly Field ServerPoint = p.Bytes($"{prefix}.handshake.server_point", "Pubkey", blurb: "EC Diffie-Hellman server pubkey");
    public readonly Field ClientPointLength = p.UInt8($"{prefix}.handshake.client_point_len", "Pubkey Length", blurb: "Length of client's EC Diffie-Hellman public key");
    public readonly Field ClientPoint = p.Bytes($"{prefix}.handshake.client_point", "Pubkey", blurb: "EC Diffie-Hellman client pubkey");
    public readonly Field SignatureLength = p.UInt16($"{prefix}.handshake.sig_len", "Signature Length", blurb: "Length of Signature");
    public readonly Field SignatureBytes = p.Bytes($"{prefix}.handshake.sig", "Signature", blurb: "Diffie-Hellman server signature");
    public readonly Field PrimeLength = p.UInt16($"{prefix}.handshake.p_len", "p Length", blurb: "Length of p");
    public readonly Field Prime = p.Bytes($"{prefix}.handshake.p", "p", blurb: "Diffie-Hellman p");
    public readonly Field GeneratorLength = p.UInt16($"{prefix}.handshake.g_len", "g Length", blurb: "Length of g");
    public readonly Field Generator = p.Bytes($"{prefix}.handshake.g", "g", blurb: "Diffie-Hellman g");
    public readonly Field ServerKeyLength = p.UInt16($"{prefix}.handshake.ys_len", "Pubkey Length", blurb: "Length of server's Diffie-Hellman public key");
    public readonly Field ServerKey = p.Bytes($"{prefix}.handshake.ys", "Pubkey", blurb: "Diffie-Hellman server pubkey");
    public readonly Field ClientKeyLength = p.UInt16($"{prefix}.handshake.yc_len", "Pubkey Length", blurb: "Length of client's Diffie-Hellman public key");
    public readonly Field ClientKey = p.Bytes($"{prefix}.handshake.yc", "Pubkey", blurb: "Diffie-Hellman client pubkey");
    public readonly Field ModulusLength = p.UInt16($"{prefix}.handshake.modulus_len", "Modulus Length", blurb: "Length of RSA-EXPORT modulus");
    public readonly Field Modulus = p.Bytes($"{prefix}.handshake.modulus", "Modulus", blurb: "RSA-EXPORT modulus");
    public readonly Field ExponentLength = p.UInt16($"{prefix}.handshake.exponent_len", "Exponent Length", blurb: "Length of RSA-EXPORT exponent");
    public readonly Field Exponent = p.Bytes($"{prefix}.handshake.exponent", "Exponent", blurb: "RSA-EXPORT exponent");
    public readonly Field HintLength = p.UInt16($"{prefix}.handshake.hint_len", "Hint Length", blurb: "Length of PSK Hint");
    public readonly Field Hint = p.Bytes($"{prefix}.handshake.hint", "Hint", blurb: "PSK Hint");
    public readonly Field IdentityLength = p.UInt16($"{prefix}.handshake.identity_len", "Identity Length", blurb: "Length of PSK Identity");
    public readonly Field Identity = p.Bytes($"{prefix}.handshake.identity", "Identity", blurb: "PSK Identity");
    public readonly Field PremasterLength = p.UInt16($"{prefix}.handshake.epms_len", "Encrypted PreMaster length", blurb: "Length of encrypted PreMaster secret");
    public readonly Field Premaster = p.Bytes($"{prefix}.handshake.epms", "Encrypted PreMaster", blurb: "Encrypted PreMaster secret");
    public readonly Field VerifyLength = p.UInt16($"{prefix}.handshake.client_cert_vrfy.sig_len", "Signature length", blurb: "Length of CertificateVerify's signature");
    public readonly Field Verify = p.Bytes($"{prefix}.handshake.client_cert_vrfy.sig", "Signature", blurb: "CertificateVerify's signature");
    public readonly Field VerifyData = p.Label($"{prefix}.handshake.verify_data", "Verify Data", "Opaque verification data");
    public readonly Field TicketLifetime = p.UInt32($"{prefix}.handshake.session_ticket_lifetime_hint", "Session Ticket Lifetime Hint", blurb: "New Session Ticket Lifetime Hint");
    public readonly Field TicketAgeAdd = p.UInt32($"{prefix}.handshake.session_ticket_age_add", "Session Ticket Age Add", blurb: "Random 32-bit value to obscure age of ticket");
    public readonly Field TicketNonceLength = p.UInt8($"{prefix}.handshake.session_ticket_nonce_length", "Session Ticket Nonce Length");
    public readonly Field TicketNonce = p.Bytes($"{prefix}.handshake.session_ticket_nonce", "Session Ticket Nonce", blurb: "A unique per-ticket value");
    public readonly Field TicketLength = p.UInt16($"{prefix}.handshake.session_ticket_length", "Session Ticket Length", blurb: "New Session Ticket Length");
    public readonly Field Ticket = p.Bytes($"{prefix}.handshake.session_ticket", "Session Ticket", blurb: "New Session Ticket");
    public readonly Field KeyUpdate = p.UInt8($"{prefix}.handshake.key_update.request_update", "Key Update Request", names: ValueNames.Of(() => TlsNames.KeyUpdateRequests), blurb: "Whether the receiver should also update its keys");
}
