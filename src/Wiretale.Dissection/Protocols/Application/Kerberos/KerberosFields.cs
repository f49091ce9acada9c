using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Kerberos;

/// <summary>Fields of Kerberos, with Wireshark's names (which follow the ASN.1 module of RFC 4120).</summary>
static class KerberosFields
{
    public static readonly Protocol P = new("Kerberos", "KRB5", "kerberos");

    public static readonly Field MarkReserved = P.Flag("kerberos.rm.reserved", "Reserved", 32, 0x80000000, ValueNames.SetNotSet, "Record mark reserved bit");
    public static readonly Field MarkLength = P.UInt32("kerberos.rm.length", "Record Length", mask: 0x7fffffff);
    public static readonly Field AddressIp = P.IPv4("kerberos.addr_ip", "IP Address");
    public static readonly Field AddressIp6 = P.IPv6("kerberos.addr_ipv6", "IPv6 Address");
    public static readonly Field AddressNetBios = P.String("kerberos.addr_nb", "NetBIOS Address", "NetBIOS Address and type");
    public static readonly Field Ticket = P.Label("kerberos.ticket_element", "ticket");
    public static readonly Field Authenticator = P.Label("kerberos.authenticator_element", "authenticator");
    public static readonly Field AsRequest = P.Label("kerberos.as_req_element", "as-req");
    public static readonly Field AsReply = P.Label("kerberos.as_rep_element", "as-rep");
    public static readonly Field TgsRequest = P.Label("kerberos.tgs_req_element", "tgs-req");
    public static readonly Field TgsReply = P.Label("kerberos.tgs_rep_element", "tgs-rep");
    public static readonly Field ApRequest = P.Label("kerberos.ap_req_element", "ap-req");
    public static readonly Field ApReply = P.Label("kerberos.ap_rep_element", "ap-rep");
    public static readonly Field KrbError = P.Label("kerberos.krb_error_element", "krb-error");
    public static readonly Field NameType = P.Int32("kerberos.name_type", "name-type", names: KerberosNames.NameTypes);
    public static readonly Field ClientNames = P.UInt32("kerberos.cname_string", "cname-string", blurb: "SEQUENCE_OF_CNameString");
    public static readonly Field ClientName = P.String("kerberos.CNameString", "CNameString");
    public static readonly Field ServerNames = P.UInt32("kerberos.sname_string", "sname-string", blurb: "SEQUENCE_OF_SNameString");
    public static readonly Field ServerName = P.String("kerberos.SNameString", "SNameString");
    public static readonly Field AddressType = P.Int32("kerberos.addr_type", "addr-type", names: KerberosNames.AddressTypes);
    public static readonly Field HostAddress = P.Label("kerberos.HostAddress_element", "HostAddress");
    public static readonly Field PaType = P.Int32("kerberos.padata_type", "padata-type", names: KerberosNames.Preauthentication);
    public static readonly Field PaValue = P.Bytes("kerberos.padata_value", "padata-value");
    public static readonly Field ChecksumType = P.Int32("kerberos.cksumtype", "cksumtype", names: KerberosNames.Checksums);
    public static readonly Field Checksum = P.Bytes("kerberos.checksum", "checksum");
    public static readonly Field EncryptionType = P.Int32("kerberos.etype", "etype", names: KerberosNames.Encryption, blurb: "ENCTYPE");
    public static readonly Field KeyVersion = P.UInt32("kerberos.kvno", "kvno", blurb: "UInt32");
    public static readonly Field Cipher = P.Bytes("kerberos.cipher", "cipher", blurb: "T_encryptedTicketData_cipher");
    public static readonly Field TicketVersion = P.UInt32("kerberos.tkt_vno", "tkt-vno", blurb: "INTEGER_5");
    public static readonly Field Realm = P.String("kerberos.realm", "realm");
    public static readonly Field Server = P.Label("kerberos.sname_element", "sname");
    public static readonly Field Encrypted = P.Label("kerberos.enc_part_element", "enc-part", "EncryptedTicketData");
    public static readonly Field ClientRealm = P.String("kerberos.crealm", "crealm", "Realm");
    public static readonly Field Client = P.Label("kerberos.cname_element", "cname");
    public static readonly Field Version = P.UInt32("kerberos.pvno", "pvno", blurb: "INTEGER_5");
    public static readonly Field MessageType = P.Int32("kerberos.msg_type", "msg-type", names: KerberosNames.Messages, blurb: "MESSAGE_TYPE");
    public static readonly Field PaList = P.UInt32("kerberos.padata", "padata", blurb: "T_rEQ_SEQUENCE_OF_PA_DATA");
    public static readonly Field PaItem = P.Label("kerberos.PA_DATA_element", "PA-DATA");
    public static readonly Field Body = P.Label("kerberos.req_body_element", "req-body", "KDC_REQ_BODY");
    public static readonly Field Options = P.Bytes("kerberos.kdc_options", "kdc-options", blurb: "KDCOptions");
    public static readonly Field From = P.AbsoluteTime("kerberos.from", "from", blurb: "KerberosTime");
    public static readonly Field Till = P.AbsoluteTime("kerberos.till", "till", blurb: "KerberosTime");
    public static readonly Field RenewTill = P.AbsoluteTime("kerberos.rtime", "rtime", blurb: "KerberosTime");
    public static readonly Field Nonce = P.UInt32("kerberos.nonce", "nonce", blurb: "UInt32");
    public static readonly Field EncryptionTypes = P.UInt32("kerberos.kdc-req-body.etype", "etype", blurb: "SEQUENCE_OF_ENCTYPE");
    public static readonly Field EncryptionItem = P.Int32("kerberos.ENCTYPE", "ENCTYPE", names: KerberosNames.Encryption);
    public static readonly Field Addresses = P.UInt32("kerberos.addresses", "addresses", blurb: "HostAddresses");
    public static readonly Field AuthorizationData = P.Label("kerberos.enc_authorization_data_element", "enc-authorization-data", "EncryptedAuthorizationData");
    public static readonly Field AdditionalTickets = P.UInt32("kerberos.additional_tickets", "additional-tickets", blurb: "SEQUENCE_OF_Ticket");
    public static readonly Field AdditionalTicket = P.Label("kerberos.Ticket_element", "Ticket");
    public static readonly Field ApOptions = P.Bytes("kerberos.ap_options", "ap-options", blurb: "APOptions");
    public static readonly Field ClientTime = P.AbsoluteTime("kerberos.ctime", "ctime", blurb: "KerberosTime");
    public static readonly Field ClientMicroseconds = P.UInt32("kerberos.cusec", "cusec", blurb: "Microseconds");
    public static readonly Field ServerTime = P.AbsoluteTime("kerberos.stime", "stime", blurb: "KerberosTime");
    public static readonly Field ServerMicroseconds = P.UInt32("kerberos.susec", "susec", blurb: "Microseconds");
    public static readonly Field ErrorCode = P.Int32("kerberos.error_code", "error-code", names: KerberosNames.Errors);
    public static readonly Field ErrorText = P.String("kerberos.e_text", "e-text", "KerberosString");
    public static readonly Field ErrorData = P.Bytes("kerberos.e_data", "e-data");
    public static readonly Field Salt = P.Bytes("kerberos.info_salt", "salt", blurb: "OCTET_STRING");
    public static readonly Field Salt2 = P.String("kerberos.info2_salt", "salt", "KerberosString");
    public static readonly Field SaltParameters = P.Bytes("kerberos.s2kparams", "s2kparams", blurb: "OCTET_STRING");
    public static readonly Field InfoItem = P.Label("kerberos.ETYPE_INFO_ENTRY_element", "ETYPE-INFO-ENTRY");
    public static readonly Field Info2Item = P.Label("kerberos.ETYPE_INFO2_ENTRY_element", "ETYPE-INFO2-ENTRY");
    public static readonly Field IncludePac = P.Flag("kerberos.include_pac", "include-pac", blurb: "BOOLEAN");
    public static readonly Field ArmoredData = P.Label("kerberos.armored_data_element", "armored-data", "KrbFastArmoredReq");
    public static readonly Field RequestChecksum = P.Label("kerberos.req_checksum_element", "req-checksum", "Checksum");
    public static readonly Field FastRequest = P.Label("kerberos.enc_fast_req_element", "enc-fast-req", "EncryptedKrbFastReq");
    public static readonly Field FastReply = P.Label("kerberos.enc_fast_rep_element", "enc-fast-rep", "EncryptedKrbFastResponse");

    public static readonly Field[] ApBits = Bits("kerberos.APOptions.", "reserved use.session.key mutual.required");

    public static readonly Field[] OptionBits = Bits("kerberos.KDCOptions.",
        "reserved forwardable forwarded proxiable proxy allow.postdate postdated unused7 renewable unused9 unused10 opt.hardware.auth unused12 unused13 constrained.delegation canonicalize " +
        "request.anonymous unused17 unused18 unused19 unused20 unused21 unused22 unused23 unused24 unused25 disable.transited.check renewable.ok enc.tkt.in.skey unused29 renew validate");

    static Field[] Bits(string prefix, string names)
    {
        string[] all = names.Split(' ');
        var bits = new Field[all.Length];
        for (int i = 0; i < all.Length; i++)
        {
            bits[i] = P.Flag(prefix + all[i], all[i].Replace('.', '-'), 8, 0x80u >> (i % 8));
        }

        return bits;
    }
}
