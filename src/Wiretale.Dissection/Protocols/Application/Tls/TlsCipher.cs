using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 5246 section 6.2.3 and RFC 5288, 7905, 7366 (TLS 1.2); RFC 8446 section 5.2 and 7 (TLS 1.3).

/// <summary>Opens the protected records of one direction.</summary>
sealed class TlsCipher
{
    const int TagLength = 16, ShortTagLength = 8, NonceLength = 12;

    enum Kind
    {
        AesGcm, AesCcm, ShortCcm, ChaCha20, AesCbc,
    }

    readonly Kind kind;
    readonly bool isModern, encryptThenMac;
    readonly HashAlgorithmName hash;
    readonly byte[] key, iv, macKey;
    byte[] secret = [];
    ulong sequence;

    TlsCipher(Kind kind, bool isModern, HashAlgorithmName hash, byte[] key, byte[] iv, byte[] macKey, bool encryptThenMac)
    {
        this.kind = kind;
        this.isModern = isModern;
        this.hash = hash;
        this.key = key;
        this.iv = iv;
        this.macKey = macKey;
        this.encryptThenMac = encryptThenMac;
    }

    /// <summary>The cipher of TLS 1.3 that a traffic secret makes, or null when the suite is none of those known here.</summary>
    public static TlsCipher? OfTrafficSecret(int suite, byte[] secret)
    {
        var hash = suite == 0x1302 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        if (suite is not (>= 0x1301 and <= 0x1305) || secret.Length != (suite == 0x1302 ? 48 : 32))
        {
            return null;
        }

        var key = ExpandLabel(hash, secret, "key", suite is 0x1302 or 0x1303 ? 32 : 16);
        var kind = suite switch { 0x1303 => Kind.ChaCha20, 0x1304 => Kind.AesCcm, 0x1305 => Kind.ShortCcm, _ => Kind.AesGcm };
        return new(kind, isModern: true, hash, key, ExpandLabel(hash, secret, "iv", NonceLength), [], encryptThenMac: false) { secret = secret };
    }

    /// <summary>The cipher after a Key Update (RFC 8446 section 7.2).</summary>
    public TlsCipher? Next(int suite) => OfTrafficSecret(suite, ExpandLabel(hash, secret, "traffic upd", secret.Length));

    /// <summary>The ciphers of both directions of TLS 1.2 that a master secret makes, or null for suites not known here.</summary>
    public static (TlsCipher Client, TlsCipher Server)? OfMasterSecret(string suite, byte[] master, byte[] clientRandom, byte[] serverRandom, bool encryptThenMac)
    {
        Kind? found = suite.Contains("_GCM_", StringComparison.Ordinal) ? Kind.AesGcm
            : suite.EndsWith("_CCM", StringComparison.Ordinal) ? Kind.AesCcm : suite.EndsWith("_CCM_8", StringComparison.Ordinal) ? Kind.ShortCcm : suite.Contains("CHACHA20", StringComparison.Ordinal) ? Kind.ChaCha20
            : suite.Contains("AES_128_CBC", StringComparison.Ordinal) || suite.Contains("AES_256_CBC", StringComparison.Ordinal) ? Kind.AesCbc : null;
        if (found is not { } kind || !(kind == Kind.ChaCha20 || suite.Contains("_AES_", StringComparison.Ordinal)))
        {
            return null;
        }

        var prf = suite.EndsWith("SHA384", StringComparison.Ordinal) ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        var mac = suite.EndsWith("_SHA", StringComparison.Ordinal) ? HashAlgorithmName.SHA1 : prf;
        int macLength = kind != Kind.AesCbc ? 0 : mac == HashAlgorithmName.SHA1 ? 20 : mac == HashAlgorithmName.SHA256 ? 32 : 48;
        int keyLength = suite.Contains("AES_128", StringComparison.Ordinal) ? 16 : 32;
        int ivLength = kind switch { Kind.AesGcm or Kind.AesCcm or Kind.ShortCcm => 4, Kind.ChaCha20 => NonceLength, _ => 0 };

        // RFC 5246 section 6.3.
        var block = Prf(prf, master, "key expansion"u8, serverRandom, clientRandom, 2 * (macLength + keyLength + ivLength));
        int keys = 2 * macLength, ivs = keys + (2 * keyLength);
        return (Make(0), Make(1));

        TlsCipher Make(int side) => new(kind, isModern: false, mac, block[(keys + (side * keyLength))..(keys + ((side + 1) * keyLength))], block[(ivs + (side * ivLength))..(ivs + ((side + 1) * ivLength))],
            block[(side * macLength)..((side + 1) * macLength)], encryptThenMac);
    }

