using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 4861 section 4.6 (addresses, prefix, redirected header, MTU), RFC 6275 section 7 (interval, home agent), RFC 3971 section 5
// (nonce), RFC 4191 (routes), RFC 8106 (DNS), RFC 8910 (captive portal), RFC 8781 (PREF64), RFC 6775 (6LoWPAN context).
//
//   +------+--------+-----------------------
//   | type | length | value ...               length in units of eight bytes, type and length included
//   +------+--------+-----------------------

/// <summary>Options of neighbour discovery messages.</summary>
sealed class Icmpv6Options(Protocol protocol)
{
    const byte SourceLink = 1, TargetLink = 2, Prefix = 3, Redirected = 4, Mtu = 5, Interval = 7, HomeAgent = 8, Nonce = 14, Route = 24, DnsServers = 25,
        DnsSearch = 31, Context = 34, CaptivePortal = 37, Pref64 = 38;

    static readonly ValueNames Types = ValueNames.Of(() => [
        (1, "Source link-layer address"),
        (2, "Target link-layer address"),
        (3, "Prefix information"),
        (4, "Redirected header"),
        (5, "MTU"),
        (6, "NBMA Shortcut Limit Option"),
        (7, "Advertisement Interval"),
        (8, "Home Agent Information"),
        (9, "Source Address List"),
        (10, "Target Address List"),
        (11, "CGA"),
        (12, "RSA Signature"),
        (13, "Timestamp"),
        (14, "Nonce"),
        (15, "Trust Anchor"),
        (16, "Certificate"),
        (17, "IP Address/Prefix Option"),
        (18, "New Router Prefix Information"),
        (19, "Link-layer Address"),
        (20, "Neighbor Advertisement Acknowledgment"),
        (23, "MAP"),
        (24, "Route Information"),
        (25, "Recursive DNS Server"),
        (26, "RA Flags Extension"),
        (27, "Handover Key Request"),
        (28, "Handover Key Reply"),
        (29, "Handover Assist Information"),
        (30, "Mobile Node Identifier Option"),
        (31, "DNS Search List Option"),
        (32, "Proxy Signature (PS)"),
        (33, "Address Registration Option"),
        (34, "6LoWPAN Context Option"),
        (35, "Authoritative Border Router"),
        (36, "6LoWPAN Capability Indication Option"),
        (37, "DHCP Captive-Portal"),
        (38, "PREF64 Option"),
        (138, "CARD Request"),
        (139, "CARD Reply"),
        (253, "RFC3692-style Experiment 1"),
        (254, "RFC3692-style Experiment 2")]);

    static readonly ValueNames PrefixCodes = ValueNames.Of(() => [(0, "96 bits prefix length"), (1, "64 bits prefix length"), (2, "56 bits prefix length"),
        (3, "48 bits prefix length"), (4, "40 bits prefix length"), (5, "32 bits prefix length")]);

