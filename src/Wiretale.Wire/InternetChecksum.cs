using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Wiretale.Wire;

/// <summary>The checksum of IP, ICMP, UDP and TCP: RFC 1071, with the pseudo-headers of RFC 793 and RFC 8200 section 8.1.</summary>
/// <remarks>
/// Partial sums are one's complement sums in the machine's byte order, folded only at the end; add as many parts as there are
/// (each but the last of even length), then <see cref="Finish"/>. Over data that contains a correct checksum the result is 0.
/// </remarks>
public static class InternetChecksum
{
    /// <summary>The checksum of one piece of data; 0 when it contains its own correct checksum.</summary>
    public static ushort Of(ReadOnlySpan<byte> data) => Finish(Add(0, data));

    /// <summary>The checksum of a transport's data with the pseudo-header of its IP version; 0 when it contains its own correct checksum.</summary>
    /// <param name="length">The upper layer's length as the pseudo-header has it.</param>
    public static ushort Of(in Address source, in Address destination, byte protocol, uint length, ReadOnlySpan<byte> data) =>
        Finish(Add(PseudoHeader(source, destination, protocol, length), data));

    /// <summary>The partial sum of a pseudo-header; with IPv6 addresses that of RFC 8200, otherwise that of RFC 793.</summary>
    public static ulong PseudoHeader(in Address source, in Address destination, byte protocol, uint length)
    {
        Span<byte> header = stackalloc byte[40];
        int at = source.CopyTo(header);
        at += destination.CopyTo(header[at..]);

        // RFC 793 has zero, protocol and a 16-bit length; RFC 8200 a 32-bit length and a 32-bit protocol: the same sum.
        BinaryPrimitives.WriteUInt32BigEndian(header[at..], length);
        BinaryPrimitives.WriteUInt32BigEndian(header[(at + 4)..], protocol);
        return Add(0, header[..(at + 8)]);
    }

    /// <summary>Adds data to a partial sum.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> data)
    {
        // Eight bytes at a time: carries out of 64 bits come back in at the bottom (RFC 1071 section 2, "deferred carries").
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(data))
        {
            sum += word;
            sum += sum < word ? 1u : 0u;
        }

        var rest = data[(data.Length & ~7)..];
        if (!rest.IsEmpty)
        {
            Span<byte> padded = stackalloc byte[8];
            padded.Clear();
            rest.CopyTo(padded);
            ulong word = MemoryMarshal.Read<ulong>(padded);
            sum += word;
            sum += sum < word ? 1u : 0u;
        }

        return sum;
    }

    /// <summary>Folds a partial sum to 16 bits and complements it.</summary>
    public static ushort Finish(ulong sum)
    {
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        ushort folded = (ushort)~sum;
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded;
    }

    /// <summary>The checksum that a header should carry, from the one it carries and the result over all of it (RFC 1624).</summary>
    /// <param name="carried">The checksum field as it stands.</param>
    /// <param name="result">What <see cref="Finish"/> gave for the data with that field in it.</param>
    public static ushort Expected(ushort carried, ushort result)
    {
        uint sum = (uint)carried + result;
        return (ushort)((sum & 0xffff) + (sum >> 16));
    }
}
