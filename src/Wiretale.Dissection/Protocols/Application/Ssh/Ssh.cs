using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Ssh;

// Specification: RFC 4253 sections 4.2 (version lines), 6 (packets), 12 (numbers); key exchange in SshKeyExchange.cs.
//
//   +---------------------------------------------------------------+
//   |                     packet length                             |
//   +---------------+-----------------------------------------------+
//   | padding length|  payload: message code (8), then its fields   |
//   +---------------+-----------------------------------------------+
//   |  padding, MAC                                                 |

/// <summary>Secure Shell: version lines and key exchange; what is encrypted stays so.</summary>
public sealed class Ssh() : Dissector("ssh")
{
    const uint Port = 22;
    const int LongestPacket = 32768, SessionKey = 3, KeyExchangeInit = 20, NewKeys = 21;

    static readonly Protocol P = new("SSH Protocol", "SSH", "ssh");
    static readonly Field VersionLine = P.String("ssh.protocol", "Protocol");
    static readonly Field PacketLength = P.UInt32("ssh.packet_length", "Packet Length");
    static readonly Field EncryptedLength = P.Bytes("ssh.packet_length_encrypted", "Packet Length (encrypted)");
    static readonly Field PaddingLength = P.UInt8("ssh.padding_length", "Padding Length");
    static readonly Field Payload = P.Bytes("ssh.payload", "Payload");
    static readonly Field Encrypted = P.Bytes("ssh.encrypted_packet", "Encrypted Packet");
    static readonly Field Padding = P.Bytes("ssh.padding_string", "Padding String");
    static readonly Field Sequence = P.UInt32("ssh.seq_num", "Sequence number");
    static readonly Field Direction = P.Flag("ssh.direction", "Direction", 0, 0, ValueNames.Flag("server-to-client", "client-to-server"), "Message direction");
    static readonly Field Code = P.UInt8("ssh.message_code", "Message Code", FieldBase.Dec, SshNames.Messages);
    static readonly SshKeyExchange Exchange = new(P);
    static readonly Expert LengthError = P.Expert("ssh.packet_length.error", Severity.Warning, ExpertGroup.Protocol, "Overly large number");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var session = p.Conversation?.GetOrAdd<SshSession>(this) ?? new SshSession();
        if (session.ServerPort == 0)
        {
            session.ServerPort = p.SourcePort == Port || p.DestinationPort == Port ? Port : p.DestinationPort;
        }

        bool fromServer = p.SourcePort == session.ServerPort;
        var peer = fromServer ? session.Server : session.Client;
        p.SetProtocol(session.Version switch { 1 => "SSHv1", 2 => "SSHv2", _ => "SSH" });
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int at = 0;
        while (at < v.Reported)
        {
            var rest = v.From(at);
            if (p.Stream is { CanWait: true } stream && Missing(rest, session, peer) is not 0 and var more)
            {
                stream.NeedMore(at, more);
                if (session.Version == 2 && !rest.Bytes.StartsWith("SSH-"u8))
                {
                    Branch(p, rest, tree, session, rest.Reported);
                }

                return Finish(p, v, tree, fromServer, at, isWhole: false);
            }

            at += Part(p, rest, tree, session, peer, fromServer);
        }

