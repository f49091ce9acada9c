using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 9301 section 5 (messages), RFC 8060 (canonical addresses). UDP port 4342.
//
//    0               1               2               3
//   +-------+-----------------------+---------------+---------------+
//   | Type  | Flags, reserved                       | Record count  |
//   +-------+-----------------------+---------------+---------------+
//   | Nonce                                                         |  64 bits, then what the type asks for

/// <summary>Locator/ID Separation Protocol, control messages.</summary>
public sealed class Lisp() : Dissector("lisp")
{
    const int MapRequest = 1, MapReply = 2, MapRegister = 3, MapNotify = 4, Encapsulated = 8, RecordHead = 10, LocatorHead = 6;
    const int NoAddress = 0, Internet = 1, Internet6 = 2, Canonical = 16387, InstanceId = 2;

    static readonly Protocol P = new("Locator/ID Separation Protocol", "LISP Control", "lisp");
    static readonly ValueNames Types = ValueNames.Of(() => [(0, "Reserved"), (1, "Map-Request"), (2, "Map-Reply"), (3, "Map-Register"), (4, "Map-Notify"), (5, "Map-Notify-Ack"),
        (6, "Map-Referral"), (7, "Info"), (8, "Encapsulated Control Message")]);

    static readonly ValueNames Actions = ValueNames.Of(() => [(0, "No-Action"), (1, "Natively-Forward"), (2, "Send-Map-Request"), (3, "Drop")]);
    static readonly Field Type = P.UInt24("lisp.type", "Type", FieldBase.Dec, Types, 0xf00000, "LISP Control Message Type");
    static readonly Field LocatorCount = P.UInt24("lisp.irc", "ITR-RLOC Count", mask: 0x1f);
    static readonly Field Records = P.UInt8("lisp.records", "Record Count");
    static readonly Field Nonce = P.UInt64("lisp.nonce", "Nonce", FieldBase.Hex);
    static readonly Field RequestFlags = P.UInt24("lisp.mreq.flags", "Flags", FieldBase.Hex, mask: 0xfc000);
    static readonly Field[] RequestBits =
    [
        P.Flag("lisp.mreq.flags.auth", "A bit (Authoritative)", 24, 0x80000, ValueNames.SetNotSet), P.Flag("lisp.mreq.flags.mrp", "M bit (Map-Reply present)", 24, 0x40000, ValueNames.SetNotSet),
        P.Flag("lisp.mreq.flags.probe", "P bit (Probe)", 24, 0x20000, ValueNames.SetNotSet), P.Flag("lisp.mreq.flags.smr", "S bit (Solicit-Map-Request)", 24, 0x10000, ValueNames.SetNotSet),
        P.Flag("lisp.mreq.flags.pitr", "p bit (Proxy ITR)", 24, 0x8000, ValueNames.SetNotSet), P.Flag("lisp.mreq.flags.smri", "s bit (SMR-invoked)", 24, 0x4000, ValueNames.SetNotSet),
    ];

    static readonly Field RequestReserved = P.UInt24("lisp.mreq.res", "Reserved bits", FieldBase.Hex, mask: 0x3fe0, blurb: "Must be zero");
    static readonly Field[] ReplyBits =
    [
        P.Flag("lisp.mrep.flags.probe", "P bit (Probe)", 24, 0x80000, ValueNames.SetNotSet), P.Flag("lisp.mrep.flags.enlr", "E bit (Echo-Nonce locator reachability algorithm enabled)", 24, 0x40000, ValueNames.SetNotSet),
        P.Flag("lisp.mrep.flags.sec", "S bit (LISP-SEC capable)", 24, 0x20000, ValueNames.SetNotSet), P.UInt24("lisp.mrep.res", "Reserved bits", FieldBase.Hex, mask: 0x1ffff, blurb: "Must be zero"),
    ];

