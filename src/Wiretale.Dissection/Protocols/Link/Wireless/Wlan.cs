using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

// Specification: IEEE 802.11-2020 section 9.2 (MAC frame formats), 9.3 (single frame types).
//
//   0         2          4         10        16        22         24         (30         32            36)
//   +---------+----------+---------+---------+---------+----------+----------+-----------+-------------+------ ... ------+
//   | frame   | duration | address | address | address | sequence | address  | QoS       | HT          | body | (FCS)    |
//   | control |          | 1       | 2       | 3       | control  | 4        | control   | control     |      |          |
//   +---------+----------+---------+---------+---------+----------+----------+-----------+-------------+-----------------+
//
// Numbers have their little end first. Which addresses there are is a matter of the type; who is meant by them, of the two
// bits To DS and From DS.

/// <summary>How a frame was captured.</summary>
[Flags]
public enum WlanForm : byte
{
    /// <summary>As it was sent, without its frame check sequence.</summary>
    Plain = 0,
    /// <summary>With its frame check sequence.</summary>
    WithFcs = 1,
    /// <summary>With the header filled up to a multiple of four bytes.</summary>
    Padded = 2,
    /// <summary>With the bytes of the frame control field in the wrong order, as some controllers' tunnels have them.</summary>
    Swapped = 4,
}

/// <summary>IEEE 802.11 wireless LAN.</summary>
/// <param name="form">How the frames were captured.</param>
public sealed class Wlan(WlanForm form = WlanForm.Plain) : Dissector("wlan", "wlan_aggregate")
{
    const int Management = 0, Control = 1, Data = 2;
    const int ToDs = 0x01, FromDs = 0x02, Retry = 0x08, Protected = 0x40, Order = 0x80;
    const int FcsLength = 4;

    internal static readonly Protocol P = new("IEEE 802.11 wireless LAN", "IEEE 802.11", "wlan");
    static readonly ValueNames SubtypeNames = ValueNames.Of(() => [
        (0, "Association Request"), (1, "Association Response"), (2, "Reassociation Request"), (3, "Reassociation Response"),
        (4, "Probe Request"), (5, "Probe Response"), (6, "Measurement Pilot"), (8, "Beacon frame"), (9, "ATIM"), (10, "Disassociate"),
        (11, "Authentication"), (12, "Deauthentication"), (13, "Action"), (14, "Action No Ack"), (15, "Aruba Management"), (18, "Trigger"),
        (20, "Beamforming Report Poll"), (21, "VHT/HE NDP Announcement"), (23, "Control Wrapper"), (24, "802.11 Block Ack Req"),
        (25, "802.11 Block Ack"), (26, "Power-Save poll"), (27, "Request-to-send"), (28, "Clear-to-send"), (29, "Acknowledgement"),
        (30, "CF-End (Control-frame)"), (31, "CF-End + CF-Ack (Control-frame)"), (32, "Data"), (33, "Data + CF-Ack"),
        (34, "Data + CF-Poll"), (35, "Data + CF-Ack + CF-Poll"), (36, "Null function (No data)"), (37, "Acknowledgement (No data)"),
        (38, "CF-Poll (No data)"), (39, "CF-Ack/Poll (No data)"), (40, "QoS Data"), (41, "QoS Data + CF-Acknowledgment"),
        (42, "QoS Data + CF-Poll"), (43, "QoS Data + CF-Ack + CF-Poll"), (44, "QoS Null function (No data)"), (46, "QoS CF-Poll (No Data)"),
        (47, "QoS CF-Ack + CF-Poll (No data)"), (48, "DMG Beacon"), (49, "S1G Beacon"), (354, "Poll"), (355, "Service Period Request"),
        (356, "Grant"), (357, "DMG Clear-to-send"), (358, "DMG Denial-to-send"), (359, "Grant Acknowledgment"), (360, "Sector Sweep"),
        (361, "Sector Sweep Feedback"), (362, "Sector Sweep Acknowledgment")]);
    static readonly Field TypeSubtype = P.UInt16("wlan.fc.type_subtype", "Type/Subtype", FieldBase.Hex, SubtypeNames);
    static readonly Field FrameControl = P.UInt16("wlan.fc", "Frame Control Field", FieldBase.Hex);
    static readonly Field Version = P.UInt8("wlan.fc.version", "Version", mask: 0x3);
    static readonly Field Type = P.UInt8("wlan.fc.type", "Type", FieldBase.Dec, ValueNames.Of(() =>
        [(0, "Management frame"), (1, "Control frame"), (2, "Data frame"), (3, "Extension frame")]), mask: 0x0c);

