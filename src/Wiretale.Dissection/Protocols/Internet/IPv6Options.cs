using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: RFC 8200 sections 4.2, 4.3 and 4.6; the options' own RFCs stand at their cases.
//
//   +---------------+---------------+------------------------------ ...
//   |  Next header  |  Hdr ext len  |  options: type, length, data
//   +---------------+---------------+------------------------------ ...

/// <summary>The hop-by-hop options header of IPv6.</summary>
public sealed class IPv6HopByHop() : Dissector("ipv6.hopopts")
{
    static readonly Protocol P = new("IPv6 Hop-by-Hop Option", "IPv6 Hop-by-Hop", "ipv6.hopopts");
    static readonly IPv6OptionsHeader Header = new(P, "ipv6.hopopts");
    static readonly Expert NotFirst = P.Expert("ipv6.hopopts.not_first", Severity.Error, ExpertGroup.Protocol,
        "IPv6 Hop-by-Hop extension header must appear immediately after IPv6 header");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv6.ExtensionHeaders, IpProtocol.HopByHop);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.Info.AppendAfter(" , ", "IPv6 hop-by-hop options");
        return Header.Dissect(p, v, parent, P, p.Outer is IPv6 ? null : NotFirst);
    }
}

/// <summary>The destination options header of IPv6.</summary>
public sealed class IPv6DestinationOptions() : Dissector("ipv6.dstopts")
{
    static readonly Protocol P = new("Destination Options for IPv6", "IPv6 Destination", "ipv6.dstopts");
    static readonly IPv6OptionsHeader Header = new(P, "ipv6.dstopts");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv6.ExtensionHeaders, IpProtocol.DestinationOptions);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.Info.AppendAfter(" , ", "IPv6 destination options");
        return Header.Dissect(p, v, parent, P, null);
    }
}

/// <summary>What the two headers with options have in common.</summary>
sealed class IPv6OptionsHeader(Protocol p, string prefix)
{
    readonly Field next = p.UInt8($"{prefix}.nxt", "Next Header", FieldBase.Dec, IpServices.ProtocolNames);
    readonly Field length = p.UInt8($"{prefix}.len", "Length", blurb: "Extension header length in 8-octet words (minus 1)");
    readonly Field lengthBytes = p.UInt16($"{prefix}.len_oct", "Length", FieldBase.Dec, ValueNames.Unit(" byte", " bytes"), blurb: "Extension header length in octets");

    public int Dissect(Packet p, in View v, Node parent, Protocol protocol, Expert? misplaced)
    {
        byte following = v.U8(0);
        int size = (v.U8(1) + 1) * 8;
        var tree = p.Open(protocol, v, parent, 0, Math.Min(size, v.Captured));
        if (misplaced is not null)
        {
            p.Expert(tree, misplaced, v, 0, 1);
        }

        p.Add(tree, next, v, 0);
        p.Add(tree, length, v, 1);
        p.Generated(p.AddUInt(tree, lengthBytes, v, 1, 1, (uint)size));
        IPv6.Options.Dissect(p, v, tree, size);
        p.IpProtocol = following;
        return size;
    }
}

/// <summary>The options themselves.</summary>
sealed class IPv6OptionFields
{
    /// <summary>RFC 2675.</summary>
    public const byte Jumbo = 0xc2;

    const byte Pad1 = 0, PadN = 1, TunnelLimit = 4, RouterAlert = 5, Calipso = 7, Metrics = 15, QuickStart = 0x26, PathMtu = 0x30, Forwarding = 0x41,
        Rpl = 0x63, Mpl = 0x6d, IlnpNonce = 0x8b, LineId = 0x8c, HomeAddress = 0xc9, Dff = 0xee;

    static readonly ValueNames Names = ValueNames.Of(() => [
        (0, "Pad1"), (1, "PadN"), (4, "Tunnel Encapsulation Limit"), (5, "Router Alert"), (7, "CALIPSO"), (8, "SMF_DPD"), (15, "Performance and Diagnostic Metrics"),
        (30, "Experimental (0x1E)"), (38, "Quick-Start"), (48, "Path MTU Option"), (49, "IOAM Option"), (62, "Experimental (0x3E)"),
        (65, "Tunnel Payload Forwarding (TPF) Information"), (94, "Experimental (0x5E)"), (99, "RPL Option"), (109, "MPL Option"), (126, "Experimental (0x7E)"),
        (138, "Endpoint Identification"), (139, "ILNP Nonce"), (140, "Line-Identification Option"), (158, "Experimental (0x9E)"), (190, "Experimental (0xBE)"),
        (194, "Jumbo Payload"), (201, "Home Address"), (222, "Experimental (0xDE)"), (238, "IP_DFF"), (254, "Experimental (0xFE)")]);

