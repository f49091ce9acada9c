using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dhcp;

// Specification: RFC 2132, DHCP Options and BOOTP Vendor Extensions, section 2.
//
//   +------+-----+----+----+----         +---+     +-----+
//   | code | len | d1 | d2 | ...         | 0 |     | 255 |
//   +------+-----+----+----+----         +---+     +-----+

/// <summary>Where options are added.</summary>
/// <param name="Tree">The branch that they stand in.</param>
/// <param name="Root">The protocol's item, which names the message types.</param>
/// <param name="IsPxe">Whether the vendor class is PXE's.</param>
/// <param name="Type">The message's type; 0 in BOOTP.</param>
readonly record struct DhcpArea(Node Tree, Node Root, bool IsPxe, byte Type);

/// <summary>The options of a message: what each is, by code.</summary>
sealed partial class DhcpOptions
{
    /// <summary>How the value of an option is made.</summary>
    enum Kind : byte
    {
        Bytes, Address, Addresses, AddressPairs, Number, Numbers, Seconds, Flag, Text, Date, Special,
    }

    /// <summary>An option: its code, what it holds, and the field (or the two) that show it.</summary>
    readonly record struct Row(byte Code, Kind Kind, Field? Field = null, Field? Second = null);

    /// <summary>Names of the message types.</summary>
    public static readonly ValueNames MessageTypes = ValueNames.Of(() => [.. DhcpMessage.Types]);

    static readonly ValueNames EnabledDisabled = ValueNames.Flag("Enabled", "Disabled");
    static readonly ValueNames RemoteLocal = ValueNames.Flag("Remote", "Local");
    static readonly ValueNames NodeTypes = ValueNames.Of(() => [(1, "B-node"), (2, "P-node"), (4, "M-node"), (8, "H-node")]);
    static readonly ValueNames AutoConfiguration = ValueNames.Of(() => [(0, "DoNotAutoConfigure"), (1, "AutoConfigure")]);
    static readonly ValueNames LeaseStates = ValueNames.Of(() => [
        (1, "Available"), (2, "Active"), (3, "Expired"), (4, "Released"), (5, "Abandoned"), (6, "Reset"), (7, "Remote"), (8, "Transitioning")]);
    static readonly ValueNames Architectures = ValueNames.Of(() => [.. DhcpOption.Architectures]);

    readonly Row[] byCode = new Row[256];
    readonly Field type, length, value, padding, end;
    readonly Expert badLength, missingLength, missingValue;

