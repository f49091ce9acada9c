using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 8446 sections 4.3 to 4.6; RFC 5246 sections 7.4.2 to 7.4.9; RFC 8422 section 5 (ECC), RFC 4279 (PSK), RFC 5077 (tickets), RFC 6066 section 8, RFC 8879.

/// <summary>The handshake messages after the hellos.</summary>
static class TlsMessages
{
    /// <summary>Shows a message's body.</summary>
    public static void Dissect(Packet p, in View v, Node node, int type, TlsConnection connection, HandshakeFields f)
    {
        bool isModern = Tls.IsModern(connection.Version);
        switch (type)
        {
            case TlsHandshake.NewSessionTicket:
                Ticket(p, v, p.AddText(node, v, 0, v.Captured, "TLS Session Ticket"), isModern, f);
                break;
            case TlsHandshake.EncryptedExtensions:
                var outcome = TlsExtensions.Dissect(p, v, 0, node, f, type);
                connection.Alpn = outcome.Alpn ?? connection.Alpn;
                break;
            case TlsHandshake.Certificate:
                Certificates(p, v, node, isModern, f);
                break;
            case TlsHandshake.ServerKeyExchange:
                ServerKey(p, v, node, connection, f);
                break;
            case TlsHandshake.CertificateRequest:
                Request(p, v, node, connection.Version, isModern, f);
                break;
            case TlsHandshake.CertificateVerify:
                int at = 0;
                if (HasSchemes(connection.Version))
                {
                    TlsExtensions.Scheme(p, v, 0, node, f);
                    at = 2;
                }

                p.Add(node, f.VerifyLength, v, at);
                p.Add(node, f.Verify, v, at + 2, v.U16(at));
                break;
            case TlsHandshake.ClientKeyExchange:
                ClientKey(p, v, node, connection, f);
                break;
            case TlsHandshake.Finished:
                p.Add(node, f.VerifyData, v, 0, v.Captured);
                break;
            case TlsHandshake.CertificateStatus:
                Status(p, v, node, f);
                break;
            case TlsHandshake.KeyUpdate:
                p.Add(node, f.KeyUpdate, v, 0);
                break;
            case TlsHandshake.CompressedCertificate:
                p.AddAll(node, v, 0, f.Compression, f.UncompressedLength, f.CompressedLength);
                p.Add(node, f.CompressedMessage, v, 8, (int)v.U24(5));
                break;
            default:
                break;
        }
    }

    /// <summary>The answer about a certificate's revocation.</summary>
    public static void Status(Packet p, in View v, Node node, HandshakeFields f)
    {
        p.Add(node, f.StatusType, v, 0);
        if (v.U8(0) == 1)
        {
            p.Add(node, f.OcspLength, v, 1);
            p.AddText(node, v, 4, (int)Math.Min(v.U24(1), (uint)v.CapturedFrom(4)), "OCSP Response");
            return;
        }

        p.Add(node, f.OcspListLength, v, 1);
        for (int at = 4; at + 3 <= v.Reported; at += 3 + (int)v.U24(at))
        {
            p.Add(node, f.OcspLength, v, at);
            p.AddText(node, v, at + 3, (int)Math.Min(v.U24(at), (uint)v.CapturedFrom(at + 3)), "OCSP Response");
        }
    }

    /// <summary>Signatures say their algorithm since TLS 1.2.</summary>
    static bool HasSchemes(int version) => version is 0x0303 or 0xfefd or 0xfefc || Tls.IsModern(version);

    static void Ticket(Packet p, in View v, Node node, bool isModern, HandshakeFields f)
    {
        uint lifetime = v.U32(0);
        var hint = p.Add(node, f.TicketLifetime, v, 0);
        p.AppendLabel(hint, $" second{(lifetime == 1 ? "" : "s")}");
        Duration(p, hint, lifetime);
        int at = 4;
        if (isModern)
        {
            p.AddAll(node, v, 4, f.TicketAgeAdd, f.TicketNonceLength);
            p.Add(node, f.TicketNonce, v, 9, v.U8(8));
            at = 9 + v.U8(8);
        }

        int length = v.U16(at);
        p.Add(node, f.TicketLength, v, at);
        p.Add(node, f.Ticket, v, at + 2, length);
        at += 2 + length;
        if (isModern && at < v.Reported)
        {
            TlsExtensions.Dissect(p, v, at, node, f, TlsHandshake.NewSessionTicket);
        }
    }

