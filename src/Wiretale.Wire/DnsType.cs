
namespace Wiretale.Wire;

/// <summary>Types of DNS resource records (RFC 1035 section 3.2.2; IANA "Domain Name System (DNS) Parameters"), with a short name for lines and a longer one for people.</summary>
public static class DnsType
{
    public const ushort
        Unused = 0, A = 1, Ns = 2, Md = 3, Mf = 4, Cname = 5, Soa = 6, Mb = 7, Mg = 8, Mr = 9, Null = 10, Wks = 11, Ptr = 12, Hinfo = 13, Minfo = 14,
        Mx = 15, Txt = 16, Rp = 17, Afsdb = 18, X25 = 19, Isdn = 20, Rt = 21, Nsap = 22, NsapPtr = 23, Sig = 24, Key = 25, Px = 26, Gpos = 27,
        Aaaa = 28, Loc = 29, Nxt = 30, Eid = 31, Nimloc = 32, Srv = 33, Atma = 34, Naptr = 35, Kx = 36, Cert = 37, A6 = 38, Dname = 39, Sink = 40,
        Opt = 41, Apl = 42, Ds = 43, Sshfp = 44, IpsecKey = 45, Rrsig = 46, Nsec = 47, DnsKey = 48, Dhcid = 49, Nsec3 = 50, Nsec3Param = 51,
        Tlsa = 52, Hip = 55, Rkey = 57, Talink = 58, Cds = 59, CdnsKey = 60, OpenPgpKey = 61, Csync = 62, Zonemd = 63, Svcb = 64, Https = 65,
        Spf = 99, Uinfo = 100, Uid = 101, Gid = 102, Unspec = 103, Nid = 104, L32 = 105, L64 = 106, Lp = 107, Eui48 = 108, Eui64 = 109, Tkey = 249,
        Tsig = 250, Ixfr = 251, Axfr = 252, Mailb = 253, Maila = 254, Any = 255, Uri = 256, Caa = 257, Ta = 32768, Dlv = 32769, Wins = 65281,
        WinsReverse = 65282, Xpf = 65422;