    readonly Field option = protocol.Label("icmpv6.opt", "ICMPv6 Option", "Option");
    readonly Field type = protocol.UInt8("icmpv6.opt.type", "Type", FieldBase.Dec, Types, blurb: "Options type");
    readonly Field length = protocol.UInt8("icmpv6.opt.length", "Length",
        blurb: "The length (in units of 8 bytes) of the option (including the Type and Length fields)");
    readonly Field reserved = protocol.Label("icmpv6.opt.reserved", "Reserved", "Reserved (Must be 0)");
    readonly Field padding = protocol.Label("icmpv6.opt.padding", "Padding", "Padding (Must be 0)");
    readonly Field link = protocol.Bytes("icmpv6.opt.linkaddr", "Link-layer address", FieldBase.Colon);
    readonly Field sourceLink = protocol.Bytes("icmpv6.opt.src_linkaddr", "Source Link-layer address", FieldBase.Colon);
    readonly Field targetLink = protocol.Bytes("icmpv6.opt.target_linkaddr", "Target Link-layer address", FieldBase.Colon);
    readonly Field linkLong = protocol.Field(FieldType.Eui64, "icmpv6.opt.linkaddr_eui64", "Link-layer address");
    readonly Field prefixLength = protocol.UInt8("icmpv6.opt.prefix.length", "Prefix Length", blurb: "The number of leading bits in the Prefix that are valid");
    readonly Field prefixFlags = protocol.UInt8("icmpv6.opt.prefix.flag", "Flag", FieldBase.Hex);
    readonly Field prefixOnLink = protocol.Flag("icmpv6.opt.prefix.flag.l", "On-link flag(L)", 8, 0x80, ValueNames.SetNotSet);
    readonly Field prefixAutonomous = protocol.Flag("icmpv6.opt.prefix.flag.a", "Autonomous address-configuration flag(A)", 8, 0x40, ValueNames.SetNotSet);
    readonly Field prefixRouter = protocol.Flag("icmpv6.opt.prefix.flag.r", "Router address flag(R)", 8, 0x20, ValueNames.SetNotSet);
    readonly Field prefixReserved = protocol.UInt8("icmpv6.opt.prefix.flag.reserved", "Reserved", mask: 0x1f);
    readonly Field validLifetime = protocol.UInt32("icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime");
    readonly Field preferredLifetime = protocol.UInt32("icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime");
    readonly Field prefix = protocol.IPv6("icmpv6.opt.prefix", "Prefix", "An IP address or a prefix of an IP address");
    readonly Field nonce = protocol.Bytes("icmpv6.opt.nonce", "Nonce");
    readonly Field routeFlags = protocol.UInt8("icmpv6.opt.route_info.flag", "Flag", FieldBase.Hex);
    readonly Field routePreference = protocol.UInt8("icmpv6.opt.route_info.flag.route_preference", "Route Preference", FieldBase.Dec, Icmpv6.Preferences, 0x18);
    readonly Field routeReserved = protocol.UInt8("icmpv6.opt.route_info.flag.reserved", "Reserved", mask: 0xe7, blurb: "Must be 0");
    readonly Field routeLifetime = protocol.UInt32("icmpv6.opt.route_lifetime", "Route Lifetime");
    readonly Field redirected = protocol.Label("icmpv6.opt.redirected_packet", "Redirected Packet");
    readonly Field mtu = protocol.UInt32("icmpv6.opt.mtu", "MTU", blurb: "The recommended MTU for the link");
    readonly Field interval = protocol.UInt32("icmpv6.opt.advertisement_interval", "Advertisement Interval");
    readonly Field homePreference = protocol.UInt16("icmpv6.opt.home_agent_preference", "Home Agent Preference");
    readonly Field homeLifetime = protocol.UInt16("icmpv6.opt.home_agent_lifetime", "Home Agent Preference");
    readonly Field serverLifetime = protocol.UInt32("icmpv6.opt.rdnss.lifetime", "Lifetime");
    readonly Field servers = protocol.IPv6("icmpv6.opt.rdnss", "Recursive DNS Servers");
    readonly Field searchLifetime = protocol.UInt32("icmpv6.opt.dnssl.lifetime", "Lifetime");
    readonly Field search = protocol.String("icmpv6.opt.dnssl", "Domain Names");
    readonly Field contextLength = protocol.UInt8("icmpv6.opt.6co.context_length", "Context Length");
    readonly Field contextFlags = protocol.UInt8("icmpv6.opt.6co.flag", "Flag", FieldBase.Hex);
    readonly Field contextCompression = protocol.Flag("icmpv6.opt.6co.flag.c", "Compression Flag", 8, 0x10, ValueNames.SetNotSet);
    readonly Field contextId = protocol.UInt8("icmpv6.opt.6co.flag.cid", "CID", mask: 0x0f);
    readonly Field contextReserved = protocol.UInt8("icmpv6.opt.6co.flag.reserved", "Reserved", mask: 0xe0);
    readonly Field contextLifetime = protocol.UInt16("icmpv6.opt.6co.valid_lifetime", "Lifetime");
    readonly Field contextPrefix = protocol.IPv6("icmpv6.opt.6co.context_prefix", "Context Prefix");
    readonly Field portal = protocol.String("icmpv6.opt.captive_portal", "Captive Portal", "The contact URI for the captive portal that the user should connect to");
    readonly Field pref64Lifetime = protocol.UInt16("icmpv6.opt.pref64.scaled_lifetime", "Scaled Lifetime", mask: 0xfff8);
    readonly Field pref64Code = protocol.UInt16("icmpv6.opt.pref64.plc", "PLC (Prefix Length Code)", FieldBase.Hex, PrefixCodes, 0x0007);
    readonly Field pref64Prefix = protocol.IPv6("icmpv6.opt.pref64.prefix", "Prefix", "NAT64 Prefix");
    readonly Expert zeroLength = protocol.Expert("icmpv6.invalid_option_length", Severity.Error, ExpertGroup.Malformed, "Invalid option length (Zero)");
    readonly Expert undecoded = protocol.Expert("icmpv6.undecoded.option", Severity.Note, ExpertGroup.Undecoded, "Undecoded option");

