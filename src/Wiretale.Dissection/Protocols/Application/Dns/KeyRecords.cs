using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specifications: RFC 4398 (CERT), 4255 (SSHFP), 6698 (TLSA), 4025 (IPSECKEY), 8005 (HIP), 2930 (TKEY), 8945 (TSIG).

/// <summary>Records with keys of other protocols, and those that protect a transaction.</summary>
/// <param name="dns">Declares the fields.</param>
sealed class KeyRecords(Protocol dns)
{
    readonly Field certType = dns.UInt16("dns.cert.type", "Type", FieldBase.Dec, Names(DnsNames.Certificates));
    readonly Field certTag = dns.UInt16("dns.cert.key_tag", "Key Tag", FieldBase.Hex);
    readonly Field certAlgorithm = dns.UInt8("dns.cert.algorithm", "Algorithm", FieldBase.Dec, DnsItems.Algorithms);
    readonly Field certificate = dns.Bytes("dns.cert.certificate", "Certificate (or CRL)");
    readonly Field sshAlgorithm = dns.UInt8("dns.sshfp.algorithm", "Algorithm", FieldBase.Dec, Names(DnsNames.FingerprintKeys));
    readonly Field sshType = dns.UInt8("dns.sshfp.fingerprint.type", "Fingerprint type", FieldBase.Dec, Names(DnsNames.Fingerprints));
    readonly Field sshFingerprint = dns.Bytes("dns.sshfp.fingerprint", "Fingerprint");
    readonly Field tlsaUsage = dns.UInt8("dns.tlsa.certificate_usage", "Certificate Usage", FieldBase.Dec, Names(DnsNames.CertificateUsages), blurb: "Specifies the provided association that will be used to match the certificate presented in the TLS handshake");
    readonly Field tlsaSelector = dns.UInt8("dns.tlsa.selector", "Selector", FieldBase.Dec, Names(DnsNames.Selectors), blurb: "Specifies which part of the TLS certificate presented by the server will be matched against the association data");
    readonly Field tlsaMatching = dns.UInt8("dns.tlsa.matching_type", "Matching Type", FieldBase.Dec, Names(DnsNames.MatchingTypes), blurb: "Specifies how the certificate association is presented");
    readonly Field tlsaData = dns.Bytes("dns.tlsa.certificate_association_data", "Certificate Association Data", blurb: "The data refers to the certificate in the association");
    readonly Field gatewayPrecedence = dns.UInt8("dns.ipseckey.gateway_precedence", "Gateway Precedence");
    readonly Field gatewayAlgorithm = dns.UInt8("dns.ipseckey.gateway_algorithm", "Gateway Algorithm", FieldBase.Dec, Names(DnsNames.GatewayKeys));
    readonly Field gatewayType = dns.UInt8("dns.ipseckey.gateway_type", "Gateway Type", FieldBase.Dec, Names(DnsNames.GatewayTypes));
    readonly Field gateway4 = dns.IPv4("dns.ipseckey.gateway_ipv4", "IPv4 Gateway");
    readonly Field gateway6 = dns.IPv6("dns.ipseckey.gateway_ipv6", "IPv6 Gateway");
    readonly Field gatewayName = dns.String("dns.ipseckey.gateway_dns", "DNS Gateway");
    readonly Field gatewayKey = dns.Bytes("dns.ipseckey.public_key", "Public Key");
    readonly Field hitLength = dns.UInt8("dns.hip.hit.length", "HIT length");
    readonly Field hitAlgorithm = dns.UInt8("dns.hip.hit.pk.algo", "HIT length", FieldBase.Dec, Names(DnsNames.HostIdentityKeys));
    readonly Field hipKeyLength = dns.UInt16("dns.hip.pk.length", "PK length");
    readonly Field hit = dns.Bytes("dns.hip.hit", "Host Identity Tag");
    readonly Field hipKey = dns.Bytes("dns.hip.pk", "HIP Public Key");
    readonly Field rendezvous = dns.String("dns.hip.rendezvous_server", "Rendezvous Server");
    readonly Field tkeyAlgorithm = dns.String("dns.tkey.algo_name", "Algorithm name");
    readonly Field tkeyExpiration = dns.AbsoluteTime("dns.tkey.signature_expiration", "Signature Expiration", FieldBase.Utc, "Specify a validity period for the signature");
    readonly Field tkeyInception = dns.AbsoluteTime("dns.tkey.signature_inception", "Signature Inception", FieldBase.Utc, "Specify a validity period for the signature");
    readonly Field tkeyMode = dns.UInt16("dns.tkey.mode", "Mode", FieldBase.Dec, Names(DnsNames.KeyModes));
    readonly Field tkeyError = dns.UInt16("dns.tkey.error", "Error", FieldBase.Dec, DnsItems.ResponseCodes);
    readonly Field tkeySize = dns.UInt16("dns.tkey.key_size", "Key Size");
    readonly Field tkeyData = dns.Bytes("dns.tkey.key_data", "Key Data");
    readonly Field tkeyOtherSize = dns.UInt16("dns.tkey.other_size", "Other Size");
    readonly Field tkeyOther = dns.Bytes("dns.tkey.other_data", "Other Data");
    readonly Field tsigAlgorithm = dns.String("dns.tsig.algorithm_name", "Algorithm Name", "Name of algorithm used for the MAC");
    readonly Field tsigTime = dns.AbsoluteTime("dns.tsig.time_signed", "Time Signed", FieldBase.Utc);
    readonly Field tsigOriginalId = dns.UInt16("dns.tsig.original_id", "Original Id");
    readonly Field tsigError = dns.UInt16("dns.tsig.error", "Error", FieldBase.Dec, DnsItems.ResponseCodes, blurb: "Expanded RCODE for TSIG");
    readonly Field tsigFudge = dns.UInt16("dns.tsig.fudge", "Fudge", blurb: "Number of bytes for the MAC");
    readonly Field tsigMacSize = dns.UInt16("dns.tsig.mac_size", "MAC Size", blurb: "Number of bytes for the MAC");
    readonly Field tsigMac = dns.Label("dns.tsig.mac", "MAC");
    readonly Field tsigOtherLength = dns.UInt16("dns.tsig.other_len", "Other Len", blurb: "Number of bytes for Other Data");
    readonly Field tsigOther = dns.Bytes("dns.tsig.other_data", "Other Data");
    readonly Expert unknownMac = dns.Expert("dns.tsig.noalg", Severity.Warning, ExpertGroup.Undecoded, "No dissector for algorithm");

