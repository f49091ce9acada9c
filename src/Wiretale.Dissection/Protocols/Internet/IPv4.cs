using System.Runtime.CompilerServices;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Reassembly;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 791; differentiated services RFC 2474, explicit congestion notification RFC 3168.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-------+-------+-----------+---+-------------------------------+
//   |Version|Hdr len|   DSCP    |ECN|          Total length         |
//   +-------+-------+-----------+---+-----+-------------------------+
//   |         Identification        |Flags|     Fragment offset     |
//   +---------------+---------------+-----+-------------------------+
//   |  Time to live |    Protocol   |        Header checksum        |
//   +---------------+---------------+-------------------------------+
//   |                         Source address                        |
//   +---------------------------------------------------------------+
//   |                      Destination address                      |
//   +---------------------------------------------------------------+
//   |                 Options, then the payload ...

/// <summary>Internet Protocol, version 4.</summary>
public sealed class IPv4() : Dissector("ip")
{
    static readonly Protocol P = new("Internet Protocol Version 4", "IPv4", "ip");

    internal static readonly Field Version = P.UInt8("ip.version", "Version", mask: 0xf0);
    static readonly Field HeaderLength = P.UInt8("ip.hdr_len", "Header Length", blurb: "Header length in 32-bit words");
    static readonly Field Services = P.UInt8("ip.dsfield", "Differentiated Services Field", FieldBase.Hex);
    static readonly Field CodePoint = P.UInt8("ip.dsfield.dscp", "Differentiated Services Codepoint", FieldBase.Dec, IpServices.CodePoints, mask: 0xfc);
    static readonly Field Congestion = P.UInt8("ip.dsfield.ecn", "Explicit Congestion Notification", FieldBase.Dec, IpServices.Congestion, mask: 0x03);
    static readonly Field TotalLength = P.UInt16("ip.len", "Total Length");
    static readonly Field Identification = P.UInt16("ip.id", "Identification", FieldBase.HexDec);
    static readonly Field Flags = P.UInt8("ip.flags", "Flags", FieldBase.Hex, mask: 0xe0, blurb: "Flags (3 bits)");
    static readonly Field Reserved = P.Field(FieldType.Boolean, "ip.flags.rb", "Reserved bit", mask: 0x80, names: ValueNames.SetNotSet, bits: 8);
    static readonly Field DontFragment = P.Field(FieldType.Boolean, "ip.flags.df", "Don't fragment", mask: 0x40, names: ValueNames.SetNotSet, bits: 8);
    static readonly Field MoreFragments = P.Field(FieldType.Boolean, "ip.flags.mf", "More fragments", mask: 0x20, names: ValueNames.SetNotSet, bits: 8);
    static readonly Field FragmentOffset = P.UInt16("ip.frag_offset", "Fragment Offset", mask: 0x1fff, blurb: "Fragment offset (13 bits)");
    static readonly FieldGroup FragmentGroup = new(() => [Identification, Flags, Reserved, DontFragment, MoreFragments, FragmentOffset]);
    static readonly Field TimeToLive = P.UInt8("ip.ttl", "Time to Live");
    static readonly Field NextProtocol = P.UInt8("ip.proto", "Protocol", FieldBase.Dec, IpServices.ProtocolNames);
    static readonly Field Checksum = P.UInt16("ip.checksum", "Header Checksum", FieldBase.Hex);
    static readonly Field ChecksumCalculated = P.UInt16("ip.checksum_calculated", "Calculated Checksum", FieldBase.Hex,
        blurb: "The expected IP checksum field as calculated from the IP datagram");
    static readonly Field ChecksumStatus = P.UInt8("ip.checksum.status", "Header checksum status", FieldBase.None, ChecksumStates.Names);
    static readonly Field Source = P.IPv4("ip.src", "Source Address");
    static readonly Field Destination = P.IPv4("ip.dst", "Destination Address");
    static readonly Field SourceHost = P.String("ip.src_host", "Source Host");
    static readonly Field DestinationHost = P.String("ip.dst_host", "Destination Host");
    static readonly Field AnyAddress = P.IPv4("ip.addr", "Source or Destination Address");
    static readonly Field AnyHost = P.String("ip.host", "Source or Destination Host");
    static readonly Field CurrentRoute = P.IPv4("ip.cur_rt", "Current Route");
    static readonly Field CurrentRouteHost = P.String("ip.cur_rt_host", "Current Route Host");
    static readonly RouteFields Route = new(Destination, DestinationHost, AnyAddress, AnyHost);
    static readonly IPv4Options Options = new(P);
    static readonly FragmentFields Fragments = new(P, "ip", "IPv4", listHasBytes: true, "ip.reassembled_in");

