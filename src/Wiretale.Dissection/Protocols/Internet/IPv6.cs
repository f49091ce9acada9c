using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Reassembly;
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

/// <summary>Internet Protocol, version 6: the header, and the walk along its extension headers.</summary>
public sealed class IPv6() : Dissector("ipv6")
{
    const int HeaderLength = 40;

    /// <summary>Extension headers of one packet; each has eight bytes at least, so a hostile packet could have thousands.</summary>
    const int MaxExtensions = 64;

    static readonly Protocol P = new("Internet Protocol Version 6", "IPv6", "ipv6");

    static readonly Field Version = P.UInt8("ipv6.version", "Version", mask: 0xf0);
    static readonly Field TrafficClass = P.UInt32("ipv6.tclass", "Traffic Class", FieldBase.Hex, mask: 0x0ff00000);
    static readonly Field CodePoint = P.UInt32("ipv6.tclass.dscp", "Differentiated Services Codepoint", FieldBase.Dec, IpServices.CodePoints, mask: 0x0fc00000);
    static readonly Field Congestion = P.UInt32("ipv6.tclass.ecn", "Explicit Congestion Notification", FieldBase.Dec, IpServices.Congestion, mask: 0x00300000);
    static readonly Field FlowLabel = P.UInt24("ipv6.flow", "Flow Label", FieldBase.Hex, mask: 0x0fffff);
    static readonly Field PayloadLength = P.UInt16("ipv6.plen", "Payload Length");
    static readonly Field NextHeader = P.UInt8("ipv6.nxt", "Next Header", FieldBase.Dec, IpServices.ProtocolNames);
    static readonly Field HopLimit = P.UInt8("ipv6.hlim", "Hop Limit");
    static readonly IPv6AddressFields Addresses = new(P);
    static readonly FragmentFields Fragments = new(P, "ipv6", "IPv6", listHasBytes: false, "ipv6.reassembled.in");

    /// <summary>Fields of options, which hop-by-hop and destination options share.</summary>
    internal static readonly IPv6OptionFields Options = new(P);

    static readonly Expert JumboMissing = P.Expert("ipv6.opt.jumbo.missing", Severity.Error, ExpertGroup.Malformed,
        "IPv6 payload length equals 0 and Hop-By-Hop present and Jumbo Payload option missing");
    static readonly Expert LengthExceedsFraming = P.Expert("ipv6.plen_exceeds_framing", Severity.Warning, ExpertGroup.Protocol,
        "IPv6 payload length does not match expected framing length");
    static readonly Expert LengthZero = P.Expert("ipv6.plen_zero", Severity.Chat, ExpertGroup.Protocol,
        "IPv6 payload length equals 0 (maybe because of \"TCP segmentation offload\" (TSO))");
    static readonly Expert BogusVersion = P.Expert("ipv6.bogus_ipv6_version", Severity.Error, ExpertGroup.Malformed, "Bogus IP version");
    static readonly Expert InvalidHeader = P.Expert("ipv6.invalid_header", Severity.Error, ExpertGroup.Malformed, "Invalid IPv6 header");

    static readonly Preference Defragment = P.Preference("defragment", "Reassemble fragmented IPv6 datagrams", true);
    static readonly Preference SegmentationOffload = P.Preference("tso_support", "Support packet-capture from IPv6 TSO-enabled hardware", false);

    /// <summary>Protocols above IPv6 that look at the bytes.</summary>
    public static readonly HeuristicKey Heuristics = new("ipv6");

    /// <summary>Extension headers, by number. Each sets <see cref="Packet.IpProtocol"/> to what follows and returns its own length.</summary>
    public static readonly TableKey ExtensionHeaders = new("ipv6.nxt", "IPv6 Next Header");

    /// <inheritdoc />
    public override Protocol Protocol => P;

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
        int version = v.U8(0) >> 4;
        var node = p.Add(tree, Version, v, 0);
        if (version != 6)
        {
            p.Expert(node, BogusVersion, v, 0, 1, $"Bogus IPv6 version");
            if (p.Outer is Link.EtherType)
            {
                p.LeaveOutOfLayers();
                p.SetProtocol("0x86dd");
                p.Info.Set("IPv6");
                p.CallData(v, parent);
            }
            else
            {
                p.Info.Set($"Bogus IPv6 version ({version}, must be 6)");
            }

            return v.Reported;
        }