    static readonly Field[] RegisterBits =
    [
        P.Flag("lisp.mreg.flags.pmr", "P bit (Proxy-Map-Reply)", 24, 0x80000, ValueNames.SetNotSet), P.Flag("lisp.mreg.flags.sec", "S bit (LISP-SEC capable)", 24, 0x40000, ValueNames.SetNotSet),
        P.Flag("lisp.mreg.flags.xtrid", "I bit (xTR-ID present)", 24, 0x20000, ValueNames.SetNotSet), P.Flag("lisp.mreg.flags.rtr", "R bit (Built for an RTR)", 24, 0x10000, ValueNames.SetNotSet),
        P.UInt24("lisp.mreg.res", "Reserved bits", FieldBase.Hex, mask: 0xfffe, blurb: "Must be zero"), P.Flag("lisp.mreg.flags.wmn", "M bit (Want-Map-Notify)", 24, 0x1, ValueNames.SetNotSet),
    ];

    static readonly Field[] NotifyBits =
    [
        P.Flag("lisp.mnot.flags.xtrid", "I bit (xTR-ID present)", 24, 0x80000, ValueNames.SetNotSet), P.Flag("lisp.mnot.flags.rtr", "R bit (Built for an RTR)", 24, 0x40000, ValueNames.SetNotSet),
        P.UInt24("lisp.mnot.res", "Reserved bits", FieldBase.Hex, mask: 0x3ffff, blurb: "Must be zero"),
    ];

    static readonly Field SourceFamily = P.UInt16("lisp.mreq.srceid.afi", "Source EID AFI", FieldBase.Dec, BgpNames.Families, blurb: "Source EID Address Family Indicator");
    static readonly Field SourceText = P.String("lisp.mreq.srceid.string", "Source EID", "Source EID Address");
    static readonly Field Source4 = P.IPv4("lisp.mreq.srceid.ipv4", "Source EID", "Source EID Address");
    static readonly Field Source6 = P.IPv6("lisp.mreq.srceid_ipv6", "Source EID", "Source EID Address");
    static readonly Field RequestLocator = P.Label("lisp.mreq.itr_rloc", "ITR-RLOC", "Originating ITR RLOC Address");
    static readonly Field RequestLocatorFamily = P.UInt16("lisp.mreq.itr_rloc.afi", "ITR-RLOC AFI", FieldBase.Dec, BgpNames.Families, blurb: "Originating ITR RLOC Address Family Indicator");
    static readonly Field RequestLocator4 = P.IPv4("lisp.mreq.itr_rloc_ipv4", "ITR-RLOC Address", "Originating ITR RLOC Address");
    static readonly Field RequestLocator6 = P.IPv6("lisp.mreq.itr_rloc_ipv6", "ITR-RLOC Address", "Originating ITR RLOC Address");
    static readonly Field RequestRecord = P.Label("lisp.mreq.record", "Map-Request Record");
    static readonly Layout RequestRecordHead = new(P.UInt8("lisp.mreq.record.res", "Reserved", FieldBase.Hex), P.UInt8("lisp.mreq.record.prefix.length", "Prefix Length"),
        P.UInt16("lisp.mreq.record.prefix.afi", "Prefix AFI", FieldBase.Dec, BgpNames.Families));

    static readonly Field RequestPrefix4 = P.IPv4("lisp.mreq.record.prefix.ipv4", "Prefix");
    static readonly Field RequestPrefix6 = P.IPv6("lisp.mreq.record.prefix.ipv6", "Prefix");
    static readonly Field ReplyRecord = P.Label("lisp.mrep.record", "Map-Reply Record");
    static readonly Field AuthenticationLength = P.UInt16("lisp.authlen", "Authentication Data Length");
    static readonly Layout Authentication = new(P.UInt16("lisp.keyid", "Key ID", FieldBase.Hex), AuthenticationLength, P.Bytes("lisp.auth", "Authentication Data").Counted(AuthenticationLength));
    static readonly Layout Identifiers = new(P.Bytes("lisp.xtrid", "xTR-ID").Of(16), P.Bytes("lisp.siteid", "Site-ID").Of(8));
    static readonly Field Mapping = P.Label("lisp.mapping", "Mapping Record");
    static readonly Layout MappingHead = new(
        P.UInt32("lisp.mapping.ttl", "Record TTL"), P.UInt8("lisp.mapping.loccnt", "Locator Count"), P.UInt8("lisp.mapping.eid.masklen", "EID Mask Length"),
        P.UInt16("lisp.mapping.act", "Action", FieldBase.Dec, Actions, 0xe000), P.Flag("lisp.mapping.auth", "Authoritative bit", 16, 0x1000, ValueNames.SetNotSet),
        P.UInt16("lisp.mapping.res1", "Reserved", FieldBase.Hex, mask: 0x7ff), P.UInt16("lisp.mapping.res2", "Reserved", FieldBase.Hex, mask: 0xf000),
        P.UInt16("lisp.mapping.ver", "Mapping Version", mask: 0xfff), P.UInt16("lisp.mapping.eid.afi", "EID Prefix AFI", FieldBase.Dec, BgpNames.Families));

