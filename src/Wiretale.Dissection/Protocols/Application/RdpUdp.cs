using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: [MS-RDPEUDP] section 2.2 (versions 1 and 2), [MS-RDPEUDP2] section 2.2 (version 3). UDP port 3389.
//
//   SYN:        source ack (4), window (2), flags (2), initial sequence (4), MTUs (2, 2), [correlation ID (16 + 16)], [SYNEX]
//   later:      source ack (4), window (2), flags (2), [ack vector], [ack of acks (4)], [coded (4), source start (4), data]
//   version 3:  prefix (1), window and flags (2, little end first), what the flags say; the prefix changes places with byte 7

/// <summary>Remote Desktop over UDP: TLS (or DTLS, where packets may be lost) in numbered packets.</summary>
public sealed partial class RdpUdp() : Dissector("rdpudp", "rdpudp2")
{
    const int Syn = 0x0001, Ack = 0x0004, HasData = 0x0008, Fec = 0x0010, AckOfAcks = 0x0100, Lossy = 0x0200, HasCorrelation = 0x0800, SynEx = 0x1000;
    const int HeaderLength = 8, Version3 = 0x0101, VectorAlignment = 4, CookieHashLength = 32, CorrelationLength = 16;
    const int HasAck = 0x001, HasPayload = 0x004, HasVector = 0x008, HasAckOfAcks = 0x010, HasOverhead = 0x040, HasDelay = 0x100;

    static readonly Protocol P = new("UDP Remote Desktop Protocol", "RDPUDP", "rdpudp");
    static readonly Field SourceAck = P.UInt32("rdpudp.snsourceack", "snSourceAck", FieldBase.Hex);
    static readonly Field ReceiveWindow = P.UInt16("rdpudp.receivewindowsize", "ReceiveWindowSize");
    static readonly Field Flags = P.UInt16("rdpudp.flags", "Flags", FieldBase.Hex);
    static readonly Field[] FlagBits =
    [
        P.Flag("rdpudp.flags.syn", "Syn", 16, Syn),
        P.Flag("rdpudp.flags.fin", "Fin", 16, 0x2),
        P.Flag("rdpudp.flags.ack", "Ack", 16, Ack),
        P.Flag("rdpudp.flags.data", "Data", 16, HasData),
        P.Flag("rdpudp.flags.fec", "FECData", 16, Fec),
        P.Flag("rdpudp.flags.cn", "CN", 16, 0x20),
        P.Flag("rdpudp.flags.cwr", "CWR", 16, 0x40),
        P.Flag("rdpudp.flags.aoa", "Ack of Acks", 16, AckOfAcks),
        P.Flag("rdpudp.flags.synlossy", "Syn lossy", 16, Lossy),
        P.Flag("rdpudp.flags.ackdelayed", "Ack delayed", 16, 0x400),
        P.Flag("rdpudp.flags.correlationid", "Correlation id", 16, HasCorrelation),
        P.Flag("rdpudp.flags.synex", "SynEx", 16, SynEx),
    ];

    static readonly Field CorrelationId = P.Bytes("rdpudp.correlationid", "Correlation Id");
    static readonly Field SynExFlags = P.UInt16("rdpudp.synex.flags", "Flags", FieldBase.Hex);
    static readonly Field HasVersion = P.Flag("rdpudp.synex.flags.versioninfo", "Version info", 8, 0x1);
    static readonly Field Version = P.UInt16("rdpudp.synex.version", "Version", FieldBase.Hex, ValueNames.Of(() => [(0x1, "UDPv1-1"), (0x2, "UDPv1-2"), (Version3, "UDPv2")]));
    static readonly Field CookieHash = P.Bytes("rdpudp.synex.cookiehash", "Cookie Hash");
    static readonly Field AckItem = P.UInt8("rdpudp.ack.item", "Ack item", FieldBase.Hex);
    static readonly Field AckState = P.UInt8("rdpudp.ack.item.state", "VECTOR_ELEMENT_STATE", FieldBase.Hex,
        ValueNames.Of(() => [(0, "Received"), (1, "Reserved 1"), (2, "Reserved 2"), (3, "Pending")]), mask: 0xc0);

    static readonly Field AckRun = P.UInt8("rdpudp.ack.item.rle", "Run length", mask: 0x3f);
    static readonly Field ResetSequence = P.UInt32("rdpudp.resetSeqNum", "snResetSeqNum", FieldBase.Hex);
    static readonly Layout Numbers = new(
        P.UInt32("rdpudp.initialsequencenumber", "Initial SequenceNumber", FieldBase.Hex),
        P.UInt16("rdpudp.upstreammtu", "Upstream MTU"),
        P.UInt16("rdpudp.downstreammtu", "DownStream MTU"));

    static readonly Layout Parity = new(
        P.UInt32("rdpudp.fec.coded", "snCoded", FieldBase.Hex),
        P.UInt32("rdpudp.fec.sourcestart", "snSourceStart", FieldBase.Hex),
        P.UInt8("rdpudp.fec.range", "Range"),
        P.UInt8("rdpudp.fec.fecindex", "Fec index"));

