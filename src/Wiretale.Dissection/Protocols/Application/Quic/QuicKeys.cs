using System.Buffers.Binary;
using System.Security.Cryptography;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 9001 section 5 and 6; RFC 9369 section 3.3 (version 2).

/// <summary>Keys of one side on one level: they open payloads and headers.</summary>
sealed class QuicKeys : IDisposable
{
    /// <summary>Bytes of an authentication tag at the end of every packet.</summary>
    public const int Tag = 16;

    /// <summary>Bytes that a header's protection is made from.</summary>
    public const int Sample = 16;

    const int Iv = 12, InitialSuite = 0x1301, Aes256 = 0x1302, ChaCha = 0x1303, Ccm = 0x1304;

    readonly IDisposable payload;
    readonly Aes? header;
    readonly byte[] iv, headerKey;

    QuicKeys(uint version, int suite, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> headerSecret)
    {
        bool two = QuicVersions.IsTwo(version);
        int length = KeyLength(suite);
        byte[] key = Expand(suite, secret, two ? "quicv2 key"u8 : "quic key"u8, length);
        iv = Expand(suite, secret, two ? "quicv2 iv"u8 : "quic iv"u8, Iv);
        headerKey = Expand(suite, headerSecret, two ? "quicv2 hp"u8 : "quic hp"u8, length);
        payload = suite switch { ChaCha => new ChaCha20Poly1305(key), Ccm => new AesCcm(key), _ => new AesGcm(key, Tag) };
        if (suite != ChaCha)
        {
            header = Aes.Create();
            header.SetKey(headerKey);
        }
    }

    /// <summary>Keys of Initial packets: everybody can make them from the client's first Destination Connection ID (RFC 9001 section 5.2).</summary>
    public static QuicKeys Initial(uint version, ReadOnlySpan<byte> connectionId, bool fromServer)
    {
        Span<byte> initial = stackalloc byte[SHA256.HashSizeInBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, connectionId, Salt(version), initial);
        byte[] secret = Expand(InitialSuite, initial, fromServer ? "server in"u8 : "client in"u8, initial.Length);
        return new(version, InitialSuite, secret, secret);
    }

    /// <summary>Keys from a traffic secret of TLS; null for a suite that is not known here.</summary>
    /// <param name="first">The secret before any key update: the header's key stays (RFC 9001 section 6).</param>
    public static QuicKeys? OfSecret(uint version, int suite, byte[] secret, byte[] first) =>
        suite is >= InitialSuite and <= Ccm && secret.Length == HashLength(suite) ? new(version, suite, secret, first) : null;

    /// <summary>The secret after a key update (RFC 9001 section 6.1).</summary>
    public static byte[] Next(uint version, int suite, byte[] secret) =>
        Expand(suite, secret, QuicVersions.IsTwo(version) ? "quicv2 ku"u8 : "quic ku"u8, secret.Length);

    /// <summary>The mask that hides the first byte and the packet number (RFC 9001 section 5.4.3 and 5.4.4).</summary>
    public void HeaderMask(ReadOnlySpan<byte> sample, Span<byte> mask)
    {
        if (header is not null)
        {
            header.EncryptEcb(sample[..Sample], mask, PaddingMode.None);
        }
        else
        {
            ChaCha20.Block(headerKey, sample[..Sample], mask);
        }
    }

