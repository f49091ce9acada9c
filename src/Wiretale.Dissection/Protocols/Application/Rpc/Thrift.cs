using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

// Specification: Apache Thrift, doc/specs/thrift-binary-protocol.md and thrift-compact-protocol.md. No port of its own: known by its first bytes.
//
//   binary:   | 0x80 0x01 0x00 | type | length of name (32 bits) | name | sequence (32 bits) | fields ... 0
//   compact:  | 0x82 | type and version | sequence (varint) | length of name (varint) | name | fields ... 0

/// <summary>Thrift: calls in the binary and in the compact form.</summary>
public sealed class Thrift() : Dissector("thrift")
{
    const byte Compact = 0x82;
    const int LongestName = 256, HeadLength = 8;
    const uint FirstBinary = 0x80010001, LastBinary = 0x80010004;

    static readonly Protocol P = ThriftValues.Protocol;
    static readonly ValueNames Kinds = ValueNames.Of(() => [(1, "CALL"), (2, "REPLY"), (3, "EXCEPTION"), (4, "ONEWAY")]);
    static readonly Field ProtocolId = P.UInt8("thrift.protocol_id", "Protocol id", FieldBase.Hex, ValueNames.Of(() => [(0x80, "Strict Binary Protocol"), (0x82, "Compact Protocol")]));
    static readonly Field Version = P.UInt8("thrift.version", "Version"), Kind = P.UInt8("thrift.mtype", "Message type", FieldBase.Hex, Kinds);
    static readonly Field Method = P.String("thrift.method", "Method"), Sequence = P.Int32("thrift.seq_id", "Sequence Id");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(ThriftValues)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Heuristic(Tcp.Heuristics, Guess);
        claims.Heuristic(Udp.Heuristics, Guess);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        int at = 0;
        while (at < v.Reported && IsMessage(v, at, out var head))
        {
            var values = new ThriftValues.Form(head.IsCompact);
            int end = values.SkipStruct(v, head.DataAt, 0);
            if (end < 0 && p.Stream is { CanWait: true } stream && v.Captured == v.Reported)
            {
                stream.NeedMore(at, StreamContext.OneMoreSegment);
                return v.Reported;
            }

            if (at == 0)
            {
                p.Info.Clear();
            }

            p.SetProtocol("THRIFT");
            Show(p, v.From(at), parent, at, head, values);
            at = end < 0 ? v.Reported : end;
        }

        return at == 0 ? 0 : v.Reported;
    }

    bool Guess(Packet p, in View v, Node parent)
    {
        if (!IsMessage(v, 0, out _))
        {
            return false;
        }

        if (p.Stream is not null && p.Conversation is { } conversation)
        {
            conversation.Dissector = this;
        }

        return Dissect(p, v, parent) > 0;
    }

    static void Show(Packet p, in View v, Node parent, int from, in Head head, in ThriftValues.Form values)
    {
        var name = v.Span(head.NameAt - from, head.NameLength);
        string kind = Kinds.FindOr((uint)head.Kind, "Unknown");
        p.Info.Separate(", ");
        p.Info.Append($"{kind} ");
        TextTalk.Say(p, name);
        var tree = p.Open(P, v, parent);
        int data = head.DataAt - from;
        var branch = p.AddText(tree, v, 0, data, $"{kind} [version: 1, seqid: {head.Sequence}, method: {name}]");
        p.Add(branch, ProtocolId, v, 0);
        var version = p.AddUInt(branch, Version, v, 1, 1, 1);
        p.Label(version, $"...0 0001 = Version: 1");
        var type = p.AddUInt(branch, Kind, v, head.IsCompact ? 1 : 3, 1, (uint)head.Kind);
        if (p.WantsLabel(type))
        {
            string bits = $"{(head.Kind >> 2) & 1}{(head.Kind >> 1) & 1}{head.Kind & 1}";
            p.Label(type, $"{(head.IsCompact ? bits + ". ...." : ".... ." + bits)} = Message type: {kind} (0x{head.Kind:x2})");
        }

        if (head.IsCompact)
        {
            p.AddInt(branch, Sequence, v, 2, head.LengthAt - from - 2, head.Sequence);
        }

        p.AddInt(branch, ThriftValues.Length, v, head.LengthAt - from, head.NameAt - head.LengthAt, head.NameLength);
        p.Add(branch, Method, v, head.NameAt - from, head.NameLength);
        if (!head.IsCompact)
        {
            p.Add(branch, Sequence, v, data - 4);
        }

        var dataNode = p.AddText(tree, v, data, v.ReportedFrom(data), "Data");
        values.AddStruct(p, v, dataNode, data, 0);
    }

    static bool IsMessage(in View v, int at, out Head head)
    {
        head = default;
        if (!v.Has(at, HeadLength))
        {
            return false;
        }

        uint first = v.U32(at);
        if (first is >= FirstBinary and <= LastBinary)
        {
            uint length = v.U32(at + 4);
            head = new(false, (int)first & 7, at + 4, at + 8, (int)Math.Min(length, LongestName + 1), at + 12 + (int)Math.Min(length, LongestName + 1), 0);
            if (length is 0 or > LongestName || !v.Has(at + 8, (int)length + 4))
            {
                return false;
            }

            head = head with { Sequence = (int)v.U32(head.DataAt - 4) };
            return IsName(v.Span(at + 8, (int)length));
        }

        int kind = v.U8(at + 1) >> 5;
        if (first >> 24 != Compact || (v.U8(at + 1) & 0x1f) != 1 || kind is < 1 or > 4)
        {
            return false;
        }

        int next = at + 2;
        if (!ThriftValues.Varint(v, ref next, out ulong sequence))
        {
            return false;
        }

        int lengthAt = next;
        if (!ThriftValues.Varint(v, ref next, out ulong size) || size is 0 or > LongestName || !v.Has(next, (int)size))
        {
            return false;
        }

        head = new(true, kind, lengthAt, next, (int)size, next + (int)size, (int)ThriftValues.Zigzag(sequence));
        return IsName(v.Span(next, (int)size));
    }

    static bool IsName(ReadOnlySpan<byte> name) => name.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0;

    readonly record struct Head(bool IsCompact, int Kind, int LengthAt, int NameAt, int NameLength, int DataAt, int Sequence);
}
