using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Stun;

// Specification: RFC 8489 section 5 (STUN), RFC 8656 section 12.4 (TURN's ChannelData).
//
//    0               2               4
//   +---------------+---------------+-------------------------------+
//   |00| type       | Length        | Magic cookie 0x2112a442       |
//   +---------------+---------------+-------------------------------+
//   | Transaction ID (12)           | attributes ...
//
//   +---------------+---------------+----
//   |01| channel    | Length        | data ...                         over TCP padded to a multiple of 4
//   +---------------+---------------+----

/// <summary>Session Traversal Utilities for NAT, and the relaying of TURN in it.</summary>
public sealed class Stun() : Dissector("stun")
{
    const uint Port = 3478, Cookie = 0x2112a442;
    const int HeaderLength = 20, ChannelHeaderLength = 4, LengthAt = 2, AttributesAt = HeaderLength;

    /// <summary>Methods beyond 0xff are not taken for STUN's, which has no such.</summary>
    const int LastTypeByte = 0x03;

    const int FirstChannel = 0x4000, LastChannel = 0x7fff, Multiplexed = 0xff10, SessionLength = 8;
    const int Request = 0, Indication = 1;

    internal static readonly Protocol P = new("Session Traversal Utilities for NAT", "STUN", "stun");
    static readonly Field Channel = P.UInt16("stun.channel", "Channel Number", FieldBase.Hex);
    static readonly Field FrameLength = P.UInt16("stun.tcp_frame_length", "TCP Frame Length");
    static readonly Field Type = P.UInt16("stun.type", "Message Type", FieldBase.Hex);
    static readonly Field Class = P.UInt16("stun.type.class", "Message Class", FieldBase.Hex, mask: 0x110);
    internal static readonly ValueNames Assignments = ValueNames.Of(() => [(0, "IETF Review"), (1, "Designated Expert")]);
    static readonly Field Method = P.UInt16("stun.type.method", "Message Method", FieldBase.Hex, mask: 0x3eef);
    static readonly Field MethodAssignment = P.UInt16("stun.type.method-assignment", "Message Method Assignment", FieldBase.Hex, Assignments, mask: 0x2000);
    static readonly Field Length = P.UInt16("stun.length", "Message Length", blurb: "Payload (attributes) length");
    static readonly Field MagicCookie = P.Bytes("stun.cookie", "Message Cookie");
    static readonly Field Id = P.Bytes("stun.id", "Message Transaction ID");
    static readonly Field ResponseIn = P.FrameNumber("stun.response-in", "Response In", "The response to this STUN query is in this frame");
    static readonly Field ResponseTo = P.FrameNumber("stun.response-to", "Request In", "This is a response to the STUN Request in this frame");
    static readonly Field Time = P.RelativeTime("stun.time", "Time", "The time between the Request and the Response");
    static readonly Field Duplicate = P.FrameNumber("stun.reqduplicate", "Duplicated original message in", "This is a duplicate of STUN message in this frame");
    static readonly Field Attributes = P.Label("stun.attributes", "Attributes");
    static readonly Field NetworkVersion = P.UInt8("stun.network_version", "STUN Network Version", FieldBase.Dec,
        ValueNames.Of(() => [(1, "MS-TURN"), (2, "RFC-3489 and earlier"), (3, "RFC-5389/8489")]));

    static readonly Field Session = P.UInt64("stun.att.ms.turn_session_id", "MS TURN Session Id", FieldBase.Hex);
    static readonly Expert WrongLength = P.Expert("stun.wrong_msglen", Severity.Error, ExpertGroup.Malformed, "Packet length is not multiple of 4 bytes");

