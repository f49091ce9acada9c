using System.Buffers.Binary;
using System.Numerics;

namespace Wiretale.Dissection.Protocols.Application.Quic;

// Specification: RFC 8439 section 2.3. The platform has the cipher only together with its authentication.

/// <summary>The bare ChaCha20 function, as QUIC's header protection needs it (RFC 9001 section 5.4.4).</summary>
static class ChaCha20
{
    /// <summary>The beginning of a block of key stream.</summary>
    /// <param name="counterAndNonce">Counter, little end first, and nonce: 16 bytes.</param>
    /// <param name="output">Up to 64 bytes.</param>
    public static void Block(ReadOnlySpan<byte> key, ReadOnlySpan<byte> counterAndNonce, Span<byte> output)
    {
        Span<uint> start = stackalloc uint[16];
        start[0] = 0x61707865;
        start[1] = 0x3320646e;
        start[2] = 0x79622d32;
        start[3] = 0x6b206574;
        for (int i = 0; i < 8; i++)
        {
            start[4 + i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        }

        for (int i = 0; i < 4; i++)
        {
            start[12 + i] = BinaryPrimitives.ReadUInt32LittleEndian(counterAndNonce[(4 * i)..]);
        }

        Span<uint> x = stackalloc uint[16];
        start.CopyTo(x);
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 4; i++)
            {
                Quarter(ref x[i], ref x[4 + i], ref x[8 + i], ref x[12 + i]);
            }

            for (int i = 0; i < 4; i++)
            {
                Quarter(ref x[i], ref x[4 + ((i + 1) & 3)], ref x[8 + ((i + 2) & 3)], ref x[12 + ((i + 3) & 3)]);
            }
        }

        Span<byte> block = stackalloc byte[64];
        for (int i = 0; i < 16; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[(4 * i)..], x[i] + start[i]);
        }

        block[..Math.Min(output.Length, block.Length)].CopyTo(output);
    }

    static void Quarter(ref uint a, ref uint b, ref uint c, ref uint d)
    {
        a += b;
        d = BitOperations.RotateLeft(d ^ a, 16);
        c += d;
        b = BitOperations.RotateLeft(b ^ c, 12);
        a += b;
        d = BitOperations.RotateLeft(d ^ a, 8);
        c += d;
        b = BitOperations.RotateLeft(b ^ c, 7);
    }
}
