using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

// Specification: IEEE 802.15.4-2020 section 7.2. Little end first.
//
//   | control (2) | sequence (0, 1) | PAN (0, 2) and address (0, 2, 8) of the destination | of the source | header IEs | payload | FCS (2)

/// <summary>IEEE 802.15.4: low-rate wireless networks.</summary>
public sealed class Ieee802154(bool hasFcs) : Dissector("wpan")
{
    const int Beacon = 0, Ack = 2, Multipurpose = 5, None = 0, Short = 2, Long = 3, Version2015 = 2, FcsLength = 2;
    const int SecurityBit = 0x0008, CompressionBit = 0x0040, SuppressionBit = 0x0100, IeBit = 0x0200;
    const int Termination1 = 0x7e, Termination2 = 0x7f, BroadcastShort = 0xffff;

    static readonly Protocol P = new("IEEE 802.15.4 Low-Rate Wireless PAN", "IEEE 802.15.4", "wpan");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "Beacon"), (1, "Data"), (2, "Ack"), (3, "Command"), (4, "Reserved"), (5, "Multipurpose"), (6, "Fragment or Frak"), (7, "Extended")]);
    static readonly ValueNames Modes = ValueNames.Of(() => [(0, "None"), (1, "Reserved"), (2, "Short/16-bit"), (3, "Long/64-bit")]);
    static readonly Field FrameLength = P.UInt8("wpan.frame_length", "Frame Length", blurb: "Frame Length as reported from lower layer");
    static readonly Field Control = P.UInt16("wpan.fcf", "Frame Control Field", FieldBase.Hex);
    static readonly Field[] ControlBits = [
        P.UInt16("wpan.frame_type", "Frame Type", FieldBase.Hex, Types, mask: 0x0007), P.Flag("wpan.security", "Security Enabled", 16, 0x0008), P.Flag("wpan.pending", "Frame Pending", 16, 0x0010),
        P.Flag("wpan.ack_request", "Acknowledge Request", 16, 0x0020), P.Flag("wpan.pan_id_compression", "PAN ID Compression", 16, 0x0040), P.Flag("wpan.fcf.reserved", "Reserved", 16, 0x0080),
        P.Flag("wpan.seqno_suppression", "Sequence Number Suppression", 16, 0x0100), P.Flag("wpan.ie_present", "Information Elements Present", 16, 0x0200),
        P.UInt16("wpan.dst_addr_mode", "Destination Addressing Mode", FieldBase.Hex, Modes, mask: 0x0c00),
        P.UInt16("wpan.version", "Frame Version", FieldBase.Dec, ValueNames.Of(() => [
            (0, "IEEE Std 802.15.4-2003"), (1, "IEEE Std 802.15.4-2006"), (2, "IEEE Std 802.15.4-2015"), (3, "Reserved")]), mask: 0x3000),
        P.UInt16("wpan.src_addr_mode", "Source Addressing Mode", FieldBase.Hex, Modes, mask: 0xc000)];
    static readonly Field Sequence = P.UInt8("wpan.seq_no", "Sequence Number");
    static readonly Field Either16 = P.UInt16("wpan.addr16", "Address", FieldBase.Hex);
    static readonly Field Either64 = P.Field(FieldType.Eui64, "wpan.addr64", "Extended Address");
    static readonly Side Target = new("dst", "Destination", "Destination"), Source = new("src", "Source", "Extended Source");
    static readonly Field HeaderIes = P.Label("wpan.header_ie", "Header IEs");
    static readonly Field Terminated1 = P.Label("wpan.header_ie.ht1", "Header Termination 1 IE (Payload IEs follow)");
    static readonly Field Terminated2 = P.Label("wpan.header_ie.ht2", "Header Termination 2 IE (Payload follows)");
    static readonly Field Unsupported = P.Label("wpan.header_ie.unsupported", "Unsupported Header IE");
    static readonly Field IeHeader = P.UInt16("wpan.header_ie_tlv", "IE Header", FieldBase.Hex);
    static readonly Field[] IeBits = [
        P.UInt16("wpan.header_ie.type", "Type", FieldBase.Dec, ValueNames.Of(() => [(0, "Header"), (1, "Payload")]), mask: 0x8000),
        P.UInt16("wpan.header_ie.id", "Id", FieldBase.Hex, ValueNames.Of(() => [
            (0x00, "Vendor Specific IE"), (0x1a, "CSL IE"), (0x1b, "RIT IE"), (0x1c, "DSME PAN descriptor IE"), (0x1d, "Rendezvous Time IE"), (0x1e, "Time Correction IE"),
            (0x21, "Extended DSME PAN descriptor IE"), (0x22, "Fragment Sequence Context Description (FSCD) IE"), (0x23, "Simplified Superframe Specification IE"),
            (0x24, "Simplified GTS Specification IE"), (0x25, "LECIM Capabilities IE"), (0x26, "TRLE Descriptor"), (0x27, "RCC Capabilities IE"), (0x28, "RCCN Descriptor IE"),
            (0x29, "Global Time IE"), (0x2a, "Wi-SUN IE"), (0x2b, "DA IE"), (0x7e, "Header Termination 1 IE"), (0x7f, "Header Termination 2 IE")]), mask: 0x7f80),
        P.UInt16("wpan.header_ie.length", "Length", mask: 0x007f)];
    static readonly Field Fcs = P.UInt16("wpan.fcs", "FCS", FieldBase.Hex);
    static readonly Field FcsOk = P.Flag("wpan.fcs_ok", "FCS Valid");
    static readonly Expert BadFcs = P.Expert("wpan.fcs.bad", Severity.Warning, ExpertGroup.Checksum, "Bad FCS");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, hasFcs ? (uint)LinkType.Ieee802154 : (uint)LinkType.Ieee802154NoFcs);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View whole, Node parent)
    {
        p.SetProtocol("IEEE 802.15.4");
        p.Info.Clear();
        var tree = p.Open(P, whole, parent);
        p.Label(tree, $"IEEE 802.15.4");
        var v = hasFcs ? whole.Part(0, Math.Max(0, whole.Reported - FcsLength)) : whole;
        int control = v.U16LE(0), type = control & 7, version = (control >> 12) & 3;
        string name = type == Beacon && version == Version2015 ? "Enhanced Beacon" : Types.FindOr((ulong)type, "Unknown");
        p.Hidden(p.AddUInt(tree, FrameLength, whole, 0, 0, (ulong)Math.Min(whole.Reported, 255)));
        p.AddBits(tree, Control, v, 0, ControlBits, littleEndian: true, sumUp: true);
        p.Info.Set(name);
        p.Label(tree, $"IEEE 802.15.4 {name}");
        if (type >= Multipurpose || type == 4)
        {
            // Other headers: not taken apart.
            p.CallData(v.From(2), parent);
            return Math.Max(1, whole.Reported);
        }

        int at = 2;
        if (version != Version2015 || (control & SuppressionBit) == 0)
        {
            if (type == Ack)
            {
                p.AppendLabel(tree, $", Sequence Number: {v.U8(at)}");
            }

            p.Add(tree, Sequence, v, at++);
        }

        at = AddAddresses(p, v, tree, at, control, version);
        if (version == Version2015 && (control & (IeBit | SecurityBit)) == IeBit)
        {
            at = AddHeaderIes(p, v, tree, at);
        }

        p.SetLength(tree, at);
        if (hasFcs)
        {
            AddFcs(p, whole, tree);
        }

        p.CallData(v.From(at), parent);
        return Math.Max(1, whole.Reported);
    }

    static int AddAddresses(Packet p, in View v, Node tree, int at, int control, int version)
    {
        int to = (control >> 10) & 3, from = (control >> 14) & 3;
        bool isCompressed = (control & CompressionBit) != 0;
        var (hasTarget, hasSource) = version == Version2015 ? PansOf2015(to, from, isCompressed) : (to != None, from != None && !(isCompressed && to != None));
        if (hasTarget)
        {
            p.AddLE(tree, Target.Pan, v, at);
            at += 2;
        }

        at = Target.Add(p, v, tree, at, to, ref p.Destination);
        if (hasSource)
        {
            p.AddLE(tree, Source.Pan, v, at);
            at += 2;
        }

        return Source.Add(p, v, tree, at, from, ref p.Source);
    }

    /// <summary>Which PAN identifiers stand there (IEEE 802.15.4-2015 table 7-2).</summary>
    static (bool Target, bool Source) PansOf2015(int to, int from, bool isCompressed) => (to, from) switch
    {
        (None, None) => (isCompressed, false),
        (_, None) => (!isCompressed, false),
        (None, _) => (false, !isCompressed),
        (Long, Long) => (!isCompressed, false),
        _ => (true, !isCompressed),
    };

    static int AddHeaderIes(Packet p, in View v, Node parent, int at)
    {
        var all = p.Add(parent, HeaderIes, v, at, v.CapturedFrom(at));
        int start = at;
        while (v.ReportedFrom(at) >= 2)
        {
            int header = v.U16LE(at), id = (header >> 7) & 0xff, length = header & 0x7f;
            if ((header & 0x8000) != 0)
            {
                break;
            }

            var field = id == Termination1 ? Terminated1 : id == Termination2 ? Terminated2 : Unsupported;
            var ie = p.Add(all, field, v, at, 2);
            p.AppendLabel(all, $", {field.Label}");
            p.AppendLabel(p.AddBits(ie, IeHeader, v, at, IeBits, littleEndian: true, sumUp: true), $", Length: {length}");
            v.EndingAs(ShortReason.Contained).Ensure(at + 2, length);
            p.SetLength(ie, 2 + length);
            at += 2 + length;
            if (id is Termination1 or Termination2)
            {
                break;
            }
        }

        p.SetLength(all, at - start);
        return at;
    }

    static void AddFcs(Packet p, in View whole, Node tree)
    {
        int at = whole.Reported - FcsLength;
        if (!whole.Has(0, whole.Reported) || at < 0)
        {
            return;
        }

        int sent = whole.U16LE(at), expected = Crc(whole.Span(0, at));
        var node = p.AddLE(tree, Fcs, whole, at);
        p.AppendLabel(node, sent == expected ? " (Correct)" : "");
        if (sent != expected)
        {
            p.AppendLabel(node, $" (Incorrect, expected FCS=0x{expected:x4})");
        }

        p.Hidden(p.AddFlag(tree, FcsOk, whole, at, FcsLength, sent == expected));
        if (sent != expected)
        {
            p.Info.Append(", Bad FCS"u8);
            p.AppendLabel(tree, ", Bad FCS");
            p.Expert(tree, BadFcs, whole, at, FcsLength);
        }
    }

    /// <summary>The frame check sequence (section 7.2.11): ITU-T's CRC of 16 bits, starting from 0, lowest bit first.</summary>
    static int Crc(ReadOnlySpan<byte> data)
    {
        int crc = 0;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x8408 : crc >> 1;
            }
        }

        return crc;
    }

    /// <summary>One end's PAN and address.</summary>
    sealed class Side(string name, string label, string longLabel)
    {
        readonly Field address16 = P.UInt16($"wpan.{name}16", label, FieldBase.Hex);
        readonly Field address64 = P.Field(FieldType.Eui64, $"wpan.{name}64", longLabel);

        public Field Pan { get; } = P.UInt16($"wpan.{name}_pan", $"{label} PAN", FieldBase.Hex);

        public int Add(Packet p, in View v, Node tree, int at, int mode, ref Address column)
        {
            string word = name == "dst" ? "Dst" : "Src";
            if (mode == Short)
            {
                int number = v.U16LE(at);
                p.AddLE(tree, address16, v, at);
                p.Hidden(p.AddLE(tree, Either16, v, at));
                Span<byte> bytes = [(byte)(number >> 8), (byte)number];
                column = Address.Of(AddressKind.LowRate, bytes);
            }
            else if (mode == Long)
            {
                Span<byte> bytes = stackalloc byte[8];
                v.Span(at, 8).CopyTo(bytes);
                bytes.Reverse();
                column = Address.Of(AddressKind.Eui64, bytes);
                p.Label(p.AddAddress(tree, address64, v, at, 8, column), $"{label switch { "Source" => "Extended Source", _ => label }}: {column} ({column})");
                p.Hidden(p.AddAddress(tree, Either64, v, at, 8, column));
            }
            else
            {
                return at;
            }

            p.Info.Append($", {word}: {column}");
            p.AppendLabel(tree, $", {word}: {column}");
            return at + (mode == Short ? 2 : 8);
        }
    }
}
