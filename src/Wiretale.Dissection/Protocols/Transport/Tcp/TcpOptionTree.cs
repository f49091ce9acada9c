using Wiretale.Dissection.Engine;
using F = Wiretale.Dissection.Protocols.Transport.Tcp.TcpOptionFields;

namespace Wiretale.Dissection.Protocols.Transport.Tcp;

/// <content>Options in the tree; called only when fields are wanted.</content>
public sealed partial class Tcp
{
    /// <inheritdoc />
    public override IEnumerable<Protocol> MoreProtocols => F.Protocols;

    static void ShowOptions(Packet p, in View v, Node tree, TcpFlow? other, in TcpHeader h, bool relative)
    {
        int end = Math.Min(h.Length, v.Captured), at = MinHeader, nops = 0;
        if (end <= at)
        {
            return;
        }

        var all = p.Add(tree, OptionBytes, v, at, end - at);
        p.Label(all, $"Options: ({h.Length - MinHeader} bytes)");
        bool isWhole = true, mss = false;
        while (at < end)
        {
            int kind = v.U8(at);
            var (protocol, name) = F.Find(kind);
            int length = kind < 2 ? 1 : at + 1 < end ? v.U8(at + 1) : 0;
            isWhole = kind < 2 || (length >= 2 && at + length <= end);
            bool isCut = !isWhole && length >= 2 && at + length <= h.Length;
            if (!isWhole && !isCut)
            {
                ShowBadOption(p, v, all, at, end, name ?? Unknown(kind), length);
                break;
            }

            if (!isCut)
            {
                p.AppendLabel(all, $", {name ?? Unknown(kind)}");
            }

            if (kind == 1 && CountsAsFourth(ref nops, at - MinHeader))
            {
                p.Expert(all, F.FourNops, v, at, 1);
            }

            // An echo's reply and the later connection counts are shown under the first one's name.
            var node = p.Open(kind switch { 7 => F.Find(6).Protocol, 12 or 13 => F.Find(11).Protocol, _ => protocol }, v, all, at, length);
            node = node.IsWanted ? node : all;
            mss |= kind == 2;
            if (kind == 2 && !h.Has(TcpHeader.Syn))
            {
                p.Expert(node, F.MssPresent, v, at, length);
            }

            p.Add(node, F.Kind, v, at);
            if (isCut)
            {
                p.Add(node, F.Length, v, at + 1);
                break;
            }

            if (kind >= 2)
            {
                ShowOption(p, v.Part(at, length), node, p.Add(node, F.Length, v, at + 1), kind, length, other, h, relative);
            }

            at += length;
            if (kind == 0 && at < end && v.Span(at, end - at).IndexOfAnyExcept((byte)0) >= 0)
            {
                p.Expert(p.AddText(all, v, at, end - at, "Non-zero header padding"), F.AfterEnd, v, at, end - at, $"Non-zero header padding");
                break;
            }
        }

        if (h.Has(TcpHeader.Syn) && isWhole && !mss)
        {
            p.Expert(all, F.MssAbsent, v, MinHeader, end - MinHeader);
        }
    }

    static string Unknown(int kind) => $"Unknown (0x{kind:x2})";

    /// <summary>Whether a NOP is the fourth of those that Wireshark counts: wherever they stand, but one at the start of a word of four bytes takes those before it back.</summary>
    static bool CountsAsFourth(ref int nops, int at)
    {
        const int Word = 4, Many = 4;
        nops = nops > 0 && at % Word == 0 ? 0 : nops + 1;
        return nops == Many;
    }

    static void ShowBadOption(Packet p, in View v, Node all, int at, int end, string name, int length)
    {
        if (length < 2)
        {
            var node = p.AddText(all, v, at, end - at, $"{name} (with too-short option length = {length} byte{(length == 1 ? "" : "s")})");
            p.Expert(node, F.BadLength, v, at, end - at, $"{name} (with too-short option length = {length} byte{(length == 1 ? "" : "s")})");
        }
        else
        {
            var node = p.AddText(all, v, at, end - at, $"{name} (option length = {length} bytes says option goes past end of options)");
            p.Expert(node, F.BadLength, v, at, end - at, $"{name} (option length = {length} bytes says option goes past end of options)");
        }
    }

