using System.Net;

namespace Wiretale.Lab.Links;

/// <summary>Where datagrams between programs go: UDP, or what a test puts in its place.</summary>
public interface IDatagramLink
{
    /// <summary>Opens a socket; port 0 takes a free one.</summary>
    /// <param name="local">Its own address.</param>
    /// <param name="remote">The only one it talks with; null for a server, which talks with all.</param>
    /// <exception cref="LinkException">It cannot have that address, or there is no way to the other.</exception>
    IDatagramSocket Open(IPEndPoint local, IPEndPoint? remote = null);
}

/// <summary>An end of datagrams: what is sent may be lost, come twice, late, or in another order.</summary>
public interface IDatagramSocket : IDisposable
{
    /// <summary>The address with the port that it has now.</summary>
    IPEndPoint Local { get; }

    /// <summary>Sends one, without waiting; what finds no room is lost.</summary>
    void Send(IPEndPoint to, ReadOnlySpan<byte> datagram);

    /// <summary>Waits for one; what is longer than the buffer is cut.</summary>
    /// <exception cref="LinkException">Nobody listens at the only remote side.</exception>
    ValueTask<(IPEndPoint From, int Length)> ReceiveAsync(Memory<byte> buffer, CancellationToken stop);
}
