using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dhcp;

// Specification: RFC 8415, Dynamic Host Configuration Protocol for IPv6, sections 8 (messages), 9 (relay messages), 21 (options).
//
//    0                   1                   2                   3
//   +---------------+-----------------------------------------------+
//   |   msg-type    |               transaction-id                  |   options ...
//   +---------------+-----------------------------------------------+
//
//   +---------------+---------------+
//   |   msg-type    |   hop-count   |   link-address (16), peer-address (16), options ...
//   +---------------+---------------+
//
//   +-------------------------------+-------------------------------+
//   |          option-code          |           option-len          |   option-data ...
//   +-------------------------------+-------------------------------+

/// <summary>Dynamic Host Configuration Protocol for IPv6.</summary>
public sealed class Dhcpv6() : Dissector("dhcpv6")
{
    /// <summary>Relays behind relays and options within options; RFC 8415 section 7.6 allows 8 relays.</summary>
    const int DeepestNesting = 32;

    static readonly Protocol P = new("DHCPv6", "DHCPv6", "dhcpv6");
    static readonly ValueNames MessageTypes = ValueNames.Of(() => [.. Dhcpv6Message.Types]);
    static readonly ValueNames OptionNames = ValueNames.Of(() => [.. Dhcpv6Message.Options]);
    static readonly Field MessageType = P.UInt8("dhcpv6.msgtype", "Message type", names: MessageTypes);
    static readonly Field Hops = P.UInt8("dhcpv6.hopcount", "Hopcount");
    static readonly Field Id = P.UInt24("dhcpv6.xid", "Transaction ID", FieldBase.Hex);
    static readonly Field LinkAddress = P.IPv6("dhcpv6.linkaddr", "Link address");
    static readonly Field PeerAddress = P.IPv6("dhcpv6.peeraddr", "Peer address");
    static readonly Field OptionType = P.UInt16("dhcpv6.option.type", "Option", names: OptionNames);
    static readonly Field OptionLength = P.UInt16("dhcpv6.option.length", "Length");
    static readonly Field OptionTypeText = P.String("dhcpv6.option.type_str", "Option");
    static readonly Field Iaid = P.String("dhcpv6.iaid", "IAID");
    static readonly Field T1 = P.UInt32("dhcpv6.iaid.t1", "T1");
    static readonly Field T2 = P.UInt32("dhcpv6.iaid.t2", "T2");
    static readonly Field Iata = P.String("dhcpv6.iata", "IATA");
    static readonly Field IaAddress = P.IPv6("dhcpv6.iaaddr.ip", "IPv6 address");
    static readonly Field AddressPreferred = P.UInt32("dhcpv6.iaaddr.pref_lifetime", "Preferred lifetime");
    static readonly Field AddressValid = P.UInt32("dhcpv6.iaaddr.valid_lifetime", "Valid lifetime");
    static readonly Field PrefixPreferred = P.UInt32("dhcpv6.iaprefix.pref_lifetime", "Preferred lifetime");
    static readonly Field PrefixValid = P.UInt32("dhcpv6.iaprefix.valid_lifetime", "Valid lifetime");
    static readonly Field PrefixLength = P.UInt8("dhcpv6.iaprefix.pref_len", "Prefix length");
    static readonly Field Prefix = P.IPv6("dhcpv6.iaprefix.pref_addr", "Prefix address");
    static readonly Field Requested = P.UInt16("dhcpv6.requested_option_code", "Requested Option code", names: OptionNames);
    static readonly Field AuthProtocol = P.UInt8("dhcpv6.auth.protocol", "Protocol");
    static readonly Field AuthAlgorithm = P.UInt8("dhcpv6.auth.algorithm", "Algorithm");
    static readonly Field AuthRdm = P.UInt8("dhcpv6.auth.rdm", "RDM");
    static readonly Field AuthReplay = P.Bytes("dhcpv6.auth.replay_detection", "Replay Detection");
    static readonly Field AuthInformation = P.Bytes("dhcpv6.auth.info", "Authentication Information");
    static readonly Field Status = P.UInt16("dhcpv6.status_code", "Status Code", names: ValueNames.Of(() => [.. Dhcpv6Message.Statuses]));
    static readonly Field StatusMessage = P.String("dhcpv6.status_msg", "Status Message");
    static readonly Field ClassEnterprise = P.UInt32("dhcpv6.vendorclass.enterprise", "Enterprise ID", names: DhcpEnterprises.Names);
    static readonly Field ClassData = P.StringZ("dhcpv6.vendorclass.data", "vendor-class-data");
    static readonly Field VendorEnterprise = P.UInt32("dhcpv6.vendoropts.enterprise", "Enterprise ID", names: DhcpEnterprises.Names);
    static readonly Field VendorCode = P.UInt16("dhcpv6.vendoropts.enterprise.option_code", "Option code");
    static readonly Field VendorLength = P.UInt16("dhcpv6.vendoropts.enterprise.option_length", "Option length");
    static readonly Field VendorData = P.Bytes("dhcpv6.vendoropts.enterprise.option_data", "Option data");
    static readonly Field RemoteEnterprise = P.UInt32("dhcpv6.remoteid.enterprise", "Enterprise ID", names: DhcpEnterprises.Names);
    static readonly Field RemoteId = P.Bytes("dhcpv6.remoteid_enterprise_id", "Remote-ID");
    static readonly Field UserLength = P.UInt16("dhcpv6.userclass.length", "Length");
    static readonly Field UserData = P.Bytes("dhcpv6.userclass.opaque_data", "Suboption");
    static readonly Field NtpType = P.UInt16("dhcpv6.ntpserver.option.type", "Suboption", names: NtpNames());
    static readonly Field NtpLength = P.UInt16("dhcpv6.ntpserver.option.length", "Length");
    static readonly Field NtpAddress = P.IPv6("dhcpv6.ntpserver.addr", "NTP Server Address");
    static readonly Field NtpMulticast = P.IPv6("dhcpv6.ntpserver.mc_addr", "NTP Multicast Address");
    static readonly Field NtpName = P.String("dhcpv6.ntpserver.fqdn", "NTP Server FQDN");
    static readonly Field FqdnFlags = P.UInt8("dhcpv6.client_fqdn_flags", "Flags", FieldBase.Hex);
    static readonly Field FqdnClientS = P.Flag("dhcpv6.clientfqdn.client.s", "S bit", 8, 1);
    static readonly Field FqdnClientN = P.Flag("dhcpv6.clientfqdn.client.n", "N bit", 8, 4);
    static readonly Field ClientDomain = P.String("dhcpv6.client_domain", "Client Domain Name");
    static readonly Expert MalformedOption = P.Expert("dhcpv6.malformed_option", Severity.Error, ExpertGroup.Malformed, "Malformed option");
    static readonly Expert WrongHops = P.Expert("dhcpv6.error_hopcount", Severity.Warning, ExpertGroup.Protocol, "Detected error on hop-count");
    static readonly Dhcpv6Duid Duid = new(P, MalformedOption);

