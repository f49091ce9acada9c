using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Transport;

// Specification: RFC 3208 section 8 (packets) and 9 (options).
//
//    0               1               2               3
//   +-------------------------------+-------------------------------+
//   | Source port                   | Destination port              |
//   +---------------+---------------+-------------------------------+
//   | Type          | Options       | Checksum                      |
//   +---------------+---------------+-------------------------------+
//   | Global source identifier (6 bytes) ...                        |
//   +               +               +-------------------------------+
//   |                               | TSDU length                   |
//   +---------------+---------------+---------------+---------------+

/// <summary>Pragmatic General Multicast.</summary>
public sealed class Pgm() : Dissector("pgm")
{
    const int HeaderLength = 16;
    const byte Spm = 0, Poll = 1, Polr = 2, OData = 4, RData = 5, Nak = 8, NNak = 9, Ncf = 10, Ack = 13;
    const byte HasOptions = 1;
    const int LastOption = 0x80;

    static readonly Protocol P = new("Pragmatic General Multicast", "PGM", "pgm");
    static readonly ValueNames Types = ValueNames.Of(() => [(Spm, "SPM"), (RData, "RDATA"), (OData, "ODATA"), (Nak, "NAK"), (NNak, "NNAK"), (Ncf, "NCF"), (Poll, "POLL"),
        (Polr, "POLR"), (Ack, "ACK")]);

    static readonly ValueNames Families = AddressFamilies.Names;
    static readonly ValueNames Subtypes = ValueNames.Of(() => [(0, "General"), (1, "DLR")]);
    static readonly ValueNames Present = ValueNames.Flag("Present", "Not Present");
    static readonly ValueNames OptionTypes = ValueNames.Of(() => [(0, "Length"), (0x80, "End"), (1, "Fragment"), (2, "NakList"), (3, "Join"), (7, "ReDirect"), (0xd, "Syn"),
        (0xe, "Fin"), (0xf, "Rst"), (8, "ParityPrm"), (9, "ParityGrp"), (0xa, "CurrTgsiz"), (0x12, "CcData"), (0x13, "CcFeedBack"), (4, "NakBackOffIvl"), (5, "NakBackOffRng")]);

    static readonly Field SourcePort = P.UInt16("pgm.hdr.sport", "Source Port");
    static readonly Field DestinationPort = P.UInt16("pgm.hdr.dport", "Destination Port");
    static readonly Field AnyPort = P.UInt16("pgm.port", "Port");
    static readonly Field Type = P.UInt8("pgm.hdr.type", "Type", FieldBase.Hex, Types);
    static readonly Field Options = P.UInt8("pgm.hdr.opts", "Options", FieldBase.Hex);
    static readonly Field[] OptionBits =
    [
        P.Flag("pgm.hdr.opts.opt", "Options", 8, 0x01, Present),
        P.Flag("pgm.hdr.opts.netsig", "Network Significant Options", 8, 0x02, Present),
        P.Flag("pgm.hdr.opts.varlen", "Variable length Parity Packet Option", 8, 0x40, Present),
        P.Flag("pgm.hdr.opts.parity", "Parity", 8, 0x80, Present),
    ];