        p.Label(p.Hidden(p.Add(tree, IPv4.Version, v, 0)), $"0110 .... = Version: 6 [This field makes the filter match on \"ip.version == 6\" possible]");
        if (v.Reported < HeaderLength)
        {
            p.Info.Set($"Invalid IPv6 header ({v.Reported} bytes, need exactly {HeaderLength})");
            p.Expert(tree, InvalidHeader, v, 0, v.Captured, $"IPv6 header must be exactly {HeaderLength} bytes");
        }

        uint first = v.U32(0);
        if (p.WantsFields)
        {
            var services = p.Add(tree, TrafficClass, v, 0);
            p.AppendLabel(services, $" (DSCP: {IpServices.ShortCodePoint((int)(first >> 22))}, ECN: {IpServices.ShortCongestion((int)(first >> 20))})");
            p.Add(services, CodePoint, v, 0);
            p.Add(services, Congestion, v, 0);
            p.Add(tree, FlowLabel, v, 1);
        }

        int length = v.U16(4);
        byte next = v.U8(6);
        var lengthNode = p.Add(tree, PayloadLength, v, 4);
        p.Add(tree, NextHeader, v, 6);
        p.Add(tree, HopLimit, v, 7);

        var source = Address.IPv6(v.Span(8, 16));
        p.NetworkSource = source;
        p.Source = p.IsQuoted ? p.Source : source;
        if (p.WantsFields)
        {
            Addresses.Add(p, v, tree, 8, source, isSource: true);
        }

        var destination = Address.IPv6(v.Span(24, 16));
        p.NetworkDestination = destination;
        p.Destination = p.IsQuoted ? p.Destination : destination;
        p.IpProtocol = next;
        p.HopLimit = v.U8(7);
        if (p.WantsFields)
        {
            p.Label(tree, $"Internet Protocol Version 6, Src: {p.Named(source)}, Dst: {p.Named(destination)}");
            Addresses.Add(p, v, tree, 24, destination, isSource: false);
            Addresses.AddGenerated(p, v, tree, 8, source, isSource: true);
            Addresses.AddGenerated(p, v, tree, 24, destination, isSource: false);
            Addresses.AddEmbedded(p, v, tree, 8, source, isSource: true);
            Addresses.AddEmbedded(p, v, tree, 24, destination, isSource: false);
        }

        int available = v.Reported - HeaderLength;
        if (length == 0)
        {
            length = LengthOfZero(p, v, lengthNode, next, available);
        }

        if (length > available && !p.IsQuoted && !v.IsFragment)
        {
            p.Expert(lengthNode, LengthExceedsFraming, v, 4, 2, $"IPv6 payload length exceeds framing length ({available} bytes)");
        }

        p.SetActualLength(v, HeaderLength + length);

        var payload = v.Part(HeaderLength, length);
        if (next is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.IcmpV6)
        {
            // What nearly every packet has: no extension headers.
            HandOff(p, payload, parent, next);
        }
        else
        {
            var state = p.Engine.State<IPv6State>();
            state.HasPayloadLength = v.U16(4) != 0;
            state.HopLimit = v.U8(7);
            Walk(p, payload, tree, parent, v);
        }