    Row[] Table(Protocol P)
    {
        var portal = P.String("dhcp.option.captive_portal", "Captive Portal");
        return
        [
            new(1, Kind.Address, P.IPv4("dhcp.option.subnet_mask", "Subnet Mask")),
            new(2, Kind.Seconds, P.Int32("dhcp.option.time_offset", "Time Offset")),
            new(3, Kind.Addresses, P.IPv4("dhcp.option.router", "Router")),
            new(4, Kind.Addresses, P.IPv4("dhcp.option.time_server", "Time Server")),
            new(5, Kind.Addresses, P.IPv4("dhcp.option.name_server", "Name Server")),
            new(6, Kind.Addresses, P.IPv4("dhcp.option.domain_name_server", "Domain Name Server")),
            new(7, Kind.Addresses, P.IPv4("dhcp.option.log_server", "Log Server")),
            new(8, Kind.Addresses, P.IPv4("dhcp.option.quotes_server", "Quotes Server")),
            new(9, Kind.Addresses, P.IPv4("dhcp.option.lpr_server", "LPR Server")),
            new(10, Kind.Addresses, P.IPv4("dhcp.option.impress_server", "Impress Server")),
            new(11, Kind.Addresses, P.IPv4("dhcp.option.resource_location_server", "Resource Location Server")),
            new(12, Kind.Text, P.StringZ("dhcp.option.hostname", "Host Name")),
            new(13, Kind.Number, P.UInt16("dhcp.option.boot_file_size", "Boot File Size")),
            new(14, Kind.Text, P.StringZ("dhcp.option.merit_dump_file", "Merit Dump File")),
            new(15, Kind.Text, P.StringZ("dhcp.option.domain_name", "Domain Name")),
            new(16, Kind.Address, P.IPv4("dhcp.option.swap_server", "Swap Server")),
            new(17, Kind.Text, P.StringZ("dhcp.option.root_path", "Root Path")),
            new(18, Kind.Text, P.StringZ("dhcp.option.extension_path", "Extensions Path")),
            new(19, Kind.Flag, P.Flag("dhcp.option.ip_forwarding", "IP Forwarding", names: EnabledDisabled)),
            new(20, Kind.Flag, P.Flag("dhcp.option.non_local_source_routing", "Non-Local Source Routing", names: EnabledDisabled)),
            new(22, Kind.Number, P.UInt16("dhcp.option.max_datagram_reassembly_size", "Maximum Datagram Reassembly Size")),
            new(23, Kind.Number, P.UInt8("dhcp.option.default_ip_ttl", "Default IP Time-to-Live")),
            new(24, Kind.Seconds, P.UInt32("dhcp.option.path_mtu_aging_timeout", "Path MTU Aging Timeout")),
            new(25, Kind.Numbers, P.UInt16("dhcp.option.path_mtu_plateau_table_item", "Path MTU Plateau Table Item")),
            new(26, Kind.Number, P.UInt16("dhcp.option.interface_mtu", "Interface MTU")),
            new(27, Kind.Flag, P.Flag("dhcp.option.all_subnets_are_local", "All Subnets are Local", names: ValueNames.YesNo)),
            new(28, Kind.Address, P.IPv4("dhcp.option.broadcast_address", "Broadcast Address")),
            new(29, Kind.Flag, P.Flag("dhcp.option.perform_mask_discovery", "Perform Mask Discovery", names: EnabledDisabled)),
            new(30, Kind.Flag, P.Flag("dhcp.option.mask_supplier", "Mask Supplier", names: ValueNames.YesNo)),
            new(31, Kind.Flag, P.Flag("dhcp.option.perform_router_discover", "Perform Router Discover", names: EnabledDisabled)),
            new(32, Kind.Address, P.IPv4("dhcp.option.router_solicitation_address", "Router Solicitation Address")),
            new(34, Kind.Flag, P.Flag("dhcp.option.trailer_encapsulation", "Trailer Encapsulation", names: EnabledDisabled)),
            new(35, Kind.Seconds, P.UInt32("dhcp.option.arp_cache_timeout", "ARP Cache Timeout")),
            new(36, Kind.Flag, P.Flag("dhcp.option.ethernet_encapsulation", "Ethernet Encapsulation", names: EnabledDisabled)),
            new(37, Kind.Number, P.UInt8("dhcp.option.tcp_default_ttl", "TCP Default TTL")),
            new(38, Kind.Seconds, P.UInt32("dhcp.option.tcp_keepalive_interval", "TCP Keepalive Interval")),
            new(39, Kind.Flag, P.Flag("dhcp.option.tcp_keepalive_garbage", "TCP Keepalive Garbage", names: EnabledDisabled)),
            new(40, Kind.Text, P.StringZ("dhcp.option.nis_domain", "Network Information Service Domain")),
            new(41, Kind.Addresses, P.IPv4("dhcp.option.nis_server", "Network Information Service Server")),
            new(42, Kind.Addresses, P.IPv4("dhcp.option.ntp_server", "Network Time Protocol Server")),
            new(44, Kind.Addresses, P.IPv4("dhcp.option.netbios_over_tcpip_name_server", "NetBIOS over TCP/IP Name Server")),
            new(45, Kind.Addresses, P.IPv4("dhcp.option.netbios_over_tcpip_dd_name_server", "NetBIOS over TCP/IP Datagram Distribution Name Server")),
            new(46, Kind.Number, P.UInt8("dhcp.option.netbios_over_tcpip_node_type", "NetBIOS over TCP/IP Node Type", names: NodeTypes)),
            new(47, Kind.Text, P.StringZ("dhcp.option.netbios_over_tcpip_scope", "NetBIOS over TCP/IP Scope")),
            new(48, Kind.Addresses, P.IPv4("dhcp.option.xwindows_system_font_server", "X Window System Font Server")),
            new(49, Kind.Addresses, P.IPv4("dhcp.option.xwindows_system_display_manager", "X Window System Display Manager")),
            new(50, Kind.Address, P.IPv4("dhcp.option.requested_ip_address", "Requested IP Address")),
            new(51, Kind.Seconds, P.UInt32("dhcp.option.ip_address_lease_time", "IP Address Lease Time")),
            new(54, Kind.Address, P.IPv4("dhcp.option.dhcp_server_id", "DHCP Server Identifier")),
            new(56, Kind.Text, P.StringZ("dhcp.option.message", "Message")),
            new(57, Kind.Number, P.UInt16("dhcp.option.dhcp_max_message_size", "Maximum DHCP Message Size")),
            new(58, Kind.Seconds, P.UInt32("dhcp.option.renewal_time_value", "Renewal Time Value")),
            new(59, Kind.Seconds, P.UInt32("dhcp.option.rebinding_time_value", "Rebinding Time Value")),
            new(60, Kind.Text, P.StringZ("dhcp.option.vendor_class_id", "Vendor class identifier")),
            new(64, Kind.Text, P.StringZ("dhcp.option.nis_plus_domain", "Network Information Service+ Domain")),
            new(65, Kind.Addresses, P.IPv4("dhcp.option.nis_plus_server", "Network Information Service+ Server")),
            new(66, Kind.Text, P.StringZ("dhcp.option.tftp_server_name", "TFTP Server Name")),
            new(67, Kind.Text, P.StringZ("dhcp.option.bootfile_name", "Bootfile name")),
            new(68, Kind.Addresses, P.IPv4("dhcp.option.mobile_ip_home_agent", "Mobile IP Home Agent")),
            new(69, Kind.Addresses, P.IPv4("dhcp.option.smtp_server", "SMTP Server")),
            new(70, Kind.Addresses, P.IPv4("dhcp.option.pop3_server", "POP3 Server")),
            new(71, Kind.Addresses, P.IPv4("dhcp.option.nntp_server", "NNTP Server")),
            new(72, Kind.Addresses, P.IPv4("dhcp.option.default_www_server", "Default WWW Server")),
            new(73, Kind.Addresses, P.IPv4("dhcp.option.default_finger_server", "Default Finger Server")),
            new(74, Kind.Addresses, P.IPv4("dhcp.option.default_irc_server", "Default IRC Server")),
            new(75, Kind.Addresses, P.IPv4("dhcp.option.streettalk_server", "StreetTalk Server")),
            new(76, Kind.Addresses, P.IPv4("dhcp.option.streettalk_da_server", "StreetTalk Directory Assistance Server")),
            new(85, Kind.Addresses, P.IPv4("dhcp.option.novell_dss.ip", "IP Address")),
            new(86, Kind.Text, P.StringZ("dhcp.option.novell_ds_tree_name", "Novell Directory Services Tree Name")),
            new(87, Kind.Text, P.StringZ("dhcp.option.novell_ds_context", "Novell Directory Services Context")),
            new(91, Kind.Seconds, P.UInt32("dhcp.option.client_last_transaction_time", "Client last transaction time")),
            new(92, Kind.Addresses, P.IPv4("dhcp.option.associated_ip_option", "Associated IP option")),
            new(93, Kind.Numbers, P.UInt16("dhcp.option.client_system_architecture", "Client System Architecture", names: Architectures)),
            new(100, Kind.Text, P.String("dhcp.option.tz_pcode", "TZ PCode")),
            new(101, Kind.Text, P.String("dhcp.option.tz_tcode", "TZ TCode")),
            new(112, Kind.Addresses, P.IPv4("dhcp.option.netinfo_parent_server_address", "NetInfo Parent Server Address")),
            new(113, Kind.Text, P.StringZ("dhcp.option.netinfo_parent_server_tag", "NetInfo Parent Server Tag")),
            new(114, Kind.Text, portal),
            new(116, Kind.Number, P.UInt8("dhcp.option.dhcp_auto_configuration", "DHCP Auto-Configuration", names: AutoConfiguration)),
            new(118, Kind.Addresses, P.IPv4("dhcp.option.subnet_selection_option", "Subnet Selection Option")),
            new(136, Kind.Addresses, P.IPv4("dhcp.option.pana_agent", "PAA IPv4 Address")),
            new(137, Kind.Text, P.StringZ("dhcp.option.lost_server_domain_name", "LoST Server Domain Name")),
            new(138, Kind.Addresses, P.IPv4("dhcp.option.capwap_access_controller", "CAPWAP Access Controllers")),
            new(142, Kind.Addresses, P.IPv4("dhcp.option.andsf_server", "ANDSF Server")),
            new(150, Kind.Addresses, P.IPv4("dhcp.option.tftp_server_address", "TFTP Server Address")),
            new(152, Kind.Date, P.AbsoluteTime("dhcp.option.bulk_lease.base_time", "Base Time")),
            new(153, Kind.Seconds, P.UInt32("dhcp.option.bulk_lease.start_time_of_state", "Start Time Of State")),
            new(154, Kind.Date, P.AbsoluteTime("dhcp.option.bulk_lease.query_start_time", "Query Start Time")),
            new(155, Kind.Date, P.AbsoluteTime("dhcp.option.bulk_lease.query_end_time", "Query End Time")),
            new(156, Kind.Number, P.UInt8("dhcp.option.bulk_lease.dhcp_state", "Dhcp State", names: LeaseStates)),
            new(157, Kind.Flag, P.Flag("dhcp.option.bulk_lease.data_source", "Data Source", names: RemoteLocal)),
            new(160, Kind.Text, portal),
            new(161, Kind.Text, P.String("dhcp.option.mudurl", "MUDURL")),
            new(209, Kind.Text, P.String("dhcp.option.pxe_config_file", "PXELINUX configuration file")),
            new(210, Kind.Text, P.String("dhcp.option.pxe_path_prefix", "PXELINUX path prefix")),
            new(252, Kind.Text, P.StringZ("dhcp.option.private_proxy_autodiscovery", "Private/Proxy autodiscovery")),
            new(21, Kind.AddressPairs, P.IPv4("dhcp.option.policy_filter.ip", "IP Address"), P.IPv4("dhcp.option.policy_filter.subnet_mask", "Subnet Mask")),
            new(33, Kind.AddressPairs, P.IPv4("dhcp.option.static_route.ip", "Destination IP Address"), P.IPv4("dhcp.option.static_route.router", "Destination Router")),
            .. Array.ConvertAll(Special, code => new Row(code, Kind.Special)),
        ];
    }