    static readonly Field Checksum = P.UInt16("pgm.hdr.cksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("pgm.hdr.cksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field SourceId = P.Bytes("pgm.hdr.gsi", "Global Source Identifier");
    static readonly Field DataLength = P.UInt16("pgm.hdr.tsdulen", "Transport Service Data Unit Length");

    static readonly Field Sequence = P.UInt32("pgm.spm.sqn", "Sequence number", FieldBase.Hex);
    static readonly Field Trail = P.UInt32("pgm.spm.trail", "Trailing Edge Sequence Number", FieldBase.Hex);
    static readonly Field Lead = P.UInt32("pgm.spm.lead", "Leading Edge Sequence Number", FieldBase.Hex);
    static readonly AddressRow SpmPath = new("pgm.spm.pathafi", "Path NLA AFI", "pgm.spm.res", "pgm.spm.path", "Path NLA");
    static readonly Field NakSequence = P.UInt32("pgm.nak.sqn", "Requested Sequence Number", FieldBase.Hex);
    static readonly AddressRow NakSource = new("pgm.nak.srcafi", "Source NLA AFI", "pgm.nak.srcres", "pgm.nak.src", "Source NLA");
    static readonly AddressRow NakGroup = new("pgm.nak.grpafi", "Multicast Group AFI", "pgm.nak.grpres", "pgm.nak.grp", "Multicast Group NLA");
    static readonly Field PollSequence = P.UInt32("pgm.poll.sqn", "Sequence Number", FieldBase.Hex);
    static readonly Field PollRound = P.UInt16("pgm.poll.round", "Round");
    static readonly Field PollSubtype = P.UInt16("pgm.poll.subtype", "Subtype", FieldBase.Hex, Subtypes);
    static readonly AddressRow PollPath = new("pgm.poll.pathafi", "Path NLA AFI", "pgm.poll.res", "pgm.poll.path", "Path NLA");
    static readonly Layout PollTail = new(
        P.UInt32("pgm.poll.backoff_ivl", "Back-off Interval"),
        P.UInt32("pgm.poll.rand_str", "Random String", FieldBase.Hex),
        P.UInt32("pgm.poll.matching_bmask", "Matching Bitmask", FieldBase.Hex));
    static readonly Layout PolrBody = new(
        P.UInt32("pgm.polr.sqn", "Sequence Number", FieldBase.Hex), P.UInt16("pgm.polr.round", "Round"), P.UInt16("pgm.polr.res", "Reserved", FieldBase.Hex));
    static readonly Layout AckBody = new(
        P.UInt32("pgm.ack.maxsqn", "Maximum Received Sequence Number", FieldBase.Hex), P.UInt32("pgm.ack.bitmap", "Packet Bitmap", FieldBase.Hex));

    static readonly Layout OptionsLength = new(
        P.UInt8("pgm.opts.type", "Type", FieldBase.Hex, OptionTypes), P.UInt8("pgm.opts.len", "Length"), P.UInt16("pgm.opts.tlen", "Total Length"));
    static readonly Layout OptionHeader = new(
        P.Flag("pgm.genopts.end", "Option end", 8, 0x80, ValueNames.YesNo),
        P.UInt8("pgm.genopts.type", "Type", FieldBase.Hex, OptionTypes, mask: 0x7f),
        P.UInt8("pgm.genopts.len", "Length"),
        P.UInt8("pgm.genopts.opx", "Option Extensibility Bits", FieldBase.Hex, ValueNames.Of(() => [(0, "Ignore"), (1, "Inval"), (0x10, "DisCard")])));
    static readonly Layout Fragment = new(
        P.UInt8("pgm.opts.fragment.res", "Reserved", FieldBase.Hex),
        P.UInt32("pgm.opts.fragment.first_sqn", "First Sequence Number", FieldBase.Hex),
        P.UInt32("pgm.opts.fragment.fragment_offset", "Fragment Offset"),
        P.UInt32("pgm.opts.fragment.total_length", "Total Length"));
    static readonly Layout NakList = new(P.UInt8("pgm.opts.nak.op", "Reserved", FieldBase.Hex), P.Bytes("pgm.opts.nak.list", "List").Rest().Optional().Then(static (p, node, in v, at, value) => SayList(p, v, node, at)));
    static readonly Layout Join = new(P.UInt8("pgm.opts.join.res", "Reserved", FieldBase.Hex), P.UInt32("pgm.opts.join.min_join", "Minimum Sequence Number", FieldBase.Hex));
    static readonly Layout ParityParameters = new(
        P.UInt8("pgm.opts.parity_prm.op", "Parity Parameters", FieldBase.Hex).Then(static (p, node, in v, at, value) =>
            p.Label(node, $"Parity Parameters: {(value & 3) switch { 1 => "On-demand", 2 => "Pro-active", 3 => "Pro-active,On-demand", _ => "" }} (0x{value:x})")),
        P.UInt32("pgm.opts.parity_prm.prm_grp", "Transmission Group Size", FieldBase.Hex));
    static readonly Layout BackOffInterval = new(
        P.UInt8("pgm.opts.nak_bo_ivl.res", "Reserved", FieldBase.Hex),
        P.UInt32("pgm.opts.nak_bo_ivl.bo_ivl", "Back-off Interval"),
        P.UInt32("pgm.opts.nak_bo_ivl.bo_ivl_sqn", "Back-off Interval Sequence Number", FieldBase.Hex));
    static readonly Layout BackOffRange = new(
        P.UInt8("pgm.opts.nak_bo_rng.res", "Reserved", FieldBase.Hex),
        P.UInt32("pgm.opts.nak_bo_rng.min_bo_ivl", "Min Back-off Interval"),
        P.UInt32("pgm.opts.nak_bo_rng.max_bo_ivl", "Max Back-off Interval"));

    static readonly Expert BadOption = P.Expert("pgm.opts.type.invalid", Severity.Warning, ExpertGroup.Protocol, "Invalid option");
    static readonly Expert BadOptionLength = P.Expert("pgm.genopts.len.invalid", Severity.Warning, ExpertGroup.Protocol, "Option length invalid");
    static readonly Expert BadFamily = P.Expert("pgm.address_format_invalid", Severity.Warning, ExpertGroup.Protocol, "Can't handle this address format");
    static readonly Expert BadChecksum = P.Expert("pgm.bad_checksum", Severity.Error, ExpertGroup.Checksum, "Bad checksum");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(IPv4.Protocols, IpProtocol.Pgm);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Reported < HeaderLength + 2)
        {
            return 0;
        }

