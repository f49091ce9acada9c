using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Link.Wireless;

/// <summary>Control frames (IEEE 802.11-2020 section 9.3.1), and the QoS and HT control fields of others (9.2.4.5, 9.2.4.6).</summary>
static class WlanControl
{
    const int BeamformingPoll = 0x14, Announcement = 0x15, Wrapper = 0x17, BlockAckRequest = 0x18, BlockAck = 0x19, PowerSavePoll = 0x1a, RequestToSend = 0x1b,
        ClearToSend = 0x1c, Acknowledgement = 0x1d, End = 0x1e, EndAcknowledged = 0x1f, Trigger = 0x12;
    const int Ssc = 2, ShortBitmap = 8, BasicBitmap = 128;

    /// <summary>The subtype whose own subtypes lie in the flags.</summary>
    public const int Extension = 0x16;

    /// <summary>The number of the first of these.</summary>
    public const int FirstExtension = 0x160;

    static readonly Protocol P = Wlan.P;
    static readonly Field Qos = P.UInt16("wlan.qos", "Qos Control", FieldBase.Hex);
    static readonly Field Tid = P.UInt16("wlan.qos.tid", "TID", mask: 0xf);
    static readonly Field Priority = P.UInt16("wlan.qos.priority", "Priority", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Best Effort (Best Effort)"), (1, "Background (Background)"), (2, "Spare (Background)"), (3, "Excellent Effort (Best Effort)"),
        (4, "Controlled Load (Video)"), (5, "Video (Video)"), (6, "Voice (Voice)"), (7, "Network Control (Voice)")]), mask: 0x7);
    static readonly Field EndOfService = P.Flag("wlan.qos.eosp", "EOSP", 16, 0x10, ValueNames.Flag("End of service period", "Service period"));
    static readonly Field QosBit4 = P.Flag("wlan.qos.bit4", "QoS bit 4", 16, 0x10, ValueNames.Flag("Bits 8-15 of QoS Control field are Queue Size", "Bits 8-15 of QoS Control field are TXOP Duration Requested"));
    static readonly Field AckPolicy = P.UInt16("wlan.qos.ack", "Ack Policy", FieldBase.Hex, ValueNames.Of(() => [(0x0, "Normal Ack"), (0x1, "No Ack"), (0x2, "No explicit acknowledgment"), (0x3, "Block Ack")]), mask: 0x60);
    static readonly Field IsAggregate = P.Flag("wlan.qos.amsdupresent", "Payload Type", 16, 0x80, ValueNames.Flag("A-MSDU", "MSDU"));
    static readonly Field TxopRequested = P.UInt16("wlan.qos.txop_dur_req", "TXOP Duration Requested", mask: 0xff00);
    static readonly Field TxopLimit = P.UInt16("wlan.qos.txop_limit", "TXOP Limit", mask: 0xff00);
    static readonly Field QueueSize = P.UInt16("wlan.qos.queue_size", "Queue Size", mask: 0xff00);
    static readonly Field BufferState = P.UInt16("wlan.qos.ps_buf_state", "QAP PS Buffer State", FieldBase.Hex, mask: 0xff00);
    static readonly Field BufferIndicated = P.Flag("wlan.qos.buf_state_indicated", "Buffer State Indicated", 16, 0x200, ValueNames.YesNo);
    static readonly Field HighestBuffered = P.UInt16("wlan.qos.highest_pri_buf_ac", "Highest-Priority Buffered AC", FieldBase.Dec, ValueNames.Of(() => [(0, "Best Effort"), (1, "Background"), (2, "Video"), (3, "Voice")]), mask: 0xc00);
    static readonly Field BufferedLoad = P.UInt16("wlan.qos.qap_buf_load", "QAP Buffered Load", mask: 0xf000);
    static readonly Field MeshPresent = P.UInt16("wlan.qos.mesh_ctl_present", "Mesh Control Present", mask: 0x100);
    static readonly Field MeshPowerReserved = P.UInt16("wlan.qos.mesh_ps.reserved", "Mesh Power Save Level (reserved)", mask: 0x200);
    static readonly Field MeshService = P.UInt16("wlan.qos.mesh_rspi", "Receiver Service Period Initiated (RSPI)", mask: 0x400);
    static readonly Field HtControl = P.UInt32("wlan.htc", "HT Control (+HTC)", FieldBase.Hex);
    static readonly Field HtIsVht = P.Flag("wlan.htc.vht", "VHT", 32, 0x1);
    static readonly Field LinkAdaptation = P.UInt32("wlan.htc.lac", "Link Adaptation Control (LAC)", FieldBase.Hex, mask: 0xfffe);
    static readonly Field LinkTraining = P.Flag("wlan.htc.lac.trq", "Training Request (TRQ)", 16, 0x2, ValueNames.Flag("Want sounding PPDU", "Don't want sounding PPDU"));
    static readonly Field McsRequest = P.Flag("wlan.htc.lac.mai.mrq", "MCS Request (MRQ)", 16, 0x4, ValueNames.Flag("MCS feedback requested", "No MCS feedback requested"));
    static readonly Field McsReserved = P.UInt16("wlan.htc.lac.mai.reserved", "Reserved", FieldBase.Hex, mask: 0x38);
    static readonly Field McsSequence = P.UInt16("wlan.htc.lac.mfsi", "MCS Feedback Sequence Identifier (MFSI)", mask: 0x1c0);
    static readonly Field McsFeedback = P.UInt16("wlan.htc.lac.mfb", "MCS Feedback (MFB)", FieldBase.Hex, mask: 0xfe00);
    static readonly Field CalibrationPosition = P.UInt32("wlan.htc.cal.pos", "Calibration Position", FieldBase.Dec, ValueNames.Of(() => [(0, "Not a calibration frame"), (1, "Calibration Start"), (2, "Sounding Response"), (3, "Sounding Complete")]), mask: 0x30000);
    static readonly Field CalibrationSequence = P.UInt32("wlan.htc.cal.seq", "Calibration Sequence Identifier", mask: 0xc0000);
    static readonly Field HtReserved1 = P.UInt32("wlan.htc.reserved1", "Reserved", FieldBase.Hex, mask: 0x300000);
    static readonly Field CsiSteering = P.UInt32("wlan.htc.csi_steering", "CSI/Steering", FieldBase.Dec, ValueNames.Of(() => [
        (0, "No feedback required"), (1, "CSI"), (2, "Non-compressed Beamforming Feedback Matrix"),
        (3, "Compressed Beamforming Feedback Matrix")]), mask: 0xc00000);
    static readonly Field NdpAnnouncement = P.Flag("wlan.htc.ndp_announcement", "NDP Announcement", 32, 0x1000000, ValueNames.Flag("NDP will follow", "No NDP will follow"));
    static readonly Field HtReserved2 = P.UInt32("wlan.htc.reserved2", "Reserved", FieldBase.Hex, mask: 0x3e000000);
    static readonly Field AcConstraint = P.Flag("wlan.htc.ac_constraint", "AC Constraint", 32, 0x40000000);
    static readonly Field MorePpdu = P.Flag("wlan.htc.rdg_more_ppdu", "RDG/More PPDU", 32, 0x80000000);
    static readonly Field BlockControl = P.UInt16("wlan.ba.control", "Block Ack Control", FieldBase.Hex);
    static readonly Field BlockPolicy = P.Flag("wlan.ba.control.ackpolicy", "BA Ack Policy", 16, 0x1, ValueNames.Flag("Sender Does Not Require Immediate Acknowledgement", "Immediate Acknowledgement Required"));
    static readonly Field BlockType = P.UInt16("wlan.ba.control.ba_type", "BA Type", FieldBase.Hex, ValueNames.Of(() => [
        (0x0, "Basic BlockAck"), (0x1, "Extended Compressed BlockAck"), (0x2, "Compressed BlockAck"), (0x3, "Multi-TID BlockAck"),
        (0x6, "GCR BlockAck"), (0xa, "GLK-GCR BlockAck"), (0xb, "Multi-STA BlockAck")]), mask: 0x1e);
    static readonly Field BlockReserved = P.UInt16("wlan.ba.control.reserved", "Reserved", FieldBase.Hex, mask: 0xfe0);
    static readonly Field BlockTid = P.UInt16("wlan.ba.basic.tidinfo", "TID for which a Basic BlockAck frame is requested", FieldBase.Hex, mask: 0xf000);
    static readonly Field TidReserved = P.UInt16("wlan.bar.mtid.tidinfo.reserved", "Reserved", FieldBase.Hex, mask: 0xfff);
    static readonly Field TidValue = P.UInt16("wlan.bar.mtid.tidinfo.value", "Multi-TID Value", FieldBase.Hex, mask: 0xf000);
    static readonly Field Bitmap = P.Bytes("wlan.ba.bm", "Block Ack Bitmap");
    static readonly Field Missing = P.UInt32("wlan.ba.bm.missing_frame", "Missing frame");
    internal static readonly Field StartSequence = P.UInt16("wlan.fixed.ssc", "Block Ack Starting Sequence Control (SSC)", FieldBase.Hex);
    internal static readonly Field StartFragment = P.UInt16("wlan.fixed.ssc.fragment", "Fragment", mask: 0xf);
    internal static readonly Field StartNumber = P.UInt16("wlan.fixed.ssc.sequence", "Starting Sequence Number", mask: 0xfff0);

    /// <summary>How long the header is that a frame's item covers.</summary>
    public static int HeaderLength(int kind) => kind switch
    {
        ClearToSend or Acknowledgement => 10,
        Extension or (>= FirstExtension and < FirstExtension + 16) => 4,
        BeamformingPoll => 17,
        _ => 16,
    };

    /// <summary>Takes a control frame apart.</summary>
    public static void Dissect(Packet p, in View v, Node tree, in WlanHead head)
    {
        int kind = head.Kind;
        Wlan.AddDuration(p, v, tree, kind == PowerSavePoll);
        Wlan.Receiver.Add(p, tree, v, 4);
        Wlan.Any.AddHidden(p, tree, v, 4);
        p.Destination = Address.Station(kind == PowerSavePoll ? StationRole.Bss : StationRole.Receiver, v.Span(4, 6));
        switch (kind)
        {
            case PowerSavePoll:
                Wlan.Bss.Add(p, tree, v, 4);
                AddTransmitter(p, v, tree);
                break;
            case End:
                p.Source = Address.Station(StationRole.Bss, v.Span(10, 6));
                Wlan.Bss.Add(p, tree, v, 10);
                Wlan.Any.AddHidden(p, tree, v, 10);
                break;
            case RequestToSend or EndAcknowledged or BeamformingPoll or Trigger:
                AddTransmitter(p, v, tree);
                break;
            case Announcement:
                AddTransmitter(p, v, tree);
                p.Info.Append($", Sounding Dialog Token={v.U8(16)}");
                break;
            case BlockAckRequest or BlockAck:
                AddTransmitter(p, v, tree);
                AddBlockAck(p, v, tree, kind == BlockAckRequest);
                break;
            default:
                break;
        }

        Wlan.AppendFlags(p, tree, head);
    }

    static void AddTransmitter(Packet p, in View v, Node tree)
    {
        p.Source = Address.Station(StationRole.Transmitter, v.Span(10, 6));
        Wlan.Transmitter.Add(p, tree, v, 10);
        Wlan.Any.AddHidden(p, tree, v, 10);
    }

    static void AddBlockAck(Packet p, in View v, Node tree, bool isRequest)
    {
        const int Basic = 0, Extended = 1, Compressed = 2, MultiTid = 3;
        int number = v.U16LE(16), type = (number >> 1) & 0x0f;
        string name = type switch
        {
            Basic => "Basic BlockAck",
            Extended => "Extended Compressed BlockAck",
            Compressed => "Compressed BlockAck",
            MultiTid => "Multi-TID BlockAck",
            6 => "GCR BlockAck",
            10 => "GLK-GCR BlockAck",
            11 => "Multi-STA BlockAck",
            _ => "Reserved",
        };
        int tids = (number >> 12) + 1;
        int bitmap = isRequest ? 0 : type == Basic ? BasicBitmap : ShortBitmap;
        int length = type == MultiTid ? 2 + (tids * (2 + Ssc + bitmap)) : 2 + Ssc + bitmap;
        var part = WlanBody.Under(tree, p.AddText(tree, v, 16, Math.Min(length, v.CapturedFrom(16)), $"{name} {(isRequest ? "Request" : "Response")}"));
        var control = p.Add(part, BlockControl, v, 16, littleEndian: true);
        foreach (var field in (ReadOnlySpan<Field>)[BlockPolicy, BlockType, BlockReserved, BlockTid])
        {
            p.Add(control, field, v, 16, littleEndian: true);
        }

        if (type is not MultiTid)
        {
            if (type is Basic or Extended or Compressed or 6)
            {
                AddStart(p, v, part, 18);
                AddBitmap(p, v, part, 20, bitmap, v.U16LE(18) >> 4, type == Compressed);
            }

            return;
        }

        int at = 18;
        var list = WlanBody.Under(part, p.AddText(part, v, at, Math.Min(length - 2, v.CapturedFrom(at)), "TID List"));
        for (int i = 0; i < tids; i++)
        {
            var details = WlanBody.Under(list, p.AddText(list, v, at, Math.Min(4 + bitmap, v.CapturedFrom(at)), "TID 0 details"));
            p.Add(details, TidReserved, v, at, littleEndian: true);
            p.Add(details, TidValue, v, at, littleEndian: true);
            AddStart(p, v, details, at + 2);
            AddBitmap(p, v, details, at + 4, bitmap, v.U16LE(at + 2) >> 4, names: false);
            at += 4 + bitmap;
        }
    }

    /// <summary>The fragment and sequence number from which a block counts.</summary>
    public static void AddStart(Packet p, in View v, Node tree, int at)
    {
        var start = p.Add(tree, StartSequence, v, at, littleEndian: true);
        p.Add(start, StartFragment, v, at, littleEndian: true);
        p.Add(start, StartNumber, v, at, littleEndian: true);
    }

    static void AddBitmap(Packet p, in View v, Node tree, int at, int length, int first, bool names)
    {
        if (length == 0)
        {
            return;
        }

        var node = p.Add(tree, Bitmap, v, at, length);
        if (!names || !p.WantsFields)
        {
            return;
        }

        for (int bit = 0; bit < length * 8; bit++)
        {
            if ((v.U8(at + (bit / 8)) >> (bit % 8) & 1) == 0)
            {
                p.AddUInt(node, Missing, v, at + (bit / 8), 1, (ulong)((first + bit) & 0x0fff));
            }
        }
    }

    /// <summary>The QoS control field, whose upper half means what the frame's type and direction make of it (table 9-6).</summary>
    /// <returns>Whether a mesh control field follows the header.</returns>
    public static bool AddQos(Packet p, in View v, Node tree, int at, int kind, int ds)
    {
        const int Null = 4, Poll = 2, BufferStateIndicated = 0x0200, FromDs = 2, EndBit = 0x10, MeshControlPresent = 0x0100;
        int number = v.U16LE(at);
        bool isFromAccessPoint = ds == FromDs, isMesh = ds == 3 && (number & MeshControlPresent) != 0;
        var qos = p.Add(tree, Qos, v, at, littleEndian: true);
        if (!p.WantsFields)
        {
            return isMesh;
        }

        p.Add(qos, Tid, v, at, littleEndian: true);
        p.Generated(p.Add(qos, Priority, v, at, littleEndian: true));
        p.Add(qos, isFromAccessPoint || isMesh ? EndOfService : QosBit4, v, at, littleEndian: true);
        p.Add(qos, AckPolicy, v, at, littleEndian: true);
        if ((kind & Null) == 0)
        {
            p.Add(qos, IsAggregate, v, at, littleEndian: true);
        }

        if (isMesh)
        {
            p.Add(qos, MeshPresent, v, at, littleEndian: true);
            p.Add(qos, MeshPowerReserved, v, at, littleEndian: true);
            p.Add(qos, MeshService, v, at, littleEndian: true);
        }
        else if (isFromAccessPoint && (kind & Poll) != 0)
        {
            p.Add(qos, TxopLimit, v, at, littleEndian: true);
        }
        else if (isFromAccessPoint)
        {
            var state = p.Add(qos, BufferState, v, at, littleEndian: true);
            p.Add(state, BufferIndicated, v, at, littleEndian: true);
            if ((number & BufferStateIndicated) != 0)
            {
                p.Add(state, HighestBuffered, v, at, littleEndian: true);
                p.Add(state, BufferedLoad, v, at, littleEndian: true);
            }
        }
        else if ((number & EndBit) != 0)
        {
            p.Add(qos, QueueSize, v, at, littleEndian: true);
        }
        else
        {
            var node = p.Add(qos, TxopRequested, v, at, littleEndian: true);
            if (number >> 8 == 0)
            {
                p.AppendLabel(node, " (no TXOP requested)");
            }
        }

        return isMesh;
    }

    /// <summary>The HT control field in its HT variant.</summary>
    public static void AddHtControl(Packet p, in View v, Node tree, int at)
    {
        var control = p.Add(tree, HtControl, v, at, littleEndian: true);
        p.Add(control, HtIsVht, v, at, littleEndian: true);
        if ((v.U32LE(at) & 1) != 0 || !p.WantsFields)
        {
            return;
        }

        var link = p.Add(control, LinkAdaptation, v, at, littleEndian: true);
        foreach (var field in (ReadOnlySpan<Field>)[LinkTraining, McsRequest, McsReserved, McsSequence, McsFeedback])
        {
            p.Add(link, field, v, at, littleEndian: true);
        }

        foreach (var field in (ReadOnlySpan<Field>)[CalibrationPosition, CalibrationSequence, HtReserved1, CsiSteering, NdpAnnouncement, HtReserved2, AcConstraint, MorePpdu])
        {
            p.Add(control, field, v, at, littleEndian: true);
        }
    }
}
