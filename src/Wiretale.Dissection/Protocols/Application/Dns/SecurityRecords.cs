using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dns;

// Specifications: RFC 4034 (DNSKEY, RRSIG, NSEC, DS), 5155 (NSEC3, NSEC3PARAM), 7344 (CDS, CDNSKEY), 4431 (DLV), 2535 (SIG, KEY, NXT),
// 7477 (CSYNC), 8976 (ZONEMD).

/// <summary>Records that sign a zone.</summary>
/// <param name="dns">Declares the fields.</param>
sealed class SecurityRecords(Protocol dns)
{
    const string Hex32 = "0123456789abcdefghijklmnopqrstuv";

    static readonly ValueNames Digests = ValueNames.Of(() => [.. DnsNames.Digests]);
    static readonly ValueNames Hashes = ValueNames.Of(() => [.. DnsNames.Hashes]);
    static readonly ValueNames YesNo = ValueNames.YesNo;

    readonly Field typeInMap = dns.UInt16("dns.resp.type", "Type", FieldBase.Dec, DnsItems.Types, blurb: "Response Type");
    readonly Field typeCovered = dns.UInt16("dns.rrsig.type_covered", "Type Covered", FieldBase.Dec, DnsItems.Types, blurb: "Identifies the type of the RRset that is covered by this RRSIG record");
    readonly Field algorithm = dns.UInt8("dns.rrsig.algorithm", "Algorithm", FieldBase.Dec, DnsItems.Algorithms, blurb: "Identifies the cryptographic algorithm used to create the signature");
    readonly Field labels = dns.UInt8("dns.rrsig.labels", "Labels", blurb: "Specifies the number of labels in the original RRSIG RR owner name");
    readonly Field originalTtl = dns.UInt32("dns.rrsig.original_ttl", "Original TTL", blurb: "Specifies the TTL of the covered RRset as it appears in the authoritative zone");
    readonly Field expiration = dns.AbsoluteTime("dns.rrsig.signature_expiration", "Signature Expiration", FieldBase.Utc, "Specify a validity period for the signature");
    readonly Field inception = dns.AbsoluteTime("dns.rrsig.signature_inception", "Signature Inception", FieldBase.Utc, "Specify a validity period for the signature");
    readonly Field keyTag = dns.UInt16("dns.rrsig.key_tag", "Key Tag", blurb: "Contains the key tag value of the DNSKEY RR that validates this signature");
    readonly Field signer = dns.String("dns.rrsig.signers_name", "Signer's name", "Identifies the owner name of the DNSKEY RR that a validator is supposed to use to validate this signature");
    readonly Field signature = dns.Bytes("dns.rrsig.signature", "Signature", blurb: "Contains the cryptographic signature that covers the RRSIG RDATA");
    readonly Field dnskeyFlags = dns.UInt16("dns.dnskey.flags", "Flags", FieldBase.Hex);
    readonly Field zoneKey = dns.Flag("dns.dnskey.flags.zone_key", "Zone Key", 16, 0x0100, ValueNames.Flag("This is the zone key for specified zone", "This it not a zone key"));
    readonly Field revoked = dns.Flag("dns.dnskey.flags.key_revoked", "Key Revoked", 16, 0x0080, YesNo);
    readonly Field entryPoint = dns.Flag("dns.dnskey.flags.secure_entry_point", "Key Signing Key", 16, 0x0001, YesNo);
    readonly Field dnskeyReserved = dns.UInt16("dns.dnskey.flags.reserved", "Key Signing Key", FieldBase.Hex, mask: 0xfe7e, blurb: "Must be zero");
    readonly Field dnskeyProtocol = dns.UInt8("dns.dnskey.protocol", "Protocol", blurb: "Must be 3");
    readonly Field dnskeyAlgorithm = dns.UInt8("dns.dnskey.algorithm", "Algorithm", FieldBase.Dec, DnsItems.Algorithms, blurb: "Identifies the public key's cryptographic algorithm and determines the format of the Public Key field");
    readonly Field dnskeyId = dns.UInt16("dns.dnskey.key_id", "Key id");
    readonly Field dnskeyKey = dns.Bytes("dns.dnskey.public_key", "Public Key");
    readonly Field keyFlags = dns.UInt16("dns.key.flags", "Flags", FieldBase.Hex);
    readonly Field keyAuthentication = dns.Flag("dns.key.flags.authentication", "Key allowed for authentication", 16, 0x8000, ValueNames.Flag("Not Allowed", "Allowed"));
    readonly Field keyConfidentiality = dns.Flag("dns.key.flags.confidentiality", "Key allowed for confidentiality", 16, 0x4000, ValueNames.Flag("Not Allowed", "Allowed"));
    readonly Field keyRequired = dns.Flag("dns.key.flags.required", "Key required", 16, 0x2000, ValueNames.Flag("Experimental or optional", "Required"));
    readonly Field keyUser = dns.Flag("dns.key.flags.associated_user", "Key is associated with a user", 16, 0x0400, YesNo);
    readonly Field keyEntity = dns.Flag("dns.key.flags.associated_named_entity", "Key is associated with the named entity", 16, 0x0200, YesNo);
    readonly Field keyIpsec = dns.Flag("dns.key.flags.ipsec", "Key use with IPSEC", 16, 0x0080, ValueNames.Flag("Valid", "Invalid"));
    readonly Field keyMime = dns.Flag("dns.key.flags.mime", "Key use with MIME security multiparts", 16, 0x0040, ValueNames.Flag("Valid", "Invalid"));
    readonly Field keySignatory = dns.UInt16("dns.key.flags.signatory", "Signatory", mask: 0x000f);
    readonly Field keyProtocol = dns.UInt8("dns.key.protocol", "Protocol");
    readonly Field keyAlgorithm = dns.UInt8("dns.key.algorithm", "Algorithm", FieldBase.Dec, DnsItems.Algorithms);
    readonly Field keyId = dns.UInt16("dns.key.key_id", "Key ID");
    readonly Field keyKey = dns.Bytes("dns.key.public_key", "Public Key");
    readonly Field dsKeyId = dns.UInt16("dns.ds.key_id", "Key id", FieldBase.Hex);
    readonly Field dsAlgorithm = dns.UInt8("dns.ds.algorithm", "Algorithm", FieldBase.Dec, DnsItems.Algorithms);
    readonly Field dsDigestType = dns.UInt8("dns.ds.digest_type", "Digest Type", FieldBase.Dec, Digests);
    readonly Field dsDigest = dns.Bytes("dns.ds.digest", "Digest");
    readonly Field nsecNext = dns.String("dns.nsec.next_domain_name", "Next Domain Name");
    readonly Field nxtNext = dns.String("dns.nxt.next_domain_name", "Next Domain Name");
    readonly Field nsec3Algorithm = dns.UInt8("dns.nsec3.algo", "Hash algorithm", FieldBase.Dec, Hashes);
    readonly Field nsec3Flags = dns.UInt8("dns.nsec3.flags", "NSEC3 flags");
    readonly Field nsec3OptOut = dns.Flag("dns.nsec3.flags.opt_out", "NSEC3 Opt-out flag", 8, 0x01, ValueNames.Flag("Additional insecure delegations allowed", "Additional insecure delegations forbidden"));
    readonly Field nsec3Iterations = dns.UInt16("dns.nsec3.iterations", "NSEC3 iterations", blurb: "Number of hashing iterations");
    readonly Field nsec3SaltLength = dns.UInt8("dns.nsec3.salt_length", "Salt length", blurb: "Length of salt in bytes");
    readonly Field nsec3Salt = dns.Bytes("dns.nsec3.salt_value", "Salt value");
    readonly Field nsec3HashLength = dns.UInt8("dns.nsec3.hash_length", "Hash length", blurb: "Length in bytes of next hashed owner");
    readonly Field nsec3Hash = dns.String("dns.nsec3.hash_value", "Next hashed owner");
    readonly Field csyncSoa = dns.UInt32("dns.csync.soa", "SOA");
    readonly Field csyncFlags = dns.UInt16("dns.csync.flags", "Flags", FieldBase.Hex);
    readonly Field csyncImmediate = dns.Flag("dns.csync.flags.immediate", "immediate", 16, 0x0001);
    readonly Field csyncMinimum = dns.Flag("dns.csync.flags.soaminimum", "soaminimum", 16, 0x0002);
    readonly Field csyncBitmap = dns.Bytes("dns.csync.type_bitmap", "Type Bitmap");
    readonly Field zonemdSerial = dns.UInt32("dns.zonemd.serial", "Serial");
    readonly Field zonemdScheme = dns.UInt8("dns.zonemd.scheme", "Scheme", FieldBase.Dec, ValueNames.Ranges(() => [.. DnsNames.DigestSchemes]));
    readonly Field zonemdHash = dns.UInt8("dns.zonemd.hash_algo", "Hash Algorithm", FieldBase.Dec, ValueNames.Ranges(() => [.. DnsNames.DigestHashes]));
    readonly Field zonemdDigest = dns.Bytes("dns.zonemd.digest", "Digest");

