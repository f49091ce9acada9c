using System.Security.Cryptography;
using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Ssh;

// Specification: RFC 4253 sections 7.1 and 8 (Diffie-Hellman), RFC 4419 (group exchange), RFC 5656 section 4 and RFC 8731 (elliptic curves);
// host keys RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709. lists and numbers are a length (32) and their bytes.

/// <summary>The messages that agree on algorithms and keys.</summary>
sealed class SshKeyExchange(Protocol P)
{
    const int LongestList = 32768;

    readonly (Field Length, Field Names)[] lists =
    [
        .. new[]
        {
            "kex_algorithms",
            "server_host_key_algorithms",
            "encryption_algorithms_client_to_server",
            "encryption_algorithms_server_to_client",
            "mac_algorithms_client_to_server",
            "mac_algorithms_server_to_client",
            "compression_algorithms_client_to_server",
            "compression_algorithms_server_to_client",
            "languages_client_to_server",
            "languages_server_to_client",
        }.Select(name => (P.UInt32($"ssh.{name}_length", $"{name} length"), P.String($"ssh.{name}", $"{name} string"))),
    ];

    readonly Field cookie = P.Bytes("ssh.cookie", "Cookie");
    readonly Field follows = P.UInt8("ssh.first_kex_packet_follows", "First KEX Packet Follows");
    readonly Field reserved = P.Bytes("ssh.kex.reserved", "Reserved");
    readonly Field hasshList = P.String("ssh.kex.hassh_algorithms", "hasshAlgorithms");
    readonly Field hassh = P.String("ssh.kex.hassh", "hassh");
    readonly Field hasshServerList = P.String("ssh.kex.hasshserver_algorithms", "hasshServerAlgorithms");
    readonly Field hasshServer = P.String("ssh.kex.hasshserver", "hasshServer");
    readonly Field numberLength = P.UInt32("ssh.mpint_length", "Multi Precision Integer Length");
    readonly Field clientE = P.Bytes("ssh.dh.e", "DH client e");
    readonly Field serverF = P.Bytes("ssh.dh.f", "DH server f");
    readonly Field groupMin = P.UInt32("ssh.dh_gex.min", "DH GEX Min");
    readonly Field groupBits = P.UInt32("ssh.dh_gex.nbits", "DH GEX Number of Bits");
    readonly Field groupMax = P.UInt32("ssh.dh_gex.max", "DH GEX Max");
    readonly Field groupP = P.Bytes("ssh.dh_gex.p", "DH GEX modulus (P)");
    readonly Field groupG = P.Bytes("ssh.dh_gex.g", "DH GEX base (G)");
    readonly Field clientKey = P.Bytes("ssh.ecdh.q_c", "ECDH client's ephemeral public key (Q_C)");
    readonly Field clientKeyLength = P.UInt32("ssh.ecdh.q_c_length", "ECDH client's ephemeral public key length");
    readonly Field serverKey = P.Bytes("ssh.ecdh.q_s", "ECDH server's ephemeral public key (Q_S)");
    readonly Field serverKeyLength = P.UInt32("ssh.ecdh.q_s_length", "ECDH server's ephemeral public key length");
    readonly Field hostKeyLength = P.UInt32("ssh.host_key.length", "Host key length");
    readonly Field hostTypeLength = P.UInt32("ssh.host_key.type_length", "Host key type length");
    readonly Field hostType = P.String("ssh.host_key.type", "Host key type");
    readonly Field hostData = P.Bytes("ssh.host_key.data", "Host key data");
    readonly Field rsaN = P.Bytes("ssh.host_key.rsa.n", "RSA modulus (N)");
    readonly Field rsaE = P.Bytes("ssh.host_key.rsa.e", "RSA public exponent (e)");
    readonly Field[] dsaNumbers =
    [
        P.Bytes("ssh.host_key.dsa.p", "DSA prime modulus (p)"), P.Bytes("ssh.host_key.dsa.q", "DSA prime divisor (q)"),
        P.Bytes("ssh.host_key.dsa.g", "DSA subgroup generator (g)"), P.Bytes("ssh.host_key.dsa.y", "DSA public key (y)"),
    ];

