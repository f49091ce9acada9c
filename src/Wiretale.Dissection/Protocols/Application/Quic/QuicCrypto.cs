using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Tls;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9000 section 19.6; RFC 9001 section 4 (handshake messages without TLS records).

/// <summary>CRYPTO frames: handshake messages of TLS, in any order.</summary>
static class QuicCrypto
{
    const int MessageHeader = 4, ServerHello = 2;

    /// <summary>One frame, behind its type; returns where it ends.</summary>
    public static int Dissect(Packet p, in View v, int at, Node node, QuicConnection connection, bool fromServer, QuicLevel level, QuicFrameFields f)
    {
        int start = at;
        ulong offset = Quic.VarInt(v, ref at);
        p.AddUInt(node, f.CryptoOffset, v, start, at - start, offset);
        start = at;
        ulong length = Quic.VarInt(v, ref at);
        p.AddUInt(node, f.CryptoLength, v, start, at - start, length);
        v.Ensure(at, (int)Math.Min(length, int.MaxValue));
        p.Add(node, f.CryptoData, v, at, (int)length);
        var stream = connection.Side(fromServer).Crypto(level);
        if (offset + length <= (ulong)stream.Whole)
        {
            var again = p.AddText(node, v, at, 0, f.Reused.Summary);
            p.Expert(again, f.Reused, v, at, 0);
        }
        else if (length > 0 && stream.Add(offset, v.Span(at, (int)length)))
        {
            Messages(p, v.Part(at, (int)length), (long)offset, node, connection, stream, fromServer);
        }

        return at + (int)length;
    }

    /// <summary>Every whole message goes to TLS.</summary>
    static void Messages(Packet p, in View v, long offset, Node node, QuicConnection connection, QuicByteStream stream, bool fromServer)
    {
        int whole = 0, first = LengthAt(stream.Ready, 0);
        for (int length = first; length > 0; length = LengthAt(stream.Ready, whole))
        {
            connection.HasServerHello |= fromServer && stream.Ready[whole] == ServerHello;
            whole += length;
        }

        if (whole == 0)
        {
            return;
        }

        // Without secrets only what is shown must be read; with them the hellos say which secrets, and of which suite.
        if (p.WantsFields || p.Engine.Shared<TlsSecrets>().Load(p, Tls.Tls.KeyLogFile))
        {
            // Messages of which this frame has all stay where they are.
            long at = stream.Taken - offset;
            var messages = at >= 0 && at <= v.Captured && v.Has((int)at, whole) ? v.Part((int)at, whole) : p.AddBuffer(stream.Ready[..whole], "Reassembled QUIC CRYPTO");
            stream.Take(whole);
            Show(p, messages, node, connection.Tls);
        }
        else
        {
            stream.Take(whole);
        }
    }

    /// <summary>Length of the message there; 0 when not all of it is.</summary>
    internal static int LengthAt(ReadOnlySpan<byte> bytes, int at)
    {
        if (bytes.Length - at < MessageHeader)
        {
            return 0;
        }

        int length = MessageHeader + ((bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
        return length <= bytes.Length - at ? length : 0;
    }

    static void Show(Packet p, in View messages, Node node, TlsConnection connection)
    {
        bool wasFixed = p.ProtocolFixed;
        p.ProtocolFixed = true;
        p.Info.Freeze();
        try
        {
            p.Engine.State<Tls.Tls.WithoutRecords.Context>().Connection = connection;
            p.Call(Catalog.TlsWithoutRecords, messages, node);
        }
        finally
        {
            p.Info.Thaw();
            p.ProtocolFixed = wasFixed;
        }
    }
}
