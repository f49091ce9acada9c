using System.Globalization;

namespace Wiretale.Lab.Networks;

/// <summary>A small Ethernet of hosts on one bridge, in namespaces of its own. All of it goes when it is disposed, or when this process ends in any way.</summary>
/// <example><code>
/// using var network = Network.Create();
/// var server = network.AddHost("server", "10.0.0.1/24");
/// var client = network.AddHost("client", "10.0.0.2/24");
/// using var recording = Recording.Start(network.Switch, Network.Bridge, "talk.pcapng");
/// using var process = Process.Start(server.Command(["python3", "server.py"]))!;
/// </code></example>
public sealed class Network : IDisposable
{
    /// <summary>Interface that sees every frame once when it is recorded.</summary>
    public const string Bridge = "br0";

    /// <summary>What follows a host's name in the name of a bad cable's end that leads to it.</summary>
    internal const string HostEnd = ".h";

    /// <summary>Longest name of an interface (IFNAMSIZ less the final zero).</summary>
    const int LongestName = 15;

    readonly List<NetworkHost> hosts = [];

    Network(NetworkNamespace place) => Switch = place;

    /// <summary>Where the bridge stands.</summary>
    public NetworkNamespace Switch { get; }

    /// <summary>The hosts, in the order they were added.</summary>
    public IReadOnlyList<NetworkHost> Hosts => hosts;

    /// <summary>Makes a network without hosts.</summary>
    /// <exception cref="NamespaceException">This machine does not let this user.</exception>
    public static Network Create()
    {
        var network = new Network(NetworkNamespace.Create());
        try
        {
            // The bridge speaks for itself only where IPv6 is on: router solicitations that nobody asked to see.
            DisableIPv6(network.Switch);
            network.Switch.Ip("link", "add", Bridge, "address", Mac(0), "type", "bridge", "stp_state", "0", "forward_delay", "0", "mcast_snooping", "0");
            network.Switch.Ip("link", "set", Bridge, "up");
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Adds a host with these addresses (<c>10.0.0.1/24</c>, <c>fd00::1/64</c>), or with none yet; it speaks IPv6 only when it has such an address.</summary>
    /// <param name="name">At most 15 letters, a network's own.</param>
    /// <param name="addresses">Addresses with their prefix lengths.</param>
    public NetworkHost AddHost(string name, params string[] addresses)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > LongestName)
        {
            throw new ArgumentException($"a host's name has 1 to {LongestName} letters: \"{name}\"", nameof(name));
        }

        var place = Switch.CreateSibling();
        try
        {
            bool speaksIPv6 = addresses.Any(a => a.Contains(':', StringComparison.Ordinal));
            if (!speaksIPv6)
            {
                DisableIPv6(place);
            }

            Switch.Ip("link", "add", name, "type", "veth", "peer", "name", NetworkHost.Interface, "address", Mac(hosts.Count + 1),
                "netns", place.ProcessId.ToString(CultureInfo.InvariantCulture));
            Switch.Ip("link", "set", name, "master", Bridge, "up");
            foreach (string address in addresses)
            {
                place.Ip(["address", "add", address, "dev", NetworkHost.Interface, .. address.Contains(':', StringComparison.Ordinal) ? ["nodad"] : Array.Empty<string>()]);
            }

            place.Ip("link", "set", NetworkHost.Interface, "up");
            var host = new NetworkHost(name, place);
            hosts.Add(host);
            return host;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>Puts a bad cable between a host and the bridge; what is recorded on the bridge is what has come through.</summary>
    /// <param name="host">A host with a name of at most 13 letters.</param>
    /// <param name="options">How bad, in the words of <c>wiretale link</c>: <c>--loss 10</c>.</param>
    /// <exception cref="NamespaceException">It could not be started.</exception>
    public BadCable Impair(NetworkHost host, params string[] options)
    {
        ArgumentNullException.ThrowIfNull(host);
        var (inner, outer) = (host.Name + HostEnd, host.Name + ".b");
        if (inner.Length > LongestName)
        {
            throw new ArgumentException($"a host's name on a bad cable has at most {LongestName - 2} letters: \"{host.Name}\"", nameof(host));
        }

        // HOST.h leads to the host, HOST to the bridge as before, and HOST.b stands between.
        Switch.Ip("link", "set", host.Name, "down", "nomaster", "name", inner);
        Switch.Ip("link", "add", host.Name, "type", "veth", "peer", "name", outer);
        foreach (string[] words in (string[][])[[host.Name, "master", Bridge], [inner], [outer]])
        {
            Switch.Ip(["link", "set", .. words, "up"]);
        }

        return new(Companion.Start(Switch, ["link", inner, outer, .. options], "Linking ", $"put a bad cable at {host.Name}"));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var host in hosts)
        {
            host.Place.Dispose();
        }

        hosts.Clear();
        Switch.Dispose();
    }

    /// <summary>Locally administered, and the same every time: captures of the same scenario look alike.</summary>
    static string Mac(int number) => string.Create(CultureInfo.InvariantCulture, $"02:00:00:00:{number >> 8:x2}:{number & 255:x2}");

    static void DisableIPv6(NetworkNamespace place)
    {
        try
        {
            place.Set("net/ipv6/conf/default/disable_ipv6", "1");
        }
        catch (NamespaceException)
        {
            // A kernel without IPv6 has nothing to switch off.
        }
    }
}
