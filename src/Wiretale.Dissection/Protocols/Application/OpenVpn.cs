using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: https://openvpn.net/community-resources/openvpn-protocol/ and doc/tls-crypt-v2.txt of OpenVPN.
//
//    0               1
//   +---------------+----------------------+---------+-----------+----------+-------------------------------+
//   | opcode, key   | session id (64 bits) | HMAC    | packet id | time     | acknowledged: count, ids, peer |  ... message packet id, TLS
//   +---------------+----------------------+---------+-----------+----------+-------------------------------+

/// <summary>OpenVPN.</summary>
public sealed class OpenVpn() : Dissector("openvpn")
{
    const uint Port = 1194;
    const int SoftReset = 3, Control = 4, Acknowledge = 5, Data1 = 6, Data2 = 9, HardResetClient3 = 10, ControlWrapped = 11;

    /// <summary>What an HMAC has where it was made with SHA-1, and with tls-crypt (SHA-256).</summary>
    const int HmacLength = 20, LongHmacLength = 32;

    /// <summary>Control messages are cut into pieces of this length.</summary>
    const int PieceLength = 100;

    static readonly Protocol P = new("OpenVPN Protocol", "OpenVPN", "openvpn");
    static readonly ValueNames Opcodes = ValueNames.Of(() => [(1, "P_CONTROL_HARD_RESET_CLIENT_V1"), (2, "P_CONTROL_HARD_RESET_SERVER_V1"), (3, "P_CONTROL_SOFT_RESET_V1"), (4, "P_CONTROL_V1"), (5, "P_ACK_V1"),
        (6, "P_DATA_V1"), (7, "P_CONTROL_HARD_RESET_CLIENT_V2"), (8, "P_CONTROL_HARD_RESET_SERVER_V2"), (9, "P_DATA_V2"), (10, "P_CONTROL_HARD_RESET_CLIENT_V3"), (11, "P_CONTROL_WKC_V1")]);

