using System.Buffers;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application;

/// <content>Version 3, [MS-RDPEUDP2]: numbers with the little end first, and what follows each other in the order of its section 2.2.1.</content>
public sealed partial class RdpUdp
{
    const int IsRun = 0x80, BitmapLength = 7;

    const int PrefixPlace = 7, Dummy = 8;

    static void DissectVersion3(Packet p, in View datagram, Node tree, RdpUdpState state)
    {
        p.SetProtocol("RDPUDP2");
        var v = Ordered(p, datagram);
        var prefix = p.Add(tree, Prefix, v, 0);
        p.Add(prefix, PacketType, v, 0);
        p.Add(prefix, ShortLength, v, 0);
        bool isDummy = (v.U8(0) >> 1 & 0xf) == Dummy;
        int flags = v.U16LE(1);
        p.AddBits(tree, Flags3, v, 1, FlagBits3, 2, littleEndian: true);
        int at = 3;
        if ((flags & HasAck) != 0)
        {
            p.Info.AppendAfter(",", "ACK");
            at = AddAck(p, v, tree, at);
        }

        if ((flags & HasOverhead) != 0)
        {
            p.Info.AppendAfter(",", "OVERHEAD");
            p.Add(p.AddText(tree, v, at, 1, "Overhead"), Overhead, v, at);
            at++;
        }

        if ((flags & HasDelay) != 0)
        {
            p.Info.AppendAfter(",", "DELAYACK");
            at = p.AddRows(p.AddText(tree, v, at, 3, "DelayAck"), v, at, Delay);
        }

        if ((flags & HasAckOfAcks) != 0)
        {
            p.Info.AppendAfter(",", "AOA");
            p.Add(p.AddText(tree, v, at, 2, "Ack of Acks"), AckOfAcksSequence, v, at, 2, littleEndian: true);
            at += 2;
        }

        if ((flags & HasPayload) == 0)
        {
            if ((flags & HasVector) != 0)
            {
                AddCodedVector(p, v, tree, at);
            }

            return;
        }

        p.Info.AppendAfter(",", isDummy ? "DUMMY" : "DATA");
        var branch = p.AddText(tree, v, at, isDummy ? 2 : v.CapturedFrom(at), isDummy ? "Dummy data" : "Data");
        p.Add(branch, DataSequence, v, at, 2, littleEndian: true);
        at += 2;
        if ((flags & HasVector) != 0)
        {
            at = AddCodedVector(p, v, tree, at);
        }

        if (!isDummy)
        {
            p.Add(branch, ChannelSequence, v, at, 2, littleEndian: true);
            HandOn(p, v.From(at + 2), branch, state);
        }
    }

    /// <summary>The datagram as it was before its first and eighth byte changed places, by which receivers tell the versions apart.</summary>
    static View Ordered(Packet p, in View v)
    {
        v.Ensure(0, HeaderLength);
        var bytes = ArrayPool<byte>.Shared.Rent(v.Captured);
        v.Bytes.CopyTo(bytes);
        (bytes[0], bytes[PrefixPlace]) = (bytes[PrefixPlace], bytes[0]);
        return p.AddBuffer(bytes, v.Captured, "RDP-UDP unwrapped", v.Reported);
    }

    static int AddAck(Packet p, in View v, Node tree, int start)
    {
        int count = v.U8(start + 6) & 0xf, length = 7 + count;
        var branch = p.AddText(tree, v, start, length, "Ack");
        int at = p.AddRows(branch, v, start, AckHead);
        p.Add(branch, DelayedCount, v, at);
        p.Add(branch, DelayedScale, v, at);
        at++;
        if (count > 0)
        {
            var delayed = p.Add(branch, DelayedAcks, v, at, count);
            for (int i = 0; i < count; i++)
            {
                p.Add(delayed, DelayedAck, v, at + i);
            }
        }

        return start + length;
    }

    /// <summary>Section 2.2.1.2.6: what arrived, each byte seven bits of a bitmap or a run.</summary>
    static int AddCodedVector(Packet p, in View v, Node tree, int start)
    {
        p.Info.AppendAfter(",", "ACKVEC");
        int size = v.U8(start + 2) & 0x7f, at = start + 3;
        bool isTimed = (v.U8(start + 2) & 0x80) != 0;
        var branch = p.AddText(tree, v, start, 3 + (isTimed ? 4 : 0) + size, "AckVec");
        p.Add(branch, VectorBase, v, start, 2, littleEndian: true);
        p.Add(branch, VectorSize, v, start + 2, 1);
        p.Add(branch, HasTimestamp, v, start + 2, 1);
        at = isTimed ? p.AddRows(branch, v, at, VectorTime) : at;
        AddCodes(p, v.Part(at, size), branch, v.U16LE(start));
        return at + size;
    }

    static void AddCodes(Packet p, in View v, Node tree, int sequence)
    {
        var acks = p.AddText(tree, v, 0, v.Captured, "Acks");
        for (int at = 0; at < v.Reported; at++)
        {
            int code = v.U8(at), length = (code & IsRun) != 0 ? code & 0x3f : BitmapLength;
            var item = p.Add(acks, Coded, v, at);
            p.Add(item, CodedMode, v, at);
            if ((code & IsRun) != 0)
            {
                p.Label(item, $"RLE {((code & 0x40) != 0 ? "received" : "lost")} {(ushort)sequence:x4} -> {(ushort)(sequence + length):x4}");
                p.Add(item, RunState, v, at);
                p.Add(item, RunLength, v, at);
            }
            else
            {
                p.Label(item, $"bitmap");
                for (int i = 0; i < BitmapLength; i++)
                {
                    p.AppendLabel(item, $" {((code >> i & 1) != 0 ? "" : "!")}{(ushort)(sequence + i):x4}");
                }
            }

            sequence += length;
        }
    }
}