    /// <summary>A span of time as people say it, after the seconds: nothing for less than a minute.</summary>
    static void Duration(Packet p, Node node, uint seconds)
    {
        if (seconds < 60)
        {
            return;
        }

        string before = " (";
        Unit(seconds / 86400, "day");
        Unit(seconds / 3600 % 24, "hour");
        Unit(seconds / 60 % 60, "minute");
        Unit(seconds % 60, "second");
        p.AppendLabel(node, ")");

        void Unit(uint count, string name)
        {
            if (count > 0)
            {
                p.AppendLabel(node, $"{before}{count} {name}{(count == 1 ? "" : "s")}");
                before = ", ";
            }
        }
    }

    static void Certificates(Packet p, in View v, Node node, bool isModern, HandshakeFields f)
    {
        int at = 0;
        if (isModern)
        {
            at = Context(p, v, node, f);
        }

        int length = (int)v.U24(at);
        p.Add(node, f.CertificatesLength, v, at);
        at += 3;
        if (length == 0)
        {
            return;
        }

        var list = p.Add(node, f.Certificates, v, at, length);
        p.Label(list, $"Certificates ({length} bytes)");
        for (int end = at + length; at + 3 <= end;)
        {
            int one = (int)v.U24(at);
            p.Add(list, f.CertificateLength, v, at);
            var certificate = p.Add(list, f.Certificate, v, at + 3, one);
            if (p.WantsFields && one > 0)
            {
                X509.X509Certificate.Dissect(p, v.Part(at + 3, one), certificate);
            }

            at += 3 + one;
            if (isModern)
            {
                if (v.U16(at) > 0)
                {
                    TlsExtensions.Dissect(p, v, at, list, f, TlsHandshake.Certificate);
                }
                else
                {
                    p.Add(list, f.ExtensionsLength, v, at);
                }

                at += 2 + v.U16(at);
            }
        }
    }

    static int Context(Packet p, in View v, Node node, HandshakeFields f)
    {
        p.Add(node, f.ContextLength, v, 0);
        if (v.U8(0) > 0)
        {
            p.Add(node, f.Context, v, 1, v.U8(0));
        }

        return 1 + v.U8(0);
    }

    static void Request(Packet p, in View v, Node node, int version, bool isModern, HandshakeFields f)
    {
        if (isModern)
        {
            TlsExtensions.Dissect(p, v, Context(p, v, node, f), node, f, TlsHandshake.CertificateRequest);
            return;
        }

        int count = v.U8(0), at = 1 + count;
        p.Add(node, f.RequestTypesCount, v, 0);
        if (count > 0)
        {
            var types = p.Add(node, f.RequestTypes, v, 1, count);
            p.Label(types, $"Certificate types ({count} type{(count == 1 ? "" : "s")})");
            for (int i = 1; i <= count; i++)
            {
                p.Add(types, f.RequestType, v, i);
            }
        }

        if (HasSchemes(version))
        {
            at = TlsExtensions.Schemes(p, v, at, node, f);
        }

        int length = v.U16(at);
        p.Add(node, f.NamesLength, v, at);
        at += 2;
        if (length == 0)
        {
            return;
        }

        var names = p.Add(node, f.Names, v, at, length);
        p.Label(names, $"Distinguished Names ({length} byte{(length == 1 ? "" : "s")})");
        for (int end = at + length; at + 2 <= end; at += 2 + v.U16(at))
        {
            p.Add(names, f.NameLength, v, at);
            var name = p.Add(names, f.Name, v, at + 2, v.U16(at));
            if (p.WantsFields && v.U16(at) > 0)
            {
                X509.X509Certificate.DissectName(p, v.Part(at + 2, v.U16(at)), name);
            }
        }
    }