    static readonly Field Subtype = P.UInt8("wlan.fc.subtype", "Subtype", mask: 0xf0);
    static readonly Field Flags = P.UInt8("wlan.flags", "Flags", FieldBase.Hex);
    static readonly Field DsStatus = P.UInt8("wlan.fc.ds", "DS status", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "Not leaving DS or network is operating in AD-HOC mode (To DS: 0 From DS: 0)"),
        (0x1, "Frame from STA to DS via an AP (To DS: 1 From DS: 0)"), (0x2, "Frame from DS to a STA via AP(To DS: 0 From DS: 1)"),
        (0x3, "WDS (AP to AP) or Mesh (MP to MP) Frame (To DS: 1 From DS: 1)")]), mask: 0x3);
    static readonly Field ToDsFlag = P.Flag("wlan.fc.tods", "To DS", 8, 0x1, ValueNames.Flag("Frame is entering DS", "Frame is not entering DS"));
    static readonly Field FromDsFlag = P.Flag("wlan.fc.fromds", "From DS", 8, 0x2, ValueNames.Flag("Frame is exiting DS", "Frame is not exiting DS"));
    static readonly Field MoreFragmentsFlag = P.Flag("wlan.fc.frag", "More Fragments", 8, 0x4, ValueNames.Flag("More fragments follow", "This is the last fragment"));
    static readonly Field RetryFlag = P.Flag("wlan.fc.retry", "Retry", 8, 0x8, ValueNames.Flag("Frame is being retransmitted", "Frame is not being retransmitted"));
    static readonly Field PowerFlag = P.Flag("wlan.fc.pwrmgt", "PWR MGT", 8, 0x10, ValueNames.Flag("STA will go to sleep", "STA will stay up"));
    static readonly Field MoreDataFlag = P.Flag("wlan.fc.moredata", "More Data", 8, 0x20, ValueNames.Flag("Data is buffered for STA at AP", "No data buffered"));
    static readonly Field ProtectedFlag = P.Flag("wlan.fc.protected", "Protected flag", 8, 0x40, ValueNames.Flag("Data is protected", "Data is not protected"));
    static readonly Field OrderFlag = P.Flag("wlan.fc.order", "+HTC/Order flag", 8, 0x80, ValueNames.Flag("Strictly ordered", "Not strictly ordered"));
    static readonly Field Duration = P.UInt16("wlan.duration", "Duration", FieldBase.Dec, ValueNames.Unit(" microseconds"), mask: 0x7fff);
    static readonly Field AssociationId = P.UInt16("wlan.aid", "Association ID", mask: 0x3fff);
    internal static readonly WlanAddress Receiver = new("wlan.ra", "Receiver address");
    internal static readonly WlanAddress Destination = new("wlan.da", "Destination address");
    internal static readonly WlanAddress Transmitter = new("wlan.ta", "Transmitter address");
    internal static readonly WlanAddress Source = new("wlan.sa", "Source address");
    internal static readonly WlanAddress Bss = new("wlan.bssid", "BSS Id");
    internal static readonly WlanAddress Station = new("wlan.staa", "STA address");
    internal static readonly WlanAddress Any = new("wlan.addr", "Hardware address");
    static readonly Field FragmentNumber = P.UInt16("wlan.frag", "Fragment number", mask: 0xf);
    static readonly Field SequenceNumber = P.UInt16("wlan.seq", "Sequence number", mask: 0xfff0);
    static readonly Field Fcs = P.UInt32("wlan.fcs", "Frame check sequence", FieldBase.Hex);
    static readonly Field FcsStatus = P.UInt8("wlan.fcs.status", "FCS Status", FieldBase.None, Internet.ChecksumStates.Names);
    static readonly Expert Retransmission = P.Expert("wlan.fc.retry.expert", Severity.Note, ExpertGroup.Sequence, "Retransmission (retry)");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => [WlanBody.Aggregate];

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables =>
        [typeof(WlanBody), typeof(WlanControl), typeof(WlanManagement), typeof(WlanActions), typeof(WlanElements), typeof(WlanSecurity), typeof(WlanThroughput), typeof(WlanVendor), typeof(WlanCapabilities)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        if (form == WlanForm.Plain)
        {
            claims.Numbers(Frame.LinkTypes, (uint)LinkType.Ieee80211);
            claims.Numbers(Internet.Gre.Protocols, 0x8200, 0x8210, 0x8220, 0x8230, 0x8240, 0x8250, 0x8260, 0x8270, 0x8280, 0x8290, 0x82a0, 0x82b0, 0x82c0, 0x82d0, 0x82e0, 0x82f0,
                0x8300, 0x8310, 0x8320, 0x8330, 0x8340, 0x8350, 0x8360, 0x8370);
        }
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("802.11");
        p.Info.Clear();
        int swap = (form & WlanForm.Swapped) != 0 ? 1 : 0, control = v.U8(swap), flags = v.U8(1 - swap);
        int type = (control >> 2) & 3, kind = (type << 4) | (control >> 4);
        if (kind == WlanControl.Extension)
        {
            kind = WlanControl.FirstExtension | (flags & 0x0f);
            flags &= 0xf0;
        }

        string name = SubtypeNames.FindOr((ulong)kind, "Unrecognized (Reserved frame)");
        p.Info.Set(name);
        var tree = p.Open(P, v, parent, 0, Math.Min(HeaderLength(type, kind, flags), v.Captured));
        p.Label(tree, $"IEEE 802.11 {name}");
        AddFrameControl(p, v, tree, swap, kind);
        bool hasFcs = (form & WlanForm.WithFcs) != 0 && v.Reported >= HeaderLength(type, kind, flags) + FcsLength;
        var body = hasFcs ? v.Part(0, v.Reported - FcsLength) : v;
        var head = new WlanHead(kind, flags, new WlanFlags(flags, hasFcs));
        switch (type)
        {
            case Management:
                DissectManagement(p, v, body, parent, tree, head);
                break;
            case Control:
                WlanControl.Dissect(p, body, tree, head);
                AddFcs(p, v, tree, hasFcs);
                break;
            case Data:
                DissectData(p, v, body, parent, tree, head);
                break;
            default:
                Receiver.Add(p, tree, v, 4);
                Any.AddHidden(p, tree, v, 4);
                p.Destination = Address.Station(StationRole.Bss, v.Span(4, 6));
                AppendFlags(p, tree, head);
                if (v.ReportedFrom(10) > 0)
                {
                    p.CallData(body.From(10), parent);
                }

                break;
        }

        return Math.Max(1, v.Reported);
    }

    static int HeaderLength(int type, int kind, int flags) => type switch
    {
        Management => (flags & Order) != 0 ? 28 : 24,
        Control => WlanControl.HeaderLength(kind),
        Data => 24 + ((flags & (ToDs | FromDs)) == (ToDs | FromDs) ? 6 : 0) + ((kind & 8) != 0 ? (flags & Order) != 0 ? 6 : 2 : 0),
        _ => 10,
    };

    static void AddFrameControl(Packet p, in View v, Node tree, int swap, int kind)
    {
        p.AddUInt(tree, TypeSubtype, v, swap, 1, (ulong)kind);
        var control = p.Add(tree, FrameControl, v, 0);
        if (swap != 0)
        {
            p.AppendLabel(control, "(Swapped)");
        }

        p.Add(control, Version, v, swap);
        p.Add(control, Type, v, swap);
        p.Add(control, Subtype, v, swap);
        int at = 1 - swap;
        var flags = p.Add(control, Flags, v, at);
        p.Add(flags, DsStatus, v, at);
        p.Hidden(p.Add(flags, ToDsFlag, v, at));
        p.Hidden(p.Add(flags, FromDsFlag, v, at));
        p.Add(flags, MoreFragmentsFlag, v, at);
        var retry = p.Add(flags, RetryFlag, v, at);
        if ((v.U8(at) & Retry) != 0)
        {
            p.Expert(retry, Retransmission, v, at, 0);
        }

        foreach (var flag in (ReadOnlySpan<Field>)[PowerFlag, MoreDataFlag, ProtectedFlag, OrderFlag])
        {
            p.Add(flags, flag, v, at);
        }
    }

    static void DissectManagement(Packet p, in View v, in View body, Node parent, Node tree, in WlanHead head)
    {
        p.Add(tree, Duration, v, 2, littleEndian: true);
        Receiver.Add(p, tree, v, 4);
        Any.AddHidden(p, tree, v, 4);
        p.Source = p.LinkSource = Address.Ethernet(v.Span(10, 6));
        p.Destination = p.LinkDestination = Address.Ethernet(v.Span(4, 6));
        Destination.Add(p, tree, v, 4);
        Transmitter.Add(p, tree, v, 10);
        Source.Add(p, tree, v, 10);
        Bss.Add(p, tree, v, 16);
        Any.AddHidden(p, tree, v, 10);
        Any.AddHidden(p, tree, v, 16);
        AddSequence(p, v, tree, head);
        AddFcs(p, v, tree, head.Flags.HasFcs);
        int at = 24;
        if ((head.Bits & Order) != 0)
        {
            WlanControl.AddHtControl(p, v, tree, at);
            at += 4;
        }

        if ((head.Bits & Protected) != 0)
        {
            WlanBody.DissectProtected(p, body, parent, tree, at);
            return;
        }

        WlanManagement.Dissect(p, body.From(at), parent, head.Kind);
    }

    void DissectData(Packet p, in View v, in View body, Node parent, Node tree, in WlanHead head)
    {
        const int Qos = 8, Null = 4, Aggregate = 0x80;
        int ds = head.Bits & (ToDs | FromDs), qosAt = ds == (ToDs | FromDs) ? 30 : 24;
        bool isQos = (head.Kind & Qos) != 0;
        bool isAggregate = isQos && (head.Kind & Null) == 0 && v.Has(qosAt, 2) && (v.U16LE(qosAt) & Aggregate) != 0;
        int destination = (ds & ToDs) != 0 ? 16 : 4, source = ds switch { FromDs => 16, ToDs | FromDs => 24, _ => 10 };
        int bss = ds switch { 0 => 16, ToDs => 4, FromDs => 10, _ => -1 };
        p.Add(tree, Duration, v, 2, littleEndian: true);
        Receiver.Add(p, tree, v, 4);
        Any.AddHidden(p, tree, v, 4);

        // The parts of an aggregate have addresses of their own; where theirs would be stands the BSS (table 9-30).
        if (!(isAggregate && source > 10))
        {
            p.Source = p.LinkSource = Address.Ethernet(v.Span(source, 6));
        }

        if (!(isAggregate && destination > 10))
        {
            p.Destination = p.LinkDestination = Address.Ethernet(v.Span(destination, 6));
        }

        Transmitter.Add(p, tree, v, 10);
        Any.AddHidden(p, tree, v, 10);
        if (!(isAggregate && destination > 10))
        {
            Destination.Add(p, tree, v, destination);
        }

        if (!(isAggregate && source > 10))
        {
            Source.Add(p, tree, v, source);
        }

        if (bss >= 0)
        {
            Bss.Add(p, tree, v, bss);
        }

        if (ds is ToDs or FromDs)
        {
            Station.Add(p, tree, v, ds == ToDs ? 10 : 4);
        }

        AddSequence(p, v, tree, head);
        if (!isAggregate && source == 24)
        {
            Any.AddHidden(p, tree, v, 24);
        }

        if (!isAggregate)
        {
            Any.AddHidden(p, tree, v, 16);
        }

        AddFcs(p, v, tree, head.Flags.HasFcs);
        int at = qosAt;
        bool isMesh = false;
        if (isQos)
        {
            isMesh = WlanControl.AddQos(p, v, tree, at, head.Kind, ds);
            at += 2;
            if ((head.Bits & Order) != 0)
            {
                WlanControl.AddHtControl(p, v, tree, at);
                at += 4;
            }
        }

        if ((head.Kind & Null) != 0)
        {
            return;
        }

        WlanBody.Dissect(p, body, parent, tree, head, at, isMesh, isAggregate, (form & WlanForm.Padded) != 0);
    }

    /// <summary>The fragment and sequence number; with them the Info column's text is complete, too.</summary>
    static void AddSequence(Packet p, in View v, Node tree, in WlanHead head)
    {
        int sequence = v.U16LE(22);
        p.Add(tree, FragmentNumber, v, 22, littleEndian: true);
        p.Add(tree, SequenceNumber, v, 22, littleEndian: true);
        p.Info.Append($", SN={sequence >> 4}, FN={sequence & 0x0f}");
        AppendFlags(p, tree, head);
    }

    internal static void AppendFlags(Packet p, Node tree, in WlanHead head)
    {
        p.Info.Append($", Flags={head.Flags}");
        p.AppendLabel(tree, $", Flags: {head.Flags}");
    }

    internal static void AddDuration(Packet p, in View v, Node tree, bool isAssociationId = false) => p.Add(tree, isAssociationId ? AssociationId : Duration, v, 2, littleEndian: true);

    static void AddFcs(Packet p, in View v, Node tree, bool hasFcs)
    {
        int at = v.Reported - FcsLength;
        if (hasFcs && v.Has(at, FcsLength))
        {
            p.AppendLabel(p.Add(tree, Fcs, v, at, littleEndian: true), " [unverified]");
            p.Generated(p.AddUInt(tree, FcsStatus, v, at, 0, Internet.ChecksumStates.Unverified));
        }
    }
}

