using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Tls;

namespace Wiretale.Dissection.Protocols.Application.Quic;

/// <summary>Levels of protection (RFC 9001 section 2.1).</summary>
enum QuicLevel : byte
{
    Initial, Handshake, Application, Early,
}

/// <summary>What one side of a connection has sent, and what opens it.</summary>
sealed class QuicSide
{
    /// <summary>Streams whose bytes are put together at a time.</summary>
    const int MostStreams = 256;

    /// <summary>Packet number spaces: 0-RTT and 1-RTT share one (RFC 9000 section 12.3).</summary>
    const int Spaces = 3;

    readonly QuicMemory memory;
    readonly QuicByteStream[] crypto;
    readonly ulong[] largest = new ulong[Spaces];
    readonly QuicSecret?[] secrets = new QuicSecret?[4];
    readonly Dictionary<ulong, QuicByteStream> streams = [];
    QuicKeys? initial;

    /// <param name="memory">What all streams of a run hold together.</param>
    public QuicSide(QuicMemory memory)
    {
        this.memory = memory;
        crypto = [.. Enumerable.Range(0, Spaces).Select(_ => new QuicByteStream(memory))];
    }

    /// <summary>Largest packet number so far.</summary>
    public ref ulong Largest(QuicLevel level) => ref largest[SpaceOf(level)];

    /// <summary>What the CRYPTO frames of a level have brought.</summary>
    public QuicByteStream Crypto(QuicLevel level) => crypto[SpaceOf(level)];

    static int SpaceOf(QuicLevel level) => Math.Min((int)level, Spaces - 1);

    /// <summary>A stream's bytes.</summary>
    public QuicByteStream Stream(ulong id)
    {
        if (!streams.TryGetValue(id, out var stream))
        {
            if (streams.Count >= MostStreams)
            {
                foreach (ulong other in streams.Keys.ToArray())
                {
                    EndStream(other);
                }
            }

            streams.Add(id, stream = new(memory));
        }

        return stream;
    }

    /// <summary>The stream has ended.</summary>
    public void EndStream(ulong id)
    {
        if (streams.Remove(id, out var stream))
        {
            stream.Release();
        }
    }

    /// <summary>Keys of Initial packets.</summary>
    public QuicKeys InitialKeys(QuicConnection connection, bool fromServer, QuicConnections owner)
    {
        if (initial is null)
        {
            Span<byte> id = stackalloc byte[ConnectionId.Limit];
            initial = QuicKeys.Initial(connection.Version, id[..connection.Initial.CopyTo(id)], fromServer);
            owner.HasKeys(connection);
        }

        return initial;
    }

    /// <summary>What opens a level above Initial; null without a secret in a key log.</summary>
    public QuicSecret? Secret(Packet p, QuicConnection connection, QuicLevel level, bool fromServer)
    {
        ref var known = ref secrets[(int)level];
        if (known is not null)
        {
            return known;
        }

        var log = p.Engine.Shared<TlsSecrets>();
        string? label = (level, fromServer) switch
        {
            (QuicLevel.Handshake, false) => "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            (QuicLevel.Handshake, true) => "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            (QuicLevel.Application, false) => "CLIENT_TRAFFIC_SECRET_0",
            (QuicLevel.Application, true) => "SERVER_TRAFFIC_SECRET_0",
            (QuicLevel.Early, false) => "CLIENT_EARLY_TRAFFIC_SECRET",
            _ => null,
        };
        if (label is null || !log.Load(p, Tls.Tls.KeyLogFile))
        {
            return null;
        }

        // Draft implementations wrote their own names for the same.
        var secret = log.Find(label, connection.Tls.ClientRandom) ?? log.Find("QUIC_" + label, connection.Tls.ClientRandom);
        if (secret is null)
        {
            log.Failed();
            return null;
        }

        // What protects early data was agreed on in another connection: the secret's length tells the hash, and AES is what everybody offers first.
        int suite = level == QuicLevel.Early ? secret.Length > 32 ? 0x1302 : 0x1301 : connection.Tls.CipherSuite;
        return suite < 0 ? null : known = new(connection.Version, suite, secret);
    }

    /// <summary>Lets the keys go; they can be made again.</summary>
    public void Forget()
    {
        initial?.Dispose();
        initial = null;
        foreach (var secret in secrets)
        {
            secret?.Forget();
        }
    }
}

/// <summary>A traffic secret, its keys and, after key updates (RFC 9001 section 6), those that came of it.</summary>
sealed class QuicSecret
{
    readonly uint version;
    readonly int suite;
    readonly byte[] first;
    byte[] current;
    QuicKeys? before, now, after;

    /// <param name="version">Version of the connection: each has labels of its own.</param>
    /// <param name="suite">Cipher suite that TLS agreed on.</param>
    /// <param name="secret">As the key log has it.</param>
    public QuicSecret(uint version, int suite, byte[] secret)
    {
        (this.version, this.suite) = (version, suite);
        first = current = secret;
    }

    /// <summary>The key phase of <see cref="now"/>.</summary>
    public bool Phase { get; private set; }

    /// <summary>The keys in force; null for a suite that is not known here.</summary>
    public QuicKeys? Keys => now ??= QuicKeys.OfSecret(version, suite, current, first);

    /// <summary>Tries what may fit a packet of a key phase; another phase than the last means newer keys, or a packet that came late.</summary>
    public bool TryOpen(bool phase, ulong number, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher, Span<byte> plain)
    {
        if (phase == Phase)
        {
            return Keys?.TryOpen(number, associated, cipher, plain) == true;
        }

        var next = QuicKeys.Next(version, suite, current);
        after ??= QuicKeys.OfSecret(version, suite, next, first);
        if (after?.TryOpen(number, associated, cipher, plain) == true)
        {
            before?.Dispose();
            (before, now, after, current, Phase) = (now, after, null, next, phase);
            return true;
        }

        return before?.TryOpen(number, associated, cipher, plain) == true;
    }

    /// <summary>Lets the keys go.</summary>
    public void Forget()
    {
        before?.Dispose();
        now?.Dispose();
        after?.Dispose();
        before = now = after = null;
    }
}
