using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 792; subnet masks RFC 950, path MTU RFC 1191, router discovery RFC 1256, mobility agents RFC 5944 section 2.1,
// multi-part messages RFC 4884, extended echo RFC 8335.
//
//    0               8               16                            31
//   +---------------+---------------+-----------------------------+
//   |     Type      |     Code      |          Checksum           |
//   +---------------+---------------+-----------------------------+
//   |    By type: identifier and number, pointer, gateway, MTU    |
//   +-------------------------------------------------------------+
//   |    By type: data, times, or the packet that the error is about, then extensions ...

/// <summary>Internet Control Message Protocol.</summary>
public sealed class Icmp() : Dissector("icmp")
{
    const int HeaderLength = 8;

    /// <summary>A quoted packet without a length of its own takes this much before the extensions (RFC 4884 section 5.5).</summary>
    const int ImpliedQuote = 128;

    internal static readonly Protocol P = new("Internet Control Message Protocol", "ICMP", "icmp");

    static readonly Field Type = P.UInt8("icmp.type", "Type");
    static readonly Field Code = P.UInt8("icmp.code", "Code");
    static readonly Field Checksum = P.UInt16("icmp.checksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("icmp.checksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field Unused = P.Bytes("icmp.unused", "Unused");
    static readonly Field Reserved = P.Bytes("icmp.reserved", "Reserved");
    static readonly Field Identifier = P.UInt16("icmp.ident", "Identifier (BE)", FieldBase.DecHex, blurb: "Identifier (big endian representation)");
    static readonly Field IdentifierLE = P.UInt16("icmp.ident_le", "Identifier (LE)", FieldBase.DecHex, blurb: "Identifier (little endian representation)");
    static readonly Field Sequence = P.UInt16("icmp.seq", "Sequence Number (BE)", FieldBase.DecHex, blurb: "Sequence Number (big endian representation)");
    static readonly Field SequenceLE = P.UInt16("icmp.seq_le", "Sequence Number (LE)", FieldBase.DecHex,
        blurb: "Sequence Number (little endian representation)");
    static readonly Field Mtu = P.UInt16("icmp.mtu", "MTU of next hop");
    static readonly Field AddressCount = P.UInt8("icmp.num_addrs", "Number of addresses");
    static readonly Field EntrySize = P.UInt8("icmp.addr_entry_size", "Address entry size");
    static readonly Field Lifetime = P.UInt16("icmp.lifetime", "Lifetime");
    static readonly Field Pointer = P.UInt32("icmp.pointer", "Pointer");
    static readonly Field RouterAddress = P.IPv4("icmp.router_address", "Router address");
    static readonly Field PreferenceLevel = P.Int32("icmp.pref_level", "Preference level");
    static readonly Field Originated = P.UInt32("icmp.originate_timestamp", "Originate Timestamp");
    static readonly Field Received = P.UInt32("icmp.receive_timestamp", "Receive Timestamp");
    static readonly Field Transmitted = P.UInt32("icmp.transmit_timestamp", "Transmit Timestamp");
    static readonly Field AddressMask = P.IPv4("icmp.address_mask", "Address Mask");
    static readonly Field Gateway = P.IPv4("icmp.redir_gw", "Gateway Address");
    static readonly IcmpMobility Mobility = new(P);
    internal static readonly IcmpExtensions Extensions = new(P);
    static readonly Field ResponseIn = P.FrameNumber("icmp.resp_in", "Response frame", "The frame number of the corresponding response");
    static readonly Field NoResponse = P.Label("icmp.no_resp", "No response seen", "No corresponding response frame was seen");
    static readonly Expert NoResponseSeen = P.Expert("icmp.resp_not_found", Severity.Warning, ExpertGroup.Sequence, "No response seen to ICMP request");
    static readonly Field ResponseTo = P.FrameNumber("icmp.resp_to", "Request frame", "The frame number of the corresponding request");
    static readonly Field ResponseTime = P.Field(FieldType.Double, "icmp.resptime", "Response time", blurb: "The time between the request and the response, in ms.");
    static readonly Field DataTime = P.AbsoluteTime("icmp.data_time", "Timestamp from icmp data", blurb: "The timestamp in the first 8 bytes of the icmp data");
    static readonly Field DataTimeRelative = P.RelativeTime("icmp.data_time_relative", "Timestamp from icmp data (relative)",
        "The timestamp of the packet, relative to the timestamp in the first 8 bytes of the icmp data");
    static readonly Field QuoteWords = P.UInt8("icmp.length", "Length", blurb: "The length of the original datagram");
    static readonly Field QuoteLength = P.UInt8("icmp.length.original_datagram", "Length of original datagram", blurb: "The length of the original datagram (length * 4)");
    static readonly Field ExtendedSequence = P.UInt8("icmp.ext.echo.seq", "Sequence Number", FieldBase.DecHex);
    static readonly Field RequestReserved = P.UInt8("icmp.ext.echo.req.res", "Reserved", FieldBase.Hex, mask: 0xfe);
    static readonly Field RequestLocal = P.Flag("icmp.ext.echo.req.local", "Local bit", 8, 1, ValueNames.SetNotSet);
    static readonly Field ReplyState = P.UInt8("icmp.ext.echo.rsp.state", "State", FieldBase.Dec,
        ValueNames.Of(() => [(0, "Reserved"), (1, "Incomplete"), (2, "Reachable"), (3, "Stale"), (4, "Delay"), (5, "Probe"), (6, "Failed")]), mask: 0xe0);
    static readonly Field ReplyReserved = P.UInt8("icmp.ext.echo.rsp.res", "Reserved", FieldBase.Hex, mask: 0x18);
    static readonly Field ReplyActive = P.Flag("icmp.ext.echo.rsp.active", "Active bit", 8, 4, ValueNames.SetNotSet);
    static readonly Field ReplyIPv4 = P.Flag("icmp.ext.echo.rsp.ipv4", "IPv4 bit", 8, 2, ValueNames.SetNotSet);
    static readonly Field ReplyIPv6 = P.Flag("icmp.ext.echo.rsp.ipv6", "IPv6 bit", 8, 1, ValueNames.SetNotSet);
    static readonly Expert NotFound = P.Expert("icmp.resp_not_found", Severity.Warning, ExpertGroup.Sequence, "Response not found");
    static readonly Expert BadChecksum = P.Expert("icmp.checksum_bad", Severity.Warning, ExpertGroup.Checksum, "Bad checksum");

    static readonly Preference FavorExtensions = P.Preference("favor_icmp_mpls", "Favor ICMP extensions for MPLS", false);

    const string MobileName = "Mobile IP Advertisement";

    static readonly string?[] PaddedNames = new string?[256];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Icmp);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ICMP");
        p.Info.Clear();
        v.Ensure(0, 6);
        byte type = v.U8(0), code = v.U8(1);
        bool isMobile = type == IcmpMessage.RouterAdvertisement && code is (0 or IcmpMessage.NoCommonTraffic);
        SetInfo(p, isMobile ? MobileName : PaddedNames[type] ??= IcmpMessage.TypeName(type).PadRight(20), type, code);
        var tree = p.Open(P, v, parent);
        p.Label(p.Add(tree, Type, v, 0), $"Type: {(uint)type} ({(isMobile ? MobileName : IcmpMessage.TypeName(type))})");
        AddCode(p, v, tree, type, code);
        AddChecksum(p, v, tree);
        switch (type)
        {
            case IcmpMessage.EchoReply or IcmpMessage.EchoRequest:
                AddNumbers(p, v, tree);
                Link(p, v, tree, type);
                AddEchoData(p, v, tree);
                break;
            case IcmpMessage.TimestampRequest or IcmpMessage.TimestampReply:
                AddNumbers(p, v, tree);
                uint now = (uint)((p.Time.Seconds % 86400 * 1000) + (p.Time.Nanoseconds / 1_000_000));
                uint originated = AddClock(p, v, tree, Originated, 8, now);
                uint received = AddClock(p, v, tree, Received, 12, originated);
                AddClock(p, v, tree, Transmitted, 16, received);
                break;
            case IcmpMessage.InformationRequest or IcmpMessage.InformationReply:
                AddNumbers(p, v, tree);
                break;
            case IcmpMessage.MaskRequest or IcmpMessage.MaskReply:
                AddNumbers(p, v, tree);
                p.Add(tree, AddressMask, v, 8);
                break;
            case IcmpMessage.Unreachable or IcmpMessage.SourceQuench or IcmpMessage.Redirect or IcmpMessage.TimeExceeded or IcmpMessage.ParameterProblem:
                AddErrorHeader(p, v, tree, type, code);
                Quote(p, v, tree, type);
                break;
            case IcmpMessage.RouterAdvertisement:
                AddRouters(p, v, tree, isMobile);
                break;
            case IcmpMessage.ExtendedEchoRequest or IcmpMessage.ExtendedEchoReply:
                AddExtendedEcho(p, v, tree, type);
                break;
        }

