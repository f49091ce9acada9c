namespace Wiretale.Lab.Networks;

/// <summary>Learns which ports programs open, while they run: on a machine's own network that is what tells their packets from everybody else's.</summary>
public sealed class PortWatch : IDisposable
{
    const int LookMilliseconds = 30;

    readonly Func<IReadOnlyCollection<int>> sessions;
    readonly Thread thread;
    readonly CancellationTokenSource ended = new();
    readonly Lock changing = new();
    volatile int[] ports = [];

    /// <param name="sessions">The sessions whose processes are looked at.</param>
    public PortWatch(Func<IReadOnlyCollection<int>> sessions)
    {
        this.sessions = sessions;
        thread = new Thread(Work) { IsBackground = true, Name = "ports" };
        thread.Start();
    }

    /// <summary>The ports seen so far, ascending.</summary>
    public IReadOnlyList<int> Ports => ports;

    /// <summary>Whether a packet between two ports is one of the programs'.</summary>
    public bool Concerns(uint source, uint destination) =>
        Array.BinarySearch(ports, (int)source) >= 0 || Array.BinarySearch(ports, (int)destination) >= 0;

    /// <summary>Looks once.</summary>
    public void Look()
    {
        var wanted = sessions();
        var inodes = ProcessTable.All.Where(p => ProcessTable.SessionOf(p) is { } session && wanted.Contains(session)).SelectMany(ProcessTable.Sockets).ToHashSet();
        if (inodes.Count > 0)
        {
            lock (changing)
            {
                ports = [.. ports.Union(SocketTable.Read().Where(s => s.Local.Port != 0 && inodes.Contains(s.Inode)).Select(s => s.Local.Port)).Order()];
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ended.Cancel();
        thread.Join();
        ended.Dispose();
    }

    void Work()
    {
        do
        {
            Look();
        }
        while (!ended.Token.WaitHandle.WaitOne(LookMilliseconds));
    }
}