    static void ServerKey(Packet p, in View v, Node node, TlsConnection connection, HandshakeFields f)
    {
        string suite = f.Suite.Names!.Find((ulong)connection.CipherSuite) ?? "";
        int at;
        if (Is(suite, "TLS_ECDHE_") || Is(suite, "TLS_ECDH_anon"))
        {
            node = p.AddText(node, v, 0, v.Captured, "EC Diffie-Hellman Server Params");
            if (Is(suite, "TLS_ECDHE_PSK"))
            {
                at = Counted(p, v, 0, node, f.HintLength, f.Hint, 2);
            }
            else
            {
                at = 0;
            }

            p.Add(node, f.CurveType, v, at);
            if (v.U8(at) != 3)
            {
                return;
            }

            p.Add(node, f.NamedCurve, v, at + 1);
            at = Counted(p, v, at + 3, node, f.ServerPointLength, f.ServerPoint, 1);
        }
        else if (Is(suite, "TLS_DHE_") || Is(suite, "TLS_DH_anon"))
        {
            node = p.AddText(node, v, 0, v.Captured, "Diffie-Hellman Server Params");
            at = Is(suite, "TLS_DHE_PSK") ? Counted(p, v, 0, node, f.HintLength, f.Hint, 2) : 0;
            at = Counted(p, v, at, node, f.PrimeLength, f.Prime, 2);
            at = Counted(p, v, at, node, f.GeneratorLength, f.Generator, 2);
            at = Counted(p, v, at, node, f.ServerKeyLength, f.ServerKey, 2);
        }
        else if (Is(suite, "TLS_PSK_") || Is(suite, "TLS_RSA_PSK"))
        {
            Counted(p, v, 0, p.AddText(node, v, 0, v.Captured, "PSK Server Params"), f.HintLength, f.Hint, 2);
            return;
        }
        else if (Is(suite, "TLS_RSA_"))
        {
            node = p.AddText(node, v, 0, v.Captured, "RSA-EXPORT Server Params");
            at = Counted(p, v, 0, node, f.ModulusLength, f.Modulus, 2);
            at = Counted(p, v, at, node, f.ExponentLength, f.Exponent, 2);
        }
        else
        {
            return;
        }

        if (at + 2 >= v.Reported)
        {
            // Anonymous: nobody signs.
            return;
        }

        if (HasSchemes(connection.Version))
        {
            TlsExtensions.Scheme(p, v, at, node, f);
            at += 2;
        }

        Counted(p, v, at, node, f.SignatureLength, f.SignatureBytes, 2);
    }

    static void ClientKey(Packet p, in View v, Node node, TlsConnection connection, HandshakeFields f)
    {
        string suite = f.Suite.Names!.Find((ulong)connection.CipherSuite) ?? "";
        if (suite.Contains("_PSK_", StringComparison.Ordinal))
        {
            node = p.AddText(node, v, 0, v.Captured, "PSK Client Params");
            int at = Counted(p, v, 0, node, f.IdentityLength, f.Identity, 2);
            if (Is(suite, "TLS_RSA_PSK") && at < v.Reported)
            {
                Counted(p, v, at, node, f.PremasterLength, f.Premaster, 2);
            }
        }
        else if (Is(suite, "TLS_ECDH"))
        {
            Counted(p, v, 0, p.AddText(node, v, 0, v.Captured, "EC Diffie-Hellman Client Params"), f.ClientPointLength, f.ClientPoint, 1);
        }
        else if (Is(suite, "TLS_DH"))
        {
            Counted(p, v, 0, p.AddText(node, v, 0, v.Captured, "Diffie-Hellman Client Params"), f.ClientKeyLength, f.ClientKey, 2);
        }
        else if (Is(suite, "TLS_RSA_"))
        {
            node = p.AddText(node, v, 0, v.Captured, "RSA Encrypted PreMaster Secret");
            if (connection.Version == 0x0300)
            {
                // RFC 6101 section 5.6.7.1: SSL 3 leaves the length out.
                p.Add(node, f.Premaster, v, 0, v.Captured);
                return;
            }

            Counted(p, v, 0, node, f.PremasterLength, f.Premaster, 2);
        }
    }

    static bool Is(string suite, string beginning) => suite.StartsWith(beginning, StringComparison.Ordinal);

    /// <summary>Bytes with their length in front; returns the offset after them.</summary>
    static int Counted(Packet p, in View v, int at, Node node, Field lengthField, Field field, int size)
    {
        int length = (int)v.UInt(at, size);
        p.Add(node, lengthField, v, at, size);
        if (length > 0)
        {
            p.Add(node, field, v, at + size, length);
        }

        return at + size + length;
    }
}
