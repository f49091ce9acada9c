using System.Net;
using System.Net.Sockets;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>Addresses that may be given away, and what their network looks like to a client.</summary>
/// <param name="First">The first address.</param>
/// <param name="Last">The last one.</param>
/// <param name="PrefixLength">Length of the network's prefix.</param>
/// <param name="Router">The way out of the network; 0 for none.</param>
public sealed record DhcpPool(uint First, uint Last, int PrefixLength, uint Router)
{
    /// <summary>Most addresses of a pool.</summary>
    public const int Most = 1 << 16;

    public uint Mask => uint.MaxValue << (32 - PrefixLength);

    /// <summary>How many addresses there are.</summary>
    public int Size => (int)(Last - First) + 1;

    public uint Network => First & Mask;

    public uint Broadcast => Network | ~Mask;

    /// <summary>Whether an address belongs to the pool's network, in the pool or not.</summary>
    public bool IsLocal(uint address) => (address & Mask) == Network;

    public bool Contains(uint address) => address >= First && address <= Last;

    /// <summary>Reads <c>FIRST-LAST[/PREFIX][@ROUTER]</c>; null when it is none.</summary>
    public static DhcpPool? Parse(string text)
    {
        string[] parts = text.Split('@');
        string[] range = parts[0].Split('/');
        string[] ends = range[0].Split('-');
        int prefix = 24;
        uint router = 0;
        return parts.Length <= 2 && range.Length <= 2 && ends.Length == 2
            && TryAddress(ends[0], out uint first) && TryAddress(ends[1], out uint last)
            && (range.Length == 1 || (int.TryParse(range[1], System.Globalization.NumberStyles.None, provider: null, out prefix) && prefix is >= 8 and <= 30))
            && (parts.Length == 1 || TryAddress(parts[1], out router))
            && new DhcpPool(first, last, prefix, router) is var pool
            && first <= last && last - first < Most && first > pool.Network && pool.IsLocal(last) && last < pool.Broadcast && (router == 0 || (pool.IsLocal(router) && !pool.Contains(router)))
            ? pool : null;
    }

    /// <summary>Reads an IPv4 address in its full form.</summary>
    public static bool TryAddress(string text, out uint address)
    {
        bool isOne = IPAddress.TryParse(text, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetwork && text.Count(c => c == '.') == 3;
        address = isOne ? ToNumber(parsed!) : 0;
        return isOne;
    }

    internal static uint ToNumber(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    internal static IPAddress ToAddress(uint address) => new((long)System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(address));

    internal static string Text(uint address) => Address.IPv4(address).ToString();
}
