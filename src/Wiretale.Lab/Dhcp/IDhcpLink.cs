namespace Wiretale.Lab.Dhcp;

/// <summary>What a DHCP server sends and receives through: sockets, or what a test puts there.</summary>
public interface IDhcpLink : IDisposable
{
    /// <summary>Waits until something has come, the time is over or it is woken, and gives what is there.</summary>
    /// <param name="wait">How long to wait; null for as long as it takes.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>Good until the next call.</returns>
    /// <exception cref="Links.LinkException">The interface is gone.</exception>
    DhcpHeard Receive(TimeSpan? wait, CancellationToken stop);

    /// <summary>Ends the waiting of another thread.</summary>
    void Wake();

    /// <summary>Sends replies; one that cannot be sent is lost, as any datagram may be.</summary>
    /// <param name="replies">What to send.</param>
    /// <param name="lost">Told why one could not be sent.</param>
    void Send(IReadOnlyList<DhcpReply> replies, Action<string> lost);

    /// <summary>Asks whether somebody uses an address; who does is heard later.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isNear">Whether it is of the network that the interface is on.</param>
    /// <returns>False when it cannot be asked here.</returns>
    bool Probe(uint address, bool isNear);
}

/// <summary>What has come.</summary>
public sealed class DhcpHeard
{
    /// <summary>Messages to the server's port.</summary>
    public List<DhcpDatagram> Datagrams { get; } = [];

    /// <summary>Stations that use an address; the hardware address is empty when it cannot be known.</summary>
    public List<(uint Address, byte[] Hardware)> Users { get; } = [];

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Datagrams.Clear();
        Users.Clear();
    }
}

/// <summary>A datagram as it came.</summary>
/// <param name="Message">Its bytes.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="WasBroadcast">Whether it was for everybody.</param>
public readonly record struct DhcpDatagram(ReadOnlyMemory<byte> Message, uint Source, bool WasBroadcast);
