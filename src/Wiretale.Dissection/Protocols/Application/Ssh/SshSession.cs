using System.Text;

namespace Wiretale.Dissection.Protocols.Application.Ssh;

/// <summary>What is remembered of a connection.</summary>
sealed class SshSession
{
    public readonly SshPeer Client = new(), Server = new();

    /// <summary>The port that was asked for; 0 before the first packet.</summary>
    public uint ServerPort;

    /// <summary>The protocol's version, as the client's line decides it; 0 before.</summary>
    public int Version;

    /// <summary>The frame with the key of version 1's client, after which everything is encrypted; 0 before.</summary>
    public int KeyFrame;

    /// <summary>What both offers lead to (RFC 4253 section 7.1); null while one of them was not seen.</summary>
    public string? Method;
    public SshKex Kex;

    /// <summary>Whether new keys follow from an exchange that a key log could open: then packets are shown without their bytes.</summary>
    public bool IsNegotiated;

    public bool IsSharable => Kex is SshKex.DiffieHellman or SshKex.EllipticCurve && IsKnownCipher(Cipher);

    public string Cipher { get; private set; } = "";

    public string MethodText { get; private set; } = "";

    public string CipherText { get; private set; } = "";

    /// <summary>Chooses once both sides have said what they can do.</summary>
    public void Choose()
    {
        if (Client.Offer is not { } client || Server.Offer is not { } server)
        {
            return;
        }

        Method = First(client.Methods, server.Methods);
        Kex = Method.StartsWith("diffie-hellman-group-exchange", StringComparison.Ordinal) ? SshKex.GroupExchange
            : Method.StartsWith("diffie-hellman-group", StringComparison.Ordinal) ? SshKex.DiffieHellman
            : Method.StartsWith("ecdh-", StringComparison.Ordinal) || Method.StartsWith("curve25519", StringComparison.Ordinal) ? SshKex.EllipticCurve : SshKex.None;
        Cipher = First(client.Ciphers, server.Ciphers);
        MethodText = $" (method:{Method})";
        string mac = First(client.Macs, server.Macs) == "hmac-sha2-256" && !Cipher.Contains('@', StringComparison.Ordinal) ? "mac:hmac-sha2-256 " : "";
        CipherText = $" (encryption:{Cipher} {mac}compression:{First(client.Compressions, server.Compressions)})";
    }

    /// <summary>The first of the client's that the server has, too.</summary>
    static string First(string client, string server) => Array.Find(client.Split(','), server.Split(',').Contains) ?? "";

    static bool IsKnownCipher(string name) =>
        name is "chacha20-poly1305@openssh.com" or "aes128-gcm@openssh.com" or "aes256-gcm@openssh.com" || (name.StartsWith("aes", StringComparison.Ordinal) && (name.EndsWith("-cbc", StringComparison.Ordinal) || name.EndsWith("-ctr", StringComparison.Ordinal)));
}

/// <summary>One side of a connection.</summary>
sealed class SshPeer
{
    /// <summary>Packets sent, for their sequence number (RFC 4253 section 6.4).</summary>
    public uint Packets;

    /// <summary>Whether its packets are encrypted from here on.</summary>
    public bool HasKeys;

    public SshOffer? Offer;
}

/// <summary>What of a side's algorithm lists decides.</summary>
sealed record SshOffer(string Methods, string Ciphers, string Compressions, string Macs)
{
    /// <summary>Names are ASCII (RFC 4251 section 6).</summary>
    public static string Text(ReadOnlySpan<byte> names) => Encoding.ASCII.GetString(names);
}
