using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

// Specification: how long a frame takes on the air: IEEE 802.11-2020 sections 16.3.4 (802.11b), 17.4.3 (OFDM), 19.4.3 (HT).

/// <summary>What is known of a frame's time on the air, whichever capture header told it.</summary>
/// <remarks>It covers no bytes: everything is worked out from what the header before it said.</remarks>
public sealed class WlanRadio() : Dissector("wlan_radio")
{
    const int PhyB = 4, PhyA = 5, PhyG = 6, PhyN = 7;

    static readonly Protocol P = new("802.11 radio information", "802.11 Radio", "wlan_radio");
    static readonly Field Phy = P.UInt32("wlan_radio.phy", "PHY type", FieldBase.Dec, ValueNames.Of(() => [
        (1, "802.11 FHSS"), (2, "802.11 IR"), (3, "802.11 DSSS"), (4, "802.11b (HR/DSSS)"), (5, "802.11a (OFDM)"), (6, "802.11g (ERP)"),
        (7, "802.11n (HT)"), (8, "802.11ac (VHT)"), (9, "802.11ad (DMG)"), (10, "802.11ah (S1G)"), (11, "802.11ax (HE)")]));
    static readonly Field McsIndex = P.UInt32("wlan_radio.11n.mcs_index", "MCS index");
    static readonly Field Bandwidth = P.UInt32("wlan_radio.11n.bandwidth", "Bandwidth", FieldBase.Dec, ValueNames.Of(() => [
        (0, "20 MHz"), (1, "40 MHz"), (2, "20 MHz + 20 MHz lower"), (3, "20 MHz + 20 MHz upper"), (4, "80 MHz"),
        (5, "40 MHz + 40 MHz lower"), (6, "40 MHz + 40 MHz upper"), (7, "20 MHz, channel 1/4"), (8, "20 MHz, channel 2/4"),
        (9, "20 MHz, channel 3/4"), (10, "20 MHz, channel 4/4"), (11, "160 MHz"), (12, "80 MHz + 80 MHz lower"),
        (13, "80 MHz + 80 MHz upper"), (14, "40 MHz, channel 1/4"), (15, "40 MHz, channel 2/4"), (16, "40 MHz, channel 3/4"),
        (17, "40 MHz, channel 4/4"), (18, "20 MHz, channel 1/8"), (19, "20 MHz, channel 2/8"), (20, "20 MHz, channel 3/8"),
        (21, "20 MHz, channel 4/8"), (22, "20 MHz, channel 5/8"), (23, "20 MHz, channel 6/8"), (24, "20 MHz, channel 7/8"),
        (25, "20 MHz, channel 8/8")]));
    static readonly Field ShortGuard = P.Flag("wlan_radio.11n.short_gi", "Short GI");
    static readonly Field Greenfield = P.Flag("wlan_radio.11n.greenfield", "Greenfield");
    static readonly Field Fec = P.UInt32("wlan_radio.11n.fec", "FEC", FieldBase.Dec, ValueNames.Of(() => [(0, "BEC"), (1, "LDPC")]));
    static readonly Field StbcStreams = P.UInt32("wlan_radio.11n.stbc_streams", "Number of STBC streams");
    static readonly Field Extension = P.UInt32("wlan_radio.11n.ness", "Number of extension spatial streams");
    static readonly Field ShortPreamble = P.Flag("wlan_radio.short_preamble", "Short preamble");
    static readonly Field DataRate = P.Field(FieldType.Float, "wlan_radio.data_rate", "Data rate");
    static readonly Field Channel = P.UInt32("wlan_radio.channel", "Channel");
    static readonly Field Frequency = P.UInt16("wlan_radio.frequency", "Frequency");
    static readonly Field SignalDb = P.UInt8("wlan_radio.signal_db", "Signal strength (dB)");
    static readonly Field Signal = P.Field(FieldType.Int8, "wlan_radio.signal_dbm", "Signal strength (dBm)", FieldBase.Dec);
    static readonly Field NoiseDb = P.UInt8("wlan_radio.noise_db", "Noise level (dB)");
    static readonly Field Noise = P.Field(FieldType.Int8, "wlan_radio.noise_dbm", "Noise level (dBm)", FieldBase.Dec);
    static readonly Field Ratio = P.Int32("wlan_radio.snr", "Signal/noise ratio (dB)");
    static readonly Field Time = P.UInt64("wlan_radio.timestamp", "TSF timestamp");
    static readonly Field Duration = P.UInt32("wlan_radio.duration", "Duration");
    static readonly Field Preamble = P.UInt32("wlan_radio.preamble", "Preamble");
    static readonly Field Space = P.Field(FieldType.Int64, "wlan_radio.ifs", "IFS", FieldBase.Dec);
    static readonly Field Start = P.UInt64("wlan_radio.start_tsf", "Start");
    static readonly Field End = P.UInt64("wlan_radio.end_tsf", "End");
    static readonly Expert AssumedShort = Assumption("short_preamble", "No preamble length information was available, assuming short preamble.");
    static readonly Expert AssumedMixed = Assumption("non_greenfield", "No plcp type information was available, assuming non greenfield.");
    static readonly Expert AssumedNoStbc = Assumption("no_stbc", "No stbc information was available, assuming no stbc.");
    static readonly Expert AssumedNoExtension = Assumption("no_extension_streams", "No extension stream information was available, assuming no extension streams.");
    static readonly Expert AssumedBcc = Assumption("bcc_fec", "No fec type information was available, assuming bcc fec.");

