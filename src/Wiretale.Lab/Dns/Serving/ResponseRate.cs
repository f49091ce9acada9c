using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wiretale.Lab.Dns.Serving;

/// <summary>What is to be done with a response.</summary>
enum RateVerdict
{
    Send,

    /// <summary>Instead a short one that says TC: whoever is real then asks over TCP.</summary>
    Shorten,

    Drop,
}

/// <summary>
/// Counts like responses to one network in each second, so that nobody can use a server to flood somebody whose address he lies about. The table
/// has a fixed size and no locks; what falls on the same place takes it over.
/// </summary>
sealed class ResponseRate
{
    /// <summary>Of unlike responses there may be as many times more.</summary>
    public const int UnlikeFactor = 50;

    const int Places = 1 << 16, LongestPrefix6 = 7;

    readonly ulong[] table = new ulong[Places];
    readonly int rate, slip;
    readonly bool exceptLoopback;
    readonly TimeProvider clock;
    readonly ulong key0, key1;

    public ResponseRate(int rate, int slip, bool exceptLoopback, TimeProvider clock)
    {
        this.rate = rate;
        this.slip = slip;
        this.exceptLoopback = exceptLoopback;
        this.clock = clock;
        Span<byte> key = stackalloc byte[16];
        RandomNumberGenerator.Fill(key);
        key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>Counts a response and judges it.</summary>
    /// <param name="address">To whom it goes, 4 or 16 bytes: a /24 or /56 is one network.</param>
    /// <param name="question">What it answers: name, type and class; empty for responses that are all alike, such as that a name is not there.</param>
    /// <param name="code">How it went.</param>
    public RateVerdict Judge(ReadOnlySpan<byte> address, ReadOnlySpan<byte> question, ResponseCode code)
    {
        if (rate == 0 || (exceptLoopback && IsLoopback(address)))
        {
            return RateVerdict.Send;
        }

        Span<byte> key = stackalloc byte[16 + DnsName.MaximumLength + 4];
        int network = address.Length == 4 ? 3 : LongestPrefix6;
        address[..network].CopyTo(key);
        uint second = (uint)(clock.GetTimestamp() / clock.TimestampFrequency);
        int all = Count(key[..network], second);
        key[network] = (byte)code;
        question.CopyTo(key[(network + 1)..]);
        int alike = Count(key[..(network + 1 + question.Length)], second);
        int over = Math.Max(alike - rate, all - (rate * UnlikeFactor));
        return over <= 0 ? RateVerdict.Send : slip > 0 && over % slip == 0 ? RateVerdict.Shorten : RateVerdict.Drop;
    }

    static bool IsLoopback(ReadOnlySpan<byte> address) => address.Length == 4 ? address[0] == 127 : address[..15].IndexOfAnyExcept((byte)0) < 0 && address[15] == 1;

    /// <summary>A place holds 32 bits of the hash, 16 of the second and 16 of the count.</summary>
    int Count(ReadOnlySpan<byte> key, uint second)
    {
        ulong hash = DnsCookies.SipHash(key0, key1, key), tag = (hash & 0xffff_ffff_0000_0000) | ((ulong)(ushort)second << 16);
        ref ulong place = ref table[hash % Places];
        while (true)
        {
            ulong seen = Volatile.Read(ref place);
            uint count = (seen ^ tag) >> 16 == 0 ? Math.Min((uint)(seen & 0xffff) + 1, 0xffff) : 1;
            if (Interlocked.CompareExchange(ref place, tag | count, seen) == seen)
            {
                return (int)count;
            }
        }
    }
}