    /// <summary>Adds every option up to the end option or <paramref name="limit"/>; returns the offset behind the last.</summary>
    public int AddAll(Packet p, in View v, in DhcpArea area, int at, int limit, out bool ended)
    {
        ended = false;
        while (at < limit && !ended)
        {
            byte code = v.U8(at);
            if (code == DhcpOption.Pad)
            {
                int run = at + 1;
                while (run < limit && v.Has(run, 1) && v.U8(run) == DhcpOption.Pad)
                {
                    run++;
                }

                var pad = Open(p, v, area.Tree, at, run - at, code);
                p.Add(pad, padding, v, at, run - at);
                at = run;
            }
            else if (code == DhcpOption.End)
            {
                p.Add(Open(p, v, area.Tree, at, 1, code), end, v, at);
                at++;
                ended = true;
            }
            else
            {
                int size = v.U8(at + 1);
                var node = Open(p, v, area.Tree, at, size + 2, code);
                p.Add(node, length, v, at + 1);
                Value(p, v, area, node, byCode[code], code, at + 2, size);
                at += size + 2;
            }
        }

        return at;
    }

    /// <summary>Adds what follows the end option.</summary>
    public void AddPadding(Packet p, in View v, Node tree, int at, int size) => p.Add(tree, padding, v, at, size);