    static void ShowOption(Packet p, in View o, Node node, Node lengthNode, int kind, int length, TcpFlow? other, in TcpHeader h, bool relative)
    {
        int expected = kind switch { 2 or 28 => 4, 3 => 3, 4 => 2, 6 or 7 or 11 or 12 or 13 => 6, 8 => 10, 19 => 18, 27 => 8, _ => length };
        if (length != expected)
        {
            p.Expert(lengthNode, F.BadLength, o, 1, 1, $"option length should be {expected}");
            return;
        }

        switch (kind)
        {
            case 2:
                p.Add(node, F.MaximumSegmentSize, o, 2);
                p.AppendLabel(node, $": {o.U16(2)} bytes");
                break;
            case 3:
                byte shift = o.U8(2);
                uint multiplier = 1u << Math.Min((int)shift, 14);
                p.AppendLabel(node, $": {shift} (multiply by {multiplier})");
                var item = p.Add(node, F.Shift, o, 2);
                if (shift > 14)
                {
                    p.Expert(item, F.ShiftTooLarge, o, 2, 1);
                }

                p.Generated(p.AddUInt(node, F.Multiplier, o, 2, 1, multiplier));
                break;
            case 5:
                ShowSack(p, o, node, other, h.RawAcknowledgment, relative);
                break;
            case 6 or 7:
                p.AppendLabel(node, $": {o.U32(2)}");
                p.Add(node, F.Echo, o, 2);
                break;
            case 8:
                p.AppendLabel(node, $": TSval {o.U32(2)}, TSecr {o.U32(6)}");
                p.Add(node, F.TimestampValue, o, 2);
                p.Add(node, F.TimestampEcho, o, 6);
                break;
            case 11 or 12 or 13:
                p.Add(node, F.ConnectionCount, o, 2);
                break;
            case 19:
                p.Add(node, F.Digest, o, 2, 16);
                break;
            case 27:
                p.Add(node, F.Rate, o, 2);
                p.Add(node, F.HopDifference, o, 3);
                break;
            case 28:
                p.Add(node, F.Granularity, o, 2, 2);
                p.Add(node, F.UserTimeout, o, 2);
                break;
            case 29 when length >= 4:
                p.Add(node, F.KeyId, o, 2);
                p.Add(node, F.NextKeyId, o, 3);
                if (length > 4)
                {
                    p.Add(node, F.Mac, o, 4, length - 4);
                }

                break;
            case 30 when length > 2:
                ShowMultipath(p, o, node, length);
                break;
            case 34:
                ShowCookie(p, o, node, 2, h);
                break;
            case 172 or 174:
                p.AppendLabel(node, $" (Order {(kind == 172 ? 0 : 1)})");
                ShowAccurateEcn(p, o, node, kind == 172, 2);
                break;
            case 253 or 254 when length >= 4:
                ShowExperiment(p, o, node, length, h);
                break;
            case 4 or 22 or 23 or 29 or 30 or 253 or 254:
                break;
            default:
                if (length > 2)
                {
                    p.Add(node, F.UnknownPayload, o, 2, length - 2);
                }

                break;
        }
    }

    static void ShowCookie(Packet p, in View o, Node node, int at, in TcpHeader h)
    {
        if (o.Captured > at)
        {
            var cookie = p.Add(node, F.Cookie, o, at, o.Captured - at);
            if (h.Has(TcpHeader.Syn) && !h.Has(TcpHeader.Ack))
            {
                p.Expert(cookie, FastOpenSyn, o, at, 0);
            }
        }
        else
        {
            p.Add(node, F.CookieRequest, o, at, 0);
        }
    }

    static void ShowExperiment(Packet p, in View o, Node node, int length, in TcpHeader h)
    {
        ushort id = o.U16(2);
        p.AppendLabel(node, $": {F.Experiments.FindOr(id, "Unknown")}");
        p.Add(node, F.Experiment, o, 2);
        if (id == 0xf989)
        {
            ShowCookie(p, o, node, 4, h);
        }
        else if (id is 0xacc0 or 0xacc1)
        {
            p.AppendLabel(node, $": Accurate ECN (Order {id & 1})");
            ShowAccurateEcn(p, o, node, id == 0xacc0, 4);
        }
        else if (length > 4)
        {
            p.Add(node, F.ExperimentData, o, 4, length - 4);
        }
    }

    /// <summary>draft-ietf-tcpm-accurate-ecn: up to three counters, in one of two orders.</summary>
    static void ShowAccurateEcn(Packet p, in View o, Node node, bool ect0First, int at)
    {
        for (int i = 0; i < 3 && at + 3 <= o.Captured; i++, at += 3)
        {
            var (field, name) = AccurateEcnCounter(ect0First, i);
            p.AppendLabel(node, $"{(i == 0 ? ": " : ", ")}{name} {o.U24(at)}");
            p.Add(node, field, o, at);
        }
    }

    static (Field Field, string Name) AccurateEcnCounter(bool ect0First, int index) => (ect0First ? index : 2 - index) switch
    {
        0 => (F.Ect0Bytes, "EE0B"),
        1 => (F.CeBytes, "ECEB"),
        _ => (F.Ect1Bytes, "EE1B"),
    };

