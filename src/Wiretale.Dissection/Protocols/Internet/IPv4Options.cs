using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 791 section 3.1 (options), RFC 1108 (security), FIPS 188 (commercial security), RFC 1191's predecessor RFC 1063 (MTU probe),
// RFC 1393 (traceroute), RFC 2113 (router alert), RFC 1770 (selective directed broadcast), RFC 4782 (quick-start).
//
//   +-+---+---------+---------------+-----------
//   |C|cls| number  |    Length     | data ...          length counts from the first byte; EOL and NOP are one byte
//   +-+---+---------+---------------+-----------

/// <summary>The options of an IPv4 header.</summary>
sealed class IPv4Options
{
    const byte EndOfList = 0, NoOperation = 1, RecordRoute = 7, MtuProbe = 11, MtuReply = 12, QuickStart = 25, TimeStamp = 68, Traceroute = 82, Security = 130,
        LooseRoute = 131, ExtendedSecurity = 133, Commercial = 134, StreamId = 136, StrictRoute = 137, RouterAlert = 148, DirectedBroadcast = 149;

    static readonly ValueNames QuickStartRates = ValueNames.Of(() => [(0, "0 bit/s"), (1, "80 Kbit/s"), (2, "160 Kbit/s"), (3, "320 Kbit/s"), (4, "640 Kbit/s"),
        (5, "1.28 Mbit/s"), (6, "2.56 Mbit/s"), (7, "5.12 Mbit/s"), (8, "10.24 Mbit/s"), (9, "20.48 Mbit/s"), (10, "40.96 Mbit/s"), (11, "81.92 Mbit/s"),
        (12, "163.84 Mbit/s"), (13, "327.68 Mbit/s"), (14, "655.36 Mbit/s"), (15, "1.31072 Gbit/s")]);

    static readonly ValueNames QuickStartFunctions = ValueNames.Of(() => [(0, "Rate request"), (8, "Rate report")]);
    static readonly ValueNames Alerts = ValueNames.Ranges(() => [(0, 0, "Router shall examine packet"), (1, 65535, "Reserved")]);
    static readonly ValueNames Protection = ValueNames.Flag("Datagram protected in accordance with its rules", "Datagram not protected in accordance with its rules");

    readonly Kind?[] kinds = new Kind?[256];
    readonly Field type, copy, optionClass, number, length, pointer, streamId, mtu, idNumber, outboundHops, returnHops, originator, alert, address, padding;
    readonly Field function, rate, quickTtl, quickTtlDiff, unused, nonce, quickReserved;
    readonly Field security, compartments, restrictions, transmission, classification, authority, authorityUnassigned, authorityEnd, formatCode, securityInfo;
    readonly Field[] authorities;
    readonly Field recorded, recordedHost, sourceRoute, sourceRouteHost, empty, emptyHost, tagType, domain, sensitivity, categories, tagData;
    readonly Field overflow, flag, timeStamp, timeStampAddress;
    readonly Expert badLength, beforeFirst, middle, tooLong, fourNops, badTag;

