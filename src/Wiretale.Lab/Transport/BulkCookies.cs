using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace Wiretale.Lab.Transport;

/// <summary>Cookies: what a client must send back to show that it is where it says, before anything is kept for it (RFC 9000 section 8.1).</summary>
sealed class BulkCookies
{
    public const int Length = TimeLength + MarkLength;

    const int TimeLength = 4, MarkLength = 16;

    /// <summary>How long one is good.</summary>
    static readonly TimeSpan life = TimeSpan.FromSeconds(20);

    readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>Makes one.</summary>
    public void Write(Span<byte> cookie, IPEndPoint from, ulong client, TimeSpan now)
    {
        BinaryPrimitives.WriteUInt32BigEndian(cookie, (uint)now.TotalSeconds);
        Mark(cookie[..TimeLength], from, client, cookie[TimeLength..]);
    }

    /// <summary>Whether it was made here for that client, and not long ago.</summary>
    public bool IsGood(ReadOnlySpan<byte> cookie, IPEndPoint from, ulong client, TimeSpan now)
    {
        if (cookie.Length != Length)
        {
            return false;
        }

        Span<byte> mark = stackalloc byte[MarkLength];
        Mark(cookie[..TimeLength], from, client, mark);
        var age = now - TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(cookie));
        return CryptographicOperations.FixedTimeEquals(mark, cookie[TimeLength..]) && age >= TimeSpan.Zero && age <= life;
    }

    void Mark(ReadOnlySpan<byte> time, IPEndPoint from, ulong client, Span<byte> mark)
    {
        const int Fixed = TimeLength + sizeof(ulong) + sizeof(ushort);
        Span<byte> said = stackalloc byte[Fixed + 16];
        time.CopyTo(said);
        BinaryPrimitives.WriteUInt64BigEndian(said[TimeLength..], client);
        BinaryPrimitives.WriteUInt16BigEndian(said[(TimeLength + sizeof(ulong))..], (ushort)from.Port);
        from.Address.TryWriteBytes(said[Fixed..], out int length);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, said[..(Fixed + length)], hash);
        hash[..MarkLength].CopyTo(mark);
    }
}
