using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 4443; neighbour discovery RFC 4861, router preferences RFC 4191, multicast listeners RFC 2710 and 3810, multicast routers
// RFC 4286, extended echo RFC 8335.
//
//    0               8               16                            31
//   +---------------+---------------+-----------------------------+
//   |     Type      |     Code      |          Checksum           |
//   +---------------+---------------+-----------------------------+
//   |    By type: identifier and number, MTU, pointer, flags      |
//   +-------------------------------------------------------------+
//   |    By type: data, addresses and options, or the packet that the error is about ...

/// <summary>Internet Control Message Protocol for IPv6.</summary>
public sealed class Icmpv6() : Dissector("icmpv6")
{
    const int HeaderLength = 8, NonceLength = 4;

    static readonly Protocol P = new("Internet Control Message Protocol v6", "ICMPv6", "icmpv6");
    static readonly ValueNames Types = ValueNames.Of(() => IcmpV6Message.Types);
    internal static readonly ValueNames Preferences = ValueNames.Of(() => [(0, "Medium"), (1, "High"), (2, "Reserved"), (3, "Low")]);

    static readonly Field Type = P.UInt8("icmpv6.type", "Type", FieldBase.Dec, Types, blurb: "Indicates the type of the message");
    static readonly Field Code = P.UInt8("icmpv6.code", "Code",
        blurb: "Depends on the message type.  It is used to create an additional level of message granularity");
    static readonly Field Checksum = P.UInt16("icmpv6.checksum", "Checksum", FieldBase.Hex,
        blurb: "Used to detect data corruption in the ICMPv6 message and parts of the IPv6 header");
    static readonly Field ChecksumStatus = P.UInt8("icmpv6.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    internal static readonly Field Reserved = P.Bytes("icmpv6.reserved", "Reserved", blurb: "Must be Zero");
    internal static readonly Field UnknownData = P.Bytes("icmpv6.data", "Data");
    static readonly Field Mtu = P.UInt32("icmpv6.mtu", "MTU", blurb: "The Maximum Transmission Unit of the next-hop link");
    static readonly Field Pointer = P.UInt32("icmpv6.pointer", "Pointer", blurb: "Identifies the octet offset within the invoking packet where the error was detected");
    static readonly Field Identifier = P.UInt16("icmpv6.echo.identifier", "Identifier", FieldBase.Hex, blurb: "An identifier to aid in matching with Request and Reply");
    static readonly Field Nonce = P.Bytes("icmpv6.nonce", "Nonce");
    static readonly Field Sequence = P.UInt16("icmpv6.echo.sequence_number", "Sequence", blurb: "A sequence number to aid in matching Echo Replies to this Echo Request");
    static readonly Field HopLimit = P.UInt8("icmpv6.nd.ra.cur_hop_limit", "Cur hop limit",
        blurb: "The default value that should be placed in the Hop Count field of the IP header for outgoing IP packets");
    static readonly Field RouterFlags = P.UInt8("icmpv6.nd.ra.flag", "Flags", FieldBase.Hex);
    static readonly Field RouterManaged = P.Flag("icmpv6.nd.ra.flag.m", "Managed address configuration", 8, 0x80, ValueNames.SetNotSet);
    static readonly Field RouterOther = P.Flag("icmpv6.nd.ra.flag.o", "Other configuration", 8, 0x40, ValueNames.SetNotSet);
    static readonly Field RouterHome = P.Flag("icmpv6.nd.ra.flag.h", "Home Agent", 8, 0x20, ValueNames.SetNotSet);
    static readonly Field RouterPreference = P.UInt8("icmpv6.nd.ra.flag.prf", "Prf (Default Router Preference)", FieldBase.Dec, Preferences, 0x18);
    static readonly Field RouterProxy = P.Flag("icmpv6.nd.ra.flag.p", "Proxy", 8, 0x04, ValueNames.SetNotSet);
    static readonly Field RouterReserved = P.UInt8("icmpv6.nd.ra.flag.rsv", "Reserved", mask: 0x03, blurb: "Must be Zero");
    static readonly Field RouterLifetime = P.UInt16("icmpv6.nd.ra.router_lifetime", "Router lifetime (s)", blurb: "The lifetime associated with the default router");
    static readonly Field ReachableTime = P.UInt32("icmpv6.nd.ra.reachable_time", "Reachable time (ms)");
    static readonly Field RetransmitTimer = P.UInt32("icmpv6.nd.ra.retrans_timer", "Retrans timer (ms)", blurb: "The time between retransmitted Neighbor Solicitation messages");
    static readonly Field SolicitedTarget = P.IPv6("icmpv6.nd.ns.target_address", "Target Address", "The IP address of the target of the solicitation");
    static readonly Field NeighborFlags = P.UInt32("icmpv6.nd.na.flag", "Flags", FieldBase.Hex);
    static readonly Field NeighborRouter = P.Flag("icmpv6.nd.na.flag.r", "Router", 32, 0x80000000, ValueNames.SetNotSet, "When set, it indicates that the sender is a router");
    static readonly Field NeighborSolicited = P.Flag("icmpv6.nd.na.flag.s", "Solicited", 32, 0x40000000, ValueNames.SetNotSet);
    static readonly Field NeighborOverride = P.Flag("icmpv6.nd.na.flag.o", "Override", 32, 0x20000000, ValueNames.SetNotSet);
    static readonly Field NeighborReserved = P.UInt32("icmpv6.nd.na.flag.rsv", "Reserved", mask: 0x1fffffff, blurb: "Must be Zero");
    static readonly Field AdvertisedTarget = P.IPv6("icmpv6.nd.na.target_address", "Target Address");
    static readonly Field RedirectTarget = P.IPv6("icmpv6.nd.rd.target_address", "Target Address", "An IP address that is a better first hop to use for the ICMP Destination Address");
    static readonly Field RedirectDestination = P.IPv6("icmpv6.rd.na.destination_address", "Destination Address",
        "The IP address of the destination that is redirected to the target");
    static readonly Field QuoteWords = P.UInt8("icmpv6.length", "Length of original datagram", blurb: "The length of the original datagram");
    static readonly Field MulticastInterval = P.UInt16("icmpv6.mcast_ra.query_interval", "Query Interval");
    static readonly Field MulticastRobustness = P.UInt16("icmpv6.mcast_ra.robustness_variable", "Robustness Variable");
    static readonly Field ExtendedSequence = P.UInt8("icmpv6.ext.echo.seq", "Sequence number", FieldBase.DecHex);
    static readonly Field RequestReserved = P.UInt8("icmpv6.ext.echo.req.res", "Reserved", FieldBase.Hex, mask: 0xfe);
    static readonly Field RequestLocal = P.Flag("icmpv6.ext.echo.req.local", "Local bit", 8, 1, ValueNames.SetNotSet);
    static readonly Field ReplyState = P.UInt8("icmpv6.ext.echo.rsp.state", "State", FieldBase.Dec,
        ValueNames.Of(() => [(0, "Reserved"), (1, "Incomplete"), (2, "Reachable"), (3, "Stale"), (4, "Delay"), (5, "Probe"), (6, "Failed")]), mask: 0xe0);
    static readonly Field ReplyReserved = P.UInt8("icmpv6.ext.echo.rsp.res", "Reserved", FieldBase.Hex, mask: 0x18);
    static readonly Field ReplyActive = P.Flag("icmpv6.ext.echo.rsp.active", "Active bit", 8, 4, ValueNames.SetNotSet);
    static readonly Field ReplyIPv4 = P.Flag("icmpv6.ext.echo.rsp.ipv4", "IPv4 bit", 8, 2, ValueNames.SetNotSet);
    static readonly Field ReplyIPv6 = P.Flag("icmpv6.ext.echo.rsp.ipv6", "IPv6 bit", 8, 1, ValueNames.SetNotSet);
    static readonly Field ResponseIn = P.FrameNumber("icmpv6.resp_in", "Response In", "The response to this request is in this frame");
    static readonly Field NoResponse = P.Label("icmpv6.no_resp", "No response seen", "No corresponding response frame was seen");
    static readonly Expert NoResponseSeen = P.Expert("icmpv6.resp_not_found", Severity.Warning, ExpertGroup.Sequence, "No response seen to ICMPv6 request");
    static readonly Field ResponseTo = P.FrameNumber("icmpv6.resp_to", "Response To", "This is the response to the request in this frame");
    static readonly Field ResponseTime = P.Field(FieldType.Double, "icmpv6.resptime", "Response Time", blurb: "The time between the request and the response, in ms.");
    static readonly Expert BadChecksum = P.Expert("icmpv6.checksum_bad.expert", Severity.Warning, ExpertGroup.Checksum, "Bad checksum");
    static readonly Expert UndecodedType = P.Expert("icmpv6.undecoded.type", Severity.Note, ExpertGroup.Undecoded, "Undecoded type");
    static readonly Icmpv6Options Options = new(P);
    static readonly Icmpv6Listeners Listeners = new(P);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.IcmpV6);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ICMPv6");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        byte type = v.U8(0), code = v.U8(1);
        p.Add(tree, Type, v, 0);
        SetInfo(p, type, code);
        AddCode(p, v, tree, type, code);
        AddChecksum(p, v, tree);
        switch (type)
        {
            case IcmpV6Message.Unreachable or IcmpV6Message.PacketTooBig or IcmpV6Message.TimeExceeded or IcmpV6Message.ParameterProblem:
                DissectError(p, v, tree, type);
                break;
            case IcmpV6Message.EchoRequest or IcmpV6Message.EchoReply:
                DissectEcho(p, v, tree, type);
                break;
            case IcmpV6Message.ListenerQuery or IcmpV6Message.ListenerReport or IcmpV6Message.ListenerDone:
                Listeners.DissectQuery(p, v, tree, isQuery: type == IcmpV6Message.ListenerQuery);
                break;
            case IcmpV6Message.ListenerReportV2:
                Listeners.DissectReport(p, v, tree);
                break;
            case IcmpV6Message.RouterSolicitation:
                p.Add(tree, Reserved, v, 4, 4);
                Options.Dissect(p, v, tree, 8);
                break;
            case IcmpV6Message.RouterAdvertisement:
                DissectRouter(p, v, tree);
                break;
            case IcmpV6Message.NeighborSolicitation:
                p.Add(tree, Reserved, v, 4, 4);
                p.Add(tree, SolicitedTarget, v, 8);
                p.Info.Append($" for {Address.IPv6(v.Span(8, 16))}");
                Options.Dissect(p, v, tree, 24);
                break;
            case IcmpV6Message.NeighborAdvertisement:
                DissectNeighbor(p, v, tree);
                break;
            case IcmpV6Message.Redirect:
                p.Add(tree, Reserved, v, 4, 4);
                p.Add(tree, RedirectTarget, v, 8);
                p.Add(tree, RedirectDestination, v, 24);
                Options.Dissect(p, v, tree, 40);
                break;
            case IcmpV6Message.MulticastRouterAdvertisement:
                p.Add(tree, MulticastInterval, v, 4);
                p.Add(tree, MulticastRobustness, v, 6);
                break;
            case IcmpV6Message.MulticastRouterSolicitation or IcmpV6Message.MulticastRouterTermination:
                break;
            case IcmpV6Message.ExtendedEchoRequest or IcmpV6Message.ExtendedEchoReply:
                DissectExtendedEcho(p, v, tree, type);
                break;
            default:
                if (type is < IcmpV6Message.EchoRequest or > IcmpV6Message.ExtendedEchoReply)
                {
                    p.Expert(tree, UndecodedType, v, 4, 0,
                        $"Dissector for ICMPv6 Type ({(uint)type}) code not implemented, Contact Wireshark developers if you want this supported");
                }

                if (v.ReportedFrom(4) > 0)
                {
                    p.Add(tree, UnknownData, v, 4, v.ReportedFrom(4));
                }

                break;
        }