    /// <summary>Takes a record's data apart; false when its type belongs to others.</summary>
    public bool Dissect(Packet p, in View m, Node node, ushort type, int at, int size)
    {
        int end = at + size;
        switch (type)
        {
            case DnsType.Rrsig or DnsType.Sig:
                at = p.AddAll(node, m, at, typeCovered, algorithm, labels);
                DnsItems.AddSeconds(p, m, node, originalTtl, at);
                at = p.AddAll(node, m, at + 4);
                p.Add(node, expiration, m, at, 4);
                p.Add(node, inception, m, at + 4, 4);
                p.Add(node, keyTag, m, at + 8);
                at += 10;
                at += DnsItems.AddName(p, m, node, signer, at);
                DnsItems.AddRest(p, m, node, signature, at, end, strict: true);
                break;
            case DnsType.DnsKey or DnsType.CdnsKey:
                AddDnsKey(p, m, node, at, size);
                break;
            case DnsType.Key:
                AddKey(p, m, node, at, size);
                break;
            case DnsType.Ds or DnsType.Cds or DnsType.Dlv:
                at = p.AddAll(node, m, at, dsKeyId, dsAlgorithm, dsDigestType);
                DnsItems.AddRest(p, m, node, dsDigest, at, end);
                break;
            case DnsType.Nsec:
                at += AddNext(p, m, node, nsecNext, at);
                DnsItems.AddTypeWindows(p, m, node, typeInMap, at, end);
                break;
            case DnsType.Nxt:
                at += AddNext(p, m, node, nxtNext, at);
                DnsItems.AddTypes(p, m, node, typeInMap, at, end - at, 0);
                break;
            case DnsType.Nsec3:
                AddHashed(p, m, node, at, end);
                break;
            case DnsType.Nsec3Param:
                AddHashParameters(p, m, node, at);
                break;
            case DnsType.Csync:
                p.Add(node, csyncSoa, m, at);
                var flags = p.Add(node, csyncFlags, m, at + 4);
                p.Add(flags, csyncImmediate, m, at + 4);
                p.Add(flags, csyncMinimum, m, at + 4);
                p.Add(node, csyncBitmap, m, at + 6, Math.Max(0, size - 6));
                DnsItems.AddTypeWindows(p, m, node, typeInMap, at + 6, end);
                break;
            case DnsType.Zonemd:
                at = p.AddAll(node, m, at, zonemdSerial, zonemdScheme, zonemdHash);
                DnsItems.AddRest(p, m, node, zonemdDigest, at, end);
                break;
            default:
                return false;
        }

        return true;
    }