    static readonly Field Eid4 = P.IPv4("lisp.mapping.eid.ipv4", "EID Prefix");
    static readonly Field Eid6 = P.IPv6("lisp.mapping.eid.ipv6", "EID Prefix");
    static readonly Field Location = P.Label("lisp.loc", "Locator Record");
    static readonly Layout LocationHead = new(
        P.UInt8("lisp.loc.priority", "Priority"), P.UInt8("lisp.loc.weight", "Weight"), P.UInt8("lisp.loc.multicast_priority", "Multicast Priority"),
        P.UInt8("lisp.loc.multicast_weight", "Multicast Weight"),
        P.UInt16("lisp.loc.flags", "Flags", FieldBase.Hex).Bits(
            P.UInt16("lisp.loc.flags.res", "Reserved", FieldBase.Hex, mask: 0xfff8, blurb: "Must be zero"), P.Flag("lisp.loc.flags.local", "Local", 16, 0x4, ValueNames.SetNotSet),
            P.Flag("lisp.loc.flags.probe", "Probe", 16, 0x2, ValueNames.SetNotSet), P.Flag("lisp.loc.flags.reach", "Reachable", 16, 0x1, ValueNames.SetNotSet)),
        P.UInt16("lisp.loc.afi", "AFI", FieldBase.Dec, BgpNames.Families));

    static readonly Field Locator = P.String("lisp.loc.locator", "Locator");
    static readonly Field[] OuterBits =
    [
        P.Flag("lisp.ecm.flags.sec", "S bit (LISP-SEC capable)", 32, 0x8000000, ValueNames.SetNotSet), P.Flag("lisp.ecm.flags.ddt", "D bit (DDT-originated)", 32, 0x4000000, ValueNames.SetNotSet),
        P.UInt32("lisp.ecm.res", "Reserved bits", FieldBase.Hex, mask: 0x3ffffff),
    ];

    static readonly Expert Unexpected = P.Expert("lisp.unexpected_field", Severity.Error, ExpertGroup.Protocol, "Unexpected field");