        p.SetProtocol("PGM");
        p.Info.Clear();
        v.Ensure(0, HeaderLength);
        byte type = v.U8(4), options = v.U8(5);
        if (Types.Find(type) is not { } name)
        {
            p.SayNothing();
            return v.Reported;
        }

        uint sequence = v.U32(HeaderLength);
        (p.SourcePort, p.DestinationPort) = (v.U16(0), v.U16(2));
        p.Info.Append($"{name,-5} sqn 0x{sequence:x} gsi {v.U48(8):x12}");
        if (type is OData or RData)
        {
            p.Info.Append($" tsdulen {v.U16(14)}");
        }
        else if (type == Poll)
        {
            p.Info.Append($" subtype {Subtypes.FindOr(v.U16(HeaderLength + 6), "Unknown")}");
        }

        var tree = p.Open(P, v, parent);
        p.Label(tree, $"Pragmatic General Multicast: Type {name} Src Port {p.SourcePort}, Dst Port {p.DestinationPort}, GSI {v.U48(8):x12}");
        AddHeader(p, v, tree, options);
        int at = HeaderLength;
        var body = p.AddText(tree, v, at, 0, $"{name} Packet");
        body = body.IsWanted ? body : tree;
        at = type switch
        {
            Spm => SpmPath.Add(p, v, body, p.AddAll(body, v, at, Sequence, Trail, Lead)),
            OData or RData => p.AddAll(body, v, at, Sequence, Trail),
            Nak or NNak or Ncf => NakGroup.Add(p, v, body, NakSource.Add(p, v, body, p.AddAll(body, v, at, NakSequence))),
            Poll => p.AddRows(body, v, PollPath.Add(p, v, body, p.AddAll(body, v, at, PollSequence, PollRound, PollSubtype)), PollTail),
            Polr => p.AddRows(body, v, at, PolrBody),
            _ => p.AddRows(body, v, at, AckBody),
        };

        p.SetLength(body, at - HeaderLength);
        if ((options & HasOptions) != 0)
        {
            at = AddOptions(p, v, body, at, name);
        }

        p.SetLength(tree, at);
        if (type is OData or RData)
        {
            p.CallData(v.From(at), parent);
        }