    static int AddNext(Packet p, in View m, Node node, Field field, int at)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        var name = new DnsName(room);
        int taken = name.Read(p, m, at);
        p.Info.Append(" "u8);
        p.Info.Append(name.Text);
        p.AppendLabel(node, $", next domain name {name.Text}");
        p.AddString(node, field, m, at, taken, name.Text);
        return taken;
    }

    void AddDnsKey(Packet p, in View m, Node node, int at, int size)
    {
        var flags = p.Add(node, dnskeyFlags, m, at);
        p.Add(flags, zoneKey, m, at);
        p.Add(flags, revoked, m, at);
        p.Add(flags, entryPoint, m, at);
        p.Add(flags, dnskeyReserved, m, at);
        p.Add(node, dnskeyProtocol, m, at + 2);
        p.Add(node, dnskeyAlgorithm, m, at + 3);
        p.Generated(p.AddUInt(node, dnskeyId, m, at, 0, KeyTag(m, at, size)));
        DnsItems.AddRest(p, m, node, dnskeyKey, at + 4, at + size);
    }

    void AddKey(Packet p, in View m, Node node, int at, int size)
    {
        ushort value = m.U16(at);
        var flags = p.Add(node, keyFlags, m, at);
        p.Add(flags, keyAuthentication, m, at);
        p.Add(flags, keyConfidentiality, m, at);

        // RFC 2535 section 3.1.2: both bits set say that there is no key.
        if ((value & 0xc000) != 0xc000)
        {
            p.Add(flags, keyRequired, m, at);
            p.Add(flags, keyUser, m, at);
            p.Add(flags, keyEntity, m, at);
            p.Add(flags, keyIpsec, m, at);
            p.Add(flags, keyMime, m, at);
            p.Add(flags, keySignatory, m, at);
        }

        p.Add(node, keyProtocol, m, at + 2);
        p.Add(node, keyAlgorithm, m, at + 3);
        p.Generated(p.AddUInt(node, keyId, m, at, 0, KeyTag(m, at, size)));
        DnsItems.AddRest(p, m, node, keyKey, at + 4, at + size);
    }

    /// <summary>RFC 4034 appendix B.</summary>
    static uint KeyTag(in View m, int at, int size)
    {
        var data = m.Span(at, size);
        if (size < 4)
        {
            return 0;
        }

        if (data[3] == 1)
        {
            return (uint)((data[^3] << 8) | data[^2]);
        }

        uint sum = 0;
        for (int i = 0; i < data.Length; i++)
        {
            sum += (i & 1) == 0 ? (uint)data[i] << 8 : data[i];
        }

        return (sum + (sum >> 16)) & 0xffff;
    }

    int AddHashParameters(Packet p, in View m, Node node, int at)
    {
        p.Add(node, nsec3Algorithm, m, at);
        p.Add(node, nsec3Flags, m, at + 1);
        p.Add(node, nsec3Iterations, m, at + 2);
        int salt = m.U8(at + 4);
        p.Add(node, nsec3SaltLength, m, at + 4);
        p.Add(node, nsec3Salt, m, at + 5, salt);
        return at + 5 + salt;
    }

    void AddHashed(Packet p, in View m, Node node, int at, int end)
    {
        p.Add(node, nsec3Algorithm, m, at);
        var flags = p.Add(node, nsec3Flags, m, at + 1);
        p.Add(flags, nsec3OptOut, m, at + 1);
        p.Add(node, nsec3Iterations, m, at + 2);
        int salt = m.U8(at + 4);
        p.Add(node, nsec3SaltLength, m, at + 4);
        p.Add(node, nsec3Salt, m, at + 5, salt);
        at += 5 + salt;
        int size = m.U8(at);
        p.Add(node, nsec3HashLength, m, at);
        Span<byte> text = stackalloc byte[416];
        text = text[..ToHex32(m.Span(at + 1, size), text)];
        p.Generated(p.AddString(node, nsec3Hash, m, at + 1, size, text));
        DnsItems.AddTypeWindows(p, m, node, typeInMap, at + 1 + size, end);
    }

    /// <summary>RFC 4648 section 7, base 32 with the extended hex alphabet, without padding.</summary>
    static int ToHex32(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        int count = 0, bits = 0;
        uint buffer = 0;
        foreach (byte b in bytes)
        {
            buffer = (buffer << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text[count++] = (byte)Hex32[(int)(buffer >> (bits - 5)) & 31];
            }
        }

        if (bits > 0)
        {
            text[count++] = (byte)Hex32[(int)(buffer << (5 - bits)) & 31];
        }

        return count;
    }
}