    static readonly Layout Source = new(
        P.UInt32("rdpudp.data.sncoded", "snCoded", FieldBase.Hex),
        P.UInt32("rdpudp.data.sourceStart", "snSourceStart", FieldBase.Hex));

    static readonly Field Prefix = P.UInt8("rdpudp2.prefixbyte", "PacketPrefixByte", FieldBase.Hex);
    static readonly Field PacketType = P.UInt8("rdpudp2.packetType", "PacketType", FieldBase.Hex, ValueNames.Of(() => [(0, "Data"), (Dummy, "Dummy")]), mask: 0x1e);
    static readonly Field ShortLength = P.UInt8("rdpudp2.shortpacketlen", "Short packet length", mask: 0x7);
    static readonly Field Flags3 = P.UInt16("rdpudp2.flags", "Flags", FieldBase.Hex, mask: 0xfff);
    static readonly Field[] FlagBits3 =
    [
        P.UInt16("rdpudp2.flags.ack", "Ack", FieldBase.Hex, mask: HasAck),
        P.UInt16("rdpudp2.flags.data", "Data", FieldBase.Hex, mask: HasPayload),
        P.UInt16("rdpudp2.flags.ackvec", "AckVec", FieldBase.Hex, mask: HasVector),
        P.UInt16("rdpudp2.flags.ackofacks", "AckOfAcks", FieldBase.Hex, mask: HasAckOfAcks),
        P.UInt16("rdpudp2.flags.overheadsize", "OverheadSize", FieldBase.Hex, mask: HasOverhead),
        P.UInt16("rdpudp2.flags.delayackinfo", "DelayedAckInfo", FieldBase.Hex, mask: HasDelay),
        P.UInt16("rdpudp2.logWindow", "LogWindow", mask: 0xf000),
    ];

    static readonly Field DelayedCount = P.UInt8("rdpudp2.ack.numDelayedAcks", "NumDelayedAcks", mask: 0xf);
    static readonly Layout AckHead = new(
        P.UInt16("rdpudp2.ack.seqnum", "Base Seq", FieldBase.Hex).LittleEnd(),
        P.UInt24("rdpudp2.ack.ts", "receivedTS").LittleEnd(),
        P.UInt8("rdpudp2.ack.sendTimeGap", "sendTimeGap"));

    static readonly Field DelayedScale = P.UInt8("rdpudp2.ack.delayedTimeScale", "delayedTimeScale", mask: 0xf0);
    static readonly Field DelayedAcks = P.Bytes("rdpudp2.ack.delayedAcks", "Delayed acks");
    static readonly Field DelayedAck = P.UInt8("rdpudp2.ack.delayedAck", "Delayed ack");
    static readonly Field Overhead = P.UInt8("rdpudp2.overheadsize", "Overhead size");
    static readonly Layout Delay = new(
        P.UInt8("rdpudp2.delayackinfo.max", "MaxDelayedAcks"),
        P.UInt16("rdpudp2.delayackinfo.timeout", "DelayedAckTimeoutInMs").LittleEnd());

    static readonly Field AckOfAcksSequence = P.UInt16("rdpudp2.ackofacksseqnum", "Sequence number", FieldBase.Hex);
    static readonly Field DataSequence = P.UInt16("rdpudp2.data.seqnum", "Sequence number", FieldBase.Hex);
    static readonly Field ChannelSequence = P.UInt16("rdpudp2.data.channelseqnumber", "Channel sequence number", FieldBase.Hex);
    static readonly Field VectorBase = P.UInt16("rdpudp2.ackvec.baseseqnum", "Base sequence number", FieldBase.Hex);
    static readonly Field VectorSize = P.UInt16("rdpudp2.ackvec.codedackvecsize", "Coded ackvec size", mask: 0x7f);
    static readonly Field HasTimestamp = P.Flag("rdpudp2.ackvec.havets", "Have timestamp", 8, 0x80);
    static readonly Layout VectorTime = new(
        P.UInt24("rdpudp2.ackvec.timestamp", "Timestamp", FieldBase.Hex).LittleEnd(),
        P.UInt8("rdpudp2.ackvec.sendacktimegap", "SendAckTimeGap"));

