using System.Buffers;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 8446 section 4, RFC 5246 section 7.4.
//
//   0      1           4
//   +------+-----------+------------
//   | type | length    | body ...
//   +------+-----------+------------

/// <summary>Handshake messages, from the records that carry them.</summary>
static class TlsHandshake
{
    const int Header = 4;
    internal const int ClientHello = 1, ServerHello = 2, HelloVerifyRequest = 3, NewSessionTicket = 4, EndOfEarlyData = 5, EncryptedExtensions = 8, Certificate = 11, ServerKeyExchange = 12, CertificateRequest = 13, ServerHelloDone = 14,
        CertificateVerify = 15, ClientKeyExchange = 16, Finished = 20, CertificateStatus = 22, KeyUpdate = 24, CompressedCertificate = 25;

    /// <summary>The Server Hello that is a Hello Retry Request says so by this random value (RFC 8446 section 4.1.3).</summary>
    static ReadOnlySpan<byte> RetryRandom =>
    [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
        0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ];

    /// <summary>Whether a number is a handshake message's.</summary>
    public static bool IsMessage(int type) => Tls.Fields.Type.Names!.Find((ulong)type) is not null;

    /// <summary>The messages in one record; one that goes on is kept for the next record.</summary>
    public static void DissectFragment(Packet p, in View v, Node record, TlsConnection connection, TlsDirection direction, HandshakeFields fields, string version)
    {
        if (direction.Handshake.WrittenCount > 0)
        {
            Continue(p, v, record, connection, direction, fields, version);
            return;
        }

        DissectMessages(p, v, record, connection, direction, fields, version);
    }

    /// <summary>Every whole message; the rest is kept.</summary>
    static void DissectMessages(Packet p, in View v, Node record, TlsConnection connection, TlsDirection direction, HandshakeFields fields, string version)
    {
        int at = 0;
        bool several = false;
        while (at < v.Reported)
        {
            int type = v.U8(at);
            int length = v.Has(at, Header) ? (int)v.U24(at + 1) : 0;
            string? name = fields.Type.Names!.Find((uint)type);
            if (direction.IsEncrypted || name is null || length > TlsDirection.HandshakeLimit)
            {
                if (!several)
                {
                    Encrypted(p, v, at, record, fields, version);
                }

                // Encrypted bytes may claim anything.
                if (!direction.IsEncrypted && name is not null && (type == ClientHello || connection.HasServerHello))
                {
                    p.Expert(record, Tls.MessageTooLong, v, at, v.CapturedFrom(at));
                }

                return;
            }

            if (Header + length > v.ReportedFrom(at))
            {
                Keep(p, v, at, record, direction, name, version);
                return;
            }

            // A malformed message may be the last thing that is said.
            p.Label(record, $"{version} Record Layer: Handshake Protocol: {(several ? "Multiple Handshake Messages" : name)}");
            DissectMessage(p, v.Part(at, Header + length), record, connection, fields, ref name);
            TlsDecryption.AfterMessage(p, connection, direction, type);
            if (!several)
            {
                p.Label(record, $"{version} Record Layer: Handshake Protocol: {name}");
            }

            several = true;
            at += Header + length;
        }
    }

    static void Continue(Packet p, in View v, Node record, TlsConnection connection, TlsDirection direction, HandshakeFields fields, string version)
    {
        var kept = direction.Handshake;
        kept.Write(v.Bytes);
        var whole = kept.WrittenSpan;
        int needed = whole.Length < Header ? Header : Header + ((whole[1] << 16) | (whole[2] << 8) | whole[3]);
        if (whole.Length < needed && whole.Length < TlsDirection.HandshakeLimit)
        {
            p.Info.AppendAfter(", ", fields.Type.Names!.Find(whole[0]) ?? "Encrypted Handshake Message");
            p.Label(record, $"{version} Record Layer: Handshake Protocol: {fields.Type.Names!.Find(whole[0])} (fragment)");
            return;
        }

        var buffer = p.AddBuffer(whole, "Reassembled TLS Handshake");
        kept.ResetWrittenCount();
        DissectMessages(p, buffer, record, connection, direction, fields, version);
    }