        return v.Reported;
    }

    static void SetInfo(Packet p, string name, byte type, byte code)
    {
        if (IcmpMessage.CodeName(type, code) is { } meaning)
        {
            p.Info.Set($"{name} ({meaning})");
        }
        else if (IcmpMessage.HasCodes(type))
        {
            p.Info.Set($"{name} (Unknown code: {(uint)code})");
        }
        else
        {
            p.Info.Set(name);
        }
    }

    static void AddCode(Packet p, in View v, Node tree, byte type, byte code)
    {
        var node = p.Add(tree, Code, v, 1);
        if (IcmpMessage.CodeName(type, code) is { } meaning)
        {
            p.AppendLabel(node, $" ({meaning})");
        }
        else if (IcmpMessage.HasCodes(type))
        {
            p.AppendLabel(node, $" (Unknown code: {(uint)code})");
        }
    }

    static void AddChecksum(Packet p, in View v, Node tree)
    {
        if (!p.WantsFields)
        {
            return;
        }

        ushort carried = v.U16(2);
        var node = p.Add(tree, Checksum, v, 2);
        if (p.IsQuoted || p.IsFragment || v.Captured < v.Reported)
        {
            p.AppendLabel(node, $" [unverified]{(p.IsQuoted ? " [in ICMP error packet]" : p.IsFragment ? " [fragmented datagram]" : "")}");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 2, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(v.Bytes);
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

    static void AddNumbers(Packet p, in View v, Node tree)
    {
        p.Add(tree, Identifier, v, 4);
        p.AddLE(tree, IdentifierLE, v, 4);
        p.Add(tree, Sequence, v, 6);
        p.AddLE(tree, SequenceLE, v, 6);
        uint number = v.U16(6);
        p.Info.Append($" id=0x{v.U16(4):x4}, seq={number}/{(uint)v.U16LE(6)}");
        if (p.Outer is IPv4)
        {
            p.Info.Append($", ttl={(uint)p.HopLimit}");
        }
    }

    static void Link(Packet p, in View v, Node tree, byte type)
    {
        if (p.IsQuoted)
        {
            return;
        }

        var echoes = p.Engine.State<EchoTable>();
        ushort checksum = v.U16(2);
        if (type == IcmpMessage.EchoRequest)
        {
            echoes.Add(p.NetworkSource, p.NetworkDestination, IpProtocol.Icmp, checksum, v.U32(4), p.Number, p.Time);
            if (p.Engine.Hindsight is not null)
            {
                ShowResponse(p, v, tree, p.Later(ResponseIn), (ResponseIn, NoResponse, NoResponseSeen));
            }

            return;
        }

        checksum = EchoTable.RequestChecksum(checksum, IcmpMessage.EchoRequest << 8, IcmpMessage.EchoReply << 8);
        if (!echoes.Take(p.NetworkSource, p.NetworkDestination, IpProtocol.Icmp, checksum, v.U32(4), out var request))
        {
            return;
        }

        p.Info.Append($" (request in {request.Frame})");
        p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)request.Frame));
        var time = p.Time - request.Time;
        var node = p.Generated(p.AddDouble(tree, ResponseTime, v, 0, 0, Milliseconds(time)));
        p.Label(node, $"Response time: {Milliseconds(time):F3} ms");
    }

    /// <summary>Where the response to an echo request is, or that there is none.</summary>
    internal static void ShowResponse(Packet p, in View v, Node tree, uint response, (Field In, Field None, Expert NoneSeen) fields)
    {
        if (response != 0)
        {
            p.AddLater(tree, fields.In, v, response);
            p.Info.Append($" (reply in {response})");
        }
        else
        {
            var node = p.Generated(p.Add(tree, fields.None, v, 0, 0));
            p.Expert(node, fields.NoneSeen, v);
            p.Info.Append(" (no response found!)"u8);
        }
    }

    /// <summary>A span in milliseconds.</summary>
    internal static double Milliseconds(Timestamp time) => (time.Seconds * 1000.0) + (time.Nanoseconds / 1e6);

    static void AddEchoData(Packet p, in View v, Node tree)
    {
        int at = HeaderLength;
        if (v.ReportedFrom(at) >= 8 && SendTime(v, at, p.Time) is { } sent)
        {
            p.AddTime(tree, DataTime, v, at, 8, sent);
            p.Generated(p.AddTime(tree, DataTimeRelative, v, at, 8, p.Time - sent));
            at += 8;
        }

        p.CallData(v.From(at), tree);
    }

    /// <summary>Ping programs begin the data with the time of sending, in their machine's byte order: it is one when it lies within a day of the capture's.</summary>
    static Timestamp? SendTime(in View v, int at, Timestamp now)
    {
        const uint MicrosecondsPerSecond = 1_000_000;
        const long Day = 86400;
        uint seconds = v.U32(at), micros = v.U32(at + 4);
        if (micros < MicrosecondsPerSecond && Math.Abs(seconds - now.Seconds) < Day)
        {
            return new(seconds, (int)micros * 1000);
        }

        seconds = v.U32LE(at);
        micros = v.U32LE(at + 4);
        return micros < MicrosecondsPerSecond && Math.Abs(seconds - now.Seconds) < Day ? new(seconds, (int)micros * 1000) : null;
    }

    /// <summary>Milliseconds since midnight UTC; the uppermost bit says that they are not (RFC 792). Some hosts send them with the little end first.</summary>
    static uint AddClock(Packet p, in View v, Node tree, Field field, int at, uint reference)
    {
        const uint NotStandard = 0x8000_0000;
        var node = p.Add(tree, field, v, at);
        uint time = LikelierClock(v.U32(at) & ~NotStandard, v.U32LE(at) & ~NotStandard, reference);
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            TimeText.Duration(p.Scratch, time / 1000, (int)(time % 1000));
            p.AppendLabel(node, $" ({p.Scratch.Bytes} after midnight UTC)");
        }

        return time;
    }

    /// <summary>Which of two readings is a time of day; when both are, the one that comes sooner after <paramref name="reference"/>, midnight counted in.</summary>
    static uint LikelierClock(uint big, uint little, uint reference)
    {
        const uint Day = 86_400_000;
        if (big < Day != little < Day)
        {
            return big < Day ? big : little;
        }

        return Distance(big) < Distance(little) ? big : little;

        uint Distance(uint time) => unchecked((time < reference && time <= Day / 4 && big < Day ? time + Day : time) - reference);
    }

    static void AddErrorHeader(Packet p, in View v, Node tree, byte type, byte code)
    {
        uint words = v.U8(5);
        bool tellsMtu = type == IcmpMessage.Unreachable && code == IcmpMessage.FragmentationNeeded;
        switch (type)
        {
            case IcmpMessage.Redirect:
                p.Add(tree, Gateway, v, 4);
                return;
            case IcmpMessage.SourceQuench:
                v.Ensure(4, 4);
                return;
            case IcmpMessage.ParameterProblem:
                p.AddUInt(tree, Pointer, v, 4, 1, v.U8(4));
                break;
            default:
                if (words > 0)
                {
                    p.Add(tree, Unused, v, 4, 1);
                }

                break;
        }

        if (words > 0)
        {
            p.Add(tree, QuoteWords, v, 5);
            p.Generated(p.AddUInt(tree, QuoteLength, v, 5, 1, words * 4));
        }

        if (!tellsMtu)
        {
            int at = words > 0 ? 6 : type == IcmpMessage.ParameterProblem ? 5 : 4;
            p.Add(tree, Unused, v, at, HeaderLength - at);
            return;
        }

        if (words == 0)
        {
            p.Add(tree, Unused, v, 4, 2);
        }

        p.Add(tree, Mtu, v, 6);
    }

    static void Quote(Packet p, in View v, Node tree, byte type)
    {
        var rest = v.From(HeaderLength);
        int length = v.U8(5) * 4, total = rest.Has(2, 2) ? rest.U16(2) : 0, header = rest.Captured > 0 ? (rest.U8(0) & 15) * 4 : 0;
        var quoted = rest;
        if (type == IcmpMessage.Redirect)
        {
            quoted = rest.Part(0, header + 8);
        }
        else if (length > 0 && rest.Reported > length && total > length)
        {
            quoted = rest.Part(0, length + header);
        }

        if (rest.Reported > 0)
        {
            bool isIPv6 = rest.Captured > 0 && rest.U8(0) >> 4 == 6;
            p.Quote(p.Engine.Find(EtherType.Table, isIPv6 ? EtherTypes.IPv6 : EtherTypes.IPv4) ?? Catalog.Data, quoted, tree);
        }

        bool mayExtend = type is IcmpMessage.Unreachable or IcmpMessage.TimeExceeded or IcmpMessage.ParameterProblem;
        if (mayExtend && rest.Reported > ImpliedQuote && (total <= ImpliedQuote || p.IsOn(FavorExtensions)))
        {
            Extensions.Dissect(p, rest.From(length > 0 ? length : ImpliedQuote), tree);
        }
    }

    static void AddRouters(Packet p, in View v, Node tree, bool isMobile)
    {
        uint count = v.U8(4), size = v.U8(5);
        p.Add(tree, AddressCount, v, 4);
        p.Add(tree, EntrySize, v, 5);
        AddLifetime(p, v, tree);
        int at = HeaderLength;
        if (size != 2)
        {
            p.CallData(v.From(at), tree);
            return;
        }

        for (uint i = 0; i < count; i++, at += 8)
        {
            p.Add(tree, RouterAddress, v, at);
            p.Add(tree, PreferenceLevel, v, at + 4);
        }

        if (isMobile)
        {
            Mobility.Dissect(p, v, tree, at);
        }
    }

    static void AddLifetime(Packet p, in View v, Node tree)
    {
        uint seconds = v.U16(6);
        var node = p.Add(tree, Lifetime, v, 6);
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            TimeText.Duration(p.Scratch, seconds);
            p.AppendLabel(node, $" ({p.Scratch.Bytes})");
        }
    }

    static void AddExtendedEcho(Packet p, in View v, Node tree, byte type)
    {
        p.Add(tree, Identifier, v, 4);
        p.AddLE(tree, IdentifierLE, v, 4);
        p.Add(tree, ExtendedSequence, v, 6);
        if (type == IcmpMessage.ExtendedEchoRequest)
        {
            p.Add(tree, RequestReserved, v, 7);
            p.Add(tree, RequestLocal, v, 7, 1);
            if (v.ReportedFrom(HeaderLength) > 0)
            {
                Extensions.Dissect(p, v.From(HeaderLength), tree);
            }

            return;
        }

        p.Add(tree, ReplyState, v, 7);
        p.Add(tree, ReplyReserved, v, 7);
        p.Add(tree, ReplyActive, v, 7, 1);
        p.Add(tree, ReplyIPv4, v, 7, 1);
        p.Add(tree, ReplyIPv6, v, 7, 1);
    }
}