    /// <summary>RFC 2018; RFC 2883 section 4: a first block below the acknowledgment, or inside the second, reports a duplicate.</summary>
    static void ShowSack(Packet p, in View o, Node node, TcpFlow? other, uint ack, bool relative)
    {
        uint origin = relative && other is { HasBase: true } ? other.Base : 0;
        string unit = relative ? " (relative)" : "";
        int count = 0;
        for (int at = 2; at + 8 <= o.Captured; at += 8)
        {
            uint left = o.U32(at) - origin, right = o.U32(at + 4) - origin;
            p.AppendLabel(node, $" {left}-{right}");
            p.Label(p.AddUInt(node, F.SackLeft, o, at, 4, left), $"left edge = {left}{unit}");
            p.Label(p.AddUInt(node, F.SackRight, o, at + 4, 4, right), $"right edge = {right}{unit}");
            count++;
        }

        p.Generated(p.AddUInt(node, F.SackCount, o, 0, 0, (uint)count));
        if (count > 0 && IsDuplicateSack(o, ack, count))
        {
            uint left = o.U32(2) - origin, right = o.U32(6) - origin;
            p.Label(p.Generated(p.AddUInt(node, F.DuplicateLeft, o, 2, 4, left)), $"D-SACK Left Edge = {left}{unit}");
            p.Label(p.Generated(p.AddUInt(node, F.DuplicateRight, o, 6, 4, right)), $"D-SACK Right Edge = {right}{unit}");
            p.Expert(p.AddText(node, o, 2, 8, "D-SACK Sequence"), F.DuplicateSack, o, 2, 8);
        }
    }

    static bool IsDuplicateSack(in View o, uint ack, int count)
    {
        uint left = o.U32(2), right = o.U32(6);
        return (Before(left, ack) && !Before(ack, right)) || (count > 1 && !Before(left, o.U32(10)) && !Before(o.U32(14), right));
    }

    /// <summary>RFC 8684 section 3.</summary>
    static void ShowMultipath(Packet p, in View o, Node node, int length)
    {
        int subtype = o.U8(2) >> 4;
        p.Add(node, F.Subtype, o, 2);
        p.AppendLabel(node, $": {F.Subtype.Names!.FindOr((ulong)subtype, "Unknown")}");
        switch (subtype)
        {
            case 0:
                p.Add(node, F.Version, o, 2);
                var branch = p.Add(node, F.Flags, o, 3);
                foreach (var field in F.CapableFlags)
                {
                    p.Add(branch, field, o, 3);
                }

                AddWhen(p, o, node, F.SenderKey, 4, 8);
                AddWhen(p, o, node, F.ReceiverKey, 12, 8);
                break;
            case 1 when length == 24:
                p.Add(node, F.Reserved, o, 2);
                p.Add(node, F.Hmac, o, 4, 20);
                break;
            case 1 when length is 12 or 16:
                p.Add(p.Add(node, F.Flags, o, 2), F.Backup, o, 2);
                p.Add(node, F.AddressId, o, 3);
                p.Add(node, length == 12 ? F.ReceiverToken : F.TruncatedHmac, o, 4);
                p.Add(node, F.SenderRandom, o, length - 4);
                break;
            case 2:
                ShowDataSignal(p, o, node);
                break;
            case 3:
                p.Add(node, F.IpVersion, o, 2);
                p.Add(node, F.AddressId, o, 3);
                AddWhen(p, o, node, length >= 20 ? F.AddressV6 : F.AddressV4, 4, length >= 20 ? 16 : 4);
                break;
            case 4:
                for (int at = 3; at < length; at++)
                {
                    p.Add(node, F.AddressId, o, at);
                }

                break;
            case 5:
                p.Add(p.Add(node, F.Flags, o, 2), F.Backup, o, 2);
                AddWhen(p, o, node, F.AddressId, 3, 1);
                break;
            case 6:
                AddWhen(p, o, node, F.DataSequence, 4, 8);
                break;
            case 7:
                AddWhen(p, o, node, F.ReceiverKey, 4, 8);
                break;
            default:
                break;
        }
    }

    static void ShowDataSignal(Packet p, in View o, Node node)
    {
        byte flags = o.U8(3);
        var branch = p.Add(node, F.Flags, o, 3);
        foreach (var field in F.SignalFlags)
        {
            p.Add(branch, field, o, 3);
        }

        int at = 4;
        if ((flags & 1) != 0)
        {
            int size = (flags & 2) != 0 ? 8 : 4;
            AddWhen(p, o, node, F.DataAck, at, size);
            at += size;
        }

        if ((flags & 4) != 0)
        {
            int size = (flags & 8) != 0 ? 8 : 4;
            var item = AddWhen(p, o, node, F.DataSequence, at, size);
            p.AppendLabel(item, $"  ({size * 8}bits version)");
            at += size;
            AddWhen(p, o, node, F.SubflowSequence, at, 4);
            AddWhen(p, o, node, F.DataLength, at + 4, 2);
            AddWhen(p, o, node, F.DataChecksum, at + 6, 2);
        }
    }

    static Node AddWhen(Packet p, in View o, Node node, Field field, int at, int size) =>
        o.Has(at, size) ? p.Add(node, field, o, at, size) : Node.None;
}
