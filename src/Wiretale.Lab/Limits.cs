namespace Wiretale.Lab;

/// <summary>Waiting with an end, on a clock that a test may turn.</summary>
static class Limits
{
    /// <summary>Runs something that must end within a time.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static async Task<T> WithinAsync<T>(this TimeProvider clock, TimeSpan time, Func<CancellationToken, ValueTask<T>> work, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TimeoutException($"no end within {time.TotalSeconds:0.###} seconds", e);
        }
    }

    /// <summary>Reads on until the other side closes, too, so that a close is no reset: bytes that wait unread make one (RFC 9293 section 3.6.1).</summary>
    public static async Task DrainAsync(this TimeProvider clock, Links.IStreamConnection connection, CancellationToken stop)
    {
        const int Most = 1 << 16;
        byte[] rest = new byte[1024];
        try
        {
            await clock.WithinAsync(
                TimeSpan.FromSeconds(2),
                async end =>
                {
                    int total = 0, got;
                    while (total < Most && (got = await connection.ReceiveAsync(rest, end)) > 0)
                    {
                        total += got;
                    }

                    return total;
                },
                stop);
        }
        catch (Exception e) when (e is TimeoutException or Links.LinkException or OperationCanceledException)
        {
            // It had its time.
        }
    }
}
