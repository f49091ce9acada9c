using System.Net;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Carries a query to a server and hands on what comes back: sockets, or what a test puts in their place.</summary>
public interface IDnsTransport
{
    /// <summary>Sends a query, from a port nobody can guess, and waits until something that came back is taken.</summary>
    /// <param name="server">Whom to ask.</param>
    /// <param name="overTcp">Whether over TCP instead of UDP.</param>
    /// <param name="query">The message.</param>
    /// <param name="take">Looks at a message that came from the server's address; true ends the waiting.</param>
    /// <param name="patience">How long to wait altogether.</param>
    /// <returns>Whether something was taken; otherwise the time was up.</returns>
    /// <exception cref="LinkException">Nobody listens there, there is no way to it, or the connection broke.</exception>
    Task<bool> AskAsync(IPEndPoint server, bool overTcp, ReadOnlyMemory<byte> query, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan patience, CancellationToken stop);
}
