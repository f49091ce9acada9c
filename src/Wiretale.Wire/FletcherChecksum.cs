namespace Wiretale.Wire;

/// <summary>The checksum of ISO 8473 annex C, as IS-IS and OSPF's advertisements carry it.</summary>
public static class FletcherChecksum
{
    /// <summary>The checksum that data should carry.</summary>
    /// <param name="data">The bytes; those of the checksum itself count as 0.</param>
    /// <param name="at">Where the checksum stands.</param>
    public static ushort Of(ReadOnlySpan<byte> data, int at)
    {
        uint c0 = 0, c1 = 0;
        for (int i = 0; i < data.Length; i++)
        {
            c0 = (c0 + (i == at || i == at + 1 ? 0u : data[i])) % 255;
            c1 = (c1 + c0) % 255;
        }

        long after = data.Length - at;
        long x = ((((after - 1) * c0) - c1) % 255 + 255) % 255;
        long y = ((c1 - (after * c0)) % 255 + 255) % 255;
        return (ushort)(((x == 0 ? 255 : x) << 8) | (y == 0 ? 255 : y));
    }
}