    static readonly ValueNames Rates = ValueNames.Of(() => [(0, "0 bit/s"), (1, "80 Kbit/s"), (2, "160 Kbit/s"), (3, "320 Kbit/s"), (4, "640 Kbit/s"),
        (5, "1.28 Mbit/s"), (6, "2.56 Mbit/s"), (7, "5.12 Mbit/s"), (8, "10.24 Mbit/s"), (9, "20.48 Mbit/s"), (10, "40.96 Mbit/s"), (11, "81.92 Mbit/s"),
        (12, "163.84 Mbit/s"), (13, "327.68 Mbit/s"), (14, "655.36 Mbit/s"), (15, "1.31072 Gbit/s")]);

    readonly Field option, type, action, mayChange, rest, length, pad1, padN, pmtuMin, pmtuReturn, pmtuFlag, alert, tunnelLimit, jumbo;
    readonly Field domain, compartmentLength, sensitivity, calipsoChecksum, bitmap, function, rate, quickTtl, quickTtlDiff, unused, nonce, quickReserved;
    readonly Field forwarding, homeAddress, rplFlags, rplInstance, rplRank, ilnpNonce, lineLength, line, mplFlags, mplSequence, mplSeed;
    readonly Field dffFlags, dffSequence, experimental, unknownData, unknown;
    readonly Field[] metrics, rplBits, mplBits, dffBits;
    readonly Expert jumboProhibited, invalidLength, undecoded;