    static readonly FieldGroup ChecksumGroup = new(() => [Checksum, ChecksumCalculated, ChecksumStatus, BadChecksum!.Field]);
    static readonly Expert BogusLength = P.Expert("ip.bogus_ip_length", Severity.Error, ExpertGroup.Protocol, "Bogus IP length");
    static readonly Expert BogusHeaderLength = P.Expert("ip.bogus_header_length", Severity.Error, ExpertGroup.Protocol, "Bogus IP header length");
    static readonly Expert BogusVersion = P.Expert("ip.bogus_ip_version", Severity.Error, ExpertGroup.Protocol, "Bogus IPv4 version");
    static readonly Expert BadChecksum = P.Expert("ip.checksum_bad.expert", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    static readonly Expert LocalTimeToLive = P.Expert("ip.ttl.lncb", Severity.Note, ExpertGroup.Sequence, "Time To Live");
    static readonly Expert SmallTimeToLive = P.Expert("ip.ttl.too_small", Severity.Note, ExpertGroup.Sequence, "Time To Live");

    static readonly Preference Defragment = P.Preference("defragment", "Reassemble fragmented IPv4 datagrams", true);
    static readonly Preference CheckChecksum = P.Preference("check_checksum", "Validate the IPv4 checksum if possible", false);
    static readonly Preference SegmentationOffload = P.Preference("tso_support", "Support packet-capture from IP TSO-enabled hardware", true);
    static readonly Preference HeuristicsFirst = P.Preference("try_heuristic_first", "Try heuristic sub-dissectors first", false);

    /// <summary>Protocols above IP, by number; IPv6 asks the same table.</summary>
    public static readonly TableKey Protocols = new("ip.proto", "IP protocol");

    /// <summary>Protocols above IP that look at the bytes.</summary>
    public static readonly HeuristicKey Heuristics = new("ip");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    internal override bool AddsOnlyItsOwn => true;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => Options.Protocols;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Link.EtherType.Table, 0x0800);
        claims.Numbers(Protocols, IpProtocol.IPv4);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("IPv4");
        p.Info.Clear();
        byte first = v.U8(0);
        int version = first >> 4;
        int header = (first & 15) * 4;
        var tree = p.Open(P, v, parent, 0, Math.Min(header, v.Captured));
        var node = p.WantsFields ? p.Add(tree, Version, v, 0) : Node.None;
        if (version == 6 && p.Engine.Find(Link.EtherType.Table, 0x86dd) is { } other)
        {
            // Some captures say IPv4 and hold IPv6: believe the packet.
            p.Expert(node, BogusVersion, v, 0, 1);
            return p.Call(other, v, parent);
        }

        if (version != 4)
        {
            p.Info.Set($"Bogus IPv4 version ({version}, must be 4)");
            p.Expert(node, BogusVersion, v, 0, 1);
            return v.Reported;
        }

        if (p.WantsFields)
        {
            node = p.AddUInt(tree, HeaderLength, v, 0, 1, (uint)header);
            p.Label(node, $".... {first & 15:b4} = Header Length: {header} bytes ({first & 15})");
        }

        if (header < 20)
        {
            p.Info.Set($"Bogus IP header length ({header}, must be at least 20)");
            p.Expert(node, BogusHeaderLength, v, 0, 1, $"Bogus IP header length ({header}, must be at least 20)");
            return v.Reported;
        }

        byte services = v.U8(1);
        if (p.WantsFields)
        {
            node = p.Add(tree, Services, v, 1);
            p.Label(node, $"Differentiated Services Field: 0x{services:x2} (DSCP: {IpServices.ShortCodePoint(services >> 2)}, ECN: {IpServices.ShortCongestion(services & 3)})");
            p.Add(node, CodePoint, v, 1);
            p.Add(node, Congestion, v, 1);
        }

        int total = v.U16(2);
        if (total < header && (total != 0 || !p.IsOn(SegmentationOffload)))
        {
            p.Info.Set($"Bogus IP length ({total}, less than header length {header})");
            node = p.Add(tree, TotalLength, v, 2);
            p.Label(node, $"Total Length: {total} bytes (bogus, less than header length {header})");
            p.Expert(node, BogusLength, v, 2, 2);
            return v.Reported;
        }

        node = p.WantsFields ? p.AddUInt(tree, TotalLength, v, 2, 2, (uint)(total == 0 ? v.Reported : total)) : Node.None;
        if (total == 0)
        {
            // A host that leaves segmentation to its network card hands out packets before their length is known.
            total = v.Reported;
            p.Generated(node);
            p.Label(node, $"Total Length: {total} bytes (reported as 0, presumed to be because of \"TCP segmentation offload\" (TSO))");
        }
        else if (total > v.Reported && !p.IsQuoted && !v.IsFragment)
        {
            p.Expert(node, BogusLength, v, 2, 2, $"IPv4 total length exceeds packet length ({v.Reported} bytes)");
        }