        return Finish(p, v, tree, fromServer, at, isWhole: true);
    }

    static int Finish(Packet p, in View v, Node tree, bool fromServer, int at, bool isWhole)
    {
        if (at > 0)
        {
            p.Info.Prepend(fromServer ? "Server: "u8 : "Client: "u8);
        }

        if (isWhole)
        {
            p.Generated(p.AddFlag(tree, Direction, v, 0, 0, fromServer));
        }

        return v.Reported;
    }

    /// <summary>One version line or packet.</summary>
    /// <returns>Bytes taken.</returns>
    static int Part(Packet p, in View v, Node tree, SshSession session, SshPeer peer, bool fromServer)
    {
        if (v.Bytes.StartsWith("SSH-"u8) && !peer.HasKeys)
        {
            return Line(p, v, tree, session, fromServer);
        }

        if (session.Version != 2)
        {
            return session.Version == 1 && v.Reported >= 4 ? Version1(p, v, tree, session) : Opaque(p, v, tree);
        }

        return peer.HasKeys ? AfterKeys(p, v, tree, session) : Packet(p, v, tree, session, peer, fromServer);
    }

    static int Line(Packet p, in View v, Node tree, SshSession session, bool fromServer)
    {
        int end = v.LineEnd(0, out int next);
        if (end < 0)
        {
            (end, next) = (v.Captured, v.Captured);
        }

        var line = v.Span(0, end);
        if (!fromServer)
        {
            // Only the client's line decides: it answers with what both can do (RFC 4253 section 5).
            session.Version = line.StartsWith("SSH-2."u8) || line.StartsWith("SSH-1.99-"u8) ? 2 : 1;
        }

        Say(p).Append($"Protocol ({line})");
        p.AddString(tree, VersionLine, v, 0, end, line);
        return next;
    }

    /// <summary>A packet of version 1 (draft-ylonen-ssh-protocol-00): length, one to eight bytes of padding, then a code, data and a checksum.</summary>
    static int Version1(Packet p, in View v, Node tree, SshSession session)
    {
        uint length = v.U32(0);
        if (length is 0 or > LongestPacket)
        {
            return Opaque(p, v, tree);
        }

        int padding = PaddingOf(length), at = 4 + padding;
        var part = v.Part(0, at + (int)length);
        var branch = p.AddText(tree, part, 0, part.Captured, "SSH Version 1");
        p.Add(branch, PacketLength, part, 0);
        p.AddUInt(branch, PaddingLength, part, 4, padding, (uint)padding);
        if (session.KeyFrame > 0 && session.KeyFrame < p.Number)
        {
            Say(p).Append($"Encrypted packet (len={length})");
        }
        else
        {
            byte code = part.U8(at);
            string? name = SshNames.OfVersion1(code);
            Say(p).Append(name ?? $"Unknown ({code})");
            p.Label(p.Add(branch, Code, part, at++), $"Message Code: {name ?? "Unknown"} ({code})");
            session.KeyFrame = code == SessionKey ? p.Number : session.KeyFrame;
        }

        p.Add(branch, Payload, part, at, part.CapturedFrom(at));
        return part.Reported;
    }

    static int PaddingOf(uint length) => 8 - (int)(length % 8);

    /// <summary>Bytes of which nothing is known: all that a length could be is shown as one.</summary>
    static int Opaque(Packet p, in View v, Node node)
    {
        Say(p).Append($"Encrypted packet (len={v.Reported})");
        if (p.WantsFields)
        {
            // As in Wireshark, only who shows fields notices that there are too few bytes.
            v.Ensure(0, 4);
            p.Add(node, EncryptedLength, v, 0, 4);
        }

        if (v.Captured > 4)
        {
            p.Add(node, Encrypted, v, 4, v.Captured - 4);
        }

        return v.Reported;
    }

    static int AfterKeys(Packet p, in View v, Node tree, SshSession session)
    {
        var branch = Branch(p, v, tree, session, v.Reported);
        if (!session.IsNegotiated)
        {
            return Opaque(p, v, branch);
        }

        // Packet length and padding length: no packet is shorter.
        v.Ensure(0, 5);
        return v.Reported;
    }

    static int Packet(Packet p, in View v, Node tree, SshSession session, SshPeer peer, bool fromServer)
    {
        uint length = v.U32(0);
        if (length > LongestPacket)
        {
            var shown = p.Add(Branch(p, v, tree, session, 4), PacketLength, v, 0);
            p.Expert(shown, LengthError, v, 0, 4, $"Overly large number {length}");
            return Opaque(p, v, tree);
        }

        var part = v.Part(0, 4 + (int)length);
        int code = part.U8(5), padding = part.U8(4);
        if (code == NewKeys && session.Kex != SshKex.None)
        {
            session.IsNegotiated = session.IsSharable;
        }

        var branch = Branch(p, part, tree, session, part.Reported);
        p.Add(branch, PacketLength, part, 0);
        p.Add(branch, PaddingLength, part, 4);
        int payload = (int)length - 1 - padding;
        Message(p, part, branch, session, peer, fromServer, code, payload);
        int paddingAt = 5 + Math.Max(0, payload);
        p.Add(branch, Padding, part, paddingAt, Math.Max(0, part.Captured - paddingAt));
        // Of finite field exchanges Wireshark shows the number of the next packet.
        bool ahead = code is >= 30 and < 50 && session.Kex != SshKex.EllipticCurve;
        p.AddUInt(branch, Sequence, part, 0, 0, peer.Packets + (ahead ? 1u : 0));
        peer.Packets++;
        peer.HasKeys |= code == NewKeys;
        return part.Reported;
    }

    static void Message(Packet p, in View v, Node branch, SshSession session, SshPeer peer, bool fromServer, int code, int payload)
    {
        var name = SshNames.Of(code, session.Kex);
        if (name is null)
        {
            Say(p).Append($"Unknown ({code})");
        }
        else
        {
            Say(p).Append($"{name}");
        }

        if (code is < KeyExchangeInit or >= 50)
        {
            p.Label(p.Add(branch, Code, v, 5), $"Message Code: {name ?? "Unknown"} ({code})");
            p.Add(branch, Payload, v, 6, Math.Clamp(payload - 1, 0, v.CapturedFrom(6)));
            return;
        }

        var exchange = p.AddText(branch, v, 5, Math.Clamp(payload, 0, v.CapturedFrom(5)), $"Key Exchange{session.MethodText}");
        p.Label(p.Add(exchange, Code, v, 5), $"Message Code: {name ?? "Unknown"} ({code})");
        if (code == KeyExchangeInit)
        {
            Exchange.Init(p, v, exchange, session, peer, fromServer);
        }
        else if (p.WantsFields)
        {
            Exchange.Values(p, v, exchange, session.Kex, code);
        }
    }

    static Node Branch(Packet p, in View v, Node tree, SshSession session, int length)
    {
        var branch = p.AddText(tree, v, 0, Math.Min(length, v.Captured), "SSH Version 2");
        if (session.IsNegotiated)
        {
            p.AppendLabel(branch, session.CipherText);
        }

        return branch;
    }

    /// <summary>Several messages in one segment are separated by commas.</summary>
    static Column Say(Packet p)
    {
        p.Info.Separate(", ");
        return p.Info;
    }

    /// <summary>Bytes that the line or packet at the start needs beyond the view; 0 when it is whole or nothing is known of it.</summary>
    static int Missing(in View v, SshSession session, SshPeer peer)
    {
        if (peer.HasKeys)
        {
            return 0;
        }

        if (v.Bytes.StartsWith("SSH-"u8))
        {
            return v.LineEnd(0, out _) < 0 ? StreamContext.OneMoreSegment : 0;
        }

        if (session.Version == 0)
        {
            return 0;
        }

        if (v.Captured < 4)
        {
            return StreamContext.OneMoreSegment;
        }

        long whole = 4L + v.U32(0) + (session.Version == 1 ? PaddingOf(v.U32(0)) : 0);
        return whole <= int.MaxValue / 2 && whole > v.Captured ? (int)whole - v.Captured : 0;
    }
}