    readonly Field curveIdLength = P.UInt32("ssh.host_key.ecdsa.id_length", "ECDSA elliptic curve identifier length");
    readonly Field curveId = P.String("ssh.host_key.ecdsa.id", "ECDSA elliptic curve identifier");
    readonly Field curveKeyLength = P.UInt32("ssh.host_key.ecdsa.q_length", "ECDSA public key length");
    readonly Field curveKey = P.Bytes("ssh.host_key.ecdsa.q", "ECDSA public key (Q)");
    readonly Field edwardsLength = P.UInt32("ssh.host_key.eddsa.key_length", "EdDSA public key length");
    readonly Field edwardsKey = P.Bytes("ssh.host_key.eddsa.key", "EdDSA public key");
    readonly Field signatureLength = P.UInt32("ssh.host_sig.length", "Host signature length");
    readonly Field signatureTypeLength = P.UInt32("ssh.host_sig.type_length", "Host signature type length");
    readonly Field signatureType = P.String("ssh.host_sig.type", "Host signature type");
    readonly Field signatureData = P.Bytes("ssh.host_sig.data", "Host signature data");
    readonly Field signatureRsa = P.Bytes("ssh.host_sig.rsa", "RSA signature");
    readonly Field signatureDsa = P.Bytes("ssh.host_sig.dsa", "DSA signature");

    readonly Expert notDecoded = P.Expert("ssh.packet_decode.error", Severity.Warning, ExpertGroup.Protocol, "Packet decoded length not equal to packet length");

    /// <summary>The algorithms that a side offers.</summary>
    public void Init(Packet p, in View v, Node exchange, SshSession session, SshPeer peer, bool fromServer)
    {
        const int CookieLength = 16, Methods = 0, Ciphers = 2, Macs = 4, Compressions = 6;
        int at = 6;
        var node = p.AddText(exchange, v, at, v.CapturedFrom(at), "Algorithms");
        p.Add(node, cookie, v, at, CookieLength);
        at += CookieLength;
        Span<(int At, int Length)> places = stackalloc (int, int)[lists.Length];
        for (int i = 0; i < lists.Length; i++)
        {
            int length = (int)Math.Min(v.U32(at), LongestList);
            p.Add(node, lists[i].Length, v, at);
            v.Ensure(at + 4, length);
            p.Add(node, lists[i].Names, v, at + 4, length);
            places[i] = (at + 4, length);
            at += 4 + length;
        }

        p.Add(node, follows, v, at);
        p.Add(node, reserved, v, at + 1, 4);

        int side = fromServer ? 1 : 0;
        if (peer.Offer is null)
        {
            var bytes = v.Bytes;
            peer.Offer = new(Text(bytes, places[Methods]), Text(bytes, places[Ciphers]), Text(bytes, places[Compressions]), Text(bytes, places[Macs]));
            session.Choose();
        }

        if (p.WantsFields)
        {
            // hassh: methods, then ciphers, MACs and compressions of the sender's direction, with semicolons between; and its MD5.
            string all = string.Join(';', Text(v.Bytes, places[Methods]), Text(v.Bytes, places[Ciphers + side]), Text(v.Bytes, places[Macs + side]), Text(v.Bytes, places[Compressions + side]));
            p.Generated(p.AddString(node, fromServer ? hasshServerList : hasshList, v, 0, 0, all));
            p.Generated(p.AddString(node, fromServer ? hasshServer : hassh, v, 0, 0, Fingerprint(all)));
        }

        static string Text(ReadOnlySpan<byte> bytes, (int At, int Length) place) => SshOffer.Text(bytes.Slice(place.At, place.Length));
    }

#pragma warning disable CA5351 // hassh is defined with MD5; nothing is protected by it.
    static string Fingerprint(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));
