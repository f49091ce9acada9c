using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: IEEE 802.3-2022, clause 3.2; Ethernet II, RFC 894.
//
//   0         6         12            14
//   +---------+---------+-------------+--------------+---------+-------
//   | to      | from    | type/length | payload ...  | padding | FCS
//   +---------+---------+-------------+--------------+---------+-------
//
// Up to 1500 the number is a length, from 1536 on an EtherType, between them it is neither (clause 3.2.6). 0 is no length
// that any frame has and counts as an EtherType nobody knows.

/// <summary>Ethernet.</summary>
/// <param name="mayHaveFcs">False inside tunnels, which carry frames without their frame check sequence.</param>
public sealed class Ethernet(bool mayHaveFcs = true) : Dissector("eth")
{
    const int HeaderLength = 14;
    const int MaxLength = 1500;
    const int MinType = 1536;
    const int MinFrame = 60;

    static readonly Protocol P = new("Ethernet", "Ethernet", "eth");
    static readonly MacFields Destination = new(P, "eth.dst", "Destination");
    static readonly MacFields Source = new(P, "eth.src", "Source");
    static readonly Field Length = P.UInt16("eth.len", "Length");
    static readonly Field Type = P.UInt16("eth.type", "Type", FieldBase.Hex, EtherType.Names);
    static readonly Field InvalidType = P.UInt16("eth.invalid_lentype", "Invalid length/type", FieldBase.HexDec);
    static readonly MacFields AnyAddress = new(P, "eth.addr", "Address");
    static readonly Field Padding = P.Bytes("eth.padding", "Padding");
    static readonly Field Trailer = P.Bytes("eth.trailer", "Trailer");
    static readonly Field Fcs = P.UInt32("eth.fcs", "Frame check sequence", FieldBase.Hex);
    static readonly Field FcsStatus = P.UInt8("eth.fcs.status", "FCS Status", FieldBase.None, Internet.ChecksumStates.Names);
    static readonly (Field Local, Field Group) DestinationBits = MacFields.Bits(P, "eth.dst");
    static readonly (Field Local, Field Group) SourceBits = MacFields.Bits(P, "eth.src");
    static readonly (Field Local, Field Group) AnyBits = MacFields.Bits(P, "eth");
    static readonly Expert InvalidTypeExpert = P.Expert("eth.invalid_lentype.expert", Severity.Warning, ExpertGroup.Protocol, "Invalid length/type");
    static readonly Expert GroupSource = P.Expert("eth.src_not_group", Severity.Warning, ExpertGroup.Protocol, "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)");
    static readonly Expert LengthPastEnd = P.Expert("eth.len.past_end", Severity.Error, ExpertGroup.Malformed, "Length field value goes past the end of the payload");
    static readonly Expert BadPadding = P.Expert("eth.padding_bad", Severity.Note, ExpertGroup.Protocol, "Didn't find padding of zeros, and an undecoded trailer exists. There may be padding of non-zeros.");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    internal override bool AddsOnlyItsOwn => true;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        if (!mayHaveFcs)
        {
            return;
        }

        claims.Numbers(Frame.LinkTypes, (uint)LinkType.Ethernet);
        claims.Numbers(EtherType.Table, EtherTypes.TransparentEthernet);
        claims.Numbers(Internet.IPv4.Protocols, IpProtocol.Ethernet);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Ethernet");
        p.Destination = p.LinkDestination = Address.Ethernet(v.Span(0, 6));
        p.Source = p.LinkSource = Address.Ethernet(v.Span(6, 6));
        int number = v.U16(12);
        if (number >= MinType || number == 0)
        {
            p.Info.Set("Ethernet II"u8);
            var tree = p.Open(P, v, parent, 0, HeaderLength);
            if (p.WantsFields)
            {
                p.Label(tree, $"Ethernet II, Src: {p.Named(p.Source)}, Dst: {p.Named(p.Destination)}");
                AddAddresses(p, tree, v);
                p.Add(tree, Type, v, 12);
            }

            var payload = v.From(HeaderLength);
            int own = EtherType.HandOff(p, (ushort)number, payload, parent);
            if (p.WantsFields || v.Captured < v.Reported)
            {
                AddTrailer(p, tree, v, HeaderLength + own, Trailer, mayHaveFcs);
            }
        }
        else if (number > MaxLength)
        {
            p.Info.Set($"Ethernet Unknown: Invalid length/type: 0x{number:x4} ({number})");
            var tree = p.Open(P, v, parent, 0, HeaderLength);
            p.Label(tree, $"Ethernet Unknown, Src: {p.Named(p.Source)}, Dst: {p.Named(p.Destination)}");
            AddAddresses(p, tree, v);
            p.Expert(p.Add(tree, InvalidType, v, 12), InvalidTypeExpert, v, 12, 2, $"Invalid length/type: 0x{number:x4} ({number})");
            p.CallData(v.From(HeaderLength), parent);
        }
        else
        {
            DissectLength(p, v, parent, number);
        }

