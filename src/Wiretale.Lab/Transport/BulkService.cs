using System.Net;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Transport;

/// <summary>Hands out files over the bulk transport, on a socket that somebody else reads and that carries other things, too.</summary>
public sealed class BulkService : IDisposable
{
    readonly IDatagramSocket socket;
    readonly SharedFiles files;
    readonly ILog log;
    readonly BulkServer server;
    readonly TurnTimer timer;
    readonly List<FileSending> sendings = [];
    readonly byte[] datagram, piece = new byte[1 << 16];

    /// <summary>Begins.</summary>
    public BulkService(IDatagramSocket socket, TimeProvider clock, ILog log, BulkSettings settings, BulkLimits limits, SharedFiles files)
    {
        (this.socket, this.files, this.log) = (socket, files, log);
        server = new(settings, limits);
        datagram = new byte[settings.MaxDatagram];
        timer = new(clock, Turn);
    }

    /// <summary>Takes a datagram that <see cref="IsBulk"/>.</summary>
    public void Receive(IPEndPoint from, ReadOnlySpan<byte> bytes)
    {
        lock (timer.Gate)
        {
            server.Receive(from, bytes, timer.Now);
            timer.Turn();
        }
    }

    /// <summary>Whether a datagram is for this transport.</summary>
    public static bool IsBulk(ReadOnlySpan<byte> bytes) => BulkPacket.IsBulk(bytes);

    /// <inheritdoc />
    public void Dispose()
    {
        timer.Dispose();
        foreach (var sending in sendings)
        {
            sending.Dispose();
        }
    }

    TimeSpan? Turn(TimeSpan now)
    {
        server.OnTimer(now);
        while (server.TryAccept(out var connection))
        {
            var from = server.AddressOf(connection);
            sendings.Add(new(connection, files, timer.Turn, (line, tone) => log.Show($"{from}: {line}", tone)));
        }

        int length;
        do
        {
            for (int i = sendings.Count - 1; i >= 0; i--)
            {
                if (sendings[i].Connection.State == BulkState.Closed)
                {
                    End(i);
                }
                else if (sendings[i].Pump(piece, now))
                {
                    server.Ready(sendings[i].Connection);
                }
            }

            while ((length = server.Send(datagram, now, out var to)) > 0)
            {
                socket.Send(to!, datagram.AsSpan(0, length));
            }
        }
        while (sendings.Exists(sending => sending.Connection.State == BulkState.Closed));

        return server.Deadline(now);
    }

    void End(int index)
    {
        var sending = sendings[index];
        if (sending.Connection.Failure is { } failure)
        {
            log.Show($"a transfer ended early: {failure}", Tone.Bad);
        }

        sendings.RemoveAt(index);
        sending.Dispose();
    }
}