    public IPv4Options(Protocol p)
    {
        type = p.UInt8("ip.opt.type", "Type");
        copy = p.Field(FieldType.Boolean, "ip.opt.type.copy", "Copy on fragmentation", mask: 0x80, names: ValueNames.YesNo, bits: 8);
        optionClass = p.UInt8("ip.opt.type.class", "Class", FieldBase.Dec,
            ValueNames.Of(() => [(0, "Control"), (1, "Reserved for future use"), (2, "Debugging and measurement"), (3, "Reserved for future use")]), mask: 0x60);
        number = p.UInt8("ip.opt.type.number", "Number", FieldBase.Dec, ValueNames.Of(() => [
            (0, "End of Option List (EOL)"), (1, "No-Operation (NOP)"), (2, "Security"), (3, "Loose source route"), (4, "Time stamp"), (5, "Extended security"),
            (6, "Commercial IP security option"), (7, "Record route"), (8, "Stream identifier"), (9, "Strict source route"), (10, "Experimental Measurement"),
            (11, "MTU probe"), (12, "MTU Reply"), (13, "Experimental Flow Control"), (14, "Experimental Access Control"), (15, "Ask Estrin"),
            (16, "IMI Traffic Descriptor"), (17, "Extended Internet Protocol"), (18, "Traceroute"), (19, "Address Extension"), (20, "Router Alert"),
            (21, "Selective Directed Broadcast"), (22, "Unassigned"), (23, "Dynamic Packet State"), (24, "Upstream Multicast Packet"), (25, "Quick-Start"),
            (30, "RFC 3692-style experiment")]), mask: 0x1f);
        length = p.UInt8("ip.opt.len", "Length");
        pointer = p.UInt8("ip.opt.ptr", "Pointer");
        streamId = p.UInt16("ip.opt.sid", "Stream Identifier", blurb: "SATNET stream identifier");
        mtu = p.UInt16("ip.opt.mtu", "MTU");
        idNumber = p.UInt16("ip.opt.id_number", "ID Number");
        outboundHops = p.UInt16("ip.opt.ohc", "Outbound Hop Count");
        returnHops = p.UInt16("ip.opt.rhc", "Return Hop Count");
        originator = p.IPv4("ip.opt.originator", "Originator IP Address");
        alert = p.UInt16("ip.opt.ra", "Router Alert", FieldBase.Dec, Alerts);
        address = p.IPv4("ip.opt.addr", "IP Address");
        padding = p.Bytes("ip.opt.padding", "Padding");
        function = p.UInt8("ip.opt.qs_func", "Function", FieldBase.Dec, QuickStartFunctions, mask: 0xf0);
        rate = p.UInt8("ip.opt.qs_rate", "Rate", FieldBase.Dec, QuickStartRates, mask: 0x0f);
        quickTtl = p.UInt8("ip.opt.qs_ttl", "QS TTL");
        quickTtlDiff = p.UInt8("ip.opt.qs_ttl_diff", "TTL Diff");
        unused = p.UInt8("ip.opt.qs_unused", "Not Used");
        nonce = p.UInt32("ip.opt.qs_nonce", "QS Nonce", FieldBase.Hex, mask: 0xfffffffc);
        quickReserved = p.UInt32("ip.opt.qs_reserved", "Reserved", FieldBase.Hex, mask: 0x00000003);
        security = p.UInt16("ip.opt.sec_rfc791_sec", "Security", FieldBase.Hex, ValueNames.Of(() => [(0x0000, "Unclassified"), (0xf135, "Confidential"), (0x789a, "EFTO"),
            (0xbc4d, "MMMM"), (0x5e26, "PROG"), (0xaf13, "Restricted"), (0xd788, "Secret"), (0x6bc5, "Top secret"), (0x35e2, "Reserved"), (0x9af1, "Reserved"),
            (0x4d78, "Reserved"), (0x24bd, "Reserved"), (0x135e, "Reserved"), (0x89af, "Reserved"), (0xc4d6, "Reserved"), (0xe26b, "Reserved")]));
        compartments = p.UInt16("ip.opt.sec_rfc791_comp", "Compartments");
        restrictions = p.String("ip.opt.sec_rfc791_hr", "Handling Restrictions");
        transmission = p.String("ip.opt.sec_rfc791_tcc", "Transmission Control Code");
        classification = p.UInt8("ip.opt.sec_cl", "Classification Level", FieldBase.Hex, ValueNames.Of(() => [(0x01, "Reserved 4"), (0x3d, "Top secret"), (0x5a, "Secret"),
            (0x96, "Confidential"), (0x66, "Reserved 3"), (0xcc, "Reserved 2"), (0xab, "Unclassified"), (0xf1, "Reserved 1")]));
        authority = p.UInt8("ip.opt.sec_prot_auth_flags", "Protection Authority Flags", FieldBase.Hex);
        authorities =
        [
            Authority("genser", "GENSER", 0x80), Authority("siop_esi", "SIOP-ESI", 0x40), Authority("sci", "SCI", 0x20), Authority("nsa", "NSA", 0x10),
            Authority("doe", "DOE", 0x08), p.UInt8("ip.opt.sec_prot_auth_unassigned", "Unassigned", FieldBase.Hex, mask: 0x06),
        ];
        authorityUnassigned = p.UInt8("ip.opt.sec_prot_auth_unassigned", "Unassigned", FieldBase.Hex, mask: 0xfe);
        authorityEnd = p.Field(FieldType.Boolean, "ip.opt.sec_prot_auth_fti", "Field Termination Indicator", mask: 0x01,
            names: ValueNames.Flag("Additional octet present", "Final octet"), bits: 8);
        formatCode = p.UInt8("ip.opt.ext_sec_add_sec_info_format_code", "Additional Security Info Format Code", FieldBase.Hex);
        securityInfo = p.Bytes("ip.opt.ext_sec_add_sec_info", "Additional Security Info");
        recorded = p.IPv4("ip.rec_rt", "Recorded Route");
        recordedHost = p.String("ip.rec_rt_host", "Recorded Route Host");
        sourceRoute = p.IPv4("ip.src_rt", "Source Route");
        sourceRouteHost = p.String("ip.src_rt_host", "Source Route Host");
        empty = p.IPv4("ip.empty_rt", "Empty Route");
        emptyHost = p.String("ip.empty_rt_host", "Empty Route Host");
        tagType = p.UInt8("ip.cipso.tag_type", "Tag Type", FieldBase.Dec, ValueNames.Of(() => [(0, "Padding"), (1, "Restrictive Category Bitmap"), (2, "Enumerated Categories"),
            (5, "Ranged Categories"), (6, "Permissive Categories"), (7, "Free Form")]));
        domain = p.UInt32("ip.cipso.doi", "DOI");
        sensitivity = p.UInt8("ip.cipso.sensitivity_level", "Sensitivity Level");
        categories = p.String("ip.cipso.categories", "Categories");
        tagData = p.Bytes("ip.cipso.tag_data", "Tag data");
        overflow = p.UInt8("ip.opt.overflow", "Overflow", FieldBase.Dec, mask: 0xf0);
        flag = p.UInt8("ip.opt.flag", "Flag", FieldBase.Hex,
            ValueNames.Of(() => [(0, "Time stamps only"), (1, "Time stamp and address"), (3, "Time stamps for prespecified addresses")]), mask: 0x0f);
        timeStamp = p.UInt32("ip.opt.time_stamp", "Time stamp");
        timeStampAddress = p.IPv4("ip.opt.time_stamp_addr", "Address");
        badLength = p.Expert("ip.opt.len.invalid", Severity.Warning, ExpertGroup.Protocol, "Invalid length for option");
        beforeFirst = p.Expert("ip.opt.ptr.before_address", Severity.Warning, ExpertGroup.Protocol, "Pointer points before first address");
        middle = p.Expert("ip.opt.ptr.middle_address", Severity.Warning, ExpertGroup.Protocol, "Pointer points to middle of address");
        tooLong = p.Expert("ip.subopt_too_long", Severity.Warning, ExpertGroup.Protocol, "Suboption would go past end of option");
        fourNops = p.Expert("ip.nop", Severity.Warning, ExpertGroup.Protocol, "4 NOP in a row - a router may have removed some options");
        badTag = p.Expert("ip.cipso.malformed", Severity.Error, ExpertGroup.Sequence, "Malformed CIPSO tag");

        Declare(EndOfList, 0, "End of Options List (EOL)", "End of Options List (EOL)", "eol");
        Declare(NoOperation, 0, "No-Operation (NOP)", "No Operation (NOP)", "nop");
        Declare(Security, 0, "Security", "Security", "security");
        Declare(LooseRoute, 0, "Loose Source Route", "Loose Source Route", "route");
        Declare(ExtendedSecurity, 0, "Extended Security", "Extended Security", "ext_security");
        Declare(Commercial, 0, "Commercial Security", "Commercial Security", "cipso");
        Declare(RecordRoute, 0, "Record Route", "Record Route", "record_route");
        Declare(StreamId, 4, "Stream ID", "Stream ID", "sid");
        Declare(StrictRoute, 0, "Strict Source Route", "Strict Source Route", "source_route");
        Declare(TimeStamp, 0, "Time Stamp", "Time Stamp", "timestamp");
        Declare(MtuProbe, 4, "MTU Probe", "MTU Probe", "mtu_probe");
        Declare(MtuReply, 4, "MTU Reply", "MTU Reply", "mtu_reply");
        Declare(Traceroute, 12, "Traceroute", "Traceroute", "traceroute");
        Declare(RouterAlert, 4, "Router Alert", "Router Alert", "routeralert");
        Declare(DirectedBroadcast, 0, "Selective Directed Broadcast", "Selective Directed Broadcast", "sdb");
        Declare(QuickStart, 8, "Quick-Start", "Quick-Start", "qs");

        Field Authority(string name, string label, uint mask) =>
            p.Field(FieldType.Boolean, "ip.opt.sec_prot_auth_" + name, label, mask: mask, names: Protection, bits: 8);

        void Declare(byte option, int size, string name, string shortName, string filter) =>
            kinds[option] = new(name, size, new Protocol("IP Option - " + name, shortName, "ip.options." + filter, FieldType.Bytes));
    }