    /// <summary>Hands over what a capture header says, for the call that follows.</summary>
    internal static void Pass(Packet p, in WlanFacts facts) => p.Engine.State<Air>().Facts = facts;

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var air = p.Engine.State<Air>();
        if (p.WantsFields)
        {
            Show(p, v, parent, air);
        }

        return Math.Max(1, v.Reported);
    }

    static void Show(Packet p, in View v, Node parent, Air air)
    {
        ref readonly var facts = ref air.Facts;
        var tree = p.Open(P, v, parent, 0, 0);
        int phy = facts.HasMcs ? PhyN : facts.IsB ? PhyB : facts.IsA ? PhyA : facts.IsG ? PhyG : 0;
        if (phy != 0)
        {
            p.AddUInt(tree, Phy, v, 0, 0, (ulong)phy);
        }

        if (phy == PhyN)
        {
            ShowMcs(p, v, tree, facts);
        }
        else if (facts.HasFlags && phy is PhyB or PhyG)
        {
            p.AddFlag(tree, ShortPreamble, v, 0, 0, facts.IsShortPreamble);
        }

        if (facts.Rate > 0)
        {
            p.Label(p.AddDouble(tree, DataRate, v, 0, 0, facts.Rate), $"Data rate: {facts.Rate:F1} Mb/s");
        }

        if (facts.Frequency != 0)
        {
            if (facts.ChannelNumber != 0)
            {
                p.AddUInt(tree, Channel, v, 0, 0, (ulong)facts.ChannelNumber);
            }

            p.Label(p.AddUInt(tree, Frequency, v, 0, 0, facts.Frequency), $"Frequency: {facts.Frequency}MHz");
        }

        ShowStrength(p, v, tree, facts);
        if (facts.HasTime)
        {
            p.AddUInt(tree, Time, v, 0, 0, facts.Time);
        }

        ShowDuration(p, v, tree, air, phy);
    }

    static void ShowMcs(Packet p, in View v, Node tree, in WlanFacts facts)
    {
        if ((facts.McsKnown & 0x02) != 0)
        {
            p.AddUInt(tree, McsIndex, v, 0, 0, facts.McsIndex);
        }

        if ((facts.McsKnown & 0x01) != 0)
        {
            p.AddUInt(tree, Bandwidth, v, 0, 0, (ulong)(facts.McsFlags & 3));
        }

        if ((facts.McsKnown & 0x04) != 0)
        {
            p.AddFlag(tree, ShortGuard, v, 0, 0, facts.IsShortGuard);
        }

        if ((facts.McsKnown & 0x08) != 0)
        {
            p.AddFlag(tree, Greenfield, v, 0, 0, (facts.McsFlags & 0x08) != 0);
        }

        if ((facts.McsKnown & 0x10) != 0)
        {
            p.AddUInt(tree, Fec, v, 0, 0, (ulong)((facts.McsFlags >> 4) & 1));
        }

        if ((facts.McsKnown & 0x20) != 0)
        {
            p.AddUInt(tree, StbcStreams, v, 0, 0, (uint)facts.Stbc);
        }

        if ((facts.McsKnown & 0x40) != 0)
        {
            p.AddUInt(tree, Extension, v, 0, 0, (ulong)(((facts.McsKnown >> 6) & 2) | (facts.McsFlags >> 7)));
        }
    }

    static void ShowStrength(Packet p, in View v, Node tree, in WlanFacts facts)
    {
        if (facts.SignalDb is { } decibels)
        {
            p.Label(p.AddUInt(tree, SignalDb, v, 0, 0, decibels), $"Signal strength (dB): {decibels} dB");
        }

        if (facts.Signal is { } signal)
        {
            p.Label(p.AddInt(tree, Signal, v, 0, 0, signal), $"Signal strength (dBm): {signal} dBm");
        }

        if (facts.NoiseDb is { } noiseDecibels)
        {
            p.Label(p.AddUInt(tree, NoiseDb, v, 0, 0, noiseDecibels), $"Noise level (dB): {noiseDecibels} dB");
        }

        if (facts.Noise is { } noise)
        {
            p.Label(p.AddInt(tree, Noise, v, 0, 0, noise), $"Noise level (dBm): {noise} dBm");
            if (facts.Signal is { } above)
            {
                p.Label(p.AddInt(tree, Ratio, v, 0, 0, above - noise), $"Signal/noise ratio (dB): {above - noise} dB");
            }
        }
    }

    static void ShowDuration(Packet p, in View v, Node tree, Air air, int phy)
    {
        ref readonly var facts = ref air.Facts;
        int preamble = phy switch
        {
            PhyB => facts.HasFlags && !facts.IsShortPreamble ? 192 : 96,
            PhyA or PhyG => 20,
            PhyN => 32 + (4 * (facts.Streams + facts.Stbc > 2 ? 4 : facts.Streams + facts.Stbc)),
            _ => 0,
        };
        double time = facts.Rate <= 0 || preamble == 0 ? 0 : phy switch
        {
            PhyB => Math.Ceiling(v.Reported * 8 / (double)facts.Rate),
            PhyN => HtTime(v.Reported, facts),
            _ => Math.Ceiling(((v.Reported * 8) + 22) / (facts.Rate * 4.0)) * 4,
        };
        if (time <= 0)
        {
            air.HasEnd = false;
            return;
        }

        uint duration = (uint)(preamble + time);
        var node = p.Generated(p.AddUInt(tree, Duration, v, 0, 0, duration));
        p.Label(node, $"Duration: {duration}µs");
        if (phy == PhyB && !facts.HasFlags)
        {
            p.Expert(node, AssumedShort, v);
        }

        if (phy == PhyN)
        {
            Assume(0x08, AssumedMixed, p, v, node, facts);
            Assume(0x20, AssumedNoStbc, p, v, node, facts);
            Assume(0x40, AssumedNoExtension, p, v, node, facts);
            Assume(0x10, AssumedBcc, p, v, node, facts);
        }

        p.Label(p.Generated(p.AddUInt(node, Preamble, v, 0, 0, (uint)preamble)), $"Preamble: {preamble}µs");
        if (!facts.HasTime)
        {
            (air.HasEnd, air.LastEnd) = (true, 0);
            return;
        }

        ulong start = facts.Time - duration;
        if (air.HasEnd)
        {
            long space = (long)(start - air.LastEnd);
            p.Label(p.Generated(p.AddInt(node, Space, v, 0, 0, space)), $"IFS: {space}µs");
        }

        p.Label(p.Generated(p.AddUInt(node, Start, v, 0, 0, start)), $"Start: {start}µs");
        p.Label(p.Generated(p.AddUInt(node, End, v, 0, 0, facts.Time)), $"End: {facts.Time}µs");
        (air.HasEnd, air.LastEnd) = (true, facts.Time);
    }

    /// <summary>Symbols of 4 or 3.6 microseconds, in pairs where they are sent from two antennas in turn.</summary>
    static double HtTime(int length, in WlanFacts facts)
    {
        double guard = facts.IsShortGuard ? 3.6 : 4;
        double perSymbol = facts.Rate * guard;
        double symbols = Math.Ceiling(((length * 8) + 22) / Math.Round(perSymbol));
        if (facts.Stbc > 0 && symbols % 2 != 0)
        {
            symbols++;
        }

        return symbols * guard;
    }

    static void Assume(int known, Expert expert, Packet p, in View v, Node node, in WlanFacts facts)
    {
        if ((facts.McsKnown & known) == 0)
        {
            p.Expert(node, expert, v);
        }
    }

    static Expert Assumption(string name, string text) => P.Expert($"wlan_radio.assumed.{name}", Severity.Warning, ExpertGroup.Assumption, text);

    /// <summary>What this frame's header said, and when the one before it ended.</summary>
    sealed class Air
    {
        public WlanFacts Facts;
        public ulong LastEnd;
        public bool HasEnd;
    }
}