    /// <summary>Shows the options from <paramref name="at"/> to the end.</summary>
    public void Dissect(Packet p, in View v, Node parent, int at)
    {
        while (v.ReportedFrom(at) > 0)
        {
            byte kind = v.U8(at);
            var node = p.AddUInt(parent, option, v, at, Math.Min(v.CapturedFrom(at), 2), 0);
            if (Types.Find(kind) is { } name)
            {
                p.Label(node, $"ICMPv6 Option ({name}");
            }
            else
            {
                p.Label(node, $"ICMPv6 Option (Unknown {(uint)kind}");
            }

            var under = node.IsWanted ? node : parent;
            p.Add(under, type, v, at);
            int size = v.U8(at + 1) * 8;
            var lengthNode = p.Add(under, length, v, at + 1);
            p.AppendLabel(lengthNode, $" ({size} bytes)");
            if (size == 0)
            {
                p.Expert(lengthNode, zeroLength, v, at + 1, 1);
                return;
            }

            p.SetLength(node, size);
            Value(p, v, node, under, at + 2, at + size, kind);
            p.AppendLabel(node, ")");
            at += size;
        }
    }

    void Value(Packet p, in View v, Node node, Node under, int at, int end, byte kind)
    {
        switch (kind)
        {
            case SourceLink or TargetLink:
                LinkAddress(p, v, node, under, at, end, kind);
                break;
            case Prefix:
                PrefixInformation(p, v, node, under, at);
                break;
            case Redirected:
                p.Add(under, reserved, v, at, 6);
                p.Add(under, redirected, v, at + 6, Math.Min(end - at - 6, v.CapturedFrom(at + 6)));
                Icmpv6.ShowQuoted(p, v.Part(at + 6, end - at - 6), under);
                break;
            case Mtu:
                p.Add(under, reserved, v, at, 2);
                p.Add(under, mtu, v, at + 2);
                p.AppendLabel(node, $" : {v.U32(at + 2)}");
                break;
            case Interval:
                p.Add(under, reserved, v, at, 2);
                p.Add(under, interval, v, at + 2);
                p.AppendLabel(node, $" : {v.U32(at + 2)}");
                break;
            case HomeAgent:
                p.Add(under, reserved, v, at, 2);
                p.Add(under, homePreference, v, at + 2);
                p.Add(under, homeLifetime, v, at + 4);
                break;
            case Nonce:
                p.Add(under, nonce, v, at, end - at);
                break;
            case Route:
                RouteInformation(p, v, node, under, at, end);
                break;
            case DnsServers:
                p.Add(under, reserved, v, at, 2);
                Lifetime(p, v, under, serverLifetime, at + 2);
                for (at += 6; at < end; at += 16)
                {
                    p.Add(under, servers, v, at);
                    p.AppendLabel(node, $" {Address.IPv6(v.Span(at, 16))}");
                }

                break;
            case DnsSearch:
                p.Add(under, reserved, v, at, 2);
                Lifetime(p, v, under, searchLifetime, at + 2);
                DomainNames(p, v, node, under, at + 6, end);
                break;
            case Context:
                ContextInformation(p, v, under, at, end);
                break;
            case CaptivePortal:
                p.Add(under, portal, v, at, end - at);
                break;
            case Pref64:
                p.Add(under, pref64Lifetime, v, at);
                p.Add(under, pref64Code, v, at);
                AddPrefix(p, v, under, pref64Prefix, at + 2, 12);
                break;
            default:
                p.Expert(under, undecoded, v, at, 0,
                    $"Dissector for ICMPv6 Option ({(uint)kind}) code not implemented, Contact Wireshark developers if you want this supported");
                p.Add(under, Icmpv6.UnknownData, v, at, end - at);
                break;
        }
    }

    void LinkAddress(Packet p, in View v, Node node, Node under, int at, int end, byte kind)
    {
        // IEEE 802.15.4 has eight bytes in a longer option (RFC 4944 section 8).
        const int LongOption = 14;
        if (end - at == LongOption)
        {
            var eui = Address.Of(AddressKind.Eui64, v.Span(at, 8));
            p.Add(under, linkLong, v, at);
            p.Add(under, padding, v, at + 8, 6);
            p.AppendLabel(node, $" : {eui}");
            AppendFrom(p, kind, eui);
            return;
        }

        int size = end - at;
        v.Ensure(at, size);
        p.Add(under, link, v, at, size);
        p.Hidden(p.Add(under, kind == SourceLink ? sourceLink : targetLink, v, at, size));
        var address = Address.Of(AddressKind.Ethernet, v.Span(at, Math.Min(size, 16)));
        p.AppendLabel(node, $" : {address}");
        AppendFrom(p, kind, address);
    }

    static void AppendFrom(Packet p, byte kind, in Address address)
    {
        if (kind == SourceLink)
        {
            p.Info.Append($" from {address}");
        }
        else
        {
            p.Info.Append($" is at {address}");
        }
    }

