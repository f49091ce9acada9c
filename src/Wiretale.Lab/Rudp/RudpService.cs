using System.Net;
using System.Threading.Channels;
using Wiretale.Lab.Links;
using Wiretale.Lab.Transport;

namespace Wiretale.Lab.Rudp;

/// <summary>A server of signals on a link; the list of files comes from whoever has it.</summary>
/// <param name="list">Gives the list (<see cref="FileList"/>); it is asked once for all who wait.</param>
/// <param name="bulk">Serves the bulk transport on the same socket; null where there is none.</param>
public sealed class RudpService(
    IDatagramLink link, TimeProvider clock, ILog log, RudpLimits limits, Func<CancellationToken, Task<string>> list, Func<IDatagramSocket, ILog, BulkService>? bulk = null)
{
    /// <summary>Longer than any of either kind, so that what is too long is seen to be.</summary>
    const int LongestDatagram = 1 << 16;

    readonly RudpServer server = new(clock, limits, log.Show);
    readonly Channel<bool> asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Lock turn = new();
    readonly List<ListRequest> waiting = [];

    /// <summary>Serves until it is stopped.</summary>
    public async Task RunAsync(IPEndPoint local, CancellationToken stop)
    {
        using var socket = link.Open(local);
        using var transfers = bulk?.Invoke(socket, log);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        log.Show($"Listening on {socket.Local}", Tone.Note);
        var answering = AnswerAsync(socket, either.Token);
        try
        {
            byte[] buffer = new byte[LongestDatagram];
            while (true)
            {
                var (from, length) = await socket.ReceiveAsync(buffer, stop);
                if (transfers is not null && BulkService.IsBulk(buffer.AsSpan(0, length)))
                {
                    transfers.Receive(from, buffer.AsSpan(0, length));
                    continue;
                }

                lock (turn)
                {
                    server.Receive(from, buffer.AsSpan(0, length));
                    Flush(socket);
                    while (server.TryTakeRequest(out var request))
                    {
                        waiting.Add(request);
                        asked.Writer.TryWrite(true);
                    }
                }
            }
        }
        finally
        {
            await either.CancelAsync();
            try
            {
                await answering;
            }
            catch (OperationCanceledException)
            {
                // As it is told to.
            }
        }
    }

    async Task AnswerAsync(IDatagramSocket socket, CancellationToken stop)
    {
        await foreach (bool _ in asked.Reader.ReadAllAsync(stop))
        {
            List<ListRequest> now;
            lock (turn)
            {
                now = [.. waiting];
                waiting.Clear();
            }

            if (now.Count == 0)
            {
                continue;
            }

            string files;
            try
            {
                files = await list(stop);
            }
            catch (Exception e) when (e is IOException or TimeoutException)
            {
                log.Show(e.Message, Tone.Bad);
                files = FileList.Error(e.Message);
            }

            lock (turn)
            {
                foreach (var request in now)
                {
                    server.Answer(request, files);
                }

                Flush(socket);
            }
        }
    }

    void Flush(IDatagramSocket socket)
    {
        while (server.TryTakeOutgoing(out var datagram))
        {
            socket.Send(datagram.To, datagram.Datagram);
        }
    }
}