#pragma warning restore CA5351

    /// <summary>The numbers and keys of the method's own messages.</summary>
    public void Values(Packet p, in View v, Node node, SshKex kex, int code)
    {
        int at = 6;
        switch (kex, code)
        {
            case (SshKex.EllipticCurve, 30):
                Value(p, v, node, at, clientKeyLength, clientKey);
                break;
            case (SshKex.EllipticCurve, 31):
                at = HostKey(p, v, node, at);
                at = Value(p, v, node, at, serverKeyLength, serverKey);
                Signature(p, v, node, at);
                break;
            case (SshKex.GroupExchange, 34):
                p.AddAll(node, v, at, groupMin, groupBits, groupMax);
                break;
            case (SshKex.GroupExchange, 30):
                p.Add(node, groupBits, v, at);
                break;
            case (SshKex.GroupExchange, 31):
                at = Value(p, v, node, at, numberLength, groupP);
                Value(p, v, node, at, numberLength, groupG);
                break;
            case (SshKex.GroupExchange, 32):
            case (SshKex.None or SshKex.DiffieHellman, 30):
                Value(p, v, node, at, numberLength, clientE);
                break;
            case (SshKex.GroupExchange, 33):
            case (SshKex.None or SshKex.DiffieHellman, 31):
                at = HostKey(p, v, node, at);
                at = Value(p, v, node, at, numberLength, serverF);
                Signature(p, v, node, at);
                break;
            default:
                break;
        }
    }

    static int Value(Packet p, in View v, Node node, int at, Field length, Field value)
    {
        int bytes = Size(v, at);
        p.Add(node, length, v, at);
        p.Add(node, value, v, at + 4, bytes);
        return at + 4 + bytes;
    }

    static int Size(in View v, int at)
    {
        uint length = v.U32(at);
        v.Ensure(at + 4, (int)Math.Min(length, int.MaxValue));
        return (int)length;
    }

    int HostKey(Packet p, in View v, Node parent, int at)
    {
        int length = Size(v, at), end = at + 4 + length, typeLength = Size(v, at + 4);
        var type = v.Span(at + 8, typeLength);
        var node = p.AddText(parent, v, at, 4 + length, $"KEX host key (type: {type})");
        p.Add(node, hostKeyLength, v, at);
        p.Add(node, hostTypeLength, v, at + 4);
        p.Add(node, hostType, v, at + 8, typeLength);
        at += 8 + typeLength;
        if (type.SequenceEqual("ssh-rsa"u8))
        {
            at = Value(p, v, node, at, numberLength, rsaE);
            Value(p, v, node, at, numberLength, rsaN);
        }
        else if (type.SequenceEqual("ssh-dss"u8))
        {
            foreach (var number in dsaNumbers)
            {
                at = Value(p, v, node, at, numberLength, number);
            }
        }
        else if (type.StartsWith("ecdsa-sha2-"u8))
        {
            at = Value(p, v, node, at, curveIdLength, curveId);
            Value(p, v, node, at, curveKeyLength, curveKey);
        }
        else if (type.StartsWith("ssh-ed"u8))
        {
            Value(p, v, node, at, edwardsLength, edwardsKey);
        }
        else if (end > at)
        {
            p.Add(node, hostData, v, at, end - at);
        }

        return end;
    }

    void Signature(Packet p, in View v, Node parent, int at)
    {
        int length = Size(v, at), end = at + 4 + length, typeLength = Size(v, at + 4);
        var type = v.Span(at + 8, typeLength);
        var node = p.AddText(parent, v, at, 4 + length, $"KEX host signature (type: {type})");
        var lengthNode = p.Add(node, signatureLength, v, at);
        p.Add(node, signatureTypeLength, v, at + 4);
        p.Add(node, signatureType, v, at + 8, typeLength);
        at += 8 + typeLength;
        if (type.SequenceEqual("ssh-rsa"u8))
        {
            Value(p, v, node, at, numberLength, signatureRsa);
        }
        else if (type.SequenceEqual("ssh-dss"u8))
        {
            Value(p, v, node, at, numberLength, signatureDsa);
        }
        else
        {
            // The wording is Wireshark's, to the letter.
            p.Expert(lengthNode, notDecoded, v, 0, 0, $"Decoded {8 + typeLength} bytes, but packet legnth is {length} bytes");
            if (end > at && !type.StartsWith("ecdsa-sha2-"u8) && !type.StartsWith("ssh-ed"u8))
            {
                p.Add(node, signatureData, v, at, end - at);
            }
        }
    }
}