        return v.Reported;
    }

    static void AddHeader(Packet p, in View v, Node tree, byte options)
    {
        p.AddAll(tree, v, 0, SourcePort, DestinationPort);
        p.Hidden(p.Add(tree, AnyPort, v, 0));
        p.Hidden(p.Add(tree, AnyPort, v, 2));
        p.Add(tree, Type, v, 4);
        var node = p.AddBits(tree, Options, v, 5, OptionBits);
        p.Label(node, $"Options: {OptionsText(options)} (0x{options:x})");
        AddChecksum(p, v, tree);
        p.Add(tree, SourceId, v, 8, 6);
        p.Add(tree, DataLength, v, 14);
    }

    static string OptionsText(byte options)
    {
        string text = "";
        foreach (var (bit, name) in (ReadOnlySpan<(int, string)>)[(0x01, "Present"), (0x02, "NetSig"), (0x40, "VarLen"), (0x80, "Parity")])
        {
            if ((options & bit) != 0)
            {
                text += text.Length == 0 ? name : "," + name;
            }
        }

        return text;
    }

    static void AddChecksum(Packet p, in View v, Node tree)
    {
        ushort checksum = v.U16(6);
        if (checksum == 0)
        {
            var missing = p.Generated(p.AddUInt(tree, Checksum, v, 6, 2, 0));
            p.Label(missing, $"Checksum: [missing]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, ChecksumStates.NotPresent));
            return;
        }

        if (!p.WantsFields)
        {
            return;
        }

        if (p.IsFragment || v.Captured < v.Reported)
        {
            p.Label(p.Add(tree, Checksum, v, 6), $"Checksum: 0x{checksum:x4} [unverified]");
            p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, ChecksumStates.Unverified));
            return;
        }

        ushort result = InternetChecksum.Of(v.Bytes);
        bool good = result == 0;

        // tshark shows a checksum that it can check under the status's name, and people's filters know it so.
        var node = p.AddUInt(tree, ChecksumStatus, v, 6, 2, checksum & 0xffu);
        string name = ChecksumStates.Names.FindOr(checksum & 0xffu, "Unknown");
        if (good)
        {
            p.Label(node, $"Checksum Status: {name} [correct]");
        }
        else
        {
            p.Label(node, $"Checksum Status: {name} incorrect, should be 0x{InternetChecksum.Expected(checksum, result):x4}");
            p.Expert(node, BadChecksum, v, 6, 2, $"Bad checksum [should be 0x{InternetChecksum.Expected(checksum, result):x4}]");
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 6, 0, good ? ChecksumStates.Good : ChecksumStates.Bad));
    }

    /// <returns>The offset behind the options.</returns>
    static int AddOptions(Packet p, in View v, Node tree, int at, string name)
    {
        int start = at, total = v.U16(at + 2);
        var node = p.AddText(tree, v, at, total, $"{name} Options (Total Length {total})");
        node = node.IsWanted ? node : tree;
        if (v.U8(at) != 0)
        {
            p.AddExpert(node, BadOption, v, at, 1);
            return at;
        }

        p.AddRows(node, v, at, OptionsLength);
        at += 4;
        bool last = false;
        while (!last && at - start < total)
        {
            int type = v.U8(at), length = v.U8(at + 1);
            last = (type & LastOption) != 0;
            type &= ~LastOption;
            var option = p.AddText(node, v, at, length, $"Option: {OptionTypes.FindOr((ulong)type, "Unknown")}, Length: {length}");
            option = option.IsWanted ? option : node;
            p.AddRows(option, v, at, OptionHeader);
            if (length < 4)
            {
                p.AddExpert(option, BadOptionLength, v, at + 1, 1);
                break;
            }

            AddOption(p, v.Part(at + 3, length - 3), option, type);
            at += length;
        }

        return start + total;
    }

    static void SayList(Packet p, in View v, Node node, int at)
    {
        p.Label(node, $"List({v.ReportedFrom(at) / 4}): ");
        for (; v.ReportedFrom(at) >= 4; at += 4)
        {
            p.AppendLabel(node, $"0x{v.U32(at):x} ");
        }
    }

    static void AddOption(Packet p, in View v, Node node, int type)
    {
        var rows = type switch
        {
            1 => Fragment,
            2 => NakList,
            3 => Join,
            4 => BackOffInterval,
            5 => BackOffRange,
            8 => ParityParameters,
            _ => null,
        };

        if (rows is not null)
        {
            p.AddRows(node, v, 0, rows);
        }
    }

    /// <summary>An address as PGM writes them: its family, two reserved bytes, the address.</summary>
    sealed class AddressRow(string family, string familyLabel, string reserved, string address, string addressLabel)
    {
        const int IPv4Family = 1, IPv6Family = 2;

        readonly Field family = P.UInt16(family, familyLabel, FieldBase.Dec, Families);
        readonly Field reserved = P.UInt16(reserved, "Reserved", FieldBase.Hex);
        readonly Field v4 = P.IPv4(address + ".ipv4", addressLabel), v6 = P.IPv6(address + ".ipv6", addressLabel);

        public int Add(Packet p, in View v, Node node, int at)
        {
            int kind = v.U16(at);
            p.Add(node, family, v, at);
            p.Add(node, reserved, v, at + 2);
            at += 4;
            if (kind is IPv4Family or IPv6Family)
            {
                var field = kind == IPv4Family ? v4 : v6;
                p.Add(node, field, v, at);
                return at + field.Size;
            }

            p.AddExpert(node, BadFamily, v, at, 0);
            return at;
        }
    }
}
