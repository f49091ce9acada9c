using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Wiretale.Cli.Commands;

/// <summary>Addresses of this machine.</summary>
static class OwnAddresses
{
    /// <summary>Whether one is of the IPv6 Internet, or of a private part of it, so that others can be reached.</summary>
    public static bool HasIPv6 => Socket.OSSupportsIPv6 && NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Any(unicast => unicast.Address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv6LinkLocal: false } address && !IPAddress.IsLoopback(address));
}
