using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Dns;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dhcp;

/// <content>Options whose value has a form of its own.</content>
sealed partial class DhcpOptions
{
    static readonly byte[] Special = [43, 52, 53, 55, 61, 77, 78, 79, 80, 81, 82, 90, 94, 97, 117, 119, 120, 121, 124, 125, 145, 146, 151, 159, 212, 249];

    static readonly ValueNames OverloadNames = ValueNames.Of(() => [
        (1, "Boot file name holds options"), (2, "Server host name holds options"), (3, "Boot file and server host names hold options")]);

    static readonly ValueNames NameServices = ValueNames.Of(() => [
        (0, "Local naming information (e.g., an /etc/hosts file on a UNIX machine)"), (6, "Domain Name Server Option"), (41, "Network Information Servers Option"),
        (44, "NetBIOS over TCP/IP Name Server Option"), (65, "Network Information Service+ Servers Option")]);

    readonly Field messageType, overload, requested, vendorValue, fqdnFlags, fqdnReserved, fqdnN, fqdnE, fqdnO, fqdnS, fqdnA, fqdnPtr, fqdnName;
    readonly Field userClass, userClassLength, userClassData, userClassText, slpKind, slpAddress, scopeKind, scope, networkMajor, networkMinor;
    readonly Field nameService, domain, sipEncoding, sipName, sipAddress, route, nonce, rdnssReserved, rdnssPreference, rdnssFirst, rdnssSecond, rdnssDomain;
    readonly Field status, statusMessage, portOffset, portLength, portId, sixMask, sixPrefixLength, sixPrefix, sixRelay;
    readonly Field authProtocol, authDelay, authAlgorithm, authRdm, authReplay, authSecret, authHash, authInformation;
    readonly Field classEnterprise, classLength, classData, classMode, vendorEnterprise, vendorLength, vendorSuboption, vendorData;
    readonly Expert nonStandard, fileEndMissing, nameEndMissing, badNameService, badSip, badRoute, badSixRd;
    readonly DhcpClientId clientId;
    readonly DhcpRelayAgent relayAgent;