        return (int)Math.Min((long)HeaderLength + length, v.Reported);
    }

    /// <summary>What a payload length of 0 means: a jumbogram (RFC 2675), a packet handed to a network card before segmentation, or nothing.</summary>
    static int LengthOfZero(Packet p, in View v, Node node, byte next, int available)
    {
        if (next == IpProtocol.HopByHop)
        {
            uint jumbo = FindJumbo(v);
            if (jumbo >= 65536)
            {
                p.AppendLabel(node, " (Jumbogram)");
                return (int)Math.Min(jumbo, int.MaxValue - HeaderLength);
            }

            p.Info.Set("Invalid IPv6 payload length");
            p.Expert(node, JumboMissing, v, 4, 2);
            return 0;
        }

        if (next == IpProtocol.NoNextHeader)
        {
            return 0;
        }

        p.Expert(node, LengthZero, v, 4, 2);
        return p.IsOn(SegmentationOffload) ? available : 0;
    }

    static uint FindJumbo(in View v)
    {
        if (!v.Has(HeaderLength, 2))
        {
            return 0;
        }

        int end = HeaderLength + ((v.U8(HeaderLength + 1) + 1) * 8);
        for (int at = HeaderLength + 2; at + 6 <= end && v.Has(at, 6);)
        {
            byte option = v.U8(at);
            if (option == IPv6OptionFields.Jumbo)
            {
                return v.U32(at + 2);
            }

            at += option == 0 ? 1 : v.U8(at + 1) + 2;
        }

        return 0;
    }

    static void Walk(Packet p, in View payload, Node tree, Node parent, in View v)
    {
        var rest = payload;
        int headers = HeaderLength;
        bool whole = false;
        for (int i = 0; i < MaxExtensions; i++)
        {
            byte next = p.IpProtocol;
            if (next == IpProtocol.NoNextHeader)
            {
                p.Info.Set("IPv6 no next header");
                p.CallData(rest, parent);
                return;
            }

            if (p.Engine.Find(ExtensionHeaders, next) is not { } extension)
            {
                break;
            }

            int taken = p.Call(extension, rest, tree);
            if (next == IpProtocol.Fragment)
            {
                if (!Reassemble(p, ref rest, tree, parent))
                {
                    return;
                }

                whole = true;
                continue;
            }

            if (taken <= 0)
            {
                break;
            }

            rest = rest.From(Math.Min(taken, rest.Captured));
            headers += whole ? 0 : taken;
            p.SetLength(tree, Math.Min(headers, v.Captured));
        }

        // The mobility header is one of IPv6's own, though nothing follows it.
        HandOff(p, rest, p.IpProtocol == IpProtocol.Mobility ? tree : parent, p.IpProtocol);
    }

    /// <summary>Goes on behind a fragment header: with the whole datagram, with a first fragment that stays alone, or (false) not at all.</summary>
    static bool Reassemble(Packet p, ref View rest, Node tree, Node parent)
    {
        byte next = rest.U8(0);
        ushort word = rest.U16(2);
        uint id = rest.U32(4);
        int offset = word & 0xfff8;
        bool more = (word & 1) != 0;
        var part = rest.From(8);
        p.IpProtocol = next;
        if (offset == 0 && !more)
        {
            // RFC 6946: an atomic fragment.
            rest = part;
            return true;
        }

        if (p.IsOn(Defragment) && part.Captured == part.Reported && !p.IsQuoted)
        {
            var table = p.Engine.State<FragmentTable>();
            var key = new FragmentKey(6, p.NetworkSource, p.NetworkDestination, id);
            if (table.Add(key, p.Number, offset, part.Bytes, more, out var assembled) is { } datagram)
            {
                rest = p.AddBuffer(assembled, datagram.Length, Fragments.BufferName);
                Fragments.Show(p, datagram, rest, tree);
                table.Release(datagram);
                p.IsFragment = false;
                return true;
            }
        }
        else if (offset == 0)
        {
            p.IsFragment = true;
            rest = part.EndingAs(ShortReason.Fragment);
            return true;
        }

        p.Info.Set($"IPv6 fragment (off={offset} more={(more ? "y" : "n")} ident=0x{id:x8} nxt={next})");
        Fragments.ShowLater(p, part, tree);
        p.IsFragment = true;
        p.CallData(part, parent);
        return false;
    }

    static void HandOff(Packet p, in View v, Node parent, byte next)
    {
        if ((p.Engine.Find(IPv4.Protocols, next) is not { } dissector || p.Call(dissector, v, parent) == 0) && !p.TryHeuristics(Heuristics, v, parent))
        {
            p.Info.Set($"Unknown IP Protocol: {IpProtocol.Name(next)} ({next})");
            p.CallData(v, parent);
        }
    }
}
