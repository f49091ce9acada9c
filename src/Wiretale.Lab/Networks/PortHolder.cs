using System.Globalization;

namespace Wiretale.Lab.Networks;

/// <summary>Who holds a port.</summary>
/// <param name="Socket">The socket that has it.</param>
/// <param name="Process">The process that has the socket; null when this user may not know, or nobody has it any more.</param>
/// <param name="CommandLine">That process's command line.</param>
public sealed record PortHolder(SocketEntry Socket, int? Process, string? CommandLine)
{
    /// <summary>TCP_TIME_WAIT, in which a connection outlives its program for a minute.</summary>
    const int TimeWait = 6;

    /// <summary>Whether the port waits for its last packets to die out.</summary>
    public bool IsWaiting => Socket.State == TimeWait;

    /// <summary>Who holds a port; without one, every port that somebody listens on.</summary>
    public static IReadOnlyList<PortHolder> Find(int? port = null)
    {
        var sockets = SocketTable.Read().Where(s => port is { } number ? s.Local.Port == number : s.IsListening).ToList();
        if (sockets.Count == 0)
        {
            return [];
        }

        var holders = new Dictionary<long, List<int>>();
        foreach (int process in ProcessTable.All)
        {
            foreach (long inode in ProcessTable.Sockets(process).Distinct())
            {
                (System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(holders, inode, out _) ??= []).Add(process);
            }
        }

        return [.. from socket in sockets.OrderBy(s => s.Local.Port).ThenBy(s => s.Protocol, StringComparer.Ordinal)
                   from process in (socket.Inode != 0 && holders.TryGetValue(socket.Inode, out var found) ? found.Select(p => (int?)p) : [null])
                   select new PortHolder(socket, process, process is { } id ? ProcessTable.CommandLine(id) : null)];
    }

    /// <summary>A line for the user.</summary>
    public override string ToString()
    {
        string who = Process is { } id ? string.Create(CultureInfo.InvariantCulture, $"process {id}: {CommandLine}")
            : IsWaiting ? "nobody any more: the connection ended, and its port is kept for a minute"
            : string.Create(CultureInfo.InvariantCulture, $"a process of user {Socket.User} that you may not look at (sudo shows it)");
        string remote = Socket.Remote.Port == 0 ? "" : $" with {Socket.Remote}";
        return $"{Socket.Protocol,-4} {Socket.Local}{remote} ({Socket.StateName})  {who}";
    }
}
