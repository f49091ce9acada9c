using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Routing;

// Specification: RFC 8966 section 4. UDP port 6696.
//
//    0               1               2               3
//   +---------------+---------------+-------------------------------+
//   | Magic (42)    | Version (2)   | Body length                   |  then: type, length, value; type 0 is one byte of padding
//   +---------------+---------------+-------------------------------+

/// <summary>Babel, a distance-vector routing protocol.</summary>
public sealed class Babel() : Dissector("babel")
{
    const int HeaderLength = 4, TlvHead = 2, Magic = 42, Version = 2;
    const int Pad1 = 0, AckRequest = 2, Ack = 3, Hello = 4, Heard = 5, Router = 6, NextHop = 7, Update = 8, Request = 9, SeqnoRequest = 10;
    const int Internet = 1, Internet6 = 2, LinkLocal = 3;

    static readonly Protocol P = new("Babel Routing Protocol", "Babel", "babel");
    static readonly ValueNames Types = ValueNames.Of(() => [(0, "pad1"), (1, "padn"), (2, "ack-req"), (3, "ack"), (4, "hello"), (5, "ihu"), (6, "router-id"), (7, "nh"), (8, "update"),
        (9, "request"), (10, "mh-request"), (11, "ts/pc (obsolete)"), (12, "hmac"), (13, "source-specific-update"), (14, "source-specific-req"),
        (15, "source-specific-seqno"), (16, "hmac"), (17, "pc"), (18, "challenge-request"), (19, "challenge-reply")]);

    static readonly ValueNames Encodings = ValueNames.Of(() => [(0, "Wildcard"), (1, "IPv4"), (2, "IPv6"), (3, "Link-Local IPv6")]);
    static readonly Layout Header = new(P.UInt8("babel.magic", "Magic", blurb: "Magic value 42"), P.UInt8("babel.version", "Version", blurb: "Version of the Babel protocol"),
        P.UInt16("babel.bodylen", "Body Length"));