        p.SetActualLength(v, total);
        var d = v.Part(0, total);
        DissectHeader(p, d, tree, header);
        HandOff(p, d, tree, parent, header);
        return total;
    }

    static void DissectHeader(Packet p, in View v, Node tree, int header)
    {
        // Each read throws where the packet ends; what was read before it is shown.
        v.Ensure(4, 2);
        ushort fragment = v.U16(6);
        byte ttl = v.U8(8);
        byte protocol = v.U8(9);
        ushort checksum = v.U16(10);
        if (p.Wants(FragmentGroup))
        {
            p.Add(tree, Identification, v, 4);
            var flags = p.Add(tree, Flags, v, 6);
            p.Label(flags, $"{fragment >> 13:b3}. .... = Flags: 0x{fragment >> 13:x1}{((fragment & 0x8000) != 0 ? ", Reserved bit" : "")}{((fragment & 0x4000) != 0 ? ", Don't fragment" : "")}{((fragment & 0x2000) != 0 ? ", More fragments" : "")}");
            p.Add(flags, Reserved, v, 6);
            p.Add(flags, DontFragment, v, 6);
            p.Add(flags, MoreFragments, v, 6);
            var offset = p.Add(tree, FragmentOffset, v, 6);
            p.Label(offset, $"...{(fragment >> 12) & 1:b1} {(fragment >> 8) & 15:b4} {(fragment >> 4) & 15:b4} {fragment & 15:b4} = Fragment Offset: {(fragment & 0x1fff) * 8}");
        }

        var life = Node.None;
        if (p.WantsFields)
        {
            life = p.Add(tree, TimeToLive, v, 8);
            p.Add(tree, NextProtocol, v, 9);
        }

        if (p.WantsFields || p.IsOn(CheckChecksum))
        {
            AddChecksum(p, v, tree, header, checksum);
        }

        var source = Address.IPv4(v.U32(12));
        p.NetworkSource = source;
        p.Source = p.IsQuoted ? p.Source : source;
        if (p.WantsFields)
        {
            p.Label(tree, $"Internet Protocol Version 4, Src: {p.Named(source)}");
            p.Add(tree, Source, v, 12);
            p.Hidden(p.Add(tree, AnyAddress, v, 12));
            if (p.Wants(SourceHost) || p.Wants(AnyHost))
            {
                var text = p.Name(source);
                p.Hidden(p.AddString(tree, SourceHost, v, 12, 4, text));
                p.Hidden(p.AddString(tree, AnyHost, v, 12, 4, text));
            }
        }

        uint to = v.U32(16);
        var destination = Address.IPv4(to);
        int routed = header > 20 && v.Has(20, header - 20) ? IPv4Options.FinalDestination(v, header) : -1;
        if (routed >= 0)
        {
            // A source route that is not used up: the address in the header is only the next stop.
            destination = Address.IPv4(v.U32(routed));
        }

        p.NetworkDestination = destination;
        p.Destination = p.IsQuoted ? p.Destination : destination;
        p.IpProtocol = protocol;
        p.HopLimit = ttl;
        if (p.WantsFields && routed < 0)
        {
            p.Label(tree, $"Internet Protocol Version 4, Src: {p.Named(source)}, Dst: {p.Named(destination)}");
            Route.AddDestination(p, v, tree, 16, destination);
        }
        else if (p.WantsFields)
        {
            p.Label(tree, $"Internet Protocol Version 4, Src: {p.Named(source)}, Dst: {p.Named(destination)}, Via: {p.Named(Address.IPv4(to))}");
            p.Add(tree, CurrentRoute, v, 16);
            Span<byte> text = stackalloc byte[48];
            p.Hidden(p.AddString(tree, CurrentRouteHost, v, 16, 4, text[..Address.IPv4(to).Format(text)]));
        }

        CheckTimeToLive(p, v, life, ttl, protocol, to);
        if (header > 20)
        {
            Options.Dissect(p, v, tree, header, Route);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void CheckTimeToLive(Packet p, in View v, Node node, byte ttl, byte protocol, uint to)
    {
        // The Local Network Control Block, 224.0.0.0/24: routers never forward it (RFC 5771 section 4), so it has no reason to live longer than one
        // hop; the protocols that demand 255, to be sure that nothing came from afar, are VRRP, GLBP and mDNS. 224.0.0.252 (LLMNR) may have any.
        if (to >> 8 == 0xe00000)
        {
            uint host = to & 0xff;
            int expected = host is (18 or 102 or 251) && protocol != IpProtocol.Igmp ? 255 : 1;
            if (ttl != expected && host != 252)
            {
                p.Expert(node, LocalTimeToLive, v, 8, 1, $"\"Time To Live\" != {expected} for a packet sent to the Local Network Control Block (see RFC 3171)");
            }
        }
        else if (ttl < 5 && to >> 28 != 0xe && protocol is not (IpProtocol.Pim or IpProtocol.Ospf))
        {
            p.Expert(node, SmallTimeToLive, v, 8, 1, $"\"Time To Live\" only {ttl}");
        }
    }

    static void AddChecksum(Packet p, in View v, Node tree, int header, ushort checksum)
    {
        bool check = p.IsOn(CheckChecksum) && !p.IsQuoted && v.Has(0, header);
        if (!check && !p.Wants(ChecksumGroup))
        {
            return;
        }

        var node = p.Add(tree, Checksum, v, 10);
        if (!check)
        {
            p.Label(node, $"Header Checksum: 0x{checksum:x4} [{(p.IsOn(CheckChecksum) ? "not all data available" : "validation disabled")}]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 10, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(v.Span(0, header));
        ushort expected = InternetChecksum.Expected(checksum, result);
        if (result == 0)
        {
            p.Label(node, $"Header Checksum: 0x{checksum:x4} [correct]");
        }
        else
        {
            p.Label(node, $"Header Checksum: 0x{checksum:x4} incorrect, should be 0x{expected:x4}(may be caused by \"IP checksum offload\"?)");
            p.Expert(node, BadChecksum, v, 10, 2, $"Bad checksum [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 10, 0, result == 0 ? ChecksumStates.Good : ChecksumStates.Bad));
        p.Generated(p.AddUInt(tree, ChecksumCalculated, v, 10, 2, expected));
    }

    static void HandOff(Packet p, in View v, Node tree, Node parent, int header)
    {
        byte protocol = v.U8(9);
        ushort fragment = v.U16(6);
        int offset = (fragment & 0x1fff) * 8;
        bool more = (fragment & 0x2000) != 0;
        var payload = v.From(header);
        if (offset == 0 && !more)
        {
            Next(p, payload, parent, protocol, setInfo: true);
            return;
        }

        bool outerFragment = p.IsFragment;
        bool checksumIsGood = !p.IsOn(CheckChecksum) || p.IsQuoted || InternetChecksum.Of(v.Span(0, header)) == 0;
        if (p.IsOn(Defragment) && payload.Captured == payload.Reported && v.U16(2) <= v.Reported && checksumIsGood && !p.IsQuoted)
        {
            var table = p.Engine.State<FragmentTable>();
            var key = new FragmentKey(4, p.NetworkSource, p.NetworkDestination, v.U16(4) | ((ulong)protocol << 16));
            if (table.Add(key, p.Number, offset, payload.Bytes, more, out var assembled) is { } datagram)
            {
                var whole = p.AddBuffer(assembled, datagram.Length, Fragments.BufferName);
                Fragments.Show(p, datagram, whole, tree);
                bool legal = !FragmentFields.IsIllegal(datagram.Flags);
                table.Release(datagram);
                p.IsFragment = false;
                Next(p, whole, parent, protocol, legal);
                p.IsFragment = outerFragment;
                return;
            }
        }
        else if (offset == 0)
        {
            // The first fragment alone: what is there of the protocols above is shown.
            p.IsFragment = true;
            Next(p, payload.EndingAs(ShortReason.Fragment), parent, protocol, setInfo: true);
            p.IsFragment = outerFragment;
            return;
        }

        p.Info.Set($"Fragmented IP protocol (proto={IpProtocol.Name(protocol)} {protocol}, off={offset}, ID={v.U16(4):x4})");
        Fragments.ShowLater(p, v, tree);
        p.IsFragment = true;
        p.CallData(payload, parent);
        p.IsFragment = outerFragment;
    }

    static void Next(Packet p, in View v, Node parent, byte protocol, bool setInfo)
    {
        if (v.Reported == 0)
        {
            return;
        }

        if ((p.IsOn(HeuristicsFirst) && p.TryHeuristics(Heuristics, v, parent))
            || (p.Engine.Find(Protocols, protocol) is { } next && p.Call(next, v, parent) > 0)
            || (!p.IsOn(HeuristicsFirst) && p.TryHeuristics(Heuristics, v, parent)))
        {
            return;
        }

        if (setInfo)
        {
            p.Info.Set($"{IpProtocol.Name(protocol)} ({protocol})");
        }

        p.CallData(v, parent);
    }
}
