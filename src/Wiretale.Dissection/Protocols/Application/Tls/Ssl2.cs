using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: The SSL Protocol (Hickman, 1995) section 1; RFC 5246 appendix E.2 for the Client Hello that newer clients sent in its form.
//
//   0          2      3           5
//   +----------+------+-----------+------
//   | 1 length | type | version   | ...          two-byte header, no padding; three bytes with padding when the top bit is clear
//   +----------+------+-----------+------

/// <summary>SSL 2.0 records.</summary>
static class Ssl2
{
    static Ssl2Fields F => Tls.Ssl2Fields;

    /// <summary>SSL 2.0's number of itself.</summary>
    public const int Version = 0x0002;

    const int Error = 0, ClientHello = 1, MasterKey = 2, ServerHello = 4;

    /// <summary>Whether a Client Hello in SSL 2's form begins here, for whatever version it offers.</summary>
    public static bool IsClientHello(in View v, int at) =>
        v.Has(at, 5) && (v.U8(at) & 0x80) != 0 && v.U8(at + 2) == 1 && (v.U16(at + 3) is Version or (>= 0x0300 and <= 0x0304));

    /// <summary>Whether a record with an unencrypted handshake message of SSL 2 may begin here: those have no padding.</summary>
    public static bool LooksLike(in View v, int at) => v.Has(at, 3) && (v.U8(at) & 0x80) != 0 && v.U8(at + 2) is (Error or ClientHello or MasterKey or ServerHello);

    /// <summary>Dissects a record and returns the offset after it; negative when it goes on in a later segment.</summary>
    public static int Dissect(Packet p, in View v, int at, Node tree, TlsConnection connection)
    {
        int first = v.U8(at);
        int header = (first & 0x80) != 0 ? 2 : 3;
        int length = v.U16(at) & (header == 2 ? 0x7fff : 0x3fff);
        int missing = header + length - v.ReportedFrom(at);
        if (missing > 0 && p.Stream is { CanWait: true })
        {
            p.Stream.NeedMore(at, missing);
            return -1;
        }

        int type = v.U8(at + header);
        if (connection.Version == 0 && type is >= 2 and <= 8)
        {
            connection.Version = Version;
        }

        p.SetProtocol("SSLv2");
        string? name = IsPlain(v, at + header, length) ? F.Type.Names!.Find((ulong)type) : null;
        var record = p.AddText(tree, v, at, Math.Min(header + length, v.CapturedFrom(at)), $"SSLv2 Record Layer: {name ?? "Encrypted Data"}");
        p.Info.AppendAfter(", ", name ?? "Encrypted Data");
        p.Generated(p.AddUInt(record, F.RecordVersion, v, at, 0, Version));
        if (name is null)
        {
            return at + header + length;
        }

        p.AddUInt(record, F.Length, v, at, header, (uint)length);
        p.Add(record, F.Type, v, at + header);
        switch (type)
        {
            case ClientHello:
                DissectClientHello(p, v.From(at + header + 1), record);
                break;
            case ServerHello:
                DissectServerHello(p, v.From(at + header + 1), record);
                break;
            default:
                DissectMasterKey(p, v.From(at + header + 1), record);
                break;
        }

        return at + header + length;
    }

    /// <summary>Whether the message makes sense; once both sides have the key, nothing does. Only these three are sent in the clear.</summary>
    static bool IsPlain(in View v, int at, int length) => v.U8(at) switch
    {
        ClientHello => v.Has(at + 1, 2) && IsKnownVersion(v.U16(at + 1)),
        ServerHello => v.Has(at + 3, 2) && IsKnownVersion(v.U16(at + 3)),
        MasterKey => v.Has(at + 4, 6) && v.U16(at + 4) + v.U16(at + 6) + v.U16(at + 8) <= length,
        _ => false,
    };

    static bool IsKnownVersion(int version) => version is Version or (>= 0x0300 and <= 0x0303);

    static void DissectClientHello(Packet p, in View v, Node node)
    {
        int suites = v.U16(2), session = v.U16(4), challenge = v.U16(6);
        p.AddAll(node, v, 0, F.HandshakeVersion, F.SpecLength, F.SessionLength, F.ChallengeLength);
        var list = p.AddText(node, v, 8, suites, $"Cipher Specs ({suites / 3} specs)");
        int at = 8;
        for (int end = at + suites; at + 3 <= end; at += 3)
        {
            p.Add(list, F.Spec, v, at);
        }

        if (session > 0)
        {
            p.Add(node, F.Session, v, at, session);
            at += session;
        }

        if (challenge > 0)
        {
            p.Add(node, F.Challenge, v, at, challenge);
        }
    }