    static readonly Field Message = P.UInt8("babel.message", "Message", blurb: "Babel Message");
    static readonly Field Type = P.UInt8("babel.message.type", "Message Type", FieldBase.Dec, Types);
    static readonly Field Length = P.UInt8("babel.message.length", "Message Length");
    static readonly Field Nonce = P.UInt16("babel.message.nonce", "Nonce", FieldBase.Hex);
    static readonly Field Interval = P.UInt16("babel.message.interval", "Interval", blurb: "Interval (in centiseconds)");
    static readonly Field Seqno = P.UInt16("babel.message.seqno", "Seqno", FieldBase.Hex);
    static readonly Field Encoding = P.UInt8("babel.message.ae", "Address Encoding", FieldBase.Dec, Encodings);
    static readonly Field Raw = P.Bytes("babel.message.prefix", "Raw Prefix");
    static readonly Field Cost = P.UInt16("babel.message.rxcost", "Rxcost", FieldBase.Hex, blurb: "Rxcost (from the point of vue of the sender)");
    static readonly Field RouterId = P.Bytes("babel.message.routerid", "Router ID");
    static readonly Field Flags = P.UInt8("babel.message.flags", "Flags", FieldBase.Hex);
    static readonly Field PrefixLength = P.UInt8("babel.message.plen", "Prefix Length");
    static readonly Field Omitted = P.UInt8("babel.message.omitted", "Omitted Bytes", blurb: "Number of bytes omitted from the prefix");
    static readonly Field Metric = P.UInt16("babel.message.metric", "Metric");
    static readonly Field Hops = P.UInt8("babel.message.hopcount", "Hop Count");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 6696);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < HeaderLength || v.U8(0) != Magic || v.U8(1) != Version)
        {
            return 0;
        }

        int length = v.U16(2), at = HeaderLength, end = Math.Min(HeaderLength + length, v.Reported);
        p.SetProtocol("Babel");
        p.Info.Set("Babel"u8);
        var tree = p.Open(P, v, parent, 0, Math.Min(v.Captured, HeaderLength + length));
        p.AddRows(tree, v, 0, Header);
        Span<byte> last = stackalloc byte[32];
        last.Clear();
        while (at < end)
        {
            int type = v.U8(at);
            string name = Types.FindOr((ulong)type, "unknown");
            p.Info.Append($" {name}");
            int size = type == Pad1 ? 1 : TlvHead + v.U8(at + 1);
            var message = p.AddUInt(tree, Message, v, at, size, (uint)type);
            p.Label(message, $"Message {name} ({type})");
            p.Add(message, Type, v, at);
            if (type != Pad1)
            {
                p.Add(message, Length, v, at + 1);
                v.Ensure(at + TlvHead, size - TlvHead);
                AddBody(p, v.Part(at + TlvHead, size - TlvHead), message, type, last);
            }

            at += size;
        }

        return v.Reported;
    }

    /// <param name="last">The prefixes that later updates may leave the beginning of out: IPv4's and IPv6's (RFC 8966 section 4.5).</param>
    static void AddBody(Packet p, in View v, Node message, int type, Span<byte> last)
    {
        switch (type)
        {
            case AckRequest:
                p.Add(message, Nonce, v, 2);
                p.Add(message, Interval, v, 4);
                break;
            case Ack:
                p.Add(message, Nonce, v, 0);
                break;
            case Hello:
                p.AddText(message, v, 0, 2, $"Unicast : {v.U8(0) >> 7}");
                p.Add(message, Seqno, v, 2);
                p.Add(message, Interval, v, 4);
                break;
            case Heard:
                p.Add(message, Cost, v, 2);
                p.Add(message, Interval, v, 4);
                AddAddress(p, v, message, "Address", 6);
                break;
            case Router:
                p.Add(message, RouterId, v, 2, 8);
                break;
            case NextHop:
                AddAddress(p, v, message, "NH", 2);
                break;
            case Update:
                p.Add(message, Flags, v, 1);
                p.Add(message, Interval, v, 4);
                p.Add(message, Seqno, v, 6);
                p.Add(message, Metric, v, 8);
                AddPrefix(p, v, message, 2, 10, v.U8(3), last, (v.U8(1) & 0x80) != 0);
                break;
            case Request:
                AddPrefix(p, v, message, 1, 2, -1, [], keep: false);
                break;
            case SeqnoRequest:
                p.Add(message, Seqno, v, 2);
                p.Add(message, Hops, v, 4);
                p.Add(message, RouterId, v, 6, 8);
                AddPrefix(p, v, message, 1, 14, -1, [], keep: false);
                break;
        }
    }

    static void AddAddress(Packet p, in View v, Node message, string label, int at)
    {
        int encoding = v.U8(0), size = encoding switch { Internet => 4, Internet6 => 16, LinkLocal => 8, _ => 0 };
        v.Ensure(at, size);
        Span<byte> bytes = stackalloc byte[16];
        Expand(v, at, size, encoding, bytes);
        var node = p.AddText(message, v, at, size, $"{label}: {Made(encoding, bytes)}");
        p.Add(node, Encoding, v, 0);

        // From the reserved bytes on, as tshark: what is raw here has the cost and the interval in it.
        p.Add(node, Raw, v, 2, v.Reported - 2);
    }

    /// <param name="lengthAt">Where the prefix's length is said.</param>
    /// <param name="omitted">Bytes left out, or -1 where the message has no such field.</param>
    static void AddPrefix(Packet p, in View v, Node message, int lengthAt, int at, int omitted, Span<byte> last, bool keep)
    {
        int encoding = v.U8(0), bits = v.U8(lengthAt), head = encoding == LinkLocal ? 8 : 0, left = Math.Max(0, omitted);
        int size = Math.Clamp(((bits + 7) / 8) - left - head, 0, 16);
        v.Ensure(at, size);
        Span<byte> bytes = stackalloc byte[16];
        Expand(v, at, 0, encoding, bytes);
        var known = last.IsEmpty ? last : encoding == Internet ? last[..4] : last[16..];
        known[..Math.Min(left, known.Length)].CopyTo(bytes);
        int from = Math.Min(16, left + head);
        v.Span(at, Math.Min(size, 16 - from)).CopyTo(bytes[from..]);
        if (keep)
        {
            bytes[..known.Length].CopyTo(known);
        }

        // IPv4 is shown in its own way; a wildcard as no prefix of IPv6.
        var node = p.AddText(message, v, at, size, $"Prefix: {Made(encoding, bytes)}/{bits}");
        p.Add(node, Encoding, v, 0);
        p.Add(node, PrefixLength, v, lengthAt);
        if (omitted >= 0)
        {
            p.Add(node, Omitted, v, lengthAt + 1);
        }

        p.Add(node, Raw, v, at, size);
    }

    static void Expand(in View v, int at, int size, int encoding, Span<byte> bytes)
    {
        bytes.Clear();
        if (encoding == LinkLocal)
        {
            bytes[0] = 0xfe;
            bytes[1] = 0x80;
        }

        v.Span(at, size).CopyTo(bytes[(encoding == LinkLocal ? 8 : 0)..]);
    }

    static Address Made(int encoding, ReadOnlySpan<byte> bytes) =>
        encoding == Internet ? Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)) : Address.IPv6(bytes);
}
