using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

// Specification: radiotap.org.
//
//   0         1         2          4                                8 ...
//   +---------+---------+----------+--------------------------------+----------------+-----------+-------------
//   | version | pad     | length   | present: a bit for each field  | (more of them) | fields    | 802.11 ...
//   +---------+---------+----------+--------------------------------+----------------+-----------+-------------
//
// Numbers have their little end first; each field lies at a multiple of its own size, counted from the header's begin.

/// <summary>Radiotap: what a wireless card knew of a frame's reception or sending.</summary>
public sealed class Radiotap() : Dissector("radiotap")
{
    const int FlagFcs = 0x10, FlagPad = 0x20;
    const int Extended = 31, RadiotapNext = 29, VendorNext = 30, Tlv = 28;

    static readonly Protocol P = new("IEEE 802.11 Radiotap Capture header", "802.11 Radiotap", "radiotap");
    static readonly Field Version = P.UInt8("radiotap.version", "Header revision");
    static readonly Field Pad = P.UInt8("radiotap.pad", "Header pad");
    static readonly Field Length = P.UInt16("radiotap.length", "Header length");
    static readonly Field Present = P.Label("radiotap.present", "Present flags");
    static readonly Field PresentWord = P.UInt32("radiotap.present.word", "Present flags word", FieldBase.Hex);
    static readonly Field[] PresentBits =
    [
        P.Flag("radiotap.present.tsft", "TSFT", 32, 0x1, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.flags", "Flags", 32, 0x2, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.rate", "Rate", 32, 0x4, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.channel", "Channel", 32, 0x8, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.fhss", "FHSS", 32, 0x10, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.dbm_antsignal", "dBm Antenna Signal", 32, 0x20, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.dbm_antnoise", "dBm Antenna Noise", 32, 0x40, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.lock_quality", "Lock Quality", 32, 0x80, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.tx_attenuation", "TX Attenuation", 32, 0x100, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.db_tx_attenuation", "dB TX Attenuation", 32, 0x200, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.dbm_tx_power", "dBm TX Power", 32, 0x400, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.antenna", "Antenna", 32, 0x800, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.db_antsignal", "dB Antenna Signal", 32, 0x1000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.db_antnoise", "dB Antenna Noise", 32, 0x2000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.rxflags", "RX flags", 32, 0x4000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.txflags", "TX flags", 32, 0x8000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.data_retries", "data retries", 32, 0x20000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.xchannel", "Channel+", 32, 0x40000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.mcs", "MCS information", 32, 0x80000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.ampdu", "A-MPDU Status", 32, 0x100000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.vht", "VHT information", 32, 0x200000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.timestamp", "frame timestamp", 32, 0x400000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.he", "HE information", 32, 0x800000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.he_mu", "HE-MU information", 32, 0x1000000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.0_length.psdu", "0 Length PSDU", 32, 0x4000000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.l_sig", "L-SIG", 32, 0x8000000, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.present.tlv", "TLVs", 32, 0x10000000, ValueNames.Flag("Present", "Absent")),
    ];

    static readonly Field RadiotapNextFlag = P.Flag("radiotap.present.rtap_ns", "Radiotap NS next", 32, 0x20000000);
    static readonly Field VendorNextFlag = P.Flag("radiotap.present.vendor_ns", "Vendor NS next", 32, 0x40000000);
    static readonly Field ExtendedFlag = P.Flag("radiotap.present.ext", "Ext", 32, 0x80000000, ValueNames.Flag("Present", "Absent"));
    static readonly Field MacTime = P.UInt64("radiotap.mactime", "MAC timestamp");
    static readonly Field Flags = P.UInt8("radiotap.flags", "Flags", FieldBase.Hex);
    static readonly Field[] FlagBits =
    [
        P.Flag("radiotap.flags.cfp", "CFP", 8, 0x1),
        P.Flag("radiotap.flags.preamble", "Preamble", 8, 0x2, ValueNames.Flag("Short", "Long")),
        P.Flag("radiotap.flags.wep", "WEP", 8, 0x4),
        P.Flag("radiotap.flags.frag", "Fragmentation", 8, 0x8),
        P.Flag("radiotap.flags.fcs", "FCS at end", 8, 0x10),
        P.Flag("radiotap.flags.datapad", "Data Pad", 8, 0x20),
        P.Flag("radiotap.flags.badfcs", "Bad FCS", 8, 0x40),
        P.Flag("radiotap.flags.shortgi", "Short GI", 8, 0x80),
    ];

