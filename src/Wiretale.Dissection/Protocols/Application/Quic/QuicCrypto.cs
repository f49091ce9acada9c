using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Tls;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9000 section 19.6; RFC 9001 section 4 (handshake messages without TLS records).

/// <summary>CRYPTO frames: handshake messages of TLS, in any order.</summary>
static class QuicCrypto
{
    const int MessageHeader = 4, ServerHello = 2;

    /// <summary>One frame, behind its type; returns where it ends.</summary>
    public static int Dissect(Packet p, in View v, int at, Node node, QuicConnection connection, bool fromServer, QuicFrameFields f)
    {
        int start = at;
        ulong offset = Quic.VarInt(v, ref at);
        p.AddUInt(node, f.CryptoOffset, v, start, at - start, offset);
        start = at;
        ulong length = Quic.VarInt(v, ref at);
        p.AddUInt(node, f.CryptoLength, v, start, at - start, length);
        v.Ensure(at, (int)Math.Min(length, int.MaxValue));
        p.Add(node, f.CryptoData, v, at, (int)length);
        var stream = fromServer ? connection.ServerCrypto : connection.ClientCrypto;
        if (offset + length <= (ulong)stream.Whole)
        {
            var again = p.AddText(node, v, at, 0, f.Reused.Summary);
            p.Expert(again, f.Reused, v, at, 0);
        }
        else if (length > 0 && stream.Add(offset, v.Span(at, (int)length)))
        {
            Messages(p, v.Part(at, (int)length), (int)offset, node, connection, stream, fromServer);
        }

        return at + (int)length;
    }

    /// <summary>Every whole message goes to TLS.</summary>
    static void Messages(Packet p, in View v, int offset, Node node, QuicConnection connection, QuicCryptoStream stream, bool fromServer)
    {
        while (stream.Ready.Length >= MessageHeader)
        {
            var ready = stream.Ready;
            int length = MessageHeader + ((ready[1] << 16) | (ready[2] << 8) | ready[3]);
            if (ready.Length < length)
            {
                return;
            }

            connection.HasServerHello |= fromServer && ready[0] == ServerHello;
            int first = stream.Taken;
            stream.Taken += length;
            if (p.WantsFields)
            {
                // A message of which this frame has all stays where it is.
                var message = first >= offset && v.Has(first - offset, length) ? v.Part(first - offset, length) : p.AddBuffer(ready[..length], "Reassembled QUIC CRYPTO");
                Message(p, message, node, connection.Tls);
            }
        }
    }

    static void Message(Packet p, in View v, Node node, TlsConnection connection)
    {
        bool wasFixed = p.ProtocolFixed;
        p.ProtocolFixed = true;
        p.Info.Freeze();
        try
        {
            TlsHandshake.DissectWithoutRecord(p, v, node, connection);
        }
        finally
        {
            p.Info.Thaw();
            p.ProtocolFixed = wasFixed;
        }
    }
}
