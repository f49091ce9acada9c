using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols;

/// <summary>What the capture file says about a packet, before any of its bytes: Wireshark's pseudo-protocol <c>frame</c>.</summary>
public sealed class Frame() : Dissector("frame", "pkt_comment")
{
    const uint Inbound = 1, Outbound = 2;

    static readonly Protocol P = new("Frame", "Frame", "frame");
    static readonly Protocol Comments = new("Packet comments", "Pkt_Comment", "pkt_comment");

    static readonly Field ArrivalTime = P.AbsoluteTime("frame.time", "Arrival Time", blurb: "Absolute time when this frame was captured");
    static readonly Field Shift = P.RelativeTime("frame.offset_shift", "Time shift for this packet", "Time shift applied to this packet");
    static readonly Field Epoch = P.RelativeTime("frame.time_epoch", "Epoch Time", "Epoch time when this frame was captured");
    static readonly Field Delta = P.RelativeTime("frame.time_delta", "Time delta from previous captured frame");
    internal static readonly Field DeltaDisplayed = P.RelativeTime("frame.time_delta_displayed", "Time delta from previous displayed frame");
    static readonly Field Relative = P.RelativeTime("frame.time_relative", "Time since reference or first frame", "Time relative to time reference or first frame");
    static readonly FieldGroup TimeGroup = new(() => [ArrivalTime, Shift, Epoch, Delta, DeltaDisplayed, Relative, InvalidTime!.Field]);
    static readonly Field Number = P.UInt32("frame.number", "Frame Number");
    static readonly Field Length = P.UInt32("frame.len", "Frame length on the wire");
    static readonly Field CapturedLength = P.UInt32("frame.cap_len", "Frame length stored into the capture file");
    static readonly Field Direction = P.Field(FieldType.Int8, "frame.p2p_dir", "Point-to-Point Direction", FieldBase.Dec,
        names: ValueNames.Of(() => [(uint.MaxValue, "Unknown"), (0, "Sent"), (1, "Received")]));
    static readonly Field Marked = P.Flag("frame.marked", "Frame is marked", blurb: "Frame is marked in the GUI");
    static readonly Field Ignored = P.Flag("frame.ignored", "Frame is ignored", blurb: "Frame is ignored by the dissectors");
    internal static readonly Field ProtocolsInFrame = P.String("frame.protocols", "Protocols in frame", "Protocols carried by this frame");
    static readonly Field Section = P.UInt32("frame.section_number", "Section number", blurb: "The number of the file section this frame is in");
    static readonly Field InterfaceId = P.UInt32("frame.interface_id", "Interface id");
    static readonly Field InterfaceName = P.String("frame.interface_name", "Interface name", "The friendly name for this interface");
    static readonly Field InterfaceDescription = P.String("frame.interface_description", "Interface description", "The description for this interface");
    static readonly Field InterfaceQueue = P.UInt32("frame.interface_queue", "Interface queue");
    static readonly Field Flags = P.UInt32("frame.packet_flags", "Packet flags", FieldBase.Hex);
    static readonly Field[] FlagBits =
    [
        P.UInt32("frame.packet_flags_direction", "Direction", FieldBase.Hex, ValueNames.Of(() => [(0, "Unknown"), (Inbound, "Inbound"), (Outbound, "Outbound")]), 0x3),
        P.UInt32("frame.packet_flags_reception_type", "Reception type", FieldBase.Dec,
            ValueNames.Of(() => [(0, "Not specified"), (1, "Unicast"), (2, "Multicast"), (3, "Broadcast"), (4, "Promiscuous")]), 0x1c),
        P.UInt32("frame.packet_flags_fcs_length", "FCS length", mask: 0x1e0),
        P.UInt32("frame.packet_flags_reserved", "Reserved", mask: 0xfe00),
        P.Flag("frame.packet_flags_crc_error", "CRC error", 32, 0x1000000, ValueNames.SetNotSet),
        P.Flag("frame.packet_flags_packet_too_error", "Packet too long error", 32, 0x2000000, ValueNames.SetNotSet),
        P.Flag("frame.packet_flags_packet_too_short_error", "Packet too short error", 32, 0x4000000, ValueNames.SetNotSet),
        P.Flag("frame.packet_flags_wrong_inter_frame_gap_error", "Wrong interframe gap error", 32, 0x8000000, ValueNames.SetNotSet),
        P.Flag("frame.packet_flags_unaligned_frame_error", "Unaligned frame error", 32, 0x10000000, ValueNames.SetNotSet),
        P.Flag("frame.packet_flags_start_frame_delimiter_error", "Start frame delimiter error", 32, 0x20000000, ValueNames.SetNotSet),
        P.Flag("frame.packet_flags_preamble_error", "Preamble error", 32, 0x40000000, ValueNames.SetNotSet),
        P.Flag("frame.packet_flags_symbol_error", "Symbol error", 32, 0x80000000, ValueNames.SetNotSet),
    ];