    static readonly Row[] table =
    [
        new(7, Kind.Number, P.UInt8("dhcpv6.option_preference", "Pref-value"), "PREFERENCE"),
        new(8, Kind.Elapsed, P.UInt16("dhcpv6.elapsed_time", "Elapsed time", names: ValueNames.Unit("ms")), "ELAPSED-TIME"),
        new(12, Kind.Address, P.IPv6("dhcpv6.unicast", "IPv6 address"), "UNICAST"),
        new(18, Kind.Bytes, P.Bytes("dhcpv6.interface_id", "Interface-ID"), "INTERFACE_ID"),
        new(19, Kind.Number, P.UInt8("dhcpv6.reconf_msg", "Reconfigure message type", names: MessageTypes), "RECONF_MSG"),
        new(21, Kind.Domains, P.String("dhcpv6.sip_server_domain_search_fqdn", "SIP Server Domain Search FQDN"), "SIP Servers Domain Search List"),
        new(22, Kind.Addresses, P.IPv6("dhcpv6.sip_server_a", "SIP server address"), "SIP servers address"),
        new(23, Kind.Counted, P.IPv6("dhcpv6.dns_server", "DNS server address"), "DNS servers address"),
        new(24, Kind.Domains, P.String("dhcpv6.search_list_entry", "List entry"), "Domain name suffix search list"),
        new(27, Kind.Addresses, P.IPv6("dhcpv6.nis_server", "NIS server address"), "NIS servers address"),
        new(28, Kind.Addresses, P.IPv6("dhcpv6.nisp_server", "NISP server address"), "NISP servers address"),
        new(29, Kind.Domains, P.String("dhcpv6.nis_fqdn", "NIS FQDN"), "nis-domain-name"),
        new(30, Kind.Domains, P.String("dhcpv6.nisp_fqdn", "NISP FQDN"), "nisp-domain-name"),
        new(31, Kind.Counted, P.IPv6("dhcpv6.sntp_server", "SNTP server address"), "SNTP servers address"),
        new(32, Kind.Number, P.UInt32("dhcpv6.lifetime", "Lifetime"), "LIFETIME"),
        new(33, Kind.Domains, P.String("dhcpv6.bcmcs_server_fqdn", "BCMCS server FQDN"), "BCMCS Servers Domain Search List"),
        new(34, Kind.Addresses, P.IPv6("dhcpv6.bcmcs_server_a", "BCMCS server address"), "BCMCS servers address"),
        new(38, Kind.Text, P.String("dhcpv6.subscriber_id", "Subscriber-ID"), "SUBSCRIBER_ID"),
        new(40, Kind.Addresses, P.IPv6("dhcpv6.pana_agent", "PANA agents address"), "PANA agents address"),
        new(41, Kind.Text, P.String("dhcpv6.timezone", "Time-zone"), "TIME_ZONE"),
        new(42, Kind.Text, P.String("dhcpv6.tzdb", "TZ-database"), "TZ_DATABASE"),
        new(46, Kind.Number, P.UInt32("dhcpv6.clt_time", "Clt_time"), "CLT_TIME"),
        new(48, Kind.Addresses, P.IPv6("dhcpv6.lq_client_link", "LQ client links address"), "LQ client links address"),
        new(52, Kind.Addresses, P.IPv6("dhcpv6.capwap_ac_v6", "CAPWAP Access Controllers address"), "CAPWAP Access Controllers address"),
        new(64, Kind.Name, P.String("dhcpv6.aftr_name", "DS-Lite AFTR Name"), "DS-Lite AFTR Name"),
        new(103, Kind.Text, P.String("dhcpv6.captive_portal", "Captive Portal"), "Captive Portal"),
        new(112, Kind.Text, P.String("dhcpv6.mudurl", "MUDURL"), "MUDURL"),
        new(120, Kind.Number, P.UInt32("dhcpv6.failover.expiration_time", "Expiration Time"), "Failover"),
        new(121, Kind.Number, P.UInt32("dhcpv6.failover.max_unacked_bndupd", "Max number of unacked BNDUPD messages"), "Failover"),
        new(122, Kind.Number, P.UInt32("dhcpv6.failover.mclt", "Maximum Client Lead Time (MCLT)"), "Failover"),
        new(123, Kind.Number, P.UInt32("dhcpv6.failover.partner_lifetime", "Partner Lifetime"), "Failover"),
        new(124, Kind.Number, P.UInt32("dhcpv6.failover.partner_lifetime_sent", "Partner Lifetime Sent"), "Failover"),
        new(125, Kind.Number, P.UInt32("dhcpv6.failover.partner_down_time", "Partner Down Time"), "Failover"),
        new(126, Kind.Number, P.UInt32("dhcpv6.failover.partner_raw_clt_time", "Partner Raw Client Time"), "Failover"),
        new(128, Kind.Number, P.UInt32("dhcpv6.failover.keepalive_time", "Keepalive Time"), "Failover"),
        new(133, Kind.Number, P.UInt32("dhcpv6.failover.start_time_of_state", "Start Time of State"), "Failover"),
        new(134, Kind.Number, P.UInt32("dhcpv6.failover.state_expiration_time", "State Expiration Time"), "Failover"),
        new(130, Kind.Text, P.String("dhcpv6.failover.relationship_name", "Relationship Name"), "Failover"),
        new(135, Kind.Number, P.UInt16("dhcpv6.relay_port", "Downstream Source Port"), "Relay Port"),
        new(165, Kind.Address, P.IPv6("dhcpv6.mip6_home_agent", "Home Agent"), "MIP6_HA"),
        new(166, Kind.Address, P.IPv6("dhcpv6.mip6_home_address", "Home Address"), "MIP6_HOA"),
    ];