    static void Keep(Packet p, in View v, int at, Node record, TlsDirection direction, string name, string version)
    {
        if (!p.IsQuoted)
        {
            direction.Handshake.Write(v.Bytes[at..]);
        }

        p.Info.AppendAfter(", ", name);
        p.Label(record, $"{version} Record Layer: Handshake Protocol: {name} (fragment)");
    }

    static void Encrypted(Packet p, in View v, int at, Node record, HandshakeFields fields, string version)
    {
        p.Info.AppendAfter(", ", "Encrypted Handshake Message");
        p.Label(record, $"{version} Record Layer: Handshake Protocol: Encrypted Handshake Message");
        p.Label(p.Add(record, fields.Handshake, v, at, v.CapturedFrom(at)), $"Handshake Protocol: Encrypted Handshake Message");
    }

    /// <summary>Whole messages without a record around them, as QUIC carries them (RFC 9001 section 4.1.3); the columns stay as they are.</summary>
    public static void DissectWithoutRecord(Packet p, in View v, Node parent, TlsConnection connection)
    {
        var fields = Tls.Fields;
        var record = p.Open(Tls.P, v, parent);
        for (int at = 0; at + Header <= v.Captured;)
        {
            string? name = fields.Type.Names!.Find(v.U8(at));
            if (name is null)
            {
                Encrypted(p, v, at, record, fields, "TLSv1.3");
                return;
            }

            int length = Header + (int)v.U24(at + 1);
            DissectMessage(p, v.Part(at, length), record, connection, fields, ref name);
            p.Label(record, $"TLSv1.3 Record Layer: Handshake Protocol: {(at == 0 ? name : "Multiple Handshake Messages")}");
            at += length;
        }
    }

    static void DissectMessage(Packet p, in View v, Node record, TlsConnection connection, HandshakeFields fields, ref string name)
    {
        int type = v.U8(0);
        bool isRetry = IsRetry(v, type, Header);
        name = isRetry ? "Hello Retry Request" : name;
        p.Info.AppendAfter(", ", name);
        var node = p.Add(record, fields.Handshake, v, 0, v.Captured);
        p.Label(node, $"Handshake Protocol: {name}");
        p.Add(node, fields.Type, v, 0);
        p.Add(node, fields.Length, v, 1);
        DissectBody(p, v.From(Header), node, type, isRetry, connection, fields);
    }

    /// <summary>Whether a message is a Server Hello that is a Hello Retry Request.</summary>
    /// <param name="header">Bytes before the message's body.</param>
    public static bool IsRetry(in View v, int type, int header) =>
        type == ServerHello && v.Has(header + 2, 32) && v.Span(header + 2, 32).SequenceEqual(RetryRandom);

    /// <summary>The body of a message, the same over TCP and UDP.</summary>
    public static void DissectBody(Packet p, in View v, Node node, int type, bool isRetry, TlsConnection connection, HandshakeFields fields)
    {
        switch (type)
        {
            case ClientHello:
                Learn(p, connection, fromServer: false);
                TlsHello.DissectClient(p, v, node, connection, fields);
                break;
            case ServerHello:
                Learn(p, connection, fromServer: true);
                TlsHello.DissectServer(p, v, node, connection, fields, isRetry);
                break;
            default:
                connection.HasServerHelloDone |= type == ServerHelloDone;
                TlsMessages.Dissect(p, v, node, type, connection, fields);
                break;
        }
    }

    /// <summary>A hello tells which endpoint is the server; a new one begins a new negotiation.</summary>
    static void Learn(Packet p, TlsConnection connection, bool fromServer)
    {
        bool fromA = p.Conversation!.IsFromA(p.NetworkSource, p.SourcePort);
        connection.ServerIsA = fromA == fromServer;
    }
}