    /// <summary>The options as protocols of their own, which is what filters know them as.</summary>
    public IEnumerable<Protocol> Protocols => kinds.Where(k => k is not null).Select(k => k!.Protocol);

    /// <summary>Where the datagram is to go in the end, when a source route that is not used up says so; else -1.</summary>
    public static int FinalDestination(in View v, int header)
    {
        for (int at = 20; at < header && v.Has(at, 1);)
        {
            byte option = v.U8(at);
            if (option == EndOfList)
            {
                break;
            }

            if (option == NoOperation)
            {
                at++;
                continue;
            }

            if (!v.Has(at, 2) || v.U8(at + 1) < 2 || at + v.U8(at + 1) > header)
            {
                break;
            }

            int size = v.U8(at + 1);
            if (option is LooseRoute or StrictRoute)
            {
                return size >= 7 && v.Has(at, size) && v.U8(at + 2) < size ? at + 3 + ((((size - 3) / 4) - 1) * 4) : -1;
            }

            at += size;
        }

        return -1;
    }

    /// <summary>Shows the options, which lie between byte 20 and the end of the header.</summary>
    public void Dissect(Packet p, in View v, Node parent, int header, RouteFields route)
    {
        v.Ensure(20, header - 20);
        var tree = p.AddText(parent, v, 20, header - 20, $"Options: ({header - 20} bytes)");
        tree = tree.IsWanted ? tree : parent;
        int nops = 0;
        for (int at = 20; at < header;)
        {
            byte option = v.U8(at);
            var kind = kinds[option];
            if (option is EndOfList or NoOperation)
            {
                nops = option == NoOperation ? nops + 1 : 0;
                if (nops == 4)
                {
                    p.Expert(tree, fourNops, v, at, 1);
                }

                AddType(p, v, p.Open(kind!.Protocol, v, tree, at, 1), at);
                at++;
                if (option == EndOfList)
                {
                    return;
                }

                continue;
            }

            nops = 0;
            if (at + 1 >= header)
            {
                Bad(p, v, tree, at, 1, kind, option, "(length byte past end of options)");
                return;
            }

            int size = v.U8(at + 1);
            if (size < 2)
            {
                Bad(p, v, tree, at, 2, kind, option, size == 1 ? "(with too-short option length = 1 byte)" : "(with too-short option length = 0 bytes)");
                return;
            }

            if (at + size > header)
            {
                Bad(p, v, tree, at, header - at, kind, option, null, size);
                return;
            }

            if (kind is null)
            {
                p.AddText(tree, v, at, size, $"Unknown (0x{option:x2}) ({size} bytes)");
            }
            else
            {
                DissectOption(p, v.Part(at, size), tree, option, kind, v.U8(8), route);
                p.AppendLabel(tree, $", {kind.Name}");
            }

            at += size;
        }
    }

