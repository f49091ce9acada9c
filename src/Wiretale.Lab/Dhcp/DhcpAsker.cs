namespace Wiretale.Lab.Dhcp;

/// <summary>Who asks for an address, and where.</summary>
/// <param name="Client">What identifies the client: its identifier in hexadecimal, or <see cref="Lease.ByHardware"/> with hardware type and address.</param>
/// <param name="Hardware">Its hardware address in hexadecimal.</param>
/// <param name="Name">What it calls itself; empty when it does not say.</param>
/// <param name="Port">The relay's port that it is behind, in hexadecimal; empty when none is named.</param>
/// <param name="Pools">Pools of its network, one at least.</param>
public sealed record DhcpAsker(string Client, string Hardware, string Name, string Port, IReadOnlyList<DhcpPool> Pools)
{
    /// <summary>Whether an address belongs to the asker's network.</summary>
    public bool IsLocal(uint address) => Pools[0].IsLocal(address);

    /// <inheritdoc />
    public override string ToString()
    {
        string hardware = string.Join(':', Hardware.Chunk(2).Select(pair => new string(pair)));
        return Name.Length > 0 ? $"{hardware} ({Name})" : hardware;
    }
}