    /// <summary>Opens the next record.</summary>
    /// <param name="type">Content type in the record's header.</param>
    /// <param name="version">Version in the record's header.</param>
    /// <param name="fragment">What the record carries.</param>
    /// <param name="plain">At least as long as the fragment; filled from the beginning.</param>
    /// <returns>Length of the plain bytes, or -1 when the key does not fit.</returns>
    public int Open(int type, int version, ReadOnlySpan<byte> fragment, Span<byte> plain)
    {
        ulong number = sequence++;
        try
        {
            return kind == Kind.AesCbc ? OpenCbc(number, type, version, fragment, plain) : OpenAead(number, type, version, fragment, plain);
        }
        catch (CryptographicException)
        {
            return -1;
        }
    }

    int OpenAead(ulong number, int type, int version, ReadOnlySpan<byte> fragment, Span<byte> plain)
    {
        // RFC 5288 section 3 and RFC 6655 section 3: part of the nonce stands before the text.
        int explicitNonce = !isModern && kind != Kind.ChaCha20 ? 8 : 0, length = fragment.Length - explicitNonce - (kind == Kind.ShortCcm ? ShortTagLength : TagLength);
        if (length < 0)
        {
            return -1;
        }

        Span<byte> nonce = stackalloc byte[NonceLength];
        iv.CopyTo(nonce);
        if (explicitNonce > 0)
        {
            fragment[..8].CopyTo(nonce[4..]);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]) ^ number);
        }

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteUInt64BigEndian(header, number);
        header[8] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(header[9..], (ushort)version);
        BinaryPrimitives.WriteUInt16BigEndian(header[11..], (ushort)(isModern ? fragment.Length : length));
        var associated = isModern ? header[8..] : header;
        var sealedBytes = fragment.Slice(explicitNonce, length);
        var tag = fragment[(explicitNonce + length)..];
        if (kind == Kind.AesGcm)
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(nonce, sealedBytes, tag, plain[..length], associated);
        }
        else if (kind is Kind.AesCcm or Kind.ShortCcm)
        {
            using var aes = new AesCcm(key);
            aes.Decrypt(nonce, sealedBytes, tag, plain[..length], associated);
        }
        else
        {
            using var chacha = new ChaCha20Poly1305(key);
            chacha.Decrypt(nonce, sealedBytes, tag, plain[..length], associated);
        }

        return length;
    }

    int OpenCbc(ulong number, int type, int version, ReadOnlySpan<byte> fragment, Span<byte> plain)
    {
        int macLength = macKey.Length, covered = encryptThenMac ? fragment.Length - macLength : fragment.Length;
        if (covered < 32 || covered % 16 != 0)
        {
            return -1;
        }

        using var aes = Aes.Create();
        aes.Key = key;
        int length = aes.DecryptCbc(fragment[16..covered], fragment[..16], plain, PaddingMode.None);
        length -= plain[length - 1] + 1;
        if (length < (encryptThenMac ? 0 : macLength))
        {
            return -1;
        }

        // RFC 5246 section 6.2.3.1, or RFC 7366 section 3 where the code is over the encrypted bytes.
        int text = encryptThenMac ? length : length - macLength;
        var signed = encryptThenMac ? fragment[..covered] : plain[..text];
        using var code = IncrementalHash.CreateHMAC(hash, macKey);
        Span<byte> header = stackalloc byte[13], computed = stackalloc byte[64];
        BinaryPrimitives.WriteUInt64BigEndian(header, number);
        header[8] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(header[9..], (ushort)version);
        BinaryPrimitives.WriteUInt16BigEndian(header[11..], (ushort)signed.Length);
        code.AppendData(header);
        code.AppendData(signed);
        int written = code.GetHashAndReset(computed);
        var expected = encryptThenMac ? fragment[covered..] : plain.Slice(text, macLength);
        return computed[..written].SequenceEqual(expected) ? text : -1;
    }

    /// <summary>RFC 8446 section 7.1.</summary>
    static byte[] ExpandLabel(HashAlgorithmName hash, byte[] secret, string label, int length)
    {
        Span<byte> info = stackalloc byte[4 + 6 + label.Length];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)length);
        info[2] = (byte)(6 + label.Length);
        "tls13 "u8.CopyTo(info[3..]);
        System.Text.Encoding.ASCII.GetBytes(label, info[9..]);
        info[^1] = 0;
        var result = new byte[length];
        HKDF.Expand(hash, secret, result, info);
        return result;
    }

    /// <summary>RFC 5246 section 5.</summary>
    static byte[] Prf(HashAlgorithmName hash, byte[] secret, ReadOnlySpan<byte> label, byte[] first, byte[] second, int length)
    {
        byte[] seed = [.. label, .. first, .. second];
        var result = new byte[length];
        byte[] a = seed;
        for (int at = 0; at < length;)
        {
            a = Code(a, []);
            var part = Code(a, seed);
            int take = Math.Min(part.Length, length - at);
            part.AsSpan(0, take).CopyTo(result.AsSpan(at));
            at += take;
        }

        return result;

        byte[] Code(byte[] one, byte[] two)
        {
            using var code = IncrementalHash.CreateHMAC(hash, secret);
            code.AppendData(one);
            code.AppendData(two);
            return code.GetHashAndReset();
        }
    }
}