        return v.Reported;
    }

    static void SetInfo(Packet p, byte type, byte code)
    {
        if (Types.Find(type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown ({(uint)type})");
        }

        if (!IcmpV6Message.HasCodes(type))
        {
            return;
        }

        if (IcmpV6Message.CodeName(type, code) is { } meaning)
        {
            p.Info.Append($" ({meaning})");
        }
        else if (type == IcmpV6Message.Unreachable)
        {
            p.Info.Append(" (Unknown)"u8);
        }
        else
        {
            p.Info.Append($" (Unknown ({(uint)code}))");
        }
    }

    static void AddCode(Packet p, in View v, Node tree, byte type, byte code)
    {
        var node = p.Add(tree, Code, v, 1);
        if (!IcmpV6Message.HasCodes(type) || type is IcmpV6Message.ExperimentalMobility or IcmpV6Message.FastMobility)
        {
            return;
        }

        if (IcmpV6Message.CodeName(type, code) is { } meaning)
        {
            p.AppendLabel(node, $" ({meaning})");
        }
        else if (type == IcmpV6Message.Unreachable)
        {
            p.AppendLabel(node, " (Unknown)");
        }
        else
        {
            p.AppendLabel(node, $" (Unknown ({(uint)code}))");
        }
    }

    static void AddChecksum(Packet p, in View v, Node tree)
    {
        ushort carried = v.U16(2);
        if (!p.WantsFields)
        {
            return;
        }

        var node = p.Add(tree, Checksum, v, 2);
        if (p.IsQuoted || p.IsFragment || v.Captured < v.Reported || p.NetworkDestination.Kind != AddressKind.IPv6)
        {
            p.AppendLabel(node, p.IsQuoted ? " [unverified] [in ICMP error packet]" : " [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(p.NetworkSource, p.NetworkDestination, IpProtocol.IcmpV6, (uint)v.Reported, v.Bytes);
        if (result == 0)
        {
            p.AppendLabel(node, " [correct]");
        }
        else
        {
            ushort expected = InternetChecksum.Expected(carried, result);
            p.AppendLabel(node, $" incorrect, should be 0x{expected:x4}");
            p.Expert(node, BadChecksum, v, 2, 2, $"Bad checksum [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 0, result == 0 ? ChecksumStates.Good : ChecksumStates.Bad));
    }

    static void DissectError(Packet p, in View v, Node tree, byte type)
    {
        // RFC 4884 section 4.4 and 4.5: the length counts eight bytes.
        int words = type is IcmpV6Message.Unreachable or IcmpV6Message.TimeExceeded ? v.U8(4) : 0;
        if (type == IcmpV6Message.PacketTooBig)
        {
            p.Add(tree, Mtu, v, 4);
        }
        else if (type == IcmpV6Message.ParameterProblem)
        {
            p.Add(tree, Pointer, v, 4);
        }
        else if (words > 0)
        {
            p.Add(tree, QuoteWords, v, 4);
            p.Add(tree, Reserved, v, 5, 3);
        }
        else
        {
            p.Add(tree, Reserved, v, 4, 4);
        }

        v.Ensure(HeaderLength, 1);
        var rest = v.From(HeaderLength);
        bool extends = words > 0 && rest.Reported > words * 8;
        ShowQuoted(p, extends ? rest.Part(0, words * 8) : rest, tree);
        if (extends)
        {
            Icmp.Extensions.Dissect(p, rest.From(words * 8), tree);
        }
    }

    internal static void ShowQuoted(Packet p, in View v, Node tree)
    {
        if (v.Reported > 0)
        {
            p.Quote(p.Engine.Find(EtherType.Table, EtherTypes.IPv6) ?? Catalog.Data, v, tree);
        }
    }

    static void DissectEcho(Packet p, in View v, Node tree, byte type)
    {
        p.Add(tree, Identifier, v, 4);
        p.Add(tree, Sequence, v, 6);
        if (type == IcmpV6Message.EchoRequest && p.DestinationPort == Teredo.Port && p.Layers.CountOf(Teredo.P) > 0)
        {
            // RFC 4380 section 5.2.9.
            p.SetProtocol("Teredo");
            p.Info.Set($"Direct IPv6 Connectivity Test id=0x{v.U16(4):x4}, seq={(uint)v.U16(6)}, hop limit={(uint)p.HopLimit}");
            p.Add(tree, Nonce, v, HeaderLength, NonceLength);
            return;
        }

        p.Info.Append($" id=0x{v.U16(4):x4}, seq={(uint)v.U16(6)}, hop limit={(uint)p.HopLimit}");
        if (!p.IsQuoted)
        {
            Link(p, v, tree, type);
        }

        p.CallData(v.From(HeaderLength), tree);
    }

    static void Link(Packet p, in View v, Node tree, byte type)
    {
        var echoes = p.Engine.State<EchoTable>();
        ushort checksum = v.U16(2);
        if (type == IcmpV6Message.EchoRequest)
        {
            echoes.Add(p.NetworkSource, p.NetworkDestination, IpProtocol.IcmpV6, checksum, v.U32(4), p.Number, p.Time);
            if (p.Engine.Hindsight is not null)
            {
                Icmp.ShowResponse(p, v, tree, p.Later(ResponseIn), (ResponseIn, NoResponse, NoResponseSeen));
            }

            return;
        }

        checksum = EchoTable.RequestChecksum(checksum, IcmpV6Message.EchoRequest << 8, IcmpV6Message.EchoReply << 8);
        if (!echoes.Take(p.NetworkSource, p.NetworkDestination, IpProtocol.IcmpV6, checksum, v.U32(4), out var request))
        {
            return;
        }

        p.Info.Append($" (request in {request.Frame})");
        p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)request.Frame));
        double time = Icmp.Milliseconds(p.Time - request.Time);
        p.Label(p.Generated(p.AddDouble(tree, ResponseTime, v, 0, 0, time)), $"Response Time: {time:F3} ms");
    }

    static void DissectRouter(Packet p, in View v, Node tree)
    {
        p.Add(tree, HopLimit, v, 4);
        uint flags = v.U8(5);
        var node = p.Add(tree, RouterFlags, v, 5);
        p.AppendLabel(node, $"{((flags & 0x80) != 0 ? ", Managed address configuration" : "")}{((flags & 0x40) != 0 ? ", Other configuration" : "")}{((flags & 0x20) != 0 ? ", Home Agent" : "")}, Prf (Default Router Preference): {Preferences.Find((flags >> 3) & 3)}{((flags & 4) != 0 ? ", Proxy" : "")}");
        var under = node.IsWanted ? node : tree;
        foreach (var field in (ReadOnlySpan<Field>)[RouterManaged, RouterOther, RouterHome, RouterPreference, RouterProxy, RouterReserved])
        {
            p.Add(under, field, v, 5, 1);
        }

        p.AddAll(tree, v, 6, RouterLifetime, ReachableTime, RetransmitTimer);
        Options.Dissect(p, v, tree, 16);
    }

    static void DissectNeighbor(Packet p, in View v, Node tree)
    {
        uint flags = v.U32(4) >> 29;
        var node = p.Add(tree, NeighborFlags, v, 4);
        p.AppendLabel(node, $"{((flags & 4) != 0 ? ", Router" : "")}{((flags & 2) != 0 ? ", Solicited" : "")}{((flags & 1) != 0 ? ", Override" : "")}");
        var under = node.IsWanted ? node : tree;
        foreach (var field in (ReadOnlySpan<Field>)[NeighborRouter, NeighborSolicited, NeighborOverride, NeighborReserved])
        {
            p.Add(under, field, v, 4, 4);
        }

        p.Add(tree, AdvertisedTarget, v, 8);
        string says = flags switch
        {
            1 => "ovr",
            2 => "sol",
            3 => "sol, ovr",
            4 => "rtr",
            5 => "rtr, ovr",
            6 => "rtr, sol",
            7 => "rtr, sol, ovr",
            _ => "none",
        };
        p.Info.Append($" {Address.IPv6(v.Span(8, 16))} ({says})");
        Options.Dissect(p, v, tree, 24);
    }

    static void DissectExtendedEcho(Packet p, in View v, Node tree, byte type)
    {
        p.Add(tree, Identifier, v, 4);
        p.Add(tree, ExtendedSequence, v, 6);
        if (type == IcmpV6Message.ExtendedEchoRequest)
        {
            p.Add(tree, RequestReserved, v, 7);
            p.Add(tree, RequestLocal, v, 7, 1);
            Icmp.Extensions.Dissect(p, v.From(HeaderLength), tree);
            return;
        }

        foreach (var field in (ReadOnlySpan<Field>)[ReplyState, ReplyReserved, ReplyActive, ReplyIPv4, ReplyIPv6])
        {
            p.Add(tree, field, v, 7, 1);
        }
    }
}
