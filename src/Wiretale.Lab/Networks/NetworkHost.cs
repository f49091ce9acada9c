using System.Diagnostics;

namespace Wiretale.Lab.Networks;

/// <summary>A host of a <see cref="Network"/>: a network stack with one interface, <c>eth0</c>, on the network's bridge.</summary>
public sealed class NetworkHost
{
    internal NetworkHost(string name, NetworkNamespace place) => (Name, Place) = (name, place);

    /// <summary>Name of the interface on the bridge.</summary>
    public const string Interface = "eth0";

    /// <summary>What the host is called; its port at the bridge has the same name.</summary>
    public string Name { get; }

    /// <summary>Its network stack.</summary>
    public NetworkNamespace Place { get; }

    /// <summary>What starts a command on this host; see <see cref="NetworkNamespace.Command"/>.</summary>
    public ProcessStartInfo Command(IEnumerable<string> command, NamespaceUser user = NamespaceUser.Root, string? folder = null) => Place.Command(command, user, folder);
}
