using System.Net;

namespace Wiretale.Lab.Links;

/// <summary>A link that treats what its sockets send as <see cref="ImpairmentOptions"/> say, and passes on what they receive.</summary>
/// <param name="happened">Called with each datagram's fate.</param>
public sealed class ImpairedLink(IDatagramLink link, ImpairmentOptions options, TimeProvider clock, Action<LinkEvent>? happened = null) : IDatagramLink
{
    /// <inheritdoc />
    public IDatagramSocket Open(IPEndPoint local, IPEndPoint? remote = null) => new ImpairedSocket(link.Open(local, remote), new(options), clock, happened);

    sealed class ImpairedSocket(IDatagramSocket socket, Impairment impairment, TimeProvider clock, Action<LinkEvent>? happened) : IDatagramSocket
    {
        readonly long start = clock.GetTimestamp();
        readonly PriorityQueue<(IPEndPoint To, byte[] Datagram), TimeSpan> onTheWay = new();
        ITimer? timer;
        bool closed;

        public IPEndPoint Local => socket.Local;

        public void Send(IPEndPoint to, ReadOnlySpan<byte> datagram)
        {
            lock (onTheWay)
            {
                foreach (var (at, copy) in impairment.Pass(clock.GetElapsedTime(start), datagram))
                {
                    onTheWay.Enqueue((to, copy), at);
                }

                happened?.Invoke(impairment.Last);
            }

            Deliver();
        }

        public ValueTask<(IPEndPoint From, int Length)> ReceiveAsync(Memory<byte> buffer, CancellationToken stop) => socket.ReceiveAsync(buffer, stop);

        public void Dispose()
        {
            lock (onTheWay)
            {
                closed = true;
                timer?.Dispose();
            }

            socket.Dispose();
        }

        void Deliver()
        {
            lock (onTheWay)
            {
                while (!closed && onTheWay.TryPeek(out var next, out var at))
                {
                    var left = at - clock.GetElapsedTime(start);
                    if (left > TimeSpan.Zero)
                    {
                        timer ??= clock.CreateTimer(_ => Deliver(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                        timer.Change(left, Timeout.InfiniteTimeSpan);
                        return;
                    }

                    onTheWay.Dequeue();
                    socket.Send(next.To, next.Datagram);
                }
            }
        }
    }
}
