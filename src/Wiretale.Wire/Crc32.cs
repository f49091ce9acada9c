namespace Wiretale.Wire;

/// <summary>The CRC of Ethernet, zip and STUN (ISO/IEC 8802-3 section 3.2.9).</summary>
public static class Crc32
{
    /// <summary>The polynomial 0x04c11db7 with its bits the other way round, and its multiples for half a byte.</summary>
    static ReadOnlySpan<uint> Nibbles =>
    [
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    ];

    /// <summary>The CRC of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            crc = (crc >> 4) ^ Nibbles[(int)(crc & 0xf)];
            crc = (crc >> 4) ^ Nibbles[(int)(crc & 0xf)];
        }

        return ~crc;
    }
}