    public IPv6OptionFields(Protocol p)
    {
        option = p.Label("ipv6.opt", "IPv6 Option", "Option");
        type = p.UInt8("ipv6.opt.type", "Type", FieldBase.Hex, Names, blurb: "Option type");
        action = p.UInt8("ipv6.opt.type.action", "Action", FieldBase.Dec, ValueNames.Of(() => [(0, "Skip and continue"), (1, "Discard"),
            (2, "Discard and send ICMP Parameter Problem"), (3, "Discard and send ICMP if not multicast")]), mask: 0xc0, blurb: "Action for unrecognized option type");
        mayChange = p.Field(FieldType.Boolean, "ipv6.opt.type.change", "May Change", mask: 0x20, names: ValueNames.YesNo, bits: 8);
        rest = p.UInt8("ipv6.opt.type.rest", "Low-Order Bits", FieldBase.Hex, mask: 0x1f);
        length = p.UInt8("ipv6.opt.length", "Length", blurb: "Option length in octets");
        pad1 = p.Label("ipv6.opt.pad1", "Pad1", "Pad1 Option");
        padN = p.Bytes("ipv6.opt.padn", "PadN", blurb: "PadN Option");
        pmtuMin = p.UInt16("ipv6.opt.pmtu.min", "Minimum Reported PMTU");
        pmtuReturn = p.UInt16("ipv6.opt.pmtu.rtn", "Return Minimum PMTU");
        pmtuFlag = p.Field(FieldType.Boolean, "ipv6.opt.pmtu.r_flag", "Return Flag");
        alert = p.UInt16("ipv6.opt.router_alert", "Router Alert", FieldBase.Dec, ValueNames.Of(() => [(0, "MLD"), (1, "RSVP"), (2, "Active Network")]));
        tunnelLimit = p.UInt8("ipv6.opt.tel", "Tunnel Encapsulation Limit");
        jumbo = p.UInt32("ipv6.opt.jumbo", "Payload Length", blurb: "IPv6 (Jumbo) Payload Length");
        domain = p.UInt32("ipv6.opt.calipso.doi", "CALIPSO Domain of Interpretation");
        compartmentLength = p.UInt8("ipv6.opt.calipso.cmpt.length", "Compartment Length");
        sensitivity = p.UInt8("ipv6.opt.calipso.sens_level", "Sensitivity Level");
        calipsoChecksum = p.UInt16("ipv6.opt.calipso.checksum", "Checksum", FieldBase.Hex);
        bitmap = p.Bytes("ipv6.opt.calipso.cmpt_bitmap", "Compartment Bitmap");
        metrics =
        [
            p.UInt8("ipv6.opt.pdm.scale_dtlr", "Scale DTLR"), p.UInt8("ipv6.opt.pdm.scale_dtls", "Scale DTLS"), p.UInt16("ipv6.opt.pdm.psn_this_pkt", "PSN This Packet"),
            p.UInt16("ipv6.opt.pdm.psn_last_recv", "PSN Last Received"), p.UInt16("ipv6.opt.pdm.delta_last_recv", "Delta Time Last Received"),
            p.UInt16("ipv6.opt.pdm.delta_last_sent", "Delta Time Last Sent"),
        ];
        function = p.UInt8("ipv6.opt.qs_func", "Function", FieldBase.Dec, ValueNames.Of(() => [(0, "Rate request"), (8, "Rate report")]), mask: 0xf0);
        rate = p.UInt8("ipv6.opt.qs_rate", "Rate", FieldBase.Dec, Rates, mask: 0x0f);
        quickTtl = p.UInt8("ipv6.opt.qs_ttl", "QS TTL");
        quickTtlDiff = p.UInt8("ipv6.opt.qs_ttl_diff", "TTL Diff");
        unused = p.UInt8("ipv6.opt.qs_unused", "Not Used");
        nonce = p.UInt32("ipv6.opt.qs_nonce", "QS Nonce", FieldBase.Hex, mask: 0xfffffffc);
        quickReserved = p.UInt32("ipv6.opt.qs_reserved", "Reserved", FieldBase.Hex, mask: 0x00000003);
        forwarding = p.UInt32("ipv6.opt.tpf_information", "TPF Information", FieldBase.Hex);
        homeAddress = p.IPv6("ipv6.opt.mipv6.home_address", "MIPv6 Home Address");
        rplFlags = p.UInt8("ipv6.opt.rpl.flag", "Flag", FieldBase.Hex);
        rplBits = [Bit("rpl.flag.o", "Down", 0x80), Bit("rpl.flag.r", "Rank Error", 0x40), Bit("rpl.flag.f", "Forwarding Error", 0x20), p.UInt8("ipv6.opt.rpl.flag.rsv", "Reserved", FieldBase.Hex, mask: 0x1f)];
        rplInstance = p.UInt8("ipv6.opt.rpl.instance_id", "RPLInstanceID", FieldBase.Hex);
        rplRank = p.UInt16("ipv6.opt.rpl.sender_rank", "Sender Rank", FieldBase.Hex);
        ilnpNonce = p.Bytes("ipv6.opt.ilnp_nonce", "ILNP Nonce");
        lineLength = p.UInt8("ipv6.opt.lio.length", "LineIDLen");
        line = p.String("ipv6.opt.lio.line_id", "Line ID");
        mplFlags = p.UInt8("ipv6.opt.mpl.flag", "Flag", FieldBase.Hex);
        mplBits =
        [
            p.UInt8("ipv6.opt.mpl.flag.s", "Seed ID Length", FieldBase.Dec, ValueNames.Of(() => [(0, "0"), (1, "16-bit unsigned integer"), (2, "64-bit unsigned integer"), (3, "128-bit unsigned integer")]), mask: 0xc0),
            Bit("mpl.flag.m", "Largest Sequence", 0x20), Bit("mpl.flag.v", "Version", 0x10), p.UInt8("ipv6.opt.mpl.flag.rsv", "Reserved", FieldBase.Hex, mask: 0x0f),
        ];
        mplSequence = p.UInt8("ipv6.opt.mpl.sequence", "Sequence", FieldBase.Hex);
        mplSeed = p.Bytes("ipv6.opt.mpl.seed_id", "Seed ID");
        dffFlags = p.UInt8("ipv6.opt.dff.flags", "Flags", FieldBase.Hex);
        dffBits = [p.UInt8("ipv6.opt.dff.flag.ver", "Version (VER)", mask: 0xc0), Bit("dff.flag.dup", "Duplicate (DUP)", 0x20), Bit("dff.flag.ret", "Return (RET)", 0x10), p.UInt8("ipv6.opt.dff.flag.rsv", "Reserved", FieldBase.Hex, mask: 0x0f)];
        dffSequence = p.UInt16("ipv6.opt.dff.sequence_number", "Sequence Number", FieldBase.DecHex);
        experimental = p.Bytes("ipv6.opt.experimental", "Experimental Option");
        unknownData = p.Bytes("ipv6.opt_unknown_data", "Unknown Data", blurb: "Not interpreted data");
        unknown = p.Bytes("ipv6.opt.unknown", "Unknown Option Payload");
        jumboProhibited = p.Expert("ipv6.opt.jumbo.prohibited", Severity.Warning, ExpertGroup.Protocol,
            "When IPv6 payload length does not equal 0 a Jumbo Payload option must not be present");
        invalidLength = p.Expert("ipv6.opt.invalid_len", Severity.Error, ExpertGroup.Malformed, "Invalid IPv6 option length");
        undecoded = p.Expert("ipv6.opt.unknown_data.expert", Severity.Note, ExpertGroup.Undecoded, "Unknown Data (not interpreted)");

        Field Bit(string name, string label, uint mask) => p.Field(FieldType.Boolean, "ipv6.opt." + name, label, mask: mask, bits: 8);
    }

