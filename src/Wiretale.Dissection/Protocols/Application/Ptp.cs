using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Link;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: IEEE 1588-2019 section 13 (messages) and 14 (TLVs); EtherType 0x88f7, UDP ports 319 and 320.
//
//    0               1               2               4               5
//   +-------+-------+-------+-------+---------------+---------------+---------------+----
//   | SdoId | Type  | Minor | Vers. | Length        | Domain        | Minor SdoId   | flags, correction ...
//   +-------+-------+-------+-------+---------------+---------------+---------------+----

/// <summary>Precision Time Protocol, version 2.</summary>
public sealed class Ptp() : Dissector("ptp")
{
    const int HeaderLength = 34, LengthEnd = 4;
    const int Sync = 0, DelayRequest = 1, PeerDelayRequest = 2, PeerDelayResponse = 3, FollowUp = 8, DelayResponse = 9, PeerDelayFollowUp = 10, Announce = 11,
        Signalling = 12, Management = 13;

    internal static readonly Protocol P = new("Precision Time Protocol (IEEE1588)", "PTP", "ptp");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (0, "Sync Message"), (1, "Delay_Req Message"), (2, "Peer_Delay_Req Message"), (3, "Peer_Delay_Resp Message"), (8, "Follow_Up Message"),
        (9, "Delay_Resp Message"), (10, "Peer_Delay_Resp_Follow_Up Message"), (11, "Announce Message"), (12, "Signalling Message"),
        (13, "Management Message")]);
    internal static readonly ValueNames TlvTypes = ValueNames.Of(() => [
        (0, "Reserved"), (1, "Management"), (2, "Management error status"), (3, "Organization extension"), (4, "Request unicast transmission"),
        (5, "Grant unicast transmission"), (6, "Cancel unicast transmission"), (7, "Acknowledge cancel unicast transmission"), (8, "Path trace"),
        (9, "Alternate time offset indicator"), (0x2000, "Authentication"), (0x2001, "Authentication challenge"),
        (0x2002, "Security association update"), (0x2003, "Cum. freq. scale factor offset")]);
    internal static readonly ValueNames Accuracies = ValueNames.Of(() => [
        (32, "The time is accurate to within 25 ns"), (33, "The time is accurate to within 100 ns"), (34, "The time is accurate to within 250 ns"),
        (35, "The time is accurate to within 1 us"), (36, "The time is accurate to within 2,5 us"), (37, "The time is accurate to within 10 us"),
        (38, "The time is accurate to within 25 us"), (39, "The time is accurate to within 100 us"), (40, "The time is accurate to within 250 us"),
        (41, "The time is accurate to within 1 ms"), (42, "The time is accurate to within 2,5 ms"), (43, "The time is accurate to within 10 ms"),
        (44, "The time is accurate to within 25 ms"), (45, "The time is accurate to within 100 ms"), (46, "The time is accurate to within 250 ms"),
        (47, "The time is accurate to within 1 s"), (48, "The time is accurate to within 10 s"), (49, "The time is accurate to >10 s"),
        (50, "reserved"), (128, "For use by alternate PTP profiles"), (254, "Accuracy Unknown"), (255, "reserved")]);
    static readonly ValueNames TimeSources = ValueNames.Of(() => [
        (16, "ATOMIC_CLOCK"), (32, "GPS"), (48, "TERRESTRIAL_RADIO"), (64, "PTP"), (80, "NTP"), (96, "HAND_SET"), (144, "OTHER"),
        (160, "INTERNAL_OSCILLATOR"), (255, "reserved")]);
    static readonly ValueNames Seconds = ValueNames.Unit(" second", " seconds");

    static readonly Layout Head = new(
        P.UInt8("ptp.v2.majorsdoid", "majorSdoId", FieldBase.Hex, ValueNames.Of(() => [(1, "gPTP Domain"), (2, "CMLDS")]), mask: 0xf0),
        P.UInt8("ptp.v2.messagetype", "messageType", FieldBase.Hex, Types, mask: 0x0f),
        P.UInt8("ptp.v2.minorversionptp", "minorVersionPTP", mask: 0xf0),
        P.UInt8("ptp.v2.versionptp", "versionPTP", mask: 0x0f));
    static readonly Field Length = P.UInt16("ptp.v2.messagelength", "messageLength");
    static readonly Layout Flags = new(
        P.UInt8("ptp.v2.domainnumber", "domainNumber"),
        P.UInt8("ptp.v2.minorsdoid", "minorSdoId"),
        P.UInt16("ptp.v2.flags", "flags", FieldBase.Hex).Bits(
            P.Flag("ptp.v2.flags.security", "PTP_SECURITY", 16, 0x8000),
            P.Flag("ptp.v2.flags.specific2", "PTP profile Specific 2", 16, 0x4000),
            P.Flag("ptp.v2.flags.specific1", "PTP profile Specific 1", 16, 0x2000),
            P.Flag("ptp.v2.flags.unicast", "PTP_UNICAST", 16, 0x400),
            P.Flag("ptp.v2.flags.twostep", "PTP_TWO_STEP", 16, 0x200),
            P.Flag("ptp.v2.flags.alternatemaster", "PTP_ALTERNATE_MASTER", 16, 0x100),
            P.Flag("ptp.v2.flags.synchronizationUncertain", "SYNCHRONIZATION_UNCERTAIN", 16, 0x40),
            P.Flag("ptp.v2.flags.frequencytraceable", "FREQUENCY_TRACEABLE", 16, 0x20),
            P.Flag("ptp.v2.flags.timetraceable", "TIME_TRACEABLE", 16, 0x10),
            P.Flag("ptp.v2.flags.timescale", "PTP_TIMESCALE", 16, 0x8),
            P.Flag("ptp.v2.flags.utcreasonable", "PTP_UTC_REASONABLE", 16, 0x4),
            P.Flag("ptp.v2.flags.li59", "PTP_LI_59", 16, 0x2),
            P.Flag("ptp.v2.flags.li61", "PTP_LI_61", 16, 0x1)));
    static readonly Interval Correction = new("correctionField", "ptp.v2.correction.ns", "correction", "ptp.v2.correction.subns", "correctionSubNs");
    static readonly Field TypeSpecific = P.UInt32("ptp.v2.messagetypespecific", "messageTypeSpecific");
    static readonly Field ClockIdentity = P.UInt64("ptp.v2.clockidentity", "ClockIdentity", FieldBase.Hex);
    static readonly Field ClockVendor = P.Bytes("ptp.v2.clockidentity_manuf", "MAC Vendor");
    static readonly Layout Tail = new(
        P.UInt16("ptp.v2.sourceportid", "SourcePortID"),
        P.UInt16("ptp.v2.sequenceid", "sequenceId"),
        P.UInt8("ptp.v2.controlfield", "controlField", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Sync Message"), (1, "Delay_Req Message"), (2, "Follow_Up Message"), (3, "Delay_Resp Message"), (4, "Management Message"),
        (5, "Other Message")])),
        Signed8("ptp.v2.logmessageperiod", "logMessagePeriod"));

    static readonly Layout AnnounceBody = new(
        Whole("ptp.v2.an.origintimestamp", "originTimestamp"), Nanoseconds("ptp.v2.an.origintimestamp", "originTimestamp"),
        P.Field(FieldType.Int16, "ptp.v2.an.origincurrentutcoffset", "originCurrentUTCOffset", FieldBase.Dec),
        Row.Skip(1),
        P.UInt8("ptp.v2.an.priority1", "priority1"),
        P.UInt8("ptp.v2.an.grandmasterclockclass", "grandmasterClockClass"),
        P.UInt8("ptp.v2.an.grandmasterclockaccuracy", "grandmasterClockAccuracy", FieldBase.Hex, Accuracies),
        P.UInt16("ptp.v2.an.grandmasterclockvariance", "grandmasterClockVariance"),
        P.UInt8("ptp.v2.an.priority2", "priority2"),
        P.UInt64("ptp.v2.an.grandmasterclockidentity", "grandmasterClockIdentity", FieldBase.Hex),
        P.UInt16("ptp.v2.an.localstepsremoved", "localStepsRemoved"),
        P.UInt8("ptp.v2.timesource", "TimeSource", FieldBase.Hex, TimeSources));
    static readonly Layout SyncBody = new(
        Whole("ptp.v2.sdr.origintimestamp", "originTimestamp"), Nanoseconds("ptp.v2.sdr.origintimestamp", "originTimestamp"));
    static readonly Layout FollowUpBody = new(
        Whole("ptp.v2.fu.preciseorigintimestamp", "preciseOriginTimestamp"),
        P.UInt32("ptp.v2.fu.preciseorigintimestamp.nanoseconds", "preciseOriginTimestamp (nanoseconds)"));
    static readonly Layout DelayResponseBody = new(
        Whole("ptp.v2.dr.receivetimestamp", "receiveTimestamp"), Nanoseconds("ptp.v2.dr.receivetimestamp", "receiveTimestamp"),
        P.UInt64("ptp.v2.dr.requestingsourceportidentity", "requestingSourcePortIdentity", FieldBase.Hex),
        P.UInt16("ptp.v2.dr.requestingsourceportid", "requestingSourcePortId"));
    static readonly Layout PeerDelayRequestBody = new(
        Whole("ptp.v2.pdrq.origintimestamp", "originTimestamp"), Nanoseconds("ptp.v2.pdrq.origintimestamp", "originTimestamp"));
    static readonly Layout PeerDelayResponseBody = new(
        Whole("ptp.v2.pdrs.requestreceipttimestamp", "requestreceiptTimestamp"), Nanoseconds("ptp.v2.pdrs.requestreceipttimestamp", "requestreceiptTimestamp"),
        P.UInt64("ptp.v2.pdrs.requestingportidentity", "requestingSourcePortIdentity", FieldBase.Hex),
        P.UInt16("ptp.v2.pdrs.requestingsourceportid", "requestingSourcePortId"));
    static readonly Layout PeerDelayFollowUpBody = new(
        Whole("ptp.v2.pdfu.responseorigintimestamp", "responseOriginTimestamp"), Nanoseconds("ptp.v2.pdfu.responseorigintimestamp", "responseOriginTimestamp"),
        P.UInt64("ptp.v2.pdfu.requestingportidentity", "requestingSourcePortIdentity", FieldBase.Hex),
        P.UInt16("ptp.v2.pdfu.requestingsourceportid", "requestingSourcePortId"));

    static readonly Layout Target = new(P.UInt64("ptp.v2.sig.targetportidentity", "targetPortIdentity", FieldBase.Hex), P.UInt16("ptp.v2.sig.targetportid", "targetPortId"));
    static readonly Field TlvType = P.UInt16("ptp.v2.sig.tlv.tlvType", "tlvType", FieldBase.Dec, TlvTypes);
    static readonly Field TlvLength = P.UInt16("ptp.v2.sig.tlv.lengthField", "lengthField");
    static readonly Field TlvData = P.Bytes("ptp.v2.sig.tlv.data", "data");
    static readonly Field TlvMessage = P.UInt8("ptp.v2.sig.tlv.messageType", "messageType", FieldBase.Hex, Types, mask: 0xf0);
    static readonly Field TlvInterval = Signed8("ptp.v2.sig.tlv.logInterMessagePeriod", "logInterMessagePeriod");
    static readonly Field TlvPeriod = Signed8("ptp.v2.sig.tlv.logInterMessagePeriod.period", "period");
    static readonly Field TlvRate = Signed8("ptp.v2.sig.tlv.logInterMessagePeriod.rate", "rate");
    static readonly Field TlvDuration = P.UInt32("ptp.v2.sig.tlv.durationField", "durationField", FieldBase.Dec, Seconds);
    static readonly Field TlvRenewal = P.Flag("ptp.v2.sig.tlv.renewalInvited", "renewalInvited", 8, 0x01);
    static readonly Field AnnounceTlvType = P.UInt16("ptp.v2.an.tlvType", "tlvType", FieldBase.Dec, TlvTypes);
    static readonly Field AnnounceTlvLength = P.UInt16("ptp.v2.an.lengthField", "lengthField");
    static readonly Field AnnounceTlvData = P.Bytes("ptp.v2.an.tlv.data", "data");
    static readonly Field PathSequence = P.UInt64("ptp.v2.an.pathsequence", "PathSequence", FieldBase.Hex);

    static readonly Expert TooLong = P.Expert("ptp.v2.msg_len_too_large", Severity.Error, ExpertGroup.Malformed, "Message length goes past the end of the packet");
    static readonly Expert TooShort = P.Expert("ptp.v2.msg_len_too_small", Severity.Error, ExpertGroup.Malformed, "Message length too short to include the message length field");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(PtpManagement)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, 319, 320);
        claims.Numbers(EtherType.Table, EtherTypes.Ptp);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View packet, Node parent)
    {
        if ((packet.U8(1) & 15) != 2)
        {
            return 0;
        }

        p.SetProtocol("PTPv2");
        p.Info.Clear();
        int type = packet.U8(0) & 15, length = packet.U16(2);
        p.Info.Set(Types.FindOr((ulong)type, "Unknown PTP Message"));
        if (type == Management)
        {
            PtpManagement.Say(p, packet);
        }

        var tree = p.Open(P, packet, parent);
        p.AddRows(tree, packet, 0, Head);
        var lengthNode = p.Add(tree, Length, packet, 2);
        var v = packet;
        if (length < LengthEnd)
        {
            p.Expert(lengthNode, TooShort, v, 2, 2);
            return packet.Reported;
        }

        if (length > packet.Reported)
        {
            p.Expert(lengthNode, TooLong, v, 2, 2);
        }
        else
        {
            // What follows the message is the link's.
            v = packet.Part(0, length);
            p.SetActualLength(packet, length);
            p.SetLength(tree, Math.Min(length, packet.Captured));
        }

        int at = p.AddRows(tree, v, LengthEnd, Flags);
        Correction.Add(p, v, tree, at);
        p.Add(tree, TypeSpecific, v, at + 8);
        AddIdentity(p, v, tree, at + 12);
        p.AddRows(tree, v, at + 20, Tail);
        at = HeaderLength;
        switch (type)
        {
            case Announce:
                AddAnnounceTlvs(p, v, tree, p.AddRows(tree, v, at, AnnounceBody));
                break;
            case Signalling:
                AddSignals(p, v, tree, p.AddRows(tree, v, at, Target));
                break;
            case Management:
                PtpManagement.Add(p, v, tree, at);
                break;
            default:
                if (BodyOf(type) is { } body)
                {
                    p.AddRows(tree, v, at, body);
                }

                break;
        }

        return packet.Reported;
    }

    static Layout? BodyOf(int type) => type switch
    {
        Sync or DelayRequest => SyncBody,
        FollowUp => FollowUpBody,
        DelayResponse => DelayResponseBody,
        PeerDelayRequest => PeerDelayRequestBody,
        PeerDelayResponse => PeerDelayResponseBody,
        PeerDelayFollowUp => PeerDelayFollowUpBody,
        _ => null,
    };

    static void AddIdentity(Packet p, in View v, Node tree, int at)
    {
        var node = p.Add(tree, ClockIdentity, v, at);
        const int Eui64Of48 = 0xfffe;
        if (v.U16(at + 3) == Eui64Of48)
        {
            var vendor = p.Add(node, ClockVendor, v, at, 3);
            var name = Manufacturers.FindShort(v.U24(at));
            if (name.IsEmpty || v.U24(at) == 0 || !p.Engine.Names.Macs)
            {
                p.Label(vendor, $"MAC Vendor: {v.U8(at):x2}:{v.U8(at + 1):x2}:{v.U8(at + 2):x2}");
            }
            else
            {
                p.Label(vendor, $"MAC Vendor: {name}");
            }
        }
    }

    static void AddAnnounceTlvs(Packet p, in View v, Node tree, int at)
    {
        const int PathTrace = 8, IdentityLength = 8;
        while (v.ReportedFrom(at) >= LengthEnd)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            var node = p.AddText(tree, v, at, LengthEnd + length, $"{TlvTypes.FindOr((ulong)type, "Unknown")} TLV");
            node = node.IsWanted ? node : tree;
            p.AddAll(node, v, at, AnnounceTlvType, AnnounceTlvLength);
            at += LengthEnd;
            if (type == PathTrace)
            {
                for (int i = 0; i + IdentityLength <= length; i += IdentityLength)
                {
                    p.Add(node, PathSequence, v, at + i);
                }
            }
            else
            {
                p.Add(node, AnnounceTlvData, v, at, length);
            }

            at += length;
        }
    }

    static void AddSignals(Packet p, in View v, Node tree, int at)
    {
        const int Request = 4, Grant = 5, Cancel = 6, AcknowledgeCancel = 7;
        while (v.ReportedFrom(at) >= LengthEnd)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            var node = p.Add(tree, TlvType, v, at);
            p.SetLength(node, LengthEnd + length);
            p.Add(node, TlvLength, v, at + 2);
            at += LengthEnd;
            if (type is Request or Grant or Cancel or AcknowledgeCancel)
            {
                p.Add(node, TlvMessage, v, at);
                if (type is Request or Grant)
                {
                    AddPeriod(p, v, node, at + 1);
                    p.Add(node, TlvDuration, v, at + 2);
                    if (type == Grant)
                    {
                        p.Add(node, TlvRenewal, v, at + 7);
                    }
                }
            }
            else
            {
                p.Add(node, TlvData, v, at, length);
            }

            at += length;
        }
    }

    static void AddPeriod(Packet p, in View v, Node tree, int at)
    {
        sbyte log = v.I8(at);
        var node = p.Add(tree, TlvInterval, v, at);
        double period = Math.Pow(2, log);
        p.Label(p.Add(node, TlvPeriod, v, at), $"period: every {period:0.##########} seconds");
        p.Label(p.Add(node, TlvRate, v, at), $"rate: {1 / period:0.##########} packets/sec");
    }

    internal static Field Signed8(string name, string label) => P.Field(FieldType.Int8, name, label, FieldBase.Dec);

    static Row Whole(string name, string label) => P.UInt64(name + ".seconds", label + " (seconds)").Of(6);

    static Row Nanoseconds(string name, string label) => P.Int32(name + ".nanoseconds", label + " (nanoseconds)");

    /// <summary>Nanoseconds times 65536, in eight bytes.</summary>
    internal sealed class Interval(string title, string name, string label, string partName, string partLabel)
    {
        readonly Field whole = P.UInt64(name, label);
        readonly Field part = P.Field(FieldType.Double, partName, partLabel);

        public void Add(Packet p, in View v, Node tree, int at)
        {
            long scaled = (long)v.U64(at), nanoseconds = scaled >> 16;
            double fraction = (scaled & 0xffff) / 65536.0;
            var node = p.AddText(tree, v, at, 8, $"{title}: {nanoseconds + fraction:0.000000} nanoseconds");
            node = node.IsWanted ? node : tree;
            p.Label(p.AddInt(node, whole, v, at, 6, nanoseconds), $"{label}: Ns: {nanoseconds} nanoseconds");
            p.AddDouble(node, part, v, at + 6, 2, fraction);
        }
    }
}