    Node Open(Packet p, in View v, Node tree, int at, int size, byte code)
    {
        // As in tshark, the end option's own number is not the item's value.
        var node = p.AddUInt(tree, type, v, at, size, code == DhcpOption.End ? 0u : code);
        p.Label(node, $"Option: ({code}) {DhcpOption.Name(code)}");
        return node;
    }

    void Value(Packet p, in View v, in DhcpArea area, Node node, Row row, byte code, int at, int size)
    {
        v.Ensure(at, size);
        if (size > 0)
        {
            var raw = p.Add(node, value, v, at, size);
            if (row.Kind != Kind.Bytes)
            {
                p.Hidden(raw);
            }
        }

        switch (row.Kind)
        {
            case Kind.Address when IsLength(p, v, node, at, size, 4):
                p.AppendLabel(node, $" ({Address.IPv4(v.U32(at))})");
                p.Add(node, row.Field!, v, at);
                break;
            case Kind.Number when IsLength(p, v, node, at, size, row.Field!.Type.Size()):
            case Kind.Date when IsDate(p, v, node, at, size):
                p.Add(node, row.Field!, v, at);
                break;
            case Kind.Flag when IsLength(p, v, node, at, size, 1):
                p.AddFlag(node, row.Field!, v, at, 1, v.U8(at) != 0);
                break;
            case Kind.Seconds when IsLength(p, v, node, at, size, 4):
                Seconds(p, v, node, row.Field!, at);
                break;
            case Kind.Addresses or Kind.Numbers or Kind.AddressPairs:
                List(p, v, node, row, at, size);
                break;
            case Kind.Text:
                p.AddString(node, row.Field!, v, at, size, TextEncoding.Ascii);
                break;
            case Kind.Special:
                Form(p, v, area, node, code, at, size);
                break;
            default:
                break;
        }
    }