    static readonly Row[] byCode = ByCode();

    enum Kind : byte
    {
        None, Number, Elapsed, Address, Addresses, Counted, Text, Bytes, Domains, Name,
    }

    /// <summary>An option that holds one kind of thing: its code, the kind, the field, and what it is called where it is malformed or heads a list.</summary>
    readonly record struct Row(ushort Code, Kind Kind, Field Field, string What);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, Dhcpv6Message.ClientPort, Dhcpv6Message.ServerPort);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("DHCPv6");
        p.Info.Clear();
        Message(p, v, parent, 0);
        return v.Reported;
    }

    static ValueNames NtpNames() => ValueNames.Of(() => [(1, "NTP Server Address"), (2, "NTP Multicast Address"), (3, "NTP Server FQDN")]);

    static Row[] ByCode()
    {
        var rows = new Row[256];
        foreach (var row in table)
        {
            rows[row.Code] = row;
        }

        return rows;
    }

    static void Message(Packet p, in View v, Node parent, int depth)
    {
        var tree = p.Open(P, v, parent);
        byte type = v.U8(0);
        p.Add(tree, MessageType, v, 0);
        if (MessageTypes.Find(type) is { } name)
        {
            p.Info.Append($"{name} ");
        }
        else
        {
            p.Info.Append($"Message Type {type} ");
        }

        int at = 4;
        if (type is Dhcpv6Message.RelayForward or Dhcpv6Message.RelayReply)
        {
            var hops = p.Add(tree, Hops, v, 1);
            p.Add(tree, LinkAddress, v, 2);
            p.Info.Append($"L: {Address.IPv6(v.Span(2, 16))} ");
            p.Add(tree, PeerAddress, v, 18);
            at = 34;
            CheckHops(p, v, hops, at);
        }
        else
        {
            p.Add(tree, Id, v, 1);
            p.Info.Append($"XID: 0x{v.U24(1):x6} ");
        }

        Options(p, v, tree, at, v.Reported, depth);
    }

    /// <summary>RFC 8415 section 19.1: a relay starts at 0 and adds one to what it was given.</summary>
    static void CheckHops(Packet p, in View v, Node hops, int at)
    {
        while (v.Has(at, 4))
        {
            int size = v.U16(at + 2);
            if (v.U16(at) == 9 && v.Has(at + 4, 2))
            {
                byte inner = v.U8(at + 4), own = v.U8(1);
                bool isRelay = inner is Dhcpv6Message.RelayForward or Dhcpv6Message.RelayReply;
                if (!isRelay && own != 0)
                {
                    p.Expert(hops, WrongHops, v, 1, 1, $"Hopcount of most inner message has to equal 0 instead of {own}");
                }

                return;
            }

            at += 4 + size;
        }
    }

    static void Options(Packet p, in View v, Node tree, int at, int end, int depth)
    {
        while (at + 4 <= end)
        {
            ushort code = v.U16(at);
            int size = v.U16(at + 2);
            if (size > end - at - 4)
            {
                // What does not fit is no option; tshark leaves it unremarked, too.
                return;
            }

            var node = Node.None;
            if (p.Wants(OptionTypeText))
            {
                p.Scratch.Clear();
                p.Scratch.Append(OptionNames.Find(code) is { } name ? $"{name}" : $"DHCP option {code}");
                node = p.AddString(tree, OptionTypeText, v, at, size + 4, p.Scratch.Bytes);
                p.Label(node, $"{p.Scratch.Bytes}");
            }

            p.Add(node, OptionType, v, at);
            p.Add(node, OptionLength, v, at + 2);
            v.Ensure(at + 4, size);
            if (depth < DeepestNesting)
            {
                Value(p, v.Part(at + 4, size), node, code, size, depth + 1);
            }

            at += 4 + size;
        }
    }

    static void Value(Packet p, in View v, Node node, ushort code, int size, int depth)
    {
        switch (code)
        {
            case 1 or 2 or 53:
                Duid.Add(p, v, node, size, code == 1);
                break;
            case 3 or 25 when Needs(p, v, node, size, 12, code == 3 ? "IA_NA" : "IA_PD"):
                Dhcpv6Duid.Hex(p, v, node, Iaid, 0, 4);
                p.AddAll(node, v, 4, T1, T2);
                Options(p, v, node, 12, size, depth);
                break;
            case 4 when Needs(p, v, node, size, 4, "IA_TA"):
                Dhcpv6Duid.Hex(p, v, node, Iata, 0, 4);
                Options(p, v, node, 4, size, depth);
                break;
            case 5 when Needs(p, v, node, size, 24, "IA_TA"):
                p.AddAll(node, v, 0, IaAddress, AddressPreferred, AddressValid);
                p.Info.Append($"IAA: {Address.IPv6(v.Span(0, 16))} ");
                Options(p, v, node, 24, size, depth);
                break;
            case 26 when Needs(p, v, node, size, 25, "IAPREFIX"):
                p.AddAll(node, v, 0, PrefixPreferred, PrefixValid, PrefixLength, Prefix);
                Options(p, v, node, 25, size, depth);
                break;
            case 6:
                for (int at = 0; at < size; at += 2)
                {
                    p.Add(node, Requested, v, at);
                }

                break;
            case 9 when size > 0:
                Message(p, v, node, depth);
                break;
            case 11 when Needs(p, v, node, size, 11, "AUTH"):
                p.AddAll(node, v, 0, AuthProtocol, AuthAlgorithm, AuthRdm);
                p.Add(node, AuthReplay, v, 3, 8);
                if (size > 11)
                {
                    p.Add(node, AuthInformation, v, 11, size - 11);
                }

                break;
            case 13:
                p.Add(node, Status, v, 0);
                if (size > 2)
                {
                    p.AddString(node, StatusMessage, v, 2, size - 2, TextEncoding.Ascii);
                }

                break;
            case 15:
                UserClasses(p, v, node, size);
                break;
            case 16 when Needs(p, v, node, size, 4, "VENDOR_CLASS"):
                p.Add(node, ClassEnterprise, v, 0);
                if (size > 6)
                {
                    p.AddString(node, ClassData, v, 6, size - 6, TextEncoding.Ascii);
                }

                break;
            case 17 when Needs(p, v, node, size, 4, "VENDOR_OPTS"):
                VendorOptions(p, v, node, size);
                break;
            case 37 when Needs(p, v, node, size, 4, "REMOTE_ID"):
                p.Add(node, RemoteEnterprise, v, 0);
                if (size > 4)
                {
                    p.Add(node, RemoteId, v, 4, size - 4);
                }

                break;
            case 39 when Needs(p, v, node, size, 1, "FQDN"):
                ClientName(p, v, node, size);
                break;
            case 45 or 94 or 95 or 96:
                Options(p, v, node, 0, size, depth);
                break;
            case 56:
                NtpServers(p, v, node, size);
                break;
            default:
                if (code < byCode.Length)
                {
                    Simple(p, v, node, byCode[code], size);
                }

                break;
        }
    }

    static bool Needs(Packet p, in View v, Node node, int size, int least, string what)
    {
        if (size >= least)
        {
            return true;
        }

        p.Expert(node, MalformedOption, v, 0, size, $"{what}: malformed option");
        return false;
    }

    static void Simple(Packet p, in View v, Node node, Row row, int size)
    {
        switch (row.Kind)
        {
            case Kind.Number or Kind.Address or Kind.Elapsed when size != (row.Kind == Kind.Address ? 16 : row.Field.Type.Size()):
            case Kind.Addresses or Kind.Counted when size % 16 != 0:
                p.Expert(node, MalformedOption, v, 0, size, $"{row.What}: malformed option");
                break;
            case Kind.Number or Kind.Address:
                p.Add(node, row.Field, v, 0);
                break;
            case Kind.Elapsed:
                // In hundredths of a second; shown in milliseconds.
                p.AddUInt(node, row.Field, v, 0, 2, v.U16(0) * 10u);
                break;
            case Kind.Addresses or Kind.Counted:
                for (int at = 0; at < size; at += 16)
                {
                    var item = p.Add(node, row.Field, v, at);
                    if (row.Kind == Kind.Counted)
                    {
                        p.Label(item, $" {(at / 16) + 1} {row.Field.Label}: {Address.IPv6(v.Span(at, 16))}");
                    }
                }

                break;
            case Kind.Text when size > 0:
                p.AddString(node, row.Field, v, 0, size, TextEncoding.Ascii);
                break;
            case Kind.Bytes when size > 0:
                p.Add(node, row.Field, v, 0, size);
                break;
            case Kind.Domains when size > 0:
                Dhcpv6Name.AddAll(p, v, p.AddText(node, v, 0, size, $"{row.What}"), row.Field, 0, size);
                break;
            case Kind.Name when size > 0:
                Dhcpv6Name.AddAll(p, v, node, row.Field, 0, size);
                break;
            default:
                break;
        }
    }

    static void UserClasses(Packet p, in View v, Node node, int size)
    {
        for (int at = 0; at < size;)
        {
            int count = v.U16(at);
            if (at + 2 + count > size)
            {
                p.Expert(node, MalformedOption, v, at, size - at, $"User Class: suboption too long");
                return;
            }

            var item = p.AddText(node, v, at, count + 2, "User Class suboption");
            p.Add(item, UserLength, v, at);
            p.Add(item, UserData, v, at + 2, count);
            at += count + 2;
        }
    }

    static void VendorOptions(Packet p, in View v, Node node, int size)
    {
        p.Add(node, VendorEnterprise, v, 0);
        for (int at = 4; at < size;)
        {
            int count = v.U16(at + 2);
            var item = p.AddText(node, v, at, count + 4, "option");
            p.AddAll(item, v, at, VendorCode, VendorLength);
            p.Add(item, VendorData, v, at + 4, count);
            at += count + 4;
        }
    }

    static void NtpServers(Packet p, in View v, Node node, int size)
    {
        for (int at = 0; at < size;)
        {
            ushort kind = v.U16(at);
            int count = v.U16(at + 2);
            var item = p.AddText(node, v, at, count + 4, $"{NtpType.Names!.FindOr(kind, "Unknown")}");
            p.AddAll(item, v, at, NtpType, NtpLength);
            at += 4;
            v.Ensure(at, count);
            if (kind is 1 or 2 && count == 16)
            {
                p.Add(item, kind == 1 ? NtpAddress : NtpMulticast, v, at);
            }
            else if (kind == 3)
            {
                Dhcpv6Name.AddAll(p, v, item, NtpName, at, count);
            }

            at += count;
        }
    }

    /// <summary>RFC 4704 section 4.1.</summary>
    static void ClientName(Packet p, in View v, Node node, int size)
    {
        var flags = p.Add(node, FqdnFlags, v, 0);
        p.Add(flags, FqdnClientN, v, 0, 1);
        p.Add(flags, FqdnClientS, v, 0, 1);
        if (size > 1)
        {
            Dhcpv6Name.AddAll(p, v, node, ClientDomain, 1, size - 1);
        }
    }
}