    static readonly Field Coded = P.UInt8("rdpudp2.ackvec.codedAck", "Coded Ack", FieldBase.Hex);
    static readonly Field CodedMode = P.UInt8("rdpudp2.ackvec.codecAckMode", "Mode", FieldBase.Hex, ValueNames.Of(() => [(0, "Bitmap"), (1, "Run length")]), mask: 0x80);
    static readonly Field RunState = P.UInt8("rdpudp2.ackvec.codecAckRleState", "State", FieldBase.Dec, ValueNames.Of(() => [(0, "lost"), (1, "received")]), mask: 0x40);
    static readonly Field RunLength = P.UInt8("rdpudp2.ackvec.codecAckRleLen", "Length", mask: 0x3f);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 3389);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.Conversation is null)
        {
            return 0;
        }

        var state = p.Conversation.GetOrAdd<RdpUdpState>(this);
        p.SetProtocol("RDPUDP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        if (state.IsVersion3 && !(v.Has(0, HeaderLength) && v.U32(0) == uint.MaxValue))
        {
            DissectVersion3(p, v, tree, state);
            return v.Reported;
        }

        p.AddAll(tree, v, 0, SourceAck, ReceiveWindow);
        int flags = v.U16(6);
        AddFlags(p, v, tree, flags);
        if ((flags & Syn) != 0)
        {
            DissectSyn(p, v, tree, flags, state);
        }
        else
        {
            DissectLater(p, v, tree, flags, state);
        }

        return v.Reported;
    }

    static void AddFlags(Packet p, in View v, Node tree, int flags)
    {
        var node = p.Add(tree, Flags, v, 6);
        foreach (var bit in FlagBits)
        {
            if (((ulong)flags & bit.Mask) != 0)
            {
                p.AppendLabel(node, $", {bit.Label}");
            }
        }

        foreach (var bit in FlagBits)
        {
            p.Add(node, bit, v, 6, 2);
        }
    }

    static void DissectSyn(Packet p, in View v, Node tree, int flags, RdpUdpState state)
    {
        p.Info.AppendAfter(",", "SYN");
        state.IsLossy = (flags & Lossy) != 0;
        state.IsVersion3 = false;
        int at = p.AddRows(tree, v, HeaderLength, Numbers);
        if ((flags & HasCorrelation) != 0)
        {
            // Section 2.2.2.8: as many reserved bytes follow it.
            p.Info.AppendAfter(",", "CORRELATIONID");
            p.Add(tree, CorrelationId, v, at, CorrelationLength);
            at += CorrelationLength * 2;
        }

        if ((flags & SynEx) == 0)
        {
            return;
        }

        p.Info.AppendAfter(",", "SYNEX");
        var branch = p.AddText(tree, v, at, v.CapturedFrom(at), "SynEx");
        p.Add(branch, SynExFlags, v, at);
        p.Add(branch, HasVersion, v, at + 1);
        if ((v.U16(at) & 1) == 0)
        {
            return;
        }

        int version = v.U16(at + 2);
        p.Add(branch, Version, v, at + 2);
        state.IsVersion3 = version == Version3 && (flags & Ack) != 0;
        if (v.Has(at + 4, CookieHashLength))
        {
            p.Add(branch, CookieHash, v, at + 4, CookieHashLength);
        }
    }

    static void DissectLater(Packet p, in View v, Node tree, int flags, RdpUdpState state)
    {
        int at = HeaderLength;
        if ((flags & Ack) != 0)
        {
            p.Info.AppendAfter(",", "ACK");
            at = AddVector(p, v, tree, at);
        }

        if ((flags & AckOfAcks) != 0)
        {
            p.Info.AppendAfter(",", "AOA");
            p.Add(tree, ResetSequence, v, at);
            at += 4;
        }

        if ((flags & HasData) == 0)
        {
            return;
        }

        p.Info.AppendAfter(",", (flags & Fec) != 0 ? "FEC" : "DATA");
        var branch = p.AddText(tree, v, at, v.CapturedFrom(at), (flags & Fec) != 0 ? "FEC" : "Data");
        if ((flags & Fec) != 0)
        {
            at = p.AddRows(branch, v, at, Parity);
            p.CallData(v.From(at), branch);
            return;
        }

        at = p.AddRows(branch, v, at, Source);
        HandOn(p, v.From(at), branch, state);
    }

    /// <summary>Section 2.2.2.7: what arrived, as runs; the next header begins at a multiple of four bytes.</summary>
    static int AddVector(Packet p, in View v, Node tree, int start)
    {
        int count = v.U16(start), at = start + 2;
        v.Ensure(at, count);
        var branch = p.AddText(tree, v, start, 2 + count, "Ack");
        for (int i = 0; i < count; i++, at++)
        {
            p.Add(branch, AckItem, v, at);
            p.Hidden(p.Add(branch, AckState, v, at));
            p.Add(branch, AckRun, v, at);
        }

        return (at + VectorAlignment - 1) / VectorAlignment * VectorAlignment;
    }

    /// <summary>Section 1.3.1: TLS on a connection that repeats what was lost, DTLS on one that does not.</summary>
    static void HandOn(Packet p, in View v, Node parent, RdpUdpState state)
    {
        if (v.Reported == 0)
        {
            return;
        }

        var outer = p.Stream;
        state.Inside.Clear();
        p.Stream = state.IsLossy ? null : state.Inside;
        try
        {
            if (p.Call(state.IsLossy ? Catalog.Dtls : Catalog.Tls, v, parent) <= 0)
            {
                p.CallData(v, parent);
            }
        }
        finally
        {
            p.Stream = outer;
        }
    }

    /// <summary>What a connection's opening said.</summary>
    sealed class RdpUdpState
    {
        public bool IsLossy, IsVersion3;

        /// <summary>A record that goes on in the next packet is not put together: packets may be repeated and overtaken.</summary>
        public StreamContext Inside { get; } = new() { CanWait = true };
    }
}