    static void DissectServerHello(Packet p, in View v, Node node)
    {
        int certificate = v.U16(4), suites = v.U16(6), connection = v.U16(8);
        p.AddAll(node, v, 0, F.SessionHit, F.CertificateType, F.HandshakeVersion);
        p.Add(node, F.CertificateLength, v, 4, 2);
        p.AddAll(node, v, 6, F.SpecLength, F.ConnectionLength);
        int at = 10;
        if (certificate > 0)
        {
            p.AddText(node, v, at, Math.Min(certificate, v.CapturedFrom(at)), "Certificate");
            at += certificate;
        }

        var list = p.AddText(node, v, at, Math.Min(suites, v.CapturedFrom(at)), $"Cipher Specs ({suites / 3} specs)");
        for (int end = at + suites; at + 3 <= end; at += 3)
        {
            p.Add(list, F.Spec, v, at);
        }

        if (connection > 0)
        {
            p.Add(node, F.Connection, v, at, connection);
        }
    }

    static void DissectMasterKey(Packet p, in View v, Node node)
    {
        int clear = v.U16(3), encrypted = v.U16(5), argument = v.U16(7);
        p.AddAll(node, v, 0, F.Spec, F.ClearLength, F.EncryptedLength, F.ArgumentLength);
        int at = 9;
        Part(p, v, node, F.ClearData, ref at, clear);
        Part(p, v, node, F.EncryptedKey, ref at, encrypted);
        Part(p, v, node, F.Argument, ref at, argument);
    }

    static void Part(Packet p, in View v, Node node, Field field, ref int at, int length)
    {
        if (length > 0)
        {
            p.Add(node, field, v, at, length);
            at += length;
        }
    }
}

/// <summary>The fields of SSL 2.</summary>
sealed class Ssl2Fields(Protocol p)
{
    public readonly Field RecordVersion = p.UInt16("tls.record.version", "Version", FieldBase.Hex, ValueNames.Of(() => TlsNames.Versions), blurb: "Record layer version");
    public readonly Field HandshakeVersion = p.UInt16("tls.handshake.version", "Version", FieldBase.Hex, ValueNames.Of(() => TlsNames.Versions), blurb: "Maximum version supported by client");
    public readonly Field SpecLength = p.UInt16("tls.handshake.cipher_spec_len", "Cipher Spec Length", blurb: "Length of cipher specs field");
    public readonly Field Spec = p.UInt24("tls.handshake.cipherspec", "Cipher Spec", FieldBase.Hex, ValueNames.Of(() => TlsNames.Ssl2CipherSpecs), blurb: "Cipher specification");
    public readonly Field SessionLength = p.UInt16("tls.handshake.session_id_length", "Session ID Length", blurb: "Length of session ID field");
    public readonly Field Session = p.Bytes("tls.handshake.session_id", "Session ID", blurb: "Identifies the SSL session, allowing later resumption");
    public readonly Field ChallengeLength = p.UInt16("tls.handshake.challenge_length", "Challenge Length", blurb: "Length of challenge field");
    public readonly Field Challenge = p.Label("tls.handshake.challenge", "Challenge", "Challenge data used to authenticate server");
    public readonly Field SessionHit = p.Flag("tls.handshake.session_id_hit", "Session ID Hit", blurb: "Did the server find the client's Session ID?");
    public readonly Field CertificateType = p.UInt8("tls.handshake.cert_type", "Certificate Type", names: ValueNames.Of(() => [(0, "N/A"), (1, "X.509 Certificate")]));
    public readonly Field CertificateLength = p.UInt24("tls.handshake.certificate_length", "Certificate Length", blurb: "Length of certificate");
    public readonly Field ConnectionLength = p.UInt16("tls.handshake.connection_id_length", "Connection ID Length", blurb: "Length of connection ID");
    public readonly Field Connection = p.Label("tls.handshake.connection_id", "Connection ID", "Server's challenge to client");
    public readonly Field ClearLength = p.UInt16("tls.handshake.clear_key_length", "Clear Key Data Length", blurb: "Length of clear key data");
    public readonly Field EncryptedLength = p.UInt16("tls.handshake.encrypted_key_length", "Encrypted Key Data Length", blurb: "Length of encrypted key data");
    public readonly Field ArgumentLength = p.UInt16("tls.handshake.key_arg_length", "Key Argument Length", blurb: "Length of key argument");
    public readonly Field ClearData = p.Label("tls.handshake.clear_key_data", "Clear Key Data", "Clear portion of MASTER-KEY");
    public readonly Field EncryptedKey = p.Label("tls.handshake.encrypted_key", "Encrypted Key", "Secret portion of MASTER-KEY encrypted to server");
    public readonly Field Argument = p.Label("tls.handshake.key_arg", "Key Argument", "Key Argument (e.g., Initialization Vector)");
    public readonly Field Length = p.UInt16("tls.record.length", "Length", blurb: "Length of SSL record data");
    public readonly Field Type = p.UInt8("tls.handshake.type", "Handshake Message Type", names: ValueNames.Of(() => TlsNames.Ssl2HandshakeTypes), blurb: "SSLv2 handshake message type");
}