    /// <summary>Declares the options' fields.</summary>
    public DhcpOptions(Protocol P, ValueNames hardwareNames, Field hardwareType, Field mac)
    {
        type = P.UInt8("dhcp.option.type", "Option");
        length = P.UInt8("dhcp.option.length", "Length");
        var suboptionLength = P.UInt8("dhcp.option.suboption_length", "Length");
        value = P.Bytes("dhcp.option.value", "Value");
        padding = P.Bytes("dhcp.option.padding", "Padding");
        end = P.UInt8("dhcp.option.end", "Option End");
        badLength = P.Expert("dhcp.bad_length", Severity.Error, ExpertGroup.Protocol, "length isn't 0");
        missingLength = P.Expert("dhcp.missing_subopt_length", Severity.Error, ExpertGroup.Protocol, "no room left in option for suboption length");
        missingValue = P.Expert("dhcp.missing_subopt_value", Severity.Error, ExpertGroup.Protocol, "no room left in option for suboption value");
        messageType = P.UInt8("dhcp.option.dhcp", "DHCP", names: MessageTypes);
        overload = P.UInt8("dhcp.option.option_overload", "Option Overload", names: OverloadNames);
        fileEndMissing = P.Expert("dhcp.option.option_overload.file_end_missing", Severity.Error, ExpertGroup.Protocol, "file overload end option missing");
        nameEndMissing = P.Expert("dhcp.option.option_overload.sname_end_missing", Severity.Error, ExpertGroup.Protocol, "sname overload end option missing");
        requested = P.UInt8("dhcp.option.request_list_item", "Parameter Request List Item");
        vendorValue = P.Bytes("dhcp.option.vendor.value", "Value");
        fqdnFlags = P.UInt8("dhcp.fqdn.flags", "Flags", FieldBase.Hex);
        fqdnReserved = P.UInt8("dhcp.fqdn.mbz", "Reserved flags", FieldBase.Hex, mask: 0xf0);
        fqdnN = P.Flag("dhcp.fqdn.n", "Server DDNS", 8, 8, ValueNames.Flag("No server updates", "Some server updates"));
        fqdnE = P.Flag("dhcp.fqdn.e", "Encoding", 8, 4, ValueNames.Flag("Binary encoding", "ASCII encoding"));
        fqdnO = P.Flag("dhcp.fqdn.o", "Server overrides", 8, 2, ValueNames.Flag("Override", "No override"));
        fqdnS = P.Flag("dhcp.fqdn.s", "Server", 8, 1, ValueNames.Flag("Server", "Client"));
        fqdnA = P.UInt8("dhcp.fqdn.rcode1", "A-RR result");
        fqdnPtr = P.UInt8("dhcp.fqdn.rcode2", "PTR-RR result");
        fqdnName = P.String("dhcp.fqdn.name", "Client name");
        userClass = P.UInt8("dhcp.option.user_class", "Instance of User Class");
        userClassLength = P.UInt8("dhcp.option.user_class.length", "User Class Length");
        userClassData = P.Bytes("dhcp.option.user_class.data", "User Class Data");
        userClassText = P.String("dhcp.option.user_class.text", "User Class Data (Text)");
        nonStandard = P.Expert("dhcp.option.nonstd_data", Severity.Note, ExpertGroup.Protocol, "Non standard compliant option data");
        slpKind = P.UInt8("dhcp.option.slp_directory_agent.value", "Value", names: ValueNames.Of(() => [(0, "Dynamic Discovery"), (1, "Static Discovery"), (128, "Backwards compatibility")]));
        slpAddress = P.IPv4("dhcp.option.slp_directory_agent.slpda_address", "IP Address");
        scopeKind = P.UInt8("dhcp.option.slp_service_scope.value", "Value", names: ValueNames.Of(() => [(0, "Preferred Scope"), (1, "Mandatory Scope")]));
        scope = P.StringZ("dhcp.option.slp_service_scope.string", "SLP Service Scope");
        networkMajor = P.UInt8("dhcp.client_network_id_major", "Major Version");
        networkMinor = P.UInt8("dhcp.client_network_id_minor", "Minor Version");
        nameService = P.StringZ("dhcp.option.dhcp_name_service_search_option", "Name Service");
        badNameService = P.Expert("dhcp.option.dhcp_name_service.invalid", Severity.Error, ExpertGroup.Protocol, "Invalid Name Service");
        domain = P.StringZ("dhcp.option.dhcp_dns_domain_search_list_fqdn", "FQDN");
        sipEncoding = P.UInt8("dhcp.option.sip_server.encoding", "SIP Server Encoding", names: ValueNames.Of(() => [(0, "Fully Qualified Domain Name"), (1, "IPv4 Address")]));
        sipName = P.StringZ("dhcp.option.sip_server.name", "SIP Server Name");
        sipAddress = P.IPv4("dhcp.option.sip_server.address", "SIP Server Address");
        badSip = P.Expert("dhcp.option.sip_server_address.encoding", Severity.Error, ExpertGroup.Protocol, "RFC 3361 defines only 0 and 1 for Encoding byte");
        route = P.Bytes("dhcp.option.classless_static_route", "Subnet/MaskWidth-Router");
        badRoute = P.Expert("dhcp.option.classless_static.route", Severity.Error, ExpertGroup.Protocol, "Mask width > 32");
        nonce = P.UInt8("dhcp.option.forcerenew_nonce.algorithm", "Algorithm", names: ValueNames.Of(() => [(1, "HMAC-MD5")]));
        rdnssReserved = P.UInt8("dhcp.option.rdnss.reserved", "Reserved", FieldBase.Hex, mask: 0xfc);
        rdnssPreference = P.UInt8("dhcp.option.rdnss.preference", "Preference", names: ValueNames.Of(() => [(0, "Medium"), (1, "High"), (2, "Reserved"), (3, "Low")]), mask: 3);
        rdnssFirst = P.IPv4("dhcp.option.rdnss.primary_dns", "Primary DNS");
        rdnssSecond = P.IPv4("dhcp.option.rdnss.secondary_dns", "Secondary DNS");
        rdnssDomain = P.String("dhcp.option.rdnss.domain", "Domains and networks");
        status = P.UInt8("dhcp.option.bulk_lease.status_code", "Status Code", names: ValueNames.Of(() => [(0, "Success"), (1, "UpsecFail"), (2, "QueryTerminated"), (3, "MalformedQuery"), (4, "NotAllowed")]));
        statusMessage = P.String("dhcp.option.bulk_lease.status_code_message", "Status Code Message");
        portOffset = P.UInt8("dhcp.option.portparams.offset", "Offset");
        portLength = P.UInt8("dhcp.option.portparams.psid_length", "PSID-Length");
        portId = P.Bytes("dhcp.option.portparams.psid", "PSID");
        sixMask = P.UInt8("dhcp.option.6RD.ipv4_mask_len", "6RD IPv4 Mask Length");
        sixPrefixLength = P.UInt8("dhcp.option.6RD.prefix_len", "6RD Prefix Length");
        sixPrefix = P.IPv6("dhcp.option.6RD.prefix", "6RD Prefix");
        sixRelay = P.IPv4("dhcp.option.6RD.border_relay_ip", "Border Relay IP");
        badSixRd = P.Expert("dhcp.option.6RD.malformed", Severity.Error, ExpertGroup.Protocol, "6RD: malformed option");
        authProtocol = P.UInt8("dhcp.option.dhcp_authentication.protocol", "Protocol", names: ValueNames.Of(() => [(0, "configuration token"), (1, "delayed authentication")]));
        authDelay = P.UInt8("dhcp.option.dhcp_authentication.alg_delay", "Delay Algorithm", names: ValueNames.Of(() => [(1, "HMAC_MD5")]));
        authAlgorithm = P.UInt8("dhcp.option.dhcp_authentication.algorithm", "Algorithm");
        authRdm = P.UInt8("dhcp.option.dhcp_authentication.rdm", "Replay Detection Method", names: ValueNames.Of(() => [(0, "Monotonically-increasing counter")]));
        authReplay = P.UInt64("dhcp.option.dhcp_authentication.rdm_replay_detection", "RDM Replay Detection Value", FieldBase.Hex);
        authSecret = P.UInt32("dhcp.option.dhcp_authentication.secret_id", "Secret ID", FieldBase.Hex);
        authHash = P.Bytes("dhcp.option.dhcp_authentication.hmac_md5_hash", "HMAC MD5 Hash");
        authInformation = P.StringZ("dhcp.option.dhcp_authentication.information", "Authentication Information");
        classEnterprise = P.UInt32("dhcp.option.vi_class.enterprise", "Enterprise", names: DhcpEnterprises.Names);
        classLength = P.UInt8("dhcp.option.vi_class.length", "CableLab Address Mode");
        classData = P.StringZ("dhcp.option.vi_class.data", "NetInfo Parent Server Tag");
        classMode = P.UInt8("dhcp.option.vi_class.cl_address_mode", "CableLab Address Mode");
        vendorEnterprise = P.UInt32("dhcp.option.vi.enterprise", "Enterprise", names: DhcpEnterprises.Names);
        vendorLength = P.UInt8("dhcp.option.vi.length", "Length");
        vendorSuboption = P.UInt8("dhcp.vendor.suboption", "Option 125 Suboption");
        vendorData = P.Bytes("dhcp.vendor.data", "Data");
        clientId = new(P, hardwareNames, hardwareType, mac);
        relayAgent = new(P, suboptionLength, missingLength, missingValue);
        SuboptionLength = suboptionLength;
        foreach (var row in Table(P))
        {
            byCode[row.Code] = row;
        }
    }

