using System.Net;

namespace Wiretale.Lab.Links;

/// <summary>Where byte streams between two programs come from: TCP, or what a test puts in its place.</summary>
public interface IStreamLink
{
    /// <summary>Waits for clients at an address; port 0 takes a free one.</summary>
    /// <exception cref="LinkException">The address cannot be listened on.</exception>
    IStreamListener Listen(IPEndPoint local);

    /// <summary>Connects to a server.</summary>
    /// <exception cref="LinkException">There is no way to it, or nobody listens there.</exception>
    Task<IStreamConnection> ConnectAsync(IPEndPoint remote, CancellationToken stop);
}

/// <summary>A server's ear.</summary>
public interface IStreamListener : IDisposable
{
    /// <summary>The address with the port that it has now.</summary>
    IPEndPoint Local { get; }

    /// <summary>Waits for the next client.</summary>
    Task<IStreamConnection> AcceptAsync(CancellationToken stop);
}

/// <summary>One side of a byte stream. Disposing it closes both directions.</summary>
public interface IStreamConnection : IDisposable
{
    IPEndPoint Local { get; }

    IPEndPoint Remote { get; }

    /// <summary>Waits for bytes; 0 when the other side has finished sending.</summary>
    /// <exception cref="LinkException">The connection broke.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop);

    /// <summary>Sends all of the bytes.</summary>
    /// <exception cref="LinkException">The connection broke.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop);

    /// <summary>Says that nothing more will be sent; the other side may go on.</summary>
    void FinishSending();

    /// <summary>Closes without waiting for anything: what was not sent yet is lost, and the other side sees a reset.</summary>
    void Abort();
}

/// <summary>A connection that cannot be made or broke: the message says which and why, in a line for the user.</summary>
public sealed class LinkException(string message, Exception? inner = null) : IOException(message, inner);
