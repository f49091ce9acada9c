using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 8446 section 4.1.2 and 4.1.3; RFC 5246 section 7.4.1.

/// <summary>Client Hello and Server Hello.</summary>
static class TlsHello
{
    /// <summary>The body of a Client Hello.</summary>
    public static void DissectClient(Packet p, in View v, Node node, TlsConnection connection, HandshakeFields f)
    {
        if (v.Has(2, 32))
        {
            v.Span(2, 32).CopyTo(connection.ClientRandom);
        }

        connection.HasEarlyData = false;
        int at = VersionRandomSession(p, v, node, f, hasTime: !Tls.IsModern(connection.Version), isRetry: false);
        if (f.SrtpProfile is not null)
        {
            // RFC 6347 section 4.2.1.
            int cookie = v.U8(at);
            p.Add(node, f.CookieLength, v, at++);
            if (cookie > 0)
            {
                p.Add(node, f.Cookie, v, at, cookie);
                at += cookie;
            }
        }

        int first = at;
        if (!TlsVector.Head(p, v, ref at, node, f.SuitesLength, f, 2, out int suites))
        {
            return;
        }

        var list = p.Add(node, f.Suites, v, at, suites);
        p.Label(list, $"Cipher Suites ({suites / 2} suite{(suites == 2 ? "" : "s")})");
        int end = at + suites;
        for (; at + 2 <= end; at += 2)
        {
            p.Add(list, f.Suite, v, at);
        }

        TlsVector.End(p, v, ref at, end, list, f);

        if (!TlsVector.Head(p, v, ref at, node, f.MethodsLength, f, 1, out int methods))
        {
            return;
        }

        list = p.Add(node, f.Methods, v, at, methods);
        p.Label(list, $"Compression Methods ({methods} method{(methods == 1 ? "" : "s")})");
        for (end = at + methods; at < end; at++)
        {
            p.Add(list, f.Method, v, at);
        }

        if (at < v.Reported)
        {
            var outcome = TlsExtensions.Dissect(p, v, at, node, f, TlsHandshake.ClientHello);
            connection.HasEarlyData = outcome.HasEarlyData;
        }

        Ja3.Client(p, v, first, node, f);
    }

    /// <summary>The body of a Server Hello or Hello Retry Request; the connection learns version and suite from it.</summary>
    public static void DissectServer(Packet p, in View v, Node node, TlsConnection connection, HandshakeFields f, bool isRetry)
    {
        int version = v.U16(0), session = v.U8(34);
        int chosen = TlsExtensions.ChosenVersion(v, 35 + session + 3);
        connection.Version = Tls.IsModern(chosen) ? chosen : version;
        bool isModern = Tls.IsModern(connection.Version);
        p.SetProtocol(Tls.ShortName(connection.Version));
        v.Span(2, 32).CopyTo(connection.ServerRandom);
        if (version is (>= 0x7f0e and <= 0x7f15))
        {
            // Drafts before 22 had no session and no compression.
            DissectDraftServer(p, v, node, connection, f);
            return;
        }

        int at = VersionRandomSession(p, v, node, f, hasTime: !isModern, isRetry);
        connection.CipherSuite = v.U16(at);
        p.Add(node, f.Suite, v, at);
        p.Add(node, f.Method, v, at + 2);
        connection.EncryptsThenMac = false;
        if (at + 3 < v.Reported)
        {
            var outcome = TlsExtensions.Dissect(p, v, at + 3, node, f, TlsHandshake.ServerHello);
            connection.Alpn = outcome.Alpn;
            connection.EncryptsThenMac = outcome.EncryptsThenMac;
        }

        connection.Client.IsEncrypted = connection.Server.IsEncrypted = false;
        if (!isRetry)
        {
            connection.HasServerHello = true;
            connection.HasServerHelloDone = false;
            TlsDecryption.AfterServerHello(p, connection);
        }

        Ja3.Server(p, v, at, node, f);
    }

    static void DissectDraftServer(Packet p, in View v, Node node, TlsConnection connection, HandshakeFields f)
    {
        p.Add(node, f.Version, v, 0);
        p.Add(node, f.Random, v, 2, 32);
        connection.CipherSuite = v.U16(34);
        p.Add(node, f.Suite, v, 34);
        if (v.Reported > 36)
        {
            TlsExtensions.Dissect(p, v, 36, node, f, TlsHandshake.ServerHello);
        }
    }

    static int VersionRandomSession(Packet p, in View v, Node node, HandshakeFields f, bool hasTime, bool isRetry)
    {
        p.Add(node, f.Version, v, 0);
        var random = p.Add(node, f.Random, v, 2, 32);
        if (isRetry)
        {
            p.AppendLabel(random, " (HelloRetryRequest magic)");
        }
        else if (hasTime)
        {
            p.Add(random, f.RandomTime, v, 2, 4);
            p.Add(random, f.RandomBytes, v, 6, 28);
        }

        int session = v.U8(34);
        p.Add(node, f.SessionIdLength, v, 34);
        if (session > 0)
        {
            p.Add(node, f.SessionId, v, 35, session);
        }

        return 35 + session;
    }
}