    bool IsLength(Packet p, in View v, Node node, int at, int size, int expected)
    {
        if (size == expected)
        {
            return true;
        }

        p.Expert(node, badLength, v, at, size, $"length isn't {expected}");
        return false;
    }

    bool IsAtLeast(Packet p, in View v, Node node, int at, int size, int expected)
    {
        if (size >= expected)
        {
            return true;
        }

        p.Expert(node, badLength, v, at, size, $"length isn't >= {expected}");
        return false;
    }

    bool IsDate(Packet p, in View v, Node node, int at, int size)
    {
        if (size == 4)
        {
            return true;
        }

        p.Expert(node, badLength, v, at, size, $"length must be 4");
        return false;
    }

    void List(Packet p, in View v, Node node, Row row, int at, int size)
    {
        int each = row.Field!.Type.Size() * (row.Second is null ? 1 : 2);
        int last = at + size;
        for (; at + each <= last; at += each)
        {
            p.Add(node, row.Field, v, at);
            if (row.Second is not null)
            {
                p.Add(node, row.Second, v, at + (each / 2));
            }
        }

        if (at < last)
        {
            p.Expert(node, badLength, v, at, last - at, $"Option length isn't a multiple of {each}");
        }
    }

    /// <summary>As a resolver's times, but each part of a negative span has the sign.</summary>
    static ReadOnlySpan<byte> SignedDuration(Utf8Text text, int seconds)
    {
        var plain = Dns.DnsItems.Duration(text, (uint)Math.Abs((long)seconds));
        if (seconds >= 0)
        {
            return plain;
        }

        text.Insert(0, "-"u8);
        return text.Bytes;
    }

    /// <summary>A number of seconds, told in days, hours and minutes, too; a time offset (RFC 2132 section 3.4) may be negative.</summary>
    static void Seconds(Packet p, in View v, Node node, Field field, int at)
    {
        var item = p.Add(node, field, v, at);
        if (!item.IsWanted || !p.WantsTree)
        {
            return;
        }

        uint raw = v.U32(at);
        if (field.Type.IsSigned())
        {
            p.Label(item, $"{field.Label}: ({(int)raw}s) {SignedDuration(p.Scratch, (int)raw)}");
        }
        else if (raw == uint.MaxValue)
        {
            p.Label(item, $"{field.Label}: ({raw}s) infinity");
        }
        else
        {
            p.Label(item, $"{field.Label}: ({raw}s) {Dns.DnsItems.Duration(p.Scratch, raw)}");
        }
    }
}