    Field SuboptionLength { get; }

    void Form(Packet p, in View v, in DhcpArea area, Node node, byte code, int at, int size)
    {
        switch (code)
        {
            case DhcpOption.VendorSpecific:
                p.Add(node, vendorValue, v, at, size);
                break;
            case DhcpOption.Overload when IsAtLeast(p, v, node, at, size, 1):
                Overload(p, v, area, node, at);
                break;
            case DhcpOption.MessageType when size > 0:
                MessageType(p, v, area, node, at);
                break;
            case DhcpOption.ParameterRequestList:
                for (int i = at; i < at + size; i++)
                {
                    byte item = v.U8(i);
                    p.Label(p.Add(node, requested, v, i), $"Parameter Request List Item: ({item}) {DhcpOption.Name(item)}");
                }

                break;
            case DhcpOption.ClientIdentifier when size > 0:
                clientId.Add(p, v, node, at, size);
                break;
            case 77 when IsAtLeast(p, v, node, at, size, 2):
                UserClasses(p, v, node, at, size);
                break;
            case 78 when IsAtLeast(p, v, node, at, size, 1):
                p.Add(node, slpKind, v, at);
                List(p, v, node, new(code, Kind.Addresses, slpAddress), at + 1, size - 1);
                break;
            case 79 when IsAtLeast(p, v, node, at, size, 1):
                p.Add(node, scopeKind, v, at);
                p.AddString(node, scope, v, at + 1, size - 1, TextEncoding.Ascii);
                break;
            case DhcpOption.ClientName when IsAtLeast(p, v, node, at, size, 3):
                ClientName(p, v, node, at, size);
                break;
            case DhcpOption.RelayAgent when IsAtLeast(p, v, node, at, size, 1):
                relayAgent.Add(p, v, node, at, size);
                break;
            case 90 when IsAtLeast(p, v, node, at, size, 11):
                Authentication(p, v, area, node, at, size);
                break;
            case 94 when size > 0 && v.U8(at) == 1 && size >= 3:
                p.AddAll(node, v, at + 1, networkMajor, networkMinor);
                break;
            case 97 when size > 0:
                clientId.AddUuid(p, v, node, at, size);
                break;
            case 117 when IsAtLeast(p, v, node, at, size, 2):
                NameServiceOrder(p, v, node, at, size);
                break;
            case DhcpOption.DomainSearch:
                Domains(p, v.Part(at, size), node, domain, 0, size);
                break;
            case 120 when IsAtLeast(p, v, node, at, size, 1):
                Sip(p, v, node, at, size);
                break;
            case DhcpOption.ClasslessRoutes or 249 when IsAtLeast(p, v, node, at, size, 5):
                Routes(p, v, node, at, size);
                break;
            case 124:
                VendorClasses(p, v, node, at, size);
                break;
            case 125:
                VendorOptions(p, v, node, at, size);
                break;
            case 145:
                for (int i = at; i < at + size; i++)
                {
                    p.Add(node, nonce, v, i);
                }

                break;
            case 146 when size >= 10:
                p.AddAll(node, v, at, rdnssReserved, rdnssPreference, rdnssFirst, rdnssSecond);
                Domains(p, v.Part(at + 9, size - 9), node, rdnssDomain, 0, size - 9);
                break;
            case 151 when IsAtLeast(p, v, node, at, size, 1):
                p.Add(node, status, v, at);
                if (size > 1)
                {
                    p.AddString(node, statusMessage, v, at + 1, size - 1, TextEncoding.Ascii);
                }

                break;
            case 159 when IsDate(p, v, node, at, size):
                p.AddAll(node, v, at, portOffset, portLength);
                p.Add(node, portId, v, at + 2, 2);
                break;
            case 212:
                SixRd(p, v, node, at, size);
                break;
            default:
                break;
        }
    }