    void DissectOption(Packet p, in View v, Node parent, byte option, Kind kind, byte ttl, RouteFields route)
    {
        int size = v.Reported;
        int said = kind.Size > 0 ? kind.Size : size;
        var tree = p.Open(kind.Protocol, v, parent, 0, size);
        p.Label(tree, $"IP Option - {kind.Name} ({said} bytes)");
        AddType(p, v, tree, 0);
        var node = p.Add(tree, length, v, 1);
        if (kind.Size > 0 && size != kind.Size)
        {
            p.Expert(node, badLength, v, 1, 1, $"{kind.Name} (with option length = {size} bytes; should be {kind.Size})");
        }

        switch (option)
        {
            case Security:
                DissectSecurity(p, v, tree);
                break;
            case ExtendedSecurity:
                p.Add(tree, formatCode, v, 2);
                if (size > 3)
                {
                    p.Add(tree, securityInfo, v, 3, size - 3);
                }

                break;
            case Commercial:
                DissectCommercial(p, v, tree);
                break;
            case RecordRoute:
                DissectRoute(p, v, tree, isSourceRoute: false, route);
                break;
            case LooseRoute or StrictRoute:
                DissectRoute(p, v, tree, isSourceRoute: true, route);
                break;
            case StreamId:
                p.Add(tree, streamId, v, 2);
                break;
            case TimeStamp:
                DissectTimeStamp(p, v, tree);
                break;
            case MtuProbe or MtuReply:
                p.Add(tree, mtu, v, 2);
                break;
            case Traceroute:
                p.AddAll(tree, v, 2, idNumber, outboundHops, returnHops, originator);
                break;
            case RouterAlert:
                ushort value = v.U16(2);
                p.Add(tree, alert, v, 2);
                p.AppendLabel(tree, $": {Alerts.Find(value)} ({value})");
                break;
            case DirectedBroadcast:
                int at = 2;
                for (; at + 4 <= size; at += 4)
                {
                    p.Add(tree, address, v, at);
                }

                if (at < size)
                {
                    p.Add(tree, padding, v, at, size - at);
                }

                break;
            case QuickStart:
                DissectQuickStart(p, v, tree, ttl);
                break;
        }
    }