    static readonly Field Comment = P.String("frame.comment", "Comment");
    static readonly Field PacketId = P.UInt64("frame.packet_id", "Packet id");
    static readonly Field Verdict = P.String("frame.verdict", "Verdict");
    static readonly Field VerdictHardware = P.Bytes("frame.verdict.hw", "Hardware", FieldBase.Space);
    static readonly Field VerdictControl = P.Field(FieldType.Int64, "frame.verdict.ebpf_tc", "eBPF TC", FieldBase.Dec, names: ValueNames.Of(() => [(ulong.MaxValue, "TC_ACT_UNSPEC"),
        (0, "TC_ACT_OK"), (1, "TC_ACT_RECLASSIFY"), (2, "TC_ACT_SHOT"), (3, "TC_ACT_PIPE"), (4, "TC_ACT_STOLEN"), (5, "TC_ACT_QUEUED"), (6, "TC_ACT_REPEAT"),
        (7, "TC_ACT_REDIRECT"), (8, "TC_ACT_TRAP")]));
    static readonly Field VerdictExpress = P.Field(FieldType.Int64, "frame.verdict.ebpf_xdp", "eBPF XDP", FieldBase.Dec,
        names: ValueNames.Of(() => [(0, "XDP_ABORTED"), (1, "XDP_DROP"), (2, "XDP_PASS"), (3, "XDP_TX"), (4, "XDP_REDIRECT")]));
    static readonly Field DropCount = P.UInt64("frame.drop_count", "Drop Count", blurb: "Number of frames lost between this frame and the preceding one on the same interface");
    static readonly Field EncapsulationType = P.Field(FieldType.Int16, "frame.encap_type", "Encapsulation type", FieldBase.Dec, names: ValueNames.Of(() => 
        [.. Enumerable.Range(0, 300).Select(n => Encapsulation.Of((LinkType)n)).OfType<Encapsulation>().Append(Encapsulation.Unknown)
            .Select(e => ((ulong)e.Number, e.Name)).Distinct()]));

    static readonly Expert CommentExpert = P.Expert("frame.comment.expert", Severity.Comment, ExpertGroup.Comments, "Formatted comment");
    static readonly Expert InvalidTime = P.Expert("frame.time_invalid", Severity.Note, ExpertGroup.Sequence, "Arrival Time: Fractional second out of range (0-1000000000)");
    static readonly Expert LengthTooSmall = P.Expert("frame.len_lt_caplen", Severity.Error, ExpertGroup.Malformed, "Frame length is less than captured length");