    /// <summary>Goes through the options between byte 2 and the end of a header.</summary>
    public void Dissect(Packet p, in View v, Node tree, int end)
    {
        for (int at = 2; at < end;)
        {
            byte kind = v.U8(at);
            string? name = Names.Find(kind);
            var node = p.Add(tree, option, v, at, kind == Pad1 ? 1 : Math.Min(v.CapturedFrom(at), 2));
            if (name is null)
            {
                p.Label(node, $"Unknown IPv6 Option ({kind})");
            }
            else
            {
                p.Label(node, $"{name}");
            }

            var typeNode = p.Add(node, type, v, at);
            if (kind == Pad1)
            {
                p.Add(node, pad1, v, at, 1);
                at++;
                continue;
            }

            p.Add(typeNode, action, v, at);
            p.Add(typeNode, mayChange, v, at);
            p.Add(typeNode, rest, v, at);
            int size = v.U8(at + 1);
            var lengthNode = p.Add(node, length, v, at + 1);
            p.SetLength(node, size + 2);
            int expected = ExpectedLength(kind);
            if (expected >= 0 && size != expected)
            {
                string what = kind == PathMtu ? "PMTU Option: Invalid Length" : $"{name}: Invalid length";
                p.Expert(lengthNode, invalidLength, v, at + 1, 1, $"{what} ({size} byte{(size == 1 ? "" : "s")})");
            }

            at += 2;
            int taken = DissectOption(p, v, node, kind, at, size);
            if (taken < size)
            {
                p.Expert(p.Add(node, unknownData, v, at + taken, size - taken), undecoded, v, at + taken, size - taken);
            }

            // An inner length that reaches further than the option's own is believed, as tshark does.
            at += Math.Max(size, taken);
        }
    }

    static int ExpectedLength(byte kind) => kind switch
    {
        TunnelLimit => 1,
        RouterAlert => 2,
        Jumbo or PathMtu or Forwarding => 4,
        QuickStart => 6,
        Metrics => 10,
        HomeAddress => 16,
        Dff => 3,
        _ => -1,
    };