    void DissectQuickStart(Packet p, in View v, Node tree, byte ttl)
    {
        byte command = v.U8(2);
        p.Add(tree, function, v, 2);
        p.Add(tree, rate, v, 2);
        p.AppendLabel(tree, $": {QuickStartFunctions.FindOr((uint)command >> 4, "Unknown")} ({command >> 4})");
        byte quick = v.U8(3);
        if (command >> 4 == 0)
        {
            int diff = (ttl - quick) & 0xff;
            p.Add(tree, quickTtl, v, 3);
            p.Generated(p.AddUInt(tree, quickTtlDiff, v, 3, 1, (uint)diff));
            p.AppendLabel(tree, $", {QuickStartRates.Find(command & 15u)}, QS TTL {quick}, QS TTL diff {diff}");
        }
        else if (command >> 4 == 8)
        {
            p.Add(tree, unused, v, 3);
            p.AppendLabel(tree, $", {QuickStartRates.Find(command & 15u)}");
        }

        p.Add(tree, nonce, v, 4);
        p.Add(tree, quickReserved, v, 4);
    }

    void DissectSecurity(Packet p, in View v, Node tree)
    {
        int size = v.Reported;
        byte level = v.U8(2);

        // RFC 791's form has eleven bytes and its own levels; RFC 1108's has any length.
        if (size == 11 && security.Names!.Find(v.U16(2)) is not null)
        {
            p.Add(tree, security, v, 2);
            p.Add(tree, compartments, v, 4);
            p.Add(tree, restrictions, v, 6, 2);
            p.Add(tree, transmission, v, 8, 3);
            return;
        }

        p.AddUInt(tree, classification, v, 2, 1, level);
        for (int at = 3; at < size; at++)
        {
            byte flags = v.U8(at);
            var node = p.Add(tree, authority, v, at);
            if (at == 3)
            {
                for (int i = 0; i < authorities.Length; i++)
                {
                    p.Add(node, authorities[i], v, at);
                    if (i < 5 && (flags & (0x80 >> i)) != 0)
                    {
                        p.AppendLabel(node, $", {authorities[i].Label}");
                    }
                }
            }
            else
            {
                p.Label(p.Add(node, authorityUnassigned, v, at), $"{flags >> 4:b4} {(flags >> 1) & 7:b3}. = Unassigned: 0x{flags >> 1:x2}");
            }

            p.Add(node, authorityEnd, v, at);
            if ((flags & 1) != 0)
            {
                p.AppendLabel(node, $", {authorityEnd.Label}");
                if (at == size - 1)
                {
                    p.Expert(tree, badLength, v, at, 1, $"Field Termination Indicator set to 1 for last byte of option");
                }
            }
            else
            {
                if (at < size - 1)
                {
                    p.Expert(tree, badLength, v, at, 1, $"Extraneous data in option");
                }

                return;
            }
        }
    }

