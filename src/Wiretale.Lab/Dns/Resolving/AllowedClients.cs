using System.Net;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>For whom a server finds answers: not for the whole Internet, or strangers would use it against others (RFC 5358).</summary>
public sealed class AllowedClients(IReadOnlyList<IPNetwork> networks)
{
    /// <summary>This machine, and networks that are not the Internet's.</summary>
    public static IReadOnlyList<IPNetwork> Normal { get; } =
    [
        .. new[] { "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10" }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether an address is one of theirs.</summary>
    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }
}