        return Math.Max(1, v.Reported);
    }

    void DissectLength(Packet p, in View v, Node parent, int length)
    {
        if (Isl.IsAddress(v))
        {
            p.Call(Catalog.Isl, v, parent);
            return;
        }

        // NetWare put IPX straight after the length; its first two bytes, an unused checksum, are ones.
        bool raw = v.Has(HeaderLength, 2) && v.U16(HeaderLength) == 0xffff;
        p.Info.Set(raw ? "IEEE 802.3 Ethernet Raw "u8 : "IEEE 802.3 Ethernet "u8);
        var tree = p.Open(P, v, parent, 0, HeaderLength);
        p.Label(tree, $"IEEE 802.3 Ethernet {(raw ? "Raw " : "")}");
        AddAddresses(p, tree, v);
        length = AddLength(p, tree, Length, LengthPastEnd, v, 12, length);
        var payload = v.Part(HeaderLength, length);
        DissectLengthPayload(p, payload, parent, raw);
        AddTrailer(p, tree, v, HeaderLength + length, Trailer, mayHaveFcs, followsType: false);
    }

    /// <summary>The payload of an 802.3 frame: LLC, or IPX without it. Also for tags that stand before a length.</summary>
    internal static void DissectLengthPayload(Packet p, in View payload, Node parent, bool raw)
    {
        var next = raw ? p.Engine.Find(EtherType.Table, 0x8137) : Catalog.Llc;
        if (next is null || p.CallGuarded(next, payload, parent) == 0)
        {
            p.CallData(payload, parent);
        }
    }

    /// <summary>Adds a length field and returns what is left of its value when it reaches beyond the frame.</summary>
    internal static int AddLength(Packet p, Node tree, Field field, Expert pastEnd, in View v, int at, int length)
    {
        var item = p.Add(tree, field, v, at);
        int room = v.ReportedFrom(at + 2);
        if (length > room)
        {
            p.Expert(item, pastEnd, v, at, 2);
        }

        return Math.Min(length, room);
    }

    /// <summary>What follows the payload: zeros up to the minimum frame, a trailer, and a frame check sequence when the frame is long enough to have one.</summary>
    /// <remarks>A capture does not say whether it kept the frame check sequence: four bytes after a frame of 60 bytes or more are taken for it.</remarks>
    internal static void AddTrailer(Packet p, Node tree, in View v, int at, Field trailerField, bool mayHaveFcs, bool followsType = true)
    {
        int trailer = v.ReportedFrom(at);
        bool isCut = v.Captured < v.Reported;
        if (trailer == 0 || at > v.Captured || (isCut ? at == v.Captured : !p.WantsFields))
        {
            return;
        }

        // A tag inside the frame shortens the padding: only the frame as a whole has a minimum.
        int toMinimum = Math.Max(0, MinFrame - (v.Offset + at));
        if (isCut && toMinimum > v.CapturedFrom(at) && trailer >= toMinimum && !v.From(at).Bytes.ContainsAnyExcept((byte)0))
        {
            SayCut(p, v, followsType);
            return;
        }

        bool zeros = toMinimum > 0 && trailer >= toMinimum && v.Has(at, toMinimum) && !v.Span(at, toMinimum).ContainsAnyExcept((byte)0);
        bool strange = toMinimum > 0 && trailer >= toMinimum && !zeros;
        int padding = zeros ? toMinimum : 0;
        if (padding > 0)
        {
            p.Add(tree, Padding, v, at, padding);
            at += padding;
            trailer -= padding;
        }

        bool hasFcs = mayHaveFcs && trailer >= 4 && at + trailer - 4 >= MinFrame;
        int rest = Math.Min(hasFcs ? trailer - 4 : trailer, v.CapturedFrom(at));
        if (rest > 0)
        {
            var item = p.Add(tree, trailerField, v, at, rest);
            if (strange)
            {
                var self = p.SpeakAs(followsType ? Catalog.EtherType : p.Current);
                p.Expert(item, BadPadding, v, at, rest);
                p.SpeakAs(self);
            }
        }

        if (hasFcs && isCut)
        {
            SayCut(p, v, followsType);
        }
        else if (hasFcs)
        {
            p.AppendLabel(p.Add(tree, Fcs, v, at + trailer - 4), " [unverified]");
            p.Generated(p.AddUInt(tree, FcsStatus, v, at + trailer - 4, 0, Internet.ChecksumStates.Unverified));
        }
    }

    /// <summary>Where the capture ends within the padding or before the frame check sequence, Wireshark says so: behind an EtherType it is that dissector's remark.</summary>
    static void SayCut(Packet p, in View v, bool followsType)
    {
        var self = p.SpeakAs(followsType ? Catalog.EtherType : p.Current);
        p.Recover(p.Mark(), new(ShortReason.Cut, v.Captured, 1, v.Captured), v, Node.Root);
        p.SpeakAs(self);
    }

    /// <summary>The two addresses and all that filters find them by.</summary>
    static void AddAddresses(Packet p, Node tree, in View v)
    {
        if (!p.WantsFields)
        {
            return;
        }

        AddAddress(p, tree, v, 0, Destination, DestinationBits, p.LinkDestination, isSource: false);
        AddAddress(p, tree, v, 6, Source, SourceBits, p.LinkSource, isSource: true);
    }

    static void AddAddress(Packet p, Node tree, in View v, int at, MacFields fields, (Field Local, Field Group) bits, in Address mac, bool isSource)
    {
        var node = fields.Add(p, tree, v, at, mac);
        if (isSource && (v.U8(at) & 1) != 0)
        {
            p.Expert(node, GroupSource, v, at, 3);
        }

        AnyAddress.Add(p, node, v, at, mac, node);
        p.Add(node, bits.Local, v, at, 3);
        p.Hidden(p.Add(node, AnyBits.Local, v, at, 3));
        p.Add(node, bits.Group, v, at, 3);
        p.Hidden(p.Add(node, AnyBits.Group, v, at, 3));
    }
}
