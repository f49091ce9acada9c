using System.Net;
using Wiretale.Lab.Links;
using Wiretale.Wire;

namespace Wiretale.Lab.Rudp;

/// <summary>A client of signals on a link: asks, and waits for the answers.</summary>
public sealed class RudpConnection : IDisposable
{
    /// <summary>Times in a row that nobody may listen at the server's port once it was there.</summary>
    const int Refusals = 6;

    readonly IPEndPoint server;
    readonly ILog log;
    readonly RudpClient client;
    readonly IDatagramSocket socket;
    readonly ITimer timer;
    readonly CancellationTokenSource closed = new();
    readonly Lock turn = new();
    readonly Dictionary<RudpRequest, TaskCompletionSource<RudpRequest>> asked = [];
    readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    LinkException? failure;

    RudpConnection(IDatagramSocket socket, TimeProvider clock, ILog log, IPEndPoint server)
    {
        (this.socket, this.log, this.server) = (socket, log, server);
        client = new(clock);
        timer = clock.CreateTimer(_ => Do(client.Tick), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Connects under a name.</summary>
    /// <exception cref="LinkException">The server does not answer.</exception>
    public static async Task<RudpConnection> ConnectAsync(IDatagramLink link, TimeProvider clock, ILog log, IPEndPoint local, IPEndPoint server, string name, CancellationToken stop)
    {
        var connection = new RudpConnection(link.Open(local, server), clock, log, server);
        try
        {
            _ = connection.ReceiveAsync();
            connection.Do(() => connection.client.Connect(name));
            await connection.connected.Task.WaitAsync(stop);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a signal and waits for its answer.</summary>
    /// <exception cref="LinkException">The server does not answer any more.</exception>
    public async Task<RudpRequest> AskAsync(string signal, string text, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<RudpRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        Do(() =>
        {
            if (failure is not null)
            {
                answer.SetException(failure);
            }
            else
            {
                asked.Add(client.Send(signal, text), answer);
            }
        });
        return await answer.Task.WaitAsync(stop);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        closed.Cancel();
        timer.Dispose();
        socket.Dispose();
        closed.Dispose();
    }

    async Task ReceiveAsync()
    {
        byte[] buffer = new byte[RudpSignal.LongestAnswer + 1];
        var stop = closed.Token;
        int refused = 0;
        while (true)
        {
            try
            {
                var (_, length) = await socket.ReceiveAsync(buffer, stop);
                refused = 0;
                Do(() => client.Receive(buffer.AsSpan(0, length)));
            }
            catch (LinkException e)
            {
                // A server that was there may be starting again.
                if (++refused >= Refusals || !connected.Task.IsCompletedSuccessfully)
                {
                    Do(() => Fail(e));
                    return;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    void Do(Action step)
    {
        lock (turn)
        {
            if (closed.IsCancellationRequested)
            {
                return;
            }

            step();
            while (client.TryTakeOutgoing(out byte[]? datagram))
            {
                socket.Send(server, datagram);
            }

            while (client.TryTakeNews(out var item))
            {
                Tell(item.What, item.Request);
            }

            timer.Change(client.UntilTick() ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    void Tell(RudpNews what, RudpRequest? request)
    {
        switch (what)
        {
            case RudpNews.Connected:
                connected.TrySetResult();
                break;
            case RudpNews.Answered or RudpNews.Ended:
                if (asked.Remove(request!, out var answer))
                {
                    answer.SetResult(request!);
                }

                break;
            case RudpNews.SentAgain:
                log.Show($"The server misses signal {request!.Id}; sent again.", Tone.Note);
                break;
            case RudpNews.WindowFull:
                log.Show($"The server's window of {RudpSignals.Window} signals is full; waiting.", Tone.Note);
                break;
            case RudpNews.ServerRestarted:
                log.Show("The server has started again; connecting anew.", Tone.Note);
                break;
            default:
                Fail(new($"{server} does not answer (asked {RudpClient.Tries} times)"));
                break;
        }
    }

    void Fail(LinkException e)
    {
        failure ??= e;
        connected.TrySetException(e);
        foreach (var answer in asked.Values)
        {
            answer.SetException(e);
        }

        asked.Clear();
    }
}