    static readonly Field Length = P.UInt16("openvpn.plen", "Packet Length");
    static readonly Field Type = P.UInt8("openvpn.type", "Type", FieldBase.Hex);
    static readonly Field Opcode = P.UInt8("openvpn.opcode", "Opcode", FieldBase.Hex, Opcodes, 0xf8);
    static readonly Field KeyId = P.UInt8("openvpn.keyid", "Key ID", mask: 0x07);
    static readonly Field PeerId = P.UInt24("openvpn.peerid", "Peer ID");
    static readonly Field SessionId = P.UInt64("openvpn.sessionid", "Session ID");
    static readonly Field Hmac = P.Bytes("openvpn.hmac", "HMAC");
    static readonly Field PacketId = P.UInt32("openvpn.pid", "Replay-Packet-ID");
    static readonly Field NetTime = P.AbsoluteTime("openvpn.net_time", "Net Time");
    static readonly Field AckCount = P.UInt8("openvpn.mpidarraylength", "Message Packet-ID Array Length");
    static readonly Field AckId = P.UInt32("openvpn.mpidarrayelement", "Message Packet-ID Array Element");
    static readonly Field RemoteSessionId = P.UInt64("openvpn.rsessionid", "Remote Session ID");
    static readonly Field MessageId = P.UInt32("openvpn.mpid", "Message Packet-ID");
    static readonly Field Payload = P.Bytes("openvpn.data", "Data");
    static readonly Field WrappedKey = P.Bytes("openvpn.wkc", "Wrapped client key");
    static readonly Field WrappedKeyLength = P.UInt16("openvpn.wkc_len", "Wrapped client key length");
    static readonly Field FragmentBytes = P.Bytes("openvpn.fragment_bytes", "Fragment bytes");
    static readonly Field Fragments = P.Label("openvpn.fragments", "Message fragments");
    static readonly Field Fragment = P.FrameNumber("openvpn.fragment", "Message fragment");
    static readonly Field FragmentCount = P.UInt32("openvpn.fragment.count", "Message fragment count");
    static readonly Field WholeLength = P.UInt32("openvpn.reassembled.length", "Reassembled message length");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.Stream is null)
        {
            Message(p, v, parent, 0);
            return v.Reported;
        }

        return Tcp.Pdus(p, v, parent, 2, static (Packet _, in View view, int at) => 2 + view.U16(at), static (Packet packet, in View view, Node node) => Catalog.OpenVpn.Message(packet, view, node, 2));
    }

    void Message(Packet p, in View v, Node parent, int at)
    {
        p.SetProtocol("OpenVPN");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        if (at > 0)
        {
            p.Add(tree, Length, v, 0);
        }

        int opcode = v.U8(at) >> 3;
        p.Info.Append($"MessageType: {Opcodes.FindOr((ulong)opcode, "Unknown Messagetype")}");
        var type = p.Add(tree, Type, v, at);
        p.AppendLabel(type, " [opcode/key_id]");
        p.Add(type, Opcode, v, at);
        p.Add(type, KeyId, v, at);
        at++;
        if (opcode == Data2)
        {
            p.Add(tree, PeerId, v, at);
            at += 3;
        }

        if (opcode is Data1 or Data2)
        {
            Rest(p, v, tree, at, v.Reported - at);
            return;
        }

        p.Add(tree, SessionId, v, at);
        ulong session = v.U64(at);
        at += 8;
        if (opcode is HardResetClient3 or ControlWrapped)
        {
            Wrapped(p, v, tree, at);
            return;
        }

        if (HasHmac(v, at))
        {
            p.Add(tree, Hmac, v, at, HmacLength);
            at = Replay(p, v, tree, at + HmacLength);
        }

        int acknowledged = v.U8(at);
        p.Add(tree, AckCount, v, at++);
        if (acknowledged > 0)
        {
            var list = p.AddText(tree, v, at, Math.Min(4 * acknowledged, v.CapturedFrom(at)), "Packet-ID Array");
            for (int i = 0; i < acknowledged; i++, at += 4)
            {
                p.Add(list, AckId, v, at);
            }

            p.Add(tree, RemoteSessionId, v, at);
            at += 8;
        }

        if (opcode == Acknowledge)
        {
            return;
        }

        p.Add(tree, MessageId, v, at);
        at += 4;
        if (v.ReportedFrom(at) == 0)
        {
            return;
        }

        if (opcode == Control)
        {
            Piece(p, v, tree, parent, at, session);
        }
        else
        {
            Rest(p, v, tree, at, v.Reported - at);
        }
    }

    /// <summary>Without an HMAC the count of acknowledged packets follows, and a packet's number: small numbers, so of the first four bytes at most one is not 0.</summary>
    static bool HasHmac(in View v, int at)
    {
        int some = 0;
        for (int i = 0; i < 4 && v.ReportedFrom(at) >= 4; i++)
        {
            some += v.U8(at + i) != 0 ? 1 : 0;
        }

        return some > 1;
    }

    static int Replay(Packet p, in View v, Node tree, int at)
    {
        p.Add(tree, PacketId, v, at);
        p.AddTime(tree, NetTime, v, at + 4, 4, new Timestamp(v.U32(at + 4), 0));
        return at + 8;
    }

    /// <summary>doc/tls-crypt-v2.txt: the client's key, wrapped, is at the end, and its length after it.</summary>
    static void Wrapped(Packet p, in View v, Node tree, int at)
    {
        at = Replay(p, v, tree, at);
        p.Add(tree, Hmac, v, at, LongHmacLength);
        at += LongHmacLength;
        int length = v.U16(v.Reported - 2), begin = v.Reported - length;
        if (begin < at)
        {
            v.ThrowShort(v.Reported, 1);
        }

        Rest(p, v, tree, at, begin - at);
        var key = p.AddText(tree, v, begin, length, $"Wrapped client key ({length} bytes)");
        p.Add(key, WrappedKey, v, begin, length);
        p.Add(key, WrappedKeyLength, v, v.Reported - 2);
    }

    static void Rest(Packet p, in View v, Node tree, int at, int length)
    {
        if (length > 0)
        {
            var branch = p.AddText(tree, v, at, length, $"Data ({length} bytes)");
            p.Add(branch, Payload, v, at, length);
        }
    }

    void Piece(Packet p, in View v, Node tree, Node parent, int at, ulong session)
    {
        int length = v.Reported - at;
        var waiting = p.Conversation?.GetOrAdd<Waiting>(this).Of(session);
        if (waiting is null || v.Captured < v.Reported || (length != PieceLength && waiting.Pieces.Count == 0))
        {
            Inside(p, v.From(at), parent);
            return;
        }

        var branch = p.AddText(tree, v, at, length, $"Message fragment ({length} bytes)");
        p.Add(branch, FragmentBytes, v, at, length);
        waiting.Add(p.Number, v.Span(at, length));
        if (length == PieceLength)
        {
            return;
        }

        var whole = p.AddBuffer(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(waiting.Bytes), "Reassembled OpenVPN");
        Show(p, whole, tree, waiting);
        waiting.Clear();
        Inside(p, whole, parent);
    }

    /// <summary>TLS stands in messages, not in the stream that carries them: it must not ask that one for more.</summary>
    static void Inside(Packet p, in View v, Node parent)
    {
        var stream = p.Stream;
        p.Stream = null;
        try
        {
            p.Call(Catalog.Tls, v, parent);
        }
        finally
        {
            p.Stream = stream;
        }
    }

    static void Show(Packet p, in View whole, Node tree, Unfinished waiting)
    {
        var node = p.Generated(p.Add(tree, Fragments, whole, 0, whole.Reported));
        if (p.WantsTree)
        {
            p.Scratch.Clear();
            p.Scratch.Append($"{waiting.Pieces.Count} Message fragments ({whole.Reported} bytes): ");
            for (int i = 0; i < waiting.Pieces.Count; i++)
            {
                p.Scratch.Append(i == 0 ? ""u8 : ", "u8);
                p.Scratch.Append($"#{waiting.Pieces[i].Frame}({waiting.Pieces[i].Length})");
            }

            p.Label(node, $"{p.Scratch.Bytes}");
        }

        int start = 0;
        foreach (var (frame, length) in waiting.Pieces)
        {
            var one = p.Generated(p.AddUInt(node, Fragment, whole, start, length, (uint)frame));
            p.Label(one, $"Frame: {frame}, payload: {start}-{start + length - 1} ({length} bytes)");
            start += length;
        }

        p.Generated(p.AddUInt(node, FragmentCount, whole, 0, 0, (uint)waiting.Pieces.Count));
        p.Generated(p.AddUInt(node, WholeLength, whole, 0, 0, (uint)whole.Reported));
    }

    /// <summary>Messages of a connection that are not whole yet, by session.</summary>
    sealed class Waiting
    {
        const int MostSessions = 64;
        readonly Dictionary<ulong, Unfinished> sessions = [];

        public Unfinished? Of(ulong session)
        {
            if (!sessions.TryGetValue(session, out var message) && sessions.Count < MostSessions)
            {
                sessions[session] = message = new();
            }

            return message;
        }
    }

    /// <summary>A message of which pieces have come.</summary>
    sealed class Unfinished
    {
        /// <summary>No flight of TLS is longer.</summary>
        const int Most = 1 << 16;

        public List<(int Frame, int Length)> Pieces { get; } = [];

        public List<byte> Bytes { get; } = [];

        public void Add(int frame, ReadOnlySpan<byte> bytes)
        {
            if (Bytes.Count > Most)
            {
                Clear();
            }

            Pieces.Add((frame, bytes.Length));
            Bytes.AddRange(bytes);
        }

        public void Clear()
        {
            Pieces.Clear();
            Bytes.Clear();
        }
    }
}
