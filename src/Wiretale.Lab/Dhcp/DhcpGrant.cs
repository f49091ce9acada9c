using System.Globalization;
using System.Numerics;
using Wiretale.Wire;

namespace Wiretale.Lab.Dhcp;

/// <summary>What a server granted a client.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Length of its network's prefix.</param>
/// <param name="Server">The server, as it names itself.</param>
/// <param name="Routers">Ways out of the network.</param>
/// <param name="DnsServers">Servers of names.</param>
/// <param name="Renew">When the server is asked for more time (T1).</param>
/// <param name="Rebind">When any server is (T2).</param>
/// <param name="Until">When the address may no longer be used.</param>
public sealed record DhcpGrant(uint Address, int PrefixLength, uint Server, uint[] Routers, uint[] DnsServers, DateTimeOffset Renew, DateTimeOffset Rebind, DateTimeOffset Until)
{
    /// <summary>The network's domain; empty when none was named.</summary>
    public string Domain { get; init; } = "";

    const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Least time of a lease; a server that gives less would have its client ask all the time.</summary>
    const uint Shortest = 5;

    /// <summary>Reads an ACK; null when what a client needs is missing in it or makes no sense.</summary>
    public static DhcpGrant? From(DhcpPacket ack, DateTimeOffset asked)
    {
        uint mask = ack.FindNumber(DhcpOption.SubnetMask) ?? 0xffffff00;
        if (!IsHost(ack.YourAddress) || ack.FindNumber(DhcpOption.ServerIdentifier) is not { } server || ack.FindNumber(DhcpOption.LeaseTime) is not { } time || time < Shortest
            || BitOperations.LeadingZeroCount(~mask) + BitOperations.TrailingZeroCount(mask) != 32)
        {
            return null;
        }

        // T1 < T2 < the end, or the usual shares of it (RFC 2131 section 4.4.5). From when it was asked for: the answer's way counts.
        uint rebind = ack.FindNumber(DhcpOption.RebindingTime) is { } t2 && t2 > 0 && t2 < time ? t2 : (uint)(time * 7L / 8);
        uint renew = ack.FindNumber(DhcpOption.RenewalTime) is { } t1 && t1 > 0 && t1 < rebind ? t1 : Math.Min(time / 2, rebind);
        return new(ack.YourAddress, BitOperations.LeadingZeroCount(~mask), server, Numbers(ack.Find(DhcpOption.Router)), Numbers(ack.Find(DhcpOption.DomainNameServer)),
            asked.AddSeconds(renew), asked.AddSeconds(rebind), asked.AddSeconds(time))
        {
            Domain = Lease.ToName(ack.Find(DhcpOption.DomainName)),
        };
    }

    /// <summary>A line from which an address can be asked for again, or given back.</summary>
    public string ToLine() => $"{DhcpPool.Text(Address)}/{PrefixLength} {DhcpPool.Text(Server)} {Until.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)}\n";

    /// <summary>Reads such a line; null when it is none.</summary>
    public static DhcpGrant? Parse(string line) =>
        line.TrimEnd('\n').Split(' ') is [var own, var other, var end] && own.Split('/') is [var address, var prefix]
            && DhcpPool.TryAddress(address, out uint number) && IsHost(number) && int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length <= 32
            && DhcpPool.TryAddress(other, out uint server) && DateTimeOffset.TryParseExact(end, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? new(number, length, server, [], [], until, until, until) : null;

    /// <summary>Not this network's, not loopback, not multicast or above.</summary>
    internal static bool IsHost(uint address) => address >> 24 is > 0 and < 224 and not 127;

    static uint[] Numbers(byte[]? value) =>
        [.. (value ?? []).Chunk(4).Where(four => four.Length == 4).Select(four => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(four)).Where(IsHost)];
}