    /// <summary>Protocols in what TURN relays that look at the bytes.</summary>
    public static readonly HeuristicKey Heuristics = new("stun");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(StunAttributes)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
        claims.Heuristic(Udp.Heuristics, Guess);
        claims.Heuristic(Tcp.Heuristics, Guess);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.PortKind != PortKind.Tcp)
        {
            return Message(p, v, parent) ? v.Reported : 0;
        }

        if (v.Captured < ChannelHeaderLength || !(IsChannel(v) || IsMessage(v)))
        {
            return 0;
        }

        return Tcp.Pdus(p, v, parent, ChannelHeaderLength, static (_, in v, at) => WholeLength(v, at), One);
    }

    /// <summary>Whether the payload is one STUN message and nothing else (RFC 8489 section 5); later packets of the conversation may then be ChannelData.</summary>
    bool Guess(Packet p, in View v, Node parent)
    {
        if (v.Captured < HeaderLength || !(v.U16(0) == Multiplexed || (v.U8(0) <= LastTypeByte && v.U32(4) == Cookie)))
        {
            return false;
        }

        if (v.U16(0) == Multiplexed)
        {
            return p.PortKind == PortKind.Udp && v.U16(LengthAt) + ChannelHeaderLength == v.Reported && ChannelData(p, v, parent);
        }

        bool isStream = p.PortKind == PortKind.Tcp;
        int whole = v.U16(LengthAt) + HeaderLength;
        if (isStream ? Dissect(p, v, parent) <= 0 : whole != v.Reported || !Message(p, v, parent))
        {
            return false;
        }

        if (p.Conversation is { Dissector: null } conversation && !p.IsQuoted)
        {
            conversation.Dissector = this;
        }

        return true;
    }

    static bool IsChannel(in View v) => v.U16(0) is (>= FirstChannel and <= LastChannel) or Multiplexed;

    static bool IsMessage(in View v) => v.U8(0) <= LastTypeByte && (v.Captured < 8 || v.U32(4) == Cookie);

    static int WholeLength(in View v, int at) => v.U8(at) >= 0x40
        ? ChannelHeaderLength + ((v.U16(at + LengthAt) + 3) & ~3)
        : HeaderLength + v.U16(at + LengthAt);

    void One(Packet p, in View v, Node parent)
    {
        if (!Message(p, v, parent))
        {
            p.CallData(v, parent);
        }
    }

    bool Message(Packet p, in View v, Node parent)
    {
        if (v.Captured >= ChannelHeaderLength && IsChannel(v))
        {
            return ChannelData(p, v, parent);
        }

        if (v.Captured < HeaderLength || v.U8(0) > LastTypeByte || v.U32(4) != Cookie || v.U16(LengthAt) + HeaderLength > v.Reported)
        {
            return false;
        }

        int type = v.U16(0), length = v.U16(LengthAt), kind = ((type & 0x100) >> 7) | ((type & 0x10) >> 4);
        int method = (type & 0xf) | ((type & 0xe0) >> 1) | ((type & 0x3e00) >> 2);
        string kindName = StunNames.Classes.Find((ulong)kind)!, methodName = StunNames.Methods.FindOr((ulong)method, "Unknown");
        p.SetProtocol("STUN");
        p.Info.Set($"{methodName} {kindName}");
        var tree = p.Open(P, v, parent);
        AddTransaction(p, v, tree, kind);
        if (p.WantsFields)
        {
            AddType(p, v, tree, type, kind, method, kindName, methodName);
        }

        p.Add(tree, Length, v, LengthAt);
        p.Add(tree, MagicCookie, v, 4, 4);
        p.Add(tree, Id, v, 8, 12);
        if (length == 0)
        {
            return true;
        }

        p.Generated(p.AddUInt(tree, NetworkVersion, v, AttributesAt, 0, 3));
        if (length % 4 != 0)
        {
            var wrong = p.AddText(tree, v, LengthAt, 2, "Packet length is not multiple of 4 bytes");
            p.Expert(wrong, WrongLength, v, LengthAt, 2);
            tree = wrong;
        }

        StunAttributes.Add(p, v, p.Add(tree, Attributes, v, AttributesAt, length), AttributesAt, AttributesAt + length);
        return true;
    }

    static void AddType(Packet p, in View v, Node tree, int type, int kind, int method, string kindName, string methodName)
    {
        var node = p.Add(tree, Type, v, 0);
        p.AppendLabel(node, $" ({methodName} {kindName})");
        string bits = kind switch { 0 => "00", 1 => "01", 2 => "10", _ => "11" };
        var shown = p.Add(node, Class, v, 0);
        p.Label(shown, $".... ...{type >> 8 & 1} ...{type >> 4 & 1} .... = Message Class: 0x{bits} {kindName} ({kind})");
        shown = p.Add(node, Method, v, 0);
        p.Label(shown, $"..{type >> 13 & 1}{type >> 12 & 1} {type >> 11 & 1}{type >> 10 & 1}{type >> 9 & 1}. {type >> 7 & 1}{type >> 6 & 1}{type >> 5 & 1}. {type >> 3 & 1}{type >> 2 & 1}{type >> 1 & 1}{type & 1} = Message Method: 0x{method:x4} {methodName} (0x{method:x3})");
        p.Add(node, MethodAssignment, v, 0);
    }

    /// <summary>RFC 8656 section 12.4. What is relayed is whatever its bytes look like.</summary>
    static bool ChannelData(Packet p, in View v, Node parent)
    {
        int length = v.U16(LengthAt);
        if (length + ChannelHeaderLength > v.Reported)
        {
            return false;
        }

        p.SetProtocol("STUN");
        p.Info.Set("ChannelData TURN Message"u8);
        var tree = p.Open(P, v, parent, 0, ChannelHeaderLength);
        p.AppendLabel(tree, ", TURN ChannelData Message");
        p.Add(tree, Channel, v, 0);
        p.Add(tree, Length, v, LengthAt);
        int at = ChannelHeaderLength;
        if (v.U16(0) == Multiplexed)
        {
            // [MS-TURN] section 2.2.1: which of the sessions on this port.
            p.Add(tree, Session, v, at);
            p.SetLength(tree, at + SessionLength);
            (at, length) = (at + SessionLength, length - SessionLength);
        }

        HandOn(p, v.Part(at, length), parent);
        return true;
    }

    /// <summary>What TURN relays.</summary>
    internal static void HandOn(Packet p, in View v, Node parent)
    {
        if (v.Reported > 0 && !p.TryHeuristics(Heuristics, v, parent))
        {
            p.CallData(v, parent);
        }
    }

    void AddTransaction(Packet p, in View v, Node tree, int kind)
    {
        if (kind == Indication || p.Conversation is not { } conversation)
        {
            return;
        }

        var transactions = conversation.GetOrAdd<Transactions>(this);
        ref var transaction = ref transactions.Find((v.U32(8), v.U64(12)));
        if (kind == Request)
        {
            if (transaction.Request == 0)
            {
                (transaction.Request, transaction.Time) = (p.Number, p.Time);
            }
            else if (transaction.Request != p.Number)
            {
                p.Generated(p.AddUInt(tree, Duplicate, v, 0, 0, (uint)transaction.Request));
            }

            p.AddLater(tree, ResponseIn, v, transaction.Response > 0 ? (uint)transaction.Response : p.Later(ResponseIn));
            return;
        }

        if (transaction.Request == 0)
        {
            return;
        }

        if (transaction.Response == 0)
        {
            transaction.Response = p.Number;
        }
        else if (transaction.Response != p.Number)
        {
            p.Generated(p.AddUInt(tree, Duplicate, v, 0, 0, (uint)transaction.Response));
        }

        p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)transaction.Request));
        p.Generated(p.AddTime(tree, Time, v, 0, 0, p.Time - transaction.Time));
    }

    struct Transaction
    {
        public int Request, Response;
        public Timestamp Time;
    }

    /// <summary>The transactions of a conversation.</summary>
    sealed class Transactions
    {
        /// <summary>More than two peers have open; beyond it the oldest are forgotten all at once.</summary>
        const int Limit = 4096;

        readonly Dictionary<(uint, ulong), Transaction> known = [];

        public ref Transaction Find((uint, ulong) id)
        {
            if (known.Count >= Limit)
            {
                known.Clear();
            }

            return ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(known, id, out _);
        }
    }
}
