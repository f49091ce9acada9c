using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 8446 section 4.1.2 and 4.1.3; RFC 5246 section 7.4.1.

/// <summary>Client Hello and Server Hello.</summary>
static class TlsHello
{
    /// <summary>The body of a Client Hello.</summary>
    public static void DissectClient(Packet p, in View v, Node node, HandshakeFields f)
    {
        int at = VersionRandomSession(p, v, node, f);
        if (f.Prefix == "dtls")
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

        int suites = v.U16(at);
        p.Add(node, f.SuitesLength, v, at);
        at += 2;
        var list = p.Add(node, f.Suites, v, at, suites);
        p.Label(list, $"Cipher Suites ({suites / 2} suite{(suites == 2 ? "" : "s")})");
        for (int end = at + suites; at + 2 <= end; at += 2)
        {
            p.Add(list, f.Suite, v, at);
        }

        int methods = v.U8(at);
        p.Add(node, f.MethodsLength, v, at++);
        list = p.Add(node, f.Methods, v, at, methods);
        p.Label(list, $"Compression Methods ({methods} method{(methods == 1 ? "" : "s")})");
        for (int end = at + methods; at < end; at++)
        {
            p.Add(list, f.Method, v, at);
        }

        if (at < v.Reported)
        {
            TlsExtensions.Dissect(p, v, at, node, f, isServer: false);
        }
    }

    /// <summary>The body of a Server Hello; the connection learns version and suite from it.</summary>
    public static void DissectServer(Packet p, in View v, Node node, TlsConnection connection, HandshakeFields f)
    {
        int version = v.U16(0);
        int at = VersionRandomSession(p, v, node, f);
        connection.CipherSuite = v.U16(at);
        p.Add(node, f.Suite, v, at);
        p.Add(node, f.Method, v, at + 2);
        at += 3;
        int chosen = at < v.Reported ? TlsExtensions.Dissect(p, v, at, node, f, isServer: true) : 0;
        connection.Version = chosen != 0 ? chosen : version;
        connection.Client.IsEncrypted = connection.Server.IsEncrypted = false;
        p.SetProtocol(Tls.ShortName(connection.Version));
    }

    static int VersionRandomSession(Packet p, in View v, Node node, HandshakeFields f)
    {
        p.Add(node, f.Version, v, 0);
        var random = p.Add(node, f.Random, v, 2, 32);
        p.Add(random, f.RandomTime, v, 2, 4);
        p.Add(random, f.RandomBytes, v, 6, 28);
        int session = v.U8(34);
        p.Add(node, f.SessionIdLength, v, 34);
        if (session > 0)
        {
            p.Add(node, f.SessionId, v, 35, session);
        }

        return 35 + session;
    }
}