    void DissectCommercial(Packet p, in View v, Node tree)
    {
        p.Add(tree, domain, v, 2);
        int size = v.Reported;
        for (int at = 6; at < size;)
        {
            byte tag = v.U8(at);
            if (tag == 0)
            {
                p.Add(tree, tagType, v, at);
                at++;
                continue;
            }

            int tagLength = v.U8(at + 1);
            var node = p.Add(tree, tagType, v, at);
            if (tagLength < (tag is 1 or 2 or 5 ? 4 : 2) || at + tagLength > size)
            {
                p.Expert(node, badTag, v, at, 1);
                return;
            }

            var text = p.Scratch;
            text.Clear();
            int data = at + 4, end = at + tagLength;
            switch (tag)
            {
                case 1:
                    p.Add(tree, sensitivity, v, at + 3);
                    for (int bit = 0; bit < (end - data) * 8; bit++)
                    {
                        if ((v.U8(data + (bit / 8)) & (0x80 >> (bit % 8))) != 0)
                        {
                            text.Append($"{(text.Length > 0 ? "," : "")}{bit}");
                        }
                    }

                    break;
                case 2:
                    p.Add(tree, sensitivity, v, at + 3);
                    for (int i = data; i + 2 <= end; i += 2)
                    {
                        text.Append($"{(text.Length > 0 ? "," : "")}{v.U16(i)}");
                    }

                    break;
                case 5:
                    p.Add(tree, sensitivity, v, at + 3);
                    for (int i = data; i + 2 <= end; i += 4)
                    {
                        // A last range may leave out its lower end, which is then 0.
                        text.Append($"{(text.Length > 0 ? "," : "")}{v.U16(i)}-{(i + 4 <= end ? v.U16(i + 2) : 0)}");
                    }

                    break;
                case 6 or 7:
                    if (tagLength > 2)
                    {
                        p.Add(tree, tagData, v, at + 2, tagLength - 2);
                    }

                    break;
                default:
                    p.AppendLabel(node, $" ({tagLength} bytes)");
                    break;
            }

            if (text.Length > 0)
            {
                p.AddString(tree, categories, v, data, end - data, text.Bytes);
            }

            at = end;
        }
    }

