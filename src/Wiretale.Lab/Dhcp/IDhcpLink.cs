namespace Wiretale.Lab.Dhcp;

/// <summary>What a DHCP server sends and receives through: sockets, or what a test puts there.</summary>
public interface IDhcpLink : IDisposable
{
    /// <summary>Waits for a datagram.</summary>
    /// <exception cref="Links.LinkException">The interface is gone.</exception>
    ValueTask<DhcpDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken stop);

    /// <summary>Whether another datagram is there already.</summary>
    bool HasMore { get; }

    /// <summary>Sends a reply; one that cannot be sent is lost, as any datagram may be.</summary>
    /// <returns>Why it could not be sent, or null.</returns>
    string? Send(DhcpReply reply);
}

/// <summary>A datagram as it came: its length, who sent it, and whether it was for everybody.</summary>
public readonly record struct DhcpDatagram(int Length, uint Source, bool WasBroadcast);