    /// <summary>Link types claim their dissectors here; numbers are LINKTYPE_* (<see cref="Wiretale.Wire.LinkType"/>).</summary>
    public static readonly TableKey LinkTypes = new("wtap_encap", "Link-layer type");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    internal override bool AddsOnlyItsOwn => true;

    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => [Comments];

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.WantsFields)
        {
            if (p.Options is { Comments.Count: > 0 } options)
            {
                AddComments(p, v, options);
            }

            AddFrame(p, v, parent);
        }

        var link = p.Engine.Find(LinkTypes, (uint)p.LinkType);
        if (link is null || p.Call(link, v, Node.Root) == 0)
        {
            p.SetProtocol("UNKNOWN");
            p.Info.Set($"WTAP_ENCAP = {(Encapsulation.Of(p.LinkType) ?? Encapsulation.Unknown).Number}");
            p.CallData(v, Node.Root);
        }

        return v.Reported;
    }

    /// <summary>Adds what is known only when the whole packet has been taken apart; called also after a packet that ended too early.</summary>
    internal void Finish(Packet p)
    {
        if (!p.Wants(ProtocolsInFrame))
        {
            return;
        }

        var names = p.Scratch;
        names.Clear();
        for (int i = 1; i < p.Layers.Count; i++)
        {
            if (i > 1)
            {
                names.Append(':');
            }

            names.Append(p.Layers[i].Protocol.FilterName);
        }

        p.SetString(p.Engine.State<FrameTimes>().Protocols, names.Bytes);
    }

    static void AddComments(Packet p, in View v, PacketOptions options)
    {
        var tree = p.Open(Comments, v, Node.Root, 0, 0);
        foreach (string whole in options.Comments)
        {
            // Some writers put a NUL, and more, behind the text.
            string comment = whole.Split('\0', 2)[0];
            var node = p.AddString(tree, Comment, v, 0, 0, comment);
            p.Label(node, $"{comment}");
            p.Expert(node, CommentExpert, v, 0, 0, $"{comment}");
        }
    }

    static void AddFrame(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        var frame = p.Frame;
        uint length = frame.OriginalLength;
        p.Label(tree, $"Frame {p.Number}: {length} byte{Plural(length)} on wire ({length * 8L} bits), {v.Captured} byte{Plural((uint)v.Captured)} captured ({v.Captured * 8L} bits)");
        var capture = p.Engine.Capture!;
        if (capture.Format.Kind == CaptureKind.PcapNg)
        {
            AddInterface(p, v, tree, capture);
            if (p.Options is { } options)
            {
                AddOptions(p, v, tree, options);
            }
        }

        p.AddUInt(tree, EncapsulationType, v, 0, 0, (ulong)(Encapsulation.Of(p.LinkType) ?? Encapsulation.Unknown).Number);
        var times = p.Engine.State<FrameTimes>();
        if (frame.HasTimestamp && p.Wants(TimeGroup))
        {
            times.Pass(p);
            AddTimes(p, v, tree, times);
        }

        p.AddUInt(tree, Number, v, 0, 0, (uint)p.Number);
        var node = p.AddUInt(tree, Length, v, 0, 0, length);
        p.Label(node, $"Frame Length: {length} byte{Plural(length)} ({length * 8L} bits)");
        if (length < v.Captured)
        {
            p.Expert(node, LengthTooSmall, v, 0, 0);
        }

        node = p.AddUInt(tree, CapturedLength, v, 0, 0, (uint)v.Captured);
        p.Label(node, $"Capture Length: {v.Captured} byte{Plural((uint)v.Captured)} ({v.Captured * 8L} bits)");
        if (p.Options?.DropCount is { } dropped)
        {
            p.AddUInt(tree, DropCount, v, 0, 0, dropped);
        }

        p.Generated(p.AddFlag(tree, Marked, v, 0, 0, value: false));
        p.Generated(p.AddFlag(tree, Ignored, v, 0, 0, value: false));
        if ((p.Options?.Flags & 3) is Inbound or Outbound)
        {
            p.AddUInt(tree, Direction, v, 0, 0, (p.Options!.Flags & 3) == Inbound ? 1u : 0u);
        }

        times.Protocols = p.Generated(p.AddString(tree, ProtocolsInFrame, v, 0, 0, default(ReadOnlySpan<byte>)));
    }

    static void AddTimes(Packet p, in View v, Node tree, FrameTimes times)
    {
        const int NanosecondsPerSecond = 1_000_000_000;
        p.AddTime(tree, ArrivalTime, v, 0, 0, p.Time);
        if (p.Time.Nanoseconds is < 0 or >= NanosecondsPerSecond)
        {
            p.Expert(tree, InvalidTime, v, 0, 0, $"Arrival Time: Fractional second {p.Time.Nanoseconds} is invalid, the valid range is 0-1000000000");
        }

        p.Generated(p.AddTime(tree, Shift, v, 0, 0, default));
        p.AddTime(tree, Epoch, v, 0, 0, p.Time);
        p.Generated(p.AddTime(tree, Delta, v, 0, 0, times.SincePrevious));
        p.Generated(p.AddTime(tree, DeltaDisplayed, v, 0, 0, times.SincePrevious));
        p.Generated(p.AddTime(tree, Relative, v, 0, 0, times.SinceFirst));
    }

    static void AddInterface(Packet p, in View v, Node tree, CaptureReader capture)
    {
        var own = capture.Interfaces[p.Frame.Interface];

        // The number is the section's own, but tshark looks the name up among the interfaces of the whole file.
        var named = capture.Interfaces[own.NumberInSection];
        string name = named.Name ?? named.Description ?? "unknown";
        p.AppendLabel(tree, $" on interface {name}, id {own.NumberInSection}");
        if ((p.Options?.Flags & 3) is Inbound or Outbound)
        {
            p.AppendLabel(tree, (p.Options!.Flags & 3) == Inbound ? " (inbound)" : " (outbound)");
        }

        p.AddUInt(tree, Section, v, 0, 0, (uint)own.Section + 1);
        var node = p.AddUInt(tree, InterfaceId, v, 0, 0, (uint)own.NumberInSection);
        p.AppendLabel(node, $" ({name})");
        var under = node.IsWanted ? node : tree;
        p.AddString(under, InterfaceName, v, 0, 0, name);
        if (named.Description is { } description)
        {
            p.AddString(under, InterfaceDescription, v, 0, 0, description);
        }
    }

    static void AddOptions(Packet p, in View v, Node tree, PacketOptions options)
    {
        if (options.Queue is { } queue)
        {
            p.AddUInt(tree, InterfaceQueue, v, 0, 0, queue);
        }

        if (options.Flags is { } flags)
        {
            var node = p.AddUInt(tree, Flags, v, 0, 0, flags);
            var under = node.IsWanted ? node : tree;
            foreach (var bit in FlagBits)
            {
                p.AddUInt(under, bit, v, 0, 0, flags);
            }
        }

        if (options.PacketId is { } id)
        {
            p.AddUInt(tree, PacketId, v, 0, 0, id);
        }

        if (options.Verdicts.Count > 0)
        {
            AddVerdicts(p, v, tree, options);
        }
    }

    static void AddVerdicts(Packet p, in View v, Node tree, PacketOptions options)
    {
        const byte Hardware = 0, TrafficControl = 1, ExpressDataPath = 2;
        var node = p.AddString(tree, Verdict, v, 0, 0, default(ReadOnlySpan<byte>));
        string before = "";
        foreach (var verdict in options.Verdicts)
        {
            var bytes = verdict.Span;
            if (bytes.Length == 0)
            {
                continue;
            }

            string kind = bytes[0] switch { Hardware => "Hardware", TrafficControl => "eBPF_TC", ExpressDataPath => "eBPF_XDP", _ => "" };
            if (kind.Length > 0)
            {
                p.AppendLabel(node, $"{before}{kind} ({(uint)bytes[0]})");
                before = ", ";
            }
        }

        var under = node.IsWanted ? node : tree;
        foreach (var verdict in options.Verdicts)
        {
            var bytes = verdict.Span;
            if (bytes.Length == 9 && bytes[0] is TrafficControl or ExpressDataPath)
            {
                bool bigEndian = p.Engine.Capture!.Format.BigEndian;
                ulong value = bigEndian ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]) : System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]);
                p.AddUInt(under, bytes[0] == TrafficControl ? VerdictControl : VerdictExpress, v, 0, 0, value);
            }
            else if (bytes.Length > 0 && bytes[0] == Hardware)
            {
                p.AddBytes(under, VerdictHardware, v, 0, 0, bytes[1..]);
            }
        }
    }

    static string Plural(uint count) => count == 1 ? "" : "s";
}