    void PrefixInformation(Packet p, in View v, Node node, Node under, int at)
    {
        p.Add(under, prefixLength, v, at);
        uint flags = v.U8(at + 1);
        var bits = p.Add(under, prefixFlags, v, at + 1);
        p.AppendLabel(bits, $"{((flags & 0x80) != 0 ? ", On-link flag(L)" : "")}{((flags & 0x40) != 0 ? ", Autonomous address-configuration flag(A)" : "")}{((flags & 0x20) != 0 ? ", Router address flag(R)" : "")}");
        bits = bits.IsWanted ? bits : under;
        p.Add(bits, prefixOnLink, v, at + 1, 1);
        p.Add(bits, prefixAutonomous, v, at + 1, 1);
        p.Add(bits, prefixRouter, v, at + 1, 1);
        p.Add(bits, prefixReserved, v, at + 1);
        Lifetime(p, v, under, validLifetime, at + 2);
        Lifetime(p, v, under, preferredLifetime, at + 6);
        p.Add(under, reserved, v, at + 10, 4);
        p.Add(under, prefix, v, at + 14);
        p.AppendLabel(node, $" : {Address.IPv6(v.Span(at + 14, 16))}/{(uint)v.U8(at)}");
    }

    void RouteInformation(Packet p, in View v, Node node, Node under, int at, int end)
    {
        p.Add(under, prefixLength, v, at);
        uint flags = v.U8(at + 1);
        string? preference = Icmpv6.Preferences.Find((flags >> 3) & 3);
        var bits = p.Add(under, routeFlags, v, at + 1);
        p.AppendLabel(bits, $", Route Preference: {preference}");
        bits = bits.IsWanted ? bits : under;
        p.Add(bits, routePreference, v, at + 1);
        p.Add(bits, routeReserved, v, at + 1);
        Lifetime(p, v, under, routeLifetime, at + 2);
        int size = Math.Clamp(end - at - 6, 0, 16);
        var address = AddPrefix(p, v, under, size > 0 ? prefix : null, at + 6, size);
        p.AppendLabel(node, $" : {preference} {address}/{(uint)v.U8(at)}");
    }

    /// <summary>Adds an IPv6 address of which only the first bytes are there.</summary>
    static Address AddPrefix(Packet p, in View v, Node under, Field? field, int at, int size)
    {
        Span<byte> raw = stackalloc byte[16];
        raw.Clear();
        v.Span(at, size).CopyTo(raw);
        var address = Address.IPv6(raw);
        if (field is not null)
        {
            p.AddAddress(under, field, v, at, size, address);
        }

        return address;
    }

    static void Lifetime(Packet p, in View v, Node under, Field field, int at)
    {
        var node = p.Add(under, field, v, at);
        if (v.U32(at) == uint.MaxValue)
        {
            p.Label(node, $"{field.Label}: Infinity (4294967295)");
        }
    }

    void DomainNames(Packet p, in View v, Node node, Node under, int at, int end)
    {
        v.Ensure(at, end - at);
        while (at < end && v.U8(at) != 0)
        {
            int start = at;
            p.Scratch.Clear();
            while (at < end && v.U8(at) is > 0 and var size)
            {
                // RFC 1035 section 2.3.4; RFC 8106 section 5.2 forbids compression here.
                if (size > 63)
                {
                    v.ThrowShort(v.Reported, 1);
                }

                if (p.Scratch.Length > 0)
                {
                    p.Scratch.Append('.');
                }

                p.Scratch.Append(v.Span(at + 1, size));
                at += size + 1;
            }

            at++;
            p.AddString(under, search, v, start, at - start, p.Scratch.Bytes);
            p.AppendLabel(node, $" {p.Scratch.Bytes}");
        }

        if (at < end)
        {
            p.Add(under, padding, v, at, end - at);
        }
    }

    void ContextInformation(Packet p, in View v, Node under, int at, int end)
    {
        p.Add(under, contextLength, v, at);
        var bits = p.Add(under, contextFlags, v, at + 1);
        p.AppendLabel(bits, (v.U8(at + 1) & 0x10) != 0 ? ", Compression Flag" : "");
        bits = bits.IsWanted ? bits : under;
        p.Add(bits, contextCompression, v, at + 1, 1);
        p.Add(bits, contextId, v, at + 1);
        p.Add(bits, contextReserved, v, at + 1);
        p.Add(under, reserved, v, at + 2, 2);
        p.Add(under, contextLifetime, v, at + 4);
        AddPrefix(p, v, under, contextPrefix, at + 6, Math.Clamp(end - at - 6, 0, 16));
    }
}