    void MessageType(Packet p, in View v, in DhcpArea area, Node node, int at)
    {
        byte number = v.U8(at);
        if (MessageTypes.Find(number) is { } name)
        {
            p.AppendLabel(node, $" ({name})");
            p.AppendLabel(area.Root, $" ({name})");
        }
        else
        {
            p.AppendLabel(node, $" (Unknown Message Type (0x{number:x2}))");
            p.AppendLabel(area.Root, $" (Unknown Message Type (0x{number:x2}))");
        }

        p.Add(node, messageType, v, at);
    }

    /// <summary>RFC 2132 section 9.3: the server name's and the file's room hold options, too.</summary>
    void Overload(Packet p, in View v, in DhcpArea area, Node node, int at)
    {
        const int ServerNameAt = 44, FileAt = 108, CookieAt = 236;
        byte which = v.U8(at);
        p.Add(node, overload, v, at);
        if (area.Tree.IsWanted && node.IsWanted && v.U8(at - 2) == DhcpOption.Overload && at < CookieAt)
        {
            // An overload inside an overloaded area is ignored.
            return;
        }

        if ((which & 2) != 0 && at > CookieAt)
        {
            var branch = p.AddText(node, v, ServerNameAt, FileAt - ServerNameAt, "Server host name option overload");
            AddAll(p, v, area with { Tree = branch }, ServerNameAt, FileAt, out bool ended);
            if (!ended)
            {
                p.Expert(branch, nameEndMissing, v, 0, 0);
            }
        }

        if ((which & 1) != 0 && at > CookieAt)
        {
            var branch = p.AddText(node, v, FileAt, CookieAt - FileAt, "Boot file name option overload");
            AddAll(p, v, area with { Tree = branch }, FileAt, CookieAt, out bool ended);
            if (!ended)
            {
                p.Expert(branch, fileEndMissing, v, 0, 0);
            }
        }
    }