/// <summary>What the rest of a frame is read by.</summary>
/// <param name="Kind">Type and subtype.</param>
/// <param name="Bits">The flags of the frame control field.</param>
/// <param name="Flags">The same as text.</param>
readonly record struct WlanHead(int Kind, int Bits, WlanFlags Flags);

/// <summary>The flags as eight letters: <c>o</c>rder, <c>p</c>rotected, <c>m</c>ore data, <c>P</c>ower management, <c>R</c>etry, <c>M</c>ore fragments, <c>F</c>rom DS, <c>T</c>o DS; and <c>C</c> for a frame check sequence.</summary>
readonly record struct WlanFlags(int Bits, bool HasFcs) : IUtf8SpanFormattable
{
    public bool TryFormat(Span<byte> target, out int written, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        written = 0;
        if (target.Length < 9)
        {
            return false;
        }

        var letters = "opmPRMFT"u8;
        for (int i = 0; i < letters.Length; i++)
        {
            target[written++] = (Bits & (0x80 >> i)) != 0 ? letters[i] : (byte)'.';
        }

        // The place for the check sequence's letter is there only when its presence is known.
        if (HasFcs)
        {
            target[written++] = (byte)'C';
        }

        return true;
    }
}

/// <summary>A MAC address's field with its name beside it.</summary>
sealed class WlanAddress(string name, string label)
{
    readonly Field address = Wlan.P.Ether(name, label), resolved = Wlan.P.String($"{name}_resolved", $"{label} (resolved)");

    public Node Add(Packet p, Node parent, in View v, int at)
    {
        var bytes = v.Span(at, 6);
        if (!p.WantsFields)
        {
            return Node.None;
        }

        var mac = Address.Ethernet(bytes);
        var node = p.AddAddress(parent, address, v, at, 6, mac);
        if (p.Wants(resolved))
        {
            p.Hidden(p.AddString(parent, resolved, v, at, 6, p.Name(mac)));
        }

        return node;
    }

    public void AddHidden(Packet p, Node parent, in View v, int at) => p.Hidden(Add(p, parent, v, at));
}
