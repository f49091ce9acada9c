namespace Wiretale.Lab.Chat;

/// <summary>How the room reaches one of its members: over TCP, or over a WebSocket.</summary>
public interface IRoomPeer
{
    /// <summary>Where it is, for the log.</summary>
    string Address { get; }

    /// <summary>Sends messages, in order; each is UTF-8 with a line feed at its end, which the peer leaves out where its form has none.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> messages, CancellationToken stop);

    /// <summary>Breaks the connection off at once, whatever is under way.</summary>
    void Abort();
}
