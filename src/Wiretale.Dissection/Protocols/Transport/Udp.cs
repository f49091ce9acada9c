using Wiretale.Dissection.Conversations;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport;

// Specification: RFC 768; the checksum over IPv6 RFC 8200 section 8.1, zero checksums there RFC 6935.
//
//    0                               16                            31
//   +-------------------------------+-------------------------------+
//   |          Source port          |       Destination port        |
//   +-------------------------------+-------------------------------+
//   |            Length             |           Checksum            |
//   +-------------------------------+-------------------------------+

/// <summary>User Datagram Protocol.</summary>
public sealed class Udp() : Dissector("udp", "udplite")
{
    const int HeaderLength = 8;

    static readonly Protocol P = new("User Datagram Protocol", "UDP", "udp");

    static readonly Field SourcePort = P.UInt16("udp.srcport", "Source Port", FieldBase.PortUdp);
    static readonly Field DestinationPort = P.UInt16("udp.dstport", "Destination Port", FieldBase.PortUdp);
    static readonly Field AnyPort = P.UInt16("udp.port", "Source or Destination Port", FieldBase.PortUdp);
    static readonly Field StreamIndex = P.UInt32("udp.stream", "Stream index");
    static readonly Field Length = P.UInt16("udp.length", "Length", blurb: "Length in octets including this header and the data");
    static readonly Field Checksum = P.UInt16("udp.checksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumCalculated = P.UInt16("udp.checksum_calculated", "Calculated Checksum", FieldBase.Hex,
        blurb: "The expected UDP checksum field as calculated from the UDP packet");
    static readonly Field ChecksumStatus = P.UInt8("udp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field TimeRelative = P.RelativeTime("udp.time_relative", "Time since first frame", "Time relative to first frame in this UDP stream");
    static readonly Field TimeDelta = P.RelativeTime("udp.time_delta", "Time since previous frame", "Time delta from previous frame in this UDP stream");
    static readonly Field Payload = P.Bytes("udp.payload", "Payload");

    static readonly Expert BadLength = P.Expert("udp.length.bad", Severity.Error, ExpertGroup.Malformed, "Bad length value");
    static readonly Expert BadCoverage = P.Expert("udplite.checksum_coverage.bad", Severity.Error, ExpertGroup.Malformed, "Bad checksum coverage length value");
    static readonly Expert ZeroLength = P.Expert("udp.length.bad_zero", Severity.Warning, ExpertGroup.Protocol, "Length is zero but payload < 65536");
    static readonly Expert BadChecksum = P.Expert("udp.checksum.bad", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    static readonly Expert ZeroChecksum = P.Expert("udp.checksum.zero", Severity.Error, ExpertGroup.Checksum, "Illegal checksum value (0)");
    static readonly Expert PossibleTraceroute = P.Expert("udp.possible_traceroute", Severity.Chat, ExpertGroup.Sequence, "Possible traceroute");

    static readonly Preference CheckChecksum = P.Preference("check_checksum", "Validate the UDP checksum if possible", false);
    static readonly Preference IgnoreZeroChecksumV6 = P.Preference("ignore_ipv6_zero_checksum", "Ignore zero-value UDP checksums over IPv6", false);
    static readonly Preference HeuristicsFirst = P.Preference("try_heuristic_first", "Try heuristic sub-dissectors first", false);

    /// <summary>Protocols above UDP, by port.</summary>
    public static readonly TableKey Ports = new("udp.port", "UDP port");

    /// <summary>Protocols above UDP that look at the bytes.</summary>
    public static readonly HeuristicKey Heuristics = new("udp");

    /// <summary>Whether something is wanted that takes a memory of the conversation.</summary>
    internal static bool WantsState(Demand demand) => demand.Wants(StreamIndex) || demand.Wants(TimeRelative) || demand.Wants(TimeDelta);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    internal override bool AddsOnlyItsOwn => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Udp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) => Dissect(p, v, parent, P, coverageField: null);

    /// <summary>Takes UDP or, with a field for the checksum coverage, UDP-Lite apart.</summary>
    internal int Dissect(Packet p, in View v, Node parent, Protocol protocol, Field? coverageField)
    {
        uint source = v.U16(0), destination = v.U16(2);
        p.SetProtocol(protocol.ShortName);
        var tree = p.Open(protocol, v, parent, 0, Math.Min(HeaderLength, v.Captured));
        p.SourcePort = source;
        p.DestinationPort = destination;
        p.PortKind = PortKind.Udp;
        if (p.Engine.Names.Ports)
        {
            p.Info.Set($"{p.ShortPort(source, PortKind.Udp)} → {p.ShortPort(destination, PortKind.Udp)}");
        }
        else
        {
            p.Info.Set($"{source} → {destination}");
        }

        CheckTraceroute(p, v, p.Add(tree, SourcePort, v, 0), 0, source);
        CheckTraceroute(p, v, p.Add(tree, DestinationPort, v, 2), 2, destination);
        if (p.WantsFields)
        {
            p.Label(tree, $"{protocol.Name}, Src Port: {p.NamedPort(source, PortKind.Udp)}, Dst Port: {p.NamedPort(destination, PortKind.Udp)}");
            p.Hidden(p.Add(tree, AnyPort, v, 0));
            p.Hidden(p.Add(tree, AnyPort, v, 2));
        }

        int length = v.U16(4), covered;
        bool isJumbogram = false;
        if (coverageField is not null)
        {
            covered = length == 0 ? v.Reported : length;
            length = v.Reported;
            AddCoverage(p, v, tree, coverageField, covered);
        }
        else if (AddLength(p, v, tree, length, out isJumbogram))
        {
            covered = length = isJumbogram ? v.Reported : length;
        }
        else
        {
            return v.Reported;
        }

        p.Info.Append($" Len={length - HeaderLength}");
        if (isJumbogram)
        {
            p.Info.Append(" [Jumbogram]"u8);
        }

        ushort checksum = v.U16(6);
        bool mayBeZero = coverageField is null && (p.NetworkSource.Kind != AddressKind.IPv6 || p.IsOn(IgnoreZeroChecksumV6));
        if (checksum == 0 && !mayBeZero)
        {
            p.Info.Append(" [ILLEGAL CHECKSUM (0)]"u8);
        }

        var conversation = p.Engine.TracksUdp ? p.Engine.Conversations.FindOrOpen(p, PortKind.Udp) : null;
        p.Conversation = conversation;
        if (p.WantsFields || p.IsOn(CheckChecksum))
        {
            AddChecksum(p, v, tree, checksum, length, Math.Min(covered, length), mayBeZero, coverageField is null ? IpProtocol.Udp : IpProtocol.UdpLite);
            if (conversation is not null)
            {
                p.AddStream(tree, StreamIndex, v, 8, conversation);
            }

            if (length > HeaderLength && conversation is not null)
            {
                AddTimes(p, v, tree, conversation);
            }
        }

        if (Math.Min(v.Captured, length) <= HeaderLength)
        {
            if (length > HeaderLength && !p.IsQuoted)
            {
                v.Ensure(HeaderLength, 1);
            }

            return v.Reported;
        }

        HandOff(p, v.Part(HeaderLength, length - HeaderLength), tree, parent, conversation);
        return v.Reported;
    }

    /// <summary>Traceroute's ports: it counts up from 33434, three attempts a hop.</summary>
    static void CheckTraceroute(Packet p, in View v, Node node, int at, uint port)
    {
        const uint First = 33435, Hops = 10, Attempts = 3;
        if (port - First < Hops * Attempts)
        {
            p.Expert(node, PossibleTraceroute, v, at, 2, $"Possible traceroute: hop #{((port - First) / Attempts) + 1}, attempt #{((port - First) % Attempts) + 1}");
        }
    }

    /// <summary>Adds the length and says what is wrong with it; false when nothing behind it can be trusted.</summary>
    static bool AddLength(Packet p, in View v, Node tree, int length, out bool isJumbogram)
    {
        var node = p.Add(tree, Length, v, 4);

        // RFC 2675 section 4: a jumbogram's length is 0, and really that of its IP payload.
        isJumbogram = length == 0 && p.NetworkSource.Kind == AddressKind.IPv6;
        if (isJumbogram)
        {
            if (v.Reported <= ushort.MaxValue)
            {
                p.Expert(node, ZeroLength, v, 4, 2);
            }
        }
        else if (length < HeaderLength)
        {
            p.AppendLabel(node, $" (bogus, must be >= {HeaderLength})");
            p.Expert(node, BadLength, v, 4, 2, $"Bad length value {length} < {HeaderLength}");
            p.Info.Append($" [BAD UDP LENGTH {length} < {HeaderLength}]");
            return false;
        }
        else if (length > v.Reported && !p.IsFragment && !p.IsQuoted)
        {
            p.AppendLabel(node, $" (bogus, payload length {v.Reported})");
            p.Expert(node, BadLength, v, 4, 2, $"Bad length value {length} > IP payload length");
            p.Info.Append($" [BAD UDP LENGTH {length} > IP PAYLOAD LENGTH]");
        }

        return true;
    }

    /// <summary>Adds UDP-Lite's checksum coverage, which stands where UDP has its length (RFC 3828 section 3.1).</summary>
    static void AddCoverage(Packet p, in View v, Node tree, Field field, int covered)
    {
        var node = p.Add(tree, field, v, 4);
        p.Generated(p.AddUInt(tree, Length, v, 4, 0, (uint)v.Reported));
        if (covered < HeaderLength || covered > v.Reported)
        {
            p.AppendLabel(node, $" (bogus, must be >= {HeaderLength} and <= {v.Reported})");
            p.Expert(node, BadCoverage, v, 4, 2, $"Bad checksum coverage length value {covered} < {HeaderLength} or > {v.Reported}");
            p.Info.Append($" [BAD LIGHTWEIGHT UDP CHECKSUM COVERAGE LENGTH {covered} < {HeaderLength} or > {v.Reported}]");
        }
    }

    void AddTimes(Packet p, in View v, Node tree, Conversation conversation)
    {
        if (p.IsQuoted)
        {
            return;
        }

        var times = conversation.GetOrAdd<Times>(this);
        if (!times.Seen)
        {
            (times.Seen, times.First, times.Last) = (true, p.Time, p.Time);
        }

        var branch = p.Generated(p.AddText(tree, v, 0, 0, "Timestamps"));
        branch = branch.IsWanted ? branch : tree;
        p.Generated(p.AddTime(branch, TimeRelative, v, 0, 0, p.Time - times.First));
        p.Generated(p.AddTime(branch, TimeDelta, v, 0, 0, p.Time - times.Last));
        times.Last = p.Time;
    }

    static void AddChecksum(Packet p, in View v, Node tree, ushort checksum, int length, int covered, bool mayBeZero, byte protocol)
    {
        var node = p.Add(tree, Checksum, v, 6);
        if (checksum == 0 && mayBeZero)
        {
            p.Label(node, $"Checksum: 0x0000 [zero-value ignored]");
            p.Generated(p.AddUInt(node.IsWanted ? node : tree, ChecksumStatus, v, 6, 0, ChecksumStates.NotPresent));
            return;
        }

        if (checksum == 0)
        {
            p.Label(node, $"Checksum: 0x0000 [zero-value illegal]");
            p.Expert(node, ZeroChecksum, v, 6, 2);
            p.Generated(p.AddUInt(node.IsWanted ? node : tree, ChecksumStatus, v, 6, 0, ChecksumStates.Illegal));
            return;
        }

        if (!p.IsOn(CheckChecksum) || p.IsQuoted || p.IsFragment || v.Captured < length || v.Reported < length || covered < HeaderLength)
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(p.NetworkSource, p.NetworkDestination, protocol, (uint)length, v.Span(0, covered));
        ushort expected = InternetChecksum.Expected(checksum, result);
        if (result == 0)
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} [correct]");
        }
        else
        {
            p.Label(node, $"Checksum: 0x{checksum:x4} incorrect, should be 0x{expected:x4} (maybe caused by \"UDP checksum offload\"?)");
            p.Expert(node, BadChecksum, v, 6, 2, $"Bad checksum [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(node.IsWanted ? node : tree, ChecksumCalculated, v, 6, 2, expected));
        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, result == 0 ? ChecksumStates.Good : ChecksumStates.Bad));
    }

    static void HandOff(Packet p, in View v, Node tree, Node parent, Conversation? conversation)
    {
        if (p.WantsFields && v.Captured > 0)
        {
            p.Label(p.Add(tree, Payload, v, 0, v.Captured), $"UDP payload ({v.Captured} byte{(v.Captured == 1 ? "" : "s")})");
        }

        // As in Wireshark, what a datagram carries stands beside the packet that quotes it.
        parent = p.IsQuoted ? Node.Root : parent;
        if (!p.Engine.OpensPayload)
        {
            HandOffTunnel(p, v, parent);
            return;
        }

        if (conversation!.Dissector is { } known && p.Call(known, v, parent) > 0)
        {
            return;
        }

        bool heuristicsFirst = p.IsOn(HeuristicsFirst);
        if (heuristicsFirst && p.TryHeuristics(Heuristics, v, parent))
        {
            return;
        }

        // The lower port is the likelier server.
        uint low = Math.Min(p.SourcePort, p.DestinationPort), high = Math.Max(p.SourcePort, p.DestinationPort);
        if ((low != 0 && p.Engine.Find(Ports, low) is { } first && p.Call(first, v, parent) > 0)
            || (high != 0 && p.Engine.Find(Ports, high) is { } second && p.Call(second, v, parent) > 0)
            || (!heuristicsFirst && p.TryHeuristics(Heuristics, v, parent)))
        {
            return;
        }

        p.CallData(v, Node.Root);
    }

    /// <summary>Nobody wants to know what is carried, unless it is packets.</summary>
    static void HandOffTunnel(Packet p, in View v, Node parent)
    {
        uint low = Math.Min(p.SourcePort, p.DestinationPort), high = Math.Max(p.SourcePort, p.DestinationPort);
        var next = p.Engine.Find(Ports, low) ?? p.Engine.Find(Ports, high);
        if (next is not { CrossesLanes: true } || p.Call(next, v, parent) == 0)
        {
            p.IsIncomplete = true;
        }
    }

    sealed class Times
    {
        public bool Seen;
        public Timestamp First, Last;
    }
}
