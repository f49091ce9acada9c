using System.Buffers.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: J. A. Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", section 5.4. Numbers have their little end first.
//
//    1: type (8) reserved (24) sender (32)               ephemeral (32 bytes) static (48) timestamp (28) mac1 (16) mac2 (16)
//    2: type (8) reserved (24) sender (32) receiver (32) ephemeral (32 bytes) empty (16) mac1 (16) mac2 (16)
//    3: type (8) reserved (24) receiver (32)             nonce (24 bytes) cookie (32)
//    4: type (8) reserved (24) receiver (32)             counter (64) packet ...

/// <summary>WireGuard.</summary>
public sealed class WireGuard() : Dissector("wg")
{
    const byte Initiation = 1, Response = 2, CookieReply = 3, Transport = 4;
    const int InitiationLength = 148, ResponseLength = 92, CookieLength = 64, LeastTransport = 32, DataAt = 16, TagLength = 16, KeyLength = 32;

    static readonly Protocol P = new("WireGuard Protocol", "WireGuard", "wg");
    static readonly ValueNames Types = ValueNames.Of(() => [(1, "Handshake Initiation"), (2, "Handshake Response"), (3, "Cookie Reply"), (4, "Transport Data")]);
    static readonly Field Type = P.UInt8("wg.type", "Type", FieldBase.Dec, Types);
    static readonly Field Reserved = P.Bytes("wg.reserved", "Reserved");
    static readonly Field Sender = P.UInt32("wg.sender", "Sender", FieldBase.Hex, blurb: "Identifier as chosen by the sender");
    static readonly Field Ephemeral = P.String("wg.ephemeral", "Ephemeral", "Ephemeral public key of sender");
    static readonly Field HasKey = P.Flag("wg.ephemeral.known_privkey", "Has Private Key", blurb: "Whether the corresponding private key is known (configured via prefs)");
    static readonly Field EncryptedStatic = P.Label("wg.encrypted_static", "Encrypted Static", "Encrypted long-term static public key of sender");
    static readonly Field EncryptedTimestamp = P.Label("wg.encrypted_timestamp", "Encrypted Timestamp");
    static readonly Field Mac1 = P.Bytes("wg.mac1", "mac1");
    static readonly Field Mac2 = P.Bytes("wg.mac2", "mac2");
    static readonly Field Receiver = P.UInt32("wg.receiver", "Receiver", FieldBase.Hex, blurb: "Identifier as chosen by receiver");
    static readonly Field EncryptedEmpty = P.Label("wg.encrypted_empty", "Encrypted Empty", "Authenticated encryption of an empty string");
    static readonly Field Nonce = P.Bytes("wg.nonce", "Nonce");
    static readonly Field EncryptedCookie = P.Bytes("wg.encrypted_cookie", "Encrypted Cookie");
    static readonly Field Counter = P.UInt64("wg.counter", "Counter");
    static readonly Field EncryptedPacket = P.Label("wg.encrypted_packet", "Encrypted Packet");
    static readonly Field Stream = P.UInt32("wg.stream", "Stream index", blurb: "Identifies a session in this capture file");
    static readonly Field ResponseTo = P.FrameNumber("wg.response_to", "Response to Frame", "This is a response to the initiation message in this frame");
    static readonly Expert Keepalive = P.Expert("wg.keepalive", Severity.Chat, ExpertGroup.Sequence, "This is a Keepalive message");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Udp.Heuristics, Try);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) => Try(p, v, parent) ? v.Reported : 0;

    bool Try(Packet p, in View v, Node parent)
    {
        // The only message without a fixed length has at least a counter and a tag, and is padded to whole blocks; some senders forget the latter.
        if (v.Captured < 4 || v.U8(1) != 0 || v.U8(2) != 0 || v.U8(3) != 0 || v.U8(0) is < Initiation or > Transport)
        {
            return false;
        }

        int type = v.U8(0);
        bool fits = type switch { Initiation => v.Reported == InitiationLength, Response => v.Reported == ResponseLength, CookieReply => v.Reported == CookieLength, _ => v.Reported >= LeastTransport };
        if (!fits)
        {
            return false;
        }

        p.SetProtocol("WireGuard");
        p.Info.Set(Types.Find((ulong)type)!);
        var tree = p.Open(P, v, parent);
        p.Add(tree, Type, v, 0);
        p.Add(tree, Reserved, v, 1, 3);
        switch (type)
        {
            case Initiation:
                Initiate(p, v, tree);
                break;
            case Response:
                Respond(p, v, tree);
                break;
            case CookieReply:
                Cookie(p, v, tree);
                break;
            default:
                Data(p, v, tree);
                break;
        }

        return true;
    }

    void Initiate(Packet p, in View v, Node tree)
    {
        uint sender = v.U32LE(4);
        p.Info.Append($", sender=0x{sender:X8}");
        p.AddLE(tree, Sender, v, 4);
        Key(p, v, tree, 8);
        p.Add(tree, EncryptedStatic, v, 40, 48);
        p.Add(tree, EncryptedTimestamp, v, 88, 28);
        p.Add(tree, Mac1, v, 116, 16);
        p.Add(tree, Mac2, v, 132, 16);
        if (p.Conversation?.GetOrAdd<Sessions>(this) is { } sessions)
        {
            var session = sessions.Begin(sender, p.Number, p.Engine.State<Total>());
            Show(p, v, tree, session, isAnswer: false);
        }
    }

    void Respond(Packet p, in View v, Node tree)
    {
        uint sender = v.U32LE(4), receiver = v.U32LE(8);
        p.Info.Append($", sender=0x{sender:X8}, receiver=0x{receiver:X8}");
        p.AddLE(tree, Sender, v, 4);
        p.AddLE(tree, Receiver, v, 8);
        Key(p, v, tree, 12);
        p.Add(tree, EncryptedEmpty, v, 44, TagLength);
        p.Add(tree, Mac1, v, 60, 16);
        p.Add(tree, Mac2, v, 76, 16);
        if (p.Conversation?.Get<Sessions>(this)?.Find(receiver) is { } session)
        {
            session.IsAnswered = true;
            p.Conversation.Get<Sessions>(this)!.Answer(session, sender);
            Show(p, v, tree, session, isAnswer: true);
        }
    }

    void Cookie(Packet p, in View v, Node tree)
    {
        uint receiver = v.U32LE(4);
        p.Info.Append($", receiver=0x{receiver:X8}");
        p.AddLE(tree, Receiver, v, 4);
        p.Add(tree, Nonce, v, 8, 24);
        p.Add(tree, EncryptedCookie, v, 32, 32);
        if (p.Conversation?.Get<Sessions>(this)?.Find(receiver) is { IsAnswered: false } session)
        {
            Show(p, v, tree, session, isAnswer: true);
        }
    }

    void Data(Packet p, in View v, Node tree)
    {
        uint receiver = v.U32LE(4);
        ulong counter = v.U64LE(8);
        int length = v.Reported - DataAt - TagLength;
        if (length == 0)
        {
            p.Info.Set($"Keepalive, receiver=0x{receiver:X8}, counter={counter}");
        }
        else
        {
            p.Info.Append($", receiver=0x{receiver:X8}, counter={counter}, datalen={length}");
        }

        p.AddLE(tree, Receiver, v, 4);
        p.AddLE(tree, Counter, v, 8);
        var packet = p.Add(tree, EncryptedPacket, v, DataAt);
        if (length == 0)
        {
            p.Expert(packet, Keepalive, v, DataAt, TagLength);
        }

        if (p.Conversation?.Get<Sessions>(this)?.Find(receiver) is { } session)
        {
            Show(p, v, tree, session, isAnswer: false);
        }
    }

    static void Key(Packet p, in View v, Node tree, int at)
    {
        Span<byte> text = stackalloc byte[44];
        Base64.EncodeToUtf8(v.Span(at, KeyLength), text, out _, out int written);
        var key = p.AddString(tree, Ephemeral, v, at, KeyLength, text[..written]);
        p.Generated(p.AddFlag(key, HasKey, v, at, KeyLength, false));
    }

    static void Show(Packet p, in View v, Node tree, Session session, bool isAnswer)
    {
        p.Generated(p.AddUInt(tree, Stream, v, 0, 0, session.Number));
        if (isAnswer)
        {
            p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)session.Frame));
        }
    }

    /// <summary>A handshake and what follows it.</summary>
    sealed record Session(uint Number, int Frame)
    {
        /// <summary>Whether the other side took part.</summary>
        public bool IsAnswered { get; set; }
    }

    /// <summary>Sessions of the run.</summary>
    sealed class Total
    {
        public uint Count { get; set; }
    }

    /// <summary>Sessions between two endpoints, by the numbers both sides gave them.</summary>
    sealed class Sessions
    {
        /// <summary>A session lives two minutes, so two are open at a time; a hostile sender opens as many as it likes.</summary>
        const int Most = 1024;

        readonly Dictionary<uint, Session> byNumber = [];

        public Session Begin(uint sender, int frame, Total total)
        {
            var session = new Session(total.Count++, frame);
            Answer(session, sender);
            return session;
        }

        public void Answer(Session session, uint number)
        {
            if (byNumber.Count < Most)
            {
                byNumber[number] = session;
            }
        }

        public Session? Find(uint number) => byNumber.GetValueOrDefault(number);
    }
}