/// <summary>What a capture header may know of a frame's radio.</summary>
struct WlanFacts
{
    const int Cck = 0x20, Ofdm = 0x40, TwoGhz = 0x80, FiveGhz = 0x100, Dynamic = 0x400;

    /// <summary>Radiotap's flags.</summary>
    public byte Flags;
    public bool HasFlags, HasTime, HasMcs;

    /// <summary>When the frame ended, by the card's own clock in microseconds.</summary>
    public ulong Time;

    /// <summary>Megabits a second.</summary>
    public float Rate;

    /// <summary>Megahertz; 0 when unknown.</summary>
    public ushort Frequency;

    /// <summary>Radiotap's flags of the channel.</summary>
    public ushort Channel;
    public sbyte? Signal, Noise;
    public byte? SignalDb, NoiseDb;
    public byte McsKnown, McsFlags, McsIndex;

    public readonly bool IsShortPreamble => (Flags & 0x02) != 0;

    public readonly bool IsShortGuard => (McsKnown & 0x04) != 0 && (McsFlags & 0x04) != 0;

    public readonly int Stbc => (McsKnown & 0x20) != 0 ? (McsFlags >> 5) & 3 : 0;

    public readonly int Streams => (McsIndex >> 3) + 1;

    public readonly bool IsB => (Channel & (Cck | TwoGhz)) == (Cck | TwoGhz) || (Channel == 0 && Rate is 1 or 2 or 5.5f or 11);

