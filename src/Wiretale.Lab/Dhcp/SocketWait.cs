using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Wiretale.Lab.Dhcp;

/// <summary>Waits until one of several sockets has something, or somebody wakes it: poll(2) with an eventfd(2) beside them.</summary>
sealed partial class SocketWait : IDisposable
{
    const short Readable = 1;

    readonly Socket[] sockets;
    readonly Poll[] polls;
    readonly int wake = EventDescriptor(0, 0);
    CancellationToken token;
    CancellationTokenRegistration registration;

    public SocketWait(params Socket[] sockets)
    {
        this.sockets = sockets;
        polls = [.. sockets.Select(socket => (int)socket.Handle).Append(wake).Select(descriptor => new Poll { Descriptor = descriptor, Events = Readable })];
    }

    /// <summary>Returns when something has come, the time is over, it is woken, or it is stopped.</summary>
    /// <param name="time">How long to wait; null for as long as it takes.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Until(TimeSpan? time, CancellationToken stop)
    {
        if (stop != token)
        {
            registration.Dispose();
            token = stop;
            registration = stop.Register(Wake);
        }

        stop.ThrowIfCancellationRequested();
        _ = Wait(polls, (nuint)polls.Length, time is { } limit ? (int)Math.Clamp(Math.Ceiling(limit.TotalMilliseconds), 0, int.MaxValue) : -1);
        if (polls[^1].Results != 0)
        {
            _ = EventRead(wake, out _);
        }

        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Ends the waiting; from any thread.</summary>
    public void Wake() => _ = EventWrite(wake, 1);

    /// <inheritdoc />
    public void Dispose()
    {
        registration.Dispose();
        _ = Close(wake);
        GC.KeepAlive(sockets);
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Wait([In, Out] Poll[] polls, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int EventDescriptor(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "eventfd_write")]
    private static partial int EventWrite(int descriptor, ulong value);

    [LibraryImport("libc", EntryPoint = "eventfd_read")]
    private static partial int EventRead(int descriptor, out ulong value);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    /// <summary>struct pollfd.</summary>
    struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Results;
    }
}