    /// <summary>Decrypts a payload, its tag at the end, into <paramref name="plain"/>; false when the tag is not right.</summary>
    public bool TryOpen(ulong number, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[Iv];
        iv.CopyTo(nonce);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]) ^ number);
        try
        {
            switch (payload)
            {
                case AesGcm aes:
                    aes.Decrypt(nonce, cipher[..^Tag], cipher[^Tag..], plain, associated);
                    break;
                case AesCcm aes:
                    aes.Decrypt(nonce, cipher[..^Tag], cipher[^Tag..], plain, associated);
                    break;
                case ChaCha20Poly1305 chacha:
                    chacha.Decrypt(nonce, cipher[..^Tag], cipher[^Tag..], plain, associated);
                    break;
            }

            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        payload.Dispose();
        header?.Dispose();
    }

    /// <summary>Whether the tag of a Retry packet is right for the connection ID that the client first chose (RFC 9001 section 5.8); null when the version has none.</summary>
    public static bool? CheckRetry(uint version, ReadOnlySpan<byte> original, ReadOnlySpan<byte> packet)
    {
        int draft = QuicVersions.Draft(version);
        if (draft < 25 || packet.Length < Tag || packet.Length > 2048)
        {
            return null;
        }

        ReadOnlySpan<byte> key = draft switch
        {
            <= 28 => [0x4d, 0x32, 0xec, 0xdb, 0x2a, 0x21, 0x33, 0xc8, 0x41, 0xe4, 0x04, 0x3d, 0xf2, 0x7d, 0x44, 0x30],
            <= 32 => [0xcc, 0xce, 0x18, 0x7e, 0xd0, 0x9a, 0x09, 0xd0, 0x57, 0x28, 0x15, 0x5a, 0x6c, 0xb9, 0x6b, 0xe1],
            <= 34 => [0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e],
            _ => [0x8f, 0xb4, 0xb0, 0x1b, 0x56, 0xac, 0x48, 0xe2, 0x60, 0xfb, 0xcb, 0xce, 0xad, 0x7c, 0xcc, 0x92],
        };
        ReadOnlySpan<byte> nonce = draft switch
        {
            <= 28 => [0x4d, 0x16, 0x11, 0xd0, 0x55, 0x13, 0xa5, 0x52, 0xc5, 0x87, 0xd5, 0x75],
            <= 32 => [0xe5, 0x49, 0x30, 0xf9, 0x7f, 0x21, 0x36, 0xf0, 0x53, 0x0a, 0x8c, 0x1c],
            <= 34 => [0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb],
            _ => [0xd8, 0x69, 0x69, 0xbc, 0x2d, 0x7c, 0x6d, 0x99, 0x90, 0xef, 0xb0, 0x4a],
        };
        Span<byte> associated = stackalloc byte[1 + 20 + 2048];
        associated[0] = (byte)original.Length;
        original.CopyTo(associated[1..]);
        packet[..^Tag].CopyTo(associated[(1 + original.Length)..]);
        Span<byte> tag = stackalloc byte[Tag];
        using var gcm = new AesGcm(key, Tag);
        gcm.Encrypt(nonce, [], [], tag, associated[..(1 + original.Length + packet.Length - Tag)]);
        return tag.SequenceEqual(packet[^Tag..]);
    }

    static ReadOnlySpan<byte> Salt(uint version) => version switch
    {
        QuicVersions.GoogleQ050 => [0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b, 0x45],
        QuicVersions.GoogleT050 => [0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10],
        QuicVersions.GoogleT051 => [0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d],
        QuicVersions.TwoDraft00 or QuicVersions.TwoDraft =>
            [0xa7, 0x07, 0xc2, 0x03, 0xa5, 0x9b, 0x47, 0x18, 0x4a, 0x1d, 0x62, 0xca, 0x57, 0x04, 0x06, 0xea, 0x7a, 0xe3, 0xe5, 0xd3],
        QuicVersions.Two => [0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9],
        _ => QuicVersions.Draft(version) switch
        {
            > 0 and <= 22 => [0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x2a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x49, 0x0a],
            > 0 and <= 28 => [0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02],
            > 0 and <= 32 => [0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99],
            _ => [0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a],
        },
    };

    static int KeyLength(int suite) => suite is Aes256 or ChaCha ? 32 : 16;

    static int HashLength(int suite) => suite == Aes256 ? SHA384.HashSizeInBytes : SHA256.HashSizeInBytes;

    /// <summary>TLS 1.3's HKDF-Expand-Label with an empty context (RFC 8446 section 7.1).</summary>
    static byte[] Expand(int suite, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, int length)
    {
        ReadOnlySpan<byte> prefix = "tls13 "u8;
        Span<byte> info = stackalloc byte[32];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)length);
        info[2] = (byte)(prefix.Length + label.Length);
        prefix.CopyTo(info[3..]);
        label.CopyTo(info[(3 + prefix.Length)..]);
        int used = 3 + prefix.Length + label.Length;
        info[used] = 0;
        var output = new byte[length];
        HKDF.Expand(suite == Aes256 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256, secret, output, info[..(used + 1)]);
        return output;
    }
}