    public readonly bool IsA => (Channel & (Ofdm | FiveGhz)) == (Ofdm | FiveGhz);

    public readonly bool IsG => (Channel & TwoGhz) != 0 && (Channel & (Ofdm | Dynamic)) != 0;

    /// <summary>How the channel is named: <c> [BG </c>, or nothing when the frequency is none of a channel.</summary>
    public readonly string Band => ChannelNumber == 0 ? "" : Frequency < 3000 ? " [BG " : " [A ";

    /// <summary>The channel's number (IEEE 802.11-2020 sections 15.4.4.3 and 17.3.8.4.2), as text nothing when there is none.</summary>
    public readonly int ChannelNumber => Frequency switch
    {
        2484 => 14,
        >= 2412 and <= 2472 when (Frequency - 2407) % 5 == 0 => (Frequency - 2407) / 5,
        >= 5000 and < 5925 => (Frequency - 5000) / 5,
        _ => 0,
    };

    /// <summary>Megabits a second of the modulation and coding scheme (section 19.5); 0 for one of unequal streams.</summary>
    public readonly float HtRate
    {
        get
        {
            const int Schemes = 32;
            if (McsIndex >= Schemes)
            {
                return 0;
            }

            ReadOnlySpan<short> bits20 = [26, 52, 78, 104, 156, 208, 234, 260], bits40 = [54, 108, 162, 216, 324, 432, 486, 540];
            int bits = ((McsFlags & 3) == 1 ? bits40 : bits20)[McsIndex & 7] * Streams;
            return (float)(bits / (IsShortGuard ? 3.6 : 4));
        }
    }
}