    /// <summary>An encapsulated message holds a packet of its own.</summary>
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 4342);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int type = v.U8(0) >> 4;
        p.SetProtocol("LISP");
        p.Info.Clear();
        if (Types.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown LISP Control Packet ({type})");
        }

        var tree = p.Open(P, v, parent);
        p.Add(tree, Type, v, 0);
        int at = type switch
        {
            MapRequest => AddRequest(p, v, tree),
            MapReply => AddReply(p, v, tree),
            MapRegister => AddRegister(p, v, tree, RegisterBits, (v.U24(0) & 0x20000) != 0),
            MapNotify or MapNotify + 1 => AddRegister(p, v, tree, NotifyBits, (v.U24(0) & 0x80000) != 0),
            Encapsulated => AddEncapsulated(p, v, tree),
            _ => 3,
        };
        if (v.ReportedFrom(at) > 0)
        {
            p.CallData(v.From(at), tree);
        }

        return v.Reported;
    }

    static int AddRequest(Packet p, in View v, Node tree)
    {
        uint flags = v.U24(0);
        p.Info.Append((flags & 0x20000) != 0 ? " (RLOC-probe)" : "");
        p.Info.Append((flags & 0x10000) != 0 ? " (SMR)" : "");
        p.Info.Append((flags & 0x4000) != 0 ? " (SMR-invoked)" : "");
        p.AddBits(tree, RequestFlags, v, 0, RequestBits);
        p.Add(tree, RequestReserved, v, 0);
        p.Add(tree, LocatorCount, v, 0);
        int locators = (int)(flags & 0x1f) + 1, records = v.U8(3);
        p.Add(tree, Records, v, 3);
        p.Add(tree, Nonce, v, 4);
        int at = 12, family = v.U16(at);
        p.Add(tree, SourceFamily, v, at);
        if (family == NoAddress)
        {
            p.AddString(tree, SourceText, v, at, 2, "not set"u8);
        }

        at = AddPlain(p, v, tree, at + 2, family, Source4, Source6);
        for (int i = 1; i <= locators && at >= 0; i++)
        {
            int start = at;
            family = v.U16(at);
            var locator = p.AddUInt(tree, RequestLocator, v, at, 2 + SizeOf(family), 0);
            p.Add(locator, RequestLocatorFamily, v, at);
            at = AddPlain(p, v, locator, at + 2, family, RequestLocator4, RequestLocator6);
            if (at >= 0)
            {
                p.Label(locator, $"ITR-RLOC {i}: {At(v, start + 2, family)}");
            }
        }

        for (int i = 1; i <= records && at >= 0; i++)
        {
            int bits = v.U8(at + 1), start = at;
            family = v.U16(at + 2);
            var record = p.AddUInt(tree, RequestRecord, v, at, 4 + SizeOf(family), 0);
            at = p.AddRows(record, v, at, RequestRecordHead);
            at = AddPlain(p, v, record, at, family, RequestPrefix4, RequestPrefix6);
            if (at >= 0)
            {
                p.Label(record, $"Map-Request Record {i}: {At(v, start + 4, family)}/{bits}");
                p.Info.Append($" for {At(v, start + 4, family)}/{bits}");
            }
        }

        if (at >= 0 && (flags & 0x40000) != 0)
        {
            var reply = p.AddUInt(tree, ReplyRecord, v, at, v.CapturedFrom(at), 0);
            at = AddMapping(p, v, reply, at, 1, isOnly: false);
        }

        return at < 0 ? v.Reported : at;
    }

    static int AddReply(Packet p, in View v, Node tree)
    {
        p.Info.Append((v.U24(0) & 0x80000) != 0 ? " (RLOC-probe reply)" : "");
        foreach (var bit in ReplyBits)
        {
            p.Add(tree, bit, v, 0);
        }

        p.Add(tree, Records, v, 3);
        p.Add(tree, Nonce, v, 4);
        return AddMappings(p, v, tree, 12, v.U8(3));
    }

    static int AddRegister(Packet p, in View v, Node tree, Field[] bits, bool hasIdentifiers)
    {
        foreach (var bit in bits)
        {
            p.Add(tree, bit, v, 0);
        }

        p.Add(tree, Records, v, 3);
        p.Add(tree, Nonce, v, 4);
        int at = AddMappings(p, v, tree, p.AddRows(tree, v, 12, Authentication), v.U8(3));
        return hasIdentifiers ? p.AddRows(tree, v, at, Identifiers) : at;
    }

    static int AddEncapsulated(Packet p, in View v, Node tree)
    {
        foreach (var bit in OuterBits)
        {
            p.Add(tree, bit, v, 0);
        }

        // What is inside speaks for itself, as far as it can be told; the columns say that it came in another message.
        p.Info.Set("Encapsulated Map-Request"u8);
        p.Info.Append((v.U32(0) & 0x4000000) != 0 ? " (DDT-originated)" : "");
        bool isFixed = p.ProtocolFixed;
        var (source, destination) = (p.Source, p.Destination);
        p.Info.Freeze();
        p.ProtocolFixed = true;
        p.CallGuarded(v.U8(4) >> 4 == 6 ? Catalog.Find("ipv6")! : Catalog.Find("ip")!, v.From(4), tree);
        (p.Source, p.Destination) = (source, destination);
        p.ProtocolFixed = isFixed;
        p.Info.Thaw();
        return v.Reported;
    }

    static int AddMappings(Packet p, in View v, Node tree, int at, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            int next = AddMapping(p, v, tree, at, i, isOnly: count == 1);
            if (next < 0)
            {
                continue;
            }

            at = next;
        }

        return at;
    }

    /// <returns>The offset after the record, or -1 when its address is of a kind that cannot be told.</returns>
    static int AddMapping(Packet p, in View v, Node tree, int start, int number, bool isOnly)
    {
        uint life = v.U32(start);
        int count = v.U8(start + 4), bits = v.U8(start + 5), flags = v.U16(start + 6), family = v.U16(start + RecordHead), at = start + RecordHead + 2;
        var text = p.Scratch;
        text.Clear();
        int size = AppendAddress(text, v, at, family);
        if (size < 0)
        {
            p.Expert(tree, Unexpected, v, start, 12, $"Unexpected EID prefix AFI ({family}), cannot decode");
            return -1;
        }

        if (isOnly)
        {
            p.Info.Append($" for {text.Bytes}/{bits}");
        }

        var mapping = p.AddUInt(tree, Mapping, v, start, v.CapturedFrom(start), 0);
        p.Label(mapping, $"Mapping Record {number}, EID Prefix: {text.Bytes}/{bits}, TTL: {life}, Action: {Actions.FindOr((ulong)flags >> 13, "Invalid")}, {((flags & 0x1000) != 0 ? "" : "Not ")}Authoritative");
        p.AddRows(mapping, v, start, MappingHead);
        if (family is Internet or Internet6)
        {
            p.Add(mapping, family == Internet ? Eid4 : Eid6, v, at);
        }
        else
        {
            p.AddText(mapping, v, at, size, $"EID Prefix: {text.Bytes}");
        }

        at += size;
        for (int i = 1; i <= count; i++)
        {
            int next = AddLocation(p, v, mapping, at, i);
            if (next < 0)
            {
                return -1;
            }

            at = next;
        }

        p.SetLength(mapping, at - start);
        return at;
    }

    static int AddLocation(Packet p, in View v, Node mapping, int start, int number)
    {
        int flags = v.U16(start + 4), family = v.U16(start + LocatorHead), at = start + LocatorHead + 2;
        var text = p.Scratch;
        text.Clear();
        int size = AppendAddress(text, v, at, family);
        if (size < 0)
        {
            p.Expert(mapping, Unexpected, v, start, 8, $"Unexpected RLOC AFI ({family}), cannot decode");
            return -1;
        }

        var location = p.AddUInt(mapping, Location, v, start, at + size - start, 0);
        p.Label(location, $"Locator Record {number}, {((flags & 4) != 0 ? "Local " : "")}RLOC: {text.Bytes}{((flags & 2) != 0 ? " (probed)" : "")}, {((flags & 1) != 0 ? "Reachable" : "Unreachable")}, Priority/Weight: {v.U8(start)}/{v.U8(start + 1)}, Multicast Priority/Weight: {v.U8(start + 2)}/{v.U8(start + 3)}");
        p.AddRows(location, v, start, LocationHead);
        p.AddString(location, Locator, v, at, size, text.Bytes);
        return at + size;
    }

    /// <returns>The offset after the address, or -1 when it is of a kind that cannot be told.</returns>
    static int AddPlain(Packet p, in View v, Node tree, int at, int family, Field four, Field six)
    {
        if (family is not (NoAddress or Internet or Internet6))
        {
            p.Expert(tree, Unexpected, v, at - 2, 2, $"Unexpected AFI ({family}), cannot decode");
            return -1;
        }

        if (family != NoAddress)
        {
            p.Add(tree, family == Internet ? four : six, v, at);
        }

        return at + SizeOf(family);
    }

    static int SizeOf(int family) => family switch { Internet => 4, Internet6 => 16, _ => 0 };

    static Address At(in View v, int at, int family) => family switch { Internet => Address.IPv4(v.U32(at)), Internet6 => Address.IPv6(v.Span(at, 16)), _ => default };

    /// <summary>An address as people read it; one with an instance (RFC 8060 section 4.1) has that in front.</summary>
    /// <returns>Its bytes, or -1.</returns>
    static int AppendAddress(Utf8Text text, in View v, int at, int family)
    {
        switch (family)
        {
            case NoAddress:
                text.Append("not defined"u8);
                return 0;
            case Internet or Internet6:
                text.Append(At(v, at, family));
                return SizeOf(family);
            case Canonical when v.U8(at + 2) == InstanceId && v.U16(at + 10) is Internet or Internet6:
                text.Append($"[{v.U32(at + 6)}] {At(v, at + 12, v.U16(at + 10))}");
                return 6 + v.U16(at + 4);
            case Canonical:
                text.Append("LCAF"u8);
                return 6 + v.U16(at + 4);
            default:
                return -1;
        }
    }
}