    static readonly Field DataRate = P.Field(FieldType.Float, "radiotap.datarate", "Data rate (Mb/s)");
    static readonly Field Frequency = P.UInt32("radiotap.channel.freq", "Channel frequency");
    static readonly Field ChannelFlags = P.UInt16("radiotap.channel.flags", "Channel flags", FieldBase.Hex);
    static readonly Field[] ChannelBits =
    [
        P.Flag("radiotap.channel.flags.700mhz", "700 MHz spectrum", 16, 0x1),
        P.Flag("radiotap.channel.flags.800mhz", "800 MHz spectrum", 16, 0x2),
        P.Flag("radiotap.channel.flags.900mhz", "900 MHz spectrum", 16, 0x4),
        P.Flag("radiotap.channel.flags.turbo", "Turbo", 16, 0x10),
        P.Flag("radiotap.channel.flags.cck", "Complementary Code Keying (CCK)", 16, 0x20),
        P.Flag("radiotap.channel.flags.ofdm", "Orthogonal Frequency-Division Multiplexing (OFDM)", 16, 0x40),
        P.Flag("radiotap.channel.flags.2ghz", "2 GHz spectrum", 16, 0x80),
        P.Flag("radiotap.channel.flags.5ghz", "5 GHz spectrum", 16, 0x100),
        P.Flag("radiotap.channel.flags.passive", "Passive", 16, 0x200),
        P.Flag("radiotap.channel.flags.dynamic", "Dynamic CCK-OFDM", 16, 0x400),
        P.Flag("radiotap.channel.flags.gfsk", "Gaussian Frequency Shift Keying (GFSK)", 16, 0x800),
        P.Flag("radiotap.channel.flags.gsm", "GSM (900MHz)", 16, 0x1000),
        P.Flag("radiotap.channel.flags.sturbo", "Static Turbo", 16, 0x2000),
        P.Flag("radiotap.channel.flags.half", "Half Rate Channel (10MHz Channel Width)", 16, 0x4000),
        P.Flag("radiotap.channel.flags.quarter", "Quarter Rate Channel (5MHz Channel Width)", 16, 0x8000),
    ];

    static readonly Field HopSet = P.UInt8("radiotap.fhss.hopset", "FHSS Hop Set");
    static readonly Field HopPattern = P.UInt8("radiotap.fhss.pattern", "FHSS Pattern");
    static readonly Field Signal = P.Field(FieldType.Int8, "radiotap.dbm_antsignal", "Antenna signal", FieldBase.Dec);
    static readonly Field Noise = P.Field(FieldType.Int8, "radiotap.dbm_antnoise", "Antenna noise", FieldBase.Dec);
    static readonly Field Quality = P.UInt16("radiotap.quality", "Signal Quality");
    static readonly Field Attenuation = P.UInt16("radiotap.txattenuation", "TX attenuation");
    static readonly Field AttenuationDb = P.UInt16("radiotap.db_txattenuation", "dB TX attenuation");
    static readonly Field Power = P.Field(FieldType.Int8, "radiotap.txpower", "Transmit power", FieldBase.Dec);
    static readonly Field Antenna = P.UInt32("radiotap.antenna", "Antenna");
    static readonly Field SignalDb = P.UInt8("radiotap.db_antsignal", "dB antenna signal");
    static readonly Field NoiseDb = P.UInt8("radiotap.db_antnoise", "dB antenna noise");
    static readonly Field RxFlags = P.UInt16("radiotap.rxflags", "RX flags", FieldBase.Hex);
    static readonly Field BadPlcp = P.Flag("radiotap.rxflags.badplcp", "Bad PLCP", 24, 0x2);
    static readonly Field TxFlags = P.UInt16("radiotap.txflags", "TX flags", FieldBase.Hex);
    static readonly Field[] TxFlagBits =
    [
        P.Flag("radiotap.rxflags.fail", "Fail", 24, 0x1),
        P.Flag("radiotap.rxflags.cts", "CTS", 24, 0x2),
        P.Flag("radiotap.rxflags.rts", "RTS/CTS", 24, 0x4),
        P.Flag("radiotap.rxflags.noack", "No ACK", 24, 0x8),
        P.Flag("radiotap.rxflags.noseqno", "Has Seqnum", 24, 0x10),
        P.Flag("radiotap.rxflags.order", "Order", 24, 0x20),
    ];

