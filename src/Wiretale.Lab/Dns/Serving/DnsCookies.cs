using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>Server cookies that many servers could share: RFC 9018, with SipHash-2-4 over client's cookie, time and address.</summary>
sealed class DnsCookies(byte[] secret, TimeProvider clock)
{
    /// <summary>Bytes of the client's part.</summary>
    public const int ClientLength = 8;

    /// <summary>Bytes of both parts.</summary>
    public const int Length = 24;

    // RFC 9018 section 4.3: good for an hour, or five minutes ahead of us; renewed after half an hour.
    const int LongestAge = 3600, RenewAge = 1800, FurthestAhead = 300;

    readonly ulong key0 = BinaryPrimitives.ReadUInt64LittleEndian(secret), key1 = BinaryPrimitives.ReadUInt64LittleEndian(secret.AsSpan(8));

    /// <summary>With a secret of its own.</summary>
    public DnsCookies(TimeProvider clock)
        : this(RandomNumberGenerator.GetBytes(16), clock)
    {
    }

    /// <summary>Writes the cookies that an answer has, and says whether the question had one of ours.</summary>
    /// <param name="given">The cookies of the question.</param>
    /// <param name="address">The client's address, 4 or 16 bytes.</param>
    /// <param name="cookies">Where 24 bytes go.</param>
    public bool Write(ReadOnlySpan<byte> given, ReadOnlySpan<byte> address, Span<byte> cookies)
    {
        uint now = (uint)clock.GetUtcNow().ToUnixTimeSeconds();
        bool isGood = false;
        if (given.Length == Length && given[ClientLength] == 1)
        {
            int age = (int)(now - BinaryPrimitives.ReadUInt32BigEndian(given[12..]));
            Span<byte> expected = stackalloc byte[8];
            Sign(given[..16], address, expected);
            isGood = age is >= -FurthestAhead and <= LongestAge && CryptographicOperations.FixedTimeEquals(expected, given[16..]);
            if (isGood && age <= RenewAge)
            {
                given.CopyTo(cookies);
                return true;
            }
        }

        given[..ClientLength].CopyTo(cookies);
        cookies[8] = 1;
        cookies[9..12].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(cookies[12..], now);
        Sign(cookies[..16], address, cookies[16..]);
        return isGood;
    }

    void Sign(ReadOnlySpan<byte> front, ReadOnlySpan<byte> address, Span<byte> signature)
    {
        Span<byte> input = stackalloc byte[32];
        front.CopyTo(input);
        address.CopyTo(input[16..]);
        BinaryPrimitives.WriteUInt64LittleEndian(signature, SipHash(key0, key1, input[..(16 + address.Length)]));
    }

    /// <summary>SipHash-2-4.</summary>
    internal static ulong SipHash(ulong key0, ulong key1, ReadOnlySpan<byte> input)
    {
        ulong v0 = key0 ^ 0x736f6d6570736575, v1 = key1 ^ 0x646f72616e646f6d, v2 = key0 ^ 0x6c7967656e657261, v3 = key1 ^ 0x7465646279746573;
        ulong last = (ulong)input.Length << 56;
        for (; input.Length >= 8; input = input[8..])
        {
            Take(BinaryPrimitives.ReadUInt64LittleEndian(input));
        }

        for (int i = 0; i < input.Length; i++)
        {
            last |= (ulong)input[i] << (8 * i);
        }

        Take(last);
        v2 ^= 0xff;
        Round();
        Round();
        Round();
        Round();
        return v0 ^ v1 ^ v2 ^ v3;

        void Take(ulong word)
        {
            v3 ^= word;
            Round();
            Round();
            v0 ^= word;
        }

        void Round()
        {
            v0 += v1;
            v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
            v0 = BitOperations.RotateLeft(v0, 32);
            v2 += v3;
            v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
            v2 = BitOperations.RotateLeft(v2, 32);
        }
    }
}
