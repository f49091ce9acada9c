using System.Buffers;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

/// <summary>What TLS remembers of a connection: its version, what each side has switched on, handshake messages that go on in the next record.</summary>
sealed class TlsConnection
{
    /// <summary>Version in force (0x0303 for TLS 1.2), 0x0002 for SSL 2, or 0 while none is known.</summary>
    public int Version { get; set; }

    /// <summary>What the client's bytes have led to.</summary>
    public TlsDirection Client { get; } = new();

    /// <summary>What the server's bytes have led to.</summary>
    public TlsDirection Server { get; } = new();

    /// <summary>One of the two.</summary>
    public TlsDirection Direction(bool fromServer) => fromServer ? Server : Client;

    /// <summary>Whether the server agreed to authenticate the encrypted bytes (RFC 7366).</summary>
    public bool EncryptsThenMac { get; set; }

    /// <summary>The protocol inside, once decrypted bytes have shown it.</summary>
    public Dissector? Application { get; set; }

    /// <summary>Cipher suite that the server chose, or -1.</summary>
    public int CipherSuite { get; set; } = -1;

    /// <summary>The application protocol that the hellos agreed on, or null.</summary>
    public string? Alpn { get; set; }

    /// <summary>The client's random value; what secrets in a key log are found by.</summary>
    public byte[] ClientRandom { get; } = new byte[32];

    /// <summary>The server's random value.</summary>
    public byte[] ServerRandom { get; } = new byte[32];

    /// <summary>Whether a server has said hello.</summary>
    public bool HasServerHello { get; set; }

    /// <summary>Whether the server went through a full handshake after its hello (RFC 5246 section 7.3).</summary>
    public bool HasServerHelloDone { get; set; }

    /// <summary>Whether the client announced early data.</summary>
    public bool HasEarlyData { get; set; }

    /// <summary>Whether the server is the endpoint that opened the conversation's record (port roles swapped); null while nobody said hello.</summary>
    public bool? ServerIsA { get; set; }
}

/// <summary>One direction of a <see cref="TlsConnection"/>.</summary>
sealed class TlsDirection
{
    /// <summary>Bytes of an unfinished handshake message that are kept; a certificate chain is far smaller.</summary>
    public const int HandshakeLimit = 1 << 18;

    /// <summary>Whether the side has sent Change Cipher Spec: what follows is encrypted.</summary>
    public bool IsEncrypted { get; set; }

    /// <summary>What opens the side's records; null without keys.</summary>
    public TlsCipher? Cipher { get; set; }

    /// <summary>Decrypted bytes of an application's message that goes on in later records.</summary>
    public ArrayBufferWriter<byte> Pending { get; } = new();

    /// <summary>Length that the message in <see cref="Pending"/> has at least.</summary>
    public int PendingNeeded { get; set; }

    /// <summary>Decrypted bytes that the application has taken.</summary>
    public uint Position { get; set; } = 1;

    /// <summary>The beginning of a handshake message that goes on in the next record; empty when there is none.</summary>
    public ArrayBufferWriter<byte> Handshake { get; } = new();
}