    /// <summary>RFC 4702.</summary>
    void ClientName(Packet p, in View v, Node node, int at, int size)
    {
        byte flags = v.U8(at);
        var item = p.Add(node, fqdnFlags, v, at);
        p.AppendLabel(item, $"{((flags & 8) != 0 ? ", Server DDNS" : "")}{((flags & 4) != 0 ? ", Encoding" : "")}{((flags & 2) != 0 ? ", Server overrides" : "")}{((flags & 1) != 0 ? ", Server" : "")}");
        foreach (var field in (ReadOnlySpan<Field>)[fqdnReserved, fqdnN, fqdnE, fqdnO, fqdnS])
        {
            p.Add(item, field, v, at, 1);
        }

        p.AddAll(node, v, at + 1, fqdnA, fqdnPtr);
        if (size == 3)
        {
            return;
        }

        if ((flags & 4) != 0)
        {
            Span<byte> room = stackalloc byte[DnsName.Room];
            var name = new DnsName(room);
            name.Read(p, v.Part(at + 3, size - 3), 0);
            p.AddString(node, fqdnName, v, at + 3, size - 3, name.Text);
        }
        else
        {
            p.AddString(node, fqdnName, v, at + 3, size - 3, TextEncoding.Ascii);
        }
    }

    /// <summary>RFC 3004, and what many clients send in its place: plain text.</summary>
    void UserClasses(Packet p, in View v, Node node, int at, int size)
    {
        int last = at + size, instance = 0;
        for (int i = at; i < last; i += v.U8(i) + 1)
        {
            if (i + 1 + v.U8(i) > last)
            {
                p.Expert(p.AddString(node, userClassText, v, at, size, TextEncoding.Ascii), nonStandard, v, at, size);
                return;
            }
        }

        while (at < last)
        {
            int count = v.U8(at);
            var item = p.AddUInt(node, userClass, v, at, count + 1, (uint)instance);
            p.Label(item, $"Instance of User Class: [{instance}]");
            var lengthItem = p.Add(item, userClassLength, v, at);
            if (count == 0)
            {
                p.Expert(lengthItem, badLength, v, at, 1, $"UC_Len_{instance} isn't >= 1 (UC_Len_{instance} = 0)");
                return;
            }

            p.Add(item, userClassData, v, at + 1, count);
            at += count + 1;
            instance++;
        }
    }

    /// <summary>RFC 3118.</summary>
    void Authentication(Packet p, in View v, in DhcpArea area, Node node, int at, int size)
    {
        byte protocol = v.U8(at), algorithm = v.U8(at + 1);
        p.Add(node, authProtocol, v, at);
        p.Add(node, protocol == 1 ? authDelay : authAlgorithm, v, at + 1);
        p.AddAll(node, v, at + 2, authRdm, authReplay);
        int rest = size - 11;
        if (protocol == 1 && algorithm == 1)
        {
            // A client that discovers servers has nothing to authenticate with yet (RFC 3118 section 5.3).
            if (rest >= 20 && area.Type != 1)
            {
                p.Add(node, authSecret, v, at + 11);
                p.Add(node, authHash, v, at + 15, 16);
            }
        }
        else if (rest > 0)
        {
            p.AddString(node, authInformation, v, at + 11, rest, TextEncoding.Ascii);
        }
    }

    /// <summary>RFC 2937.</summary>
    void NameServiceOrder(Packet p, in View v, Node node, int at, int size)
    {
        if (size % 2 != 0)
        {
            p.Expert(node, badLength, v, at, size, $"length ({size}) isn't even number");
            return;
        }

        for (int last = at + size; at < last; at += 2)
        {
            ushort number = v.U16(at);
            if (NameServices.Find(number) is { } name)
            {
                p.Label(p.AddString(node, nameService, v, at, 2, name), $"Name Service: {name} ({number})");
            }
            else
            {
                p.Expert(node, badNameService, v, at, 2, $"Invalid Name Service ({number}). RFC 2937 defines only 0, 6, 41, 44, and 65 as possible values.");
            }
        }
    }