    static readonly (ushort Type, string Name, string Description)[] Named =
    [
        (Unused, "Unused", "Unused"),
        (A, "A", "A (Host Address)"),
        (Ns, "NS", "NS (authoritative Name Server)"),
        (Md, "MD", "MD (Mail Destination)"),
        (Mf, "MF", "MF (Mail Forwarder)"),
        (Cname, "CNAME", "CNAME (Canonical NAME for an alias)"),
        (Soa, "SOA", "SOA (Start Of a zone of Authority)"),
        (Mb, "MB", "MB (MailBox domain name)"),
        (Mg, "MG", "MG (Mail Group member)"),
        (Mr, "MR", "MR (Mail Rename domain)"),
        (Null, "NULL", "NULL RR"),
        (Wks, "WKS", "WKS (Well Known Service)"),
        (Ptr, "PTR", "PTR (domain name PoinTeR)"),
        (Hinfo, "HINFO", "HINFO (host information)"),
        (Minfo, "MINFO", "MINFO (Mailbox or mail list information)"),
        (Mx, "MX", "MX (Mail eXchange)"),
        (Txt, "TXT", "TXT (Text strings)"),
        (Rp, "RP", "RP (Responsible Person)"),
        (Afsdb, "AFSDB", "AFSDB (AFS Data Base location)"),
        (X25, "X25", "X25 (XX.25 PSDN address)"),
        (Isdn, "ISDN", "ISDN (ISDN address)"),
        (Rt, "RT", "RT (Route Through)"),
        (Nsap, "NSAP", "NSAP (NSAP address)"),
        (NsapPtr, "NSAP-PTR", "NSAP-PTR (NSAP domain name pointer)"),
        (Sig, "SIG", "SIG (security signature)"),
        (Key, "KEY", "KEY (security key)"),
        (Px, "PX", "PX (X.400 mail mapping information)"),
        (Gpos, "GPOS", "GPOS (Geographical Position)"),
        (Aaaa, "AAAA", "AAAA (IPv6 Address)"),
        (Loc, "LOC", "LOC (Location Information)"),
        (Nxt, "NXT", "NXT (Next Domain)"),
        (Eid, "EID", "EID (Endpoint Identifier)"),
        (Nimloc, "NIMLOC", "NIMLOC (Nimrod Locator)"),
        (Srv, "SRV", "SRV (Server Selection)"),
        (Atma, "ATMA", "ATMA (ATM Address)"),
        (Naptr, "NAPTR", "NAPTR (Naming Authority Pointer)"),
        (Kx, "KX", "KX (Key Exchanger)"),
        (Cert, "CERT", "CERT"),
        (A6, "A6", "A6 (OBSOLETE - use AAAA)"),
        (Dname, "DNAME", "DNAME"),
        (Sink, "SINK", "SINK"),
        (Opt, "OPT", "OPT"),
        (Apl, "APL", "APL"),
        (Ds, "DS", "DS (Delegation Signer)"),
        (Sshfp, "SSHFP", "SSHFP (SSH Key Fingerprint)"),
        (IpsecKey, "IPSECKEY", "IPSECKEY"),
        (Rrsig, "RRSIG", "RRSIG (Resource Record Signature)"),
        (Nsec, "NSEC", "NSEC (Next Secure)"),
        (DnsKey, "DNSKEY", "DNSKEY (DNS Public Key)"),
        (Dhcid, "DHCID", "DHCID"),
        (Nsec3, "NSEC3", "NSEC3"),
        (Nsec3Param, "NSEC3PARAM", "NSEC3PARAM"),
        (Tlsa, "TLSA", "TLSA"),
        (Hip, "HIP", "HIP (Host Identity Protocol)"),
        (Rkey, "RKEY", "RKEY"),
        (Talink, "TALINK", "TALINK (Trust Anchor LINK)"),
        (Cds, "CDS", "CDS (Child DS)"),
        (CdnsKey, "CDNSKEY", "CDNSKEY (DNSKEY(s) the Child wants reflected in DS)"),
        (OpenPgpKey, "OPENPGPKEY", "OPENPGPKEY (OpenPGP Key)"),
        (Csync, "CSYNC", "CSYNC (Child-to-Parent Synchronization)"),
        (Zonemd, "ZONEMD", "ZONEMD"),
        (Svcb, "SVCB", "SVCB (General Purpose Service Endpoints)"),
        (Https, "HTTPS", "HTTPS (HTTPS Specific Service Endpoints)"),
        (Spf, "SPF", "SPF"),
        (Uinfo, "UINFO", "UINFO"),
        (Uid, "UID", "UID"),
        (Gid, "GID", "GID"),
        (Unspec, "UNSPEC", "UNSPEC"),
        (Nid, "NID", "NID (NodeID)"),
        (L32, "L32", "L32 (Locator32)"),
        (L64, "L64", "L64 (Locator64)"),
        (Lp, "LP", "LP (Locator FQDN)"),
        (Eui48, "EUI48", "EUI48"),
        (Eui64, "EUI64", "EUI64"),
        (Tkey, "TKEY", "TKEY (Transaction Key)"),
        (Tsig, "TSIG", "TSIG (Transaction Signature)"),
        (Ixfr, "IXFR", "IXFR (incremental transfer)"),
        (Axfr, "AXFR", "AXFR (transfer of an entire zone)"),
        (Mailb, "MAILA", "MAILB (mailbox-related RRs)"),
        (Maila, "MAILB", "MAILA (mail agent RRs)"),
        (Any, "ANY", "* (A request for all records the server/cache has available)"),
        (Uri, "URI", "URI"),
        (Caa, "CAA", "CAA (Certification Authority Restriction)"),
        (Ta, "TA", "TA (DNSSEC Trust Authorities)"),
        (Dlv, "DLV", "DLV (DNSSEC Lookaside Validation)"),
        (Wins, "WINS", "WINS"),
        (WinsReverse, "WINS-R", "WINS-R"),
        (Xpf, "XPF", "XPF"),
    ];

    static readonly Dictionary<ushort, string> Names = MakeNames();

    /// <summary>The short name, such as <c>MX</c>, or null when the type has none.</summary>
    public static string? Find(ushort type) => Names.GetValueOrDefault(type);

    static Dictionary<ushort, string> MakeNames()
    {
        var names = new Dictionary<ushort, string>(Named.Length);
        foreach (var (type, name, _) in Named)
        {
            names.TryAdd(type, name);
        }

        return names;
    }

    /// <summary>Every type with its longer name, ascending.</summary>
    public static IEnumerable<(ulong Type, string Description)> All => Named.Select(n => ((ulong)n.Type, n.Description));
}
