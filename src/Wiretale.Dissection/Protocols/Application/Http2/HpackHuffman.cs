using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Http2;

// Specification: RFC 7541 section 5.2 and appendix B.

/// <summary>The static Huffman code of HPACK (and of QPACK, RFC 9204 section 4.1.2).</summary>
static class HpackHuffman
{
    const int LongestCode = 30, Symbols = 256;

    /// <summary>
    /// Bits of each byte's code. The code is canonical: codes of one length count upwards in the order of the bytes, and each
    /// length goes on where the shorter one ended; so lengths are all there is to know. (256, the end of a string, is all ones.)
    /// </summary>
    static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    ];

    /// <summary>Bytes in the order of their codes; of each length the first code and where its bytes begin.</summary>
    static readonly byte[] InOrder = [.. Enumerable.Range(0, Symbols).OrderBy(b => Lengths[b]).ThenBy(b => b).Select(b => (byte)b)];
    static readonly (uint FirstCode, int First, int Count)[] ByLength = MakeLengths();

    static (uint FirstCode, int First, int Count)[] MakeLengths()
    {
        var result = new (uint FirstCode, int First, int Count)[LongestCode + 1];
        uint code = 0;
        int first = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            code <<= 1;
            int count = Lengths.Count((byte)length);
            result[length] = (code, first, count);
            code += (uint)count;
            first += count;
        }

        return result;
    }

    /// <summary>Appends the text that the bytes encode; false when they are no such code.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> coded, Utf8Text text)
    {
        // The shortest code has 5 bits.
        var room = text.Room((coded.Length * 8 / 5) + 1);
        uint code = 0;
        int bits = 0, written = 0;
        foreach (byte b in coded)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | ((uint)(b >> bit) & 1);
                if (++bits > LongestCode)
                {
                    return false;
                }

                ref readonly var same = ref ByLength[bits];
                if (code - same.FirstCode < (uint)same.Count)
                {
                    room[written++] = InOrder[same.First + (int)(code - same.FirstCode)];
                    (code, bits) = (0, 0);
                }
            }
        }

        text.Advance(written);

        // RFC 7541 section 5.2: padded with fewer than 8 bits, all ones.
        return bits < 8 && code == (1u << bits) - 1;
    }
}