    static void Domains(Packet p, in View data, Node node, Field field, int at, int size)
    {
        Span<byte> room = stackalloc byte[DnsName.Room];
        while (at < size)
        {
            var name = new DnsName(room);
            int taken = name.Read(p, data, at);
            p.AddString(node, field, data, at, taken, name.Text);
            at += taken;
        }
    }

    /// <summary>RFC 3361.</summary>
    void Sip(Packet p, in View v, Node node, int at, int size)
    {
        byte encoding = v.U8(at);
        var item = p.Add(node, sipEncoding, v, at);
        if (encoding == 0)
        {
            Domains(p, v.Part(at + 1, size - 1), node, sipName, 0, size - 1);
        }
        else if (encoding == 1)
        {
            List(p, v, node, new(120, Kind.Addresses, sipAddress), at + 1, size - 1);
        }
        else
        {
            p.Expert(item, badSip, v, at, 1, $"RFC 3361 defines only 0 and 1 for Encoding byte (Encoding = {encoding}).");
        }
    }

    /// <summary>RFC 3442: only as many octets of the subnet as its mask covers.</summary>
    void Routes(Packet p, in View v, Node node, int at, int size)
    {
        for (int last = at + size; at < last;)
        {
            int width = v.U8(at), octets = (width + 7) / 8;
            if (width > 32)
            {
                p.Expert(node, badRoute, v, at, 1, $"Mask width ({width}) > 32");
                return;
            }

            uint subnet = 0;
            for (int i = 0; i < 4; i++)
            {
                subnet = (subnet << 8) | (i < octets ? v.U8(at + 1 + i) : 0u);
            }

            var router = Address.IPv4(v.U32(at + 1 + octets));
            var item = p.Add(node, route, v, at, octets + 5);
            if (width == 0)
            {
                p.Label(item, $" default-{router}");
            }
            else
            {
                p.Label(item, $" {Address.IPv4(subnet)}/{width}-{router}");
            }

            at += octets + 5;
        }
    }

    /// <summary>RFC 3925 section 3.</summary>
    void VendorClasses(Packet p, in View v, Node node, int at, int size)
    {
        if (size == 1)
        {
            p.Add(node, classMode, v, at);
            return;
        }

        for (int last = at + size; at < last;)
        {
            if (last - at < 5)
            {
                p.Expert(node, badLength, v, at, last - at, $"length < 5");
                return;
            }

            int count = v.U8(at + 4);
            p.AddAll(node, v, at, classEnterprise, classLength);
            at += 5;
            count = Math.Min(count, last - at);
            if (count > 0)
            {
                p.AddString(node, classData, v, at, count, TextEncoding.Ascii);
            }

            at += count;
        }
    }

    /// <summary>RFC 3925 section 4.</summary>
    void VendorOptions(Packet p, in View v, Node node, int at, int size)
    {
        for (int last = at + size; at < last;)
        {
            if (last - at < 5)
            {
                p.Expert(node, badLength, v, at, last - at, $"length < 5");
                return;
            }

            int count = v.U8(at + 4);
            var enterprise = p.Add(node, vendorEnterprise, v, at);
            p.Add(enterprise, vendorLength, v, at + 4);
            at += 5;
            for (int inner = Math.Min(at + count, last); at < inner;)
            {
                byte number = v.U8(at);
                var item = p.Add(enterprise, vendorSuboption, v, at);
                int room = inner - at - 2;
                if (room < 0)
                {
                    p.Expert(enterprise, missingLength, v, at, 1, $"Suboption {number}: no room left in option for suboption length");
                    return;
                }

                int bytes = v.U8(at + 1);
                p.SetLength(item, bytes + 2);
                p.Add(item, SuboptionLength, v, at + 1);
                if (bytes > room)
                {
                    p.Expert(item, missingValue, v, at, 1, $"Suboption {number}: no room left in option for suboption value");
                    return;
                }

                p.Add(item, vendorData, v, at + 2, bytes);
                at += bytes + 2;
            }
        }
    }

    /// <summary>RFC 5969 section 7.1.1.</summary>
    void SixRd(Packet p, in View v, Node node, int at, int size)
    {
        if (size < 22 || (size - 18) % 4 != 0)
        {
            p.Expert(node, badSixRd, v, at, size);
            return;
        }

        int next = p.AddAll(node, v, at, sixMask, sixPrefixLength, sixPrefix);
        List(p, v, node, new(212, Kind.Addresses, sixRelay), next, size - 18);
    }
}
