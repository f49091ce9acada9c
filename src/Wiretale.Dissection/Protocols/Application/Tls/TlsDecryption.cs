using System.Buffers;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

/// <summary>Opens records when the run has the connection's secrets, and hands what was inside on.</summary>
static class TlsDecryption
{
    /// <summary>Bytes of an application's unfinished message that are kept.</summary>
    const int MessageLimit = 1 << 24;

    /// <summary>After a Server Hello of TLS 1.3: both sides go on with the handshake's traffic secrets (RFC 8446 section 7.3).</summary>
    public static void AfterServerHello(Packet p, TlsConnection connection)
    {
        connection.Client.Cipher = connection.Server.Cipher = null;
        connection.Application = null;
        connection.Client.Pending.ResetWrittenCount();
        connection.Server.Pending.ResetWrittenCount();
        if (!Tls.IsModern(connection.Version) || Secrets(p) is not { } secrets)
        {
            return;
        }

        connection.Client.Cipher = Cipher(secrets, connection, "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
        connection.Server.Cipher = Cipher(secrets, connection, "SERVER_HANDSHAKE_TRAFFIC_SECRET");
        if (connection.Server.Cipher is null)
        {
            secrets.Failed();
        }
    }

    /// <summary>After Change Cipher Spec of TLS 1.2: the side's keys come from the master secret.</summary>
    public static void AfterChangeCipherSpec(Packet p, TlsConnection connection, bool fromServer)
    {
        if (connection.Version != 0x0303 || !connection.HasServerHello || Secrets(p) is not { } secrets)
        {
            return;
        }

        string suite = Tls.Fields.Suite.Names!.Find((ulong)connection.CipherSuite) ?? "";
        if (secrets.Find("CLIENT_RANDOM", connection.ClientRandom) is not { Length: 48 } master)
        {
            secrets.Failed();
            return;
        }

        if (TlsCipher.OfMasterSecret(suite, master, connection.ClientRandom, connection.ServerRandom, connection.EncryptsThenMac) is { } ciphers)
        {
            connection.Direction(fromServer).Cipher = fromServer ? ciphers.Server : ciphers.Client;
        }
    }

    /// <summary>After Finished of TLS 1.3 the side goes on with its application traffic secret; after Key Update with the one after.</summary>
    public static void AfterMessage(Packet p, TlsConnection connection, TlsDirection direction, int type)
    {
        if (direction.Cipher is not { } cipher || !Tls.IsModern(connection.Version) || Secrets(p) is not { } secrets)
        {
            return;
        }

        if (type == TlsHandshake.Finished)
        {
            direction.Cipher = Cipher(secrets, connection, direction == connection.Server ? "SERVER_TRAFFIC_SECRET_0" : "CLIENT_TRAFFIC_SECRET_0");
        }
        else if (type == TlsHandshake.KeyUpdate)
        {
            direction.Cipher = cipher.Next(connection.CipherSuite);
        }
    }

    /// <summary>Opens a record.</summary>
    /// <param name="type">Content type; replaced by the real one that TLS 1.3 hides inside.</param>
    /// <param name="plain">What was inside, as a buffer of the packet.</param>
    public static bool TryOpen(Packet p, in View v, TlsConnection connection, TlsDirection direction, int version, ref int type, out View plain)
    {
        plain = v;
        bool isModern = Tls.IsModern(connection.Version);
        if (direction.Cipher is not { } cipher || v.Captured < v.Reported || (isModern && type != Tls.ApplicationData) || p.IsQuoted)
        {
            return false;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(v.Captured, 16));
        int length = cipher.Open(type, version, v.Bytes, bytes);
        var secrets = p.Engine.Shared<TlsSecrets>();
        if (isModern && length > 0)
        {
            // RFC 8446 section 5.2: content, its type, zeros.
            int last = bytes.AsSpan(0, length).LastIndexOfAnyExcept((byte)0);
            type = last < 0 ? 0 : bytes[last];
            length = last;
        }

        if (length < 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            secrets.Failed();
            return false;
        }

        secrets.Opened();
        plain = p.AddBuffer(bytes, length, "Decrypted TLS", content: type == Tls.ApplicationData ? BufferContent.TlsApplicationData : BufferContent.TlsRecord);
        return true;
    }

    /// <summary>Hands decrypted bytes to the application protocol; what it asks to wait for is kept until it is there.</summary>
    /// <returns>False when nobody knows the protocol.</returns>
    public static bool HandOff(Packet p, in View v, Node parent, TlsConnection connection, TlsDirection direction)
    {
        connection.Application ??= Find(p, v, connection);
        if (connection.Application is not { } application)
        {
            p.CallData(v, parent);
            return false;
        }

        var pending = direction.Pending;
        bool continues = pending.WrittenCount > 0;
        if (continues)
        {
            pending.Write(v.Bytes);
            if (pending.WrittenCount < direction.PendingNeeded && pending.WrittenCount < MessageLimit)
            {
                Segment(p);
                return true;
            }
        }

        var whole = continues ? p.AddBuffer(pending.WrittenSpan, "Reassembled TLS") : v;
        Deliver(p, whole, parent, application, direction, continues, canWait: whole.Captured < MessageLimit);
        return true;
    }

    /// <summary>The side closes: what waited for more is all there will be.</summary>
    public static void Close(Packet p, Node parent, TlsConnection connection, TlsDirection direction)
    {
        if (connection.Application is { } application && direction.Pending.WrittenCount > 0)
        {
            var whole = p.AddBuffer(direction.Pending.WrittenSpan, "Reassembled TLS");

            // The record that closes keeps its own columns; the message stands in the tree.
            p.Info.Freeze();
            Deliver(p, whole, parent, application, direction, isReassembled: true, canWait: false);
            p.Info.Thaw();
        }
    }

    static void Deliver(Packet p, in View v, Node parent, Dissector application, TlsDirection direction, bool isReassembled, bool canWait)
    {
        var outer = p.Stream;
        var context = new StreamContext { CanWait = canWait, IsLast = !canWait, IsFromFirst = outer?.IsFromFirst ?? false, IsReassembled = isReassembled, Position = direction.Position, Tree = outer?.Tree ?? Node.None };
        p.Stream = context;
        direction.PendingNeeded = 0;
        try
        {
            p.CallGuarded(application, v, parent);
        }
        finally
        {
            p.Stream = outer;
        }

        int from = context.Missing != 0 && canWait ? Math.Clamp(context.Offset, 0, v.Captured) : v.Captured;
        direction.Position += (uint)from;
        var rest = v.Bytes[from..].ToArray();
        direction.Pending.ResetWrittenCount();
        if (rest.Length > 0)
        {
            direction.Pending.Write(rest);
            direction.PendingNeeded = context.Missing switch
            {
                StreamContext.OneMoreSegment => 0,
                StreamContext.UntilEnd => int.MaxValue,
                _ => rest.Length + context.Missing,
            };
            if (from == 0)
            {
                Segment(p);
                return;
            }
        }

        p.Info.Fence();
    }

    static void Segment(Packet p)
    {
        p.Info.Set("[TLS segment of a reassembled PDU]"u8);
    }

    static Dissector? Find(Packet p, in View v, TlsConnection connection)
    {
        uint port = connection.ServerIsA is { } serverIsA ? serverIsA ? p.Conversation!.PortA : p.Conversation!.PortB : Math.Min(p.SourcePort, p.DestinationPort);
        if (connection.Alpn is null && p.Engine.Find(Tls.Ports, port) is { } claimed)
        {
            return claimed;
        }

        // As tshark's heuristics do: HTTP is known by how it begins, whatever the port.
        string? name = connection.Alpn ?? (v.Bytes.StartsWith(Http2.Http2.Preface) ? "http2" : null) ?? TlsApplication.ByPort(port)
            ?? (TlsApplication.IsHttp(v.Bytes) ? "http" : null);
        return name is null ? null : Catalog.Find(name);
    }

    static TlsCipher? Cipher(TlsSecrets secrets, TlsConnection connection, string label) =>
        secrets.Find(label, connection.ClientRandom) is { } secret ? TlsCipher.OfTrafficSecret(connection.CipherSuite, secret) : null;

    static TlsSecrets? Secrets(Packet p)
    {
        var secrets = p.Engine.Shared<TlsSecrets>();
        return secrets.Load(p, Tls.KeyLogFile) ? secrets : null;
    }
}
