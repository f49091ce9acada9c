using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 8200; differentiated services RFC 2474, explicit congestion notification RFC 3168.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------+---------------+---------------------------------------+
//   |Version| Traffic class |              Flow label               |
//   +-------+---------------+-------+---------------+---------------+
//   |         Payload length        |  Next header  |   Hop limit   |
//   +-------------------------------+---------------+---------------+
//   |                     Source address (16)                       |
//   +---------------------------------------------------------------+
//   |                   Destination address (16)                    |
//   +---------------------------------------------------------------+
//   |               Extension headers, then the payload ...

/// <summary>Internet Protocol, version 6.</summary>
public sealed class IPv6() : Dissector(P)
{
    const int HeaderLength = 40;

    internal static readonly Protocol P = new("Internet Protocol Version 6", "IPv6", "ipv6");

    static readonly Field Version = P.UInt8("ipv6.version", "Version", mask: 0xf0);
    static readonly Field TrafficClass = P.UInt32("ipv6.tclass", "Traffic Class", FieldBase.Hex, mask: 0x0ff00000);
    static readonly Field CodePoint = P.UInt32("ipv6.tclass.dscp", "Differentiated Services Codepoint", FieldBase.Dec, IpServices.CodePoints, mask: 0x0fc00000);
    static readonly Field Congestion = P.UInt32("ipv6.tclass.ecn", "Explicit Congestion Notification", FieldBase.Dec, IpServices.Congestion, mask: 0x00300000);
    static readonly Field FlowLabel = P.UInt24("ipv6.flow", "Flow Label", FieldBase.Hex, mask: 0x0fffff);
    static readonly Field PayloadLength = P.UInt16("ipv6.plen", "Payload Length");
    static readonly Field NextHeader = P.UInt8("ipv6.nxt", "Next Header", FieldBase.Dec, IpServices.ProtocolNames);
    static readonly Field HopLimit = P.UInt8("ipv6.hlim", "Hop Limit");
    static readonly Field Source = P.IPv6("ipv6.src", "Source Address", "Source IPv6 Address");
    static readonly Field SourceHost = P.String("ipv6.src_host", "Source Host", "Source IPv6 Host");
    static readonly Field Destination = P.IPv6("ipv6.dst", "Destination Address", "Destination IPv6 Address");
    static readonly Field DestinationHost = P.String("ipv6.dst_host", "Destination Host", "Destination IPv6 Host");
    static readonly Field AnyAddress = P.IPv6("ipv6.addr", "Source or Destination Address");
    static readonly Field AnyHost = P.String("ipv6.host", "Source or Destination Host");

    static readonly Expert LengthExceedsFraming = P.Expert("ipv6.plen_exceeds_framing", Severity.Warning, ExpertGroup.Protocol,
        "IPv6 payload length does not match expected framing length");

    /// <summary>Protocols above IPv6 that look at the bytes.</summary>
    public static readonly HeuristicKey Heuristics = new("ipv6");

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Link.EtherType.Table, 0x86dd);
        claims.Numbers(IPv4.Protocols, IpProtocol.IPv6);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("IPv6");
        p.Info.Clear();
        var tree = p.Open(P, v, parent, 0, Math.Min(HeaderLength, v.Captured));
        uint first = v.U32(0);
        int length = v.U16(4);
        byte next = v.U8(6);
        v.Ensure(7, 1);
        if (p.WantsFields)
        {
            p.Add(tree, Version, v, 0);
            p.Hidden(p.Add(tree, IPv4.Version, v, 0));
            var services = p.Add(tree, TrafficClass, v, 0);
            p.AppendLabel(services, $" (DSCP: {IpServices.ShortCodePoint((int)(first >> 22))}, ECN: {IpServices.ShortCongestion((int)(first >> 20))})");
            p.Add(services, CodePoint, v, 0);
            p.Add(services, Congestion, v, 0);
            p.Add(tree, FlowLabel, v, 1);
            p.Add(tree, PayloadLength, v, 4);
            p.Add(tree, NextHeader, v, 6);
            p.Add(tree, HopLimit, v, 7);
        }

        var source = Address.IPv6(v.Span(8, 16));
        p.NetworkSource = source;
        p.Source = p.IsQuoted ? p.Source : source;
        var destination = Address.IPv6(v.Span(24, 16));
        p.NetworkDestination = destination;
        p.Destination = p.IsQuoted ? p.Destination : destination;
        if (p.WantsFields)
        {
            p.Label(tree, $"Internet Protocol Version 6, Src: {source}, Dst: {destination}");
            AddAddress(p, v, tree, 8, source, Source, SourceHost);
            AddAddress(p, v, tree, 24, destination, Destination, DestinationHost);
        }

        if (length > 0 || next != 0)
        {
            p.SetActualLength(v, HeaderLength + length);
        }

        var payload = v.Part(HeaderLength, length);
        p.IpProtocol = next;
        if (payload.Reported > 0 && (p.Engine.Find(IPv4.Protocols, next) is not { } dissector || p.Call(dissector, payload, parent) == 0)
            && !p.TryHeuristics(Heuristics, payload, parent))
        {
            p.Info.Set($"{IpProtocol.Name(next)} ({next})");
            p.CallData(payload, parent);
        }

        return HeaderLength + length;
    }

    static void AddAddress(Packet p, in View v, Node tree, int at, in Address address, Field own, Field host)
    {
        p.Add(tree, own, v, at);
        p.Hidden(p.Add(tree, AnyAddress, v, at));
        if (p.Wants(host) || p.Wants(AnyHost))
        {
            Span<byte> text = stackalloc byte[48];
            text = text[..address.Format(text)];
            p.Hidden(p.AddString(tree, host, v, at, 16, text));
            p.Hidden(p.AddString(tree, AnyHost, v, at, 16, text));
        }
    }
}