    static readonly Field Retries = P.UInt8("radiotap.data_retries", "data retries");
    static readonly Field Mcs = P.Label("radiotap.mcs", "MCS information");
    static readonly Field McsKnown = P.UInt8("radiotap.mcs.known", "Known MCS information", FieldBase.Hex);
    static readonly Field[] McsKnownBits =
    [
        P.Flag("radiotap.mcs.have_bw", "Bandwidth", 8, 0x1, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.mcs.have_index", "MCS index", 8, 0x2, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.mcs.have_gi", "Guard interval", 8, 0x4, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.mcs.have_format", "Format", 8, 0x8, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.mcs.have_fec", "FEC type", 8, 0x10, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.mcs.have_stbc", "STBC streams", 8, 0x20, ValueNames.Flag("Present", "Absent")),
        P.Flag("radiotap.mcs.have_ness", "Number of extension spatial streams", 8, 0x40, ValueNames.Flag("Present", "Absent")),
    ];

    static readonly Field McsBandwidth = P.UInt8("radiotap.mcs.bw", "Bandwidth", FieldBase.Dec, ValueNames.Of(() => [(0, "20 MHz"), (1, "40 MHz"), (2, "20 MHz lower"), (3, "20 MHz upper")]), mask: 0x3);
    static readonly Field McsGuard = P.UInt8("radiotap.mcs.gi", "Guard interval", FieldBase.Dec, ValueNames.Of(() => [(0, "long"), (1, "short")]), mask: 0x4);
    static readonly Field McsFormat = P.UInt8("radiotap.mcs.format", "Format", FieldBase.Dec, ValueNames.Of(() => [(0, "mixed"), (1, "greenfield")]), mask: 0x8);
    static readonly Field McsFec = P.UInt8("radiotap.mcs.fec", "FEC type", FieldBase.Dec, ValueNames.Of(() => [(0, "BCC"), (1, "LDPC")]), mask: 0x10);
    static readonly Field McsStbc = P.UInt8("radiotap.mcs.stbc", "STBC streams", mask: 0x60);
    static readonly Field McsExtension1 = P.UInt8("radiotap.mcs.ness_bit1", "Number of extension spatial streams bit 1", mask: 0x80);
    static readonly Field McsExtension0 = P.UInt8("radiotap.mcs.ness_bit0", "Number of extension spatial streams bit 0", mask: 0x80);
    static readonly Field McsIndex = P.UInt8("radiotap.mcs.index", "MCS index");

    // Sizes of the fields of bits 0 to 27, and what they are aligned to.
    static ReadOnlySpan<byte> Sizes => [8, 1, 1, 4, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 8, 3, 8, 12, 12, 12, 12, 0, 1, 4];

    static ReadOnlySpan<byte> Alignments => [8, 1, 1, 2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 4, 1, 4, 2, 8, 2, 2, 1, 1, 2];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Frame.LinkTypes, (uint)LinkType.Ieee80211Radiotap);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("WLAN");
        p.Info.Clear();
        int version = v.U8(0), length = v.U16LE(2);
        p.Info.Set($"Radiotap Capture v{version}, Length {length}");
        var tree = p.Open(P, v, parent, 0, Math.Min(length, v.Captured));
        p.Label(tree, $"Radiotap Header v{version}, Length {length}");
        p.Add(tree, Version, v, 0);
        p.Add(tree, Pad, v, 1);
        p.Add(tree, Length, v, 2, littleEndian: true);
        var facts = default(WlanFacts);
        if (version != 0 || length < 8)
        {
            // Only version 0 was ever made.
            p.AppendLabel(tree, " (invalid)");
        }
        else
        {
            v.Ensure(0, length);
            facts = AddFields(p, v.Part(0, length), tree);
        }

