using System.Net;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;
using Wiretale.Lab.Transport.Congestion;
using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>Fetches a file over the bulk transport; what broke off is taken up again where it stopped.</summary>
/// <remarks>
/// Bytes go to <c>FILE.part</c>, and the digest of the whole original to <c>FILE.part.sha256</c> (in the form of sha256sum): with it the server
/// is asked for the rest of that very file, and a file that has changed comes anew.
/// </remarks>
public sealed class FileFetch(IDatagramLink link, TimeProvider clock, ILog log, BulkSettings settings, Action<DownloadProgress> progress)
{
    static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    /// <summary>Times that it is tried while each attempt gets further.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>How the server shall find out what the path carries; null leaves that to it.</summary>
    public CongestionKind? Congestion { get; init; }

    /// <summary>What the last connection did.</summary>
    public BulkStatistics Statistics { get; private set; }

    /// <summary>Fetches into a file.</summary>
    /// <exception cref="IOException">It could not be had; the message says why.</exception>
    public async Task<(long Length, string Digest)> RunAsync(IPEndPoint local, IPEndPoint server, string name, string file, CancellationToken stop)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(name) > FileRequest.LongestName)
        {
            throw new IOException($"a name has at most {FileRequest.LongestName} bytes");
        }

        string part = file + ".part";
        for (int attempt = 1; ; attempt++)
        {
            using var receiving = new FileReceiving(part, log);
            try
            {
                await TryAsync(receiving, local, server, name, stop);
                receiving.Complete(file);
                return (receiving.Done, receiving.Digest);
            }
            catch (LinkException e) when (attempt < Attempts && receiving.GotFurther)
            {
                log.Show($"{e.Message}; trying again", Tone.Bad);
            }

            await Task.Delay(pause, clock, stop);
        }
    }

    async Task TryAsync(FileReceiving receiving, IPEndPoint local, IPEndPoint server, string name, CancellationToken stop)
    {
        using var socket = link.Open(local, server);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] datagram = new byte[settings.MaxDatagram], piece = new byte[1 << 16];
        BulkConnection? connection = null;
        Exception? fault = null;
        using var timer = new TurnTimer(clock, Turn);
        connection = BulkConnection.Connect(settings, timer.Now);
        connection.Write(receiving.Ask(name, Congestion).ToBytes());
        connection.Finish();
        using var closing = new CancellationTokenSource();
        var reading = ReadAsync();
        timer.Turn();
        try
        {
            await Task.WhenAny(ended.Task, reading).WaitAsync(stop);
            await (reading.IsFaulted ? reading : ended.Task);
        }
        catch (OperationCanceledException)
        {
            // Said once; a server that does not hear it sees that nobody answers.
            lock (timer.Gate)
            {
                connection.Close(BulkCode.Cancelled, "cancelled", timer.Now);
                timer.Turn();
            }

            throw;
        }
        finally
        {
            Statistics = connection.Statistics;
            await closing.CancelAsync();
        }

        if (fault is not null)
        {
            throw new IOException(fault.Message, fault);
        }

        if (receiving.Refusal is { } refusal)
        {
            throw new IOException($"the server says: {refusal}");
        }

        if (!receiving.IsComplete)
        {
            throw new LinkException($"{server}: {connection.Failure ?? "the file broke off"}");
        }

        async Task ReadAsync()
        {
            byte[] buffer = new byte[settings.MaxDatagram + 1];
            while (true)
            {
                var (_, length) = await socket.ReceiveAsync(buffer, closing.Token);
                lock (timer.Gate)
                {
                    connection.Receive(buffer.AsSpan(0, length), timer.Now);
                    timer.Turn();
                }
            }
        }

        TimeSpan? Turn(TimeSpan now)
        {
            if (connection!.Deadline(now) <= now)
            {
                connection.OnTimer(now);
            }

            try
            {
                int got;
                while (fault is null && (got = connection.Read(piece)) > 0)
                {
                    receiving.Take(piece.AsSpan(0, got));
                    if (receiving.Progress is { } far)
                    {
                        progress(far);
                    }
                }
            }
            catch (IOException e)
            {
                fault = e;
                connection.Close(BulkCode.Cancelled, "the client has no use for it", now);
            }

            int length;
            while ((length = connection.Send(datagram, now)) > 0)
            {
                socket.Send(server, datagram.AsSpan(0, length));
            }

            if (connection.State == BulkState.Closed)
            {
                ended.TrySetResult();
            }

            return connection.Deadline(now);
        }
    }
}