    int DissectOption(Packet p, in View v, Node node, byte kind, int at, int size)
    {
        switch (kind)
        {
            case PadN:
                var padding = p.Add(node, padN, v, at, size);
                if (size == 0)
                {
                    p.Label(padding, $"PadN: <none>");
                }

                return size;
            case TunnelLimit: // RFC 2473 section 4.1.1
                p.Add(node, tunnelLimit, v, at);
                return 1;
            case RouterAlert: // RFC 2711
                p.Add(node, alert, v, at);
                return 2;
            case Jumbo:
                p.Add(node, jumbo, v, at);
                if (p.Engine.State<IPv6State>().HasPayloadLength)
                {
                    p.Expert(node, jumboProhibited, v, at, 4);
                }

                return 4;
            case Calipso: // RFC 5570
                p.Add(node, domain, v, at);
                int compartments = v.U8(at + 4) * 4;
                p.Add(node, compartmentLength, v, at + 4);
                p.Add(node, sensitivity, v, at + 5);
                p.Add(node, calipsoChecksum, v, at + 6);
                if (compartments > 0)
                {
                    p.Add(node, bitmap, v, at + 8, compartments);
                }

                return 8 + compartments;
            case Metrics: // RFC 8250
                p.AddAll(node, v, at, metrics);
                return 10;
            case QuickStart: // RFC 4782
                DissectQuickStart(p, v, node, at);
                return 6;
            case PathMtu: // RFC 9268: the lowest bit of the second number is the flag
                ushort returned = v.U16(at + 2);
                p.Add(node, pmtuMin, v, at);
                p.AddUInt(node, pmtuReturn, v, at + 2, 2, returned & 0xfffeu);
                p.AddFlag(node, pmtuFlag, v, at + 3, 1, (returned & 1) != 0);
                return 4;
            case Forwarding:
                p.Add(node, forwarding, v, at);
                return 4;
            case Rpl: // RFC 6553
                var flags = p.Add(node, rplFlags, v, at);
                AddBits(p, v, flags, rplBits, at);
                p.Add(node, rplInstance, v, at + 1);
                p.Add(node, rplRank, v, at + 2);
                return 4;
            case Mpl: // RFC 7731
                return DissectMpl(p, v, node, at);
            case IlnpNonce: // RFC 6744
                p.Add(node, ilnpNonce, v, at, size);
                return size;
            case LineId: // RFC 6788
                int lineBytes = v.U8(at);
                p.Add(node, lineLength, v, at);
                p.Add(node, line, v, at + 1, lineBytes);
                return 1 + lineBytes;
            case HomeAddress: // RFC 6275 section 6.3: the packet really comes from there
                p.Add(node, homeAddress, v, at);
                p.NetworkSource = Address.IPv6(v.Span(at, 16));
                p.Source = p.IsQuoted ? p.Source : p.NetworkSource;
                return 16;
            case Dff: // RFC 6971
                AddBits(p, v, p.Add(node, dffFlags, v, at), dffBits, at);
                p.Add(node, dffSequence, v, at + 1);
                return 3;
            case 30 or 62 or 94 or 126 or 158 or 190 or 222 or 254: // RFC 4727
                p.Add(node, experimental, v, at, size);
                return size;
            default:
                p.Expert(p.Add(node, unknown, v, at, size), undecoded, v, at, size);
                return size;
        }
    }

    static void AddBits(Packet p, in View v, Node node, Field[] bits, int at)
    {
        byte value = v.U8(at);
        foreach (var bit in bits)
        {
            p.Add(node, bit, v, at);
            if (bit.Type == FieldType.Boolean && (value & (byte)bit.Mask) != 0)
            {
                p.AppendLabel(node, $", {bit.Label}");
            }
        }
    }

    void DissectQuickStart(Packet p, in View v, Node node, int at)
    {
        byte command = v.U8(at), quick = v.U8(at + 1);
        p.Add(node, function, v, at);
        p.Add(node, rate, v, at);
        p.AppendLabel(node, $", {Rates.Find(command & 15u)}");
        if (command >> 4 == 0)
        {
            int diff = (p.Engine.State<IPv6State>().HopLimit - quick) & 0xff;
            p.Add(node, quickTtl, v, at + 1);
            p.Generated(p.AddUInt(node, quickTtlDiff, v, at + 1, 1, (uint)diff));
            p.AppendLabel(node, $", QS TTL {quick}, QS TTL diff {diff}");
        }
        else if (command >> 4 == 8)
        {
            p.Add(node, unused, v, at + 1);
        }

        p.Add(node, nonce, v, at + 2);
        p.Add(node, quickReserved, v, at + 2);
    }

    int DissectMpl(Packet p, in View v, Node node, int at)
    {
        byte value = v.U8(at);
        var flags = p.Add(node, mplFlags, v, at);
        foreach (var bit in mplBits)
        {
            p.Add(flags, bit, v, at);
            if (bit.Type == FieldType.Boolean ? (value & (byte)bit.Mask) != 0 : bit.Names is not null)
            {
                p.AppendLabel(flags, $", {bit.Label}{(bit.Names is null ? "" : ": ")}{bit.Names?.Find((uint)value >> 6)}");
            }
        }

        p.Add(node, mplSequence, v, at + 1);
        int seed = (value >> 6) switch { 0 => 0, 1 => 2, 2 => 8, _ => 16 };
        if (seed > 0)
        {
            p.Add(node, mplSeed, v, at + 2, seed);
        }

        return 2 + seed;
    }
}

/// <summary>What options need to know of the header that they follow.</summary>
sealed class IPv6State
{
    public bool HasPayloadLength { get; set; }

    public byte HopLimit { get; set; }
}