        WlanRadio.Pass(p, facts);
        var next = (facts.Flags & FlagFcs) == 0 ? Catalog.Wlan : (facts.Flags & FlagPad) != 0 ? Catalog.WlanPadded : Catalog.WlanWithFcs;
        p.Call(Catalog.WlanRadio, v.From(length), parent);
        p.Call(next, v.From(length), parent);
        return Math.Max(1, v.Reported);
    }

    static WlanFacts AddFields(Packet p, in View v, Node tree)
    {
        int words = AddWords(p, v, tree), at = 4 + (4 * words);
        var facts = default(WlanFacts);
        bool isOurs = true, isFresh = true;
        for (int i = 0; i < words; i++)
        {
            // Behind a word that starts the namespace anew bits mean the same again: another antenna's, say.
            uint word = v.U32LE(4 + (4 * i));
            for (int bit = 0; isOurs && isFresh && bit < Tlv; bit++)
            {
                if ((word >> bit & 1) == 0)
                {
                    continue;
                }

                int size = Sizes[bit], alignment = Alignments[bit];
                at = (at + alignment - 1) / alignment * alignment;
                if (size == 0 || v.ReportedFrom(at) < size)
                {
                    return facts;
                }

                AddField(p, v, tree, at, bit, ref facts);
                at += size;
            }

            isFresh = (word >> RadiotapNext & 1) != 0;
            if ((word >> VendorNext & 1) != 0)
            {
                // Three bytes of organisation, one of its own, and how much to skip.
                at = (at + 1) & ~1;
                if (v.ReportedFrom(at) < 6)
                {
                    return facts;
                }

                at += 6 + v.U16LE(at + 4);
                (isOurs, isFresh) = (false, false);
            }
            else if (isFresh)
            {
                isOurs = true;
            }
        }

        return facts;
    }

    /// <summary>The words of bits, and how many there are.</summary>
    static int AddWords(Packet p, in View v, Node tree)
    {
        var present = p.Add(tree, Present, v, 4, 4);
        int words = 0, at = 4;
        bool isFresh = true;
        uint word;
        do
        {
            word = v.U32LE(at);
            words++;
            if (p.WantsFields)
            {
                AddPresent(p, v, present, at, isFresh);
            }

            isFresh = (word >> RadiotapNext & 1) != 0;
            at += 4;
        }
        while ((word >> Extended & 1) != 0 && at + 4 <= v.Reported);

        p.SetLength(present, at - 4);
        return words;
    }

    static void AddPresent(Packet p, in View v, Node parent, int at, bool isFirst)
    {
        var word = p.Add(parent, PresentWord, v, at, littleEndian: true);
        foreach (var bit in isFirst ? PresentBits : [])
        {
            p.Add(word, bit, v, at, littleEndian: true);
        }

        p.Add(word, RadiotapNextFlag, v, at, littleEndian: true);
        p.Add(word, VendorNextFlag, v, at, littleEndian: true);
        p.Add(word, ExtendedFlag, v, at, littleEndian: true);
    }

    static void AddField(Packet p, in View v, Node tree, int at, int bit, ref WlanFacts facts)
    {
        switch (bit)
        {
            case 0:
                facts.Time = v.U64LE(at);
                facts.HasTime = true;
                p.Add(tree, MacTime, v, at, littleEndian: true);
                break;
            case 1:
                facts.Flags = v.U8(at);
                facts.HasFlags = true;
                p.AddBits(tree, Flags, v, at, FlagBits);
                break;
            case 2:
                facts.Rate = v.U8(at) * 0.5f;
                p.Label(p.AddDouble(tree, DataRate, v, at, 1, facts.Rate), $"Data Rate: {facts.Rate:F1} Mb/s");
                break;
            case 3:
                AddChannel(p, v, tree, at, ref facts);
                break;
            case 4:
                p.Add(tree, HopSet, v, at);
                p.Add(tree, HopPattern, v, at + 1);
                break;
            case 5:
                facts.Signal = v.I8(at);
                p.AppendLabel(p.Add(tree, Signal, v, at), Signal.Names is null ? " dBm" : "");
                break;
            case 6:
                facts.Noise = v.I8(at);
                p.AppendLabel(p.Add(tree, Noise, v, at), Noise.Names is null ? " dBm" : "");
                break;
            case 7:
                p.Add(tree, Quality, v, at, littleEndian: true);
                break;
            case 8:
                p.Add(tree, Attenuation, v, at, littleEndian: true);
                break;
            case 9:
                p.Add(tree, AttenuationDb, v, at, littleEndian: true);
                break;
            case 10:
                p.AppendLabel(p.Add(tree, Power, v, at), Power.Names is null ? " dBm" : "");
                break;
            case 11:
                p.Add(tree, Antenna, v, at, 1);
                break;
            case 12:
                facts.SignalDb = v.U8(at);
                p.AppendLabel(p.Add(tree, SignalDb, v, at), SignalDb.Names is null ? " dB" : "");
                break;
            case 13:
                facts.NoiseDb = v.U8(at);
                p.AppendLabel(p.Add(tree, NoiseDb, v, at), NoiseDb.Names is null ? " dB" : "");
                break;
            case 14:
                var received = p.Add(tree, RxFlags, v, at, littleEndian: true);
                p.AddUInt(received, BadPlcp, v, at, 2, v.U16LE(at));
                break;
            case 15:
                AddTxFlags(p, v, tree, at);
                break;
            case 17:
                p.Add(tree, Retries, v, at);
                break;
            case 19:
                AddMcs(p, v, tree, at, ref facts);
                break;
            default:
                break;
        }
    }

    static void AddTxFlags(Packet p, in View v, Node tree, int at)
    {
        var sent = p.Add(tree, TxFlags, v, at, littleEndian: true);
        foreach (var flag in TxFlagBits)
        {
            if ((v.U16LE(at) & flag.Mask) != 0)
            {
                p.AppendLabel(sent, $", {flag.Label}");
            }
        }

        foreach (var flag in TxFlagBits)
        {
            p.AddUInt(sent, flag, v, at, 2, v.U16LE(at));
        }
    }

    static void AddChannel(Packet p, in View v, Node tree, int at, ref WlanFacts facts)
    {
        facts.Frequency = v.U16LE(at);
        facts.Channel = v.U16LE(at + 2);
        var node = p.AddUInt(tree, Frequency, v, at, 2, facts.Frequency);
        p.Label(node, $"Channel frequency: {facts.Frequency}{facts.Band}{facts.ChannelNumber}{(facts.Band.Length > 0 ? "]" : "")}");
        p.AddBits(tree, ChannelFlags, v, at + 2, ChannelBits, littleEndian: true, sumUp: true);
    }

    static void AddMcs(Packet p, in View v, Node tree, int at, ref WlanFacts facts)
    {
        int known = v.U8(at), flags = v.U8(at + 1);
        (facts.HasMcs, facts.McsKnown, facts.McsFlags, facts.McsIndex) = (true, (byte)known, (byte)flags, v.U8(at + 2));
        if (!p.WantsFields)
        {
            return;
        }

        var mcs = p.Add(tree, Mcs, v, at, 3);
        var bits = p.AddBits(mcs, McsKnown, v, at, McsKnownBits, sumUp: true);
        if ((known & 0x40) != 0)
        {
            p.Add(bits, McsExtension1, v, at);
        }

        Add(0x01, McsBandwidth, mcs, v);
        Add(0x04, McsGuard, mcs, v);
        Add(0x08, McsFormat, mcs, v);
        Add(0x10, McsFec, mcs, v);
        Add(0x20, McsStbc, mcs, v);
        Add(0x40, McsExtension0, mcs, v);
        if ((known & 0x02) != 0)
        {
            p.Add(mcs, McsIndex, v, at + 2);
            facts.Rate = facts.HtRate;
            if ((known & 0x07) == 0x07 && facts.Rate > 0)
            {
                p.Label(p.Generated(p.AddDouble(tree, DataRate, v, at, 3, facts.Rate)), $"Data Rate: {facts.Rate:F1} Mb/s");
            }
        }

        void Add(int bit, Field field, Node parent, in View bytes)
        {
            if ((known & bit) != 0)
            {
                p.Add(parent, field, bytes, at + 1);
            }
        }
    }
}