    void DissectRoute(Packet p, in View v, Node tree, bool isSourceRoute, RouteFields route)
    {
        int next = v.U8(2), size = v.Reported;
        var node = p.Add(tree, pointer, v, 2);
        if (next < 4 || (next & 3) != 0)
        {
            p.Expert(node, next < 4 ? beforeFirst : middle, v, 2, 1);
            return;
        }

        for (int at = 3; at < size; at += 4)
        {
            if (size - at < 4)
            {
                p.Expert(node, tooLong, v, at, size - at);
                return;
            }

            var stop = Address.IPv4(v.U32(at));
            if (next > at + 1)
            {
                AddStop(p, v, tree, at, stop, recorded, recordedHost);
            }
            else if (isSourceRoute && size - at == 4)
            {
                route.AddDestination(p, v, tree, at, stop);
            }
            else
            {
                var (own, host) = isSourceRoute ? (sourceRoute, sourceRouteHost) : (empty, emptyHost);
                var item = AddStop(p, v, tree, at, stop, own, host);
                if (next == at + 1)
                {
                    p.AppendLabel(item, " <- (next)");
                }
            }
        }
    }

    static Node AddStop(Packet p, in View v, Node tree, int at, in Address stop, Field own, Field host)
    {
        var node = p.Add(tree, own, v, at);
        Span<byte> text = stackalloc byte[48];
        p.Hidden(p.AddString(tree, host, v, at, 4, text[..stop.Format(text)]));
        return node;
    }

    void DissectTimeStamp(Packet p, in View v, Node tree)
    {
        p.Add(tree, pointer, v, 2);
        byte kind = v.U8(3);
        p.Add(tree, overflow, v, 3);
        p.Add(tree, flag, v, 3);
        bool hasAddresses = (kind & 15) is 1 or 3;
        int step = hasAddresses ? 8 : 4;
        for (int at = 4; at < v.Reported; at += step)
        {
            if (v.Reported - at < step)
            {
                var node = p.AddText(tree, v, at, v.Reported - at, tooLong.Summary);
                p.Expert(node.IsWanted ? node : tree, tooLong, v, at, v.Reported - at);
                return;
            }

            if (hasAddresses)
            {
                p.Add(tree, timeStampAddress, v, at);
            }

            p.Add(tree, timeStamp, v, at + step - 4);
        }
    }

    void AddType(Packet p, in View v, Node tree, int at)
    {
        var node = p.Add(tree, type, v, at);
        p.Add(node, copy, v, at);
        p.Add(node, optionClass, v, at);
        p.Add(node, number, v, at);
    }

    void Bad(Packet p, in View v, Node tree, int at, int covered, Kind? kind, byte option, string? why, int size = 0)
    {
        var text = p.Scratch;
        text.Clear();
        if (kind is null)
        {
            text.Append($"Unknown (0x{option:x2}) ");
        }
        else
        {
            text.Append($"{kind.Name} ");
        }

        if (why is null)
        {
            text.Append($"(option length = {size} bytes says option goes past end of options)");
        }
        else
        {
            text.Append(why);
        }

        var node = p.AddText(tree, v, at, covered, $"{text.Bytes}");
        p.Expert(node.IsWanted ? node : tree, badLength, v, at, covered, $"{text.Bytes}");
    }

    /// <summary>An option that is known.</summary>
    /// <param name="Size">The only length it may have; 0 when it varies.</param>
    sealed record Kind(string Name, int Size, Protocol Protocol);
}

/// <summary>How the header's own destination fields are added where a source route holds the real destination.</summary>
/// <param name="Destination">ip.dst.</param>
/// <param name="DestinationHost">ip.dst_host.</param>
sealed record RouteFields(Field Destination, Field DestinationHost, Field AnyAddress, Field AnyHost)
{
    /// <summary>Adds an address as the datagram's destination.</summary>
    public void AddDestination(Packet p, in View v, Node tree, int at, in Address address)
    {
        p.Add(tree, Destination, v, at);
        p.Hidden(p.Add(tree, AnyAddress, v, at));
        if (p.Wants(DestinationHost) || p.Wants(AnyHost))
        {
            var text = p.Name(address);
            p.Hidden(p.AddString(tree, DestinationHost, v, at, 4, text));
            p.Hidden(p.AddString(tree, AnyHost, v, at, 4, text));
        }
    }
}