    /// <summary>Takes a record's data apart; false when its type belongs to others.</summary>
    public bool Dissect(Packet p, in View m, Node node, ushort type, int at, int size)
    {
        int end = at + size;
        switch (type)
        {
            case DnsType.Cert:
                at = p.AddAll(node, m, at, certType, certTag, certAlgorithm);
                DnsItems.AddRest(p, m, node, certificate, at, end, strict: true);
                break;
            case DnsType.Sshfp:
                at = p.AddAll(node, m, at, sshAlgorithm, sshType);
                DnsItems.AddRest(p, m, node, sshFingerprint, at, end);
                break;
            case DnsType.Tlsa:
                at = p.AddAll(node, m, at, tlsaUsage, tlsaSelector, tlsaMatching);
                DnsItems.AddRest(p, m, node, tlsaData, at, end);
                break;
            case DnsType.IpsecKey:
                AddGateway(p, m, node, at, end);
                break;
            case DnsType.Hip:
                AddHostIdentity(p, m, node, at, end);
                break;
            case DnsType.Tkey:
                AddKeyExchange(p, m, node, at);
                break;
            case DnsType.Tsig:
                AddSignature(p, m, node, at);
                break;
            default:
                return false;
        }

        return true;
    }

    static ValueNames Names(IReadOnlyList<(ulong Number, string Name)> names) => ValueNames.Of(() => [.. names]);

    void AddGateway(Packet p, in View m, Node node, int at, int end)
    {
        int type = m.U8(at + 1);
        p.Add(node, gatewayPrecedence, m, at);
        p.Add(node, gatewayType, m, at + 1);
        p.Add(node, gatewayAlgorithm, m, at + 2);
        at += 3;
        switch (type)
        {
            case 1:
                p.Add(node, gateway4, m, at);
                at += 4;
                break;
            case 2:
                p.Add(node, gateway6, m, at);
                at += 16;
                break;
            case 3:
                at += DnsItems.AddName(p, m, node, gatewayName, at);
                break;
            default:
                break;
        }

        DnsItems.AddRest(p, m, node, gatewayKey, at, end);
    }

    void AddHostIdentity(Packet p, in View m, Node node, int at, int end)
    {
        int tagLength = m.U8(at), keyLength = m.U16(at + 2);
        p.Add(node, hitLength, m, at);
        p.Add(node, hitAlgorithm, m, at + 1);
        p.Add(node, hipKeyLength, m, at + 2);
        at += 4;
        p.Add(node, hit, m, at, tagLength);
        at += tagLength;
        p.Add(node, hipKey, m, at, keyLength);
        at += keyLength;
        while (at < end)
        {
            at += DnsItems.AddName(p, m, node, rendezvous, at);
        }
    }

    void AddKeyExchange(Packet p, in View m, Node node, int at)
    {
        at += DnsItems.AddName(p, m, node, tkeyAlgorithm, at);
        p.Add(node, tkeyInception, m, at, 4);
        p.Add(node, tkeyExpiration, m, at + 4, 4);
        p.Add(node, tkeyMode, m, at + 8);
        p.Add(node, tkeyError, m, at + 10);
        p.Add(node, tkeySize, m, at + 12);
        int size = m.U16(at + 12);
        at += 14;
        if (size > 0)
        {
            p.Add(node, tkeyData, m, at, size);
            at += size;
        }

        p.Add(node, tkeyOtherSize, m, at);
        size = m.U16(at);
        if (size > 0)
        {
            p.Add(node, tkeyOther, m, at + 2, size);
        }
    }

    void AddSignature(Packet p, in View m, Node node, int at)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        int taken = name.Read(p, m, at);
        p.AddString(node, tsigAlgorithm, m, at, taken, name.Text);
        at += taken;
        p.AddTime(node, tsigTime, m, at, 6, new Timestamp((long)m.U48(at), 0));
        p.Add(node, tsigFudge, m, at + 6);
        p.Add(node, tsigMacSize, m, at + 8);
        int size = m.U16(at + 8);
        at += 10;
        if (size > 0)
        {
            var mac = p.Add(node, tsigMac, m, at, size);
            p.Expert(mac, unknownMac, m, at, size, $"No dissector for algorithm:{name.Text}");
            at += size;
        }

        p.Add(node, tsigOriginalId, m, at);
        p.Add(node, tsigError, m, at + 2);
        p.Add(node, tsigOtherLength, m, at + 4);
        size = m.U16(at + 4);
        if (size > 0)
        {
            p.Add(node, tsigOther, m, at + 6, size);
        }
    }
}
